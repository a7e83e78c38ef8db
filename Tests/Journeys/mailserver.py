"""A real SMTP server for the tests: STARTTLS or implicit TLS, authentication, and any answer one likes."""

import datetime
import email
import email.policy
import ipaddress
import re
import ssl
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "postman", "postman's own secret"


def make_certificate(folder):
    """A self-signed certificate for localhost; its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256()))
    (folder / "mail-cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "mail-key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return folder / "mail-cert.pem", folder / "mail-key.pem"


class Mailbox:
    """What the server has accepted, and what it shall answer next."""

    def __init__(self):
        self.letters = []
        self.changed = threading.Condition()
        self.answers = {}
        self.refused = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        answers = self.answers.get(address)
        if answers:
            answer = answers.pop(0)
            with self.changed:
                self.refused.append((address, answer))
                self.changed.notify_all()
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        with self.changed:
            self.letters.append((envelope.rcpt_tos[0], letter, envelope.content))
            self.changed.notify_all()
        return f"250 2.0.0 Ok: queued as L{len(self.letters)}"

    def wait_for(self, address, subject, count=1, timeout=20):
        """The newest of at least `count` letters to an address whose subject contains the words."""
        def found():
            return [letter for to, letter, _ in self.letters if to == address and subject in letter["Subject"]]
        with self.changed:
            assert self.changed.wait_for(lambda: len(found()) >= count, timeout), (
                f"no letter {subject!r} to {address}; there is: {[(to, l['Subject']) for to, l, _ in self.letters]}")
            return found()[-1]


def text_of(letter):
    return letter.get_body(("plain",)).get_content()


def link_in(letter):
    links = re.findall(r"https://\S+/(?:verify|password|collect|email)/\S+", text_of(letter))
    assert len(links) == 1, text_of(letter)
    return links[0]


def password_in(letter):
    found = re.findall(r"^\s*(lk_\w+)\s*$", text_of(letter), re.M)
    assert len(found) == 1, text_of(letter)
    return found[0]


class MailServer:
    """security: plain, startTLS or implicitTLS."""

    def __init__(self, folder, security="startTLS"):
        self.box, self.security = Mailbox(), security
        self.certificate, key = make_certificate(folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)

        def authenticate(server, session, envelope, mechanism, data):
            right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
            return AuthResult(success=right)

        options = dict(hostname="127.0.0.1", port=0, ready_timeout=10)
        if security != "plain":
            options.update(authenticator=authenticate, auth_required=True, auth_require_tls=security == "startTLS")
        if security == "startTLS":
            options.update(tls_context=context, require_starttls=True)
        if security == "implicitTLS":
            options.update(ssl_context=context)
        self.controller = FreePortController(self.box, **options)

    def __enter__(self):
        self.controller.start()
        self.port = self.controller.server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_):
        self.controller.stop()

    def config(self):
        lines = ["smtp:", "  host: localhost", f"  port: {self.port}", f"  security: {self.security}", "  from: latchkey@example.com"]
        if self.security != "plain":
            lines += [f"  username: {USER}", f'  password: "{PASSWORD}"', f"  caFile: {self.certificate}"]
        return "\n".join(lines) + "\n"


class FreePortController(Controller):
    """aiosmtpd asks its own port whether it is there; with port 0 it must ask the one it was given."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

"""TLS as Mozilla's intermediate profile wants it, on both listeners, and a certificate that is renewed while they listen."""

import datetime
import http.client
import json
import signal
import ssl
import subprocess
import sys
import urllib.parse

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

import latchkey
import patience


@pytest.mark.parametrize("listener", ["dashboard", "proxy"])
def test_the_listener_passes_mozillas_intermediate_profile(demo, listener, tmp_path):
    address = urllib.parse.urlsplit(getattr(demo, listener))
    out = tmp_path / "sslyze.json"
    done = subprocess.run(
        [sys.executable, "-m", "sslyze", "--mozilla_config=intermediate", f"--json_out={out}", f"localhost:{address.port}"],
        capture_output=True, text=True, timeout=120)
    text = done.stdout
    verdict = text[text.find("COMPLIANCE"):]
    # A self-signed certificate of a demo is not in any trust store and says so; everything about the protocol must pass.
    faults = [line.strip() for line in verdict.splitlines() if line.strip().startswith("*")]
    faults = [line for line in faults if "certificate" not in line.lower()]
    assert "COMPLIANCE" in text and not faults, verdict or text[-2000:]
    result = json.loads(out.read_text())["server_scan_results"][0]["scan_result"]
    accepted = {name: len(result[f"{name}_cipher_suites"]["result"]["accepted_cipher_suites"])
                for name in ("ssl_2_0", "ssl_3_0", "tls_1_0", "tls_1_1", "tls_1_2", "tls_1_3")}
    assert accepted["tls_1_0"] == accepted["tls_1_1"] == accepted["ssl_3_0"] == 0 and accepted["tls_1_3"] > 0, accepted


class Issued:
    """A certificate and key in files, as an operator's authority renews them."""

    def __init__(self, directory):
        self.chain, self.key = directory / "chain.pem", directory / "key.pem"

    def make(self, name, days=(-1, 30)):
        """A fresh pair: (certificate, key), PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        now = datetime.datetime.now(datetime.timezone.utc)
        begins, ends = (now + datetime.timedelta(days=day) for day in days)
        certificate = (
            x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(begins).not_valid_after(ends)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256()))
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return certificate.public_bytes(serialization.Encoding.PEM), private

    def place(self, chain, key):
        self.chain.write_bytes(chain)
        self.key.write_bytes(key)
        self.key.chmod(0o600)


@pytest.fixture
def renewed(tmp_path):
    """A server with a configured certificate, and the files it came from."""
    issued = Issued(tmp_path)
    first = issued.make("the first")
    issued.place(*first)
    config = f"tls:\n  certificate: {issued.chain}\n  key: {issued.key}\n"
    with latchkey.Server(tmp_path / "data", config=config) as server:
        server.issued, server.first = issued, first[0]
        yield server


def shown(server, listener):
    """The certificate that a new connection is shown, in DER."""
    address = urllib.parse.urlsplit(getattr(server, listener))
    return ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate((address.hostname, address.port)))


def hang_up(server, says):
    """SIGHUP, and what the log says until it has said that."""
    before = len(server.log_path.read_text())
    server.process.send_signal(signal.SIGHUP)
    patience.until(lambda: says in server.log_path.read_text()[before:], f"the log does not say: {says}", seconds=5)
    return server.log_path.read_text()[before:]


def der(pem):
    return ssl.PEM_cert_to_DER_cert(pem.decode())


class Kept:
    """A connection that stays open over what happens to the server."""

    def __init__(self, server, trusted):
        address = urllib.parse.urlsplit(server.proxy)
        context = ssl.create_default_context(cadata=trusted.decode())
        self.connection = http.client.HTTPSConnection("localhost", address.port, context=context, timeout=20)
        self.connection.connect()
        self.socket = self.connection.sock

    def ask(self):
        self.connection.request("GET", "/api/v1/me")
        answer = self.connection.getresponse()
        answer.read()
        # Had it been dropped, the client would have made a new one.
        assert self.connection.sock is self.socket
        return answer.status


def test_after_sighup_new_connections_see_the_new_certificate_and_old_ones_still_answer(renewed):
    old = Kept(renewed, renewed.first)
    assert old.ask() == 401
    second = renewed.issued.make("the second")
    renewed.issued.place(*second)
    assert shown(renewed, "proxy") == der(renewed.first), "nobody has said that the files are ready"
    said = hang_up(renewed, "certificate read anew")
    assert str(renewed.issued.chain) in said and "PRIVATE" not in said, said
    for listener in ("proxy", "dashboard"):
        assert shown(renewed, listener) == der(second[0])
    assert old.ask() == 401
    assert Kept(renewed, second[0]).ask() == 401


@pytest.mark.parametrize("fault, says", [
    ("another's key", "does not belong to the certificate"),
    ("ended", "it ended at"),
    ("not begun", "it does not begin until"),
    ("no certificate", "is not a PEM certificate"),
    ("no key", "is not an unencrypted PEM private key"),
    ("gone", "No such file"),
])
def test_a_certificate_or_key_that_cannot_be_served_is_refused_and_the_old_pair_stays(renewed, fault, says):
    old = Kept(renewed, renewed.first)
    chain, key = renewed.issued.make("a renewed one", {"ended": (-30, -1), "not begun": (1, 30)}.get(fault, (-1, 30)))
    if fault == "another's key":
        key = renewed.issued.make("another")[1]
    if fault == "no certificate":
        chain = b"-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n"
    if fault == "no key":
        key = b"nothing\n"
    renewed.issued.place(chain, key)
    if fault == "gone":
        renewed.issued.key.unlink()
    said = hang_up(renewed, "certificate refused; the one in force stays")
    assert says in said and "read anew; new" not in said, said
    for listener in ("proxy", "dashboard"):
        assert shown(renewed, listener) == der(renewed.first)
    assert old.ask() == 401 and Kept(renewed, renewed.first).ask() == 401
    mended = renewed.issued.make("mended")
    renewed.issued.place(*mended)
    hang_up(renewed, "certificate read anew")
    assert shown(renewed, "proxy") == der(mended[0])


def test_a_self_signed_certificate_that_was_taken_away_is_made_anew_on_sighup(tmp_path):
    with latchkey.Server(tmp_path / "data") as server:
        first = shown(server, "proxy")
        hang_up(server, "certificate read anew")
        assert shown(server, "proxy") == first
        (server.data / "cert.pem").unlink()
        hang_up(server, "certificate read anew")
        assert shown(server, "proxy") == der((server.data / "cert.pem").read_bytes()) != first

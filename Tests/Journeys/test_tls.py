"""TLS as Mozilla's intermediate profile wants it, on both listeners, and a certificate that is renewed while they listen."""

import concurrent.futures
import datetime
import http.client
import json
import pathlib
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.parse

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

import latchkey
import patience
from wire import resident


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
    names = [suite["cipher_suite"]["name"] for suite in result["tls_1_2_cipher_suites"]["result"]["accepted_cipher_suites"]]
    # Forward secrecy and nothing with CBC: no key exchange by RSA.
    assert names and all(name.startswith("TLS_ECDHE_") and ("_GCM_" in name or "_CHACHA20_" in name) for name in names), names
    assert result["session_renegotiation"]["result"] == {
        "supports_secure_renegotiation": True, "is_vulnerable_to_client_renegotiation_dos": False, "client_renegotiations_success_count": 0}
    assert result["tls_compression"]["result"]["supports_compression"] is False


def test_t13_a_client_that_renegotiates_loses_its_connection_and_nobody_else_does(demo):
    address = urllib.parse.urlsplit(demo.proxy)
    trusted = pathlib.Path(demo.ca_file).read_bytes()
    other = Kept(demo, trusted)
    assert other.ask() == 401
    # s_client takes a line that begins with R for the order to renegotiate.
    done = subprocess.run(
        ["openssl", "s_client", "-tls1_2", "-connect", f"localhost:{address.port}", "-CAfile", demo.ca_file],
        input="R\nGET /api/v1/me HTTP/1.1\r\n", capture_output=True, text=True, timeout=20)
    assert "RENEGOTIATING" in done.stderr and done.returncode != 0 and "HTTP/1.1" not in done.stdout, done.stderr
    assert other.ask() == 401


@pytest.mark.parametrize("ciphers, version", [
    ("ALL:@SECLEVEL=0", ssl.TLSVersion.TLSv1), ("ALL:@SECLEVEL=0", ssl.TLSVersion.TLSv1_1),
    ("AES128-SHA:AES256-SHA256:@SECLEVEL=0", ssl.TLSVersion.TLSv1_2), ("AES128-GCM-SHA256:@SECLEVEL=0", ssl.TLSVersion.TLSv1_2),
    ("ECDHE-RSA-AES128-SHA:ECDHE-ECDSA-AES128-SHA256:@SECLEVEL=0", ssl.TLSVersion.TLSv1_2), ("aNULL:eNULL:@SECLEVEL=0", ssl.TLSVersion.TLSv1_2)])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_t13_what_is_below_the_floor_finds_no_common_ground(demo, ciphers, version):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers(ciphers)
    context.minimum_version = context.maximum_version = version
    address = urllib.parse.urlsplit(demo.proxy)
    with socket.create_connection(("127.0.0.1", address.port), timeout=10) as raw, pytest.raises((ssl.SSLError, ConnectionResetError)):
        context.wrap_socket(raw, server_hostname="localhost")


@pytest.mark.parametrize("name", ["localhost", "elsewhere.example", "a" * 63 + ".example", None])
def test_t13_whatever_name_is_asked_for_the_one_certificate_is_shown(demo, name):
    """And the client, which can tell, decides; the request's own host is looked at by the gate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    address = urllib.parse.urlsplit(demo.proxy)
    with socket.create_connection(("127.0.0.1", address.port), timeout=10) as raw, context.wrap_socket(raw, server_hostname=name) as wire:
        assert wire.getpeercert(binary_form=True) == der(pathlib.Path(demo.ca_file).read_bytes())


def test_t13_a_thousand_handshakes_leave_nothing_behind(tmp_path):
    with latchkey.Server(tmp_path / "data", command="demo") as server:
        address = urllib.parse.urlsplit(server.proxy)
        contexts = []
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            contexts.append(ssl.create_default_context(cafile=server.ca_file))
            contexts[-1].minimum_version = contexts[-1].maximum_version = version

        def shake(number):
            with socket.create_connection(("127.0.0.1", address.port), timeout=30) as raw:
                if number % 10 == 0:
                    raw.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")  # and gone in the middle of it
                    return True
                with contexts[number % 2].wrap_socket(raw, server_hostname="localhost") as wire:
                    return wire.version() in ("TLSv1.2", "TLSv1.3")

        def open_now():
            lines = server.call("/metrics", base=server.gate)[2].decode().splitlines()
            return next(float(line.split()[-1]) for line in lines if line.startswith('latchkey_connections{listener="proxy"}'))

        with concurrent.futures.ThreadPoolExecutor(16) as threads:
            assert all(threads.map(shake, range(100)))
            base = resident(server.process)
            assert all(threads.map(shake, range(1000)))
        patience.until(lambda: open_now() == 0, "connections stay open", seconds=15)
        assert resident(server.process) < base + 32
        assert Kept(server, pathlib.Path(server.ca_file).read_bytes()).ask() == 401


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
    patience.until(lambda: says in server.log_path.read_text()[before:], f"the log does not say: {says}", seconds=20)
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


@pytest.mark.parametrize("days, key, says", [
    ((-30, -1), None, "it ended at"), ((1, 30), None, "it does not begin until"), ((-1, 30), "another's", "does not belong to the certificate")])
def test_t13_a_start_refuses_what_cannot_be_served_and_the_doctor_says_the_same(tmp_path, days, key, says):
    issued = Issued(tmp_path)
    chain, own = issued.make("a renewed one", days)
    issued.place(chain, issued.make("another")[1] if key else own)
    config = tmp_path / "data.yaml"
    config.write_text(f"tls:\n  certificate: {issued.chain}\n  key: {issued.key}\n")
    done = subprocess.run(
        [str(latchkey.BINARY), "serve", "--data", str(tmp_path / "data"), "--config", str(config), "--proxy-port", "0", "--gate-port", "0",
         "--dashboard-port", "0"], capture_output=True, text=True, timeout=30)
    assert done.returncode != 0 and says in done.stderr, done.stderr
    told = subprocess.run(
        [str(latchkey.BINARY), "doctor", "--data", str(tmp_path / "data"), "--config", str(config)], capture_output=True, text=True, timeout=30)
    assert told.returncode != 0 and says in told.stdout + told.stderr and "systemctl reload" in told.stdout + told.stderr, told


def test_t13_a_certificate_that_ends_soon_is_spoken_of_at_the_start_at_sighup_and_in_figures(tmp_path):
    issued = Issued(tmp_path)
    issued.place(*issued.make("it ends soon", (-1, 3)))
    with latchkey.Server(tmp_path / "data", config=f"tls:\n  certificate: {issued.chain}\n  key: {issued.key}\n") as server:
        assert "the certificate ends soon" in server.log_path.read_text()
        ends = lambda: float(server.call("/metrics", base=server.gate)[2].decode().split("\nlatchkey_certificate_end_seconds ")[1].split()[0])
        assert abs(ends() - time.time() - 3 * 86_400) < 120
        assert "the certificate ends soon" in hang_up(server, "the certificate ends soon")
        issued.place(*issued.make("renewed", (-1, 60)))
        assert "ends soon" not in hang_up(server, "certificate read anew")
        assert abs(ends() - time.time() - 60 * 86_400) < 120


def test_a_self_signed_certificate_that_was_taken_away_is_made_anew_on_sighup(tmp_path):
    with latchkey.Server(tmp_path / "data") as server:
        first = shown(server, "proxy")
        hang_up(server, "certificate read anew")
        assert shown(server, "proxy") == first
        (server.data / "cert.pem").unlink()
        hang_up(server, "certificate read anew")
        assert shown(server, "proxy") == der((server.data / "cert.pem").read_bytes()) != first

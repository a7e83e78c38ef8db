"""TLS as Mozilla's intermediate profile wants it, on both listeners."""

import json
import subprocess
import sys
import urllib.parse

import pytest


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

"""Servers under measurement, pinned to one core, and the load, pinned to another."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[1]
SERVER_CORE = os.environ.get("BENCH_SERVER_CORE", "0")
LOAD_CORE = os.environ.get("BENCH_LOAD_CORE", "1")
LATCHKEY = pathlib.Path(os.environ.get("BENCH_LATCHKEY", ROOT / ".build" / "release" / "latchkey"))
BARE = pathlib.Path(os.environ.get("BENCH_BARE", ROOT / "Benchmarks" / ".build" / "release" / "bare-nio"))


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def tool(name):
    """The binary from the virtual environment, else from the system."""
    own = ROOT / ".venv" / "bin" / name
    found = str(own) if own.exists() else shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if not found:
        raise SystemExit(f"{name} is missing; run scripts/install-packages bench")
    return found


class Process:
    """One process on the server's core until the block ends."""

    def __init__(self, arguments, folder, core=SERVER_CORE, environment=None, name="server"):
        self.arguments = ["taskset", "-c", core, *map(str, arguments)]
        self.folder, self.environment, self.name = pathlib.Path(folder), environment, name

    def __enter__(self):
        self.log = open(self.folder / f"{self.name}.log", "wb")
        self.begun = time.monotonic()
        self.process = subprocess.Popen(
            self.arguments, stdout=self.log, stderr=self.log, env={**os.environ, **(self.environment or {})}, start_new_session=True)
        return self

    def __exit__(self, *_):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.log.close()

    def wait_until_answers(self, port, seconds=20):
        """Milliseconds from the start of the process until it took a connection."""
        while time.monotonic() - self.begun < seconds:
            if self.process.poll() is not None:
                break
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                return (time.monotonic() - self.begun) * 1000
            time.sleep(0.002)
        raise SystemExit(f"{self.name} did not start:\n{(self.folder / f'{self.name}.log').read_text()[-2000:]}")

    def resident(self):
        """MiB of the process and its children."""
        total = 0
        for pid in family(self.process.pid):
            with contextlib.suppress(OSError):
                fields = dict(line.split(":", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
                total += int(fields.get("VmRSS", "0 kB").split()[0])
        return total / 1024


def family(pid):
    children = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True).stdout.split()
    return [pid] + [one for child in children for one in family(int(child))]


def status(url, headers=None, method="GET"):
    """The status of one answer; 0 when there was none."""
    request = urllib.request.Request(url, headers=headers or {}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30, context=ssl._create_unverified_context()) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


class Load(dict):
    """What wrk saw: requests, seconds, rate, p50 and p99 in milliseconds, refused answers."""


def wrk(url, headers=None, seconds=3, connections=64, script=None, core=LOAD_CORE):
    arguments = ["taskset", "-c", core, tool("wrk"), "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    for name, value in (headers or {}).items():
        arguments += ["-H", f"{name}: {value}"]
    if script:
        arguments += ["-s", str(script)]
    printed = subprocess.run([*arguments, url], capture_output=True, text=True, timeout=seconds + 60)
    text = printed.stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    if not rate:
        raise SystemExit(f"wrk said nothing:\n{text}{printed.stderr}")
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    errors = re.search(r"Socket errors: (.*)", text)

    def percentile(name):
        found = re.search(rf"^\s+{name}%\s+([\d.]+)(us|ms|s)$", text, re.M)
        return float(found[1]) * {"us": 0.001, "ms": 1, "s": 1000}[found[2]] if found else None

    return Load(rate=float(rate[1]), p50=percentile(50), p99=percentile(99), refused=int(refused[1]) if refused else 0,
                errors=errors[1] if errors else "")


@contextlib.contextmanager
def latchkey(folder, command="demo", flags=(), core=SERVER_CORE, config=None):
    """The real binary; yields (facts, process)."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    arguments = [LATCHKEY, command, "--json", "--data", folder / "data", "--dashboard-port", "0", "--proxy-port", "0", "--gate-port", "0", *flags]
    if config:
        (folder / "latchkey.yaml").write_text(config)
        arguments += ["--config", folder / "latchkey.yaml"]
    with Process(arguments, folder, core=core, name="latchkey") as server:
        log = folder / "latchkey.log"
        while not (line := next((line for line in log.read_text(errors="replace").splitlines() if line.startswith('{"accounts"')
                                 or ('"gate_url"' in line and line.startswith("{"))), None)):
            if server.process.poll() is not None or time.monotonic() - server.begun > 1200:
                raise SystemExit(f"latchkey did not start:\n{log.read_text()[-2000:]}")
            time.sleep(0.002)
        server.started = (time.monotonic() - server.begun) * 1000
        yield json.loads(line), server

"""Starts and stops the real binary, and speaks to it as a program would."""

import base64
import contextlib
import http.client
import json
import os
import pathlib
import signal
import sqlite3
import ssl
import subprocess
import threading
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("JOURNEY_BINARY", ROOT / ".build" / "debug" / "latchkey"))


class Server:
    """One `latchkey serve` or `latchkey demo` in a process of its own."""

    def __init__(self, data, command="serve", config=None, flags=()):
        self.data = pathlib.Path(data)
        self.data.mkdir(parents=True, exist_ok=True)
        self.command, self.flags, self.config = command, list(flags), config
        self.log_path = self.data.parent / f"{self.data.name}.log"
        self.process = None

    def start(self):
        arguments = [
            str(BINARY), self.command, "--json", "--data", str(self.data),
            "--dashboard-port", "0", "--proxy-port", "0", "--gate-port", "0", *self.flags,
        ]
        if self.config:
            path = self.data.parent / f"{self.data.name}.yaml"
            path.write_text(self.config)
            arguments += ["--config", str(path)]
        self.log = open(self.log_path, "ab")
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        assert line, f"the server did not start:\n{self.log_path.read_text()[-4000:]}"
        self.facts = json.loads(line)
        self.dashboard = self.facts["dashboard_url"].rstrip("/")
        self.proxy = self.facts["proxy_url"].rstrip("/")
        self.gate = self.facts["gate_url"].rstrip("/")
        self.ca_file = self.facts.get("ca_file")
        # Whatever else it prints must not block it.
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        return self

    def stop(self, how=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(timeout=40)
        self.log.close()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def cli(self, *arguments, stdin=None, check=True):
        """The command line beside the running server, on the same database."""
        done = subprocess.run(
            [str(BINARY), *arguments, "--data", str(self.data)], input=stdin, capture_output=True, text=True, timeout=60)
        if check:
            assert done.returncode == 0, f"latchkey {' '.join(arguments)}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def sql(self, statement, *values):
        """Straight into the database, for what only time or misfortune brings about."""
        with contextlib.closing(sqlite3.connect(self.data / "latchkey.sqlite", timeout=10)) as database, database:
            return database.execute(statement, values).fetchall()

    def connection(self, url=None, timeout=20):
        parts = urllib.parse.urlsplit(url or self.proxy)
        if parts.scheme == "http":
            return http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
        context = ssl.create_default_context(cafile=self.ca_file)
        return http.client.HTTPSConnection(parts.hostname, parts.port, context=context, timeout=timeout)

    def call(self, path, user=None, password=None, method="GET", headers=None, body=None, base=None):
        """One request: (status, headers, body)."""
        headers = dict(headers or {})
        if user is not None:
            headers["Authorization"] = basic(user, password)
        connection = self.connection(base)
        try:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()


def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

"""A client that sends exactly the bytes it is told to, and reads answers one by one."""

import socket
import ssl
import urllib.parse


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def get(self, name):
        return (self.all(name) or [None])[0]

    def __repr__(self):
        return f"{self.status} {self.headers} {self.body[:200]!r}"


class Wire:
    """One connection. `url` decides between TLS and plain; `source` is the address it comes from."""

    def __init__(self, server, url, timeout=15, alpn=("http/1.1",), source=None, receive_buffer=None):
        parts = urllib.parse.urlsplit(url)
        self.host = f"{parts.hostname}:{parts.port}"
        raw = socket.socket()
        raw.settimeout(timeout)
        if receive_buffer:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        if source:
            raw.bind((source, 0))
        raw.connect(("127.0.0.1", parts.port))
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if parts.scheme == "https":
            context = ssl.create_default_context(cafile=server.ca_file)
            context.set_alpn_protocols(list(alpn))
            raw = context.wrap_socket(raw, server_hostname="localhost")
        self.socket, self.buffer = raw, b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data.encode("latin-1") if isinstance(data, str) else data)
        return self

    def more(self):
        """More bytes; False at the end of the connection, however it ends."""
        try:
            data = self.socket.recv(65536)
        except (ConnectionResetError, ssl.SSLError):
            return False
        self.buffer += data
        return bool(data)

    def take(self, count):
        while len(self.buffer) < count:
            assert self.more(), f"the connection ended within an answer: {self.buffer[:300]!r}"
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def line(self):
        while b"\r\n" not in self.buffer:
            assert self.more(), f"the connection ended within an answer: {self.buffer[:300]!r}"
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line

    def answer(self, head=False):
        """The next final answer; interim ones are skipped."""
        while True:
            version, status, _ = (self.line() + b" ").split(b" ", 2)
            assert version in (b"HTTP/1.1", b"HTTP/1.0"), version
            headers = []
            while line := self.line():
                name, _, value = line.partition(b":")
                headers.append((name.decode("latin-1"), value.strip().decode("latin-1")))
            if not 100 <= int(status) < 200:
                break
        answer = Answer(int(status), headers, b"")
        if head or answer.status in (204, 304):
            return answer
        if answer.get("Transfer-Encoding") == "chunked":
            while size := int(self.line(), 16):
                answer.body += self.take(size)
                self.line()
            self.line()
        elif answer.get("Content-Length") is not None:
            answer.body = self.take(int(answer.get("Content-Length")))
        else:
            while self.more():
                pass
            answer.body, self.buffer = self.buffer, b""
        return answer

    def rest(self):
        """Everything until the connection ends."""
        while self.more():
            pass
        data, self.buffer = self.buffer, b""
        return data


def statuses(data):
    """The status of each answer in the bytes of a connection, as far as answers can be told apart."""
    return [int(part[2:5]) for part in data.split(b"HTTP/1.")[1:] if part[2:5].isdigit()]


def resident(process):
    """MiB of memory that a process has resident."""
    with open(f"/proc/{process.pid}/status") as facts:
        return next(int(line.split()[1]) for line in facts if line.startswith("VmRSS")) / 1024

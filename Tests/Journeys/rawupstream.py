"""An upstream that answers with whatever bytes it is told to, also such as no server should send."""

import socket
import threading


class RawUpstream:
    """`act(connection, head)` is called with each request's header, up to the empty line; False from it ends the connection."""

    def __init__(self, act):
        self.act, self.heads, self.connections = act, [], []
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()
        for connection in self.connections:
            connection.close()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections.append(connection)
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        buffer = Buffer(connection)
        try:
            while head := buffer.until(b"\r\n\r\n"):
                self.heads.append(head)
                if self.act(buffer, head) is False:
                    break
        except OSError:
            pass
        connection.close()


class Buffer:
    def __init__(self, connection):
        self.connection, self.bytes = connection, b""

    def until(self, mark):
        while mark not in self.bytes:
            data = self.connection.recv(65536)
            if not data:
                return b""
            self.bytes += data
        head, self.bytes = self.bytes.split(mark, 1)
        return head

    def send(self, data):
        self.connection.sendall(data)

    def body(self, head):
        """Reads the body of a request and gives its length."""
        for line in head.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                left = total = int(line.split(b":")[1])
                left -= len(self.bytes)
                self.bytes = b""
                while left > 0:
                    left -= len(self.connection.recv(1 << 20))
                return total
        if b"transfer-encoding: chunked" not in head.lower():
            return 0
        total = 0
        while size := int(self.until(b"\r\n"), 16):
            total += size
            need = size + 2
            while len(self.bytes) < need:
                self.bytes += self.connection.recv(1 << 20)
            self.bytes = self.bytes[need:]
        self.until(b"\r\n")
        return total


def field(head, name):
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.lower() == name.lower().encode():
            return value.strip().decode("latin-1")
    return None

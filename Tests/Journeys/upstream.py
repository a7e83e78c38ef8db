"""The API behind the proxy: tells what it was asked, and remembers it."""

import http.server
import json
import threading


class Quiet(http.server.ThreadingHTTPServer):
    """Proxies that are stopped reset their connections; that is no news."""

    def handle_error(self, *_):
        pass


class Upstream:
    def __init__(self):
        self.seen = []
        seen = self.seen

        class Answer(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def answer(self):
                body = self.whole_body()
                facts = {
                    "method": self.command, "path": self.path, "body": body.decode("latin-1"),
                    "headers": [[name, value] for name, value in self.headers.items()],
                }
                seen.append(facts)
                text = json.dumps(facts).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(text)

            def whole_body(self):
                if "chunked" not in (self.headers.get("Transfer-Encoding") or ""):
                    return self.rfile.read(int(self.headers.get("Content-Length") or 0))
                body = b""
                while size := int(self.rfile.readline().split(b";")[0], 16):
                    body += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return body

            def __getattr__(self, name):
                """Every method, known or not, is answered and remembered."""
                if name.startswith("do_"):
                    return self.answer
                raise AttributeError(name)

            def log_message(self, *_):
                pass

        self.server = Quiet(("127.0.0.1", 0), Answer)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

# SPDX-License-Identifier: MIT
"""Those whom cuttle talks to: an HTTP server of a test's own, and the local Kraken as a venue."""
import subprocess
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cuttle import drain, line_of, path, start
from kraken import Client


class Handler(BaseHTTPRequestHandler):
    """Says nothing on the test's own output. `server.port` is where what it hands on goes to."""
    protocol_version = "HTTP/1.1"

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def reply(self, body=b"", status=200):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except BrokenPipeError:  # who asked was killed
            pass

    def handed_on(self):
        """What the one behind answers to the same request."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.server.port}{self.path}", self.body() or None,
                                         dict(self.headers))
        with urllib.request.urlopen(request, timeout=20) as reply:
            return reply.read()

    def log_message(self, *_):
        pass


def listen(handler, context=None, **members):
    """A server on a port of its own, with these members; by a TLS context where one is given."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    for name, value in members.items():
        setattr(server, name, value)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def certificate(name):
    """The files of one for a name, and of its key; None: there is no openssl."""
    files = path("tls.pem"), path("tls.key")
    made = subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                           "-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-keyout",
                           files[1], "-out", files[0]], capture_output=True, check=False)
    return files if made.returncode == 0 else None


def exchange(*words):
    """The local Kraken once it answers: its process, and a client of its account whose .port it is at."""
    process = start("exchange", *words)
    key = line_of(process, r"^key (\S+) secret (\S+)$", 30)
    port = line_of(process, r"ready http://127\.0\.0\.1:(\d+)", 30)
    drain(process)
    return process, Client(port.group(1), key.group(1), key.group(2))


def at(port, rest=None):
    """The words by which cuttle takes it for Kraken; its REST calls may go by another port."""
    return ["--venue", "kraken", "--set", f"venue.rest_url=http://127.0.0.1:{rest or port}", "--set",
            f"venue.ws_url=ws://127.0.0.1:{port}/v2", "--set", f"venue.private_ws_url=ws://127.0.0.1:{port}/v2"]

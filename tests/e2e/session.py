# SPDX-License-Identifier: MIT
"""A session that a test talks to while it runs: over HTTP, over the push, by command, until it is ended."""
import base64
import collections
import hashlib
import json
import os
import signal
import socket
import struct
import time
import urllib.error
import urllib.parse
import urllib.request

from cuttle import children, drain, line_of, path, run, start, stop, until

Answer = collections.namedtuple("Answer", "status content_type text")


class Session:
    """Where it does not say in time what its dashboard's address is, that address is empty."""

    def __init__(self, state, *words, **more):
        self.state = state
        self.process = start("run", "--state", state, "--set", "server.port=0", *words, **more)
        found = line_of(self.process, r"dashboard: ((https?)://(\[[^\]]*\]|[^\s:/]+):(\d+))\b", 60)
        self.address, self.scheme, self.host, self.port = found.groups() if found else ("", "", "", "0")
        self.port = int(self.port)
        drain(self.process)

    def token(self):
        with open(path(f"{self.state}/token"), encoding="ascii") as file:
            return file.read().strip()

    def ask(self, target, method="GET", body=None, query=None, token=None, headers=None):
        """An answer, whatever its status."""
        headers = dict(headers or {}, **({"Authorization": f"Bearer {token}"} if token else {}))
        text = urllib.parse.urlencode(query or {}, safe="/:,")
        request = urllib.request.Request(f"{self.address}{target}{'?' if text else ''}{text}", method=method,
                                         data=None if body is None else body.encode(), headers=headers)
        try:
            reply = urllib.request.urlopen(request, timeout=60)
        except urllib.error.HTTPError as error:
            reply = error
        with reply:
            return Answer(reply.status, reply.headers.get_content_type(), reply.read().decode())

    def get(self, name):
        """What a route of /api/v1 tells."""
        return json.loads(self.ask("/api/v1/" + name).text)

    def do(self, *words, **more):
        """A command about this session: its status and all that it said."""
        done = run(*words, "--state", self.state, **more)
        return done.returncode, (done.stdout + done.stderr).strip()

    def ctl(self, *words):
        return self.do("ctl", *words)

    def end(self, how=signal.SIGTERM, seconds=10):
        """Its exit status and how long it took."""
        return stop(self.process, how, seconds)


class WebSocket:
    """A client small enough to read (RFC 6455), on a connected socket: text frames, no extensions."""

    def __init__(self, peer, host, target="/ws/live", headers=""):
        key = base64.b64encode(os.urandom(16)).decode()
        self.peer = peer
        self.peer.sendall((f"GET {target} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                           f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n{headers}\r\n").encode())
        self.file = self.peer.makefile("rb")
        line = self.file.readline().split()
        self.status = int(line[1]) if len(line) > 1 else 0
        answered = {}
        while line := self.file.readline().strip():
            name, _, value = line.decode().partition(":")
            answered[name.lower()] = value.strip()
        digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
        self.accepted = answered.get("sec-websocket-accept") == base64.b64encode(digest).decode()

    @classmethod
    def of(cls, session):
        host = f"127.0.0.1:{session.port}"
        return cls(socket.create_connection(("127.0.0.1", session.port), timeout=30), host)

    def send(self, text):
        data, mask = text.encode(), os.urandom(4)
        assert len(data) < 126
        self.peer.sendall(bytes([0x81, 0x80 | len(data)]) + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data)))

    def receive(self):
        """A message, or the code of a close, or None at the end."""
        text = b""
        while True:
            head = self.file.read(2)
            if len(head) < 2:
                return None
            size = head[1] & 127
            if size > 125:
                size = struct.unpack(">H" if size == 126 else ">Q", self.file.read(2 if size == 126 else 8))[0]
            data = self.file.read(size)
            if head[0] & 15 == 8:
                return int.from_bytes(data[:2], "big")
            if head[0] & 15 in (0, 1):
                text += data
                if head[0] & 0x80:
                    return json.loads(text)

    def receive_until(self, holds, seconds=30):
        """The first message that is wanted; None: it was closed, or none came."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            message = self.receive()
            if message is None or holds(message):
                return message
        return None

    def receive_type(self, kind, seconds=30):
        message = self.receive_until(lambda told: isinstance(told, int) or told["type"] == kind, seconds)
        return message if isinstance(message, dict) else None

    def close(self):
        self.file.close()
        self.peer.close()


def child_of(process, command):
    """The process that a session has started for a command of cuttle's (`backtest`, `learn`); None."""
    for each in children(process.pid):
        try:
            with open(f"/proc/{each}/cmdline", encoding="utf-8") as file:
                if f"\0{command}\0" in file.read():
                    return each
        except OSError:
            pass
    return None


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def steps_back(pid):
    """Whether a child leaves processor and memory to its session, which it asks for itself when it begins; and by
    what."""
    def places():
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            stat = file.read().rsplit(")", 1)[1].split()
        with open(f"/proc/{pid}/oom_score_adj", encoding="utf-8") as file:
            return int(stat[16]), int(stat[38]), int(file.read())
    until(lambda: places() == (19, 5, 1000), 10)
    return places() == (19, 5, 1000), "nice {}, policy {}, killed first {}".format(*places())

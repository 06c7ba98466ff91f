# SPDX-License-Identifier: MIT
"""Who may ask a session, and how much: hostile requests on raw sockets, keys and their roles, TLS on
an address that is not loopback. What gets through here gets at a running bot."""
import base64
import json
import os
import re
import socket
import ssl
import stat
import threading
import time
import warnings

from cuttle import QUIET, check, main, path, query, run, skip, until
from peer import certificate
from session import Session, WebSocket

HOST = b"Host: localhost\r\n"
WEBSOCKET = (b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
             b"Sec-WebSocket-Key: " + base64.b64encode(b"0123456789abcdef") + b"\r\n")


class Raw(Session):
    """A session that is spoken to on bare sockets: no library would send what is sent here."""

    def __init__(self, state, *words):
        super().__init__(state, "--pairs", "BTC/USD", *QUIET, *words)
        self.context = None

    def connect(self, seconds=10):
        plain = socket.create_connection((self.host, self.port), timeout=seconds)
        return self.context.wrap_socket(plain, server_hostname="bot.example") if self.context else plain

    def raw(self, request, seconds=5):
        """All that comes back until the other side closes, or nothing more does for so long."""
        reply = b""
        try:
            with self.connect(seconds) as peer:
                peer.sendall(request)
                while piece := peer.recv(65536):
                    reply += piece
        except (TimeoutError, ConnectionError, ssl.SSLError, BrokenPipeError):
            pass
        return reply

    def ask(self, target, method="GET", body=b"", host=None, **headers):
        lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        if method != "GET":
            lines += f"Content-Length: {len(body)}\r\n"
        reply = self.raw(f"{method} {target} HTTP/1.1\r\nHost: {host or 'localhost'}\r\n{lines}Connection: close\r\n\r\n"
                         .encode() + body)
        return status_of(reply), reply.decode(errors="replace")

    def command(self, **headers):
        return self.ask("/api/v1/commands", "POST", b'{"command":"pause"}', **headers)

    def in_a_row(self, target, count, host):
        """The statuses of questions sent all at once: on a busy machine one after another is no haste."""
        asked = f"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
        return statuses_of(self.raw(asked * count, 5))

    def lives(self):
        return self.ask("/health")[0] in (200, 503)


def status_of(reply):
    found = re.match(rb"HTTP/1\.[01] (\d{3})", reply)
    return int(found.group(1)) if found else 0


def statuses_of(reply):
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) ", reply)]


def answers(reply):
    return len(statuses_of(reply))


def traversal(session):
    targets = [b"/../../../../etc/passwd", b"/%2e%2e/%2e%2e/%2e%2e/etc/passwd", b"/..%2f..%2f..%2fetc%2fpasswd",
               b"/%2e%2e%2f%2e%2e%2fetc/passwd", b"/..\\..\\..\\etc\\passwd", b"/%5c..%5c..%5cetc%5cpasswd",
               b"/app.js%00/../../etc/passwd", b"/\x00/../etc/passwd", b"//etc/passwd", b"/api/v1/../../../etc/passwd",
               b"/%252e%252e/%252e%252e/etc/passwd", b"/..;/..;/etc/passwd", b"/%c0%ae%c0%ae/etc/passwd",
               b"file:///etc/passwd", b"http://localhost/../../etc/passwd", b"/" + b"../" * 400 + b"etc/passwd",
               b"/../state/token", b"/state/token", b"/%2e%2e/token"]
    token = session.token().encode()
    seen = []
    for target in targets:
        reply = session.raw(b"GET " + target + b" HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
        if b"root:" in reply or token in reply or status_of(reply) not in (0, 400, 403, 404):
            seen.append((target, reply[:80]))
    check(not seen, f"{len(targets)} ways out of the page's folder lead nowhere {seen or ''}")


def smuggling(session):
    """Whatever the framing, what stands in a body is never taken for a request of its own."""
    inner = b"GET /api/v1/status HTTP/1.1\r\n" + HOST + b"\r\n"
    head = b"POST /api/v1/commands HTTP/1.1\r\n" + HOST
    size = str(len(inner)).encode()
    chunked = b"0\r\n\r\n" + inner
    tries = {
        "length and chunked": head + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked,
        "chunked and length": head + b"Transfer-Encoding: chunked\r\nContent-Length: " + size + b"\r\n\r\n" + chunked,
        "chunked": head + b"Transfer-Encoding: chunked\r\n\r\n" + chunked,
        "chunked on a GET": b"GET / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n" + chunked,
        "two lengths": head + b"Content-Length: 0\r\nContent-Length: " + size + b"\r\n\r\n" + inner,
        "two lengths, the other way": head + b"Content-Length: " + size + b"\r\nContent-Length: 0\r\n\r\n" + inner,
        "a list of lengths": head + b"Content-Length: 0, " + size + b"\r\n\r\n" + inner,
        "a length with a sign": head + b"Content-Length: +0\r\n\r\n" + inner,
        "a length below nothing": head + b"Content-Length: -1\r\n\r\n" + inner,
        "a length in hexadecimal": head + b"Content-Length: 0x0\r\n\r\n" + inner,
        "a length beyond 64 bits": head + b"Content-Length: 18446744073709551616\r\n\r\n" + inner,
        "a length with blanks within": head + b"Content-Length: 0 0\r\n\r\n" + inner,
        "a blank before the colon": head + b"Content-Length : 0\r\n\r\n" + inner,
        "chunked, a blank before the colon": head + b"Content-Length: 0\r\nTransfer-Encoding : chunked\r\n\r\n" + inner,
        "a length on a GET, a blank before the colon": b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length : " + size +
                                                       b"\r\n\r\n" + inner,
        "the same with a tab": b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length\t: " + size + b"\r\n\r\n" + inner,
        "chunked on a GET, a blank before the colon": b"GET / HTTP/1.1\r\n" + HOST +
                                                      b"Transfer-Encoding : chunked\r\n\r\n" + chunked,
        "a length, folded": head + b"Content-Length:\r\n " + size + b"\r\n\r\n" + inner,
        "chunked by another name": head + b"Transfer-Encoding: xchunked\r\nContent-Length: 0\r\n\r\n" + inner,
        "chunked behind a tab": head + b"Transfer-Encoding:\tchunked\r\nContent-Length: 0\r\n\r\n" + inner,
        "chunked behind identity": head + b"Transfer-Encoding: identity, chunked\r\nContent-Length: 0\r\n\r\n" + inner,
        "chunked with a control": head + b"Transfer-Encoding: \x0bchunked\r\nContent-Length: 0\r\n\r\n" + inner,
        "a body on a GET": b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: " + size + b"\r\n\r\n" + inner,
        "a body on a HEAD": b"HEAD / HTTP/1.1\r\n" + HOST + b"Content-Length: " + size + b"\r\n\r\n" + inner,
        "no length": head + b"\r\n" + inner,
        "no length on a PATCH": b"PATCH /api/v1/risk HTTP/1.1\r\n" + HOST + b"\r\n" + inner,
        "an empty length": head + b"Content-Length:\r\n\r\n" + inner,
        "a body on an OPTIONS": b"OPTIONS / HTTP/1.1\r\n" + HOST + b"Content-Length: " + size + b"\r\n\r\n" + inner,
    }
    wrong = []
    for name, request in tries.items():
        reply = session.raw(request, 2)
        if b'"equity"' in reply or answers(reply) > 1:
            wrong.append((name, reply[:300]))
    check(not wrong, f"{len(tries)} ways to smuggle a request within another fail {wrong or ''}")
    reply = session.raw(b"GET / HTTP/1.1\nHost: localhost\nConnection: close\n\n", 2)
    check(answers(reply) <= 1, f"lines that end with LF alone are one request or none ({status_of(reply)})")
    reply = session.raw(b"GET /api/v1/status HTTP/1.1\r\nHost: evil.example\r\n localhost\r\nConnection: close\r\n\r\n", 2)
    check(status_of(reply) in (0, 400, 403), f"a folded Host is not ours ({status_of(reply)})")
    reply = session.raw(b"GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n", 2)
    check(status_of(reply) in (0, 400, 403), f"nor are two ({status_of(reply)})")
    reply = session.raw(b"GET http://evil.example/api/v1/status HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n", 2)
    check(b'"equity"' not in reply, f"nor is another in the request line ({status_of(reply)})")
    check(session.lives(), "and it answers as before")


def bodiless(session):
    """What `curl -X POST` sends: no length at all."""
    key = b"Authorization: Bearer " + session.token().encode() + b"\r\n"
    for method, target, wanted in ((b"POST", b"/api/v1/control/pause", 200), (b"POST", b"/api/v1/control/resume", 200),
                                   (b"PATCH", b"/api/v1/risk", 400), (b"DELETE", b"/api/v1/backtests/999", 404)):
        status = status_of(session.raw(method + b" " + target + b" HTTP/1.1\r\n" + HOST + key + b"\r\n", 3))
        check(status == wanted, f"{method.decode()} {target.decode()} without a length is answered ({status})")


def sizes(session):
    status = status_of(session.raw(b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 40000 + b"\r\n\r\n", 3))
    check(status in (0, 400, 413, 414, 431), f"a header of 40 KB is refused ({status})")
    status = status_of(session.raw(b"GET / HTTP/1.1\r\n" + HOST + b"X: y\r\n" * 6000 + b"\r\n", 3))
    check(status in (0, 400, 413, 431), f"6,000 headers are refused ({status})")
    status = status_of(session.raw(b"GET /" + b"a" * 40000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 3))
    check(status in (0, 400, 404, 413, 414, 431), f"a target of 40 KB is refused ({status})")
    body = b"x" * 70000
    status, _ = session.ask("/api/v1/commands", "POST", body)
    check(status == 413, "a body of 70 KB is refused with 413")
    status = status_of(session.raw(b"POST /api/v1/commands HTTP/1.1\r\n" + HOST + b"Content-Length: 99999999999\r\n\r\n", 3))
    check(status == 413, "and one of 100 GB before it is sent")
    check(status_of(session.raw(os.urandom(20000), 3)) in (0, 400, 403, 405), "noise is refused")
    check(session.lives(), "and it answers as before")


def dripped(session, first, out, name):
    """How long it is listened to when it says a byte a second."""
    began = time.monotonic()
    try:
        with session.connect(5) as peer:
            peer.sendall(first)
            peer.settimeout(1)
            while time.monotonic() - began < 100:
                try:
                    if peer.recv(1000) == b"":
                        break
                except TimeoutError:
                    peer.sendall(b"x")
    except (ConnectionError, BrokenPipeError, ssl.SSLError):
        pass
    out[name] = time.monotonic() - began


def drips(session):
    """Begins to speak slowly, beside all else; returns what waits for the end and tells it."""
    out, threads = {}, []
    token = session.token().encode()
    for name, first in {
        "a head that drips": b"GET / HTTP/1.1\r\n" + HOST + b"X-Slow: ",
        "a body that drips": b"POST /api/v1/commands HTTP/1.1\r\n" + HOST + b"Authorization: Bearer " + token +
                             b"\r\nContent-Length: 1000\r\n\r\n",
        "a second head that drips": b"GET /health HTTP/1.1\r\n" + HOST + b"\r\nGET /health HTTP/1.1\r\nX-Slow: ",
    }.items():
        threads.append(threading.Thread(target=dripped, args=(session, first, out, name)))
        threads[-1].start()
    check(session.lives(), "while some speak a byte a second others are answered")

    def tell():
        for thread in threads:
            thread.join()
        for name, seconds in out.items():
            check(seconds < (80 if "second" in name else 45), f"{name} is cut after {seconds:.0f} s")
    return tell


def crowds(session):
    peers = []
    try:
        for _ in range(400):
            peers.append(session.connect(2))
    except OSError:
        pass
    time.sleep(0.5)
    turned_away = 0
    for peer in peers:
        peer.settimeout(0.01)
        try:
            turned_away += peer.recv(1) == b""
        except TimeoutError:
            pass
        except OSError:
            turned_away += 1
    for peer in peers:
        peer.close()
    check(turned_away >= 70, f"of 400 connections {turned_away} are turned away")
    time.sleep(0.5)
    check(session.lives(), "and when they are gone it answers as before")


def strangers(session):
    check(session.ask("/api/v1/status", host="evil.example")[0] == 403, "another Host is 403")
    check(session.ask("/", host="evil.example")[0] == 403, "the page is not shown under it either")
    check(session.ask("/api/v1/status", host="localhost.evil.example")[0] == 403, "nor to a name that begins as ours")
    check(session.ask("/api/v1/status", Origin="http://evil.example")[0] == 403, "another Origin is 403")
    check(session.ask("/api/v1/status", Origin="null")[0] == 403, "and null is another")
    check(session.ask("/api/v1/status", Origin="http://localhost." + "a" * 3000)[0] in (0, 403),
          "an Origin too long to be read is not taken for none")
    check(session.ask("/api/v1/status", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="no-cors")[0] == 403,
          "a picture of another site is nothing of ours")
    check(session.ask("/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate")[0] == 200, "a link to the page is")
    for origin in (b"http://evil.example", b"null"):
        reply = session.raw(b"GET /ws/live HTTP/1.1\r\n" + HOST + WEBSOCKET + b"Origin: " + origin + b"\r\n\r\n", 2)
        check(status_of(reply) == 403, f"a WebSocket of {origin.decode()} is 403")
    status, text = session.command(Origin="http://evil.example", Authorization=f"Bearer {session.token()}")
    check(status == 403, "nor does a right token help another site")
    status, text = session.ask("/api/v1/commands", "OPTIONS", Origin="http://evil.example",
                               Access_Control_Request_Method="POST")
    check(status in (403, 405) and "access-control-allow" not in text.lower(), "and its preflight is told no")
    status, text = session.ask("/")
    csp = re.search(r"content-security-policy: (.*)\r", text, re.I)
    check(status == 200 and csp and "default-src 'none'" in csp[1] and "unsafe" not in csp[1], "the page has a strict CSP")


def keys(session):
    made = run("key", "add", "ops", "--state", session.state)
    ops = made.stdout.strip()
    check(made.returncode == 0 and re.fullmatch(r"[0-9a-f]{64}", ops) is not None, "a key is made and told once")
    screen = run("key", "add", "screen", "--read-only", "--state", session.state).stdout.strip()
    with open(path(f"{session.state}/api-keys"), encoding="utf-8") as file:
        text = file.read()
    check(ops not in text and screen not in text, "the file holds neither")
    check(stat.S_IMODE(os.stat(path(f"{session.state}/api-keys")).st_mode) == 0o600, "and is its owner's alone")
    listed = run("key", "list", "--state", session.state).stdout
    check(re.search(r"^ops +command ", listed, re.M) and re.search(r"^screen +look ", listed, re.M), "both are listed")
    check(run("key", "add", "ops", "--state", session.state).returncode == 1, "a name is taken once")
    check(run("key", "add", "No Such", "--state", session.state).returncode == 1, "and is a plain word")
    time.sleep(2.5)
    check(session.command()[0] == 401, "a command without a key is 401")
    check(session.command(X_API_Key=screen)[0] == 403, "one with a key that only looks is 403")
    check(session.command(X_API_Key=ops)[0] == 200, "X-API-Key with one that commands is obeyed")
    check(session.command(Authorization=f"Bearer {ops}")[0] == 200, "and so is Bearer")
    check(session.command(Authorization=f"Bearer {session.token()}")[0] == 200, "and the session's own token")
    check(session.ask("/api/v1/commands", "DELETE", X_API_Key=screen)[0] == 403, "any other method is a command too")
    check(run("ctl", "resume", "--state", session.state).returncode == 0, "`cuttle ctl` commands as ever")

    def origins():
        return {json.loads(text).get("origin") for text, in query(
            session.state, "SELECT json FROM records WHERE word IN ('paused','resumed')")}
    wanted = {"key ops from 127.0.0.1", "token from 127.0.0.1"}
    check(until(lambda: wanted <= origins(), 10), f"the ledger tells who commanded: {sorted(map(str, origins()))}")
    check(run("key", "remove", "ops", "--state", session.state).returncode == 0, "a key is removed")
    time.sleep(2.5)
    check(session.command(X_API_Key=ops)[0] == 401, "and is none from then on")
    check(run("key", "remove", "ops", "--state", session.state).returncode == 1, "it cannot be removed twice")


def guesses(session):
    statuses = [session.command(X_API_Key=f"{i:064x}")[0] for i in range(30)]
    check(statuses[0] == 401 and statuses[-1] == 429, "thirty wrong keys: first 401, then 429")
    status, text = session.command(X_API_Key="0" * 64)
    check(status == 429 and re.search(r"retry-after: \d+\r", text, re.I) is not None, "with a Retry-After")
    check(session.command(Authorization=f"Bearer {session.token()}")[0] == 200, "a right one passes all the same")
    told = 0
    for name in os.listdir(path(session.state)):
        if name.endswith((".log", ".jsonl")):
            with open(path(f"{session.state}/{name}"), encoding="utf-8") as file:
                told += file.read().count("dashboard.wrong_key")
    check(1 <= told <= 2, f"and the log has {told} line(s) of it, not one a try")


def here():
    session = Raw("here")
    if not check(session.port > 0, "a session runs"):
        return
    dripped_out = drips(session)
    strangers(session)
    traversal(session)
    smuggling(session)
    bodiless(session)
    sizes(session)
    crowds(session)
    keys(session)
    guesses(session)
    dripped_out()
    status, _ = session.end()
    check(status == 0, "it ends well after all that")


def read_only():
    session = Raw("readonly", "--set", "server.read_only=true")
    check(session.command(Authorization=f"Bearer {session.token()}")[0] == 403, "a read-only session takes no command")
    check(session.ask("/api/v1/status")[0] == 200, "and can be looked at")
    session.end()
    session = Raw("always", "--set", "server.key_always=true")
    check(session.ask("/api/v1/status")[0] == 401, "with key_always a look needs a key here, too")
    check(session.ask("/api/v1/status", Authorization=f"Bearer {session.token()}")[0] == 200, "the token is one")
    check(session.ask("/")[0] == 200, "the page's own files need none")
    check(run("ctl", "status", "--state", "always").returncode == 0, "`cuttle ctl` looks as ever, by a port of its own")
    session.end()
    session = Raw("proxied")
    check(session.ask("/api/v1/status", X_Forwarded_For="192.0.2.9")[0] == 401,
          "what a proxy hands on comes from elsewhere")
    check(session.ask("/api/v1/status", X_Forwarded_For="1" * 5000)[0] in (0, 401), "however much it says of it")
    session.end()


def own_address():
    """This machine's address on a network, found without sending a byte; None: it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            found = probe.getsockname()[0]
        except OSError:
            return None
    return None if found.startswith("127.") else found


def refused_to_start(address):
    tls = ["--set", f"server.cert_file={path('tls.pem')}", "--set", f"server.key_file={path('tls.key')}"]

    def refusal(*args):
        done = run("run", "--pairs", "BTC/USD", "--set", "server.port=0", *QUIET, "--state", "refused", "--set", f"server.address={address}", *args)
        lines = [line for line in done.stderr.splitlines() if " INFO " not in line]
        return lines[0] if done.returncode != 0 and len(lines) == 1 else f"?? {done.stderr}"
    check("server.cert_file" in refusal(), "another address without TLS is refused in one line")
    check("cuttle key add" in refusal(*tls), "and with TLS but no key, too")
    run("key", "add", "ops", "--state", "refused")
    check("key_file is missing" in refusal(*tls[:2]), "and with half of TLS")
    check("No such file" in refusal(*tls[:2], "--set", "server.key_file=/no/such.key"), "and with a key that is not there")
    with open(path("broken.pem"), "w", encoding="utf-8") as file:
        file.write("-----BEGIN CERTIFICATE-----\nnot one\n")
    text = refusal("--set", f"server.cert_file={path('broken.pem')}", *tls[2:])
    check("broken.pem: not a certificate" in text, f"and with a certificate that is none: {text}")
    os.chmod(path("tls.key"), 0o644)
    check("chmod 600" in refusal(*tls), "and with a key that every user may read")
    os.chmod(path("tls.key"), 0o600)


def push_of(session, *headers):
    return WebSocket(session.connect(15), "bot.example", headers="".join(headers))


def push_elsewhere(session, key, screen):
    live = push_of(session)
    began = time.monotonic()
    got = live.receive()
    check(live.status == 101 and got == 4401 and 4 < time.monotonic() - began < 9,
          f"who shows no key over the push hears nothing and is closed ({got}) after 5 s")
    for said in ('{"key":"' + "0" * 64 + '"}', '{"key":""}', '{"watch":{"pair":"BTC/USD","timeframe":"1m"}}', "nonsense"):
        live = push_of(session)
        live.send(said)
        check(live.receive() == 4401, f"{said[:12]}... as the first message is closed with 4401")
    live = push_of(session)
    live.send(json.dumps({"key": screen}))
    check((live.receive() or {}).get("type") == "state", "a key that looks as the first message opens it")
    other = push_of(session, f"Authorization: Bearer {key}\r\n")
    check((other.receive() or {}).get("type") == "state", "and so does one in a header, where there can be one")
    waiting = [push_of(session) for _ in range(6)]
    check([each.status for each in waiting].count(101) == 4, "few of one address may wait without a key")
    run("key", "remove", "screen", "--state", session.state)
    got = live.receive_until(lambda told: told == 4401, 10)
    check(got == 4401, "who came in by a key that is removed is shown out")
    for _ in range(40):
        other.send("{}")
    got = other.receive_until(lambda told: isinstance(told, int), 10)
    check(got == 1008, f"and who talks too much, too ({got})")


def elsewhere():
    address = own_address()
    if not certificate("bot.example"):
        skip("there is no openssl to make a certificate with")
        return
    refused_to_start(address or "0.0.0.0")
    if address is None:
        skip("this machine has no address but loopback: TLS from elsewhere is not tried")
        return
    key = run("key", "add", "ops", "--state", "there").stdout.strip()
    screen = run("key", "add", "screen", "--read-only", "--state", "there").stdout.strip()
    session = Raw("there", "--set", f"server.address={address}", "--set", f"server.cert_file={path('tls.pem')}",
                      "--set", f"server.key_file={path('tls.key')}", "--set", "server.names=bot.example", "--set",
                      "server.max_rate=20")
    if not check(session.scheme == "https", "with TLS and a key it runs on another address"):
        return
    session.context = ssl.create_default_context(cafile=path("tls.pem"))
    host = {"host": f"bot.example:{session.port}"}
    check(session.ask("/", **host)[0] == 200, "the page comes over TLS, its certificate verified")
    for target in ("/api/v1/status", "/metrics", "/health", "/api/v1/nothing", "/ml-metrics"):
        check(session.ask(target, **host)[0] == 401, f"{target} needs a key")
    check(session.ask("/api/v1/status", X_API_Key=screen, **host)[0] == 200, "with one it is told")
    check(session.ask("/api/v1/status", Authorization=f"Bearer {session.token()}", **host)[0] == 401,
          "the session's own token is none here")
    check(session.command(X_API_Key=screen, **host)[0] == 403, "a key that looks commands nothing")
    check(session.command(X_API_Key=key, **host)[0] == 200, "one that commands does")
    check(session.ask("/", host="evil.example")[0] == 403, "under another name nothing is shown")
    check(session.ask("/api/v1/status", X_API_Key=key, host="localhost")[0] == 200, "our own names stay")
    check(run("ctl", "status", "--state", "there").returncode == 0, "`cuttle ctl` reaches it beside all that")
    verified, session.context = session.context, None
    reply = session.raw(b"GET / HTTP/1.1\r\nHost: bot.example\r\n\r\n", 3)
    check(b"200" not in reply[:20] and b"cuttle" not in reply, "in the clear nothing is said")
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    session.context = old
    check(session.raw(b"GET / HTTP/1.1\r\nHost: bot.example\r\n\r\n", 3) == b"", "TLS 1.1 is refused")
    session.context = verified
    time.sleep(3)
    push_elsewhere(session, key, screen)
    time.sleep(3)
    statuses = session.in_a_row("/", 300, host["host"])
    check(200 in statuses and 429 in statuses, f"300 requests in a row: {statuses.count(429)} of them are too many")
    check(session.command(X_API_Key=key, **host)[0] == 200, "a command with a right key passes all the same")
    held = []
    try:
        for _ in range(120):
            held.append(socket.create_connection((address, session.port), timeout=2))
    except OSError:
        pass
    time.sleep(0.5)
    check(run("ctl", "status", "--state", "there").returncode == 0, "one address cannot take every connection")
    for each in held:
        each.close()
    status, _ = session.end()
    check(status == 0, "it ends well after all that")


main(here, read_only, elsewhere)

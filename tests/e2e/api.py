# SPDX-License-Identifier: MIT
"""What a running session shows (REST, metrics, WebSocket) is what its ledger and its report say."""
import base64
import hashlib
import json
import os
import re
import signal
import socket
import struct
import time
import urllib.error
import urllib.request
from decimal import Decimal

from cuttle import check, drain, line_of, main, path, query, run, skip, start, stop, until

BUSY = ["--pairs", "small", "--speed", "600", "--seed", "7", "--set", "decision.alone=0.4", "--set",
        "decision.confidence=0.4"]


class WebSocket:
    """A client small enough to read (RFC 6455): text frames, no extensions."""

    def __init__(self, port, target, host=None):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((f"GET {target} HTTP/1.1\r\nHost: {host or f'127.0.0.1:{port}'}\r\nUpgrade: websocket\r\n"
                             f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
                             "Sec-WebSocket-Version: 13\r\n\r\n").encode())
        self.file = self.socket.makefile("rb")
        line = self.file.readline().split()
        self.status = int(line[1]) if len(line) > 1 else 0
        headers = {}
        while (line := self.file.readline().strip()):
            name, _, value = line.decode().partition(":")
            headers[name.lower()] = value.strip()
        digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
        self.accepted = headers.get("sec-websocket-accept") == base64.b64encode(digest).decode()

    def send(self, text):
        data, mask = text.encode(), os.urandom(4)
        assert len(data) < 126
        self.socket.sendall(bytes([0x81, 0x80 | len(data)]) + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data)))

    def receive(self):
        text = b""
        while True:
            head = self.file.read(2)
            if len(head) < 2 or head[0] & 15 == 8:
                return None
            size = head[1] & 127
            if size > 125:
                size = struct.unpack(">H" if size == 126 else ">Q", self.file.read(2 if size == 126 else 8))[0]
            data = self.file.read(size)
            if head[0] & 15 in (0, 1):
                text += data
                if head[0] & 0x80:
                    return json.loads(text)

    def receive_type(self, kind, seconds=30):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            message = self.receive()
            if message is None or message["type"] == kind:
                return message
        return None

    def close(self):
        self.file.close()
        self.socket.close()


def get(port, target, **headers):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{target}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def api(port, name):
    return json.loads(get(port, "/api/v1/" + name)[1])


def thoughts(port):
    """Every thought that the interface tells stands in the ledger in the same words."""
    told = api(port, "thoughts?limit=500")["thoughts"]
    newest = max(thought["number"] for thought in told)
    until(lambda: query("state", "SELECT max(number) FROM records")[0][0] >= newest)
    kept = {number: (sentence, json.loads(text)) for number, sentence, text in query(
        "state", "SELECT number, sentence, json FROM records")}
    wrong = [t for t in told if kept.get(t["number"]) != (t["sentence"], t)]
    check(not wrong, f"{len(told)} thoughts are told as the ledger keeps them")
    for thought in wrong[:3]:
        print("  told", thought, "\n  kept", kept.get(thought["number"]))
    numbers = [thought["number"] for thought in told]
    check(numbers == sorted(numbers, reverse=True) and len(set(numbers)) == len(numbers), "newest first, each once")
    check(sorted(kept) == list(range(1, len(kept) + 1)), "and the ledger counts them without a hole")


def trades(port):
    told = api(port, "trades?limit=500")["trades"]
    until(lambda: query("state", "SELECT count(*) FROM trades")[0][0] >= len(told))
    kept = {number: (symbol, f"{fee / 1e8:.8f}", f"{pnl / 1e8:.8f}") for number, symbol, fee, pnl in query(
        "state", "SELECT number, symbol, fee, pnl FROM trades")}
    wrong = [t for t in told if kept.get(t["number"]) != (t["pair"], t["fee"], t["pnl"])]
    check(len(told) > 0 and not wrong, f"{len(told)} closed trades have the ledger's fee and result, to the last digit")


def books(port):
    """What is told of the ledger's whole length is what a query of it says."""
    def same():
        rows = query("state", "SELECT number, symbol, pnl, fee, strategies FROM trades ORDER BY number DESC")
        told = api(port, "performance")
        return (rows, told) if told["whole"]["trades"] == len(rows) > 0 else None
    found = until(same)
    if not check(found is not None, "the performance is that of all closed trades"):
        return
    rows, told = found
    check(Decimal(told["whole"]["pnl"]) * 10**8 == sum(row[2] for row in rows) and
          Decimal(told["whole"]["fees"]) * 10**8 == sum(row[3] for row in rows), "to the last digit")
    check(sum(row["trades"] for row in told["by"]["pair"]) == len(rows) == sum(row["trades"] for row in told["by"]["hour"]),
          "and so are its parts")
    check(all(row[4] for row in rows), f"every trade says whose it was: {sorted({row[4] for row in rows})}")
    name = rows[0][4].split("+")[0]
    mine = [row for row in rows if name in row[4].split("+")]
    page = api(port, f"trades?strategy={name}&limit=1000")
    check({row[0] for row in mine} <= {trade["number"] for trade in page["trades"]} and
          all(name in trade["strategy"].split("+") for trade in page["trades"]), f"{len(mine)} of them are {name}'s")
    lines = get(port, "/api/v1/trades.csv")[1].splitlines()
    check(lines[0].startswith("number,pair,strategies,") and len(lines) > len(rows), "the export has a line each")
    points = api(port, "equity?points=50")["points"]
    check(1 < len(points) <= 50 and points == sorted(points, key=lambda point: point["time"]),
          f"equity in {len(points)} points")
    first = query("state", "SELECT json FROM records ORDER BY number LIMIT 1")[0][0]
    total = api(port, "thoughts?limit=1")["total"]
    oldest = api(port, f"thoughts?limit=1000&offset={max(total - 500, 0)}&to=2100-01-01")["thoughts"]
    check(json.loads(first) in oldest, f"thoughts reach back to the first of {total}")


def insights(port):
    """What the interface tells is what the command does, of the same trades."""
    def same():
        told, kept = api(port, "insights"), json.loads(run("analyse", "state", "--json").stdout)
        return told if {**told, "source": ""} == {**kept, "source": ""} else None
    told = until(same)
    if check(told is not None, "the insights are those of `cuttle analyse`"):
        check(told["trades"] > 0 and (told["silence"] is None) == (told["insights"] != []), f"of {told['trades']} trades")
        check(api(port, "insights")["trades"] >= told["trades"], "and asked again they are there again")


def figures(port):
    """The figures of one moment agree with each other; asked again when the moment passed between."""
    def agree():
        status, positions = api(port, "status"), api(port, "positions")
        metrics = dict(re.findall(r"^(\w+) (\S+)$", get(port, "/metrics")[1], re.M))
        same = (len(positions) == status["open_positions"] == int(metrics["trader_open_positions"]) and
                abs(float(status["equity"]) - float(metrics["trader_equity_total"])) < 1e-6 and
                Decimal(status["unrealised"]) == sum(Decimal(each["unrealised"]) for each in positions) and
                status["counters"]["decisions"] == int(metrics["cuttle_decisions_total"]))
        return (status, positions, metrics) if same else None
    found = until(agree)
    if not check(found is not None, "status, positions and metrics of one moment agree"):
        return
    status, positions, metrics = found
    check(status["mode"] == "paper" and status["feed"]["connected"] and not status["runtime_degraded"], "all is well")
    check(status["feed"]["fresh"] + status["feed"]["stale"] + status["feed"]["warming"] == 8, "all eight pairs are there")
    check(all(float(position["quantity"]) > 0 and float(position["stop"]) < float(position["target"])
              for position in positions), f"{len(positions)} positions, each between its stop and its target")
    need = ["trader_equity_total", "trader_open_positions", "trader_max_drawdown_percent",
            "trader_watchdog_last_update_age_seconds", "trader_websocket_reconnect_total"]
    check(all(name in metrics for name in need), "the metrics carry the names that dashboards expect")
    check(float(metrics["trader_watchdog_last_update_age_seconds"]) < 5, "and the watchdog is fed")


def push(port):
    live = WebSocket(port, "/ws/live")
    check(live.status == 101 and live.accepted, "/ws/live opens")
    state = live.receive()
    check(state["type"] == "state" and {"status", "pairs", "positions", "orders", "strategies", "risk"} <=
          set(state["sections"]), "its first message is the whole state")
    known = {thought["number"] for thought in state["thoughts"]}
    thought = live.receive_type("thought")
    number = thought and thought.get("thought", thought.get("data", thought)).get("number")
    check(number is not None and number not in known, "then it tells each new thought as it happens")
    live.send('{"watch":{"pair":"BTC/USD","timeframe":"1m"}}')
    candles = live.receive_type("candles")
    check(candles is not None and candles["pair"] == "BTC/USD" and len(candles["candles"]) > 50,
          "and the candles that are watched")
    live.send('{"watch":')
    check(live.receive_type("error") is not None, "what it does not understand it says")
    live.close()


def strangers(port):
    check(get(port, "/health")[0] == 200, "/health is 200")
    check(get(port, "/api/v1/status", Origin="http://evil.example")[0] in (400, 403),
          "a page of another site gets nothing")
    check(get(port, "/api/v1/status", Host="evil.example")[0] in (400, 403, 421), "nor a name that is not this machine")
    code, text = get(port, "/api/v1/trades?limit=0")
    check(code == 400 and "1" in json.loads(text)["detail"], "a wrong parameter is refused with what would be right")
    check(get(port, "/api/v1/nothing")[0] == 404, "what is not there is 404")


def while_it_runs():
    process = start("run", *BUSY, "--set", "server.port=0", "--state", "state", "--report", path("report.json"))
    found = line_of(process, r"dashboard: http://127\.0\.0\.1:(\d+)", 40)
    if not check(found is not None, "it says where its dashboard is"):
        return
    port = int(found.group(1))
    drain(process)
    check(until(lambda: api(port, "trades?limit=1")["total"] >= 2) is not None, "after a while trades are closed")
    figures(port)
    thoughts(port)
    trades(port)
    books(port)
    insights(port)
    push(port)
    strangers(port)
    before = api(port, "status")
    status, seconds = stop(process, signal.SIGINT)
    check(status == 0 and seconds < 2, f"Ctrl-C ends it in {seconds:.2f} seconds, clients or not")
    with open(path("report.json"), encoding="utf-8") as file:
        report = json.load(file)
    counters = before["counters"]
    for name in ("decisions", "entries", "exits", "orders"):
        check(0 <= report[name] - counters[name] < 60, f"{name}: {counters[name]} shown last, {report[name]} reported")
    check(report["faults"] == 0 and report["dropped"] == 0, "no fault, and nothing was dropped on the way to the screen")


def on_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        skip("this machine has no IPv6")
        return
    process = start("run", "--pairs", "BTC/USD", "--set", "server.address=::1", "--set", "server.port=0", "--state", "six")
    found = line_of(process, r"dashboard: (http://\[::1\]:\d+)", 40)
    if check(found is not None, "on ::1 it says its address in brackets"):
        drain(process)
        with urllib.request.urlopen(found.group(1) + "/api/v1/status", timeout=20) as reply:
            check(reply.status == 200, "and the address can be asked as it stands")
    stop(process)


if __name__ == "__main__":
    main(while_it_runs, on_ipv6)

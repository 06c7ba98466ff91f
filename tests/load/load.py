# SPDX-License-Identifier: MIT
"""What a crowd at the dashboard costs the trading thread.

    tests/load/load.py PROGRAM WITNESS [--pairs 5] [--seconds 60] [--viewers 200] [--rate 1000]

Pairs of minutes of one running session, in turn: left alone, and with 200 WebSocket viewers and 1,000 requests a second from the other
core at nice 19. It holds when over the pairs the median of the decisions' median times rises by at most 20 %, that of the p99 to at
most twice, and every p99 stays under a millisecond; and when the trading thread took no lock that another thread takes (WITNESS, the
library of witness.c, is preloaded and counts). The times are the session's own histogram, from /metrics before and after each minute: median and p99
are as exact as its buckets (twelve to each power of ten, straight lines between), the mean is exact.

Above a load of 1.5 at the beginning its figures say nothing: its exit status is 2.
"""
import argparse
import base64
import json
import os
import re
import selectors
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

PATHS = ["/api/v1/status", "/api/v1/positions", "/api/v1/pairs", "/api/v1/risk", "/metrics", "/api/v1/thoughts?limit=20", "/health",
         "/api/v1/strategies"]
CONNECTIONS = 16  # that carry the requests, each one at a time
SUM = re.compile(r"^cuttle_decision_latency_seconds_sum (\S+)$", re.M)
HISTOGRAM = re.compile(r'^cuttle_decision_latency_seconds_bucket\{le="([^"]+)"\} (\d+)$', re.M)


class Wire:
    """A connection that asks one request after another, or views."""

    def __init__(self, port, viewer):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.viewer, self.busy, self.rest, self.need = viewer, False, b"", 0
        self.bytes = self.answers = self.refused = 0
        self.asked_at = 0.0
        if viewer:
            key = base64.b64encode(os.urandom(16)).decode()
            self.socket.sendall(f"GET /ws/live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
            head = b""
            while b"\r\n\r\n" not in head:
                more = self.socket.recv(1)
                if not more:
                    break
                head += more
            if b" 101 " not in head:
                sys.exit(f"load: a viewer was turned away: {head[:100]!r}")
        self.socket.setblocking(False)
        self.host = f"Host: 127.0.0.1:{port}\r\n"

    def ask(self, path):
        self.busy, self.asked_at = True, time.perf_counter()
        self.socket.send(f"GET {path} HTTP/1.1\r\n{self.host}\r\n".encode())

    def heard(self, taken):
        """What came; True when a whole answer has."""
        try:
            data = self.socket.recv(1 << 18)
        except BlockingIOError:
            return False
        if not data:
            sys.exit("load: the session cut a connection")
        self.bytes += len(data)
        if self.viewer:
            return False
        if self.need == 0:
            self.rest += data
            end = self.rest.find(b"\r\n\r\n")
            if end < 0:
                return False
            length = re.search(rb"content-length: *(\d+)", self.rest[:end], re.I)
            self.refused += not self.rest.startswith(b"HTTP/1.1 200")
            self.need = end + 4 + int(length.group(1)) - len(self.rest)
            self.rest = b""
        else:
            self.need -= len(data)
        if self.need > 0:
            return False
        self.need, self.busy = 0, False
        self.answers += 1
        taken.append(time.perf_counter() - self.asked_at)
        return True


def crowd(port, viewers, rate, seconds):
    """The generator, a process of its own: writes what it did as one line of JSON."""
    os.nice(19)
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    wires = [Wire(port, False) for _ in range(CONNECTIONS)] + [Wire(port, True) for _ in range(viewers)]
    chooser = selectors.DefaultSelector()
    for wire in wires:
        chooser.register(wire.socket, selectors.EVENT_READ, wire)
    free, taken, asked, began = wires[:CONNECTIONS], [], 0, time.perf_counter()
    while (now := time.perf_counter()) < began + seconds:
        while free and asked < rate * (now - began):
            free.pop().ask(PATHS[asked % len(PATHS)])
            asked += 1
        for key, _ in chooser.select(0.001):
            if key.data.heard(taken):
                free.append(key.data)
    taken.sort()
    print(json.dumps({"asked": asked, "answered": len(taken), "refused": sum(wire.refused for wire in wires), "seconds": seconds,
                      "median_ms": 1e3 * taken[len(taken) // 2], "p99_ms": 1e3 * taken[len(taken) * 99 // 100],
                      "pushed_mb": sum(wire.bytes for wire in wires if wire.viewer) / 1e6,
                      "least_pushed": min((wire.bytes for wire in wires if wire.viewer), default=0)}))


def histogram(port):
    """Bounds with the counts below them, and the sum of all times, in seconds."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as reply:
        text = reply.read().decode()
    rows = HISTOGRAM.findall(text)
    if not rows:
        sys.exit("load: /metrics has no cuttle_decision_latency_seconds")
    return [(float(bound), int(count)) for bound, count in rows], float(SUM.search(text).group(1))


def quantile(before, after, part):
    """Between the bounds of its bucket by the share of those within."""
    counts = [(bound, there - here) for (bound, here), (_, there) in zip(before, after)]
    wanted, low, below = part * counts[-1][1], 0.0, 0
    for bound, count in counts:
        if count >= wanted and count > below:
            return (low + (min(bound, 1.0) - low) * (wanted - below) / (count - below)) * 1e6
        low, below = bound, count
    return float("nan")


class Session:
    """Twenty-four pairs, ten minutes of the market's in each second of ours."""

    def __init__(self, program, witness, folder):
        self.told = os.path.join(folder, "witness.json")
        words = [program, "run", "--timeframe", "1m", "--speed", "600", "--port", "0", "--quiet", "--state",
                 os.path.join(folder, "state")]
        self.process = subprocess.Popen(words, env={**os.environ, "LD_PRELOAD": witness, "WITNESS_FILE": self.told})
        file = os.path.join(folder, "state", "server.json")
        for _ in range(300):
            if os.path.exists(file):
                break
            time.sleep(0.1)
        with open(file, encoding="utf-8") as text:
            self.port = int(re.search(r":(\d+)", json.load(text)["address"].split("//")[1]).group(1))

    def settle(self):
        """Warmed up, and its first trades behind it."""
        for _ in range(600):
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/v1/status", timeout=20) as reply:
                feed = json.load(reply)["feed"]
            if feed["fresh"] > 0 and feed["warming"] == 0:
                break
            time.sleep(0.2)
        time.sleep(10)
        self.process.send_signal(signal.SIGUSR2)

    def end(self):
        self.process.send_signal(signal.SIGUSR2)
        time.sleep(1)
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        with open(self.told, encoding="utf-8") as text:
            return json.load(text)


def minute(session, asked, loaded):
    """The decisions' median and p99 in microseconds, how many they were, what the crowd did, and their mean."""
    before, sum_before = histogram(session.port)
    done = None
    if loaded:
        words = [sys.executable, os.path.abspath(__file__), "--crowd", str(session.port), "--seconds", str(asked.seconds), "--viewers",
                 str(asked.viewers), "--rate", str(asked.rate), "-", "-"]
        ran = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True)
        done = json.loads(ran.stdout)
    else:
        time.sleep(asked.seconds)
    after, sum_after = histogram(session.port)
    count = after[-1][1] - before[-1][1]
    return quantile(before, after, 0.5), quantile(before, after, 0.99), count, done, (sum_after - sum_before) / count * 1e6


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("program")
    ask.add_argument("witness")
    ask.add_argument("--pairs", type=int, default=5)
    ask.add_argument("--seconds", type=float, default=60)
    ask.add_argument("--viewers", type=int, default=200)
    ask.add_argument("--rate", type=int, default=1000)
    ask.add_argument("--crowd", type=int, help=argparse.SUPPRESS)
    asked = ask.parse_args()
    if asked.crowd:
        return crowd(asked.crowd, asked.viewers, asked.rate, asked.seconds)
    load = os.getloadavg()[0]
    folder = tempfile.mkdtemp(prefix="cuttle-load-")
    session = Session(os.path.abspath(asked.program), os.path.abspath(asked.witness), folder)
    quiet, loaded = [], []
    try:
        session.settle()
        print(f"load {load:.2f}, {os.cpu_count()} processors; microseconds\n{'':6} {'quiet':>24} {'beside the crowd':>28}\n"
              f"{'pair':6} {'median':>8} {'mean':>7} {'p99':>7} {'median':>12} {'mean':>7} {'p99':>7}   answers a second, median and p99 ms, MB pushed")
        for pair in range(asked.pairs):
            quiet.append(minute(session, asked, False))
            loaded.append(minute(session, asked, True))
            did = loaded[-1][3]
            print(f"{pair + 1:<6} {quiet[-1][0]:8.1f} {quiet[-1][4]:7.1f} {quiet[-1][1]:7.1f} {loaded[-1][0]:12.1f} {loaded[-1][4]:7.1f} "
                  f"{loaded[-1][1]:7.1f}   "
                  f"{did['answered'] / did['seconds']:.0f}, {did['median_ms']:.2f}, {did['p99_ms']:.2f}, {did['pushed_mb']:.0f}"
                  f"{'' if did['refused'] == 0 else ', REFUSED %d' % did['refused']}", flush=True)
    finally:
        seen = session.end()
        shutil.rmtree(folder, ignore_errors=True)
    medians = [statistics.median(run[0] for run in runs) for runs in (quiet, loaded)]
    tails = [statistics.median(run[1] for run in runs) for runs in (quiet, loaded)]
    means = [statistics.median(run[4] for run in runs) for runs in (quiet, loaded)]
    most = max(run[1] for run in loaded)
    served = min(run[3]["answered"] / run[3]["seconds"] for run in loaded)
    print(f"median {medians[1] / medians[0]:.2f} times, mean {means[1] / means[0]:.2f} times, p99 {tails[1] / tails[0]:.2f} times, at most {most:.0f} us; "
          f"{sum(run[2] for run in loaded)} decisions beside the crowd; at least {served:.0f} answers a second")
    print(f"locks that the trading thread shares with another: {seen['shared']} (it took {seen['trading']} of its own, the others "
          f"{seen['others']}); it asked the heap {seen['allocations']} times")
    holds = (medians[1] <= 1.2 * medians[0] and tails[1] <= 2 * tails[0] and most < 1000 and seen["shared"] == 0
             and served >= 0.98 * asked.rate and all(run[3]["refused"] == 0 for run in loaded))
    print("holds" if holds else "does not hold")
    if load > 1.5:
        print("but other programs ran: that says nothing; again on a machine left alone")
        return 2
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: MIT
"""The venue dies and comes back under a running session: it recovers by itself, books right, no
candle lost or doubled."""
import json
import os
import signal
import time

from cuttle import check, children, drain, line_of, main, path, start, stop
from peer import at, exchange

MARKET = ["--market", "synthetic", "--speed", "120", "--seed", "3", "--pairs", "BTC/USD ETH/USD SOL/USD"]


def market_time(client):
    return client.public("Time")["result"]["unixtime"]


def every_minute(report):
    """Each minute of each pair was decided on, or fetched after the outage: none lost, none twice."""
    minutes = report["batches"]
    for pair in report["pairs"]:
        seen = pair["candles"] + pair["flat"] + pair["learned"]
        # A minute without trades that fell into the outage is neither.
        check(minutes - 2 <= seen <= minutes and pair["gaps"] >= pair["learned"],
              f"{pair['pair']}: {pair['candles']} candles, {pair['flat']} flat, {pair['learned']} fetched later, of "
              f"{minutes} minutes")


def outside():
    venue, client = exchange(*MARKET)
    process = start("run", "--headless", *at(client.port), "--pairs", "BTC/USD ETH/USD SOL/USD", "--state", "state", "--for", "34s", "--report", path("report.json"))
    check(line_of(process, "warmed up", 40) is not None, "the session warms up on a Kraken that it was given")
    drain(process)
    time.sleep(6)
    stopped = market_time(client)
    stop(venue, signal.SIGKILL)
    time.sleep(3)
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(stopped + 1))
    exchange("--port", client.port, "--from", stamp, *MARKET)
    process.wait(timeout=60)
    ended = market_time(client)
    with open(path("report.json"), encoding="utf-8") as file:
        report = json.load(file)
    check(report["reconnects"] >= 1, f"it reconnected {report['reconnects']} times")
    check(report["checksum_faults"] == 0 and report["malformed"] == 0, "every book is right")
    check(process.returncode == 0 and report["faults"] == 0, "and nothing went wrong")
    every_minute(report)
    check(ended - stopped > 20 * 60, "the market had gone on meanwhile")


def own_child():
    process = start("run", "--headless", "--pairs", "BTC/USD ETH/USD", "--speed", "120", "--state", "child", "--for",
                    "18s", "--report", path("child.json"))
    check(line_of(process, "warmed up", 40) is not None, "a session with a local Kraken of its own warms up")
    drain(process)
    time.sleep(4)
    for pid in children(process.pid):
        os.kill(pid, signal.SIGKILL)
    process.wait(timeout=60)
    with open(path("child.json"), encoding="utf-8") as file:
        report = json.load(file)
    check(report["reconnects"] >= 1, "its local Kraken killed, it starts another and goes on")
    check(process.returncode == 0 and report["checksum_faults"] == 0, "and nothing went wrong")
    check(report["batches"] >= 20, f"{report['batches']} minutes of the market were decided")
    every_minute(report)
    time.sleep(0.5)
    check(not children(process.pid), "and none is left behind")


main(outside, own_child)

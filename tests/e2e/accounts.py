# SPDX-License-Identifier: MIT
"""An account of the local Kraken, from the command line to the last cent: keys made and given, calls
signed by nobody of ours, a fill, a restart that remembers it, and flags that make no sense."""
import base64
import os
import signal
import threading
import time
from decimal import Decimal

from cuttle import check, line_of, main, path, run, start, stop
from kraken import Client
from peer import exchange

SECRET = base64.b64encode(b"sixty-four bytes are usual, but any number of them will do").decode()
MARKET = ["--market", "synthetic", "--seed", "5", "--pairs", "BTC/USD"]


def serve(*flags):
    return exchange(*MARKET, *flags)


def made():
    process, client = serve()
    balance = client.call("Balance")
    check(len(client.key) == 56 and len(client.secret) == 88 and balance["result"] == {"ZUSD": "100000.0000"},
          "a pair is made and printed, and has 100,000 dollars")
    other = Client(client.port, client.key, SECRET)
    check(other.call("Balance") == {"error": ["EAPI:Invalid signature"]}, "another secret opens nothing")
    stop(process)


def kept():
    flags = ["--api-key", "K", "--api-secret", SECRET, "--balance", "USD=1000", "--accounts", path("accounts")]
    process, client = serve(*flags)
    order = client.call("AddOrder", pair="XBTUSD", type="buy", ordertype="market", volume="0.005")["result"]["txid"][0]
    row = client.call("QueryOrders", txid=order)["result"][order]
    before = client.call("Balance")["result"]
    paid = Decimal(row["cost"]) + Decimal(row["fee"])
    check(row["status"] == "closed" and Decimal(before["ZUSD"]) == 1000 - paid and
          Decimal(before["XBT" if "XBT" in before else "XXBT"]) == Decimal("0.005"),
          f"a fill costs what it says, {paid} dollars")
    status, _ = stop(process)
    check(status == 0 and os.stat(path("accounts")).st_mode & 0o777 == 0o600, "the accounts are written, for their owner")
    process, client = serve("--accounts", path("accounts"))
    check(client.key == "K" and client.secret == SECRET and client.call("Balance")["result"] == before,
          "and taken up again, keys and all")
    order = client.call("AddOrder", pair="XBTUSD", type="sell", ordertype="market", volume="0.005")["result"]["txid"][0]
    status, _ = stop(process, signal.SIGHUP)
    process, client = serve("--accounts", path("accounts"))
    check(status == 0 and order in client.call("QueryOrders", txid=order)["result"],
          "a terminal that is closed ends it in order too")
    second = start("exchange", *MARKET, "--accounts", path("accounts"))
    time.sleep(0.5)
    stop(process)
    check(line_of(second, r"^ready") is not None, "who wants them meanwhile waits until they are written")
    stop(second)


def slow():
    process, client = serve("--faults", "http_slow=1 late=3s")
    answers = []

    def ask():
        try:
            answers.append(client.call("Balance")["result"])
        except OSError:
            answers.append("cut")

    callers = [threading.Thread(target=ask) for _ in range(4)]
    for caller in callers:
        caller.start()
        time.sleep(0.01)  # its nonce is the clock's
    for caller in callers:
        caller.join(timeout=20)
    check(answers == [{"ZUSD": "100000.0000"}] * 4, "a slow venue answers all the same, each call once and whole")
    last = threading.Thread(target=ask)
    last.start()
    time.sleep(0.2)
    status, took = stop(process)
    check(status == 0, f"and ends with an answer owed, in {took:.1f} s")
    last.join(timeout=20)
    check(len(answers) == 5, "that client is not left waiting")


def refused():
    for what, words, *flags in (
            ("a secret without a key", "come together", "--api-secret", SECRET),
            ("a secret that is none", "not base64", "--api-key", "K", "--api-secret", "!"),
            ("an asset that is none", "balance FOO=1", "--balance", "FOO=1"),
            ("a tier that is none", "starter, intermediate or pro", "--tier", "gold"),
            ("a permission that is none", "permissions fly", "--permissions", "fly"),
            ("the same key twice", "given twice", "--api-key", "K", "--api-secret", SECRET, "--api-key", "K",
             "--api-secret", SECRET)):
        done = run("exchange", *MARKET, *flags)
        check(done.returncode != 0 and words in done.stderr, f"{what}: {done.stderr.strip()[:120]}")


main(made, kept, slow, refused)

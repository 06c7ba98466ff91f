# SPDX-License-Identifier: MIT
"""A session told how long to run ends by itself and leaves a report that its ledger agrees with."""
import json
import os
import time

from cuttle import BUSY, check, main, path, query, run, session

SIDE_BUY = 0


def money(text):
    """"-12.5" as the ledger counts, in 1e-8."""
    sign = -1 if text.startswith("-") else 1
    whole, _, part = text.lstrip("-").partition(".")
    return sign * (int(whole) * 10**8 + int((part + "0" * 8)[:8]))


def held():
    """Pairs of which the fills leave something, by the ledger alone."""
    lots = {}
    for symbol, side, qty in query("state", "SELECT symbol, side, qty_lots FROM fills"):
        lots[symbol] = lots.get(symbol, 0) + (qty if side == SIDE_BUY else -qty)
    return [symbol for symbol, qty in lots.items() if qty != 0]


def of_a_session():
    began = time.monotonic()
    done, report = session("--state", "state", *BUSY, "--for", "10s")
    took = time.monotonic() - began
    check(done.returncode == 0 and report is not None, "--for 10s ends by itself with status 0")
    left = sorted(os.listdir(path("state")))
    check(left == ["cuttle.log", "journal", "ledger.db", "lock"], f"it leaves log, journal, ledger and lock: {left}")
    check(10 <= took < 20, f"after {took:.1f} seconds")
    check(report["faults"] == 0 and report["errors"] == 0 and report["reconnects"] == 0 and report["dropped"] == 0,
          "no fault, no error, no reconnect, nothing dropped")
    check(report["checksum_faults"] == 0 and report["malformed"] == 0 and report["late"] == 0, "every message was right")
    check(1 < report["peak_memory_kb"] / 1024 < 1000, f"peak memory: {report['peak_memory_kb'] / 1024:.1f} MB")
    check(len(report["journal_hash"]) == 64 and report["journal_bytes"] > 1000, "the journal has a hash and bytes")
    check(0 <= report["warm_up_seconds"] < 10, f"warm after {report['warm_up_seconds']:.2f} seconds")
    for pair in report["pairs"]:
        name = pair["pair"]
        # The first minute is that of the pair whose past ended earliest: the others may know it already, and on
        # a busy machine some more: a minute is a tenth of a second here.
        seen = pair["candles"] + pair["flat"]
        check(report["batches"] - 5 <= seen <= report["batches"] and pair["gaps"] == 0,
              f"{name}: {pair['candles']} candles and {pair['flat']} flat of {report['batches']} minutes")
    check(report["batches"] > 40, "enough of the market was seen")
    by_ledger(report)


def by_ledger(report):
    """Each figure of the report, counted again in the ledger."""
    records = dict(query("state", "SELECT word, count(*) FROM records GROUP BY 1"))
    for figure, word in (("decisions", "decision"), ("entries", "entry"), ("exits", "exit")):
        check(report[figure] == records.get(word, 0), f"{report[figure]} {figure}, as in the ledger")
    check(report["trades"] == query("state", "SELECT count(*) FROM trades")[0][0], f"{report['trades']} trades, too")
    check(report["orders"] == query("state", "SELECT count(*) FROM orders")[0][0], f"{report['orders']} orders, too")
    fills, fees = query("state", "SELECT count(*), coalesce(sum(fee), 0) FROM fills")[0]
    check(report["fills"] == fills and fills > 0, f"{report['fills']} fills, too")
    check(money(report["fees"]) == fees, f"and fees of {report['fees']}, to the last digit")
    realised = query("state", "SELECT coalesce(sum(pnl), 0) FROM trades")[0][0]
    check(report["trades"] > 0 and report["positions"] == len(held()), f"{report['positions']} positions, as fills say")
    if report["positions"] == 0:
        check(money(report["realised"]) == realised, "what was realised is the sum of the trades")


def to_standard_output():
    done = run("run", "--headless", "--quiet", "--report", "-", "--state", "out", "--pairs", "BTC/USD", "--for", "3s")
    report = json.loads(done.stdout)
    check(done.returncode == 0 and report["pairs"][0]["pair"] == "BTC/USD", "--report - is JSON alone on standard output")
    done = run("run", "--headless", "--report", "/proc/none/report.json", "--state", "out", "--pairs", "BTC/USD",
               "--for", "3s")
    check(done.returncode != 0 and "/proc/none/report.json" in done.stderr,
          "a report that cannot be written is an error, and its place is named")


main(of_a_session, to_standard_output)

# SPDX-License-Identifier: MIT
"""The main job on real input: every file of Kraken candles imported, the six pairs that have them for
the time traded through the crash of 5 August 2024 over the local Kraken's own protocol."""
import calendar
import csv
import glob
import gzip
import json
import os
import time

from cuttle import SHARED, check, main, path, query, run, session, skip

PAIRS = ["DOGE/USD", "ETH/USD", "LTC/USD", "PEPE/USD", "SOL/USD", "XRP/USD"]
FROM, TO = 1722729600, 1722988800  # 4 to 7 August 2024, UTC


def rows_between(file, begin, end):
    with gzip.open(file, "rt") as text:
        return sum(begin <= int(row["time"]) < end and float(row["volume"]) > 0 for row in csv.DictReader(text))


def candle_file(pair):
    return f"{SHARED}/data/candles/KRAKEN_{pair.replace('/', '')}_5m.csv.gz"


def import_all():
    # Beside the six: pairs in other currencies, and BTC/USD, whose finest file ends in 2023.
    files = sorted(glob.glob(f"{SHARED}/data/candles/KRAKEN_*.gz"))
    done = run("data", "import", *files, "--store", "store")
    check(done.returncode == 0, f"{len(files)} files are imported")
    listed = run("data", "list", "--store", "store").stdout
    check(all(f"KRAKEN:{pair} 5m" in listed for pair in PAIRS), "and listed by pair and timeframe")


def through_the_crash():
    if not glob.glob(f"{SHARED}/data/candles/KRAKEN_*USD_5m.csv.gz"):
        skip("the real candles are not on this machine")
        return
    import_all()
    done, report = session("--store", "store", "--market", "replay", "--from", "2024-08-04", "--to", "2024-08-07",
                           "--set", "market.lockstep=true",
                           "--state", "state", "--for", "100s", timeout=150)
    if not check(report is not None, "the session ends with a report"):
        return
    check(done.returncode == 0 and report["faults"] == 0, "and with nothing gone wrong")
    traded = {pair["pair"]: pair for pair in report["pairs"]}
    check(sorted(traded) == PAIRS, "the pairs that the store has for that time are traded without naming them")
    for pair in PAIRS:
        want = rows_between(candle_file(pair), FROM, TO)
        got = traded.get(pair, {"candles": -1, "flat": 0, "gaps": 0})
        check(got["candles"] == want, f"{pair}: each of its {want} candles was seen once (saw {got['candles']})")
        check(got["candles"] + got["flat"] == (TO - FROM) // 300 and got["gaps"] == 0,
              f"{pair}: and each boundary without trades has its flat candle ({got['flat']})")
    day = 1722816000 * 10**9
    decided = query("state", "SELECT count(*) FROM records WHERE word = 'decision' AND time_ns BETWEEN ? AND ?", day,
                    day + 86400 * 10**9)[0][0]
    check(decided > 20, f"it decided {decided} times on the day of the crash")
    empty = query("state", "SELECT count(*) FROM records WHERE length(sentence) < 10")[0][0]
    check(empty == 0, "every record reads in words")
    figures = query("state", "SELECT json FROM records WHERE word = 'decision' LIMIT 1")[0][0]
    check(len(json.loads(figures)["votes"]) > 0, "and keeps its votes with their figures")
    again = run("replay", "state")
    check(again.returncode == 0 and "identical" in again.stdout, "replayed, the session does the same, bit for bit")


def plain_command():
    """As the README has it: nothing but the store, the start and the speed."""
    if not os.path.isdir(path("store")):
        skip("the real candles are not on this machine")
        return
    done, report = session("--store", "store", "--market", "replay", "--from", "2024-08-01", "--speed", "600",
                           "--state", "plain", "--for", "8s")
    if not check(report is not None and done.returncode == 0, "at 600 times real speed it just runs"):
        return
    check([pair["pair"] for pair in report["pairs"]] == PAIRS, "on the same six pairs")
    check("skipped" not in done.stderr, "none of which is refused")
    begin = 1722470400  # 2024-08-01
    end = calendar.timegm(time.strptime(report["market_time"][:19], "%Y-%m-%dT%H:%M:%S")) // 300 * 300
    for pair in report["pairs"]:
        name = pair["pair"]
        want = rows_between(candle_file(name), begin, end)
        # The newest may still be on its way. A gap is a boundary in which the pair was silent, and said to be stale.
        check(want - 1 <= pair["candles"] <= want and pair["learned"] == 0 and want > 3,
              f"{name}: {pair['candles']} of its {want} five-minute candles came in time")
        check(pair["gaps"] <= done.stderr.count(f"{name} has been silent"),
              f"{name}: and {pair['gaps']} boundaries passed it while it was stale")
    done = run("run", "--headless", "--store", "store", "--market", "replay", "--from", "2030-01-01", "--state", "s1")
    check(done.returncode != 0 and "market.from" in done.stderr and "data list" in done.stderr,
          "a time for which the store has nothing is refused, and said")


main(through_the_crash, plain_command)

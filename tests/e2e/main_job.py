# SPDX-License-Identifier: MIT
"""The main job on real input: six Kraken pairs, imported from CSV, traded through the crash of
5 August 2024 over the local Kraken's own protocol."""
import csv
import glob
import gzip
import json

from cuttle import SHARED, check, main, path, query, run, session, skip

PAIRS = ["DOGE/USD", "ETH/USD", "LTC/USD", "PEPE/USD", "SOL/USD", "XRP/USD"]
FROM, TO = 1722729600, 1722988800  # 4 to 7 August 2024, UTC


def rows_between(file, begin, end):
    with gzip.open(file, "rt") as text:
        return sum(begin <= int(row["time"]) < end and float(row["volume"]) > 0 for row in csv.DictReader(text))


def import_all():
    files = sorted(glob.glob(f"{SHARED}/data/candles/KRAKEN_*USD_5m.csv.gz"))
    done = run("data", "import", *files, "--store", "store")
    check(done.returncode == 0, f"{len(files)} files are imported")
    listed = run("data", "list", "--store", "store").stdout
    check(all(f"KRAKEN:{pair} 5m" in listed for pair in PAIRS), "and listed by pair and timeframe")
    return {file.split("KRAKEN_")[1].split("USD_")[0] + "/USD": file for file in files}


def through_the_crash():
    if not glob.glob(f"{SHARED}/data/candles/KRAKEN_*USD_5m.csv.gz"):
        skip("the real candles are not on this machine")
        return
    files = import_all()
    done, report = session("--store", "store", "--market", "replay", "--from", "2024-08-04", "--to", "2024-08-07",
                           "--set", "market.lockstep=true",
                           "--state", "state", "--for", "100s", timeout=150)
    if not check(report is not None, "the session ends with a report"):
        return
    check(done.returncode == 0 and report["faults"] == 0, "and with nothing gone wrong")
    traded = {pair["pair"]: pair for pair in report["pairs"] if pair["listed"]}
    check(sorted(traded) == PAIRS, "the pairs of the store are traded without naming them")
    for pair in PAIRS:
        want = rows_between(files[pair], FROM, TO)
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


main(through_the_crash)

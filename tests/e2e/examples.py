# SPDX-License-Identifier: MIT
"""What a session recorded of the market when it decided is what training reads of the same candles: over the local
Kraken's sockets as from a file. And the table of examples holds what it says."""
import csv
import random

import models
from cuttle import check, main, path, run, session

DAY = 1704067200
# The vote's, not the market's; and the order book, which no candle knows.
OWN = {"strength", "confidence", "stop_atr", "target_atr", "odds", "fees", "majority", "book"}
MARKET = ["--market", "replay", "--pairs", "BTC/USD ETH/USD", "--timeframe", "1m", *models.EAGER]


def store():
    for seed, pair, price, digits in ((7, "BTC", 42000.0, 1), (8, "ETH", 2300.0, 2)): # as the pairs' ticks are
        chance, lines = random.Random(seed), []
        for i in range(2 * 1440):
            before, price = price, round(price * (1 + chance.uniform(-0.003, 0.003)), digits)
            high, low = max(before, price) * 1.0005, min(before, price) * 0.9995
            lines.append(f"{DAY + i * 60},{before},{high:.{digits}f},{low:.{digits}f},{price},{chance.uniform(0.5, 3):.3f}")
        with open(path(f"KRAKEN_{pair}USD_1m.csv"), "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        done = run("data", "import", path(f"KRAKEN_{pair}USD_1m.csv"), "--store", "store")
        check(done.returncode == 0, f"two days of {pair}")


def examples():
    done = run("learn", "--examples", "--store", "store", "--pairs", "BTC/USD ETH/USD", "--timeframe", "1m", *models.EAGER)
    rows = list(csv.DictReader(done.stdout.splitlines()))
    check(done.returncode == 0 and len(rows) > 40, f"{len(rows)} examples {done.stderr[-200:] if done.returncode else ''}")
    return rows


def the_table(rows):
    check(all(row["time"] < row["known"] and row["direction"] == "1" for row in rows), "each is known after it was asked")
    check(all((float(row["reward"]) > 0) == (row["won"] == "1") for row in rows), "won is a reward above 0")
    check(all(float(row["stop"]) < float(row["price"]) for row in rows if row["stop"]), "a long's stop is below its price")
    check(all(0 < float(row["uniqueness"]) <= 1 for row in rows), "uniqueness is a part of 1")


def compare(rows, state):
    recorded = {(each["time"][:16], each["pair"]): each["features"] for each in models.decisions(state) if "features" in each}
    names = [name for name in models.features() if name not in OWN]
    compared, known, far = 0, 0, []
    for row in rows:
        told = recorded.get((row["time"][:16], row["pair"]))
        compared += told is not None
        for name in names if told is not None else ():
            here, there = row[name], told.get(name)
            known += here != ""
            # Training keeps them as the trees see them: in single precision.
            if (here == "") != (there is None) or (here != "" and abs(float(here) - there) > 1e-6 * max(1, abs(there))):
                far.append((row["time"], row["pair"], name, here, there))
    check(compared > 40 and known > 30 * compared, f"{state}: of {len(rows)} signals {compared} are in its record, {known} figures known")
    check(not far, f"{state}: each is the one that training reads {len(far)} {far[:4]}")


def sessions():
    store()
    rows = examples()
    the_table(rows)
    done, report = session("--venue", "files", *MARKET, "--store", path("store"), "--state", "files")
    check(done.returncode == 0 and report is not None, "a session on the candles")
    compare(rows, "files")
    done, report = session("--venue", "local", *MARKET, "--store", path("store"), "--state", "sockets", "--set",
                           "market.lockstep=true", "--set", "session.mode=paper", "--for", "200s", timeout=260)
    check(done.returncode == 0 and report is not None, "and one over sockets")
    compare(rows, "sockets")


main(sessions)

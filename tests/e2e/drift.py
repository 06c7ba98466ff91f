# SPDX-License-Identifier: MIT
"""Why a session did not do what a backtest does: none where it was filled by candles, the fill price where a book filled
it, the candle that a store has otherwise, the option that was changed, the fill that came later."""
import json
import random
from decimal import Decimal

from cuttle import check, main, path, run, session

SPAN = ["--from", "2024-01-01", "--to", "2024-01-01T08:00:00Z", "--pairs", "small"]
DAY = 1704067200  # 2024-01-01
PARTS = ("fill price", "latency", "fees", "size", "only in the session", "only in the re-run", "still open", "other")


def drift(state, *more):
    """The exit status and what it says as JSON."""
    done = run("drift", state, "--json", *more)
    try:
        return done.returncode, json.loads(done.stdout)
    except ValueError:
        print(done.stdout[-500:], done.stderr[-2000:])
        return done.returncode, None


def adds_up(said, name):
    gap = said["gap"]
    equity = Decimal(said["session"]["equity"]) - Decimal(said["rerun"]["equity"])
    check(Decimal(gap["equity"]) == equity == sum(Decimal(gap[part]) for part in PARTS),
          f"{name}: the parts of the gap of {gap['equity']} add up")
    check(Decimal(gap["other"]) == 0, f"{name}: and nothing is left unexplained")


def by_candles():
    done, report = session("--venue", "files", *SPAN, "--state", "files")
    if not check(done.returncode == 0 and report, "a session on files comes to its end"):
        return
    status, said = drift("files")
    check(status == 0 and said and said["first"] is None, "filled by candles it did what a backtest does")
    check(said["trades_in_both"] > 5 and said["session"] == said["rerun"], "with all its trades")
    check(said["session"]["equity"] == report["equity"], f"and its equity of {report['equity']}")
    page = run("drift", "files")
    check("no difference" in page.stdout and page.returncode == 0, "the page says so, too")


def other_options():
    status, said = drift("files", "--set", "paper.slippage=0.002", "--set", "risk.max_positions=1")
    first = said["first"]
    check(status == 1 and first["cause"] == "configuration", "other options are the first difference")
    check(said["options"] == [{"name": "paper.slippage", "session": "0.0005", "rerun": "0.002"},
                              {"name": "risk.max_positions", "session": "5", "rerun": "1"}],
          f"named with both values: {said['options']}")
    check(said["shows"] is not None and said["shows"]["cause"] in ("fill price", "decision"),
          f"and where it shows: {said['shows'] and said['shows']['sentence']}")
    adds_up(said, "other options")
    done = run("drift", "files", "--set", "risk.max_position=1000")
    check(done.returncode == 2 and "risk.max_position" in done.stderr, "an option that cannot be is refused by name")


def by_the_book():
    done, report = session("--venue", "local", "--set", "market.lockstep=true", "--set", "session.mode=paper", *SPAN,
                           "--state", "book", "--for", "200s", timeout=260)
    if not check(done.returncode == 0 and report, "a session on the local Kraken comes to its end"):
        return
    status, said = drift("book")
    first = said["first"]
    check(status == 1 and first["cause"] == "fill price", f"filled by the book: {first['sentence']}")
    check(0 < abs(first["gap_bps"]) < 100, f"by so many bps: {first['gap_bps']}")
    paid, pays = first["session"]["price"], first["rerun"]["price"]
    check(abs((paid - pays) / pays * 1e4 * (1 if first["of"] == "entry" else -1) - first["gap_bps"]) < 1e-6,
          f"which is what the prices {paid} and {pays} say")
    check(said["trades_in_both"] > 3 and said["fills_in_both"]["count"] > 3, "it goes on to the last trade")
    adds_up(said, "by the book")
    page = run("drift", "book")
    check(first["sentence"].split()[0] in page.stdout and "where the gap of" in page.stdout, "the page tells the same")


def table(name, change=None):
    """A day of minutes; `change` raises the close of one of them, and its high."""
    chance, lines, price = random.Random(7), [], 42000.0
    for i in range(1440):
        o, price = price, round(price * (1 + chance.uniform(-0.002, 0.002)), 1)
        high, low, close = round(max(o, price) + 5, 1), round(min(o, price) - 5, 1), price
        if i == change:
            close, high = round(close + 30, 1), round(max(high, close + 30), 1)
        lines.append(f"{DAY + i * 60},{o},{high},{low},{close},1.5")
    with open(path(name), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return path(name)


def stores():
    run("data", "import", table("KRAKEN_BTCUSD_1m.csv"), "--store", "same")
    run("data", "import", table("KRAKEN_BTCUSD_1m.csv", change=700), "--store", "other")
    done, report = session("--venue", "files", "--market", "replay", "--store", path("same"), "--pairs", "BTC/USD",
                           "--state", "stored")
    if not check(done.returncode == 0 and report, "a session on a store comes to its end"):
        return
    status, said = drift("stored", "--store", path("same"))
    check(status == 0 and said["candles_compared"] > 1000 and said["candles_differ"] == 0,
          f"the same store has the same {said['candles_compared']} candles")
    status, said = drift("stored", "--store", path("other"))
    first = said["first"]
    check(status == 1 and first["cause"] == "data" and said["candles_differ"] == 1, "another has one otherwise")
    check(first["pair"] == "BTC/USD" and first["time"].startswith("2024-01-01T11:40:00"), f"it is {first['time']}")
    check(first["field"] in ("high", "close") and first["rerun"]["close"] - first["session"]["close"] > 29,
          first["sentence"])
    done = run("drift", "stored", "--store", path("nowhere"))
    check(done.returncode == 2 and "BTC/USD" in done.stderr, "a store without the pair is an error, and says so")


def started_again():
    span = ["--venue", "files", "--pairs", "small", "--state", "again", "--from", "2024-01-01"]
    session(*span, "--to", "2024-01-01T04:00:00Z")
    session(*span, "--to", "2024-01-01T06:00:00Z")
    status, said = drift("again")
    check(status == 0 and said["stopped"] == "" and said["boundaries"] == 360,
          f"a session that was started again is followed: {said['boundaries']} minutes")
    session(*span, "--to", "2024-01-01T08:00:00Z", "--set", "risk.max_positions=2")
    status, said = drift("again")
    check(status == 1 and said["first"]["cause"] == "configuration" and said["options"] ==
          [{"name": "risk.max_positions", "session": "2", "rerun": "5"}],
          f"one that was started with another option says which: {said['first']['sentence']}")


def refusals():
    done = run("drift", "nowhere")
    check(done.returncode == 2 and "nowhere" in done.stderr, "no session, no comparison")
    check(run("drift").returncode == 2 and run("drift", "--help").returncode == 0, "and the help tells how")


main(by_candles, other_options, by_the_book, stores, started_again, refusals)

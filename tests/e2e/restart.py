# SPDX-License-Identifier: MIT
"""Ended by Ctrl-C, killed at any moment, started again: nothing is lost, doubled or decided twice."""
import random
import re
import signal
import time

from cuttle import check, drain, line_of, main, query, run, session, skip, start, stop, until
from session import Session

SPAN = ["--pairs", "small", "--speed", "600", "--set", "market.seed=5", "--set", "session.mode=paper"]
SIDE_BUY = 0


def books():
    """Cash, recomputed from the ledger's fills alone, and whether any candle was decided twice."""
    cash = 10000 * 10**8
    for side, price, qty, fee, decimals in query(
            "state", "SELECT side, price_ticks, qty_lots, fee, decimals FROM fills"):
        places = decimals // 100 + decimals % 100 - 8
        money = (price * qty * 10**-places if places < 0 else (price * qty * 2 + 10**places) // (2 * 10**places))
        cash += (-money if side == 0 else money) - fee
    # A busy machine may decide two candles within one minute of a market at 600x: they differ in their figures.
    twice = query("state", "SELECT symbol, time_ns / 60000000000, sentence, count(*) FROM records "
                           "WHERE word = 'decision' GROUP BY 1, 2, 3 HAVING count(*) > 1")
    return cash, twice


def fills_once(report):
    """Counted by the ledger, by the orders and by the report, every fill is there once."""
    fills, keys = query("state", "SELECT count(*), count(DISTINCT order_id || '/' || trade_id) FROM fills")[0]
    check(fills == keys == report["fills"] and fills > 0, f"{fills} fills in the ledger, as many in the report")
    wrong = query("state", "SELECT id, filled_lots, coalesce(lots, 0) FROM orders LEFT JOIN (SELECT order_id, "
                           "sum(qty_lots) AS lots FROM fills GROUP BY 1) ON order_id = id WHERE filled_lots != "
                           "coalesce(lots, 0)")
    check(not wrong, f"and of each order they add up to what it says was filled{wrong[:3] or ''}")
    check(report["positions"] == len(owned()), f"{report['positions']} positions in the report, as the fills leave")


def owned():
    """What the fills of the ledger leave: lots and decimals by pair."""
    lots, decimals = {}, {}
    for symbol, side, qty, places in query("state", "SELECT symbol, side, qty_lots, decimals FROM fills"):
        lots[symbol] = lots.get(symbol, 0) + (qty if side == SIDE_BUY else -qty)
        decimals[symbol] = places % 100
    return {symbol: f"{left / 10**decimals[symbol]:.{decimals[symbol]}f}" for symbol, left in lots.items() if left}


def shown(session):
    """The positions that the interface tells, once it knows every pair."""
    def known():
        status = session.get("status")
        return status["market_time"] is not None and status["feed"]["fresh"] == 8
    until(known, 20)
    return {each["pair"]: each["quantity"] for each in session.get("positions")}


def killed_while_holding():
    """With the market all but standing, what was held before a kill is held after it, lot by lot."""
    for _ in range(20):
        if owned():
            break
        session("--state", "state", *SPAN, "--for", "3s")
    seen = []
    while len(seen) < 3:
        before, fills = owned(), query("state", "SELECT count(*) FROM fills")
        running = Session("state", *SPAN, "--speed", "0.01")
        told = shown(running)
        running.end(signal.SIGKILL)
        if fills != query("state", "SELECT count(*) FROM fills"):
            seen.clear()  # the first book that was heard met a stop: begun anew with what is left
            continue
        seen.append(told)
        check(before and told == before == owned(), f"start {len(seen)}: {told} in the session, as in the ledger")
    check(seen[0] == seen[1] == seen[2], "and no kill changed it")
    done, report = session("--state", "state", *SPAN, "--speed", "0.01", "--for", "4s")
    check(done.returncode == 0 and report["positions"] == len(seen[0]), "the report after the kills counts them too")
    fills_once(report)


def ctrl_c():
    process = start("run", "--headless", "--state", "state", *SPAN)
    check(line_of(process, "warmed up", 40) is not None, "the session warms up")
    drain(process)
    time.sleep(8)
    status, seconds = stop(process, signal.SIGINT)
    check(status == 0, f"Ctrl-C ends it with status {status}")
    check(seconds < 2, f"in {seconds:.2f} seconds")
    before = query("state", "SELECT max(time_ns), count(*) FROM equity")[0]
    done, report = session("--state", "state", *SPAN, "--for", "4s")
    check(done.returncode == 0 and report is not None, "started again it goes on and ends well")
    found = re.search(r"goes on from (\S+) with (\d+) positions, (\d+) orders and (\d+) closed trades", done.stderr)
    check(found is not None, "it says with what it goes on")
    after = query("state", "SELECT min(time_ns) FROM equity WHERE time_ns > ?", before[0])[0][0]
    check(after is not None and after - before[0] < 15 * 60 * 10**9, "the market went on where it had stopped")
    cash, twice = books()
    check(f"{cash / 1e8:.8f}" == report["cash"], f"cash is what the fills say: {report['cash']}")
    check(not twice, "no candle was decided twice")


def killed():
    chance = random.Random(20240805)
    for turn in range(5):
        process = start("run", "--headless", "--state", "state", *SPAN)
        line_of(process, "warmed up", 40)
        drain(process)
        time.sleep(chance.uniform(0.2, 3.0))
        stop(process, signal.SIGKILL)
        again = run("replay", "state")
        check(again.returncode == 0 and "identical" in again.stdout,
              f"killed {turn + 1} times, the journal replays identically")
        if again.returncode != 0:
            print(again.stdout, again.stderr)
    done, report = session("--state", "state", *SPAN, "--for", "4s")
    check(done.returncode == 0 and report is not None, "and the session goes on")
    cash, twice = books()
    check(f"{cash / 1e8:.8f}" == report["cash"], f"cash is still what the fills say: {report['cash']}")
    check(not twice, "still no candle was decided twice")
    fills_once(report)
    orders = query("state", "SELECT count(*), count(DISTINCT id) FROM orders")[0]
    check(orders[0] == orders[1] and orders[0] > 0, f"{orders[0]} orders, each once")


def held():
    """A pair that is held but no longer asked for is still served, still watched, still protected."""
    pairs = [row[0] for row in query("state", "SELECT DISTINCT symbol FROM orders WHERE purpose = 1 AND state < 5")]
    if not pairs:
        skip("nothing is held at this moment")
        return
    other = next(pair for pair in ("BTC/USD", "ADA/USD", "XRP/USD") if pair not in pairs)
    done, report = session("--state", "state", *SPAN[2:], "--pairs", other, "--for", "4s")
    listed = {pair["pair"]: pair["listed"] for pair in report["pairs"]}
    check(all(listed.get(pair) for pair in pairs), f"{', '.join(pairs)}: held, not asked for, and still watched")


main(ctrl_c, killed, killed_while_holding, held)

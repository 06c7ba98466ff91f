# SPDX-License-Identifier: MIT
"""Ended by Ctrl-C, killed at any moment, started again: nothing is lost, doubled or decided twice."""
import random
import re
import signal
import time

from cuttle import check, drain, line_of, main, path, query, run, session, skip, start, stop

SPAN = ["--pairs", "small", "--speed", "600", "--set", "market.seed=5"]


def books():
    """Cash, recomputed from the ledger's fills alone, and whether any candle was decided twice."""
    cash = 10000 * 10**8
    for side, price, qty, fee, decimals in query(
            "state", "SELECT side, price_ticks, qty_lots, fee, decimals FROM fills"):
        places = decimals // 100 + decimals % 100 - 8
        money = (price * qty * 10**-places if places < 0 else (price * qty * 2 + 10**places) // (2 * 10**places))
        cash += (-money if side == 0 else money) - fee
    twice = query("state", "SELECT symbol, time_ns / 60000000000, count(*) FROM records WHERE word = 'decision' "
                           "GROUP BY 1, 2 HAVING count(*) > 1")
    return cash, twice


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


main(ctrl_c, killed, held)

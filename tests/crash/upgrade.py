# SPDX-License-Identifier: MIT
"""Another version of cuttle takes over while coins are held: the ledger and the journal of the one before it, whose
engine it cannot read, and stops that stand at the venue."""
import os
import signal
import sqlite3
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
import live  # noqa: E402
from audit import Audit  # noqa: E402
from cuttle import check, drain, line_of, main, path, query, run, start, stop  # noqa: E402

OTHER = os.environ["OTHER_VERSION"]
FAST = ["--set", "venue.rest_gap=0s"]


def other_version(state, *arguments):
    subprocess.run([OTHER, path(state) + "/journal", *arguments], check=True)


def older_ledger(state):
    """As an older schema left it: fills had no name of the venue's, trainings proved nothing, nobody knew whose a trade
    was, nor whether it was sold by hand."""
    db = sqlite3.connect(path(state) + "/ledger.db")
    db.execute("ALTER TABLE fills DROP COLUMN exec")
    db.execute("DROP TABLE validations")
    db.execute("DROP TABLE events")
    for name in ("records_by_pair", "records_by_kind"):
        db.execute(f"DROP INDEX {name}")
    db.execute("ALTER TABLE trades DROP COLUMN strategies")
    db.execute("ALTER TABLE trades DROP COLUMN by_hand")
    db.execute("PRAGMA user_version=2")
    db.commit()
    db.close()


def begin(port, client, state):
    return start(*live.arguments(port, "live", state, "--live", *FAST), env=live.keys(client))


def positions(state):
    lots = {}
    for symbol, side, qty in query(state, "SELECT symbol, side, qty_lots FROM fills"):
        lots[symbol] = lots.get(symbol, 0) + (-qty if side else qty)
    return {symbol: left for symbol, left in lots.items() if left}


def covered(client, state, seconds=60):
    """Everything that is held lies under one stop, and no order is a stranger's."""
    audit, until = Audit(path(state), {"XXBT": 1}), time.monotonic() + seconds
    wrong, fine = ["nothing was heard"], set()
    while wrong and time.monotonic() < until:
        audit.fetch(client)
        bare = audit.bare()
        fine |= {pair["wsname"] for pair in audit.names.values()} - bare.keys()
        wrong = [f"{pair}: {what}" for pair, what in bare.items() if pair not in fine] + audit.strangers()
        time.sleep(0.3)
    return wrong


def hold(port, client, state):
    """A session that holds something and has ended in order."""
    process = begin(port, client, state)
    check(line_of(process, "Bought", 90) is not None, "it buys")
    drain(process)
    time.sleep(2)
    status, _ = stop(process)
    held = positions(state)
    check(status == 0 and held, f"and ends in order with {held}")
    return held


def upgraded():
    venue, client, port = live.serve("--tier", "pro", "--nonce-window", str(10**15))
    hold(port, client, "old")
    other_version("old")
    older_ledger("old")
    process = begin(port, client, "old")
    check(line_of(process, "another version of cuttle wrote this state", 30) is not None, "another version says what it takes over")
    check(line_of(process, "goes on from .* with [1-9]", 30) is not None, "and has the positions")
    check(line_of(process, "ledger and the venue agree", 60) is not None, "the venue agrees with it")
    drain(process)
    wrong = covered(client, "old")
    check(not wrong, f"what is held lies under one stop each, none of an order unknown {wrong}")
    time.sleep(3)
    stop(process, signal.SIGKILL)
    process = begin(port, client, "old")
    check(line_of(process, "ledger and the venue agree", 60) is not None, "a kill later it is an ordinary state")
    drain(process)
    wrong = covered(client, "old")
    check(not wrong, f"and protected {wrong}")
    status, _ = stop(process)
    known = query("old", "SELECT count(*) FROM fills")[0][0]
    theirs = client.call("TradesHistory")["result"]["count"]
    check(status == 0 and theirs - known in (0, 1, 2), f"{known} fills of {theirs} trades are known: stops may fill since it ended")
    check(os.path.exists(path("old/ledger.db.v2")), "the older ledger is kept beside the new one")
    replay = run("replay", path("old"))
    check(replay.returncode == 0 and "another version of cuttle: whole" in replay.stdout, "replay holds the chain through it")
    stop(venue)


def not_in_the_middle():
    venue, client, port = live.serve("--tier", "pro", "--nonce-window", str(10**15))
    hold(port, client, "torn")
    before = client.call("TradesHistory")["result"]["count"], len(client.call("OpenOrders")["result"]["open"])
    other_version("torn", "4", "3")
    process = begin(port, client, "torn")
    check(line_of(process, "start that one once more and stop it", 30) is not None, "one that was killed is not taken over: it says what to do")
    drain(process)
    status = process.wait(timeout=30)
    after = client.call("TradesHistory")["result"]["count"], len(client.call("OpenOrders")["result"]["open"])
    check(status == 1 and (after[1] == before[1] or after[0] > before[0]), f"status {status}; the stops stand as they stood: trades and orders open {before}, {after}")
    stop(venue)


main(upgraded, not_in_the_middle)

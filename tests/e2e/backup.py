# SPDX-License-Identifier: MIT
"""A backup made while cuttle trades, and what can be done with it afterwards."""
import os
import shutil
import signal
import stat
import subprocess
import time

from cuttle import check, drain, line_of, main, path, query, run, session, start, stop, told_one_line, until, write

SPAN = ["--pairs", "small", "--speed", "600", "--set", "market.seed=5", "--set", "journal.rotate=10s"]


def replays(state):
    done = run("replay", state)
    return done.returncode == 0 and "identical" in done.stdout


def is_prefix(state):
    """Every order, fill and trade of the copy's ledger is in the state's too."""
    whole = True
    for table, columns in (("fills", "order_id, trade_id, price_ticks, qty_lots, fee"), ("trades", "number, symbol, pnl"),
                           ("records", "number, sentence")):
        copied = set(query(state, f"SELECT {columns} FROM {table}"))
        whole = whole and copied <= set(query("state", f"SELECT {columns} FROM {table}"))
    return whole


def while_it_runs():
    process = start("run", "--headless", "--state", "state", *SPAN)
    line_of(process, "warmed up", 60)
    drain(process)
    write("pass", "correct horse")
    run("vault", "set", "kraken.key", "--state", "state", "--passphrase-file", path("pass"), input="an-api-key")
    good = alike = 0
    for turn in range(4):
        time.sleep(1.5)
        until(lambda: turn < 3 or len(os.listdir(path("state/journal"))) > 1)
        done = run("backup", f"copy{turn}")
        good += done.returncode == 0 and "the ledger is sound" in done.stdout
        alike += is_prefix(f"copy{turn}")
        if done.returncode != 0:
            print(done.stderr)
    check(good == 4, "four backups are made while it trades")
    check(alike == 4, "each ledger is the state's as of one moment")
    check(process.poll() is None, "and cuttle does not mind")
    stop(process, signal.SIGKILL)
    check(all(replays(f"copy{turn}") for turn in range(4)), "each replays identically")
    names = set(os.listdir(path("copy3")))
    check({"ledger.db", "journal", "vault"} <= names and not {"lock", "cuttle.log"} & names,
          f"ledger, journal and vault are in it, no lock and no log: {sorted(names)}")
    check(len(os.listdir(path("copy3/journal"))) > 1, "with more than one segment of the journal")
    modes = {stat.S_IMODE(os.stat(path(f"copy3/{name}")).st_mode) for name in ("ledger.db", "vault")}
    check(modes == {0o600} and stat.S_IMODE(os.stat(path("copy3")).st_mode) == 0o700, "it is its owner's alone")
    check(run("vault", "list", "--state", "copy3", "--passphrase-file", path("pass")).stdout == "kraken.key\n",
          "its vault opens with the passphrase")


def restored():
    subprocess.run(["cp", "-a", path("copy2"), path("restored")], check=True)
    before = query("copy2", "SELECT count(*), max(time_ns) FROM equity")[0]
    done, report = session("--state", "restored", *SPAN, "--for", "4s")
    check(done.returncode == 0 and report is not None and "goes on from" in done.stderr, "a restored state goes on")
    after = query("restored", "SELECT count(*), max(time_ns) FROM equity")[0]
    check(after[0] > before[0] and after[1] > before[1], "from where it was")
    # Of a slow machine two candles may come at once: the same candle would have the same words, its close among them.
    twice = query("restored", "SELECT symbol, time_ns / 60000000000, sentence, count(*) FROM records WHERE word = 'decision' "
                              "GROUP BY 1, 2, 3 HAVING count(*) > 1")
    check(not twice, "and decides nothing twice")
    check(replays("restored"), "and what it records replays")


def at_rest():
    done = run("backup", "rest")
    check(done.returncode == 0 and replays("rest"), "the state of a session that was killed is copied too")


def refusals():
    check(told_one_line(run("backup", "copy0"), "copy0", "already"), "a backup writes over nothing")
    check(told_one_line(run("backup", "--state", "nowhere", "b"), "nowhere", "--state"), "no such state")
    check(told_one_line(run("backup", "state/b"), "within the state"), "a place within the state")
    check(not os.path.exists(path("b")) and not os.path.exists(path("state/b.partial")), "leave nothing behind")
    check(run("backup").returncode == 1, "no place is a mistake")
    check("cp -a" in run("help", "backup").stdout, "cuttle help backup says how to go back")


def damaged():
    shutil.copytree(path("rest"), path("ill"))
    segment = sorted(os.listdir(path("ill/journal")))[0]
    with open(path(f"ill/journal/{segment}"), "r+b") as file:
        file.seek(-100, os.SEEK_END)
        byte = file.read(1)
        file.seek(-100, os.SEEK_END)
        file.write(bytes([byte[0] ^ 1]))
    done = run("backup", "--state", "ill", "ill-copy")
    check(told_one_line(done, "damaged", segment) and os.path.isdir(path("ill-copy")),
          "a damaged segment is copied as it is, and said")
    with open(path("ill/ledger.db"), "r+b") as file:
        file.seek(4096)
        file.write(b"\x5a" * 4096)
    done = run("backup", "--state", "ill", "ill-copy2")
    check(told_one_line(done, "ill/ledger.db", "damaged") and not os.path.exists(path("ill-copy2")),
          "a damaged ledger is refused")


main(while_it_runs, restored, at_rest, refusals, damaged)

# SPDX-License-Identifier: MIT
"""Bad input anywhere gives one clear line that names the place and the remedy, and a non-zero exit
where it cannot go on."""
import gzip
import os
import socket
import subprocess

from cuttle import check, drain, line_of, main, path, run, skip, start, stop, write
from peer import at, exchange


def refused(what, words, *args, **more):
    done = run(*args, **more)
    lines = [line for line in done.stderr.strip().split("\n") if line]
    told = next((line for line in lines if all(word in line for word in words)), lines[-1] if lines else "")
    good = done.returncode != 0 and all(word in told for word in words)
    if not check(good, f"{what}: {told[:150]}"):
        print(done.returncode, done.stderr[-600:])


def configuration():
    refused("an unknown option", ["--rsk"], "run", "--rsk", "1")
    refused("an unknown key", ["risk.max_daily_los", "max_daily_loss"], "run", "--set", "risk.max_daily_los=0.1")
    refused("a wrong type", ["risk.max_daily_loss", "abc"], "run", "--set", "risk.max_daily_loss=abc")
    refused("out of range", ["risk.max_daily_loss", "7"], "run", "--set", "risk.max_daily_loss=7")
    refused("a limit of a strategy that there is not", ["risk.strategy_limits", "trend 0.3 2"], "config", "check",
            "--set", "risk.strategy_limits=nobody 0.1")
    refused("a percent sign", ["0.05"], "run", "--set", "risk.max_daily_loss=5%")
    refused("a typo in the file", ["bad.yaml:2:3", "max_dayly_loss"], "run", "--config",
            write("bad.yaml", "risk:\n  max_dayly_loss: 0.05\n"))
    refused("a key twice", ["twice.yaml:3:3", "max_daily_loss"], "run", "--config",
            write("twice.yaml", "risk:\n  max_daily_loss: 0.05\n  max_daily_loss: 0.06\n"))
    refused("a file that is not there", ["nowhere.yaml"], "run", "--config", "nowhere.yaml")
    refused("an unknown variable", ["CUTTLE_RISK__MAX_DAYLY_LOSS"], "run",
            env={**os.environ, "CUTTLE_RISK__MAX_DAYLY_LOSS": "0.1"})
    refused("an unknown strategy", ["sma_crss"], "run", "--set", "strategies.enabled=sma_crss", "--state", "s0")
    refused("parameters that contradict", ["strategy.sma_pair", "fast"], "run", "--set", "strategies.enabled=sma_pair",
            "--set", "strategy.sma_pair.fast=60", "--state", "s1")
    refused("filters that contradict", ["filters", "fast_period"], "run", "--set", "filters.fast_period=50",
            "--state", "s1")
    refused("more indicators than there is room for", ["filters", "no room", "shorten"], "run", "--set",
            "filters.enabled=true", "--set", "filters.volume_period=500", "--set", "regime.enabled=true", "--set",
            "regime.atr_window=400", "--set", "filters.range_period=200", "--state", "s1")
    refused("an unknown command", ["rnu", "cuttle help"], "rnu")
    refused("a span that ends before it begins", ["2024-01-02", "2024-03-01"], "learn", "--from", "2024-03-01", "--to",
            "2024-01-02")


def places():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        port = str(held.getsockname()[1])
        refused("a port in use", [port, "in use"], "run", "--port", port, "--state", "s2")
        refused("a limit on a pair that the session has not, told before it", ["risk.pair_limits", "BCT", "BTC/USD"],
                "run", "--port", port, "--state", "s2b", "--set", "risk.pair_limits=BCT 0.05 | ETH 0.1")
        refused("a port in use, for the exchange", [port, "in use"], "exchange", "--port", port)
    refused("an address that others reach", ["server.address", "0.0.0.0", "127.0.0.1"], "run", "--set",
            "server.address=0.0.0.0", "--state", "s2")
    refused("a state directory that cannot be", ["/proc/none", "--state"], "run", "--state", "/proc/none")
    refused("a store that is not there", ["nostore"], "run", "--headless", "--market", "replay", "--store", "nostore",
            "--state", "s3")
    refused("no such state to replay", ["nothing"], "replay", "nothing")
    os.makedirs(path("s10/cuttle.log"))
    refused("a log that cannot be written", ["s10/cuttle.log", "log.file=false"], "run", "--headless", "--state", "s10")
    read_only()
    os.mkdir(path("s4"))
    write("s4/ledger.db", "this is a letter, not a database\n" * 200)
    refused("a damaged ledger", ["ledger", "s4"], "run", "--headless", "--state", "s4")


def read_only():
    """Permissions do not hold root back, so root tries it as nobody."""
    os.mkdir(path("s11"))
    os.chmod(path("s11"), 0o555)
    os.chmod(path("."), 0o755)
    more = {"preexec_fn": lambda: os.setuid(65534)} if os.geteuid() == 0 else {}
    try:
        if run("help", **more).returncode != 0:
            raise PermissionError("cuttle help fails")
    except (PermissionError, subprocess.SubprocessError) as error:
        skip(f"a read-only state directory: nobody may not run the program here ({error})")
        return
    refused("a state directory that is read-only", ["s11", "Permission denied", "--state"], "run", "--headless",
            "--state", "s11", **more)


def markets():
    """A state belongs to its market: what is held there cannot be sold on another."""
    run("run", "--headless", "--state", "s12", "--pairs", "BTC/USD", "--seed", "5", "--for", "3s")
    refused("a state on another seed", ["s12", "seed 5", "seed 6", "--state"], "run", "--headless", "--state", "s12",
            "--pairs", "BTC/USD", "--seed", "6")
    refused("a state on another venue", ["s12", "seed 5", "kraken, api.kraken.com", "--state"], "run", "--headless",
            "--state", "s12", "--pairs", "BTC/USD", "--venue", "kraken")


def recordings():
    os.mkdir(path("s8"))
    refused("a directory without a recording", ["s8", "no session is recorded"], "replay", "s8")
    span = ["--venue", "files", "--pairs", "BTC/USD", "--from", "2024-01-01", "--to", "2024-01-01T01:00:00Z"]
    run("run", "--headless", "--state", "s9", *span)
    for name in os.listdir(path("s9/journal")):
        with open(path(f"s9/journal/{name}"), "r+b") as file:
            file.seek(7)  # CUTTLEJ1
            file.write(b"9")
    refused("a journal of another version", ["s9/journal", "format", "version"], "run", "--headless", "--state", "s9",
            *span)
    refused("and its replay", ["s9/journal", "format"], "replay", "s9")


def instances():
    first = start("run", "--headless", "--pairs", "BTC/USD", "--state", "s5")
    line_of(first, "warmed up", 40)
    drain(first)
    refused("a second instance", ["s5", f"process {first.pid}", "--state"], "run", "--headless", "--state", "s5")
    stop(first)


def data():
    refused("a CSV that is none", ["letter.csv"], "data", "import", write("letter.csv", "dear friend,\nhow are you\n"),
            "--as", "KRAKEN:BTC/USD", "--store", "store")
    done = run("data", "import", write("KRAKEN_BTCUSD_5m.csv",
                                       "time,open,high,low,close,volume\n1722816000,1,2,0.5,1,3\n"
                                       "1722816300,1,0.5,2,1,3\n1722816600,1,2,0.5,1,3\n"), "--store", "store")
    check(done.returncode == 2 and "KRAKEN_BTCUSD_5m.csv:3" in done.stdout + done.stderr,
          "a bad row is refused by file and line, the others are kept")
    text = "time,open,high,low,close,volume\n1722816000,1,2,0.5,1,3\n1722816300,1,2,0.5,1,3\n1722816600,1,2,0"
    done = run("data", "import", write("KRAKEN_SOLUSD_5m.csv", text), "--store", "store")
    check(done.returncode == 2 and "KRAKEN_SOLUSD_5m.csv:4" in done.stderr and "2 added" in done.stdout,
          "a CSV cut short loses its last row, and says so")
    with open(path("KRAKEN_ETHUSD_5m.csv.gz"), "wb") as file:
        file.write(gzip.compress((text * 50).encode())[:60])
    refused("a compressed file cut short", ["KRAKEN_ETHUSD_5m.csv.gz", "ends early", "again"], "data", "import",
            "KRAKEN_ETHUSD_5m.csv.gz", "--store", "store")


def pairs():
    venue, client = exchange("--pairs", "BTC/USD")
    done = run("run", "--headless", "--pairs", "BTC/USD NOSUCH/USD", "--state", "s6", "--for", "5s", *at(client.port))
    stop(venue)
    check(done.returncode == 0 and "NOSUCH/USD" in done.stderr, "an unknown pair is skipped with a notice")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    done = run("run", "--headless", *at(port), "--state", "s7", "--for", "4s")
    check(done.returncode != 0 and f"127.0.0.1:{port}" in done.stderr and "trying again" in done.stderr,
          "no network: it says so, and keeps trying")


main(configuration, places, markets, recordings, instances, data, pairs)

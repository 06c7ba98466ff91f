# SPDX-License-Identifier: MIT
"""The real process, killed at moments drawn by a seed, started again, and held against the venue: nothing may be lost,
doubled or left without a stop.

    CUTTLE_PROGRAM=build/cuttle python3 tests/crash/kills.py [--kills 20] [--seed S] [--keep DIR]

Three sessions at once, each at 20 times real speed: two on a local Kraken that outlives them, which is asked by an
independent client after each start, and one that rehearses on a local Kraken of its own, as `./dev run` does, whose
accounts are looked into every few kills. A failure is told with its kill and kept in DIR.
"""
import argparse
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from decimal import Decimal

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
import cuttle  # noqa: E402
from audit import Audit, symbol_of  # noqa: E402
from kraken import Client  # noqa: E402
from live import EAGER  # noqa: E402

PAIRS = "BTC/USD ETH/USD SOL/USD XRP/USD ADA/USD DOGE/USD LINK/USD AVAX/USD"
CAPITAL = "2000"
OFTEN = ["--set", "risk.max_daily_loss=1", "--set", "risk.max_drawdown=0", "--set", "risk.cool_off_losses=0",
         "--set", "strategy.sma_cross.stop_atr=2", "--set", "strategy.sma_cross.target_atr=4"]
PATIENCE = 60  # seconds, for what takes a second or two
SAID = threading.Lock()


class Program:
    """A cuttle beside us, and every line that it says."""

    def __init__(self, *args, **more):
        self.lines = []
        self.process = subprocess.Popen([cuttle.PROGRAM, *args], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, cwd=cuttle.scratch, **more)
        cuttle.running.append(self.process)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip())

    def said(self, pattern, seconds=PATIENCE):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            ended = self.process.poll() is not None
            for line in list(self.lines):
                match = re.search(pattern, line)
                if match:
                    return match
            if ended:
                return None
            time.sleep(0.01)
        return None

    def end(self, how, seconds=30):
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process in cuttle.running:
            cuttle.running.remove(self.process)
        return self.process.returncode


class World:
    """One state directory, killed again and again."""

    def __init__(self, name, seed, kills, keep):
        self.name, self.seed, self.kills, self.keep = name, seed, kills, keep
        self.draw = random.Random(f"{seed} {name}")
        self.state = cuttle.path(name)
        self.killed, self.failures, self.last = 0, 0, "before the first kill"
        self.capital = Decimal(CAPITAL)
        self.session = None

    def fail(self, what):
        self.failures += 1
        with SAID:
            print(f"FAIL {self.name}, {self.last}: {what}", flush=True)
            lines = self.session.lines if self.session else []
            first = next((i for i, line in enumerate(lines) if "Sanitizer" in line), len(lines) - 12)
            for line in lines[max(0, first):][:40]:
                print("     " + line[:200], flush=True)
        if self.keep and os.path.isdir(self.state):
            shutil.copytree(self.state, os.path.join(self.keep, f"{self.name}-{self.killed}"), dirs_exist_ok=True)

    def start(self, *flags):
        self.session = Program(*self.arguments(), "--state", self.state, "--pairs", PAIRS, "--capital", CAPITAL, *EAGER,
                               *OFTEN, *flags, env=self.environment())
        self.session.began = time.monotonic()

    def rows(self, table):
        return self.audit.rows(f"SELECT count(*) FROM {table}")[0][0]

    def kill(self, how, delay):
        self.killed += 1
        self.last = f"kill {self.killed} ({how}, {delay * 1000:.0f} ms)"
        time.sleep(delay)
        if self.session.process.poll() is not None:
            self.fail(f"it had ended by itself, status {self.session.process.returncode}")
        self.strike()

    def strike(self):
        self.session.end(signal.SIGKILL)

    def wait_for_row(self):
        """The disk has a new intent: it is being sent at this moment, or its fill is on its way."""
        table = self.draw.choice(("intents", "intents", "fills"))
        before, until = self.rows(table), time.monotonic() + 6
        while self.rows(table) == before and time.monotonic() < until:
            time.sleep(0.002)

    def settled(self):
        """Whether it trades again; everything is looked at when it does."""
        if self.session.said(r"ledger and the venue agree") is None:
            self.fail("it does not come back")
            return False
        return self.look()

    def run(self):
        self.open()
        while self.killed < self.kills:
            self.start()
            how = self.draw.choices(("an order", "trading", "starting", "twice"), (45, 20, 20, 15))[0]
            if how in ("an order", "trading"):
                if not self.settled():
                    self.session.end(signal.SIGKILL)
                    return
                if how == "an order":
                    self.wait_for_row()
                self.kill(how, self.draw.uniform(0, 0.04 if how == "an order" else 1.5))
                continue
            self.kill(how, self.draw.uniform(0, 1.0))
            if how == "twice" and self.killed < self.kills:
                self.start()
                self.kill(how, self.draw.uniform(0, 0.5))
        self.close()


class Outlived(World):
    """The venue is a process of its own, as the real one is."""

    speed, faults = 20, ()

    def open(self):
        self.venue = Program("exchange", "--market", "synthetic", "--seed", str(self.seed), "--speed", str(self.speed),
                             "--pairs", PAIRS, "--profile", "real", "--balance", "USD=5000,BTC=1", "--tier", "pro",
                             "--nonce-window", str(10**15), *self.faults)
        key = self.venue.said(r"^key (\S+) secret (\S+)$")
        self.port = self.venue.said(r"ready http://127\.0\.0\.1:(\d+)").group(1)
        self.client = Client(self.port, key.group(1), key.group(2))
        self.audit = Audit(self.state, {"XXBT": 1})
        _, self.before = self.audit.moved(self.client, "ZUSD", ())

    def arguments(self):
        where = f"127.0.0.1:{self.port}"
        return ["run", "--headless", "--venue", "kraken", "--live", "--set", "session.mode=live", "--set",
                f"venue.rest_url=http://{where}", "--set", f"venue.ws_url=ws://{where}/v2", "--set",
                f"venue.private_ws_url=ws://{where}/v2", "--set", "venue.rest_gap=0s", "--set", "broker.tier=pro"]

    def environment(self):
        return dict(os.environ, CUTTLE_KRAKEN__KEY=self.client.key, CUTTLE_KRAKEN__SECRET=self.client.secret)

    def look(self):
        """A pair counts as covered once it was seen so: the market goes on while we ask."""
        until, pause, fine, wrong = time.monotonic() + PATIENCE, 0.5, set(), []
        while time.monotonic() < until:
            try:
                self.audit.fetch(self.client)
                bare = self.audit.bare()
                fine |= {pair["wsname"] for pair in self.audit.names.values()} - bare.keys()
                wrong = [f"{pair}: {what}" for pair, what in bare.items() if pair not in fine]
                wrong += self.audit.strangers() + self.audit.uncounted()
            except OSError as error:  # the counter of calls, which we share with the session
                wrong = [str(error)]
            if not wrong:
                return True
            time.sleep(pause)
            pause = min(3, pause * 1.5)  # its calls are counted together with ours
        self.fail("; ".join(wrong[:6]))
        return False

    def watch(self):
        """What the last session goes through; False when it does not outlive it."""
        return True

    def close(self):
        report = cuttle.path(f"{self.name}.json")
        self.start("--report", report)
        if self.settled() and self.watch():
            self.last = "at the end"
            status = self.session.end(signal.SIGTERM)
            self.audit.fetch(self.client)
            self.capital += self.audit.moved(self.client, "ZUSD", self.before)[0]
            judge(self, status, report)
        self.venue.end(signal.SIGTERM)


class Own(World):
    """A rehearsal as it comes: its local Kraken goes with it, and keeps its accounts in the state directory."""

    def open(self):
        self.audit = Audit(self.state, {})
        self.looked = 0

    def arguments(self):
        return ["run", "--headless", "--speed", "20", "--set", f"market.seed={self.seed}"]

    def environment(self):
        return dict(os.environ)

    def strike(self):
        """Every third time its local Kraken is slow to go: the next one is there before it has."""
        slow = cuttle.children(self.session.process.pid) if self.draw.random() < 0.33 else []
        super().strike()
        signal_all(slow, signal.SIGSTOP)
        threading.Timer(self.draw.uniform(0.1, 1.0), signal_all, args=(slow, signal.SIGCONT)).start()

    def at_rest(self):
        """The venue once more, on a copy of the accounts; its market stands still."""
        kept = cuttle.path(f"{self.name}.accounts")
        shutil.copy(os.path.join(self.state, "exchange.json"), kept)
        venue = Program("exchange", "--seed", str(self.seed), "--pairs", PAIRS, "--lockstep", "--nonce-window", str(10**15),
                        "--accounts", kept)
        key, port = venue.said(r"^key (\S+) secret (\S+)$"), venue.said(r"ready http://127\.0\.0\.1:(\d+)")
        self.audit = Audit(self.state, {})
        self.audit.fetch(Client(port.group(1), key.group(1), key.group(2)))
        venue.end(signal.SIGTERM)
        return self.audit.complaints()

    def look(self):
        """Every few kills; a sale that was under way at the end is finished by a session that goes on."""
        if self.killed - self.looked < 4:
            return True
        self.looked, wrong = self.killed, []
        for _ in range(3):
            time.sleep(1)
            status = self.session.end(signal.SIGTERM)
            if status != 0:
                self.fail(f"it ends with status {status}")
                return False
            wrong = self.at_rest()
            self.start()
            if self.session.said(r"ledger and the venue agree") is None:
                self.fail("it does not come back")
                return False
            if not wrong:
                return True
        self.fail("; ".join(wrong[:6]))
        return False

    def close(self):
        report = cuttle.path(f"{self.name}.json")
        self.looked = -4
        self.start("--report", report)
        if self.settled():
            self.last = "at the end"
            status = self.session.end(signal.SIGTERM)
            for complaint in self.at_rest():
                self.fail(complaint)
            judge(self, status, report)


def signal_all(pids, what):
    for pid in pids:
        try:
            os.kill(pid, what)
        except ProcessLookupError:
            pass


def judge(world, status, path):
    """At the end of all: money and coins by the venue's own trades, and the journal from its first byte to its last."""
    with open(path, encoding="utf-8") as file:
        report = json.load(file)
    if status != 0:
        world.fail(f"it ends with status {status}")
    cash, coins = world.audit.cash(world.capital)
    held, value = {}, 0
    bases = {symbol_of(pair): pair for pair in world.audit.names.values()}
    for row in report["held"]:
        held[bases[row["pair"]]["base"]] = Decimal(row["quantity"])
        value += Decimal(row["value"])
    dust = {base: amount - held.get(base, 0) for base, amount in coins.items() if amount != held.get(base, 0)}
    least = {pair["base"]: Decimal(pair["ordermin"]) for pair in bases.values()}
    if any(not 0 < amount < least[base] for base, amount in dust.items()):
        world.fail(f"coins by the venue's trades {coins}, by the session {held}")
    if cash != Decimal(report["cash"]):
        world.fail(f"cash by the venue's trades {cash}, by the session {report['cash']}")
    if cash + value != Decimal(report["equity"]):
        world.fail(f"equity {report['equity']} is not cash {cash} and coins {value}")
    replay = cuttle.run("replay", world.state, timeout=600)
    if replay.returncode != 0 or "identical" not in replay.stdout:
        world.fail("the journal: " + (replay.stdout + replay.stderr)[-600:])
    with SAID:
        print(f"ok   {world.name}: {world.killed} kills, {len(world.audit.trades)} trades, {len(world.audit.orders)} orders; "
              f"equity {report['equity']}", flush=True)


def live(world):
    try:
        world.run()
    except Exception as error:  # a world that stumbles is one that failed
        import traceback
        traceback.print_exc()
        world.fail(f"{type(error).__name__}: {error}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--keep")
    parser.add_argument("--only", help="one world: outlived-1, outlived-2 or own")
    asked = parser.parse_args()
    third = asked.kills // 3
    worlds = [Outlived("outlived-1", asked.seed, third, asked.keep), Outlived("outlived-2", asked.seed + 1, third, asked.keep),
              Own("own", asked.seed + 2, asked.kills - 2 * third, asked.keep)]
    worlds = [world for world in worlds if asked.only in (None, world.name)]
    print(f"seed {asked.seed}", flush=True)
    threads = [threading.Thread(target=live, args=(world,)) for world in worlds]
    for thread in threads:
        thread.start()
    told = time.monotonic()
    for thread in threads:
        while thread.is_alive():
            thread.join(1)
            if time.monotonic() - told > 30:
                told = time.monotonic()
                print(f"     {sum(world.killed for world in worlds)} of {asked.kills} kills", flush=True)
    failures = sum(world.failures for world in worlds)
    print(f"{sum(world.killed for world in worlds)} kills, {failures} failures; seed {asked.seed}", flush=True)
    cuttle.check(failures == 0, "nothing lost, doubled or unprotected")
    cuttle.finish()


if __name__ == "__main__":
    main()

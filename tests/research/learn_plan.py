# SPDX-License-Identifier: MIT
"""Exits of a model's own, from candles to orders: a market in which a signal's volume says whether it will rise, and those
that do rise farther than the strategy's own target.

    CUTTLE_PROGRAM=build/cuttle python3 tests/research/learn_plan.py"""
import json
import os
import random
import sqlite3
import tempfile

from command import cuttle, expect
from runner import run_all

START, HOUR = 1609459200, 3600  # 2021-01-01
LEARN = ["learn", "--store", "store", "--timeframe", "1h", "--tests", "4", "--strategies", "sma_cross", "--no-files", "--json"]
SESSION = ["run", "--headless", "--venue", "files", "--market", "replay", "--set", "market.store=store", "--pairs", "BTC/USD ETH/USD",
           "--timeframe", "1h", "--set", "model.enabled=true", "--set", "model.timeframe=1h", "--set", "strategies.enabled=sma_cross",
           "--set", "decision.agree=1", "--set", "decision.alone=0"]


class Market:
    def __init__(self, out, price, seed):
        self.out, self.base, self.price, self.count, self.draw = out, price, price, 0, random.Random(seed)
        out.write("time,open,high,low,close,volume\n")

    def candle(self, move, volume, noise=0.001):
        close = round(self.price * (1 + move + self.draw.gauss(0, noise)), 1)
        high, low = max(self.price, close) * 1.0005, min(self.price, close) * 0.9995
        self.out.write(f"{START + self.count * HOUR},{self.price},{high:.1f},{low:.1f},{close},{volume:.1f}\n")
        self.price, self.count = close, self.count + 1

    def quiet(self, count, move):
        for _ in range(count):
            self.candle(move, self.draw.uniform(8, 12))

    def cycle(self):
        """A slow fall, and a cross: of one with twice the usual volume four in five rise by 12 %, else one in ten."""
        self.quiet(25 + self.draw.randint(0, 4), -0.002)
        loud = self.draw.choice((1, 2, 2, 4))
        self.candle(0.032, self.draw.uniform(9, 11) * loud, 0.0005)
        if self.draw.random() < (0.8 if loud == 2 else 0.1):
            far = self.draw.uniform(0.95, 1.05) * 0.12
            self.quiet(12, far / 12)
            self.quiet(12, -far / 12)
        else:
            self.quiet(6, -0.01)
            self.quiet(6, 0.003)
        self.price = round(self.price + 0.5 * (self.base - self.price), 1)


def store(folder):
    for name, price, seed in (("BTC", 40000, 1), ("ETH", 20000, 2)):
        file = f"KRAKEN_{name}USD_1h.csv"
        with open(os.path.join(folder, file), "w", encoding="ascii") as out:
            market = Market(out, price, seed)
            for _ in range(400):
                market.cycle()
        done = cuttle(folder, "data", "import", file, "--store", "store")
        expect(done.returncode == 0, done.stderr)


def check_report(said):
    expect(said["verdict"] == "live", said["reason"])
    plan = said["plan"]
    target, exits = plan["target"], plan["exits"]
    expect(target["learned"] and target["count"] > 400, target)
    expect(target["mean_error"] < target["mean_error_constant"] and target["pinball"] < target["pinball_constant"], target)
    expect(exits["live"] and exits["with"] > exits["without"] + 0.01 and exits["p_adjusted"] <= said["p_allowed"], exits)
    expect([pair["pair"] for pair in plan["pairs"]] == ["BTC/USD", "ETH/USD"], plan["pairs"])
    expect(all(0 < pair["target"]["weight"] < 1 for pair in plan["pairs"]), plan["pairs"])


def decisions(folder):
    with sqlite3.connect(os.path.join(folder, "st", "ledger.db")) as db:
        rows = [json.loads(text) for (text,) in db.execute("SELECT json FROM records WHERE word = 'decision'")]
    return [row for row in rows if row["verdict"] == "enter" and "plan" in row]


def exits_are_learned_kept_and_where_orders_stand():
    with tempfile.TemporaryDirectory() as folder:
        store(folder)
        done = cuttle(folder, *LEARN, "--keep", "--state", "st")
        expect(done.returncode == 0, done.stderr)
        check_report(json.loads(done.stdout)["strategies"][0])
        done = cuttle(folder, *SESSION, "--state", "st")
        expect(done.returncode == 0, done.stderr[-500:])
        entered = decisions(folder)
        moved = [row for row in entered if row["plan"]["moved"]]
        expect(len(moved) > 100, f"{len(moved)} of {len(entered)}")
        for row in moved:
            plan, price = row["plan"], row["price"]
            times = (plan["target"] / price - 1) / (plan["target_own"] / price - 1)
            expect(0.5 - 1e-9 <= times <= 2 + 1e-9 and row["target"] == plan["target"], row)
        expect(any("The model's plan: its target" in row["sentence"] for row in moved), moved[0]["sentence"])
        done = cuttle(folder, "replay", "st")
        expect(done.returncode == 0, done.stdout[-300:] + done.stderr[-300:])


if __name__ == "__main__":
    run_all([exits_are_learned_kept_and_where_orders_stand])

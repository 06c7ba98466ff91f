# SPDX-License-Identifier: MIT
"""`cuttle learn --keep`: what was learned becomes a model of a state directory, what a session then asks.

    CUTTLE_PROGRAM=build/cuttle python3 tests/research/learn_kept.py"""
import json
import os
import sqlite3
import tempfile

from command import cuttle, expect
from learn_command import learn, store
from runner import run_all

SESSION = ["run", "--headless", "--venue", "files", "--market", "replay", "--set", "market.store=store", "--pairs", "BTC/USD ETH/USD", "--timeframe",
           "1h", "--set", "model.enabled=true", "--set", "model.timeframe=1h", "--set",
           "strategies.enabled=sma_cross mean_reversion", "--set", "decision.agree=1", "--set", "decision.alone=0"]


def listed(folder):
    return json.loads(cuttle(folder, "models", "list", "--json", "--state", "st").stdout)


def a_model_is_kept_and_the_next_one_comes_after_it():
    with tempfile.TemporaryDirectory() as folder:
        store(folder)
        done = learn(folder, "--no-files", "--keep", "--state", "st")
        first, = listed(folder)
        expect(first["in_force"] and first["strategies"] == 3 and first["live"] == 0, first)
        expect(f"model: {first['model'][:12]}; it is in force" in done.stdout, done.stdout[-300:])
        expect(first["about"]["after"] is None and first["about"]["report"]["strategies"][0]["p_allowed"] == 0.005, first["about"])
        learn(folder, "--no-files", "--keep", "--state", "st", "--seed", "2")
        second, = [model for model in listed(folder) if model["in_force"]]
        expect(second["model"] != first["model"] and second["about"]["after"] == first["model"], second["about"]["after"])
        allowed = second["about"]["report"]["strategies"][0]["p_allowed"]
        expect(allowed in (0.0025, 0.005), f"of the same week half of what was left; a Monday may have come between: {allowed}")
        history = cuttle(folder, "models", "history", "--state", "st").stdout.splitlines()
        expect(len(history) == 2 and "train" in history[0] and "0 of 2 strategies live" in history[0], history)
        rolled = cuttle(folder, "models", "rollback", "--state", "st")
        expect(first["model"][:12] in rolled.stdout, rolled.stdout)
        with open(os.path.join(folder, "st", "models", "spend.json"), "w", encoding="ascii") as spend:
            spend.write("nonsense")
        done = cuttle(folder, "learn", "--store", "store", "--timeframe", "1h", "--tests", "2", "--strategies", "sma_cross",
                      "--no-files", "--keep", "--state", "st")
        expect(done.returncode == 1 and "spend.json" in done.stderr, done.stderr)


def a_session_asks_it():
    with tempfile.TemporaryDirectory() as folder:
        store(folder)
        learn(folder, "--no-files", "--keep", "--state", "st")
        done = cuttle(folder, *SESSION, "--state", "st")
        expect(done.returncode == 0, done.stderr[-500:])
        with sqlite3.connect(os.path.join(folder, "st", "ledger.db")) as db:
            rows = [json.loads(text) for (text,) in db.execute("SELECT json FROM records WHERE word = 'decision'")]
        said = [row["blend"]["shadow"] for row in rows if "shadow" in row.get("blend", {})]
        expect(len(said) > 50 and all(0 < p < 1 for p in said), len(said))
        expect(len({round(p, 9) for p in said}) > 20, "it says the same of everything")
        done = cuttle(folder, "replay", "st")
        expect(done.returncode == 0, done.stdout[-300:] + done.stderr[-300:])


if __name__ == "__main__":
    run_all([a_model_is_kept_and_the_next_one_comes_after_it, a_session_asks_it])

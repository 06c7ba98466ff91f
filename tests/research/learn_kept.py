# SPDX-License-Identifier: MIT
"""`cuttle learn --keep`: what was learned becomes a model of a state directory, what a session then asks.

    CUTTLE_PROGRAM=build/cuttle python3 tests/research/learn_kept.py"""
import json
import os
import sqlite3
import subprocess
import tempfile
import time
import urllib.request

from command import PLAIN, PROGRAM, cuttle, expect
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
        expect(first["in_force"] and first["strategies"] == 2 and first["live"] == 0, first)
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


def never(folder, watched=False):
    """The model that is kept, changed to be live and to expect nothing of anything; and nobody sees that it is wrong."""
    model = next(each for each in listed(folder) if each["in_force"])
    with open(os.path.join(folder, "st", "models", f"{model['model']}.json"), encoding="utf-8") as file:
        told = json.load(file)
    for each in told["models"]:
        each.update(live=each["strategy"] != "", shares={"forest": 0, "logistic": 0, "online": 0, "base": 1}, base=0.01)
        if not watched:
            each.pop("watch", None)
    with open(os.path.join(folder, "never.json"), "w", encoding="utf-8") as file:
        json.dump(told, file)
    return cuttle(folder, "models", "add", "never.json", "--state", "st").stdout.split()[0]


def a_backtest_asks_it_and_says_what_it_has_seen():
    with tempfile.TemporaryDirectory() as folder:
        store(folder)
        learn(folder, "--no-files", "--keep", "--state", "st", "--to", "2023-07-01")
        model, = listed(folder)
        words = ["backtest", "--store", "store", "--timeframe", "1h", "--no-files", "--json", "--state", "st", "--set", "model.timeframe=1h",
                 "--set", "strategies.enabled=sma_cross", "--set", "decision.agree=1", "--set", "decision.alone=0", "--set", "decision.confidence=0"]

        def run(*more):
            done = cuttle(folder, *words, *more)
            expect(done.returncode == 0, done.stderr)
            return json.loads(done.stdout)
        plain, shadow = run("--set", "model.enabled=true"), run("--model", "current")
        expect(plain["model"] is None and shadow["model"]["model"] == model["model"], shadow["model"])
        expect(shadow["equity"] == plain["equity"] and shadow["verdicts"] == plain["verdicts"], f"a shadow moves nothing: {shadow['verdicts']}")
        expect(shadow["model"]["in_sample"] is True and shadow["model"]["live"] == 0, shadow["model"])
        expect(run("--model", model["model"][:6], "--start", "2023-07-01")["model"]["in_sample"] is False, "it has not seen July")
        refused = run("--model", never(folder), "--start", "2023-07-01")
        expect(refused["closed_trades"] == 0 and refused["verdicts"]["model"] > 20, f"{refused['closed_trades']}, {refused['verdicts']}")
        found_out = run("--model", never(folder, watched=True), "--start", "2023-07-01")
        expect(found_out["closed_trades"] > 10 and found_out["verdicts"]["model"] > 5, f"watched it is demoted: {found_out['verdicts']}")
        told = cuttle(folder, *[word for word in words if word != "--json"], "--model", "current").stdout
        expect(f"model: {model['model'][:12]}, live for 0 of 2 strategies, trained on 2023-01-01 to 2023-07-01; IN SAMPLE" in told, told[:900])
        for name, said in (("ffff", "no such model"), ("current", "no model is in force")):
            cuttle(folder, "models", "none", "--state", "st")
            done = cuttle(folder, *words, "--model", name)
            expect(done.returncode == 1 and said in done.stderr, done.stderr)
        done = cuttle(folder, *words, "--model", model["model"], "--set", "model.timeframe=4h")
        expect(done.returncode == 1 and "it was trained on candles of 1h" in done.stderr, done.stderr)
        done = cuttle(folder, *words, "--model", model["model"], "--set", "strategy.sma_cross.sma_period=7")
        expect(done.returncode == 0 and "for sma_cross" in done.stderr and "heuristic judges" in done.stderr, done.stderr)
        done = cuttle(folder, "walkforward", "--store", "store", "--model", "current")
        expect(done.returncode == 1 and "--model" in done.stderr and "for `cuttle backtest`" in done.stderr, done.stderr)


class Session:
    """One with a dashboard, on the local Kraken."""

    def __init__(self, folder, *words):
        self.file = os.path.join(folder, "st", "server.json")
        self.process = subprocess.Popen([PROGRAM, "run", "--pairs", "BTC/USD", "--state", "st", "--set", "server.port=0", *words], cwd=folder, env=PLAIN,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def get(self, address):
        until = time.monotonic() + 60
        while True:
            try:
                with open(self.file, encoding="utf-8") as file:
                    server = json.load(file)["address"]
                with urllib.request.urlopen(server + address, timeout=20) as reply:
                    return reply.read().decode()
            except (OSError, ValueError):
                expect(time.monotonic() < until and self.process.poll() is None, "the session does not answer")
                time.sleep(0.2)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(60)


def what_it_proved_is_in_the_ledger():
    with tempfile.TemporaryDirectory() as folder:
        store(folder)
        learn(folder, "--no-files", "--keep", "--state", "st")
        model, = listed(folder)
        with sqlite3.connect(os.path.join(folder, "st", "ledger.db")) as db:
            db.row_factory = sqlite3.Row
            rows = {(row["strategy"], row["symbol"], row["predictor"]): row for row in db.execute("SELECT * FROM validations")}
        expect({row["model"] for row in rows.values()} == {model["model"]}, "of one model")
        for said in model["about"]["report"]["strategies"]:
            for predictor, figures in said["predictors"].items():
                row = rows.pop((said["strategy"], "", predictor), None)
                expect((row is None) == (figures["support"] == 0), f"{said['strategy']} {predictor}")
                for name in ("support", "confidence", "accuracy", "precision", "log_loss", "brier", "auc") if row else ():
                    expect(row[name] == figures[name], f"{said['strategy']} {predictor} {name}: {row[name]}, {figures[name]}")
                if predictor == "ensemble":
                    expect((row["verdict"], row["words"], row["taken"]) == (said["verdict"], said["reason"], said["reward"]["taken"]), dict(row))
                    expect((row["reward_without"], row["reward_with"]) == (said["reward"]["without_model"], said["reward"]["with_model"]), dict(row))
            for pair in said["pairs"]:
                row = rows.pop((said["strategy"], pair["pair"], "ensemble"))
                expect(row["accuracy"] == pair["accuracy"] and row["support"] == pair["support"], dict(row))
        expect(not rows, list(rows))


def what_it_proved_is_told_by_a_session():
    with tempfile.TemporaryDirectory() as folder:
        store(folder)
        with Session(folder) as session:
            told = json.loads(session.get("/api/v1/ml-metrics"))
            expect(told["model"] is None and told["asked"] is False and told["strategies"] == [], told)
            expect("\ntrader_ml_validation_accuracy{" not in session.get("/metrics"), "a figure of no model")
            learn(folder, "--no-files", "--keep", "--state", "st")  # while it runs
            first, = listed(folder)
            told = json.loads(session.get("/ml-metrics"))
            expect(told["model"] == first["model"] and told["made"] == first["about"]["made"], told["model"])
            proofs = first["about"]["report"]["strategies"]
            expect([each["proof"] for each in told["strategies"]] == proofs, "not what it proved")
            expect({each["state"] for each in told["strategies"]} == {"shadow"}, told["strategies"])
            expect([(each["by"], each["model"]) for each in told["versions"]] == [("train", first["model"])], told["versions"])
            expect([each["strategy"] for each in told["validations"]] == sorted(each["strategy"] for each in proofs), told["validations"])
            metrics = session.get("/metrics")
            for proof in proofs:
                accuracy = proof["predictors"]["ensemble"]["accuracy"]
                line, = [line for line in metrics.splitlines() if line.startswith(f'trader_ml_validation_accuracy{{strategy="{proof["strategy"]}"}}')]
                expect(float(line.split()[-1]) == accuracy, line)
                expect(f'cuttle_model_live{{strategy="{proof["strategy"]}"}} 0' in metrics, "it is a shadow")
            cuttle(folder, "models", "none", "--state", "st")
            told = json.loads(session.get("/ml-metrics"))
            expect(told["model"] is None and len(told["versions"]) == 2 and len(told["validations"]) == 2, told["versions"])
        with Session(folder, "--set", "model.enabled=true", "--set", "model.timeframe=1h") as session:
            expect(json.loads(session.get("/ml-metrics"))["asked"] is True, "it is not said that it asks")


if __name__ == "__main__":
    run_all([a_model_is_kept_and_the_next_one_comes_after_it, a_session_asks_it,
             a_backtest_asks_it_and_says_what_it_has_seen, what_it_proved_is_in_the_ledger, what_it_proved_is_told_by_a_session])

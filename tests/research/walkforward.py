# SPDX-License-Identifier: MIT
"""`cuttle walkforward` against its parts: each fold's choice and each test are worked out by single backtests, which
know nothing of folds.

    CUTTLE_PROGRAM=build/cuttle python3 tests/research/walkforward.py"""
import csv
import json
import os
import tempfile
from datetime import datetime, timedelta, timezone

from command import cuttle, expect, summary, wave
from runner import run_all

START = datetime(2024, 1, 1, tzinfo=timezone.utc)
HOURS = 24 * 60
BASE = ["--candles", "wave.csv", "--strategy", "sma_pair", "--stake", "all", "--fee", "0.001"]
SETS = [(fast, slow) for fast in (3, 8) for slow in (20, 45)]


def candles(folder):
    """A swing whose length changes half way, so that not every fold chooses the same."""
    wave(folder + "/one.csv", int(START.timestamp()), HOURS // 2, 3600, 40000, 37)
    wave(folder + "/two.csv", int(START.timestamp()) + HOURS // 2 * 3600, HOURS // 2, 3600, 40000, 26)
    with open(folder + "/wave.csv", "w", encoding="ascii") as out:
        out.write(open(folder + "/one.csv", encoding="ascii").read())
        out.write(open(folder + "/two.csv", encoding="ascii").read().split("\n", 1)[1])


def walk(folder, *words):
    done = cuttle(folder, "walkforward", *BASE, "--space", "fast=3,8", "--space", "slow=20,45", "--min-trades", "1",
                  "--objective", "profit", "--json", *words)
    expect(done.returncode == 0, done.stderr)
    return json.loads(done.stdout)


def stamp(day):
    return (START + timedelta(days=day)).strftime("%Y-%m-%dT%H:%M:%SZ")


def single(folder, fast, slow, from_day, until_day):
    return summary(folder, *BASE, "--set", f"fast={fast}", "--set", f"slow={slow}", "--start", stamp(from_day), "--end",
                   stamp(until_day), "--no-files")


def best_of(folder, from_day, until_day):
    runs = [(single(folder, fast, slow, from_day, until_day)["total_return"], -i, (fast, slow))
            for i, (fast, slow) in enumerate(SETS)]
    return max(runs)


def check_folds(folder, report, windows):
    product = 1
    expect(len(report["folds"]) == len(windows), report["folds"])
    for fold, (train, trained, test, tested) in zip(report["folds"], windows):
        expect([fold[name] for name in ("train_from", "train_until", "test_from", "test_until")] ==
               [stamp(train), stamp(trained), stamp(test), stamp(tested)], fold)
        inside, _, (fast, slow) = best_of(folder, train, trained)
        expect(fold["set"] == f"fast={fast} slow={slow}", (fold["set"], fast, slow))
        expect(abs(fold["in_sample"]["return"] - inside) < 1e-9, (fold, inside))
        outside = single(folder, fast, slow, test, tested)
        expect(abs(fold["out_of_sample"]["return"] - outside["total_return"]) < 1e-9, (fold, outside["total_return"]))
        expect(fold["out_of_sample"]["trades"] == outside["closed_trades"], fold)
        expect(abs(fold["hold"] - outside["buy_and_hold"]["total_return"]) < 1e-9, fold)
        product *= 1 + outside["total_return"]
    expect(abs(report["walked_forward"]["return"] - (product - 1)) < 1e-6, (report["walked_forward"], product - 1))


def a_rolling_walk_is_made_of_the_best_of_each_training_and_its_test():
    with tempfile.TemporaryDirectory() as folder:
        candles(folder)
        report = walk(folder, "--train", "20d", "--test", "10d", "--purge", "24h", "--study", "roll")
        check_folds(folder, report, [(0, 20, 21, 31), (10, 30, 31, 41), (20, 40, 41, 51), (30, 50, 51, 60)])
        expect(len({fold["set"] for fold in report["folds"]}) > 1, report["folds"])
        rows = list(csv.DictReader(open(folder + "/studies/roll/walk.csv", encoding="ascii")))
        expect(len(rows) == 24 * (10 + 10 + 10 + 9), len(rows))
        last = float(rows[-1]["walked_forward"]) / 10000 - 1
        expect(abs(last - report["walked_forward"]["return"]) < 1e-6, (last, report["walked_forward"]))
        expect(json.load(open(folder + "/studies/roll/walk.json", encoding="ascii"))["folds"] == report["folds"], report)


def an_anchored_walk_trains_from_the_beginning():
    with tempfile.TemporaryDirectory() as folder:
        candles(folder)
        report = walk(folder, "--anchored", "--train", "20d", "--test", "15d", "--purge", "0h", "--embargo", "5d")
        check_folds(folder, report, [(0, 20, 20, 35), (0, 40, 40, 55)])


def the_same_command_goes_on_and_comes_to_the_same():
    with tempfile.TemporaryDirectory() as folder:
        candles(folder)
        words = ["--train", "20d", "--test", "10d", "--study", "again"]
        one = walk(folder, *words)
        with open(folder + "/studies/again/fold-02/trials.jsonl", "r+", encoding="ascii") as file:
            lines = file.readlines()
            file.seek(0)
            file.truncate()
            file.writelines(lines[:-2])
        two = walk(folder, *words)
        one.pop("seconds"), two.pop("seconds")
        expect(one == two, "a walk that went on came to something else")


def the_page_has_each_fold_and_the_whole():
    with tempfile.TemporaryDirectory() as folder:
        candles(folder)
        done = cuttle(folder, "walkforward", *BASE, "--space", "fast=3,8", "--train", "20d", "--test", "10d",
                      "--min-trades", "1", "--study", "page")
        for part in ["walk forward, rolling: studies/page", "2024-01-22 - 2024-02-01", "walked forward", "as it is",
                     "5 % of the time below", "Walk-forward efficiency"]:
            expect(part in done.stdout, (part, done.stdout))
        expect("fold 2 of" in done.stderr, done.stderr)


def what_cannot_be_walked_is_said():
    with tempfile.TemporaryDirectory() as folder:
        candles(folder)
        for words, part in [
            (["--train", "50d", "--test", "30d"], "two are the least"),
            (["--train", "soon"], "write a length such as 90d"),
            (["--holdout", "0.5"], "is a search's"),
            (["--runs", "3"], "from 100 to 100000"),
            (["--space", "quick=1,2"], "quick"),
        ]:
            done = cuttle(folder, "walkforward", *BASE, "--space", "fast=3,8", *words)
            expect(done.returncode == 1 and part in done.stderr, (words, done.stderr))
        expect(not os.path.exists(folder + "/studies"), "a study was made of nothing")


if __name__ == "__main__":
    run_all([a_rolling_walk_is_made_of_the_best_of_each_training_and_its_test,
             an_anchored_walk_trains_from_the_beginning, the_same_command_goes_on_and_comes_to_the_same,
             the_page_has_each_fold_and_the_whole, what_cannot_be_walked_is_said])

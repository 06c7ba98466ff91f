# SPDX-License-Identifier: MIT
"""`cuttle montecarlo` as a user runs it: its run is the backtest's, its orders come to what the trades come to, each
moved parameter stays within its bounds, and the same seed says the same.

    CUTTLE_PROGRAM=build/cuttle python3 tests/research/monte_carlo_command.py"""
import csv
import json
import os
import re
import subprocess
import sys
import tempfile

import walk

PROGRAM = os.path.abspath(os.environ["CUTTLE_PROGRAM"])
PAIR = ["--candles", "walk.csv", "--strategy", "sma_pair", "--stake", "all", "--fee", "0.0004", "--set", "fast=20",
        "--set", "slow=50"]


def cuttle(folder, *words):
    plain = {name: value for name, value in os.environ.items() if not name.startswith("CUTTLE_")}
    return subprocess.run([PROGRAM, *words], cwd=folder, env=plain, capture_output=True, text=True, timeout=200)


def said(folder, command, *words):
    done = cuttle(folder, command, *PAIR, *words, "--json")
    expect(done.returncode == 0, f"cuttle {command} {' '.join(words)}: {done.stderr}")
    return json.loads(done.stdout)


def montecarlo(folder, *words):
    return said(folder, "montecarlo", "--runs", "300", "--no-files", *words)


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def near(a, b, tolerance=1e-9):
    return abs(a - b) <= tolerance * max(1, abs(a), abs(b))


def case(folder, count=6000):
    walk.write(count, os.path.join(folder, "walk.csv"))


def fall(returns):
    """The worst drawdown of returns in their order."""
    equity = peak = 1
    worst = 0
    for r in returns:
        equity *= 1 + r
        peak = max(peak, equity)
        worst = max(worst, 1 - equity / peak)
    return equity - 1, worst


def its_run_is_the_backtest_and_its_orders_come_to_what_the_trades_come_to():
    with tempfile.TemporaryDirectory() as folder:
        case(folder)
        run = said(folder, "backtest", "--out", "report")
        draws = montecarlo(folder)
        for theirs, ours in [("total_return", "total_return"), ("drawdown_max", "drawdown_max"), ("sharpe", "sharpe"),
                             ("closed_trades", "closed_trades"), ("bars", "bars")]:
            expect(draws[ours] == run[theirs], (ours, draws[ours], run[theirs]))
        with open(os.path.join(folder, "report", "trades.csv"), encoding="ascii") as file:
            trades = list(csv.DictReader(file))
        with open(os.path.join(folder, "report", "equity.csv"), encoding="ascii") as file:
            bars = list(csv.DictReader(file))
        ends = [bar["time"] for bar in bars]
        returns = []
        for trade in trades:
            before = [i for i, end in enumerate(ends) if end <= trade["opened"]]
            equity = float(bars[before[-1]]["equity"]) if before else 10000.0
            returns.append(float(trade["pnl"]) / equity)
        total, worst = fall(returns)
        shuffle = draws["shuffle"]
        expect(len(returns) > 20 and shuffle["returns"] == len(returns), (len(returns), shuffle["returns"]))
        expect(near(shuffle["own_total_return"], total) and near(shuffle["own_drawdown_max"], worst), (total, worst))
        for level in ["p5", "p50", "p95", "mean"]:
            expect(near(shuffle["total_return"][level], total), (level, shuffle["total_return"], total))
        expect(shuffle["drawdown_max"]["p5"] < shuffle["drawdown_max"]["p95"], shuffle["drawdown_max"])
        expect(shuffle["fan"][0] == [1] * 5 and near(shuffle["fan"][-1][0], 1 + total), shuffle["fan"][-1])


def the_bootstrap_is_of_the_curve_and_spreads_round_it():
    with tempfile.TemporaryDirectory() as folder:
        case(folder)
        draws = montecarlo(folder)
        blocks = draws["bootstrap"]
        expect(draws["period_s"] == 60 and blocks["returns"] == draws["bars"], draws["period_s"])
        expect(near(blocks["own_total_return"], draws["total_return"]), blocks["own_total_return"])
        expect(near(blocks["own_drawdown_max"], draws["drawdown_max"]), blocks["own_drawdown_max"])
        expect(near(blocks["block_length"], draws["bars"] ** (1 / 3)), blocks["block_length"])
        bands = blocks["total_return"]
        expect(bands["p5"] < draws["total_return"] < bands["p95"], (bands, draws["total_return"]))
        expect(montecarlo(folder, "--block", "50")["bootstrap"]["block_length"] == 50, "--block")


def the_same_seed_says_the_same_and_another_does_not():
    with tempfile.TemporaryDirectory() as folder:
        case(folder, 3000)
        words = ["--jitter", "6", "--seed", "7"]
        first = montecarlo(folder, *words)
        expect(first == montecarlo(folder, *words), "two runs of one seed differ")
        other = montecarlo(folder, "--jitter", "6", "--seed", "8")
        expect(other["bootstrap"]["total_return"] != first["bootstrap"]["total_return"], "the bootstrap")
        expect(other["jitter"]["runs"] != first["jitter"]["runs"], "the jitter")
        more = montecarlo(folder, "--jitter", "70", "--seed", "7")
        expect(more["jitter"]["runs"][:6] == first["jitter"]["runs"], "more runs are not the same ones and some more")


def parameters_move_within_their_part_and_the_counts_are_of_the_runs():
    with tempfile.TemporaryDirectory() as folder:
        case(folder, 3000)
        draws = montecarlo(folder, "--jitter", "40", "--jitter-by", "0.2")
        moved = {row["name"]: row for row in draws["jitter"]["parameters"]}
        fast, slow = moved["strategy.sma_pair.fast"], moved["strategy.sma_pair.slow"]
        expect((fast["least"], fast["present"], fast["most"]) == (16, 20, 24), fast)
        expect((slow["least"], slow["present"], slow["most"]) == (40, 50, 60), slow)
        runs = draws["jitter"]["runs"]
        expect(len(runs) == 40 and len({run["total_return"] for run in runs}) > 20, "forty runs that differ")
        expect(draws["jitter"]["in_profit"] == sum(run["total_return"] > 0 for run in runs), "in_profit")
        better = sum(run["total_return"] > draws["total_return"] for run in runs)
        expect(draws["jitter"]["better_than_present"] == better, "better_than_present")
        sets = {(said(folder, "backtest", "--no-files", "--set", f"fast={f}", "--set", f"slow={s}")["total_return"])
                for f in range(19, 22) for s in (49, 50, 51)}
        near_runs = montecarlo(folder, "--jitter", "30", "--jitter-by", "0.02")["jitter"]["runs"]
        expect(all(run["total_return"] in sets for run in near_runs), "a run that is no backtest of a set near by")


def sets_that_the_configuration_refuses_are_drawn_again():
    with tempfile.TemporaryDirectory() as folder:
        case(folder, 2000)
        draws = montecarlo(folder, "--set", "fast=48", "--jitter", "20", "--jitter-by", "0.2")
        expect(len(draws["jitter"]["runs"]) == 20, "fast must be below slow, and often is not")


def a_script_is_asked_by_nobody_while_a_worker_runs_it():
    with tempfile.TemporaryDirectory() as folder:
        case(folder, 3000)
        scripts = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../strategies/examples")
        words = ["--candles", "walk.csv", "--set", f"strategies.folder={scripts}", "--stake", "all", "--timeframe",
                 "1m", "--json"]
        jitter = ["montecarlo", *words, "--runs", "5", "--jitter", "70", "--no-files", "--strategy"]
        search = ["search", *words, "--space", "patience=2..40", "--space", "oversold=20..40", "--method", "random",
                  "--trials", "270", "--min-trades", "0", "--strategy", "pullback"]
        for command in [[*jitter, "pullback"], search, [*jitter, "cross"]]:
            done = cuttle(folder, *command)
            if "built without Lua" in done.stderr:
                print("skipped: cuttle was built without Lua")
                return
            expect(done.returncode == 0, f"cuttle {' '.join(command)}: {done.stderr[:2000]}")
        runs = json.loads(done.stdout)["jitter"]["runs"]
        expect(len({run["total_return"] for run in runs}) > 10, "a moved parameter of a script moves nothing")


def the_page_and_the_report_are_whole():
    with tempfile.TemporaryDirectory() as folder:
        case(folder)
        done = cuttle(folder, "montecarlo", *PAIR, "--runs", "200", "--jitter", "5", "--out", "a/b")
        expect(done.returncode == 0, done.stderr)
        for words in ["trades in another order", "drawn anew in blocks of", "parameters moved by up to 10 %",
                      "worst drawdown", "fell below 50 % of the capital", "report: a/b"]:
            expect(words in done.stdout, f"{words!r} is not in\n{done.stdout}")
        with open(os.path.join(folder, "a", "b", "montecarlo.html"), encoding="utf-8") as file:
            page = file.read()
        names = {"montecarlo.html", "montecarlo.json"}
        names |= {"fan.png"} if os.environ["CUTTLE_PICTURES"] == "true" else set()
        expect(names == set(os.listdir(os.path.join(folder, "a", "b"))), os.listdir(os.path.join(folder, "a", "b")))
        with open(os.path.join(folder, "a", "b", "montecarlo.json"), encoding="utf-8") as file:
            expect(json.load(file)["runs"] == 200, "montecarlo.json")
        for words in ["fans.bootstrap=", "fans.shuffle=", "strategy.sma_pair.fast", "Parameters moved"]:
            expect(words in page, f"{words!r} is not on the page")
        for text in [page, done.stdout]:
            expect(not re.search(r"\b(nan|inf)\b", text), "a figure that is none")
        expect("http://" not in page and "https://" not in page, "the page asks somebody for something")


def a_run_without_one_trade_says_so():
    with tempfile.TemporaryDirectory() as folder:
        case(folder, 40)
        draws = montecarlo(folder)
        expect(draws["shuffle"] is None and draws["bootstrap"]["total_return"]["p95"] == 0, draws)
        page = cuttle(folder, "montecarlo", *PAIR, "--no-files").stdout
        expect("No trade was closed" in page and not re.search(r"\b(nan|inf)\b", page), page)


def what_cannot_be_run_is_refused_in_one_line():
    with tempfile.TemporaryDirectory() as folder:
        case(folder, 40)
        for words, remedy in [(["--runs", "0"], "whole number from 1"), (["--ruin", "2"], "number from 0 to 1"),
                              (["--block", "0.5"], "number from 1"), (["--jitter-by", "1"], "number from 0.001"),
                              (["--jitter", "x"], "whole number"), (["--nonsense", "1"], "nonsense")]:
            done = cuttle(folder, "montecarlo", *PAIR, *words)
            expect(done.returncode == 1 and remedy in done.stderr, (words, done.stderr))
            expect(done.stderr.count("\n") == 1, done.stderr)


TESTS = [its_run_is_the_backtest_and_its_orders_come_to_what_the_trades_come_to,
         the_bootstrap_is_of_the_curve_and_spreads_round_it, the_same_seed_says_the_same_and_another_does_not,
         parameters_move_within_their_part_and_the_counts_are_of_the_runs,
         sets_that_the_configuration_refuses_are_drawn_again, a_script_is_asked_by_nobody_while_a_worker_runs_it,
         the_page_and_the_report_are_whole,
         a_run_without_one_trade_says_so, what_cannot_be_run_is_refused_in_one_line]


def main():
    failed = 0
    for test in TESTS:
        try:
            test()
            print(f"[       OK ] {test.__name__}")
        except AssertionError as fault:
            failed += 1
            print(f"[  FAILED  ] {test.__name__}: {fault}")
    print(f"[  PASSED  ] {len(TESTS) - failed} test(s).")
    if failed:
        sys.exit(f"[  FAILED  ] {failed} test(s)")


if __name__ == "__main__":
    main()

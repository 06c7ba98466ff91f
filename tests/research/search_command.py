# SPDX-License-Identifier: MIT
"""`cuttle search` as a user runs it: its leaderboard against backtests run one by one, the same study from one worker
and from two, from one that was killed again and again and from one that was left alone, and what it refuses.

    CUTTLE_PROGRAM=build/cuttle python3 tests/research/search_command.py"""
import array
import json
import math
import os
import random
import re
import signal
import subprocess
import tempfile
import time

import walk
from runner import run_all

PROGRAM = os.path.abspath(os.environ["CUTTLE_PROGRAM"])
PAIR = ["--candles", "walk.csv", "--strategy", "sma_pair", "--stake", "all", "--fee", "0.0004"]
SMALL = [*PAIR, "--space", "fast=5..15:5", "--space", "slow=10,20,40", "--min-trades", "10"]


def environment():
    return {name: value for name, value in os.environ.items() if not name.startswith("CUTTLE_")}


def cuttle(folder, *words):
    return subprocess.run([PROGRAM, *words], cwd=folder, env=environment(), capture_output=True, text=True,
                          timeout=200)


def search(folder, *words):
    done = cuttle(folder, "search", *words, "--json")
    expect(done.returncode == 0, f"cuttle search {' '.join(words)}: {done.stderr}")
    return json.loads(done.stdout)


def refused(folder, *words):
    done = cuttle(folder, "search", *words)
    expect(done.returncode == 1 and done.stdout == "", (words, done))
    return done.stderr


def backtest(folder, *words):
    done = cuttle(folder, "backtest", *PAIR, *words, "--json", "--no-files")
    expect(done.returncode == 0, f"cuttle backtest {' '.join(words)}: {done.stderr}")
    return json.loads(done.stdout)


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def near(a, b):
    return a == b or (a is not None and b is not None and abs(a - b) <= 1e-12 * max(abs(a), abs(b)))


def study(folder, name):
    """The sets of a study, by line, and its files' bytes."""
    with open(os.path.join(folder, "studies", name, "trials.jsonl"), "rb") as lines:
        text = lines.read()
    with open(os.path.join(folder, "studies", name, "returns.f32"), "rb") as returns:
        return [json.loads(line) for line in text.splitlines()], text, returns.read()


def world(count=3000):
    folder = tempfile.TemporaryDirectory()
    walk.write(count, os.path.join(folder.name, "walk.csv"))
    return folder


def same_figures(said, alone):
    for key in ("sharpe", "sortino", "calmar", "total_return", "win_rate", "drawdown_max", "closed_trades"):
        expect(near(said[key], alone[key]), (key, said, alone[key]))


def each_set_is_the_backtest_of_that_set_alone():
    with world() as folder:
        said = search(folder, *SMALL, "--study", "grid", "--holdout", "0.3")
        sets = [(fast, slow) for fast in (5, 10, 15) for slow in (10, 20, 40) if fast < slow]
        trials, _, _ = study(folder, "grid")
        expect([tuple(trial["at"]) for trial in trials] == sets, trials)
        expect(said["trials"] == len(sets) and said["impossible"] == 9 - len(sets), said)
        alone = {}
        for trial, (fast, slow) in zip(trials, sets):
            words = ["--set", f"fast={fast}", "--set", f"slow={slow}"]
            inside = backtest(folder, *words, "--end", said["cut"])
            outside = backtest(folder, *words, "--start", said["cut"])
            alone[fast, slow] = (inside, outside)
            expect(inside["closed_trades"] == trial["trades"], (trial, inside["closed_trades"]))
            for key, name in (("sharpe", "sharpe"), ("profit", "total_return"), ("drawdown", "drawdown_max")):
                expect(near(trial[key], inside[name]), (trial, key, inside[name]))
        order = sorted(sets, key=lambda s: -alone[s][0]["sharpe"])
        found = [(int(f["set"]["strategy.sma_pair.fast"]), int(f["set"]["strategy.sma_pair.slow"]))
                 for f in said["finalists"]]
        expect(found == order, (found, order))
        for finalist, key in zip(said["finalists"], found):
            expect(finalist["path"] == "engine", finalist)
            same_figures(finalist["in_sample"], alone[key][0])
            same_figures(finalist["out_of_sample"], alone[key][1])
        same_figures(said["present"]["in_sample"], backtest(folder, "--end", said["cut"]))


def the_returns_of_the_periods_make_the_whole():
    with world() as folder:
        search(folder, *SMALL, "--study", "grid")
        trials, _, returns = study(folder, "grid")
        rows = array.array("f")
        rows.frombytes(returns)
        each = len(rows) // len(trials)
        expect(each * len(trials) == len(rows) and each >= 2000 * 0.75 / 60, each)
        for i, trial in enumerate(trials):
            whole = math.prod(1 + r for r in rows[i * each:(i + 1) * each]) - 1
            expect(abs(whole - trial["profit"]) < 1e-4, (whole, trial["profit"]))


def the_best_of_each_objective_is_the_largest():
    with world() as folder:
        for objective, key in (("sortino", "sortino"), ("calmar", "calmar"), ("profit", "total_return"),
                               ("win_rate", "win_rate")):
            said = search(folder, *SMALL, "--objective", objective, "--study", objective)
            values = [finalist["in_sample"]["value"] for finalist in said["finalists"]]
            expect(values == sorted(values, reverse=True) and len(values) == 7, values)
            expect(values[0] == said["finalists"][0]["in_sample"][key], said["finalists"][0])


def what_breaks_a_limit_is_refused_and_named():
    with world() as folder:
        search(folder, *SMALL, "--study", "all")
        all_of_them, _, _ = study(folder, "all")
        bound = sorted(trial["trades"] for trial in all_of_them)[3]
        said = search(folder, *SMALL, "--min-trades", str(bound), "--study", "many")
        expect(said["refused"] == sum(trial["trades"] < bound for trial in all_of_them) > 0, said["refused"])
        expect(all(f["in_sample"]["closed_trades"] >= bound for f in said["finalists"]), said["finalists"])
        deep = sorted(trial["drawdown"] for trial in all_of_them)[3]
        said = search(folder, *SMALL, "--max-drawdown", f"{deep + 1e-9:.12f}", "--study", "shallow")
        expect(said["refused"] == 3 and len(said["finalists"]) == 4, said)
        done = cuttle(folder, "search", *SMALL, "--min-trades", "5000", "--study", "none")
        expect(done.returncode == 0 and "trades, fewer than 5000" in done.stdout, done.stdout)


def one_worker_and_two_make_the_same_study():
    with world() as folder:
        for method, tried in (("tpe", 40), ("halving", 40 + 13 + 4)):
            words = [*PAIR, "--space", "fast=2..40", "--space", "slow=3..200", "--method", method, "--trials", "40",
                     "--min-trades", "3"]
            one = search(folder, *words, "--workers", "1", "--study", f"{method}-1")
            search(folder, *words, "--workers", "2", "--study", f"{method}-2")
            expect(study(folder, f"{method}-1")[1:] == study(folder, f"{method}-2")[1:], "the files differ")
            expect(one["trials"] == tried, (method, one["trials"]))
        words = [*PAIR, "--space", "fast=2..40", "--space", "slow=3..200", "--method", "random", "--trials", "40"]
        one = search(folder, *words, "--workers", "1", "--study", "one")
        two = search(folder, *words, "--workers", "2", "--study", "two")
        expect(study(folder, "one")[1:] == study(folder, "two")[1:], "the files differ")
        for said in (one, two):
            for key in ("study", "workers", "seconds", "cpu_seconds", "workers_busy"):
                del said[key]
        expect(one == two, (one, two))
        other = search(folder, *words, "--seed", "2", "--study", "other")
        expect(study(folder, "one")[1] != study(folder, "other")[1] and other["trials"] == 40, other)
        sets = [tuple(trial["at"]) for trial in study(folder, "one")[0]]
        expect(len(set(sets)) == 40 and all(fast < slow for fast, slow in sets), sets)


def month(folder):
    """Five weeks of minutes, two days of them missing."""
    with open(os.path.join(folder, "month.csv"), "w", encoding="ascii") as out:
        out.write("time,open,high,low,close,volume\n")
        for i, (time_s, *rest) in enumerate(walk.walk(50000)):
            prices = ",".join(f"{value:.4f}" for value in rest)
            out.write(f"{time_s + (2 * 86400 if i > 20000 else 0)},{prices}\n")


def a_kernel_says_of_each_set_what_the_engine_says():
    with tempfile.TemporaryDirectory() as folder:
        month(folder)
        words = ["--candles", "month.csv", *PAIR[2:], "--space", "fast=10,30", "--space", "slow=20,100,400", "--top", "2"]
        one = search(folder, *words, "--workers", "1", "--study", "one")
        search(folder, *words, "--workers", "2", "--study", "two")
        expect(one["path"] == "kernel" and study(folder, "one")[1:] == study(folder, "two")[1:], one["path"])
        # The weight of the only strategy changes nothing, but no kernel knows of it.
        plain = search(folder, *words, "--space", "strategy.sma_pair.weight=1", "--study", "engine")
        expect(plain["path"] == "engine", plain["path"])
        expect([f["trial"] for f in one["finalists"]] == [f["trial"] for f in plain["finalists"]], one["finalists"])
        swept, _, returns = study(folder, "one")
        rows = array.array("f")
        rows.frombytes(returns)
        each = len(rows) // len(swept)
        for i, (trial, alone) in enumerate(zip(swept, study(folder, "engine")[0])):
            expect(trial["path"] == "kernel" and alone["path"] == "engine", trial)
            expect(trial["trades"] == alone["trades"], (trial, alone))
            for key in ("sharpe", "sortino", "calmar", "profit", "win_rate", "drawdown"):
                expect(abs(trial[key] - alone[key]) <= 1e-6 * max(1, abs(alone[key])), (key, trial, alone))
            mine = rows[i * each:(i + 1) * each]
            whole = math.prod(1 + r for r in mine) - 1
            expect(abs(whole - trial["profit"]) < 1e-5, (whole, trial["profit"]))
            # Days are 2020-09-13 and on; the two that are missing brought nothing.
            expect(mine[15] == 0 and mine[13] != 0 and mine[17] != 0, list(mine))
        for finalist in one["finalists"]:
            expect(finalist["path"] == "kernel", finalist)
            engine = finalist["in_sample"]["sharpe"]
            expect(abs(swept[finalist["trial"]]["sharpe"] - engine) < 1e-6 * abs(engine), finalist)


def the_places_of_sets_under_way_are_taken_again_and_nothing_is_mixed_up():
    """More sets than may be under way at once: each one's returns still make its profit."""
    with tempfile.TemporaryDirectory() as folder:
        month(folder)
        words = ["--candles", "month.csv", *PAIR[2:], "--space", "fast=2..40", "--space", "slow=41..75", "--top", "1"]
        said = search(folder, *words, "--workers", "2", "--study", "many")
        expect(said["trials"] == 39 * 35 and said["path"] == "kernel", said)
        trials, _, returns = study(folder, "many")
        rows = array.array("f")
        rows.frombytes(returns)
        each = len(rows) // len(trials)
        for i, trial in enumerate(trials):
            whole = math.prod(1 + r for r in rows[i * each:(i + 1) * each]) - 1
            expect(abs(whole - trial["profit"]) < 1e-5, (i, whole, trial["profit"]))


def strategies_in_lua_are_searched_by_one_worker():
    """One piece of memory runs them all; each set is still what it is alone."""
    with world() as folder:
        os.mkdir(os.path.join(folder, "strategies"))
        with open(os.path.join(folder, "strategies", "dip.lua"), "w", encoding="utf-8") as out:
            out.write(LUA)
        common = ["--candles", "walk.csv", "--strategy", "dip", "--fee", "0.0001"]
        done = cuttle(folder, "search", *common, "--space", "fall=0.0004..0.0012:0.0004", "--min-trades", "1", "--workers",
                      "2", "--study", "lua", "--json")
        if "without Lua" in done.stderr:
            return
        expect(done.returncode == 0, done.stderr)
        said = json.loads(done.stdout)
        expect(said["workers"] == 1 and said["trials"] == 3, said)
        trials, _, _ = study(folder, "lua")
        for trial in trials:
            alone = cuttle(folder, "backtest", *common, "--set", f"fall={trial['at'][0]}", "--end", said["cut"], "--json",
                           "--no-files")
            figures = json.loads(alone.stdout)
            expect(trial["trades"] == figures["closed_trades"] > 0, (trial, figures["closed_trades"]))
            expect(near(trial["sharpe"], figures["sharpe"]), (trial, figures["sharpe"]))
        with open(os.path.join(folder, "strategies", "dip.lua"), "a", encoding="utf-8") as out:
            out.write("-- another\n")
        said = refused(folder, *common, "--space", "fall=0.0004..0.0012:0.0004", "--min-trades", "1", "--study", "lua")
        expect("its script dip was crc" in said, said)


def an_early_rung_is_run_on_the_end_of_the_span():
    with world() as folder:
        said = search(folder, *PAIR, "--space", "fast=5,10", "--space", "slow=20,40", "--method", "halving", "--trials",
                      "4", "--min-trades", "2", "--study", "rungs")
        trials, _, _ = study(folder, "rungs")
        expect([round(trial["part"], 6) for trial in trials] == [round(1 / 3, 6)] * 4 + [1], trials)
        stamp = lambda text: time.mktime(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))
        begin = stamp(said["cut"]) - (stamp(said["cut"]) - stamp(said["from"])) / 3
        for trial in trials[:4]:
            alone = backtest(folder, "--set", f"fast={trial['at'][0]}", "--set", f"slow={trial['at'][1]}", "--start",
                             time.strftime("%Y-%m-%dT%H:%M:%SZ", time.localtime(begin)), "--end", said["cut"])
            expect(near(trial["sharpe"], alone["sharpe"]) and trial["trades"] == alone["closed_trades"], trial)


def the_winner_is_doubted_in_figures():
    """No set can have an edge on a random walk: the deflated ratio of the best of many is no better than a coin."""
    with world(6000) as folder:
        words = ["--candles", "walk.csv", "--strategy", "sma_pair", "--stake", "all", "--fee", "0", "--space",
                 "fast=2..30:2", "--space", "slow=10..100:5"]
        doubts = search(folder, *words, "--study", "luck")["overfitting"]
        expect(doubts["sets"] > 200 and 0 <= doubts["deflated_sharpe"] < 0.9, doubts)
        expect(doubts["deflated_sharpe"] < doubts["probabilistic_sharpe"], doubts)
        expect(0 <= doubts["probability"] <= 1 and doubts["track_seconds"] > 0, doubts)
        page = open(os.path.join(folder, "studies", "luck", "search.html"), encoding="utf-8").read()
        for words in ("deflated Sharpe ratio", "probability of overfitting", "minimum track record",
                      "In sample beside out of sample", "const axes=", "What it said and what it did"):
            expect(words in page, words)
        expect("http" not in page, "the page asks nobody")
        expect(page.count("<tr>") == page.count("</tr>") and page.count("<svg") == page.count("</svg>"), "it is whole")


def of_halving_there_is_no_deflated_ratio():
    with world() as folder:
        doubts = search(folder, *PAIR, "--space", "fast=2..8:2", "--space", "slow=10..30:10", "--method", "halving",
                        "--trials", "9", "--min-trades", "2", "--study", "rungs")["overfitting"]
        expect(doubts["deflated_sharpe"] is None and doubts["probability"] is None, doubts)


def a_span_of_as_many_periods_as_there_can_be_is_cut_into_longer_ones():
    with tempfile.TemporaryDirectory() as folder:
        begin, hours = 1296129600, 49078  # 2011-01-27 12:00; 1024 periods of two days touch 1025
        with open(os.path.join(folder, "long.csv"), "w", encoding="ascii") as out:
            out.write("time,open,high,low,close,volume\n")
            for i in range(hours):
                price = 100 + 10 * math.sin(i / 50)
                out.write(f"{begin + 3600 * i},{price:.2f},{price:.2f},{price:.2f},{price:.2f},1\n")
        said = search(folder, "--candles", "long.csv", "--strategy", "sma_pair", "--stake", "all", "--fee", "0", "--space",
                      "fast=5,10", "--space", "slow=40", "--holdout", "0", "--study", "long")
        expect(said["trials"] == 2, said)


LUA = """
local function step(p)
    if close(0) > close(1) * (1 - p.fall) then
        return nil
    end
    return {direction = "long", strength = 1, confidence = 1, stop = close(0) * 0.995, target = close(0) * 1.005}
end

return {
    help = "buys a candle that fell",
    timeframe = "1m",
    parameters = {{name = "fall", default = 0.002, min = 0.0001, max = 0.1, help = "how far"}},
    indicators = {},
    step = step,
}
"""

YAML = """# mine
session:
  capital: 5000   # small
strategy:
  sma_pair:   # the textbook's
    fast: 20  # candles
  trend:
    weight: 2
"""


def applied(folder, *words, text=YAML):
    """Searches, and applies to a file of that text: the run, and the file's text afterwards."""
    path = os.path.join(folder, "mine.yaml")
    if os.path.exists(path + ".bak"):
        os.remove(path + ".bak")
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    os.chmod(path, 0o640)
    done = cuttle(folder, "search", *SMALL, "--config", "mine.yaml", "--apply", "mine.yaml", *words)
    with open(path, encoding="utf-8") as file:
        return done, file.read()


def the_winner_is_written_and_taken_back():
    with world() as folder:
        done, text = applied(folder, "--force", "--study", "forced")
        expect(done.returncode == 0, done.stderr)
        best = re.search(r"^ +1 .* fast=(\d+) slow=(\d+)$", done.stdout, re.M).groups()
        want = YAML.replace("fast: 20  #", f"fast: {best[0]}  #").replace(
            "  trend:", f"    slow: {best[1]}\n  trend:")
        expect(text == want, text)
        expect(f"  + " + f"    slow: {best[1]}" in done.stdout and "  - " + "    fast: 20  # candles" in done.stdout,
               done.stdout)
        kept = os.path.join(folder, "mine.yaml.bak")
        expect(open(kept, encoding="utf-8").read() == YAML, "the file as it was")
        expect(os.stat(os.path.join(folder, "mine.yaml")).st_mode & 0o777 == 0o640, "its rights")
        undone = cuttle(folder, "search", "--undo", "mine.yaml")
        expect(undone.returncode == 0 and "is as it was" in undone.stdout, undone)
        expect(open(os.path.join(folder, "mine.yaml"), encoding="utf-8").read() == YAML and not os.path.exists(kept),
               "the file is back")
        again = cuttle(folder, "search", "--undo", "mine.yaml")
        expect(again.returncode == 1 and "to bring back" in again.stderr, again)


def a_winner_that_does_not_hold_up_is_not_written():
    """At this fee every set loses out of sample."""
    with world() as folder:
        done, text = applied(folder, "--fee", "0.002", "--study", "poor")
        expect(done.returncode == 1 and text == YAML, done)
        expect("out of sample its Sharpe ratio is not above 0; --force writes" in done.stderr, done.stderr)
        done, text = applied(folder, "--holdout", "0", "--study", "unheld")
        expect(done.returncode == 1 and text == YAML and "--holdout 0" in done.stderr, done.stderr)
        done, text = applied(folder, "--min-trades", "5000", "--study", "none")
        expect(done.returncode == 1 and "there is no winner" in done.stderr, done.stderr)
        braces = "strategy: {sma_pair: {fast: 20}}\n"
        done, text = applied(folder, "--force", "--study", "braces", text=braces)
        expect(done.returncode == 1 and text == braces and "without braces" in done.stderr, done.stderr)
        expect(not os.path.exists(os.path.join(folder, "mine.yaml.bak")), "nothing was changed")


def start(folder, *words):
    return subprocess.Popen([PROGRAM, "search", *words], cwd=folder, env=environment(), stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True)


def killed_again_and_again_it_comes_to_the_same():
    chance = random.Random(int(os.environ.get("CUTTLE_SEED", "7")))
    with world(12000) as folder:
        words = [*PAIR, "--space", "fast=2..40", "--space", "slow=41..200", "--method", "random", "--trials", "60"]
        search(folder, *words, "--study", "whole")
        kills = 0
        for _ in range(60):
            process = start(folder, *words, "--study", "torn")
            try:
                process.communicate(timeout=0.15 + 0.35 * chance.random())
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                kills += 1
                continue
            break
        expect(kills > 0, "it was never killed")
        said = search(folder, *words, "--study", "torn")
        expect(said["trials"] == 60 and study(folder, "whole")[1:] == study(folder, "torn")[1:], (kills, said))
        again = search(folder, "--resume", "torn")
        expect(again["resumed"] == 60 and again["finalists"] == said["finalists"], again)


def an_interrupt_ends_in_order_and_says_how_to_go_on():
    with world(20000) as folder:
        words = [*PAIR, "--space", "fast=2..40", "--space", "slow=41..200", "--study", "stopped"]
        process = start(folder, *words)
        lines = os.path.join(folder, "studies", "stopped", "trials.jsonl")
        until = time.monotonic() + 60
        while time.monotonic() < until and not (os.path.exists(lines) and os.path.getsize(lines) > 0):
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=60)
        expect(process.returncode == 130, (process.returncode, error))
        expect("it goes on with: cuttle search --resume stopped" in out, out)
        tried = len(study(folder, "stopped")[0])
        expect(0 < tried < 39 * 160, tried)


def another_search_under_the_same_name_is_refused():
    with world() as folder:
        search(folder, *SMALL, "--study", "mine")
        said = refused(folder, *SMALL, "--study", "mine", "--set", "risk.max_positions=3")
        expect("its risk.max_positions was 5 and is 3 now" in said, said)
        said = refused(folder, *SMALL, "--study", "mine", "--seed", "5")
        expect("its seed was 1 and is 5 now" in said, said)
        said = refused(folder, *SMALL, "--study", "mine", "--set", "session.history=24")
        expect("its warmed up by was 86400 candles and is 24 candles now" in said, said)
        rows = open(os.path.join(folder, "walk.csv"), encoding="ascii").read()
        with open(os.path.join(folder, "walk.csv"), "w", encoding="ascii") as out:
            out.write(re.sub(r",([0-9.]+)\n$", ",9.5\n", rows))
        said = refused(folder, *SMALL, "--study", "mine")
        expect("its candles FILE/USD was 3000 of 1m" in said and "crc" in said, said)


def what_cannot_be_searched_is_said():
    with world(400) as folder:
        for words, answer in (
                ([*PAIR], "what is to be searched?"),
                ([*PAIR, "--space", "fats=1..5"], "near it are strategy.sma_pair.fast"),
                ([*PAIR, "--space", "strategy.trend.fast=1..5"], "there is no option 'strategy.trend.fast'"),
                ([*PAIR, "--space", "paper.taker=0..0.01"], "there is no option 'paper.taker'"),
                ([*PAIR, "--space", "fast=9..5"], "the first must be below the second"),
                ([*SMALL, "--trials", "5"], "a grid is tried whole"),
                ([*SMALL, "--method", "magic"], "it is one of grid, random, tpe, halving"),
                ([*SMALL, "--holdout", "1"], "write a number from 0 to 0.9"),
                ([*SMALL, "--workers", "0"], "write a whole number from 1"),
                ([*SMALL, "--last", "soon"], "write a length such as 180d"),
                ([*SMALL, "--start", "2020-09-13", "--last", "1h"], "both say when it begins"),
                ([*SMALL, "--out", "x"], "--study names it"),
                ([*SMALL, "--study", "long/" * 40], "a name has at most 127 characters"),
                ([*SMALL, "--nonsense", "1"], "unknown option --nonsense"),
                (["--resume", "nothing"], "there is no study studies/nothing")):
            said = refused(folder, *words)
            expect(answer in said, (words, said))
        help_text = cuttle(folder, "help", "search")
        expect(help_text.returncode == 0 and "--space" in help_text.stdout, help_text)


def the_span_may_be_told_from_its_end():
    with world() as folder:
        said = search(folder, *SMALL, "--last", "10h", "--study", "last")
        whole = search(folder, *SMALL, "--study", "whole")
        expect(said["until"] == whole["until"] and said["from"] > whole["from"], (said["from"], whole["from"]))
        stamp = lambda text: time.mktime(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))
        expect(stamp(said["until"]) - stamp(said["from"]) == 36000, said["from"])


TESTS = [of_halving_there_is_no_deflated_ratio, a_span_of_as_many_periods_as_there_can_be_is_cut_into_longer_ones,
         each_set_is_the_backtest_of_that_set_alone,
         the_returns_of_the_periods_make_the_whole,
         the_best_of_each_objective_is_the_largest,
         what_breaks_a_limit_is_refused_and_named,
         one_worker_and_two_make_the_same_study,
         a_kernel_says_of_each_set_what_the_engine_says,
         the_places_of_sets_under_way_are_taken_again_and_nothing_is_mixed_up,
         strategies_in_lua_are_searched_by_one_worker,
         an_early_rung_is_run_on_the_end_of_the_span,
         the_winner_is_doubted_in_figures,
         the_winner_is_written_and_taken_back,
         a_winner_that_does_not_hold_up_is_not_written,
         killed_again_and_again_it_comes_to_the_same,
         an_interrupt_ends_in_order_and_says_how_to_go_on,
         another_search_under_the_same_name_is_refused,
         what_cannot_be_searched_is_said,
         the_span_may_be_told_from_its_end]


if __name__ == "__main__":
    run_all(TESTS)

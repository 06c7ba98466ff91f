# SPDX-License-Identifier: MIT
"""`cuttle learn` as a user runs it: from candles to a verdict, what it writes, and what it says when it cannot.

    CUTTLE_PROGRAM=build/cuttle python3 tests/research/learn_command.py"""
import json
import os
import random
import tempfile

from command import cuttle, expect
from runner import run_all

START, HOUR = 1672531200, 3600  # 2023-01-01
WORDS = ["--store", "store", "--timeframe", "1h", "--tests", "2", "--strategies", "sma_cross mean_reversion"]


def wander(path, count, price, seed):
    """A market that goes where it likes, in no direction."""
    draw = random.Random(seed)
    with open(path, "w", encoding="ascii") as out:
        out.write("time,open,high,low,close,volume\n")
        for i in range(count):
            close = round(price * (1 + draw.gauss(0, 0.01)), 1)
            high, low = max(price, close) * 1.003, min(price, close) * 0.997
            out.write(f"{START + i * HOUR},{price},{high:.1f},{low:.1f},{close},{draw.randint(1, 50)}\n")
            price = close


def store(folder):
    for name, price, seed in (("BTC", 40000, 1), ("ETH", 20000, 2)):
        file = f"KRAKEN_{name}USD_1h.csv"
        wander(os.path.join(folder, file), 6000, price, seed)
        done = cuttle(folder, "data", "import", file, "--store", "store")
        expect(done.returncode == 0, done.stderr)


def learn(folder, *words):
    done = cuttle(folder, "learn", *WORDS, *words)
    expect(done.returncode == 0, f"cuttle learn {' '.join(words)}: {done.stderr}")
    return done


def check_strategy(said):
    count = said["examples"]
    left_out = sum(count[name] for name in ("shorts", "unfinished", "unfilled", "unusable"))
    expect(count["kept"] > 100 and count["candidates"] == left_out + count["kept"], count)
    expect(said["verdict"] == "shadow", f"a market without direction taught {said['strategy']}: {said['reason']}")
    expect(said["reason"] and said["p_allowed"] == 0.005, said["reason"])
    ensemble = said["predictors"]["ensemble"]
    expect(ensemble["support"] == said["reward"]["signals"] == sum(pair["support"] for pair in said["pairs"]), said)
    expect(sum(bin["count"] for bin in ensemble["calibration"]) == ensemble["support"], ensemble)
    expect(0 < ensemble["effective"] <= ensemble["support"] and 0.3 < ensemble["log_loss"] < 1.2, ensemble)
    expect(abs(sum(said["model"]["shares"].values()) - 1) < 1e-9, said["model"]["shares"])
    expect(len(said["model"]["importance"]) == 48, said["model"]["importance"])
    expect(abs(sum(said["model"]["importance"].values()) - 1) < 1e-9, said["model"]["importance"])
    rivals = [rival["rival"] for rival in said["rivals"]]
    expect(rivals == ["always take", "the heuristic", "the logistic model"], rivals)


def from_candles_to_a_verdict_and_the_same_again():
    with tempfile.TemporaryDirectory() as folder:
        store(folder)
        said = json.loads(learn(folder, "--report", "report", "--json").stdout)
        expect([one["strategy"] for one in said["strategies"]] == ["sma_cross", "mean_reversion"], said)
        for one in said["strategies"]:
            check_strategy(one)
        tests = said["walk"]["tests"]
        expect(len(tests) == 2 and all(test["train_until"] < test["test_from"] for test in tests), tests)
        files = set(os.listdir(os.path.join(folder, "report")))
        pictures = {"calibration.png", "importance.png"} if os.environ["CUTTLE_PICTURES"] == "true" else set()
        expect(files == {"learn.html", "learn.json", "learn.txt"} | pictures, files)
        for picture in pictures:
            with open(os.path.join(folder, "report", picture), "rb") as png:
                expect(png.read(8) == b"\x89PNG\r\n\x1a\n", picture)
        with open(os.path.join(folder, "report", "learn.html"), encoding="utf-8") as page:
            text = page.read()
            expect(text.count('class="reliability"') == text.count('class="importance"') == 2, "a picture of each")
        again = json.loads(learn(folder, "--no-files", "--json").stdout)
        said["seconds"] = again["seconds"] = 0
        expect(said == again, "the same candles did not make the same models")


def the_last_report_is_shown_again():
    with tempfile.TemporaryDirectory() as folder:
        store(folder)
        none = cuttle(folder, "learn", "report")
        expect(none.returncode == 1 and "`cuttle learn` makes one" in none.stderr, none.stderr)
        first = learn(folder, "--no-trees", "--rolling").stdout
        page = cuttle(folder, "learn", "report")
        expect(page.returncode == 0 and first.startswith(page.stdout) and "verdicts" in page.stdout, page.stdout)
        expect("by models of the span before it" in first and "  forest " not in first, first)
        learn(folder, "--no-trees", "--pairs", "BTC/USD", "--report", "mine")
        mine = cuttle(folder, "learn", "report", "--report", "mine", "--json")
        said = json.loads(mine.stdout)
        expect([pair["pair"] for pair in said["strategies"][0]["pairs"]] == ["BTC/USD"], said["name"])
        expect(said["trees"] is False and said["strategies"][0]["model"]["importance_of"] == "logistic", said)


def shorts_teach_when_they_are_asked_for():
    with tempfile.TemporaryDirectory() as folder:
        store(folder)
        words = ["--no-trees", "--no-files", "--json"]
        longs, both = (json.loads(learn(folder, *words, *more).stdout)["strategies"][0]["examples"]
                       for more in ([], ["--shorts"]))
        expect(longs["shorts"] > 100 and both["shorts"] == 0, (longs, both))
        expect(both["candidates"] == longs["candidates"] and both["kept"] > longs["kept"] + 100, (longs, both))


def the_table_of_features():
    with tempfile.TemporaryDirectory() as folder:
        done = cuttle(folder, "learn", "--features")
        names = [line.split()[0] for line in done.stdout.splitlines() if line[0] != " "]
        expect(done.returncode == 0 and len(names) == len(set(names)) == 48, names)
        expect(done.stdout.count("unit: ") == done.stdout.count("; needs ") == 48, done.stdout)


def what_is_wrong_is_said_in_one_line():
    with tempfile.TemporaryDirectory() as folder:
        store(folder)
        for words, complaint in (
                (["--tests", "0"], "--tests 0: write a whole number from 1 to 64"),
                (["--first", "1"], "--first 1: write a number from 0.05 to 0.95"),
                (["--horizon", "soon"], "--horizon soon: write a length such as 3d or 12h"),
                (["--strategies", "nonsense"], 'there is no strategy "nonsense"'),
                (["--timeframe", "2h"], "--timeframe 2h: write one of 1m 5m 15m 1h 4h 1d"),
                (["--from", "2023-01-01", "--to", "2023-01-02"], "no signal of any strategy"),
                (["--store", "nowhere"], "the store nowhere has no candles")):
            done = cuttle(folder, "learn", "--store", "store", "--timeframe", "1h", "--no-files", *words)
            expect(done.returncode == 1 and complaint in done.stderr, f"{words}: {done.stderr}")
            expect(done.stderr.count("\n") == 1 and not done.stdout, f"{words}: {done.stderr}{done.stdout}")
        wrong = cuttle(folder, "learn", "report", "--pairs", "BTC/USD")
        expect(wrong.returncode == 1 and "only --report DIR and --json" in wrong.stderr, wrong.stderr)


def a_year_of_real_hours_goes_through_the_whole_chain():
    candles = os.path.join(os.environ.get("CUTTLE_SHARED", "../shared"), "data/candles/BINANCE_BTCUSDT_1h.csv.gz")
    if not os.path.exists(candles):
        print(f"skipped: {candles} is not on this machine")
        return
    with tempfile.TemporaryDirectory() as folder:
        done = cuttle(folder, "data", "import", os.path.abspath(candles), "--as", "KRAKEN:BTC/USD", "--store", "store")
        expect(done.returncode == 0, done.stderr)
        said = json.loads(learn(folder, "--from", "2022-01-01", "--to", "2023-01-01", "--json", "--no-files").stdout)
        expect(said["from"] == "2022-01-01T00:00:00Z" and said["until"] == "2023-01-01T00:00:00Z", said["from"])
        for one in said["strategies"]:
            expect(one["verdict"] in ("live", "shadow") and one["examples"]["kept"] > 50, one["reason"])
            reward = one["reward"]
            expect(reward["taken_heuristic"] <= reward["signals"] and reward["signals"] > 50, reward)
            for name in ("without_model", "with_heuristic", "with_model"):
                within = reward[f"{name}_interval"]
                expect(within is None or within[0] < reward[name] < within[1], reward)
        expect(any(one["reward"]["without_model_interval"] and one["reward"]["with_heuristic_interval"] for one in said["strategies"]), said)


if __name__ == "__main__":
    run_all([from_candles_to_a_verdict_and_the_same_again, the_last_report_is_shown_again,
             shorts_teach_when_they_are_asked_for, the_table_of_features, what_is_wrong_is_said_in_one_line,
             a_year_of_real_hours_goes_through_the_whole_chain])

# SPDX-License-Identifier: MIT
"""Seven real days of BTC and of ETH: what this build decides is the same each time, to the last figure, and what came of
it is what the stored baseline says, whatever compiler made the build.

    CUTTLE_PROGRAM=build/cuttle CUTTLE_SHARED=../shared python3 tests/research/regression.py [--update]"""
import csv
import json
import os
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(os.environ["CUTTLE_PROGRAM"])
CANDLES = os.path.join(os.environ.get("CUTTLE_SHARED", "../shared"), "data", "candles")
BASELINE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "regression.json")
WITHIN = 0.01

# The week of 5 August 2024, which fell by a fifth in a day; every strategy, each of whose signals is enough.
WEEKS = {
    "BTC/USD": ("BINANCE_BTCUSDT_5m.csv.gz", "2024-08-01", "2024-08-08"),
    "ETH/USD": ("KRAKEN_ETHUSD_5m.csv.gz", "2024-08-01", "2024-08-08"),
}
EAGER = ["--set", "strategies.enabled=sma_cross trend mean_reversion momentum breakout reversal keltner channel swing dca",
         "--set", "decision.agree=1", "--set", "decision.confidence=0.3", "--set", "decision.actionable=0.1",
         "--set", "session.currency=USD", "--set", "risk.max_positions=1"]
FIGURES = ["total_return", "drawdown_max", "closed_trades", "fees", "turnover"]


def cuttle(folder, *words):
    plain = {name: value for name, value in os.environ.items() if not name.startswith("CUTTLE_")}
    done = subprocess.run([PROGRAM, *words], cwd=folder, env=plain, capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        raise AssertionError(f"cuttle {' '.join(words)}: {done.stderr}{done.stdout}")
    return done.stdout


def week(folder, pair, file, start, end):
    cuttle(folder, "data", "import", os.path.abspath(os.path.join(CANDLES, file)), "--as", f"KRAKEN:{pair}", "--store", "data")
    words = ["--pair", pair, "--start", start, "--end", end, "--store", "data", *EAGER, "--json"]
    repeat = json.loads(cuttle(folder, "check", "repeat", *words))
    report = json.loads(cuttle(folder, "backtest", *words, "--out", "report"))
    with open(os.path.join(folder, "report", "equity.csv"), encoding="ascii") as rows:
        equity = [float(row["equity"]) for row in csv.DictReader(rows)]
    hourly = equity[11::12]
    return repeat, {**{name: float(report[name]) for name in FIGURES}, "curve": [round(each, 2) for each in hourly]}


def compare(pair, found, baseline):
    """What is not within 1 % of the baseline; profit and loss as a part of the capital."""
    faults = []
    for name in FIGURES:
        scale = 1 if name == "total_return" else abs(baseline[name])
        if abs(found[name] - baseline[name]) > WITHIN * scale:
            faults.append(f"{pair}: {name} is {found[name]}, the baseline has {baseline[name]}")
    if len(found["curve"]) != len(baseline["curve"]):
        faults.append(f"{pair}: {len(found['curve'])} hours, the baseline has {len(baseline['curve'])}")
    for hour, (one, two) in enumerate(zip(found["curve"], baseline["curve"])):
        if abs(one - two) > WITHIN * two:
            faults.append(f"{pair}: hour {hour}: equity {one}, the baseline has {two}")
            break
    return faults


def main():
    missing = [file for file, _, _ in WEEKS.values() if not os.path.exists(os.path.join(CANDLES, file))]
    if missing:
        print(f"skip: no {missing[0]} in {CANDLES}")
        sys.exit(77)
    found, faults, checked = {}, [], 0
    for pair, (file, start, end) in WEEKS.items():
        with tempfile.TemporaryDirectory() as folder:
            repeat, found[pair] = week(folder, pair, file, start, end)
        if not repeat["same"] or repeat["boundaries"] != 7 * 288:
            faults.append(f"{pair}: two runs, {repeat}")
        print(f"{pair}: decisions {repeat['digest']}, {found[pair]['closed_trades']:.0f} trades, "
              f"{found[pair]['total_return']:+.2%}", flush=True)
        checked += 2
    if "--update" in sys.argv:
        with open(BASELINE, "w", encoding="ascii") as out:
            out.write("{\n" + ",\n".join(f'"{pair}": {json.dumps(found[pair])}' for pair in found) + "\n}\n")
        print(f"written: {BASELINE}")
        return
    with open(BASELINE, encoding="ascii") as file:
        baseline = json.load(file)
    for pair in WEEKS:
        faults += compare(pair, found[pair], baseline[pair])
    for fault in faults:
        print(f"FAIL {fault}")
    print(f"{checked - len(faults)} passed, {len(faults)} failed")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

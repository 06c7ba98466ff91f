# SPDX-License-Identifier: MIT
"""How long a decision takes while models are trained beside it.

Pairs of runs of `cuttle bench order.decide_each`, every time as it came, in turn: on a machine left alone, and with a training
as a session starts one (`cuttle learn --under`: nice 19 and the idle classes). It holds when over the pairs the median of the
medians rises by at most 20 %, that of the p99 to at most twice, and every p99 stays under a millisecond.

    tests/beside.py PROGRAM [--pairs 5]

Figures of a busy machine say nothing of this: above a load of 1.5 at the beginning it says so, and its exit status is 2.
"""
import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HOURS = 3 * 8760
FIRST = 1640995200  # 2022-01-01
PAIRS = ["XBTUSD", "ETHUSD", "SOLUSD", "XRPUSD"]
STRATEGIES = "sma_cross trend mean_reversion momentum breakout"


def candles(program, folder):
    """Three years of four prices that wander, enough to train on for a minute."""
    random.seed(5)
    for name in PAIRS:
        price = 1000.0
        with open(os.path.join(folder, f"{name}_60.csv"), "w", encoding="utf-8") as file:
            for i in range(HOURS):
                last, price = price, price * (1 + random.gauss(0, 0.006))
                file.write(f"{FIRST + 3600 * i},{last:.2f},{max(last, price) * 1.002:.2f},{min(last, price) * 0.998:.2f},{price:.2f},12.5,40\n")
        subprocess.run([program, "data", "import", os.path.join(folder, f"{name}_60.csv"), "--store", os.path.join(folder, "store")],
                       check=True, stdout=subprocess.DEVNULL)


class Training:
    """One after another, as long as it is wanted."""

    def __init__(self, program, folder):
        self.words = [program, "learn", "--under", str(os.getpid()), "--no-files", "--store", os.path.join(folder, "store"),
                      "--timeframe", "1h", "--strategies", STRATEGIES]
        self.process = None

    def mind(self):
        if self.process is None or self.process.poll() is not None:
            if self.process is not None and self.process.returncode != 0:
                sys.exit(f"beside: the training failed: {self.process.stderr.read()[-500:]}")
            self.process = subprocess.Popen(self.words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def end(self):
        self.process.kill()
        self.process.communicate()


def decide(program, training):
    """The median and the p99 of a run's decisions, in nanoseconds."""
    bench = subprocess.Popen([program, "bench", "--json", "order.decide_each"], stdout=subprocess.PIPE, text=True)
    while bench.poll() is None:
        if training is not None:
            training.mind()
        time.sleep(0.02)
    row = json.loads(bench.stdout.read())[0]
    return row["ns"], row["p99_ns"]


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("program")
    ask.add_argument("--pairs", type=int, default=5)
    asked = ask.parse_args()
    program = os.path.abspath(asked.program)
    load = os.getloadavg()[0]
    folder = tempfile.mkdtemp(prefix="cuttle-beside-")
    quiet, beside = [], []
    try:
        candles(program, folder)
        training = Training(program, folder)
        decide(program, None)  # what is in no cache yet is nobody's figure
        print(f"load {load:.2f}, {os.cpu_count()} processors\n{'':8} {'quiet':>18} {'beside a training':>22}\n{'pair':8} {'median':>8} {'p99':>9} {'median':>12} {'p99':>9}")
        for pair in range(asked.pairs):
            quiet.append(decide(program, None))
            training.mind()
            time.sleep(2)  # it has begun
            beside.append(decide(program, training))
            training.end()
            training.process = None
            print(f"{pair + 1:<8} {quiet[-1][0]:8.0f} {quiet[-1][1]:9.0f} {beside[-1][0]:12.0f} {beside[-1][1]:9.0f}", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    medians = [statistics.median(run[0] for run in runs) for runs in (quiet, beside)]
    tails = [statistics.median(run[1] for run in runs) for runs in (quiet, beside)]
    most = max(run[1] for run in beside)
    holds = medians[1] <= 1.2 * medians[0] and tails[1] <= 2 * tails[0] and most < 1e6
    print(f"median {medians[1] / medians[0]:.2f} times, p99 {tails[1] / tails[0]:.2f} times, at most {most / 1e3:.0f} us: {'holds' if holds else 'does not hold'}")
    if load > 1.5:
        print("but other programs ran: that says nothing; again on a machine left alone")
        return 2
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())

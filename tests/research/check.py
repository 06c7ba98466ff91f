# SPDX-License-Identifier: MIT
"""`cuttle check` as a user runs it. Cheats are caught in tests/research/lookahead.c: a configuration cannot cheat.

    CUTTLE_PROGRAM=build/cuttle python3 tests/research/check.py"""
import json
import tempfile

from command import cuttle, expect, wave
from runner import run_all


def candles(folder):
    wave(folder + "/wave.csv", 1704067200, 6000, 300, 40000, 170)
    return ["--candles", "wave.csv"]


def said(folder, status, *words):
    done = cuttle(folder, "check", *words, "--json")
    expect(done.returncode == status, f"cuttle check {' '.join(words)}: {done.returncode}, {done.stderr}{done.stdout}")
    return json.loads(done.stdout)


def no_strategy_of_ours_looks_ahead():
    with tempfile.TemporaryDirectory() as folder:
        names = "sma_cross trend mean_reversion momentum breakout reversal keltner channel swing dca"
        report = said(folder, 0, "lookahead", *candles(folder), "--cuts", "12", "--set", f"strategies.enabled={names}",
                      "--set", "decision.agree=1", "--set", "decision.confidence=0")
        expect(report["found"] is False and report["cuts"] == 12, report)
        expect(abs(report["compared"] - 6 * report["boundaries"]) < 20, report)


def a_page_says_it_in_words():
    with tempfile.TemporaryDirectory() as folder:
        done = cuttle(folder, "check", "lookahead", *candles(folder), "--cuts", "3")
        expect("No decision hangs on candles that came after it: 3 runs" in done.stdout, done.stdout)
        done = cuttle(folder, "check", "warmup", *candles(folder), "--set", "session.timeframe=5m")
        expect("ema:12" in done.stdout and "Each begins a session with enough." in done.stdout, done.stdout)
        done = cuttle(folder, "check", "warmup", *candles(folder), "--session-history", "60")
        expect("begin a session with too little (!)" in done.stdout, done.stdout)


def what_a_session_begins_with_is_told_for_each_indicator():
    with tempfile.TemporaryDirectory() as folder:
        words = ["warmup", *candles(folder), "--strategy", "trend", "--set", "session.timeframe=5m"]
        rows = {row["indicator"]: row for row in said(folder, 0, *words)["indicators"]}
        expect(set(rows) >= {"ema:12", "ema:26", "adx:14", "atr:14"}, rows)
        expect(rows["ema:26"]["needs"] == 26 < rows["ema:26"]["settles"] < 200, rows["ema:26"])
        expect(rows["ema:26"]["session_has"] == 719 and rows["ema:26"]["asked_by"] == "trend", rows["ema:26"])
        short = {row["indicator"]: row for row in said(folder, 1, *words, "--session-history", "30")["indicators"]}
        expect(short["ema:26"]["holds"] is False and short["ema:26"]["off"] > 0.01, short["ema:26"])
        expect(short["adx:14"]["holds"] is False, short["adx:14"])


def larger_candles_leave_a_session_with_fewer():
    with tempfile.TemporaryDirectory() as folder:
        report = said(folder, 1, "warmup", *candles(folder), "--strategy", "trend", "--set", "timeframe=1h")  # of minutes
        row = next(row for row in report["indicators"] if row["indicator"] == "ema:26")
        expect(row["timeframe"] == "1h" and row["session_has"] == 719 // 60, row)


def two_runs_are_one():
    with tempfile.TemporaryDirectory() as folder:
        words = ["repeat", *candles(folder)]
        one, two = said(folder, 0, *words), said(folder, 0, *words)
        expect(one == two and one["same"] and one["boundaries"] == 6000, (one, two))
        other = said(folder, 0, *words, "--set", "strategy.sma_cross.sma_period=21")
        expect(other["digest"] != one["digest"], (one, other))


def what_is_asked_wrongly_is_said():
    with tempfile.TemporaryDirectory() as folder:
        for words, part in [
            ([], "lookahead, warmup or repeat"),
            (["sideways"], "lookahead, warmup or repeat"),
            (["lookahead", "--cuts", "0"], "--cuts: write a number from 1"),
            (["warmup", "--tolerance"], "--tolerance: write a number"),
            (["lookahead", "--candles", "none.csv"], "none.csv"),
        ]:
            done = cuttle(folder, "check", *words)
            expect(done.returncode == 1 and part in done.stderr, (words, done.stderr))


if __name__ == "__main__":
    run_all([no_strategy_of_ours_looks_ahead, a_page_says_it_in_words,
             what_a_session_begins_with_is_told_for_each_indicator, larger_candles_leave_a_session_with_fewer,
             two_runs_are_one, what_is_asked_wrongly_is_said])

# SPDX-License-Identifier: MIT
"""`cuttle indicator` against two judges: TA-Lib's published answers (../shared/vectors), and exact arithmetic
(oracle.py) on the same candles and on a market that tries what running sums can bear.

    CUTTLE_PROGRAM=build/cuttle CUTTLE_SHARED=../shared python3 tests/app/indicator.py

A value may differ by 1e-9 of the answer or of its scale, whichever is larger: the price for what is in price, the
volume that ran for OBV, 100 for the rest. The same cells are empty."""
import csv
import io
import os
import random
import subprocess
import sys
import tempfile
from decimal import Decimal

import oracle

PROGRAM = os.path.abspath(os.environ["CUTTLE_PROGRAM"])
SHARED = os.environ.get("CUTTLE_SHARED", "../shared")
VECTORS = ["indicators_btcusd_1h_2020", "indicators_pepeusd_5m_2024"]
CANDLE = ["open", "high", "low", "close", "volume"]
IN_PRICE = ("sma", "ema", "wma", "true_range", "atr_1", "bb", "macd", "stddev", "linreg", "highest", "lowest", "vwap",
            "keltner")
PUBLISHED = """sma:20 sma:50 ema:12 ema:20 ema:50 wma:20 rsi:14 true_range atr:14 bb:20:2 macd:12:26:9 adx:14
    stoch:14:3:3 cci:20 mfi:14 obv roc:10 willr:14 stddev:20 linreg_slope:20 extremes:20 cdl""".split()
OURS = """volume_ratio:20 percentile_rank:50 volume_percentile:30 atr_percentile:14:40 vwap:20 keltner:20:10:1.5
    levels:60:0.004 extremes:5 stoch:5:1:4 linreg_slope:2 wma:7""".split()


class Skip(Exception):
    pass


def shared(name):
    path = os.path.join(SHARED, name)
    if not os.access(path, os.R_OK):
        raise Skip(f"{path} is not on this machine")
    return path


def cuttle(*words):
    return subprocess.run([PROGRAM, "indicator", *words], capture_output=True, text=True, timeout=120)


def table(words, path):
    done = cuttle(*words, path)
    if done.returncode != 0 or done.stderr:
        raise AssertionError(f"cuttle indicator ... {path}: {done.returncode}, {done.stderr}")
    return list(csv.DictReader(io.StringIO(done.stdout)))


def scales(name, rows):
    """What 1e-9 of is forgiven, a candle."""
    if name == "obv":
        sums, run = [], 0.0
        for row in rows:
            run += float(row["volume"])
            sums.append(run)
        return sums
    if name.startswith(IN_PRICE) or name in ("support_60_0.004", "resistance_60_0.004"):
        return [float(row["close"]) for row in rows]
    return [100.0] * len(rows)


def differences(name, rows, want):
    """(candle, got, wanted) where they are not the same; `want` is of numbers or None."""
    faults = []
    for i, (row, scale) in enumerate(zip(rows, scales(name, rows))):
        got = row[name]
        if (got == "") != (want[i] is None):
            faults.append((i, got, want[i]))
        elif got and not abs(Decimal(got) - Decimal(want[i])) <= Decimal(1e-9) * max(abs(Decimal(want[i])),
                                                                                      Decimal(scale)):
            faults.append((i, got, float(want[i])))
    return faults


def expect_equal(rows, columns):
    missing = set(columns) - set(rows[0])
    if missing:
        raise AssertionError(f"not printed: {sorted(missing)}")
    for name, want in columns.items():
        faults = differences(name, rows, want)
        if faults:
            raise AssertionError(f"{name}: {len(faults)} of {len(rows)} are wrong; candle, is, should be: {faults[:3]}")


def published(rows):
    return {name: [row[name] or None for row in rows] for name in rows[0] if name not in ["time"] + CANDLE}


def exact(rows):
    m = oracle.Market([[float(row[name]) for name in CANDLE] for row in rows])
    atr = oracle.wilder(m.true_range, 14)
    columns = {"wma_20": oracle.wma(m.close, 20), "wma_7": oracle.wma(m.close, 7), "rsi_14": oracle.rsi(m, 14),
               "true_range": m.true_range, "atr_14": atr, "cci_20": oracle.cci(m, 20), "mfi_14": oracle.mfi(m, 14),
               "natr_14": oracle.zip_none(lambda a, c: 100 * a / c, atr, m.close), "obv": oracle.obv(m),
               "roc_10": oracle.roc(m.close, 10), "willr_14": oracle.williams(m, 14),
               "stddev_20": oracle.stddev(m.close, 20), "linreg_slope_20": oracle.slope(m.close, 20),
               "linreg_slope_2": oracle.slope(m.close, 2), "vwap_20": oracle.vwap(m, 20),
               "volume_ratio_20": oracle.volume_ratio(m.volume, 20),
               "percentile_rank_50": oracle.percentile_rank(m.close, 50),
               "volume_percentile_30": oracle.percentile_rank(m.volume, 30)}
    columns |= {f"sma_{n}": oracle.sma(m.close, n) for n in (20, 50)}
    columns |= {f"ema_{n}": oracle.ema(m.close, n) for n in (12, 20, 50)}
    columns |= {f"highest_{n}": oracle.highest(m.high, n) for n in (5, 20)}
    columns |= {f"lowest_{n}": oracle.lowest(m.low, n) for n in (5, 20)}
    tables = {
        "bb_20_2{}": ("_upper", "_middle", "_lower", oracle.bollinger(m.close, 20, 2)),
        "keltner_20_10_1.5{}": ("_upper", "_middle", "_lower", oracle.keltner(m, 20, 10, Decimal("1.5"))),
        "macd_12_26_9{}": ("", "_signal", "_histogram", oracle.macd(m.close, 12, 26, 9)),
        "{}_14": ("adx", "plus_di", "minus_di", oracle.directions(m, 14)),
        "stoch_14_3_3{}": ("_k", "_d", oracle.stochastic(m, 14, 3, 3)),
        "stoch_5_1_4{}": ("_k", "_d", oracle.stochastic(m, 5, 1, 4)),
        "{}": ("support_60_0.004", "resistance_60_0.004", "support_60_0.004_touches", "resistance_60_0.004_touches",
               oracle.levels(m, 60, Decimal(0.004))),
    }
    for pattern, (*names, values) in tables.items():
        columns |= {pattern.format(name): column for name, column in zip(names, values)}
    return columns | oracle.patterns(m)


def wild_market(seed, count):
    """Ticks, gaps, quiet hours without trades, spikes to a thousand times the price, and bursts of volume."""
    dice, price, rows = random.Random(seed), 1e-5, []
    for minute in range(count):
        quiet = minute // 97 % 3 == 2
        opened = price
        if not quiet:
            price = max(1e-8, round(price * (1 + dice.gauss(0, 0.01)), 9))
            opened = opened if dice.random() < 0.7 else max(1e-8, round(price * (1 + dice.gauss(0, 0.01)), 9))
        close = price * 1000 if dice.random() < 0.004 else price
        reach = [0, 0] if quiet else [round(price * abs(dice.gauss(0, 0.005)), 9) for _ in range(2)]
        volume = 0 if quiet else 1e12 if dice.random() < 0.01 else dice.random()
        rows.append({"time": 1700000040 + 60 * minute, "open": opened, "high": max(opened, close) + reach[0],
                     "low": max(min(opened, close) - reach[1], 1e-9), "close": close, "volume": volume})
    return rows


def btc_equals_the_published_vector():
    path = shared(f"vectors/{VECTORS[0]}.csv")
    answers = list(csv.DictReader(open(path, encoding="utf-8")))
    expect_equal(table(PUBLISHED, path), published(answers))


def pepe_equals_the_published_vector_but_for_the_deviations_that_it_takes_for_zero():
    path = shared(f"vectors/{VECTORS[1]}.csv")
    answers = published(list(csv.DictReader(open(path, encoding="utf-8"))))
    rows = table(PUBLISHED, path)
    wrong = ["stddev_20", "bb_20_2_upper", "bb_20_2_lower"]
    expect_equal(rows, {name: column for name, column in answers.items() if name not in wrong})
    for name in wrong:  # else the exact answers would not be needed
        if not differences(name, rows, answers[name]):
            raise AssertionError(f"{name} is TA-Lib's, which is wrong here")


def both_vectors_candles_equal_exact_arithmetic():
    for vector in VECTORS:
        rows = table(PUBLISHED + OURS, shared(f"vectors/{vector}.csv"))
        expect_equal(rows, exact(rows))


def a_wild_market_equals_exact_arithmetic():
    seed = int(os.environ.get("CUTTLE_SEED", "20240805"))
    print(f"seed {seed} (CUTTLE_SEED)")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "wild.csv")
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, ["time"] + CANDLE)
            writer.writeheader()
            writer.writerows(wild_market(seed, 2600))
        rows = table(PUBLISHED + OURS, path)
        if len(rows) != 2600:
            raise AssertionError(f"{len(rows)} candles of 2600")
        expect_equal(rows, exact(rows))


def what_cannot_be_asked_is_refused_with_the_reason():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "two.csv")
        with open(path, "w", encoding="utf-8") as file:
            file.write("time,open,high,low,close,volume\n0,1,1,1,1,1\n60,1,1,1,1,1\n")
        for word, reason in [("sna:20", "no such indicator"), ("rsi", "parameter is missing"),
                             ("rsi:x", "not a number"), ("rsi:1.5", "whole number"), ("rsi:0", "too short"),
                             ("rsi:512", "too long"), ("rsi:14:3", "more parameters"), ("bb:20:0", "factor"),
                             ("bb:20:nan", "factor"), ("macd:26:12:9", "below the slow"),
                             ("stoch:500:10:10", "together")]:
            done = cuttle(word, path)
            if done.returncode == 0 or reason not in done.stderr or word not in done.stderr or done.stdout:
                raise AssertionError(f"{word}: {done.returncode}, {done.stderr!r}, {done.stdout[:80]!r}")


def one_output_may_be_asked_for_alone():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "two.csv")
        with open(path, "w", encoding="utf-8") as file:
            file.write("time,open,high,low,close,volume\n0,1,3,1,2,5\n60,2,4,2,3,5\n")
        done = cuttle("highest:2", "minus_di:1", "cdl_doji", "bb_upper:2:2", path)
        want = ("time,open,high,low,close,volume,highest_2,minus_di_1,cdl_doji,bb_2_2_upper\n"
                "0,1,3,1,2,5,,,,\n60,2,4,2,3,5,4,0,,3.5\n")
        if done.stdout != want:
            raise AssertionError(done.stdout + done.stderr)


TESTS = [btc_equals_the_published_vector, pepe_equals_the_published_vector_but_for_the_deviations_that_it_takes_for_zero,
         both_vectors_candles_equal_exact_arithmetic, a_wild_market_equals_exact_arithmetic,
         what_cannot_be_asked_is_refused_with_the_reason, one_output_may_be_asked_for_alone]


def main():
    failed = skipped = 0
    for test in TESTS:
        try:
            test()
        except Skip as why:
            skipped += 1
            print(f"[  SKIPPED ] {test.__name__}: skipped: {why}")
        except AssertionError as error:
            failed += 1
            print(f"[  FAILED  ] {test.__name__}: {error}", file=sys.stderr)
    print(f"[  PASSED  ] {len(TESTS) - failed - skipped} test(s).")
    if skipped:
        print(f"[  SKIPPED ] {skipped} test(s)")
    if failed:
        print(f"[  FAILED  ] {failed} test(s)")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

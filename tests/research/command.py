# SPDX-License-Identifier: MIT
"""`cuttle backtest` as a user runs it: the peers' case from a file, a portfolio from a store, the same trades as a
session on those files, what it writes, and what it says when it cannot.

    CUTTLE_PROGRAM=build/cuttle python3 tests/research/command.py"""
import csv
import html.parser
import json
import math
import os
import re
import sqlite3
import subprocess
import tempfile

import known
import walk
from runner import run_all

PROGRAM = os.path.abspath(os.environ["CUTTLE_PROGRAM"])
SMA = ["--strategy", "sma_pair", "--set", "fast=20", "--set", "slow=50", "--stake", "all"]
MINUTE, HOUR = 60, 3600


# What the tests are told is no option of the program's.
PLAIN = {name: value for name, value in os.environ.items() if not name.startswith("CUTTLE_")}


def cuttle(folder, *words):
    return subprocess.run([PROGRAM, *words], cwd=folder, env=PLAIN, capture_output=True, text=True, timeout=200)


def backtest(folder, *words):
    done = cuttle(folder, "backtest", *words)
    expect(done.returncode == 0, f"cuttle backtest {' '.join(words)}: {done.stderr}")
    return done


def summary(folder, *words):
    return json.loads(backtest(folder, *words, "--json").stdout)


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def wave(path, start, count, step, price, length):
    """A price that swings round its middle, so that averages cross."""
    before = price
    with open(path, "w", encoding="ascii") as out:
        out.write("time,open,high,low,close,volume\n")
        for i in range(count):
            close = round(price * (1 + 0.05 * math.sin(2 * math.pi * i / length)), 1)
            high, low = max(before, close), min(before, close)
            out.write(f"{start + i * step},{before},{high},{low},{close},5\n")
            before = close


def the_peers_case_to_the_trade_and_the_cent():
    with tempfile.TemporaryDirectory() as folder:
        walk.write(20000, os.path.join(folder, "walk.csv"))
        said = summary(folder, "--candles", "walk.csv", *SMA, "--fee", "0.0026", "--out", "report")
        expect(said["closed_trades"] == 202, said["closed_trades"])
        expect(abs(said["equity"] / 3620.9805671105 - 1) < 1e-5, said["equity"])
        expect(said["open_positions"] in (0, 1) and said["orders_refused"] == 0, said)
        trades = list(csv.DictReader(open(os.path.join(folder, "report", "trades.csv"), encoding="ascii")))
        bars = list(csv.DictReader(open(os.path.join(folder, "report", "equity.csv"), encoding="ascii")))
        expect(len(trades) == 202 and len(bars) == 20000, (len(trades), len(bars)))
        expect(abs(float(bars[-1]["equity"]) - said["equity"]) < 1e-9, bars[-1])
        free = summary(folder, "--candles", "walk.csv", *SMA, "--fee", "0", "--no-files")
        expect(free["closed_trades"] == 202 and free["fees"] == 0, free["fees"])


def store(folder):
    """BTC for ten days of hours and, from the fifth on, of five minutes too; ETH from the third day."""
    start = 1704067200  # 2024-01-01
    files = [("KRAKEN_BTCUSD_1h.csv", start, 240, HOUR, 40000, 40),
             ("KRAKEN_BTCUSD_5m.csv", start + 4 * 86400, 6 * 288, 300, 40000, 480),
             ("KRAKEN_ETHUSD_1h.csv", start + 2 * 86400, 192, HOUR, 2000, 30),
             ("BINANCE_SOLUSDT_1h.csv", start, 240, HOUR, 100, 30)]
    for name, *rest in files:
        wave(os.path.join(folder, name), *rest)
        done = cuttle(folder, "data", "import", name, "--store", "store")
        expect(done.returncode == 0, done.stderr)


def a_portfolio_from_a_store_is_one_account_on_one_clock():
    with tempfile.TemporaryDirectory() as folder:
        store(folder)
        said = summary(folder, "--store", "store", "--timeframe", "1h", "--detail", "1h", "--no-files")
        pairs = {pair["pair"]: pair for pair in said["by_pair"]}
        expect(set(pairs) == {"BTC/USD", "ETH/USD"}, pairs)
        expect(said["bars"] == 240 and pairs["ETH/USD"]["candles"] == 192, said["bars"])
        expect(pairs["ETH/USD"]["first"] == "2024-01-03T00:00:00Z", pairs["ETH/USD"]["first"])
        expect(sum(pair["closed_trades"] for pair in said["by_pair"]) == said["closed_trades"] > 0, said)
        expect(abs(sum(pair["profit"] for pair in said["by_pair"]) - said["profit"]) < 0.01, said["profit"])


def whose_candles_stand_in_for_a_pairs_own_is_repeated():
    with tempfile.TemporaryDirectory() as folder:
        store(folder)
        done = cuttle(folder, "data", "import", "BINANCE_SOLUSDT_1h.csv", "--as", "KRAKEN:SOL/USD", "--store", "store")
        expect(done.returncode == 0, done.stderr)
        words = ["--store", "store", "--pair", "BTC/USD SOL/USD", "--timeframe", "1h", "--out", "report"]
        said = {pair["pair"]: pair["origin"] for pair in summary(folder, *words)["by_pair"]}
        expect(said["BTC/USD"] is None and said["SOL/USD"].startswith("BINANCE:SOL/USDT from 2024-01-01"), said)
        rows = csv.DictReader(open(os.path.join(folder, "report", "pairs.csv"), encoding="ascii"))
        origins = {row["pair"]: row["origin"] for row in rows}
        expect(origins == {"BTC/USD": "", "SOL/USD": said["SOL/USD"]}, origins)
        line = f"KRAKEN:SOL/USD: the candles are of {said['SOL/USD']}"
        expect(line in backtest(folder, *words).stdout, line)
        with open(os.path.join(folder, "report", "report.html"), encoding="utf-8") as page:
            expect(line in page.read(), "the page says it")


def the_span_and_the_finer_candles_inside_it():
    with tempfile.TemporaryDirectory() as folder:
        store(folder)
        words = ["--store", "store", "--pair", "XBT/USD", "--start", "2024-01-06", "--end", "2024-01-09",
                 "--timeframe", "1h", "--no-files"]
        fine, whole = summary(folder, *words), summary(folder, *words, "--detail", "1h")
        expect(fine["filled_on"] == "5m" and fine["timeframe"] == "1h" and fine["bars"] == 3 * 288, fine["bars"])
        expect(whole["filled_on"] == "1h" and whole["bars"] == 72, whole["bars"])
        expect(fine["start"] == "2024-01-06T00:00:00Z" and fine["end"] == "2024-01-09T00:00:00Z", fine["start"])
        expect(fine["by_pair"][0]["warmed"] > 0, fine["by_pair"])
        expect({row["timeframe"] for row in fine["by_strategy"]} == {"1h"}, fine["by_strategy"])


def the_report_is_written_where_it_is_asked_for_and_beside_others():
    with tempfile.TemporaryDirectory() as folder:
        wave(os.path.join(folder, "KRAKEN_BTCUSD_1h.csv"), 1704067200, 300, HOUR, 40000, 40)
        for _ in range(2):
            backtest(folder, "--candles", "KRAKEN_BTCUSD_1h.csv", *SMA)
        backtest(folder, "--candles", "KRAKEN_BTCUSD_1h.csv", *SMA, "--out", "a/b")
        names = {"report.html", "summary.json", "trades.csv", "equity.csv", "strategies.csv", "pairs.csv"}
        expect(len(os.listdir(os.path.join(folder, "reports"))) == 2, os.listdir(os.path.join(folder, "reports")))
        names |= {"equity.png"} if os.environ["CUTTLE_PICTURES"] == "true" else set()
        expect(names == set(os.listdir(os.path.join(folder, "a", "b"))), os.listdir(os.path.join(folder, "a", "b")))
        with open(os.path.join(folder, "a", "b", "summary.json"), encoding="utf-8") as file:
            expect(json.load(file)["by_pair"][0]["pair"] == "BTC/USD", "the pair of the file's name")


def the_page_names_the_fills_the_fees_and_what_holding_would_have_brought():
    with tempfile.TemporaryDirectory() as folder:
        wave(os.path.join(folder, "KRAKEN_BTCUSD_1h.csv"), 1704067200, 300, HOUR, 40000, 40)
        page = backtest(folder, "--candles", "KRAKEN_BTCUSD_1h.csv", "--fee", "0.0016", "--slippage-bps", "3",
                        "--no-files").stdout
        for words in ["+ 1 bp for half the spread + 3 bp of slippage", "0.16 % maker, 0.16 % taker", "buy and hold",
                      "Sharpe ratio", "worst drawdown", "closed trades", "decisions:"]:
            expect(words in page, f"{words!r} is not in\n{page}")
        expect("nan" not in page and "inf" not in page.replace("info", ""), page)


class Page(html.parser.HTMLParser):
    """Whether every tag that opens closes, and what would be fetched."""

    def __init__(self, text):
        super().__init__()
        self.open, self.fetched, self.rows = [], [], 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.fetched += [value for name, value in attrs if name in ("src", "href", "action")]
        self.rows += tag == "tr"
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        expect(self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]}")
        self.open.pop()


def the_page_for_a_browser_is_whole_and_asks_nobody_for_anything():
    with tempfile.TemporaryDirectory() as folder:
        wave(os.path.join(folder, "KRAKEN_BTCUSD_1h.csv"), 1704067200, 3000, HOUR, 40000, 40)
        said = summary(folder, "--candles", "KRAKEN_BTCUSD_1h.csv", *SMA, "--fee", "0.001", "--out", "out")
        with open(os.path.join(folder, "out", "report.html"), encoding="utf-8") as file:
            text = file.read()
        page = Page(text)
        expect(not page.open and not page.fetched and "http" not in text and "url(" not in text, page.open)
        trades = text.split("<h2>Trades</h2>")[1]
        expect(trades.count("<tr>") - 1 == said["closed_trades"] > 50, trades.count("<tr>"))
        lines = re.findall(r'<polyline class="(\w+)" points="([^"]*)"', text)
        expect([name for name, _ in lines] == ["held", "ours"], lines)
        expect(500 < len(lines[1][1].split()) <= 1000, len(lines[1][1].split()))
        bars = json.loads(re.search(r"const bars=(\[.*?\]);", text).group(1))
        expect(abs(bars[-1][1] - said["equity"]) < 0.01 or bars[-1][0] < 1704067200 + 3000 * HOUR, bars[-1])
        expect(abs(max(bar[3] for bar in bars) - said["drawdown_max"]) < 1e-4, said["drawdown_max"])
        expect("nan" not in text and ">inf" not in text, "a figure that is none")


def a_run_without_one_trade_has_no_figures_and_says_so():
    with tempfile.TemporaryDirectory() as folder:
        wave(os.path.join(folder, "KRAKEN_BTCUSD_1h.csv"), 1704067200, 30, HOUR, 40000, 40)
        said = summary(folder, "--candles", "KRAKEN_BTCUSD_1h.csv", *SMA, "--no-files")
        expect(said["closed_trades"] == 0 and said["win_rate"] is None and said["sharpe"] is None, said)
        expect(said["profit_factor"] is None and said["total_return"] == 0, said)
        page = backtest(folder, "--candles", "KRAKEN_BTCUSD_1h.csv", *SMA, "--no-files").stdout
        expect("nothing: there was no trade" in page, page)


def what_cannot_be_run_is_refused_in_one_line_with_the_remedy():
    with tempfile.TemporaryDirectory() as folder:
        store(folder)
        for words, reason in [
                (["--store", "none"], "cuttle data list"),
                (["--store", "store", "--pair", "DOGE/USD"], "cuttle data import"),
                (["--store", "store", "--pair", "B!"], "such as BTC/USD"),
                (["--store", "store", "--pair", "BTC/USD", "--pair", "XBT/USD"], "twice"),
                (["--store", "store", "--pair", "SOL/USDT"], "session.currency=USDT"),
                (["--store", "store", "--pair", "BTC/USD", "--start", "2025-01-01"], "1h"),
                (["--store", "store", "--pair", "ETH/USD", "--timeframe", "5m"], "1h"),
                (["--store", "store", "--timeframe", "7m"], "1m 5m 15m"),
                (["--store", "store", "--fee", "2"], "0 to 0.1"),
                (["--store", "store", "--start", "tomorrow"], "2024-08-01"),
                (["--store", "store", "--stake", "half"], "section risk"),
                (["--store", "store", "--strategy", "sma_pears"], "no strategy"),
                (["--store", "store", "--set", "fast=3"], "--strategy NAME"),
                (["--store", "store", "--strategy", "sma_pair", "--set", "fast=60"], "below slow"),
                (["--store", "store", "--nonsense", "1"], "unknown option"),
                (["--candles", "none.csv"], "none.csv"),
                (["--store", "store", "--out", "KRAKEN_BTCUSD_1h.csv/x"], "--out")]:
            done = cuttle(folder, "backtest", *words)
            expect(done.returncode == 1 and reason in done.stderr and done.stderr.count("\n") == 1,
                   f"{words}: {done.returncode}, {done.stderr!r}")


def ledger(path):
    """The session's trades, as the candles that filled them: its times are their ends."""
    with sqlite3.connect(path) as rows:
        for symbol, opened, closed, qty, pnl in rows.execute(
                "SELECT symbol, opened_ns, closed_ns, qty_lots, pnl FROM trades ORDER BY number"):
            yield symbol, opened // 10 ** 9 - 300, closed // 10 ** 9 - 300, qty, pnl


def a_session_on_the_same_files_makes_the_same_trades():
    with tempfile.TemporaryDirectory() as folder:
        markets = [known.drift(21, 5000), known.drift(22, 5000, price=250000, decimals=2, symbol="ETH/USD", gap=0.002),
                   known.drift(23, 5000, price=15000, decimals=2, symbol="SOL/USD")]
        for market in markets:
            done = cuttle(folder, "data", "import", market.write(folder), "--store", "store")
            expect(done.returncode == 0, done.stderr)
        words = ["--set", "risk.max_drawdown=0", "--set", "decision.agree=1"]
        done = cuttle(folder, "run", "--venue", "files", "--market", "replay", "--store", "store", "--from",
                      "2024-01-05", "--to", "2024-01-17", "--headless", "--quiet", "--state", "state", *words)
        expect(done.returncode == 0, done.stderr)
        backtest(folder, "--store", "store", "--start", "2024-01-05", "--end", "2024-01-17", "--out", "out",
                 "--set", "session.history=719", *words)
        live = list(ledger(os.path.join(folder, "state", "ledger.db")))
        ours = [(row["pair"], row["opened"], row["closed"], row["quantity"], row["pnl"])
                for row in known.read(os.path.join(folder, "out", "trades.csv"))]
        expect(len(ours) > 100, f"{len(ours)} trades are too few to tell")
        for session, trade in zip(live, ours):
            expect(session == trade, f"the session: {session}, the backtest: {trade}")
        expect(len(live) == len(ours), f"{len(live)} trades in the session, {len(ours)} in the backtest")


TESTS = [the_peers_case_to_the_trade_and_the_cent, a_session_on_the_same_files_makes_the_same_trades,
         whose_candles_stand_in_for_a_pairs_own_is_repeated, a_portfolio_from_a_store_is_one_account_on_one_clock,
         the_span_and_the_finer_candles_inside_it, the_report_is_written_where_it_is_asked_for_and_beside_others,
         the_page_names_the_fills_the_fees_and_what_holding_would_have_brought,
         the_page_for_a_browser_is_whole_and_asks_nobody_for_anything, a_run_without_one_trade_has_no_figures_and_says_so,
         what_cannot_be_run_is_refused_in_one_line_with_the_remedy]


if __name__ == "__main__":
    run_all(TESTS)

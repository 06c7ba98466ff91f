# SPDX-License-Identifier: MIT
"""`cuttle backtest --books` on frames written here, as Kraken's WebSocket v2 sends them, with its checksums: each story's
fills are worked out by hand; and what cannot be played is refused.

    CUTTLE_PROGRAM=build/cuttle CUTTLE_SHARED=DIR python3 tests/research/books.py"""
import csv
import datetime
import gzip
import json
import os
import subprocess
import tempfile
import zlib

from runner import run_all

PROGRAM = os.path.abspath(os.environ["CUTTLE_PROGRAM"])
SHARED = os.environ.get("CUTTLE_SHARED", "")
RECORDING = os.path.join(SHARED, "data", "books", "kraken_v2_book10_trade_BTCUSD_ETHUSD_20260707T2300Z.ndjson.gz")
CROSS = ["--strategy", "sma_pair", "--set", "fast=2", "--set", "slow=3", "--set", "timeframe=1m", "--fee", "0"]
ALL = [*CROSS, "--stake", "all", "--capital", "100"]
# A tenth of 10,000, at the close of 101.0, because nobody asks: 9.90099009 coins.
TENTH = [*CROSS, "--set", "risk.sizing=stake", "--set", "risk.risk_per_trade=0.1", "--set", "risk.stop_required=false",
         "--set", "risk.kelly=off", "--set", "execution.entry=limit"]


class Frames:
    """The book of BTC/USD and its trades, by seconds of the first of January 2024."""

    def __init__(self):
        self.lines, self.bids, self.asks = ['{"channel":"heartbeat"}'], {}, {}

    def stamp(self, second):
        moment = datetime.datetime(2024, 1, 1) + datetime.timedelta(seconds=second)
        return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def checksum(self):
        levels = sorted(self.asks.items())[:10] + sorted(self.bids.items(), reverse=True)[:10]
        digits = "".join(f"{price:.1f}".replace(".", "").lstrip("0") + f"{qty:.8f}".replace(".", "").lstrip("0")
                         for price, qty in levels)
        return zlib.crc32(digits.encode())

    def book(self, second, bids=(), asks=(), kind="update", spoil=0):
        for side, levels in ((self.bids, bids), (self.asks, asks)):
            for price, qty in levels:
                side[price] = qty
                if qty == 0:
                    del side[price]
        rows = [json.dumps([{"price": price, "qty": qty} for price, qty in levels]) for levels in (bids, asks)]
        self.lines.append(f'{{"channel":"book","type":"{kind}","data":[{{"symbol":"BTC/USD","bids":{rows[0]},"asks":'
                          f'{rows[1]},"checksum":{self.checksum() ^ spoil},"timestamp":"{self.stamp(second)}"}}]}}')

    def trade(self, second, price, qty, side="sell"):
        self.lines.append(f'{{"channel":"trade","type":"update","data":[{{"symbol":"BTC/USD","side":"{side}","price":'
                          f'{price},"qty":{qty},"ord_type":"market","trade_id":1,"timestamp":"{self.stamp(second)}"}}]}}')

    def minutes(self, *closes):
        """A trade in the middle of each minute."""
        for minute, close in enumerate(closes):
            self.trade(60 * minute + 30, close, 0.1)


def backtest(folder, *words):
    plain = {name: value for name, value in os.environ.items() if not name.startswith("CUTTLE_")}
    return subprocess.run([PROGRAM, "backtest", *words], cwd=folder, env=plain, capture_output=True, text=True,
                          timeout=120)


def play(frames, *words):
    """The summary and every fill as (second, side, price, quantity, how)."""
    with tempfile.TemporaryDirectory() as folder:
        with gzip.open(os.path.join(folder, "frames.gz"), "wt", encoding="ascii") as out:
            out.write("\n".join(frames.lines) + "\n")
        done = backtest(folder, "--books", "frames.gz", *words, "--json", "--out", "out")
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        with open(os.path.join(folder, "out", "fills.csv"), encoding="ascii") as file:
            rows = [(moment(row["time"]), row["side"], float(row["price"]), float(row["quantity"]), row["way"])
                    for row in csv.DictReader(file)]
        return json.loads(done.stdout), rows


def moment(text):
    whole, _, part = text.rstrip("Z").partition(".")
    seconds = datetime.datetime.fromisoformat(whole) - datetime.datetime(2024, 1, 1)
    return seconds.total_seconds() + (float("0." + part) if part else 0)


def expect(said, wanted):
    if said != wanted:
        raise AssertionError(f"{said}\n  and not {wanted}")


def a_market_order_walks_the_levels_to_its_worst_price_and_sells_down_them():
    # Bought at the close of minute 3 at no more than 101 * 1.005; sold at that of minute 5.
    frames = Frames()
    frames.book(1, [(98.9, 0.5), (98.0, 10)], [(101.0, 0.3), (101.1, 0.4), (102.0, 5)], "snapshot")
    frames.minutes(100, 100, 100, 101, 100, 99, 99)
    summary, fills = play(frames, *ALL)
    expect(fills, [(240, "buy", 101.0, 0.3, "taken"), (240, "buy", 101.1, 0.4, "taken"),
                   (360, "sell", 98.9, 0.5, "taken"), (360, "sell", 98.0, 0.2, "taken")])
    said = summary["fills"]
    expect([said[name] for name in ("model", "taken", "queued", "through", "met", "orders_in_parts",
                                    "orders_unfinished", "books", "book_faults")], ["book", 4, 0, 0, 0, 2, 1, 1, 0])


def a_limit_waits_behind_what_stood_at_its_price():
    # Five ahead, and three trades of two: one. Then all who stand ahead of a trade through are served.
    frames = Frames()
    frames.book(1, [(101.0, 5), (100.0, 9)], [], "snapshot")
    frames.minutes(100, 100, 100, 101)
    for second in (241, 242, 243):
        frames.trade(second, 101.0, 2)
    frames.trade(250, 100.9, 0.01)
    frames.trade(310, 101.0, 1)
    fills = play(frames, *TENTH)[1]
    expect(fills, [(243, "buy", 101.0, 1.0, "queued"), (250, "buy", 101.0, 8.90099009, "through")])


def who_leaves_the_queue_is_not_waited_for():
    frames = Frames()
    frames.book(1, [(101.0, 5), (100.0, 9)], [], "snapshot")
    frames.minutes(100, 100, 100, 101)
    frames.book(241, [(101.0, 1)], [(101.5, 9)])
    frames.trade(242, 101.0, 3)
    frames.trade(310, 101.0, 0.1)
    expect(play(frames, *TENTH)[1], [(242, "buy", 101.0, 2.0, "queued"), (310, "buy", 101.0, 0.1, "queued")])


def an_ask_that_comes_to_a_bid_meets_it_and_no_more_than_it_has():
    frames = Frames()
    frames.book(1, [(101.0, 5), (100.0, 9)], [], "snapshot")
    frames.minutes(100, 100, 100, 101)
    frames.book(241, [(101.0, 0)])
    frames.book(242, [], [(100.8, 3)])
    frames.book(243, [], [(101.3, 3)])  # another level: what was taken of 100.8 is still gone
    frames.book(244, [], [(100.8, 2)])  # the venue says what it is now
    frames.trade(310, 101.0, 0.1)
    fills = play(frames, *TENTH)[1]
    expect(fills[:2], [(242, "buy", 101.0, 3.0, "met"), (244, "buy", 101.0, 2.0, "met")])


def a_book_that_fails_its_checksum_is_no_market():
    frames = Frames()
    frames.book(1, [(98.9, 50)], [(101.0, 30)], "snapshot")
    frames.minutes(100, 100, 100)
    frames.book(200, [(98.8, 1)], spoil=1)
    frames.trade(210, 101, 0.1)
    frames.trade(270, 101, 0.1)
    summary, fills = play(frames, *ALL)
    expect((fills, summary["fills"]["book_faults"], summary["orders_refused"]), ([], 1, 1))


def recorded_seconds_are_played_and_all_their_books_are_verified():
    with tempfile.TemporaryDirectory() as folder:
        done = backtest(folder, "--books", RECORDING, "--json", "--no-files")
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        said = json.loads(done.stdout)
        expect([(pair["pair"], pair["trades"]) for pair in said["by_pair"]], [("BTC/USD", 12), ("ETH/USD", 5)])
        expect([said["fills"][name] for name in ("model", "books", "book_faults")], ["book", 2962, 0])


def what_cannot_be_played_is_refused_in_one_line_with_the_remedy():
    frames = Frames()
    frames.book(1, [(98.9, 50)], [(101.0, 30)], "snapshot")
    frames.minutes(100, 100, 100)
    with tempfile.TemporaryDirectory() as folder:
        for name, lines in (("frames", frames.lines), ("none", ['{"channel":"heartbeat"}'])):
            with open(os.path.join(folder, name), "w", encoding="ascii") as out:
                out.write("\n".join(lines) + "\n")
        for words, reason in [
                (["--books", "nowhere"], "No such file"), (["--books", "none"], "WebSocket v2"),
                (["--books", "frames", "--books", "frames"], "order of their time"),
                (["--books", "frames", "--trades", "frames"], "one of the two"),
                (["--books", "frames", "--queue", "5s"], "--trades"),
                (["--books", "frames", "--pair", "ETH/USD"], "none of the files")]:
            done = backtest(folder, *words, "--no-files")
            if done.returncode != 1 or reason not in done.stderr or done.stderr.count("\n") != 1:
                raise AssertionError(f"{words}: {done.returncode}, {done.stderr!r}")


TESTS = [a_market_order_walks_the_levels_to_its_worst_price_and_sells_down_them,
         a_limit_waits_behind_what_stood_at_its_price, who_leaves_the_queue_is_not_waited_for,
         an_ask_that_comes_to_a_bid_meets_it_and_no_more_than_it_has, a_book_that_fails_its_checksum_is_no_market,
         what_cannot_be_played_is_refused_in_one_line_with_the_remedy]


def main():
    there = os.path.exists(RECORDING)
    if not there:
        print(f"[  SKIPPED ] {recorded_seconds_are_played_and_all_their_books_are_verified.__name__}: the recording is "
              "not here")
    run_all(TESTS + ([recorded_seconds_are_played_and_all_their_books_are_verified] if there else []))


if __name__ == "__main__":
    main()

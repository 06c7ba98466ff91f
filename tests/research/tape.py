# SPDX-License-Identifier: MIT
"""`cuttle backtest --trades` against known answers: this plain script reads a tape, makes its candles, decides on them
and fills orders by the trades that follow, in whole ticks, lots and 1e-8 of money, from what docs/backtest.md says; and
every fill must be the same: when, at what price, how much, for what fee, and how it came about, to the last digit. On
seeded tapes, and where there is a recorded one, on that: five days of a real market.

    CUTTLE_PROGRAM=build/cuttle CUTTLE_SHARED=DIR python3 tests/research/tape.py"""
import csv
import datetime
import gzip
import json
import math
import os
import random
import subprocess
import tempfile

from known import PPM, PROGRAM, START, UNIT, Case, Sma, SmaCross, nearest, units
from runner import run_all

SHARED = os.environ.get("CUTTLE_SHARED", "")
NS, MINUTE = 10 ** 9, 60 * 10 ** 9
UNKNOWN = 10 ** 30  # a queue that nobody knows


class Tape:
    """A pair's trades: nanoseconds, ticks, lots."""

    def __init__(self, symbol, decimals, trades):
        self.symbol, self.decimals, self.trades = symbol, decimals, trades

    def write(self, folder):
        path = os.path.join(folder, f"KRAKEN_{self.symbol.replace('/', '')}_20240101.csv")
        with open(path, "w", encoding="ascii") as out:
            for time, ticks, lots in self.trades:
                out.write(f"{time // NS}.{time % NS:09},{ticks / 10 ** self.decimals:.{self.decimals}f},"
                          f"{lots // UNIT}.{lots % UNIT:08}\n")
        return path

    def candles(self):
        """Of a minute each; flat through a silence of an hour at most, and none through a longer one."""
        made = []
        for time, ticks, _ in self.trades:
            begin = time - time % MINUTE
            if made and made[-1][0] == begin:
                _, first, high, low, _ = made[-1]
                made[-1] = (begin, first, max(high, ticks), min(low, ticks), ticks)
                continue
            if made and begin - made[-1][0] - MINUTE <= 60 * MINUTE:
                for flat in range(made[-1][0] + MINUTE, begin, MINUTE):
                    made.append((flat, *[made[-1][4]] * 4))
            made.append((begin, *[ticks] * 4))
        return made


def seeded(seed, count=20000, price=400000, decimals=1, symbol="BTC/USD", pause=6.0):
    """Trades that come in bursts, at prices that stay for a while, in sizes of all kinds."""
    dice, trades, time, at = random.Random(seed), [], START * NS, price
    for _ in range(count):
        time += int(dice.expovariate(1 / pause) * NS) if dice.random() < 0.7 else 0
        if dice.random() < 0.4:
            at = max(10, round(at * (1 + dice.gauss(0, 0.0004))))
        trades.append((time, at + dice.randint(-1, 1), max(1, int(dice.lognormvariate(14, 2)))))
    return Tape(symbol, decimals, trades)


def recorded():
    """Five days of BTC/USDT; None where they are not."""
    path = os.path.join(SHARED, "data", "trades", "KRAKEN_BTCUSDT_20231117.csv.gz")
    if not os.path.exists(path):
        return None
    with gzip.open(path, "rt", encoding="ascii") as file:
        rows = [row.split(",") for row in file.read().splitlines()[1:]]
    return Tape("BTC/USDT", 1, [(time_of(row[0]), round(float(row[1]) * 10), units(row[2])) for row in rows])


def time_of(text):
    whole, _, part = text.partition(".")
    return int(whole) * NS + int(part[:9].ljust(9, "0"))


class Order:
    def __init__(self, kind, side, lots=None, cash=0, limit=0, expire=0):
        self.kind, self.side, self.lots, self.cash, self.limit, self.expire = kind, side, lots, cash, limit, expire
        self.filled = self.cost = self.fee = 0
        self.taking, self.queue = kind == "market", UNKNOWN
        self.stop = self.target = 0

    def left(self):
        return UNKNOWN if self.lots is None else self.lots - self.filled


class Play:
    """One pair, one position, one entry, and one bracket or exit."""

    def __init__(self, tape, case, queue=60, limit=False):
        self.tape, self.case, self.limit, self.strategy = tape, case, limit, case.strategy()
        self.queue_ns, self.queue_lots = (queue * NS, 0) if isinstance(queue, int) else (0, units(queue))
        self.cash, self.fills = case.capital * UNIT, []
        self.lots, self.entry, self.bracket, self.exit, self.plan = 0, None, None, None, (0, 0)
        self.done = 0  # trades that are past
        self.closing = False

    def money(self, ticks, lots):
        return nearest(ticks * lots, 10 ** self.tape.decimals)

    def slipped(self, ticks, up):
        if self.case.slip == 0:
            return ticks
        whole = ticks * (PPM + self.case.slip if up else PPM - self.case.slip)
        return -(-whole // PPM) if up else whole // PPM

    def most_for(self, cash, ticks):
        lots = max(0, cash) * PPM // (PPM + self.case.taker) * 10 ** self.tape.decimals // ticks
        while lots > 0:
            cost = self.money(ticks, lots)
            if cost + nearest(cost * self.case.taker, PPM) <= cash:
                break
            lots -= 1
        return lots

    def ahead(self, ticks, time):
        if self.queue_ns == 0:
            return self.queue_lots
        before, lots = self.done - 1, 0
        while before >= 0 and self.tape.trades[before][0] >= time - self.queue_ns:
            lots += self.tape.trades[before][2] if self.tape.trades[before][1] == ticks else 0
            before -= 1
        return lots or UNKNOWN

    def fill(self, order, time, ticks, lots, way, stop=False):
        """True while the order goes on."""
        if order.side == "buy":
            most = self.most_for(order.cash - order.cost - order.fee, ticks)
            if order.lots is None and most > 0:
                order.lots = most
            lots = min(lots, most)
        if lots <= 0:
            return False
        cost = self.money(ticks, lots)
        fee = nearest(cost * (self.case.taker if way == "taken" else self.case.maker), PPM)
        order.filled, order.cost, order.fee = order.filled + lots, order.cost + cost, order.fee + fee
        self.fills.append((time, order.side, ticks, lots, fee, way, stop))
        if order.side == "buy":
            self.lots, self.cash = self.lots + lots, self.cash - cost - fee
        else:
            self.lots, self.cash = self.lots - lots, self.cash + cost - fee
        return order.left() > 0

    def take(self, order, time, ticks, room):
        """What it leaves of the trade, and whether the order goes on."""
        price = self.slipped(ticks, order.side == "buy")
        if order.kind != "bracket" and order.limit and order.side == "buy" and price > order.limit:
            if order.kind == "market":
                return room, False
            price = order.limit
        wanted = min(room, order.left())
        if wanted <= 0:
            return room, True
        before = order.filled
        goes_on = self.fill(order, time, price, wanted, "taken", order.kind == "bracket")
        got = order.filled - before
        return room - got, goes_on and got == wanted

    def see_trade(self, time, ticks, lots):
        room = lots
        if self.entry and self.entry.expire and self.entry.expire <= time:
            self.entry = None
        stopped = False
        for name in ("exit", "bracket", "entry"):
            order = getattr(self, name)
            if order is None or not order.taking:
                continue
            if order.kind == "limit" and ticks >= order.limit:
                order.taking, order.queue = False, self.ahead(order.limit, time)
                continue
            room, goes_on = self.take(order, time, ticks, room)
            stopped |= name == "bracket"
            if not goes_on:
                setattr(self, name, None)
        entry, bracket = self.entry, self.bracket
        if entry and entry.kind == "limit" and not entry.taking:
            if ticks < entry.limit:
                if not self.fill(entry, time, entry.limit, entry.left(), "through"):
                    self.entry = None
            elif ticks == entry.limit:
                reach, entry.queue = max(0, lots - entry.queue), max(0, entry.queue - lots)
                if reach and not self.fill(entry, time, entry.limit, min(reach, entry.left()), "queued"):
                    self.entry = None
        if bracket is self.bracket and bracket and not bracket.taking:
            if bracket.stop and ticks <= bracket.stop:
                bracket.taking = True
            elif bracket.target and ticks > bracket.target:
                self.fill(bracket, time, bracket.target, bracket.left(), "through")
                self.bracket, stopped = None, True
        self.done += 1
        if stopped and self.lots == 0:
            self.entry = None  # what protects has sold all: nothing more is bought
        self.tend()

    def tend(self):
        """The bracket holds what is held; or the exit does."""
        if self.lots == 0:
            self.bracket = self.exit = None
            self.closing = False
        elif self.closing:
            self.bracket = None
            if self.exit is None:
                self.exit = Order("market", "sell", self.lots)
            self.exit.lots = self.exit.filled + max(self.lots, self.exit.left())
        elif self.plan != (0, 0):
            if self.bracket is None:
                self.bracket = Order("bracket", "sell")
                self.bracket.stop, self.bracket.target = self.plan
            self.bracket.lots = self.bracket.filled + self.lots

    def enter(self, close, end, stop, target):
        case, price = self.case, close / 10 ** self.tape.decimals
        if self.limit:
            worst, expire = close, end + 600 * NS
        else:
            worst, expire = math.ceil(round(price * 1.005 * 10 ** self.tape.decimals, 6)), 0
        lots, cash = None, self.cash
        if case.stake is not None:
            rate = (PPM + (0 if self.limit else 5000)) * (PPM + case.taker) // PPM
            most = min(self.cash * PPM // rate, self.cash * case.stake // PPM, self.cash * 200000 // PPM)
            lots = most * 10 ** self.tape.decimals // close
            cash = min(self.cash, -(-(-(-close * lots // 10 ** self.tape.decimals) * rate) // PPM))
        self.plan = (stop, target)
        self.entry = Order("limit" if self.limit else "market", "buy", lots, cash, worst, expire)
        if self.limit:
            last = self.tape.trades[self.done - 1][1]
            self.entry.taking = last < worst
            self.entry.queue = self.ahead(worst, end)

    def see_candle(self, time, candle):
        end, close = time + MINUTE, candle[3]
        if self.entry and self.entry.expire and self.entry.expire <= end:
            self.entry = None
        signal = self.strategy.see(candle, None, self.case.taker)
        if signal is None:
            return
        way, stop, target = signal
        if way < 0:
            self.entry = None
            self.closing = self.lots > 0
            self.tend()
        elif self.lots == 0 and self.entry is None:
            if not target or target > close * (1 + 2 * self.case.taker / PPM):
                self.enter(close, end, stop, target)

    def run(self):
        trades = self.tape.trades
        for time, *candle in self.tape.candles():
            while self.done < len(trades) and trades[self.done][0] < time + MINUTE:
                self.see_trade(*trades[self.done])
            self.see_candle(time, candle)
        return self.fills


def backtest(folder, path, case, *words):
    plain = {name: value for name, value in os.environ.items() if not name.startswith("CUTTLE_")}
    done = subprocess.run([PROGRAM, "backtest", "--trades", path, *case.words(), "--set", "timeframe=1m", "--json",
                           "--out", "out", *words], cwd=folder, env=plain, capture_output=True, text=True, timeout=200)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return json.loads(done.stdout)


def read(path, decimals):
    with open(path, encoding="ascii") as file:
        for row in csv.DictReader(file):
            day, clock = row["time"].rstrip("Z").split("T")
            yield (stamp(day, clock), row["side"], round(float(row["price"]) * 10 ** decimals), units(row["quantity"]),
                   units(row["fee"]), row["way"], row["stop"] == "stop")


def stamp(day, clock):
    whole, _, part = clock.partition(".")
    moment = datetime.datetime.fromisoformat(f"{day}T{whole}+00:00")
    return int(moment.timestamp()) * NS + int(part.ljust(9, "0") or 0)


def compare(tape, case, least, ways=(), queue=60, limit=False, words=()):
    """Every fill; at least so many, and at least one that came about in each of these ways."""
    expected = Play(tape, case, queue, limit).run()
    words = [*words, "--queue", f"{queue}s" if isinstance(queue, int) else queue]
    words += ["--set", "execution.entry=limit"] if limit else []
    words += ["--set", f"session.currency={tape.symbol.split('/')[1]}"]
    with tempfile.TemporaryDirectory() as folder:
        summary = backtest(folder, tape.write(folder), case, *words)
        said = list(read(os.path.join(folder, "out", "fills.csv"), tape.decimals))
    for number, (ours, theirs) in enumerate(zip(expected, said), 1):
        if ours != theirs:
            raise AssertionError(f"fill {number}: reckoned {ours}\n  the program's {theirs}")
    if len(expected) != len(said):
        raise AssertionError(f"{len(expected)} fills reckoned, {len(said)} in the program")
    came = {name: sum(fill[5] == name for fill in said) for name in ("taken", "queued", "through")}
    stops = sum(fill[6] for fill in said)
    if len(said) < least or any(came.get(way, stops) == 0 for way in ways):
        raise AssertionError(f"{len(said)} fills, {came}, {stops} by stops: too little")
    if any(summary["fills"][name] != count for name, count in came.items()) or summary["fills"]["model"] != "trades":
        raise AssertionError(f"the summary counts {summary['fills']}, the fills are {came}")


def outputs(folder, path, case, *words):
    summary = backtest(folder, path, case, *words)
    texts = []
    for name in ("fills.csv", "trades.csv", "equity.csv"):
        with open(os.path.join(folder, "out", name), encoding="ascii") as file:
            texts.append(file.read())
    del summary["seconds"]
    return summary, texts


def the_same_run_twice_is_the_same_to_the_byte():
    with tempfile.TemporaryDirectory() as folder:
        path, case = seeded(6, 30000).write(folder), Case([], lambda: SmaCross(), maker=100, taker=200, stake=100000)
        first = outputs(folder, path, case)
        if first != outputs(folder, path, case) or first[1][0].count("\n") < 100:
            raise AssertionError("two runs differ, or did nothing")


def write_candles(tape, folder, low=1.0):
    path = os.path.join(folder, "candles_1m.csv")
    with open(path, "w", encoding="ascii") as out:
        out.write("time,open,high,low,close,volume\n")
        for time, *prices in tape.candles():
            first, high, bottom, close = (ticks / 10 ** tape.decimals for ticks in prices)
            out.write(f"{time // NS},{first},{high},{round(bottom * low, tape.decimals)},{close},1\n")
    return path


def a_following_stop_is_touched_by_trades_and_not_by_what_candles_from_elsewhere_say():
    tape = seeded(7, 30000)
    case = Case([], lambda: Sma(3, 12), taker=2600, slip=200, stake=100000, trail=3000)
    with tempfile.TemporaryDirectory() as folder:
        path = tape.write(folder)
        alone = outputs(folder, path, case)[1]
        beside = outputs(folder, path, case, "--candles", write_candles(tape, folder), "--pair", "BTC/USD")[1]
        deep = outputs(folder, path, case, "--candles", write_candles(tape, folder, 0.5), "--pair", "BTC/USD")[1]
        if not alone[0] == beside[0] == deep[0] or alone[0].count(",stop\n") < 20:
            raise AssertionError(f"{[text[0].count(',stop') for text in (alone, beside, deep)]} fills by stops")


def two_pairs_tapes_are_one_account_and_a_run_beside_candles_is_of_the_time_they_share():
    bitcoin, ether = seeded(8, 20000), seeded(9, 12000, price=250000, decimals=2, symbol="ETH/USD")
    case = Case([], lambda: Sma(3, 9), taker=2600, slip=300, stake=100000)
    with tempfile.TemporaryDirectory() as folder:
        paths = [tape.write(folder) for tape in (bitcoin, ether)]
        os.mkdir(os.path.join(folder, "tapes"))
        for path in paths:
            os.rename(path, os.path.join(folder, "tapes", os.path.basename(path)))
        both, texts = outputs(folder, "tapes", case)
        pairs = {pair["pair"]: pair for pair in both["by_pair"]}
        if set(pairs) != {"BTC/USD", "ETH/USD"} or pairs["ETH/USD"]["trades"] != 12000 or \
                pairs["BTC/USD"]["trades_sided"] or not all(text in texts[0] for text in pairs):
            raise AssertionError(pairs)
        one = backtest(folder, "tapes", case, "--pair", "XBT/USD", "--queue", "0.5")
        if [pair["pair"] for pair in one["by_pair"]] != ["BTC/USD"] or "0.50000000 of" not in one["fills"]["sentence"]:
            raise AssertionError(one)
        for tape in (bitcoin, ether):
            candles = write_candles(tape, folder)
            name = f"KRAKEN_{tape.symbol.replace('/', '')}_1m.csv"
            os.rename(candles, os.path.join(folder, name))
            subprocess.run([PROGRAM, "data", "import", name, "--store", "store"], cwd=folder, capture_output=True,
                           check=True, timeout=60)
        shared = backtest(folder, "tapes", case, "--store", "store")
        last = min(bitcoin.trades[-1][0], ether.trades[-1][0]) // MINUTE * MINUTE + MINUTE
        end = shared["end"].rstrip("Z").split("T")
        if stamp(*end) != last or shared["by_pair"][0]["candles"] >= both["by_pair"][0]["candles"]:
            raise AssertionError((shared["end"], last))


def each_set_of_a_search_on_a_tape_is_the_backtest_of_that_set():
    tape, plain = seeded(11, 12000), {name: value for name, value in os.environ.items() if name[:7] != "CUTTLE_"}
    with tempfile.TemporaryDirectory() as folder:
        words = ["--trades", tape.write(folder), "--strategy", "sma_pair", "--set", "timeframe=1m", "--stake", "all",
                 "--fee", "0.001", "--json"]
        done = subprocess.run([PROGRAM, "search", *words, "--space", "fast=3,5", "--space", "slow=30", "--min-trades", "1",
                               "--holdout", "0", "--study", "one"], cwd=folder, env=plain, capture_output=True, text=True,
                              timeout=200)
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        sets = json.loads(done.stdout)["finalists"]
        for found in sets:
            fast = found["set"]["strategy.sma_pair.fast"]
            said = json.loads(subprocess.run([PROGRAM, "backtest", *words, "--set", f"fast={fast}", "--set", "slow=30",
                                              "--no-files"], cwd=folder, env=plain, capture_output=True, text=True,
                                             check=True, timeout=200).stdout)
            ours = found["in_sample"]
            if said["total_return"] != ours["total_return"] or said["closed_trades"] != ours["closed_trades"] or \
                    said["fills"]["model"] != "trades" or found["path"] != "engine":
                raise AssertionError(f"{found}\n  and the backtest {said['total_return']}, {said['closed_trades']}")
        if len(sets) != 2:
            raise AssertionError(sets)


def what_cannot_be_played_is_refused_in_one_line_with_the_remedy():
    with tempfile.TemporaryDirectory() as folder:
        path = seeded(10, 100).write(folder)
        for copy in ("tape.csv", "BITFINEX_BTCUSD_20240102.csv", "KRAKEN_ETHEUR_20240101.csv"):
            with open(path, encoding="ascii") as source, open(os.path.join(folder, copy), "w", encoding="ascii") as out:
                out.write(source.read())
        os.mkdir(os.path.join(folder, "empty"))
        name, other = os.path.basename(path), "BITFINEX_BTCUSD_20240102.csv"
        for words, reason in [
                (["--queue", "60s", "--candles", "x.csv"], "--trades"),
                (["--trades", "none.csv"], "No such file"),
                (["--trades", "tape.csv"], "say --pair"),
                (["--trades", "empty"], "no trade file"),
                (["--trades", name, "--queue", "some"], "60s"),
                (["--trades", name, "--queue", "-1"], "60s"),
                (["--trades", name, "--trades", other], "name one of them"),
                (["--trades", name, "--pair", "ETH/USD"], "none of the files"),
                (["--trades", "KRAKEN_ETHEUR_20240101.csv"], "session.currency=EUR"),
                (["--trades", name, "--store", "nowhere"], "cuttle data list"),
                (["--trades", name, "--start", "2025-01-01"], "not one candle")]:
            plain = {name: value for name, value in os.environ.items() if not name.startswith("CUTTLE_")}
            done = subprocess.run([PROGRAM, "backtest", *words, "--no-files"], cwd=folder, env=plain,
                                  capture_output=True, text=True, timeout=60)
            if done.returncode != 1 or reason not in done.stderr or done.stderr.count("\n") != 1:
                raise AssertionError(f"{words}: {done.returncode}, {done.stderr!r}")
        plain_name = subprocess.run([PROGRAM, "backtest", "--trades", "tape.csv", "--pair", "BTC/USD", "--no-files"],
                                    cwd=folder, env=plain, capture_output=True, text=True, timeout=60)
        if plain_name.returncode != 0:
            raise AssertionError(plain_name.stderr)


def all_cash_walks_the_trades_of_a_tape():
    compare(seeded(1), Case([], lambda: Sma(3, 9), taker=2600, slip=500), 200, ["taken"])


def stops_and_targets_by_trades():
    compare(seeded(2, 40000), Case([], lambda: SmaCross(), maker=100, taker=200, slip=100, stake=100000), 300,
            ["taken", "through", "stop"])


def limits_behind_what_was_traded_in_the_minute_before():
    compare(seeded(3, 40000, pause=2.0), Case([], lambda: Sma(3, 9), maker=1600, taker=2600, stake=150000), 100,
            ["taken", "queued", "through"], limit=True)


def limits_behind_a_queue_that_is_said():
    compare(seeded(4, 30000), Case([], lambda: Sma(3, 9), maker=1600, taker=2600, slip=300, stake=150000), 100,
            ["queued", "through"], queue="0.05", limit=True)


def limits_with_nobody_ahead_under_stops():
    compare(seeded(5, 40000), Case([], lambda: SmaCross(8, 6, 1.5, 2.0), maker=100, taker=200, stake=100000), 200,
            ["queued", "through", "stop"], queue="0", limit=True)


def all_cash_on_five_recorded_days():
    compare(recorded(), Case([], lambda: Sma(5, 20), taker=4000, slip=600), 300, ["taken"])


def stops_and_targets_on_five_recorded_days():
    compare(recorded(), Case([], lambda: SmaCross(), maker=100, taker=200, slip=100, stake=100000), 300,
            ["taken", "through", "stop"])


def limits_on_five_recorded_days():
    compare(recorded(), Case([], lambda: Sma(4, 12), maker=1600, taker=2600, slip=100, stake=150000), 300,
            ["taken", "queued", "through"], limit=True)


TESTS = [
    all_cash_walks_the_trades_of_a_tape, stops_and_targets_by_trades,
    limits_behind_what_was_traded_in_the_minute_before, limits_behind_a_queue_that_is_said,
    limits_with_nobody_ahead_under_stops, the_same_run_twice_is_the_same_to_the_byte,
    a_following_stop_is_touched_by_trades_and_not_by_what_candles_from_elsewhere_say,
    two_pairs_tapes_are_one_account_and_a_run_beside_candles_is_of_the_time_they_share,
    each_set_of_a_search_on_a_tape_is_the_backtest_of_that_set,
    what_cannot_be_played_is_refused_in_one_line_with_the_remedy]
RECORDED = [all_cash_on_five_recorded_days, stops_and_targets_on_five_recorded_days, limits_on_five_recorded_days]


def main():
    there = recorded() is not None
    for test in RECORDED if not there else []:
        print(f"[  SKIPPED ] {test.__name__}: the recorded trades are not here")
    run_all(TESTS + (RECORDED if there else []))


if __name__ == "__main__":
    main()

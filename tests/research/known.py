# SPDX-License-Identifier: MIT
"""`cuttle backtest` against known answers: this plain script reckons small markets through by itself, in whole ticks,
lots and 1e-8 of money, from what docs/backtest.md and docs/risk.md say, and every trade must be the same: when, at
what price, how much, for what fee, why it ended, and what it brought, to the last digit.

    CUTTLE_PROGRAM=build/cuttle python3 tests/research/known.py"""
import csv
import datetime
import os
import random
import subprocess
import tempfile
from runner import run_all

PROGRAM = os.path.abspath(os.environ["CUTTLE_PROGRAM"])
UNIT, PPM = 10 ** 8, 10 ** 6
START = 1704067200  # 2024-01-01
COLUMNS = ["pair", "opened", "closed", "quantity", "entry_price", "exit_price", "cost", "proceeds", "fee", "pnl", "end"]


def nearest(a, b):
    """a / b for a, b >= 0, half up."""
    return (2 * a + b) // (2 * b)


class Market:
    """One pair's candles: prices in ticks."""

    def __init__(self, symbol, decimals, candles, step):
        self.symbol, self.decimals, self.step = symbol, decimals, step
        self.candles = {time: candle for time, *candle in candles}

    def write(self, folder):
        path = os.path.join(folder, f"KRAKEN_{self.symbol.replace('/', '')}_{self.step // 60}m.csv")
        with open(path, "w", encoding="ascii") as out:
            out.write("time,open,high,low,close,volume\n")
            for time, candle in sorted(self.candles.items()):
                prices = ",".join(f"{ticks / 10 ** self.decimals:.{self.decimals}f}" for ticks in candle)
                out.write(f"{time},{prices},3\n")
        return os.path.basename(path)


def drift(seed, count, price=400000, decimals=1, symbol="BTC/USD", step=300, sigma=0.004, gap=0.0, holes=(), first=0):
    """A seeded market; `gap`: how far opens jump from the close before; `holes`: candles that are missing."""
    dice, candles, close = random.Random(seed), [], price
    for i in range(count):
        begin = max(10, round(close * (1 + dice.gauss(0, gap)))) if gap else close
        path, at = [begin], begin
        for _ in range(6):
            at = max(10, round(at * (1 + dice.gauss(0, sigma))))
            path.append(at)
        close = path[-1]
        if i not in holes:
            candles.append((START + (first + i) * step, begin, max(path), min(path), close))
    return Market(symbol, decimals, candles, step)


class Sma:
    """A fast average of closes crosses a slow one. No stop, no target."""

    def __init__(self, fast, slow):
        self.fast, self.slow, self.closes = fast, slow, []

    def words(self):
        return ["--strategy", "sma_pair", "--set", f"fast={self.fast}", "--set", f"slow={self.slow}"]

    def mean(self, count, back):
        end = len(self.closes) - back
        return sum(self.closes[end - count:end]) / count

    def see(self, candle, _market, _fee):
        self.closes.append(candle[3])
        if len(self.closes) <= self.slow:
            return None
        before = self.mean(self.fast, 1) - self.mean(self.slow, 1)
        now = self.mean(self.fast, 0) - self.mean(self.slow, 0)
        return (1, 0, 0) if before <= 0 < now else (-1, 0, 0) if before >= 0 > now else None


class SmaCross:
    """The close crosses its average; stop and target so many ATRs away, net of the fees of the round trip."""

    def __init__(self, period=10, atr=5, stop=2.0, target=3.0):
        self.period, self.atr_period, self.stop, self.target = period, atr, stop, target
        self.closes, self.ranges, self.atr = [], [], None

    def words(self):
        return ["--strategy", "sma_cross", "--set", f"sma_period={self.period}", "--set",
                f"atr_period={self.atr_period}", "--set", f"stop_atr={self.stop}", "--set",
                f"target_atr={self.target}"]

    def true_range(self, candle):
        _, high, low, _ = candle
        before = self.closes[-1]
        return max(high - low, abs(high - before), abs(low - before))

    def see(self, candle, market, fee):
        if self.closes:
            self.ranges.append(self.true_range(candle))
            if len(self.ranges) == self.atr_period:
                self.atr = sum(self.ranges) / self.atr_period
            elif len(self.ranges) > self.atr_period:
                self.atr += (self.ranges[-1] - self.atr) / self.atr_period
        self.closes.append(candle[3])
        if len(self.closes) <= self.period or self.atr is None:
            return None
        now = sum(self.closes[-self.period:]) / self.period
        before = sum(self.closes[-self.period - 1:-1]) / self.period
        close, close_before = self.closes[-1], self.closes[-2]
        way = 1 if close_before <= before and close > now else -1 if close_before >= before and close < now else 0
        if way == 0:
            return None
        slope = max(-1, min(1, way * (now - before) / self.atr / 0.2))
        if 0.5 + 0.4 * slope < 0.3:  # nobody listens to so little confidence
            return None
        cost = close * 2 * fee / PPM
        inside = max(self.stop * self.atr - cost, cost)
        return way, int(close - way * inside + 0.5), int(close + way * (self.target * self.atr + cost) + 0.5)


class Case:
    """How it trades. Fees and prices above the market's in ppm."""

    def __init__(self, markets, strategy, maker=0, taker=0, slip=0, stake=None, hold=0, trail=0, capital=10000,
                 start=None, words=()):
        self.markets, self.strategy = markets, strategy
        self.maker, self.taker, self.slip, self.stake = maker, taker, slip, stake
        self.hold, self.trail, self.capital, self.start, self.more = hold, trail, capital, start, words

    def words(self):
        words = self.strategy().words() + ["--capital", str(self.capital)]
        words += ["--set", "paper.fees=own", "--set", f"paper.maker={self.maker / PPM}", "--set",
                  f"paper.taker={self.taker / PPM}", "--set", "paper.half_spread=0", "--slippage-bps",
                  str(self.slip / 100)]
        if self.stake is None:
            words += ["--stake", "all"]
        else:
            words += ["--set", "risk.sizing=stake", "--set", f"risk.risk_per_trade={self.stake / PPM}"]
            for off in ["stop_required=false", "max_daily_loss=0", "max_drawdown=0", "crash_fall=0", "max_at_risk=0",
                        "cool_off_losses=0", "kelly=off", "ruin_limit=0", "drawdown_to=0"]:
                words += ["--set", f"risk.{off}"]
        if self.hold:
            words += ["--set", f"exits.hold={self.hold}s"]
        if self.trail:
            words += ["--set", f"exits.trail={self.trail / PPM}"]
        return words + list(self.more)


class Pair:
    def __init__(self, market, strategy):
        self.market, self.strategy = market, strategy
        self.lots = self.cost = self.fee = self.stop = self.target = self.best = self.mark = 0
        self.entry = self.opened = self.filled_end = None
        self.buying = None  # lots wanted, cash it may take, stop, target
        self.selling = None  # why
        self.trailing = False
        self.close = 0


class Simulation:
    """All pairs on one clock: fills on the new candle first, pair by pair, then decisions."""

    def __init__(self, case):
        self.case, self.cash, self.trades = case, case.capital * UNIT, []
        self.pairs = [Pair(market, case.strategy()) for market in case.markets]

    def money(self, pair, ticks, lots):
        return nearest(ticks * lots, 10 ** pair.market.decimals)  # lots are 1e-8, as money is

    def slipped(self, ticks, up):
        if self.case.slip == 0:
            return ticks
        whole = ticks * (PPM + self.case.slip if up else PPM - self.case.slip)
        return -(-whole // PPM) if up else whole // PPM

    def most_for(self, pair, cash, ticks):
        lots = cash * PPM // (PPM + self.case.taker) * 10 ** pair.market.decimals // ticks
        while True:
            cost = self.money(pair, ticks, lots)
            if cost + nearest(cost * self.case.taker, PPM) <= cash:
                return lots
            lots -= 1

    def buy(self, pair, time, ticks):
        wanted, cash, stop, target = pair.buying
        pair.buying = None
        most = self.most_for(pair, cash, ticks)
        lots = most if wanted is None else min(wanted, most)
        if lots <= 0:
            return
        pair.lots, pair.cost = lots, self.money(pair, ticks, lots)
        pair.fee = nearest(pair.cost * self.case.taker, PPM)
        pair.entry, pair.opened, pair.filled_end = ticks, time, time + pair.market.step
        pair.stop, pair.target, pair.best, pair.trailing = stop, target, ticks, False
        self.cash -= pair.cost + pair.fee

    def sell(self, pair, time, ticks, why, maker=False):
        got = self.money(pair, ticks, pair.lots)
        fee = nearest(got * (self.case.maker if maker else self.case.taker), PPM)
        self.cash += got - fee
        self.trades.append({"pair": pair.market.symbol, "opened": pair.opened, "closed": time, "quantity": pair.lots,
                            "entry_price": pair.entry / 10 ** pair.market.decimals,
                            "exit_price": ticks / 10 ** pair.market.decimals, "cost": pair.cost, "proceeds": got,
                            "fee": pair.fee + fee, "pnl": got - fee - pair.cost - pair.fee, "end": why})
        pair.lots = pair.stop = pair.target = pair.mark = 0
        pair.selling = None

    def match(self, pair, time, candle):
        begin, high, low, _ = candle
        if pair.buying is not None:
            self.buy(pair, time, self.slipped(begin, True))
        elif pair.selling is not None:
            self.sell(pair, time, self.slipped(begin, False), pair.selling)
        if pair.lots and pair.selling is None and pair.stop and low <= pair.stop:
            self.sell(pair, time, self.slipped(min(begin, pair.stop), False),
                      "trailing stop" if pair.trailing else "stop")
        elif pair.lots and pair.selling is None and pair.target and high > pair.target:
            self.sell(pair, time, max(begin, pair.target), "target", maker=True)

    def follow(self, pair, time, candle):
        """With each closed candle: the time limit, then the stop that follows the best price."""
        end, close = time + pair.market.step, candle[3]
        pair.best = max(pair.best, candle[1] if time >= pair.filled_end else close)
        if pair.selling is not None:
            return
        if self.case.hold and end - pair.filled_end >= self.case.hold:
            pair.selling = "time"
        elif self.case.trail:
            stop = pair.best * (PPM - self.case.trail) // PPM
            if stop > pair.stop and stop >= close:
                pair.selling = "trailing stop"
            elif stop > pair.stop and (pair.stop == 0 or stop - pair.stop >= 0.001 * close):
                pair.stop, pair.trailing = stop, True

    def size(self, close, pair, stop, target):
        """What an entry may buy and spend; None: no entry."""
        case = self.case
        free = self.cash - sum(other.buying[1] for other in self.pairs if other.buying is not None)
        if case.stake is None:
            return (None, free, stop, target) if free > 0 else None
        equity = self.cash + sum(other.mark for other in self.pairs)
        used = sum(other.mark for other in self.pairs) + self.cash - free
        rate = (PPM + 5000) * (PPM + case.taker) // PPM
        most = min(free * PPM // rate, equity * case.stake // PPM, equity * 200000 // PPM,
                   max(0, equity * 500000 // PPM - used))
        lots = most * 10 ** pair.market.decimals // close
        cost = -(-close * lots // 10 ** pair.market.decimals)
        return (lots, min(free, -(-cost * rate // PPM)), stop, target) if lots > 0 else None

    def decide(self, pair, signal):
        if signal is None:
            return
        way, stop, target = signal
        if way < 0:
            pair.buying = None
            if pair.lots and pair.selling is None:
                pair.selling = "signal"
        elif pair.lots == 0 and pair.buying is None:
            if target and target <= pair.close * (1 + 2 * self.case.taker / PPM):
                return
            pair.buying = self.size(pair.close, pair, stop, target)

    def candle_of(self, pair, time):
        """The pair's candle; flat where it is missing for an hour at most; None where there is none."""
        if time in pair.market.candles:
            return pair.market.candles[time]
        earlier = [t for t in pair.market.candles if t < time]
        later = [t for t in pair.market.candles if t > time]
        if not earlier or not later:
            return None
        silent = min(later) - max(earlier) - pair.market.step
        return [pair.close] * 4 if silent <= 3600 else None

    def run(self):
        times = sorted({t for pair in self.pairs
                        for t in range(min(pair.market.candles), max(pair.market.candles) + 1, pair.market.step)})
        for time in times:
            now = [(pair, self.candle_of(pair, time)) for pair in self.pairs]
            now = [(pair, candle) for pair, candle in now if candle is not None]
            live = self.case.start is None or time >= self.case.start
            for pair, candle in now:
                if live:
                    self.match(pair, time, candle)
            for pair, candle in now:
                pair.close = candle[3]
                if pair.lots:
                    pair.mark = self.money(pair, pair.close, pair.lots)
                    self.follow(pair, time, candle)
            for pair, candle in now:
                signal = pair.strategy.see(candle, pair.market, self.case.taker)
                if live:
                    self.decide(pair, signal)
        return self.trades


def stamp(text):
    return int(datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z").timestamp())


def units(text):
    whole, _, part = text.partition(".")
    value = int(whole.lstrip("-") + part.ljust(8, "0"))
    return -value if text.startswith("-") else value


def read(path):
    with open(path, encoding="ascii") as file:
        for row in csv.DictReader(file):
            yield {"pair": row["pair"], "opened": stamp(row["opened"]), "closed": stamp(row["closed"]),
                   **{name: units(row[name]) for name in ["quantity", "cost", "proceeds", "fee", "pnl"]},
                   **{name: float(row[name]) for name in ["entry_price", "exit_price"]}, "end": row["end"]}


def same(ours, theirs):
    return all(abs(ours[name] - theirs[name]) <= 1e-8 * abs(ours[name]) if name.endswith("price")
               else ours[name] == theirs[name] for name in COLUMNS)


def compare(case, least, ends=()):
    """Every trade; at least so many, and at least one that ended in each of these ways."""
    expected = Simulation(case).run()
    with tempfile.TemporaryDirectory() as folder:
        files = [market.write(folder) for market in case.markets]
        plain = {name: value for name, value in os.environ.items() if not name.startswith("CUTTLE_")}
        where = ["--candles", files[0]]
        if len(files) > 1 or case.start is not None:
            for file in files:
                subprocess.run([PROGRAM, "data", "import", file, "--store", "store"], cwd=folder, env=plain,
                               capture_output=True, check=True, timeout=60)
            where = ["--store", "store"]
        done = subprocess.run([PROGRAM, "backtest", *where, *case.words(), "--out", "out"], cwd=folder, env=plain,
                              capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        said = list(read(os.path.join(folder, "out", "trades.csv")))
    for number, (ours, theirs) in enumerate(zip(expected, said), 1):
        if not same(ours, theirs):
            raise AssertionError(f"trade {number}: reckoned {ours}\n  the program's {theirs}")
    if len(expected) != len(said):
        raise AssertionError(f"{len(expected)} trades reckoned, {len(said)} in the program")
    if len(said) < least or any(end not in {trade["end"] for trade in said} for end in ends):
        raise AssertionError(f"{len(said)} trades, ended by {sorted({trade['end'] for trade in said})}: too little")


def all_cash_without_fees():
    compare(Case([drift(1, 600)], lambda: Sma(3, 9)), 30, ["signal"])


def all_cash_with_a_fee_on_both_sides():
    compare(Case([drift(2, 600)], lambda: Sma(3, 9), taker=2600), 30)


def all_cash_with_slippage_on_both_sides():
    compare(Case([drift(3, 600)], lambda: Sma(4, 11), taker=2600, slip=500), 20)


def opens_that_jump_from_the_close_before():
    compare(Case([drift(4, 600, gap=0.01)], lambda: Sma(2, 7), taker=4000, slip=300), 30)


def a_tenth_of_equity_each_time():
    compare(Case([drift(5, 600)], lambda: Sma(3, 9), taker=4000, stake=100000), 30)


def an_entry_that_opens_too_far_above_its_price_buys_what_its_cash_allows():
    compare(Case([drift(6, 900, gap=0.02)], lambda: Sma(2, 5), taker=4000, stake=100000, slip=600), 60)


def stops_and_targets_net_of_fees():
    compare(Case([drift(7, 2500)], lambda: SmaCross(), maker=1600, taker=2600, stake=100000), 40,
            ["stop", "target", "signal"])


def stops_and_targets_with_slippage_and_jumping_opens():
    compare(Case([drift(8, 2500, gap=0.006)], lambda: SmaCross(8, 6, 1.5, 2.0), maker=2500, taker=4000, slip=700,
                 stake=150000), 40, ["stop", "target", "signal"])


def stops_and_targets_so_near_that_one_candle_holds_both():
    compare(Case([drift(9, 2500, sigma=0.008)], lambda: SmaCross(6, 5, 0.3, 0.2), maker=100, taker=100, stake=100000),
            100, ["stop", "target"])


def all_cash_under_stops():
    compare(Case([drift(10, 2000)], lambda: SmaCross(10, 14), maker=1600, taker=2600), 40, ["stop", "target"])


def a_time_limit_ends_trades():
    compare(Case([drift(11, 900)], lambda: Sma(3, 9), taker=2600, stake=100000, hold=1500), 30, ["time", "signal"])


def a_stop_follows_the_best_price():
    compare(Case([drift(12, 900)], lambda: Sma(3, 12), taker=2600, slip=200, stake=100000, trail=12000), 20,
            ["trailing stop", "signal"])


def a_following_stop_beside_stop_and_target():
    compare(Case([drift(13, 2500)], lambda: SmaCross(), maker=1600, taker=2600, stake=100000, trail=20000), 40,
            ["trailing stop", "stop", "target"])


def two_pairs_of_different_spans_share_one_account():
    compare(Case([drift(14, 700), drift(15, 500, price=250000, decimals=2, symbol="ETH/USD", first=120)],
                 lambda: Sma(3, 9), taker=4000, slip=500, stake=120000), 50)


def silences_short_and_long():
    holes = set(range(50, 53)) | set(range(120, 132)) | set(range(200, 213)) | set(range(300, 420)) | {470}
    compare(Case([drift(16, 700, holes=holes)], lambda: Sma(2, 6), taker=2600), 30)


def a_later_start_after_a_warm_up():
    compare(Case([drift(17, 700)], lambda: Sma(3, 9), taker=2600, start=START + 86400,
                 words=["--start", "2024-01-02"]), 20)


TESTS = [
    all_cash_without_fees, all_cash_with_a_fee_on_both_sides, all_cash_with_slippage_on_both_sides,
    opens_that_jump_from_the_close_before, a_tenth_of_equity_each_time,
    an_entry_that_opens_too_far_above_its_price_buys_what_its_cash_allows, stops_and_targets_net_of_fees,
    stops_and_targets_with_slippage_and_jumping_opens, stops_and_targets_so_near_that_one_candle_holds_both,
    all_cash_under_stops, a_time_limit_ends_trades, a_stop_follows_the_best_price,
    a_following_stop_beside_stop_and_target, two_pairs_of_different_spans_share_one_account, silences_short_and_long,
    a_later_start_after_a_warm_up]


if __name__ == "__main__":
    run_all(TESTS)

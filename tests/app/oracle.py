# SPDX-License-Identifier: MIT
"""The indicators in their plainest form and in exact arithmetic: every window anew, sums and differences of doubles
without rounding, quotients to 150 digits. Slow, and right where a program of doubles may not be. A column is a list
with a value or None a candle; names are those that `cuttle indicator` prints."""
from decimal import Decimal, getcontext

getcontext().prec = 150
ZERO, HUNDRED = Decimal(0), Decimal(100)


class Market:
    """Candles as exact numbers."""

    def __init__(self, rows):  # of (open, high, low, close, volume), floats
        exact = [[Decimal(value) for value in row] for row in rows]
        self.open, self.high, self.low, self.close, self.volume = map(list, zip(*exact))
        self.count = len(rows)
        # The typical price is what doubles make of it, as in TA-Lib: whether it rose hangs on that.
        self.typical = [Decimal((row[1] + row[2] + row[3]) / 3) for row in rows]
        self.true_range = [None] + [
            max(self.high[i], self.close[i - 1]) - min(self.low[i], self.close[i - 1]) for i in range(1, self.count)]


def windows(values, period, function):
    """function(the last `period` values, oldest first); None until there are so many."""
    begin = next((i for i, value in enumerate(values) if value is not None), len(values))
    return [function(values[i - period + 1:i + 1]) if i - begin >= period - 1 else None for i in range(len(values))]


def mean(values):
    return sum(values, ZERO) / len(values)


def sma(values, period):
    return windows(values, period, mean)


def smooth(values, period, weight):
    """Seeded with the mean of the first `period`, then moved by `weight` towards each value."""
    out, seed, value = [], [], None
    for new in values:
        if new is None:
            out.append(None)
            continue
        if value is not None:
            value += (new - value) * weight
        else:
            seed.append(new)
            value = mean(seed) if len(seed) == period else None
        out.append(value)
    return out


def ema(values, period):
    return smooth(values, period, Decimal(2) / (period + 1))


def wilder(values, period):
    return smooth(values, period, Decimal(1) / period)


def wma(values, period):
    return windows(values, period, lambda w: sum((k + 1) * v for k, v in enumerate(w)) / (period * (period + 1) // 2))


def stddev(values, period):
    def of(window):
        middle = mean(window)
        return (sum((v - middle) ** 2 for v in window) / period).sqrt() if len(set(window)) > 1 else ZERO
    return windows(values, period, of)


def slope(values, period):
    def of(window):
        x, y = Decimal(period - 1) / 2, mean(window)
        return sum((k - x) * (v - y) for k, v in enumerate(window)) / sum((k - x) ** 2 for k in range(period))
    return windows(values, period, of)


def rsi(market, period):
    moves = [None] + [b - a for a, b in zip(market.close, market.close[1:])]
    gains = wilder([None if m is None else max(m, ZERO) for m in moves], period)
    losses = wilder([None if m is None else max(-m, ZERO) for m in moves], period)
    return [None if g is None else 100 * g / (g + l) if g + l else Decimal(50) for g, l in zip(gains, losses)]


def zip_none(function, *columns):
    return [None if None in row else function(*row) for row in zip(*columns)]


def macd(values, fast, slow, signal):
    """Both averages give their first value with the same candle, the fast one seeded just before it."""
    late = ema([None] * (slow - fast) + values[slow - fast:], fast)
    line = zip_none(lambda a, b: a - b, late, ema(values, slow))
    smoothed = ema(line, signal)
    line = zip_none(lambda a, b: a, line, smoothed)
    return line, smoothed, zip_none(lambda a, b: a - b, line, smoothed)


def directions(market, period):
    """ADX, +DI, -DI as TA-Lib reads Wilder: the first sums hold period - 1 moves."""
    plus = minus = reach = ZERO
    out_plus, out_minus, dx = [], [], []
    for i in range(market.count):
        if i > 0:
            up, down = market.high[i] - market.high[i - 1], market.low[i - 1] - market.low[i]
            if i >= period:
                plus, minus, reach = (x - x / period for x in (plus, minus, reach))
            plus += up if up > 0 and up > down else ZERO
            minus += down if down > 0 and down > up else ZERO
            reach += market.true_range[i]
        ready = i >= period
        p, m = (100 * x / reach if reach else ZERO for x in (plus, minus))
        out_plus.append(p if ready else None)
        out_minus.append(m if ready else None)
        dx.append((100 * abs(p - m) / (p + m) if p + m else None) if ready else None)
    out, value = [], None
    for i in range(market.count):
        if i == 2 * period - 1:
            value = sum((d or ZERO for d in dx[period:2 * period]), ZERO) / period
        elif i >= 2 * period and dx[i] is not None:
            value += (dx[i] - value) / period
        out.append(value)
    return out, out_plus, out_minus


def highest(values, period):
    return windows(values, period, max)


def lowest(values, period):
    return windows(values, period, min)


def raw_k(market, period):
    return zip_none(lambda c, h, l: 100 * (c - l) / (h - l) if h != l else ZERO, market.close,
                    highest(market.high, period), lowest(market.low, period))


def stochastic(market, period, slow, signal):
    k = sma(raw_k(market, period), slow)
    d = sma(k, signal)
    return zip_none(lambda a, b: a, k, d), d


def williams(market, period):
    return zip_none(lambda c, h, l: -100 * (h - c) / (h - l) if h != l else ZERO, market.close,
                    highest(market.high, period), lowest(market.low, period))


def cci(market, period):
    def of(window):
        middle = mean(window)
        deviation = sum((abs(v - middle) for v in window), ZERO) / period
        return (window[-1] - middle) / (Decimal("0.015") * deviation) if len(set(window)) > 1 else ZERO
    return windows(market.typical, period, of)


def mfi(market, period):
    flows = [None]
    for i in range(1, market.count):
        move = market.typical[i] - market.typical[i - 1]
        flow = market.typical[i] * market.volume[i]
        flows.append(flow if move > 0 else -flow if move < 0 else ZERO)

    def of(window):
        up, both = sum((f for f in window if f > 0), ZERO), sum(map(abs, window), ZERO)
        return 100 * up / both if both else Decimal(50)
    return windows(flows, period, of)


def obv(market):
    out, value = [], market.volume[0]
    for i in range(market.count):
        if i > 0:
            move = market.close[i] - market.close[i - 1]
            value += market.volume[i] if move > 0 else -market.volume[i] if move < 0 else ZERO
        out.append(value)
    return out


def roc(values, period):
    return [100 * (values[i] - values[i - period]) / values[i - period] if i >= period else None
            for i in range(len(values))]


def percentile_rank(values, period):
    def of(window):
        below = sum(v < window[-1] for v in window[:-1])
        equal = sum(v == window[-1] for v in window[:-1])
        return HUNDRED * (2 * below + equal) / (2 * period)
    return windows(values, period + 1, of)


def volume_ratio(values, period):
    def of(window):
        average = mean(window[:-1])
        if window[-1] < 1000 * average:
            return window[-1] / average
        return Decimal(1000) if window[-1] > 0 else Decimal(1)
    return windows(values, period + 1, of)


def vwap(market, period):
    values = zip_none(lambda t, v: (t, v), market.typical, market.volume)

    def of(window):
        volume = sum((v for _, v in window), ZERO)
        return sum(t * v for t, v in window) / volume if volume else window[-1][0]
    return windows(values, period, of)


def keltner(market, period, atr_period, factor):
    middle, atr = ema(market.close, period), wilder(market.true_range, atr_period)
    return (zip_none(lambda m, a: m + factor * a, middle, atr), zip_none(lambda m, a: m, middle, atr),
            zip_none(lambda m, a: m - factor * a, middle, atr))


def bollinger(values, period, factor):
    middle, reach = sma(values, period), stddev(values, period)
    return (zip_none(lambda m, r: m + factor * r, middle, reach), middle,
            zip_none(lambda m, r: m - factor * r, middle, reach))


class Shapes:
    """What the candle patterns look at, with TA-Lib's default settings; averages are of the candles before."""

    def __init__(self, market):
        self.m = market
        self.body = [abs(c - o) for o, c in zip(market.open, market.close)]
        self.range = [h - l for h, l in zip(market.high, market.low)]
        self.top = list(map(max, market.open, market.close))
        self.bottom = list(map(min, market.open, market.close))
        self.upper = [h - t for h, t in zip(market.high, self.top)]
        self.lower = [b - l for b, l in zip(self.bottom, market.low)]
        self.rise = [1 if c >= o else -1 for o, c in zip(market.open, market.close)]

    def body_mean(self, i):
        return sum(self.body[i - 10:i], ZERO) / 10

    def range_mean(self, i, period=10):
        return sum(self.range[i - period:i], ZERO) / period

    def engulfing(self, i):
        o, c = self.m.open, self.m.close
        if self.rise[i] == self.rise[i - 1]:
            return 0
        high, low = (c[i] - o[i - 1], c[i - 1] - o[i]) if self.rise[i] > 0 else (o[i] - c[i - 1], o[i - 1] - c[i])
        if min(high, low) < 0 or max(high, low) <= 0:
            return 0
        return self.rise[i] * (100 if high != 0 and low != 0 else 80)

    def small_with(self, i, long, short):
        return self.body[i] < self.body_mean(i) and long[i] > self.body[i] and short[i] * 10 < self.range_mean(i)

    def hammer(self, i):
        near = self.m.low[i - 1] + self.range_mean(i - 1, 5) / 5
        return 100 * (self.small_with(i, self.lower, self.upper) and self.bottom[i] <= near)

    def shooting_star(self, i):
        return -100 * (self.small_with(i, self.upper, self.lower) and self.bottom[i] > self.top[i - 1])

    def doji(self, i):
        return 100 * (self.body[i] * 10 <= self.range_mean(i))

    def star(self, i, rise):
        gap = self.bottom[i - 2] - self.top[i - 1] if rise > 0 else self.bottom[i - 1] - self.top[i - 2]
        back = rise * (self.m.close[i] - self.m.close[i - 2])
        return 100 * rise * (
            self.body[i - 2] > self.body_mean(i - 2) and self.rise[i - 2] == -rise and gap > 0 and
            self.body[i - 1] <= self.body_mean(i - 1) and self.body[i] > self.body_mean(i) and
            self.rise[i] == rise and back * 10 > self.body[i - 2] * 3)

    def morning_star(self, i):
        return self.star(i, 1)

    def evening_star(self, i):
        return self.star(i, -1)

    def piercing(self, i):
        o, c = self.m.open, self.m.close
        return 100 * (self.rise[i - 1] < 0 < self.rise[i] and self.body[i - 1] > self.body_mean(i - 1) and
                      self.body[i] > self.body_mean(i) and o[i] < self.m.low[i - 1] and c[i] < o[i - 1] and
                      (c[i] - c[i - 1]) * 2 > self.body[i - 1])

    def dark_cloud_cover(self, i):
        o, c = self.m.open, self.m.close
        return -100 * (self.rise[i] < 0 < self.rise[i - 1] and self.body[i - 1] > self.body_mean(i - 1) and
                       o[i] > self.m.high[i - 1] and c[i] > o[i - 1] and (c[i - 1] - c[i]) * 2 > self.body[i - 1])


PATTERNS = {"engulfing": 2, "hammer": 11, "shooting_star": 11, "doji": 10, "morning_star": 12, "evening_star": 12,
            "piercing": 11, "dark_cloud_cover": 11}  # and the first candle that has one


def patterns(market):
    shapes = Shapes(market)
    return {f"cdl_{name}": [Decimal(getattr(shapes, name)(i)) if i >= first else None for i in range(market.count)]
            for name, first in PATTERNS.items()}


def levels(market, period, tolerance, reach=2):
    """The most-touched level among the swing lows, and among the swing highs, of the last `period` candles."""
    def swings(values, sign):
        return [i for i in range(reach, market.count - reach)
                if all(sign * values[i] >= sign * values[i - k] and sign * values[i] > sign * values[i + k]
                       for k in range(1, reach + 1))]

    def best(prices, sign):
        """(price, touches): of equally many touches the outermost."""
        found = (ZERO, 0)
        for first in sorted(prices, reverse=sign > 0):
            group = [p for p in prices if (p >= first and p <= first * (1 + tolerance)) or p == first] if sign < 0 else \
                    [p for p in prices if p <= first and p >= first * (1 - tolerance)]
            if len(group) > found[1]:
                found = (mean(group), len(group))
        return found
    lows, highs = swings(market.low, -1), swings(market.high, 1)
    support, resistance, support_touches, resistance_touches = [], [], [], []
    for i in range(market.count):
        if i < period - 1:
            for column in (support, resistance, support_touches, resistance_touches):
                column.append(None)
            continue
        within = [[v[s] for s in found if i - period + reach < s <= i - reach]
                  for v, found in ((market.low, lows), (market.high, highs))]
        (low, low_count), (high, high_count) = best(within[0], -1), best(within[1], 1)
        support.append(low), resistance.append(high)
        support_touches.append(Decimal(low_count)), resistance_touches.append(Decimal(high_count))
    return support, resistance, support_touches, resistance_touches

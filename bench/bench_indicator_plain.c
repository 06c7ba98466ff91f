/* SPDX-License-Identifier: MIT */
/* The floors of the indicators' rows: textbook loops, every window looked at anew. */
#include <math.h>
#include <stdbool.h>

#include "bench_indicator.h"

/* The first candle of a window of n that ends with candle i. */
#define FIRST(n) (i + 1 - (n))

static double mean_close(const struct candle *c, size_t from, size_t to)
{
    double sum = 0;
    for (size_t k = from; k <= to; k++)
        sum += c[k].close;
    return sum / (double)(to + 1 - from);
}

static double deviation(const struct candle *c, size_t from, size_t to, double mean)
{
    double sum = 0;
    for (size_t k = from; k <= to; k++)
        sum += (c[k].close - mean) * (c[k].close - mean);
    return sqrt(sum / (double)(to + 1 - from));
}

static double range_of(const struct candle *c, size_t i)
{
    return fmax(c[i].high, c[i - 1].close) - fmin(c[i].low, c[i - 1].close);
}

static double highest(const struct candle *c, size_t from, size_t to)
{
    double high = c[from].high;
    for (size_t k = from + 1; k <= to; k++)
        high = c[k].high > high ? c[k].high : high;
    return high;
}

static double lowest(const struct candle *c, size_t from, size_t to)
{
    double low = c[from].low;
    for (size_t k = from + 1; k <= to; k++)
        low = c[k].low < low ? c[k].low : low;
    return low;
}

double plain_sma(const struct candle *c, size_t count)
{
    double total = 0, sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += c[i].close - (i >= 20 ? c[i - 20].close : 0);
        if (i >= 19)
            total += sum / 20;
    }
    return total;
}

double plain_ema(const struct candle *c, size_t count)
{
    double value = mean_close(c, 0, 19), total = value;
    for (size_t i = 20; i < count; i++)
        total += value += (c[i].close - value) * (2.0 / 21);
    return total;
}

double plain_wma(const struct candle *c, size_t count)
{
    double total = 0;
    for (size_t i = 19; i < count; i++) {
        double sum = 0;
        for (size_t k = 0; k < 20; k++)
            sum += (double)(k + 1) * c[FIRST(20) + k].close;
        total += sum / 210;
    }
    return total;
}

double plain_rsi(const struct candle *c, size_t count)
{
    double up = 0, down = 0, total = 0;
    for (size_t i = 1; i < count; i++) {
        const double move = c[i].close - c[i - 1].close, weight = i <= 14 ? 1 : 13.0 / 14;
        up = up * weight + (move > 0 ? move : 0) / (i <= 14 ? 1 : 14);
        down = down * weight - (move < 0 ? move : 0) / (i <= 14 ? 1 : 14);
        if (i == 14) {
            up /= 14;
            down /= 14;
        }
        if (i >= 14)
            total += 100 * up / (up + down);
    }
    return total;
}

double plain_true_range(const struct candle *c, size_t count)
{
    double total = 0;
    for (size_t i = 1; i < count; i++)
        total += range_of(c, i);
    return total;
}

double plain_atr(const struct candle *c, size_t count)
{
    double value = 0, total = 0;
    for (size_t i = 1; i < count; i++) {
        value = i <= 14 ? value + range_of(c, i) / 14 : (13 * value + range_of(c, i)) / 14;
        if (i >= 14)
            total += value;
    }
    return total;
}

double plain_bollinger(const struct candle *c, size_t count)
{
    double total = 0;
    for (size_t i = 19; i < count; i++) {
        const double mean = mean_close(c, FIRST(20), i);
        total += 2 * mean + 2 * deviation(c, FIRST(20), i, mean);
    }
    return total;
}

double plain_stddev(const struct candle *c, size_t count)
{
    double total = 0;
    for (size_t i = 19; i < count; i++)
        total += deviation(c, FIRST(20), i, mean_close(c, FIRST(20), i));
    return total;
}

double plain_keltner(const struct candle *c, size_t count)
{
    double middle = mean_close(c, 0, 19), range = 0, total = 0;
    for (size_t i = 1; i < count; i++) {
        range = i <= 10 ? range + range_of(c, i) / 10 : (9 * range + range_of(c, i)) / 10;
        if (i > 19)
            middle += (c[i].close - middle) * (2.0 / 21);
        if (i >= 19)
            total += 2 * middle + 2 * range;
    }
    return total;
}

double plain_macd(const struct candle *c, size_t count)
{
    double fast = mean_close(c, 14, 25), slow = mean_close(c, 0, 25), signal = 0, total = 0;
    for (size_t i = 25; i < count; i++) {
        if (i > 25) {
            fast += (c[i].close - fast) * (2.0 / 13);
            slow += (c[i].close - slow) * (2.0 / 27);
        }
        signal = i <= 33 ? signal + (fast - slow) / 9 : signal + (fast - slow - signal) * 0.2;
        if (i >= 33)
            total += fast - slow + signal;
    }
    return total;
}

double plain_adx(const struct candle *c, size_t count)
{
    double plus = 0, minus = 0, range = 0, adx = 0, total = 0;
    for (size_t i = 1; i < count; i++) {
        const double up = c[i].high - c[i - 1].high, down = c[i - 1].low - c[i].low;
        const double weight = i < 14 ? 1 : 13.0 / 14;
        plus = plus * weight + (up > down && up > 0 ? up : 0);
        minus = minus * weight + (down > up && down > 0 ? down : 0);
        range = range * weight + range_of(c, i);
        if (i < 14)
            continue;
        const double dx = 100 * fabs(plus - minus) / (plus + minus);
        adx = i <= 27 ? adx + dx / 14 : (13 * adx + dx) / 14;
        if (i >= 27)
            total += adx + 100 * (plus - minus) / range;
    }
    return total;
}

double plain_stochastic(const struct candle *c, size_t count)
{
    double raw[3] = {0}, k[3] = {0}, total = 0;
    for (size_t i = 13; i < count; i++) {
        const double high = highest(c, FIRST(14), i), low = lowest(c, FIRST(14), i);
        raw[i % 3] = 100 * (c[i].close - low) / (high - low);
        k[i % 3] = (raw[0] + raw[1] + raw[2]) / 3;
        if (i >= 17)
            total += k[i % 3] + (k[0] + k[1] + k[2]) / 3;
    }
    return total;
}

double plain_williams(const struct candle *c, size_t count)
{
    double total = 0;
    for (size_t i = 13; i < count; i++) {
        const double high = highest(c, FIRST(14), i), low = lowest(c, FIRST(14), i);
        total -= 100 * (high - c[i].close) / (high - low);
    }
    return total;
}

double plain_cci(const struct candle *c, size_t count)
{
    double total = 0;
    for (size_t i = 19; i < count; i++) {
        double mean = 0, distance = 0;
        for (size_t k = FIRST(20); k <= i; k++)
            mean += candle_typical(&c[k]) / 20;
        for (size_t k = FIRST(20); k <= i; k++)
            distance += fabs(candle_typical(&c[k]) - mean) / 20;
        total += (candle_typical(&c[i]) - mean) / (0.015 * distance);
    }
    return total;
}

double plain_mfi(const struct candle *c, size_t count)
{
    double total = 0;
    for (size_t i = 14; i < count; i++) {
        double up = 0, down = 0;
        for (size_t k = FIRST(14); k <= i; k++) {
            const double now = candle_typical(&c[k]), before = candle_typical(&c[k - 1]);
            up += now > before ? now * c[k].volume : 0;
            down += now < before ? now * c[k].volume : 0;
        }
        total += 100 * up / (up + down);
    }
    return total;
}

double plain_obv(const struct candle *c, size_t count)
{
    double value = c[0].volume, total = value;
    for (size_t i = 1; i < count; i++) {
        const double move = c[i].close - c[i - 1].close;
        total += value += move > 0 ? c[i].volume : move < 0 ? -c[i].volume : 0;
    }
    return total;
}

double plain_roc(const struct candle *c, size_t count)
{
    double total = 0;
    for (size_t i = 10; i < count; i++)
        total += 100 * (c[i].close / c[i - 10].close - 1);
    return total;
}

double plain_slope(const struct candle *c, size_t count)
{
    double total = 0;
    for (size_t i = 19; i < count; i++) {
        double moment = 0;
        for (size_t k = 0; k < 20; k++)
            moment += ((double)k - 9.5) * c[FIRST(20) + k].close;
        total += moment / 665;
    }
    return total;
}

double plain_extremes(const struct candle *c, size_t count)
{
    double total = 0;
    for (size_t i = 19; i < count; i++)
        total += highest(c, FIRST(20), i) - lowest(c, FIRST(20), i);
    return total;
}

double plain_percentile_rank(const struct candle *c, size_t count)
{
    double total = 0;
    for (size_t i = 100; i < count; i++) {
        int halves = 0;
        for (size_t k = i - 100; k < i; k++)
            halves += (c[k].volume < c[i].volume) + (c[k].volume <= c[i].volume);
        total += halves / 2.0;
    }
    return total;
}

double plain_volume_ratio(const struct candle *c, size_t count)
{
    double total = 0;
    for (size_t i = 20; i < count; i++) {
        double sum = 0;
        for (size_t k = i - 20; k < i; k++)
            sum += c[k].volume;
        total += c[i].volume / (sum / 20);
    }
    return total;
}

double plain_vwap(const struct candle *c, size_t count)
{
    double total = 0;
    for (size_t i = 19; i < count; i++) {
        double money = 0, volume = 0;
        for (size_t k = FIRST(20); k <= i; k++) {
            money += candle_typical(&c[k]) * c[k].volume;
            volume += c[k].volume;
        }
        total += money / volume;
    }
    return total;
}

/* Of the swings of one side (sign 1: highs) the most within the tolerance of the highest of them:
 * its mean and their number. */
static double level(const double *prices, size_t count, double sign)
{
    double best = 0, best_price = 0, best_top = 0;
    for (size_t k = 0; k < count; k++) {
        double touches = 0, sum = 0;
        for (size_t j = 0; j < count; j++) {
            const double below = sign * (prices[k] - prices[j]);
            const bool near = below >= 0 && below <= 0.0005 * prices[k];
            touches += near;
            sum += near ? prices[j] : 0;
        }
        if (touches > best || (touches == best && sign * prices[k] > sign * best_top)) {
            best = touches;
            best_price = sum / touches;
            best_top = prices[k];
        }
    }
    return best_price + best;
}

double plain_levels(const struct candle *c, size_t count)
{
    double total = 0;
    for (size_t i = 99; i < count; i++) {
        double highs[40], lows[40];
        size_t high_count = 0, low_count = 0;
        for (size_t s = FIRST(100) + 2; s + 2 <= i; s++) {
            if (c[s].high >= c[s - 1].high && c[s].high >= c[s - 2].high &&
                c[s].high > c[s + 1].high && c[s].high > c[s + 2].high)
                highs[high_count++] = c[s].high;
            if (c[s].low <= c[s - 1].low && c[s].low <= c[s - 2].low && c[s].low < c[s + 1].low &&
                c[s].low < c[s + 2].low)
                lows[low_count++] = c[s].low;
        }
        total += level(highs, high_count, 1) + level(lows, low_count, -1);
    }
    return total;
}

static double body_of(const struct candle *c)
{
    return fabs(c->close - c->open);
}

static double mean_body(const struct candle *c)
{
    double sum = 0;
    for (int k = -10; k < 0; k++)
        sum += body_of(&c[k]);
    return sum / 10;
}

static double mean_range(const struct candle *c, int candles)
{
    double sum = 0;
    for (int k = -candles; k < 0; k++)
        sum += c[k].high - c[k].low;
    return sum / candles;
}

static bool rises(const struct candle *c)
{
    return c->close >= c->open;
}

static double top_of(const struct candle *c)
{
    return fmax(c->open, c->close);
}

static double bottom_of(const struct candle *c)
{
    return fmin(c->open, c->close);
}

static bool star(const struct candle *c)
{
    return body_of(&c[-2]) > mean_body(&c[-2]) && body_of(&c[-1]) <= mean_body(&c[-1]) &&
           body_of(c) > mean_body(c) && rises(c) != rises(&c[-2]);
}

/* The masks' bits in the order of enum pattern. */
static int rising_mask(const struct candle *c)
{
    const bool covers = top_of(c) >= top_of(&c[-1]) && bottom_of(c) <= bottom_of(&c[-1]) &&
                        rises(c) && !rises(&c[-1]);
    const bool above = top_of(c) > top_of(&c[-1]), below = bottom_of(c) < bottom_of(&c[-1]);
    const bool long_shadow = bottom_of(c) - c->low > body_of(c);
    const bool hammer = body_of(c) < mean_body(c) && long_shadow &&
                        c->high - top_of(c) < 0.1 * mean_range(c, 10) &&
                        bottom_of(c) <= c[-1].low + 0.2 * mean_range(&c[-1], 5);
    const bool morning = star(c) && rises(c) && top_of(&c[-1]) < bottom_of(&c[-2]) &&
                         c->close > c[-2].close + 0.3 * body_of(&c[-2]);
    const bool piercing = !rises(&c[-1]) && rises(c) && body_of(&c[-1]) > mean_body(&c[-1]) &&
                          body_of(c) > mean_body(c) && c->open < c[-1].low &&
                          c->close < c[-1].open && c->close > c[-1].close + 0.5 * body_of(&c[-1]);
    return (covers && (above || below)) + 2 * hammer + 8 * (body_of(c) <= 0.1 * mean_range(c, 10)) +
           16 * morning + 64 * piercing + 256 * (covers && above != below);
}

static int falling_mask(const struct candle *c)
{
    const bool covers = top_of(c) >= top_of(&c[-1]) && bottom_of(c) <= bottom_of(&c[-1]) &&
                        !rises(c) && rises(&c[-1]);
    const bool above = top_of(c) > top_of(&c[-1]), below = bottom_of(c) < bottom_of(&c[-1]);
    const bool shooting = body_of(c) < mean_body(c) && c->high - top_of(c) > body_of(c) &&
                          bottom_of(c) - c->low < 0.1 * mean_range(c, 10) &&
                          bottom_of(c) > top_of(&c[-1]);
    const bool evening = star(c) && !rises(c) && bottom_of(&c[-1]) > top_of(&c[-2]) &&
                         c->close < c[-2].close - 0.3 * body_of(&c[-2]);
    const bool cloud = rises(&c[-1]) && !rises(c) && body_of(&c[-1]) > mean_body(&c[-1]) &&
                       c->open > c[-1].high && c->close > c[-1].open &&
                       c->close < c[-1].close - 0.5 * body_of(&c[-1]);
    return (covers && (above || below)) + 4 * shooting + 32 * evening + 128 * cloud +
           256 * (covers && above != below);
}

double plain_patterns(const struct candle *c, size_t count)
{
    double total = 0;
    for (size_t i = 12; i < count; i++)
        total += rising_mask(&c[i]) + falling_mask(&c[i]);
    return total;
}

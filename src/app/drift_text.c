/* SPDX-License-Identifier: MIT */
/* A difference in words. */
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "app/drift.h"
#include "core/base/timestamp.h"

#define WORD 64

/* A text that is cut, never overrun. */
struct words {
    char *out;
    size_t size, len;
};

static void say(struct words *words, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(struct words *words, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    const size_t room = words->size - words->len;
    const int wrote = vsnprintf(words->out + words->len, room, format, values);
    va_end(values);
    words->len += wrote < 0 ? 0 : (size_t)wrote < room ? (size_t)wrote : room - 1;
}

static const char *say_time(char text[WORD], int64_t time_ns)
{
    timestamp_format(text, time_ns, 0);
    text[10] = ' ';
    text[19] = '\0';
    return text;
}

/* As finely as the prices are told: their difference is the point. */
static const char *say_price(char text[WORD], double price, const struct pair *terms)
{
    sentence_price(text, WORD, price, terms->price_decimals);
    return text;
}

/* An average lies between the ticks. */
static const char *say_average(char text[WORD], const struct drift_fills *fills,
                               const struct pair *terms)
{
    const bool one = fills->low_ticks == fills->high_ticks;
    sentence_price(text, WORD, drift_price(fills, terms), terms->price_decimals + (one ? 0 : 2));
    return text;
}

static const char *say_qty(char text[WORD], int64_t lots, const struct pair *terms)
{
    sentence_decimal(text, WORD, lots, terms->qty_decimals);
    return text;
}

static const char *say_money(char text[WORD], int64_t money)
{
    sentence_money(text, WORD, money);
    return text;
}

static const char *const sides[] = {"the session", "the re-run"};

static void say_candle(struct words *words, const struct candle *candle, const struct pair *terms)
{
    char open[WORD], high[WORD], low[WORD], close[WORD];
    say(words, "open %s, high %s, low %s, close %s, volume %g",
        say_price(open, candle->open, terms), say_price(high, candle->high, terms),
        say_price(low, candle->low, terms), say_price(close, candle->close, terms), candle->volume);
}

static double field_of(const struct candle *candle, enum drift_field field)
{
    const double values[] = {0,           candle->open,  candle->high,
                             candle->low, candle->close, candle->volume};
    return values[field];
}

static void say_data(struct words *words, const struct drift_difference *d)
{
    char time[WORD];
    say(words, "the candle of %s: ", say_time(time, d->time_ns));
    if (d->field == DRIFT_CANDLE) {
        const bool session = d->has[DRIFT_SESSION];
        say(words, "%s ", session ? "the session had" : "the session had none, the store has");
        say_candle(words, &d->candles[session ? DRIFT_SESSION : DRIFT_RERUN], &d->terms);
        say(words, session ? "; the store has none." : ".");
        return;
    }
    char a[JSON_REAL_TEXT_MAX], b[JSON_REAL_TEXT_MAX];
    json_real_text(a, field_of(&d->candles[DRIFT_SESSION], d->field));
    json_real_text(b, field_of(&d->candles[DRIFT_RERUN], d->field));
    say(words, "its %s is %s in the session and %s in the store.", drift_field_names[d->field], a,
        b);
}

static const char *value_or(const char *value)
{
    return value[0] != '\0' ? value : "empty";
}

static void say_options(struct words *words, const struct drift_page *page)
{
    const struct drift_options *options = page->options;
    say(words, "%s",
        page->options_given ? "the re-run was given other options: "
                            : "the session was started again with other options, and the re-run "
                              "takes them too from there: ");
    for (uint32_t i = 0; i < options->count && i < DRIFT_OPTION_MAX; i++) {
        const struct drift_option *option = &options->list[i];
        const char *session = value_or(option->session), *rerun = value_or(option->rerun);
        say(words, "%s%s", i > 0 ? "; " : "", option->name);
        if (page->options_given) {
            say(words, " is %s in the session and %s in the re-run", session, rerun);
        } else {
            say(words, " was %s and is now %s", rerun, session);
        }
    }
    if (options->count > DRIFT_OPTION_MAX) {
        say(words, "; and %u more", options->count - DRIFT_OPTION_MAX);
    }
    say(words, ".");
}

/* "the session bought 0.5 at 64,210.5 (2024-01-01 12:00:03)". */
static void say_fills(struct words *words, const struct drift_difference *d, enum drift_side side)
{
    char qty[WORD], price[WORD], time[WORD];
    const struct drift_fills *fills = &d->fills[side];
    const char *done = d->exit ? "sold" : "bought";
    if (fills->count == 0 && d->ended[side]) {
        say(words, "%s ended its order and never %s", sides[side], done);
        return;
    }
    if (fills->count == 0) {
        say(words, "%s had not %s by then", sides[side], done);
        return;
    }
    static const char *const by[] = {[DRIFT_BY_MARKET] = "",
                                     [DRIFT_BY_LIMIT] = "",
                                     [DRIFT_BY_STOP] = " by its stop",
                                     [DRIFT_BY_TARGET] = " by its target"};
    say(words, "%s %s %s %s%s at %s%s (%s)", sides[side], done,
        say_qty(qty, fills->qty_lots, &d->terms), d->terms.base, by[fills->by],
        fills->low_ticks == fills->high_ticks ? "" : "an average of ",
        say_average(price, fills, &d->terms), say_time(time, fills->first_ns));
}

static void say_gap(struct words *words, double bps)
{
    if (fabs(bps) < 0.005) {
        say(words, "the same price");
    } else {
        say(words, "%.2f bps %s for the session", fabs(bps), bps > 0 ? "worse" : "better");
    }
}

static void say_delay(struct words *words, const struct drift_difference *d)
{
    char text[WORD];
    sentence_duration(text, sizeof text, d->delay_ns < 0 ? -d->delay_ns : d->delay_ns);
    say(words, "the session was %s %s", text, d->delay_ns > 0 ? "later" : "earlier");
}

static void say_both_fills(struct words *words, const struct drift_difference *d)
{
    say_fills(words, d, DRIFT_SESSION);
    say(words, "; ");
    say_fills(words, d, DRIFT_RERUN);
}

static bool ended_apart(enum drift_by a, enum drift_by b)
{
    return (a == DRIFT_BY_STOP && b == DRIFT_BY_TARGET) ||
           (a == DRIFT_BY_TARGET && b == DRIFT_BY_STOP);
}

static void say_latency(struct words *words, const struct drift_difference *d)
{
    const struct drift_fills *a = &d->fills[DRIFT_SESSION], *b = &d->fills[DRIFT_RERUN];
    say(words, "the same order was not filled alike: ");
    say_both_fills(words, d);
    if (a->count > 0 && b->count > 0 && a->candle_ns != b->candle_ns) {
        say(words, ": ");
        say_delay(words, d);
        say(words, ", and had ");
        say_gap(words, d->gap_bps);
    } else if (a->count > 0 && b->count > 0) {
        say(words, ": a part of it only");
    }
    say(words, ".");
}

static void say_fees(struct words *words, const struct drift_difference *d)
{
    char a[WORD], b[WORD];
    say(words, "the same fill at the same price, and other fees: ");
    say_fills(words, d, DRIFT_SESSION);
    say(words, " and paid %s; the re-run pays %s.", say_money(a, d->fills[DRIFT_SESSION].fee),
        say_money(b, d->fills[DRIFT_RERUN].fee));
}

static const char *name_of(const struct vote *vote, const struct sentence_names *names)
{
    return vote->strategy < names->strategy_count ? names->strategies[vote->strategy] : "?";
}

/* The vote of the strategy of that name; NULL: it had nothing to say. */
static const struct vote *vote_of(const struct record *record, const struct sentence_names *names,
                                  const char *name)
{
    for (uint32_t i = 0; i < record->vote_count; i++) {
        if (strcmp(name_of(&record->votes[i], names), name) == 0) {
            return &record->votes[i];
        }
    }
    return NULL;
}

static void say_vote(struct words *words, const char *name, const struct vote *a,
                     const struct vote *b)
{
    if (a->direction != b->direction || a->reason != b->reason) {
        say(words, "; %s says %s in the session and %s in the re-run", name,
            sentence_reason_word((enum signal_reason)a->reason),
            sentence_reason_word((enum signal_reason)b->reason));
    } else if (a->strength != b->strength || a->confidence != b->confidence) {
        say(words, "; %s has confidence %.4g in the session and %.4g in the re-run", name,
            a->confidence, b->confidence);
    } else if (a->stop != b->stop || a->target != b->target) {
        say(words, "; %s wants other exits", name);
    }
}

/* What in two decisions differs, beyond their sentences. */
static void say_votes(struct words *words, const struct drift_difference *d,
                      const struct sentence_names *names)
{
    for (uint32_t side = 0; side < DRIFT_SIDES; side++) {
        const struct record *record = &d->records[side], *other = &d->records[!side];
        for (uint32_t i = 0; i < record->vote_count; i++) {
            const char *name = name_of(&record->votes[i], &names[side]);
            const struct vote *vote = vote_of(other, &names[!side], name);
            if (vote == NULL) {
                say(words, "; only %s heard %s", sides[side], name);
            } else if (side == DRIFT_SESSION) {
                say_vote(words, name, &record->votes[i], vote);
            }
        }
    }
}

static void say_decision(struct words *words, const struct drift_difference *d,
                         const struct sentence_names *names)
{
    char sentence[SENTENCE_MAX];
    const struct record *a = &d->records[DRIFT_SESSION], *b = &d->records[DRIFT_RERUN];
    for (uint32_t side = 0; side < DRIFT_SIDES; side++) {
        const struct record *record = &d->records[side];
        if (d->has[side]) {
            sentence_record(sentence, sizeof sentence, record, &names[side]);
        }
        say(words, "%s: %s", side == DRIFT_SESSION ? "In the session" : " In the re-run",
            d->has[side] ? sentence : "nothing was to be decided.");
    }
    if (!d->has[DRIFT_SESSION] || !d->has[DRIFT_RERUN]) {
        return;
    }
    say(words, " What differs: %s and %s", sentence_verdict_word(a->verdict),
        sentence_verdict_word(b->verdict));
    if (a->confidence != b->confidence) {
        say(words, "; confidence %.4g and %.4g", a->confidence, b->confidence);
    }
    say_votes(words, d, names);
    say(words, ".");
}

static void say_orders(struct words *words, const struct drift_difference *d)
{
    char qty[WORD], cash[WORD], limit[WORD];
    const char *const gaps[] = {"after the same decision ", "; "};
    for (uint32_t side = 0; side < DRIFT_SIDES; side++) {
        const struct order *order = &d->orders[side];
        say(words, "%s%s ", gaps[side], sides[side]);
        if (!d->has[side]) {
            say(words, "placed nothing");
            continue;
        }
        say(words, "wanted to buy %s %s for %s at most", say_qty(qty, order->qty_lots, &d->terms),
            d->terms.base, say_money(cash, order->cash));
        if (order->limit_ticks > 0) {
            say(words, ", up to %s",
                say_price(limit, pair_price_to_double(&d->terms, order->limit_ticks), &d->terms));
        }
    }
    say(words, ".");
}

static void say_hand(struct words *words, const struct drift_difference *d,
                     const struct sentence_names *names)
{
    char time[WORD];
    say_time(time, d->command_ns);
    if (d->note == NOTE_FOREIGN) {
        say(words, "another client is on this account (told %s)", time);
    } else if (d->note != NOTE_NONE) {
        say(words, "an order or a fill that was not ours stopped entries (%s)", time);
    } else if (d->command == COMMAND_HOLD) {
        say(words, "the disk took nothing, so entries were held back (%s)", time);
    } else {
        say(words, "the operator's %s (%s)", sentence_command_word(d->command), time);
    }
    say(words, ", which a backtest has not. It shows here: ");
    if (d->fills[0].count > 0 || d->fills[1].count > 0 || d->ended[0] || d->ended[1]) {
        say_both_fills(words, d);
        say(words, ".");
    } else if (d->ordered) {
        say_orders(words, d);
    } else {
        say_decision(words, d, names);
    }
}

size_t drift_sentence(char *out, size_t size, const struct drift_difference *d,
                      const struct drift_page *page)
{
    struct words words = {out, size, 0};
    out[0] = '\0';
    switch (d->cause) {
    case DRIFT_NONE:
    case DRIFT_CAUSE_COUNT:
        break;
    case DRIFT_DATA:
        say_data(&words, d);
        break;
    case DRIFT_CONFIGURATION:
        say_options(&words, page);
        break;
    case DRIFT_ACCOUNT:
        say_hand(&words, d, page->names);
        break;
    case DRIFT_FILL_PRICE:
        say(&words, "%s",
            d->exit ? "the same trade was sold in the same candle, at another price: "
                    : "the same order in the same candle, at another price: ");
        say_both_fills(&words, d);
        say(&words, ": ");
        say_gap(&words, d->gap_bps);
        if (ended_apart(d->fills[0].by, d->fills[1].by)) {
            say(&words, ". A candle does not say which came first; where it holds both, a backtest "
                        "takes the stop");
        }
        say(&words, "%s.",
            d->fills[0].qty_lots < d->fills[1].qty_lots ? ", and only a part of it" : "");
        break;
    case DRIFT_LATENCY:
        say_latency(&words, d);
        break;
    case DRIFT_REFUSED:
        say(&words, "the order was refused (%s): ", sentence_reject_word(d->reject));
        say_both_fills(&words, d);
        say(&words, ".");
        break;
    case DRIFT_FEES:
        say_fees(&words, d);
        break;
    case DRIFT_DECISION:
        if (d->ordered) {
            say_orders(&words, d);
        } else {
            say_decision(&words, d, page->names);
        }
        break;
    }
    return words.len;
}

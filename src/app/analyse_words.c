/* SPDX-License-Identifier: MIT */
/* Splits, values and findings in words. */
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "app/analyse.h"
#include "operator/sentence/sentence_table.h"

static const struct {
    const char *word, *heading;
    enum analyse_split splits[2];
} asks[] = {
    {"hour", "by hour of opening, UTC", {ANALYSE_HOUR, ANALYSE_SPLIT_COUNT}},
    {"weekday", "by weekday of opening, UTC", {ANALYSE_WEEKDAY, ANALYSE_SPLIT_COUNT}},
    {"weekend", "by weekend", {ANALYSE_WEEKEND, ANALYSE_SPLIT_COUNT}},
    {"session",
     "by session: Asia 00-08, Europe 07-16, US 13-22 UTC; a trade may lie in two",
     {ANALYSE_SESSION, ANALYSE_SPLIT_COUNT}},
    {"pair", "by pair", {ANALYSE_PAIR, ANALYSE_SPLIT_COUNT}},
    {"strategy",
     "by strategy; a trade of several counts for each",
     {ANALYSE_STRATEGY, ANALYSE_SPLIT_COUNT}},
    {"side", "by side", {ANALYSE_SIDE, ANALYSE_SPLIT_COUNT}},
    {"regime", "by regime at the entry", {ANALYSE_REGIME, ANALYSE_SPLIT_COUNT}},
    {"volatility", "by volatility at the entry", {ANALYSE_VOLATILITY, ANALYSE_SPLIT_COUNT}},
    {"hold", "by time held, which is known at the end only", {ANALYSE_HOLD, ANALYSE_SPLIT_COUNT}},
    {"decile", "by tenth of the model's probability", {ANALYSE_DECILE, ANALYSE_SPLIT_COUNT}},
    {"weekend-side", "by weekend and side", {ANALYSE_WEEKEND, ANALYSE_SIDE}},
    {"weekend-pair", "by weekend and pair", {ANALYSE_WEEKEND, ANALYSE_PAIR}},
    {"weekend-strategy", "by weekend and strategy", {ANALYSE_WEEKEND, ANALYSE_STRATEGY}},
    {"session-pair", "by session and pair", {ANALYSE_SESSION, ANALYSE_PAIR}},
    {"session-strategy", "by session and strategy", {ANALYSE_SESSION, ANALYSE_STRATEGY}},
    {"pair-strategy", "by pair and strategy", {ANALYSE_PAIR, ANALYSE_STRATEGY}},
    {"regime-strategy", "by regime and strategy", {ANALYSE_REGIME, ANALYSE_STRATEGY}},
};
#define ASK_COUNT (sizeof asks / sizeof asks[0])

static const char *const weekdays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                       "Friday", "Saturday", "Sunday"};
static const char *const sessions[] = {"Asia", "Europe", "US", "22-24"};
static const char *const holds[] = {"under 15 min", "15 min to 1 h", "1 h to 4 h", "4 h to 12 h",
                                    "12 h to 24 h", "1 to 3 d",      "3 d or more"};

uint32_t analyse_ask_count(void)
{
    return ASK_COUNT;
}

const char *analyse_ask_word(uint32_t ask)
{
    return asks[ask].word;
}

const char *analyse_ask_heading(uint32_t ask)
{
    return asks[ask].heading;
}

bool analyse_ask_find(const char *word, int *ret_ask)
{
    for (size_t i = 0; i < ASK_COUNT; i++) {
        if (strcmp(asks[i].word, word) == 0) {
            *ret_ask = (int)i;
            return true;
        }
    }
    return false;
}

bool analyse_ask_has(uint32_t ask, const struct analyse_cell *cell)
{
    return cell->splits[0] == asks[ask].splits[0] && cell->splits[1] == asks[ask].splits[1];
}

/* A text that is cut, never overrun. */
struct words {
    char *out;
    size_t len;
};

static void say(struct words *words, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(struct words *words, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    const size_t room = ANALYSE_TEXT_MAX - words->len;
    const int wrote = vsnprintf(words->out + words->len, room, format, values);
    va_end(values);
    words->len += wrote < 0 ? 0 : (size_t)wrote < room ? (size_t)wrote : room - 1;
}

static void say_value(struct words *words, const struct analyse_page *page,
                      enum analyse_split split, uint32_t value)
{
    const struct analyse_book *book = page->book;
    const double *bounds = page->analysis->deciles;
    if (analyse_unknown(&page->analysis->config, split, value)) {
        say(words, "not known");
        return;
    }
    switch (split) {
    case ANALYSE_HOUR:
        say(words, "%02u:00", value);
        break;
    case ANALYSE_WEEKDAY:
        say(words, "%s", weekdays[value]);
        break;
    case ANALYSE_WEEKEND:
        say(words, "%s", value ? "weekends" : "weekdays");
        break;
    case ANALYSE_SESSION:
        say(words, "%s", sessions[value]);
        break;
    case ANALYSE_PAIR:
        say(words, "%s", book->pairs[value]);
        break;
    case ANALYSE_STRATEGY:
        say(words, "%s", book->strategies[value]);
        break;
    case ANALYSE_SIDE:
        say(words, "%s", value ? "shorts" : "longs");
        break;
    case ANALYSE_REGIME:
        say(words, "%s", sentence_way_row(value)->word);
        break;
    case ANALYSE_VOLATILITY:
        say(words, "%s", sentence_volatility_row(value)->word);
        break;
    case ANALYSE_HOLD:
        say(words, "%s", holds[value]);
        break;
    case ANALYSE_DECILE:
        say(words, "%u: %.3f to %.3f", value + 1, bounds[value], bounds[value + 1]);
        break;
    case ANALYSE_SPLIT_COUNT:
        say(words, "all");
        break;
    }
}

void analyse_value_text(char *out, const struct analyse_page *page, const struct analyse_cell *cell)
{
    struct words words = {out, 0};
    say_value(&words, page, cell->splits[0], cell->values[0]);
    if (cell->splits[1] != ANALYSE_SPLIT_COUNT) {
        say(&words, ", ");
        say_value(&words, page, cell->splits[1], cell->values[1]);
    }
}

/* What stands behind "trades", round the value. Of the side nothing does: it is the noun. */
static const struct {
    const char *before, *behind;
} phrases[ANALYSE_SPLIT_COUNT + 1] = {
    [ANALYSE_HOUR] = {" opened in the hour from ", ""},
    [ANALYSE_WEEKDAY] = {" of a ", ""},
    [ANALYSE_WEEKEND] = {" on ", ""},
    [ANALYSE_SESSION] = {" in the session ", ""},
    [ANALYSE_PAIR] = {" of ", ""},
    [ANALYSE_STRATEGY] = {" by ", ""},
    [ANALYSE_REGIME] = {" in a ", " market"},
    [ANALYSE_VOLATILITY] = {" in ", " volatility"},
    [ANALYSE_HOLD] = {" held for ", ""},
    [ANALYSE_DECILE] = {" of the model's tenth ", ""},
};

static void say_which(struct words *words, const struct analyse_page *page,
                      enum analyse_split split, uint32_t value)
{
    if (phrases[split].before != NULL) {
        say(words, "%s", phrases[split].before);
        say_value(words, page, split, value);
        say(words, "%s", phrases[split].behind);
    }
}

void analyse_subject_text(char *out, const struct analyse_page *page,
                          const struct analyse_cell *cell)
{
    struct words words = {out, 0};
    const char *noun = "trades";
    for (int i = 0; i < 2; i++) {
        if (cell->splits[i] == ANALYSE_SIDE) {
            noun = cell->values[i] ? "shorts" : "longs";
        }
    }
    say(&words, "%s", noun);
    /* When they were stands last. */
    const bool turn = cell->splits[0] == ANALYSE_WEEKEND || cell->splits[0] == ANALYSE_SESSION ||
                      cell->splits[0] == ANALYSE_REGIME;
    for (int i = 0; i < 2; i++) {
        const int at = turn ? 1 - i : i;
        say_which(&words, page, cell->splits[at], cell->values[at]);
    }
}

/* What stands out is the difference to the others; which way it goes, and whether there is a loss
 * or a gain at all, are two questions. */
static const char *verb_of(const struct analyse_row *row)
{
    const bool worse = row->mean < row->rest;
    return row->high < 0  ? worse ? "lose" : "lose less than the others"
           : row->low > 0 ? worse ? "gain less than the others" : "gain"
           : worse        ? "do worse than the others"
                          : "do better than the others";
}

void analyse_insight_text(char *out, const struct analyse_page *page, uint32_t insight)
{
    const struct analysis *analysis = page->analysis;
    const struct analyse_insight *found = &analysis->insights[insight];
    const struct analyse_row *row = &found->row;
    char subject[ANALYSE_TEXT_MAX];
    struct words words = {out, 0};
    analyse_subject_text(subject, page, &row->cell);
    say(&words, "%s%s %s: %u trades, %+.2f %% each, 95 %% interval %+.2f to %+.2f",
        found->of_rest ? "of the rest, " : "", subject, verb_of(row), row->count, row->mean * 100,
        row->low * 100, row->high * 100);
    say(&words, "; all others %+.2f %%, p %.2g", row->rest * 100, row->p);
    say(&words, ". Chosen from %u questions: allow for %+.2f to %+.2f", found->asked,
        found->low * 100, found->high * 100);
    if (row->cell.splits[0] == ANALYSE_HOLD) {
        say(&words, ". It is known at the end only");
    }
}

/* Two digits that count: "about 430". */
static void say_about(struct words *words, double number)
{
    const double unit = pow(10, fmax(floor(log10(number)) - 1, 0));
    if (number < 1e6) {
        say(words, "about %.0f", ceil(number / unit) * unit);
    } else {
        say(words, "more than a million");
    }
}

void analyse_silence_text(char *out, const struct analyse_page *page)
{
    const struct analysis *analysis = page->analysis;
    char subject[ANALYSE_TEXT_MAX];
    struct words words = {out, 0};
    if (analysis->count == 0) {
        say(&words, "No trade is there to be analysed.");
        return;
    }
    if (analysis->asked == 0) {
        say(&words,
            "Nothing could be asked: no split has %u trades, and %u others, that differ in what "
            "they brought and when.",
            analysis->config.support, analysis->config.support);
        return;
    }
    const struct analyse_row *row = &analysis->rows[analysis->largest];
    analyse_subject_text(subject, page, &row->cell);
    say(&words,
        "Nothing stands out: %u questions were asked of %zu trades. The largest difference, %s "
        "(%u trades, %+.2f %% each, all others %+.2f %%), would take ",
        analysis->asked, analysis->count, subject, row->count, row->mean * 100, row->rest * 100);
    say_about(&words, analysis->more);
    say(&words, " more trades to be seen, if it is as large as it looks.");
}

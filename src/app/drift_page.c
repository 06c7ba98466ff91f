/* SPDX-License-Identifier: MIT */
/* What `cuttle drift` found: the page for a terminal. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "app/drift.h"
#include "core/base/timestamp.h"

#define CELL 40
#define WIDTH 96

static const char *const part_help[DRIFT_PART_COUNT] = {
    [DRIFT_PART_PRICE] = "price gap x quantity, filled in the same candle",
    [DRIFT_PART_LATENCY] = "price gap x quantity, filled in another candle",
    [DRIFT_PART_FEES] = "of trades that both made",
    [DRIFT_PART_SIZE] = "other quantities: filled in part, or equity had become another",
    [DRIFT_PART_SESSION] = "trades that the re-run did not make",
    [DRIFT_PART_RERUN] = "trades that the session did not make",
    [DRIFT_PART_OPEN] = "trades that were not closed on both sides",
    [DRIFT_PART_OTHER] = "none of these",
};

static const char *put_time(char text[CELL], int64_t time_ns)
{
    timestamp_format(text, time_ns, 0);
    text[10] = ' ';
    text[16] = '\0';
    return text;
}

/* Cents are enough for a page that is read; less than one shows as it is. */
static const char *put_money(char text[CELL], int64_t money)
{
    sentence_money(text, CELL,
                   llabs(money) >= 1000000 ? llround((double)money / 1e6) * 1000000 : money);
    return text;
}

/* A paragraph, folded at spaces and set in. */
static void print_folded(FILE *out, const char *text)
{
    size_t column = 0;
    while (*text != '\0') {
        size_t len = 0;
        while (text[len] != ' ' && text[len] != '\0') {
            len++;
        }
        if (column > 0 && column + 1 + len > WIDTH) {
            fputc('\n', out);
            column = 0;
        }
        fprintf(out, "%s%.*s", column == 0 ? "  " : " ", (int)len, text);
        column += len + (column == 0 ? 2 : 1);
        text += len + (text[len] == ' ');
    }
    fputc('\n', out);
}

static void print_head(const struct drift_page *page, FILE *out)
{
    const struct drift_totals *totals = &page->drift->totals;
    const struct matching_config *matching = page->matching;
    char from[CELL], until[CELL];
    fprintf(out, "%s: ", page->journal);
    if (totals->boundary_count == 0) {
        fprintf(out, "nothing was decided yet\n");
    } else {
        fprintf(out, "%s to %s UTC, %" PRIu64 " candles of %s, from segment %u on\n",
                put_time(from, totals->first_ns),
                put_time(until, totals->last_ns + timeframe_ns[page->base]), totals->boundary_count,
                timeframe_names[page->base], page->segment_first);
    }
    fprintf(out, "the session: %s\n", page->session_fills);
    fprintf(out,
            "the re-run:  a backtest on %s: filled by candles, the next open + %g bp for half the\n"
            "             spread + %g bp of slippage; %g %% maker, %g %% taker\n",
            page->store != NULL ? "the store's candles" : "the same candles",
            (double)matching->half_spread_ppm / 100, (double)matching->slippage_ppm / 100,
            (double)matching->fees.maker_ppm / 1e4, (double)matching->fees.taker_ppm / 1e4);
}

static void print_difference(const struct drift_page *page, const char *head,
                             const struct drift_difference *difference, FILE *out)
{
    static char text[DRIFT_TEXT_MAX];
    char time[CELL];
    drift_sentence(text, sizeof text, difference, page);
    fprintf(out, "\n%s: %s", head, drift_cause_names[difference->cause]);
    if (difference->time_ns > 0) {
        fprintf(out, ", %s", put_time(time, difference->time_ns));
    }
    fprintf(out, "%s%s\n", difference->pair != UINT32_MAX ? ", " : "",
            difference->pair != UINT32_MAX ? difference->terms.symbol : "");
    print_folded(out, text);
}

static void print_first(const struct drift_page *page, FILE *out)
{
    const struct drift *drift = page->drift;
    if (drift->first.cause == DRIFT_NONE) {
        fprintf(out, "\nno difference: the session did what a backtest does\n");
        return;
    }
    print_difference(page, "first difference", &drift->first, out);
    const bool circumstance =
        drift->first.cause == DRIFT_DATA || drift->first.cause == DRIFT_CONFIGURATION;
    if (circumstance && drift->shows.cause == DRIFT_NONE) {
        fprintf(out, "\nnothing that was decided or filled differs by it\n");
    } else if (circumstance) {
        print_difference(page, "where it first shows", &drift->shows, out);
    }
    if (!circumstance || drift->shows.cause != DRIFT_NONE) {
        fprintf(out, "\nWhat differs after that follows from it, at least in part.\n");
    }
}

static void print_pair(FILE *out, const char *what, uint64_t session, uint64_t rerun)
{
    fprintf(out, "  %-24s %16" PRIu64 "  %16" PRIu64 "\n", what, session, rerun);
}

static void print_moneys(FILE *out, const char *what, const int64_t money[DRIFT_SIDES])
{
    char a[CELL], b[CELL], gap[CELL];
    fprintf(out, "  %-24s %16s  %16s  %14s\n", what, put_money(a, money[0]), put_money(b, money[1]),
            put_money(gap, money[0] - money[1]));
}

static const char *put_delay(char text[CELL], double seconds)
{
    char length[CELL];
    const double size = fabs(seconds);
    if (size < 0.0005) {
        snprintf(text, CELL, "at the same time");
        return text;
    }
    if (size < 10) {
        snprintf(length, sizeof length, "%.3f s", size);
    } else {
        sentence_duration(length, sizeof length, (int64_t)(size * 1e9));
    }
    snprintf(text, CELL, "%.20s %s", length, seconds < 0 ? "earlier" : "later");
    return text;
}

static void print_table(const struct drift_page *page, FILE *out)
{
    const struct drift_totals *t = &page->drift->totals;
    char head[CELL];
    snprintf(head, sizeof head, "in %s", page->names->currency);
    fprintf(out, "\n  %-24s %16s  %16s  %14s\n", head, "session", "re-run", "gap");
    print_moneys(out, "equity at the end", t->equity);
    print_moneys(out, "profit of closed trades", t->pnl);
    print_moneys(out, "fees paid", t->fee);
    print_pair(out, "closed trades", t->closed_count[0], t->closed_count[1]);
    print_pair(out, "open at the end", t->open_count[0], t->open_count[1]);
    print_pair(out, "fills", t->fill_count[0], t->fill_count[1]);
    print_pair(out, "decisions", t->decision_count[0], t->decision_count[1]);
    print_pair(out, "trades of this one only", t->only_count[0], t->only_count[1]);
    if (t->waiting_count[0] + t->waiting_count[1] > 0) {
        print_pair(out, "ordered, not yet filled", t->waiting_count[0], t->waiting_count[1]);
    }
    fprintf(out, "  trades in both %" PRIu64, t->both_count);
    if (t->gap_bps.count > 0) {
        char delay[CELL];
        fprintf(out,
                ": of their %" PRIu64 " buys and sales the session's prices were %+.2f bps on\n"
                "  average and %+.2f at worst (+ is worse for it), and it was filled %s\n",
                t->gap_bps.count, drift_mean(&t->gap_bps), t->gap_bps.worst,
                put_delay(delay, drift_mean(&t->delay_s)));
        return;
    }
    fputc('\n', out);
}

static void print_parts(const struct drift_page *page, FILE *out)
{
    char text[CELL];
    const int64_t *parts = page->drift->totals.parts;
    bool any = false;
    for (uint32_t i = 0; i < DRIFT_PART_COUNT; i++) {
        any |= parts[i] != 0;
    }
    if (!any) {
        return;
    }
    fprintf(out, "\n  where the gap of %s comes from\n", put_money(text, drift_gap_of(page)));
    for (uint32_t i = 0; i < DRIFT_PART_COUNT; i++) {
        if (parts[i] != 0) {
            fprintf(out, "  %-24s %16s  %s\n", drift_part_words[i], put_money(text, parts[i]),
                    part_help[i]);
        }
    }
}

static void print_solos(const struct drift_page *page, FILE *out)
{
    const struct drift_totals *t = &page->drift->totals;
    const uint64_t count = t->only_count[DRIFT_SESSION] + t->only_count[DRIFT_RERUN];
    char time[CELL], money[CELL];
    if (count > 0) {
        fprintf(out, "\n  trades of one only, by when they were over\n");
    }
    for (uint32_t i = 0; i < drift_solo_count(t); i++) {
        const struct drift_solo *solo = &t->solos[i];
        fprintf(out, "  %-24s %16s  %s, decided %s%s\n",
                solo->side == DRIFT_SESSION ? "only in the session" : "only in the re-run",
                put_money(money, solo->pnl), page->names[solo->side].pairs[solo->pair].symbol,
                put_time(time, solo->decided_ns), solo->open ? ", still open" : "");
    }
    if (count > DRIFT_SOLO_MAX) {
        fprintf(out, "  and %" PRIu64 " more\n", count - DRIFT_SOLO_MAX);
    }
}

static void print_foot(const struct drift_page *page, FILE *out)
{
    const struct drift_totals *t = &page->drift->totals;
    char text[CELL];
    if (page->store != NULL) {
        fprintf(out,
                "\n%" PRIu64 " candles held against %s: %" PRIu64 " differ; %" PRIu64
                " are outside its span, and were the session's own\n",
                t->candle_count, page->store, t->candle_differ_count, t->candle_beyond_count);
    }
    if (t->flow_count > 0) {
        fprintf(out, "\n%" PRIu64 " flows of money, %s together, were told to both\n",
                t->flow_count, put_money(text, t->flow));
    }
    if (page->torn) {
        fprintf(out,
                "\nthe newest segment ends in half a block: a crash; what was whole was run\n");
    }
    if (page->stopped[0] != '\0') {
        fprintf(out, "\nheld side by side up to there: %s\n", page->stopped);
    }
}

void drift_page_print(const struct drift_page *page, FILE *out)
{
    print_head(page, out);
    print_first(page, out);
    print_table(page, out);
    print_parts(page, out);
    print_solos(page, out);
    print_foot(page, out);
}

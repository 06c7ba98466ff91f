/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "app/ctl.h"
#include "app/page.h"
#include "app/sight.h"
#include "core/base/timestamp.h"
#include "operator/sentence/sentence.h"

#define WARN "\033[1;33m"
#define LIVE "\033[1;97;41m"

static void put_line(FILE *out, const char *label, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void put_line(FILE *out, const char *label, const char *format, ...)
{
    va_list args;
    fprintf(out, "%-12s ", label);
    va_start(args, format);
    vfprintf(out, format, args);
    va_end(args);
    fputc('\n', out);
}

/* The venue's own words may be among them: none of them is to command the terminal. */
static void tame(char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < ' ' || *text == 0x7f) {
            *text = ' ';
        }
    }
}

static void tame_all(struct sight_status *status)
{
    tame(status->mode);
    tame(status->venue);
    tame(status->degraded_reason);
    tame(status->trouble);
    tame(status->reason);
}

static void put_state(const struct sight_status *status, bool color, FILE *out)
{
    const char *warn = color ? WARN : "", *end = ctl_color_end(color);
    const bool real = strcmp(status->mode, "live") == 0;
    char length[48];
    sentence_duration(length, sizeof length, (int64_t)status->uptime_seconds * NS_PER_S);
    put_line(out, "mode", "%s%s%s on %s", color && real ? LIVE : "", status->mode, end,
             status->venue);
    if (status->degraded) {
        put_line(out, "state", "%sdegraded: %s%s", warn, status->degraded_reason, end);
    } else if (status->paused) {
        put_line(out, "state", "%spaused: no new entries%s", warn, end);
    } else {
        put_line(out, "state", "%s",
                 !status->entries_possible ? "entries are not possible at the venue now"
                                           : "trading");
    }
    if (status->trouble[0] != '\0') {
        put_line(out, "trouble", "%s%s%s", warn, status->trouble, end);
    }
    put_line(out, "uptime", "%s", length);
    put_line(out, "market time", "%s", status->market_time[0] ? status->market_time : "none yet");
}

static void put_gain(FILE *out, const char *label, const char *decimal, bool color)
{
    char text[64];
    page_gain(text, sizeof text, decimal);
    put_line(out, label, "%s%s%s", ctl_color_gain(decimal, color), text, ctl_color_end(color));
}

static void put_account(const struct sight_status *status, bool color, FILE *out)
{
    char equity[64], cash[64], fees[64];
    page_money(equity, sizeof equity, status->equity);
    page_money(cash, sizeof cash, status->cash);
    page_money(fees, sizeof fees, status->fees);
    put_line(out, "equity", "%s %s, of it %s in cash", equity, status->currency, cash);
    put_gain(out, "day", status->day_pnl, color);
    put_gain(out, "realised", status->realised, color);
    put_gain(out, "unrealised", status->unrealised, color);
    put_line(out, "fees", "%s", fees);
    put_line(out, "drawdown", "%.2f %% now, %.2f %% at most", status->drawdown * 100,
             status->drawdown_max * 100);
}

bool ctl_status_print(const char *json, size_t len, bool color, FILE *out)
{
    struct sight_status *status = calloc(1, sizeof *status);
    if (status == NULL || !sight_read_status(status, json, len)) {
        free(status);
        return false;
    }
    tame_all(status);
    const uint64_t pairs = status->warming + status->fresh + status->stale + status->unlisted;
    put_state(status, color, out);
    put_account(status, color, out);
    put_line(out, "holds", "positions %" PRIu64 ", orders %" PRIu64, status->open_positions,
             status->open_orders);
    put_line(out, "pairs",
             "%" PRIu64 " of %" PRIu64 " fresh, %" PRIu64 " stale, %" PRIu64 " warming up",
             status->fresh, pairs, status->stale, status->warming);
    if (status->connected) {
        put_line(out, "feed", "connected; %" PRIu64 " messages, %" PRIu64 " reconnects",
                 status->messages, status->reconnects);
    } else {
        put_line(out, "feed", "%snot connected%s%s%s", color ? WARN : "",
                 status->reason[0] != '\0' ? ": " : "", status->reason, ctl_color_end(color));
    }
    put_line(out, "this run",
             "decisions %" PRIu64 ", entries %" PRIu64 ", exits %" PRIu64 ", orders %" PRIu64
             ", rejected %" PRIu64,
             status->decisions, status->entries, status->exits, status->orders, status->rejects);
    free(status);
    return true;
}

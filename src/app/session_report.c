/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "app/session.h"
#include "core/base/check.h"
#include "platform/json/json_writer.h"
#include "platform/log/log.h"

#define REPORT_SIZE (256u << 10)

static void put_money(struct json_writer *writer, const char *key, int64_t money)
{
    json_put_decimal_string(writer, key, money, MONEY_DECIMALS);
}

static void report_pairs(const struct session *session, struct json_writer *writer)
{
    json_begin_array(writer, "pairs");
    for (uint32_t i = 0; i < session->pair_count; i++) {
        const struct session_pair *pair = &session->pairs[i];
        json_begin_object(writer, NULL);
        json_put_string(writer, "pair", session->symbols[i]);
        json_put_bool(writer, "listed", pair->health != FEED_UNLISTED);
        json_put_uint(writer, "candles", pair->candle_count);
        json_put_uint(writer, "flat", pair->flat_count);
        json_put_uint(writer, "gaps", pair->gap_count);
        json_put_uint(writer, "learned", pair->learned_count);
        json_end_object(writer);
    }
    json_end_array(writer);
}

static void report_feed(const struct session *session, struct json_writer *writer)
{
    const struct feed_stats *stats = session->feed.stats(session->feed.self);
    json_put_uint(writer, "messages", stats->message_count);
    json_put_uint(writer, "reconnects", stats->reconnect_count);
    json_put_uint(writer, "checksum_faults", stats->checksum_fault_count);
    json_put_uint(writer, "resyncs", stats->resync_count);
    json_put_uint(writer, "malformed", stats->malformed_count);
    json_put_uint(writer, "rest_repairs", stats->rest_repair_count);
    json_put_uint(writer, "late", session->batch->late_count);
}

static void report_held(const struct session *session, struct json_writer *writer)
{
    json_begin_array(writer, "held");
    for (uint32_t i = 0; i < session->pair_count; i++) {
        const struct position *position = &session->engine->portfolio.positions[i];
        const struct pair *terms = &session->engine->pairs[i].terms;
        if (position->qty_lots == 0) {
            continue;
        }
        json_begin_object(writer, NULL);
        json_put_string(writer, "pair", session->symbols[i]);
        json_put_decimal_string(writer, "quantity", position->qty_lots, terms->qty_decimals);
        json_put_decimal_string(writer, "mark", position->mark_ticks, terms->price_decimals);
        put_money(writer, "value", position->value);
        json_end_object(writer);
    }
    json_end_array(writer);
}

static void report_account(const struct session *session, struct json_writer *writer)
{
    const struct portfolio *portfolio = &session->engine->portfolio;
    put_money(writer, "equity", portfolio_equity(portfolio));
    put_money(writer, "cash", portfolio->cash);
    put_money(writer, "realised", portfolio->realised);
    put_money(writer, "fees", portfolio->fees);
    json_put_real(writer, "drawdown_max", (double)portfolio->drawdown_worst_ppm / 1e6);
    json_put_uint(writer, "positions", portfolio->open_count);
    json_put_uint(writer, "trades", portfolio->trade_count);
    json_put_uint(writer, "trades_won", portfolio->trade_won_count);
    json_put_uint(writer, "fills", portfolio->fill_count);
}

static void report_session(struct session *session, struct json_writer *writer, int faults)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    const int64_t mono_ns = session->clock.mono_ns(session->clock.self);
    char hash[65] = "", chain[65] = "";
    if (session->recorder != NULL) {
        if (recorder_flush(session->recorder)) {
            recorder_hash(session->recorder, hash, chain); /* else they would be of a part */
        }
    }
    json_put_time(writer, "started", session->opened_wall_ns, 3);
    json_put_real(writer, "seconds", (double)(mono_ns - session->opened_mono_ns) / 1e9);
    json_put_real(writer, "warm_up_seconds",
                  session->armed ? (double)(session->armed_mono_ns - session->opened_mono_ns) / 1e9
                                 : -1.0);
    json_put_time(writer, "market_time", session->engine->time_ns, 3);
    json_put_uint(writer, "batches", session->counters.batch_count);
    json_put_uint(writer, "looked_at", session->engine->decision_count);
    json_put_uint(writer, "decisions", session->counters.decision_count);
    json_put_uint(writer, "entries", session->counters.entry_count);
    json_put_uint(writer, "exits", session->counters.exit_count);
    json_put_uint(writer, "orders", session->counters.order_count);
    json_put_uint(writer, "rejected", session->counters.reject_count);
    json_put_uint(writer, "dropped", session_dropped(session));
    json_put_uint(writer, "errors", log_error_count());
    json_put_int(writer, "faults", faults);
    json_put_uint(writer, "peak_memory_kb", (uint64_t)usage.ru_maxrss);
    json_put_uint(writer, "journal_bytes",
                  session->recorder != NULL ? recorder_bytes(session->recorder) : 0);
    json_put_string(writer, "journal_hash", hash);
    json_put_string(writer, "journal_chain", chain);
}

/* What makes a session end with another exit status than 0, each said in a line. */
static int count_faults(struct session *session)
{
    int faults = 0;
    if (log_error_count() > 0) {
        faults++;
    }
    if (!session->armed) {
        log_warn("session.cold", "the session ended before it had warmed up", NULL);
        faults++;
    }
    if (session->recorder != NULL && recorder_failure(session->recorder) != NULL) {
        log_warn("session.recorder", recorder_failure(session->recorder), NULL);
        faults++;
    }
    return faults;
}

static int write_file(const char *path, const char *text, size_t len)
{
    FILE *file = strcmp(path, "-") == 0 ? stdout : fopen(path, "w");
    if (file == NULL || fwrite(text, 1, len, file) != len || fputc('\n', file) == EOF ||
        (file == stdout ? fflush(file) : fclose(file)) != 0) {
        log_printf(LOG_ERROR, "session.report", "%s: %s; name a file that can be written", path,
                   strerror(errno));
        return 1;
    }
    return 0;
}

int session_report(struct session *session, const char *path)
{
    int faults = count_faults(session);
    if (path == NULL) {
        return faults;
    }
    char *text = malloc(REPORT_SIZE);
    CHECK(text != NULL);
    struct json_writer writer;
    json_writer_init(&writer, text, REPORT_SIZE);
    json_begin_object(&writer, NULL);
    report_session(session, &writer, faults);
    report_account(session, &writer);
    report_held(session, &writer);
    report_feed(session, &writer);
    report_pairs(session, &writer);
    json_end_object(&writer);
    CHECK(json_writer_ok(&writer));
    faults += write_file(path, text, writer.len);
    free(text);
    return faults;
}

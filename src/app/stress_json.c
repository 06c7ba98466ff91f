/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "app/stress.h"
#include "core/base/timestamp.h"
#include "platform/json/json_writer.h"

#define HEAD_MAX 16384

static void put_head(struct json_writer *writer, const struct stress *stress,
                     const struct stress_verdict *verdict)
{
    json_put_string(writer, "address", stress->address);
    json_put_string(writer, "mode", stress->status.mode);
    json_put_string(writer, "version", stress->status.version);
    json_put_time(writer, "from", stress->began_wall_ns, 3);
    json_put_time(writer, "until", stress->ended_wall_ns, 3);
    json_put_bool(writer, "interrupted", stress->interrupted);
    json_put_real(writer, "interval_seconds", stress->flags.interval_s);
    json_put_uint(writer, "rounds", stress->sample_count);
    json_put_string(writer, "verdict", stress_words[verdict->state]);
    json_begin_array(writer, "rows");
    for (uint32_t i = 0; i < verdict->count; i++) {
        const struct stress_row *row = &verdict->rows[i];
        json_begin_object(writer, NULL);
        json_put_string(writer, "name", row->name);
        json_put_string(writer, "state", stress_words[row->state]);
        json_put_string(writer, "figures", row->figures);
        json_put_string(writer, "bounds", row->bounds);
        json_end_object(writer);
    }
    json_end_array(writer);
}

static void put_figures(struct json_writer *writer, const struct stress *stress,
                        const struct stress_verdict *verdict)
{
    const struct stress_counters *sum = &stress->sum;
    json_put_uint(writer, "asked", stress->asked);
    json_put_uint(writer, "answered", stress->answered);
    json_put_real(writer, "median_ms", verdict->median_ms);
    json_put_real(writer, "p99_ms", verdict->p99_ms);
    json_put_real(writer, "longest_ms", verdict->most_ms);
    json_put_uint(writer, "pushed", stress->push_count);
    json_put_real(writer, "push_gap_seconds", (double)stress->push_gap_ns / NS_PER_S);
    json_put_uint(writer, "push_lost", stress->push_lost);
    json_put_uint(writer, "market_messages", sum->messages);
    json_put_uint(writer, "decisions", sum->decisions);
    json_put_uint(writer, "entries", sum->entries);
    json_put_uint(writer, "exits", sum->exits);
    json_put_uint(writer, "orders", sum->orders);
    json_put_uint(writer, "rejects", sum->rejects);
    json_put_uint(writer, "restarts", stress->restart_count);
    json_put_real(writer, "memory_mb_per_hour",
                  verdict->has_slope ? verdict->memory.per_hour : NAN);
}

static void put_number(FILE *out, const char *before, double value)
{
    char text[JSON_REAL_TEXT_MAX] = "null";
    if (!isnan(value)) {
        json_real_text(text, value);
    }
    fprintf(out, "%s%s", before, text);
}

/* A row each round: seconds since the beginning, response times, the process. */
static void put_rounds(const struct stress *stress, FILE *out)
{
    fputs(",\"rounds_columns\":[\"after_seconds\",\"status_ms\",\"health_ms\",\"positions_ms\","
          "\"metrics_ms\",\"thoughts_ms\",\"rss_mb\",\"cpu_seconds\",\"descriptors\",\"threads\","
          "\"report_age_seconds\"],\"series\":[",
          out);
    for (uint32_t i = 0; i < stress->sample_count; i++) {
        const struct stress_sample *sample = &stress->samples[i];
        put_number(out, i > 0 ? ",[" : "[", sample->after_s);
        for (int k = 0; k < STRESS_ASK_COUNT; k++) {
            put_number(out, ",", sample->took_ms[k]);
        }
        put_number(out, ",", sample->rss_mb);
        put_number(out, ",", sample->cpu_s);
        put_number(out, ",", sample->descriptors);
        put_number(out, ",", sample->threads);
        put_number(out, ",", sample->view_age_s);
        fputc(']', out);
    }
    fputc(']', out);
}

void stress_json(const struct stress *stress, const struct stress_verdict *verdict, FILE *out)
{
    char text[HEAD_MAX];
    struct json_writer writer;
    json_writer_init(&writer, text, sizeof text);
    json_begin_object(&writer, NULL);
    put_head(&writer, stress, verdict);
    put_figures(&writer, stress, verdict);
    fprintf(out, "%.*s,\"pairs\":[", (int)writer.len, text);
    for (uint32_t i = 0; i < stress->pair_count; i++) {
        const struct stress_pair *pair = &stress->pairs[i];
        json_writer_init(&writer, text, sizeof text);
        json_begin_object(&writer, NULL);
        json_put_string(&writer, "pair", pair->symbol);
        json_put_real(&writer, "worst_age_seconds", pair->worst_age_s);
        json_put_uint(&writer, "stale_rounds", pair->stale_count);
        json_end_object(&writer);
        fprintf(out, "%s%.*s", i > 0 ? "," : "", (int)writer.len, text);
    }
    fputc(']', out);
    put_rounds(stress, out);
    fputs("}\n", out);
}

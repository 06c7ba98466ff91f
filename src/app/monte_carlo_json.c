/* SPDX-License-Identifier: MIT */
/* What else could have come of it, for programs: one JSON text. */
#include <stdlib.h>

#include "app/monte_carlo.h"
#include "core/base/timestamp.h"
#include "platform/json/json_writer.h"

#define JSON_SIZE (1u << 20)
#define JSON_RUN_SIZE 256 /* of one jittered run */

static void put_bands(struct json_writer *json, const char *key, const struct bands *bands)
{
    char level[16];
    json_begin_object(json, key);
    for (int i = 0; i < BAND_COUNT; i++) {
        snprintf(level, sizeof level, "p%.0f", band_levels[i] * 100);
        json_put_real(json, level, bands->at[i]);
    }
    json_put_real(json, "mean", bands->mean);
    json_end_object(json);
}

static void put_drawn(struct json_writer *json, const char *key, const struct drawn *drawn)
{
    if (drawn->count == 0) {
        json_put_null(json, key);
        return;
    }
    const struct monte_carlo *found = &drawn->found;
    json_begin_object(json, key);
    json_put_uint(json, "returns", drawn->count);
    if (found->block_length > 0) {
        json_put_real(json, "block_length", found->block_length);
    }
    json_put_real(json, "own_total_return", found->own.total_return);
    json_put_real(json, "own_drawdown_max", found->own.drawdown);
    put_bands(json, "total_return", &found->total_return);
    put_bands(json, "drawdown_max", &found->drawdown);
    json_put_real(json, "ruin_probability", found->ruin_probability);
    json_put_real(json, "loss_probability", found->loss_probability);
    json_put_real(json, "deeper_probability", found->worse_probability);
    json_begin_array(json, "fan");
    for (int i = 0; i <= FAN_POINTS; i++) {
        json_begin_array(json, NULL);
        for (int k = 0; k < BAND_COUNT; k++) {
            json_put_real(json, NULL, drawn->fan[i][k]);
        }
        json_end_array(json);
    }
    json_end_array(json);
    json_end_object(json);
}

static void put_jitter(struct json_writer *json, const struct monte_carlo_job *job)
{
    if (job->flags.jitter == 0) {
        json_put_null(json, "jitter");
        return;
    }
    json_begin_object(json, "jitter");
    json_put_real(json, "by", job->flags.jitter_by);
    json_begin_array(json, "parameters");
    for (uint32_t i = 0; i < job->jitter->count; i++) {
        json_begin_object(json, NULL);
        json_put_string(json, "name", job->jitter->axes[i].name);
        json_put_real(json, "present", job->jitter->present[i]);
        json_put_real(json, "least", job->jitter->axes[i].min);
        json_put_real(json, "most", job->jitter->axes[i].max);
        json_end_object(json);
    }
    json_end_array(json);
    put_bands(json, "total_return", &job->jitter_return);
    put_bands(json, "drawdown_max", &job->jitter_drawdown);
    put_bands(json, "sharpe", &job->jitter_sharpe);
    json_put_uint(json, "in_profit", job->jitter_won);
    json_put_uint(json, "better_than_present", job->jitter_beat);
    json_begin_array(json, "runs");
    for (uint64_t i = 0; i < job->flags.jitter; i++) {
        json_begin_object(json, NULL);
        json_put_real(json, "total_return", job->jittered[i].total_return);
        json_put_real(json, "drawdown_max", job->jittered[i].drawdown);
        json_put_real(json, "sharpe", job->jittered[i].sharpe);
        json_end_object(json);
    }
    json_end_array(json);
    json_end_object(json);
}

void monte_carlo_json(const void *context, FILE *out)
{
    const struct monte_carlo_job *job = context;
    const struct backtest *run = &job->result;
    const size_t size = JSON_SIZE + job->flags.jitter * JSON_RUN_SIZE;
    char *text = malloc(size);
    struct json_writer json;
    if (text == NULL) {
        return;
    }
    json_writer_init(&json, text, size);
    json_begin_object(&json, NULL);
    json_put_string(&json, "name", job->name);
    json_put_time(&json, "start", run->start_ns, 0);
    json_put_time(&json, "end", run->end_ns, 0);
    json_put_uint(&json, "bars", run->bar_count);
    json_put_uint(&json, "closed_trades", run->account.all.count);
    json_put_real(&json, "total_return", run->ours.total_return);
    json_put_real(&json, "drawdown_max", run->ours.drawdown);
    json_put_real(&json, "sharpe", run->ours.sharpe);
    json_put_uint(&json, "runs", job->flags.runs);
    json_put_uint(&json, "seed", job->flags.seed);
    json_put_real(&json, "ruin", job->flags.ruin);
    json_put_int(&json, "period_s", job->period_ns / NS_PER_S);
    put_drawn(&json, "shuffle", &job->shuffle);
    put_drawn(&json, "bootstrap", &job->bootstrap);
    put_jitter(&json, job);
    json_put_string(&json, "version", CUTTLE_VERSION);
    json_end_object(&json);
    if (json_writer_ok(&json)) {
        fprintf(out, "%s\n", text);
    }
    free(text);
}

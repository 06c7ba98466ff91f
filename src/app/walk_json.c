/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "app/walk.h"
#include "platform/json/json_writer.h"

#define HEAD_SIZE (16u << 10)
#define FOLD_SIZE (SEARCH_SET_MAX + 2048)

static void put_outcome(struct json_writer *json, const char *key, const struct outcome *outcome)
{
    json_begin_object(json, key);
    json_put_real(json, "sharpe", outcome->sharpe);
    json_put_real(json, "sortino", outcome->sortino);
    json_put_real(json, "calmar", outcome->calmar);
    json_put_real(json, "return", outcome->profit);
    json_put_real(json, "win_rate", outcome->win_rate);
    json_put_real(json, "drawdown", outcome->drawdown);
    json_put_uint(json, "trades", outcome->trades);
    json_end_object(json);
}

static void put_fold(struct json_writer *json, const struct walk_result *result)
{
    json_begin_object(json, NULL);
    json_put_time(json, "train_from", result->fold.train_from_ns, 0);
    json_put_time(json, "train_until", result->fold.train_until_ns, 0);
    json_put_time(json, "test_from", result->fold.test_from_ns, 0);
    json_put_time(json, "test_until", result->fold.test_until_ns, 0);
    if (result->chosen) {
        json_put_string(json, "set", result->set);
        put_outcome(json, "in_sample", &result->inside);
    } else {
        json_put_null(json, "set");
        json_put_null(json, "in_sample");
    }
    put_outcome(json, "out_of_sample", &result->outside);
    put_outcome(json, "present", &result->present);
    json_put_real(json, "hold", result->held);
    json_end_object(json);
}

static void put_bands(struct json_writer *json, const char *key, const struct bands *bands)
{
    json_begin_array(json, key);
    for (int i = 0; i < BAND_COUNT; i++) {
        json_put_real(json, NULL, bands->at[i]);
    }
    json_end_array(json);
}

static void put_track(struct json_writer *json, const char *key, const struct walk_measure *measure)
{
    json_begin_object(json, key);
    json_put_real(json, "return", measure->curve.total_return);
    json_put_real(json, "cagr", measure->curve.cagr);
    json_put_real(json, "sharpe", measure->curve.sharpe);
    json_put_real(json, "sortino", measure->curve.sortino);
    json_put_real(json, "drawdown", measure->curve.drawdown);
    json_put_real(json, "probability_sharpe_above_0", measure->psr);
    put_bands(json, "return_bands", &measure->bands.total_return);
    put_bands(json, "drawdown_bands", &measure->bands.drawdown);
    json_put_real(json, "loss_probability", measure->bands.loss_probability);
    json_put_real(json, "ruin_probability", measure->bands.ruin_probability);
    json_end_object(json);
}

static void put_bands_levels(struct json_writer *json)
{
    json_begin_array(json, "bands");
    for (int i = 0; i < BAND_COUNT; i++) {
        json_put_real(json, NULL, band_levels[i]);
    }
    json_end_array(json);
}

bool walk_json(const struct walk_job *job, FILE *out)
{
    const size_t size = HEAD_SIZE + job->done * FOLD_SIZE;
    char *text = malloc(size);
    if (text == NULL) {
        return false;
    }
    struct json_writer json;
    json_writer_init(&json, text, size);
    json_begin_object(&json, NULL);
    json_put_string(&json, "study", job->folder);
    json_put_string(&json, "objective", job->objective);
    json_put_bool(&json, "anchored", job->flags.plan.anchored);
    json_put_bool(&json, "interrupted", job->interrupted);
    json_begin_array(&json, "folds");
    for (size_t i = 0; i < job->done; i++) {
        put_fold(&json, &job->results[i]);
    }
    json_end_array(&json);
    if (!job->interrupted) {
        put_bands_levels(&json);
        put_track(&json, "walked_forward", &job->measured_ours);
        put_track(&json, "present", &job->measured_present);
        put_track(&json, "hold", &job->measured_held);
        json_put_real(&json, "efficiency", job->efficiency);
        json_put_uint(&json, "tests_won", job->won);
    }
    json_put_real(&json, "seconds", job->seconds);
    json_end_object(&json);
    const bool good = json_writer_ok(&json) && fputs(text, out) >= 0 && fputc('\n', out) >= 0;
    free(text);
    return good;
}

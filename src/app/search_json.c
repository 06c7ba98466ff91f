/* SPDX-License-Identifier: MIT */
/* A search for programs: one JSON text. */
#include <math.h>
#include <stdlib.h>

#include "app/search_board.h"
#include "app/search_text.h"
#include "core/base/timestamp.h"
#include "platform/json/json_writer.h"

#define JSON_SIZE (1u << 20)

static void put_outcome(struct json_writer *json, const char *key, const struct search_job *job,
                        const struct outcome *outcome)
{
    const struct objective *objective = &job->flags.objective;
    json_begin_object(json, key);
    json_put_real(json, "value", objective_value(objective, outcome));
    json_put_string(json, "refused", refusal_names[objective_judge(objective, outcome)]);
    json_put_uint(json, "closed_trades", outcome->trades);
    json_put_real(json, "total_return", outcome->profit);
    json_put_real(json, "sharpe", outcome->sharpe);
    json_put_real(json, "sortino", outcome->sortino);
    json_put_real(json, "calmar", outcome->calmar);
    json_put_real(json, "win_rate", outcome->win_rate);
    json_put_real(json, "drawdown_max", outcome->drawdown);
    json_end_object(json);
}

static void put_set(struct json_writer *json, const struct search_job *job,
                    const struct point *point)
{
    char text[64];
    json_begin_object(json, "set");
    for (uint32_t i = 0; i < job->space.axis_count; i++) {
        const struct axis *axis = &job->space.axes[i];
        json_put_string(json, axis->name, axis_text(axis, point->at[i], text, sizeof text));
    }
    json_end_object(json);
}

static void put_finalist(struct json_writer *json, const char *key, const struct search_job *job,
                         const struct finalist *finalist)
{
    json_begin_object(json, key);
    if (finalist->trial != SIZE_MAX) {
        const struct trial *trial = &job->search.trials[finalist->trial];
        json_put_uint(json, "trial", finalist->trial);
        json_put_string(json, "path", trial_path_names[trial->path]);
        put_set(json, job, &trial->point);
    }
    put_outcome(json, "in_sample", job, &finalist->inside);
    if (job->cut_ns < job->until_ns) {
        put_outcome(json, "out_of_sample", job, &finalist->outside);
    }
    json_end_object(json);
}

static void put_head(struct json_writer *json, const struct search_job *job)
{
    uint64_t counts[REFUSAL_COUNT];
    json_put_string(json, "study", job->folder);
    json_put_bool(json, "interrupted", job->interrupted);
    json_put_string(json, "method", search_method_names[job->flags.method]);
    json_put_string(json, "objective", objective_names[job->flags.objective.kind]);
    json_put_string(json, "path", trial_path_names[job->no_kernel == NULL]);
    json_put_uint(json, "seed", job->flags.seed);
    json_put_time(json, "from", job->from_ns, 0);
    json_put_time(json, "cut", job->cut_ns, 0);
    json_put_time(json, "until", job->until_ns, 0);
    json_begin_object(json, "space");
    for (uint32_t i = 0; i < job->space.axis_count; i++) {
        json_put_string(json, job->space.axes[i].name, job->space.axes[i].text);
    }
    json_end_object(json);
    json_put_uint(json, "trials", job->search.settled);
    json_put_uint(json, "resumed", job->resumed);
    json_put_uint(json, "impossible", job->search.impossible);
    json_put_uint(json, "refused", search_refused(job, counts));
    json_put_uint(json, "workers", job->workers);
    json_put_real(json, "seconds", job->seconds);
    json_put_real(json, "cpu_seconds", job->cpu_seconds);
    json_put_real(json, "workers_busy", job->busy);
    if (job->share != NULL) {
        search_board_json(job, json);
    }
}

static void put_importance(struct json_writer *json, const struct search_job *job)
{
    json_begin_object(json, "importance");
    for (uint32_t i = 0; i < job->space.axis_count; i++) {
        json_put_real(json, job->space.axes[i].name, job->importance.share[i]);
    }
    json_end_object(json);
}

/* Ratios of one period; a record that can never be long enough is null. */
static void put_doubt(struct json_writer *json, const struct search_job *job)
{
    const struct search_doubt *doubt = &job->doubt;
    if (!doubt->known) {
        json_put_null(json, "overfitting");
        return;
    }
    json_begin_object(json, "overfitting");
    json_put_uint(json, "sets", doubt->sets);
    json_put_real(json, "probabilistic_sharpe", doubt->psr);
    json_put_real(json, "deflated_sharpe", doubt->dsr);
    if (doubt->track_ns == INT64_MAX) {
        json_put_null(json, "minimum_track_seconds");
    } else {
        json_put_int(json, "minimum_track_seconds", doubt->track_ns / NS_PER_S);
    }
    json_put_int(json, "track_seconds", (job->cut_ns - job->from_ns) / NS_PER_S);
    json_put_real(json, "probability", doubt->has_cscv ? doubt->cscv.pbo : (double)NAN);
    json_put_real(json, "probability_of_loss",
                  doubt->has_cscv ? doubt->cscv.loss_probability : (double)NAN);
    json_put_real(json, "degradation_slope", doubt->has_cscv ? doubt->cscv.slope : (double)NAN);
    json_end_object(json);
}

bool search_json(const struct search_job *job, FILE *out)
{
    char *text = malloc(JSON_SIZE);
    if (text == NULL) {
        return false;
    }
    struct json_writer json;
    json_writer_init(&json, text, JSON_SIZE);
    json_begin_object(&json, NULL);
    put_head(&json, job);
    if (!job->interrupted) {
        json_begin_array(&json, "finalists");
        for (uint32_t i = 0; i < job->finalist_count; i++) {
            put_finalist(&json, NULL, job, &job->finalists[i]);
        }
        json_end_array(&json);
        put_finalist(&json, "present", job, &job->finalists[job->finalist_count]);
        put_importance(&json, job);
        put_doubt(&json, job);
    }
    json_end_object(&json);
    const bool good = json_writer_ok(&json) && fprintf(out, "%s\n", text) > 0;
    free(text);
    return good;
}

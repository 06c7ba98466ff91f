/* SPDX-License-Identifier: MIT */
/* What a training proved, kept in the ledger beside what was traded. */
#include <math.h>
#include <stdio.h>

#include "app/learn.h"
#include "app/models.h"
#include "store/ledger.h"

/* What all rows of a strategy say, whoever predicted. */
static struct ledger_validation row_of(const struct learn_job *job, uint32_t strategy,
                                       const char *model, int64_t made_ns)
{
    const struct gate_report *report = &job->reports[strategy];
    return (struct ledger_validation){
        .model = model,
        .strategy = learn_strategy(job, strategy),
        .symbol = "",
        .made_ns = made_ns,
        .from_ns = job->run.start_ns,
        .until_ns = job->run.end_ns,
        .verdict = gate_verdict_names[report->verdict],
        .words = report->words,
    };
}

static void fill(struct ledger_validation *row, const struct scores *scores)
{
    row->support = scores->count;
    row->effective = scores->effective;
    row->base_rate = scores->base_rate;
    row->confidence = scores->confidence;
    row->accuracy = scores->accuracy;
    row->precision = scores->precision;
    row->recall = scores->recall;
    row->log_loss = scores->log_loss;
    row->brier = scores->brier;
    row->auc = scores->auc;
    row->calibration_error = scores->calibration_error;
}

static int put(struct ledger *ledger, struct ledger_validation row, const struct scores *scores,
               enum gate_predictor predictor, const struct gate_reward *rewards)
{
    fill(&row, scores);
    row.predictor = gate_predictor_names[predictor];
    row.taken = rewards != NULL ? rewards[GATE_BY_MODEL].count : 0;
    row.reward_without = rewards != NULL ? rewards[GATE_EVERY].mean : (double)NAN;
    row.reward_with = rewards != NULL ? rewards[GATE_BY_MODEL].mean : (double)NAN;
    return ledger_put_validation(ledger, &row);
}

static int put_strategy(const struct learn_job *job, struct ledger *ledger, uint32_t strategy,
                        const char *model, int64_t made_ns)
{
    const struct gate_report *report = &job->reports[strategy];
    struct ledger_validation row = row_of(job, strategy, model, made_ns);
    int code = 0;
    for (int i = 0; i < GATE_PREDICTOR_COUNT && code == 0; i++) {
        if (report->scores[i].count > 0) {
            code = put(ledger, row, &report->scores[i], (enum gate_predictor)i,
                       i == GATE_ENSEMBLE ? report->rewards : NULL);
        }
    }
    for (uint32_t i = 0; i < report->pair_count && code == 0; i++) {
        const struct gate_pair *pair = &report->pairs[i];
        row.symbol = learn_pair(job, pair->pair);
        code = put(ledger, row, &pair->scores, GATE_ENSEMBLE, pair->rewards);
    }
    return code;
}

bool learn_ledger(const struct learn_job *job, const uint8_t hash[MODEL_HASH_SIZE],
                  char error[BACKTEST_ERROR_MAX])
{
    struct ledger *ledger = NULL;
    char path[DISK_PATH_MAX], model[2 * MODEL_HASH_SIZE + 1];
    const int64_t made_ns = models_now();
    snprintf(path, sizeof path, "%.900s/ledger.db", job->flags.state);
    model_hash_text(hash, model);
    if (ledger_open(path, &ledger, error, BACKTEST_ERROR_MAX) != 0) {
        return false;
    }
    int code = ledger_begin(ledger);
    for (uint32_t i = 0; i < STRATEGY_MAX && code == 0; i++) {
        code = job->reports[i].any ? put_strategy(job, ledger, i, model, made_ns) : 0;
    }
    code = code == 0 ? ledger_commit(ledger) : code;
    if (code != 0) {
        ledger_abandon(ledger);
        snprintf(error, BACKTEST_ERROR_MAX, "ledger %s", ledger_error(ledger));
    }
    ledger_close(ledger);
    return code == 0;
}

/* SPDX-License-Identifier: MIT */
/* The trained model that a backtest asks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/backtest.h"
#include "app/models.h"
#include "app/terms.h"
#include "core/base/timestamp.h"
#include "store/registry.h"

static void say_unfit(const char *strategy, const char *why)
{
    fprintf(stderr,
            "cuttle backtest: --model: it was trained otherwise for %s (%s): the heuristic judges "
            "for it\n",
            strategy, why);
}

/* Whether it was trained for what is asked here, as a session looks at it. */
static bool suit(struct backtest_setup *setup, const struct model_terms *trained,
                 char error[BACKTEST_ERROR_MAX])
{
    char why[512];
    struct model_terms *here = malloc(sizeof *here);
    if (here == NULL) {
        snprintf(error, BACKTEST_ERROR_MAX, "out of memory");
        return false;
    }
    terms_of(&setup->engine, &setup->sources.terms[0], setup->options.shelf, here);
    const bool allowed = model_terms_allow(trained, here, why, sizeof why);
    if (allowed) {
        setup->run.unfit = terms_unfit(&setup->engine, trained, here, say_unfit);
    } else {
        snprintf(error, BACKTEST_ERROR_MAX, "--model: %s", why);
    }
    free(here);
    return allowed;
}

bool backtest_asked_open(struct backtest_asked *asked, struct backtest_setup *setup,
                         char error[BACKTEST_ERROR_MAX])
{
    char folder[MODELS_PATH_MAX], path[MODELS_PATH_MAX + 128];
    uint8_t hash[MODEL_HASH_SIZE];
    if (setup->flags.model == NULL) {
        return true;
    }
    registry_folder(setup->options.session.state, folder, sizeof folder);
    char why[BACKTEST_ERROR_MAX - 16];
    if (!models_find(folder, setup->flags.model, hash, why, sizeof why)) {
        snprintf(error, BACKTEST_ERROR_MAX, "--model: %s", why);
        return false;
    }
    asked->before = model_in_force;
    asked->file = calloc(1, sizeof *asked->file);
    if (asked->file == NULL) {
        snprintf(error, BACKTEST_ERROR_MAX, "out of memory");
        return false;
    }
    registry_path(folder, hash, path, sizeof path);
    if (model_file_read(path, asked->file, error, BACKTEST_ERROR_MAX) != 0 ||
        !suit(setup, &asked->file->terms, error)) {
        return false;
    }
    model_hash_text(asked->file->model.hash, asked->hash);
    model_use(&asked->file->model);
    setup->run.model = &asked->file->model;
    return true;
}

/* A time that its maker names; 0: he does not. */
static int64_t time_of(const struct model_file *file, const char *name)
{
    char text[TIMESTAMP_TEXT_MAX] = "";
    int64_t time_ns = 0;
    models_about(file->about, name, text, sizeof text);
    return timestamp_parse(text, strlen(text), &time_ns) ? time_ns : 0;
}

void backtest_asked_tell(const struct backtest_asked *asked, struct run_report *report)
{
    if (asked->file == NULL) {
        return;
    }
    const struct model *model = &asked->file->model;
    report->model = (struct report_model){.hash = asked->hash,
                                          .from_ns = time_of(asked->file, "from"),
                                          .until_ns = time_of(asked->file, "until")};
    for (uint32_t i = 0; i < model->trained_count; i++) {
        report->model.live += model->trained[i].live;
        report->model.strategies += !trained_is_pooled(&model->trained[i]);
    }
}

void backtest_asked_close(struct backtest_asked *asked)
{
    if (asked->file != NULL) {
        model_use(asked->before);
        model_file_free(asked->file);
        free(asked->file);
        asked->file = NULL;
    }
}

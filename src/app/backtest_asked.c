/* SPDX-License-Identifier: MIT */
/* The trained model that a backtest asks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/backtest.h"
#include "app/models.h"
#include "core/base/timestamp.h"
#include "store/registry.h"

/* By the beginning of its hash, or the one in force. */
static bool find(const char *folder, const char *name, uint8_t ret[MODEL_HASH_SIZE],
                 char error[BACKTEST_ERROR_MAX])
{
    if (strcmp(name, "current") == 0) {
        if (registry_current(folder, ret, error, BACKTEST_ERROR_MAX) != 0) {
            return false;
        }
        if (model_hash_is_none(ret)) {
            snprintf(error, BACKTEST_ERROR_MAX, "--model current: no model is in force in %s",
                     folder);
        }
        return !model_hash_is_none(ret);
    }
    const int found = registry_find(folder, name, ret);
    if (found != 1) {
        snprintf(error, BACKTEST_ERROR_MAX,
                 "--model %s: %s in %s; `cuttle models list` shows them, --state names another "
                 "state directory",
                 name, found == 0 ? "no such model" : "more than one model begins so", folder);
    }
    return found == 1;
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
    if (!find(folder, setup->flags.model, hash, error)) {
        return false;
    }
    asked->before = model_in_force;
    asked->file = calloc(1, sizeof *asked->file);
    if (asked->file == NULL) {
        snprintf(error, BACKTEST_ERROR_MAX, "out of memory");
        return false;
    }
    registry_path(folder, hash, path, sizeof path);
    if (model_file_read(path, asked->file, error, BACKTEST_ERROR_MAX) != 0) {
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

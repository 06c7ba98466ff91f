/* SPDX-License-Identifier: MIT */
/* cuttle models: the trained models of a state directory, and which of them is in force. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/flags.h"
#include "app/models.h"
#include "app/retrain.h"
#include "core/base/timestamp.h"
#include "platform/json/json_writer.h"
#include "store/disk.h"
#include "store/registry.h"
#include "store/state_lock.h"

static const char help[] =
    "cuttle models [list] [--state DIR] [--json]\n"
    "                            the models that there are, and which of them is in force\n"
    "cuttle models show MODEL    what one holds: its strategies, shares, how it proved itself\n"
    "cuttle models compare A B   the same of two, side by side\n"
    "cuttle models history       what was put in force, when, and why\n"
    "cuttle models promote MODEL [--why TEXT]\n"
    "                            puts one in force, whatever the gate said of it\n"
    "cuttle models rollback      puts back what was in force before; again, what was before that\n"
    "cuttle models none          none is in force: the heuristic judges entries\n"
    "cuttle models train         asks the session that runs on the state directory for new ones "
    "now\n"
    "cuttle models add FILE      takes in a model's file from elsewhere; it is not in force\n"
    "\n"
    "  --state DIR   the state directory, for every one of them (./state)\n"
    "  --json        of `list`: as JSON\n"
    "  --why TEXT    kept with what is promoted\n"
    "\n"
    "MODEL is the beginning of a model's hash, or `current`. `cuttle learn` trains one. A session\n"
    "that runs takes up what is put in force within a second or two, as one event of its journal,\n"
    "and needs `model.enabled: true` to ask it. In a model each strategy is live or a shadow: a\n"
    "shadow is asked and kept, and moves nothing. One whose answers do not come true is demoted "
    "by\n"
    "itself for that strategy: `promote` of the same model makes it live again.\n"
    "\n"
    "Exit status: 0; 1 it could not be done, and why.\n";

static int fail(const char *error)
{
    fprintf(stderr, "cuttle models: %s\n", error);
    return EXIT_FAILURE;
}

/* MODEL as it is named on the command line; false, said, when it is none. */
static bool find(const struct models_job *job, const char *name, uint8_t ret[MODEL_HASH_SIZE])
{
    char error[MODELS_PATH_MAX + 512];
    const bool found = models_find(job->folder, name, ret, error, sizeof error);
    if (!found) {
        fail(error);
    }
    return found;
}

/* `expected` as of registry_set. */
static int put_in_force(const struct models_job *job, const uint8_t hash[MODEL_HASH_SIZE],
                        const char *word, const uint8_t *expected)
{
    struct registry_line line = {.time_ns = models_now()};
    char text[2 * MODEL_HASH_SIZE + 1], error[512];
    memcpy(line.hash, hash, sizeof line.hash);
    snprintf(line.word, sizeof line.word, "%s", word);
    snprintf(line.why, sizeof line.why, "%s", job->why);
    if (registry_set(job->folder, &line, expected, error, sizeof error) != 0) {
        return fail(error);
    }
    model_hash_text(hash, text);
    if (model_hash_is_none(hash)) {
        printf("no model is in force; the heuristic judges entries\n");
    } else {
        printf("%.12s is in force\n", text);
    }
    return EXIT_SUCCESS;
}

static int none(const struct models_job *job)
{
    uint8_t now[MODEL_HASH_SIZE];
    char error[512];
    if (registry_current(job->folder, now, error, sizeof error) == 0 && model_hash_is_none(now)) {
        printf("no model was in force\n");
        return EXIT_SUCCESS;
    }
    return put_in_force(job, (const uint8_t[MODEL_HASH_SIZE]){0}, "demote", NULL);
}

/* Not unless it can be asked; `expected` as of registry_set. */
static int put_if_sound(const struct models_job *job, const uint8_t hash[MODEL_HASH_SIZE],
                        const char *word, const uint8_t *expected)
{
    struct model_file file;
    char path[MODELS_PATH_MAX + 128], error[1024];
    registry_path(job->folder, hash, path, sizeof path);
    if (model_hash_is_none(hash)) {
        return put_in_force(job, hash, word, expected);
    }
    int result = model_file_read(path, &file, error, sizeof error);
    if (result == 0) {
        result = models_suit(job, &file, error, sizeof error);
    }
    model_file_free(&file);
    return result != 0 ? fail(error) : put_in_force(job, hash, word, expected);
}

static int promote(const struct models_job *job)
{
    uint8_t hash[MODEL_HASH_SIZE];
    return find(job, job->names[0], hash) ? put_if_sound(job, hash, "promote", NULL) : EXIT_FAILURE;
}

static int rollback(const struct models_job *job)
{
    struct registry_history history;
    uint8_t now[MODEL_HASH_SIZE], before[MODEL_HASH_SIZE];
    char error[512];
    if (registry_read_history(job->folder, &history, error, sizeof error) != 0 ||
        registry_current(job->folder, now, error, sizeof error) != 0) {
        registry_history_free(&history);
        return fail(error);
    }
    const bool found = registry_before(&history, now, before);
    registry_history_free(&history);
    if (!found && model_hash_is_none(now)) {
        return fail("nothing was in force before");
    }
    return put_if_sound(job, before, "rollback", now);
}

static int add(const struct models_job *job)
{
    struct model_file file = {0};
    char error[1024], why[512], text[2 * MODEL_HASH_SIZE + 1], *bytes = NULL;
    size_t len = 0;
    int result = models_read_bytes(job->names[0], &bytes, &len, error, sizeof error);
    if (result == 0) {
        result = model_file_parse(bytes, len, &file, why, sizeof why);
        snprintf(error, sizeof error, "%.500s: %s", job->names[0], result == 0 ? "" : why);
    }
    if (result == 0) {
        result = registry_put(job->folder, bytes, len, file.model.hash, error, sizeof error);
    }
    model_hash_text(file.model.hash, text);
    model_file_free(&file);
    free(bytes);
    if (result != 0) {
        return fail(error);
    }
    printf("%.12s is here; `cuttle models promote %.12s` puts it in force\n", text, text);
    return EXIT_SUCCESS;
}

/* The session looks for the file once a second. */
static int train(const struct models_job *job)
{
    char path[MODELS_PATH_MAX + 32];
    if (state_lock_holder(job->state) == 0) {
        return fail("no session runs on this state directory: `cuttle learn --keep` trains without "
                    "one");
    }
    snprintf(path, sizeof path, "%s/" RETRAIN_ASKED, job->folder);
    const int result = disk_write_file(path, "", 0);
    if (result != 0) {
        snprintf(path, sizeof path, "%.900s: %s", job->folder, strerror(-result));
        return fail(path);
    }
    printf(
        "asked; where the session asks a model (model.enabled) it begins within a second, and its "
        "log says what comes of it\n");
    return EXIT_SUCCESS;
}

static int history(const struct models_job *job)
{
    struct registry_history history;
    char error[512];
    if (registry_read_history(job->folder, &history, error, sizeof error) != 0) {
        registry_history_free(&history);
        return fail(error);
    }
    for (size_t i = 0; i < history.count; i++) {
        const struct registry_line *line = &history.lines[i];
        char time[TIMESTAMP_TEXT_MAX], text[2 * MODEL_HASH_SIZE + 1];
        timestamp_format(time, line->time_ns, 0);
        model_hash_text(line->hash, text);
        printf("%s  %-8s  %-12.12s  %s\n", time, line->word,
               model_hash_is_none(line->hash) ? "none" : text, line->why);
    }
    if (history.count == 0) {
        printf("nothing was put in force yet\n");
    }
    registry_history_free(&history);
    return EXIT_SUCCESS;
}

static int show(const struct models_job *job, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint8_t hash[MODEL_HASH_SIZE];
        char error[1024];
        if (!find(job, job->names[i], hash)) {
            return EXIT_FAILURE;
        }
        if (models_show(job, hash, error, sizeof error) != 0) {
            return fail(error);
        }
        printf("%s", i + 1 < count ? "\n" : "");
    }
    return EXIT_SUCCESS;
}

static int run(struct models_job *job)
{
    char error[1024];
    if (strcmp(job->word, "list") == 0) {
        return models_list(job, error, sizeof error) == 0 ? EXIT_SUCCESS : fail(error);
    }
    if (strcmp(job->word, "show") == 0) {
        return show(job, 1);
    }
    if (strcmp(job->word, "compare") == 0) {
        return show(job, 2);
    }
    if (strcmp(job->word, "history") == 0) {
        return history(job);
    }
    if (strcmp(job->word, "promote") == 0) {
        return promote(job);
    }
    if (strcmp(job->word, "rollback") == 0) {
        return rollback(job);
    }
    if (strcmp(job->word, "train") == 0) {
        return train(job);
    }
    return strcmp(job->word, "none") == 0 ? none(job) : add(job);
}

/* How many names a word wants; -1: there is no such word. */
static int names_wanted(const char *word)
{
    static const struct {
        const char *word;
        int names;
    } rows[] = {{"list", 0},  {"show", 1},     {"compare", 2}, {"history", 0}, {"promote", 1},
                {"train", 0}, {"rollback", 0}, {"none", 0},    {"add", 1}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].word, word) == 0) {
            return rows[i].names;
        }
    }
    return -1;
}

int command_models(int argc, char **argv)
{
    struct models_job job = {.word = "list", .state = "state", .why = "by hand"};
    int name_count = 0;
    bool worded = false;
    for (int i = 1; i < argc; i++) {
        char wrong[256];
        if (flags_is_help(argv[i])) {
            printf("%s", help);
            return EXIT_SUCCESS;
        }
        if (strcmp(argv[i], "--state") == 0 && i + 1 < argc) {
            job.state = argv[++i];
        } else if (strcmp(argv[i], "--why") == 0 && i + 1 < argc) {
            job.why = argv[++i];
        } else if (strcmp(argv[i], "--json") == 0) {
            job.json = true;
        } else if (!worded && names_wanted(argv[i]) >= 0) {
            job.word = argv[i];
            worded = true;
        } else if (argv[i][0] != '-' && worded && name_count < names_wanted(job.word)) {
            job.names[name_count++] = argv[i];
        } else {
            snprintf(wrong, sizeof wrong, "%s: not understood; see `cuttle help models`", argv[i]);
            return fail(wrong);
        }
    }
    if (name_count < names_wanted(job.word)) {
        return fail("which model? `cuttle models list` shows them; see `cuttle help models`");
    }
    registry_folder(job.state, job.folder, sizeof job.folder);
    return run(&job);
}

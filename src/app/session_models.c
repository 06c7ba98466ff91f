/* SPDX-License-Identifier: MIT */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/lookout.h"
#include "app/models.h"
#include "app/session.h"
#include "app/terms.h"
#include "platform/log/log.h"
#include "store/disk.h"
#include "store/registry.h"

/* The model in force while the session runs: the journal is told which, and the registry is watched
 * for another one, or for the same one put in force anew. A thread of its own reads and frees the
 * files, and writes into the history what the engine has demoted; the switch is one event between
 * two others of the trading thread. */

/* What was put in force; a file that holds nothing stands for none. */
struct served {
    struct model_file file;
    uint64_t turn;    /* registry_turn */
    uint32_t demoted; /* mask of the engine's strategies that the history says it failed for */
};

/* What the engine has found out, on its way into the history. */
struct failures {
    uint8_t hash[MODEL_HASH_SIZE];
    uint64_t turn;
    uint32_t strategies; /* mask */
    double evidence[STRATEGY_MAX];
    uint64_t outcomes[STRATEGY_MAX];
};

struct session_models {
    char folder[OPTION_PATH_MAX + 16];
    struct model_terms opened; /* what the session asked at its start, for the watching thread
                                * too: its market stays */
    struct model_terms asked;  /* now: a script's text changes */
    uint32_t unfit;            /* said of what is in force */
    uint32_t strategy_count;
    char strategies[STRATEGY_MAX][STRATEGY_NAME_MAX + 1];
    struct served *in_force;         /* the trading thread's; NULL: none */
    uint32_t noted;                  /* and what of it the history says, or will */
    const struct model *before;      /* of the core, to be given back */
    uint8_t looked[MODEL_HASH_SIZE]; /* the watching thread's: what it read last, or could not */
    uint64_t looked_turn;
    struct stat history; /* and of which history */
    bool unwritten_said, unread_said;
    _Atomic(struct served *) news;    /* from the watching thread to the trading one */
    _Atomic(struct served *) retired; /* and back, to be freed */
    struct failures failures;         /* the trading thread's while nothing waits */
    atomic_bool failures_wait;
    struct lookout lookout;
};

static void served_free(struct served *served)
{
    if (served != NULL) {
        model_file_free(&served->file);
        free(served);
    }
}

/* What the history says of the model. False, said once, when it cannot be read: then nothing may be
 * concluded, or a model that has failed would be live again. */
static bool ask_history(struct session_models *models, const uint8_t hash[MODEL_HASH_SIZE],
                        uint64_t *ret_turn, uint32_t *ret_demoted)
{
    struct registry_history history;
    char error[512];
    const bool read = registry_read_history(models->folder, &history, error, sizeof error) == 0;
    *ret_turn = 0;
    *ret_demoted = 0;
    if (read) {
        *ret_turn = registry_turn(&history, hash);
        for (uint32_t i = 0; i < models->strategy_count; i++) {
            *ret_demoted |= (uint32_t)registry_demoted(&history, hash, models->strategies[i]) << i;
        }
    } else if (!models->unread_said) {
        log_error("model.history", error, "instead",
                  "what is in force stays, and it is tried again", NULL);
    }
    models->unread_said = !read;
    registry_history_free(&history);
    return read;
}

/* The file of that hash; of zeros an empty one. NULL, said, when it cannot be read, or is for
 * another market than this session's. */
static struct served *serve(struct session_models *models, const uint8_t hash[MODEL_HASH_SIZE],
                            const char *instead)
{
    char path[OPTION_PATH_MAX + 128], error[512] = "out of memory";
    struct served *served = calloc(1, sizeof *served);
    if (served == NULL || model_hash_is_none(hash)) {
        return served;
    }
    registry_path(models->folder, hash, path, sizeof path);
    if (model_file_read(path, &served->file, error, sizeof error) != 0) {
        log_error("model.read", error, "instead", instead, NULL);
        served_free(served);
        return NULL;
    }
    if (memcmp(served->file.model.hash, hash, MODEL_HASH_SIZE) != 0) {
        log_error("model.read", "its bytes are not those that its name says", "file", path, NULL);
        served_free(served);
        return NULL;
    }
    if (!model_terms_allow(&served->file.terms, &models->opened, error, sizeof error)) {
        log_warn("model.unfit", error, "model", path, "instead", instead, NULL);
        served_free(served);
        return NULL;
    }
    if (!ask_history(models, hash, &served->turn, &served->demoted)) {
        memset(models->looked, 0xff, sizeof models->looked); /* no hash: it is looked at again */
        served_free(served);
        return NULL;
    }
    return served;
}

/* Whether somebody wrote into it since the last look. */
static bool history_changed(struct session_models *models)
{
    char path[OPTION_PATH_MAX + 64];
    struct stat now = {0};
    snprintf(path, sizeof path, "%s/history.jsonl", models->folder);
    stat(path, &now); /* where there is none all stays zero */
    const bool changed = now.st_ino != models->history.st_ino ||
                         now.st_size != models->history.st_size ||
                         now.st_mtim.tv_sec != models->history.st_mtim.tv_sec ||
                         now.st_mtim.tv_nsec != models->history.st_mtim.tv_nsec;
    models->history = now;
    return changed;
}

static int write_failure(const struct session_models *models, uint32_t strategy, char *error,
                         size_t error_size)
{
    const struct failures *failures = &models->failures;
    struct registry_line line = {.time_ns = models_now(), .word = "demote"};
    memcpy(line.hash, failures->hash, sizeof line.hash);
    snprintf(line.strategy, sizeof line.strategy, "%s", models->strategies[strategy]);
    snprintf(line.why, sizeof line.why,
             "for %s by itself: what it says does not come true (%.0f to 1 after %llu outcomes)",
             line.strategy, failures->evidence[strategy],
             (unsigned long long)failures->outcomes[strategy]);
    return registry_demote(models->folder, &line, error, error_size);
}

/* False: the disk does not take it, and it is tried again. */
static bool write_failures(struct session_models *models)
{
    const struct failures *failures = &models->failures;
    uint64_t turn;
    uint32_t known;
    char error[512] = "";
    if (!ask_history(models, failures->hash, &turn, &known)) {
        return false;
    }
    if (turn != failures->turn) {
        return true; /* put in force anew meanwhile, by hand */
    }
    for (uint32_t i = 0; i < models->strategy_count; i++) {
        if ((failures->strategies >> i & 1) != 0 && (known >> i & 1) == 0 &&
            write_failure(models, i, error, sizeof error) != 0) {
            if (!models->unwritten_said) {
                log_error("model.demote", error, "instead", "it is tried again", NULL);
            }
            models->unwritten_said = true;
            return false;
        }
    }
    models->unwritten_said = false;
    return true;
}

static void look(void *context)
{
    struct session_models *models = context;
    uint8_t hash[MODEL_HASH_SIZE];
    char error[512];
    served_free(atomic_exchange(&models->retired, NULL));
    if (atomic_load(&models->failures_wait) && write_failures(models)) {
        atomic_store(&models->failures_wait, false);
    }
    if (atomic_load(&models->news) != NULL ||
        registry_current(models->folder, hash, error, sizeof error) != 0) {
        return;
    }
    uint64_t turn = models->looked_turn;
    uint32_t demoted;
    if (history_changed(models) && !ask_history(models, hash, &turn, &demoted)) {
        models->history = (struct stat){.st_ino = 1}; /* nobody's: it is read again */
        return;
    }
    if (memcmp(hash, models->looked, sizeof hash) == 0 && turn == models->looked_turn) {
        return;
    }
    memcpy(models->looked, hash, sizeof hash);
    models->looked_turn = turn;
    struct served *served = serve(models, hash, "what was in force stays");
    if (served != NULL) {
        models->looked_turn = model_hash_is_none(hash) ? turn : served->turn;
        atomic_store(&models->news, served);
    }
}

static void say_unfit(const char *strategy, const char *why)
{
    log_warn("model.unfit", "a strategy's model was trained otherwise: the heuristic judges for it",
             "strategy", strategy, "why", why, NULL);
}

/* The strategies that what is in force was trained otherwise for; told once of each model, and anew
 * where a script has changed. */
static uint32_t find_unfit(struct session *session)
{
    struct session_models *models = session->models;
    const struct engine_config *config = &session->engine->config;
    const struct model_terms *terms = &models->in_force->file.terms;
    terms_of(config, &session->terms[0], session->options->shelf, &models->asked);
    const uint32_t unfit = terms_unfit(config, terms, &models->asked, NULL);
    if ((unfit & ~models->unfit) != 0) {
        terms_unfit(config, terms, &models->asked, say_unfit);
    }
    models->unfit = unfit;
    return unfit;
}

static void tell(struct session *session)
{
    const struct served *served = session->models->in_force;
    struct event event = {.kind = EVENT_MODEL, .time_ns = session->engine->time_ns};
    if (served != NULL) {
        memcpy(event.model.hash, served->file.model.hash, MODEL_HASH_SIZE);
        event.model.turn = served->turn;
        event.model.demoted = served->demoted;
        event.model.unfit = find_unfit(session);
    }
    session_give(session, &event);
}

static void take(struct session_models *models, struct served *served)
{
    models->in_force = served;
    models->unfit = 0;
    models->noted = served != NULL ? served->demoted : 0;
    model_use(served != NULL && served->file.model.trained_count > 0 ? &served->file.model : NULL);
}

static void name_strategies(struct session_models *models, const struct engine *engine)
{
    models->strategy_count = engine->config.strategy_count;
    for (uint32_t i = 0; i < models->strategy_count; i++) {
        memcpy(models->strategies[i], engine->seats[i].name, sizeof models->strategies[i]);
    }
}

/* Only a session that asks a model has one. */
bool session_open_models(struct session *session, char *error, size_t error_size)
{
    if (!session->engine->config.chain.model.enabled) {
        /* What an earlier session of this state had is none's from here on. */
        if (!model_hash_is_none(session->engine->learning.model)) {
            session_give(session,
                         &(struct event){.kind = EVENT_MODEL, .time_ns = session->engine->time_ns});
        }
        return true;
    }
    struct session_models *models = calloc(1, sizeof *models);
    session->models = models;
    if (models == NULL) {
        snprintf(error, error_size, "out of memory");
        return false;
    }
    models->before = model_in_force;
    name_strategies(models, session->engine);
    registry_folder(session->options->session.state, models->folder, sizeof models->folder);
    terms_of(&session->engine->config, &session->terms[0], session->options->shelf,
             &models->opened);
    if (model_terms_write(models->folder, &models->opened, error, error_size) != 0) {
        return false;
    }
    /* What cannot be read must not keep a bot that holds something from starting. */
    struct served *served = NULL;
    if (registry_current(models->folder, models->looked, error, error_size) != 0) {
        log_error("model.read", error, "instead", "the heuristic judges entries", NULL);
    } else {
        history_changed(models);
        served = serve(models, models->looked, "the heuristic judges entries");
        models->looked_turn = served != NULL ? served->turn : 0;
    }
    take(models, served);
    tell(session);
    if (!lookout_start(&models->lookout, look, models)) {
        snprintf(error, error_size, "cannot start a thread to watch for a new model");
        return false;
    }
    return true;
}

void session_tell_models(struct session *session)
{
    if (session->models != NULL) {
        tell(session);
    }
}

/* What the engine has demoted is handed over, to be written. */
static void hand_over(struct session_models *models, const struct learning *learning)
{
    const uint32_t fresh = learning->demoted & ~models->noted;
    struct failures *failures = &models->failures;
    if (fresh == 0 || atomic_load(&models->failures_wait)) {
        return;
    }
    *failures = (struct failures){.turn = learning->turn, .strategies = fresh};
    memcpy(failures->hash, learning->model, sizeof failures->hash);
    for (uint32_t i = 0; i < STRATEGY_MAX; i++) {
        failures->evidence[i] = learning->watches[i].evidence;
        failures->outcomes[i] = learning->watches[i].trades;
    }
    models->noted |= fresh;
    atomic_store(&models->failures_wait, true);
}

void session_mind_models(struct session *session)
{
    struct session_models *models = session->models;
    if (models != NULL) {
        hand_over(models, &session->engine->learning);
    }
    /* What is in force now is freed by the other thread, which has taken the last one by then. */
    if (models == NULL || atomic_load(&models->news) == NULL ||
        atomic_load(&models->retired) != NULL) {
        return;
    }
    struct served *old = models->in_force;
    take(models, atomic_exchange(&models->news, NULL));
    tell(session);
    atomic_store(&models->retired, old);
}

void session_close_models(struct session *session)
{
    struct session_models *models = session->models;
    if (models == NULL) {
        return;
    }
    hand_over(models, &session->engine->learning);
    lookout_stop(&models->lookout);
    if (atomic_load(&models->failures_wait)) {
        write_failures(models);
    }
    model_use(models->before);
    served_free(models->in_force);
    served_free(atomic_load(&models->news));
    served_free(atomic_load(&models->retired));
    free(models);
    session->models = NULL;
}

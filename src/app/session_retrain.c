/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/background.h"
#include "app/beside.h"
#include "app/lookout.h"
#include "app/retrain.h"
#include "app/session.h"
#include "core/base/timestamp.h"
#include "platform/log/log.h"
#include "store/registry.h"
#include "venue/local/exchange.h"

/* The training of new models while the session trades: a thread of its own looks once a second
 * whether one is due or asked for, and starts `cuttle learn --keep` as a child with what the
 * processor has left. What comes of it the registry has, and session_models.c takes it up. Whatever
 * goes wrong here is said and tried again another day; trading never hears of it. */

#define PATH_ROOM (BESIDE_PATH_MAX + 32)
#define SAID_MAX 512

struct session_retrain {
    struct beside places; /* its folder the registry's */
    int64_t every_ns, history_ns;
    enum timeframe timeframe;
    const char *const *symbols;
    uint32_t pair_count;
    bool timely;                 /* the market's time is that of the candles in the store */
    atomic_int_least64_t now_ns; /* of the market; 0: the session is not warm yet */
    struct retrain done, before;
    pid_t child; /* 0: none */
    struct lookout lookout;
};

/* The last line that the child said, which is what came of it. */
static void last_said(const struct session_retrain *retrain, char out[SAID_MAX])
{
    char path[PATH_ROOM], line[SAID_MAX];
    snprintf(out, SAID_MAX, "it said nothing");
    snprintf(path, sizeof path, "%s/" RETRAIN_OUTPUT, retrain->places.folder);
    FILE *in = fopen(path, "re");
    while (in != NULL && fgets(line, sizeof line, in) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] != '\0') {
            snprintf(out, SAID_MAX, "%s", line);
        }
    }
    if (in != NULL) {
        fclose(in);
    }
}

static void keep(const struct session_retrain *retrain)
{
    const int result = retrain_write(retrain->places.folder, &retrain->done);
    if (result != 0) {
        log_warn("model.train", "when models were trained last cannot be kept", "why",
                 strerror(-result), NULL);
    }
}

static void tell_failure(struct session_retrain *retrain, const char *why)
{
    char next[TIMESTAMP_TEXT_MAX];
    timestamp_format(next, retrain_next(&retrain->done, retrain->every_ns), 0);
    keep(retrain);
    log_warn("model.train", "no model was trained; trading goes on with what is in force", "why",
             why, "again", retrain->every_ns > 0 ? next : "when it is asked for", NULL);
}

/* The child has ended. */
static void settle(struct session_retrain *retrain, int status)
{
    char said[SAID_MAX], why[SAID_MAX + 64];
    retrain->child = 0;
    last_said(retrain, said);
    if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS) {
        retrain_end(&retrain->done, true);
        keep(retrain);
        log_info("model.train", "the training has ended", "said", said, NULL);
        return;
    }
    if (WIFSIGNALED(status)) {
        snprintf(why, sizeof why, "it was killed by signal %d", WTERMSIG(status));
    } else {
        snprintf(why, sizeof why, "%s", said);
    }
    tell_failure(retrain, why);
}

/* Words that only this one has; the rest are in the file of the configuration. */
static pid_t launch(const struct session_retrain *retrain, int64_t now_ns, const char *pairs)
{
    char under[24], config[PATH_ROOM], output[PATH_ROOM], scripts[PATH_ROOM];
    char from[TIMESTAMP_TEXT_MAX], to[TIMESTAMP_TEXT_MAX];
    const char *timeframe = timeframe_names[retrain->timeframe];
    snprintf(under, sizeof under, "%ld", (long)getpid());
    snprintf(config, sizeof config, "%s/" RETRAIN_CONFIG, retrain->places.folder);
    snprintf(output, sizeof output, "%s/" RETRAIN_OUTPUT, retrain->places.folder);
    snprintf(scripts, sizeof scripts, "strategies.folder=%s", retrain->places.scripts);
    timestamp_format(to, now_ns, 0);
    timestamp_format(from, retrain->history_ns > 0 ? now_ns - retrain->history_ns : 0, 0);
    const char *const words[] = {"cuttle",      "learn",
                                 "--keep",      "--no-files",
                                 "--under",     under,
                                 "--config",    config,
                                 "--set",       scripts,
                                 "--state",     retrain->places.state,
                                 "--store",     retrain->places.store,
                                 "--pairs",     pairs,
                                 "--timeframe", timeframe,
                                 "--detail",    timeframe,
                                 "--from",      from,
                                 "--to",        to,
                                 NULL};
    return background_start((char *const *)(uintptr_t)words, retrain->places.folder, output, NULL);
}

static void start(struct session_retrain *retrain, int64_t now_ns)
{
    static char pairs[OPTION_LIST_MAX];
    char error[SAID_MAX];
    retrain->before = retrain->done;
    retrain_begin(&retrain->done, now_ns);
    if (!retrain_pairs(retrain->places.store, retrain->symbols, retrain->pair_count, pairs,
                       sizeof pairs, error, sizeof error)) {
        tell_failure(retrain, error);
        return;
    }
    keep(retrain);
    const pid_t child = launch(retrain, now_ns, pairs);
    if (child < 0) {
        tell_failure(retrain, strerror((int)-child));
        return;
    }
    retrain->child = child;
    log_info("model.train", "models are trained anew, at the lowest priority; trading goes on",
             "pairs", pairs, "candles", timeframe_names[retrain->timeframe], NULL);
}

static bool asked(const struct session_retrain *retrain)
{
    char path[PATH_ROOM];
    snprintf(path, sizeof path, "%s/" RETRAIN_ASKED, retrain->places.folder);
    return unlink(path) == 0;
}

static void look(void *context)
{
    struct session_retrain *retrain = context;
    const int64_t now_ns = atomic_load(&retrain->now_ns);
    int status = 0;
    if (retrain->child != 0) {
        if (background_look(retrain->child, &status)) {
            settle(retrain, status);
        }
    } else if (now_ns != 0 &&
               (asked(retrain) || (retrain->timely && retrain->every_ns > 0 &&
                                   now_ns >= retrain_next(&retrain->done, retrain->every_ns)))) {
        start(retrain, now_ns);
    }
}

static bool find_places(const struct session *session, struct session_retrain *retrain)
{
    char folder[PATH_ROOM], config[PATH_ROOM];
    registry_folder(session->options->session.state, folder, sizeof folder);
    if (!beside_find(session->options, folder, &retrain->places)) {
        return false;
    }
    snprintf(config, sizeof config, "%s/" RETRAIN_CONFIG, retrain->places.folder);
    return beside_write_config(session->options, config);
}

static void clear_asked(const struct session_retrain *retrain)
{
    if (asked(retrain)) {
        log_info("model.train", "what was asked for before this session is not trained", NULL);
    }
}

/* Where the market is made up, or runs as fast as it goes, no week has a meaning; what is asked for
 * is trained all the same. */
static bool is_timely(const struct options *options)
{
    return options->venue.name == VENUE_KRAKEN ||
           (options->venue.name == VENUE_LOCAL && options->market.kind == EXCHANGE_REPLAY &&
            !options->market.lockstep);
}

bool session_open_retrain(struct session *session, char *error, size_t error_size)
{
    const struct options *options = session->options;
    if (!session->engine->config.chain.model.enabled || options->config == NULL) {
        return true;
    }
    struct session_retrain *retrain = calloc(1, sizeof *retrain);
    session->retrain = retrain;
    if (retrain == NULL || !find_places(session, retrain)) {
        snprintf(error, error_size, "%s/models: what a training needs cannot be written there: %s",
                 options->session.state, strerror(errno));
        return false;
    }
    retrain->every_ns = options->retrain.every_ns;
    retrain->history_ns = options->retrain.history_ns;
    retrain->timeframe = retrain_timeframe(&session->engine->config);
    retrain->symbols = session->symbols;
    retrain->pair_count = session->pair_count;
    retrain->timely = is_timely(options);
    retrain_read(retrain->places.folder, &retrain->done);
    clear_asked(retrain);
    if (!lookout_start(&retrain->lookout, look, retrain)) {
        snprintf(error, error_size, "cannot start a thread to train models by");
        return false;
    }
    return true;
}

void session_mind_retrain(struct session *session)
{
    if (session->retrain != NULL && session->armed) {
        atomic_store(&session->retrain->now_ns, session_time(session));
    }
}

void session_close_retrain(struct session *session)
{
    struct session_retrain *retrain = session->retrain;
    if (retrain == NULL) {
        return;
    }
    int status = 0;
    lookout_stop(&retrain->lookout); /* with the thread that started it the kernel ends the child */
    const bool ended = retrain->child != 0 && background_look(retrain->child, &status);
    if (ended && WIFEXITED(status)) {
        settle(retrain, status);
    } else if (retrain->child != 0) {
        if (!ended) {
            background_kill(retrain->child);
        }
        retrain_withdraw(&retrain->done, &retrain->before);
        keep(retrain);
        log_info("model.train", "the training ends with the session, and is made up", NULL);
    }
    free(retrain);
    session->retrain = NULL;
}

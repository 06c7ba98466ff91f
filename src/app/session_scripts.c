/* SPDX-License-Identifier: MIT */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/lookout.h"
#include "app/session.h"
#include "platform/log/log.h"

/* The user's strategies while they run: the journal is told what they are made of, their files are
 * watched, their faults are said. A thread of its own reads the files: the trading thread must not
 * wait for a disk. */

/* What tells a file from what it was; all zeros: there is none. */
struct stamp {
    int64_t mtime_ns;
    int64_t len;
    uint64_t inode;
};

struct watched {
    uint32_t slot;  /* among the strategies that vote */
    uint32_t index; /* on the shelf */
    bool told;      /* that it is stopped */

    /* The watching thread's: */
    const char *path;
    char *text; /* as it was read last */
    struct stamp read, seen;

    /* From the watching thread to the trading one: a text that is new. */
    _Atomic(char *) news;
};

struct session_scripts {
    uint32_t count;
    struct watched list[STRATEGY_MAX];
    struct lookout lookout;
};

static struct stamp stamp_of(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        return (struct stamp){0};
    }
    return (struct stamp){
        .mtime_ns = status.st_mtim.tv_sec * NS_PER_S + status.st_mtim.tv_nsec,
        .len = status.st_size,
        .inode = status.st_ino,
    };
}

static bool same_stamp(const struct stamp *a, const struct stamp *b)
{
    return a->mtime_ns == b->mtime_ns && a->len == b->len && a->inode == b->inode;
}

/* A file is read when it has stood as it is from one look to the next: an editor may still write.
 */
static void look(struct watched *watched)
{
    const struct stamp now = stamp_of(watched->path);
    const bool settled = same_stamp(&now, &watched->seen);
    watched->seen = now;
    if (!settled || same_stamp(&now, &watched->read) || atomic_load(&watched->news) != NULL) {
        return;
    }
    char *text = shelf_read_text(watched->path);
    if (text == NULL) {
        return; /* no memory: at the next look, perhaps */
    }
    watched->read = now;
    char *news = strcmp(text, watched->text) == 0 ? NULL : strdup(text);
    free(watched->text);
    watched->text = text;
    if (news != NULL) {
        atomic_store(&watched->news, news);
    }
}

static void look_at_all(void *context)
{
    struct session_scripts *scripts = context;
    for (uint32_t i = 0; i < scripts->count; i++) {
        look(&scripts->list[i]);
    }
}

static bool gather(struct session *session, struct session_scripts *scripts)
{
    const struct engine_config *config = &session->engine->config;
    const struct shelf *shelf = session->options->shelf;
    for (uint32_t i = 0; i < config->strategy_count; i++) {
        if (config->strategies[i].type < strategy_built_in) {
            continue;
        }
        struct watched *watched = &scripts->list[scripts->count++];
        watched->slot = i;
        watched->index = config->strategies[i].type - strategy_built_in;
        watched->path = shelf_path(shelf, watched->index);
        watched->text = strdup(script_text(shelf_script(shelf, watched->index)));
        if (watched->text == NULL) {
            return false;
        }
    }
    return true;
}

bool session_open_scripts(struct session *session, char *error, size_t error_size)
{
    struct session_scripts *scripts = calloc(1, sizeof *scripts);
    session->scripts = scripts;
    if (scripts == NULL) {
        snprintf(error, error_size, "out of memory");
        return false;
    }
    if (!gather(session, scripts)) {
        snprintf(error, error_size, "out of memory");
        return false;
    }
    session_tell_scripts(session);
    if (scripts->count > 0 && !lookout_start(&scripts->lookout, look_at_all, scripts)) {
        snprintf(error, error_size, "cannot start a thread to watch the strategies' files");
        return false;
    }
    return true;
}

/* A replay that begins at the snapshot needs them. */
void session_tell_scripts(struct session *session)
{
    const struct session_scripts *scripts = session->scripts;
    for (uint32_t i = 0; scripts != NULL && i < scripts->count; i++) {
        const struct event event =
            shelf_event(session->options->shelf, scripts->list[i].index, session->engine->time_ns);
        session_give(session, &event);
    }
}

static void tell_state(struct session *session, struct watched *watched)
{
    const struct script *script = shelf_script(session->options->shelf, watched->index);
    const bool stopped = script_stopped(script);
    session->pulse[watched->slot].enabled = !stopped;
    if (stopped && !watched->told) {
        log_error("strategy.stopped", script_fault(script), "strategy",
                  script_strategy(script)->name, NULL);
    }
    watched->told = stopped;
}

/* A change is an event like any other: it is in the journal before it is in force. */
static void take_news(struct session *session, struct watched *watched, const char *text)
{
    struct event event =
        shelf_event(session->options->shelf, watched->index, session->engine->time_ns);
    event.strategy.fresh = true;
    event.strategy.stopped = false;
    event.strategy.text = text;
    watched->told = false;
    if (!shelf_take(session->options->shelf, &event)) {
        log_error("strategy.reload", "no memory to take up a strategy's new text", "strategy",
                  event.strategy.name, NULL);
        return;
    }
    session_give(session, &event);
    session_tell_models(session); /* what it says now is not what a model was trained with */
    const struct script *script = shelf_script(session->options->shelf, watched->index);
    if (!script_stopped(script)) {
        log_info("strategy.reload", "its file has changed: the new text votes from here",
                 "strategy", script_strategy(script)->name, NULL);
    }
}

void session_mind_scripts(struct session *session)
{
    struct session_scripts *scripts = session->scripts;
    for (uint32_t i = 0; scripts != NULL && i < scripts->count; i++) {
        struct watched *watched = &scripts->list[i];
        if (atomic_load(&watched->news) != NULL) {
            char *text = atomic_exchange(&watched->news, NULL);
            take_news(session, watched, text);
            free(text);
        }
        tell_state(session, watched);
    }
}

void session_close_scripts(struct session *session)
{
    struct session_scripts *scripts = session->scripts;
    if (scripts == NULL) {
        return;
    }
    lookout_stop(&scripts->lookout);
    for (uint32_t i = 0; i < scripts->count; i++) {
        free(scripts->list[i].text);
        free(atomic_load(&scripts->list[i].news));
    }
    free(scripts);
}

/* SPDX-License-Identifier: MIT */
#include "operator/watch/hook.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "operator/watch/event_list.h"
#include "platform/log/log.h"
#include "platform/loop/spawn.h"

#define WORDS_MAX 64
#define VARIABLES 8
#define VARIABLE_MAX 1024

/* Of what one run prints; a longer text would push what happened out of the log. */
#define LINES_MAX 20

/* One program that runs; its own timer, which outlives it. */
struct hook_run {
    struct hook *hook;
    struct loop_child *child; /* NULL: the place is free */
    struct loop_timer *timer;
    bool late;
    uint64_t line_count;
    struct notice notice; /* what it is told */
};

struct hook {
    struct loop *loop;
    hook_done *done;
    void *context;
    char command[2048];
    char *argv[WORDS_MAX + 1];
    char **environment; /* ours, with room for the event's */
    size_t environment_count;
    char variables[VARIABLES][VARIABLE_MAX];
    struct hook_run runs[HOOK_RUNNING_MAX];
    struct notice_tally tally;
    struct notice_queue queue;
};

static void start_more(struct hook *hook);

static void finish(struct hook *hook, const struct notice *notice, const char *error)
{
    char name[NOTICE_NAME_MAX];
    if (error) {
        hook->tally.failed_count++;
        snprintf(hook->tally.failure, sizeof hook->tally.failure, "%s", error);
        notice_name(notice, name);
        log_printf(LOG_WARN, "alarm.command", "%s, told of %s: %s", hook->argv[0], name, error);
    } else {
        hook->tally.sent_count++;
        hook->tally.failure[0] = '\0';
    }
    if (hook->done)
        hook->done(hook->context, error);
}

static void on_line(void *context, const char *line)
{
    struct hook_run *run = context;
    if (run->line_count++ < LINES_MAX)
        log_printf(LOG_INFO, "alarm.command", "%s says: %.400s", run->hook->argv[0], line);
}

static void on_exit_of(void *context, int64_t status, int signal_number)
{
    struct hook_run *run = context;
    struct hook *hook = run->hook;
    char error[160];
    if (run->late)
        snprintf(error, sizeof error, "killed: it took longer than %d s",
                 (int)(HOOK_TIMEOUT_NS / NS_PER_S));
    else if (signal_number)
        snprintf(error, sizeof error, "ended by signal %d", signal_number);
    else
        snprintf(error, sizeof error, "ended with status %lld", (long long)status);
    if (run->line_count > LINES_MAX)
        log_printf(LOG_INFO, "alarm.command", "%s said %llu lines more, which are passed over",
                   hook->argv[0], (unsigned long long)(run->line_count - LINES_MAX));
    loop_timer_set(run->timer, LOOP_NEVER, 0);
    run->child = NULL;
    finish(hook, &run->notice, run->late || signal_number || status != 0 ? error : NULL);
    start_more(hook);
}

static void on_late(void *context)
{
    struct hook_run *run = context;
    if (run->child) {
        run->late = true;
        loop_hook_kill(run->child);
    }
}

static void set_variables(struct hook *hook, const struct notice *notice)
{
    const struct ledger_event *event = &notice->event;
    char stamp[TIMESTAMP_TEXT_MAX], id[24];
    timestamp_format(stamp, event->raised_ns, 3);
    snprintf(id, sizeof id, "%llu", (unsigned long long)event->id);
    const char *const severity = event_severity_word(event->severity);
    const struct {
        const char *name, *value;
    } values[VARIABLES] = {
        {"ID", id},
        {"TYPE", event->type},
        {"SEVERITY", severity},
        {"NEWS", sentry_news_word(notice->news)},
        {"MESSAGE", event->message},
        {"REMEDY", event->remedy},
        {"TIME", stamp},
        {"METADATA", event->metadata},
    };
    for (size_t i = 0; i < VARIABLES; i++) {
        snprintf(hook->variables[i], VARIABLE_MAX, "CUTTLE_EVENT_%s=%s", values[i].name,
                 values[i].value);
        hook->environment[hook->environment_count + i] = hook->variables[i];
    }
    hook->environment[hook->environment_count + VARIABLES] = NULL;
}

static void start(struct hook *hook, struct hook_run *run)
{
    static const struct loop_child_events events = {on_line, on_exit_of};
    const struct notice *notice = &run->notice;
    char error[160];
    run->notice = *notice_queue_first(&hook->queue);
    notice_queue_drop(&hook->queue);
    set_variables(hook, notice);
    const struct loop_hook plan = {
        .argv = hook->argv,
        .environment = hook->environment,
        .input = notice->json,
        .input_len = notice->len,
    };
    run->late = false;
    run->line_count = 0;
    run->child = loop_hook_start(hook->loop, &plan, &events, run);
    const int reason = errno;
    if (run->child) {
        loop_timer_set(run->timer, HOOK_TIMEOUT_NS / NS_PER_MS, 0);
        return;
    }
    snprintf(error, sizeof error, "it cannot be started: %s", strerror(reason));
    finish(hook, notice, error);
}

static void start_more(struct hook *hook)
{
    for (size_t i = 0; i < HOOK_RUNNING_MAX; i++)
        while (!hook->runs[i].child && notice_queue_first(&hook->queue))
            start(hook, &hook->runs[i]);
}

static bool read_command(struct hook *hook, const char *command)
{
    size_t count = 0;
    char *rest = hook->command;
    if ((size_t)snprintf(hook->command, sizeof hook->command, "%s", command) >=
        sizeof hook->command)
        return false;
    for (char *word; (word = strsep(&rest, " \t")) != NULL;) {
        if (*word == '\0')
            continue;
        if (count == WORDS_MAX)
            return false;
        hook->argv[count++] = word;
    }
    return count > 0;
}

struct hook *hook_new(struct loop *loop, const char *command, hook_done *done, void *context)
{
    struct hook *hook = calloc(1, sizeof *hook);
    if (!hook)
        return NULL;
    hook->loop = loop;
    hook->done = done;
    hook->context = context;
    for (size_t i = 0; i < HOOK_RUNNING_MAX; i++) {
        hook->runs[i].hook = hook;
        hook->runs[i].timer = loop_timer_start(loop, LOOP_NEVER, 0, on_late, &hook->runs[i]);
    }
    hook->environment = spawn_environment(VARIABLES, &hook->environment_count);
    if (hook->environment && read_command(hook, command))
        return hook;
    hook_free(hook);
    return NULL;
}

void hook_free(struct hook *hook)
{
    if (!hook)
        return;
    for (size_t i = 0; i < HOOK_RUNNING_MAX; i++)
        loop_timer_stop(hook->runs[i].timer);
    free(hook->environment);
    free(hook);
}

void hook_put(struct hook *hook, const struct notice *notice)
{
    hook->tally.dropped_count += !notice_queue_put(&hook->queue, notice);
    start_more(hook);
}

bool hook_idle(const struct hook *hook)
{
    bool idle = notice_queue_first(&hook->queue) == NULL;
    for (size_t i = 0; i < HOOK_RUNNING_MAX; i++)
        idle = idle && !hook->runs[i].child;
    return idle;
}

static void say_undelivered(struct hook *hook, const struct notice *notice)
{
    char name[NOTICE_NAME_MAX];
    notice_name(notice, name);
    log_printf(LOG_WARN, "alarm.undelivered", "%s: %s had not ended when the session did", name,
               hook->argv[0]);
    hook->tally.failed_count++;
}

void hook_give_up(struct hook *hook)
{
    const struct notice *notice;
    for (size_t i = 0; i < HOOK_RUNNING_MAX; i++) {
        if (hook->runs[i].child) {
            loop_hook_kill(hook->runs[i].child);
            say_undelivered(hook, &hook->runs[i].notice);
        }
    }
    for (; (notice = notice_queue_first(&hook->queue)); notice_queue_drop(&hook->queue))
        say_undelivered(hook, notice);
}

void hook_leave(struct hook *hook, struct notice_queue *queue)
{
    for (size_t i = 0; i < HOOK_RUNNING_MAX; i++) {
        if (hook->runs[i].child) {
            loop_hook_kill(hook->runs[i].child);
            notice_queue_put(queue, &hook->runs[i].notice);
        }
    }
    notice_queue_move(&hook->queue, queue);
}

const struct notice_tally *hook_tally(const struct hook *hook)
{
    return &hook->tally;
}

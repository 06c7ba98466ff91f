/* SPDX-License-Identifier: MIT */
#include "operator/watch/alarm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "operator/watch/hook.h"
#include "operator/watch/notice.h"
#include "operator/watch/webhook.h"
#include "platform/log/log.h"
#include "platform/net/net.h"
#include "platform/queue/queue.h"
#include "store/disk.h"

#define END_TURN_MS 50

struct alarm {
    struct alarm_config config;
    struct loop *loop;
    struct notice_sender sender;
    struct net *net; /* NULL without a webhook */
    struct webhook *webhook;
    struct hook *hook;
    sentry_on_event *on_event;
    void *context;
    bool leaving; /* to the watch that comes after this one */
    bool started; /* the session's beginning has been told */
    bool disk_known;
    uint64_t disk_free, memory, lost_count;
    struct sentry sentry;
    struct event_list list;
    struct notice notice; /* being given to the hooks */
};

/* Other words of an event do not take the place of what waits: they come again. */
static void keep(struct alarm *alarm, enum sentry_news news, const struct ledger_event *event)
{
    event_list_put(&alarm->list, event);
    if (!alarm->config.rows || (news == SENTRY_CHANGED && queue_waiting(alarm->config.rows) > 0))
        return;
    void *row = queue_reserve(alarm->config.rows, sizeof *event);
    if (!row) {
        alarm->lost_count++;
        return;
    }
    memcpy(row, event, sizeof *event);
    queue_commit(alarm->config.rows, sizeof *event);
}

static void send_out(struct alarm *alarm, enum sentry_news news, const struct ledger_event *event)
{
    if (event->severity < (int32_t)alarm->config.severity || (!alarm->webhook && !alarm->hook))
        return;
    const struct clock clock = clock_system();
    alarm->notice.told_ns = clock.wall_ns(clock.self);
    notice_write(&alarm->notice, &alarm->sender, news, event);
    struct alarm_waiting *waiting = alarm->leaving ? alarm->config.waiting : NULL;
    if (alarm->webhook && waiting)
        notice_queue_put(&waiting->webhook, &alarm->notice);
    else if (alarm->webhook)
        webhook_put(alarm->webhook, &alarm->notice);
    if (alarm->hook && waiting)
        notice_queue_put(&waiting->hook, &alarm->notice);
    else if (alarm->hook)
        hook_put(alarm->hook, &alarm->notice);
}

/* Not as an error: that would be the session's, and end it with a fault. */
static void log_event(enum sentry_news news, const struct ledger_event *event)
{
    const bool bad = news != SENTRY_CLEARED && event->severity > SENTRY_INFO;
    log_printf(bad ? LOG_WARN : LOG_INFO, "watch.event", "%s %s: %s", event->type,
               news == SENTRY_CLEARED ? "is over" : sentry_news_word(news), event->message);
}

/* The sentry counts those at least so grave. */
static void count_open(struct alarm *alarm)
{
    uint32_t graver = 0;
    for (int severity = SENTRY_SEVERITIES - 1; severity >= 0; severity--) {
        const uint32_t count = sentry_open_count(&alarm->sentry, (enum sentry_severity)severity);
        alarm->list.open[severity] = count - graver;
        graver = count;
    }
}

static void on_news(void *context, enum sentry_news news, const struct ledger_event *event)
{
    struct alarm *alarm = context;
    count_open(alarm);
    keep(alarm, news, event);
    if (news != SENTRY_CHANGED) {
        log_event(news, event);
        send_out(alarm, news, event);
    }
    if (alarm->on_event)
        alarm->on_event(alarm->context, news, event);
}

static bool open_hooks(struct alarm *alarm, struct loop *loop, char *error, size_t error_size)
{
    const struct alarm_config *config = &alarm->config;
    if (config->webhook[0]) {
        const struct net_config net = {.user_agent = "cuttle",
                                       .ca_file = config->ca_file[0] ? config->ca_file : NULL};
        alarm->net = net_open(loop, &net, error, error_size);
        if (!alarm->net)
            return false;
        const struct transport transport = net_transport(alarm->net);
        const struct webhook_config webhook = {.url = config->webhook, .secret = config->secret};
        alarm->webhook = webhook_new(loop, &transport, &webhook, NULL, NULL);
    }
    if (config->command[0])
        alarm->hook = hook_new(loop, config->command, NULL, NULL);
    const bool whole =
        (alarm->webhook || !config->webhook[0]) && (alarm->hook || !config->command[0]);
    if (!whole)
        snprintf(error, error_size,
                 "alarm: out of memory, or alarm.command is longer than 64 words or 2047 letters");
    return whole;
}

static void take_over(struct alarm *alarm, struct alarm_waiting *waiting)
{
    const struct notice *notice;
    for (; alarm->webhook && (notice = notice_queue_first(&waiting->webhook));
         notice_queue_drop(&waiting->webhook))
        webhook_put(alarm->webhook, notice);
    for (; alarm->hook && (notice = notice_queue_first(&waiting->hook));
         notice_queue_drop(&waiting->hook))
        hook_put(alarm->hook, notice);
}

struct alarm *alarm_new(struct loop *loop, const struct alarm_config *config,
                        sentry_on_event *on_event, void *context, char *error, size_t error_size)
{
    struct alarm *alarm = calloc(1, sizeof *alarm);
    if (!alarm) {
        snprintf(error, error_size, "alarm: out of memory");
        return NULL;
    }
    alarm->config = *config;
    alarm->loop = loop;
    alarm->sender =
        (struct notice_sender){config->host, config->venue, config->mode, config->version};
    alarm->on_event = on_event;
    alarm->context = context;
    sentry_init(&alarm->sentry, &config->sentry, on_news, alarm);
    if (!open_hooks(alarm, loop, error, error_size)) {
        alarm_free(alarm);
        return NULL;
    }
    if (config->waiting)
        take_over(alarm, config->waiting);
    return alarm;
}

void alarm_free(struct alarm *alarm)
{
    if (!alarm)
        return;
    if (alarm->net)
        net_close(alarm->net);
    webhook_free(alarm->webhook);
    hook_free(alarm->hook);
    free(alarm);
}

/* The second figure of statm: pages in memory. */
static uint64_t resident(void)
{
    char text[128];
    size_t len = 0;
    unsigned long long size = 0, pages = 0;
    if (disk_read_head("/proc/self/statm", text, sizeof text - 1, &len) != 0)
        return 0;
    text[len] = '\0';
    return sscanf(text, "%llu %llu", &size, &pages) == 2 ? pages * (uint64_t)sysconf(_SC_PAGESIZE)
                                                         : 0;
}

static void start(struct alarm *alarm, const struct section_now *now)
{
    const struct alarm_config *config = &alarm->config;
    char message[160];
    alarm->sentry.last_id = config->last_id;
    for (uint32_t i = 0; i < config->past_count; i++) {
        event_list_put(&alarm->list, &config->past[i]);
        sentry_restore(&alarm->sentry, &config->past[i], now->wall_ns);
    }
    snprintf(message, sizeof message, "a session began: %s at %s, cuttle %s", config->mode,
             config->venue, config->version);
    sentry_tell(&alarm->sentry, "session_started", SENTRY_INFO, message,
                "Nothing to do, if somebody meant it to.", now->wall_ns);
    alarm->started = true;
}

void alarm_tick(struct alarm *alarm, const struct view *view, const struct section_now *now)
{
    if (!alarm->started)
        start(alarm, now);
    alarm->disk_known = disk_free(alarm->config.state, &alarm->disk_free) == 0;
    alarm->memory = resident();
    const struct sentry_sight sight = {
        .view = view,
        .now = now,
        .disk_known = alarm->disk_known,
        .disk_free = alarm->disk_free,
        .unkept = !alarm->config.rows || queue_waiting(alarm->config.rows) > 0,
        .lost_count = alarm->lost_count,
    };
    sentry_look(&alarm->sentry, &sight);
}

static bool is_idle(const struct alarm *alarm)
{
    return (!alarm->webhook || webhook_idle(alarm->webhook)) &&
           (!alarm->hook || hook_idle(alarm->hook));
}

static void leave(struct alarm *alarm)
{
    struct alarm_waiting *waiting = alarm->config.waiting;
    if (alarm->webhook)
        webhook_leave(alarm->webhook, &waiting->webhook);
    if (alarm->hook)
        hook_leave(alarm->hook, &waiting->hook);
    alarm->leaving = true;
}

void alarm_abandon(struct alarm_waiting *waiting)
{
    struct notice_queue *const queues[] = {&waiting->webhook, &waiting->hook};
    const struct notice *notice;
    char name[NOTICE_NAME_MAX];
    for (size_t i = 0; i < 2; i++) {
        for (; (notice = notice_queue_first(queues[i])); notice_queue_drop(queues[i])) {
            notice_name(notice, name);
            log_printf(LOG_WARN, "alarm.undelivered", "%s: not told before the end", name);
        }
    }
}

void alarm_end(struct alarm *alarm)
{
    const struct clock clock = clock_system();
    if (!alarm)
        return;
    if (alarm->config.waiting && alarm->config.waiting->leave)
        leave(alarm);
    if (alarm->started)
        sentry_tell(&alarm->sentry, "session_ended", SENTRY_INFO, "the session ended in order",
                    "Nothing to do, if somebody meant it to.", clock.wall_ns(clock.self));
    if (alarm->leaving)
        return;
    if (alarm->webhook)
        webhook_hurry(alarm->webhook);
    const int64_t end_ns = clock.mono_ns(clock.self) + ALARM_END_NS;
    while (!is_idle(alarm) && clock.mono_ns(clock.self) < end_ns)
        loop_turn(alarm->loop, END_TURN_MS);
    if (alarm->webhook)
        webhook_give_up(alarm->webhook);
    if (alarm->hook)
        hook_give_up(alarm->hook);
}

const struct event_list *alarm_events(const struct alarm *alarm)
{
    return &alarm->list;
}

static void add_tally(struct alarm_figures *figures, const struct notice_tally *tally)
{
    figures->sent_count += tally->sent_count;
    figures->failed_count += tally->failed_count;
    figures->dropped_count += tally->dropped_count;
}

void alarm_figures(const struct alarm *alarm, struct alarm_figures *ret)
{
    *ret = (struct alarm_figures){
        .disk_known = alarm->disk_known,
        .disk_free = alarm->disk_free,
        .memory = alarm->memory,
        .lost_count = alarm->lost_count,
        .has_webhook = alarm->webhook != NULL,
        .has_hook = alarm->hook != NULL,
    };
    memcpy(ret->open, alarm->list.open, sizeof ret->open);
    memcpy(ret->raised, alarm->sentry.raised, sizeof ret->raised);
    if (alarm->webhook)
        add_tally(ret, webhook_tally(alarm->webhook));
    if (alarm->hook)
        add_tally(ret, hook_tally(alarm->hook));
}

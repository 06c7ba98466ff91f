/* SPDX-License-Identifier: MIT */
/* The end of a session: what alarms are on their way get their time, and no more than it. */
#include <sys/stat.h>

#include "alarm_fixture.h"
#include "core/base/timestamp.h"
#include "operator/watch/alarm.h"
#include "operator/watch/hook.h"
#include "operator/watch/webhook.h"
#include "platform/queue/queue.h"
#include "script.h"
#include "test.h"

static struct loop *loop;
static char output[256], program[260];

static struct notice notice_of(uint64_t id)
{
    static struct notice notice;
    const struct notice_sender sender = {"bot1", "kraken", "live", "0.1.0"};
    const struct ledger_event event = {.id = id,
                                       .raised_ns = SCRIPT_START,
                                       .severity = SENTRY_CRITICAL,
                                       .type = "disk_space",
                                       .message = "full",
                                       .metadata = "{}"};
    notice_write(&notice, &sender, SENTRY_RAISED, &event);
    return notice;
}

static void turn(int ms)
{
    for (int i = 0; i < ms / 10; i++)
        loop_turn(loop, 10);
}

static int64_t mono_ns(void)
{
    const struct clock clock = clock_system();
    return clock.mono_ns(clock.self);
}

/* The log's lines go to standard error; here they can be read. */
static struct {
    FILE *file;
    int before;
} heard;

static void listen_to_log(void)
{
    heard.file = tmpfile();
    heard.before = dup(STDERR_FILENO);
    EXPECT(heard.file != NULL && dup2(fileno(heard.file), STDERR_FILENO) >= 0);
}

static const char *what_was_said(void)
{
    static char text[8192];
    dup2(heard.before, STDERR_FILENO);
    close(heard.before);
    rewind(heard.file);
    text[fread(text, 1, sizeof text - 1, heard.file)] = '\0';
    fclose(heard.file);
    return text;
}

/* A shell script, of which `%s` is the file that it may write. */
static void write_program(const char *script)
{
    snprintf(output, sizeof output, "/tmp/cuttle-end-%d", (int)getpid());
    snprintf(program, sizeof program, "%s.sh", output);
    unlink(output);
    FILE *file = fopen(program, "w");
    EXPECT(file != NULL);
    fprintf(file, "#!/bin/sh\nout=%s\n%s\n", output, script);
    fclose(file);
    EXPECT_INT(chmod(program, 0700), 0);
}

static int lines_written(void)
{
    int count = 0;
    FILE *file = fopen(output, "r");
    if (file == NULL)
        return 0;
    for (int c; (c = fgetc(file)) != EOF;)
        count += c == '\n';
    fclose(file);
    return count;
}

static struct alarm_waiting waiting;

/* A watch that has told `program` that its session began. */
static struct alarm *open_watch(struct queue *rows, const char *webhook)
{
    static struct view view;
    char error[256] = "";
    const struct section_now now = {.wall_ns = SCRIPT_START, .mono_ns = NS_PER_S};
    struct alarm_config config = alarm_terms(rows);
    config.severity = SENTRY_INFO;
    config.webhook = webhook;
    config.command = program;
    config.waiting = &waiting;
    loop = loop_new();
    struct alarm *alarm = alarm_new(loop, &config, NULL, NULL, error, sizeof error);
    EXPECT_TEXT(error, "");
    script_view(&view, now.mono_ns, now.wall_ns);
    view.number = 1;
    alarm_tick(alarm, &view, &now);
    return alarm;
}

static void close_watch(struct alarm *alarm)
{
    alarm_free(alarm);
    loop_free(loop);
    unlink(output);
    unlink(program);
}

TEST(what_is_on_its_way_at_the_end_is_delivered_and_the_end_is_told_and_kept)
{
    struct alarm_figures figures;
    struct queue *rows = queue_new(64 * 1024);
    write_program("sleep 0.7; echo \"$CUTTLE_EVENT_TYPE\" >> $out");
    struct alarm *alarm = open_watch(rows, "");
    const int64_t began_ns = mono_ns();
    alarm_end(alarm);
    EXPECT(mono_ns() - began_ns < 4 * NS_PER_S);
    EXPECT_INT(lines_written(), 2); /* the beginning and the end */
    alarm_figures(alarm, &figures);
    EXPECT_INT(figures.sent_count, 2);
    EXPECT_TEXT(event_list_at(alarm_events(alarm), 0)->type, "session_ended");
    close_watch(alarm);
    size_t len;
    const struct ledger_event *row = queue_peek(rows, &len);
    EXPECT_TEXT(row->type, "session_started");
    queue_pop(rows);
    row = queue_peek(rows, &len);
    EXPECT_TEXT(row->type, "session_ended");
    queue_free(rows);
}

TEST(what_takes_longer_is_ended_after_five_seconds_and_named)
{
    struct alarm_figures figures;
    write_program("sleep 20; echo late >> $out");
    /* A port that nobody has. */
    struct alarm *alarm = open_watch(NULL, "http://127.0.0.1:1/secret-path");
    const int64_t began_ns = mono_ns();
    listen_to_log();
    alarm_end(alarm);
    const char *text = what_was_said();
    const int64_t took_ns = mono_ns() - began_ns;
    EXPECT(took_ns >= ALARM_END_NS && took_ns < ALARM_END_NS + NS_PER_S);
    EXPECT(strstr(text, "session_started raised, event 1: /tmp/cuttle-end") != NULL);
    EXPECT(strstr(text, "session_ended raised, event 2: 127.0.0.1:1 had not taken it") != NULL);
    EXPECT(strstr(text, "secret-path") == NULL);
    alarm_figures(alarm, &figures);
    EXPECT_INT(figures.sent_count, 0);
    EXPECT_INT(figures.failed_count, 4); /* two events, two ways */
    close_watch(alarm); /* the request under way ends here, and finds nothing to do */
}

TEST(a_watch_that_has_one_after_it_waits_for_nothing_and_leaves_what_it_has)
{
    write_program("sleep 1; echo \"$CUTTLE_EVENT_ID $CUTTLE_EVENT_TYPE\" >> $out");
    struct alarm *alarm = open_watch(NULL, "http://127.0.0.1:1/nobody");
    turn(300);
    const int64_t began_ns = mono_ns();
    waiting.leave = true;
    alarm_end(alarm);
    alarm_free(alarm);
    loop_free(loop);
    EXPECT(mono_ns() - began_ns < NS_PER_S / 2);
    waiting.leave = false;
    EXPECT_INT(waiting.hook.count, 2); /* its beginning, which was being told, and its end */
    EXPECT_INT(waiting.webhook.count, 2);
    EXPECT_TEXT(notice_queue_first(&waiting.webhook)->event.type, "session_started");
    EXPECT_INT(lines_written(), 0);
    alarm = open_watch(NULL, "");
    EXPECT_INT(waiting.hook.count, 0);
    alarm_end(alarm);
    EXPECT_INT(lines_written(), 4);
    listen_to_log();
    alarm_abandon(&waiting);
    const char *text = what_was_said();
    EXPECT(strstr(text, "session_started raised, event 1: ") != NULL);
    EXPECT(strstr(text, "session_ended raised, event 2: ") != NULL);
    EXPECT_INT(waiting.webhook.count, 0);
    close_watch(alarm);
}

TEST(a_session_without_alarms_ends_at_once)
{
    const int64_t began_ns = mono_ns();
    alarm_end(NULL);
    write_program("exit 0");
    struct alarm *alarm = open_watch(NULL, "");
    alarm_end(alarm);
    EXPECT(mono_ns() - began_ns < 2 * NS_PER_S);
    close_watch(alarm);
}

TEST(a_program_that_prints_a_megabyte_does_not_fill_the_log)
{
    write_program("yes 'much to say' | head -c 1000000; echo done >> $out");
    loop = loop_new();
    struct hook *hook = hook_new(loop, program, NULL, NULL);
    const struct notice notice = notice_of(1);
    listen_to_log();
    hook_put(hook, &notice);
    for (int i = 0; i < 100 && !hook_idle(hook); i++)
        turn(100);
    const char *text = what_was_said();
    int lines = 0;
    for (const char *c = text; (c = strstr(c, "says: much to say")) != NULL; c++)
        lines++;
    EXPECT_INT(lines, 20);
    EXPECT(strstr(text, "said 83314 lines more, which are passed over") != NULL);
    EXPECT_INT(hook_tally(hook)->sent_count, 1);
    EXPECT_INT(lines_written(), 1);
    hook_free(hook);
    loop_free(loop);
    unlink(output);
    unlink(program);
}

TEST(a_hook_that_gives_up_kills_what_runs_with_all_it_started)
{
    write_program("sleep 1; echo end >> $out");
    loop = loop_new();
    struct hook *hook = hook_new(loop, program, NULL, NULL);
    EXPECT(hook_idle(hook));
    for (uint64_t id = 1; id <= 3; id++) {
        const struct notice notice = notice_of(id);
        hook_put(hook, &notice);
    }
    EXPECT(!hook_idle(hook));
    listen_to_log();
    hook_give_up(hook);
    const char *text = what_was_said();
    EXPECT(strstr(text, "disk_space raised, event 1: ") != NULL); /* ran, */
    EXPECT(strstr(text, "disk_space raised, event 3: ") != NULL); /* waited */
    EXPECT_INT(hook_tally(hook)->failed_count, 3);
    hook_free(hook);
    loop_free(loop);
    usleep(1300000);
    EXPECT_INT(lines_written(), 0);
    unlink(program);
}

/* The other side of a webhook, which refuses the first so many and then answers late, or never. */
static struct {
    int count, refusals;
    bool silent;
} far_end;

static int fake_request(void *self, const struct http_request *request, http_callback *callback,
                        void *context)
{
    (void)self, (void)request;
    far_end.count++;
    if (!far_end.silent)
        callback(context, &(struct http_response){.status = far_end.refusals-- > 0 ? 503 : 204});
    return 0;
}

TEST(a_webhook_in_a_hurry_asks_again_at_once_and_names_what_it_gives_up)
{
    const struct transport transport = {.http_request = fake_request};
    const struct webhook_config config = {.url = "https://hooks.example:8443/T0"};
    far_end.refusals = 2;
    loop = loop_new();
    struct webhook *webhook = webhook_new(loop, &transport, &config, NULL, NULL);
    struct notice notice = notice_of(1);
    webhook_put(webhook, &notice);
    turn(50);
    EXPECT_INT(far_end.count, 1);
    webhook_hurry(webhook);
    turn(100);
    EXPECT_INT(far_end.count, 2);
    EXPECT(!webhook_idle(webhook));
    turn(1200); /* a second, not the eight that would be next */
    EXPECT_INT(far_end.count, 3);
    EXPECT(webhook_idle(webhook));
    far_end.silent = true;
    webhook_put(webhook, &notice);
    notice = notice_of(2);
    webhook_put(webhook, &notice);
    turn(50);
    listen_to_log();
    webhook_give_up(webhook);
    const char *text = what_was_said();
    EXPECT(strstr(text, "disk_space raised, event 1: hooks.example:8443 had not taken it") != NULL);
    EXPECT(strstr(text, "disk_space raised, event 2: ") != NULL);
    EXPECT_INT(webhook_tally(webhook)->sent_count, 1);
    EXPECT_INT(webhook_tally(webhook)->failed_count, 2);
    webhook_free(webhook);
    loop_free(loop);
}

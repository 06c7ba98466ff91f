/* SPDX-License-Identifier: MIT */
/* The ways out: a transport that answers as it is told, and real programs. */
#include "operator/watch/alarm.h"

#include <errno.h>
#include <sys/stat.h>

#include "alarm_fixture.h"
#include "operator/watch/hook.h"
#include "operator/watch/notice.h"
#include "operator/watch/webhook.h"
#include "platform/json/json.h"
#include "platform/queue/queue.h"
#include "script.h"
#include "test.h"

static struct loop *loop;
static const struct notice_sender sender = {"bot1", "kraken", "live", "0.1.0"};

static struct ledger_event event_of(uint64_t id, enum sentry_severity severity)
{
    return (struct ledger_event){.id = id,
                                 .raised_ns = SCRIPT_START,
                                 .severity = (int32_t)severity,
                                 .type = "disk_space",
                                 .message = "the disk has 3 MB \"left\"; $(reboot) `reboot`",
                                 .remedy = "Make room.",
                                 .metadata = "{\"free_mb\":3}"};
}

static struct notice notice_of(uint64_t id)
{
    static struct notice notice;
    const struct ledger_event event = event_of(id, SENTRY_CRITICAL);
    notice_write(&notice, &sender, SENTRY_RAISED, &event);
    return notice;
}

/* What the other side was sent, and what it answers next. */
static struct {
    int count;
    int statuses[8]; /* by number of the request; 0: 200 */
    char url[256], headers[1024], body[NOTICE_TEXT_MAX], delivery[64];
    http_callback *callback;
    void *context;
    bool hold; /* the answer comes when the test says so */
} far_end;

static void answer(int status)
{
    far_end.callback(far_end.context,
                     &(struct http_response){.status = status,
                                             .error = status < 0 ? "connection refused" : NULL});
}

static int fake_request(void *self, const struct http_request *request, http_callback *callback,
                        void *context)
{
    (void)self;
    EXPECT_TEXT(request->method, "POST");
    snprintf(far_end.url, sizeof far_end.url, "%s", request->url);
    snprintf(far_end.headers, sizeof far_end.headers, "%s", request->headers);
    snprintf(far_end.body, sizeof far_end.body, "%.*s", (int)request->body_len, request->body);
    far_end.callback = callback;
    far_end.context = context;
    const int status = far_end.statuses[far_end.count++ % 8];
    if (!far_end.hold)
        answer(status ? status : 200);
    return 0;
}

static const struct transport transport = {.http_request = fake_request};

static struct webhook *open_webhook(const char *secret)
{
    const struct webhook_config config = {.url = "https://u:p@hooks.example:8443/T0/B0?k=1",
                                          .secret = secret};
    memset(&far_end, 0, sizeof far_end);
    loop = loop_new();
    struct webhook *webhook = webhook_new(loop, &transport, &config, NULL, NULL);
    EXPECT(webhook != NULL);
    return webhook;
}

static void turn(int ms)
{
    for (int i = 0; i < ms / 10; i++)
        loop_turn(loop, 10);
}

static void close_webhook(struct webhook *webhook)
{
    webhook_free(webhook);
    loop_free(loop);
}

TEST(a_webhook_gets_the_event_as_json_with_its_signature)
{
    struct json json;
    struct webhook *webhook = open_webhook("key");
    const struct notice notice = notice_of(7);
    webhook_put(webhook, &notice);
    EXPECT_INT(far_end.count, 0); /* later, not from inside the call */
    turn(50);
    EXPECT_INT(far_end.count, 1);
    EXPECT_INT(webhook_tally(webhook)->sent_count, 1);
    json_init(&json, far_end.body, strlen(far_end.body));
    json_skip(&json);
    EXPECT(json_done(&json));
    EXPECT(strstr(far_end.body, "\"news\":\"raised\",\"text\":\"[critical] cuttle on bot1, "
                                "disk_space: the disk has 3 MB \\\"left\\\"") != NULL);
    EXPECT(strstr(far_end.body, "\"metadata\":{\"free_mb\":3}") != NULL);
    EXPECT(strstr(far_end.headers, "X-Cuttle-Signature: sha256=") != NULL);
    EXPECT(strstr(far_end.headers, "key") == NULL);
    EXPECT(strstr(far_end.headers, "X-Cuttle-Delivery: 7-raised-0\r\n") != NULL);
    struct notice again = notice; /* told an hour later, and no copy of the first */
    again.told_ns = NS_PER_HOUR;
    webhook_put(webhook, &again);
    turn(50);
    EXPECT(strstr(far_end.headers, "X-Cuttle-Delivery: 7-raised-3600000\r\n") != NULL);
    close_webhook(webhook);
}

TEST(without_a_secret_there_is_no_signature)
{
    struct webhook *webhook = open_webhook("");
    const struct notice notice = notice_of(7);
    webhook_put(webhook, &notice);
    turn(50);
    EXPECT(strstr(far_end.headers, "Signature") == NULL);
    close_webhook(webhook);
}

TEST(who_does_not_answer_is_asked_again_and_the_rest_waits)
{
    struct webhook *webhook = open_webhook("");
    far_end.statuses[0] = -ECONNREFUSED;
    struct notice notice = notice_of(1);
    webhook_put(webhook, &notice);
    notice = notice_of(2);
    webhook_put(webhook, &notice);
    turn(1500);
    EXPECT_INT(far_end.count, 1);
    EXPECT_TEXT(webhook_tally(webhook)->failure, "connection refused");
    turn(1500);
    EXPECT_INT(far_end.count, 3); /* the first once more, and the second */
    EXPECT_INT(webhook_tally(webhook)->sent_count, 2);
    EXPECT_INT(webhook_tally(webhook)->failed_count, 0);
    EXPECT_TEXT(webhook_tally(webhook)->failure, "");
    close_webhook(webhook);
}

TEST(what_is_refused_is_given_up_and_the_next_is_sent)
{
    struct webhook *webhook = open_webhook("");
    far_end.statuses[0] = 404;
    struct notice notice = notice_of(1);
    webhook_put(webhook, &notice);
    notice = notice_of(2);
    webhook_put(webhook, &notice);
    turn(100);
    EXPECT_INT(far_end.count, 2);
    EXPECT_INT(webhook_tally(webhook)->failed_count, 1);
    EXPECT_INT(webhook_tally(webhook)->sent_count, 1);
    close_webhook(webhook);
}

TEST(when_too_many_wait_the_oldest_goes)
{
    struct webhook *webhook = open_webhook("");
    far_end.hold = true;
    for (uint64_t id = 1; id <= 1 + NOTICE_WAITING_MAX; id++) {
        const struct notice notice = notice_of(id);
        webhook_put(webhook, &notice);
        turn(20);
    }
    EXPECT_INT(far_end.count, 1);
    EXPECT_INT(webhook_tally(webhook)->dropped_count, 1);
    far_end.hold = false;
    answer(503); /* the one under way is not in the queue any more: it is not tried again */
    turn(100);
    EXPECT_INT(far_end.count, 1 + NOTICE_WAITING_MAX);
    EXPECT(strstr(far_end.headers, "X-Cuttle-Delivery: 17-") != NULL);
    EXPECT_INT(webhook_tally(webhook)->sent_count, NOTICE_WAITING_MAX);
    close_webhook(webhook);
}

TEST(of_a_url_only_the_host_is_told)
{
    char host[64];
    webhook_host("https://user:word@hooks.example:8443/T0/secret?k=1", host, sizeof host);
    EXPECT_TEXT(host, "hooks.example:8443");
    webhook_host("http://127.0.0.1:9/x@y", host, sizeof host);
    EXPECT_TEXT(host, "127.0.0.1:9");
}

TEST(a_text_full_of_escapes_still_makes_sound_json)
{
    struct json json;
    static struct notice notice;
    struct ledger_event event = event_of(1, SENTRY_WARNING);
    memset(event.message, '\001', sizeof event.message - 1);
    memset(event.remedy, '\001', sizeof event.remedy - 1);
    notice_write(&notice, &sender, SENTRY_RAISED, &event);
    json_init(&json, notice.json, notice.len);
    json_skip(&json);
    EXPECT(json_done(&json));
}

static char path[256], script_path[260];

static struct hook *open_hook(const char *script, const char *words)
{
    char command[600];
    snprintf(path, sizeof path, "%s/cuttle-hook-%d", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp",
             (int)getpid());
    snprintf(script_path, sizeof script_path, "%s.sh", path);
    unlink(path);
    FILE *file = fopen(script_path, "w");
    EXPECT(file != NULL);
    fprintf(file, "#!/bin/sh\n%s\n", script);
    fclose(file);
    EXPECT_INT(chmod(script_path, 0700), 0);
    snprintf(command, sizeof command, "  %s %s", script_path, words);
    loop = loop_new();
    return hook_new(loop, command, NULL, NULL);
}

static void close_hook(struct hook *hook)
{
    hook_free(hook);
    loop_free(loop);
    unlink(path);
    unlink(script_path);
}

/* Until the hook has an answer for so many. */
static void await(const struct hook *hook, uint64_t count, int ms)
{
    for (int i = 0; i < ms / 10; i++) {
        if (hook_tally(hook)->sent_count + hook_tally(hook)->failed_count >= count)
            return;
        loop_turn(loop, 10);
    }
}

static const char *written(void)
{
    static char text[8192];
    FILE *file = fopen(path, "r");
    EXPECT(file != NULL);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

TEST(a_program_gets_the_event_on_its_input_and_in_its_environment)
{
    char script[600];
    snprintf(
        script, sizeof script,
        "{ echo \"$1|$2|$CUTTLE_EVENT_TYPE|$CUTTLE_EVENT_SEVERITY|$CUTTLE_EVENT_NEWS|"
        "$CUTTLE_EVENT_ID|$CUTTLE_EVENT_TIME|$CUTTLE_EVENT_MESSAGE|$CUTTLE_SHARED|\"; cat; } > "
        "/tmp/cuttle-hook-%d",
        (int)getpid());
    unsetenv("TMPDIR");
    setenv("CUTTLE_SHARED", "x", 1);
    struct hook *hook = open_hook(script, "--to  'a;b'");
    EXPECT(hook != NULL);
    const struct notice notice = notice_of(7);
    hook_put(hook, &notice);
    await(hook, 1, 5000);
    EXPECT_INT(hook_tally(hook)->sent_count, 1);
    const char *text = written();
    EXPECT(strncmp(text,
                   "--to|'a;b'|disk_space|critical|raised|7|2024-08-05T00:00:00.000Z|the disk "
                   "has 3 MB \"left\"; $(reboot) `reboot`||\n{\"news\":\"raised\"",
                   100) == 0);
    EXPECT(strstr(text, "\"event\":{\"id\":7") != NULL);
    close_hook(hook);
}

TEST(a_program_that_fails_or_is_not_there_is_said)
{
    struct hook *hook = open_hook("exit 3", "");
    struct notice notice = notice_of(1);
    hook_put(hook, &notice);
    await(hook, 1, 5000);
    EXPECT_TEXT(hook_tally(hook)->failure, "ended with status 3");
    unlink(script_path);
    hook_put(hook, &notice);
    await(hook, 2, 5000);
    EXPECT_INT(hook_tally(hook)->failed_count, 2);
    EXPECT(strstr(hook_tally(hook)->failure, "No such file") != NULL);
    close_hook(hook);
}

TEST(two_run_at_once_and_the_others_wait)
{
    char script[300];
    snprintf(script, sizeof script,
             "echo begin >> /tmp/cuttle-hook-%d; sleep 0.3; echo end >> /tmp/cuttle-hook-%d",
             (int)getpid(), (int)getpid());
    struct hook *hook = open_hook(script, "");
    const struct notice notice = notice_of(1);
    for (int i = 0; i < 4; i++)
        hook_put(hook, &notice);
    await(hook, 4, 8000);
    EXPECT_INT(hook_tally(hook)->sent_count, 4);
    int running = 0, most = 0;
    for (const char *line = written(); *line; line = strchr(line, '\n') + 1) {
        running += *line == 'b' ? 1 : -1;
        most = running > most ? running : most;
    }
    EXPECT(most <= HOOK_RUNNING_MAX);
    close_hook(hook);
}

TEST(a_command_of_no_word_or_too_many_is_none)
{
    static char words[1000];
    loop = loop_new();
    EXPECT(hook_new(loop, "  ", NULL, NULL) == NULL);
    for (int i = 0; i < 499; i++)
        memcpy(words + 2 * i, "a ", 3);
    EXPECT(hook_new(loop, words, NULL, NULL) == NULL);
    loop_free(loop);
}

TEST(an_alarm_keeps_what_it_is_told_and_gives_rows_to_the_recorder)
{
    static struct view view;
    char error[256] = "";
    struct section_now now = {.wall_ns = SCRIPT_START, .mono_ns = NS_PER_S};
    const struct ledger_event past[] = {event_of(11, SENTRY_WARNING)};
    struct queue *rows = queue_new(64 * 1024);
    struct alarm_config config = alarm_terms(rows);
    config.last_id = 20; /* there are more than were read */
    config.past = past;
    config.past_count = 1;
    loop = loop_new();
    struct alarm *alarm = alarm_new(loop, &config, NULL, NULL, error, sizeof error);
    EXPECT_TEXT(error, "");
    script_view(&view, now.mono_ns, now.wall_ns);
    view.number = 1;
    for (int i = 0; i < 40; i++) {
        view.mono_ns = now.mono_ns += NS_PER_S;
        alarm_tick(alarm, &view, &now);
    }
    const struct event_list *list = alarm_events(alarm);
    EXPECT_TEXT(event_list_at(list, 0)->type, "events_unkept"); /* for nobody takes the rows */
    EXPECT_TEXT(event_list_at(list, 1)->type, "session_started");
    EXPECT_INT(event_list_at(list, 1)->id, 21);
    EXPECT_TEXT(event_list_at(list, 2)->type, "disk_space");
    EXPECT(event_list_at(list, 2)->cleared_ns != 0); /* no limit is set for it */
    struct alarm_figures figures;
    alarm_figures(alarm, &figures);
    EXPECT(figures.disk_known && figures.memory > 1000000);
    EXPECT_INT(figures.open[SENTRY_WARNING], 1);
    EXPECT_INT(list->open[SENTRY_WARNING], 1);
    size_t len = 0;
    const struct ledger_event *row = queue_peek(rows, &len);
    EXPECT_INT(len, sizeof *row);
    EXPECT_TEXT(row->type, "session_started");
    queue_pop(rows);
    row = queue_peek(rows, &len);
    EXPECT_TEXT(row->type, "events_unkept");
    queue_pop(rows);
    row = queue_peek(rows, &len);
    EXPECT_TEXT(row->type, "disk_space");
    alarm_free(alarm);
    loop_free(loop);
    queue_free(rows);
}

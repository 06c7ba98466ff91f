/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/alarms.h"
#include "app/commands.h"
#include "app/flags.h"
#include "core/base/timestamp.h"
#include "operator/watch/event_list.h"
#include "operator/watch/hook.h"
#include "operator/watch/notice.h"
#include "operator/watch/webhook.h"
#include "platform/json/json_writer.h"
#include "platform/net/net.h"
#include "store/ledger.h"

static const char help[] =
    "cuttle alarm VERB [options]    what the session watched for, and whether alarms get out\n"
    "\n"
    "  test                give a test to alarm.webhook and alarm.command, as a session would, "
    "and\n"
    "                      say what came of it\n"
    "  list                what was raised, newest last, from the ledger of --state\n"
    "\n"
    "  --limit N           list: so many (20); those that are open come besides\n"
    "  --json              list: one JSON object a line\n"
    "\n"
    "Options are those of `cuttle run`. Exit status: 0 every way out took the test; 1 one did "
    "not,\n"
    "or there is none.\n";

/* A webhook is asked once more after two seconds, and a command may take thirty. */
#define WAIT_NS (45 * NS_PER_S)
#define TURN_MS 50
#define JSON_MAX 8192

struct way {
    const char *name;
    bool done;
    char error[160]; /* "" it took it */
};

struct work {
    struct options options;
    struct config *config;
    const char *verb;
    int64_t limit;
    bool json, help;
};

static int complain(const char *error)
{
    fprintf(stderr, "cuttle alarm: %s\n", error);
    return EXIT_FAILURE;
}

static void on_done(void *context, const char *error)
{
    struct way *way = context;
    way->done = true;
    snprintf(way->error, sizeof way->error, "%s", error != NULL ? error : "");
}

static struct notice *test_notice(const struct alarm_config *config, int64_t wall_ns)
{
    struct notice *notice = calloc(1, sizeof *notice);
    const struct ledger_event event = {
        .raised_ns = wall_ns,
        .cleared_ns = wall_ns,
        .severity = SENTRY_INFO,
        .type = "test",
        .message = "this is a test of the way out",
        .remedy = "Nothing to do.",
        .metadata = "{}",
    };
    const struct notice_sender sender = {config->host, config->venue, config->mode,
                                         config->version};
    if (notice != NULL) {
        notice->told_ns = event.raised_ns;
        notice_write(notice, &sender, SENTRY_TEST, &event);
    }
    return notice;
}

static bool report(const struct way *way, bool given, const char *to)
{
    if (!given) {
        printf("none  %-8s not configured: alarm.%s\n", way->name, way->name);
        return true;
    }
    const bool well = way->done && way->error[0] == '\0';
    printf("%-5s %-8s %s%s%s\n", well ? "ok" : "FAIL", way->name, to, well ? " took it" : ": ",
           well        ? ""
           : way->done ? way->error
                       : "no answer in 45 s");
    return well;
}

/* Until both have answered. */
static void await(struct loop *loop, const struct way *webhook, const struct way *command)
{
    const struct clock clock = clock_system();
    const int64_t began_ns = clock.mono_ns(clock.self);
    while (!(webhook->done && command->done) && clock.mono_ns(clock.self) - began_ns < WAIT_NS) {
        loop_turn(loop, TURN_MS);
    }
}

static int try_ways(const struct alarm_config *config, struct loop *loop, struct net *net,
                    const struct notice *notice)
{
    char host[128];
    struct way webhook_way = {.name = "webhook", .done = config->webhook[0] == '\0'};
    struct way command_way = {.name = "command", .done = config->command[0] == '\0'};
    struct webhook *webhook = NULL;
    struct hook *hook = NULL;
    webhook_host(config->webhook, host, sizeof host);
    if (!webhook_way.done) {
        const struct transport transport = net_transport(net);
        const struct webhook_config asked = {.url = config->webhook, .secret = config->secret};
        webhook = webhook_new(loop, &transport, &asked, on_done, &webhook_way);
    }
    if (!command_way.done) {
        hook = hook_new(loop, config->command, on_done, &command_way);
    }
    if (webhook != NULL) {
        webhook_put(webhook, notice);
    }
    if (hook != NULL) {
        hook_put(hook, notice);
    }
    await(loop, &webhook_way, &command_way);
    const bool sent = report(&webhook_way, config->webhook[0] != '\0', host);
    const bool run = report(&command_way, config->command[0] != '\0', config->command);
    webhook_free(webhook);
    hook_free(hook);
    return sent && run && (webhook != NULL || hook != NULL) ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int run_test(struct work *work)
{
    char error[512];
    const struct clock clock = clock_system();
    struct alarms *alarms = alarms_new(&work->options, error, sizeof error);
    if (alarms == NULL) {
        return complain(error);
    }
    const struct alarm_config *config = alarms_config(alarms);
    struct loop *loop = loop_new();
    const struct net_config asked = {.user_agent = "cuttle",
                                     .ca_file = config->ca_file[0] ? config->ca_file : NULL};
    struct net *net = loop != NULL ? net_open(loop, &asked, error, sizeof error) : NULL;
    struct notice *notice = test_notice(config, clock.wall_ns(clock.self));
    int result = EXIT_FAILURE;
    if (net == NULL || notice == NULL) {
        complain(loop == NULL || net != NULL ? "out of memory" : error);
    } else {
        result = try_ways(config, loop, net, notice);
    }
    free(notice);
    if (net != NULL) {
        net_close(net);
    }
    if (loop != NULL) {
        loop_free(loop);
    }
    alarms_free(alarms);
    return result;
}

static void print_text(const struct ledger_event *event)
{
    char raised[TIMESTAMP_TEXT_MAX], cleared[TIMESTAMP_TEXT_MAX] = "open";
    timestamp_format(raised, event->raised_ns, 0);
    if (event->cleared_ns != 0) {
        timestamp_format(cleared, event->cleared_ns, 0);
    }
    printf("%s  %-20s  %-8s  %-15s  %s\n", raised, cleared, event_severity_word(event->severity),
           event->type, event->message);
}

static void print_event(void *context, const struct ledger_event *event)
{
    const struct work *work = context;
    char text[JSON_MAX];
    struct json_writer json;
    if (!work->json) {
        print_text(event);
        return;
    }
    json_writer_init(&json, text, sizeof text);
    event_put(&json, NULL, event);
    printf("%s\n", json_writer_ok(&json) ? text : "{}");
}

static int run_list(struct work *work)
{
    char path[OPTION_PATH_MAX + 16], error[512];
    struct ledger *ledger = NULL;
    snprintf(path, sizeof path, "%s/ledger.db", work->options.session.state);
    if (ledger_open_reader(path, &ledger, error, sizeof error) != 0) {
        return complain(error);
    }
    const int code = ledger_each_event(ledger, (uint32_t)work->limit, print_event, work);
    if (code != 0) {
        complain(ledger_error(ledger));
    }
    ledger_close(ledger);
    return code == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int alarm_flag(void *context, int argc, char **argv)
{
    struct work *work = context;
    if (flags_is_help(argv[0])) {
        work->help = true;
        return 1;
    }
    if (strcmp(argv[0], "--json") == 0) {
        work->json = true;
        return 1;
    }
    if (strcmp(argv[0], "--limit") == 0 && argc > 1) {
        char *end;
        work->limit = strtoll(argv[1], &end, 10);
        if (*end != '\0' || work->limit < 1 || work->limit > LEDGER_EVENT_KEEP) {
            fprintf(stderr, "cuttle alarm: --limit %s: a number from 1 to %d\n", argv[1],
                    LEDGER_EVENT_KEEP);
            return -1;
        }
        return 2;
    }
    if (argv[0][0] != '-' && work->verb == NULL) {
        work->verb = argv[0];
        return 1;
    }
    return 0;
}

static int run_verb(struct work *work)
{
    if (work->help) {
        printf("%s", help);
        return EXIT_SUCCESS;
    }
    if (work->verb != NULL && strcmp(work->verb, "test") == 0) {
        return run_test(work);
    }
    if (work->verb != NULL && strcmp(work->verb, "list") == 0) {
        return run_list(work);
    }
    return complain("say `cuttle alarm test` or `cuttle alarm list`");
}

int command_alarm(int argc, char **argv)
{
    struct work *work = calloc(1, sizeof *work);
    if (work == NULL) {
        return complain("out of memory");
    }
    work->limit = 20;
    const int result =
        options_load(&work->options, &work->config, argc - 1, argv + 1, alarm_flag, work) == 0
            ? run_verb(work)
            : EXIT_FAILURE;
    config_free(work->config);
    free(work);
    return result;
}

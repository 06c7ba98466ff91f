/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/ctl.h"
#include "operator/sentence/sentence.h"
#include "platform/json/json.h"
#include "platform/json/json_writer.h"

/* A verb that looks: where, and as which table; without columns it is the status. */
static const struct {
    const char *verb, *route;
    struct ctl_table table;
} looks[] = {
    {"status", "/api/v1/status", {0}},
    {"positions",
     "/api/v1/positions",
     {NULL,
      "positions",
      {{"pair", CTL_TEXT},
       {"direction", CTL_TEXT},
       {"quantity", CTL_DIGITS},
       {"entry", CTL_DIGITS},
       {"last", CTL_DIGITS},
       {"stop", CTL_DIGITS},
       {"target", CTL_DIGITS},
       {"unrealised", CTL_GAIN},
       {"risk", CTL_MONEY},
       {"opened", CTL_TIME}}}},
    {"orders",
     "/api/v1/orders",
     {NULL,
      "orders",
      {{"order", CTL_DIGITS},
       {"pair", CTL_TEXT},
       {"purpose", CTL_TEXT},
       {"side", CTL_TEXT},
       {"state", CTL_TEXT},
       {"quantity", CTL_DIGITS},
       {"filled", CTL_DIGITS},
       {"limit", CTL_DIGITS},
       {"stop", CTL_DIGITS},
       {"target", CTL_DIGITS}}}},
    {"trades",
     "/api/v1/trades",
     {"trades",
      "trades",
      {{"number", CTL_DIGITS},
       {"closed", CTL_TIME},
       {"pair", CTL_TEXT},
       {"direction", CTL_TEXT},
       {"quantity", CTL_DIGITS},
       {"entry", CTL_AVERAGE},
       {"exit", CTL_AVERAGE},
       {"pnl", CTL_GAIN},
       {"fee", CTL_MONEY},
       {"closed_by", CTL_TEXT, "by"},
       {"strategy", CTL_TEXT}}}},
};

static bool takes_two(const struct ctl_words *words)
{
    return strcmp(words->verb, "strategy") == 0 || strcmp(words->verb, "limit") == 0;
}

int ctl_take(void *context, int argc, char **argv)
{
    struct ctl_words *words = context;
    const struct {
        const char *flag;
        const char **into;
    } values[] = {{"--quantity", &words->quantity},
                  {"--cash", &words->cash},
                  {"--limit", &words->limit},
                  {"--stop", &words->stop},
                  {"--target", &words->target}};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        if (strcmp(argv[0], values[i].flag) == 0 && argc > 1) {
            *values[i].into = argv[1];
            return 2;
        }
    }
    const struct {
        const char *flag;
        bool *into;
    } marks[] = {{"--yes", &words->yes},
                 {"--json", &words->json},
                 {"--help", &words->help},
                 {"-h", &words->help}};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (strcmp(argv[0], marks[i].flag) == 0) {
            *marks[i].into = true;
            return 1;
        }
    }
    if (argv[0][0] == '-') {
        return remote_take(&words->remote, argc, argv);
    }
    if (words->verb == NULL) {
        words->verb = argv[0];
    } else if (words->subject == NULL) {
        words->subject = argv[0];
    } else if (takes_two(words) && words->part == NULL) {
        words->part = argv[0];
    } else {
        fprintf(stderr, "cuttle %s: %s: one pair or order at a time\n", words->command, argv[0]);
        return -EINVAL;
    }
    return 1;
}

static int look_of(const struct ctl_words *words)
{
    for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
        if (strcmp(words->verb, looks[i].verb) == 0) {
            return (int)i;
        }
    }
    return -1;
}

bool ctl_looks(const struct ctl_words *words)
{
    return look_of(words) >= 0;
}

bool ctl_route(const struct ctl_words *words, char out[CTL_ROUTE_MAX], char *error,
               size_t error_size)
{
    const char *route = looks[look_of(words)].route;
    if (words->limit == NULL) {
        snprintf(out, CTL_ROUTE_MAX, "%s", route);
        return true;
    }
    if (strcmp(words->verb, "trades") != 0 || words->limit[0] == '\0' ||
        strspn(words->limit, "0123456789") != strlen(words->limit) || strlen(words->limit) > 4) {
        snprintf(error, error_size, "--limit %s: how many trades, a whole number from 1 to 1000",
                 words->limit);
        return false;
    }
    snprintf(out, CTL_ROUTE_MAX, "%s?limit=%s", route, words->limit);
    return true;
}

bool ctl_grave(const struct ctl_words *words)
{
    return strcmp(words->verb, "buy") == 0 || strcmp(words->verb, "flatten") == 0;
}

static void put(struct json_writer *writer, const char *key, const char *value)
{
    if (value != NULL) {
        json_put_string(writer, key, value);
    }
}

bool ctl_body(const struct ctl_words *words, char *body, size_t size, char *error,
              size_t error_size)
{
    enum command command;
    struct json_writer writer;
    if (!sentence_command_find(words->verb, strlen(words->verb), &command)) {
        snprintf(error, error_size, "there is no \"%s\"; `cuttle help ctl` lists what there is",
                 words->verb);
        return false;
    }
    json_writer_init(&writer, body, size);
    json_begin_object(&writer, NULL);
    json_put_string(&writer, "command", words->verb);
    if (command == COMMAND_CANCEL && words->subject != NULL) {
        char *end = NULL;
        const unsigned long long order = strtoull(words->subject, &end, 10);
        if (*end != '\0' || words->subject[0] < '0' || words->subject[0] > '9') {
            snprintf(error, error_size, "cancel %s: an order's number, as in `cuttle ctl orders`",
                     words->subject);
            return false;
        }
        json_put_uint(&writer, "order", order);
    } else if (command == COMMAND_STRATEGY) {
        put(&writer, "strategy", words->subject);
        put(&writer, "part", words->part);
    } else if (command == COMMAND_LIMIT) {
        put(&writer, "name", words->subject);
        put(&writer, "value", words->part);
    } else {
        put(&writer, "pair", words->subject);
    }
    put(&writer, "quantity", words->quantity);
    put(&writer, "cash", words->cash);
    put(&writer, "limit", words->limit);
    put(&writer, "stop", words->stop);
    put(&writer, "target", words->target);
    json_end_object(&writer);
    if (!json_writer_ok(&writer)) {
        snprintf(error, error_size, "so long a command cannot be meant");
    }
    return json_writer_ok(&writer);
}

bool ctl_member(const char *text, size_t len, const char *name, char *out, size_t size)
{
    struct json json;
    struct json_text key;
    bool found = false;
    json_init(&json, text, len);
    json_object(&json);
    while (json_key(&json, &key)) {
        if (json_is(key, name)) {
            found = json_string_copy(&json, out, size);
        } else {
            json_skip(&json);
        }
    }
    return json_done(&json) && found;
}

bool ctl_print(const struct ctl_words *words, const char *text, size_t len, bool color, FILE *out)
{
    const struct ctl_table *table = &looks[look_of(words)].table;
    if (words->json) {
        fprintf(out, "%.*s\n", (int)len, text);
        return true;
    }
    return table->columns[0].key == NULL ? ctl_status_print(text, len, color, out)
                                         : ctl_table_print(table, text, len, color, out);
}

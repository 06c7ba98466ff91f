/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/ctl.h"
#include "operator/sentence/sentence.h"
#include "platform/json/json.h"
#include "platform/json/json_writer.h"

#define COLUMN_MAX 10
#define CELL_MAX 64

/* A verb that looks: where, and the columns of its table; none: one object, a line a member. */
static const struct {
    const char *verb, *route;
    const char *columns[COLUMN_MAX];
} looks[] = {
    {"status", "/api/v1/status", {0}},
    {"positions",
     "/api/v1/positions",
     {"pair", "quantity", "entry", "last", "stop", "target", "unrealised", "risk"}},
    {"orders",
     "/api/v1/orders",
     {"order", "pair", "purpose", "side", "state", "quantity", "filled", "limit", "stop",
      "target"}},
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
        return 0;
    }
    if (words->verb == NULL) {
        words->verb = argv[0];
    } else if (words->subject == NULL) {
        words->subject = argv[0];
    } else if (takes_two(words) && words->part == NULL) {
        words->part = argv[0];
    } else {
        fprintf(stderr, "cuttle ctl: %s: one pair or order at a time\n", argv[0]);
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

const char *ctl_route(const struct ctl_words *words)
{
    const int look = look_of(words);
    return look < 0 ? NULL : looks[look].route;
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

/* A value as a person reads it: a string's text, a number's digits, "-" for none. */
static void cell(struct json *json, char *out, size_t size)
{
    struct json_text number;
    bool flag = false;
    snprintf(out, size, "-");
    switch (json_peek(json)) {
    case JSON_STRING:
        if (!json_string_copy(json, out, size)) {
            snprintf(out, size, "?");
        }
        return;
    case JSON_NUMBER:
        if (json_number(json, &number)) {
            snprintf(out, size, "%.*s", (int)number.len, number.at);
        }
        return;
    case JSON_BOOL:
        if (json_bool(json, &flag)) {
            snprintf(out, size, "%s", flag ? "yes" : "no");
        }
        return;
    case JSON_OBJECT:
    case JSON_ARRAY:
    case JSON_NULL:
    case JSON_NONE:
        json_skip(json);
        return;
    }
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

static bool print_object(struct json *json)
{
    struct json_text key;
    char value[256];
    json_object(json);
    while (json_key(json, &key)) {
        const enum json_kind kind = json_peek(json);
        if (kind == JSON_OBJECT || kind == JSON_ARRAY) {
            json_skip(json);
            continue;
        }
        cell(json, value, sizeof value);
        printf("%-18.*s %s\n", (int)key.len, key.at, value);
    }
    return json_done(json);
}

static void read_row(struct json *json, const char *const columns[COLUMN_MAX],
                     char cells[COLUMN_MAX][CELL_MAX])
{
    struct json_text key;
    json_object(json);
    while (json_key(json, &key)) {
        int found = -1;
        for (int c = 0; c < COLUMN_MAX && columns[c] != NULL; c++) {
            found = json_is(key, columns[c]) ? c : found;
        }
        if (found < 0) {
            json_skip(json);
        } else {
            cell(json, cells[found], CELL_MAX);
        }
    }
}

static bool print_table(struct json *json, const char *verb, const char *const columns[COLUMN_MAX])
{
    bool any = false;
    json_array(json);
    while (json_element(json)) {
        char cells[COLUMN_MAX][CELL_MAX] = {{0}};
        for (int c = 0; !any && c < COLUMN_MAX && columns[c] != NULL; c++) {
            printf("%-14s ", columns[c]);
        }
        printf("%s", any ? "" : "\n");
        any = true;
        read_row(json, columns, cells);
        for (int c = 0; c < COLUMN_MAX && columns[c] != NULL; c++) {
            printf("%-14s ", cells[c]);
        }
        printf("\n");
    }
    if (!any) {
        printf("no %s\n", verb);
    }
    return json_done(json);
}

bool ctl_print(const struct ctl_words *words, const char *text, size_t len)
{
    struct json json;
    const int look = look_of(words);
    if (words->json) {
        printf("%.*s\n", (int)len, text);
        return true;
    }
    json_init(&json, text, len);
    return looks[look].columns[0] == NULL ? print_object(&json)
                                          : print_table(&json, words->verb, looks[look].columns);
}

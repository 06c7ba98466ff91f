/* SPDX-License-Identifier: MIT */
#include "store/model_terms.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "store/disk.h"

#define FILE_NAME "session.json"
#define FILE_MAX ((size_t)MODEL_TRAINED_MAX * (MODEL_TERM_MAX + 256) * 2)

const struct model_term *model_terms_find(const struct model_terms *terms, const char *strategy)
{
    for (uint32_t i = 0; i < terms->count; i++) {
        if (strcmp(terms->list[i].strategy, strategy) == 0) {
            return &terms->list[i];
        }
    }
    return NULL;
}

bool model_terms_allow(const struct model_terms *model, const struct model_terms *session,
                       char *why, size_t why_size)
{
    if (strcmp(model->timeframe, session->timeframe) != 0) {
        snprintf(why, why_size,
                 "it was trained on candles of %s, and model.timeframe is %s: train one anew, or "
                 "set model.timeframe",
                 model->timeframe, session->timeframe);
        return false;
    }
    if (strcmp(model->leader, session->leader) != 0) {
        snprintf(why, why_size,
                 "it was trained with %s as the first pair, and here that is %s: train one anew, "
                 "or name that pair first",
                 model->leader, session->leader);
        return false;
    }
    return true;
}

/* The value of `name`, which is `len` long, in "a=1 b=2"; NULL: it is not there. */
static const char *value_of(const char *text, const char *name, size_t len, size_t *ret_len)
{
    for (const char *at = text; *at != '\0';) {
        const size_t word = strcspn(at, " ");
        if (word > len && strncmp(at, name, len) == 0 && at[len] == '=') {
            *ret_len = word - len - 1;
            return at + len + 1;
        }
        at += word + (at[word] == ' ');
    }
    return NULL;
}

/* Adds "fast: 12 in the model, 10 here" of each word of `of` that the other has otherwise; those of
 * the model alone where `lacking`. */
static void tell_words(const char *of, const char *other, bool lacking, char *why, size_t why_size)
{
    for (const char *at = of; *at != '\0';) {
        const size_t word = strcspn(at, " ");
        const char *equals = memchr(at, '=', word);
        const size_t name = equals != NULL ? (size_t)(equals - at) : word;
        const int had = (int)(word - name - (equals != NULL));
        size_t len = strlen(why), value = 0;
        const char *there = value_of(other, at, name, &value);
        const char *comma = len > 0 ? ", " : "";
        if (there == NULL && lacking) {
            snprintf(why + len, why_size - len, "%s%.*s: only here", comma, (int)name, at);
        } else if (there == NULL) {
            snprintf(why + len, why_size - len, "%s%.*s: only in the model", comma, (int)name, at);
        } else if (!lacking && (value != (size_t)had || strncmp(there, equals + 1, value) != 0)) {
            snprintf(why + len, why_size - len, "%s%.*s: %.*s in the model, %.*s here", comma,
                     (int)name, at, had, equals + 1, (int)value, there);
        }
        at += word + (at[word] == ' ');
    }
}

bool model_terms_fit(const struct model_terms *model, const struct model_terms *session,
                     const char *strategy, char *why, size_t why_size)
{
    const struct model_term *trained = model_terms_find(model, strategy);
    const struct model_term *asked = model_terms_find(session, strategy);
    why[0] = '\0';
    if (trained == NULL || asked == NULL) {
        snprintf(why, why_size, "%s does not say with which parameters",
                 trained == NULL ? "the model" : "the session");
        return false;
    }
    if (strcmp(trained->parameters, asked->parameters) == 0) {
        return true;
    }
    tell_words(trained->parameters, asked->parameters, false, why, why_size);
    tell_words(asked->parameters, trained->parameters, true, why, why_size);
    return false;
}

void model_terms_put(struct json_writer *writer, const char *key, const struct model_terms *terms)
{
    json_begin_object(writer, key);
    json_put_string(writer, "timeframe", terms->timeframe);
    json_put_string(writer, "leader", terms->leader);
    json_begin_array(writer, "strategies");
    for (uint32_t i = 0; i < terms->count; i++) {
        const struct model_term *term = &terms->list[i];
        json_begin_object(writer, NULL);
        json_put_string(writer, "strategy", term->strategy);
        json_put_time_or_null(writer, "until", term->until_ns, 0);
        json_put_string(writer, "parameters", term->parameters);
        json_end_object(writer);
    }
    json_end_array(writer);
    json_end_object(writer);
}

static void take_term(struct json *json, struct model_term *ret)
{
    struct json_text key;
    char until[TIMESTAMP_TEXT_MAX] = "";
    bool fits = true;
    json_object(json);
    while (json_key(json, &key)) {
        if (json_is(key, "strategy")) {
            fits &= json_string_copy(json, ret->strategy, sizeof ret->strategy);
        } else if (json_is(key, "parameters")) {
            fits &= json_string_copy(json, ret->parameters, sizeof ret->parameters);
        } else if (json_is(key, "until") && json_peek(json) == JSON_STRING) {
            json_string_copy(json, until, sizeof until);
            fits &= timestamp_parse(until, strlen(until), &ret->until_ns);
        } else {
            json_skip(json);
        }
    }
    if (!fits || ret->strategy[0] == '\0') {
        json_refuse(json, "parameters of no strategy that there can be");
    }
}

void model_terms_take(struct json *json, struct model_terms *ret)
{
    struct json_text key;
    *ret = (struct model_terms){.count = 0};
    json_object(json);
    while (json_key(json, &key)) {
        if (json_is(key, "timeframe")) {
            json_string_copy(json, ret->timeframe, sizeof ret->timeframe);
        } else if (json_is(key, "leader")) {
            json_string_copy(json, ret->leader, sizeof ret->leader);
        } else if (json_is(key, "strategies")) {
            json_array(json);
            while (json_element(json)) {
                if (ret->count == MODEL_TRAINED_MAX) {
                    json_refuse(json, "more strategies than there may be");
                    return;
                }
                take_term(json, &ret->list[ret->count++]);
            }
        } else {
            json_skip(json);
        }
    }
}

int model_terms_write(const char *folder, const struct model_terms *terms, char *error,
                      size_t error_size)
{
    char path[DISK_PATH_MAX], *text = malloc(FILE_MAX);
    struct json_writer json;
    if (text == NULL) {
        return disk_fail(ENOMEM, error, error_size, "out of memory");
    }
    snprintf(path, sizeof path, "%s/" FILE_NAME, folder);
    json_writer_init(&json, text, FILE_MAX);
    model_terms_put(&json, NULL, terms);
    int result = disk_make_private(folder);
    if (result == 0) {
        result = disk_write_file(path, text, json.len);
    }
    free(text);
    return result == 0 ? 0
                       : disk_fail(-result, error, error_size, "%s: %s", path, strerror(-result));
}

int model_terms_read(const char *folder, struct model_terms *ret, char *error, size_t error_size)
{
    char path[DISK_PATH_MAX], *text = NULL;
    struct json json;
    size_t len = 0;
    snprintf(path, sizeof path, "%s/" FILE_NAME, folder);
    const int result = disk_read_file(path, FILE_MAX, &text, &len);
    if (result != 0) {
        return disk_fail(-result, error, error_size, "%s: %s", path, strerror(-result));
    }
    json_init(&json, text, len);
    model_terms_take(&json, ret);
    const bool good = json_done(&json);
    free(text);
    return good ? 0
                : disk_fail(EPROTO, error, error_size,
                            "%s: not what a session asks of a model; the next session writes it "
                            "anew",
                            path);
}

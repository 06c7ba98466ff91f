/* SPDX-License-Identifier: MIT */
#include "research/study_terms.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/check.h"
#include "platform/json/json.h"
#include "platform/json/json_writer.h"
#include "store/disk.h"

#define FILE_SIZE_MAX (1u << 20)
#define TERM_TEXT_MAX 16384

void study_say(struct study_terms *terms, const char *name, const char *format, ...)
{
    CHECK(terms->count < STUDY_TERM_MAX);
    struct study_term *term = &terms->list[terms->count++];
    va_list values;
    va_start(values, format);
    term->name = strdup(name);
    if (vasprintf(&term->text, format, values) < 0) {
        term->text = NULL;
    }
    va_end(values);
    terms->out_of_memory |= term->name == NULL || term->text == NULL;
}

void study_terms_free(struct study_terms *terms)
{
    for (size_t i = 0; i < terms->count; i++) {
        free(terms->list[i].name);
        free(terms->list[i].text);
    }
    *terms = (struct study_terms){.count = 0};
}

static void put_terms(struct json_writer *json, const char *key, const struct study_terms *terms)
{
    json_begin_object(json, key);
    for (size_t i = 0; i < terms->count; i++) {
        json_put_string(json, terms->list[i].name, terms->list[i].text);
    }
    json_end_object(json);
}

char *study_terms_text(const struct study_terms *terms)
{
    char *text = terms->out_of_memory ? NULL : malloc(FILE_SIZE_MAX);
    if (text != NULL) {
        struct json_writer json;
        json_writer_init(&json, text, FILE_SIZE_MAX);
        put_terms(&json, NULL, terms);
        if (!json_writer_ok(&json)) {
            free(text);
            return NULL;
        }
    }
    return text;
}

static int write_file(const struct study_config *config, const char *path, char *error,
                      size_t error_size)
{
    char *text = malloc(FILE_SIZE_MAX);
    if (text == NULL || config->terms->out_of_memory) {
        free(text);
        return disk_fail(ENOMEM, error, error_size, "out of memory");
    }
    struct json_writer json;
    json_writer_init(&json, text, FILE_SIZE_MAX);
    json_begin_object(&json, NULL);
    json_put_time(&json, "made", config->now_ns, 0);
    json_begin_array(&json, "words");
    for (int i = 0; i < config->word_count; i++) {
        json_put_string(&json, NULL, config->words[i]);
    }
    json_end_array(&json);
    put_terms(&json, "terms", config->terms);
    json_end_object(&json);
    const bool fits = json_writer_ok(&json);
    const int code = fits ? disk_write_file(path, text, json.len) : -EFBIG;
    free(text);
    return code == 0 ? 0
                     : disk_fail(-code, error, error_size, "%s cannot be written: %s", path,
                                 strerror(-code));
}

static int differ(const char *path, const char *name, const char *then, const char *now,
                  char *error, size_t error_size)
{
    return disk_fail(EEXIST, error, error_size,
                     "%s is of another search: its %s was %.300s and is %.300s now; give this one "
                     "a name of its own with --study",
                     path, name, then, now);
}

static const struct study_term *find(const struct study_terms *terms, const char *name)
{
    for (size_t i = 0; i < terms->count; i++) {
        if (strcmp(terms->list[i].name, name) == 0) {
            return &terms->list[i];
        }
    }
    return NULL;
}

/* Each term of the file against ours, and none of ours missing. */
static int compare(struct json *json, const struct study_terms *terms, const char *path,
                   char *error, size_t error_size)
{
    static const char nothing[] = "not said";
    char name[256];
    size_t met = 0;
    struct json_text key;
    char *then = malloc(TERM_TEXT_MAX);
    int result = then == NULL ? disk_fail(ENOMEM, error, error_size, "out of memory") : 0;
    json_object(json);
    while (result == 0 && json_key(json, &key)) {
        snprintf(name, sizeof name, "%.*s", (int)key.len, key.at);
        json_string_copy(json, then, TERM_TEXT_MAX);
        const struct study_term *term = find(terms, name);
        met += term != NULL;
        if (term == NULL || strcmp(term->text, then) != 0) {
            result =
                differ(path, name, then, term == NULL ? nothing : term->text, error, error_size);
        }
    }
    if (result == 0 && met < terms->count) {
        result = differ(path, "list of terms", "shorter", "longer", error, error_size);
    }
    free(then);
    return result;
}

int study_terms_compare(const struct study_terms *terms, const char *text, size_t len,
                        const char *where, char *error, size_t error_size)
{
    struct json json;
    json_init(&json, text, len);
    const int result = compare(&json, terms, where, error, error_size);
    return result != 0 || json_done(&json)
               ? result
               : disk_fail(EINVAL, error, error_size, "%s has no terms that can be read", where);
}

static int read_text(const char *path, char **ret_text, size_t *ret_len, char *error,
                     size_t error_size)
{
    const int code = disk_read_file(path, FILE_SIZE_MAX, ret_text, ret_len);
    return code == 0 ? 0
                     : disk_fail(-code, error, error_size, "%s cannot be read: %s", path,
                                 strerror(-code));
}

int study_terms_hold(const struct study_config *config, char *error, size_t error_size)
{
    char path[DISK_PATH_MAX], *text = NULL;
    size_t len = 0;
    snprintf(path, sizeof path, "%s/study.json", config->folder);
    if (access(path, F_OK) != 0) {
        return write_file(config, path, error, error_size);
    }
    int result = read_text(path, &text, &len, error, error_size);
    if (result != 0) {
        return result;
    }
    struct json json;
    struct json_text key;
    bool met = false;
    json_init(&json, text, len);
    json_object(&json);
    while (result == 0 && json_key(&json, &key)) {
        if (json_is(key, "terms")) {
            met = true;
            result = compare(&json, config->terms, path, error, error_size);
        } else {
            json_skip(&json);
        }
    }
    if (result == 0 && (!met || !json_done(&json))) {
        result = disk_fail(EINVAL, error, error_size, "%s is no study's file", path);
    }
    free(text);
    return result;
}

void study_words_free(char **words, int count)
{
    for (int i = 0; i < count; i++) {
        free(words[i]);
    }
    free(words);
}

/* The words of an array into a list of their own; false when memory gives out or it is none. */
static bool read_words(struct json *json, char ***ret, int *ret_count)
{
    char **words = NULL;
    int count = 0;
    bool good = json_array(json);
    while (good && json_element(json)) {
        struct json_text raw;
        struct json ahead = *json;
        json_string(&ahead, &raw);
        char **longer = realloc(words, (size_t)(count + 1) * sizeof *words);
        char *word = malloc(raw.len + 1);
        words = longer != NULL ? longer : words;
        good = longer != NULL && word != NULL && json_string_copy(json, word, raw.len + 1);
        if (longer != NULL) {
            words[count++] = word;
        } else {
            free(word);
        }
    }
    if (!good) {
        study_words_free(words, count);
        return false;
    }
    *ret = words;
    *ret_count = count;
    return true;
}

int study_words(const char *folder, char ***ret_words, int *ret_count, char *error,
                size_t error_size)
{
    char path[DISK_PATH_MAX], *text = NULL;
    size_t len = 0;
    snprintf(path, sizeof path, "%s/study.json", folder);
    if (access(path, F_OK) != 0) {
        return disk_fail(ENOENT, error, error_size, "there is no study %s", folder);
    }
    int result = read_text(path, &text, &len, error, error_size);
    if (result != 0) {
        return result;
    }
    struct json json;
    struct json_text key;
    bool met = false;
    json_init(&json, text, len);
    json_object(&json);
    while (!met && json_key(&json, &key)) {
        if (json_is(key, "words")) {
            met = read_words(&json, ret_words, ret_count);
            break;
        }
        json_skip(&json);
    }
    free(text);
    return met ? 0 : disk_fail(EINVAL, error, error_size, "%s is no study's file", path);
}

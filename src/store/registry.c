/* SPDX-License-Identifier: MIT */
#include "store/registry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/base/timestamp.h"
#include "platform/json/json.h"
#include "platform/json/json_writer.h"
#include "store/disk.h"
#include "store/model_file.h"

#define HASH_LEN (2 * (size_t)MODEL_HASH_SIZE)
#define LINE_MAX_LEN (REGISTRY_WHY_MAX * 6 + 512)
#define HISTORY_MAX ((size_t)16 << 20)
#define LIST_MAX 4096

void registry_folder(const char *state, char *out, size_t size)
{
    snprintf(out, size, "%s/models", state);
}

void registry_path(const char *folder, const uint8_t hash[MODEL_HASH_SIZE], char *out, size_t size)
{
    char text[HASH_LEN + 1];
    model_hash_text(hash, text);
    snprintf(out, size, "%s/%s.json", folder, text);
}

static int fail(int code, const char *path, char *error, size_t error_size)
{
    return disk_fail(code < 0 ? -code : code, error, error_size, "%s: %s", path,
                     strerror(code < 0 ? -code : code));
}

/* Also the state directory that it is in, where it is the first thing there. */
static int make_folder(const char *folder)
{
    char state[DISK_PATH_MAX];
    const int len = snprintf(state, sizeof state, "%s", folder);
    if (len >= (int)sizeof state) {
        return -ENAMETOOLONG;
    }
    char *slash = strrchr(state, '/');
    if (slash != NULL && slash != state) {
        *slash = '\0';
        const int made = disk_make_private(state);
        if (made != 0) {
            return made;
        }
    }
    return disk_make_private(folder);
}

int registry_put(const char *folder, const char *text, size_t len,
                 const uint8_t hash[MODEL_HASH_SIZE], char *error, size_t error_size)
{
    char path[DISK_PATH_MAX];
    int result = make_folder(folder);
    if (result != 0) {
        return fail(result, folder, error, error_size);
    }
    registry_path(folder, hash, path, sizeof path);
    result = disk_write_file(path, text, len);
    return result == 0 ? 0 : fail(result, path, error, error_size);
}

int registry_current(const char *folder, uint8_t ret_hash[MODEL_HASH_SIZE], char *error,
                     size_t error_size)
{
    char path[DISK_PATH_MAX], *text = NULL;
    size_t len = 0;
    memset(ret_hash, 0, MODEL_HASH_SIZE);
    snprintf(path, sizeof path, "%s/current", folder);
    const int result = disk_read_file(path, 256, &text, &len);
    if (result == -ENOENT) {
        return 0;
    }
    if (result != 0) {
        return fail(result, path, error, error_size);
    }
    text[strcspn(text, "\n")] = '\0';
    const bool good = strcmp(text, "none") == 0 || model_hash_parse(text, ret_hash);
    free(text);
    return good ? 0
                : disk_fail(EPROTO, error, error_size,
                            "%s: not the hash of a model; cuttle models promote writes it anew",
                            path);
}

/* "none", or the hash. */
static void name_of(const uint8_t hash[MODEL_HASH_SIZE], char out[HASH_LEN + 1])
{
    if (model_hash_is_none(hash)) {
        snprintf(out, HASH_LEN + 1, "none");
    } else {
        model_hash_text(hash, out);
    }
}

static int append_line(const char *path, const struct registry_line *line, char *error,
                       size_t error_size)
{
    char name[HASH_LEN + 1], *before = NULL;
    size_t len = 0;
    int result = disk_read_file(path, HISTORY_MAX, &before, &len);
    if (result != 0 && result != -ENOENT) {
        return fail(result, path, error, error_size);
    }
    char *text = realloc(before, len + LINE_MAX_LEN);
    if (text == NULL) {
        free(before);
        return disk_fail(ENOMEM, error, error_size, "out of memory");
    }
    struct json_writer writer;
    json_writer_init(&writer, text + len, LINE_MAX_LEN - 1);
    name_of(line->hash, name);
    json_begin_object(&writer, NULL);
    json_put_time(&writer, "time", line->time_ns, 3);
    json_put_string(&writer, "what", line->word);
    json_put_string(&writer, "model", name);
    if (line->strategy[0] != '\0') {
        json_put_string(&writer, "strategy", line->strategy);
    }
    json_put_string(&writer, "why", line->why);
    json_end_object(&writer);
    text[len + writer.len] = '\n';
    result = disk_write_file(path, text, len + writer.len + 1);
    free(text);
    return result == 0 ? 0 : fail(result, path, error, error_size);
}

int registry_lock(const char *folder, char *error, size_t error_size)
{
    char path[DISK_PATH_MAX];
    const int made = make_folder(folder);
    if (made != 0) {
        return fail(made, folder, error, error_size);
    }
    snprintf(path, sizeof path, "%s/lock", folder);
    const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || flock(fd, LOCK_EX) != 0) {
        const int code = errno;
        if (fd >= 0) {
            close(fd);
        }
        return fail(code, path, error, error_size);
    }
    return fd;
}

/* What is in force is still what the caller reckoned from. */
static int check_expected(const char *folder, const uint8_t *expected, char *error,
                          size_t error_size)
{
    uint8_t now[MODEL_HASH_SIZE];
    char name[HASH_LEN + 1];
    const int result = expected == NULL ? 0 : registry_current(folder, now, error, error_size);
    if (expected == NULL || result != 0 || memcmp(now, expected, sizeof now) == 0) {
        return result;
    }
    name_of(now, name);
    return disk_fail(ESTALE, error, error_size,
                     "%s: what is in force was changed meanwhile, by another: it is %.12s now, and "
                     "stays",
                     folder, name);
}

static int set_locked(const char *folder, const struct registry_line *line, char *error,
                      size_t error_size)
{
    char path[DISK_PATH_MAX], name[HASH_LEN + 1], text[HASH_LEN + 2];
    /* The history first: what is in force is always in it. */
    snprintf(path, sizeof path, "%s/history.jsonl", folder);
    int result = append_line(path, line, error, error_size);
    if (result != 0) {
        return result;
    }
    name_of(line->hash, name);
    snprintf(text, sizeof text, "%s\n", name);
    snprintf(path, sizeof path, "%s/current", folder);
    result = disk_write_file(path, text, strlen(text));
    return result == 0 ? 0 : fail(result, path, error, error_size);
}

int registry_set(const char *folder, const struct registry_line *line, const uint8_t *expected,
                 char *error, size_t error_size)
{
    char path[DISK_PATH_MAX];
    if (!model_hash_is_none(line->hash)) {
        registry_path(folder, line->hash, path, sizeof path);
        if (access(path, R_OK) != 0) {
            return fail(errno, path, error, error_size);
        }
    }
    const int fd = registry_lock(folder, error, error_size);
    if (fd < 0) {
        return fd;
    }
    int result = check_expected(folder, expected, error, error_size);
    if (result == 0) {
        result = set_locked(folder, line, error, error_size);
    }
    close(fd);
    return result;
}

int registry_demote(const char *folder, const struct registry_line *line, char *error,
                    size_t error_size)
{
    char path[DISK_PATH_MAX];
    const int fd = registry_lock(folder, error, error_size);
    if (fd < 0) {
        return fd;
    }
    snprintf(path, sizeof path, "%s/history.jsonl", folder);
    const int result = append_line(path, line, error, error_size);
    close(fd);
    return result;
}

static bool take_line(const char *text, size_t len, struct registry_line *ret)
{
    struct json json;
    struct json_text key;
    char time[TIMESTAMP_TEXT_MAX] = "", model[HASH_LEN + 1] = "";
    *ret = (struct registry_line){0};
    json_init(&json, text, len);
    json_object(&json);
    while (json_key(&json, &key)) {
        if (json_is(key, "time")) {
            json_string_copy(&json, time, sizeof time);
        } else if (json_is(key, "what")) {
            json_string_copy(&json, ret->word, sizeof ret->word);
        } else if (json_is(key, "model")) {
            json_string_copy(&json, model, sizeof model);
        } else if (json_is(key, "strategy")) {
            json_string_copy(&json, ret->strategy, sizeof ret->strategy);
        } else if (json_is(key, "why")) {
            json_string_copy(&json, ret->why, sizeof ret->why);
        } else {
            json_skip(&json);
        }
    }
    return json_done(&json) && timestamp_parse(time, strlen(time), &ret->time_ns) &&
           (strcmp(model, "none") == 0 || model_hash_parse(model, ret->hash));
}

static const uint8_t *standing(const struct registry_history *history, size_t depth)
{
    static const uint8_t none[MODEL_HASH_SIZE];
    return depth == 0 ? none : history->lines[history->standing[depth - 1]].hash;
}

/* Its newest line, among those that stand: a rollback takes the last one away. */
static void stand(struct registry_history *history)
{
    const struct registry_line *line = &history->lines[history->count - 1];
    if (line->strategy[0] != '\0') {
        return; /* of one of its strategies: nothing else came into force */
    }
    if (strcmp(line->word, "rollback") == 0 && history->depth > 0) {
        history->depth--;
    }
    if (memcmp(standing(history, history->depth), line->hash, MODEL_HASH_SIZE) != 0) {
        history->standing[history->depth++] = history->count - 1;
    }
}

int registry_read_history(const char *folder, struct registry_history *ret, char *error,
                          size_t error_size)
{
    char path[DISK_PATH_MAX], *text = NULL;
    size_t len = 0, lines = 0;
    *ret = (struct registry_history){0};
    snprintf(path, sizeof path, "%s/history.jsonl", folder);
    const int result = disk_read_file(path, HISTORY_MAX, &text, &len);
    if (result != 0) {
        return result == -ENOENT ? 0 : fail(result, path, error, error_size);
    }
    for (size_t i = 0; i < len; i++) {
        lines += text[i] == '\n';
    }
    ret->lines = calloc(lines + 1, sizeof *ret->lines);
    ret->standing = calloc(lines + 1, sizeof *ret->standing);
    int code = ret->lines == NULL || ret->standing == NULL
                   ? disk_fail(ENOMEM, error, error_size, "out of memory")
                   : 0;
    for (const char *at = text; code == 0 && at < text + len;) {
        const char *end = memchr(at, '\n', (size_t)(text + len - at));
        end = end != NULL ? end : text + len;
        if (!take_line(at, (size_t)(end - at), &ret->lines[ret->count])) {
            code = disk_fail(
                EPROTO, error, error_size,
                "%s: line %zu is none of ours; take it out, or bring the file back from a backup",
                path, ret->count + 1);
            break;
        }
        ret->count++;
        stand(ret);
        at = end + 1;
    }
    free(text);
    return code;
}

void registry_history_free(struct registry_history *history)
{
    free(history->lines);
    free(history->standing);
    *history = (struct registry_history){0};
}

bool registry_before(const struct registry_history *history, const uint8_t current[MODEL_HASH_SIZE],
                     uint8_t ret_hash[MODEL_HASH_SIZE])
{
    /* A line that a crash kept from coming into force is passed over. */
    size_t depth = history->depth;
    while (depth > 0 && memcmp(standing(history, depth), current, MODEL_HASH_SIZE) != 0) {
        depth--;
    }
    depth = depth > 0 ? depth - 1 : history->depth;
    memcpy(ret_hash, standing(history, depth), MODEL_HASH_SIZE);
    return memcmp(ret_hash, current, MODEL_HASH_SIZE) != 0;
}

uint64_t registry_turn(const struct registry_history *history, const uint8_t hash[MODEL_HASH_SIZE])
{
    for (size_t i = history->count; i-- > 0;) {
        const struct registry_line *line = &history->lines[i];
        if (line->strategy[0] == '\0' && memcmp(line->hash, hash, MODEL_HASH_SIZE) == 0) {
            return i + 1;
        }
    }
    return 0;
}

bool registry_demoted(const struct registry_history *history, const uint8_t hash[MODEL_HASH_SIZE],
                      const char *strategy)
{
    for (size_t i = registry_turn(history, hash); i < history->count; i++) {
        const struct registry_line *line = &history->lines[i];
        if (strcmp(line->strategy, strategy) == 0 &&
            memcmp(line->hash, hash, MODEL_HASH_SIZE) == 0) {
            return true;
        }
    }
    return false;
}

struct listing {
    struct registry_entry *list;
    size_t count, most;
};

static void visit(void *context, const char *name)
{
    struct listing *listing = context;
    char text[HASH_LEN + 1];
    if (strlen(name) != HASH_LEN + 5 || strcmp(name + HASH_LEN, ".json") != 0 ||
        listing->count == listing->most) {
        return;
    }
    memcpy(text, name, HASH_LEN);
    text[HASH_LEN] = '\0';
    listing->count += model_hash_parse(text, listing->list[listing->count].hash);
}

static int compare(const void *a, const void *b)
{
    return memcmp(((const struct registry_entry *)a)->hash,
                  ((const struct registry_entry *)b)->hash, MODEL_HASH_SIZE);
}

size_t registry_list(const char *folder, struct registry_entry *ret, size_t most)
{
    struct listing listing = {.list = ret, .most = most};
    disk_list(folder, visit, &listing);
    qsort(ret, listing.count, sizeof *ret, compare);
    return listing.count;
}

int registry_find(const char *folder, const char *prefix, uint8_t ret_hash[MODEL_HASH_SIZE])
{
    struct registry_entry *list = calloc(LIST_MAX, sizeof *list);
    const size_t count = list != NULL ? registry_list(folder, list, LIST_MAX) : 0;
    int found = 0;
    for (size_t i = 0; i < count; i++) {
        char text[HASH_LEN + 1];
        model_hash_text(list[i].hash, text);
        if (strncmp(text, prefix, strlen(prefix)) == 0) {
            memcpy(ret_hash, list[i].hash, MODEL_HASH_SIZE);
            found += found < 2;
        }
    }
    free(list);
    return found;
}

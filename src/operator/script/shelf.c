/* SPDX-License-Identifier: MIT */
#include "operator/script/shelf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"
#include "store/disk.h"

#define PATH_MAX_LEN 1200

struct shelf {
    uint32_t count;
    struct script *scripts[STRATEGY_TABLE_MAX];
    char *paths[STRATEGY_TABLE_MAX];
};

/* Whose strategies stand in the core's table, which is one for the process. */
static struct shelf *used;

struct shelf *shelf_new(void)
{
    return calloc(1, sizeof(struct shelf));
}

void shelf_free(struct shelf *shelf)
{
    if (shelf == NULL) {
        return;
    }
    if (used == shelf) {
        shelf_use(NULL);
    }
    for (uint32_t i = 0; i < shelf->count; i++) {
        script_free(shelf->scripts[i]);
        free(shelf->paths[i]);
    }
    free(shelf);
}

static void put_in_table(const struct shelf *shelf)
{
    const struct strategy *list[STRATEGY_TABLE_MAX];
    const uint32_t count = shelf == NULL ? 0 : shelf->count;
    for (uint32_t i = 0; i < count; i++) {
        list[i] = script_strategy(shelf->scripts[i]);
    }
    strategy_add(list, count);
}

struct shelf *shelf_use(struct shelf *shelf)
{
    struct shelf *before = used;
    used = shelf;
    put_in_table(shelf);
    return before;
}

struct shelf *shelf_used(void)
{
    return used;
}

/* A small letter, then small letters, digits and underscores. */
static bool name_valid(const char *name)
{
    const size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return name[len] == '\0' && len > 0 && len <= STRATEGY_NAME_MAX && name[0] >= 'a';
}

static bool add(struct shelf *shelf, const char *name, const char *path)
{
    char *copy = strdup(path);
    struct script *script = copy == NULL ? NULL : script_new(name, path);
    if (script == NULL) {
        free(copy);
        return false;
    }
    shelf->paths[shelf->count] = copy;
    shelf->scripts[shelf->count++] = script;
    return true;
}

char *shelf_read_text(const char *path)
{
    char *text = NULL;
    size_t len = 0;
    const int result = disk_read_file(path, SCRIPT_TEXT_MAX, &text, &len);
    if (result == 0 && strlen(text) == len) {
        return text;
    }
    char why[200];
    snprintf(why, sizeof why, "error(\"the file cannot be read: %s\")",
             result == 0 ? "it has a zero byte" : strerror(-result));
    free(text);
    return strdup(why);
}

/* The names of a folder's scripts, sorted as they come. */
struct listing {
    uint32_t count;
    bool more;
    char names[STRATEGY_TABLE_MAX][256];
};

static void list_one(void *context, const char *name)
{
    struct listing *listing = context;
    const size_t len = strlen(name);
    if (name[0] == '.' || len < 5 || len > 255 || strcmp(name + len - 4, ".lua") != 0) {
        return;
    }
    if (listing->count == STRATEGY_TABLE_MAX) {
        listing->more = true;
        return;
    }
    uint32_t at = listing->count++;
    for (; at > 0 && strcmp(listing->names[at - 1], name) > 0; at--) {
        memcpy(listing->names[at], listing->names[at - 1], sizeof listing->names[at]);
    }
    snprintf(listing->names[at], sizeof listing->names[at], "%.*s", (int)len - 4, name);
}

static int read_one(struct shelf *shelf, const char *folder, const char *name, char *error,
                    size_t error_size)
{
    char path[PATH_MAX_LEN];
    snprintf(path, sizeof path, "%s/%s.lua", folder, name);
    if (!name_valid(name)) {
        return disk_fail(EINVAL, error, error_size,
                         "%s: a strategy is named in small letters, digits and underscores, %d at "
                         "most, and begins with a letter: rename the file",
                         path, STRATEGY_NAME_MAX);
    }
    for (uint32_t i = 0; i < strategy_built_in; i++) {
        if (strcmp(strategy_table[i]->name, name) == 0) {
            return disk_fail(EEXIST, error, error_size,
                             "%s: there is a built-in strategy of that name: rename the file",
                             path);
        }
    }
    char *text = shelf_read_text(path);
    const bool added = text != NULL && add(shelf, name, path);
    if (added) {
        script_load(shelf->scripts[shelf->count - 1], text);
    }
    free(text);
    return added ? 0 : disk_fail(ENOMEM, error, error_size, "%s: out of memory", path);
}

int shelf_read(struct shelf *shelf, const char *folder, char *error, size_t error_size)
{
    struct listing *listing = calloc(1, sizeof *listing);
    if (listing == NULL) {
        return disk_fail(ENOMEM, error, error_size, "%s: out of memory", folder);
    }
    int result = disk_list(folder, list_one, listing);
    if (result == -ENOENT) {
        result = 0;
    } else if (result != 0) {
        disk_fail(-result, error, error_size, "%s: cannot be read: %s", folder, strerror(-result));
    } else if (listing->more || listing->count > STRATEGY_TABLE_MAX - strategy_built_in) {
        result = disk_fail(E2BIG, error, error_size, "%s: holds more than %u strategies", folder,
                           STRATEGY_TABLE_MAX - strategy_built_in);
    }
    for (uint32_t i = 0; result == 0 && i < listing->count; i++) {
        result = read_one(shelf, folder, listing->names[i], error, error_size);
    }
    free(listing);
    return result;
}

uint32_t shelf_count(const struct shelf *shelf)
{
    return shelf->count;
}

struct script *shelf_script(const struct shelf *shelf, uint32_t index)
{
    CHECK(index < shelf->count);
    return shelf->scripts[index];
}

const char *shelf_path(const struct shelf *shelf, uint32_t index)
{
    CHECK(index < shelf->count);
    return shelf->paths[index];
}

struct event shelf_event(const struct shelf *shelf, uint32_t index, int64_t time_ns)
{
    const struct script *script = shelf_script(shelf, index);
    return (struct event){
        .kind = EVENT_STRATEGY,
        .time_ns = time_ns,
        .strategy = {.type = strategy_built_in + index,
                     .stopped = script_stopped(script),
                     .name = script_strategy(script)->name,
                     .text = script_text(script)},
    };
}

bool shelf_hold(struct shelf *shelf, uint32_t type)
{
    CHECK(type < STRATEGY_TABLE_MAX);
    while (strategy_built_in + shelf->count <= type) {
        if (!add(shelf, "unknown", "unknown.lua")) {
            return false;
        }
    }
    if (used == shelf) {
        put_in_table(shelf);
    }
    return true;
}

/* Another script than stood there, or the first. */
static bool replace(struct shelf *shelf, uint32_t index, const struct event *event)
{
    char path[STRATEGY_NAME_MAX + 16];
    snprintf(path, sizeof path, "%.*s.lua", STRATEGY_NAME_MAX, event->strategy.name);
    struct script *script = script_new(event->strategy.name, path);
    if (script == NULL) {
        return false;
    }
    script_free(shelf->scripts[index]);
    shelf->scripts[index] = script;
    return true;
}

static void load(struct script *script, const struct event *event)
{
    if (event->strategy.fresh && !script_declared(script)) {
        script_stop(script, "it did not load when the session began: start it anew");
        return;
    }
    script_load(script, event->strategy.text);
    if (event->strategy.stopped && !script_stopped(script)) {
        script_stop(script, "");
    }
}

bool shelf_take(struct shelf *shelf, const struct event *event)
{
    CHECK(event->kind == EVENT_STRATEGY && event->strategy.type >= strategy_built_in);
    const uint32_t index = event->strategy.type - strategy_built_in;
    if (!script_supported() || !shelf_hold(shelf, event->strategy.type)) {
        return false;
    }
    const char *name = script_strategy(shelf->scripts[index])->name;
    if (strcmp(name, event->strategy.name) != 0 && !replace(shelf, index, event)) {
        return false;
    }
    struct script *script = shelf->scripts[index];
    const bool same = strcmp(script_text(script), event->strategy.text) == 0 &&
                      script_stopped(script) == event->strategy.stopped;
    if (event->strategy.fresh || !same) {
        load(script, event);
    }
    if (used == shelf) {
        put_in_table(shelf);
    }
    return true;
}

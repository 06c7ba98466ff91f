/* SPDX-License-Identifier: MIT */
#include "app/retrain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "platform/json/json.h"
#include "platform/json/json_writer.h"
#include "store/candle_file.h"
#include "store/disk.h"

#define TEXT_MAX 256
#define LATER_NS NS_PER_DAY
#define LATER_MOST 7

int64_t retrain_next(const struct retrain *retrain, int64_t every_ns)
{
    if (retrain->failed > 0) {
        const int64_t step_ns = every_ns > 0 && every_ns < LATER_NS ? every_ns : LATER_NS;
        const uint32_t steps = retrain->failed < LATER_MOST ? retrain->failed : LATER_MOST;
        return retrain->begun_ns + (int64_t)steps * step_ns;
    }
    return retrain->done_ns == 0 ? 0 : retrain->done_ns + every_ns;
}

void retrain_begin(struct retrain *retrain, int64_t now_ns)
{
    retrain->begun_ns = now_ns;
    retrain->failed += retrain->failed < UINT32_MAX;
}

void retrain_end(struct retrain *retrain, bool good)
{
    if (good) {
        retrain->failed = 0;
        retrain->done_ns = retrain->begun_ns;
    }
}

void retrain_withdraw(struct retrain *retrain, const struct retrain *before)
{
    *retrain = *before;
}

void retrain_read(const char *folder, struct retrain *ret)
{
    char path[DISK_PATH_MAX], *text = NULL;
    size_t len = 0;
    struct json json;
    struct json_text key;
    struct retrain found = {0};
    uint64_t failed = 0;
    snprintf(path, sizeof path, "%s/" RETRAIN_FILE, folder);
    const int result = disk_read_file(path, TEXT_MAX, &text, &len);
    json_init(&json, text, result == 0 ? len : 0);
    json_object(&json);
    while (json_key(&json, &key)) {
        if (json_is(key, "done")) {
            json_int(&json, &found.done_ns);
        } else if (json_is(key, "begun")) {
            json_int(&json, &found.begun_ns);
        } else if (json_is(key, "failed")) {
            json_uint(&json, &failed);
        } else {
            json_skip(&json);
        }
    }
    const bool good = result == 0 && json_done(&json) && failed <= UINT32_MAX;
    found.failed = (uint32_t)failed;
    *ret = good ? found : (struct retrain){0};
    free(text);
}

int retrain_write(const char *folder, const struct retrain *retrain)
{
    char path[DISK_PATH_MAX], text[TEXT_MAX];
    struct json_writer json;
    snprintf(path, sizeof path, "%s/" RETRAIN_FILE, folder);
    json_writer_init(&json, text, sizeof text);
    json_begin_object(&json, NULL);
    json_put_int(&json, "done", retrain->done_ns);
    json_put_int(&json, "begun", retrain->begun_ns);
    json_put_uint(&json, "failed", retrain->failed);
    json_end_object(&json);
    return disk_write_file(path, text, json.len);
}

enum timeframe retrain_timeframe(const struct engine_config *config)
{
    int32_t finest = config->chain.model.timeframe;
    for (uint32_t i = 0; i < config->strategy_count; i++) {
        const struct strategy_params *params = (const void *)config->strategies[i].params;
        finest = params->timeframe < finest ? params->timeframe : finest;
    }
    return (enum timeframe)finest;
}

struct stocktaking {
    const char *const *symbols;
    uint32_t count;
    bool here[PAIR_MAX];
};

static int visit(void *context, const struct candle_key *key)
{
    struct stocktaking *taking = context;
    for (uint32_t i = 0; i < taking->count; i++) {
        taking->here[i] |= strcmp(taking->symbols[i], key->symbol) == 0;
    }
    return 0;
}

bool retrain_pairs(const char *store, const char *const *symbols, uint32_t count, char *out,
                   size_t size, char *error, size_t error_size)
{
    struct stocktaking taking = {.symbols = symbols, .count = count};
    size_t len = 0;
    if (candle_store_each(store, visit, &taking, error, error_size) != 0) {
        return false;
    }
    if (!taking.here[0]) {
        snprintf(
            error, error_size,
            "market.store: %s has no candles of %s, the first pair; `cuttle data download` and "
            "`cuttle data import` bring some in",
            store, symbols[0]);
        return false;
    }
    out[0] = '\0';
    for (uint32_t i = 0; i < count && len < size; i++) {
        if (taking.here[i]) {
            len += (size_t)snprintf(out + len, size - len, "%s%s", len > 0 ? " " : "", symbols[i]);
        }
    }
    if (len >= size) {
        snprintf(error, error_size, "that are too many pairs");
    }
    return len < size;
}

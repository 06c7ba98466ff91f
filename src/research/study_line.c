/* SPDX-License-Identifier: MIT */
#include "research/study_line.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/base/check.h"
#include "core/base/crc32.h"
#include "platform/json/json.h"
#include "platform/json/json_writer.h"

struct figure {
    const char *name;
    size_t offset;
};

static const struct figure figures[] = {
    {"sharpe", offsetof(struct outcome, sharpe)},
    {"sortino", offsetof(struct outcome, sortino)},
    {"calmar", offsetof(struct outcome, calmar)},
    {"profit", offsetof(struct outcome, profit)},
    {"win_rate", offsetof(struct outcome, win_rate)},
    {"drawdown", offsetof(struct outcome, drawdown)},
};
#define FIGURE_COUNT (sizeof figures / sizeof figures[0])

size_t study_line_write(const struct space *space, size_t index, const struct trial *trial,
                        uint32_t returns_crc, char line[STUDY_LINE_MAX])
{
    struct json_writer json;
    json_writer_init(&json, line, STUDY_LINE_MAX);
    json_begin_object(&json, NULL);
    json_put_uint(&json, "trial", index);
    json_begin_array(&json, "at");
    for (uint32_t i = 0; i < space->axis_count; i++) {
        json_put_real(&json, NULL, trial->point.at[i]);
    }
    json_end_array(&json);
    json_put_real(&json, "part", trial->part);
    json_put_string(&json, "path", trial_path_names[trial->path]);
    json_put_uint(&json, "trades", trial->outcome.trades);
    for (size_t i = 0; i < FIGURE_COUNT; i++) {
        double value;
        memcpy(&value, (const char *)&trial->outcome + figures[i].offset, sizeof value);
        json_put_real(&json, figures[i].name, value);
    }
    json_put_uint(&json, "returns", returns_crc);
    json_end_object(&json);
    CHECK(json_writer_ok(&json) && json.len + 32 < STUDY_LINE_MAX);
    /* In place of the closing brace. */
    const size_t len = json.len - 1;
    return len + (size_t)snprintf(line + len, STUDY_LINE_MAX - len, ",\"crc\":%u}\n",
                                  crc32_update(0, line, len));
}

static bool read_figure(struct json *json, struct json_text key, struct outcome *outcome)
{
    for (size_t i = 0; i < FIGURE_COUNT; i++) {
        if (json_is(key, figures[i].name)) {
            double value = (double)NAN;
            if (json_peek(json) == JSON_NULL) {
                json_null(json);
            } else {
                json_real(json, &value);
            }
            memcpy((char *)outcome + figures[i].offset, &value, sizeof value);
            return true;
        }
    }
    return false;
}

static void read_member(struct json *json, struct json_text key, const struct space *space,
                        struct trial *trial, uint64_t *index, uint64_t *returns)
{
    struct json_text path;
    if (json_is(key, "trial")) {
        json_uint(json, index);
    } else if (json_is(key, "at")) {
        json_array(json);
        for (uint32_t i = 0; json_element(json); i++) {
            if (i == space->axis_count) {
                json_refuse(json, "more values than axes");
            } else {
                json_real(json, &trial->point.at[i]);
            }
        }
    } else if (json_is(key, "part")) {
        json_real(json, &trial->part);
    } else if (json_is(key, "path")) {
        json_string(json, &path);
        trial->path = json_is(path, trial_path_names[TRIAL_KERNEL]) ? TRIAL_KERNEL : TRIAL_ENGINE;
    } else if (json_is(key, "trades")) {
        json_uint(json, &trial->outcome.trades);
    } else if (json_is(key, "returns")) {
        json_uint(json, returns);
    } else if (!read_figure(json, key, &trial->outcome)) {
        json_skip(json);
    }
}

bool study_line_read(const struct space *space, const char *line, size_t len, size_t index,
                     struct trial *ret, uint32_t *ret_returns_crc)
{
    struct json json;
    struct json_text key;
    uint64_t crc = 0, returns = 0, said = UINT64_MAX;
    struct trial trial = {.known = true};
    bool sealed = false;
    json_init(&json, line, len);
    json_object(&json);
    while (json_key(&json, &key)) {
        if (!json_is(key, "crc")) {
            read_member(&json, key, space, &trial, &said, &returns);
            continue;
        }
        const char *before = key.at - strlen(",\"");
        sealed = json_uint(&json, &crc) && crc == crc32_update(0, line, (size_t)(before - line));
    }
    if (!json_done(&json) || !sealed || said != index) {
        return false;
    }
    *ret = trial;
    *ret_returns_crc = (uint32_t)returns;
    return true;
}

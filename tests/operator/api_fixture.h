/* SPDX-License-Identifier: MIT */
/*
 * The interface without a socket: the scripted session as it stands a second after it was
 * published, and the text of each answer. What a test sets in `source` is asked, too.
 */
#pragma once

#include "operator/sentence/sentence.h"
#include "operator/server/api.h"
#include "platform/json/json.h"
#include "platform/json/json_writer.h"
#include "script.h"
#include "test.h"

static char page[1024 * 1024];
static struct view view;
static struct section_now now;
static struct history *history;
static struct api_source source;

static inline void begin(void)
{
    history = history_new();
    now = (struct section_now){
        .wall_ns = SCRIPT_START, .mono_ns = 100 * NS_PER_S, .watchdog_ns = 60 * NS_PER_S};
    script_view(&view, now.mono_ns - NS_PER_S, now.wall_ns);
    view.number = 1;
    source = (struct api_source){.view = &view, .now = &now, .history = history};
}

static inline void end(void)
{
    history_free(history);
}

/* The answer's text, which must be sound JSON whatever the status. */
static inline const char *get(const char *path, const char *query, int want)
{
    struct json_writer writer;
    struct json json;
    json_writer_init(&writer, page, sizeof page);
    EXPECT_INT(api_get(&source, path, query, &writer), want);
    EXPECT(json_writer_ok(&writer));
    json_init(&json, page, writer.len);
    json_skip(&json);
    EXPECT(json_done(&json));
    return page;
}

static inline bool has(const char *text, const char *part)
{
    const bool found = strstr(text, part) != NULL;
    if (!found)
        print_error("%s\nlacks %s\n", text, part);
    return found;
}

/* Adds a record to the thoughts that the session remembers. */
static inline void think(const struct record *record)
{
    static const char *const strategies[] = {"sma_cross", "trend", "mean_reversion"};
    const struct sentence_names names = {"USD", strategies, 3, script_pairs, 2};
    const uint32_t pair = record->pair < 2 ? record->pair : 0;
    static char json[BRIDGE_THOUGHT_MAX];
    struct json_writer writer;
    json_writer_init(&writer, json, sizeof json);
    sentence_json(&writer, NULL, record, &names);
    EXPECT(json_writer_ok(&writer));
    history_add_thought(history, record->kind, script_pairs[pair].symbol, json, writer.len);
}

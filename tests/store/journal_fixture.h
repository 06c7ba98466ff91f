/* SPDX-License-Identifier: MIT */
/* A journal in a directory of the test's own: written in a few words, read back as one text. */
#pragma once

#include "scratch.h"
#include "store/journal.h"

static char error[512];

static inline struct journal *open_journal(const char *dir, struct journal_found *found)
{
    struct journal *journal = NULL;
    int code = journal_open(dir, &journal, found, error, sizeof error);
    if (code != 0)
        print_error("%s\n", error);
    EXPECT_INT(code, 0);
    return journal;
}

static inline void begin(struct journal *journal, int64_t time_ns, const char *text)
{
    struct journal_snapshot snapshot = {
        .version = 7, .time_ns = time_ns, .bytes = text, .len = strlen(text)};
    memset(snapshot.fingerprint, 0xab, sizeof snapshot.fingerprint);
    EXPECT_INT(journal_begin_segment(journal, &snapshot), 0);
}

static inline void append(struct journal *journal, int64_t time_ns, const char *text)
{
    EXPECT_INT(journal_append(journal, 3, time_ns, text, strlen(text)), 0);
}

/* All that can be read, as text: "1[snapshot] record record 2[snapshot] ... end". */
static inline const char *read_all(const char *dir)
{
    static char text[4096];
    struct journal_reader *reader = NULL;
    struct journal_item item;
    enum journal_step step;
    text[0] = '\0';
    EXPECT_INT(journal_reader_open(dir, 0, &reader, error, sizeof error), 0);
    while ((step = journal_next(reader, &item)) == JOURNAL_SNAPSHOT || step == JOURNAL_RECORD) {
        size_t len = strlen(text);
        if (step == JOURNAL_SNAPSHOT)
            snprintf(text + len, sizeof text - len, "%u[%.*s] ", item.segment, (int)item.len,
                     (const char *)item.bytes);
        else
            snprintf(text + len, sizeof text - len, "%.*s@%d ", (int)item.len,
                     (const char *)item.bytes, (int)item.time_ns);
    }
    snprintf(error, sizeof error, "%s", journal_reader_error(reader));
    journal_reader_close(reader);
    const char *const names[] = {"end", "", "", "torn", "damaged", "failed"};
    size_t len = strlen(text);
    snprintf(text + len, sizeof text - len, "%s", names[step]);
    return text;
}

static inline const char *segment_path(const char *name, int segment)
{
    char relative[64];
    snprintf(relative, sizeof relative, "%s/%010d.journal", name, segment);
    return scratch(relative);
}

static inline const char *write_story(const char *name)
{
    struct journal_found found;
    struct journal *journal = open_journal(scratch(name), &found);
    begin(journal, 100, "one");
    append(journal, 101, "a");
    begin(journal, 200, "two");
    append(journal, 201, "b");
    EXPECT_INT(journal_commit(journal, true), 0);
    append(journal, 202, "c");
    append(journal, 203, "d");
    EXPECT_INT(journal_close(journal), 0);
    EXPECT_TEXT(read_all(scratch(name)), "1[one] a@101 2[two] b@201 c@202 d@203 end");
    return segment_path(name, 2);
}

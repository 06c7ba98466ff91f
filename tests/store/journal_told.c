/* SPDX-License-Identifier: MIT */
/* The hash of what was told: of the content alone, not of how it came to the disk. */
#include "journal_fixture.h"

struct told {
    char content[65], chain[65];
};

/* Before `anew`, which stands for the first batch, nothing counts. */
struct story {
    const char *name;
    const char *before[3], *after[4];
    bool commits;  /* after each record: other blocks */
    bool segments; /* so does a new segment with a snapshot of its own */
};

static struct told tell(const struct story *story)
{
    struct journal_found found;
    struct told told;
    struct journal *journal = open_journal(scratch(story->name), &found);
    begin(journal, 100, story->name);
    for (int i = 0; i < 3 && story->before[i] != NULL; i++) {
        append(journal, 101, story->before[i]);
    }
    journal_tell_anew(journal);
    for (int i = 0; i < 4 && story->after[i] != NULL; i++) {
        append(journal, 200 + i, story->after[i]);
        EXPECT_INT(story->commits ? journal_commit(journal, i % 2 == 0) : 0, 0);
        if (story->segments) {
            begin(journal, 300 + i, "a snapshot");
        }
    }
    EXPECT_INT(journal_commit(journal, true), 0);
    journal_told(journal, told.content);
    journal_hash(journal, told.chain);
    EXPECT_INT(journal_close(journal), 0);
    EXPECT_INT((int64_t)strlen(told.content), 64);
    return told;
}

TEST(what_was_told_is_the_same_however_it_fell_into_blocks_and_whatever_came_before)
{
    const struct told first = tell(&(struct story){"told", {"x"}, {"a", "bc", "d"}});
    const struct story others[] = {
        {"told_noise", {"other", "noise"}, {"a", "bc", "d"}},
        {"told_quiet", {NULL}, {"a", "bc", "d"}},
        {"told_blocks", {"x"}, {"a", "bc", "d"}, .commits = true},
        {"told_segments", {"x"}, {"a", "bc", "d"}, .segments = true},
    };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        const struct told told = tell(&others[i]);
        EXPECT_TEXT(told.content, first.content);
        EXPECT(strcmp(told.chain, first.chain) != 0);
    }
}

TEST(whatever_differs_in_what_was_told_shows)
{
    const struct told first = tell(&(struct story){"other", {"x"}, {"a", "bc", "d"}});
    const struct story others[] = {
        {"other_byte", {"x"}, {"a", "bc", "e"}},     {"other_cut", {"x"}, {"a", "b", "cd"}},
        {"other_order", {"x"}, {"bc", "a", "d"}},    {"other_less", {"x"}, {"a", "bc"}},
        {"other_more", {"x"}, {"a", "bc", "d", ""}},
    };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        const struct told told = tell(&others[i]);
        EXPECT(strcmp(told.content, first.content) != 0);
    }
}

static void told_of(uint32_t kind, int64_t time_ns, char content[65])
{
    struct journal_found found;
    struct journal *journal = open_journal(scratch("told_of"), &found);
    begin(journal, 1, "");
    journal_tell_anew(journal);
    EXPECT_INT(journal_append(journal, kind, time_ns, "a", 1), 0);
    journal_told(journal, content);
    char again[65];
    journal_told(journal, again); /* looking changes nothing */
    EXPECT_TEXT(again, content);
    EXPECT_INT(journal_close(journal), 0);
}

TEST(kind_and_time_of_a_record_are_told_too)
{
    char first[65], kind[65], time[65], same[65];
    told_of(1, 5, first);
    told_of(2, 5, kind);
    told_of(1, 6, time);
    told_of(1, 5, same);
    EXPECT(strcmp(first, kind) != 0 && strcmp(first, time) != 0);
    EXPECT_TEXT(same, first);
}

TEST(a_journal_opened_again_begins_to_tell_from_there)
{
    struct journal_found found;
    char fresh[65], again[65];
    const char *dir = scratch("again");
    struct journal *journal = open_journal(dir, &found);
    journal_told(journal, fresh);
    begin(journal, 1, "");
    append(journal, 2, "a");
    EXPECT_INT(journal_close(journal), 0);
    journal = open_journal(dir, &found);
    journal_told(journal, again);
    EXPECT_INT(journal_close(journal), 0);
    EXPECT_TEXT(again, fresh);
}

/* SPDX-License-Identifier: MIT */
/* The words for a model that is watched: what it is asked of, and whether it is right. */
#include "core/model/watch.h"
#include "operator/sentence/sentence_words.h"

/* A sentence names the first; the record has all. */
#define NAMED_MAX 6

void put_drifted(const struct context *c)
{
    const struct record *record = c->record;
    uint32_t count = 0;
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        if ((record->drifted >> i & 1) == 0) {
            continue;
        }
        count++;
        if (count <= NAMED_MAX) {
            putf(c->words, "%s%s", count > 1 ? ", " : "", feature_table[i].name);
        }
    }
    if (count > NAMED_MAX) {
        putf(c->words, " and %u more", count - NAMED_MAX);
    }
    putf(c->words, " %s elsewhere (index %.2f, where %.2f is out of the ordinary)",
         count == 1 ? "lies" : "lie", record->figure, record->limit);
}

void put_failed(const struct context *c)
{
    static const char *const beliefs[WATCH_BELIEF_COUNT] = {
        [WATCH_LOWER] = "fewer win than it says",
        [WATCH_MUCH_LOWER] = "far fewer win than it says",
        [WATCH_HIGHER] = "more win than it says",
        [WATCH_MUCH_HIGHER] = "far more win than it says",
        [WATCH_KNOWS_NOTHING] = "what wins does not depend on what it says",
    };
    const struct record *record = c->record;
    const char *belief = record->part < WATCH_BELIEF_COUNT ? beliefs[record->part] : "it is wrong";
    putf(c->words, "%s (%.0f to 1 after %u outcomes)", belief, record->figure,
         record->actionable_count);
}

/* SPDX-License-Identifier: MIT */
/*
 * The models of a state directory, each in a file named by its hash, and which of them is in force:
 *
 *     FOLDER/HASH.json        a model's file (model_file.h), never changed; we never remove one,
 *                             because a recording may name it
 *     FOLDER/current          the hash of the one in force; no file: none
 *     FOLDER/history.jsonl    what was put in force, when, by what and why: a line each
 *
 * Every change is one swap of a small file; a crash leaves what was. One writer at a time: whoever
 * changes what is in force holds FOLDER/lock while it does. Who reckons from what is in force, for
 * the minutes of a training perhaps, says what that was, and is refused where it is another by
 * then.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/model/model.h"

#define REGISTRY_WORD_MAX 16
#define REGISTRY_WHY_MAX 400

/* A line of the history. */
struct registry_line {
    int64_t time_ns;
    uint8_t hash[MODEL_HASH_SIZE];        /* zeros: none from here on */
    char word[REGISTRY_WORD_MAX];         /* promote, rollback, demote, train */
    char strategy[STRATEGY_NAME_MAX + 1]; /* demote: for it alone, and what is in force stays; "" */
    char why[REGISTRY_WHY_MAX];
};

struct registry_history {
    struct registry_line *lines; /* ascending in time */
    size_t count;
    size_t
        *standing; /* of the lines, which each put another one in force and are not rolled back */
    size_t depth;
};

/* STATE/models. */
void registry_folder(const char *state, char *out, size_t size);
void registry_path(const char *folder, const uint8_t hash[MODEL_HASH_SIZE], char *out, size_t size);

/* Keeps a model's file, which is the same for ever. 0, or -errno with the reason. */
int registry_put(const char *folder, const char *text, size_t len,
                 const uint8_t hash[MODEL_HASH_SIZE], char *error, size_t error_size);

/* The one in force, zeros where there is none. */
int registry_current(const char *folder, uint8_t ret_hash[MODEL_HASH_SIZE], char *error,
                     size_t error_size);

/* Puts another one in force, or none (zeros), and says so in the history. `expected` is what was in
 * force when that was decided: -ESTALE where it is not by now; NULL: whatever it is. */
int registry_set(const char *folder, const struct registry_line *line, const uint8_t *expected,
                 char *error, size_t error_size);

/* Held by whoever reads, reckons and writes here; closing the descriptor lets it go. Makes the
 * folder. The descriptor, or -errno with the reason. */
int registry_lock(const char *folder, char *error, size_t error_size);

/* A session's model has failed for a strategy: a line in the history, and nothing else. 0, or
 * -errno with the reason. */
int registry_demote(const char *folder, const struct registry_line *line, char *error,
                    size_t error_size);

/* Which line of the history put the model in force last, from 1; 0: none did. */
uint64_t registry_turn(const struct registry_history *history, const uint8_t hash[MODEL_HASH_SIZE]);

/* Whether the strategy's was demoted since. */
bool registry_demoted(const struct registry_history *history, const uint8_t hash[MODEL_HASH_SIZE],
                      const char *strategy);

/* To be freed with registry_history_free either way. */
int registry_read_history(const char *folder, struct registry_history *ret, char *error,
                          size_t error_size);
void registry_history_free(struct registry_history *history);

/* What was in force before the present one; false: nothing was. What was rolled back does not
 * count: each rollback leads further back. */
bool registry_before(const struct registry_history *history, const uint8_t current[MODEL_HASH_SIZE],
                     uint8_t ret_hash[MODEL_HASH_SIZE]);

/* The files, in the order of their names: how many, at most `most`. */
struct registry_entry {
    uint8_t hash[MODEL_HASH_SIZE];
};
size_t registry_list(const char *folder, struct registry_entry *ret, size_t most);

/* The one whose hash begins with `prefix`: 1, 0 where there is none, 2 where there are several. */
int registry_find(const char *folder, const char *prefix, uint8_t ret_hash[MODEL_HASH_SIZE]);

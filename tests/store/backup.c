/* SPDX-License-Identifier: MIT */
#include "store/backup.h"

#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

#include "scratch.h"
#include "store/journal.h"
#include "store/ledger.h"
#include "store/ledger_copy.h"
#include "store/ledger_schema.h"

static char error[2048];

static struct ledger *ledger_in(const char *state)
{
    char path[600];
    struct ledger *ledger = NULL;
    snprintf(path, sizeof path, "%s/ledger.db", state);
    mkdir(state, 0700);
    EXPECT_INT(ledger_open(path, &ledger, error, sizeof error), 0);
    return ledger;
}

/* A transaction sets both of a pair of values to one number. */
static void put_pair(struct ledger *ledger, int number)
{
    char text[16];
    snprintf(text, sizeof text, "%d", number);
    EXPECT_INT(ledger_begin(ledger), 0);
    EXPECT_INT(ledger_put_state(ledger, "left", text), 0);
    EXPECT_INT(ledger_put_state(ledger, "right", text), 0);
    EXPECT_INT(ledger_commit(ledger), 0);
}

struct writer {
    struct ledger *ledger;
    struct journal *journal;
    atomic_bool stop;
    int written;
};

/* As a session does: the journal first, then the ledger; a new segment now and then. */
static void *write_on(void *context)
{
    struct writer *writer = context;
    for (int i = 1; !atomic_load(&writer->stop); i++) {
        char bytes[4000];
        memset(bytes, i, sizeof bytes);
        memcpy(bytes, &i, sizeof i);
        if (i % 50 == 1)
            EXPECT_INT(journal_begin_segment(
                           writer->journal,
                           &(struct journal_snapshot){.version = 1, .bytes = "snap", .len = 4}),
                       0);
        EXPECT_INT(journal_append(writer->journal, 1, i, bytes, sizeof bytes), 0);
        EXPECT_INT(journal_commit(writer->journal, false), 0);
        put_pair(writer->ledger, i);
        writer->written = i;
    }
    return NULL;
}

static int state_number(const char *dir, const char *key)
{
    char text[32] = "-1";
    struct ledger *ledger = ledger_in(dir);
    EXPECT_INT(ledger_get_state(ledger, key, text, sizeof text), 0);
    ledger_close(ledger);
    return (int)strtol(text, NULL, 10);
}

/* The number of the newest record; each one must follow the one before. */
static int journal_number(const char *state)
{
    char dir[600];
    struct journal_reader *reader = NULL;
    struct journal_item item;
    enum journal_step step;
    int newest = 0;
    snprintf(dir, sizeof dir, "%s/journal", state);
    EXPECT_INT(journal_reader_open(dir, 0, &reader, error, sizeof error), 0);
    while ((step = journal_next(reader, &item)) == JOURNAL_RECORD || step == JOURNAL_SNAPSHOT) {
        int number;
        if (step == JOURNAL_SNAPSHOT)
            continue;
        memcpy(&number, item.bytes, sizeof number);
        EXPECT_INT(number, newest + 1);
        newest = number;
    }
    EXPECT(step == JOURNAL_END || step == JOURNAL_TORN);
    journal_reader_close(reader);
    return newest;
}

TEST(copies_made_while_both_are_written_are_whole_and_the_journal_is_ahead)
{
    char state[600], dir[700];
    struct journal_found found;
    snprintf(state, sizeof state, "%s", scratch("live"));
    snprintf(dir, sizeof dir, "%s/journal", state);
    struct writer writer = {.ledger = ledger_in(state)};
    EXPECT_INT(journal_open(dir, &writer.journal, &found, error, sizeof error), 0);
    put_pair(writer.ledger, 0);
    pthread_t thread;
    EXPECT(pthread_create(&thread, NULL, write_on, &writer) == 0);
    for (int turn = 0; turn < 8; turn++) {
        char name[32];
        struct backup_done done;
        snprintf(name, sizeof name, "copy%d", turn);
        usleep(20000);
        EXPECT_INT(backup_make(state, scratch(name), &done, error, sizeof error), 0);
        EXPECT(!done.damaged);
    }
    atomic_store(&writer.stop, true);
    pthread_join(thread, NULL);
    EXPECT(writer.written > 0);
    for (int turn = 0; turn < 8; turn++) {
        char name[32];
        snprintf(name, sizeof name, "copy%d", turn);
        const int left = state_number(scratch(name), "left");
        EXPECT_INT(state_number(scratch(name), "right"), left);
        EXPECT(journal_number(scratch(name)) >= left);
    }
    ledger_close(writer.ledger);
    EXPECT_INT(journal_close(writer.journal), 0);
}

TEST(what_lies_in_a_state_is_copied_but_no_log_and_no_lock)
{
    char state[600], path[700];
    static const char *const names[] = {"vault",        "vault.new",  "lock",     "cuttle.log",
                                        "cuttle.log.1", "model.json", "deep/down"};
    struct backup_done done;
    snprintf(state, sizeof state, "%s", scratch("full"));
    ledger_close(ledger_in(state));
    snprintf(path, sizeof path, "%s/deep", state);
    EXPECT_INT(mkdir(path, 0755), 0);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", state, names[i]);
        scratch_write(path, names[i], strlen(names[i]));
    }
    EXPECT_INT(backup_make(state, scratch("copied"), &done, error, sizeof error), 0);
    EXPECT_INT(done.file_count, 4);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const bool wanted = i == 0 || i > 4;
        snprintf(path, sizeof path, "%s/%s", scratch("copied"), names[i]);
        EXPECT((access(path, F_OK) == 0) == wanted);
    }
}

TEST(a_backup_that_fails_leaves_nothing_behind)
{
    char state[600], path[700];
    struct backup_done done;
    snprintf(state, sizeof state, "%s", scratch("odd"));
    EXPECT_INT(backup_make(state, scratch("none"), &done, error, sizeof error), -ENOENT);
    ledger_close(ledger_in(state));
    snprintf(path, sizeof path, "%s/inside", state);
    EXPECT_INT(backup_make(state, path, &done, error, sizeof error), -EINVAL);
    EXPECT(access(path, F_OK) != 0 && access(scratch("none"), F_OK) != 0);
    snprintf(path, sizeof path, "%s/inside.partial", state);
    EXPECT(access(path, F_OK) != 0);
    EXPECT(access(scratch("none.partial"), F_OK) != 0);
    EXPECT_INT(backup_make(state, state, &done, error, sizeof error), -EEXIST);
}

static const char *const three_steps[] = {
    "CREATE TABLE things(number INTEGER PRIMARY KEY) STRICT",
    "INSERT INTO things VALUES(7); ALTER TABLE things ADD COLUMN name TEXT",
    "no SQL at all",
};

/* The name column of `things` in a file: 1, 0, or -1 without such a table. */
static int has_name(const char *path)
{
    sqlite3 *db = NULL;
    EXPECT(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK);
    const bool table = sqlite3_exec(db, "SELECT number FROM things", NULL, NULL, NULL) == SQLITE_OK;
    const bool name = sqlite3_exec(db, "SELECT name FROM things", NULL, NULL, NULL) == SQLITE_OK;
    sqlite3_close(db);
    return !table ? -1 : name;
}

TEST(before_an_older_ledger_is_changed_it_is_kept_as_it_was)
{
    sqlite3 *db = NULL;
    const char *path = scratch("older.db");
    EXPECT(sqlite3_open(path, &db) == SQLITE_OK);
    EXPECT(sqlite3_exec(db, "PRAGMA journal_mode=WAL", NULL, NULL, NULL) == SQLITE_OK);
    EXPECT_INT(ledger_migrate(db, &(struct ledger_steps){three_steps, 1}, error, sizeof error), 0);
    EXPECT(access(scratch("older.db.v0"), F_OK) != 0); /* a new one has nothing to keep */
    EXPECT_INT(ledger_migrate(db, &(struct ledger_steps){three_steps, 1}, error, sizeof error), 0);
    EXPECT(access(scratch("older.db.v1"), F_OK) != 0);
    EXPECT_INT(ledger_migrate(db, &(struct ledger_steps){three_steps, 2}, error, sizeof error), 0);
    EXPECT_INT(has_name(scratch("older.db.v1")), 0);
    EXPECT(ledger_migrate(db, &(struct ledger_steps){three_steps, 3}, error, sizeof error) != 0);
    EXPECT_INT(has_name(scratch("older.db.v2")), 1);
    EXPECT(ledger_migrate(db, &(struct ledger_steps){three_steps, 3}, error, sizeof error) != 0);
    sqlite3_close(db);
    EXPECT_INT(has_name(path), 1);
    EXPECT(access(scratch("older.db.v2.new"), F_OK) != 0);
}

TEST(a_copy_of_a_ledger_writes_over_nothing)
{
    char from[600];
    snprintf(from, sizeof from, "%s/ledger.db", scratch("one"));
    struct ledger *ledger = ledger_in(scratch("one"));
    put_pair(ledger, 7);
    EXPECT_INT(ledger_copy_file(from, scratch("two.db"), error, sizeof error), 0);
    EXPECT_INT(ledger_copy_file(from, scratch("two.db"), error, sizeof error), -EEXIST);
    EXPECT(access(scratch("two.db"), F_OK) == 0);
    EXPECT_INT(ledger_copy_file(scratch("nothing.db"), scratch("three.db"), error, sizeof error),
               -ENOENT);
    ledger_close(ledger);
}

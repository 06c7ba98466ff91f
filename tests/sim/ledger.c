/* SPDX-License-Identifier: MIT */
/* The ledger on the simulator's disk: what was committed is there after the power was lost. */
#include "store/ledger.h"

#include <errno.h>

#include "core/base/timestamp.h"
#include "faulty_disk.h"
#include "sim_vfs.h"
#include "test.h"

static struct ledger *open_ledger(void)
{
    struct ledger *ledger = NULL;
    char error[512];
    EXPECT_INT(ledger_open("/state/ledger.db", &ledger, error, sizeof error), 0);
    return ledger;
}

static void lose_power(struct ledger *ledger)
{
    faulty_disk_die_after(0);
    ledger_close(ledger);
    faulty_disk_revive(true);
}

/* The disk drops what a sync should have written; the transaction is made again, and stands. */
static int commit_on_a_forgetful_disk(struct ledger *ledger)
{
    int result = -1;
    faulty_disk_forgetful(true);
    for (int i = 0; i < 3 && result != 0; i++) {
        EXPECT_INT(ledger_begin(ledger), 0);
        EXPECT_INT(ledger_put_state(ledger, "word", "given"), 0);
        result = ledger_commit(ledger);
    }
    return result;
}

TEST(what_a_failed_sync_dropped_is_no_hole_before_what_is_committed_next)
{
    sim_vfs_install();
    for (uint64_t seed = 1; seed <= 50; seed++) {
        char word[16] = "";
        uint32_t removed = 0;
        faulty_disk_new(seed);
        struct ledger *ledger = open_ledger();
        for (int64_t day = 1; day <= 40; day++) {
            const struct ledger_equity equity = {.time_ns = day * NS_PER_DAY};
            EXPECT_INT(ledger_put_equity(ledger, &equity), 0);
        }
        EXPECT_INT(ledger_retain(ledger, NS_PER_DAY, 100, &removed), 0);
        EXPECT(removed > 0);
        EXPECT_INT(commit_on_a_forgetful_disk(ledger), 0);
        lose_power(ledger);
        ledger = open_ledger();
        EXPECT_INT(ledger_get_state(ledger, "word", word, sizeof word), 0);
        EXPECT_TEXT(word, "given");
        ledger_close(ledger);
        faulty_disk_free();
    }
}

TEST(a_full_disk_is_no_reason_to_give_a_ledger_up)
{
    sim_vfs_install();
    faulty_disk_new(3);
    faulty_disk_full(true);
    struct ledger *ledger = NULL;
    char error[512] = "";
    EXPECT_INT(ledger_open("/state/ledger.db", &ledger, error, sizeof error), -ENOSPC);
    EXPECT(strstr(error, "make room on its disk") != NULL);
    EXPECT(strstr(error, "restore") == NULL);
    faulty_disk_full(false);
    ledger = open_ledger();
    ledger_close(ledger);
    faulty_disk_free();
}

TEST(a_full_disk_refuses_a_transaction_and_takes_it_when_there_is_room)
{
    sim_vfs_install();
    faulty_disk_new(7);
    struct ledger *ledger = open_ledger();
    int refused = 0;
    char text[2000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    faulty_disk_full(true);
    for (int i = 0; i < 40; i++) {
        refused += ledger_put_state(ledger, i % 2 == 0 ? "even" : "odd", text) == -ENOSPC;
    }
    EXPECT(refused > 0);
    faulty_disk_full(false);
    EXPECT_INT(ledger_put_state(ledger, "word", "given"), 0);
    lose_power(ledger);
    ledger = open_ledger();
    char word[16] = "";
    EXPECT_INT(ledger_get_state(ledger, "word", word, sizeof word), 0);
    EXPECT_TEXT(word, "given");
    ledger_close(ledger);
    faulty_disk_free();
}

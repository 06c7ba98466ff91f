/* SPDX-License-Identifier: MIT */
/* Up to which record a restart would know everything. */
#include "recorder_fixture.h"

static atomic_uint_fast64_t kept;

static void on_kept(void *context, uint64_t number)
{
    (void)context;
    atomic_store(&kept, number);
}

/* An event, and the record that it led to. */
static void give_pause(struct recorder *recorder, struct fixture *fixture, uint64_t number)
{
    const struct event event = {
        .kind = EVENT_COMMAND, .time_ns = FIXTURE_START_NS, .command = {.command = COMMAND_PAUSE}};
    static struct actions actions;
    actions.count = actions.record_count = 1;
    actions.list[0] = (struct action){.kind = ACTION_RECORD};
    actions.records[0] = (struct record){
        .kind = RECORD_PAUSED, .number = number, .time_ns = FIXTURE_START_NS, .pair = UINT32_MAX};
    recorder_event(recorder, &event);
    recorder_step(recorder, &event, &actions, fixture->engine);
}

TEST(a_record_is_kept_when_journal_and_ledger_are_on_disk_and_not_before)
{
    char error[512];
    struct fixture *fixture = desk();
    struct recorder_config config = config_in("kept", 0);
    const struct recorder_books books = {.matching = fixture->matching};
    atomic_store(&kept, 0);
    config.on_kept = on_kept;
    struct recorder *recorder = recorder_new(&config, error, sizeof error);
    EXPECT(recorder != NULL);
    recorder_snapshot(recorder, fixture->engine, &books);
    give_pause(recorder, fixture, 1);
    EXPECT_INT(atomic_load(&kept), 0);
    recorder_turn(recorder, true);
    EXPECT_INT(atomic_load(&kept), 1);
    atomic_store(&ledger_sync_failures, 1);
    give_pause(recorder, fixture, 2);
    recorder_turn(recorder, true);
    EXPECT_INT(atomic_load(&kept), 1);
    recorder_turn(recorder, true);
    EXPECT_INT(atomic_load(&kept), 2);
    atomic_store(&journal_sync_failures, 1); /* what is lost of a segment, only a snapshot mends */
    give_pause(recorder, fixture, 3);
    recorder_turn(recorder, true);
    recorder_turn(recorder, true);
    EXPECT_INT(atomic_load(&kept), 2);
    recorder_snapshot(recorder, fixture->engine, &books);
    recorder_turn(recorder, true);
    EXPECT_INT(atomic_load(&kept), 3);
    recorder_close(recorder);
    fixture_free(fixture);
}

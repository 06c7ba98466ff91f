/* SPDX-License-Identifier: MIT */
/* The recorder on a disk that fails: nothing is torn, nothing is lost, and it says how it is. */
#include "recorder_fixture.h"

TEST(a_disk_that_takes_nothing_for_a_while_loses_nothing_and_holds_entries_back_meanwhile)
{
    struct fixture *fixture = desk();
    struct recorder *recorder = open_recorder("full", 0);
    recorder_snapshot(recorder, fixture->engine,
                      &(struct recorder_books){.matching = fixture->matching});
    give_trades(recorder, 10);
    EXPECT(recorder_flush(recorder));
    EXPECT(recorder_well(recorder));
    limit_disk(1);
    give_trades(recorder, 50000); /* more than a block, so that a record is refused midway */
    recorder_equity(recorder, FIXTURE_START_NS, &fixture->engine->portfolio);
    EXPECT(!recorder_flush(recorder));
    EXPECT(!recorder_well(recorder));
    EXPECT(!recorder_lagging(recorder));
    EXPECT(recorder_failure(recorder) != NULL);
    limit_disk(RLIM_INFINITY);
    expect_well_soon(recorder);
    give_trades(recorder, 10);
    EXPECT(recorder_flush(recorder));
    recorder_close(recorder);
    expect_events(50020);
    fixture_free(fixture);
}

TEST(a_disk_full_from_the_start_is_waited_for)
{
    struct fixture *fixture = desk();
    struct recorder *recorder = open_recorder("late", 0);
    limit_disk(1);
    for (int i = 0; i < 3; i++) {
        recorder_snapshot(recorder, fixture->engine,
                          &(struct recorder_books){.matching = fixture->matching});
        give_trades(recorder, 10);
        EXPECT(!recorder_flush(recorder));
        EXPECT(!recorder_well(recorder));
    }
    limit_disk(RLIM_INFINITY);
    expect_well_soon(recorder);
    recorder_close(recorder);
    expect_events(30); /* of the three snapshots one waited; the others were not needed */
    fixture_free(fixture);
}

TEST(a_disk_that_never_comes_back_still_lets_the_program_end)
{
    struct fixture *fixture = desk();
    struct recorder *recorder = open_recorder("gone", 0);
    limit_disk(1);
    recorder_snapshot(recorder, fixture->engine,
                      &(struct recorder_books){.matching = fixture->matching});
    give_trades(recorder, 10);
    recorder_close(recorder);
    limit_disk(RLIM_INFINITY);
    fixture_free(fixture);
}

TEST(a_disk_nearly_full_is_not_well)
{
    struct recorder *recorder = open_recorder("small", UINT64_MAX / 2);
    EXPECT(recorder_flush(recorder)); /* it still takes what it is given */
    EXPECT(recorder_flush(recorder)); /* the room is looked at after the first was answered */
    EXPECT(!recorder_well(recorder));
    EXPECT(recorder_failure(recorder) == NULL);
    recorder_close(recorder);
}

static void give_exit(struct recorder *recorder, const struct fixture *fixture, uint64_t number)
{
    static struct actions actions;
    actions.count = actions.record_count = 1;
    actions.list[0] = (struct action){.kind = ACTION_RECORD};
    actions.records[0] = (struct record){
        .kind = RECORD_EXIT, .number = number, .time_ns = FIXTURE_START_NS, .qty_lots = 1};
    const struct event event = {.kind = EVENT_START, .time_ns = FIXTURE_START_NS};
    recorder_step(recorder, &event, &actions, fixture->engine);
}

static void note_decimals(void *context, const struct ledger_trade *trade)
{
    uint32_t *decimals = context;
    EXPECT(trade->number == 1 || trade->number == 2);
    decimals[trade->number] = trade->qty_decimals;
}

/* Of the ledger's two trades, by number; of one that is missing, 0. */
static void read_decimals(uint32_t decimals[3])
{
    char path[300], error[512];
    struct ledger *ledger = NULL;
    snprintf(path, sizeof path, "%s/ledger.db", dir);
    EXPECT_INT(ledger_open(path, &ledger, error, sizeof error), 0);
    EXPECT_INT(ledger_each_trade(ledger, 10, note_decimals, decimals), 0);
    ledger_close(ledger);
}

TEST(a_row_that_waits_keeps_the_terms_it_was_counted_in_when_the_venue_changes_them)
{
    struct fixture *fixture = desk();
    struct recorder *recorder = open_recorder("terms", 0);
    recorder_snapshot(recorder, fixture->engine,
                      &(struct recorder_books){.matching = fixture->matching});
    EXPECT(recorder_flush(recorder));
    limit_disk(1);
    give_exit(recorder, fixture, 1);
    EXPECT(!recorder_flush(recorder));
    struct pair other = terms;
    other.qty_decimals = 8;
    engine_set_terms(fixture->engine, 0, &other);
    give_exit(recorder, fixture, 2);
    limit_disk(RLIM_INFINITY);
    EXPECT(recorder_flush(recorder));
    recorder_close(recorder);
    uint32_t decimals[3] = {0};
    read_decimals(decimals);
    EXPECT_INT(decimals[1], 4);
    EXPECT_INT(decimals[2], 8);
    fixture_free(fixture);
}

static void count_order(void *context, const struct ledger_order *order)
{
    (void)order;
    ++*(uint32_t *)context;
}

TEST(a_note_before_the_first_order_leaves_no_order_in_the_ledger)
{
    struct fixture *fixture = desk();
    struct recorder *recorder = open_recorder("note", 0);
    recorder_snapshot(recorder, fixture->engine,
                      &(struct recorder_books){.matching = fixture->matching});
    const struct event event = {.kind = EVENT_REPORT,
                                .time_ns = FIXTURE_START_NS,
                                .report = {.kind = REPORT_NOTE, .note = NOTE_RESTORED}};
    struct actions *actions = calloc(1, sizeof *actions);
    recorder_step(recorder, &event, actions, fixture->engine);
    recorder_close(recorder);
    free(actions);
    char path[300], error[512];
    struct ledger *ledger = NULL;
    uint32_t count = 0;
    snprintf(path, sizeof path, "%s/ledger.db", dir);
    EXPECT_INT(ledger_open(path, &ledger, error, sizeof error), 0);
    EXPECT_INT(ledger_each_order(ledger, 10, count_order, &count), 0);
    EXPECT_INT(count, 0);
    ledger_close(ledger);
    fixture_free(fixture);
}

TEST(what_the_disk_lost_of_the_journal_is_left_behind_by_a_new_snapshot)
{
    struct fixture *fixture = desk();
    struct recorder *recorder = open_recorder("lost", 0);
    recorder_snapshot(recorder, fixture->engine,
                      &(struct recorder_books){.matching = fixture->matching});
    give_trades(recorder, 10);
    atomic_store(&journal_sync_failures, 1);
    recorder_equity(recorder, FIXTURE_START_NS, &fixture->engine->portfolio);
    EXPECT(!recorder_flush(recorder));
    EXPECT(!recorder_well(recorder));
    EXPECT(recorder_lagging(recorder));
    EXPECT(strstr(recorder_failure(recorder), "the last 10 records are cut off") != NULL);
    recorder_snapshot(recorder, fixture->engine,
                      &(struct recorder_books){.matching = fixture->matching});
    expect_well_soon(recorder);
    give_trades(recorder, 7);
    recorder_close(recorder);
    expect_events(7);
    fixture_free(fixture);
}

TEST(a_new_segment_waits_until_the_rows_of_all_that_came_before_are_in_the_ledger)
{
    struct fixture *fixture = desk();
    struct recorder *recorder = open_recorder("behind", 0);
    const struct recorder_books books = {.matching = fixture->matching};
    char journal[300], why[256];
    uint32_t segment = 0;
    snprintf(journal, sizeof journal, "%s/journal", dir);
    recorder_snapshot(recorder, fixture->engine, &books);
    EXPECT(recorder_flush(recorder));
    atomic_store(&ledger_sync_failures, 1000);
    give_exit(recorder, fixture, 1);
    recorder_snapshot(recorder, fixture->engine, &books);
    give_exit(recorder, fixture, 2);
    EXPECT(!recorder_flush(recorder));
    EXPECT_INT(journal_locate(journal, INT64_MAX, &segment, why, sizeof why), 0);
    EXPECT_INT(segment, 1); /* a death now, and the first segment still makes up for the row */
    atomic_store(&ledger_sync_failures, 0);
    EXPECT(recorder_flush(recorder));
    EXPECT_INT(journal_locate(journal, INT64_MAX, &segment, why, sizeof why), 0);
    EXPECT_INT(segment, 2);
    recorder_close(recorder);
    uint32_t decimals[3] = {0};
    read_decimals(decimals);
    EXPECT(decimals[1] != 0 && decimals[2] != 0);
    fixture_free(fixture);
}

TEST(the_store_thread_deletes_what_is_older_than_the_ledger_keeps)
{
    char path[300], error[512];
    struct ledger *ledger = NULL;
    uint32_t left = 0;
    snprintf(dir, sizeof dir, "%s", scratch("recorder_keep"));
    EXPECT_INT(disk_make_dirs(dir), 0);
    snprintf(path, sizeof path, "%s/ledger.db", dir);
    EXPECT_INT(ledger_open(path, &ledger, error, sizeof error), 0);
    for (int64_t day = 1; day <= 10; day++) {
        const struct ledger_equity equity = {.time_ns = day * NS_PER_DAY};
        EXPECT_INT(ledger_put_equity(ledger, &equity), 0);
    }
    ledger_close(ledger);
    const struct recorder_config config = {
        .state = dir, .keep_ns = 4 * NS_PER_DAY, .names = &names, .clock = clock_system()};
    struct recorder *recorder = recorder_open(&config, error, sizeof error);
    EXPECT(recorder != NULL);
    recorder_close(recorder);
    EXPECT_INT(ledger_open(path, &ledger, error, sizeof error), 0);
    EXPECT_INT(ledger_retain(ledger, 0, 100, &left), 0);
    EXPECT_INT(left, 4); /* days 6 to 9: day 10 is the newest */
    ledger_close(ledger);
}

static void give_batch(struct recorder *recorder, int64_t boundary_ns)
{
    const struct batch_entry entry = {.candle = {boundary_ns, 100, 100, 100, 100, 1}};
    const struct event event = {
        .kind = EVENT_BATCH,
        .time_ns = boundary_ns + NS_PER_MIN,
        .batch = {.boundary_ns = boundary_ns, .count = 1, .entries = &entry}};
    recorder_event(recorder, &event);
}

/* `noise` trades before the first batch, `count` behind it; in blocks of their own, or in one. */
static void hash_of(const char *name, int noise, int count, bool blocks, char content[65])
{
    char chain[65];
    struct fixture *fixture = desk();
    struct recorder *recorder = open_recorder(name, 0);
    recorder_snapshot(recorder, fixture->engine,
                      &(struct recorder_books){.matching = fixture->matching});
    give_trades(recorder, noise);
    give_batch(recorder, FIXTURE_START_NS);
    EXPECT(!blocks || recorder_flush(recorder));
    give_trades(recorder, count);
    EXPECT(!blocks || recorder_flush(recorder));
    give_batch(recorder, FIXTURE_START_NS + NS_PER_MIN);
    EXPECT(recorder_flush(recorder));
    recorder_hash(recorder, content, chain);
    recorder_close(recorder);
    fixture_free(fixture);
}

TEST(two_runs_told_the_same_from_their_first_batch_on_have_the_same_hash)
{
    char first[65], noisy[65], other[65];
    hash_of("hash", 3, 5, false, first);
    hash_of("hash_noisy", 70, 5, true, noisy);
    hash_of("hash_other", 3, 6, false, other);
    EXPECT_TEXT(noisy, first);
    EXPECT(strcmp(other, first) != 0);
}

/* Thrice what the queue holds: without waiting for the store thread most of it is lost. */
TEST(who_lets_the_recorder_catch_up_loses_nothing_however_much_he_gives)
{
    enum {
        PART = 1000,
        PARTS = 3 * MARKET_QUEUE_SIZE / (PART * (int)sizeof(struct recorder_entry))
    };
    struct fixture *fixture = desk();
    struct recorder *recorder = open_recorder("pace", 0);
    recorder_snapshot(recorder, fixture->engine,
                      &(struct recorder_books){.matching = fixture->matching});
    for (int i = 0; i < PARTS; i++) {
        give_trades(recorder, PART);
        recorder_catch_up(recorder);
        EXPECT(!recorder_lagging(recorder));
    }
    EXPECT(recorder_flush(recorder));
    recorder_close(recorder);
    expect_events((uint64_t)PARTS * PART);
    fixture_free(fixture);
}

/* One whose store thread's turns the test takes: what nobody writes, waits. */
static struct recorder *standing_recorder(const char *name, const struct fixture *fixture)
{
    char error[512];
    const struct recorder_config config = config_in(name, 0);
    struct recorder *recorder = recorder_new(&config, error, sizeof error);
    EXPECT(recorder != NULL);
    recorder->started = true;
    recorder_snapshot(recorder, fixture->engine,
                      &(struct recorder_books){.matching = fixture->matching});
    recorder_turn(recorder, false);
    return recorder;
}

static void close_standing(struct recorder *recorder)
{
    recorder_turn(recorder, true);
    recorder->started = false;
    recorder_close(recorder);
}

static int fill_half(struct recorder *recorder)
{
    int count = 0;
    for (; queue_waiting(recorder->market) <= MARKET_QUEUE_SIZE / 2; count += 100) {
        give_trades(recorder, 100);
        EXPECT(!recorder_lagging(recorder));
    }
    return count;
}

static atomic_bool caught_up;

static void *catch_up(void *recorder)
{
    recorder_catch_up(recorder);
    atomic_store(&caught_up, true);
    return NULL;
}

TEST(catching_up_ends_when_what_waits_was_written_and_not_before)
{
    pthread_t thread;
    struct fixture *fixture = desk();
    struct recorder *recorder = standing_recorder("half", fixture);
    recorder_catch_up(recorder); /* nothing waits */
    const int count = fill_half(recorder);
    atomic_store(&caught_up, false);
    EXPECT_INT(pthread_create(&thread, NULL, catch_up, recorder), 0);
    usleep(20000);
    const bool early = atomic_load(&caught_up);
    recorder_turn(recorder, false);
    EXPECT_INT(pthread_join(thread, NULL), 0);
    EXPECT(!early);
    EXPECT_INT((int64_t)queue_waiting(recorder->market), 0);
    close_standing(recorder);
    expect_events((uint64_t)count);
    fixture_free(fixture);
}

TEST(a_disk_that_is_ill_is_not_waited_for)
{
    struct fixture *fixture = desk();
    struct recorder *recorder = standing_recorder("ill", fixture);
    limit_disk(1);
    give_trades(recorder, 10);
    recorder_turn(recorder, false);
    EXPECT(!recorder_well(recorder));
    const int count = 10 + fill_half(recorder);
    recorder_catch_up(recorder);
    EXPECT(queue_waiting(recorder->market) > MARKET_QUEUE_SIZE / 2);
    limit_disk(RLIM_INFINITY);
    close_standing(recorder);
    expect_events((uint64_t)count);
    fixture_free(fixture);
}

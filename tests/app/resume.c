/* SPDX-License-Identifier: MIT */
/* What a session finds when the one before it died at a bad moment. */
#include "app/session.h"

#include "../core/desk_fixture.h"
#include "../store/scratch.h"
#include "store/disk.h"

static const char *const strategy_names[] = {"sma_pair"};
static struct options options;

/* A state directory as a session leaves it that owns `cash`: two segments. */
static void leave_state(const char *dir, int64_t cash)
{
    static struct pair terms;
    terms = fixture_pair("BTC/USD");
    const struct sentence_names names = {.currency = "USD",
                                         .strategies = strategy_names,
                                         .strategy_count = 1,
                                         .pairs = &terms,
                                         .pair_count = 1};
    const struct engine_config config = fixture_config();
    struct fixture *fixture =
        fixture_new(&config, &(struct matching_config){.fills = FILLS_CANDLES});
    engine_set_terms(fixture->engine, 0, &terms);
    fixture->engine->portfolio.cash = cash;
    char error[512];
    EXPECT_INT(disk_make_dirs(dir), 0);
    struct recorder *recorder = recorder_open(
        &(struct recorder_config){.state = dir, .journal = true, .keep_days = 1, .names = &names},
        error, sizeof error);
    EXPECT(recorder != NULL);
    for (int i = 0; i < 2; i++) {
        recorder_snapshot(recorder, fixture->engine, fixture->matching);
        recorder_flush(recorder);
    }
    recorder_close(recorder);
    fixture_free(fixture);
}

/* Cash of the session that goes on from `dir`; -1 when it refuses. */
static int64_t cash_of_next(const char *dir)
{
    char error[512] = "";
    options_declare(&options);
    struct config *config = config_new(options.sections, options.section_count);
    snprintf(options.session.state, sizeof options.session.state, "%s", dir);
    snprintf(options.session.pairs, sizeof options.session.pairs, "BTC/USD");
    options.server.enabled = false;
    struct loop *loop = loop_new();
    struct session *session = session_open(&options, loop, error, sizeof error);
    print_message("%s\n", error);
    const int64_t cash = session == NULL ? -1 : session->engine->portfolio.cash;
    session_close(session);
    loop_free(loop);
    config_free(config);
    return cash;
}

TEST(a_session_goes_on_with_what_the_last_one_owned)
{
    const char *dir = scratch("whole");
    leave_state(dir, USD(1234));
    EXPECT_INT(cash_of_next(dir), USD(1234));
}

TEST(a_death_in_the_middle_of_a_new_segments_opening_costs_nothing)
{
    const char *dir = scratch("half");
    leave_state(dir, USD(1234));
    EXPECT_INT(truncate(scratch("half/journal/0000000002.journal"), 400), 0);
    EXPECT_INT(cash_of_next(dir), USD(1234));
}

TEST(a_death_before_the_very_first_snapshot_leaves_nothing_to_go_on_from)
{
    const char *dir = scratch("none");
    leave_state(dir, USD(1234));
    EXPECT_INT(unlink(scratch("none/journal/0000000002.journal")), 0);
    EXPECT_INT(truncate(scratch("none/journal/0000000001.journal"), 400), 0);
    EXPECT_INT(cash_of_next(dir), options.session.capital);
}

TEST(a_journal_that_cannot_be_looked_into_is_not_taken_for_none)
{
    const char *dir = scratch("file");
    EXPECT_INT(disk_make_dirs(dir), 0);
    scratch_write(scratch("file/journal"), "x", 1);
    EXPECT_INT(cash_of_next(dir), -1);
}

/* SPDX-License-Identifier: MIT */
/* What a session finds when the one before it died at a bad moment. */
#include "app/session.h"

#include "../core/desk_fixture.h"
#include "../store/scratch.h"
#include "store/disk.h"
#include "store/estate.h"
#include "store/journal.h"
#include "store/ledger.h"

static const char *const strategy_names[] = {"sma_pair"};
static struct options options;

static struct recorder *open_recorder(const char *dir, const struct sentence_names *names)
{
    char error[512];
    EXPECT_INT(disk_make_dirs(dir), 0);
    struct recorder *recorder = recorder_open(
        &(struct recorder_config){
            .state = dir, .journal = true, .keep_days = 1, .names = names, .clock = clock_system()},
        error, sizeof error);
    EXPECT(recorder != NULL);
    return recorder;
}

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
    struct recorder *recorder = open_recorder(dir, &names);
    for (int i = 0; i < 2; i++) {
        recorder_snapshot(recorder, fixture->engine,
                          &(struct recorder_books){.matching = fixture->matching});
        recorder_flush(recorder);
    }
    recorder_close(recorder);
    fixture_free(fixture);
}

static char refusal[512];

/* Cash of the session that goes on from `dir` with the options as they are; -1 when it refuses. */
static int64_t cash_of_session(const char *dir)
{
    snprintf(options.session.state, sizeof options.session.state, "%s", dir);
    snprintf(options.session.pairs, sizeof options.session.pairs, "BTC/USD");
    options.server.enabled = false;
    struct loop *loop = loop_new();
    refusal[0] = '\0';
    struct session *session = session_open(&options, loop, refusal, sizeof refusal);
    print_message("%s\n", refusal);
    const int64_t cash = session == NULL ? -1 : session->engine->portfolio.cash;
    session_close(session);
    loop_free(loop);
    return cash;
}

/* The same with the options' defaults. */
static int64_t cash_of_next(const char *dir)
{
    options_declare(&options);
    struct config *config = config_new(options.sections, options.section_count);
    const int64_t cash = cash_of_session(dir);
    config_free(config);
    return cash;
}

TEST(a_session_goes_on_with_what_the_last_one_owned)
{
    const char *dir = scratch("whole");
    leave_state(dir, USD(1234));
    EXPECT_INT(cash_of_next(dir), USD(1234));
}

/* A segment more, as another version of cuttle would have written it: a layout that nobody here
 * knows, with the estate behind it, and `after` records. */
static void leave_foreign(const char *dir, bool estate, int after)
{
    static uint8_t bytes[1 << 16];
    struct fixture *fixture =
        fixture_new(&(struct engine_config){.base = TIMEFRAME_1M, .pair_count = 1},
                    &(struct matching_config){.fills = FILLS_CANDLES});
    const struct pair terms = fixture_pair("BTC/USD");
    engine_set_terms(fixture->engine, 0, &terms);
    fixture->engine->portfolio.cash = USD(4321);
    memset(bytes, 0xa5, 1000);
    size_t len = 1000;
    if (estate) {
        len +=
            estate_write(fixture->engine, fixture->matching, NULL, bytes + len, sizeof bytes - len);
    }
    char path[600], error[512];
    snprintf(path, sizeof path, "%s/journal", dir);
    struct journal *journal = NULL;
    struct journal_found found;
    EXPECT_INT(journal_open(path, &journal, &found, error, sizeof error), 0);
    const struct journal_snapshot snapshot = {
        .version = ENGINE_VERSION + 1, .time_ns = 1, .bytes = bytes, .len = len};
    EXPECT_INT(journal_begin_segment(journal, &snapshot), 0);
    for (int i = 0; i < after; i++) {
        EXPECT_INT(journal_append(journal, 1, 2, "?", 1), 0);
    }
    EXPECT_INT(journal_close(journal), 0);
    fixture_free(fixture);
}

TEST(another_version_goes_on_with_what_was_owned_whatever_the_layout)
{
    const char *dir = scratch("upgraded");
    leave_state(dir, USD(1234));
    leave_foreign(dir, true, 0);
    EXPECT_INT(cash_of_next(dir), USD(4321));
    EXPECT_INT(cash_of_next(dir), USD(4321)); /* by now from a snapshot of its own */
}

TEST(what_another_version_left_in_the_middle_is_not_guessed_at)
{
    const char *dir = scratch("crashed");
    leave_state(dir, USD(1234));
    leave_foreign(dir, true, 1);
    EXPECT_INT(cash_of_next(dir), -1);
    EXPECT(strstr(refusal, "start that one once more and stop it") != NULL);
}

TEST(a_snapshot_of_another_version_without_an_estate_is_refused)
{
    const char *dir = scratch("before_estates");
    leave_state(dir, USD(1234));
    leave_foreign(dir, false, 0);
    EXPECT_INT(cash_of_next(dir), -1);
    EXPECT(strstr(refusal, "run the one that wrote it") != NULL);
}

/* A state whose last session had max_positions turned to 3, when the configuration said so much. */
static void leave_dial(const char *dir, double configured)
{
    const struct sentence_names names = {.currency = "USD"};
    const struct engine_config config = fixture_config();
    struct fixture *fixture =
        fixture_new(&config, &(struct matching_config){.fills = FILLS_CANDLES});
    uint32_t dial = 0;
    EXPECT(dial_find("max_positions", &dial));
    dial_set(&fixture->engine->config.risk, dial, 3);
    fixture->engine->dials_configured[dial] = configured;
    fixture->engine->dials = 1u << dial;
    struct recorder *recorder = open_recorder(dir, &names);
    recorder_snapshot(recorder, fixture->engine,
                      &(struct recorder_books){.matching = fixture->matching});
    recorder_close(recorder);
    fixture_free(fixture);
}

static char commands_said[1024];

static void note_command(void *context, const struct ledger_record *record)
{
    (void)context;
    const size_t len = strlen(commands_said);
    if (record->kind == RECORD_COMMAND) {
        snprintf(commands_said + len, sizeof commands_said - len, "%s ", record->sentence);
    }
}

/* The next session's max_positions, whose configuration says 5; what its ledger says of commands.
 */
static int64_t max_positions_of_next(const char *dir)
{
    options_declare(&options);
    struct config *config = config_new(options.sections, options.section_count);
    snprintf(options.session.state, sizeof options.session.state, "%s", dir);
    snprintf(options.session.pairs, sizeof options.session.pairs, "BTC/USD");
    options.server.enabled = false;
    struct loop *loop = loop_new();
    struct session *session = session_open(&options, loop, refusal, sizeof refusal);
    EXPECT(session != NULL);
    const int64_t most = session->engine->config.risk.max_positions;
    EXPECT((session->engine->dials != 0) == (most != 5));
    session_close(session);
    loop_free(loop);
    config_free(config);
    struct ledger *ledger = NULL;
    char path[600];
    snprintf(path, sizeof path, "%s/ledger.db", dir);
    commands_said[0] = '\0';
    EXPECT_INT(ledger_open_reader(path, &ledger, refusal, sizeof refusal), 0);
    EXPECT_INT(ledger_each_record(ledger, 100, note_command, NULL), 0);
    ledger_close(ledger);
    return most;
}

TEST(a_limit_set_by_hand_stays_while_the_configuration_says_what_it_said)
{
    const char *dir = scratch("dial_kept");
    leave_dial(dir, 5);
    for (int i = 0; i < 3; i++) {
        EXPECT_INT(max_positions_of_next(dir), 3);
        EXPECT_TEXT(commands_said, "");
    }
}

TEST(a_limit_set_by_hand_gives_way_to_a_configuration_that_was_changed_since)
{
    const char *dir = scratch("dial_given_back");
    leave_dial(dir, 4);
    for (int i = 0; i < 3; i++) { /* told once: from then on there is none to give back */
        EXPECT_INT(max_positions_of_next(dir), 5);
        EXPECT_TEXT(commands_said, "By hand: risk.max_positions is 5 again, as the configuration "
                                   "says; it was 3. ");
    }
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

TEST(a_state_belongs_to_the_market_it_was_begun_on)
{
    const char *dir = scratch("bound");
    EXPECT_INT(disk_make_dirs(dir), 0);
    options_declare(&options);
    struct config *config = config_new(options.sections, options.section_count);
    EXPECT(cash_of_session(dir) > 0);
    EXPECT(cash_of_session(dir) > 0);
    options.market.seed++;
    EXPECT_INT(cash_of_session(dir), -1);
    EXPECT(strstr(refusal, "(local, synthetic, seed 1), not to (local, synthetic, seed 2)") &&
           strstr(refusal, "--state"));
    options.market.seed--;
    options.venue.name = VENUE_FILES;
    EXPECT_INT(cash_of_session(dir), -1);
    EXPECT(strstr(refusal, "not to (files, synthetic, seed 1)") != NULL);
    options.venue.name = VENUE_KRAKEN;
    EXPECT_INT(cash_of_session(dir), -1);
    EXPECT(strstr(refusal, "not to (kraken, api.kraken.com)") != NULL);
    options.venue.name = VENUE_LOCAL;
    EXPECT(cash_of_session(dir) > 0);
    config_free(config);
}

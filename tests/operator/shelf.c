/* SPDX-License-Identifier: MIT */
#include <unistd.h>

#include "script_fixture.h"
#include "store/event_codec.h"

#define SAYS(direction, more)                                                                      \
    "return {help = 'x', notes = {'n'}, history = 1, " more " step = function(p, state)\n"         \
    "  state.n = state.n + 1\n  return {direction = '" direction "'} end}"
#define PARAMETER "parameters = {{name = 'a', default = 1, min = 0, max = 9, help = 'x'}},"

TEST(a_new_text_is_in_force_at_once)
{
    static struct trial trial;
    trial_begin(&trial, SAYS("long", ""));
    trial_plan(&trial);
    EXPECT_INT(trial_close(&trial, 100).direction, 1);
    trial_take(&trial, "trial", SAYS("short", ""), true);
    EXPECT_INT(trial_close(&trial, 100).direction, -1);
    EXPECT_TEXT(script_text(trial.script), SAYS("short", ""));
    trial_end(&trial);
}

TEST(a_new_text_that_is_wrong_stops_it_until_one_is_right)
{
    static struct trial trial;
    trial_begin(&trial, SAYS("long", ""));
    trial_plan(&trial);
    trial_take(&trial, "trial", "return {", true);
    EXPECT_TEXT(script_fault(trial.script), "trial.lua:1: unexpected symbol near '<eof>'");
    EXPECT_INT(trial_close(&trial, 100).direction, 0);
    /* The journal goes on naming the text that the panel was planned by. */
    EXPECT_TEXT(script_text(trial.script), SAYS("long", ""));
    trial_take(&trial, "trial", SAYS("short", ""), true);
    EXPECT_TEXT(script_fault(trial.script), "");
    EXPECT_INT(trial_close(&trial, 100).direction, -1);
    trial_end(&trial);
}

TEST(what_was_declared_cannot_change_while_it_runs)
{
    static const char *const others[] = {
        SAYS("long", PARAMETER),
        SAYS("long", "timeframe = '1h',"),
        SAYS("long", "indicators = {a = {'sma', 3}},"),
    };
    static const char *const faults[] = {
        "trial.lua: its parameters are not those that the session began with: start it anew",
        "trial.lua: its parameters are not those that the session began with: start it anew",
        "trial.lua: its indicators are not those that the session began with: start it anew",
    };
    for (size_t i = 0; i < 3; i++) {
        static struct trial trial;
        trial_begin(&trial, SAYS("long", ""));
        trial_plan(&trial);
        trial_take(&trial, "trial", others[i], true);
        EXPECT_TEXT(script_fault(trial.script), faults[i]);
        EXPECT_INT(trial_close(&trial, 100).direction, 0);
        trial_end(&trial);
    }
}

TEST(what_did_not_load_when_the_session_began_waits_for_the_next)
{
    static struct trial trial;
    trial_begin(&trial, "return {");
    trial_plan(&trial);
    trial_take(&trial, "trial", SAYS("long", PARAMETER), true);
    EXPECT_TEXT(script_fault(trial.script),
                "trial.lua: it did not load when the session began: start it anew");
    EXPECT_INT(trial_close(&trial, 100).direction, 0);
    trial_end(&trial);
}

/* The bridge's thread reads it at any time: no text that is taken later may write there. */
TEST(what_the_table_tells_of_a_strategy_stays_as_it_began)
{
    static const char *const firsts[] = {SAYS("long", PARAMETER), "return {"};
    static const char *const laters[] = {SAYS("short", PARAMETER), "return {",
                                         "return {help = 'another', history = 1, " PARAMETER
                                         " step = function() return {direction = 'long'} end}"};
    for (size_t i = 0; i < 2; i++) {
        static struct trial trial;
        trial_begin(&trial, firsts[i]);
        trial_plan(&trial);
        const struct strategy *strategy = script_strategy(trial.script), before = *strategy;
        for (size_t k = 0; k < 3; k++) {
            trial_take(&trial, "trial", laters[k], true);
            EXPECT(script_strategy(trial.script) == strategy);
            EXPECT(memcmp(strategy, &before, sizeof before) == 0);
            EXPECT(i == 1 || strcmp(strategy->help, "x") == 0);
        }
        trial_end(&trial);
    }
}

/* After each snapshot the journal says again what stands there: nothing of it changes. */
TEST(what_is_told_again_changes_nothing)
{
    static struct trial trial;
    trial_begin(&trial, trial_step("if close(0) > 100 then error('too dear') end\n"
                                   "return {direction = 1}"));
    trial_plan(&trial);
    struct event event = shelf_event(trial.shelf, 0, 7);
    EXPECT_INT(event.time_ns, 7);
    EXPECT(!event.strategy.stopped && !event.strategy.fresh);
    EXPECT(shelf_take(trial.shelf, &event));
    EXPECT_INT(trial_close(&trial, 100).direction, 1);
    trial_close(&trial, 101);
    event = shelf_event(trial.shelf, 0, 8);
    EXPECT(event.strategy.stopped);
    EXPECT(shelf_take(trial.shelf, &event));
    EXPECT_INT(trial_close(&trial, 100).direction, 0);
    trial_end(&trial);
}

/* From the event alone, as a replay has it: what runs there is what ran here, silence included. */
TEST(a_shelf_made_from_events_says_the_same)
{
    static struct trial trial;
    static struct event_buffer buffer;
    static uint8_t bytes[EVENT_CODE_MAX];
    trial_begin(&trial, SAYS("short", PARAMETER));
    trial_plan(&trial);
    for (int stopped = 0; stopped < 2; stopped++) {
        const struct event told = shelf_event(trial.shelf, 0, 3);
        const size_t len = event_encode(&told, bytes, sizeof bytes);
        EXPECT(len > 0);
        struct event heard;
        EXPECT(event_decode(bytes, len, 1, &heard, &buffer));
        struct shelf *own = trial.shelf, *other = shelf_new();
        EXPECT(shelf_take(other, &heard));
        EXPECT_TEXT(script_strategy(shelf_script(other, 0))->name, "trial");
        EXPECT(shelf_use(other) == own);
        trial.strategy = script_strategy(shelf_script(other, 0));
        EXPECT_INT(trial_close(&trial, 100).direction, stopped ? 0 : -1);
        EXPECT(shelf_use(own) == other);
        shelf_free(other);
        trial.strategy = script_strategy(trial.script);
        script_stop(trial.script, "");
    }
    trial_end(&trial);
}

TEST(types_that_a_recording_does_not_name_are_there_and_silent)
{
    struct shelf *shelf = shelf_new();
    const struct event event = {
        .kind = EVENT_STRATEGY,
        .strategy = {.type = strategy_built_in + 3, .name = "third", .text = SAYS("long", "")},
    };
    shelf_use(shelf);
    EXPECT(shelf_hold(shelf, strategy_built_in + 1));
    EXPECT_INT(strategy_table_count, strategy_built_in + 2);
    EXPECT(shelf_take(shelf, &event));
    EXPECT_INT(strategy_table_count, strategy_built_in + 4);
    EXPECT(script_stopped(shelf_script(shelf, 1)) && !script_stopped(shelf_script(shelf, 3)));
    uint32_t index = 0;
    EXPECT(strategy_find("third", &index) == script_strategy(shelf_script(shelf, 3)));
    EXPECT_INT(index, strategy_built_in + 3);
    shelf_free(shelf);
    EXPECT_INT(strategy_table_count, strategy_built_in);
}

static void write_file(const char *dir, const char *name, const char *bytes, size_t len)
{
    char path[300];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "w");
    EXPECT(file != NULL && fwrite(bytes, 1, len, file) == len && fclose(file) == 0);
}

static void put(const char *dir, const char *name, const char *text)
{
    write_file(dir, name, text, strlen(text));
}

static void make_folder(char *dir)
{
    snprintf(dir, 64, "/tmp/cuttle_shelf_XXXXXX");
    EXPECT(mkdtemp(dir) != NULL);
}

static void remove_folder(const char *dir)
{
    static const char *const names[] = {"a.lua",         "b.lua",  "c.lua",    "Bad.lua",
                                        "sma_cross.lua", ".h.lua", "notes.txt"};
    char path[300];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        unlink(path);
    }
    rmdir(dir);
}

TEST(a_folder_is_read_by_name_and_what_is_no_strategy_is_left_alone)
{
    char dir[64], error[512] = "", fault[200];
    make_folder(dir);
    put(dir, "b.lua", SAYS("long", ""));
    put(dir, "a.lua", "return {");
    put(dir, ".h.lua", "half written");
    put(dir, "notes.txt", "no strategy");
    write_file(dir, "c.lua", "-- a zero \0 byte", 16);
    struct shelf *shelf = shelf_new();
    EXPECT_INT(shelf_read(shelf, dir, error, sizeof error), 0);
    EXPECT_INT(shelf_count(shelf), 3);
    EXPECT_TEXT(script_strategy(shelf_script(shelf, 0))->name, "a");
    snprintf(fault, sizeof fault, "%s/a.lua:1: unexpected symbol near '<eof>'", dir);
    EXPECT_TEXT(script_fault(shelf_script(shelf, 0)), fault);
    EXPECT_TEXT(script_fault(shelf_script(shelf, 1)), "");
    snprintf(fault, sizeof fault, "%s/c.lua:1: the file cannot be read: it has a zero byte", dir);
    EXPECT_TEXT(script_fault(shelf_script(shelf, 2)), fault);
    shelf_free(shelf);
    remove_folder(dir);
}

TEST(a_file_of_a_name_that_no_strategy_can_have_is_refused)
{
    static const char *const names[] = {"Bad.lua", "sma_cross.lua"};
    static const char *const why[] = {
        "a strategy is named in small letters, digits and underscores, 24 at most, and begins with "
        "a letter: rename the file",
        "there is a built-in strategy of that name: rename the file"};
    for (size_t i = 0; i < 2; i++) {
        char dir[64], error[512] = "", want[512];
        make_folder(dir);
        put(dir, names[i], SAYS("long", ""));
        struct shelf *shelf = shelf_new();
        EXPECT(shelf_read(shelf, dir, error, sizeof error) < 0);
        snprintf(want, sizeof want, "%s/%s: %s", dir, names[i], why[i]);
        EXPECT_TEXT(error, want);
        shelf_free(shelf);
        remove_folder(dir);
    }
}

TEST(no_folder_is_no_scripts)
{
    char error[512] = "";
    struct shelf *shelf = shelf_new();
    EXPECT_INT(shelf_read(shelf, "/nonexistent/strategies", error, sizeof error), 0);
    EXPECT_INT(shelf_count(shelf), 0);
    shelf_free(shelf);
}

TEST(what_cannot_be_read_is_a_text_that_says_why)
{
    char *text = shelf_read_text("/nonexistent/a.lua");
    EXPECT_TEXT(text, "error(\"the file cannot be read: No such file or directory\")");
    free(text);
}

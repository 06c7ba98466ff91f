/* SPDX-License-Identifier: MIT */
/* Every way out of the box that a text could try, and what becomes of it. */
#include "script_example.h"
#include "script_fixture.h"

#define ENDLESS "more than 100000 instructions in one go: a loop without an end?"
#define TOO_MUCH "more work than 100000 instructions in one go: a loop without an end?"
#define MEMORY "more memory than one go may take: 256 KB, 16 KB in one piece"

struct wall {
    const char *body, *fault;
};

static void walk(const struct wall *walls, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct signal signal = trial_of(walls[i].body, walls[i].fault);
        EXPECT_INT(signal.direction, 0);
        EXPECT_INT(signal.reason, REASON_NONE);
    }
}

#define WALK(walls) walk(walls, sizeof(walls) / sizeof(walls)[0])

TEST(a_loop_without_an_end_ends)
{
    static const struct wall walls[] = {
        {"while true do end", "trial.lua:3: " ENDLESS},
        {"for i = 1, 1e15 do end", "trial.lua:3: " ENDLESS},
        {"local x = 0\n\n repeat x = x + 1 until false", "trial.lua:5: " ENDLESS},
        {"local function f() return f() end\nreturn f()", "trial.lua:3: " ENDLESS},
        {"::again:: goto again", "trial.lua:3: " ENDLESS},
        {"for i in function() return 1 end do end", "trial.lua:3: " ENDLESS},
    };
    WALK(walls);
}

/* A function in C is not counted by instructions: those that are not short are charged. */
TEST(work_outside_of_instructions_is_charged_too)
{
    static const struct wall walls[] = {
        {"local t = {} for i = 1, 1000 do t[i] = -i end\nfor i = 1, 1e6 do sort(t) end",
         "trial.lua:4: " TOO_MUCH},
        {"local t = {} for i = 1, 500 do t[i] = i end\nfor i = 1, 1e6 do pairs(t) end",
         "trial.lua:4: " TOO_MUCH},
    };
    WALK(walls);
}

TEST(memory_is_bounded_and_the_line_that_asked_is_named)
{
    static const struct wall walls[] = {
        {"local t = {}\nfor i = 1, 1e9 do t[i] = {} end", "trial.lua:4: " MEMORY},
        {"local t = {}\nfor i = 1, 1e9 do t[i] = i end", "trial.lua:4: " MEMORY},
        {"local t = {}\nfor i = 1, 1e9 do t['k' .. i] = i end", "trial.lua:4: " MEMORY},
        {"local s = 'x'\nwhile true do s = s .. s end", "trial.lua:4: " MEMORY},
        {"local s = ''\nwhile true do s = s .. 'x' end", "trial.lua:4: " MEMORY},
        {"local function f(n) return 1 + f(n) end\nreturn f(1)", "trial.lua:3: " MEMORY},
        {"local function f(...) return f(1, ...) end\nreturn f()", "trial.lua:3: " MEMORY},
        {"local t = {}\nfor i = 1, 1e9 do t[i] = function() return i end end",
         "trial.lua:4: " MEMORY},
    };
    WALK(walls);
}

/* rep, find, gsub and format take as long as they like between two instructions: there is none. */
TEST(there_is_no_library_of_strings)
{
    static const struct wall walls[] = {
        {"return string.rep('x', 1e9)",
         "trial.lua:3: attempt to index global 'string' (a nil value)"},
        {"return ('x'):rep(1e9)", "trial.lua:3: attempt to index a string value"},
        {"local s = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaa'\nreturn s:find('a*a*a*a*a*a*a*b')",
         "trial.lua:4: attempt to index local 's' (a string value)"},
        {"string.dump(step)", "trial.lua:3: attempt to index global 'string' (a nil value)"},
    };
    WALK(walls);
}

TEST(nothing_swallows_an_error)
{
    static const struct wall walls[] = {
        {"pcall(function() while true do end end)",
         "trial.lua:3: attempt to call global 'pcall' (a nil value)"},
        {"xpcall(error, error)", "trial.lua:3: attempt to call global 'xpcall' (a nil value)"},
        {"coroutine.wrap(function() while true do end end)()",
         "trial.lua:3: attempt to index global 'coroutine' (a nil value)"},
    };
    WALK(walls);
}

TEST(the_world_is_not_there)
{
    static const char *const gone[] = {
        "setmetatable",   "getmetatable", "rawset",     "rawget",    "rawequal",
        "next",           "load",         "loadstring", "dofile",    "loadfile",
        "require",        "module",       "getfenv",    "setfenv",   "newproxy",
        "collectgarbage", "gcinfo",       "print",      "select",    "unpack",
        "tonumber",       "_G",           "io",         "os",        "debug",
        "package",        "jit",          "ffi",        "coroutine", "string",
        "table",          "bit",          "utf8",       "arg",       "_VERSION",
    };
    for (size_t i = 0; i < sizeof gone / sizeof gone[0]; i++) {
        char body[100], fault[100];
        snprintf(body, sizeof body, "return %s.x", gone[i]);
        snprintf(fault, sizeof fault, "trial.lua:3: attempt to index global '%s' (a nil value)",
                 gone[i]);
        trial_of(body, fault);
    }
    trial_of("math.random()", "trial.lua:3: attempt to call field 'random' (a nil value)");
    trial_of("math.randomseed(1)", "trial.lua:3: attempt to call field 'randomseed' (a nil value)");
}

/* Everything that is there, by name: a library that brings something new is seen here. */
TEST(mathematics_is_all_of_lua_that_is_there)
{
    static struct trial trial;
    trial_begin(&trial, trial_step("local names = ''\n"
                                   "for name in pairs(math) do names = names .. ' ' .. name end\n"
                                   "error(names)"));
    trial_plan(&trial);
    trial_close(&trial, 100);
    EXPECT_TEXT(
        script_fault(trial.script),
        "trial.lua:5:  abs acos asin atan atan2 ceil cos cosh deg exp floor fmod frexp huge "
        "ldexp log log10 max min modf pi pow rad sin sinh sqrt tan tanh");
    trial_end(&trial);
}

TEST(bytecode_is_refused)
{
    static struct trial trial;
    trial_begin(&trial, "\033LJ\002\n");
    EXPECT_TEXT(script_fault(trial.script), "trial.lua: attempt to load chunk with wrong mode");
    trial_end(&trial);
}

TEST(an_error_has_its_file_and_line)
{
    static const struct wall walls[] = {
        {"\n\nerror('my own words')", "trial.lua:5: my own words"},
        {"error({})", "trial.lua:3: bad argument #1 to 'error' (string expected, got table)"},
        {"assert(1 > 2)", "trial.lua:3: assertion failed!"},
        {"assert(1 > 2, 'less is more')", "trial.lua:3: less is more"},
        {"local x\nreturn x + 1", "trial.lua:4: attempt to perform arithmetic on local 'x' (a nil "
                                  "value)"},
        {"return p.nothing * 2",
         "trial.lua:3: attempt to perform arithmetic on field 'nothing' (a nil value)"},
        {"clos(0)", "trial.lua:3: attempt to call global 'clos' (a nil value)"},
        {"close(1)", "trial.lua:3: candles 0 to 0 are there: the file says history = 1"},
        {"close(-1)", "trial.lua:3: candles 0 to 0 are there: the file says history = 1"},
        {"close(0/0)", "trial.lua:3: candles 0 to 0 are there: the file says history = 1"},
        {"now('rsi')", "trial.lua:3: the file asks for no indicator 'rsi'"},
        {"place(0, 1, 2, 3)", "trial.lua:3: the direction of a stop and a target is 1 or -1"},
        {"sort({1, 'a'})", "trial.lua:3: sort: element 2 is no number"},
        {"sort({1, 0/0})", "trial.lua:3: sort: element 2 is no number"},
    };
    WALK(walls);
}

TEST(an_answer_that_is_no_signal_stops_it)
{
#define RETURNED "trial.lua:2: step returned "
    static const struct wall walls[] = {
        {"return 0/0",
         RETURNED "a number; it is nil, or a table with direction, strength and confidence"},
        {"return 'long'",
         RETURNED "a string; it is nil, or a table with direction, strength and confidence"},
        {"return {}", RETURNED "no direction: it is \"long\", \"short\", 1, -1 or 0"},
        {"return {direction = 'up'}",
         RETURNED "no direction: it is \"long\", \"short\", 1, -1 or 0"},
        {"return {direction = 0/0}",
         RETURNED "no direction: it is \"long\", \"short\", 1, -1 or 0"},
        {"return {direction = 1, strength = 0/0}",
         RETURNED "a strength that is not a number (0/0); it must lie from 0 to 1"},
        {"return {direction = 1, strength = 1.01}",
         RETURNED "a strength that is 1.01; it must lie from 0 to 1"},
        {"return {direction = 1, confidence = -1/0}",
         RETURNED "a confidence that is infinite; it must lie from 0 to 1"},
        {"return {direction = 1, strength = {}}",
         RETURNED "a table as strength; it must be a number"},
        {"return {direction = 1, stop = 101}",
         RETURNED "a stop at 101, which is on the wrong side of the close 100"},
        {"return {direction = -1, stop = 99}",
         RETURNED "a stop at 99, which is on the wrong side of the close 100"},
        {"return {direction = 1, target = 100}",
         RETURNED "a target at 100, which is on the wrong side of the close 100"},
        {"return {direction = 1, stpo = 99}", RETURNED "a field that no signal has: stpo"},
        {"return {direction = 1, hold = 1e300}",
         RETURNED "a hold that is 1e+300; it must lie from 0 to 31622400"},
        {"return {direction = 1, figures = {1, 2, 3, 4}}",
         RETURNED "figures that are no list of one to three numbers"},
        {"return {direction = 1, figures = {0/0}}", RETURNED "a figure that is no finite number"},
    };
    WALK(walls);
}

TEST(a_note_is_a_finite_number_with_a_declared_name)
{
    static const struct wall walls[] = {
        {"state.count = 0/0", "trial.lua:3: a note is a finite number, and this is not a number "
                              "(0/0)"},
        {"state.count = -1/0", "trial.lua:3: a note is a finite number, and this is infinite"},
        {"state.count = 'a'", "trial.lua:3: a note is a finite number, and this is string"},
        {"state.count = nil", "trial.lua:3: a note is a finite number, and this is nil"},
        {"state.other = 1", "trial.lua:3: the file has no note 'other' among its notes"},
        {"return state.other", "trial.lua:3: the file has no note 'other' among its notes"},
    };
    WALK(walls);
}

/* Whatever stands in a file: it loads and runs, or it stops with a reason; it never takes the
 * program along. */
TEST(a_text_with_any_damage_runs_or_stops)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    static const char *const names[] = {"cross", "pullback"};
    for (int i = 0; i < 1500; i++) {
        static struct trial trial;
        char *text = example(names[i % 2]);
        const size_t len = strlen(text);
        for (uint64_t k = 0; k < 1 + prng_below(&prng, 4); k++) {
            const size_t at = prng_below(&prng, len), from = prng_below(&prng, len);
            const size_t count = 1 + prng_below(&prng, 12);
            const size_t room = len - (at > from ? at : from);
            memmove(text + at, text + from, count < room ? count : room);
        }
        trial_begin(&trial, text);
        if (trial.strategy->check(trial.params) == NULL) {
            trial_plan(&trial);
            for (int k = 0; k < 60; k++)
                trial_close(&trial, 100 + (double)prng_below(&prng, 10));
        }
        EXPECT(script_stopped(trial.script) == (script_fault(trial.script)[0] != '\0'));
        trial_end(&trial);
        free(text);
    }
}

/* What stands still after a fault stays still: neither side of it is asked again. */
TEST(a_script_that_failed_says_nothing_more)
{
    static struct trial trial;
    trial_begin(&trial, trial_step("if close(0) > 100 then error('too dear') end\n"
                                   "return {direction = 1, strength = 1, confidence = 1}"));
    trial_plan(&trial);
    EXPECT_INT(trial_close(&trial, 100).direction, 1);
    EXPECT_INT(trial_close(&trial, 101).direction, 0);
    EXPECT_TEXT(script_fault(trial.script), "trial.lua:3: too dear");
    EXPECT_INT(trial_close(&trial, 100).direction, 0);
    EXPECT_TEXT(script_fault(trial.script), "trial.lua:3: too dear");
    trial_end(&trial);
}

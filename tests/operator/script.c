/* SPDX-License-Identifier: MIT */
#include "script_fixture.h"

static void begin(struct trial *trial, const char *text)
{
    trial_begin(trial, text);
    EXPECT_TEXT(script_fault(trial->script), "");
    trial_plan(trial);
}

TEST(a_step_that_returns_nothing_says_nothing)
{
    EXPECT_INT(trial_of("return nil", "").reason, REASON_NONE);
    EXPECT_INT(trial_of("return {direction = 0, strength = 1}", "").reason, REASON_NONE);
}

TEST(a_signal_comes_as_it_was_returned)
{
    const struct signal signal =
        trial_of("return {direction = 'long', strength = 0.25, confidence = 0.75, stop = 90,\n"
                 "target = 120, trail = 0.07, broken = 85, hold = 3600, figures = {1, 2.5}}",
                 "");
    EXPECT_INT(signal.direction, 1);
    EXPECT_INT(signal.reason, REASON_SCRIPT_FIGURES);
    EXPECT_NEAR(signal.strength, 0.25, 0);
    EXPECT_NEAR(signal.confidence, 0.75, 0);
    EXPECT_NEAR(signal.stop, 90, 0);
    EXPECT_NEAR(signal.target, 120, 0);
    EXPECT_NEAR(signal.trail, 0.07, 0);
    EXPECT_NEAR(signal.broken, 85, 0);
    EXPECT_INT(signal.hold_ns, 3600 * NS_PER_S);
    EXPECT_NEAR(signal.figures[0], 100, 0);
    EXPECT_NEAR(signal.figures[1], 1, 0);
    EXPECT_NEAR(signal.figures[2], 2.5, 0);
    EXPECT_NEAR(signal.figures[3], 0, 0);
    EXPECT_INT(trial_of("return {direction = 'short'}", "").direction, -1);
    EXPECT_INT(trial_of("return {direction = -1}", "").reason, REASON_SCRIPT);
}

/* Every step begins with the very same bytes: what is not a note is forgotten. */
TEST(nothing_but_notes_is_remembered)
{
    static struct trial trial;
    begin(&trial, "local count, list = 0, {}\n"
                  "return {help = 'x', notes = {'count'}, history = 1, step = function(p, state)\n"
                  "  count = count + 1\n"
                  "  list[#list + 1] = count\n"
                  "  world = (world or 0) + 1\n"
                  "  math.kept = (math.kept or 0) + 1\n"
                  "  p.kept = (p.kept or 0) + 1\n"
                  "  state.count = state.count + 1\n"
                  "  return {direction = 1, figures = {count + #list + world, math.kept + p.kept,\n"
                  "    state.count}}\n"
                  "end}");
    for (int i = 1; i <= 5; i++) {
        const struct signal signal = trial_close(&trial, 100);
        EXPECT_TEXT(script_fault(trial.script), "");
        EXPECT_NEAR(signal.figures[1], 3, 0);
        EXPECT_NEAR(signal.figures[2], 2, 0);
        EXPECT_NEAR(signal.figures[3], i, 0);
    }
    EXPECT_NEAR(trial.notes[0], 5, 0);
    trial_end(&trial);
}

/* What fits once fits always: garbage of earlier steps does not count. */
TEST(a_step_near_its_bounds_passes_them_as_often_as_it_is_asked)
{
    static struct trial trial;
    begin(&trial, trial_step("local t, n = {}, 0\n"
                             "for i = 1, 90 do t[i] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10} end\n"
                             "local s = ''\n"
                             "for i = 1, 600 do s = s .. 'x' end\n"
                             "for i = 1, 20000 do n = n + 1 end\n"
                             "return {direction = 1}"));
    for (int i = 0; i < 1000; i++)
        EXPECT_INT(trial_close(&trial, 100).direction, 1);
    trial_end(&trial);
}

TEST(pairs_walks_in_the_order_of_keys)
{
    const char *body =
        "local t = {zeta = 1, alpha = 2, [true] = 3, [false] = 4, [2.5] = 5, [-1] = 6, 7, 8}\n"
        "t.beta, t.alpha2, t['al'] = 9, 10, 11\n"
        "local seen = ''\n"
        "for key, value in pairs(t) do seen = seen .. tostring(key) .. '=' .. value .. ' ' end\n"
        "error(seen)";
    /* Each machine has a seed of its own for its hashes. */
    for (int i = 0; i < 20; i++)
        trial_of(body, "trial.lua:7: -1=6 1=7 2=8 2.5=5 al=11 alpha=2 alpha2=10 beta=9 zeta=1 "
                       "false=4 true=3 ");
}

TEST(pairs_leaves_out_what_is_taken_away_on_the_walk_and_allows_a_change)
{
    trial_of("local t, seen = {a = 1, b = 2, c = 3}, ''\n"
             "for key, value in pairs(t) do\n"
             "  seen = seen .. key .. value\n"
             "  t.b, t.c, t.d = nil, 30, 4\n"
             "end\n"
             "error(seen)",
             "trial.lua:8: a1c30");
}

TEST(a_key_without_an_order_is_refused)
{
    trial_of("local t = {} t[{}] = 1\nfor key in pairs(t) do end",
             "trial.lua:4: pairs: a table as a key: it has no order");
    trial_of("local t = {} t[print or sort] = 1\nfor key in pairs(t) do end",
             "trial.lua:4: pairs: a function as a key: it has no order");
}

TEST(tostring_shows_no_address)
{
    trial_of("error(tostring({}) .. tostring(sort) .. tostring(state) .. tostring(nil) ..\n"
             "tostring(true) .. tostring(1.5) .. tostring('s'))",
             "trial.lua:3: tablefunctionuserdatanil"
             "true1.5s");
}

TEST(sort_puts_numbers_in_order)
{
    trial_of("local t = {3, -1, 2.5, 1/0, -1/0, 0, 3}\nsort(t)\n"
             "local seen = '' for i, value in ipairs(t) do seen = seen .. i .. '=' .. value .. ' ' "
             "end\nerror(seen)",
             "trial.lua:6: 1=-inf 2=-1 3=0 4=2.5 5=3 6=3 7=inf ");
}

TEST(candles_are_there_newest_first)
{
    static struct trial trial;
    begin(&trial, "return {help = 'x', history = 3, timeframe = '1m', step = function()\n"
                  "  return {direction = 1, figures = {open(2) + high(1) + low() + volume(0),\n"
                  "    time(0), close(0) - close(2)}}\n"
                  "end}");
    EXPECT_INT(trial_candle(&trial, &(struct candle){0, 10, 14, 9, 12, 5}).reason,
               REASON_WARMING_UP);
    EXPECT_INT(trial_candle(&trial, &(struct candle){NS_PER_MIN, 20, 24, 19, 22, 6}).reason,
               REASON_WARMING_UP);
    const struct signal signal =
        trial_candle(&trial, &(struct candle){2 * NS_PER_MIN, 30, 34, 29, 32, 7});
    EXPECT_NEAR(signal.figures[1], 10 + 24 + 29 + 7, 0);
    EXPECT_NEAR(signal.figures[2], 120, 0);
    EXPECT_NEAR(signal.figures[3], 20, 0);
    trial_end(&trial);
}

/* Of each indicator what the panel's cell holds, now and a candle before, all columns. */
TEST(indicators_are_the_panels)
{
    static struct trial trial;
    begin(&trial,
          "return {help = 'x', timeframe = '1m', history = 1,\n"
          "indicators = {band = {'bb', 'length', 2}, mean = {'sma', 3}, marks = {'cdl'}},\n"
          "parameters = {{name = 'length', default = 4, whole = true, min = 2, max = 9, help = "
          "'x'}},\n"
          "step = function(p)\n"
          "  local middle, upper, lower = now('band')\n"
          "  local doji, hammer = now('marks')\n"
          "  assert(doji ~= nil and before('marks') ~= nil)\n"
          "  return {direction = 1, figures = {middle * 1e6 + upper - lower, before('mean'),\n"
          "    now('mean')}}\n"
          "end}");
    /* In order of their names: band, marks, mean. */
    const struct panel_cell *band = &trial.panel.cells[trial.slots[0]];
    const struct panel_cell *mean = &trial.panel.cells[trial.slots[2]];
    for (int i = 0; i < 40; i++) {
        const bool warm = band->ready && trial.panel.cells[trial.slots[1]].ready && mean->ready;
        const struct signal signal = trial_close(&trial, 100 + i * i % 7);
        EXPECT_TEXT(script_fault(trial.script), "");
        EXPECT_INT(signal.reason, warm ? REASON_SCRIPT_FIGURES : REASON_WARMING_UP);
        if (!warm)
            continue;
        EXPECT_NEAR(signal.figures[1], band->now[0] * 1e6 + band->now[1] - band->now[2], 0);
        EXPECT_NEAR(signal.figures[2], mean->before[0], 0);
        EXPECT_NEAR(signal.figures[3], mean->now[0], 0);
    }
    trial_end(&trial);
}

TEST(the_rules_are_those_of_the_built_in_strategies)
{
    trial_of(
        "assert(cross(1, 2, 3, 2) == 1 and cross(3, 2, 1, 2) == -1 and cross(1, 2, 1, 2) == 0)\n"
        "assert(clamp(5, 0, 1) == 1 and way(15, 10, 20) == 0.5 and in_atr(3, 2) == 1.5)\n"
        "assert(in_atr(3, 0) == 0 and enough(0.3 + 0.15 + 0.2, 0.65) and fee() == 0)\n"
        "assert(pair() == 'BTC/USD')\n"
        "local stop, target = place(1, 100, 10, 20)\n"
        "assert(stop == 90 and target == 120)\n"
        "stop, target = place_atr(-1, 100, 2, 1.5, 3)\n"
        "assert(stop == 103 and target == 94)",
        "");
}

TEST(parameters_come_as_they_are_configured)
{
    static struct trial trial;
    trial_begin(&trial, "return {help = 'x', history = 1, parameters = {\n"
                        "{name = 'a', default = 2.5, min = 0, max = 9, help = 'x'},\n"
                        "{name = 'b', default = 7, whole = true, min = 0, max = 9, help = 'x'},\n"
                        "{name = 'c', default = '90m', min = 0, max = 86400, help = 'x'},\n"
                        "{name = 'd', default = true, help = 'x'},\n"
                        "{name = 'e', default = 'slow', choices = {'fast', 'slow'}, help = 'x'}},\n"
                        "step = function(p)\n"
                        "  assert(p.d == true and p.e == 'slow')\n"
                        "  return {direction = 1, figures = {p.a, p.b, p.c}}\n"
                        "end}");
    trial_plan(&trial);
    struct signal signal = trial_close(&trial, 100);
    EXPECT_TEXT(script_fault(trial.script), "");
    EXPECT_NEAR(signal.figures[1], 2.5, 0);
    EXPECT_NEAR(signal.figures[2], 7, 0);
    EXPECT_NEAR(signal.figures[3], 5400, 0);
    const struct option *a = &trial.strategy->options[1];
    memcpy(trial.params + a->offset, &(double){4.5}, sizeof(double));
    EXPECT_NEAR(trial_close(&trial, 100).figures[1], 4.5, 0);
    trial_end(&trial);
}

TEST(check_sees_parameters_together)
{
    static struct trial trial;
    trial_begin(&trial,
                "return {help = 'x', parameters = {\n"
                "{name = 'fast', default = 2, whole = true, min = 1, max = 9, help = 'x'},\n"
                "{name = 'slow', default = 3, whole = true, min = 1, max = 9, help = 'x'}},\n"
                "indicators = {fast = {'sma', 'fast'}, slope = {'linreg_slope', 'slow'}},\n"
                "check = function(p)\n"
                "  if p.fast >= p.slow then return 'fast must be below slow' end\n"
                "end, step = function() end}");
    EXPECT(trial.strategy->check(trial.params) == NULL);
    const struct option *slow = &trial.strategy->options[2];
    memcpy(trial.params + slow->offset, &(int64_t){2}, sizeof(int64_t));
    EXPECT_TEXT(trial.strategy->check(trial.params), "fast must be below slow");
    memcpy(trial.params + slow->offset, &(int64_t){1}, sizeof(int64_t));
    EXPECT_TEXT(trial.strategy->check(trial.params),
                "indicators.slope: a period is too short: most begin at 1, a slope's at 2, a "
                "level's at 5");
    trial_end(&trial);
}

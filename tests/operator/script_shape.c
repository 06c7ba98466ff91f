/* SPDX-License-Identifier: MIT */
/* What a text declares, and every way to declare it wrongly, with the words it is told in. */
#include "script_fixture.h"

struct wrong {
    const char *text, *fault;
};

static void refuse(const struct wrong *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        static struct trial trial;
        trial_begin(&trial, list[i].text);
        EXPECT_TEXT(script_fault(trial.script), list[i].fault);
        EXPECT(!script_declared(trial.script) && script_stopped(trial.script));
        EXPECT_INT(trial.strategy->option_count, 1);
        trial_plan(&trial);
        EXPECT_INT(trial_close(&trial, 100).reason, REASON_NONE);
        trial_end(&trial);
    }
}

#define REFUSE(list) refuse(list, sizeof(list) / sizeof(list)[0])
#define WITH(fields) "return {help = 'x', step = function() end, " fields "}"
#define ONE(fields) WITH("parameters = {{" fields "}}")

TEST(a_text_that_is_no_lua_is_refused_with_its_line)
{
    static const struct wrong list[] = {
        {"return {\n  help = \n}", "trial.lua:3: unexpected symbol near '}'"},
        {"local x = \n\n= 3", "trial.lua:3: unexpected symbol near '='"},
        {"error('stop here')", "trial.lua:1: stop here"},
        {"\nwhile true do end",
         "trial.lua:2: more than 100000 instructions in one go: a loop without an end?"},
        {"return {\nhelp = 'x' .. close(0)}", "trial.lua:2: there is no market outside of step"},
        {"", "trial.lua: the file must return a table, which describes the strategy"},
        {"return 3", "trial.lua: the file must return a table, which describes the strategy"},
    };
    REFUSE(list);
}

TEST(memory_is_bounded_while_it_loads)
{
    static struct trial trial;
    trial_begin(&trial, "local s = 'x'\nwhile true do s = s .. s end");
    EXPECT(strncmp(script_fault(trial.script), "trial.lua:2: more memory than one go", 36) == 0);
    trial_end(&trial);
}

TEST(a_table_that_lacks_what_it_needs_is_refused)
{
    static const struct wrong list[] = {
        {"return {step = function() end}",
         "trial.lua: the table: help is missing: say in a line what the strategy does"},
        {"return {help = 'x'}",
         "trial.lua: step is missing: the function that is asked when a candle has closed"},
        {"return {help = 'x', step = 3}", "trial.lua: step must be a function"},
        {WITH("check = 3"), "trial.lua: check must be a function"},
        {WITH("param = {}"), "trial.lua: the table: there is no field 'param'"},
        {WITH("timeframe = '2m'"),
         "trial.lua: the table: timeframe is one of 1m, 5m, 15m, 1h, 4h, 1d"},
        {WITH("timeframe = 5"), "trial.lua: the table: timeframe must be a text"},
        {WITH("history = 0"), "trial.lua: the table: history is a whole number of candles, 1 to "
                              "512"},
        {WITH("history = 1.5"), "trial.lua: the table: history is a whole number of candles, 1 to "
                                "512"},
        {"return {help = 'a\\nb', step = function() end}",
         "trial.lua: the table: help must be one line of text"},
        {WITH("notes = {'A'}"), "trial.lua: notes[1]: a name is small letters, digits and "
                                "underscores, and begins with a letter"},
        {WITH("notes = 3"), "trial.lua: notes: must be a list"},
        {WITH("notes = {'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'}"),
         "trial.lua: notes[9]: one too many: a strategy remembers 8 numbers at most"},
    };
    REFUSE(list);
}

TEST(a_parameter_must_say_all_of_itself)
{
    static const struct wrong list[] = {
        {WITH("parameters = {3}"), "trial.lua: parameters[1]: must be a table"},
        {ONE("default = 1, min = 0, max = 2, help = 'x'"),
         "trial.lua: parameters[1]: a name is small letters, digits and underscores, and begins "
         "with a letter"},
        {ONE("name = 'timeframe', default = 1, min = 0, max = 2, help = 'x'"),
         "trial.lua: parameters[1]: a parameter of that name is there already"},
        {ONE("name = 'weight', default = 1, min = 0, max = 2, help = 'x'"),
         "trial.lua: parameters[1]: a parameter of that name is there already"},
        {ONE("name = 'a', default = 1, min = 0, max = 2"),
         "trial.lua: parameters[1]: help is missing: say in a line what the parameter does"},
        {ONE("name = 'a', default = 1, help = 'x'"),
         "trial.lua: parameters[1]: a number needs min and max"},
        {ONE("name = 'a', default = 3, min = 0, max = 2, help = 'x'"),
         "trial.lua: parameters[1]: the default must lie from min to max"},
        {ONE("name = 'a', default = 1.5, whole = true, min = 0, max = 2, help = 'x'"),
         "trial.lua: parameters[1]: the default is no such number"},
        {ONE("name = 'a', default = 0/0, min = 0, max = 2, help = 'x'"),
         "trial.lua: parameters[1]: the default is no such number"},
        {ONE("name = 'a', default = 'slow', help = 'x'"),
         "trial.lua: parameters[1]: a default in words is a duration such as \"30m\", or has "
         "choices"},
        {ONE("name = 'a', default = 'slow', choices = {'fast'}, help = 'x'"),
         "trial.lua: parameters[1]: the default must be one of the choices"},
        {ONE("name = 'a', help = 'x'"),
         "trial.lua: parameters[1]: the default must be a number, a truth, a duration or a word"},
        {ONE("name = 'a', default = 1, maximum = 2, help = 'x'"),
         "trial.lua: parameters[1]: there is no field 'maximum'"},
    };
    REFUSE(list);
}

TEST(an_indicator_must_be_one_that_there_is)
{
    static const struct wrong list[] = {
        {WITH("indicators = {a = {'smma', 3}}"),
         "trial.lua: indicators.a: there is no indicator 'smma'; `cuttle help indicator` lists "
         "them"},
        {WITH("indicators = {a = {'sma'}}"),
         "trial.lua: indicators.a: sma takes 1 numbers, each written here or the name of a "
         "parameter"},
        {WITH("indicators = {a = {'sma', 3, 4}}"), "trial.lua: indicators.a: sma takes 1 numbers"},
        {WITH("indicators = {a = {'sma', 'length'}}"),
         "trial.lua: indicators.a: 'length' is no parameter that is a whole number"},
        {WITH("parameters = {{name = 'r', default = 1, min = 0, max = 2, help = 'x'}},"
              "indicators = {a = {'sma', 'r'}}"),
         "trial.lua: indicators.a: 'r' is no parameter that is a whole number"},
        {WITH("indicators = {{'sma', 3}}"),
         "trial.lua: indicators: each indicator has a name: {sma = {\"sma\", 20}}"},
        {WITH("indicators = {a = {'sma', 3, timeframe = '2h'}}"),
         "trial.lua: indicators.a: timeframe is one of 1m, 5m, 15m, 1h, 4h, 1d"},
    };
    REFUSE(list);
}

TEST(what_is_declared_is_what_the_engine_goes_by)
{
    static struct trial trial;
    trial_begin(&trial, "return {help = 'a help', timeframe = '15m', history = 9, notes = {'n'},\n"
                        "parameters = {{name = 'drop', default = 0.05, min = 0.001, max = 0.5,\n"
                        "  unit = 'of price', help = 'how deep'}},\n"
                        "indicators = {slow = {'ema', 50, timeframe = '1h'}, fast = {'ema', 9}},\n"
                        "step = function() end}");
    EXPECT_TEXT(script_fault(trial.script), "");
    EXPECT_TEXT(trial.strategy->name, "trial");
    EXPECT_TEXT(trial.strategy->help, "a help");
    EXPECT_INT(trial.strategy->option_count, 2);
    EXPECT_TEXT(trial.strategy->options[0].initial, "15m");
    const struct option *drop = &trial.strategy->options[1];
    EXPECT_TEXT(drop->name, "drop");
    EXPECT_INT(drop->type, OPTION_REAL);
    EXPECT_TEXT(drop->initial, "0.05");
    EXPECT_TEXT(drop->unit, "of price");
    EXPECT_TEXT(drop->help, "how deep");
    EXPECT_NEAR(drop->min, 0.001, 0);
    EXPECT_NEAR(drop->max, 0.5, 0);
    trial_plan(&trial);
    EXPECT_INT(trial.plan.count, 2);
    EXPECT_INT(trial.plan.asks[trial.slots[0]].period, 9);
    EXPECT_INT(trial.plan.asks[trial.slots[0]].timeframe, TIMEFRAME_15M);
    EXPECT_INT(trial.plan.asks[trial.slots[1]].period, 50);
    EXPECT_INT(trial.plan.asks[trial.slots[1]].timeframe, TIMEFRAME_1H);
    /* Of candles finer than the strategy's own it would be told the same again and again. */
    ((struct strategy_params *)(void *)trial.params)->timeframe = TIMEFRAME_4H;
    trial_plan(&trial);
    EXPECT_INT(trial.plan.asks[trial.slots[1]].timeframe, TIMEFRAME_4H);
    trial_end(&trial);
}

TEST(as_much_as_there_is_room_for_can_be_declared)
{
    static struct trial trial;
    char text[4000] = "return {help = 'x', step = function() end, parameters = {";
    for (int i = 0; i < STRATEGY_PARAM_MAX - 1; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text),
                 "{name = 'a%d', default = 1, min = 0, max = 2, help = 'x'},", i);
    const size_t len = strlen(text);
    snprintf(text + len, sizeof text - len, "}}");
    trial_begin(&trial, text);
    EXPECT_TEXT(script_fault(trial.script), "");
    EXPECT(trial.strategy->params_size <= STRATEGY_PARAMS_SIZE);
    trial_end(&trial);
    snprintf(text + len, sizeof text - len,
             "{name = 'z', default = 1, min = 0, max = 2, help = 'x'}}}");
    trial_begin(&trial, text);
    EXPECT_TEXT(script_fault(trial.script),
                "trial.lua: parameters[16]: there are too many parameters: 15 are the most");
    trial_end(&trial);
}

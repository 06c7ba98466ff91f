/* SPDX-License-Identifier: MIT */
/* Of a program that was built without Lua. */
#include "operator/script/shelf.h"

#include "test.h"

TEST(without_lua_a_script_says_so_and_nothing_else)
{
    struct script *script = script_new("mine", "strategies/mine.lua");
    EXPECT(!script_supported() && !script_load(script, "return {}"));
    EXPECT(script_stopped(script) && !script_declared(script));
    EXPECT_TEXT(script_fault(script),
                "strategies/mine.lua: this cuttle was built without Lua: install "
                "libluajit-5.1-dev and build it again");
    script_free(script);
}

TEST(without_lua_a_recording_with_scripts_is_refused)
{
    struct shelf *shelf = shelf_new();
    const struct event event = {
        .kind = EVENT_STRATEGY,
        .strategy = {.type = strategy_built_in, .name = "mine", .text = "return {}"},
    };
    EXPECT(!shelf_take(shelf, &event));
    shelf_free(shelf);
}

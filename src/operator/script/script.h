/* SPDX-License-Identifier: MIT */
/*
 * A user's strategy: a text in Lua as a `struct strategy` of the core. docs/lua.md is what its
 * author reads.
 *
 * The text runs in LuaJIT's interpreter, in memory of its own, with nothing of Lua's libraries but
 * mathematics. After loading, that memory is copied; before every step the copy is put back. So a
 * step begins with the very same bytes each time: no variable, no table and no garbage of an
 * earlier step can reach a later one, what it may allocate and how long it may run is the same
 * whenever it is asked, and all that it remembers is the record of numbers in the engine. A replay
 * that has the text does the same.
 *
 * A text that does not load, fails, or asks for too much stops: its steps say nothing from then on,
 * until another text is loaded. Used from one thread. Built without Lua nothing ever loads, and the
 * fault says so.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "core/strategy/strategy.h"

#define SCRIPT_FAULT_MAX 400
#define SCRIPT_TEXT_MAX (32u << 10)

/* What one step may do: instructions of Lua, bytes, and bytes in one piece, a string or a table.
 * The largest piece bounds what a single instruction can take: comparing two strings, say. */
#define SCRIPT_INSTRUCTIONS 100000
#define SCRIPT_STEP_SIZE (256u << 10)
#define SCRIPT_PIECE_SIZE (16u << 10)

struct script;

/* Whether this program was built with Lua. */
bool script_supported(void);

/* An empty one, stopped. `path` is what messages call it: "strategies/dip.lua". NULL when memory is
 * short. */
struct script *script_new(const char *name, const char *path);
void script_free(struct script *script);

/*
 * Loads a text. The first one that loads says for good which parameters, indicators and notes the
 * strategy has: the configuration was read and the panel was planned by them. A later one that says
 * otherwise is a fault. False when it is stopped by a fault.
 */
bool script_load(struct script *script, const char *text);

/* Silent from now on; "" when the reason was told before. */
void script_stop(struct script *script, const char *why);

/* What it is to the core; valid until script_free. Its parameters are known once a text has
 * loaded: script_declared. */
const struct strategy *script_strategy(const struct script *script);
bool script_declared(const struct script *script);

/* The newest text that loaded; the first one when none did. */
const char *script_text(const struct script *script);
bool script_stopped(const struct script *script);

/* Why it is stopped, with file and line; "" while it runs. */
const char *script_fault(const struct script *script);

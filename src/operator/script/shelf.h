/* SPDX-License-Identifier: MIT */
/*
 * A shelf: the scripts of a folder, or those of a recording, each with its place in the core's
 * table of strategies. What a script is made of reaches the journal as EVENT_STRATEGY, after every
 * snapshot and with every change; a replay fills its shelf from these events alone, and no file.
 *
 *     folder --shelf_read--> shelf --shelf_event--> journal --shelf_take--> the replay's shelf
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/engine/event.h"
#include "operator/script/script.h"

struct shelf;

struct shelf *shelf_new(void); /* NULL when memory is short */
void shelf_free(struct shelf *shelf);

/* The files `*.lua` of a folder, by name; no folder, no scripts. One that does not load is there
 * all the same, stopped. A name that no strategy can have, or more files than fit, is refused: a
 * negative errno with the reason in `error`. */
int shelf_read(struct shelf *shelf, const char *folder, char *error, size_t error_size);

/* One file's text; what cannot be read becomes a text that says why. To be freed. */
char *shelf_read_text(const char *path);

/* Its strategies stand in the core's table from now on, instead of another shelf's; NULL: none.
 * Returns what stood there before. */
struct shelf *shelf_use(struct shelf *shelf);
struct shelf *shelf_used(void);

uint32_t shelf_count(const struct shelf *shelf);
struct script *shelf_script(const struct shelf *shelf, uint32_t index);
const char *shelf_path(const struct shelf *shelf, uint32_t index);

/* A script as the journal is told of it; valid as long as its text. */
struct event shelf_event(const struct shelf *shelf, uint32_t index, int64_t time_ns);

/* A strategy of that type is there, silent if nothing else is known of it; false: no memory. */
bool shelf_hold(struct shelf *shelf, uint32_t type);

/* What an EVENT_STRATEGY says is in force when this returns: of a recording, and of a file that has
 * changed alike. False when it cannot be: memory is short, or there is no Lua in this program. */
bool shelf_take(struct shelf *shelf, const struct event *event);

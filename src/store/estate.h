/* SPDX-License-Identifier: MIT */
/*
 * What is owned and owed, and what is under way at a venue, in a form that outlives the layout of
 * the engine: fields by number. It ends every snapshot of the journal, so that another version of
 * cuttle goes on with the cash, positions, orders and stops of the one before it. Indicators,
 * candles and books are not in it: a start learns them anew from the feed.
 *
 * A number once given to a field keeps its meaning for ever. A reader passes over numbers it does
 * not know, and what it does not find is zero. Whoever adds what an older reader must not pass over
 * raises ESTATE_SINCE: that one then refuses.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/engine/engine.h"
#include "core/execution/broker.h"
#include "core/matching/matching.h"

#define ESTATE_VERSION 5   /* raised with every field that is added */
#define ESTATE_SINCE 1     /* the oldest reader that misses nothing that matters */
#define ESTATE_LADDERS 3   /* the same while a ladder rests: before, a lane had one entry */
#define ESTATE_PARTS 3     /* and while one is put off: before, a strategy had no seat */
#define ESTATE_DIALS 5     /* and while a limit is set: before, it was the configuration's */
#define ESTATE_REFERENCE 3 /* before, the day's loss was measured from day_equity */

/* Of the largest: every pair with all its tickets, every order, every fill that is remembered. */
#define ESTATE_MAX ((size_t)8 << 20)

/* Writes the estate and a mark behind it that estate_find finds. One of matching and broker is
 * NULL. The length; 0 when it does not fit. */
size_t estate_write(const struct engine *engine, const struct matching *matching,
                    const struct broker *broker, void *bytes, size_t size);

/* The length of the estate, its mark included, that the bytes end with; 0: there is none. */
size_t estate_find(const void *bytes, size_t len);

enum estate_side {
    ESTATE_NONE,  /* there is none, or it cannot be read */
    ESTATE_NEWER, /* it holds what only a newer cuttle understands */
    ESTATE_MATCHING,
    ESTATE_BROKER,
};

/* From the bytes that end with it. *ret_engine, which is the caller's to free, holds what
 * engine_adopt takes, and no more; matching or broker what theirs take. */
enum estate_side estate_read(const void *bytes, size_t len, struct engine **ret_engine,
                             struct matching *matching, struct broker *broker);

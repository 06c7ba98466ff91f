/* SPDX-License-Identifier: MIT */
/*
 * Fields of an object by number, in whatever order and whichever of them: what is written so is
 * read by a program that has others. A reader passes over numbers it does not know.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/varint.h"

/* `max`: of an enum, a bool or an index; 0: any value. Sizes are 1, 4 and 8 bytes. */
struct field {
    uint16_t number, offset, size, max;
};

#define FIELD(number, type, member, max)                                                           \
    {                                                                                              \
        number, offsetof(struct type, member), sizeof(((struct type *)NULL)->member), max          \
    }

void field_put(struct varint_out *out, const struct field *fields, size_t count,
               const void *object);

/* To the input's end. False: a value that no version of ours gives, or half a number. */
bool field_get(struct varint_in in, const struct field *fields, size_t count, void *object);

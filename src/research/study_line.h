/* SPDX-License-Identifier: MIT */
/*
 * A trial as one line of JSON that ends with the CRC of all before it:
 *
 *     {"trial":0,"at":[5,20],"part":1,"path":"engine","trades":41,..,"returns":12,"crc":345}
 *
 * A figure that there is none of is null. The study's file has such lines, and the board.
 */
#pragma once

#include "research/search.h"

#define STUDY_LINE_MAX 2048

/* Returns the length of the line, with its end of line. */
size_t study_line_write(const struct space *space, size_t index, const struct trial *trial,
                        uint32_t returns_crc, char line[STUDY_LINE_MAX]);

/* False when the line, without its end, is not whole, or not the trial of that index. */
bool study_line_read(const struct space *space, const char *line, size_t len, size_t index,
                     struct trial *ret, uint32_t *ret_returns_crc);

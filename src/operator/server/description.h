/* SPDX-License-Identifier: MIT */
/*
 * The interface's own description, OpenAPI 3.1, inside the program: openapi.json of this folder,
 * without its white space, written as C by embed.py when the program is built.
 */
#pragma once

#include <stddef.h>

extern const unsigned char description[];
extern const size_t description_len;

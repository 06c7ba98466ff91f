/* SPDX-License-Identifier: MIT */
/*
 * Names of orders and fills as integers: the core keeps them, compares them, and never a string.
 *
 * A venue's own id (Kraken: "OUF4EM-FRGI2-MQMWZD") is upper-case letters, digits and dashes, at
 * most 24 of them, and packs into 128 bits in base 38. Ours (cl_ord_id) is 18 characters: a letter,
 * the instance's tag in 6 and the order's number in 11 digits of base 36, so that orders of another
 * cuttle on the same account are told from ours.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VENUE_ID_TEXT_MAX 25
#define CLIENT_ID_LEN 18
#define CLIENT_TAG_MAX 2176782335u /* 36^6 - 1 */

struct venue_id {
    uint64_t hi, lo; /* both 0: none */
};

static inline bool venue_id_known(struct venue_id id)
{
    return (id.hi | id.lo) != 0;
}

static inline bool venue_id_same(struct venue_id a, struct venue_id b)
{
    return a.hi == b.hi && a.lo == b.lo;
}

/* False, *ret untouched, for an empty text, a longer one, or any other character. */
bool venue_id_parse(const char *text, size_t len, struct venue_id *ret);

/* Writes the text that was parsed, terminated; "" for none. `text` holds VENUE_ID_TEXT_MAX. */
size_t venue_id_format(char *text, struct venue_id id);

/* `text` holds CLIENT_ID_LEN + 1 bytes. */
void client_id_format(char *text, uint32_t tag, uint64_t number);

/* False when the text is not one of cuttle's. The tag may be another instance's. */
bool client_id_parse(const char *text, size_t len, uint32_t *ret_tag, uint64_t *ret_number);

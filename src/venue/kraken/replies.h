/* SPDX-License-Identifier: MIT */
/*
 * Kraken's public REST replies: the envelope {"error":[...],"result":...}, OHLC and SystemStatus.
 * AssetPairs is read by names.h.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/market/candle.h"
#include "core/market/pair.h"
#include "platform/json/json.h"

/* 720 committed rows and the one being formed. */
#define KRAKEN_OHLC_ROWS 721

struct kraken_reply {
    char error[160]; /* the first that is no warning: "EQuery:Unknown asset pair"; "" none */
    bool has_result;
    struct json result; /* stands before the value */
};

/* False when the text is no such envelope; `explain` then says where. */
bool kraken_reply_parse(const char *text, size_t len, struct kraken_reply *ret, char *explain,
                        size_t explain_size);

struct kraken_rows {
    uint32_t count;   /* rows with trades, committed or not, ascending */
    int64_t last_ns;  /* open time of the newest committed row, as the venue says; 0 none */
    int64_t first_ns; /* open time of the reply's first row; 0 none */
    int64_t final_ns; /* open time of the reply's final row, with trades or not; 0 none */
    struct candle rows[KRAKEN_OHLC_ROWS];
};

/* The result of OHLC. Rows of intervals without trades, which REST invents, are left out; one that
 * begins between two intervals makes the whole reply malformed. */
bool kraken_rows_parse(struct json *json, int64_t span_ns, const struct pair *terms,
                       struct kraken_rows *ret);

/*
 * Before which time the rows are final: up to the newest that the venue calls committed, or up to
 * its unfinished row; never beyond the interval being formed at now_ns. A venue that leaves out
 * empty intervals would keep us waiting for a trade: what it does not show a minute after an
 * interval's end did not happen. While the venue has not told its time, now_ns is our own clock's
 * and only bounds: nothing but what the reply shows is believed, and of that not its final row,
 * which may be unfinished.
 */
int64_t kraken_rows_committed(const struct kraken_rows *rows, int64_t span_ns, int64_t now_ns,
                              bool told);

/* The "status" of SystemStatus. */
bool kraken_system_parse(struct json *json, char *ret_status, size_t size);

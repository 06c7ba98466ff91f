/* SPDX-License-Identifier: MIT */
/* A REST call being answered; shared by rest.c and rest_market.c alone. */
#pragma once

#include "venue/local/query.h"
#include "venue/local/state.h"

/* A list of 200 pair names fits. */
#define REST_VALUE_MAX 8192

struct rest_call {
    struct exchange *exchange;
    const char *query;
    struct json_writer writer; /* inside the envelope, where "result" comes next */
};

struct rest_pairs {
    uint32_t count;
    uint32_t list[PAIR_MAX];
};

/* The pairs of parameter `pair`, under any of their names; NULL or Kraken's error. */
const char *rest_find_pairs(struct rest_call *call, bool all_when_absent, struct rest_pairs *ret);

/* Each writes "result" and returns NULL, or returns the error. */
const char *rest_put_ticker(struct rest_call *call);
const char *rest_put_candles(struct rest_call *call);
const char *rest_put_depth(struct rest_call *call);
const char *rest_put_trades(struct rest_call *call);
const char *rest_put_spread(struct rest_call *call);

/* SPDX-License-Identifier: MIT */
/*
 * What the name of a candle file says about it:
 *
 *   KRAKEN_BTCUSD_5m.csv.gz, KRAKEN_BTCUSD_5m_20240101-20241130.csv   venue, pair, timeframe
 *   KRAKEN_BTCUSD_20240131.csv.gz, XBTUSD.csv                       of trades
 *   XBTUSD_60.csv                                                     pair, minutes
 *   kraken/BTC_USD-5m.json.gz                                         folder, pair, timeframe
 */
#pragma once

#include <stdbool.h>

#include "store/candle_file.h"

struct csv_name {
    bool has_venue, has_symbol, has_timeframe;
    struct candle_key key; /* aliases resolved; what is not known is empty */
};

void csv_name_parse(const char *path, struct csv_name *ret);

/* SPDX-License-Identifier: MIT */
/*
 * The indicators by name, as people write them: `rsi:14`, `bb:20:2`, `macd:12:26:9`, `obv`. A name
 * is an indicator's (all of its outputs are meant) or one output's (`plus_di:14`, `highest:20`,
 * `cdl_doji`). Columns are named as TA-Lib's users name them: rsi_14, bb_20_2_upper.
 */
#pragma once

#include <stddef.h>

#include "core/indicator/panel.h"

#define CATALOG_COLUMN_MAX 8 /* outputs of one indicator */
#define CATALOG_TEXT_MAX 64  /* a column's name, or an example of how to ask */

struct catalog_choice {
    struct panel_ask ask;
    uint32_t first, count; /* which of its columns are meant */
};

/* NULL, or what is wrong with the text. */
const char *catalog_parse(const char *text, enum timeframe timeframe, struct catalog_choice *ret);

/* "bb_20_2_upper". */
void catalog_column_name(const struct panel_ask *ask, uint32_t column, char *text, size_t size);

/* "bb:20:2", as catalog_parse reads it. */
void catalog_ask_name(const struct panel_ask *ask, char *text, size_t size);

/* Candles until that column has its first value: some are there before the slot is ready. */
uint32_t catalog_column_warmup(const struct panel_ask *ask, uint32_t column);

/* Whether that column has a value after so many candles. What waits for midnight has no fixed
 * number of them: it is asked whether it is ready. */
bool catalog_column_ready(const struct panel_ask *ask, const struct panel_cell *cell,
                          uint32_t column, size_t candles);

/* Its value, once it is there. */
double catalog_column_value(const struct panel_ask *ask, const struct panel_cell *cell,
                            uint32_t column);

/* How to ask for an indicator, "bb:PERIOD:DEVIATIONS", and what it is. */
void catalog_usage(enum indicator indicator, char *text, size_t size);
const char *catalog_help(enum indicator indicator);

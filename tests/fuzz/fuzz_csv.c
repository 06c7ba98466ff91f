/* SPDX-License-Identifier: MIT */
/* Any bytes as a candle file of somebody else's; and as a file's name. What is taken must be
 * candles in order. */
#include "store/csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/csv_name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_name(const char *text, size_t size)
{
    char name[256];
    struct csv_name parsed;
    size_t len = size < sizeof name - 1 ? size : sizeof name - 1;
    memcpy(name, text, len);
    name[len] = '\0';
    csv_name_parse(name, &parsed);
    if (parsed.has_symbol != (parsed.key.symbol[0] != '\0'))
        abort();
}

static void read_rows(const char *text, size_t size, bool timeframe_known)
{
    char error[512];
    struct csv_data rows;
    struct csv_options options = {.timeframe_known = timeframe_known, .bad_max = CSV_BAD_MAX};
    if (csv_read_text("file", text, size, &options, &rows, error, sizeof error) != 0)
        return;
    for (size_t i = 0; i < rows.count; i++) {
        bool ordered = i == 0 || rows.rows[i].time_ns > rows.rows[i - 1].time_ns;
        if (!candle_valid(&rows.rows[i]) || !ordered ||
            rows.rows[i].time_ns % timeframe_ns[rows.timeframe] != 0)
            abort();
    }
    if (rows.count + rows.bad_count + rows.duplicate_count + rows.conflict_count != rows.line_count)
        abort();
    csv_free(&rows);
}

/* Rows that are nearly right, so that order, duplicates and steps are reached: a byte each for
 * minute, price and unit. */
static size_t nearly_right(const uint8_t *data, size_t size, char *out, size_t out_size)
{
    static const char *const units[] = {"", "000", "000000", "000000000", ".0", "x", "1"};
    size_t len = 0;
    for (size_t i = 0; i + 2 < size && len + 80 < out_size; i += 3)
        len += (size_t)snprintf(out + len, out_size - len, "%d%s,%d,%d,%d,%d,1\n",
                                1722470400 + 60 * (data[i] % 32), units[data[i + 2] % 7],
                                data[i + 1], data[i + 1], data[i + 1] % 9, data[i + 1]);
    return len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char rows[16384];
    char *text = malloc(size ? size : 1);
    if (text == NULL)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    read_rows(text, size, size % 2);
    read_rows(rows, nearly_right(data, size, rows, sizeof rows), size % 2);
    read_name(text, size);
    free(text);
    return 0;
}

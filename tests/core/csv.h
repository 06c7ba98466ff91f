/* SPDX-License-Identifier: MIT */
/*
 * Reads a CSV file with a header line, gzipped or plain, a row at a time, by column name. For tests
 * against real candles and published vectors; a file that is not as expected fails the test.
 */
#pragma once

#include <zlib.h>

#include "core/base/timestamp.h"
#include "core/market/candle.h"
#include "test.h"

#define CSV_FIELD_MAX 64

struct csv {
    gzFile file;
    uint32_t field_count;
    char header[4096];
    char line[4096];
    char *names[CSV_FIELD_MAX];
    char *fields[CSV_FIELD_MAX];
};

static inline uint32_t csv_split(char *line, char **fields)
{
    uint32_t count = 0;
    line[strcspn(line, "\r\n")] = '\0';
    for (char *rest = line; rest != NULL;) {
        assert_true(count < CSV_FIELD_MAX);
        fields[count++] = strsep(&rest, ",");
    }
    return count;
}

static inline void csv_open(struct csv *csv, const char *path)
{
    csv->file = gzopen(path, "rb");
    assert_non_null(csv->file);
    assert_non_null(gzgets(csv->file, csv->header, sizeof csv->header));
    csv->field_count = csv_split(csv->header, csv->names);
}

/* Closes the file at its end. */
static inline bool csv_next(struct csv *csv)
{
    if (gzgets(csv->file, csv->line, sizeof csv->line) == NULL) {
        gzclose(csv->file);
        return false;
    }
    assert_int_equal(csv_split(csv->line, csv->fields), csv->field_count);
    return true;
}

/* NAN for an empty field. */
static inline double csv_get(const struct csv *csv, const char *name)
{
    for (uint32_t i = 0; i < csv->field_count; i++)
        if (strcmp(csv->names[i], name) == 0)
            return csv->fields[i][0] ? strtod(csv->fields[i], NULL) : (double)NAN;
    fail_msg("no column %s", name);
    return 0;
}

static inline struct candle csv_candle(const struct csv *csv)
{
    return (struct candle){
        .time_ns = (int64_t)csv_get(csv, "time") * NS_PER_S,
        .open = csv_get(csv, "open"),
        .high = csv_get(csv, "high"),
        .low = csv_get(csv, "low"),
        .close = csv_get(csv, "close"),
        .volume = csv_get(csv, "volume"),
    };
}

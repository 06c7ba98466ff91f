/* SPDX-License-Identifier: MIT */
#include "store/csv_rows.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "store/disk.h"

/* Units are told apart by size: a second count stays below 1e11 until the year 5138, a millisecond
 * count above it since 1973. Nothing beyond 2200 is meant. */
#define SECONDS_END UINT64_C(100000000000)
#define TIME_MAX_NS INT64_C(7258118400000000000)

/* In nanoseconds, or -1 when no date is meant. */
static int64_t csv_time_ns(uint64_t value)
{
    uint64_t unit = NS_PER_S;
    if (value >= SECONDS_END * 1000000)
        unit = 1;
    else if (value >= SECONDS_END * 1000)
        unit = NS_PER_US;
    else if (value >= SECONDS_END)
        unit = NS_PER_MS;
    if (value > (uint64_t)TIME_MAX_NS / unit)
        return -1;
    return (int64_t)(value * unit);
}

const char *csv_take_time(const char *at, int64_t *ret)
{
    uint64_t value = 0;
    const char *start = at;
    for (unsigned digit; (digit = (unsigned)(unsigned char)*at - '0') <= 9; at++)
        value = value * 10 + digit;
    if (at == start || at - start > 19)
        return NULL;
    if (*at == '.') {
        for (at++; *at == '0'; at++)
            continue;
    }
    int64_t time_ns = csv_time_ns(value);
    if (time_ns < 0)
        return NULL;
    *ret = time_ns;
    return at;
}

void csv_rows_init(struct csv_rows *rows, const char *name, const struct csv_options *options,
                   size_t expected, char *error, size_t error_size)
{
    *rows = (struct csv_rows){
        .name = name,
        .options = options,
        .time_last_ns = INT64_MIN,
        .error = error,
        .error_size = error_size,
    };
    rows->data.rows = malloc((expected + 1) * sizeof(struct candle));
    rows->capacity = rows->data.rows ? expected + 1 : 0;
}

void csv_rows_drop(struct csv_rows *rows)
{
    csv_free(&rows->data);
}

int csv_rows_refuse(struct csv_rows *rows, uint64_t line, const char *reason)
{
    rows->data.bad_count++;
    if (rows->options->on_bad)
        rows->options->on_bad(rows->options->context, line, reason);
    if (rows->data.bad_count <= rows->options->bad_max)
        return 0;
    return disk_fail(EINVAL, rows->error, rows->error_size,
                     "%s:%" PRIu64 ": %s; with %" PRIu64 " bad rows the file is refused",
                     rows->name, line, reason, rows->data.bad_count);
}

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static int make_room(struct csv_rows *rows)
{
    size_t capacity = rows->capacity < 1024 ? 1024 : rows->capacity * 2;
    struct candle *grown = realloc(rows->data.rows, capacity * sizeof *grown);
    if (!grown)
        return disk_fail(ENOMEM, rows->error, rows->error_size, "%s: out of memory for its rows",
                         rows->name);
    rows->data.rows = grown;
    rows->capacity = capacity;
    return 0;
}

int csv_rows_add(struct csv_rows *rows, uint64_t line, const struct candle *row)
{
    if (!candle_valid(row))
        return csv_rows_refuse(rows, line,
                               "its prices and volume are no candle (low <= open, close <= high, "
                               "all positive, volume not negative)");
    int64_t step = rows->step_ns;
    int64_t since = rows->time_last_ns == INT64_MIN ? 0 : row->time_ns - rows->time_last_ns;
    if (since != step || since == 0) {
        if (rows->options->timeframe_known &&
            row->time_ns % timeframe_ns[rows->options->timeframe] != 0)
            return csv_rows_refuse(rows, line, "its time is not on the timeframe's grid");
        rows->data.disorder_count += since < 0;
        rows->tied = rows->tied || (since == 0 && rows->time_last_ns != INT64_MIN);
        rows->step_ns = common_divisor(step, since < 0 ? -since : since);
    }
    if (rows->data.count == rows->capacity) {
        int code = make_room(rows);
        if (code < 0)
            return code;
    }
    rows->data.rows[rows->data.count++] = *row;
    rows->time_last_ns = row->time_ns;
    return 0;
}

/* Sorts by merging: stable, so that of rows with one time the last of the file stays last. */
static int sort_rows(struct candle *rows, size_t count)
{
    struct candle *other = malloc(count * sizeof *other);
    if (!other)
        return -ENOMEM;
    struct candle *from = rows;
    struct candle *to = other;
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t left = 0; left < count; left += 2 * width) {
            size_t middle = left + width < count ? left + width : count;
            size_t right = left + 2 * width < count ? left + 2 * width : count;
            size_t a = left, b = middle;
            for (size_t i = left; i < right; i++) {
                bool take_a = a < middle && (b >= right || from[a].time_ns <= from[b].time_ns);
                to[i] = take_a ? from[a++] : from[b++];
            }
        }
        struct candle *swap = from;
        from = to;
        to = swap;
    }
    if (from != rows)
        memcpy(rows, from, count * sizeof *rows);
    free(other);
    return 0;
}

/* Of rows with the same time the last stands. */
static void drop_duplicates(struct csv_data *data)
{
    size_t kept = 0;
    for (size_t i = 0; i < data->count; i++) {
        struct candle *row = &data->rows[i];
        if (kept > 0 && data->rows[kept - 1].time_ns == row->time_ns) {
            if (memcmp(&data->rows[kept - 1], row, sizeof *row) == 0)
                data->duplicate_count++;
            else
                data->conflict_count++;
            data->rows[kept - 1] = *row;
        } else {
            data->rows[kept++] = *row;
        }
    }
    data->count = kept;
}

static int decide_timeframe(struct csv_rows *rows)
{
    if (rows->options->timeframe_known) {
        rows->data.timeframe = rows->options->timeframe;
        return 0;
    }
    for (int i = 0; i < TIMEFRAME_COUNT; i++) {
        if (timeframe_ns[i] != rows->step_ns || rows->data.rows[0].time_ns % timeframe_ns[i] != 0)
            continue;
        rows->data.timeframe = (enum timeframe)i;
        return 0;
    }
    char step[TIMESTAMP_TEXT_MAX] = "unknown";
    if (rows->step_ns > 0)
        duration_format(step, rows->step_ns);
    return disk_fail(EINVAL, rows->error, rows->error_size,
                     "%s: the smallest step its times share is %s, which is none of 1m 5m 15m 1h "
                     "4h 1d; if you know better, say --timeframe",
                     rows->name, step);
}

int csv_rows_finish(struct csv_rows *rows, struct csv_data *ret)
{
    struct csv_data *data = &rows->data;
    int code = 0;
    if (data->count == 0)
        code =
            disk_fail(EINVAL, rows->error, rows->error_size, "%s: it holds no candle", rows->name);
    if (code == 0 && data->disorder_count > 0 && sort_rows(data->rows, data->count) < 0)
        code = disk_fail(ENOMEM, rows->error, rows->error_size,
                         "%s: out of memory to put its rows in order", rows->name);
    if (code == 0) {
        if (rows->tied || data->disorder_count > 0)
            drop_duplicates(data);
        code = decide_timeframe(rows);
    }
    if (code < 0) {
        csv_rows_drop(rows);
        return code;
    }
    *ret = *data;
    return 0;
}

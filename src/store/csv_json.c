/* SPDX-License-Identifier: MIT */
#include "store/csv_rows.h"

#include <errno.h>
#include <string.h>

#include "platform/json/json.h"
#include "store/disk.h"
#include "store/number.h"

/* One [time,open,high,low,close,volume]; further members are passed over. */
static const char *read_candle(struct json *json, struct candle *row)
{
    double *const values[] = {&row->open, &row->high, &row->low, &row->close, &row->volume};
    const char *fault = NULL;
    uint32_t count = 0;
    if (!json_array(json))
        return NULL;
    for (; json_element(json); count++) {
        struct json_text text;
        if (count > 5 || json_peek(json) != JSON_NUMBER) {
            fault = count > 5 ? fault : "a member of it is not a number";
            json_skip(json);
        } else if (json_number(json, &text)) {
            if (count == 0 && csv_take_time(text.at, &row->time_ns) != text.at + text.len)
                fault = "its time is no whole number of s, ms, us or ns since 1970";
            else if (count > 0)
                number_parse(text.at, values[count - 1]);
        }
    }
    return count < 6 ? "it has fewer than six members" : fault;
}

int csv_json_read(struct csv_rows *rows, const char *text, size_t len)
{
    struct json json;
    int code = 0;
    uint64_t number = 0;
    json_init(&json, text, len);
    json_array(&json);
    while (code == 0 && json_element(&json)) {
        struct candle row;
        number++;
        const char *fault = "it is not an array";
        if (json_peek(&json) == JSON_ARRAY)
            fault = read_candle(&json, &row);
        else
            json_skip(&json);
        if (json.error)
            break;
        rows->data.line_count++;
        code = fault ? csv_rows_refuse(rows, number, fault) : csv_rows_add(rows, number, &row);
    }
    if (code < 0 || json_done(&json))
        return code;
    char where[128];
    json_explain(&json, where, sizeof where);
    return disk_fail(EINVAL, rows->error, rows->error_size, "%s: %s; fetch the file again",
                     rows->name, where);
}

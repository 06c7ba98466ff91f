/* SPDX-License-Identifier: MIT */
#include "app/option_text.h"

#include <stdio.h>
#include <string.h>

#include "core/base/decimal.h"
#include "core/base/timestamp.h"
#include "platform/json/json_writer.h"

void option_text(const struct option *option, const void *values, char *out, size_t size)
{
    const char *at = (const char *)values + option->offset;
    char text[JSON_REAL_TEXT_MAX];
    int64_t whole = 0;
    int32_t choice = 0;
    double real = 0;
    if (option->type == OPTION_CHOICE) {
        memcpy(&choice, at, sizeof choice);
    } else if (option->type == OPTION_REAL) {
        memcpy(&real, at, sizeof real);
    } else if (option->size == sizeof whole) {
        memcpy(&whole, at, sizeof whole);
    }
    switch (option->type) {
    case OPTION_BOOL:
        snprintf(out, size, "%s", *(const bool *)at ? "true" : "false");
        return;
    case OPTION_INT:
        snprintf(out, size, "%lld", (long long)whole);
        return;
    case OPTION_REAL:
        json_real_text(text, real);
        snprintf(out, size, "%s", text);
        return;
    case OPTION_DURATION:
        duration_format(text, whole);
        snprintf(out, size, "%s", text);
        return;
    case OPTION_TIME:
        timestamp_format(text, whole, 0);
        snprintf(out, size, "%s", text);
        return;
    case OPTION_MONEY:
        decimal_format(text, whole, MONEY_DECIMALS);
        snprintf(out, size, "%s", text);
        return;
    case OPTION_CHOICE:
        snprintf(out, size, "%s", option->choices[choice]);
        return;
    case OPTION_TEXT:
    case OPTION_SECRET:
        snprintf(out, size, "%.*s", (int)size - 1, at);
        return;
    }
}

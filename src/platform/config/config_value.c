/* SPDX-License-Identifier: MIT */
/* From the text of an option to its value, and what to say when that fails. */
#include "platform/config/config_row.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"
#include "core/base/decimal.h"
#include "core/base/timestamp.h"
#include "platform/json/json.h"
#include "platform/json/utf8.h"

/* A value read but not yet stored: the scalar, and the same in the unit of min and max. */
struct reading {
    bool truth;
    int64_t whole; /* INT, DURATION, TIME, MONEY */
    int32_t choice;
    double measure;
};

const char *config_type_name(const struct option *option)
{
    static const char *const names[] = {"true or false", "whole number", "number",
                                        "duration",      "time",         "amount",
                                        "choice",        "text",         "secret"};
    return names[option->type];
}

static bool ranged(const struct option *option)
{
    return option->min != 0 || option->max != 0;
}

static size_t bound_text(const struct option *option, double bound, char *out, size_t size)
{
    if (option->type == OPTION_DURATION)
        return duration_format(out, (int64_t)llround(bound * (double)NS_PER_S));
    return (size_t)snprintf(out, size, "%.15g", bound);
}

void config_range(const struct option *option, char *out, size_t size)
{
    char low[TIMESTAMP_TEXT_MAX] = "", high[TIMESTAMP_TEXT_MAX] = "";
    out[0] = '\0';
    if (!ranged(option))
        return;
    bound_text(option, option->min, low, sizeof low);
    bound_text(option, option->max, high, sizeof high);
    snprintf(out, size, "%s to %s", low, high);
}

/* JSON's numbers are the numbers we take: no "+1", ".5", "0x10", "nan". */
static bool read_number(const char *text, bool whole, struct reading *ret)
{
    size_t len = strlen(text);
    if (len == 0 || isspace((unsigned char)text[0]) || isspace((unsigned char)text[len - 1]))
        return false;
    struct json json;
    json_init(&json, text, len);
    if (!whole)
        return json_real(&json, &ret->measure) && json_done(&json);
    if (!json_int(&json, &ret->whole) || !json_done(&json))
        return false;
    ret->measure = (double)ret->whole;
    return true;
}

static bool read_duration(const char *text, struct reading *ret)
{
    if (!duration_parse(text, strlen(text), &ret->whole))
        return false;
    ret->measure = (double)ret->whole / (double)NS_PER_S;
    return true;
}

static bool read_time(const char *text, struct reading *ret)
{
    ret->whole = 0;
    return *text == '\0' || timestamp_parse(text, strlen(text), &ret->whole);
}

static bool read_money(const char *text, struct reading *ret)
{
    if (!decimal_parse(text, strlen(text), MONEY_DECIMALS, &ret->whole))
        return false;
    ret->measure = decimal_to_double(ret->whole, MONEY_DECIMALS);
    return true;
}

static bool read_choice(const struct option *option, const char *text, struct reading *ret)
{
    for (int32_t i = 0; option->choices[i]; i++) {
        if (strcmp(option->choices[i], text) == 0) {
            ret->choice = i;
            return true;
        }
    }
    return false;
}

/* A character that has no face and may act: the C0 and C1 controls, the line separators that YAML
 * breaks lines at (U+0085, U+2028, U+2029), the byte order mark that comes with a pasted secret,
 * and the two that are none (U+FFFE, U+FFFF). */
static bool is_faceless(const char *text, size_t step)
{
    static const char *const three[] = {"\xe2\x80\xa8", "\xe2\x80\xa9", "\xef\xbb\xbf",
                                        "\xef\xbf\xbe", "\xef\xbf\xbf"};
    unsigned char first = (unsigned char)text[0];
    if (step == 1)
        return first < 0x20 || first == 0x7f;
    if (step == 2)
        return first == 0xc2 && (unsigned char)text[1] < 0xa0;
    for (size_t i = 0; step == 3 && i < sizeof three / sizeof three[0]; i++)
        if (memcmp(text, three[i], 3) == 0)
            return true;
    return false;
}

/* What goes into one line of a file and onto a screen, and is read back the same. */
static bool is_text(const char *text)
{
    for (size_t len = strlen(text); len > 0;) {
        size_t step = utf8_length(text, len);
        if (step == 0 || is_faceless(text, step))
            return false;
        text += step;
        len -= step;
    }
    return true;
}

static bool read_value(const struct option *option, const char *text, struct reading *ret)
{
    switch (option->type) {
    case OPTION_BOOL:
        ret->truth = strcmp(text, "true") == 0;
        return ret->truth || strcmp(text, "false") == 0;
    case OPTION_INT:
        return read_number(text, true, ret);
    case OPTION_REAL:
        return read_number(text, false, ret);
    case OPTION_DURATION:
        return read_duration(text, ret);
    case OPTION_TIME:
        return read_time(text, ret);
    case OPTION_MONEY:
        return read_money(text, ret);
    case OPTION_CHOICE:
        return read_choice(option, text, ret);
    case OPTION_TEXT:
    case OPTION_SECRET:
        return is_text(text);
    }
    return false;
}

static void store(const struct option *option, const char *text, const struct reading *reading,
                  void *values)
{
    unsigned char *field = (unsigned char *)values + option->offset;
    switch (option->type) {
    case OPTION_BOOL:
        CHECK(option->size == sizeof reading->truth);
        memcpy(field, &reading->truth, sizeof reading->truth);
        break;
    case OPTION_REAL:
        CHECK(option->size == sizeof reading->measure);
        memcpy(field, &reading->measure, sizeof reading->measure);
        break;
    case OPTION_INT:
    case OPTION_DURATION:
    case OPTION_TIME:
    case OPTION_MONEY:
        CHECK(option->size == sizeof reading->whole);
        memcpy(field, &reading->whole, sizeof reading->whole);
        break;
    case OPTION_CHOICE:
        CHECK(option->size == sizeof reading->choice);
        memcpy(field, &reading->choice, sizeof reading->choice);
        break;
    case OPTION_TEXT:
    case OPTION_SECRET:
        memset(field, 0, option->size);
        memcpy(field, text, strlen(text));
        break;
    }
}

static void explain_choice(const struct option *option, const char *text, char *why, size_t size)
{
    size_t len = (size_t)snprintf(why, size, "'%.80s' is none of", text);
    for (size_t i = 0; option->choices[i] && len < size; i++)
        len +=
            (size_t)snprintf(why + len, size - len, "%s %s", i > 0 ? "," : "", option->choices[i]);
}

/* "5%" is what one would write; 0.05 is what we take, as a percent of a percent is a disaster. */
static void explain_real(const char *text, char *why, size_t size)
{
    char digits[64];
    size_t len = strcspn(text, "% ");
    struct reading reading;
    if (len > 0 && len < sizeof digits && text[len + strspn(text + len, " ")] == '%') {
        memcpy(digits, text, len);
        digits[len] = '\0';
        if (read_number(digits, false, &reading)) {
            snprintf(why, size, "'%s' is not a number; write %.15g", text, reading.measure / 100);
            return;
        }
    }
    snprintf(why, size, "'%.80s' is not a number such as 0.05", text);
}

static void explain(const struct option *option, const char *text, char *why, size_t size)
{
    switch (option->type) {
    case OPTION_BOOL:
        snprintf(why, size, "'%.80s' is neither true nor false", text);
        break;
    case OPTION_INT:
        snprintf(why, size, "'%.80s' is not a whole number such as 12", text);
        break;
    case OPTION_REAL:
        explain_real(text, why, size);
        break;
    case OPTION_DURATION:
        snprintf(why, size, "'%.80s' is not a duration such as 180s or 1h30m", text);
        break;
    case OPTION_TIME:
        snprintf(why, size, "'%.80s' is not a time such as 2024-08-01 or 2024-08-01T12:30Z", text);
        break;
    case OPTION_MONEY:
        snprintf(why, size, "'%.80s' is not an amount such as 10000.00, with at most %d decimals",
                 text, MONEY_DECIMALS);
        break;
    case OPTION_CHOICE:
        explain_choice(option, text, why, size);
        break;
    case OPTION_TEXT:
        snprintf(why, size, "a text has control characters or is not UTF-8");
        break;
    case OPTION_SECRET:
        snprintf(why, size, "a secret (not shown) has control characters or is not UTF-8");
        break;
    }
}

bool config_value(const struct option *option, const char *text, void *values, char *why,
                  size_t why_size)
{
    struct reading reading = {0};
    if (!read_value(option, text, &reading)) {
        explain(option, text, why, why_size);
        return false;
    }
    bool is_word = option->type == OPTION_TEXT || option->type == OPTION_SECRET;
    if (is_word && strlen(text) >= option->size) {
        snprintf(why, why_size, "a %s of %zu bytes is longer than %zu", config_type_name(option),
                 strlen(text), option->size - 1);
        return false;
    }
    bool is_measured = option->type == OPTION_INT || option->type == OPTION_REAL ||
                       option->type == OPTION_DURATION || option->type == OPTION_MONEY;
    if (is_measured && ranged(option) &&
        !(reading.measure >= option->min && reading.measure <= option->max)) {
        char range[100];
        config_range(option, range, sizeof range);
        snprintf(why, why_size, "%.80s is out of range: %s%s%s", text, range,
                 *option->unit ? " " : "", option->unit);
        return false;
    }
    if (values)
        store(option, text, &reading, values);
    return true;
}

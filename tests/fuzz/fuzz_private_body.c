/* SPDX-License-Identifier: MIT */
/* The body of a private call, as a form and as JSON: whatever comes, every question of the reader
 * is answered from inside its own memory. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/base/check.h"
#include "venue/local/private/fields.h"

static struct fields fields;

static void ask(const struct fields_view *view)
{
    static const char *const names[] = {"nonce", "pair", "close[price]", "orders", "volume", ""};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        bool truth;
        int64_t number;
        fields_bool(view, names[i], &truth);
        fields_int(view, names[i], &number);
        fields_decimal(view, names[i], 8, &number);
        fields_time(view, names[i], &number);
        CHECK(strlen(fields_text(view, names[i])) < FIELDS_TEXT_MAX);
        CHECK(fields_count(view, names[i]) <= FIELDS_MAX);
    }
}

static void ask_all(void)
{
    struct fields_view whole = fields_whole(&fields);
    struct fields_view row = fields_member(&whole, "orders", 1);
    ask(&whole);
    ask(&row);
    CHECK(fields.count <= FIELDS_MAX && fields.text_len <= FIELDS_TEXT_MAX);
    for (uint32_t i = 0; i < fields.count; i++)
        fields_find(&whole, fields.list[i].name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fields_read_form(&fields, (const char *)data, size);
    ask_all();
    fields_read_json(&fields, (const char *)data, size);
    ask_all();
    return 0;
}

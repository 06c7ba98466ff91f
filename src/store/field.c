/* SPDX-License-Identifier: MIT */
#include "store/field.h"

#include <string.h>

#include "core/base/check.h"

/* Signed or not, the same bits come back. */
static int64_t load(const struct field *field, const void *object)
{
    const uint8_t *at = (const uint8_t *)object + field->offset;
    int64_t wide = 0;
    int32_t narrow = 0;
    switch (field->size) {
    case 1:
        return *at;
    case 4:
        memcpy(&narrow, at, sizeof narrow);
        return narrow;
    default:
        CHECK(field->size == 8);
        memcpy(&wide, at, sizeof wide);
        return wide;
    }
}

static void keep(const struct field *field, void *object, int64_t value)
{
    uint8_t *at = (uint8_t *)object + field->offset;
    const uint8_t byte = (uint8_t)value;
    const int32_t narrow = (int32_t)value;
    memcpy(at,
           field->size == 1   ? (const void *)&byte
           : field->size == 4 ? (const void *)&narrow
                              : &value,
           field->size);
}

void field_put(struct varint_out *out, const struct field *fields, size_t count, const void *object)
{
    for (size_t i = 0; i < count; i++) {
        varint_put(out, fields[i].number);
        varint_put_signed(out, load(&fields[i], object));
    }
}

bool field_get(struct varint_in in, const struct field *fields, size_t count, void *object)
{
    while (in.at < in.end) {
        const uint64_t number = varint_get(&in);
        const int64_t value = varint_get_signed(&in);
        for (size_t i = 0; i < count; i++) {
            if (fields[i].number == number) {
                if (fields[i].max != 0 && (value < 0 || value > fields[i].max)) {
                    return false;
                }
                keep(&fields[i], object, value);
            }
        }
    }
    return !in.bad;
}

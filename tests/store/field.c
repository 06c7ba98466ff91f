/* SPDX-License-Identifier: MIT */
#include "store/field.h"

#include "test.h"

struct thing {
    bool flag;
    int32_t narrow;
    uint32_t count;
    int64_t wide;
    uint64_t id;
};

static const struct field fields[] = {
    FIELD(1, thing, flag, 1),   FIELD(2, thing, narrow, 0), FIELD(7, thing, count, 9),
    FIELD(300, thing, wide, 0), FIELD(301, thing, id, 0),
};

#define COUNT (sizeof fields / sizeof fields[0])

static uint8_t bytes[256];

static struct varint_in written(const struct thing *thing)
{
    struct varint_out out = {.bytes = bytes, .size = sizeof bytes};
    field_put(&out, fields, COUNT, thing);
    EXPECT(!out.full);
    return (struct varint_in){.at = bytes, .end = bytes + out.len};
}

TEST(every_size_and_both_signs_come_back)
{
    const struct thing things[] = {
        {true, -1, 9, INT64_MIN, UINT64_MAX},
        {false, INT32_MIN, 0, INT64_MAX, 0},
        {true, INT32_MAX, 1, -1, 1},
    };
    for (size_t i = 0; i < sizeof things / sizeof things[0]; i++) {
        struct thing back = {0};
        EXPECT(field_get(written(&things[i]), fields, COUNT, &back));
        EXPECT(back.flag == things[i].flag && back.narrow == things[i].narrow &&
               back.count == things[i].count && back.wide == things[i].wide &&
               back.id == things[i].id);
    }
}

TEST(who_has_other_fields_reads_those_he_knows_and_leaves_the_rest)
{
    struct thing back = {.narrow = 77, .wide = 5};
    const struct varint_in in = written(&(struct thing){true, -3, 4, -6, 8});
    EXPECT(field_get(in, fields + 2, 2, &back));
    EXPECT(back.count == 4 && back.wide == -6);
    EXPECT(back.narrow == 77 && back.id == 0 && !back.flag);
}

TEST(a_value_beyond_its_bound_and_half_a_number_are_refused)
{
    struct thing back = {0};
    EXPECT(!field_get(written(&(struct thing){.count = 10}), fields, COUNT, &back));
    struct varint_out out = {.bytes = bytes, .size = sizeof bytes};
    varint_put(&out, 7);
    varint_put_signed(&out, -1);
    EXPECT(
        !field_get((struct varint_in){.at = bytes, .end = bytes + out.len}, fields, COUNT, &back));
    struct varint_in whole = written(&(struct thing){.id = 1u << 30});
    whole.end -= 1;
    EXPECT(!field_get(whole, fields, COUNT, &back));
}

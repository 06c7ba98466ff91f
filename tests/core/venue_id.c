/* SPDX-License-Identifier: MIT */
#include "core/portfolio/venue_id.h"

#include <string.h>

#include "core/base/prng.h"
#include "test.h"

static bool goes_round(const char *text)
{
    struct venue_id id;
    char back[VENUE_ID_TEXT_MAX];
    return venue_id_parse(text, strlen(text), &id) && venue_id_known(id) &&
           venue_id_format(back, id) == strlen(text) && strcmp(back, text) == 0;
}

TEST(an_id_comes_back_as_it_was_written)
{
    EXPECT(goes_round("OUF4EM-FRGI2-MQMWZD"));
    EXPECT(goes_round("TTW6PD-RC36L-ZZSWNU"));
    EXPECT(goes_round("-"));
    EXPECT(goes_round("ZZZZZZZZZZZZZZZZZZZZZZZZ"));
}

TEST(what_is_no_id_is_refused_and_changes_nothing)
{
    struct venue_id id = {1, 2};
    EXPECT(!venue_id_parse("", 0, &id));
    EXPECT(!venue_id_parse("ouf4em", 6, &id));
    EXPECT(!venue_id_parse("O F", 3, &id));
    EXPECT(!venue_id_parse("ZZZZZZZZZZZZZZZZZZZZZZZZZ", 25, &id));
    EXPECT(id.hi == 1 && id.lo == 2);
}

TEST(no_two_ids_pack_alike)
{
    /* Leading characters count: "-A" is not "A", as it would be if a digit were worth nothing. */
    static const char *const texts[] = {"A", "-A", "--A", "0A", "A-", "A0", "AA"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        for (size_t k = 0; k < i; k++) {
            struct venue_id a, b;
            EXPECT(venue_id_parse(texts[i], strlen(texts[i]), &a));
            EXPECT(venue_id_parse(texts[k], strlen(texts[k]), &b));
            EXPECT(!venue_id_same(a, b));
        }
    }
}

TEST(a_client_id_holds_its_tag_and_number)
{
    struct prng prng;
    prng_init(&prng, 7);
    for (int i = 0; i < 10000; i++) {
        const uint32_t tag = (uint32_t)prng_below(&prng, (uint64_t)CLIENT_TAG_MAX + 1);
        const uint64_t number = prng_next(&prng) >> 8; /* 36^11 is a little above 2^56 */
        char text[CLIENT_ID_LEN + 1];
        client_id_format(text, tag, number);
        EXPECT(strlen(text) == CLIENT_ID_LEN);
        uint32_t tag_back = 0;
        uint64_t number_back = 0;
        EXPECT(client_id_parse(text, CLIENT_ID_LEN, &tag_back, &number_back));
        EXPECT(tag_back == tag && number_back == number);
    }
}

TEST(another_bots_id_is_none_of_ours)
{
    uint32_t tag;
    uint64_t number;
    EXPECT(!client_id_parse("freqtrade-12345678", 18, &tag, &number));
    EXPECT(!client_id_parse("c00000000000000001", 17, &tag, &number));
    EXPECT(!client_id_parse("C00000000000000001", 18, &tag, &number));
    EXPECT(!client_id_parse("c0000000000000000A", 18, &tag, &number));
    EXPECT(client_id_parse("c00000a0000000000z", 18, &tag, &number));
    EXPECT(tag == 10 && number == 35);
}

/* SPDX-License-Identifier: MIT */
#include "venue/kraken/tickers.h"

#include <string.h>

#include "venue/kraken/words.h"

/* A number as Kraken sends it, in quotes. These inform a choice, none of them becomes money. */
static double take_real(struct json *json)
{
    struct json_text text;
    struct json number;
    double value = 0;
    if (!json_amount(json, &text)) {
        return 0;
    }
    json_init(&number, text.at, text.len);
    return json_real(&number, &value) && value > 0 ? value : 0;
}

/* Of an array of numbers the one at `index`; the others are anything. */
static double take_at(struct json *json, uint32_t index)
{
    double value = 0;
    uint32_t i = 0;
    json_array(json);
    while (json_element(json)) {
        if (i++ == index) {
            value = take_real(json);
        } else {
            json_skip(json);
        }
    }
    return value;
}

/* {"a":[ask, ...], "b":[bid, ...], "v":[today, 24 h], "p":[today, 24 h], ...} */
static struct kraken_day read_day(struct json *json)
{
    struct kraken_day day = {0};
    struct json_text key;
    double lots = 0, price = 0;
    json_object(json);
    while (json_key(json, &key)) {
        if (WORD_IS(key, "a")) {
            day.ask = take_at(json, 0);
        } else if (WORD_IS(key, "b")) {
            day.bid = take_at(json, 0);
        } else if (WORD_IS(key, "v")) {
            lots = take_at(json, 1);
        } else if (WORD_IS(key, "p")) {
            price = take_at(json, 1);
        } else {
            json_skip(json);
        }
    }
    const double volume = lots * price;
    day.volume = volume < 1e300 ? volume : 0; /* what overflows was no volume */
    return day;
}

bool kraken_tickers_read(struct json *json, const struct kraken_names *names,
                         struct kraken_day days[PAIR_META_MAX])
{
    struct json_text key;
    memset(days, 0, PAIR_META_MAX * sizeof days[0]);
    json_object(json);
    while (json_key(json, &key)) {
        char name[KRAKEN_KEY_MAX];
        const struct kraken_name *known =
            kraken_copy_text(key, name, sizeof name) ? kraken_names_find(names, name) : NULL;
        const struct kraken_day day = read_day(json);
        if (known != NULL) {
            days[known - names->list] = day;
        }
    }
    return json->error == NULL;
}

/* SPDX-License-Identifier: MIT */
/*
 * What a strategy's training saw, for the watch on its model (core/model/watch.h):
 *
 *     "watch": {"base": 0.41, "features": [[nine cuts, eleven shares, alarm], ...]}
 */
#include <string.h>

#include "store/model_file_parts.h"

#define NUMBERS (WATCH_CUTS + WATCH_BINS + 1)

_Static_assert(NUMBERS <= MODEL_FILE_WATCH_NUMBERS, "the file has room for them");

void model_file_put_watch(struct json_writer *writer, const struct watch_reference *watch)
{
    if (watch == NULL) {
        return;
    }
    json_begin_object(writer, "watch");
    json_put_real(writer, "base", watch->base);
    json_begin_array(writer, "features");
    for (uint32_t i = 0; i < watch->count; i++) {
        const struct watch_feature *feature = &watch->features[i];
        json_begin_array(writer, NULL);
        for (uint32_t k = 0; k < WATCH_CUTS; k++) {
            json_put_real(writer, NULL, feature->cuts[k]);
        }
        for (uint32_t k = 0; k < WATCH_BINS; k++) {
            json_put_real(writer, NULL, feature->shares[k]);
        }
        json_put_real(writer, NULL, feature->alarm);
        json_end_array(writer);
    }
    json_end_array(writer);
    json_end_object(writer);
}

static void take_feature(struct json *json, struct watch_feature *ret)
{
    double numbers[NUMBERS] = {0};
    uint32_t count = 0;
    json_array(json);
    while (json_element(json)) {
        double value = 0;
        json_real(json, &value);
        if (count == NUMBERS) {
            json_refuse(json, "more numbers than there may be");
            return;
        }
        numbers[count++] = value;
    }
    if (count != NUMBERS) {
        json_refuse(json, "what training saw of a feature is not whole");
        return;
    }
    memcpy(ret->cuts, numbers, sizeof ret->cuts);
    memcpy(ret->shares, &numbers[WATCH_CUTS], sizeof ret->shares);
    ret->alarm = numbers[NUMBERS - 1];
}

void model_file_take_watch(struct json *json, struct watch_reference *ret)
{
    struct json_text key;
    *ret = (struct watch_reference){0};
    json_object(json);
    while (json_key(json, &key)) {
        if (json_is(key, "base")) {
            json_real(json, &ret->base);
        } else if (json_is(key, "features")) {
            json_array(json);
            while (json_element(json)) {
                if (ret->count == WATCH_FEATURE_MAX) {
                    json_refuse(json, "more features than are watched");
                    return;
                }
                take_feature(json, &ret->features[ret->count++]);
            }
        } else {
            json_skip(json);
        }
    }
}

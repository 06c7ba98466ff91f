/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "store/model_file_parts.h"

static void put_part(struct json_writer *writer, const struct model_plan *plan, enum plan_part part)
{
    json_begin_object(writer, NULL);
    json_put_string(writer, "part", plan_part_names[part]);
    json_put_bool(writer, "moves", plan->moves[part]);
    json_put_real(writer, "alpha", plan->alphas[part]);
    if (plan->forests[part].tree_count > 0) {
        model_file_put_forest(writer, &plan->forests[part]);
    }
    json_end_object(writer);
}

static void put_pair(struct json_writer *writer, const struct plan_pair *pair)
{
    json_begin_object(writer, NULL);
    json_put_string(writer, "pair", pair->symbol);
    model_file_put_reals(writer, "offsets", pair->offsets, PLAN_PART_COUNT);
    model_file_put_reals(writer, "weights", pair->weights, PLAN_PART_COUNT);
    json_end_object(writer);
}

void model_file_put_plan(struct json_writer *writer, const struct model_plan *plan)
{
    if (!plan_is_there(plan) && !(plan->edge > 0)) {
        return;
    }
    json_begin_object(writer, "plan");
    json_put_bool(writer, "live", plan->live);
    json_put_bool(writer, "sizes", plan->sizes);
    json_put_real(writer, "edge", plan->edge);
    json_begin_array(writer, "parts");
    for (uint32_t i = 0; i < PLAN_PART_COUNT; i++) {
        put_part(writer, plan, (enum plan_part)i);
    }
    json_end_array(writer);
    json_begin_array(writer, "pairs");
    for (uint32_t i = 0; i < plan->pair_count; i++) {
        put_pair(writer, &plan->pairs[i]);
    }
    json_end_array(writer);
    json_end_object(writer);
}

void model_file_take_of(struct take *take, uint32_t *ret)
{
    struct json_text name = {0};
    json_string(&take->json, &name);
    for (uint32_t i = 0; i < PLAN_PART_COUNT; i++) {
        if (json_is(name, plan_part_names[i])) {
            *ret = i;
            return;
        }
    }
    json_refuse(&take->json, "a part of a plan that this version does not know");
}

static void take_part(struct take *take, struct model_plan *ret)
{
    struct json *json = &take->json;
    struct json_text key;
    struct forest forest = {0};
    uint32_t part = PLAN_PART_COUNT;
    bool moves = false;
    double alpha = 0;
    json_object(json);
    while (json_key(json, &key)) {
        if (json_is(key, "part")) {
            model_file_take_of(take, &part);
        } else if (json_is(key, "moves")) {
            json_bool(json, &moves);
        } else if (json_is(key, "alpha")) {
            json_real(json, &alpha);
        } else if (json_is(key, "forest")) {
            model_file_take_forest(take, &forest);
        } else {
            json_skip(json);
        }
    }
    if (part == PLAN_PART_COUNT || ret->forests[part].tree_count > 0) {
        json_refuse(json, "a part of a plan that is none, or there twice");
        return;
    }
    ret->forests[part] = forest;
    ret->moves[part] = moves;
    ret->alphas[part] = alpha;
}

static void take_pair(struct take *take, struct plan_pair *ret)
{
    struct json *json = &take->json;
    struct json_text key;
    uint32_t offsets = 0, weights = 0;
    json_object(json);
    while (json_key(json, &key)) {
        if (json_is(key, "pair")) {
            json_string_copy(json, ret->symbol, sizeof ret->symbol);
        } else if (json_is(key, "offsets")) {
            offsets = model_file_take_few(take, ret->offsets, PLAN_PART_COUNT);
        } else if (json_is(key, "weights")) {
            weights = model_file_take_few(take, ret->weights, PLAN_PART_COUNT);
        } else {
            json_skip(json);
        }
    }
    if (offsets != PLAN_PART_COUNT || weights != PLAN_PART_COUNT) {
        json_refuse(json, "a pair's offsets are not one for each part");
    }
}

static void take_pairs(struct take *take, struct model_plan *ret)
{
    struct plan_pair pairs[PAIR_MAX];
    uint32_t count = 0;
    json_array(&take->json);
    while (json_element(&take->json)) {
        if (count == PAIR_MAX) {
            json_refuse(&take->json, "more pairs than there may be");
            return;
        }
        pairs[count] = (struct plan_pair){0};
        take_pair(take, &pairs[count++]);
    }
    struct plan_pair *kept =
        count > 0 && take->json.error == NULL ? model_file_keep(take, count, sizeof *kept) : NULL;
    if (kept != NULL) {
        memcpy(kept, pairs, count * sizeof *kept);
        ret->pairs = kept;
        ret->pair_count = count;
    }
}

void model_file_take_plan(struct take *take, struct model_plan *ret)
{
    struct json *json = &take->json;
    struct json_text key;
    json_object(json);
    while (json_key(json, &key)) {
        if (json_is(key, "live")) {
            json_bool(json, &ret->live);
        } else if (json_is(key, "sizes")) {
            json_bool(json, &ret->sizes);
        } else if (json_is(key, "edge")) {
            json_real(json, &ret->edge);
        } else if (json_is(key, "parts")) {
            json_array(json);
            while (json_element(json)) {
                take_part(take, ret);
            }
        } else if (json_is(key, "pairs") && ret->pair_count == 0) {
            take_pairs(take, ret);
        } else {
            json_skip(json);
        }
    }
}

const struct forest *model_file_checked(const struct model *model, const struct model_check *check)
{
    const struct trained *trained = &model->trained[check->trained];
    return check->part < PLAN_PART_COUNT ? &trained->plan.forests[check->part] : &trained->forest;
}

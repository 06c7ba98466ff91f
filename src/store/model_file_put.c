/* SPDX-License-Identifier: MIT */
#include "store/model_file_parts.h"

void model_file_put_reals(struct json_writer *writer, const char *key, const double *values,
                          uint32_t count)
{
    json_begin_array(writer, key);
    for (uint32_t i = 0; i < count; i++) {
        json_put_real(writer, NULL, values[i]);
    }
    json_end_array(writer);
}

void model_file_put_forest(struct json_writer *writer, const struct forest *forest)
{
    json_begin_object(writer, "forest");
    json_put_real(writer, "base", (double)forest->base);
    json_put_uint(writer, "depth", forest->depth);
    json_begin_array(writer, "roots");
    for (uint32_t i = 0; i < forest->tree_count; i++) {
        json_put_uint(writer, NULL, forest->roots[i]);
    }
    json_end_array(writer);
    json_begin_array(writer, "means");
    for (uint32_t i = 0; i < forest->node_count; i++) {
        json_put_real(writer, NULL, (double)forest->means[i]);
    }
    json_end_array(writer);
    json_begin_array(writer, "nodes");
    for (uint32_t i = 0; i < forest->node_count; i++) {
        json_put_real(writer, NULL, (double)forest->nodes[i].value);
        json_put_uint(writer, NULL, forest->nodes[i].test);
        json_put_uint(writer, NULL, forest->nodes[i].ahead);
    }
    json_end_array(writer);
    json_end_object(writer);
}

static void put_calibration(struct json_writer *writer, const char *key,
                            const struct calibration *calibration)
{
    json_begin_object(writer, key);
    json_put_uint(writer, "kind", calibration->kind);
    json_put_real(writer, "least", calibration->least);
    if (calibration->kind == CALIBRATION_PLATT) {
        json_put_real(writer, "a", calibration->a);
        json_put_real(writer, "b", calibration->b);
    } else if (calibration->kind == CALIBRATION_ISOTONIC) {
        model_file_put_reals(writer, "margins", calibration->margins, calibration->knot_count);
        model_file_put_reals(writer, "probabilities", calibration->probabilities,
                             calibration->knot_count);
    }
    json_end_object(writer);
}

void model_file_put_trained(struct json_writer *writer, const struct model *model, uint32_t index)
{
    const struct trained *trained = &model->trained[index];
    json_begin_object(writer, NULL);
    json_put_string(writer, "strategy", trained->strategy);
    json_put_bool(writer, "live", trained->live);
    json_put_real(writer, "own", trained->own);
    if (trained->pool > 0) {
        json_put_string(writer, "leans", model->trained[trained->pool - 1].strategy);
    }
    json_put_real(writer, "base", trained->base); /* NaN is null */
    json_begin_object(writer, "shares");
    for (uint32_t i = 0; i < MODEL_PART_COUNT; i++) {
        json_put_real(writer, model_part_names[i], trained->shares[i]);
    }
    json_end_object(writer);
    if (trained->forest.tree_count > 0) {
        model_file_put_forest(writer, &trained->forest);
        put_calibration(writer, "forest_says", &trained->forest_says);
    }
    if (trained->logistic.count > 0) {
        const struct linear *logistic = &trained->logistic;
        json_begin_object(writer, "logistic");
        json_put_real(writer, "intercept", logistic->intercept);
        model_file_put_reals(writer, "means", logistic->means, logistic->count);
        model_file_put_reals(writer, "scales", logistic->scales, logistic->count);
        model_file_put_reals(writer, "weights", logistic->weights, logistic->count);
        json_end_object(writer);
        put_calibration(writer, "logistic_says", &trained->logistic_says);
    }
    model_file_put_plan(writer, &trained->plan);
    model_file_put_watch(writer, trained->watch);
    json_end_object(writer);
}

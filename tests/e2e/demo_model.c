/* SPDX-License-Identifier: MIT */
#include "demo_model.h"

#include <stdio.h>

#include "platform/json/json_writer.h"

#define BINS 10

struct proof {
    const char *strategy, *verdict, *reason;
    double accuracy, auc, without, with, less; /* log loss than always taking */
    int support, taken;
};

static const struct proof proofs[] = {
    {"sma_cross", "live",
     "it loses 0.0214 less than the heuristic, the hardest of its rivals, p 0.00012 of 0.0025 "
     "allowed",
     0.612, 0.641, -0.0011, 0.0034, 0.0214, 1840, 412},
    {"mean_reversion", "shadow",
     "no better than noise: it loses 0.0006 less than always taking, p 0.31 of 0.0025 allowed",
     0.574, 0.523, -0.0019, -0.0008, 0.0006, 5221, 1310},
    {"channel", "shadow", "too few examples: 44, and their outcomes overlap", 0.5, 0.5, -0.0021,
     -0.004, 0, 44, 3},
};

static void put_figures(struct json_writer *json, const struct proof *proof, int parts)
{
    json_put_int(json, "support", proof->support / parts);
    json_put_real(json, "effective", proof->support / 2.5 / parts);
    json_put_real(json, "base_rate", 0.41);
    json_put_real(json, "confidence", 0.42);
    json_put_real(json, "log_loss", 0.668 - proof->less);
    json_put_real(json, "brier", 0.241 - proof->less / 3);
    json_put_real(json, "auc", proof->auc);
    json_put_real(json, "accuracy", proof->accuracy);
    json_put_real(json, "precision", proof->accuracy - 0.02);
    json_put_real(json, "recall", 0.33);
}

static void put_reward(struct json_writer *json, const struct proof *proof, int parts)
{
    json_begin_object(json, "reward");
    json_put_int(json, "signals", proof->support / parts);
    json_put_int(json, "taken", proof->taken / parts);
    json_put_real(json, "without_model", proof->without);
    json_put_real(json, "with_model", proof->with);
    json_end_object(json);
}

static void put_bins(struct json_writer *json, const struct proof *proof)
{
    json_begin_array(json, "calibration");
    for (int i = 0; i < BINS; i++) {
        const double said = 0.22 + 0.04 * i * (proof->auc - 0.4) / 0.24;
        const double won = said + (i % 3 - 1) * 0.02;
        json_begin_object(json, NULL);
        json_put_int(json, "count", proof->support / BINS);
        json_put_real(json, "predicted", said);
        json_put_real(json, "observed", won);
        json_put_real(json, "low", won - 40.0 / (proof->support + 400));
        json_put_real(json, "high", won + 40.0 / (proof->support + 400));
        json_end_object(json);
    }
    json_end_array(json);
}

static void put_rivals(struct json_writer *json, const struct proof *proof)
{
    static const char *const names[] = {"always take", "the heuristic", "the logistic model"};
    const bool shown = proof->support > 100;
    json_begin_array(json, "rivals");
    for (int i = 0; i < 3; i++) {
        json_begin_object(json, NULL);
        json_put_string(json, "rival", names[i]);
        json_put_int(json, "count", proof->support);
        json_put_bool(json, "shown", shown);
        if (shown) {
            json_put_real(json, "log_loss_less", proof->less + 0.004 * i);
            json_put_real(json, "low", proof->less + 0.004 * i - 0.009);
            json_put_real(json, "high", proof->less + 0.004 * i + 0.009);
        }
        json_end_object(json);
    }
    json_end_array(json);
}

static void put_pairs(struct json_writer *json, const struct proof *proof)
{
    static const char *const pairs[] = {"BTC/USD", "ETH/USD", "PEPE/USD"};
    json_begin_array(json, "pairs");
    for (int i = 0; i < 3; i++) {
        json_begin_object(json, NULL);
        json_put_string(json, "pair", pairs[i]);
        put_figures(json, proof, 3);
        put_reward(json, proof, 3);
        json_end_object(json);
    }
    json_end_array(json);
}

static void put_importance(struct json_writer *json)
{
    static const struct {
        const char *feature;
        double part;
    } rows[] = {{"move_24", 0.19}, {"volatility", 0.14}, {"rsi", 0.11},           {"adx", 0.09},
                {"volume", 0.07},  {"weekend", 0.05},    {"stop_distance", 0.04}, {"chop", 0.03},
                {"breadth", 0.02}, {"noon", 0}};
    json_begin_object(json, "model");
    json_put_string(json, "importance_of", "forest");
    json_begin_object(json, "importance");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        json_put_real(json, rows[i].feature, rows[i].part);
    }
    json_end_object(json);
    json_end_object(json);
}

static void put_proof(struct json_writer *json, const struct proof *proof)
{
    json_begin_object(json, "proof");
    json_put_string(json, "strategy", proof->strategy);
    json_put_string(json, "verdict", proof->verdict);
    json_put_string(json, "reason", proof->reason);
    put_reward(json, proof, 1);
    json_begin_object(json, "predictors");
    json_begin_object(json, "ensemble");
    put_figures(json, proof, 1);
    put_bins(json, proof);
    json_end_object(json);
    json_end_object(json);
    put_rivals(json, proof);
    put_pairs(json, proof);
    put_importance(json);
    json_end_object(json);
}

bool demo_model_write(void *context, struct json_writer *json, char *error, size_t error_size)
{
    const bool there = *(const bool *)context;
    (void)error, (void)error_size;
    json_begin_object(json, NULL);
    if (there) {
        json_put_string(json, "model",
                        "4f1c02d97ab83e5560913d2c8a7b6e5f00112233445566778899aabbccddeeff");
    } else {
        json_put_null(json, "model");
    }
    json_put_bool(json, "asked", true);
    json_put_string(json, "made", "2024-08-04T03:10:00Z");
    json_put_string(json, "from", "2022-01-01T00:00:00Z");
    json_put_string(json, "until", "2024-08-04T00:00:00Z");
    json_begin_array(json, "strategies");
    for (size_t i = 0; there && i < sizeof proofs / sizeof proofs[0]; i++) {
        json_begin_object(json, NULL);
        json_put_string(json, "strategy", proofs[i].strategy);
        json_put_string(json, "state", proofs[i].verdict);
        put_proof(json, &proofs[i]);
        json_end_object(json);
    }
    json_end_array(json);
    json_end_object(json);
    return true;
}

/* SPDX-License-Identifier: MIT */
#include "core/model/watch.h"

#include <math.h>

#include "core/base/check.h"
#include "core/model/sigmoid.h"

#define HALF 0.5           /* a decision, added to each bin */
#define CERTAIN_LEAST 1e-6 /* no gambler is paid for more certainty than that */

/* In log-odds; the last believes in no shift. */
static const double shifts[WATCH_BELIEF_COUNT] = {-0.5, -1, 0.5, 1, 0};

void watch_init(struct watch *watch)
{
    *watch = (struct watch){.evidence = 1, .evidence_highest = 1};
}

static bool is_share(double share)
{
    return share >= 0 && share <= 1;
}

bool watch_is_sound(const struct watch_reference *reference)
{
    bool sound = reference->count <= WATCH_FEATURE_MAX && is_share(reference->base);
    for (uint32_t i = 0; sound && i < reference->count; i++) {
        const struct watch_feature *feature = &reference->features[i];
        sound = feature->alarm > 0 && isfinite(feature->alarm);
        for (uint32_t k = 0; k < WATCH_CUTS; k++) {
            sound = sound && isfinite(feature->cuts[k]) &&
                    (k == 0 || feature->cuts[k] >= feature->cuts[k - 1]);
        }
        for (uint32_t bin = 0; bin < WATCH_BINS; bin++) {
            sound = sound && is_share(feature->shares[bin]);
        }
    }
    return sound;
}

uint32_t watch_bin(const struct watch_feature *feature, double figure)
{
    if (!isfinite(figure)) {
        return WATCH_BINS - 1;
    }
    uint32_t bin = 0;
    while (bin < WATCH_CUTS && figure >= feature->cuts[bin]) {
        bin++;
    }
    return bin;
}

double watch_psi(const struct watch_feature *feature, const uint16_t counts[WATCH_BINS],
                 uint32_t total)
{
    double psi = 0;
    const double n = total, whole = n + HALF * WATCH_BINS;
    for (uint32_t bin = 0; bin < WATCH_BINS; bin++) {
        const double live = (counts[bin] + HALF) / whole;
        const double expected = (feature->shares[bin] * n + HALF) / whole;
        psi += (live - expected) * log(live / expected);
    }
    return psi;
}

static void close_window(struct watch *watch, const struct watch_reference *reference)
{
    watch->drifted = 0;
    for (uint32_t i = 0; i < reference->count; i++) {
        watch->psi[i] = watch_psi(&reference->features[i], watch->counts[i], watch->seen);
        watch->drifted |= (uint64_t)(watch->psi[i] >= reference->features[i].alarm) << i;
        for (uint32_t bin = 0; bin < WATCH_BINS; bin++) {
            watch->counts[i][bin] = 0;
        }
    }
    watch->windows++;
    watch->seen = 0;
}

bool watch_decision(struct watch *watch, const struct watch_reference *reference,
                    const double *figures)
{
    CHECK(reference->count <= WATCH_FEATURE_MAX);
    for (uint32_t i = 0; i < reference->count; i++) {
        watch->counts[i][watch_bin(&reference->features[i], figures[i])]++;
    }
    watch->seen++;
    if (watch->seen < WATCH_WINDOW) {
        return false;
    }
    close_window(watch, reference);
    return true;
}

static double believed(enum watch_belief belief, double base, double probability)
{
    return belief == WATCH_KNOWS_NOTHING ? base : sigmoid(log_odds(probability) + shifts[belief]);
}

/* The part of each one's money that has not entered by trade t. */
static double outside(uint64_t t)
{
    return t == 0 ? 1 : 0.5 / sqrt(1 + (double)t / 100);
}

bool watch_trade(struct watch *watch, const struct watch_reference *reference, double probability,
                 bool won, double weight)
{
    if (isnan(probability) || !(weight > 0) || watch->failed) {
        return false;
    }
    const double p = fmin(fmax(probability, CERTAIN_LEAST), 1 - CERTAIN_LEAST);
    const double base = fmin(fmax(reference->base, CERTAIN_LEAST), 1 - CERTAIN_LEAST);
    watch->trades++;
    const double left = outside(watch->trades), enters = outside(watch->trades - 1) - left;
    double sum = 0;
    for (uint32_t i = 0; i < WATCH_BELIEF_COUNT; i++) {
        const double given = log_loss(p, won) - log_loss(believed(i, base, p), won);
        watch->wealth[i] = (watch->wealth[i] + enters) * exp(fmin(weight, 1) * given);
        sum += watch->wealth[i];
        watch->richest = watch->wealth[i] > watch->wealth[watch->richest] ? i : watch->richest;
    }
    watch->evidence = sum / WATCH_BELIEF_COUNT + left;
    watch->evidence_highest = fmax(watch->evidence_highest, watch->evidence);
    watch->failed = watch->evidence >= WATCH_ALARM;
    return watch->failed;
}

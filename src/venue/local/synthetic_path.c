/* SPDX-License-Identifier: MIT */
#include "venue/local/synthetic_path.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"
#include "core/base/prng.h"

#define FACTOR_SIGMA 0.020
#define PULL 0.006 /* a day; half-life ln 2 / 0.006 = 115 days */
#define JUMP_CHANCE 0.006

/* Price, beta, own volatility, daily dollars in millions, trades a day. */
static const struct {
    const char *name;
    double anchor, beta, sigma, millions;
    uint32_t trades;
} table[] = {
    {"BTC", 68000, 0.95, 0.007, 220, 15000}, {"ETH", 2900, 1.15, 0.012, 130, 12000},
    {"SOL", 150, 1.35, 0.022, 70, 9000},     {"BNB", 560, 0.85, 0.013, 4, 1500},
    {"XRP", 0.62, 1.05, 0.024, 60, 8000},    {"ADA", 0.45, 1.15, 0.020, 14, 4000},
    {"AVAX", 29, 1.35, 0.024, 7, 2800},      {"DOGE", 0.135, 1.30, 0.028, 25, 5000},
    {"DOT", 6.1, 1.15, 0.020, 6, 2500},      {"LINK", 14, 1.20, 0.021, 11, 3200},
    {"UNI", 8.6, 1.25, 0.026, 3, 1600},      {"ATOM", 6.4, 1.10, 0.021, 3, 1500},
    {"NEAR", 5.2, 1.40, 0.029, 3.5, 1700},   {"ICP", 9.1, 1.25, 0.028, 2, 1300},
    {"ARB", 0.82, 1.30, 0.028, 2, 1300},     {"OP", 1.75, 1.35, 0.029, 1.8, 1300},
    {"AAVE", 105, 1.20, 0.026, 3, 1600},     {"CRV", 0.38, 1.25, 0.032, 1.5, 1100},
    {"MKR", 2100, 0.95, 0.024, 1.2, 900},    {"INJ", 22, 1.40, 0.031, 2, 1300},
    {"SEI", 0.41, 1.45, 0.034, 1.5, 1100},   {"PEPE", 0.0000098, 1.55, 0.042, 9, 2800},
    {"WIF", 2.1, 1.60, 0.048, 3, 1500},      {"BONK", 0.0000215, 1.55, 0.044, 2, 1300},
    {"LTC", 78, 0.95, 0.019, 12, 3500},      {"XLM", 0.11, 1.00, 0.022, 4, 1700},
    {"XMR", 155, 0.55, 0.022, 5, 1900},      {"ETC", 23, 1.05, 0.022, 2, 1300},
    {"ZEC", 38, 0.90, 0.030, 2, 1200},       {"USDT", 1, 0, 0.0002, 90, 9000},
    {"USDC", 1, 0, 0.0001, 30, 4000},        {"EUR", 1.085, 0.02, 0.004, 40, 5000},
    {"GBP", 1.27, 0.02, 0.004, 20, 3000},    {"AUD", 0.66, 0.05, 0.005, 8, 1500},
    {"CAD", 0.73, 0.02, 0.003, 8, 1500},     {"JPY", 0.0067, 0, 0.005, 8, 1500},
    {"CHF", 1.12, 0, 0.004, 4, 900},         {"USD", 1, 0, 0, 220, 15000},
};

#define TABLE_COUNT (sizeof table / sizeof table[0])

static size_t row_of(const char *name)
{
    for (size_t i = 0; i < TABLE_COUNT; i++)
        if (strcmp(table[i].name, name) == 0)
            return i;
    return TABLE_COUNT;
}

/* An FNV-1a hash: a coin nobody knows still has its own character, the same every day. */
static uint64_t name_seed(const char *name)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (; *name; name++)
        hash = (hash ^ (uint8_t)*name) * UINT64_C(0x100000001b3);
    return hash;
}

double path_day_dollars(const char *name)
{
    size_t row = row_of(name);
    return row < TABLE_COUNT ? table[row].millions * 1e6 : 1e6;
}

uint32_t path_day_trades(const char *name)
{
    size_t row = row_of(name);
    return row < TABLE_COUNT ? table[row].trades : 900;
}

void path_init(struct path *path, uint64_t seed)
{
    *path = (struct path){.seed = seed, .loaded_day = UINT32_MAX, .regime = 1};
}

void path_deinit(struct path *path)
{
    for (uint32_t i = 0; i < path->asset_count; i++)
        free(path->assets[i].own);
    free(path->factor);
    free(path->loudness);
}

uint32_t path_add(struct path *path, const char *name)
{
    for (uint32_t i = 0; i < path->asset_count; i++)
        if (strcmp(path->assets[i].name, name) == 0)
            return i;
    if (path->asset_count == PATH_ASSET_MAX)
        return UINT32_MAX;
    struct path_asset *asset = &path->assets[path->asset_count];
    *asset = (struct path_asset){.seed = prng_mix(path->seed, name_seed(name))};
    snprintf(asset->name, sizeof asset->name, "%s", name);
    size_t row = row_of(name);
    if (row < TABLE_COUNT) {
        asset->anchor = table[row].anchor;
        asset->beta = table[row].beta;
        asset->sigma = table[row].sigma;
    } else {
        struct prng prng;
        prng_init(&prng, name_seed(name));
        asset->anchor = exp(-4 + 9 * prng_real(&prng));
        asset->beta = 0.9 + 0.6 * prng_real(&prng);
        asset->sigma = 0.02 + 0.02 * prng_real(&prng);
    }
    return path->asset_count++;
}

static bool grow(double **array, uint32_t capacity)
{
    double *grown = realloc(*array, ((size_t)capacity + 1) * sizeof **array);
    if (grown)
        *array = grown;
    return grown != NULL;
}

static bool make_room(struct path *path, uint32_t day)
{
    if (day < path->day_capacity)
        return true;
    uint32_t capacity = day + 1024;
    if (!grow(&path->factor, capacity) || !grow(&path->loudness, capacity))
        return false;
    for (uint32_t i = 0; i < path->asset_count; i++)
        if (!grow(&path->assets[i].own, capacity))
            return false;
    path->day_capacity = capacity;
    return true;
}

/* A day's surprise: its diffusion in standard deviations, and with luck a jump in one minute. */
struct shock {
    double normal;
    double jump; /* log */
    uint32_t minute;
};

static struct shock shock_of(uint64_t seed, uint32_t day, double sigma)
{
    struct prng prng;
    prng_init(&prng, prng_mix(seed, day));
    struct shock shock = {.normal = prng_normal(&prng)};
    if (prng_real(&prng) < JUMP_CHANCE)
        shock.jump = prng_normal(&prng) * sigma * 3;
    shock.minute = (uint32_t)prng_below(&prng, PATH_MINUTES);
    return shock;
}

/* Calm, normal, panic: days stay as they are, and panic is short. */
static void turn_regime(struct path *path, struct prng *prng)
{
    static const double stay[] = {0.97, 0.96, 0.85};
    if (prng_real(prng) < stay[path->regime])
        return;
    bool rise = path->regime == 0 || (path->regime == 1 && prng_real(prng) < 0.35);
    path->regime = rise ? path->regime + 1 : path->regime - 1;
}

static void make_day(struct path *path, uint32_t day)
{
    static const double regime_loudness[] = {0.6, 1.0, 2.0};
    struct prng prng;
    prng_init(&prng, prng_mix(path->seed ^ UINT64_C(0x9d3a), day));
    turn_regime(path, &prng);
    path->wave = 0.93 * path->wave + 0.12 * prng_normal(&prng);
    double loudness = regime_loudness[path->regime] * exp(path->wave);
    loudness = fmin(loudness, 3.5);
    path->loudness[day] = loudness;
    struct shock shock = shock_of(path->seed, day, FACTOR_SIGMA);
    path->factor[day + 1] =
        path->factor[day] * (1 - PULL) + FACTOR_SIGMA * loudness * shock.normal + shock.jump;
    for (uint32_t i = 0; i < path->asset_count; i++) {
        struct path_asset *asset = &path->assets[i];
        shock = shock_of(asset->seed, day, asset->sigma);
        asset->own[day + 1] = asset->own[day] * (1 - PULL) +
                              asset->sigma * sqrt(loudness) * shock.normal + shock.jump;
    }
}

bool path_reach(struct path *path, uint32_t day)
{
    if (day > PATH_DAY_MAX || !make_room(path, day + 1))
        return false;
    if (path->day_count == 0) {
        path->factor[0] = 0;
        for (uint32_t i = 0; i < path->asset_count; i++)
            path->assets[i].own[0] = 0;
    }
    for (; path->day_count <= day; path->day_count++)
        make_day(path, path->day_count);
    return true;
}

/* The sum of four uniforms, scaled to variance one: near enough to normal for one minute. */
static double quick_normal(struct prng *prng)
{
    uint64_t bits = prng_next(prng);
    uint32_t sum = (uint32_t)((bits & 0xffff) + ((bits >> 16) & 0xffff) + ((bits >> 32) & 0xffff) +
                              (bits >> 48));
    return ((double)sum / 65536.0 - 2.0) * 1.7320508;
}

/* Quiet nights, a busy European and American afternoon (UTC), and hours of their own mood. */
static void make_pace(struct path *path, struct prng *prng)
{
    double mood = 1, sum = 0;
    for (uint32_t m = 0; m < PATH_MINUTES; m++) {
        if (m % 30 == 0) {
            double u = prng_real(prng);
            mood = 0.6 * mood + 0.4 * (0.4 + 2.2 * u * u);
        }
        double hour = (double)m / 60;
        double season = 1.0 + 0.35 * sin((hour - 9.0) * 2 * 3.14159265358979 / 24);
        path->pace[m] = season * mood;
        sum += path->pace[m] * path->pace[m];
    }
    double scale = 1 / sqrt(sum / PATH_MINUTES);
    for (uint32_t m = 0; m < PATH_MINUTES; m++)
        path->pace[m] *= scale;
}

static void load_day(struct path *path, uint32_t day)
{
    if (path->loaded_day == day)
        return;
    struct prng prng;
    prng_init(&prng, prng_mix(path->seed ^ UINT64_C(0x51c7), day));
    make_pace(path, &prng);
    struct shock shock = shock_of(path->seed, day, FACTOR_SIGMA);
    double sigma = FACTOR_SIGMA * path->loudness[day] / sqrt(PATH_MINUTES);
    for (uint32_t m = 0; m < PATH_MINUTES; m++)
        path->factor_moves[m] = sigma * path->pace[m] * quick_normal(&prng);
    path->factor_moves[shock.minute] += shock.jump;
    path->loaded_day = day;
}

static double level_of(const struct path *path, const struct path_asset *asset, uint32_t day)
{
    return log(asset->anchor) + asset->beta * path->factor[day] + asset->own[day];
}

void path_minutes(struct path *path, uint32_t index, uint32_t day, double levels[PATH_MINUTES + 1])
{
    CHECK(day < path->day_count && index < path->asset_count);
    load_day(path, day);
    const struct path_asset *asset = &path->assets[index];
    if (asset->beta == 0 && asset->sigma == 0) { /* the dollar itself */
        for (uint32_t m = 0; m <= PATH_MINUTES; m++)
            levels[m] = 0;
        return;
    }
    struct prng prng;
    prng_init(&prng, prng_mix(asset->seed ^ UINT64_C(0x77b1), day));
    struct shock shock = shock_of(asset->seed, day, asset->sigma);
    double sigma = asset->sigma * sqrt(path->loudness[day]) / sqrt(PATH_MINUTES);
    double level = level_of(path, asset, day), start = level;
    for (uint32_t m = 0; m < PATH_MINUTES; m++) {
        levels[m] = level;
        level += asset->beta * path->factor_moves[m] + sigma * path->pace[m] * quick_normal(&prng);
        if (m == shock.minute)
            level += shock.jump;
    }
    double end = level_of(path, asset, day + 1);
    double slope = (end - level) / PATH_MINUTES;
    for (uint32_t m = 1; m < PATH_MINUTES; m++)
        levels[m] += slope * m;
    levels[0] = start;
    levels[PATH_MINUTES] = end;
}

double path_minute_sigma(const struct path *path, uint32_t base, uint32_t quote, uint32_t day)
{
    const struct path_asset *a = &path->assets[base], *b = &path->assets[quote];
    double loudness = path->loudness[day];
    double shared = (a->beta - b->beta) * FACTOR_SIGMA * loudness;
    double own = (a->sigma * a->sigma + b->sigma * b->sigma) * loudness;
    return sqrt((shared * shared + own) / PATH_MINUTES);
}

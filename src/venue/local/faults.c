/* SPDX-License-Identifier: MIT */
#include "venue/local/faults.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/option.h"
#include "core/base/timestamp.h"

static const struct {
    const char *name;
    size_t offset;
    double most;   /* that a seed draws; 0: none does */
    bool of_venue; /* each minute: upsets.h */
} chances[] = {
    {"answer_lost", offsetof(struct faults_config, answer_lost), 0.05, false},
    {"answer_late", offsetof(struct faults_config, answer_late), 0.1, false},
    {"answer_twice", offsetof(struct faults_config, answer_twice), 0.1, false},
    {"row_lost", offsetof(struct faults_config, row_lost), 0.02, false},
    {"row_late", offsetof(struct faults_config, row_late), 0.05, false},
    {"row_twice", offsetof(struct faults_config, row_twice), 0.2, false},
    {"http", offsetof(struct faults_config, http), 0.2, false},
    {"http_late", offsetof(struct faults_config, http_late), 0.1, false},
    {"service", offsetof(struct faults_config, service), 0.2, false},
    {"limit", offsetof(struct faults_config, limit), 0.05, false},
    {"checksum", offsetof(struct faults_config, checksum), 0.05, false},
    {"maintenance", offsetof(struct faults_config, maintenance), 0.05, true},
    {"cancel_only", offsetof(struct faults_config, cancel_only), 0.05, true},
    {"post_only", offsetof(struct faults_config, post_only), 0.03, true},
    {"limit_only", offsetof(struct faults_config, limit_only), 0.03, true},
    {"cut", offsetof(struct faults_config, cut), 0.2, true},
    {"token_expires", offsetof(struct faults_config, token_expires), 0.2, true},
    {"deposit", offsetof(struct faults_config, deposit), 0.2, true},
    {"withdraw", offsetof(struct faults_config, withdraw), 0.2, true},
    {"foreign", offsetof(struct faults_config, foreign), 0.5, true},
    {"http_slow", offsetof(struct faults_config, http_slow), 0, false},
};

#define CHANCE_COUNT (sizeof chances / sizeof chances[0])

static double *chance_at(struct faults_config *config, size_t i)
{
    return (double *)(void *)((char *)config + chances[i].offset);
}

/* Most are absent from most seeds: what a few do together is seen more clearly. */
static void draw_chances(struct faults_config *config, struct prng *prng, bool of_venue,
                         uint64_t one_in)
{
    for (size_t i = 0; i < CHANCE_COUNT; i++) {
        if (chances[i].of_venue == of_venue && chances[i].most > 0) {
            const bool there = prng_below(prng, one_in) == 0;
            const double much = prng_real(prng);
            *chance_at(config, i) = there ? chances[i].most * much * much : 0;
        }
    }
}

struct faults_config faults_drawn(uint64_t seed)
{
    struct prng prng;
    struct faults_config config = {.seed = seed};
    prng_init(&prng, prng_mix(seed, UINT64_C(0xfa17)));
    draw_chances(&config, &prng, false, 3);
    config.late_ns = (int64_t)prng_below(&prng, 8 * NS_PER_S) + 1;
    const bool lags = prng_below(&prng, 2) == 0;
    const int64_t lag_ns = (int64_t)prng_below(&prng, 58 * NS_PER_S);
    config.lag_ns = lags ? lag_ns : 0;
    draw_chances(&config, &prng, true, 5);
    return config;
}

static int64_t *duration_at(struct faults_config *config, const char *name)
{
    return strcmp(name, "late") == 0  ? &config->late_ns
           : strcmp(name, "lag") == 0 ? &config->lag_ns
                                      : NULL;
}

static double *chance_named(struct faults_config *config, const char *name)
{
    for (size_t i = 0; i < CHANCE_COUNT; i++) {
        if (strcmp(chances[i].name, name) == 0) {
            return chance_at(config, i);
        }
    }
    return NULL;
}

bool faults_word_known(const char *name)
{
    struct faults_config config;
    return duration_at(&config, name) != NULL || chance_named(&config, name) != NULL;
}

bool faults_set(struct faults_config *config, const char *name, const char *value)
{
    char *end;
    int64_t ns, *duration = duration_at(config, name);
    double *chance = chance_named(config, name);
    if (strcmp(name, "seed") == 0) {
        const uint64_t seed = strtoull(value, &end, 10);
        const bool number = *end == '\0' && end != value;
        config->seed = number ? seed : config->seed;
        return number;
    }
    if (duration != NULL && duration_parse(value, strlen(value), &ns)) {
        *duration = ns;
        return true;
    }
    const double said = chance != NULL ? strtod(value, &end) : -1;
    if (chance == NULL || end == value) {
        return false;
    }
    const double share = strcmp(end, "%") == 0 ? said / 100 : said;
    if ((*end != '\0' && strcmp(end, "%") != 0) || !(share >= 0 && share <= 1)) {
        return false;
    }
    *chance = share;
    return true;
}

void faults_copy(struct faults_config *config, const char *name, const struct faults_config *from)
{
    struct faults_config kept = *from;
    int64_t *duration = duration_at(config, name);
    double *chance = chance_named(config, name);
    if (duration != NULL) {
        *duration = *duration_at(&kept, name);
    } else if (chance != NULL) {
        *chance = *chance_named(&kept, name);
    }
}

bool faults_parse(const char *text, struct faults_config *ret, char *error, size_t error_size)
{
    char copy[512], *rest = copy, *end;
    struct faults_config config = {.late_ns = 2 * NS_PER_S};
    const uint64_t seed = strtoull(text, &end, 10);
    if (*end == '\0' && end != text) {
        *ret = faults_drawn(seed);
        return true;
    }
    snprintf(copy, sizeof copy, "%s", text);
    for (char *word; (word = strsep(&rest, " ,")) != NULL;) {
        char *value = strchr(word, '=');
        if (word[0] == '\0') {
            continue;
        }
        if (value != NULL) {
            *value++ = '\0';
        }
        if (value == NULL || !faults_set(&config, word, value)) {
            snprintf(error, error_size,
                     "a seed, or words such as answer_lost=0.01 lag=30s (%s is none of them: see "
                     "docs/local-kraken.md)",
                     word);
            return false;
        }
    }
    *ret = config;
    return true;
}

void faults_init(struct faults *faults, const struct faults_config *config)
{
    *faults = (struct faults){.on = true, .config = *config};
    prng_init(&faults->prng, prng_mix(config->seed, UINT64_C(0xfa18)));
}

void faults_deinit(struct faults *faults)
{
    for (uint32_t i = 0; i < faults->kept_count; i++) {
        free(faults->kept[i].text);
    }
    faults->kept_count = 0;
}

static bool chance(struct faults *faults, double p)
{
    return p > 0 && prng_real(&faults->prng) < p;
}

static bool has(const char *text, size_t len, const char *words)
{
    return memmem(text, len, words, strlen(words)) != NULL;
}

static struct fault_kept *keep_text(struct faults *faults, const char *text, size_t len,
                                    int64_t mono_ns)
{
    char *copy = faults->kept_count < FAULTS_KEPT_MAX ? malloc(len) : NULL;
    if (copy == NULL) {
        return NULL;
    }
    memcpy(copy, text, len);
    const uint64_t late_ns = (uint64_t)faults->config.late_ns + 1;
    struct fault_kept *kept = &faults->kept[faults->kept_count++];
    *kept = (struct fault_kept){
        .due_ns = mono_ns + (int64_t)prng_below(&faults->prng, late_ns),
        .len = len,
        .text = copy,
    };
    return kept;
}

static enum fault keep(struct faults *faults, struct client *client, const char *text, size_t len,
                       int64_t mono_ns)
{
    struct fault_kept *kept = keep_text(faults, text, len, mono_ns);
    if (kept == NULL) {
        return FAULT_NONE;
    }
    kept->client = client;
    return FAULT_LATE;
}

bool faults_keep_reply(struct faults *faults, struct server_reply *reply, const char *text,
                       size_t len, int64_t mono_ns)
{
    struct fault_kept *kept = keep_text(faults, text, len, mono_ns);
    if (kept == NULL) {
        return false;
    }
    kept->reply = reply;
    return true;
}

static enum fault draw(struct faults *faults, struct client *client, const char *text, size_t len,
                       int64_t mono_ns, const double chances_of[3])
{
    if (chance(faults, chances_of[0])) {
        return FAULT_LOST;
    }
    if (chance(faults, chances_of[1])) {
        return keep(faults, client, text, len, mono_ns);
    }
    return chance(faults, chances_of[2]) ? FAULT_TWICE : FAULT_NONE;
}

/* The last digit of the checksum becomes another one, in a copy that goes out next. */
static enum fault break_checksum(struct faults *faults, struct client *client, const char *text,
                                 size_t len, int64_t mono_ns)
{
    if (faults->config.checksum == 0 || !has(text, len, "\"checksum\":") ||
        !chance(faults, faults->config.checksum) ||
        keep(faults, client, text, len, mono_ns) != FAULT_LATE) {
        return FAULT_NONE;
    }
    struct fault_kept *kept = &faults->kept[faults->kept_count - 1];
    char *at = (char *)memmem(kept->text, len, "\"checksum\":", 11) + 11;
    while (at[1] >= '0' && at[1] <= '9') {
        at++;
    }
    *at = *at == '7' ? '3' : '7';
    kept->due_ns = mono_ns;
    return FAULT_LATE;
}

/* An answer to an order is shorter; what is longer are snapshots. */
#define ANSWER_MAX 4096

enum fault faults_text(struct faults *faults, struct client *client, const char *text, size_t len,
                       int64_t mono_ns)
{
    const struct faults_config *config = &faults->config;
    if (!faults->on) {
        return FAULT_NONE;
    }
    const bool answers = config->answer_lost + config->answer_late + config->answer_twice > 0;
    const bool rows = config->row_lost + config->row_late + config->row_twice > 0;
    const bool answer = answers && len < ANSWER_MAX && has(text, len, "_order\"") &&
                        (has(text, len, "\"method\":\"add_order\"") ||
                         has(text, len, "\"method\":\"amend_order\"") ||
                         has(text, len, "\"method\":\"cancel_order\""));
    const bool row = rows && !answer &&
                     (has(text, len, "\"channel\":\"executions\"") ||
                      has(text, len, "\"channel\":\"balances\"")) &&
                     has(text, len, "\"type\":\"update\"");
    if (answer) {
        return draw(
            faults, client, text, len, mono_ns,
            (const double[]){config->answer_lost, config->answer_late, config->answer_twice});
    }
    if (row) {
        return draw(faults, client, text, len, mono_ns,
                    (const double[]){config->row_lost, config->row_late, config->row_twice});
    }
    return break_checksum(faults, client, text, len, mono_ns);
}

bool faults_due(struct faults *faults, int64_t mono_ns, struct fault_kept *ret)
{
    for (uint32_t i = 0; i < faults->kept_count; i++) {
        if (faults->kept[i].due_ns <= mono_ns) {
            *ret = faults->kept[i];
            faults->kept[i] = faults->kept[--faults->kept_count];
            return true;
        }
    }
    return false;
}

void faults_forget(struct faults *faults, const struct client *client)
{
    for (uint32_t i = 0; i < faults->kept_count;) {
        if (faults->kept[i].reply == NULL && faults->kept[i].client == client) {
            free(faults->kept[i].text);
            faults->kept[i] = faults->kept[--faults->kept_count];
        } else {
            i++;
        }
    }
}

struct fault_reply faults_call(struct faults *faults)
{
    static const char *const services[] = {"EService:Busy", "EService:Unavailable",
                                           "EGeneral:Internal error"};
    const struct faults_config *config = &faults->config;
    if (!faults->on) {
        return (struct fault_reply){0};
    }
    if (chance(faults, config->http)) {
        return (struct fault_reply){.status = prng_below(&faults->prng, 2) ? 500 : 520};
    }
    if (chance(faults, config->http_late)) {
        return (struct fault_reply){.status = 520, .after = true};
    }
    if (chance(faults, config->service)) {
        return (struct fault_reply){.status = 200, .error = services[prng_below(&faults->prng, 3)]};
    }
    if (chance(faults, config->limit)) {
        return (struct fault_reply){.status = 200, .error = "EAPI:Rate limit exceeded"};
    }
    return (struct fault_reply){.slow = chance(faults, config->http_slow)};
}

/* SPDX-License-Identifier: MIT */
#include "venue/local/script.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/decimal.h"
#include "core/base/timestamp.h"
#include "store/disk.h"
#include "venue/local/faults.h"

#define WORDS_MAX 10
#define FILE_MAX (1u << 20)
#define PPM_PER_PERCENT_DECIMALS 4 /* 1 % is 10,000 ppm */

static const char *const systems[] = {
    [TRADING_ONLINE] = "online",           [TRADING_CANCEL_ONLY] = "cancel_only",
    [TRADING_POST_ONLY] = "post_only",     [TRADING_LIMIT_ONLY] = "limit_only",
    [TRADING_MAINTENANCE] = "maintenance",
};

const char *script_system_word(enum trading_system system)
{
    return systems[system];
}

/* A line's words behind its time. */
struct words {
    uint32_t count;
    char *list[WORDS_MAX];
};

static bool is(const struct words *words, uint32_t at, const char *word)
{
    return at < words->count && strcmp(words->list[at], word) == 0;
}

static bool copy(char out[SCRIPT_WORD_MAX], const char *word)
{
    return (size_t)snprintf(out, SCRIPT_WORD_MAX, "%s", word) < SCRIPT_WORD_MAX;
}

static bool time_of(const char *word, int64_t *ret_ns)
{
    return duration_parse(word, strlen(word), ret_ns);
}

/* "for 60s" at the end; without it for good. */
static bool read_for(const struct words *words, uint32_t at, struct script_step *step)
{
    return at == words->count || (at + 2 == words->count && is(words, at, "for") &&
                                  time_of(words->list[at + 1], &step->for_ns));
}

static const char *read_mode(const struct words *words, struct script_step *step)
{
    step->kind = SCRIPT_MODE;
    return read_for(words, 1, step) ? NULL : "maintenance for 60s, or online";
}

static const char *read_money(const struct words *words, struct script_step *step)
{
    step->kind = is(words, 0, "deposit") ? SCRIPT_DEPOSIT : SCRIPT_WITHDRAW;
    return words->count == 3 && copy(step->name, words->list[1]) &&
                   copy(step->amount, words->list[2])
               ? NULL
               : "deposit USD 500, or withdraw BTC 0.1";
}

/* "at market", "at 0.5% below", "at 1% above": of the last price. */
static bool read_price(const struct words *words, struct script_step *step)
{
    if (!is(words, 4, "at")) {
        return false;
    }
    step->market = words->count == 6 && is(words, 5, "market");
    if (step->market) {
        return true;
    }
    const bool below = is(words, 6, "below");
    const size_t len = words->count == 7 ? strlen(words->list[5]) : 0;
    if (len < 2 || words->list[5][len - 1] != '%' || (!below && !is(words, 6, "above")) ||
        !decimal_parse(words->list[5], len - 1, PPM_PER_PERCENT_DECIMALS, &step->away_ppm) ||
        step->away_ppm < 0 || step->away_ppm >= 1000000) {
        return false;
    }
    step->away_ppm = below ? -step->away_ppm : step->away_ppm;
    return true;
}

static const char *read_foreign(const struct words *words, struct script_step *step)
{
    if (words->count == 2 && is(words, 1, "cancel")) {
        step->kind = SCRIPT_FOREIGN_CANCEL;
        return NULL;
    }
    step->kind = SCRIPT_FOREIGN;
    step->side = is(words, 1, "sell") ? SIDE_SELL : SIDE_BUY;
    return (is(words, 1, "buy") || is(words, 1, "sell")) && words->count > 4 &&
                   copy(step->name, words->list[2]) && copy(step->amount, words->list[3]) &&
                   read_price(words, step)
               ? NULL
               : "foreign buy BTC/USD 0.01 at 0.5% below, foreign sell BTC/USD 0.01 at market, or "
                 "foreign cancel";
}

static const char *read_chance(const struct words *words, struct script_step *step)
{
    struct faults_config config = {0};
    step->kind = SCRIPT_CHANCE;
    if (!faults_word_known(words->list[0])) {
        return "maintenance, cancel_only, post_only, limit_only, online, cut, token_expires, "
               "deposit, withdraw, foreign, or a word of --faults such as answer_lost 100% for 20s";
    }
    return words->count >= 2 && copy(step->name, words->list[0]) &&
                   copy(step->amount, words->list[1]) &&
                   faults_set(&config, step->name, step->amount) && read_for(words, 2, step)
               ? NULL
               : "answer_lost 100% for 20s, row_late 0.1, or lag 30s for 2m";
}

/* NULL, or what would be right. */
static const char *read_step(const struct words *words, struct script_step *step)
{
    for (uint32_t i = 0; i < sizeof systems / sizeof *systems; i++) {
        if (is(words, 0, systems[i])) {
            step->system = (enum trading_system)i;
            return read_mode(words, step);
        }
    }
    if (is(words, 0, "cut") || is(words, 0, "token_expires")) {
        step->kind = is(words, 0, "cut") ? SCRIPT_CUT : SCRIPT_TOKENS;
        return words->count == 1 ? NULL : "cut, or token_expires, and nothing behind it";
    }
    if (is(words, 0, "deposit") || is(words, 0, "withdraw")) {
        return read_money(words, step);
    }
    return is(words, 0, "foreign") ? read_foreign(words, step) : read_chance(words, step);
}

/* NULL, or what would be right; *ret_any: the line has a step. */
static const char *read_line(char *line, struct script_step *step, bool *ret_any)
{
    struct words words = {0};
    line[strcspn(line, "#")] = '\0';
    char *when = NULL;
    for (char *word; (word = strsep(&line, " \t\r")) != NULL;) {
        if (word[0] == '\0') {
            continue;
        }
        if (when == NULL) {
            when = word;
        } else if (words.count < WORDS_MAX) {
            words.list[words.count++] = word;
        }
    }
    *ret_any = when != NULL;
    if (when == NULL) {
        return NULL;
    }
    if (!time_of(when, &step->at_ns)) {
        return "a line begins with its time: 30s, 2m, 3m30s";
    }
    return words.count == 0 ? "what happens stands behind the time: 30s maintenance for 60s"
                            : read_step(&words, step);
}

static int by_time(const void *a, const void *b)
{
    const struct script_step *one = a, *other = b;
    return one->at_ns != other->at_ns ? (one->at_ns > other->at_ns) - (one->at_ns < other->at_ns)
                                      : (one->line > other->line) - (one->line < other->line);
}

static bool parse(const char *name, const char *text, struct script *ret, char *error,
                  size_t error_size)
{
    uint32_t number = 0;
    char *whole = strdup(text), *rest = whole;
    const char *wrong = whole == NULL ? "no memory to read it" : NULL;
    *ret = (struct script){0};
    for (char *line; wrong == NULL && (line = strsep(&rest, "\n")) != NULL;) {
        struct script_step step = {.line = ++number};
        bool any;
        wrong = read_line(line, &step, &any);
        if (wrong == NULL && any && ret->count == SCRIPT_MAX) {
            wrong = "at most 256 lines say something";
        } else if (wrong == NULL && any) {
            ret->steps[ret->count++] = step;
        }
    }
    if (wrong != NULL) {
        snprintf(error, error_size, "%s%" PRIu32 ": right would be: %s", name, number, wrong);
    }
    free(whole);
    qsort(ret->steps, ret->count, sizeof *ret->steps, by_time);
    return wrong == NULL;
}

bool script_parse(const char *text, struct script *ret, char *error, size_t error_size)
{
    return parse("line ", text, ret, error, error_size);
}

bool script_read(const char *path, struct script *ret, char *error, size_t error_size)
{
    char *text, name[256];
    size_t len;
    const int code = disk_read_file(path, FILE_MAX, &text, &len);
    if (code != 0) {
        snprintf(error, error_size, "%s: %s", path, strerror(-code));
        return false;
    }
    snprintf(name, sizeof name, "%s:", path);
    const bool fine = parse(name, text, ret, error, error_size);
    free(text);
    return fine;
}

/* SPDX-License-Identifier: MIT */
/* From a request to a command line. Every word is one of ours, a name that was looked up, or a
 * value that its option has taken; nothing passes through a shell. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/jobs_internal.h"
#include "core/base/timestamp.h"

/* False when there is no more room. */
static bool add(struct job_words *words, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static bool add(struct job_words *words, const char *format, ...)
{
    char *at = words->text + words->len;
    const size_t room = sizeof words->text - words->len;
    va_list values;
    va_start(values, format);
    const int wrote = vsnprintf(at, room, format, values);
    va_end(values);
    if (wrote < 0 || (size_t)wrote >= room || words->count == JOB_WORDS_MAX) {
        return false;
    }
    words->count++;
    words->len += (size_t)wrote + 1;
    return true;
}

/* As a shell takes it for one word. */
static size_t quote(const char *word, char *out, size_t size)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-_./:=,+";
    size_t len = 0;
    if (word[0] != '\0' && strspn(word, plain) == strlen(word)) {
        const int wrote = snprintf(out, size, "%s", word);
        return (size_t)wrote;
    }
    for (const char *c = word; len + 6 < size; c++) {
        if (c == word) {
            out[len++] = '\'';
        }
        if (*c == '\0') {
            break;
        }
        len += (size_t)snprintf(out + len, size - len, *c == '\'' ? "'\\''" : "%c", *c);
    }
    return len + (size_t)snprintf(out + len, size - len, "'");
}

static bool tell(const struct job_words *words, char *out, size_t size)
{
    size_t len = 0;
    const char *word = words->text;
    for (int i = 0; i < words->count && len + 2 < size; i++, word += strlen(word) + 1) {
        if (i > 0) {
            out[len++] = ' ';
        }
        len += quote(word, out + len, size - len);
    }
    return len + 2 < size;
}

/* Where the candles come from, and of which time. */
static bool add_market(const struct jobs *jobs, const struct job_stock *stock, int64_t from_ns,
                       int64_t to_ns, struct job_words *words)
{
    char from[TIMESTAMP_TEXT_MAX], to[TIMESTAMP_TEXT_MAX];
    timestamp_format(from, from_ns, 0);
    timestamp_format(to, to_ns, 0);
    const bool made = jobs->synthetic;
    return add(words, "%s", made ? "--synthetic" : "--store") &&
           (made ? add(words, "%" PRId64, jobs->options->market.seed)
                 : add(words, "%s", jobs->places.store)) &&
           add(words, "--pair") &&
           add(words, "%s%s%s", stock->venue, stock->venue[0] != '\0' ? ":" : "", stock->symbol) &&
           add(words, "--start") && add(words, "%s", from) && add(words, "--end") &&
           add(words, "%s", to);
}

static bool add_strategy(const struct jobs *jobs, const struct job_asked *asked,
                         struct job_words *words)
{
    char key[JOB_NAME_MAX + STRATEGY_NAME_MAX + 16];
    bool fits = true;
    if (asked->strategy[0] != '\0') {
        fits = add(words, "--strategy") && add(words, "%s", asked->strategy);
    }
    if (asked->timeframe >= 0) {
        const char *timeframe = timeframe_names[asked->timeframe];
        fits = fits && add(words, "--timeframe") && add(words, "%s", timeframe);
        if (asked->strategy[0] != '\0') {
            fits = fits && add(words, "--set") && add(words, "timeframe=%s", timeframe);
        }
    }
    for (uint32_t i = 0; fits && i < asked->set_count; i++) {
        const struct job_set *set = &asked->set[i];
        fits = jobs_option(jobs, asked->strategy, set->name, key, sizeof key) != NULL &&
               add(words, "--set") && add(words, "%s=%s", key, set->value);
    }
    return fits;
}

bool jobs_words(const struct jobs *jobs, uint64_t id, const struct job_asked *asked,
                const struct job_stock *stock, int64_t from_ns, int64_t to_ns,
                struct job_words *ret, char *command, size_t command_size)
{
    char config[BESIDE_PATH_MAX + 32];
    jobs_path(jobs, id, "yaml", config, sizeof config);
    *ret = (struct job_words){0};
    return add(ret, "cuttle") && add(ret, "backtest") && add(ret, "--config") &&
           add(ret, "%s", config) && add(ret, "--set") &&
           add(ret, "strategies.folder=%s", jobs->places.scripts) &&
           add_market(jobs, stock, from_ns, to_ns, ret) && add_strategy(jobs, asked, ret) &&
           add(ret, "--no-files") && tell(ret, command, command_size) && add(ret, "--page") &&
           add(ret, "--under") && add(ret, "%ld", (long)getpid());
}

/* SPDX-License-Identifier: MIT */
#include "core/risk/crash.h"

static double highest_of(const struct crash_window *window)
{
    double highest = 0;
    for (uint32_t i = 0; i < CRASH_PARTS; i++) {
        highest = window->highs[i] > highest ? window->highs[i] : highest;
    }
    return highest;
}

/* The part behind the newest, as it mostly is: what falls out was seldom the highest. */
static void next_part(struct crash_window *window, int64_t part_ns)
{
    const double done = window->highs[window->newest];
    window->newest = window->newest + 1 < CRASH_PARTS ? window->newest + 1 : 0;
    double *const high = &window->highs[window->newest];
    const double gone = *high;
    *high = 0;
    window->part_end_ns += part_ns;
    if (gone < window->before) {
        window->before = done > window->before ? done : window->before;
    } else {
        window->before = highest_of(window);
    }
}

static void __attribute__((noinline))
turn_part(struct crash_window *window, int64_t part_ns, int64_t time_ns)
{
    if (window->part_end_ns != 0 && time_ns < window->part_end_ns + part_ns) {
        next_part(window, part_ns);
        return;
    }
    const int64_t end_ns = time_ns - time_ns % part_ns + part_ns;
    const int64_t passed = (end_ns - window->part_end_ns) / part_ns;
    const bool all = window->part_end_ns == 0 || passed >= CRASH_PARTS;
    for (int64_t i = 0; i < (all ? CRASH_PARTS : passed); i++) {
        window->newest = (window->newest + 1) % CRASH_PARTS;
        window->highs[window->newest] = 0;
    }
    window->part_end_ns = end_ns;
    window->before = highest_of(window);
}

void crash_push(struct crash *crash, struct crash_window *window, const struct crash_config *config,
                const struct candle *candle)
{
    if (candle->time_ns >= window->part_end_ns) {
        crash->known += window->part_end_ns == 0;
        turn_part(window, config->window_ns / CRASH_PARTS, candle->time_ns);
    }
    double *high = &window->highs[window->newest];
    *high = candle->high > *high ? candle->high : *high;
    const double highest = *high > window->before ? *high : window->before;
    const bool fallen = candle->close <= highest * (1 - config->fall);
    crash->fallen += (uint32_t)fallen - (uint32_t)window->fallen;
    window->fallen = fallen;
}

void crash_forget(struct crash *crash, struct crash_window *window,
                  const struct crash_config *config, int64_t now_ns)
{
    if (window->part_end_ns == 0 || now_ns - window->part_end_ns < config->window_ns) {
        return;
    }
    crash->known--;
    crash->fallen -= window->fallen;
    *window = (struct crash_window){0};
}

static void open_until(struct crash *crash, const struct crash_config *config, int64_t now_ns)
{
    if (crash->state != BREAKER_CLOSED && crash->doubled < BREAKER_DOUBLED_MAX) {
        crash->doubled++;
    }
    crash->state = BREAKER_OPEN;
    crash->until_ns = now_ns + (config->pause_ns << crash->doubled);
}

enum crash_turn crash_judge(struct crash *crash, const struct crash_config *config, int64_t now_ns)
{
    const bool falls = crash->fallen > 0 && 2 * crash->fallen >= crash->known;
    const bool waits = now_ns < crash->until_ns;
    if (crash->state == BREAKER_OPEN ? waits
                                     : !falls && (waits || crash->state == BREAKER_CLOSED)) {
        return CRASH_NOTHING;
    }
    if (falls) {
        open_until(crash, config, now_ns);
        return CRASH_OPENED;
    }
    if (crash->state == BREAKER_OPEN) {
        crash->state = BREAKER_TRIAL;
        crash->tried = false;
        crash->until_ns = now_ns + (config->pause_ns << crash->doubled);
        return CRASH_TRIAL;
    }
    crash->state = BREAKER_CLOSED;
    crash->doubled = 0;
    return CRASH_OVER;
}

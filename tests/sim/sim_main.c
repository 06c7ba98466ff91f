/* SPDX-License-Identifier: MIT */
/*
 * The simulator's program.
 *
 *   simulator --seeds N [--from K]   seeds K to K + N - 1 (K is 1 unless said)
 *   simulator --seed S               one, telling everything as it happens
 *   ... --disk N                     one seed in N (32 unless said) has the store that ships
 *
 * Ends with "N seeds, F failures"; each failing seed is a line of its own, with what it broke.
 */
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/timestamp.h"
#include "platform/log/log.h"
#include "world.h"

struct totals {
    uint64_t seeds, failures;
    uint64_t fills, unknown, absent, emergencies, kills, unplugged;
    int64_t minutes, bare_longest_ns;
    double slowest_ms;
};

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void run(uint64_t seed, bool verbose, struct totals *totals)
{
    static struct world world;
    const double began_ms = now_ms();
    const bool fine = world_run(seed, verbose, &world);
    const double took_ms = now_ms() - began_ms;
    totals->seeds++;
    totals->fills += world.fill_count;
    totals->unknown += world.unknown_count;
    totals->absent += world.absent_count;
    totals->emergencies += world.emergency_count;
    totals->kills += world.kill_count;
    totals->unplugged += world.unplug_count;
    totals->minutes += world.plan.minutes + WORLD_CALM_MINUTES;
    if (world.truth.bare_longest_ns > totals->bare_longest_ns) {
        totals->bare_longest_ns = world.truth.bare_longest_ns;
    }
    totals->slowest_ms = took_ms > totals->slowest_ms ? took_ms : totals->slowest_ms;
    if (!fine) {
        totals->failures++;
        printf("seed %" PRIu64 ": %s\n", seed, world.truth.error);
        fflush(stdout);
    }
}

static uint64_t number(const char *text, const char *flag)
{
    char *end;
    const uint64_t value = strtoull(text, &end, 10);
    if (*end != '\0' || end == text) {
        fprintf(stderr, "simulator: %s %s: a number is wanted\n", flag, text);
        exit(2);
    }
    return value;
}

/* A world opens large rooms of which it uses a corner: those come from the system, as pages that
 * are not there until they are touched, and the rest stays with us from world to world. */
static void set_memory(void)
{
    mallopt(M_MMAP_THRESHOLD, 2 << 20);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
}

int main(int argc, char **argv)
{
    set_memory();
    uint64_t seeds = 0, from = 1, one = 0, disk = 32;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--seeds") == 0) {
            seeds = number(argv[i + 1], argv[i]);
        } else if (strcmp(argv[i], "--from") == 0) {
            from = number(argv[i + 1], argv[i]);
        } else if (strcmp(argv[i], "--seed") == 0) {
            one = number(argv[i + 1], argv[i]);
        } else if (strcmp(argv[i], "--disk") == 0) {
            disk = number(argv[i + 1], argv[i]);
        }
    }
    if ((seeds == 0 && one == 0) || disk == 0) {
        fprintf(stderr, "simulator: --seeds N [--from K], or --seed S\n");
        return 2;
    }
    const struct log_config log = {.level = one != 0 ? LOG_INFO : LOG_ERROR, .quiet = one == 0};
    char error[200];
    log_open(&log, error, sizeof error);
    world_setup((uint32_t)disk);
    struct totals totals = {0};
    const double began_ms = now_ms();
    for (uint64_t seed = one != 0 ? one : from; seed < (one != 0 ? one + 1 : from + seeds);
         seed++) {
        run(seed, one != 0, &totals);
    }
    const double ms = (now_ms() - began_ms) / (double)totals.seeds;
    printf("%" PRId64 " minutes, %" PRIu64 " fills, %" PRIu64 " orders unknown, %" PRIu64
           " absent, %" PRIu64 " emergency sales, %" PRIu64 " kills, %" PRIu64
           " lines down; bare at most %.1f s; %.1f ms a seed, at most %.1f\n",
           totals.minutes, totals.fills, totals.unknown, totals.absent, totals.emergencies,
           totals.kills, totals.unplugged, (double)totals.bare_longest_ns / 1e9, ms,
           totals.slowest_ms);
    printf("%" PRIu64 " seeds, %" PRIu64 " failures\n", totals.seeds, totals.failures);
    world_teardown();
    log_close();
    return totals.failures > 0;
}

/* SPDX-License-Identifier: MIT */
/* A recorder on a disk that can be made to fail, and a desk to record. */
#pragma once

#include "app/recorder.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "../core/desk_fixture.h"
#include "../store/scratch.h"
#include "app/playback.h"
#include "app/recorder_internal.h"
#include "app/recorder_item.h"
#include "platform/loop/loop.h"
#include "store/disk.h"
#include "store/journal.h"
#include "store/ledger.h"

static const char *const strategy_names[] = {"sma_pair"};
static struct pair terms;
static struct sentence_names names;
static char dir[256];

static struct recorder_config config_in(const char *name, uint64_t free_min)
{
    terms = fixture_pair("AAA/USD");
    names = (struct sentence_names){.currency = "USD",
                                    .strategies = strategy_names,
                                    .strategy_count = 1,
                                    .pairs = &terms,
                                    .pair_count = 1};
    snprintf(dir, sizeof dir, "%s", scratch(name));
    EXPECT_INT(disk_make_dirs(dir), 0);
    return (struct recorder_config){.state = dir,
                                    .journal = true,
                                    .keep_days = 1,
                                    .free_min = free_min,
                                    .names = &names,
                                    .clock = clock_system()};
}

static inline struct recorder *open_recorder(const char *name, uint64_t free_min)
{
    char error[512];
    const struct recorder_config config = config_in(name, free_min);
    struct recorder *recorder = recorder_open(&config, error, sizeof error);
    if (recorder == NULL) {
        print_error("%s\n", error);
    }
    EXPECT(recorder != NULL);
    return recorder;
}

static atomic_int journal_sync_failures;
static atomic_int ledger_sync_failures;

static inline bool fails_now(const char *path, const char *part, atomic_int *failures)
{
    if (atomic_load(failures) == 0 || strstr(path, part) == NULL) {
        return false;
    }
    atomic_fetch_sub(failures, 1);
    return true;
}

/* In place of the C library's: a disk that fails some times and then says that all is well. */
int fdatasync(int fd)
{
    char link[64], path[512] = "";
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    if (readlink(link, path, sizeof path - 1) > 0 &&
        (fails_now(path, ".journal", &journal_sync_failures) ||
         fails_now(path, "ledger.db", &ledger_sync_failures))) {
        errno = EIO;
        return -1;
    }
    return (int)syscall(SYS_fdatasync, fd);
}

/* No file may grow beyond `bytes`: to a program that writes, this is a full disk. */
static inline void limit_disk(rlim_t bytes)
{
    struct rlimit limit;
    signal(SIGXFSZ, SIG_IGN);
    EXPECT_INT(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes == RLIM_INFINITY ? limit.rlim_max : bytes;
    EXPECT_INT(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static inline struct fixture *desk(void)
{
    const struct engine_config config = fixture_config();
    return fixture_new(&config, &(struct matching_config){.fills = FILLS_CANDLES});
}

static inline void give_trades(struct recorder *recorder, int count)
{
    for (int i = 0; i < count; i++) {
        const struct event event = {.kind = EVENT_TRADE,
                                    .time_ns = FIXTURE_START_NS + i,
                                    .trade = {.trade = {.price_ticks = 10000, .qty_lots = 1}}};
        recorder_event(recorder, &event);
    }
}

static inline void expect_well_soon(struct recorder *recorder)
{
    for (int i = 0; i < 100 && !recorder_well(recorder); i++) {
        usleep(100000);
    }
    EXPECT(recorder_well(recorder));
}

/* The newest state is the one snapshot and every event behind it. */
static inline void expect_events(uint64_t count)
{
    struct playback *playback = playback_new(NULL, NULL, NULL);
    struct playback_result result;
    char journal[300];
    snprintf(journal, sizeof journal, "%s/journal", dir);
    const int outcome = playback_run(playback, journal, 0, UINT32_MAX, &result);
    if (outcome != 0) {
        print_error("%s\n", result.note);
    }
    EXPECT_INT(outcome, 0);
    EXPECT_INT((int64_t)result.event_count, (int64_t)count);
    playback_free(playback);
}

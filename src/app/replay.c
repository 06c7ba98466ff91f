/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/flags.h"
#include "app/playback.h"
#include "core/base/timestamp.h"

static const char help[] =
    "cuttle replay DIR|FILE     run a recorded session again and compare\n"
    "\n"
    "DIR is a state directory (or its journal/), FILE one segment of a journal. Every event goes\n"
    "through the engine again; the first step that differs from the recording is reported. "
    "Nothing\n"
    "is written.\n"
    "\n"
    "Exit status: 0 identical; 1 diverged, damaged or unreadable.\n";

static void summary(const struct playback *playback, const struct playback_result *result)
{
    const struct engine *engine = playback_engine(playback);
    char equity[DECIMAL_TEXT_MAX], stamp[TIMESTAMP_TEXT_MAX];
    printf("%llu events, %llu steps, %llu orders, %llu records\n",
           (unsigned long long)result->event_count, (unsigned long long)result->step_count,
           (unsigned long long)result->order_count, (unsigned long long)result->record_count);
    if (engine == NULL) {
        return;
    }
    decimal_format(equity, portfolio_equity(&engine->portfolio), MONEY_DECIMALS);
    timestamp_format(stamp, engine->time_ns, 3);
    printf("at %s: equity %s, %u positions, %llu closed trades\n", stamp, equity,
           engine->portfolio.open_count, (unsigned long long)engine->portfolio.trade_count);
}

int command_replay(int argc, char **argv)
{
    if (argc != 2 || flags_is_help(argv[1])) {
        fputs(help, argc == 2 ? stdout : stderr);
        return argc == 2 ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    char dir[1100];
    uint32_t segment = 0, last = 0;
    if (!playback_find(argv[1], dir, sizeof dir, &segment, &last)) {
        fprintf(stderr, "cuttle replay: %s: no state directory and no journal segment\n", argv[1]);
        return EXIT_FAILURE;
    }
    struct playback *playback = playback_new(NULL, NULL, NULL);
    if (playback == NULL) {
        fprintf(stderr, "cuttle replay: out of memory\n");
        return EXIT_FAILURE;
    }
    struct playback_result result;
    const int outcome = playback_run(playback, dir, segment, last, &result);
    summary(playback, &result);
    if (result.torn) {
        printf("the newest segment ends in half a block: a crash; what was whole was replayed\n");
    }
    if (result.foreign_count > 0) {
        printf("%u segments were recorded by another version of cuttle: whole, and not replayed\n",
               result.foreign_count);
    }
    if (outcome == 0) {
        printf("identical\n");
    } else {
        fprintf(stderr, "cuttle replay: %s: %s\n", dir, result.note);
    }
    playback_free(playback);
    return outcome == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

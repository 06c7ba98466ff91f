/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/flags.h"
#include "app/run_internal.h"
#include "platform/log/log.h"

#define TICK_MS 25
#define STATUS_EVERY_MS 500

static const char help[] =
    "cuttle run [options]    trade until Ctrl-C\n"
    "\n"
    "Without options it rehearses: a local Kraken starts beside it, with a synthetic market of 24\n"
    "pairs at 20 times real speed, and orders go there. Nothing to sign up for, nothing to lose.\n"
    "The dashboard is on http://127.0.0.1:8080. State is kept in ./state, so starting it again\n"
    "goes on with what was held: give another market another --state.\n"
    "\n"
    "  --for TIME          end by itself after this long (60s, 10m)\n"
    "  --headless          no dashboard\n"
    "  --report FILE       write a JSON summary at the end (- for standard output)\n"
    "  --quiet             errors only\n"
    "  --live              trade with real money; `mode: live` must stand in the file too\n";

/* Below the short flags, which stand between. */
static const char help_end[] =
    "\n"
    "A running session is commanded by `cuttle ctl`, or in the dashboard. The signal SIGUSR1\n"
    "sells everything at once, and nothing is bought until `cuttle ctl resume`.\n"
    "\n"
    "Every option: docs/configuration.md, or `cuttle config reference`. Exit status: 0 all went\n"
    "well; 1 it could not start, or an error was logged, and said.\n";

static int run_flag(void *context, int argc, char **argv)
{
    struct run *run = context;
    if (strcmp(argv[0], "--headless") == 0) {
        run->headless = true;
        return 1;
    }
    if (strcmp(argv[0], "--live") == 0) {
        run->options.live_asked = true;
        return 1;
    }
    if (strcmp(argv[0], "--quiet") == 0) {
        run->quiet = true;
        return 1;
    }
    if (flags_is_help(argv[0])) {
        run->help = true;
        return 1;
    }
    if (strcmp(argv[0], "--report") == 0 && argc > 1) {
        run->report = argv[1];
        return 2;
    }
    if (strcmp(argv[0], "--for") == 0 && argc > 1) {
        if (!duration_parse(argv[1], strlen(argv[1]), &run->for_ns) || run->for_ns <= 0) {
            fprintf(stderr, "cuttle run: --for %s: write a duration such as 60s or 10m\n", argv[1]);
            return -EINVAL;
        }
        return 2;
    }
    return 0;
}

static void on_stop(void *context)
{
    struct run *run = context;
    log_status(NULL);
    log_info("run.stopping", "stopping: state is being kept", NULL);
    if (run->stopping || !run->trading) {
        loop_stop(run->loop); /* said twice, or nothing is at a venue */
    }
    run->stopping = true;
    session_end(run->session);
}

/* Of a signal that came while the session was being opened, the loop tells when it begins. */
static void on_flatten(void *context)
{
    const struct run *run = context;
    if (run->session != NULL) {
        session_flatten(run->session);
    }
}

/* One live line on a terminal; a plain line a minute elsewhere. */
static void tell(struct run *run, int64_t mono_ns)
{
    const bool terminal = isatty(STDERR_FILENO);
    const int64_t every_ns = terminal ? STATUS_EVERY_MS * NS_PER_MS : NS_PER_MIN;
    if (run->quiet || mono_ns - run->told_mono_ns < every_ns) {
        return;
    }
    run->told_mono_ns = mono_ns;
    char line[512];
    session_status_line(run->session, line, sizeof line);
    if (terminal) {
        log_status(line);
    } else {
        log_info("run.status", line, NULL);
    }
}

/* Another universe wants another session: this one ends in order, and its state goes on. */
static void watch_universe(struct run *run, int64_t mono_ns)
{
    const struct session *session = run->session;
    const struct universe_watched watched = {session->engine, session->symbols,
                                             session->pair_count};
    if (run->universe != NULL && session->armed && !run->stopping && !run->turning &&
        run->feed.timed(run->feed.self) &&
        universe_watch_tick(run->universe, &watched, run->feed.time(run->feed.self), mono_ns,
                            run->options.chosen, sizeof run->options.chosen)) {
        run->turning = true;
        session_end(run->session);
    }
}

static void on_tick(void *context)
{
    struct run *run = context;
    const int64_t mono_ns = run->clock.mono_ns(run->clock.self);
    service_tick(&run->service, run->attached ? run->session : NULL, mono_ns);
    const int64_t open_ns = mono_ns - run->opened_mono_ns;
    if (run->for_ns > 0 && open_ns >= run->for_ns && !run->stopping) {
        on_stop(run);
    }
    if (!run->attached) {
        return;
    }
    session_tick(run->session);
    tell(run, mono_ns);
    watch_universe(run, mono_ns);
    if (session_may_end(run->session)) {
        loop_stop(run->loop);
        return;
    }
    if (run->feed.ended(run->feed.self)) {
        log_info("run.ended", "the market has come to its end", NULL);
        loop_stop(run->loop);
    }
}

static bool open_log(struct run *run)
{
    char error[256], path[OPTION_PATH_MAX + 16];
    snprintf(path, sizeof path, "%s/cuttle.log", run->options.session.state);
    const struct log_config config = {
        .level = (enum log_level)run->options.log.level,
        .quiet = run->quiet,
        .file = run->options.log.file ? path : NULL,
        .rotate_size = run->options.log.rotate_mb * 1000000,
        .keep = (uint32_t)run->options.log.keep,
    };
    if (log_open(&config, error, sizeof error) != 0) {
        fprintf(stderr, "cuttle run: %s; mend that, or go without with --set log.file=false\n",
                error);
        return false;
    }
    log_take_checks();
    return true;
}

/* The directory is ours before the log is opened there, and the log before any thread says a word.
 */
static bool open_state(struct run *run)
{
    char error[512];
    if (options_settle(&run->options, error, sizeof error) != 0) {
        fprintf(stderr, "cuttle run: %s\n", error);
        return false;
    }
    run->lock = state_lock_take(run->options.session.state, error, sizeof error);
    if (run->lock == NULL) {
        fprintf(stderr, "cuttle run: %s\n", error);
        return false;
    }
    return open_log(run);
}

static bool open_session(struct run *run)
{
    char error[512];
    run->options.ask_universe = universe_ask;
    run->options.waiting = &run->waiting;
    run->session = session_open(&run->options, run->loop, error, sizeof error);
    if (run->session == NULL) {
        log_error("run.session", error, NULL);
    }
    return run->session != NULL;
}

static void greet(struct run *run)
{
    char address[192];
    session_address(run->session, address, sizeof address);
    if (address[0] != '\0') {
        log_printf(LOG_INFO, "run.dashboard", "dashboard: %s", address);
    }
    static const char *const modes[] = {
        [MODE_REHEARSAL] = "rehearsal: orders go to the local Kraken",
        [MODE_PAPER] = "paper trading",
        [MODE_VALIDATE] = "validate: orders are checked by the venue, and filled on paper",
        [MODE_LIVE] = "LIVE: orders go to Kraken, with real money",
    };
    log_printf(LOG_INFO, "run.state", "%s; state in %s; Ctrl-C ends it and keeps it",
               modes[run->options.session.mode], run->options.session.state);
}

/* The next session, in the same process: what the last one held is taken over as at any start, and
 * alarms under way are delivered by it, so that the market waits for none. */
static bool turn(struct run *run)
{
    run->waiting.leave = true;
    session_close(run->session);
    run->waiting.leave = false;
    run->session = NULL;
    run->turning = run->attached = run->trading = false;
    if (!open_session(run)) {
        alarm_abandon(&run->waiting);
        run->failed = true;
        return false;
    }
    greet(run);
    return run_open_venue(run);
}

static int trade(struct run *run)
{
    if (!open_session(run)) {
        return EXIT_FAILURE;
    }
    loop_on_signal(run->loop, SIGINT, on_stop, run);
    loop_on_signal(run->loop, SIGTERM, on_stop, run);
    loop_on_signal(run->loop, SIGHUP, on_stop, run); /* the terminal was closed */
    greet(run);
    run->opened_mono_ns = run->session->opened_mono_ns;
    run->told_mono_ns = isatty(STDERR_FILENO) ? 0 : run->opened_mono_ns;
    struct loop_timer *timer = loop_timer_start(run->loop, TICK_MS, TICK_MS, on_tick, run);
    bool opened = run_open_venue(run);
    while (opened) {
        loop_run(run->loop);
        opened = run->turning && !run->stopping && !run->failed && turn(run);
    }
    loop_timer_stop(timer);
    service_stopping(&run->service);
    log_status(NULL);
    int faults = run->failed ? 1 : 0;
    if (run->attached) {
        faults += session_report(run->session, run->report);
        char line[512];
        session_status_line(run->session, line, sizeof line);
        log_info("run.status", line, NULL);
    }
    session_close(run->session);
    run->session = NULL; /* the loop turns once more for the local Kraken, and signals still come */
    if (run->net != NULL) {
        net_close(run->net);
    }
    universe_watch_free(run->universe);
    local_kraken_stop(run->local);
    keys_free(run->keys);
    /* Closing writes the last of the journal and the ledger: what fails there counts too. */
    faults += log_error_count() > 0;
    log_info("run.stopped",
             faults == 0 ? "stopped; state is kept" : "stopped, with the faults above", NULL);
    return faults == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int run_session(struct run *run)
{
    int result = EXIT_FAILURE;
    if (open_state(run)) {
        result = trade(run);
        log_close();
    }
    if (run->lock != NULL) {
        state_lock_release(run->lock);
    }
    return result;
}

/*
 * What is large and lives a moment, like the engine's copy for a journal segment, goes back to the
 * system when it is freed. Left to itself glibc learns from the first one to take the next from the
 * heap, which then keeps its size: 4.5 MB with 24 pairs, from the second hour on.
 */
static void give_back_large_blocks(void)
{
#ifdef M_MMAP_THRESHOLD
    mallopt(M_MMAP_THRESHOLD, 128 * 1024);
#endif
}

int command_run(int argc, char **argv)
{
    give_back_large_blocks();
    struct run *run = calloc(1, sizeof *run);
    if (run == NULL ||
        options_load(&run->options, &run->config, argc - 1, argv + 1, run_flag, run) != 0) {
        free(run);
        return EXIT_FAILURE;
    }
    int result = EXIT_FAILURE;
    if (run->help) {
        printf("%s%s%s", help, options_short_help, help_end);
        result = EXIT_SUCCESS;
    } else {
        run->options.server.enabled = run->options.server.enabled && !run->headless;
        run->clock = clock_system();
        run->loop = loop_new();
        if (run->loop != NULL) {
            loop_on_signal(run->loop, SIGUSR1, on_flatten, run);
            service_open(&run->service); /* before there are threads: it changes the environment */
            result = run_session(run);
            service_close(&run->service);
            loop_free(run->loop);
        }
    }
    config_free(run->config);
    free(run);
    return result;
}

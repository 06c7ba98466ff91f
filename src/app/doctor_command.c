/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/doctor.h"
#include "app/flags.h"

static const char help[] =
    "cuttle doctor [options]    would a session run? asks everything that one needs\n"
    "\n"
    "Give it the options of `cuttle run`. Configuration, state directory, disk, dashboard, clock,\n"
    "network, venue, pairs, and where there is a key what the key may do and what the account "
    "holds: one\n"
    "line each, ok, warn, FAIL or skip, with what to do. It orders nothing. While a session runs "
    "on\n"
    "the same state directory the key is left alone.\n"
    "\n"
    "  --probe             also ask the venue what its documents leave open\n"
    "                      (docs/kraken-assumptions.md), by reads, and by orders that are only\n"
    "                      checked (validate); prints what was found\n";

static const char help_end[] = "\nExit status: 0 nothing FAILs; 1 something does.\n";

void doctor_say(struct doctor *doctor, enum doctor_verdict verdict, const char *what,
                const char *format, ...)
{
    static const char *const words[DOCTOR_VERDICTS] = {"ok", "warn", "FAIL", "skip", "found"};
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    for (char *at = text; *at != '\0'; at++) {
        if ((unsigned char)*at < 0x20 || *at == 0x7f) { /* some of it the venue wrote */
            *at = '?';
        }
    }
    printf("%-5s %-14s %s\n", words[verdict], what, text);
    fflush(stdout);
    doctor->counts[verdict]++;
}

/* What `run` takes and means nothing here is passed over, so that a command line can be tried by
 * exchanging one word. */
static int doctor_flag(void *context, int argc, char **argv)
{
    struct doctor *doctor = context;
    if (strcmp(argv[0], "--probe") == 0) {
        doctor->probe = true;
        return 1;
    }
    if (strcmp(argv[0], "--live") == 0) {
        doctor->options.live_asked = true;
        return 1;
    }
    if (flags_is_help(argv[0])) {
        doctor->help = true;
        return 1;
    }
    if (strcmp(argv[0], "--headless") == 0 || strcmp(argv[0], "--quiet") == 0) {
        doctor->headless |= strcmp(argv[0], "--headless") == 0;
        return 1;
    }
    const bool valued = strcmp(argv[0], "--report") == 0 || strcmp(argv[0], "--for") == 0;
    return valued && argc > 1 ? 2 : 0;
}

/* After options_load: what a session would make of the options. */
static bool settle(struct doctor *doctor)
{
    static const char *const modes[] = {
        [MODE_REHEARSAL] = "rehearsal",
        [MODE_PAPER] = "paper",
        [MODE_VALIDATE] = "validate",
        [MODE_LIVE] = "live",
    };
    static const char *const venues[] = {"local", "kraken", "files"};
    struct options *options = &doctor->options;
    struct engine_config engine;
    char error[512], text[OPTION_LIST_MAX];
    const char *words[PAIR_MAX];
    /* The second switch is given to a session, not to those who look whether one could run. */
    options->live_asked = options->live_asked || options->session.mode == MODE_LIVE;
    if (options_settle(options, error, sizeof error) != 0 ||
        options_engine(options, 1, &engine, error, sizeof error) != 0) {
        doctor_say(doctor, DOCTOR_FAIL, "configuration", "%s", error);
        return false;
    }
    if (options_fault(options, &engine) != NULL) {
        doctor_say(doctor, DOCTOR_FAIL, "strategies", "%s", options_fault(options, &engine));
    }
    const int count = options_pairs(options->session.pairs, text, sizeof text, words);
    if (count <= 0) {
        doctor_say(doctor, DOCTOR_FAIL, "configuration", "session.pairs: name 1 to %d pairs",
                   PAIR_MAX);
        return false;
    }
    char pairs[32] = "the universe's";
    if (!options_universe(options)) {
        snprintf(pairs, sizeof pairs, "%d", count);
    }
    doctor_say(doctor, DOCTOR_OK, "configuration", "mode %s, venue %s, %s pairs, %s candles",
               modes[options->session.mode], venues[options->venue.name], pairs,
               timeframe_names[options->base]);
    return true;
}

static void look_outside(struct doctor *doctor)
{
    char error[512];
    if (doctor->options.venue.name != VENUE_KRAKEN) {
        doctor_say(doctor, DOCTOR_SKIP, "venue",
                   "the market is on this machine and needs no network; --venue kraken asks "
                   "the real one");
        return;
    }
    const char *ca_file = doctor->options.venue.ca_file;
    doctor->ask = ask_open(ca_file[0] != '\0' ? ca_file : NULL, error, sizeof error);
    if (doctor->ask == NULL) {
        doctor_say(doctor, DOCTOR_FAIL, "network", "%s", error);
        return;
    }
    if (!doctor_venue(doctor)) {
        doctor_say(doctor, DOCTOR_SKIP, "account", "the venue does not answer");
        return;
    }
    if (doctor->probe) {
        doctor_probe_public(doctor);
    }
    if (doctor_account(doctor) && doctor->probe) {
        doctor_probe_account(doctor);
    }
}

static int conclude(const struct doctor *doctor)
{
    const uint32_t fails = doctor->counts[DOCTOR_FAIL], warns = doctor->counts[DOCTOR_WARN];
    if (fails > 0) {
        printf("\n%u to be mended before a session can do its work; %u to know of\n", fails, warns);
        return EXIT_FAILURE;
    }
    printf(warns > 0 ? "\na session can run; %u to know of\n" : "\nall is well\n", warns);
    return EXIT_SUCCESS;
}

static int examine(struct doctor *doctor, int argc, char **argv)
{
    if (options_load(&doctor->options, &doctor->config, argc, argv, doctor_flag, doctor) != 0) {
        doctor_say(doctor, DOCTOR_FAIL, "configuration", "what is wrong stands above");
        return conclude(doctor);
    }
    if (doctor->help) {
        printf("%s%s%s", help, options_short_help, help_end);
        return EXIT_SUCCESS;
    }
    if (settle(doctor)) {
        doctor_state(doctor);
        doctor_server(doctor);
        doctor_alarm(doctor);
        look_outside(doctor);
    }
    return conclude(doctor);
}

int command_doctor(int argc, char **argv)
{
    struct doctor *doctor = calloc(1, sizeof *doctor);
    if (doctor == NULL) {
        fprintf(stderr, "cuttle doctor: out of memory\n");
        return EXIT_FAILURE;
    }
    const int result = examine(doctor, argc - 1, argv + 1);
    ask_close(doctor->ask);
    kraken_signer_free(doctor->signer);
    keys_free(doctor->keys);
    free(doctor->names);
    if (doctor->lock != NULL) {
        state_lock_release(doctor->lock);
    }
    config_free(doctor->config);
    free(doctor);
    return result;
}

/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/flags.h"
#include "app/options.h"
#include "app/stress.h"

static const char help[] =
    "cuttle stress [--quick | --hours H] [options]    observe a running session, and judge it\n"
    "\n"
    "  --quick            five minutes, a round of questions each 5 s (so it is without --hours)\n"
    "  --hours H          so long: 72, or 0.5; a round each 10 s\n"
    "  --interval S       seconds between two rounds, 3 to 3600\n"
    "  --out FILE         the report, as a page (.html) or with every figure (.json)\n"
    "  --json             the report as JSON on standard output, progress on standard error\n";

static const char help_end[] =
    "\n"
    "A round asks for status, health, positions, metrics and the newest thought; the push is\n"
    "listened to all the while, and where the session runs on this machine its process is looked\n"
    "at (memory, descriptors, threads, processor). Nothing is commanded, and the load stays under\n"
    "two requests a second. Ctrl-C ends it early, with the report so far. Each row of the report\n"
    "is ok, WARN, FAIL or - (could not be seen), with its bounds beside it; the worst of them is\n"
    "the verdict (docs/operations.md).\n"
    "Exit status: 0 nothing failed; 1 something did, or there was nothing to observe.\n";

struct job {
    struct stress_flags flags;
    struct remote_flags remote;
    bool quick, help;
    struct options options;
    struct config *config;
};

static int complain(const char *error)
{
    fprintf(stderr, "cuttle stress: %s\n", error);
    return EXIT_FAILURE;
}

static int take(void *context, int argc, char **argv)
{
    struct job *job = context;
    const char *value = argc > 1 ? argv[1] : NULL;
    if (strcmp(argv[0], "--quick") == 0) {
        job->quick = true;
        return 1;
    }
    if (strcmp(argv[0], "--json") == 0) {
        job->flags.json = true;
        return 1;
    }
    if (flags_is_help(argv[0])) {
        job->help = true;
        return 1;
    }
    if (strcmp(argv[0], "--hours") == 0 && value != NULL) {
        return flags_real("stress", argv[0], value, 0.001, STRESS_HOURS_MOST, &job->flags.hours) ==
                       0
                   ? 2
                   : -EINVAL;
    }
    if (strcmp(argv[0], "--interval") == 0 && value != NULL) {
        return flags_real("stress", argv[0], value, STRESS_INTERVAL_LEAST, 3600,
                          &job->flags.interval_s) == 0
                   ? 2
                   : -EINVAL;
    }
    if (strcmp(argv[0], "--out") == 0 && value != NULL) {
        job->flags.out = value;
        return 2;
    }
    return remote_take(&job->remote, argc, argv);
}

static bool ends_in(const char *path, const char *end)
{
    const size_t len = strlen(path), end_len = strlen(end);
    return len > end_len && strcmp(path + len - end_len, end) == 0;
}

/* False after saying why. */
static bool settle(struct job *job)
{
    struct stress_flags *flags = &job->flags;
    if (job->quick && flags->hours > 0) {
        complain("--quick is five minutes; leave it out where --hours says how long");
        return false;
    }
    if (flags->out != NULL && !ends_in(flags->out, ".html") && !ends_in(flags->out, ".json")) {
        complain("--out: write a name that ends in .html or .json");
        return false;
    }
    const bool quick = !(flags->hours > 0);
    flags->interval_s = flags->interval_s > 0 ? flags->interval_s : quick ? 5 : 10;
    flags->hours = quick ? 5.0 / 60 : flags->hours;
    return true;
}

static bool write_report(const struct stress *stress, const struct stress_verdict *verdict)
{
    const char *path = stress->flags.out;
    if (path == NULL) {
        return true;
    }
    FILE *out = fopen(path, "we");
    bool well = out != NULL;
    if (well) {
        (ends_in(path, ".json") ? stress_json : stress_html)(stress, verdict, out);
        well = ferror(out) == 0;
        well = fclose(out) == 0 && well;
    }
    if (!well) {
        fprintf(stderr, "cuttle stress: %s cannot be written: %s\n", path, strerror(errno));
    }
    return well;
}

static int observe(struct job *job, struct stress *stress, struct remote *remote)
{
    struct stress_verdict verdict;
    snprintf(stress->address, sizeof stress->address, "%s", remote_address(remote));
    remote_heed_signals(remote);
    stress_watch(stress, job->flags.json ? stderr : stdout);
    stress_judge(stress, &verdict);
    if (job->flags.json) {
        stress_json(stress, &verdict, stdout);
    } else {
        stress_print(stress, &verdict, stdout);
    }
    const bool written = write_report(stress, &verdict);
    return written && verdict.state != STRESS_FAIL ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int run(struct job *job)
{
    char error[512];
    struct remote_answer answer;
    if (!settle(job)) {
        return EXIT_FAILURE;
    }
    struct remote *remote =
        remote_open(&job->remote, job->options.session.state, error, sizeof error);
    struct stress *stress = stress_new(&job->flags, remote);
    int result = EXIT_FAILURE;
    if (stress == NULL) {
        complain("out of memory");
    } else if (remote == NULL || remote_find(remote, error, sizeof error) != 0) {
        complain(error);
    } else if (!remote_ask(remote, "/api/v1/status", NULL, &answer)) {
        complain(answer.error);
    } else if (answer.status != 200) {
        snprintf(error, sizeof error, "%s answers with HTTP status %d%s", remote_address(remote),
                 answer.status, answer.status == 401 ? ": it wants a key (--key-file)" : "");
        complain(error);
    } else {
        result = observe(job, stress, remote);
    }
    remote_close(remote); /* the last calls to `stress` come from here */
    stress_free(stress);
    return result;
}

int command_stress(int argc, char **argv)
{
    struct job *job = calloc(1, sizeof *job);
    if (job == NULL) {
        return complain("out of memory");
    }
    int result = EXIT_FAILURE;
    if (options_load(&job->options, &job->config, argc - 1, argv + 1, take, job) == 0) {
        if (job->help) {
            printf("%s%s%s", help, remote_help, help_end);
            result = EXIT_SUCCESS;
        } else {
            result = run(job);
        }
    }
    config_free(job->config);
    free(job);
    return result;
}

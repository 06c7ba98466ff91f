/* SPDX-License-Identifier: MIT */
#include "app/look.h"
#include "app/flags.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int look_complain(const struct look *look, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    fprintf(stderr, "cuttle %s: %s\n", look->name, text);
    return EXIT_FAILURE;
}

static int take(void *context, int argc, char **argv)
{
    struct look *look = context;
    (void)argc;
    if (strcmp(argv[0], "--json") == 0) {
        look->json = true;
    } else if (flags_is_help(argv[0])) {
        look->help = true;
    } else if (argv[0][0] == '-') {
        return 0;
    } else if (look->subject == NULL) {
        look->subject = argv[0];
    } else {
        look_complain(look, "%s: one at a time; `cuttle help %s` says what", argv[0], look->name);
        return -EINVAL;
    }
    return 1;
}

static bool begin(struct look *look, int argc, char **argv)
{
    int states = 0;
    look->name = argv[0];
    for (int i = 1; i < argc; i++) {
        states += strcmp(argv[i], "--state") == 0;
    }
    if (states > 1) {
        look_complain(look, "--state: two state directories; name the one to look at");
        return false;
    }
    return options_load(&look->options, &look->config, argc - 1, argv + 1, take, look) == 0;
}

static bool open_ledger(struct look *look)
{
    char path[OPTION_PATH_MAX + 16], error[512];
    const char *state = look->options.session.state;
    snprintf(path, sizeof path, "%s/ledger.db", state);
    const int code = ledger_open_reader(path, &look->ledger, error, sizeof error);
    if (code == -ENOENT) {
        look_complain(look,
                      "there is no ledger in the state directory %s: name a session's own with "
                      "--state DIR",
                      state);
    } else if (code != 0) {
        look_complain(look, "%s", error);
    }
    return code == 0;
}

static int look_and_run(struct look *look, const char *help, int (*run)(struct look *look))
{
    if (look->help) {
        fputs(help, stdout);
        return EXIT_SUCCESS;
    }
    return open_ledger(look) ? run(look) : EXIT_FAILURE;
}

int look_command(int argc, char **argv, const char *help, int (*run)(struct look *look))
{
    struct look *look = calloc(1, sizeof *look);
    if (look == NULL) {
        fprintf(stderr, "cuttle %s: out of memory\n", argv[0]);
        return EXIT_FAILURE;
    }
    const int result = begin(look, argc, argv) ? look_and_run(look, help, run) : EXIT_FAILURE;
    ledger_close(look->ledger);
    config_free(look->config);
    free(look);
    return result;
}

/* SPDX-License-Identifier: MIT */
/*
 * What the commands have in common that look at a session and change nothing: `cuttle NAME
 * [SUBJECT] [--state DIR] [--json]`, and the state's ledger, read beside whoever writes it.
 */
#pragma once

#include <stdbool.h>

#include "app/options.h"
#include "store/ledger.h"

struct look {
    const char *name;    /* the command's */
    const char *subject; /* a trade or a pair; NULL none */
    bool json, help;
    struct options options;
    struct config *config;
    struct ledger *ledger;
};

/* A whole command: its arguments are read, --help answered, the ledger opened for `run`, whose exit
 * status is returned, and everything given back. What is wrong is said on standard error. */
int look_command(int argc, char **argv, const char *help, int (*run)(struct look *look));

/* "cuttle NAME: ..." on standard error; returns EXIT_FAILURE. */
int look_complain(const struct look *look, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

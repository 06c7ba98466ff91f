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

/* False after saying on standard error what is wrong. look_end either way. */
bool look_begin(struct look *look, int argc, char **argv);
bool look_open_ledger(struct look *look);
void look_end(struct look *look);

/* "cuttle NAME: ..." on standard error; returns EXIT_FAILURE. */
int look_complain(const struct look *look, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

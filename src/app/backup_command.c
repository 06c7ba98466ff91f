/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/flags.h"
#include "store/backup.h"

static const char help[] =
    "cuttle backup [--state DIR] TO     copy a state directory, also while cuttle runs on it\n"
    "\n"
    "Copies the ledger as of one moment, every segment of the journal, the vault (sealed as it "
    "is)\n"
    "and what else the state holds; not the log. Everything is read again and checked. TO must "
    "not\n"
    "be there yet, and appears when it is whole.\n"
    "\n"
    "To go back to it: stop cuttle, move the state directory away, copy TO to its place (cp -a),\n"
    "start. A backup is a state directory: `cuttle replay TO` runs its recording again.\n"
    "\n"
    "Exit status: 0 all is well; 1 no backup was made, or the state it copies is damaged, and "
    "where.\n";

int command_backup(int argc, char **argv)
{
    const char *state = "state", *to = NULL;
    for (int i = 1; i < argc; i++) {
        if (flags_is_help(argv[i])) {
            printf("%s", help);
            return EXIT_SUCCESS;
        }
        if (strcmp(argv[i], "--state") == 0 && i + 1 < argc) {
            state = argv[++i];
        } else if (argv[i][0] == '-' || to != NULL) {
            fprintf(stderr, "cuttle backup: %s: not understood; see `cuttle help backup`\n",
                    argv[i]);
            return EXIT_FAILURE;
        } else {
            to = argv[i];
        }
    }
    if (to == NULL) {
        fprintf(stderr, "%s", help);
        return EXIT_FAILURE;
    }
    char error[2048];
    struct backup_done done;
    if (backup_make(state, to, &done, error, sizeof error) != 0) {
        fprintf(stderr, "cuttle backup: %s\n", error);
        return EXIT_FAILURE;
    }
    printf("%s: %u files, %.1f MB; the ledger is sound, the journal has %u segments and %llu "
           "records\n",
           to, done.file_count, (double)done.bytes / 1e6, done.segment_count,
           (unsigned long long)done.record_count);
    if (done.damaged) {
        fprintf(stderr, "cuttle backup: the copy is like the state, and that is damaged: %s\n",
                done.note);
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}

/* SPDX-License-Identifier: MIT */
/*
 * A copy of a state directory that a session could go on from, made while one writes it or not:
 *
 *   ledger     as of one moment (store/ledger_copy.h), and before the journal, so that the journal
 *              holds all that the ledger tells: a start replays the newest segment and writes the
 *              ledger's last rows again, exactly as after a crash
 *   journal    every segment; the newest to where it was, which may be in the middle of a block
 *   the rest   the vault, still sealed, and what else lies there, but no log and no lock
 *
 * Everything written is read again from the disk: files byte by byte, the ledger's pages, the
 * journal's chain. The directory gets its name last, so one that has it is whole.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct backup_done {
    uint64_t bytes;
    uint32_t file_count, segment_count;
    uint64_t record_count; /* of the journal */
    bool torn;             /* the newest segment ends within a block */
    bool damaged;          /* a segment of the state itself does not verify; its copy is alike */
    char note[512];        /* where; "" else */
};

/* `to` must not exist. 0, or -errno with the reason in `error`; then nothing is left behind. */
int backup_make(const char *state_dir, const char *to, struct backup_done *ret, char *error,
                size_t error_size);

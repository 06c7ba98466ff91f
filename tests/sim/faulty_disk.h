/* SPDX-License-Identifier: MIT */
/*
 * A disk in memory that fails, in the place of store/disk.h's (the linker takes these) and below
 * SQLite (sim_vfs.h). It keeps apart what the system holds, which every process sees, and what the
 * platter has, which alone is there after the power was lost: pages of 4 KB go from one to the
 * other by a sync, directory entries by a sync of their directory. There is one disk at a time.
 *
 *   full        a file grows by what little is left, then -ENOSPC
 *   broken      writes and syncs fail
 *   forgetful   the next sync fails once; what it should have written is dropped, and the next one
 *               says that all is well
 *   dead        what a process that has died does leaves no trace
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void faulty_disk_new(uint64_t seed);
void faulty_disk_free(void);

void faulty_disk_full(bool full);
void faulty_disk_broken(bool broken);
void faulty_disk_forgetful(bool forgetful);
bool faulty_disk_well(void); /* none of these */

/* The process dies after so many more steps on the disk. */
void faulty_disk_die_after(uint32_t steps);

/* Another process may use it. `power`: the system's memory is lost; of each page, directory entry
 * and length that was not synced, the platter has the old, the new, or a part of both. */
void faulty_disk_revive(bool power);

/* What SQLite needs beside store/disk.h. */
int faulty_disk_open(const char *path, bool create, int *ret_fd);
int faulty_disk_read_at(int fd, void *bytes, size_t len, int64_t offset, size_t *ret_len);
int64_t faulty_disk_len(int fd);

/* A number that follows from the seed. */
uint64_t faulty_disk_random(void);

/* SPDX-License-Identifier: MIT */
/*
 * The few steps every file of the store takes: directories made, bytes written whole, a directory
 * entry made durable, and an error said once, in full. Errors are negative errno values.
 *
 * Journal and ledger reach the disk through these alone (and SQLite's own VFS), so that tests/sim
 * can set a faulty disk in their place.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define DISK_PATH_MAX 1024
#define DISK_ERROR_MAX 512

/* Writes the sentence into `error` and returns -code, so that a caller can `return disk_fail(...)`.
 */
int disk_fail(int code, char *error, size_t error_size, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Creates the directory and those above it, mode 0755. */
int disk_make_dirs(const char *path);

/* Creates the directory for its owner alone (0700), those above it as above; one of ours that
 * others may enter is narrowed. */
int disk_make_private(const char *path);

/* Takes the rights of others away, where the path is ours and not a directory for all (/tmp). */
int disk_narrow(const char *path);

/* Makes a file its owner's alone, also one that is already there. */
int disk_make_private_file(const char *path);

/* Creates the directories above `path`. */
int disk_make_parent(const char *path);

/* A new file to write, mode 0600; -EEXIST when there is one. */
int disk_create(const char *path, int *ret_fd);
void disk_close(int fd);

/* Writes all of it at `offset`; an interrupted or short write goes on. */
int disk_write_at(int fd, const void *bytes, size_t len, int64_t offset);

/* Shortens the file to `len` bytes, as far as this system knows. */
int disk_shorten(int fd, int64_t len);

/* Returns when the disk has the file (data: what is needed to read it). A failure is told once: the
 * next call may say that all is well, and what was not written is gone. */
int disk_sync(int fd);
int disk_sync_data(int fd);

/* Shortens the file to `len` bytes; 0 when the disk has done it. */
int disk_cut(const char *path, int64_t len);

/* Makes the entries of the directory that holds `path` durable: after a create, rename, unlink. */
int disk_sync_parent(const char *path);

int disk_remove(const char *path);
int disk_size(const char *path, uint64_t *ret_len);

/* The first bytes of a file, up to `len`. */
int disk_read_head(const char *path, void *bytes, size_t len, size_t *ret_len);

/* Visits every name in a directory, in no order. */
int disk_list(const char *dir, void (*visit)(void *context, const char *name), void *context);

/* Bytes that the file system of `path` still has for us. */
int disk_free(const char *path, uint64_t *ret_bytes);

/* Writes the file whole beside `path` and swaps it in: a crash leaves the one before. Mode 0600. */
int disk_write_file(const char *path, const void *bytes, size_t len);

/* The whole file in one allocation, with a zero byte after it; refused beyond size_max. */
int disk_read_file(const char *path, size_t size_max, char **ret_bytes, size_t *ret_len);

/* SPDX-License-Identifier: MIT */
/* A directory of the test's own, removed when the program ends; and files in it. */
#pragma once

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

static char scratch_dir[64];

static inline int scratch_remove_one(const char *path, const struct stat *status, int type,
                                     struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

static inline void scratch_remove(void)
{
    nftw(scratch_dir, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* The path of `name` in the directory, which is made on the first call. */
static inline const char *scratch(const char *name)
{
    static char paths[8][512];
    static unsigned turn;
    if (!scratch_dir[0]) {
        snprintf(scratch_dir, sizeof scratch_dir, "/tmp/cuttle-test-XXXXXX");
        EXPECT(mkdtemp(scratch_dir) != NULL);
        atexit(scratch_remove);
    }
    char *path = paths[turn++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", scratch_dir, name);
    return path;
}

static inline void scratch_write(const char *path, const void *bytes, size_t len)
{
    FILE *file = fopen(path, "wb");
    EXPECT(file != NULL);
    EXPECT(fwrite(bytes, 1, len, file) == len);
    EXPECT(fclose(file) == 0);
}

static inline char *scratch_read(const char *path, size_t *ret_len)
{
    FILE *file = fopen(path, "rb");
    EXPECT(file != NULL);
    fseek(file, 0, SEEK_END);
    *ret_len = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*ret_len + 1);
    EXPECT(fread(bytes, 1, *ret_len, file) == *ret_len);
    bytes[*ret_len] = '\0';
    fclose(file);
    return bytes;
}

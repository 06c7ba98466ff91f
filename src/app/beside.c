/* SPDX-License-Identifier: MIT */
#include "app/beside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/disk.h"

static bool absolute(const char *path, char *out, size_t size)
{
    char *real = realpath(path, NULL);
    const bool fits = real != NULL && strlen(real) < size;
    if (fits) {
        memcpy(out, real, strlen(real) + 1);
    }
    free(real);
    return fits;
}

/* The folder of the scripts that the session has; where it has none, one that is not there. */
static bool find_scripts(const struct options *options, struct beside *ret)
{
    char path[BESIDE_PATH_MAX];
    const struct shelf *shelf = options->shelf;
    snprintf(ret->scripts, sizeof ret->scripts, "%s/none", ret->state);
    if (shelf == NULL || shelf_count(shelf) == 0) {
        return true;
    }
    snprintf(path, sizeof path, "%s", shelf_path(shelf, 0));
    char *slash = strrchr(path, '/');
    *(slash != NULL ? slash : path) = '\0';
    return absolute(path[0] != '\0' ? path : ".", ret->scripts, sizeof ret->scripts);
}

bool beside_find(const struct options *options, const char *folder, struct beside *ret)
{
    if (disk_make_private(folder) != 0 || !absolute(folder, ret->folder, sizeof ret->folder) ||
        !absolute(options->session.state, ret->state, sizeof ret->state)) {
        return false;
    }
    if (!absolute(options->market.store, ret->store, sizeof ret->store)) {
        snprintf(ret->store, sizeof ret->store, "%s", options->market.store);
    }
    return find_scripts(options, ret);
}

bool beside_write_config(const struct options *options, const char *path)
{
    FILE *out = fopen(path, "we");
    if (out == NULL) {
        return false;
    }
    if (options->config != NULL) {
        config_show(options->config, out);
    }
    return fclose(out) == 0;
}

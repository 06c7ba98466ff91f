/* SPDX-License-Identifier: MIT */
#include "research/learn/booster_library.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "store/disk.h"

/* Debian's name of every version so far, and that of a build from source. */
static const char *const names[] = {"libxgboost.so.0", "libxgboost.so"};

/* A function's address as dlsym has it: C knows no cast for that, POSIX has both alike. */
static bool find(void *handle, const char *name, void *ret, size_t size)
{
    void *address = dlsym(handle, name);
    memcpy(ret, &address, size);
    return address != NULL;
}

int booster_library_find(const struct booster_library **ret, char *error, size_t error_size)
{
    static struct booster_library library;
    static bool found;
    void *handle = NULL;
    for (size_t i = 0; i < sizeof names / sizeof names[0] && !found && handle == NULL; i++) {
        handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    }
    if (!found && handle == NULL) {
        return disk_fail(ENOENT, error, error_size,
                         "XGBoost is not on this machine: install libxgboost0 (%s)", dlerror());
    }
    const char *missing = NULL;
#define BOOSTER_FIND(name)                                                                         \
    if (!found && !find(handle, #name, &library.name, sizeof library.name)) {                      \
        missing = #name;                                                                           \
    }
    BOOSTER_CALLS(BOOSTER_FIND)
#undef BOOSTER_FIND
    if (missing != NULL) {
        dlclose(handle);
        return disk_fail(ENOENT, error, error_size,
                         "the XGBoost of this machine has no %s: install libxgboost0 1.7 or later",
                         missing);
    }
    found = true;
    *ret = &library;
    return 0;
}

int booster_library_fail(const struct booster_library *library, const char *what, char *error,
                         size_t error_size)
{
    const char *text = library->XGBGetLastError();
    return disk_fail(EIO, error, error_size, "XGBoost: %s: %.*s", what, (int)strcspn(text, "\n"),
                     text);
}

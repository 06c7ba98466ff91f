/* SPDX-License-Identifier: MIT */
#include "platform/loop/spawn.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

int spawn_attributes(posix_spawnattr_t *attributes)
{
    sigset_t none, usual;
    sigemptyset(&none);
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    sigaddset(&usual, SIGHUP);
    posix_spawnattr_setsigmask(attributes, &none);
    posix_spawnattr_setsigdefault(attributes, &usual);
    posix_spawnattr_setpgroup(attributes, 0);
    return posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                    POSIX_SPAWN_SETPGROUP);
}

char **spawn_environment(size_t more, size_t *ret_count)
{
    static const char ours[] = "CUTTLE_";
    size_t count = 0;
    *ret_count = 0;
    while (environ[count])
        count++;
    char **list = calloc(count + more + 1, sizeof *list);
    for (size_t i = 0; list && i < count; i++)
        if (strncmp(environ[i], ours, sizeof ours - 1) != 0)
            list[(*ret_count)++] = environ[i];
    return list;
}

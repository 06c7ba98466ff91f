/* SPDX-License-Identifier: MIT */
#include "platform/loop/loop.h"

#include <errno.h>
#include <sys/random.h>

#include "core/base/check.h"

static void entropy_fill(void *self, void *bytes, size_t len)
{
    (void)self;
    unsigned char *next = bytes;
    while (len > 0) {
        ssize_t n = getrandom(next, len, 0);
        CHECK(n > 0 || errno == EINTR);
        if (n > 0) {
            next += n;
            len -= (size_t)n;
        }
    }
}

struct entropy entropy_system(void)
{
    return (struct entropy){.fill = entropy_fill};
}

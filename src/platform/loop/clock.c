/* SPDX-License-Identifier: MIT */
#include "platform/loop/loop.h"

#include <time.h>

#include "core/base/check.h"
#include "core/base/timestamp.h"

static int64_t clock_read(clockid_t which)
{
    struct timespec now;
    int rc = clock_gettime(which, &now);
    CHECK(rc == 0);
    return now.tv_sec * NS_PER_S + now.tv_nsec;
}

static int64_t clock_wall_ns(void *self)
{
    (void)self;
    return clock_read(CLOCK_REALTIME);
}

static int64_t clock_mono_ns(void *self)
{
    (void)self;
    return clock_read(CLOCK_MONOTONIC);
}

struct clock clock_system(void)
{
    return (struct clock){.wall_ns = clock_wall_ns, .mono_ns = clock_mono_ns};
}

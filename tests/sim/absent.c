/* SPDX-License-Identifier: MIT */
/*
 * What session.c refers to and no simulated session ever calls: it is made and ended by world.c.
 * Without these the linker would take the real recorder and dashboard, with their threads.
 */
#include "app/recorder.h"
#include "core/base/check.h"
#include "operator/server/bridge.h"

struct recorder *recorder_open(const struct recorder_config *config, char *error, size_t error_size)
{
    (void)config, (void)error, (void)error_size;
    CHECK(false);
    return NULL;
}

struct bridge *bridge_start(const struct bridge_config *config, struct view_box *box,
                            struct queue *queue, char *error, size_t error_size)
{
    (void)config, (void)box, (void)queue, (void)error, (void)error_size;
    CHECK(false);
    return NULL;
}

void bridge_stop(struct bridge *bridge)
{
    (void)bridge;
    CHECK(false);
}

uint16_t bridge_local_port(const struct bridge *bridge)
{
    (void)bridge;
    CHECK(false);
    return 0;
}

uint16_t bridge_port(const struct bridge *bridge)
{
    (void)bridge;
    CHECK(false);
    return 0;
}

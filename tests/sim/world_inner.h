/* SPDX-License-Identifier: MIT */
/* What the world's files share: world.c is its life, world_plan.c what a seed draws,
 * world_operator.c the operator, world_tell.c what a single seed's run says of itself. */
#pragma once

#include "world.h"

extern uint32_t world_disk_share;

void world_plan(struct world *world);
void world_operate(struct world *world);
void world_engine_config(const struct world *world, struct engine_config *ret);

/* With `verbose`: a line of what happened, with the time. */
void world_tell(const struct world *world, const char *what);
void world_tell_request(const struct world *world, const struct request *request);
void world_tell_report(const struct world *world, const struct report *report);
void world_tell_news(const struct world *world, const struct news *news);
void world_tell_plan(const struct world *world);

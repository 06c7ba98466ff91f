/* SPDX-License-Identifier: MIT */
/*
 * The view for Prometheus, in its text exposition format 0.0.4. The trader_ names are what
 * dashboards for such engines expect; ours are cuttle_.
 */
#pragma once

#include <stddef.h>

#include "operator/server/api.h"
#include "operator/server/bridge.h"

#define METRICS_CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* Returns the length, or 0 when it does not fit. */
size_t metrics_write(char *out, size_t size, const struct api_source *source,
                     const struct bridge_model *model);

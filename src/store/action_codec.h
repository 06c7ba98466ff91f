/* SPDX-License-Identifier: MIT */
/* What the engine did in a step, as bytes for the journal: a replay compares them. */
#pragma once

#include <stddef.h>

#include "core/engine/action.h"

/*
 * The orders placed, amended and cancelled, in full, and a hash over every record's figures. Two
 * steps are the same when their codes are. Returns the length, 0 when it does not fit.
 */
size_t actions_encode(const struct actions *actions, void *bytes, size_t size);

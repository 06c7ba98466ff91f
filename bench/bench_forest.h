/* SPDX-License-Identifier: MIT */
/*
 * A hundred full trees of depth 6 for the row of the forest, and the walk that a reader would write
 * first: one tree after the other, a branch at every node.
 */
#pragma once

#include "core/model/forest.h"

float plain_forest_margin(const struct forest *forest, const float *values);

/* SPDX-License-Identifier: MIT */
/* study.json, for the study alone: written when there is none, else held against the terms. */
#pragma once

#include "research/study.h"

/* 0, -EEXIST with the first difference, or -errno; the reason in `error`. */
int study_terms_hold(const struct study_config *config, char *error, size_t error_size);

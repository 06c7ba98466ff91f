/* SPDX-License-Identifier: MIT */
/* Between the files of the journal; callers use journal.h. */
#pragma once

#include <stdint.h>

/* The deletion behind journal_retain. */
int journal_retain_in(const char *dir, uint32_t current, int64_t before_ns, uint64_t size_max,
                      uint32_t *ret_removed);

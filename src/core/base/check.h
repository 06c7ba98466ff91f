/* SPDX-License-Identifier: MIT */
/*
 * CHECK: a statement that is true unless cuttle itself is wrong. It stays in the release build,
 * because with money a stopped program beats a wrong one. Never for input: input is refused.
 *
 * The core owns no output, so the shell may install a reporter; the process aborts either way.
 */
#pragma once

#define CHECK(cond) ((cond) ? (void)0 : check_failed(#cond, __FILE__, __LINE__))

typedef void check_reporter(const char *cond, const char *file, int line);

void check_report_to(check_reporter *reporter);

_Noreturn void check_failed(const char *cond, const char *file, int line);

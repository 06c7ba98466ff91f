/* SPDX-License-Identifier: MIT */
/* The folder that a command writes its files into. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "store/disk.h"

#define REPORT_STAMP_MAX 32

/* "20240801-123005": now, in UTC, as names have it. */
void report_stamp(char text[REPORT_STAMP_MAX]);

/*
 * Makes it: `asked`, or where that is NULL reports/NAME-TIME, with a number behind it where that is
 * there already. False with the reason in `error`.
 */
bool report_folder_make(char folder[DISK_PATH_MAX], const char *asked, const char *name,
                        char *error, size_t error_size);

typedef void report_writer(const void *context, FILE *out);

/* One file in it. False with the reason in `error`. */
bool report_folder_write(const char *folder, const char *name, report_writer *writer,
                         const void *context, char *error, size_t error_size);

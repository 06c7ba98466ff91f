/* SPDX-License-Identifier: MIT */
#include "app/report_folder.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void report_stamp(char text[REPORT_STAMP_MAX])
{
    const time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(text, REPORT_STAMP_MAX, "%Y%m%d-%H%M%S", &utc);
}

static void choose(char folder[DISK_PATH_MAX], const char *name)
{
    char time_text[REPORT_STAMP_MAX];
    report_stamp(time_text);
    snprintf(folder, DISK_PATH_MAX, "reports/%s-%s", name, time_text);
    for (int i = 2; access(folder, F_OK) == 0 && i < 1000; i++) {
        snprintf(folder, DISK_PATH_MAX, "reports/%s-%s-%d", name, time_text, i);
    }
}

bool report_folder_make(char folder[DISK_PATH_MAX], const char *asked, const char *name,
                        char *error, size_t error_size)
{
    if (asked != NULL) {
        snprintf(folder, DISK_PATH_MAX, "%s", asked);
    } else {
        choose(folder, name);
    }
    const int code = disk_make_dirs(folder);
    if (code != 0) {
        snprintf(error, error_size, "%s cannot be made: %s; name another folder with --out", folder,
                 strerror(-code));
    }
    return code == 0;
}

bool report_folder_write(const char *folder, const char *name, report_writer *writer,
                         const void *context, char *error, size_t error_size)
{
    char path[DISK_PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = fopen(path, "we");
    if (out != NULL) {
        writer(context, out);
    }
    const bool bad = out == NULL || ferror(out) != 0;
    if ((out != NULL && fclose(out) != 0) || bad) {
        snprintf(error, error_size,
                 "%s cannot be written: %s; name another folder with --out, or none with "
                 "--no-files",
                 path, strerror(errno));
        return false;
    }
    return true;
}

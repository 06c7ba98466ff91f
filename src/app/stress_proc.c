/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/stress.h"

static bool read_text(int64_t pid, const char *name, char *out, size_t size)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%" PRId64 "/%s", pid, name);
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return false;
    }
    const size_t len = fread(out, 1, size - 1, file);
    out[len] = '\0';
    fclose(file);
    return len > 0;
}

static double count_descriptors(int64_t pid)
{
    char path[64];
    double count = 0;
    snprintf(path, sizeof path, "/proc/%" PRId64 "/fd", pid);
    DIR *dir = opendir(path);
    if (dir == NULL) {
        return NAN;
    }
    while (readdir(dir) != NULL) {
        count++;
    }
    closedir(dir);
    return count - 2; /* . and .. */
}

void stress_read_process(int64_t pid, struct stress_sample *sample)
{
    char text[1024];
    unsigned long long pages = 0, user = 0, system = 0, threads = 0;
    sample->rss_mb = sample->cpu_s = sample->threads = sample->descriptors = NAN;
    if (pid <= 0) {
        return;
    }
    if (read_text(pid, "statm", text, sizeof text) && sscanf(text, "%*u %llu", &pages) == 1) {
        sample->rss_mb = (double)pages * (double)sysconf(_SC_PAGESIZE) / 1e6;
    }
    /* The name, in brackets, may hold anything; what is counted stands behind it. */
    const char *rest = read_text(pid, "stat", text, sizeof text) ? strrchr(text, ')') : NULL;
    if (rest != NULL &&
        sscanf(rest + 1,
               " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %*d %*d %*d %*d %llu", &user,
               &system, &threads) == 3) {
        sample->cpu_s = (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
        sample->threads = (double)threads;
    }
    sample->descriptors = count_descriptors(pid);
}

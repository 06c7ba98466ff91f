/* SPDX-License-Identifier: MIT */
/* cuttle learn report: the page of the last training once more. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/learn.h"

static int complain(const char *format, const char *what)
{
    fputs("cuttle learn report: ", stderr);
    fprintf(stderr, format, what);
    fputc('\n', stderr);
    return EXIT_FAILURE;
}

/* The folder below reports/ whose page was written last. */
static bool find_newest(char folder[DISK_PATH_MAX])
{
    DIR *reports = opendir("reports");
    struct timespec newest = {0};
    bool found = false;
    for (const struct dirent *entry = NULL;
         reports != NULL && (entry = readdir(reports)) != NULL;) {
        char path[DISK_PATH_MAX];
        struct stat page;
        const int len = snprintf(path, sizeof path, "reports/%s/learn.txt", entry->d_name);
        if (len < 0 || (size_t)len >= sizeof path || stat(path, &page) != 0) {
            continue;
        }
        const struct timespec *time = &page.st_mtim;
        if (!found || time->tv_sec > newest.tv_sec ||
            (time->tv_sec == newest.tv_sec && time->tv_nsec > newest.tv_nsec)) {
            newest = *time;
            snprintf(folder, DISK_PATH_MAX, "reports/%.1000s", entry->d_name);
            found = true;
        }
    }
    if (reports != NULL) {
        closedir(reports);
    }
    return found;
}

static int show(const char *folder, const char *name)
{
    char path[DISK_PATH_MAX + 32], text[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *in = fopen(path, "re");
    if (in == NULL) {
        return complain("%s cannot be read: it is no report of `cuttle learn`", path);
    }
    for (size_t len = 0; (len = fread(text, 1, sizeof text, in)) > 0;) {
        fwrite(text, 1, len, stdout);
    }
    const bool bad = ferror(in) != 0;
    fclose(in);
    return bad ? complain("%s cannot be read to its end", path) : EXIT_SUCCESS;
}

int learn_report(int argc, char **argv)
{
    char folder[DISK_PATH_MAX] = "";
    bool json = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            json = true;
        } else if (strcmp(argv[i], "--report") == 0 && i + 1 < argc) {
            snprintf(folder, sizeof folder, "%s", argv[++i]);
        } else {
            return complain("%s: only --report DIR and --json can be said here", argv[i]);
        }
    }
    if (folder[0] == '\0' && !find_newest(folder)) {
        return complain("there is none below %s; `cuttle learn` makes one", "reports/");
    }
    const int status = show(folder, json ? "learn.json" : "learn.txt");
    return status == EXIT_SUCCESS && fflush(stdout) != 0
               ? complain("%s", "the output was not taken")
               : status;
}

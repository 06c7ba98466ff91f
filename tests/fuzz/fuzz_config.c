/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a YAML file, as a .env file or as a variable: a refused source changes nothing and
 * gives a reason, and what an accepted one set can be shown, read back, and is the same.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/base/check.h"
#include "platform/config/config.h"

struct values {
    bool on;
    int64_t whole, duration, time, money;
    double real;
    int32_t choice;
    char text[32];
    char secret[16];
};

static const char *const choices[] = {"paper", "live", NULL};

static const struct option options[] = {
    {"on", OPTION_BOOL, "", "true", 0, 0, NULL, OPTION_FIELD(struct values, on), ""},
    {"whole", OPTION_INT, "", "1", -9, 99, NULL, OPTION_FIELD(struct values, whole), ""},
    {"real", OPTION_REAL, "", "1", 0, 0, NULL, OPTION_FIELD(struct values, real), ""},
    {"wait", OPTION_DURATION, "", "1s", 0, 3600, NULL, OPTION_FIELD(struct values, duration), ""},
    {"since", OPTION_TIME, "", "", 0, 0, NULL, OPTION_FIELD(struct values, time), ""},
    {"cash", OPTION_MONEY, "", "1", 0, 1e6, NULL, OPTION_FIELD(struct values, money), ""},
    {"mode", OPTION_CHOICE, "", "paper", 0, 0, choices, OPTION_FIELD(struct values, choice), ""},
    {"text", OPTION_TEXT, "", "", 0, 0, NULL, OPTION_FIELD(struct values, text), ""},
    {"key", OPTION_SECRET, "", "", 0, 0, NULL, OPTION_FIELD(struct values, secret), ""},
};
#define OPTION_COUNT (sizeof options / sizeof options[0])

static struct values risk, trend;
static const struct config_section sections[] = {
    {"risk", options, OPTION_COUNT, &risk, ""},
    {"strategy.trend", options, OPTION_COUNT, &trend, ""},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The path of a file in memory that holds the text; the next call takes it over. */
static const char *file_of(const void *text, size_t len)
{
    static int fd = -1;
    static char path[64];
    if (fd < 0)
        fd = memfd_create("fuzz", 0);
    CHECK(fd >= 0 && ftruncate(fd, 0) == 0 && pwrite(fd, text, len, 0) == (ssize_t)len);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return path;
}

static int read_source(struct config *config, uint8_t kind, const uint8_t *data, size_t size)
{
    if (kind % 3 == 0)
        return config_read_file(config, file_of(data, size));
    if (kind % 3 == 1)
        return config_read_env_file(config, file_of(data, size));
    char *variable = malloc(size + 1);
    CHECK(variable != NULL);
    memcpy(variable, data, size);
    variable[size] = '\0';
    int error = config_read_environment(config, (char *[]){variable, NULL});
    free(variable);
    return error;
}

/* Secrets are not shown, so they stay as they are when the page is read back. */
static void read_back(struct config *config)
{
    struct values risk_set = risk, trend_set = trend;
    char *page = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&page, &len);
    CHECK(out != NULL);
    config_show(config, out);
    fclose(out);
    int error = config_read_file(config, file_of(page, len));
    if (error != 0)
        fprintf(stderr, "%s\n%s\n", config_error(config), page);
    CHECK(error == 0);
    CHECK(memcmp(&risk_set, &risk, sizeof risk) == 0);
    CHECK(memcmp(&trend_set, &trend, sizeof trend) == 0);
    free(page);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    memset(&risk, 0, sizeof risk);
    memset(&trend, 0, sizeof trend);
    struct config *config = config_new(sections, 2);
    struct values risk_before = risk, trend_before = trend;
    if (read_source(config, data[0], data + 1, size - 1) == 0) {
        CHECK(config_error(config)[0] == '\0');
        read_back(config);
    } else {
        CHECK(config_error(config)[0] != '\0');
        CHECK(memcmp(&risk_before, &risk, sizeof risk) == 0);
        CHECK(memcmp(&trend_before, &trend, sizeof trend) == 0);
    }
    config_free(config);
    return 0;
}

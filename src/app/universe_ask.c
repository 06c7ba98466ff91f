/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "app/ask.h"
#include "app/universe.h"
#include "core/base/timestamp.h"

#define TIMEOUT_NS (60 * NS_PER_S) /* 4 MB over a slow line */

bool universe_ask(struct universe_table *table, const struct options *options, char *error,
                  size_t error_size)
{
    const struct venue_options *venue = &options->venue;
    char url[OPTION_PATH_MAX + 64];
    struct ask_answer answer = {0};
    struct ask *ask =
        ask_open(venue->ca_file[0] != '\0' ? venue->ca_file : NULL, error, error_size);
    if (ask == NULL) {
        return false;
    }
    const struct http_request request = {.method = "GET", .url = url, .timeout_ns = TIMEOUT_NS};
    snprintf(url, sizeof url, "%s/0/public/AssetPairs", venue->rest_url);
    bool read = ask_http(ask, &request, &answer) &&
                universe_read_pairs(table, answer.text, answer.len, error, error_size);
    if (read) {
        snprintf(url, sizeof url, "%s/0/public/Ticker", venue->rest_url);
        read = ask_http(ask, &request, &answer) &&
               universe_read_tickers(table, answer.text, answer.len, error, error_size);
    }
    if (answer.text == NULL) {
        snprintf(error, error_size, "%s: %s", url, answer.error);
    }
    ask_close(ask);
    return read;
}

/* SPDX-License-Identifier: MIT */
#include "app/download.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/base/timestamp.h"
#include "venue/kraken/errors.h"

#define TIMEOUT_NS (30 * NS_PER_S)
#define TRIES_MAX 9
#define PAUSE_MAX_NS (32 * NS_PER_S)

/* Kraken's counter of public calls forgets one a second or so; a full one takes a while. */
#define PAUSE_RATE_NS (15 * NS_PER_S)

static enum download_end wait_until(struct download *download, int64_t time_ns)
{
    const int64_t now_ns = download->clock.mono_ns(download->clock.self);
    return ask_pause(download->ask, time_ns > now_ns ? time_ns - now_ns : 0) ? DOWNLOAD_WHOLE
                                                                             : DOWNLOAD_STOPPED;
}

struct failure {
    char words[700];
    bool passes;
    int64_t pause_ns; /* at least */
};

/* One question, without asking again. */
static bool ask_once(struct download *download, const char *url, struct kraken_reply *reply,
                     struct failure *failure)
{
    const struct http_request request = {.method = "GET", .url = url, .timeout_ns = TIMEOUT_NS};
    struct ask_answer answer = {0};
    *failure = (struct failure){.passes = true};
    download->next_ns =
        download->clock.mono_ns(download->clock.self) + download->venue->rest_gap_ns;
    download->request_count++;
    if (!ask_http(download->ask, &request, &answer)) {
        snprintf(failure->words, sizeof failure->words, "%s", answer.error);
        failure->passes = answer.status <= 0 || answer.status == 429 || answer.status >= 500;
        failure->pause_ns = answer.status == 429 ? PAUSE_RATE_NS : 0;
        return false;
    }
    if (!kraken_reply_parse(answer.text, answer.len, reply, failure->words, sizeof failure->words))
        return false;
    if (reply->has_result && reply->error[0] == '\0')
        return true;
    const struct kraken_error *error = kraken_error_find(reply->error, strlen(reply->error));
    snprintf(failure->words, sizeof failure->words, "%s", reply->error);
    failure->passes = error->passing;
    failure->pause_ns = error->remedy == KRAKEN_REMEDY_WAIT ? PAUSE_RATE_NS : 0;
    return false;
}

enum download_end download_get(struct download *download, const char *what,
                               struct kraken_reply *reply)
{
    char url[OPTION_PATH_MAX + 160];
    struct failure failure;
    int64_t pause_ns = NS_PER_S;
    snprintf(url, sizeof url, "%s/0/public/%s", download->venue->rest_url, what);
    for (int tries = 1;; tries++) {
        if (wait_until(download, download->next_ns) != DOWNLOAD_WHOLE)
            return DOWNLOAD_STOPPED;
        if (ask_once(download, url, reply, &failure))
            return DOWNLOAD_WHOLE;
        if (ask_stopped(download->ask))
            return DOWNLOAD_STOPPED;
        if (!failure.passes || tries == TRIES_MAX) {
            data_complain("%s: %s", url, failure.words);
            return DOWNLOAD_FAILED;
        }
        if (failure.pause_ns > pause_ns)
            pause_ns = failure.pause_ns;
        fprintf(stderr, "%s%s: %s; asking again in %" PRId64 " s\n",
                download->shows ? "\r\033[K" : "", url, failure.words, pause_ns / NS_PER_S);
        download->next_ns = download->clock.mono_ns(download->clock.self) + pause_ns;
        pause_ns = pause_ns * 2 < PAUSE_MAX_NS ? pause_ns * 2 : PAUSE_MAX_NS;
    }
}

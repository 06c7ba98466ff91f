/* SPDX-License-Identifier: MIT */
#include "app/doctor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "venue/kraken/words.h"

/* Kraken's Time has whole seconds, so less cannot be seen. From the larger on something is wrong
 * with this machine that will also be wrong with nonces after a restart and with certificates. */
#define SKEW_WARN_NS (2 * NS_PER_S)
#define SKEW_FAIL_NS (30 * NS_PER_S)

#define TIMEOUT_NS (10 * NS_PER_S)
#define TIMEOUT_PAIRS_NS (60 * NS_PER_S) /* 4 MB over a slow line */

bool doctor_ask(struct doctor *doctor, const struct http_request *request, struct kraken_reply *ret,
                char *error, size_t error_size)
{
    char where[160];
    const struct ask_answer *answer = &doctor->answer;
    *ret = (struct kraken_reply){0};
    if (!ask_http(doctor->ask, request, &doctor->answer)) {
        snprintf(error, error_size, "%s", answer->error);
        return false;
    }
    if (!kraken_reply_parse(answer->text, answer->len, ret, where, sizeof where)) {
        snprintf(error, error_size, "its reply is malformed, %s", where);
        return false;
    }
    if (ret->error[0] != '\0' || !ret->has_result) {
        snprintf(error, error_size, "%s", ret->error[0] != '\0' ? ret->error : "no result");
        return false;
    }
    return true;
}

bool doctor_read(struct doctor *doctor, const char *name_and_query, struct kraken_reply *ret,
                 char *error, size_t error_size)
{
    char url[OPTION_PATH_MAX + 256];
    const bool pairs = strcmp(name_and_query, "AssetPairs") == 0;
    snprintf(url, sizeof url, "%s/0/public/%s", doctor->options.venue.rest_url, name_and_query);
    const struct http_request request = {
        .method = "GET",
        .url = url,
        .timeout_ns = pairs ? TIMEOUT_PAIRS_NS : TIMEOUT_NS,
    };
    return doctor_ask(doctor, &request, ret, error, error_size);
}

static bool read_time(struct json *json, int64_t *ret_ns)
{
    struct json_text key;
    int64_t seconds = 0;
    json_object(json);
    while (json_key(json, &key)) {
        if (WORD_IS(key, "unixtime")) {
            json_int(json, &seconds);
        } else {
            json_skip(json);
        }
    }
    *ret_ns = seconds * NS_PER_S;
    return json->error == NULL && seconds > 0 && seconds < INT64_MAX / NS_PER_S;
}

/* How far `ns` lies outside of [from, to]; negative before it. */
static int64_t outside(int64_t ns, int64_t from_ns, int64_t to_ns)
{
    return ns < from_ns ? ns - from_ns : ns > to_ns ? ns - to_ns : 0;
}

static void judge_clock(struct doctor *doctor, int64_t venue_ns)
{
    const struct ask_answer *answer = &doctor->answer;
    /* The venue read its clock, and cut it to the second, between our asking and its answer. */
    const int64_t skew_ns =
        outside(answer->began_wall_ns, venue_ns - answer->took_ns, venue_ns + NS_PER_S);
    const int64_t size_ns = skew_ns < 0 ? -skew_ns : skew_ns;
    doctor->skew_ns = skew_ns;
    if (size_ns < SKEW_WARN_NS) {
        doctor_say(doctor, DOCTOR_OK, "clock", "agrees with the venue's, as far as seconds tell");
        return;
    }
    doctor_say(doctor, size_ns < SKEW_FAIL_NS ? DOCTOR_WARN : DOCTOR_FAIL, "clock",
               "this machine's is %lld s %s the venue's: let NTP set it (timedatectl set-ntp true)",
               (long long)(size_ns / NS_PER_S), skew_ns < 0 ? "behind" : "ahead of");
}

static bool check_rest(struct doctor *doctor)
{
    char error[512];
    int64_t venue_ns = 0;
    struct kraken_reply reply;
    if (!doctor_read(doctor, "Time", &reply, error, sizeof error)) {
        doctor_say(doctor, DOCTOR_FAIL, "network",
                   "%s: %s; look at the network, a firewall, venue.rest_url",
                   doctor->options.venue.rest_url, error);
        return false;
    }
    doctor_say(doctor, DOCTOR_OK, "network", "%s answers in %.0f ms",
               doctor->options.venue.rest_url, (double)doctor->answer.took_ns / 1e6);
    if (read_time(&reply.result, &venue_ns)) {
        judge_clock(doctor, venue_ns);
    } else {
        doctor_say(doctor, DOCTOR_WARN, "clock", "the venue's time cannot be read");
    }
    return true;
}

static void check_status(struct doctor *doctor)
{
    char error[512], status[32] = "";
    struct kraken_reply reply;
    if (!doctor_read(doctor, "SystemStatus", &reply, error, sizeof error)) {
        doctor_say(doctor, DOCTOR_WARN, "venue", "its status: %s", error);
    } else if (!kraken_system_parse(&reply.result, status, sizeof status)) {
        doctor_say(doctor, DOCTOR_WARN, "venue", "its status cannot be read");
    } else {
        const bool online = strcmp(status, "online") == 0;
        doctor_say(doctor, online ? DOCTOR_OK : DOCTOR_WARN, "venue", "its status is %s%s", status,
                   online ? "" : ": entries wait until it is online; see status.kraken.com");
    }
}

static void judge_pair(struct doctor *doctor, const char *word, uint32_t *ret_good)
{
    const struct kraken_name *name = kraken_names_find(doctor->names, word);
    const char *currency = doctor->options.session.currency;
    if (name == NULL) {
        doctor_say(doctor, DOCTOR_FAIL, "pairs",
                   "Kraken does not list %s: take it out of session.pairs", word);
    } else if (strcmp(name->terms.quote, currency) != 0) {
        doctor_say(doctor, DOCTOR_FAIL, "pairs",
                   "%s is not quoted in %s: take it out of session.pairs, or set "
                   "session.currency",
                   name->terms.symbol, currency);
    } else if (name->terms.status != PAIR_ONLINE) {
        doctor_say(doctor, DOCTOR_WARN, "pairs", "%s is not open for all orders at present",
                   name->terms.symbol);
    } else {
        doctor->pair = doctor->pair == NULL ? name : doctor->pair;
        ++*ret_good;
    }
}

static void check_pairs(struct doctor *doctor)
{
    char error[512], text[OPTION_LIST_MAX];
    const char *words[PAIR_MAX];
    struct kraken_reply reply;
    uint32_t good = 0;
    doctor->names = malloc(sizeof *doctor->names);
    if (doctor->names == NULL) {
        doctor_say(doctor, DOCTOR_FAIL, "pairs", "out of memory");
        return;
    }
    if (!doctor_read(doctor, "AssetPairs", &reply, error, sizeof error)) {
        doctor_say(doctor, DOCTOR_FAIL, "pairs", "Kraken's list of them: %s", error);
        return;
    }
    if (!kraken_names_read(doctor->names, &reply.result)) {
        doctor_say(doctor, DOCTOR_FAIL, "pairs", "Kraken's list of them cannot be read");
        return;
    }
    if (options_universe(&doctor->options)) {
        snprintf(text, sizeof text, "BTC/%s", doctor->options.session.currency);
        doctor->pair = kraken_names_find(doctor->names, text);
        doctor_say(doctor, DOCTOR_OK, "pairs",
                   "chosen at the start, of %u that Kraken has: `cuttle universe` shows which",
                   doctor->names->count);
        return;
    }
    const int count = options_pairs(doctor->options.session.pairs, text, sizeof text, words);
    for (int i = 0; i < count; i++) {
        judge_pair(doctor, words[i], &good);
    }
    if ((int)good == count) {
        doctor_say(doctor, DOCTOR_OK, "pairs", "all %d are listed and open, of %u that Kraken has",
                   count, doctor->names->count);
    }
}

static void check_socket(struct doctor *doctor)
{
    const char *url = doctor->options.venue.ws_url;
    struct ask_answer *answer = &doctor->answer;
    if (!ask_connect(doctor->ask, url, answer) ||
        !ask_message(doctor->ask, "{\"method\":\"ping\",\"req_id\":1}", 1, answer)) {
        doctor_say(doctor, DOCTOR_FAIL, "network",
                   "%s: %s; look at the network, a firewall, venue.ws_url", url, answer->error);
        return;
    }
    doctor_say(doctor, DOCTOR_OK, "network", "%s answers in %.0f ms", url,
               (double)answer->took_ns / 1e6);
}

bool doctor_venue(struct doctor *doctor)
{
    if (!check_rest(doctor)) {
        return false;
    }
    check_socket(doctor);
    check_status(doctor);
    check_pairs(doctor);
    return true;
}

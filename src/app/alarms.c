/* SPDX-License-Identifier: MIT */
#include "app/alarms.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/keys.h"
#include "core/base/timestamp.h"
#include "platform/crypto/secret.h"
#include "platform/log/log.h"
#include "platform/queue/queue.h"
#include "store/ledger.h"

/* Two hundred events and more: what a disk that is full for hours lets come together. */
#define ROWS_SIZE (256u << 10)

/* Open ones come however old they are, beside the newest. */
#define PAST_MAX (EVENT_LIST_MAX + SENTRY_KINDS)

struct alarms {
    const struct options *options;
    char host[256];
    char *secret;
    struct queue *rows;
    struct alarm_config config;
    struct ledger_event past[PAST_MAX];
};

static const char *const modes[] = {
    [MODE_REHEARSAL] = "rehearsal",
    [MODE_PAPER] = "paper",
    [MODE_VALIDATE] = "validate",
    [MODE_LIVE] = "live",
};
static const char *const venues[] = {"local", "kraken", "files"};

static void set_config(struct alarms *alarms)
{
    const struct options *options = alarms->options;
    const struct alarm_options *alarm = &options->alarm;
    alarms->config = (struct alarm_config){
        .sentry = {.silence_ns = alarm->silence_ns,
                   .disconnected_ns = alarm->disconnected_ns,
                   .stale_share = alarm->stale_share,
                   .faults = alarm->faults,
                   .skew_ns = alarm->skew_ns,
                   .disk_bytes = (uint64_t)alarm->disk_mb * 1000000,
                   .drawdown = alarm->drawdown,
                   .bare_ns = alarm->bare_ns,
                   .repeat_ns = alarm->repeat_ns},
        .severity = (enum sentry_severity)alarm->severity,
        .webhook = alarm->webhook,
        .secret = alarms->secret,
        .command = alarm->command,
        .ca_file = alarm->ca_file,
        .state = options->session.state,
        .host = alarms->host,
        .venue = venues[options->venue.name],
        .mode = modes[options_mode(options)],
        .version = CUTTLE_VERSION,
        .waiting = options->waiting,
        .rows = alarms->rows,
        .past = alarms->past,
    };
}

struct alarms *alarms_new(const struct options *options, char *error, size_t error_size)
{
    struct alarms *alarms = calloc(1, sizeof *alarms);
    if (alarms == NULL || (alarms->rows = queue_new(ROWS_SIZE)) == NULL) {
        snprintf(error, error_size, "out of memory");
        alarms_free(alarms);
        return NULL;
    }
    alarms->options = options;
    if (!keys_alarm(options->session.state, options->alarm.is_signed, &alarms->secret, error,
                    error_size)) {
        alarms_free(alarms);
        return NULL;
    }
    if (gethostname(alarms->host, sizeof alarms->host - 1) != 0) {
        snprintf(alarms->host, sizeof alarms->host, "this machine");
    }
    set_config(alarms);
    return alarms;
}

void alarms_free(struct alarms *alarms)
{
    if (alarms == NULL) {
        return;
    }
    secret_free(alarms->secret);
    queue_free(alarms->rows);
    free(alarms);
}

static void remember(void *context, const struct ledger_event *event)
{
    struct alarms *alarms = context;
    if (alarms->config.past_count < PAST_MAX) {
        alarms->past[alarms->config.past_count++] = *event;
    }
}

void alarms_remember(struct alarms *alarms)
{
    char path[OPTION_PATH_MAX + 16], error[512];
    struct ledger *ledger = NULL;
    snprintf(path, sizeof path, "%s/ledger.db", alarms->options->session.state);
    if (ledger_open_reader(path, &ledger, error, sizeof error) != 0 ||
        ledger_last_event(ledger, &alarms->config.last_id) != 0) {
        log_warn("alarm.past", ledger == NULL ? error : ledger_error(ledger), "instead",
                 "events of this session are not kept, or they would take old ones' places", NULL);
        alarms->config.rows = NULL;
    } else if (ledger_each_event(ledger, EVENT_LIST_MAX, remember, alarms) != 0) {
        log_warn("alarm.past", ledger_error(ledger), NULL);
    }
    ledger_close(ledger);
}

const struct alarm_config *alarms_config(const struct alarms *alarms)
{
    return &alarms->config;
}

struct queue *alarms_rows(const struct alarms *alarms)
{
    return alarms->rows;
}

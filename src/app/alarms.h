/* SPDX-License-Identifier: MIT */
/*
 * What the bridge watches by, made of the options: thresholds, the ways out, the secret that signs,
 * the events that earlier sessions left, and the queue by which new ones go to the ledger.
 */
#pragma once

#include "app/options.h"
#include "operator/watch/alarm.h"

struct alarms;

/* With the vault's passphrase asked for where alarms are to be signed from it. NULL with the reason
 * in `error`. */
struct alarms *alarms_new(const struct options *options, char *error, size_t error_size);
void alarms_free(struct alarms *alarms);

/* Reads what the ledger kept, once its schema is of this cuttle. What cannot be read is said in the
 * log; when that is the newest number, new events have none to be kept by, and are not. */
void alarms_remember(struct alarms *alarms);

/* Good until alarms_free. */
const struct alarm_config *alarms_config(const struct alarms *alarms);

/* For recorder_config. */
struct queue *alarms_rows(const struct alarms *alarms);

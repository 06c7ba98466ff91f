/* SPDX-License-Identifier: MIT */
#include "app/doctor.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "operator/watch/webhook.h"

static void check_webhook(struct doctor *doctor, const char *url)
{
    char host[128];
    webhook_host(url, host, sizeof host);
    if (strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0) {
        doctor_say(doctor, DOCTOR_FAIL, "alarms",
                   "alarm.webhook begins neither with https:// nor with http://");
        return;
    }
    const bool here = strncmp(host, "127.", 4) == 0 || strncmp(host, "localhost", 9) == 0 ||
                      strncmp(host, "[::1]", 5) == 0;
    if (url[4] == ':' && !here) {
        doctor_say(doctor, DOCTOR_WARN, "alarms",
                   "alarm.webhook goes to %s unencrypted: use https://", host);
    } else {
        doctor_say(doctor, DOCTOR_OK, "alarms", "they go to %s; `cuttle alarm test` tries it",
                   host);
    }
}

static void check_command(struct doctor *doctor, const char *command)
{
    char path[OPTION_PATH_MAX];
    snprintf(path, sizeof path, "%.*s", (int)strcspn(command, " \t"), command);
    if (strchr(path, '/') == NULL || access(path, X_OK) != 0) {
        doctor_say(doctor, DOCTOR_FAIL, "alarms",
                   "alarm.command: %s is no program that can be run: write its whole path", path);
    } else {
        doctor_say(doctor, DOCTOR_OK, "alarms",
                   "they are given to %s; `cuttle alarm test` tries it", path);
    }
}

void doctor_alarm(struct doctor *doctor)
{
    const struct alarm_options *alarm = &doctor->options.alarm;
    if (alarm->webhook[0] == '\0' && alarm->command[0] == '\0') {
        const bool live = doctor->options.session.mode == MODE_LIVE;
        doctor_say(doctor, live ? DOCTOR_WARN : DOCTOR_SKIP, "alarms",
                   "none leaves this machine: set alarm.webhook or alarm.command "
                   "(docs/operations.md)");
        return;
    }
    if (alarm->webhook[0] != '\0') {
        check_webhook(doctor, alarm->webhook);
    }
    if (alarm->command[0] != '\0') {
        check_command(doctor, alarm->command);
    }
}

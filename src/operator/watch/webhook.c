/* SPDX-License-Identifier: MIT */
#include "operator/watch/webhook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "platform/crypto/digest.h"
#include "platform/log/log.h"

#define TIMEOUT_NS (10 * NS_PER_S)
#define HURRIED_MS 1000
#define HOST_MAX 128

static const uint32_t pauses_s[] = {2, 8, 30, 120, 300};
#define TRIES_MAX (sizeof pauses_s / sizeof pauses_s[0] + 1)

struct webhook {
    struct transport transport;
    struct webhook_config config;
    char host[HOST_MAX];
    webhook_done *done;
    void *context;
    struct loop_timer *timer;
    bool busy;     /* the first of the queue is being sent, or waits to be sent again */
    bool asking;   /* a request is under way */
    bool replaced; /* the one under way was dropped from the queue meanwhile */
    bool hurried;  /* there is no time for pauses, */
    bool given_up; /* or no more at all */
    uint32_t tries;
    struct notice_tally tally;
    struct notice_queue queue;
};

void webhook_host(const char *url, char *out, size_t size)
{
    const char *begin = strstr(url, "://");
    begin = begin ? begin + 3 : url;
    const char *at = begin + strcspn(begin, "/?#");
    for (const char *c = begin; c < at; c++) /* a name and password before it are no part of it */
        if (*c == '@')
            begin = c + 1;
    snprintf(out, size, "%.*s", (int)(at - begin), begin);
}

static void send_first(struct webhook *webhook);

static void finish(struct webhook *webhook, const char *error)
{
    char name[NOTICE_NAME_MAX] = "an alarm";
    if (!webhook->replaced) {
        notice_name(notice_queue_first(&webhook->queue), name);
        notice_queue_drop(&webhook->queue);
    }
    webhook->replaced = false;
    webhook->busy = false;
    webhook->tries = 0;
    if (error) {
        webhook->tally.failed_count++;
        snprintf(webhook->tally.failure, sizeof webhook->tally.failure, "%s", error);
        log_printf(LOG_WARN, "alarm.webhook", "%s did not take %s: %s", webhook->host, name, error);
    } else {
        webhook->tally.sent_count++;
        webhook->tally.failure[0] = '\0';
    }
    if (webhook->done)
        webhook->done(webhook->context, error);
    send_first(webhook);
}

static bool worth_another(int status)
{
    return status <= 0 || status == 408 || status == 429 || status >= 500;
}

static void on_reply(void *context, const struct http_response *response)
{
    struct webhook *webhook = context;
    char error[160];
    webhook->asking = false;
    if (webhook->given_up)
        return;
    if (response->status >= 200 && response->status < 300) {
        finish(webhook, NULL);
        return;
    }
    if (response->status > 0)
        snprintf(error, sizeof error, "it answers with HTTP status %d", response->status);
    else
        snprintf(error, sizeof error, "%s", response->error ? response->error : "no reply came");
    const bool enough = webhook->tries == 0 || (webhook->tries >= TRIES_MAX && !webhook->hurried);
    if (enough || !worth_another(response->status)) {
        finish(webhook, error);
        return;
    }
    snprintf(webhook->tally.failure, sizeof webhook->tally.failure, "%s", error);
    const uint64_t pause_ms =
        webhook->hurried ? HURRIED_MS : 1000 * (uint64_t)pauses_s[webhook->tries - 1];
    loop_timer_set(webhook->timer, pause_ms, 0);
}

static void sign(const struct webhook *webhook, const struct notice *notice, char hex[65])
{
    uint8_t mac[SHA256_LEN];
    hmac_sha256(webhook->config.secret, strlen(webhook->config.secret),
                &(struct span){notice->json, notice->len}, 1, mac);
    for (size_t i = 0; i < sizeof mac; i++)
        snprintf(hex + 2 * i, 3, "%02x", mac[i]);
}

static void send_now(void *context)
{
    struct webhook *webhook = context;
    const struct notice *notice = notice_queue_first(&webhook->queue);
    char headers[512], hex[65] = "";
    const bool secret = webhook->config.secret && webhook->config.secret[0];
    if (secret)
        sign(webhook, notice, hex);
    snprintf(headers, sizeof headers,
             "Content-Type: application/json\r\nX-Cuttle-Event: %s\r\n"
             "X-Cuttle-Delivery: %llu-%s-%lld\r\n%s%s%s",
             notice->event.type, (unsigned long long)notice->event.id,
             sentry_news_word(notice->news), (long long)(notice->told_ns / NS_PER_MS),
             secret ? "X-Cuttle-Signature: sha256=" : "", hex, secret ? "\r\n" : "");
    const struct http_request request = {
        .method = "POST",
        .url = webhook->config.url,
        .headers = headers,
        .body = notice->json,
        .body_len = notice->len,
        .timeout_ns = TIMEOUT_NS,
    };
    webhook->tries++;
    webhook->asking = true;
    if (webhook->transport.http_request(webhook->transport.self, &request, on_reply, webhook) != 0)
        on_reply(webhook, &(struct http_response){
                              .status = 400, .error = "alarm.webhook is no URL that can be asked"});
}

/* Not from inside the call that put it: the transport may be about to say something else. */
static void send_first(struct webhook *webhook)
{
    if (webhook->busy || !notice_queue_first(&webhook->queue))
        return;
    webhook->busy = true;
    loop_timer_set(webhook->timer, 0, 0);
}

struct webhook *webhook_new(struct loop *loop, const struct transport *transport,
                            const struct webhook_config *config, webhook_done *done, void *context)
{
    struct webhook *webhook = calloc(1, sizeof *webhook);
    if (!webhook)
        return NULL;
    webhook->transport = *transport;
    webhook->config = *config;
    webhook->done = done;
    webhook->context = context;
    webhook_host(config->url, webhook->host, sizeof webhook->host);
    webhook->timer = loop_timer_start(loop, LOOP_NEVER, 0, send_now, webhook);
    return webhook;
}

void webhook_free(struct webhook *webhook)
{
    if (!webhook)
        return;
    loop_timer_stop(webhook->timer);
    free(webhook);
}

void webhook_put(struct webhook *webhook, const struct notice *notice)
{
    if (!notice_queue_put(&webhook->queue, notice)) {
        webhook->tally.dropped_count++;
        webhook->replaced = webhook->asking;
        webhook->tries = 0;
    }
    send_first(webhook);
}

void webhook_hurry(struct webhook *webhook)
{
    webhook->hurried = true;
    if (webhook->busy && !webhook->asking)
        loop_timer_set(webhook->timer, 0, 0);
}

bool webhook_idle(const struct webhook *webhook)
{
    return !webhook->busy;
}

void webhook_give_up(struct webhook *webhook)
{
    const struct notice *notice;
    char name[NOTICE_NAME_MAX];
    webhook->given_up = true;
    loop_timer_set(webhook->timer, LOOP_NEVER, 0);
    for (; (notice = notice_queue_first(&webhook->queue)); notice_queue_drop(&webhook->queue)) {
        notice_name(notice, name);
        log_printf(LOG_WARN, "alarm.undelivered", "%s: %s had not taken it when the session ended",
                   name, webhook->host);
        webhook->tally.failed_count++;
    }
}

void webhook_leave(struct webhook *webhook, struct notice_queue *queue)
{
    webhook->given_up = true;
    loop_timer_set(webhook->timer, LOOP_NEVER, 0);
    notice_queue_move(&webhook->queue, queue);
}

const struct notice_tally *webhook_tally(const struct webhook *webhook)
{
    return &webhook->tally;
}

/* SPDX-License-Identifier: MIT */
#include "app/caller.h"

#include <stdio.h>

#include "core/base/timestamp.h"

#define TURN_MS 50

bool caller_open(struct caller *caller, const char *ca_file, char *error, size_t error_size)
{
    const struct net_config config = {.user_agent = "cuttle/" CUTTLE_VERSION, .ca_file = ca_file};
    struct loop *loop = loop_new();
    *caller = (struct caller){0};
    if (loop == NULL) {
        snprintf(error, error_size, "out of memory or file descriptors");
        return false;
    }
    struct net *net = net_open(loop, &config, error, error_size);
    if (net == NULL) {
        loop_free(loop);
        return false;
    }
    *caller = (struct caller){
        .loop = loop, .net = net, .transport = net_transport(net), .clock = clock_system()};
    return true;
}

void caller_close(struct caller *caller)
{
    if (caller->loop != NULL) {
        net_close(caller->net);
        loop_free(caller->loop);
        *caller = (struct caller){0};
    }
}

static void on_signal(void *context)
{
    struct caller *caller = context;
    caller->stop_count++;
}

void caller_heed(struct caller *caller, int signal)
{
    loop_on_signal(caller->loop, signal, on_signal, caller);
}

int64_t caller_now_ns(const struct caller *caller)
{
    return caller->clock.mono_ns(caller->clock.self);
}

bool caller_wait(struct caller *caller, int64_t until_mono_ns)
{
    int64_t left_ns = until_mono_ns - caller_now_ns(caller);
    while (caller->stop_count == 0 && left_ns > 0) {
        const int64_t left_ms = left_ns / NS_PER_MS + 1;
        loop_turn(caller->loop, left_ms < TURN_MS ? (uint32_t)left_ms : TURN_MS);
        left_ns = until_mono_ns - caller_now_ns(caller);
    }
    return caller->stop_count == 0;
}

bool caller_await(struct caller *caller, const bool *done, int64_t wait_ns)
{
    const int64_t began_ns = caller_now_ns(caller);
    while (!*done && caller->stop_count < 2 && caller_now_ns(caller) - began_ns < wait_ns) {
        loop_turn(caller->loop, TURN_MS);
    }
    return *done;
}

/* SPDX-License-Identifier: MIT */
/* What the files of the bridge share: all of it belongs to the bridge's own thread. */
#pragma once

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "core/base/histogram.h"
#include "operator/server/bridge.h"
#include "operator/server/live.h"
#include "operator/watch/alarm.h"
#include "platform/loop/loop.h"
#include "platform/seam.h"

#define SCRATCH_SIZE (8 * 1024 * 1024) /* 500 thoughts of 16 KB; pages are touched when needed */
#define ERROR_MAX 256

struct control;
struct door;
struct lobby;
struct server;

/* A port that requests come by. */
struct entrance {
    struct bridge *bridge;
    struct server *server; /* NULL: closed */
    struct door *door;
};

struct bridge {
    struct view_box *box;
    struct queue *queue;
    struct bridge_config config;
    struct loop *loop;
    struct entrance front;
    struct entrance beside; /* of this machine alone, where the front is not as it is there */
    struct clock clock;
    struct history *history;
    struct live *live;
    struct control *control; /* NULL: no commands are taken */
    struct lobby *lobby;
    struct alarm *alarm; /* NULL: nobody watches */
    struct alarm_figures alarm_figures;
    struct histogram request_times;
    char *scratch;
    struct pair pairs[PAIR_MAX]; /* the view's terms, side by side, for sentences */
    const char *strategies[STRATEGY_MAX];
    pthread_t thread;
    sem_t started;
    _Atomic bool stop;
    bool failed;
    char error[ERROR_MAX];
};

/* Takes what waits in the queue: a timer's work, `context` the bridge. */
void bridge_news(void *context);

/* Answers commands whose records are on disk by now. */
void bridge_kept(struct bridge *bridge);

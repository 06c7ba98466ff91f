/* SPDX-License-Identifier: MIT */
#include "venue/kraken/kraken_feed.h"

static void face_close(void *self)
{
    kraken_feed_close(self);
}

static void face_tick(void *self)
{
    kraken_feed_tick(self);
}

static int64_t face_time(void *self)
{
    return kraken_feed_time(self);
}

static bool face_timed(void *self)
{
    return kraken_feed_timed(self);
}

static double face_speed(void *self)
{
    return kraken_feed_speed(self);
}

static bool face_ended(void *self)
{
    return kraken_feed_ended(self);
}

static bool face_lockstep(void *self)
{
    return kraken_feed_lockstep(self);
}

static void face_step_done(void *self)
{
    kraken_feed_step_done(self);
}

static const struct feed_stats *face_stats(void *self)
{
    return kraken_feed_stats(self);
}

struct feed kraken_feed_face(struct kraken_feed *feed)
{
    return (struct feed){
        .self = feed,
        .close = face_close,
        .tick = face_tick,
        .time = face_time,
        .timed = face_timed,
        .speed = face_speed,
        .ended = face_ended,
        .lockstep = face_lockstep,
        .step_done = face_step_done,
        .stats = face_stats,
    };
}

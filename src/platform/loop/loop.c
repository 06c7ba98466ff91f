/* SPDX-License-Identifier: MIT */
#include "platform/loop/loop.h"

#include <stdlib.h>
#include <uv.h>

#include "core/base/check.h"
#include "platform/loop/loop_native.h"

struct loop_end {
    struct loop_end *next;
    loop_callback *callback;
    void *context;
};

struct loop {
    uv_loop_t uv;
    uv_async_t wake;
    uv_timer_t guard; /* ends the wait of loop_turn */
    loop_callback *wake_callback;
    void *wake_context;
    struct loop_handle handles; /* head of a ring */
    struct loop_end *ends;
    struct loop_child *children;
    bool watches_children;
};

struct loop_timer {
    struct loop_handle handle;
    uv_timer_t uv;
    loop_callback *callback;
    void *context;
};

struct loop_signal {
    struct loop_handle handle;
    uv_signal_t uv;
    loop_callback *callback;
    void *context;
};

static void loop_woken(uv_async_t *wake)
{
    struct loop *loop = wake->data;
    if (loop->wake_callback)
        loop->wake_callback(loop->wake_context);
}

struct loop *loop_new(void)
{
    struct loop *loop = calloc(1, sizeof *loop);
    if (!loop)
        return NULL;
    loop->handles.next = loop->handles.prev = &loop->handles;
    if (uv_loop_init(&loop->uv) != 0) {
        free(loop);
        return NULL;
    }
    if (uv_async_init(&loop->uv, &loop->wake, loop_woken) != 0) {
        uv_loop_close(&loop->uv);
        free(loop);
        return NULL;
    }
    loop->wake.data = loop;
    uv_timer_init(&loop->uv, &loop->guard);
    return loop;
}

void loop_free(struct loop *loop)
{
    if (!loop)
        return;
    loop_child_end_all(loop);
    while (loop->handles.next != &loop->handles)
        loop_handle_close(loop->handles.next);
    uv_close((uv_handle_t *)&loop->wake, NULL);
    uv_close((uv_handle_t *)&loop->guard, NULL);
    while (uv_run(&loop->uv, UV_RUN_DEFAULT) != 0) {
        continue; /* a loop_stop that no loop_run has seen ends the first round early */
    }
    while (loop->ends) {
        struct loop_end *end = loop->ends;
        loop->ends = end->next;
        end->callback(end->context);
        free(end);
    }
    int rc = uv_loop_close(&loop->uv);
    CHECK(rc == 0);
    free(loop);
}

struct uv_loop_s *loop_native(struct loop *loop)
{
    return &loop->uv;
}

struct loop_child **loop_children(struct loop *loop)
{
    return &loop->children;
}

int loop_watch_children(struct loop *loop, loop_callback *reap)
{
    int rc = loop->watches_children ? 0 : loop_on_signal(loop, SIGCHLD, reap, loop);
    loop->watches_children = rc == 0;
    return rc;
}

void loop_at_free(struct loop *loop, loop_callback *callback, void *context)
{
    struct loop_end *end = malloc(sizeof *end);
    CHECK(end);
    *end = (struct loop_end){.next = loop->ends, .callback = callback, .context = context};
    loop->ends = end;
}

void loop_handle_add(struct loop *loop, struct loop_handle *handle, struct uv_handle_s *uv,
                     void (*closed)(struct loop_handle *handle))
{
    handle->uv = uv;
    handle->closed = closed;
    uv->data = handle;
    handle->prev = loop->handles.prev;
    handle->next = &loop->handles;
    handle->prev->next = handle->next->prev = handle;
}

static void loop_handle_closed(uv_handle_t *uv)
{
    struct loop_handle *handle = uv->data;
    if (handle->closed)
        handle->closed(handle);
}

void loop_handle_close(struct loop_handle *handle)
{
    handle->prev->next = handle->next;
    handle->next->prev = handle->prev;
    uv_close(handle->uv, loop_handle_closed);
}

void loop_run(struct loop *loop)
{
    uv_run(&loop->uv, UV_RUN_DEFAULT);
}

void loop_stop(struct loop *loop)
{
    uv_stop(&loop->uv);
}

/* The guard may be due before the turn has begun to wait: this thread stood still, or a timer's
 * callback took long. uv_run would then wait for the next timer, were it not told to stop. */
static void loop_guard_over(uv_timer_t *guard)
{
    uv_stop(guard->loop);
}

void loop_turn(struct loop *loop, uint32_t wait_ms)
{
    if (wait_ms == 0) {
        uv_run(&loop->uv, UV_RUN_NOWAIT);
        return;
    }
    uv_update_time(&loop->uv);
    uv_timer_start(&loop->guard, loop_guard_over, wait_ms, 0);
    uv_run(&loop->uv, UV_RUN_ONCE);
    uv_timer_stop(&loop->guard);
}

static void loop_timer_fired(uv_timer_t *uv)
{
    struct loop_timer *timer = uv->data;
    timer->callback(timer->context);
}

static void loop_timer_closed(struct loop_handle *handle)
{
    free(handle);
}

struct loop_timer *loop_timer_start(struct loop *loop, uint64_t delay_ms, uint64_t repeat_ms,
                                    loop_callback *callback, void *context)
{
    struct loop_timer *timer = calloc(1, sizeof *timer);
    CHECK(timer);
    timer->callback = callback;
    timer->context = context;
    uv_timer_init(&loop->uv, &timer->uv);
    loop_handle_add(loop, &timer->handle, (uv_handle_t *)&timer->uv, loop_timer_closed);
    loop_timer_set(timer, delay_ms, repeat_ms);
    return timer;
}

void loop_timer_set(struct loop_timer *timer, uint64_t delay_ms, uint64_t repeat_ms)
{
    if (delay_ms == LOOP_NEVER) {
        uv_timer_stop(&timer->uv);
        return;
    }
    /* libuv counts from the time it cached when this turn began; a long callback would make the
     * timer early. */
    uv_update_time(timer->uv.loop);
    uv_timer_start(&timer->uv, loop_timer_fired, delay_ms, repeat_ms);
}

void loop_timer_stop(struct loop_timer *timer)
{
    if (timer)
        loop_handle_close(&timer->handle);
}

static void loop_signal_arrived(uv_signal_t *uv, int signal_number)
{
    (void)signal_number;
    struct loop_signal *signal = uv->data;
    signal->callback(signal->context);
}

static void loop_signal_closed(struct loop_handle *handle)
{
    free(handle);
}

int loop_on_signal(struct loop *loop, int signal_number, loop_callback *callback, void *context)
{
    struct loop_signal *signal = calloc(1, sizeof *signal);
    CHECK(signal);
    signal->callback = callback;
    signal->context = context;
    int rc = uv_signal_init(&loop->uv, &signal->uv);
    if (rc != 0) {
        free(signal);
        return rc;
    }
    loop_handle_add(loop, &signal->handle, (uv_handle_t *)&signal->uv, loop_signal_closed);
    rc = uv_signal_start(&signal->uv, loop_signal_arrived, signal_number);
    if (rc != 0)
        loop_handle_close(&signal->handle);
    return rc;
}

void loop_on_wake(struct loop *loop, loop_callback *callback, void *context)
{
    loop->wake_callback = callback;
    loop->wake_context = context;
}

void loop_wake(struct loop *loop)
{
    uv_async_send(&loop->wake);
}

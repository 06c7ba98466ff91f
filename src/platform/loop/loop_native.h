/* SPDX-License-Identifier: MIT */
/*
 * The loop as platform/net sees it: the libuv loop inside, and a word at the end. For platform/
 * alone; everybody else uses loop.h.
 */
#pragma once

#include "platform/loop/loop.h"

struct uv_loop_s;
struct uv_handle_s;

struct uv_loop_s *loop_native(struct loop *loop);

/* One open handle of ours. `closed` runs once libuv has let go of it: free the memory there. */
struct loop_handle {
    struct loop_handle *next, *prev;
    struct uv_handle_s *uv;
    void (*closed)(struct loop_handle *handle);
};

/* loop_free closes what is still listed; loop_handle_close may be called from any callback. */
void loop_handle_add(struct loop *loop, struct loop_handle *handle, struct uv_handle_s *uv,
                     void (*closed)(struct loop_handle *handle));
void loop_handle_close(struct loop_handle *handle);

/*
 * Calls back in loop_free, after the last handle has closed: a library that takes itself down
 * through the loop (libwebsockets does) can be freed only then.
 */
void loop_at_free(struct loop *loop, loop_callback *callback, void *context);

/* The children of a loop, owned by loop_child.c. */
struct loop_child **loop_children(struct loop *loop);
void loop_child_end_all(struct loop *loop);

/* Has `reap` called for each SIGCHLD, once a loop however often it is asked; 0 or -errno. */
int loop_watch_children(struct loop *loop, loop_callback *reap);

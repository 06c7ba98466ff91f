/* SPDX-License-Identifier: MIT */
/*
 * A running session, reached through its interface: that of a state directory on this machine
 * (store/handle.h), or any other by its address and a key. One thread, one kept connection.
 *
 * A state's token goes with commands alone while the way is this machine's own and plain: whoever
 * took the port of a session that died learns nothing from our questions. A key that the operator
 * gave goes with everything, and over http:// to this machine only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "platform/loop/loop.h"
#include "platform/seam.h"

struct remote;

/* Flags that every command with a remote takes. */
struct remote_flags {
    const char *url, *key_file, *ca_file; /* NULL: not given */
};

extern const char remote_help[];

/* Takes argv[0] and what belongs to it: how many words, 0 when it is another's flag. */
int remote_take(struct remote_flags *flags, int argc, char **argv);

/* CUTTLE_API_KEY leaves the environment, where children and /proc would show it. At the start. */
void remote_take_environment(void);

/* Reads the key; asks nobody. NULL with the reason in `error`. */
struct remote *remote_open(const struct remote_flags *flags, const char *state, char *error,
                           size_t error_size);
void remote_close(struct remote *remote);

/* Looks where the session is now; again after it may have started anew. 0, or -errno with the
 * reason in `error`. */
int remote_find(struct remote *remote, char *error, size_t error_size);

const char *remote_address(const struct remote *remote);
const char *remote_key(const struct remote *remote);
int64_t remote_pid(const struct remote *remote); /* 0: not on this machine */
struct loop *remote_loop(const struct remote *remote);
int64_t remote_now_ns(const struct remote *remote);  /* monotonic */
int64_t remote_wall_ns(const struct remote *remote); /* UTC */

/* From here on SIGINT, SIGTERM and SIGHUP are counted instead of ending the process. */
void remote_heed_signals(struct remote *remote);
uint32_t remote_stopped(const struct remote *remote);

/* Turns the loop until then, or until a signal comes. False when one has come. */
bool remote_wait(struct remote *remote, int64_t until_mono_ns);

struct remote_answer {
    int status; /* of HTTP; 0: none came, `error` says why */
    char *body; /* terminated; valid until the next question */
    size_t len;
    int64_t took_ns;
    char error[512];
};

/* One question, waited for; a second signal ends the wait. True when an answer came, whatever its
 * status. `body` NULL: a GET. */
bool remote_ask(struct remote *remote, const char *path, const char *body,
                struct remote_answer *ret);

/* The same, not waited for. 0, or -errno when nothing was sent and nobody will be called. */
int remote_post(struct remote *remote, const char *path, const char *body, http_callback *callback,
                void *context);

/* Opens /ws/live; 0 when the address is unusable. remote_greet goes first, from on_open. */
connection_id remote_listen(struct remote *remote, const struct transport_events *events,
                            void *context);
void remote_greet(struct remote *remote, connection_id id);
void remote_hang_up(struct remote *remote, connection_id id);

/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "app/session.h"
#include "core/base/check.h"
#include "operator/server/control.h"
#include "operator/server/guard.h"
#include "platform/log/log.h"
#include "platform/queue/queue.h"
#include "store/handle.h"
#include "store/key_ring.h"

/* The operator's hand: commands that the dashboard's server took, and the signal. Both become
 * events like any other, so that the journal has them and a replay obeys them too. */

/* A person gives commands, or a script one at a time: beyond a few hundred waiting, the server says
 * that it takes no more. */
#define COMMAND_QUEUE_SIZE (64u << 10)

/* Elsewhere anybody knocks: nothing is said in the clear, and nothing to who has no key. */
static bool check_elsewhere(const struct options *options, const char *keys_file, char *error,
                            size_t error_size)
{
    const struct server_options *server = &options->server;
    struct key_ring ring;
    if (server->cert_file[0] == '\0') {
        snprintf(error, error_size,
                 "server.address: %s is not loopback, and what is said there is heard on the way: "
                 "set server.cert_file and server.key_file, or use 127.0.0.1 and an SSH tunnel "
                 "(docs/operations.md)",
                 server->address);
        return false;
    }
    if (key_ring_read(keys_file, &ring, error, error_size) != 0) {
        return false;
    }
    if (ring.count == 0) {
        snprintf(error, error_size,
                 "server.address: %s is not loopback, and there is no key to tell you from a "
                 "stranger: make one with `cuttle key add NAME --state %s`",
                 server->address, options->session.state);
        return false;
    }
    return true;
}

bool session_check_door(const struct options *options, char keys_file[OPTION_PATH_MAX], char *error,
                        size_t error_size)
{
    const struct server_options *server = &options->server;
    struct guard guard;
    if (!key_ring_path(options->session.state, keys_file, OPTION_PATH_MAX)) {
        snprintf(error, error_size, "session.state: the name is too long");
        return false;
    }
    if ((server->cert_file[0] == '\0') != (server->key_file[0] == '\0')) {
        snprintf(error, error_size,
                 "server.%s is missing: TLS needs both the certificate and its key",
                 server->cert_file[0] == '\0' ? "cert_file" : "key_file");
        return false;
    }
    if (!guard_init(&guard, server->address, server->names)) {
        snprintf(error, error_size, "server.names: a name is too long, or they are more than %d",
                 GUARD_NAME_MAX - 4);
        return false;
    }
    return guard_address(server->address) || check_elsewhere(options, keys_file, error, error_size);
}

bool session_open_control(struct session *session, char *error, size_t error_size)
{
    uint8_t random[TOKEN_LEN / 2];
    const struct entropy entropy = entropy_system();
    entropy.fill(entropy.self, random, sizeof random);
    if (handle_token(session->options->session.state, random, session->token, error, error_size) !=
        0) {
        return false;
    }
    session->commands = queue_new(COMMAND_QUEUE_SIZE);
    if (session->commands == NULL) {
        snprintf(error, error_size, "out of memory");
    }
    return session->commands != NULL;
}

void session_announce(struct session *session)
{
    char address[HANDLE_ADDRESS_MAX], error[512];
    session_address(session, address, sizeof address);
    if (bridge_local_port(session->bridge) != 0) {
        snprintf(address, sizeof address, "http://127.0.0.1:%u",
                 (unsigned)bridge_local_port(session->bridge));
    }
    if (handle_write(session->options->session.state, address, error, sizeof error) != 0) {
        log_warn("session.handle", error, NULL);
    }
}

void session_close_control(struct session *session)
{
    if (session->bridge != NULL) {
        handle_remove(session->options->session.state);
    }
    queue_free(session->commands);
}

/* The store thread. */
void session_on_kept(void *context, uint64_t number)
{
    const struct session *session = context;
    view_keep(session->box, number);
}

static void obey(struct session *session, const struct instruction *asked)
{
    const struct event event = {
        .kind = EVENT_COMMAND,
        .time_ns = session->engine->time_ns,
        .command = *asked,
    };
    session_give(session, &event);
}

/* The server counted in the terms that it knew; the venue may have changed them since. */
static struct instruction in_our_terms(const struct session *session,
                                       const struct control_item *item)
{
    struct instruction asked = item->asked;
    const struct pair *from = &item->terms, *to = &session->engine->pairs[asked.pair].terms;
    CHECK(asked.pair < session->pair_count);
    if (from->symbol[0] != '\0' && !pair_same_terms(from, to)) {
        asked.qty_lots = pair_qty_moved(from, to, asked.qty_lots);
        asked.limit_ticks = pair_price_moved(from, to, asked.limit_ticks);
        asked.stop_ticks = pair_price_moved(from, to, asked.stop_ticks);
        asked.target_ticks = pair_price_moved(from, to, asked.target_ticks);
    }
    return asked;
}

void session_obey(struct session *session)
{
    const struct control_item *item;
    size_t len;
    while (session->commands != NULL && (item = queue_peek(session->commands, &len)) != NULL) {
        struct instruction asked = in_our_terms(session, item);
        const int64_t waited_ns = session->clock.mono_ns(session->clock.self) - item->asked_mono_ns;
        queue_pop(session->commands);
        if (asked.command == COMMAND_BUY && waited_ns > CONTROL_WAIT_NS) {
            /* Whoever asked was told that it may not be obeyed, and may have asked again: the
             * engine refuses it, so that this stands among the thoughts. */
            asked.qty_lots = asked.cash = 0;
        }
        obey(session, &asked);
    }
}

void session_flatten(struct session *session)
{
    log_status(NULL);
    log_warn("session.flatten", "a signal asks to sell everything", NULL);
    obey(session, &(struct instruction){.command = COMMAND_FLATTEN, .origin = "signal"});
}

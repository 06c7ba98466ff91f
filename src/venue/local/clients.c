/* SPDX-License-Identifier: MIT */
#include "venue/local/clients.h"

#include <stdlib.h>

#include "core/base/check.h"

struct client *clients_add(struct clients *clients, struct server_socket *socket)
{
    if (clients->count == CLIENT_MAX)
        return NULL;
    struct client *client = calloc(1, sizeof *client);
    if (!client)
        return NULL;
    client->socket = socket;
    clients->list[clients->count++] = client;
    return client;
}

void clients_remove(struct clients *clients, struct client *client)
{
    for (uint32_t pair = 0; pair < PAIR_MAX; pair++)
        for (uint32_t topic = 0; topic < TOPIC_COUNT; topic++)
            clients_release(clients, client, pair, topic);
    for (uint32_t i = 0; i < clients->count; i++)
        if (clients->list[i] == client) {
            clients->list[i] = clients->list[--clients->count];
            break;
        }
    faults_forget(&clients->faults, client);
    free(client);
}

void clients_hold(struct clients *clients, struct client *client, uint32_t pair, uint32_t topic)
{
    if (client->held[pair] & (1u << topic))
        return;
    client->held[pair] |= 1u << topic;
    client->held_count++;
    clients->holders[pair][topic]++;
}

void clients_release(struct clients *clients, struct client *client, uint32_t pair, uint32_t topic)
{
    client->wanted[pair] &= ~(1u << topic);
    if (!(client->held[pair] & (1u << topic)))
        return;
    client->held[pair] &= ~(1u << topic);
    client->held_count--;
    clients->holders[pair][topic]--;
}

static void send_on(struct clients *clients, struct client *client, const char *text, size_t len,
                    int64_t mono_ns)
{
    if (client->dropped)
        return;
    if (server_send(client->socket, text, len) != 0) {
        client->dropped = true;
        clients->dropped_count++;
    }
    client->sent_ns = mono_ns;
}

void clients_send(struct clients *clients, struct client *client, const char *text, size_t len,
                  int64_t mono_ns)
{
    enum fault fault = faults_text(&clients->faults, client, text, len, mono_ns);
    if (fault == FAULT_NONE || fault == FAULT_TWICE)
        send_on(clients, client, text, len, mono_ns);
    if (fault == FAULT_TWICE)
        send_on(clients, client, text, len, mono_ns);
}

void clients_release_late(struct clients *clients, int64_t mono_ns)
{
    struct fault_kept late;
    while (faults_due(&clients->faults, mono_ns, &late)) {
        if (late.reply != NULL) {
            server_answer(late.reply, 200, "application/json", NULL, late.text, late.len);
        } else {
            send_on(clients, late.client, late.text, late.len, mono_ns);
        }
        free(late.text);
    }
}

void clients_publish(struct clients *clients, uint32_t pair, uint32_t topic, const char *text,
                     size_t len, int64_t mono_ns)
{
    for (uint32_t i = 0; i < clients->count; i++)
        if (clients->list[i]->held[pair] & (1u << topic))
            clients_send(clients, clients->list[i], text, len, mono_ns);
}

void clients_broadcast(struct clients *clients, const char *text, size_t len, int64_t mono_ns)
{
    for (uint32_t i = 0; i < clients->count; i++)
        clients_send(clients, clients->list[i], text, len, mono_ns);
}

void clients_cut(struct clients *clients)
{
    for (uint32_t i = 0; i < clients->count; i++)
        clients->list[i]->dropped = clients->list[i]->severed = true;
}

/* Cutting may take the client off the list at once, or later: begin anew after each. */
void clients_reap(struct clients *clients)
{
    for (uint32_t i = 0; i < clients->count;) {
        struct client *client = clients->list[i];
        if (!client->dropped || !client->socket) {
            i++;
            continue;
        }
        struct server_socket *socket = client->socket;
        client->socket = NULL;
        if (client->severed)
            server_socket_sever(socket);
        else
            server_socket_abort(socket);
        i = 0;
    }
}

bool client_wait(struct client *client, const struct waiting *waiting)
{
    if (client->waiting_count == WAITING_MAX)
        return false;
    uint32_t at = (client->waiting_first + client->waiting_count++) % WAITING_MAX;
    client->waiting[at] = *waiting;
    return true;
}

bool client_take_waiting(struct client *client, struct waiting *ret)
{
    if (client->waiting_count == 0)
        return false;
    *ret = client->waiting[client->waiting_first];
    client->waiting_first = (client->waiting_first + 1) % WAITING_MAX;
    client->waiting_count--;
    return true;
}

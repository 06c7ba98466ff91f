/* SPDX-License-Identifier: MIT */
#include "app/doctor.h"

#include "app/session.h"
#include "platform/net/server.h"
#include "store/key_ring.h"

static const char part[] = "dashboard";

static void check_keys(struct doctor *doctor, const char *keys_file)
{
    struct key_ring ring;
    char error[512];
    if (key_ring_read(keys_file, &ring, error, sizeof error) != 0) {
        doctor_say(doctor, DOCTOR_WARN, part, "%s; until then no key is taken", error);
    }
}

/* Opened for a moment as a session opens it. One that runs there has the port already. */
static void try_opening(struct doctor *doctor)
{
    static const struct server_events nobody;
    const struct server_options *server = &doctor->options.server;
    const bool tls = server->cert_file[0] != '\0', live = doctor->options.session.mode == MODE_LIVE;
    const struct server_config config = {
        .address = server->address,
        .port = doctor->in_use ? 0 : (uint16_t)server->port,
        .max_clients = 1,
        .cert_file = tls ? server->cert_file : NULL,
        .key_file = tls ? server->key_file : NULL,
        .events = &nobody,
    };
    char error[512] = "out of memory";
    struct loop *loop = loop_new();
    struct server *opened = loop != NULL ? server_open(loop, &config, error, sizeof error) : NULL;
    if (opened == NULL) {
        doctor_say(doctor, live ? DOCTOR_WARN : DOCTOR_FAIL, part, "%s%s", error,
                   live ? "; with real money it would trade without one" : "");
    } else {
        doctor_say(doctor, DOCTOR_OK, part, "can be opened at %s:%u%s", server->address,
                   (unsigned)server_port(opened), tls ? ", with TLS" : "");
    }
    server_close(opened);
    if (loop != NULL) {
        loop_turn(loop, 0);
        loop_free(loop);
    }
}

void doctor_server(struct doctor *doctor)
{
    char keys_file[OPTION_PATH_MAX], error[512];
    if (doctor->headless || !doctor->options.server.enabled) {
        doctor_say(doctor, DOCTOR_SKIP, part, "off: no page, and no command reaches the session");
    } else if (!session_check_door(&doctor->options, keys_file, error, sizeof error)) {
        doctor_say(doctor, DOCTOR_FAIL, part, "%s", error);
    } else {
        check_keys(doctor, keys_file);
        try_opening(doctor);
    }
}

/* SPDX-License-Identifier: MIT */
#include "platform/net/net.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/check.h"
#include "platform/net/net_inside.h"

static SSL_CTX *net_tls(const char *ca_file, char *error, size_t error_size)
{
    static const unsigned char alpn[] = "\x08http/1.1";
    ERR_clear_error();
    SSL_CTX *tls = SSL_CTX_new(TLS_client_method());
    if (!tls) {
        snprintf(error, error_size, "OpenSSL does not start");
        return NULL;
    }
    SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION);
    SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_alpn_protos(tls, alpn, sizeof alpn - 1);
    int rc =
        ca_file ? SSL_CTX_load_verify_file(tls, ca_file) : SSL_CTX_set_default_verify_paths(tls);
    if (rc == 1)
        return tls;
    snprintf(error, error_size, "%s: cannot be read as certificates (PEM)",
             ca_file ? ca_file : "the system's certificates");
    SSL_CTX_free(tls);
    ERR_clear_error();
    return NULL;
}

/* OpenSSL writes to sockets without MSG_NOSIGNAL; a broken one would end the process. */
static void net_ignore_sigpipe(void)
{
    struct sigaction now;
    if (sigaction(SIGPIPE, NULL, &now) == 0 && now.sa_handler == SIG_DFL)
        signal(SIGPIPE, SIG_IGN);
}

struct net *net_open(struct loop *loop, const struct net_config *config, char *error,
                     size_t error_size)
{
    SSL_CTX *tls = net_tls(config->ca_file, error, error_size);
    if (!tls)
        return NULL;
    net_ignore_sigpipe();
    struct net *net = calloc(1, sizeof *net);
    CHECK(net);
    net->loop = loop;
    net->tls = tls;
    net->entropy = entropy_system();
    net->masks_used = sizeof net->masks;
    uint32_t wanted = config->connections_per_host;
    net->connections_per_host = wanted == 0 ? 1 : wanted;
    if (net->connections_per_host > NET_CONNECTION_MAX)
        net->connections_per_host = NET_CONNECTION_MAX;
    snprintf(net->user_agent, sizeof net->user_agent, "%s",
             config->user_agent ? config->user_agent : "cuttle");
    return net;
}

void net_close(struct net *net)
{
    if (!net)
        return;
    net->closing = true;
    net_socket_end_all(net);
    net_http_end_all(net);
    SSL_CTX_free(net->tls);
    free(net);
}

struct transport net_transport(struct net *net)
{
    return (struct transport){.self = net,
                              .open = net_socket_open,
                              .send_text = net_socket_send,
                              .close = net_socket_close,
                              .http_request = net_http_request};
}

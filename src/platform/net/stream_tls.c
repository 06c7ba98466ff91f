/* SPDX-License-Identifier: MIT */
#include "platform/net/stream_inside.h"

#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

void stream_tls_free(struct stream *stream)
{
    if (!stream->ssl)
        return;
    /* Say goodbye if the socket takes it; the answer is not awaited. */
    if (SSL_is_init_finished(stream->ssl) && !stream->broken) {
        ERR_clear_error();
        SSL_shutdown(stream->ssl);
    }
    ERR_clear_error();
    SSL_free(stream->ssl);
    stream->ssl = NULL;
}

bool stream_tls_begin(struct stream *stream)
{
    ERR_clear_error();
    stream->ssl = SSL_new(stream->tls);
    bool numeric = stream_host_is_number(stream);
    bool fine = stream->ssl && SSL_set_fd(stream->ssl, stream->socket->fd) == 1;
    if (fine && numeric)
        fine = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(stream->ssl), stream->host) == 1;
    else if (fine) {
        SSL_set_hostflags(stream->ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        fine = SSL_set1_host(stream->ssl, stream->host) == 1 &&
               SSL_set_tlsext_host_name(stream->ssl, stream->host) == 1;
    }
    if (!fine)
        stream_end(stream, false, "cannot prepare TLS for %s", stream->host);
    return fine;
}

static void stream_tls_refused(struct stream *stream)
{
    long verdict = SSL_get_verify_result(stream->ssl);
    if (verdict == X509_V_ERR_HOSTNAME_MISMATCH || verdict == X509_V_ERR_IP_ADDRESS_MISMATCH) {
        stream_end(stream, false,
                   "the certificate shown is not for %s; somebody is in between, or the address is "
                   "wrong",
                   stream->host);
    } else if (verdict != X509_V_OK) {
        stream_end(stream, false,
                   "the certificate of %s is not trusted: %s; check this machine's clock and its "
                   "package ca-certificates",
                   stream->host, X509_verify_cert_error_string(verdict));
    } else {
        const char *why = ERR_reason_error_string(ERR_peek_error());
        stream_end(stream, false, "no TLS with %s port %u: %s", stream->host, stream->port,
                   why ? why : "the connection was closed");
    }
}

void stream_tls_shake(struct stream *stream)
{
    ERR_clear_error();
    int rc = SSL_connect(stream->ssl);
    int error = rc == 1 ? SSL_ERROR_NONE : SSL_get_error(stream->ssl, rc);
    stream->wants_write = error == SSL_ERROR_WANT_WRITE;
    if (error == SSL_ERROR_NONE) {
        stream->state = STREAM_OPEN;
        stream_watch(stream);
        stream->events.on_ready(stream->context);
    } else if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
        stream_watch(stream);
    } else {
        stream_tls_refused(stream);
    }
}

/* What an SSL call that moved nothing means; see stream_inside.h. */
static ptrdiff_t stream_tls_verdict(struct stream *stream, int rc)
{
    int system_error = errno;
    int error = SSL_get_error(stream->ssl, rc);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
        stream->wants_write = error == SSL_ERROR_WANT_WRITE;
        return 0;
    }
    if (error == SSL_ERROR_ZERO_RETURN)
        return -2;
    const char *why = ERR_reason_error_string(ERR_peek_error());
    if (error == SSL_ERROR_SYSCALL && system_error != 0)
        why = uv_strerror(-system_error);
    snprintf(stream->reason, sizeof stream->reason, "%s", why ? why : "closed without goodbye");
    return -1;
}

ptrdiff_t stream_tls_read(struct stream *stream, char *bytes, size_t size)
{
    ERR_clear_error();
    errno = 0;
    int rc = SSL_read(stream->ssl, bytes, size < INT_MAX ? (int)size : INT_MAX);
    return rc > 0 ? rc : stream_tls_verdict(stream, rc);
}

/* A server may send session tickets at any time, so bytes alone say nothing: they are taken in, and
 * what remains is data, a goodbye, or a break. None of these may stand before a request. */
bool stream_tls_is_stale(struct stream *stream)
{
    char byte;
    ERR_clear_error();
    int rc = SSL_peek(stream->ssl, &byte, 1);
    return rc > 0 || stream_tls_verdict(stream, rc) != 0;
}

ptrdiff_t stream_tls_write(struct stream *stream, const char *bytes, size_t len)
{
    ERR_clear_error();
    errno = 0;
    int rc = SSL_write(stream->ssl, bytes, len < INT_MAX ? (int)len : INT_MAX);
    if (rc > 0) {
        stream->wants_write = false;
        return rc;
    }
    ptrdiff_t verdict = stream_tls_verdict(stream, rc);
    if (verdict == -2)
        snprintf(stream->reason, sizeof stream->reason, "closed by the other side");
    return verdict < 0 ? -1 : 0;
}

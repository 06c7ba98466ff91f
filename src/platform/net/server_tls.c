/* SPDX-License-Identifier: MIT */
/* The certificate files, looked at before libwebsockets is: it says no more than "failed". */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "platform/net/server_inside.h"

static const char *server_tls_reason(void)
{
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());
    return reason ? reason : "no reason given";
}

static bool server_tls_readable(const char *file, bool secret, char *error, size_t error_size)
{
    struct stat status;
    FILE *opened = fopen(file, "r");
    if (!opened || fstat(fileno(opened), &status) != 0) {
        snprintf(error, error_size, "%s: %s; TLS needs the certificate and its key as PEM files",
                 file, strerror(errno));
        if (opened)
            fclose(opened);
        return false;
    }
    fclose(opened);
    if (secret && (status.st_mode & 007) != 0) {
        snprintf(error, error_size, "%s: every user of this machine may reach this key: chmod 600",
                 file);
        return false;
    }
    return true;
}

bool server_tls_check(const char *cert_file, const char *key_file, char *error, size_t error_size)
{
    if (!cert_file)
        return true;
    if (!server_tls_readable(cert_file, false, error, error_size) ||
        !server_tls_readable(key_file, true, error, error_size))
        return false;
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    ERR_clear_error();
    bool good = false;
    if (!context)
        snprintf(error, error_size, "TLS: %s", server_tls_reason());
    else if (SSL_CTX_use_certificate_chain_file(context, cert_file) != 1)
        snprintf(error, error_size, "%s: not a certificate in PEM: %s", cert_file,
                 server_tls_reason());
    else if (SSL_CTX_use_PrivateKey_file(context, key_file, SSL_FILETYPE_PEM) != 1)
        snprintf(error, error_size, "%s: not the certificate's private key in PEM: %s", key_file,
                 server_tls_reason());
    else
        good = true; /* a key that belongs to another certificate was refused above */
    ERR_clear_error();
    SSL_CTX_free(context);
    return good;
}

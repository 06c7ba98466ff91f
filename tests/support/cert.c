/* SPDX-License-Identifier: MIT */
#include "support/cert.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/check.h"

static struct cert cert;
static char cert_dir[] = "/tmp/cuttle-cert-XXXXXX";

static void cert_remove(void)
{
    unlink(cert.cert_file);
    unlink(cert.key_file);
    rmdir(cert_dir);
}

static X509 *cert_make(EVP_PKEY *key)
{
    X509 *x509 = X509_new();
    X509_set_version(x509, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509), -60);
    X509_gmtime_adj(X509_getm_notAfter(x509), 86400);
    X509_set_pubkey(x509, key);
    X509_NAME *name = X509_get_subject_name(x509);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"localhost", -1, -1,
                               0);
    X509_set_issuer_name(x509, name);
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, x509, x509, NULL, NULL, 0);
    X509_EXTENSION *names =
        X509V3_EXT_conf_nid(NULL, &context, NID_subject_alt_name, "DNS:localhost");
    X509_add_ext(x509, names, -1);
    X509_EXTENSION_free(names);
    X509_sign(x509, key, EVP_sha256());
    return x509;
}

const struct cert *cert_localhost(void)
{
    if (cert.cert_file[0])
        return &cert;
    char *made = mkdtemp(cert_dir);
    CHECK(made);
    snprintf(cert.cert_file, sizeof cert.cert_file, "%s/cert.pem", cert_dir);
    snprintf(cert.key_file, sizeof cert.key_file, "%s/key.pem", cert_dir);
    atexit(cert_remove);
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *x509 = cert_make(key);
    FILE *file = fopen(cert.cert_file, "w");
    PEM_write_X509(file, x509);
    fclose(file);
    file = fopen(cert.key_file, "w");
    CHECK(fchmod(fileno(file), 0600) == 0);
    PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL);
    fclose(file);
    X509_free(x509);
    EVP_PKEY_free(key);
    return &cert;
}

/* SPDX-License-Identifier: MIT */
/*
 * A certificate for tests, made when asked for: self-signed, for the name "localhost" and nothing
 * else, in two PEM files of a temporary directory that goes when the program ends.
 */
#pragma once

struct cert {
    char cert_file[64];
    char key_file[64];
};

/* The same one each time it is called. */
const struct cert *cert_localhost(void);

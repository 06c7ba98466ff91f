/* SPDX-License-Identifier: MIT */
/*
 * A connection to PostgreSQL (libpq): one statement at a time, each a transaction of its own, and
 * every call with a deadline, so that a server that is gone holds nobody up for long.
 *
 * A lost connection is made again by the next call after a pause, which doubles while the server
 * stays away. Until it is back calls give -ENOTCONN; of the statement that was under way then
 * nobody knows whether it was done, so a statement must bear being run twice.
 *
 * Who connects is said as libpq has it: an address or "host=.. dbname=..", PGPASSWORD, ~/.pgpass,
 * sslmode. A password in the address is refused: everyone on the machine can read a command line.
 *
 * Answers are in the binary format: whole numbers, booleans, texts, bytes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define POSTGRES_DEADLINE_MS 10000 /* of one call */
#define POSTGRES_PAUSE_MIN_MS 250  /* before a lost connection is made again */
#define POSTGRES_PAUSE_MAX_MS 8000 /* the longest, after it failed again and again */
#define POSTGRES_STATEMENT_MAX 32  /* different ones on a connection */
#define POSTGRES_VALUE_MAX 8       /* of one statement */
#define POSTGRES_ADDRESS_MAX 1024
#define POSTGRES_ERROR_MAX 1024
#define POSTGRES_VERSION_MIN 100000 /* 10: columns that number themselves */

struct postgres;
struct postgres_rows;

/* Prepared at its first use on a connection. Static: it is known by its address. */
struct postgres_statement {
    const char *name, *sql;
};

/* A parameter: a text that the server reads as the statement's cast says, or bytes. NULL: null. */
struct postgres_value {
    const void *at;
    size_t len; /* of bytes */
    bool bytes;
};

/* False where cuttle was built without libpq: then nothing can be opened, and the error says so. */
bool postgres_supported(void);

/* 0; -EINVAL for an address that is none or holds a password, -ENOSYS without libpq. */
int postgres_check(const char *address, char *error, size_t error_size);

/* Connects. 0 or -errno; with all calls the reason, and what to do about it, is in `error`. */
int postgres_open(struct postgres **ret, const char *address, char *error, size_t error_size);
void postgres_close(struct postgres *postgres);

/* How often the connection was lost and made again. */
uint64_t postgres_reconnects(const struct postgres *postgres);

/*
 * Runs a statement. 0; -ENOTCONN when the server is away and -EAGAIN when it asks to be asked again
 * (a deadlock, no room): try later. Anything else will be no better then: -EACCES, -EIO.
 * `ret_rows` may be NULL; what is there is given to postgres_rows_free, which takes NULL.
 */
int postgres_run(struct postgres *postgres, const struct postgres_statement *statement,
                 const struct postgres_value *values, int value_count,
                 struct postgres_rows **ret_rows, char *error, size_t error_size);

/* Statements without values, as one transaction. */
int postgres_script(struct postgres *postgres, const char *sql, char *error, size_t error_size);

void postgres_rows_free(struct postgres_rows *rows);
size_t postgres_count(const struct postgres_rows *rows);

/* A value of a row: bytes, ended by a zero that is not counted; a whole number or a boolean. */
const char *postgres_at(const struct postgres_rows *rows, size_t row, int column, size_t *ret_len);
int64_t postgres_int(const struct postgres_rows *rows, size_t row, int column);

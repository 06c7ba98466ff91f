/* SPDX-License-Identifier: MIT */
#include "store/postgres.h"

#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/check.h"
#include "store/disk.h"

struct postgres {
    char address[POSTGRES_ADDRESS_MAX];
    PGconn *connection; /* NULL: lost */
    const struct postgres_statement *prepared[POSTGRES_STATEMENT_MAX];
    size_t prepared_count;
    int64_t pause_ms; /* the last one */
    int64_t again_ms; /* before which no connection is tried */
    uint64_t reconnects;
    char lost[POSTGRES_ERROR_MAX]; /* why there is none */
};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool postgres_supported(void)
{
    return true;
}

/* False when the deadline is over. */
static bool await(const struct postgres *postgres, short events, int64_t deadline_ms)
{
    struct pollfd socket = {PQsocket(postgres->connection), events, 0};
    for (;;) {
        if (socket.fd < 0) {
            return false;
        }
        const int64_t left_ms = deadline_ms - now_ms();
        if (left_ms <= 0) {
            return false;
        }
        const int code = poll(&socket, 1, (int)left_ms);
        if (code > 0) {
            return true;
        }
        if (code < 0 && errno != EINTR) {
            return false;
        }
    }
}

/* libpq's message in one line: its lines end what it tried and begin what came of it. */
static void flatten(const char *message, char *text, size_t size)
{
    size_t len = 0;
    for (const char *at = message; *at != '\0' && len + 1 < size; at++) {
        const bool space = *at == '\n' || *at == '\t' || *at == ' ';
        if (!space) {
            text[len++] = *at;
        } else if (len > 0 && text[len - 1] != ' ') {
            text[len++] = ' ';
        }
    }
    while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '.')) {
        len--;
    }
    text[len] = '\0';
}

static int lose(struct postgres *postgres, const char *message)
{
    char said[POSTGRES_ERROR_MAX / 2];
    const char *todo = "is the server there, and reached from here?";
    flatten(message, said, sizeof said);
    if (PQconnectionNeedsPassword(postgres->connection)) {
        todo = "put the password in PGPASSWORD or ~/.pgpass";
    } else if (PQconnectionUsedPassword(postgres->connection)) {
        todo = "is the password in PGPASSWORD or ~/.pgpass the right one?";
    }
    snprintf(postgres->lost, sizeof postgres->lost, "%.400s: %s; %s", postgres->address, said,
             todo);
    PQfinish(postgres->connection);
    postgres->connection = NULL;
    postgres->prepared_count = 0;
    postgres->again_ms = now_ms() + postgres->pause_ms;
    postgres->pause_ms *= 2;
    if (postgres->pause_ms > POSTGRES_PAUSE_MAX_MS) {
        postgres->pause_ms = POSTGRES_PAUSE_MAX_MS;
    }
    return -ENOTCONN;
}

static void hear_nothing(void *context, const char *message)
{
    (void)context, (void)message;
}

static int connect_now(struct postgres *postgres)
{
    const char *const names[] = {"dbname", "fallback_application_name", NULL};
    const char *const values[] = {postgres->address, "cuttle", NULL};
    const int64_t deadline_ms = now_ms() + POSTGRES_DEADLINE_MS;
    postgres->connection = PQconnectStartParams(names, values, 1);
    if (postgres->connection == NULL) {
        return -ENOMEM;
    }
    PQsetNoticeProcessor(postgres->connection, hear_nothing, NULL);
    PostgresPollingStatusType next = PGRES_POLLING_WRITING;
    while (PQstatus(postgres->connection) != CONNECTION_BAD && next != PGRES_POLLING_OK &&
           next != PGRES_POLLING_FAILED) {
        if (!await(postgres, next == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline_ms)) {
            return lose(postgres, "no answer");
        }
        next = PQconnectPoll(postgres->connection);
    }
    if (next != PGRES_POLLING_OK) {
        return lose(postgres, PQerrorMessage(postgres->connection));
    }
    PQsetnonblocking(postgres->connection, 1);
    postgres->pause_ms = POSTGRES_PAUSE_MIN_MS;
    return 0;
}

/* A connection, made again where it was lost and the pause is over. */
static int ensure(struct postgres *postgres)
{
    if (postgres->connection != NULL) {
        return 0;
    }
    if (now_ms() < postgres->again_ms) {
        return -ENOTCONN;
    }
    const int result = connect_now(postgres);
    postgres->reconnects += result == 0;
    return result;
}

/* What was sent is answered: the last result, or the first that failed; NULL when it was lost. */
static PGresult *hear(struct postgres *postgres)
{
    const int64_t deadline_ms = now_ms() + POSTGRES_DEADLINE_MS;
    PGconn *connection = postgres->connection;
    PGresult *last = NULL;
    for (;;) {
        for (int left; (left = PQflush(connection)) != 0;) {
            if (left < 0 || !await(postgres, POLLIN | POLLOUT, deadline_ms) ||
                PQconsumeInput(connection) == 0) {
                PQclear(last);
                return NULL;
            }
        }
        while (PQisBusy(connection)) {
            if (!await(postgres, POLLIN, deadline_ms) || PQconsumeInput(connection) == 0) {
                PQclear(last);
                return NULL;
            }
        }
        PGresult *result = PQgetResult(connection);
        if (result == NULL) {
            return last;
        }
        if (last != NULL && PQresultStatus(last) == PGRES_FATAL_ERROR) {
            PQclear(result);
        } else {
            PQclear(last);
            last = result;
        }
    }
}

/* True for an SQLSTATE of one of these classes or codes. */
static bool is_any(const char *state, const char *const *codes)
{
    for (; *codes != NULL; codes++) {
        if (strncmp(state, *codes, strlen(*codes)) == 0) {
            return true;
        }
    }
    return false;
}

static int judge(struct postgres *postgres, const PGresult *result, char *error, size_t error_size)
{
    /* The server goes down, or turned into a copy that only reads. */
    static const char *const lost[] = {"08", "57P01", "57P02", "57P03", "25006", NULL};
    /* Deadlock, serialisation, no room or memory, cancelled, waited too long for a lock. */
    static const char *const later[] = {"40", "53", "57014", "55P03", NULL};
    if (result == NULL || PQstatus(postgres->connection) == CONNECTION_BAD) {
        const char *said = PQerrorMessage(postgres->connection);
        return lose(postgres, said[0] != '\0' ? said : "no answer");
    }
    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
        return 0;
    }
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *said = primary != NULL ? primary : PQresultErrorMessage(result);
    state = state != NULL ? state : "";
    if (is_any(state, lost)) {
        return lose(postgres, said);
    }
    if (strcmp(state, "42501") == 0) {
        return disk_fail(EACCES, error, error_size,
                         "%s: %s: grant this user the right, or connect as one that has it",
                         postgres->address, said);
    }
    return disk_fail(is_any(state, later) ? EAGAIN : EIO, error, error_size, "%s: %s (%s)",
                     postgres->address, said, state);
}

/* After something was sent, or was not. */
static int finish(struct postgres *postgres, bool sent, struct postgres_rows **ret_rows,
                  char *error, size_t error_size)
{
    PGresult *result = sent ? hear(postgres) : NULL;
    const int code = judge(postgres, result, error, error_size);
    if (code == 0 && ret_rows != NULL) {
        *ret_rows = (struct postgres_rows *)result;
        return 0;
    }
    PQclear(result);
    if (code == -ENOTCONN) {
        snprintf(error, error_size, "%s", postgres->lost);
    }
    return code;
}

static int prepare(struct postgres *postgres, const struct postgres_statement *statement,
                   char *error, size_t error_size)
{
    for (size_t i = 0; i < postgres->prepared_count; i++) {
        if (postgres->prepared[i] == statement) {
            return 0;
        }
    }
    CHECK(postgres->prepared_count < POSTGRES_STATEMENT_MAX);
    const bool sent =
        PQsendPrepare(postgres->connection, statement->name, statement->sql, 0, NULL) == 1;
    const int code = finish(postgres, sent, NULL, error, error_size);
    if (code == 0) {
        postgres->prepared[postgres->prepared_count++] = statement;
    }
    return code;
}

int postgres_run(struct postgres *postgres, const struct postgres_statement *statement,
                 const struct postgres_value *values, int value_count,
                 struct postgres_rows **ret_rows, char *error, size_t error_size)
{
    const char *texts[POSTGRES_VALUE_MAX];
    int lens[POSTGRES_VALUE_MAX], formats[POSTGRES_VALUE_MAX];
    CHECK(value_count <= POSTGRES_VALUE_MAX);
    for (int i = 0; i < value_count; i++) {
        texts[i] = values[i].at;
        lens[i] = (int)values[i].len;
        formats[i] = values[i].bytes;
    }
    int code = ensure(postgres);
    if (code != 0) {
        snprintf(error, error_size, "%s", code == -ENOTCONN ? postgres->lost : "out of memory");
        return code;
    }
    code = prepare(postgres, statement, error, error_size);
    if (code != 0) {
        return code;
    }
    const bool sent = PQsendQueryPrepared(postgres->connection, statement->name, value_count, texts,
                                          lens, formats, 1) == 1;
    return finish(postgres, sent, ret_rows, error, error_size);
}

int postgres_script(struct postgres *postgres, const char *sql, char *error, size_t error_size)
{
    const int code = ensure(postgres);
    if (code != 0) {
        snprintf(error, error_size, "%s", code == -ENOTCONN ? postgres->lost : "out of memory");
        return code;
    }
    return finish(postgres, PQsendQuery(postgres->connection, sql) == 1, NULL, error, error_size);
}

int postgres_check(const char *address, char *error, size_t error_size)
{
    /* libpq's own words are not repeated: they quote the address, and that may hold a password. */
    PQconninfoOption *options = PQconninfoParse(address, NULL);
    if (options == NULL || strlen(address) >= POSTGRES_ADDRESS_MAX) {
        PQconninfoFree(options);
        return disk_fail(EINVAL, error, error_size,
                         "that is no address of a database: write postgresql://USER@HOST/DATABASE");
    }
    bool secret = false;
    for (const PQconninfoOption *option = options; option->keyword != NULL; option++) {
        secret |= option->val != NULL && strstr(option->keyword, "password") != NULL &&
                  strcmp(option->keyword, "passfile") != 0;
    }
    PQconninfoFree(options);
    return secret ? disk_fail(EINVAL, error, error_size,
                              "a password does not belong in the address, which everyone on this "
                              "machine can read: put it in PGPASSWORD or ~/.pgpass")
                  : 0;
}

int postgres_open(struct postgres **ret, const char *address, char *error, size_t error_size)
{
    int code = postgres_check(address, error, error_size);
    if (code != 0) {
        return code;
    }
    struct postgres *postgres = calloc(1, sizeof *postgres);
    if (postgres == NULL) {
        return disk_fail(ENOMEM, error, error_size, "out of memory");
    }
    snprintf(postgres->address, sizeof postgres->address, "%s", address);
    postgres->pause_ms = POSTGRES_PAUSE_MIN_MS;
    code = connect_now(postgres);
    if (code == 0 && PQserverVersion(postgres->connection) < POSTGRES_VERSION_MIN) {
        code = disk_fail(
            ENOTSUP, error, error_size, "%s: PostgreSQL %d is too old: it takes %d or later",
            address, PQserverVersion(postgres->connection) / 10000, POSTGRES_VERSION_MIN / 10000);
    } else if (code != 0) {
        snprintf(error, error_size, "%s", code == -ENOTCONN ? postgres->lost : "out of memory");
    }
    if (code != 0) {
        postgres_close(postgres);
        return code;
    }
    *ret = postgres;
    return 0;
}

void postgres_close(struct postgres *postgres)
{
    if (postgres != NULL) {
        PQfinish(postgres->connection);
        free(postgres);
    }
}

uint64_t postgres_reconnects(const struct postgres *postgres)
{
    return postgres->reconnects;
}

void postgres_rows_free(struct postgres_rows *rows)
{
    PQclear((PGresult *)rows);
}

size_t postgres_count(const struct postgres_rows *rows)
{
    return (size_t)PQntuples((const PGresult *)rows);
}

const char *postgres_at(const struct postgres_rows *rows, size_t row, int column, size_t *ret_len)
{
    const PGresult *result = (const PGresult *)rows;
    *ret_len = (size_t)PQgetlength(result, (int)row, column);
    return PQgetvalue(result, (int)row, column);
}

int64_t postgres_int(const struct postgres_rows *rows, size_t row, int column)
{
    size_t len;
    const unsigned char *bytes = (const unsigned char *)postgres_at(rows, row, column, &len);
    uint64_t value = len > 0 && (bytes[0] & 0x80) != 0 && len > 1 ? UINT64_MAX : 0;
    for (size_t i = 0; i < len; i++) {
        value = value << 8 | bytes[i];
    }
    return (int64_t)value;
}

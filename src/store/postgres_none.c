/* SPDX-License-Identifier: MIT */
/* PostgreSQL in a program that was built without libpq: nothing can be opened. */
#include <errno.h>

#include "core/base/check.h"
#include "store/disk.h"
#include "store/postgres.h"

bool postgres_supported(void)
{
    return false;
}

int postgres_check(const char *address, char *error, size_t error_size)
{
    (void)address;
    return disk_fail(ENOSYS, error, error_size,
                     "this cuttle was built without PostgreSQL: install libpq-dev and build it "
                     "again (meson setup --wipe, or rm -r build and ./dev build)");
}

int postgres_open(struct postgres **ret, const char *address, char *error, size_t error_size)
{
    (void)ret;
    return postgres_check(address, error, error_size);
}

void postgres_close(struct postgres *postgres)
{
    CHECK(postgres == NULL);
}

uint64_t postgres_reconnects(const struct postgres *postgres)
{
    (void)postgres;
    return 0;
}

int postgres_run(struct postgres *postgres, const struct postgres_statement *statement,
                 const struct postgres_value *values, int value_count,
                 struct postgres_rows **ret_rows, char *error, size_t error_size)
{
    (void)postgres, (void)statement, (void)values, (void)value_count, (void)ret_rows;
    return postgres_check(NULL, error, error_size);
}

int postgres_script(struct postgres *postgres, const char *sql, char *error, size_t error_size)
{
    (void)postgres, (void)sql;
    return postgres_check(NULL, error, error_size);
}

void postgres_rows_free(struct postgres_rows *rows)
{
    CHECK(rows == NULL);
}

size_t postgres_count(const struct postgres_rows *rows)
{
    (void)rows;
    return 0;
}

const char *postgres_at(const struct postgres_rows *rows, size_t row, int column, size_t *ret_len)
{
    (void)rows, (void)row, (void)column;
    *ret_len = 0;
    return "";
}

int64_t postgres_int(const struct postgres_rows *rows, size_t row, int column)
{
    (void)rows, (void)row, (void)column;
    return 0;
}

/* SPDX-License-Identifier: MIT */
#include "store/postgres.h"

#include <errno.h>
#include <string.h>

#include "test.h"

TEST(without_libpq_nothing_opens_and_the_package_is_named)
{
    char error[POSTGRES_ERROR_MAX];
    struct postgres *postgres = NULL;
    EXPECT(!postgres_supported());
    EXPECT_INT(postgres_open(&postgres, "postgresql://ann@db/cuttle", error, sizeof error),
               -ENOSYS);
    EXPECT(postgres == NULL && strstr(error, "libpq-dev") != NULL);
}

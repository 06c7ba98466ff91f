/* SPDX-License-Identifier: MIT */
/* What can be known of a connection without a server; tests/research/board.py has one. */
#include "store/postgres.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test.h"

TEST(an_address_is_what_libpq_takes_and_holds_no_password)
{
    const struct {
        const char *address;
        int code;
        const char *said;
    } cases[] = {
        {"postgresql://ann@db.example/cuttle", 0, ""},
        {"postgresql://ann@db.example:5433/cuttle?sslmode=verify-full", 0, ""},
        {"postgres://db/cuttle?passfile=/etc/cuttle/pgpass", 0, ""},
        {"host=/run/postgresql dbname=cuttle", 0, ""},
        {"cuttle", -EINVAL, "no address of a database"},
        {"postgresql://ann@[::1/cuttle", -EINVAL, "no address of a database"},
        {"postgresql://ann:hush@db/cuttle", -EINVAL, "a password does not belong"},
        {"postgresql://ann@db/cuttle?password=hush", -EINVAL, "a password does not belong"},
        {"postgresql://ann@db/cuttle?sslpassword=hush", -EINVAL, "a password does not belong"},
        {"host=db password=hush", -EINVAL, "a password does not belong"},
        {"postgresql://ann:hush@[::1/cuttle", -EINVAL, "no address of a database"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char error[POSTGRES_ERROR_MAX] = "";
        EXPECT_INT(postgres_check(cases[i].address, error, sizeof error), cases[i].code);
        EXPECT(strstr(error, cases[i].said) != NULL);
        EXPECT(strstr(error, "hush") == NULL);
    }
}

TEST(an_address_that_is_too_long_is_refused)
{
    char address[POSTGRES_ADDRESS_MAX + 64], error[POSTGRES_ERROR_MAX];
    memset(address, 'a', sizeof address);
    memcpy(address, "postgresql://ann@db/", 20);
    address[sizeof address - 1] = '\0';
    EXPECT_INT(postgres_check(address, error, sizeof error), -EINVAL);
}

TEST(a_server_that_is_not_there_is_said_with_what_to_do)
{
    /* A port that is taken, and where nobody listens. */
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof place;
    char address[128], error[POSTGRES_ERROR_MAX];
    struct postgres *postgres = NULL;
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    EXPECT_INT(bind(fd, (struct sockaddr *)&place, len), 0);
    EXPECT_INT(getsockname(fd, (struct sockaddr *)&place, &len), 0);
    snprintf(address, sizeof address, "postgresql://ann@127.0.0.1:%d/cuttle?sslmode=disable",
             ntohs(place.sin_port));
    EXPECT_INT(postgres_open(&postgres, address, error, sizeof error), -ENOTCONN);
    EXPECT(postgres == NULL);
    EXPECT(strstr(error, address) != NULL);
    EXPECT(strstr(error, "Connection refused") != NULL);
    EXPECT(strstr(error, "is the server there") != NULL);
    close(fd);
}

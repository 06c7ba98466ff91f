/* SPDX-License-Identifier: MIT */
#include "research/board.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "core/base/check.h"
#include "core/base/crc32.h"
#include "research/board_sql.h"
#include "research/study_line.h"
#include "research/study_terms.h"
#include "store/disk.h"
#include "store/postgres.h"

#define NUMBER_MAX 24
#define NUMBERS_MAX (BOARD_MOST * NUMBER_MAX) /* "{1,2,3}" */

struct board {
    struct postgres *postgres;
    const struct space *space;
    uint32_t periods;
    char study[NUMBER_MAX]; /* its id */
    char lease[NUMBER_MAX]; /* seconds */
    char worker[BOARD_WORKER_MAX];
};

static const char *number_text(char text[NUMBER_MAX], uint64_t value)
{
    snprintf(text, NUMBER_MAX, "%" PRIu64, value);
    return text;
}

static const char *numbers_text(char text[NUMBERS_MAX], const size_t *indexes, size_t count)
{
    CHECK(count <= BOARD_MOST);
    size_t len = (size_t)snprintf(text, NUMBERS_MAX, "{");
    for (size_t i = 0; i < count; i++) {
        len +=
            (size_t)snprintf(text + len, NUMBERS_MAX - len, "%s%zu", i > 0 ? "," : "", indexes[i]);
    }
    snprintf(text + len, NUMBERS_MAX - len, "}");
    return text;
}

const char *board_point(const struct space *space, const struct point *point,
                        char text[BOARD_POINT_MAX])
{
    char setting[POINT_TEXT_MAX];
    size_t len = 0;
    text[0] = '\0';
    for (uint32_t i = 0; i < space->axis_count; i++) {
        len += (size_t)snprintf(text + len, BOARD_POINT_MAX - len, "%s%s", i > 0 ? " " : "",
                                space_setting(space, point, i, setting));
    }
    return text;
}

static void name_worker(struct board *board)
{
    char host[65] = "";
    uint32_t chance = 0;
    gethostname(host, sizeof host - 1);
    CHECK(getrandom(&chance, sizeof chance, 0) == (ssize_t)sizeof chance);
    snprintf(board->worker, sizeof board->worker, "%s-%ld-%08" PRIx32, host, (long)getpid(),
             chance);
}

/* The tables, made where there are none; those of another version are refused. */
static int meet_tables(struct board *board, const char *address, char *error, size_t error_size)
{
    for (int tries = 0; tries < 2; tries++) {
        struct postgres_rows *rows = NULL;
        size_t len;
        int code =
            postgres_run(board->postgres, &board_sql_version, NULL, 0, &rows, error, error_size);
        if (code != 0) {
            return code;
        }
        const bool there = postgres_int(rows, 0, 0) != 0;
        const bool same = strcmp(postgres_at(rows, 0, 1, &len), BOARD_SQL_VERSION) == 0;
        postgres_rows_free(rows);
        if (there) {
            return same ? 0
                        : disk_fail(ENOTSUP, error, error_size,
                                    "%s: the tables cuttle_study and cuttle_trial are of another "
                                    "version of cuttle: take another database",
                                    address);
        }
        code = postgres_script(board->postgres, board_sql_tables, error, error_size);
        if (code != 0) {
            return code;
        }
    }
    return disk_fail(EIO, error, error_size, "%s: the tables were made and are not there", address);
}

static int meet_study(struct board *board, const struct board_config *config, char *error,
                      size_t error_size)
{
    char *terms = study_terms_text(config->terms), where[256];
    if (terms == NULL) {
        return disk_fail(ENOMEM, error, error_size, "out of memory");
    }
    const struct postgres_value values[] = {{.at = config->name}, {.at = terms}};
    struct postgres_rows *rows = NULL;
    int code = postgres_run(board->postgres, &board_sql_begin, values, 2, NULL, error, error_size);
    if (code == 0) {
        code = postgres_run(board->postgres, &board_sql_study, values, 1, &rows, error, error_size);
    }
    if (code == 0 && postgres_count(rows) == 1) {
        size_t len;
        const char *text = postgres_at(rows, 0, 1, &len);
        number_text(board->study, (uint64_t)postgres_int(rows, 0, 0));
        snprintf(where, sizeof where, "the study %.100s on the board", config->name);
        code = study_terms_compare(config->terms, text, len, where, error, error_size);
    } else if (code == 0) {
        code = disk_fail(EIO, error, error_size, "the study was begun and is not there");
    }
    postgres_rows_free(rows);
    free(terms);
    return code;
}

int board_open(struct board **ret, const struct board_config *config, char *error,
               size_t error_size)
{
    CHECK(config->periods > 0 && config->periods <= STUDY_PERIODS_MAX && config->lease_s > 0);
    struct board *board = calloc(1, sizeof *board);
    if (board == NULL) {
        return disk_fail(ENOMEM, error, error_size, "out of memory");
    }
    board->space = config->space;
    board->periods = config->periods;
    number_text(board->lease, config->lease_s);
    name_worker(board);
    int code = postgres_open(&board->postgres, config->address, error, error_size);
    if (code == 0) {
        code = meet_tables(board, config->address, error, error_size);
    }
    if (code == 0) {
        code = meet_study(board, config, error, error_size);
    }
    if (code != 0) {
        board_close(board);
        return code;
    }
    *ret = board;
    return 0;
}

void board_close(struct board *board)
{
    if (board != NULL) {
        postgres_close(board->postgres);
        free(board);
    }
}

const char *board_worker(const struct board *board)
{
    return board->worker;
}

uint64_t board_reconnects(const struct board *board)
{
    return postgres_reconnects(board->postgres);
}

int board_offer(struct board *board, size_t first, const struct point *points, size_t count,
                char *error, size_t error_size)
{
    CHECK(count <= BOARD_MOST);
    char number[NUMBER_MAX], point[BOARD_POINT_MAX];
    const size_t size = count * (BOARD_POINT_MAX + 1) + 1;
    char *text = malloc(size);
    if (text == NULL) {
        return disk_fail(ENOMEM, error, error_size, "out of memory");
    }
    size_t len = 0;
    for (size_t i = 0; i < count; i++) {
        len += (size_t)snprintf(text + len, size - len, "%s%s", i > 0 ? "\n" : "",
                                board_point(board->space, &points[i], point));
    }
    const struct postgres_value values[] = {
        {.at = board->study}, {.at = number_text(number, first)}, {.at = text}};
    const int code =
        postgres_run(board->postgres, &board_sql_offer, values, 3, NULL, error, error_size);
    free(text);
    return code;
}

int board_claim(struct board *board, size_t end, size_t most, struct board_claim *claims,
                size_t *ret_count, char *error, size_t error_size)
{
    CHECK(most <= BOARD_MOST);
    char end_text[NUMBER_MAX], most_text[NUMBER_MAX];
    const struct postgres_value values[] = {{.at = board->study},
                                            {.at = board->worker},
                                            {.at = board->lease},
                                            {.at = number_text(most_text, most)},
                                            {.at = number_text(end_text, end)}};
    struct postgres_rows *rows = NULL;
    const int code =
        postgres_run(board->postgres, &board_sql_claim, values, 5, &rows, error, error_size);
    if (code != 0) {
        return code;
    }
    const size_t count = postgres_count(rows);
    CHECK(count <= most);
    for (size_t i = 0; i < count; i++) {
        size_t len;
        claims[i].index = (size_t)postgres_int(rows, i, 0);
        claims[i].taken_over = postgres_int(rows, i, 1) > 1;
        snprintf(claims[i].point, sizeof claims[i].point, "%s", postgres_at(rows, i, 2, &len));
    }
    postgres_rows_free(rows);
    *ret_count = count;
    return 0;
}

static int run_numbered(struct board *board, const struct postgres_statement *statement,
                        const size_t *indexes, size_t count, struct postgres_rows **ret_rows,
                        char *error, size_t error_size)
{
    char numbers[NUMBERS_MAX];
    const struct postgres_value values[] = {{.at = board->study},
                                            {.at = numbers_text(numbers, indexes, count)},
                                            {.at = board->worker},
                                            {.at = board->lease}};
    const int value_count = statement == &board_sql_renew     ? 4
                            : statement == &board_sql_release ? 3
                                                              : 2;
    return postgres_run(board->postgres, statement, values, value_count, ret_rows, error,
                        error_size);
}

int board_renew(struct board *board, const size_t *indexes, size_t count, char *error,
                size_t error_size)
{
    return run_numbered(board, &board_sql_renew, indexes, count, NULL, error, error_size);
}

int board_release(struct board *board, const size_t *indexes, size_t count, char *error,
                  size_t error_size)
{
    return run_numbered(board, &board_sql_release, indexes, count, NULL, error, error_size);
}

int board_put(struct board *board, size_t index, const struct trial *trial, const float *returns,
              bool *ret_counted, char *error, size_t error_size)
{
    char number[NUMBER_MAX], line[STUDY_LINE_MAX];
    const size_t size = board->periods * sizeof *returns;
    const size_t len =
        study_line_write(board->space, index, trial, crc32_update(0, returns, size), line);
    line[len - 1] = '\0'; /* its end of line */
    const struct postgres_value values[] = {{.at = board->study},
                                            {.at = number_text(number, index)},
                                            {.at = board->worker},
                                            {.at = line},
                                            {.at = returns, .len = size, .bytes = true}};
    struct postgres_rows *rows = NULL;
    const int code =
        postgres_run(board->postgres, &board_sql_put, values, 5, &rows, error, error_size);
    if (code != 0) {
        return code;
    }
    const bool there = postgres_count(rows) == 1;
    size_t worker_len;
    /* Ours too when the answer to an earlier try was lost. */
    *ret_counted = there && (postgres_int(rows, 0, 0) == 1 ||
                             strcmp(postgres_at(rows, 0, 1, &worker_len), board->worker) == 0);
    postgres_rows_free(rows);
    return there ? 0
                 : disk_fail(ENOENT, error, error_size,
                             "set %zu is not on the board any more: was the study deleted there?",
                             index);
}

int board_missing(struct board *board, size_t *indexes, size_t *count, char *error,
                  size_t error_size)
{
    struct postgres_rows *rows = NULL;
    const int code =
        run_numbered(board, &board_sql_missing, indexes, *count, &rows, error, error_size);
    if (code != 0) {
        return code;
    }
    CHECK(postgres_count(rows) <= *count);
    *count = postgres_count(rows);
    for (size_t i = 0; i < *count; i++) {
        indexes[i] = (size_t)postgres_int(rows, i, 0);
    }
    postgres_rows_free(rows);
    return 0;
}

int board_take(struct board *board, const size_t *indexes, size_t count, board_result *on_result,
               void *context, char *error, size_t error_size)
{
    struct postgres_rows *rows = NULL;
    int code = run_numbered(board, &board_sql_take, indexes, count, &rows, error, error_size);
    if (code != 0) {
        return code;
    }
    float returns[STUDY_PERIODS_MAX];
    for (size_t i = 0; i < postgres_count(rows) && code == 0; i++) {
        struct trial trial;
        uint32_t crc = 0;
        size_t line_len, len;
        const size_t index = (size_t)postgres_int(rows, i, 0);
        const char *line = postgres_at(rows, i, 1, &line_len);
        const char *bytes = postgres_at(rows, i, 2, &len);
        if (len == board->periods * sizeof returns[0] &&
            study_line_read(board->space, line, line_len, index, &trial, &crc) &&
            crc == crc32_update(0, bytes, len)) {
            memcpy(returns, bytes, len);
            on_result(context, index, &trial, returns);
        } else {
            code = disk_fail(EINVAL, error, error_size,
                             "the board's result of set %zu is not whole: its checksum is another",
                             index);
        }
    }
    postgres_rows_free(rows);
    return code;
}

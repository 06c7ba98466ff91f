/* SPDX-License-Identifier: MIT */
/* The rows of the store: a line of CSV, and opening a candle file. */
#include "bench.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/base/timestamp.h"
#include "store/candle_file.h"
#include "store/csv.h"

#define CSV_COUNT 100000
#define CSV_LINE_MAX 128
#define OPEN_COUNT 1000000
#define OPEN_REPEAT 200

static const char csv_head[] = "time,open,high,low,close,volume\n";

struct csv_run {
    char *text;
    size_t len;
    struct candle *rows; /* of the floor */
    struct csv_data data;
    bool failed;
    char error[120];
};

static size_t csv_write(char *text, const struct candle *candles)
{
    size_t len = sizeof csv_head - 1;
    memcpy(text, csv_head, len);
    for (size_t i = 0; i < CSV_COUNT; i++) {
        const struct candle *c = &candles[i];
        len += (size_t)snprintf(text + len, CSV_LINE_MAX, "%lld,%.4f,%.4f,%.4f,%.4f,%.8f\n",
                                (long long)(c->time_ns / NS_PER_S), c->open, c->high, c->low,
                                c->close, c->volume);
    }
    return len;
}

static void csv_run(void *context)
{
    struct csv_run *run = context;
    csv_free(&run->data);
    const struct csv_options options = {.bad_max = CSV_BAD_MAX};
    run->failed |= csv_read_text("bench.csv", run->text, run->len, &options, &run->data, run->error,
                                 sizeof run->error) != 0;
}

/* Trusts the text: six numbers a line, in this order, ascending, none bad. */
static void csv_floor(void *context)
{
    const struct csv_run *run = context;
    char *at = run->text + sizeof csv_head - 1;
    for (size_t i = 0; i < CSV_COUNT; i++) {
        double values[6];
        for (int k = 0; k < 6; k++) {
            values[k] = strtod(at, &at);
            at++;
        }
        run->rows[i] = (struct candle){
            (int64_t)values[0] * NS_PER_S, values[1], values[2], values[3], values[4], values[5]};
    }
}

static bool csv_right(const struct csv_run *run, struct bench_row *row)
{
    const bool same = !run->failed && run->data.count == CSV_COUNT && run->data.bad_count == 0 &&
                      memcmp(run->data.rows, run->rows, CSV_COUNT * sizeof *run->rows) == 0;
    if (!same) {
        snprintf(row->note, sizeof row->note, "%zu rows, not the floor's %d; %s", run->data.count,
                 CSV_COUNT, run->failed ? run->error : "");
    }
    return same;
}

bool bench_csv_row(struct bench_row *row)
{
    row->unit = "row";
    struct csv_run run = {.text = malloc((size_t)CSV_COUNT * CSV_LINE_MAX),
                          .rows = malloc(CSV_COUNT * sizeof *run.rows)};
    if (run.text == NULL || run.rows == NULL) {
        snprintf(row->note, sizeof row->note, "out of memory");
        free(run.text), free(run.rows);
        return false;
    }
    bench_walk(run.rows, CSV_COUNT);
    run.len = csv_write(run.text, run.rows);
    bench_time(row, &(struct bench_work){csv_run, csv_floor, &run, CSV_COUNT});
    const bool right = csv_right(&run, row);
    csv_free(&run.data);
    free(run.text), free(run.rows);
    return right;
}

struct open_run {
    char store[64];
    char path[128];
    struct candle_key key;
    size_t count;
    double close_last;
    double floor_sum;
    bool failed;
    char error[120];
};

static void open_run(void *context)
{
    struct open_run *run = context;
    for (int i = 0; i < OPEN_REPEAT && !run->failed; i++) {
        struct candle_file *file;
        if (candle_file_open(run->store, &run->key, &file, run->error, sizeof run->error) != 0) {
            run->failed = true;
            return;
        }
        const struct candle *rows = candle_file_rows(file, &run->count);
        run->close_last = rows[run->count - 1].close;
        candle_file_close(file);
    }
}

/* The system calls alone, and one look at the last row. */
static void open_floor(void *context)
{
    struct open_run *run = context;
    for (int i = 0; i < OPEN_REPEAT; i++) {
        const int fd = open(run->path, O_RDONLY | O_CLOEXEC);
        const off_t size = lseek(fd, 0, SEEK_END);
        const char *map = mmap(NULL, (size_t)size, PROT_READ, MAP_SHARED, fd, 0);
        if (fd < 0 || map == MAP_FAILED) {
            run->failed = true;
            return;
        }
        struct candle last;
        memcpy(&last, map + size - (off_t)sizeof last, sizeof last);
        run->floor_sum = last.close;
        munmap((void *)(uintptr_t)map, (size_t)size);
        close(fd);
    }
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
    (void)status, (void)type, (void)where;
    return remove(path);
}

bool bench_folder_make(char *path, size_t size)
{
    const char *folder = getenv("TMPDIR");
    snprintf(path, size, "%.40s/cuttle-bench-XXXXXX", folder != NULL ? folder : "/tmp");
    return mkdtemp(path) != NULL;
}

void bench_folder_remove(const char *path)
{
    nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* A store of one file in the temporary folder. */
static bool open_store(struct open_run *run, const struct candle *candles)
{
    if (!bench_folder_make(run->store, sizeof run->store)) {
        snprintf(run->error, sizeof run->error, "%s: no folder can be made there", run->store);
        return false;
    }
    candle_key_parse("BENCH:BTC/USD", &run->key);
    run->key.timeframe = TIMEFRAME_1M;
    snprintf(run->path, sizeof run->path, "%s/BENCH/BTC-USD/1m.npy", run->store);
    struct candle_merge_result merged;
    return candle_file_merge(run->store, &run->key, candles, OPEN_COUNT, false, &merged, run->error,
                             sizeof run->error) == 0;
}

bool bench_candles_open(struct bench_row *row)
{
    row->unit = "file";
    struct open_run run = {0};
    struct candle *candles = malloc(OPEN_COUNT * sizeof *candles);
    if (candles == NULL) {
        snprintf(row->note, sizeof row->note, "out of memory");
        return false;
    }
    bench_walk(candles, OPEN_COUNT);
    run.failed = !open_store(&run, candles);
    if (!run.failed) {
        bench_time(row, &(struct bench_work){open_run, open_floor, &run, OPEN_REPEAT});
    }
    bench_folder_remove(run.store);
    const double last = candles[OPEN_COUNT - 1].close;
    free(candles);
    const bool right =
        !run.failed && run.count == OPEN_COUNT && run.close_last == last && run.floor_sum == last;
    if (!right) {
        snprintf(row->note, sizeof row->note, "%zu rows, not %d; %s", run.count, OPEN_COUNT,
                 run.error);
    }
    return right;
}

/* SPDX-License-Identifier: MIT */
/* Any bytes as a file of trades. What is taken must be trades in order, that money can count. */
#include "store/trade_csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct pair pair = {
    .symbol = "BTC/USD", .price_decimals = 1, .qty_decimals = 8, .tick_step = 1};

static void read_rows(const char *path)
{
    char error[512];
    struct trade_data rows;
    uint32_t decimals;
    const struct trade_csv_options options = {.terms = &pair, .bad_max = 100};
    trade_csv_decimals(path, &decimals, error, sizeof error);
    if (trade_csv_read(path, &options, &rows, error, sizeof error) != 0) {
        return;
    }
    for (size_t i = 0; i < rows.count; i++) {
        const struct trade *row = &rows.rows[i];
        if (row->price_ticks <= 0 || row->qty_lots <= 0 || row->time_ns <= 0 ||
            (i > 0 && row->time_ns < rows.rows[i - 1].time_ns) ||
            !pair_plausible(&pair, row->price_ticks, row->qty_lots)) {
            abort();
        }
    }
    trade_data_free(&rows);
}

/* A byte each for time, price and volume, so that order, ties and sides are reached. */
static size_t nearly_right(const uint8_t *data, size_t size, char *out, size_t out_size)
{
    static const char *const sides[] = {"buy", "sell", "b", "s", "", "x", "BUY", "1"};
    size_t len = (size_t)snprintf(out, out_size, "%s", size % 2 ? "time,price,volume,side\n" : "");
    for (size_t i = 0; i + 2 < size && len + 80 < out_size; i += 3) {
        len += (size_t)snprintf(out + len, out_size - len, "17224704%02d.%d,%d.%d,0.%d,%s\n",
                                data[i] % 100, data[i], data[i + 1], data[i] % 9, data[i + 2],
                                sides[data[i + 2] % 8]);
    }
    return len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char rows[16384];
    char path[64];
    for (int turn = 0; turn < 2; turn++) {
        const size_t made = nearly_right(data, size, rows, sizeof rows);
        const void *text = turn == 0 ? (const void *)data : rows;
        const size_t len = turn == 0 ? size : made;
        const int fd = memfd_create("trades", 0);
        if (fd < 0 || write(fd, text, len) != (ssize_t)len) {
            abort();
        }
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        read_rows(path);
        close(fd);
    }
    return 0;
}

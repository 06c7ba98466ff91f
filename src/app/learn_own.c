/* SPDX-License-Identifier: MIT */
/* The bot's own closed trades, out of the state directory's ledger. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/analyse.h"
#include "app/learn.h"

/* Of its strategies those that this run has, by their index. */
static uint32_t strategies_of(const struct learn_job *job, const struct analyse_book *book,
                              uint64_t mask)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < job->setup.engine.strategy_count; i++) {
        for (uint32_t k = 0; k < book->strategy_count; k++) {
            if ((mask >> k & 1) != 0 && strcmp(book->strategies[k], learn_strategy(job, i)) == 0) {
                found |= UINT32_C(1) << i;
            }
        }
    }
    return found;
}

static uint32_t pair_of(const struct learn_job *job, const char *symbol)
{
    uint32_t pair = 0;
    while (pair < job->setup.sources.count && strcmp(learn_pair(job, pair), symbol) != 0) {
        pair++;
    }
    return pair; /* their count: none of them */
}

static int mark(struct learn_job *job, const struct analyse_book *book)
{
    struct own_trade *trades = calloc(book->count + 1, sizeof *trades);
    if (trades == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < book->count; i++) {
        const struct analyse_trade *trade = &book->trades[i];
        const bool known = trade->closed_ns <= job->run.end_ns; /* by the end of the candles */
        trades[i] = (struct own_trade){
            .ordered_ns = trade->ordered_ns,
            .opened_ns = trade->opened_ns,
            .closed_ns = trade->closed_ns,
            .pair = trade->pair < book->pair_count ? pair_of(job, book->pairs[trade->pair])
                                                   : job->setup.sources.count,
            .strategies = strategies_of(job, book, trade->strategies),
            .direction = (int8_t)(trade->is_short ? -1 : 1),
            .price = trade->price,
            .reward = known ? trade->earned : (double)NAN,
        };
    }
    const int code = own_mark(&job->examples, trades, book->count,
                              (enum timeframe)job->setup.engine.base, &job->own);
    free(trades);
    return code;
}

bool learn_own(struct learn_job *job, char error[BACKTEST_ERROR_MAX])
{
    struct ledger *ledger = NULL;
    char path[DISK_PATH_MAX];
    if (!job->flags.keep) {
        return true;
    }
    snprintf(path, sizeof path, "%s/ledger.db", job->flags.state);
    int code = ledger_open_reader(path, &ledger, error, BACKTEST_ERROR_MAX);
    if (code == -ENOENT) {
        return true; /* no session has traded there yet */
    }
    if (code != 0) {
        return false;
    }
    const struct analyse_span span = {job->run.start_ns, job->run.end_ns};
    struct analyse_book *book = calloc(1, sizeof *book);
    if (book != NULL) {
        analyse_book_init(book);
    }
    code = book != NULL ? analyse_read_ledger(book, ledger, UINT32_MAX, &span) : -ENOMEM;
    if (code == 0) {
        code = mark(job, book);
    }
    if (code != 0) {
        snprintf(error, BACKTEST_ERROR_MAX, "%s",
                 code == -ENOMEM ? "out of memory" : ledger_error(ledger));
    }
    if (book != NULL) {
        analyse_book_free(book);
    }
    free(book);
    ledger_close(ledger);
    return code == 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * The ledger: what was ordered, filled, decided and owned, in SQLite (WAL). The truth for orders
 * and fills. Every row has a natural key and is written by upsert, so writing one twice changes
 * nothing. Amounts are the core's integers: prices in ticks, quantities in lots, money in 1e-8;
 * a row names its decimals, so it can be read alone.
 *
 * One thread writes through one struct ledger; readers open their own. Calls give 0 or -errno,
 * the reason in ledger_error.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/engine/action.h"
#include "core/execution/request.h"
#include "core/market/pair.h"

struct ledger;

/* Opens or creates the file (0600) and brings its schema up to this version; a newer one is
 * refused. */
int ledger_open(const char *path, struct ledger **ret, char *error, size_t error_size);

/* To read alone: -ENOENT when there is no file, -ESTALE when it is of an older version, -EPROTO
 * when of a newer one or no ledger. Only what gets or visits may be called. */
int ledger_open_reader(const char *path, struct ledger **ret, char *error, size_t error_size);
void ledger_close(struct ledger *ledger);
const char *ledger_error(const struct ledger *ledger);

/* What is put between begin and commit is written together; commit returns when the disk has it. */
int ledger_begin(struct ledger *ledger);
int ledger_commit(struct ledger *ledger);

/* Undoes what was put since begin. */
void ledger_abandon(struct ledger *ledger);

int ledger_put_order(struct ledger *ledger, const struct order *order, const struct pair *pair,
                     int64_t time_ns);
int ledger_put_fill(struct ledger *ledger, const struct report *report, const struct pair *pair,
                    int64_t time_ns);

/* An order about to be sent to a venue (REQUEST_ADD): once this is on disk it may leave. */
int ledger_put_intent(struct ledger *ledger, const struct request *request, const struct pair *pair,
                      int64_t time_ns);

/* The newest intent's sequence and the highest client number, 0 when there is none. */
int ledger_last_intent(struct ledger *ledger, uint64_t *ret_sequence, uint64_t *ret_client);

/* A record with its sentence, and the whole of it as JSON. A RECORD_EXIT also becomes a trade. */
int ledger_put_record(struct ledger *ledger, const struct record *record, const struct pair *pair,
                      const char *kind, const char *sentence, const char *json);

/* Whose the trade of that number was: the names of strategies with a + between, or "hand". */
#define LEDGER_NAMES_MAX 160
int ledger_put_owner(struct ledger *ledger, uint64_t number, const char *strategies);

struct ledger_equity {
    int64_t time_ns;
    int64_t equity, cash, realised, fees;
    double drawdown;
};
int ledger_put_equity(struct ledger *ledger, const struct ledger_equity *equity);

/* Deletes records, equity and intents older than `keep_ns` before the newest equity, at most
 * `limit` of each: call again until none was left. Trades, orders and fills stay for ever, and the
 * newest record and intent too, because numbers go on from them. A transaction of its own. */
int ledger_retain(struct ledger *ledger, int64_t keep_ns, uint32_t limit, uint32_t *ret_removed);

/* What a training that was kept proved forward in time: of a strategy, a predictor (the ensemble,
 * what it is made of, or a baseline) and a pair, or all of them. The ensemble alone has a row for
 * each pair. Figures that there are none of are NAN. */
struct ledger_validation {
    const char *model; /* its file's hash in hex digits */
    const char *strategy;
    const char *symbol;                 /* "": all pairs */
    const char *predictor;              /* "ensemble" */
    int64_t made_ns, from_ns, until_ns; /* trained when, on candles of which span */
    const char *verdict, *words;        /* the gate's, on the strategy */
    uint64_t support;                   /* examples that were predicted */
    uint64_t taken;                     /* of them, signals that the model takes */
    double effective;                   /* independent examples that they are worth */
    double base_rate, confidence;       /* the part that won; the mean of what was said */
    double accuracy, precision, recall, log_loss, brier, auc, calibration_error;
    double reward_without, reward_with; /* a trade, after fees: of all, and of the taken */
};
int ledger_put_validation(struct ledger *ledger, const struct ledger_validation *validation);

/* A monitoring event, as the operator reads it (operator/watch). Times are this machine's clock's;
 * cleared_ns 0: it is still open. `metadata` is a JSON object. */
#define LEDGER_EVENT_KEEP 10000

struct ledger_event {
    uint64_t id; /* ascending */
    int64_t raised_ns, cleared_ns;
    int32_t severity; /* 0 info, 1 warning, 2 critical */
    char type[24];
    char message[320];
    char remedy[320];
    char metadata[512];
};

/* Puts it, or what has changed of it, and deletes what is over and LEDGER_EVENT_KEEP or
 * more older. */
int ledger_put_event(struct ledger *ledger, const struct ledger_event *event);

/* A small lasting value by name. What get refuses leaves `value` untouched: -ENOENT when it is
 * unset, -EMSGSIZE when it is longer than there is room. */
int ledger_put_state(struct ledger *ledger, const char *key, const char *value);
int ledger_get_state(struct ledger *ledger, const char *key, char *value, size_t size);

/* An order as it was last written. Its pair stands there by symbol; `order.pair` and `order.risk`,
 * which the ledger does not keep, are 0. */
struct ledger_order {
    struct order order;
    char symbol[SYMBOL_MAX];
    uint32_t price_decimals, qty_decimals;
    int64_t updated_ns;
};

struct ledger_trade {
    uint64_t number;
    char symbol[SYMBOL_MAX];
    uint32_t qty_decimals;
    int64_t opened_ns, closed_ns;
    int64_t qty_lots;
    double entry_price, exit_price;
    int64_t cost, fee, pnl;
    bool stop_hit;
    int32_t purpose;
    bool by_hand; /* by the operator's command; false also where it is not known */
    char strategies[LEDGER_NAMES_MAX]; /* "": not known */
};

struct ledger_record {
    uint64_t number;
    int32_t kind;
    int64_t time_ns;
    const char *symbol, *sentence, *json; /* valid during the call */
};

/* Every order still alive, however old, and the `limit` newest of those that have ended; by id. */
int ledger_each_order(struct ledger *ledger, uint32_t limit,
                      void (*visit)(void *context, const struct ledger_order *order),
                      void *context);

/* The newest `limit` rows, oldest of them first. */
int ledger_each_trade(struct ledger *ledger, uint32_t limit,
                      void (*visit)(void *context, const struct ledger_trade *trade),
                      void *context);
int ledger_each_record(struct ledger *ledger, uint32_t limit,
                       void (*visit)(void *context, const struct ledger_record *record),
                       void *context);

/* Those that are no older than that, oldest first. */
int ledger_each_record_since(struct ledger *ledger, int64_t time_ns,
                             void (*visit)(void *context, const struct ledger_record *record),
                             void *context);

/* From the moment its entry was ordered to the one that closed it: its pair's, and those of the
 * whole account. */
int ledger_each_record_of(struct ledger *ledger, const struct ledger_trade *trade,
                          void (*visit)(void *context, const struct ledger_record *record),
                          void *context);

/* A pair's at one moment, by number. */
int ledger_each_record_at(struct ledger *ledger, const char *symbol, int64_t time_ns,
                          void (*visit)(void *context, const struct ledger_record *record),
                          void *context);

/* The newest `limit` rows, oldest of them first; `whole`: only the ensemble's over all pairs. Texts
 * are valid during the call. */
int ledger_each_validation(struct ledger *ledger, uint32_t limit, bool whole,
                           void (*visit)(void *context, const struct ledger_validation *row),
                           void *context);

/* Every event still open, and the `limit` newest; by id. */
int ledger_each_event(struct ledger *ledger, uint32_t limit,
                      void (*visit)(void *context, const struct ledger_event *event),
                      void *context);

/* The highest number ever written of a record, and of an event; 0 when none. */
int ledger_last_record(struct ledger *ledger, uint64_t *ret_number);
int ledger_last_event(struct ledger *ledger, uint64_t *ret_id);

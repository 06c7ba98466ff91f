/* SPDX-License-Identifier: MIT */
/*
 * The exchange's private side: accounts, orders, matching, fees, limits, history. It knows no
 * protocol, clock or socket: time and the public market come as calls, what happens goes out as
 * events, ids come from the seed. The same calls give the same events, bit for bit.
 *
 *     requests (add, amend, cancel, ...) --> trading --> on_event: orders, trades, ledger
 *     market   (book changed, trade)     -->         --> on_public: a client's trade, for everyone
 *
 * A request gives NULL, or Kraken's error string; nothing has changed then, except that the fixed
 * cost was counted. Events of a request are emitted before it returns. From within a callback
 * nothing but the reading functions may be called.
 *
 * Capacities are bounded at opening and nothing is allocated afterwards. Ended orders, trades and
 * ledger entries are kept until the room is needed, the oldest then make place: whatever is found
 * by id may one day be NULL.
 */
#pragma once

#include <stddef.h>

#include "venue/local/liquidity.h"
#include "venue/local/trading/trading_variant.h"
#include "venue/local/trading/types.h"

struct trading;

struct trading_config {
    uint64_t seed;    /* of ids */
    uint64_t variant; /* of what Kraken leaves open: trading_variant.h; 0 the likeliest reading */
    const struct trading_asset *assets; /* copied, as the pairs are */
    uint32_t asset_count;
    const struct trading_pair *pairs;
    uint32_t pair_count;
    uint32_t account_max;
    uint32_t order_max; /* open and remembered; 0: 65536. Open ones never take more than half */
    uint32_t trade_max; /* trades remembered, twice that many ledger entries; 0: 65536 */
    int64_t time_ns;    /* now */
    void *user;
    void (*on_event)(void *user, const struct trading_event *event); /* NULL: nobody listens */

    /* A client took liquidity or met another client: the public sees this trade. Gives the number
     * the public knows it by. NULL: they are counted from 1. */
    uint64_t (*on_public)(void *user, uint32_t pair, const struct trade *trade, bool market);
};

/* NULL with the reason in `error` when the tables do not fit together or memory is short. */
struct trading *trading_open(const struct trading_config *config, char *error, size_t error_size);
void trading_close(struct trading *trading);

const struct trading_asset *trading_asset(const struct trading *trading, uint32_t asset);
const struct trading_pair *trading_pair(const struct trading *trading, uint32_t pair);
uint32_t trading_asset_find(const struct trading *trading, const char *name); /* or TRADING_NONE */
const struct trading_variant *trading_variant(const struct trading *trading);

/* ---- Time and the market ---- */

/* Everything that falls due until now_ns, in order of time: expiry, scheduled orders, dead-man's
 * timers. Time never goes back: an earlier time is taken for now. The market calls do it first. */
void trading_advance(struct trading *trading, int64_t now_ns);
int64_t trading_now(const struct trading *trading);

/* When something next falls due; INT64_MAX: nothing will. */
int64_t trading_next_ns(const struct trading *trading);

/* The pair's levels, by enum side: borrowed, and read whenever an order comes. Until it is set
 * the book is empty. */
void trading_set_book(struct trading *trading, uint32_t pair, const struct liquidity_side sides[2]);

/* The levels have changed: what was taken of changed levels is settled, orders that are now
 * crossed fill, index triggers fire. Cheap when the pair has neither. */
void trading_on_book(struct trading *trading, uint32_t pair, int64_t now_ns);

/* A public trade that no client made. Tell it before the book shows what it left: queues are
 * counted against the book as it was. */
void trading_on_trade(struct trading *trading, uint32_t pair, const struct trade *trade);

/* The last price for triggers and minimums, before the first trade. */
void trading_set_last(struct trading *trading, uint32_t pair, int64_t price_ticks);
int64_t trading_last(const struct trading *trading, uint32_t pair);

/* Nothing is matched in maintenance, cancel_only and post_only; maintenance stops the timers too,
 * and an armed dead-man's timer cancels all when it ends. */
void trading_set_system(struct trading *trading, enum trading_system system);
enum trading_system trading_system(const struct trading *trading);
void trading_set_status(struct trading *trading, uint32_t pair, enum pair_status status);

/* True when clients' orders rest in the pair or have lately taken from its levels: else the book as
 * everyone sees it is the market's own. */
bool trading_touched(const struct trading *trading, uint32_t pair);

/* A side of the book as the public sees it: the market's levels less what clients took, with the
 * clients' own resting orders. */
void trading_shown(const struct trading *trading, uint32_t pair, enum side side,
                   struct liquidity_side *ret);

/* ---- Accounts ---- */

/* A new account; TRADING_NONE when there are account_max. */
uint32_t trading_account(struct trading *trading, const char *identity, enum rate_tier tier);
uint32_t trading_account_count(const struct trading *trading);
const char *trading_identity(const struct trading *trading, uint32_t account);

int64_t trading_balance(const struct trading *trading, uint32_t account, uint32_t asset);
int64_t trading_hold(const struct trading *trading, uint32_t account, uint32_t asset);

/* NULL or "EFunding:Invalid amount" and the like. */
const char *trading_deposit(struct trading *trading, uint32_t account, uint32_t asset,
                            int64_t amount);
const char *trading_withdraw(struct trading *trading, uint32_t account, uint32_t asset,
                             int64_t amount, int64_t fee);

/* 30-day volume in money (1e-8 US dollars), and the step of the pair's schedule it earns. */
int64_t trading_volume(const struct trading *trading, uint32_t account);
uint32_t trading_fee_step(const struct trading *trading, uint32_t account, uint32_t pair);

/* Volume as if traded today: to stand an account in a tier. */
void trading_add_volume(struct trading *trading, uint32_t account, int64_t money);

/* The pair's trading counter now in hundredths, and its threshold. */
int64_t trading_rate(const struct trading *trading, uint32_t account, uint32_t pair);
int64_t trading_rate_max(const struct trading *trading, uint32_t account);

/* ---- Requests ---- */

/* *ret: the order as accepted, before it met the book; its id is 0 when only validated. */
const char *trading_add(struct trading *trading, uint32_t account, const struct trading_add *add,
                        struct trading_order *ret);

struct trading_batch_row {
    const char *error;
    struct trading_order order;
};

/* 2 to TRADING_BATCH_MAX orders of one pair. An error refuses the whole batch; the others are in
 * the rows. validate and deadline are those of the first. */
const char *trading_add_batch(struct trading *trading, uint32_t account,
                              const struct trading_add *adds, uint32_t count,
                              struct trading_batch_row *ret_rows);

/* *ret_amend: serial of the amendment. */
const char *trading_amend(struct trading *trading, uint32_t account,
                          const struct trading_amend *amend, uint64_t *ret_amend);

const char *trading_edit(struct trading *trading, uint32_t account, const struct trading_edit *edit,
                         struct trading_order *ret);

const char *trading_cancel(struct trading *trading, uint32_t account, uint64_t order);

/* Every open order of that userref; *ret_count how many ended. */
const char *trading_cancel_userref(struct trading *trading, uint32_t account, int32_t userref,
                                   uint32_t *ret_count);
const char *trading_cancel_all(struct trading *trading, uint32_t account, uint32_t *ret_count);

/* Up to `count` orders; those that are not open are passed over. */
const char *trading_cancel_batch(struct trading *trading, uint32_t account, const uint64_t *orders,
                                 uint32_t count, uint32_t *ret_count);

/* Dead-man's timer, seconds; 0 disarms. *ret_ns: when it goes off, 0 never. */
const char *trading_cancel_after(struct trading *trading, uint32_t account, int64_t timeout_s,
                                 int64_t *ret_ns);

/* ---- Reading. Ids of other accounts are not found. ---- */

/* kind: 'O' order, 'T' trade, 'L' ledger entry, 'A' amendment (its text begins with T). */
void trading_id_text(const struct trading *trading, char kind, uint64_t id,
                     char text[TRADING_ID_SIZE]);
uint64_t trading_id_parse(const struct trading *trading, char kind, const char *text,
                          size_t len); /* 0: it is none of ours */

const struct trading_order *trading_order(const struct trading *trading, uint32_t account,
                                          uint64_t id);
const struct trading_trade *trading_trade(const struct trading *trading, uint32_t account,
                                          uint64_t id);
const struct trading_ledger *trading_ledger(const struct trading *trading, uint32_t account,
                                            uint64_t id);
const struct trading_amendment *trading_amendment(const struct trading *trading, uint32_t account,
                                                  uint64_t id);

/* The open order with this client id. */
const struct trading_order *trading_order_by_client(const struct trading *trading, uint32_t account,
                                                    const char *cl_ord_id);

/* Open orders oldest first; ended ones latest ended first. Start with NULL. */
const struct trading_order *trading_open_next(const struct trading *trading, uint32_t account,
                                              const struct trading_order *order);
const struct trading_order *trading_closed_next(const struct trading *trading, uint32_t account,
                                                const struct trading_order *order);

/* Newest first. Start with NULL. */
const struct trading_trade *trading_trade_next(const struct trading *trading, uint32_t account,
                                               const struct trading_trade *trade);
const struct trading_ledger *trading_ledger_next(const struct trading *trading, uint32_t account,
                                                 const struct trading_ledger *ledger);

/* Average price of the fills with the pair's price decimals and `places` more, rounded to the
 * nearest; 0 without fills. */
int64_t trading_average(const struct trading *trading, const struct trading_order *order,
                        uint32_t places);

/* "User requested" and its like; NULL for TRADING_REASON_NONE. */
const char *trading_reason_text(const struct trading *trading, enum trading_reason reason);

/* ---- Keeping ---- */

/* Everything but the books, versioned and with a checksum: the length, or 0 when it does not fit
 * into size; trading_save_max is always enough. */
size_t trading_save_max(const struct trading *trading);
size_t trading_save(struct trading *trading, uint8_t *bytes, size_t size);

/* Into a newly opened one of the same capacities, whose assets and pairs include those saved, found
 * by name and counted alike. The seed and so the ids are those saved. False with the reason in
 * `error`; then close it. */
bool trading_load(struct trading *trading, const uint8_t *bytes, size_t size, char *error,
                  size_t error_size);

/* The pairs of what trading_save wrote, `max` of them at most; 0: it is no such thing. */
uint32_t trading_saved_pairs(const uint8_t *bytes, size_t size, char (*symbols)[SYMBOL_MAX],
                             uint32_t max);

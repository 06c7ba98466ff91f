/* SPDX-License-Identifier: MIT */
/*
 * What the market half and the server half of the simulated venue share.
 */
#pragma once

#include "venue_sim.h"

#define VENUE_QTY_DECIMALS 8

/* Text as it grows; bounded. */
struct venue_text {
    char *at;
    size_t len, size;
};

void venue_put(struct venue_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void venue_put_number(const struct venue_sim *venue, struct venue_text *text, int64_t value,
                      uint32_t decimals);
void venue_put_double(const struct venue_sim *venue, struct venue_text *text, double value,
                      uint32_t decimals);
void venue_put_time(struct venue_text *text, int64_t time_ns);

void venue_send(struct venue_sim *venue, struct venue_client *client, const char *text, size_t len);
void venue_send_status(struct venue_sim *venue, struct venue_client *client, bool ended);
void venue_send_ohlc(struct venue_sim *venue, struct venue_client *client, uint32_t p,
                     bool snapshot, uint32_t rows);
void venue_send_ticker(struct venue_sim *venue, struct venue_client *client, uint32_t p);

/* change: NULL for a snapshot. */
void venue_send_book(struct venue_sim *venue, struct venue_client *client, uint32_t p,
                     const struct level_change *change, uint32_t checksum);

/* Trades up to time_ns; catch_up: whatever is said of now must hold every trade before now. */
void venue_trade_until(struct venue_sim *venue, int64_t time_ns);
void venue_catch_up(struct venue_sim *venue);

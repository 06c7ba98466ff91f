/* SPDX-License-Identifier: MIT */
/*
 * All that the engine can be told. An event is complete in itself: with the snapshot before it, it
 * determines what the engine does. Pointers live only during the call; the journal keeps the text.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/engine/command.h"
#include "core/execution/news.h"
#include "core/market/batch.h"
#include "core/market/book.h"
#include "core/market/trade.h"
#include "core/model/model.h"
#include "core/portfolio/order.h"

enum event_kind {
    EVENT_WARM = 1, /* closed candles of the past for one pair: indicators learn, nothing decides */
    EVENT_BATCH,    /* the closed candles of one boundary */
    EVENT_BOOK,     /* order book: a snapshot or changed levels */
    EVENT_TRADE,    /* a public trade */
    EVENT_REPORT,   /* what the venue says of one of our orders */
    EVENT_HEALTH,   /* a pair's feed went stale or came back */
    EVENT_COMMAND,  /* the operator */
    EVENT_START,    /* warm-up is over: from here batches come */
    EVENT_PAIR,     /* the venue's terms of a pair: its precision, minimums, status */
    EVENT_NEWS,     /* of our orders at a venue that trades, or of the account */
    EVENT_TIME,     /* nothing but that time passed: what waits for it goes on */
    EVENT_CANDLE,   /* a closed candle of the boundary being gathered, ahead of its batch: learned,
                       and its strategies asked, so that the batch need only decide. Nobody has to
                       tell it */
    EVENT_STRATEGY, /* the text that a strategy from outside is made of, for whoever replays: in
                       force already when the engine hears of it */
    EVENT_MODEL, /* the model that is in force from here on, already when the engine hears of it */
};

struct event {
    enum event_kind kind;
    int64_t time_ns; /* market time */
    union {
        struct {
            uint32_t pair;
            uint32_t count;
            const struct candle *candles;
        } warm;
        struct {
            int64_t boundary_ns; /* open time of the candles */
            uint32_t count;
            const struct batch_entry *entries;
        } batch;
        struct {
            uint32_t pair;
            bool snapshot; /* replaces the book */
            uint32_t depth;
            uint32_t count;
            const struct level_change *changes;
        } book;
        struct {
            uint32_t pair;
            struct trade trade;
        } trade;
        struct report report;
        struct {
            uint32_t pair;
            bool stale;
        } health;
        struct instruction command;
        struct {
            uint32_t pair;
            struct pair terms;
        } pair;
        struct news news;
        struct {
            uint32_t pair;
            struct candle candle;
        } candle;
        struct {
            uint32_t type; /* in strategy_table, behind the built-in ones */
            bool fresh;    /* new: what the strategy remembered is forgotten */
            bool stopped;  /* it had failed, and stays silent */
            const char *name, *text;
        } strategy;
        struct {
            uint8_t hash[MODEL_HASH_SIZE]; /* model_in_force's; zeros: none */
            uint32_t unfit;   /* mask of the strategies that it was trained otherwise for */
            uint64_t turn;    /* another one: the same model is put in force anew */
            uint32_t demoted; /* mask of strategies that it is not live for, whatever it says */
        } model;
    };
};

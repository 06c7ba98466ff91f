/* SPDX-License-Identifier: MIT */
/*
 * Every bound of the core, each with its reason. Raising one costs the memory named beside it.
 */
#pragma once

/* Pairs whose metadata we hold: Kraken lists about 1,300 and has never halved the list. */
#define PAIR_META_MAX 2048

/* Pairs traded at once: the mission's "200+" universe. */
#define PAIR_MAX 200

/* Candles kept per pair and timeframe. The mission asks for 500; a power of two makes the ring
 * index a mask. 512 * 48 bytes * 6 timeframes = 147 KB a pair. */
#define SERIES_CAPACITY 512

/* Book levels a side that survive the cut, and room for one message's inserts before the cut. */
#define BOOK_DEPTH_MAX 100
#define BOOK_LEVELS_MAX 128

/* Best levels a side that the book's score looks at, at most: what it keeps of them, with the walls
 * it follows, the parts of its window and the spoofs it remembers, is 2.3 KB a pair. A side has six
 * whales at most; two more walls may wait for their trades. */
#define BOOK_SCORE_LEVELS_MAX 25
#define BOOK_FLOW_PARTS 20
#define BOOK_WALLS_MAX 8
#define BOOK_SPOOFS_MAX 8

/* Strategies that vote at once, and parameters one may declare. */
#define STRATEGY_MAX 16
#define STRATEGY_PARAM_MAX 16

/* Strategies known at once: the built-in ones, and twenty of a user's. */
#define STRATEGY_TABLE_MAX 32

/* Bits of a mask of strategies: those that vote, and as many that voted in an earlier session. */
#define STRATEGY_SEAT_MAX 32

/* Letters of a strategy's name. */
#define STRATEGY_NAME_MAX 24

/* Distinct indicators a panel computes per pair: ten strategies ask for about five each, a model's
 * features for twenty. */
#define PANEL_SLOT_MAX 80

/* Doubles that a pair's indicators keep beside their own state: windows of what is not in the
 * candles as it stands. The ten strategies take some 900; only what is asked for is ever touched.
 */
#define PANEL_STORE_MAX 2048

/* Rungs of a ladder: the mission's has five, and beyond ten their shares are small change. */
#define LADDER_RUNG_MAX 10

/* Positions open at once; the mission's default is 5, one per pair is the rule. */
#define POSITION_MAX PAIR_MAX

/* Orders alive at once: an entry and an exit for each pair, and room for a ladder. */
#define ORDER_MAX 512

/* Letters of a command's origin, as the shell calls it, and the zero behind them: a key's name of
 * 24 letters, the longest address of 45, and the words between. */
#define ORIGIN_SIZE 80

/* Actions one event may cause: a batch may take every order back for each of five reasons (a plan,
 * a crash, a loss limit, the drawdown guard, a vote), place as many, and say why for each pair. */
#define ACTION_MAX 4096

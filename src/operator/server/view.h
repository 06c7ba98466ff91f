/* SPDX-License-Identifier: MIT */
/*
 * What the operator may see of a session, at one moment: plain values, no pointer, so that it can
 * stand in memory shared with another process. The trading thread publishes, the server reads.
 *
 *     writer fills slots[back]  --swap-->  middle (newest, marked fresh)  --swap-->  slots[front]
 *
 * Three slots and one atomic exchange a side: neither ever waits, allocates or sees half a view,
 * and a reader that falls behind skips to the newest. One writer, one reader.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/base/histogram.h"
#include "core/base/limits.h"
#include "core/market/book.h"
#include "core/market/pair.h"
#include "core/model/model_scores.h"
#include "core/portfolio/order.h"
#include "core/portfolio/venue_id.h"
#include "core/risk/dial.h"

#define VIEW_NAME_MAX 24
#define VIEW_TEXT_MAX 120
#define VIEW_BALANCE_MAX 64
#define VIEW_LEVEL_MAX 10

enum view_mode {
    VIEW_REHEARSAL,
    VIEW_PAPER,
    VIEW_VALIDATE,
    VIEW_LIVE,
};

enum view_health {
    VIEW_WARMING, /* history is still being fetched */
    VIEW_FRESH,
    VIEW_STALE,
    VIEW_UNLISTED,
};

struct view_feed {
    bool connected;
    char reason[VIEW_TEXT_MAX]; /* in words, when not connected */
    uint64_t message_count;
    uint64_t reconnect_count;
    uint64_t checksum_fault_count;
    uint64_t resync_count;
    uint64_t malformed_count;
    uint64_t rest_repair_count;
    uint64_t late_count;
};

/* Since this session began; the account's figures are of the state's whole life. */
struct view_counters {
    uint64_t event_count;
    uint64_t batch_count;
    uint64_t decision_count;
    uint64_t entry_count;
    uint64_t exit_count;
    uint64_t order_count;
    uint64_t reject_count;
    uint64_t dropped_count; /* items the full queue to the server did not take */
};

/* Money in 1e-8 of the account's currency. */
struct view_account {
    char currency[SYMBOL_MAX];
    int64_t equity;
    int64_t cash;
    int64_t day_pnl; /* since the UTC day began, realised and not */
    int64_t realised;
    int64_t unrealised; /* of all positions, each net of the fees of entry and exit */
    int64_t fees;
    int64_t equity_peak;
    double drawdown;     /* now, 0..1 of the peak */
    double drawdown_max; /* ever */
};

/* How far each limit is used up. Fractions of equity unless named otherwise. */
struct view_risk {
    bool paused;
    bool halted;                      /* paused by the drawdown guard, until it is resumed */
    double guard_drawdown, guard_max; /* what the guard measures, of the peak it goes by */
    bool loss_limit_hit;
    bool crashed;           /* the market: entries are stopped, or tried one at a time */
    int64_t crash_until_ns; /* market time; 0 while entries are tried */
    uint64_t loss_streak;   /* losses in a row, for which trading cools off; 0: it does not */
    int64_t cool_from_ns, cool_until_ns; /* market time: the last loss, and what it leads to */
    double day_loss, day_loss_max;
    double at_risk; /* of equity, lost if every stop is hit now, sale fees included */
    double exposure, exposure_max; /* capital in positions */
    uint32_t position_count_max;
    uint32_t dials; /* mask: limits that the operator has set */
    double limits[DIAL_COUNT], limits_configured[DIAL_COUNT]; /* risk/dial.h */
};

struct view_pair {
    struct pair terms; /* symbol "" until the venue has named the pair's terms */
    enum view_health health;
    bool book_known;
    int32_t against;    /* enum verdict: what stands against an entry; 0 nothing */
    int64_t last_ticks; /* 0 unknown */
    int64_t bid_ticks, ask_ticks;
    int64_t heard_ns;  /* market time of the last news; 0 never */
    double day_change; /* of the price over 24 h, a fraction; NaN unknown */
    double imbalance;
    double book_score; /* -1..1 (core/market/book_score.h); NaN unknown */
    int32_t regime;    /* enum regime_way; 0 unknown */
};

/* The best levels of a pair's book, best first; none while it is not known. */
struct view_book {
    uint32_t bid_count, ask_count;
    struct level bids[VIEW_LEVEL_MAX], asks[VIEW_LEVEL_MAX];
};

struct view_position {
    uint32_t pair;
    int32_t direction;
    int64_t qty_lots;
    int64_t entry_ticks; /* average */
    int64_t mark_ticks;  /* valued at: the last price heard, or of a fill of its own */
    int64_t stop_ticks;  /* 0 none */
    int64_t target_ticks;
    int64_t cost;       /* money */
    int64_t unrealised; /* money, net of the fees of entry and exit */
    int64_t risk;       /* money lost if the stop is hit */
    int64_t opened_ns;
};

/* What a strategy's trained model may do. */
enum view_model {
    VIEW_MODEL_NONE,
    VIEW_MODEL_SHADOW,
    VIEW_MODEL_LIVE,
    VIEW_MODEL_DEMOTED, /* it failed at work, and is a shadow */
};

struct view_strategy {
    char name[VIEW_NAME_MAX];
    bool enabled;
    bool shadow;           /* it is asked, and moves nothing */
    uint32_t part;         /* enum strategy_part: what the operator has made of it */
    int32_t timeframe;     /* enum timeframe */
    uint64_t signal_count; /* votes with a direction */
    uint64_t actionable_count;
    int64_t signal_ns; /* of the last one; 0 none */
    uint32_t signal_pair;
    int32_t signal_direction;
    enum view_model model;
    struct model_scores scores; /* since the model in force came into it */
};

/* What an account at the venue holds, in 1e-8 of the asset. */
struct view_balance {
    char asset[VIEW_NAME_MAX];
    int64_t total;
    int64_t held; /* by open orders */
};

/* The venue's side of the session's orders, as it tells it. On paper all is 0. */
struct view_venue {
    bool trades;              /* orders go to a venue */
    bool open;                /* entries can be placed there now */
    bool tripped;             /* too many entries failed: they pause, or are tried one at a time */
    int64_t tripped_until_ns; /* market time; 0 while one is tried */
    char trouble[320];        /* the account's, in words; "" none */
    uint64_t unknown_count, found_count, absent_count;
    uint64_t bare_count, bare_long_count, emergency_count; /* long: as long as alarm.unprotected */
    int64_t bare_longest_ns;
    int64_t
        bare_ns; /* how long, of the venue's time, coins have stood without a stop now; 0 none */
    double rate_used; /* of what the venue's rate counter of calls admits, a fraction */
    uint64_t fill_count, fill_again_count, stray_count, list_count;
    uint64_t request_count, sent_count, refused_count, lost_count;
    uint64_t reconnect_count, gap_count, malformed_count, fallback_count, held_count;
    uint32_t balance_count;
    struct view_balance balances[VIEW_BALANCE_MAX];
};

/* How the session's own threads keep up. */
struct view_load {
    struct histogram decision; /* from a whole batch to its last order or record */
    struct histogram step;     /* of the engine's for any event */
    uint64_t market_waiting;   /* bytes: for the journal, */
    uint64_t money_waiting;    /* for the ledger, */
    uint64_t bridge_waiting;   /* for the server */
};

struct view {
    uint64_t number; /* 0: nothing has been published yet; view_publish counts */
    int64_t mono_ns; /* monotonic clock when published: its age says whether the engine lives */
    int64_t market_ns;
    int64_t started_ns; /* wall clock */
    enum view_mode mode;
    double speed; /* market seconds a wall second */
    char venue[VIEW_NAME_MAX];
    char version[VIEW_NAME_MAX];
    bool reconciled; /* the start-up differences with the venue are resolved */
    bool armed;      /* warmed up: batches decide */
    bool held;       /* the disk takes nothing, or is nearly full: entries stop */
    bool room_lacks; /* held for that alone: what happens is written */
    bool timed;      /* the venue has told its time, which is this world's */
    int64_t skew_ns; /* this machine's clock less the venue's, where `timed` */
    struct view_load load;
    struct view_account account;
    struct view_risk risk;
    struct view_feed feed;
    struct view_counters counters;
    struct view_venue at_venue;
    uint32_t pair_count;
    uint32_t position_count;
    uint32_t order_count;
    uint32_t strategy_count;
    struct view_strategy strategies[STRATEGY_MAX];
    struct view_pair pairs[PAIR_MAX];
    struct view_book books[PAIR_MAX]; /* of the pairs, in their order */
    struct view_position positions[POSITION_MAX];
    struct order orders[ORDER_MAX]; /* alive ones; at a venue that trades, those that it has */
    struct venue_id order_ids[ORDER_MAX]; /* the venue's names for them; none on paper */
};

struct view_box {
    _Alignas(64) _Atomic uint32_t middle; /* slot index, and VIEW_BOX_FRESH */
    _Alignas(64) uint32_t back;           /* the writer's */
    uint64_t published;
    _Alignas(64) uint32_t front; /* the reader's */
    _Alignas(64) _Atomic uint64_t kept;
    struct view slots[3];
};

/* Zeroed memory is not enough: called once, before either side begins. */
void view_box_init(struct view_box *box);

/* Copies the view (only the rows in use) and makes it the newest. */
void view_publish(struct view_box *box, const struct view *view);

/* The newest view; it stays as it is until the next view_read. Its number is 0 before the first. */
const struct view *view_read(struct view_box *box);

/* The records up to this number are on disk: the store thread says so, and the server asks. 0:
 * none is yet. */
void view_keep(struct view_box *box, uint64_t number);
uint64_t view_kept(const struct view_box *box);

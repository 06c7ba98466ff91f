/* SPDX-License-Identifier: MIT */
/*
 * The broker: between the engine and a venue that trades, where the matching stands on paper. The
 * engine says what it wants (enter, protect, close); the broker makes orders of it that are never
 * lost, doubled or left unprotected, whatever the network, the disk and the venue do. Pure: news
 * and time come in, requests and reports go out; a copy of the bytes is a snapshot.
 *
 *     engine --place, amend, cancel--> broker --requests--> disk --> venue
 *     engine <-------- reports ------- broker <------- news ---------'
 *
 * A *ticket* is one order at the venue; a *lane* is one pair's affairs. Tickets follow the venue's
 * word alone; the lane looks at what is held, what is wanted and which tickets live, and does the
 * next thing that is missing, until nothing is. It keeps no plan that a restart could lose.
 *
 *     ticket:  intended --disk--> sent --> open --> ended
 *                                   \       /
 *                                  unknown-'   until a listing settles it
 *
 *   1  an order is sent after the disk has its intent, once, unless it was withdrawn before
 *   2  what was sent and not answered is unknown; it is absent only when the venue's clock is past
 *      its deadline and the lag bound, and a whole listing lacks it; meanwhile the pair waits
 *   3  a ticket ends by the venue's word, and not before every fill of it was counted, by its id
 *   5  an entry carries a conditional stop-loss; its children are adopted and drawn together into
 *      one; any other sale first waits until every stop is confirmed gone; what stays bare longer
 *      than `bare_ns` is sold at market
 *      while the disk takes no intents no stop is cancelled for a sale: the sale could not follow
 *      and none in a book too wide to sell into, unless that lasts: the sale would find nobody
 *   6  the dead man's timer runs only while nothing is held and no order could leave a stop
 *   7  the venue's rate counters are kept, and enough is left to cancel
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/base/option.h"
#include "core/execution/news.h"
#include "core/execution/rate_counter.h"
#include "core/execution/request.h"
#include "core/matching/matching.h"
#include "core/risk/breaker.h"

/* Orders at the venue a lane keeps in mind: those alive (the rungs of a ladder, their stops, an
 * exit) and those lately ended. The oldest ended one gives way; with this many alive nothing new is
 * placed. */
#define LANE_TICKET_MAX 40

/* Requests that wait for their answers. Beyond it nothing is asked, until one is answered. */
#define PENDING_MAX 512

/* Fills remembered by id; the oldest go first. A fill is told again within minutes, if at all. */
#define EXEC_MAX 8192

/* Orders of others on the account remembered by id. One forgotten costs a listing, no more. */
#define FOREIGN_MAX 64

struct broker_config {
    int64_t deadline_ns;  /* an entry not matched by then is refused by the venue */
    int64_t lag_ns;       /* a listing may lack for so long what the venue has */
    int64_t bare_ns;      /* the longest that held coins may stand without a stop */
    int64_t bare_long_ns; /* so long is counted; of no influence otherwise */
    int64_t try_ns;       /* a limit exit has so long to fill before it is priced anew */
    int64_t try_count;
    int64_t reprice_ns;    /* a resting entry follows the touch, at most so often; 0 never */
    int64_t list_ns;       /* everything is compared with the venue so often */
    int64_t timer_ns;      /* dead man's; 0 off */
    int32_t tier;          /* enum rate_tier */
    int64_t failure_limit; /* entries that fail before the breaker opens; 0 never */
    int64_t failure_pause_ns;
    double spread_max; /* of the price: wider is no market */
    int64_t wide_ns;   /* an exit waits under its stop for so long at most while it is; 0 not */
    int64_t taker_ppm; /* of an order that is sized by cash alone */
};

extern const struct option broker_options[];
extern const uint32_t broker_option_count;

enum ticket_role {
    TICKET_ENTRY,
    TICKET_STOP,
    TICKET_EXIT,
};

enum ticket_state {
    TICKET_FREE,
    TICKET_INTENDED, /* the disk has not said yet that it has it */
    TICKET_SENT,
    TICKET_OPEN,
    TICKET_UNKNOWN,
    TICKET_ENDED,
};

struct ticket {
    uint64_t number; /* ours; the client order id, unless the venue made the order */
    uint64_t order;  /* an entry: the engine's order that it is; 0: none asked for it */
    bool made_by_venue;
    enum ticket_role role;
    enum ticket_state state;
    enum request_order kind;
    enum request_life life;
    enum side side;
    uint32_t pair;
    struct venue_id txid, parent;
    int64_t qty_lots;
    int64_t filled_lots; /* by fills counted */
    int64_t told_lots;   /* by the venue's totals; more than filled: a fill is still to come */
    int64_t limit_ticks;
    int64_t trigger_ticks;
    int64_t close_ticks;                                     /* an entry's conditional stop */
    int64_t want_lots, want_limit_ticks, want_trigger_ticks; /* by the amendment under way */
    int64_t created_ns;
    int64_t opened_ns; /* when we heard that the venue has it: it is at least that old there */
    int64_t deadline_ns;
    int64_t expire_ns; /* LIFE_GTD */
    int64_t missed_ns; /* when a cancel found no such order; 0 never */
    int64_t behind_ns; /* since when a fill is missing; 0 none is */
    int64_t ended_ns;
    uint64_t intent; /* sequence of its REQUEST_ADD */
    uint64_t asked;  /* sequence of a request on it that is not answered; 0 none */
    enum request_kind asked_kind;
    int64_t asked_ns;
    int64_t again_ns; /* no request on it before */
    bool cancelling;  /* asked for, taken or lost: until its end is heard */
    bool gone;        /* not open, and will not be: a cancel found no such order, and a listing
                         after it no fill. How it ended is still to be heard */
    bool unsure;      /* an amendment was lost: its figures are as the next row says */
    bool grown;       /* it was to be made larger: a row may be older, and tell the size before */
    bool unmoved;     /* a stop whose amendment the venue refused, and has not taken since */
    bool ended_told;  /* the venue's last word is here, its fills are not all */
    enum news_state ended_as;
    enum reject_reason reject;
    uint64_t listed; /* the listing that last showed it */
};

enum lane_sale {
    SALE_NONE,
    SALE_TARGET,    /* the target is touched */
    SALE_EMERGENCY, /* bare for too long */
};

/* An entry that the engine asked for; order.id 0: none. */
struct lane_entry {
    struct order order;
    bool cancel; /* it takes it back */
};

struct lane {
    int64_t held_lots; /* bought less sold, by our own fills */
    int64_t owed_lots; /* sold, and of their purchase nothing is heard that should long have been */
    int64_t owed_ns;   /* when they were sold: what was bought before is theirs */
    int64_t bought_ns; /* the last buy */
    struct order protect, exit;                 /* what the engine asked for; id 0 none */
    struct lane_entry entries[LADDER_RUNG_MAX]; /* one, or the rungs of one ladder */
    uint64_t failed;                            /* the ladder of which a rung was refused or lost */
    bool protect_cancel, exit_cancel;
    bool protect_told;
    int64_t guard_ticks; /* the stop that what is held must have; 0: it needs none */
    enum lane_sale sale;
    uint32_t tries;
    int64_t bare_since_ns;    /* 0: covered */
    int64_t over_since_ns;    /* stops stand for more than is held; 0: they do not */
    int64_t wide_since_ns;    /* the exit under way first waited for a narrower book; 0 never */
    int64_t wide_again_ns;    /* its stop was set again: it is not sold before */
    int64_t target_again_ns;  /* a target that was given up is not tried before */
    int64_t again_ns;         /* nothing new is placed before: it was refused a moment ago */
    uint32_t refusals;        /* in a row */
    struct rate_counter rate; /* of what was answered, from the answer on */
    int64_t rate_asked;       /* of what was not yet: the venue may count it any time */
    bool stir;                /* something happened: tend it */
    enum pair_status status;  /* the pair's, as it was last tended */
    struct ticket tickets[LANE_TICKET_MAX];
};

struct pending {
    uint64_t sequence;
    enum request_kind kind;
    uint32_t pair;
    uint32_t slot;   /* of the lane's ticket */
    uint64_t number; /* the ticket's, which may have given way meanwhile */
    int64_t cost;    /* that the venue counts it with, at most */
};

struct broker_stats {
    uint64_t unknown_count, absent_count, found_count;
    uint64_t bare_count, emergency_count;
    uint64_t bare_long_count; /* windows that are over, and were of bare_long_ns at least */
    int64_t bare_longest_ns;
    uint64_t fill_count, fill_again_count, stray_count;
    uint64_t list_count;
};

enum broker_timer {
    TIMER_OFF,
    TIMER_ARMING,
    TIMER_ON,
    TIMER_DISARMING,
};

/* A fill that was counted. */
struct exec {
    struct venue_id id;
    struct venue_id txid; /* of its order */
    int64_t qty_lots;
};

struct broker {
    struct broker_config config;
    uint32_t pair_count;
    uint64_t number_next, sequence_next, trade_next;
    uint64_t durable; /* newest intent the disk has */
    int64_t time_ns;
    bool up;                 /* the venue's private side can be reached */
    enum pair_status system; /* what the venue takes at all */
    bool settled;            /* since the start, a whole listing was compared */
    bool held;    /* no intent can be kept: a stop that stands is not taken away for a sale */
    bool blocked; /* another instance trades under our tag, or a stray fill: no entries */
    bool list_wanted;
    uint64_t list_asked; /* sequence; 0 none under way */
    int64_t list_asked_ns, list_due_ns, listed_ns;
    enum broker_timer timer;
    uint64_t timer_asked;
    int64_t timer_ns;      /* when it was last armed */
    uint32_t foreign_open; /* orders of others, by the last listing */
    uint32_t foreign_seen; /* by the one under way */
    bool foreign_told;
    uint32_t foreign_next;
    struct venue_id foreign[FOREIGN_MAX]; /* a ring */
    uint32_t exec_next;
    struct breaker breaker; /* of entries, over all pairs */
    struct broker_stats stats;
    uint32_t pending_count;
    struct pending pending[PENDING_MAX];
    struct lane lanes[PAIR_MAX];
    struct exec execs[EXEC_MAX];
};

/* What one call gives. Both are appended to. */
struct broker_out {
    struct matching_reports *reports;
    struct requests *requests;
};

void broker_init(struct broker *broker, const struct broker_config *config, uint32_t pair_count);

/*
 * A new process goes on with an earlier one's broker: what was intended or under way is unknown,
 * the venue is asked, and no entry is made before it has answered. `map` as in engine_adopt.
 */
void broker_adopt(struct broker *broker, const struct broker *before, const uint32_t *map);

/* The ledger's highest numbers: what comes next is above them. */
void broker_raise(struct broker *broker, uint64_t sequence, uint64_t number);

/* The engine's wishes. Each is answered by reports, at once or later. */
void broker_place(struct broker *broker, const struct matching_market *market,
                  const struct order *order, struct broker_out *out);
void broker_amend(struct broker *broker, const struct matching_market *market, uint64_t order_id,
                  int64_t qty_lots, int64_t stop_ticks, int64_t target_ticks,
                  struct broker_out *out);
void broker_cancel(struct broker *broker, const struct matching_market *market, uint64_t order_id,
                   struct broker_out *out);

/* The disk takes no intents, or takes them again. */
void broker_hold(struct broker *broker, bool held);

/* What was heard. Lanes it concerns are stirred. */
void broker_news(struct broker *broker, const struct news *news, int64_t time_ns,
                 struct broker_out *out);

/* Time passed: deadlines, listings, the timer. Stirs lanes that waited for it. */
void broker_time(struct broker *broker, int64_t time_ns, struct broker_out *out);

/* The next missing thing of a pair: called for stirred lanes, and when a busy pair's price moves.
 */
void broker_tend(struct broker *broker, const struct matching_market *market,
                 struct broker_out *out);

static inline bool broker_stirred(const struct broker *broker, uint32_t pair)
{
    return broker->lanes[pair].stir;
}

/* True while the pair's price matters: something is held or working there. */
bool broker_busy(const struct broker *broker, uint32_t pair);

/* Nothing is under way and nothing waits: a listing would change nothing. */
bool broker_quiet(const struct broker *broker);

/* Nothing is bare and no request is under way: a good moment to stop. */
bool broker_settled(const struct broker *broker);

/* A request that was made and is not answered is still meant: an intent that waited for the disk
 * may have been withdrawn meanwhile, and then it is not sent. */
bool broker_intends(const struct broker *broker, uint64_t sequence);

/* Entries may be placed. */
bool broker_open(const struct broker *broker);

/* The engine's order that an entry's ticket is; NULL: it asks for none. */
const struct order *broker_entry_of(const struct lane *lane, const struct ticket *ticket);

/* Best bid and ask are further apart than `spread_max`, or one is not known: nothing is bought. */
bool broker_finds_wide(const struct broker *broker, const struct book *book);

/* The engine waits for an entry on the pair. */
bool broker_entering(const struct broker *broker, uint32_t pair);

/* The venue counts a pair otherwise from now on. */
void broker_move(struct broker *broker, uint32_t pair, const struct pair *from,
                 const struct pair *to);

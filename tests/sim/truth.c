/* SPDX-License-Identifier: MIT */
#include "truth.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account.h"
#include "core/base/timestamp.h"
#include "world.h"

/*
 * Coins may stand without a stop for so long, while the venue can be reached. The broker sells at
 * market after bare_limit (5 s); the worst that may lie before and behind that is a stop whose
 * answer is lost (10 s until it is taken for lost, 2 s until it is doubted), its successor refused
 * because the first one stands after all, and a listing that shows it: tries of a second each.
 * Where the row that tells a stop's end is lost, nobody knows before a listing shows it: those may
 * lag, come some ten seconds apart, and take minutes where REST calls are lost or refused.
 * While the disk takes nothing, no order can be made at all: that time does not count.
 */
#define BARE_MAX_NS (60 * NS_PER_S)
#define LIST_GAP_NS (15 * NS_PER_S)
#define CALLS_NS (120 * NS_PER_S)

void truth_broken(struct world *world, const char *format, ...)
{
    struct truth *truth = &world->truth;
    if (truth->error[0] != '\0') {
        return;
    }
    char what[200];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    snprintf(truth->error, sizeof truth->error, "minute %.2f: %s",
             (double)lan_now(world->lan) / (double)NS_PER_MIN, what);
}

/* ---- What is sent and told ---- */

static uint64_t hash_of(const char *text, size_t len)
{
    uint64_t hash = UINT64_C(1469598103934665603);
    for (size_t i = 0; i < len; i++) {
        hash = (hash ^ (uint8_t)text[i]) * UINT64_C(1099511628211);
    }
    return hash;
}

static void note_sent(struct world *world, const char *id, size_t len)
{
    struct truth *truth = &world->truth;
    const uint64_t hash = hash_of(id, len);
    for (uint32_t i = 0; i < truth->sent_count; i++) {
        if (truth->sent[i] == hash) {
            truth_broken(world, "order %.*s is sent twice", (int)len, id);
            return;
        }
    }
    if (truth->sent_count < TRUTH_SENT_MAX) {
        truth->sent[truth->sent_count++] = hash;
    }
}

/* A new order, on the socket or over REST, by its client id. */
static void on_sent(void *context, const char *text, size_t len)
{
    static const char method[] = "\"method\":\"add_order\"", json_id[] = "\"cl_ord_id\":\"";
    static const char form_type[] = "&ordertype=", form_id[] = "&cl_ord_id=";
    const char *at = NULL;
    if (memmem(text, len, method, sizeof method - 1) != NULL) {
        at = memmem(text, len, json_id, sizeof json_id - 1);
        at = at != NULL ? at + sizeof json_id - 1 : NULL;
    } else if (memmem(text, len, form_type, sizeof form_type - 1) != NULL) {
        at = memmem(text, len, form_id, sizeof form_id - 1);
        at = at != NULL ? at + sizeof form_id - 1 : NULL;
    }
    if (at != NULL && at + CLIENT_ID_LEN <= text + len) {
        note_sent(context, at, CLIENT_ID_LEN);
    }
}

/* Another client of the account places orders too. */
static bool shared(const struct world *world)
{
    return world->plan.faulty && world->plan.faults.foreign > 0;
}

/* A refusal is short; the long ones are snapshots and listings. */
#define REFUSAL_MAX 2048

/* Our own counter leaves room for nobody else's orders. */
static void on_told(void *context, const char *text, size_t len)
{
    static const char refusal[] = "EOrder:Rate limit exceeded";
    if (!shared(context) && len < REFUSAL_MAX &&
        memmem(text, len, refusal, sizeof refusal - 1) != NULL) {
        truth_broken(context, "the venue says %s", refusal);
    }
}

/* ---- Coins and their stops ---- */

/* Of our own trades: what another client bought is not ours to guard. */
static int64_t coins_of(const struct world *world, uint32_t pair)
{
    return account_coins(world->exchange, pair) -
           (shared(world) ? account_foreign(world->exchange, pair) : 0);
}

/* The fifth rule: what is sold is under no stop that we know of, the venue's word on its end heard.
 */
void truth_request(struct world *world, const struct request *request)
{
    if (request->kind != REQUEST_ADD || request->side != SIDE_SELL ||
        request->order == VENUE_STOP) {
        return;
    }
    const struct lane *lane = &world->session->broker->lanes[request->pair];
    int64_t stop_lots = 0;
    for (uint32_t i = 0; i < LANE_TICKET_MAX; i++) {
        const struct ticket *ticket = &lane->tickets[i];
        const bool stands =
            (ticket->state == TICKET_SENT || ticket->state == TICKET_OPEN) && !ticket->gone;
        stop_lots +=
            stands && ticket->role == TICKET_STOP ? ticket->qty_lots - ticket->filled_lots : 0;
    }
    if (stop_lots > 0 && stop_lots + request->qty_lots > lane->held_lots) {
        truth_broken(world, "%lld of %lld lots are sold while stops stand for %lld",
                     (long long)request->qty_lots, (long long)lane->held_lots,
                     (long long)stop_lots);
    }
}

static bool reachable(const struct world *world)
{
    const struct session *session = world->session;
    return session != NULL && session->orders != NULL && session->orders->gateway.self != NULL &&
           session->orders->gateway.ready(session->orders->gateway.self) &&
           world->plugged_ns == 0 && recorder_well(&world->store) &&
           account_online(world->exchange);
}

/* Calls that are lost, late or refused are made again, ever more slowly. */
static int64_t bare_max(const struct plan *plan)
{
    const struct lan_faults *line = &plan->line;
    const bool reads = line->slow > 0 || line->call_lost > 0 || line->reply_lost > 0;
    const bool refuses = plan->faults.http + plan->faults.http_late + plan->faults.service > 0;
    int64_t most_ns = BARE_MAX_NS;
    most_ns += plan->faulty ? plan->faults.lag_ns + LIST_GAP_NS : 0;
    most_ns += reads || (plan->faulty && refuses) ? CALLS_NS : 0;
    return most_ns;
}

static void check_bare(struct world *world, uint32_t pair)
{
    struct truth *truth = &world->truth;
    const struct pair *terms = account_terms(world->exchange, pair);
    const int64_t bare = coins_of(world, pair) - account_covered(world->exchange, pair);
    if (bare < terms->qty_min_lots || !reachable(world)) {
        truth->bare_ns[pair] = 0;
        return;
    }
    if (truth->bare_ns[pair] == 0) {
        truth->bare_ns[pair] = lan_now(world->lan);
    }
    const int64_t since_ns = lan_now(world->lan) - truth->bare_ns[pair];
    truth->bare_longest_ns = since_ns > truth->bare_longest_ns ? since_ns : truth->bare_longest_ns;
    if (since_ns > bare_max(&world->plan)) {
        truth_broken(world, "%s: %lld lots stand without a stop for %lld s", terms->symbol,
                     (long long)bare, (long long)(since_ns / NS_PER_S));
    }
}

/* ---- Our own books ---- */

static void check_books(struct world *world)
{
    const struct session *session = world->session;
    const struct portfolio *portfolio = &session->engine->portfolio;
    int64_t holdings = 0;
    for (uint32_t i = 0; i < WORLD_PAIRS; i++) {
        const struct position *position = &portfolio->positions[i];
        if (session->broker->lanes[i].held_lots != position->qty_lots) {
            truth_broken(world, "the engine holds %lld of pair %u, the broker %lld",
                         (long long)position->qty_lots, i,
                         (long long)session->broker->lanes[i].held_lots);
        }
        const int64_t worth = pair_notional(&session->engine->pairs[i].terms, position->mark_ticks,
                                            position->qty_lots, ROUND_DOWN);
        if (worth != position->value) {
            truth_broken(world, "a position of %lld is valued at %lld", (long long)worth,
                         (long long)position->value);
        }
        holdings += worth;
    }
    if (portfolio_equity(portfolio) != portfolio->cash + holdings) {
        truth_broken(world, "equity %lld is not cash %lld and holdings %lld",
                     (long long)portfolio_equity(portfolio), (long long)portfolio->cash,
                     (long long)holdings);
    }
    if (session->broker->blocked) {
        truth_broken(world, "a stray order or fill blocks the broker");
    }
    if (session->orders != NULL && session->orders->refused) {
        truth_broken(world, "the account is given up: %s", session->orders->trouble);
    }
}

static void on_taken(void *context)
{
    struct world *world = context;
    if (world->session != NULL) {
        check_books(world);
    }
}

void truth_watch(struct world *world)
{
    const struct lan_watch watch = {
        .on_sent = on_sent, .on_told = on_told, .on_taken = on_taken, .context = world};
    lan_watch(world->lan, &watch);
}

void truth_step(struct world *world)
{
    on_taken(world);
    for (uint32_t i = 0; i < WORLD_PAIRS; i++) {
        check_bare(world, i);
    }
}

/* ---- Once quiet ---- */

static void check_open(struct world *world)
{
    for (uint32_t i = 0; i < WORLD_PAIRS; i++) {
        const struct account_open open = account_open(world->exchange, world->tag, i);
        const int64_t held = world->session->engine->portfolio.positions[i].qty_lots;
        if (open.other_count > 0) {
            truth_broken(world, "%u orders that nobody wants are open on pair %u", open.other_count,
                         i);
        }
        if (open.stop_lots != held || open.stop_count > 1) {
            truth_broken(world, "pair %u holds %lld, and %u stops stand for %lld", i,
                         (long long)held, open.stop_count, (long long)open.stop_lots);
        }
    }
}

static void check_coins(struct world *world)
{
    for (uint32_t i = 0; i < WORLD_PAIRS; i++) {
        const int64_t held = world->session->engine->portfolio.positions[i].qty_lots;
        const int64_t rest = coins_of(world, i) - held;
        const struct pair *terms = account_terms(world->exchange, i);
        if (rest < 0 || (rest > 0 && !world->truth.dusty) || rest >= terms->qty_min_lots * 4) {
            truth_broken(world, "the venue has %lld lots of pair %u, we hold %lld",
                         (long long)coins_of(world, i), i, (long long)held);
        }
    }
}

static void check_replay(struct world *world)
{
    struct engine *engine;
    struct broker *broker;
    char why[200] = "";
    const struct session *session = world->session;
    if (!store_replay(&world->store, &engine, &broker, why, sizeof why)) {
        truth_broken(world, "%s", why);
    } else if (memcmp(engine, session->engine, engine->size) != 0) {
        truth_broken(world, "the journal replays to another engine");
    } else if (memcmp(broker, session->broker, sizeof *broker) != 0) {
        truth_broken(world, "the journal replays to another broker");
    }
    free(engine);
    free(broker);
}

/* The last look: nothing is recorded any more. */
static void check_store(struct world *world, int64_t money)
{
    char why[200] = "";
    const struct engine *engine = world->session->engine;
    if (world->store.disk == NULL) {
        return;
    }
    if (engine->held) {
        truth_broken(world, "entries are still held back though the disk is sound");
    }
    if (!disk_store_audit(world->store.disk, engine, money, why, sizeof why)) {
        truth_broken(world, "%s", why);
    }
}

void truth_quiet(struct world *world)
{
    uint64_t trades = 0;
    if (!broker_quiet(world->session->broker)) {
        truth_broken(world, "the broker finds no rest");
        return;
    }
    const struct portfolio *portfolio = &world->session->engine->portfolio;
    const int64_t paid = account_paid(world->exchange, world->session->engine->flows_from_ns);
    const int64_t cash = account_money(world->exchange, world->tag, world->capital + paid, &trades);
    /* One trade may be two fills to the engine: of a part that is sold, and of what stays. */
    const uint64_t counted = world->session->broker->stats.fill_count;
    if (trades != counted) {
        truth_broken(world, "the venue made %llu trades of our orders, we counted %llu",
                     (unsigned long long)trades, (unsigned long long)counted);
    }
    if (cash != portfolio->cash) {
        truth_broken(world, "our cash is %lld, by the venue's trades it is %lld",
                     (long long)portfolio->cash, (long long)cash);
    }
    check_coins(world);
    check_open(world);
    check_replay(world);
    check_store(world, world->capital + paid);
}

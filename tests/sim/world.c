/* SPDX-License-Identifier: MIT */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account.h"
#include "app/playback.h"
#include "core/base/check.h"
#include "core/base/timestamp.h"
#include "platform/log/log.h"
#include "sparse_market.h"
#include "venue/kraken/kraken_feed.h"
#include "venue/local/exchange.h"
#include "world_inner.h"

#define SECRET                                                                                     \
    "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="

/*
 * The session is ticked a twentieth of a second after it heard of something, as it is in life. What
 * else its ticks wait for are deadlines: of seconds while orders are under way, and nothing that
 * would not wait a second otherwise.
 */
#define SOON_NS (50 * NS_PER_MS)
#define BUSY_NS (200 * NS_PER_MS)
#define IDLE_NS NS_PER_S

static struct options options;
static struct config *settings;

uint32_t world_disk_share;

void world_setup(uint32_t disk_share)
{
    world_disk_share = disk_share;
    options_declare(&options);
    settings = config_new(options.sections, options.section_count);
    CHECK(settings != NULL);
    options.session.mode = MODE_REHEARSAL;
    options.server.enabled = false;
    snprintf(options.session.state, sizeof options.session.state, "/state");
    snprintf(options.session.pairs, sizeof options.session.pairs, "BTC/USD,ETH/USD,DOGE/USD");
    options.venue.name = VENUE_LOCAL;
    options.journal.rotate_ns = 20 * NS_PER_MIN;
}

void world_teardown(void)
{
    config_free(settings);
}

/* ---- A life of the session ---- */

/* The dashboard's half of a session is not here. */
void session_publish(struct session *session)
{
    session->view->mono_ns = session->clock.mono_ns(session->clock.self);
}

static void on_step(void *context, const struct event *event, const struct actions *actions)
{
    struct session *session = context;
    struct world *world = (struct world *)(void *)session->loop;
    if (event->kind == EVENT_NEWS && world->verbose) {
        world_tell_news(world, &event->news);
    }
    if (event->kind == EVENT_REPORT) {
        world->truth.dusty |= event->report.kind == REPORT_DUST;
        if (world->verbose) {
            world_tell_report(world, &event->report);
        }
    }
    session_on_step(context, event, actions);
}

static void on_request(void *context, const struct request *request)
{
    struct session *session = context;
    struct world *world = (struct world *)(void *)session->loop;
    if (world->verbose) {
        world_tell_request(world, request);
    }
    truth_request(world, request);
    session_on_request(context, request);
}

static struct session *new_session(struct world *world)
{
    static const char *const symbols[WORLD_PAIRS] = {"BTC/USD", "ETH/USD", "DOGE/USD"};
    struct session *session = calloc(1, sizeof *session);
    CHECK(session != NULL);
    session->options = &options;
    session->loop = (struct loop *)(void *)world;
    session->clock = world->clock;
    session->opened_mono_ns = session->clock.mono_ns(session->clock.self);
    session->pair_count = WORLD_PAIRS;
    session->identity = (struct session_identity){.tag = world->tag, .nonce = world->nonce};
    session->engine = calloc(1, engine_size(WORLD_PAIRS));
    session->broker = malloc(sizeof *session->broker); /* its init clears it; */
    session->orders = calloc(1, sizeof *session->orders);
    session->desk = malloc(sizeof *session->desk); /* and of these 4 MB it sets the counts */
    session->batch = calloc(1, sizeof *session->batch);
    session->view = calloc(1, sizeof *session->view);
    CHECK(session->engine && session->broker && session->orders && session->desk &&
          session->batch && session->view);
    for (uint32_t i = 0; i < WORLD_PAIRS; i++) {
        session->symbols[i] = symbols[i];
        session->pairs[i].history_last_ns = INT64_MIN;
        snprintf(session->terms[i].symbol, SYMBOL_MAX, "%s", symbols[i]);
    }
    return session;
}

static void start_engine(struct world *world, struct session *session)
{
    struct engine_config config;
    struct broker_config broker;
    world_engine_config(world, &config);
    options.broker.tier = (int32_t)world->plan.tier;
    options_broker(&options, &broker);
    broker.failure_limit = world->plan.failures;
    broker.spread_max = world->plan.spread_max;
    engine_init(session->engine, &config);
    batch_init(session->batch, (enum timeframe)config.base, WORLD_PAIRS);
    desk_init(session->desk, session->engine, NULL, on_step, session);
    broker_init(session->broker, &broker, WORLD_PAIRS);
    desk_trade(session->desk, session->broker, on_request);
    session->names = (struct sentence_names){
        .currency = "USD", .pairs = session->terms, .pair_count = WORLD_PAIRS};
}

/* As session_adopt does: what an earlier life left, and no number used twice. */
static void adopt(struct world *world, struct session *session)
{
    static const uint32_t map[WORLD_PAIRS] = {0, 1, 2};
    uint64_t sequence = 0, client = 0;
    log_store_ledger(world->store.log, &sequence, &client, &world->nonce);
    session->identity.nonce = world->nonce;
    if (world->kept_engine == NULL) {
        return;
    }
    for (uint32_t i = 0; i < WORLD_PAIRS; i++) {
        if (world->kept_engine->pairs[i].listed) {
            session->terms[i] = world->kept_engine->pairs[i].terms;
        }
    }
    CHECK(engine_adopt(session->engine, world->kept_engine, map));
    broker_adopt(session->broker, world->kept_broker, map);
    broker_raise(session->broker, sequence, client);
    session->resume_ns = world->kept_engine->time_ns;
    free(world->kept_engine);
    free(world->kept_broker);
    world->kept_engine = NULL;
    world->kept_broker = NULL;
}

static void open_venue(struct world *world, struct session *session)
{
    char error[256];
    const struct kraken_feed_config config = {
        .rest_url = "http://10.0.0.2",
        .ws_url = "ws://10.0.0.2/v2",
        .symbols = session->symbols,
        .symbol_count = WORLD_PAIRS,
        .timeframe = TIMEFRAME_1M,
        .history = 20,
        .depth = 10,
        .stale_ns = 180 * NS_PER_S,
        .seed = prng_next(&world->prng),
    };
    struct kraken_feed *kraken =
        kraken_feed_open(&config, &world->transport, &world->clock, &session_feed_events, session,
                         error, sizeof error);
    CHECK(kraken != NULL);
    const struct feed feed = kraken_feed_face(kraken);
    session_attach(session, &feed);
    const struct session_account account = {
        .rest_url = "http://10.0.0.2", .ws_url = "ws://10.0.0.2/v2", .key = "K", .secret = SECRET};
    CHECK(session_trade(session, &account, &world->transport, error, sizeof error));
}

/* The session's own way back, in session_open's order. */
static bool come_back(struct world *world, struct session *session)
{
    char error[600] = "";
    struct disk_store *store = world->store.disk;
    const bool well = disk_store_disk_well(store);
    if (!disk_store_verify(store, error, sizeof error)) {
        truth_broken(world, "%s", error);
    }
    bool fine = session_bind(session, error, sizeof error) &&
                session_find_state(session, error, sizeof error);
    if (fine) {
        world->tag = session->identity.tag;
        start_engine(world, session);
        fine = session_adopt(session, error, sizeof error) &&
               disk_store_open(store, session, error, sizeof error);
    }
    if (!fine && well) {
        truth_broken(world, "it cannot go on: %s", error);
    } else if (!fine) {
        world_tell(world, error);
    }
    return fine;
}

static void free_memory(struct session *session)
{
    playback_free(session->before);
    free(session->view);
    free(session->batch);
    free(session->desk);
    free(session->broker);
    free(session->orders);
    free(session->engine);
    free(session);
}

static void be_born(struct world *world)
{
    struct session *session = new_session(world);
    if (world->store.disk == NULL) {
        start_engine(world, session);
        adopt(world, session);
    } else if (!come_back(world, session)) {
        free_memory(session);
        world->reborn_ns = lan_now(world->lan) + 5 * NS_PER_S; /* tried again, as a service is */
        return;
    }
    session->recorder = &world->store;
    store_attach(&world->store, session_on_durable, session);
    const struct recorder_books books = {.broker = session->broker};
    recorder_snapshot(&world->store, session->engine, &books);
    session->snapshot_mono_ns = session->clock.mono_ns(session->clock.self);
    world->session = session;
    open_venue(world, session);
}

static void free_session(struct world *world)
{
    struct session *session = world->session;
    session_orders_close(session);
    session->feed.close(session->feed.self);
    lan_bury(world->lan);
    kraken_signer_free(session->orders->signer);
    free_memory(session);
    world->session = NULL;
}

static void keep_counts(struct world *world)
{
    const struct broker_stats *stats = &world->session->broker->stats;
    world->fill_count = stats->fill_count;
    world->unknown_count = stats->unknown_count;
    world->absent_count = stats->absent_count;
    world->emergency_count = stats->emergency_count;
    world->bare_count = stats->bare_count;
}

/* The process dies here; what its disk has is played back, as the next one will. */
static void die(struct world *world)
{
    char why[200] = "";
    world_tell(world, "the process dies");
    world->kill_count++;
    keep_counts(world);
    lan_kill(world->lan);
    const bool power = prng_below(&world->prng, 4) == 0; /* a machine takes its time to start */
    store_kill(&world->store, power);
    free_session(world);
    if (world->store.disk == NULL &&
        !store_replay(&world->store, &world->kept_engine, &world->kept_broker, why, sizeof why)) {
        truth_broken(world, "%s", why);
    }
    world->reborn_ns = lan_now(world->lan) + (power ? 70 * NS_PER_S : NS_PER_S / 10) +
                       (int64_t)prng_below(&world->prng, 20 * NS_PER_S);
}

/* ---- Trouble ---- */

static bool chance(struct world *world, double p)
{
    return p > 0 && prng_real(&world->prng) < p;
}

static void trouble(struct world *world)
{
    const struct plan *plan = &world->plan;
    const int64_t now_ns = lan_now(world->lan);
    if (world->plugged_ns != 0 && now_ns >= world->plugged_ns) {
        world_tell(world, "the line is mended");
        lan_plug(world->lan, true);
        world->plugged_ns = 0;
    }
    if (now_ns < world->minute_ns || world->calm) {
        return;
    }
    world->minute_ns = now_ns + (int64_t)prng_below(&world->prng, 2 * NS_PER_MIN);
    if (chance(world, plan->unplug) && world->plugged_ns == 0) {
        world_tell(world, "the line is cut");
        world->unplug_count++;
        lan_plug(world->lan, false);
        world->plugged_ns = now_ns + (int64_t)prng_below(&world->prng, 90 * NS_PER_S);
    }
    if (world->session != NULL && !lan_killed(world->lan) && chance(world, plan->operate)) {
        world_operate(world);
    }
    if (chance(world, plan->stall)) {
        lan_stall(world->lan, (int64_t)prng_below(&world->prng, 20 * NS_PER_S));
    }
    if (world->session != NULL && chance(world, plan->kill)) {
        lan_kill(world->lan);
    } else if (world->session != NULL && chance(world, plan->kill_sending)) {
        lan_kill_after(world->lan, 1 + (uint32_t)prng_below(&world->prng, 12));
    }
    lan_skew(world->lan,
             plan->skew_ns == 0
                 ? 0
                 : (int64_t)prng_below(&world->prng, (uint64_t)plan->skew_ns * 2) - plan->skew_ns);
}

/* From here on nothing goes wrong, and nothing new is begun. */
static void become_calm(struct world *world)
{
    world_tell(world, "nothing goes wrong any more");
    world->calm = true;
    if (world->session != NULL && lan_killed(world->lan)) {
        die(world); /* just now: what it is told would be lost */
    }
    struct lan_faults *line = lan_faults(world->lan);
    *line = (struct lan_faults){.latency_min_ns = NS_PER_MS, .latency_max_ns = 30 * NS_PER_MS};
    account_make_faultless(world->exchange);
    if (world->store.disk != NULL) {
        disk_store_calm(world->store.disk);
    }
    lan_kill_after(world->lan, 0);
    if (world->plugged_ns != 0) {
        world->plugged_ns = lan_now(world->lan);
    }
    if (world->session == NULL) {
        be_born(world);
    }
    if (world->session == NULL) {
        return; /* it could not: a rule is broken */
    }
    const struct event pause = {.kind = EVENT_COMMAND,
                                .time_ns = world->session->engine->time_ns,
                                .command = {.command = COMMAND_PAUSE}};
    session_give(world->session, &pause);
}

static bool busy(const struct world *world)
{
    const struct session *session = world->session;
    if (session == NULL || session->orders->waiting_count > 0 || !session->broker->settled) {
        return session != NULL;
    }
    for (uint32_t i = 0; i < WORLD_PAIRS; i++) {
        const struct lane *lane = &session->broker->lanes[i];
        if (broker_entering(session->broker, i) || lane->exit.id != 0 || lane->sale != SALE_NONE ||
            lane->bare_since_ns != 0) {
            return true;
        }
    }
    return session->broker->pending_count > 0;
}

static void turn(struct world *world)
{
    const int64_t now_ns = lan_now(world->lan);
    const int64_t until_ns =
        world->session == NULL ? world->reborn_ns : now_ns + (busy(world) ? BUSY_NS : IDLE_NS);
    lan_run(world->lan, until_ns, SOON_NS);
    if (world->session != NULL && !lan_killed(world->lan)) {
        session_tick(world->session);
    }
    if (world->session != NULL && lan_killed(world->lan)) {
        die(world);
    }
    if (world->session == NULL && lan_now(world->lan) >= world->reborn_ns) {
        world_tell(world, "the process lives again");
        be_born(world);
    }
    trouble(world);
    truth_step(world);
}

/* ---- A world ---- */

static void open_exchange(struct world *world)
{
    static struct clock clock; /* the exchange keeps the address */
    char error[256] = "";
    clock = world->server_clock;
    const struct exchange_config config = {
        .market = EXCHANGE_SYNTHETIC,
        .profile = world->plan.variant % 2 ? EXCHANGE_CCXT : EXCHANGE_REAL,
        .speed = 1,
        .seed = world->seed,
        .variant = world->plan.variant,
        .faulty = world->plan.faulty,
        .faults = world->plan.faults,
        .key_count = 1,
        .keys = {{.key = "K", .secret = SECRET, .balance = "USD=10000", .tier = world->plan.tier}},
    };
    world->exchange = exchange_open(NULL, &clock, &config, error, sizeof error);
    CHECK(world->exchange != NULL);
    account_make_sparse(world->exchange, 20 * NS_PER_S);
    lan_pace(world->lan,
             &(struct lan_pace){.next_ns = account_next_ns, .context = world->exchange});
}

bool world_run(uint64_t seed, bool verbose, struct world *world)
{
    memset(world, 0, sizeof *world);
    world->seed = seed;
    world->verbose = verbose;
    prng_init(&world->prng, prng_mix(seed, UINT64_C(0x51a)));
    world_plan(world);
    world_tell_plan(world);
    world->tag = (uint32_t)prng_below(&world->prng, CLIENT_TAG_MAX);
    world->capital = INT64_C(10000) * 100000000;
    world->lan = lan_new(prng_next(&world->prng), SPARSE_START_NS);
    world->clock = lan_clock(world->lan);
    world->server_clock = lan_server_clock(world->lan);
    world->transport = lan_transport(world->lan);
    *lan_faults(world->lan) = world->plan.line;
    truth_watch(world);
    store_init(&world->store, world->lan, prng_next(&world->prng), &world->plan.disk,
               world->plan.disk_store);
    open_exchange(world);
    be_born(world);
    world->minute_ns = NS_PER_MIN;
    while (lan_now(world->lan) < world->plan.minutes * NS_PER_MIN &&
           world->truth.error[0] == '\0') {
        turn(world);
    }
    become_calm(world);
    const int64_t end_ns = lan_now(world->lan) + WORLD_CALM_MINUTES * NS_PER_MIN;
    while (lan_now(world->lan) < end_ns && world->truth.error[0] == '\0') {
        turn(world);
    }
    for (int i = 0; i < 400 && world->session && !broker_quiet(world->session->broker); i++) {
        turn(world); /* a listing is under way just now */
    }
    if (world->session != NULL) {
        truth_quiet(world);
        keep_counts(world);
        lan_kill(world->lan);
        free_session(world);
    }
    exchange_close(world->exchange);
    store_deinit(&world->store);
    lan_free(world->lan);
    return world->truth.error[0] == '\0';
}

/* SPDX-License-Identifier: MIT */
/*
 * The broker and the engine against a small venue on a hostile line, by seed: replies lost, rows
 * doubled and shuffled, listings that lag, connections cut, the process killed between what it
 * wrote and what it sent. After every step the rules of an order's life must hold.
 *
 *   BROKER_SEED=n   one seed        BROKER_SEEDS=n   so many (default 60)
 */
#include "core/execution/broker.h"

#include "broker_rules.h"
#include "broker_world.h"

static void wanted(void *context, const struct request *request)
{
    struct world *world = context;
    EXPECT(world->out_count < OUTBOX);
    check_sale(world, request);
    world->out[world->out_count++] = (struct waiting){.request = *request, .due_ns = INT64_MAX};
    if (request->kind != REQUEST_ADD) {
        world->out[world->out_count - 1].due_ns = world->now_ns + NS_PER_MS;
    }
}

static void give(struct world *world, const struct event *event)
{
    desk_step(world->desk, event);
}

static void tell(struct world *world, const struct news *news)
{
    give(world, &(struct event){.kind = EVENT_NEWS, .time_ns = world->now_ns, .news = *news});
}

/* The disk has everything so far: intents may go. */
static void flush(struct world *world)
{
    uint64_t newest = 0;
    for (uint32_t i = 0; i < world->out_count; i++) {
        struct waiting *waiting = &world->out[i];
        if (waiting->due_ns == INT64_MAX) {
            waiting->due_ns = world->now_ns + 1 + (int64_t)prng_below(&world->prng, 60 * NS_PER_MS);
        }
        newest = waiting->request.sequence > newest ? waiting->request.sequence : newest;
    }
    if (newest > world->broker->durable) {
        tell(world, &(struct news){.kind = NEWS_DURABLE, .sequence = newest});
    }
}

static void answer(struct world *world, uint32_t i, enum news_kind kind)
{
    const uint64_t sequence = world->out[i].request.sequence;
    world->out[i] = world->out[--world->out_count];
    tell(world, &(struct news){.kind = kind, .sequence = sequence});
}

static void send_due(struct world *world)
{
    for (uint32_t i = 0; i < world->out_count;) {
        struct waiting *waiting = &world->out[i];
        const int64_t late_ns = waiting->request.deadline_ns > waiting->sent_ns
                                    ? waiting->request.deadline_ns + NS_PER_S
                                    : waiting->sent_ns + 5 * NS_PER_S;
        if (waiting->taken || waiting->due_ns > world->now_ns) {
            if (waiting->taken && world->now_ns > late_ns) {
                answer(world, i, NEWS_LOST);
                continue;
            }
            i++;
            continue;
        }
        if (waiting->request.kind == REQUEST_ADD &&
            !broker_intends(world->broker, waiting->request.sequence)) {
            world->out[i] = world->out[--world->out_count]; /* withdrawn before the disk had it */
            continue;
        }
        if (!world->toy.up) {
            answer(world, i, NEWS_UNSENT);
            continue;
        }
        waiting->taken = true;
        waiting->sent_ns = world->now_ns;
        const bool lost_before = !world->calm && chance(world, 0.01);
        if (!lost_before) {
            const struct request request = waiting->request;
            const bool lost_after = !world->calm && chance(world, 0.02);
            const uint32_t before = world->toy.message_count;
            toy_take(&world->toy, &request);
            if (lost_after && world->toy.message_count > before) {
                /* The answer is the first thing it said. */
                world->toy.messages[before] = world->toy.messages[--world->toy.message_count];
            }
        }
        i++;
    }
}

/* A message is an answer: its request is settled. False: it was taken for lost already. */
static bool settle(struct world *world, const struct news *news)
{
    const bool answers =
        (news->kind >= NEWS_ACCEPTED && news->kind <= NEWS_UNSENT) || news->kind == NEWS_LISTED;
    if (!answers) {
        return true;
    }
    for (uint32_t i = 0; i < world->out_count; i++) {
        if (world->out[i].request.sequence == news->sequence) {
            world->out[i] = world->out[--world->out_count];
            return true;
        }
    }
    return false;
}

static void receive_due(struct world *world)
{
    for (;;) {
        uint32_t best = UINT32_MAX;
        for (uint32_t i = 0; i < world->toy.message_count; i++) {
            const struct toy_message *message = &world->toy.messages[i];
            if (message->due_ns <= world->now_ns &&
                (best == UINT32_MAX || message->due_ns < world->toy.messages[best].due_ns)) {
                best = i;
            }
        }
        if (best == UINT32_MAX) {
            return;
        }
        const struct toy_message message = world->toy.messages[best];
        world->toy.messages[best] = world->toy.messages[--world->toy.message_count];
        if (message.epoch == world->toy.epoch && settle(world, &message.news)) {
            tell(world, &message.news);
        }
    }
}

static void link_up(struct world *world)
{
    world->toy.up = true;
    world->up_ns = world->now_ns;
    tell(world, &(struct news){.kind = NEWS_LINK, .up = true});
}

/* The connection dies: what was on it is gone, both ways. */
static void link_cut(struct world *world)
{
    world->cut_count++;
    world->toy.up = false;
    world->toy.epoch++;
    world->toy.message_count = 0;
    world->link_ns = world->now_ns + (int64_t)prng_below(&world->prng, 20 * NS_PER_S);
    tell(world, &(struct news){.kind = NEWS_LINK, .up = false});
    for (uint32_t i = 0; i < world->out_count;) {
        if (world->out[i].taken) {
            answer(world, i, NEWS_LOST);
        } else {
            i++;
        }
    }
}

static void keep(struct world *world)
{
    memcpy(world->engine_kept, world->engine, engine_size(TOY_PAIRS));
    memcpy(world->broker_kept, world->broker, sizeof *world->broker);
    world->kept_out = world->out_count;
}

/* Killed: what the disk has is the copy; requests sent since are at the venue all the same. */
static void restart(struct world *world)
{
    static const uint32_t map[TOY_PAIRS] = {0, 1, 2};
    world->restart_count++;
    world->toy.up = false;
    world->toy.epoch++;
    world->toy.message_count = 0;
    world->out_count = 0;
    world->link_ns = world->now_ns + NS_PER_S;
    memcpy(world->engine, world->engine_kept, engine_size(TOY_PAIRS));
    broker_adopt(world->broker, world->broker_kept, map);
}

/* In every third world books are too wide to sell into, for a second or a minute at a time. */
static bool wide_now(const struct world *world, uint32_t pair)
{
    struct prng prng;
    prng_init(&prng, prng_mix(world->seed, 80));
    const int64_t spell_ns = NS_PER_S + (int64_t)prng_below(&prng, NS_PER_MIN);
    const uint64_t spell = (uint64_t)(world->now_ns / spell_ns);
    prng_init(&prng, prng_mix(world->seed * TOY_PAIRS + pair, spell));
    return !world->calm && world->seed % 3 == 0 && prng_real(&prng) < 0.4;
}

static void show_book(struct world *world, uint32_t pair)
{
    const int64_t price = world->toy.price[pair];
    const int64_t ask = wide_now(world, pair) ? price + price / 30 : price + 1;
    const struct level_change changes[] = {{SIDE_BUY, {price - 1, 100000000}},
                                           {SIDE_SELL, {ask, 100000000}}};
    give(
        world,
        &(struct event){
            .kind = EVENT_BOOK,
            .time_ns = world->now_ns,
            .book = {.pair = pair, .snapshot = true, .depth = 10, .count = 2, .changes = changes}});
}

static void move_prices(struct world *world)
{
    for (uint32_t i = 0; i < TOY_PAIRS && !world->calm; i++) {
        int64_t *price = &world->toy.price[i];
        *price += (int64_t)(prng_normal(&world->prng) * 4);
        *price = *price < 2000 ? 2000 : *price;
        const double now = (double)*price / 100;
        world->high[i] = now > world->high[i] ? now : world->high[i];
        world->low[i] = now < world->low[i] ? now : world->low[i];
    }
}

static void close_minute(struct world *world)
{
    struct batch_entry entries[TOY_PAIRS];
    for (uint32_t i = 0; i < TOY_PAIRS; i++) {
        const double close = (double)world->toy.price[i] / 100;
        entries[i] = (struct batch_entry){
            .pair = i,
            .candle = {world->minute_ns, world->open[i], world->high[i], world->low[i], close, 1}};
        world->open[i] = world->high[i] = world->low[i] = close;
    }
    give(world,
         &(struct event){
             .kind = EVENT_BATCH,
             .time_ns = world->now_ns,
             .batch = {.boundary_ns = world->minute_ns, .count = TOY_PAIRS, .entries = entries}});
    world->minute_ns += NS_PER_MIN;
}

static int64_t up_to(struct world *world, int64_t most)
{
    return 1 + (int64_t)prng_below(&world->prng, (uint64_t)most);
}

/* A pair whose target is being sold; TOY_PAIRS: none. */
static uint32_t target_under_way(const struct world *world)
{
    uint32_t pair = 0;
    while (pair < TOY_PAIRS && world->broker->lanes[pair].sale != SALE_TARGET) {
        pair++;
    }
    return pair;
}

/* The operator's hand at any moment, asking for what may be and what may not. */
static void operate(struct world *world)
{
    static const enum command commands[] = {COMMAND_BUY,     COMMAND_BUY,    COMMAND_SELL,
                                            COMMAND_SELL,    COMMAND_CLOSE,  COMMAND_CANCEL,
                                            COMMAND_BRACKET, COMMAND_RESUME, COMMAND_FLATTEN};
    const uint32_t target = target_under_way(world);
    const bool meddles = target < TOY_PAIRS && chance(world, 0.2);
    if (world->calm || (!meddles && !chance(world, 0.008))) {
        return;
    }
    const struct portfolio *portfolio = &world->engine->portfolio;
    struct instruction asked = {.command = commands[prng_below(&world->prng, 9)],
                                .pair = (uint32_t)prng_below(&world->prng, TOY_PAIRS)};
    if (meddles) { /* a part is asked for while everything is being sold */
        asked.command = COMMAND_SELL;
        asked.pair = target;
    }
    const struct position *position = &portfolio->positions[asked.pair];
    const int64_t price = world->toy.price[asked.pair];
    if (asked.command == COMMAND_CANCEL && portfolio->order_count > 0) {
        asked.order_id = portfolio->orders[prng_below(&world->prng, portfolio->order_count)].id;
    }
    if (asked.command == COMMAND_SELL && position->qty_lots > 0) {
        asked.qty_lots = up_to(world, position->qty_lots);
    }
    if (asked.command == COMMAND_BUY) {
        asked.qty_lots = up_to(world, 200000);
        asked.limit_ticks = chance(world, 0.3) ? price - up_to(world, 20) : 0;
    }
    if (asked.command == COMMAND_BUY || asked.command == COMMAND_BRACKET) {
        asked.stop_ticks = price - (chance(world, 0.3) ? 4 : 80) - up_to(world, 200);
        asked.target_ticks = price + 80 + up_to(world, 200);
    }
    give(world, &(struct event){.kind = EVENT_COMMAND, .time_ns = world->now_ns, .command = asked});
}

static void step(struct world *world)
{
    world->now_ns += STEP_NS;
    move_prices(world);
    toy_advance(&world->toy, world->now_ns);
    if (world->toy.up && !world->calm && chance(world, 0.001)) {
        link_cut(world);
    }
    if (!world->toy.up && world->now_ns >= world->link_ns) {
        link_up(world);
    }
    receive_due(world);
    for (uint32_t i = 0; i < TOY_PAIRS; i++) {
        show_book(world, i);
    }
    if (world->now_ns - world->minute_ns >= NS_PER_MIN) {
        close_minute(world);
    }
    operate(world);
    give(world, &(struct event){.kind = EVENT_TIME, .time_ns = world->now_ns});
    if (chance(world, 0.7)) { /* a slow disk, now and then */
        const bool dies = !world->calm && chance(world, 0.0008);
        flush(world);
        if (dies) {
            keep(world);
            send_due(world);
            world->now_ns += NS_PER_MS;
            receive_due(world); /* heard, never written */
            restart(world);
        }
    }
    send_due(world);
    check(world);
}

/* Every other seed buys dips by a ladder; of those every third has the averages beside it. */
static void add_strategies(struct engine_config *config, uint64_t seed)
{
    struct prng prng;
    prng_init(&prng, prng_mix(seed, 79));
    const struct dip_params dip = {.timeframe = TIMEFRAME_1M,
                                   .high_period = 5,
                                   .drop = 0.002 + 0.004 * prng_real(&prng),
                                   .step = 0.001 + 0.003 * prng_real(&prng),
                                   .rungs = 1 + (int64_t)prng_below(&prng, LADDER_RUNG_MAX),
                                   .rsi_period = 3,
                                   .oversold = 90,
                                   .volume_period = 3,
                                   .stop = 0.05,
                                   .target = 0.003 + 0.01 * prng_real(&prng),
                                   .hold_ns = (int64_t)prng_below(&prng, 10) * NS_PER_MIN};
    if (seed % 2 == 0) {
        fixture_strategy(config, "dca", &dip, sizeof dip);
    }
    if (seed % 2 != 0 || seed % 3 == 0) {
        fixture_strategy(config, "sma_cross", &(struct cross_params){TIMEFRAME_1M, 3, 3, 2, 3},
                         sizeof(struct cross_params));
    }
}

static struct world *open_world(uint64_t seed)
{
    struct engine_config config = fixture_config();
    config.pair_count = TOY_PAIRS;
    add_strategies(&config, seed);
    config.decision.actionable = config.decision.alone = config.decision.confidence = 0;
    config.risk.max_daily_loss = 0;
    struct world *world = calloc(1, sizeof *world);
    prng_init(&world->prng, seed);
    config.execution.entry = (int32_t)prng_below(&world->prng, 2);
    world->seed = seed;
    world->now_ns = world->minute_ns = FIXTURE_START_NS;
    world->engine = calloc(1, engine_size(TOY_PAIRS));
    world->engine_kept = calloc(1, engine_size(TOY_PAIRS));
    world->broker = malloc(sizeof *world->broker);
    world->broker_kept = malloc(sizeof *world->broker);
    world->desk = malloc(sizeof *world->desk);
    engine_init(world->engine, &config);
    const struct broker_config broker = {.deadline_ns = 10 * NS_PER_S,
                                         .lag_ns = 60 * NS_PER_S,
                                         .bare_ns = 5 * NS_PER_S,
                                         .try_ns = 1200 * NS_PER_MS,
                                         .try_count = 3,
                                         .reprice_ns = 5 * NS_PER_S,
                                         .list_ns = 300 * NS_PER_S,
                                         .timer_ns = 60 * NS_PER_S,
                                         .tier = RATE_PRO,
                                         .failure_limit = (int64_t)prng_below(&world->prng, 3),
                                         .failure_pause_ns = 30 * NS_PER_S,
                                         .spread_max = seed % 3 == 0 ? 0.01 : 0,
                                         .wide_ns = seed % 2 == 0 ? 30 * NS_PER_S : 300 * NS_PER_S,
                                         .taker_ppm = 4000};
    broker_init(world->broker, &broker, TOY_PAIRS);
    desk_init(world->desk, world->engine, NULL, NULL, world);
    desk_trade(world->desk, world->broker, wanted);
    world->toy.prng = &world->prng;
    world->toy.cash = config.capital;
    world->toy.terms = fixture_pair("AAA/USD");
    world->toy.now_ns = world->now_ns;
    world->toy.refuse = prng_real(&world->prng) * 0.05;
    world->toy.twice = prng_real(&world->prng) * 0.2;
    world->toy.shuffle = prng_real(&world->prng) * 0.2;
    world->toy.lag_ns = (int64_t)prng_below(&world->prng, 60 * NS_PER_S);
    world->link_ns = world->now_ns + NS_PER_S;
    for (uint32_t i = 0; i < TOY_PAIRS; i++) {
        const struct pair terms = fixture_pair("AAA/USD");
        engine_set_terms(world->engine, i, &terms);
        world->toy.price[i] = 10000;
        world->open[i] = world->high[i] = world->low[i] = 100;
    }
    keep(world);
    return world;
}

static void close_world(struct world *world)
{
    free(world->engine);
    free(world->engine_kept);
    free(world->broker);
    free(world->broker_kept);
    free(world->desk);
    free(world);
}

static void check_agreement(struct world *world)
{
    if (!broker_quiet(world->broker)) {
        breaks(world, "the broker found no rest");
    }
    if (world->toy.cash != world->engine->portfolio.cash) {
        breaks(world, "cash differs");
    }
    for (uint32_t i = 0; i < TOY_PAIRS; i++) {
        if (world->toy.coins[i] != world->engine->portfolio.positions[i].qty_lots) {
            breaks(world, "coins differ");
        }
        int64_t stops = 0;
        for (uint32_t k = 0; k < world->toy.order_count; k++) {
            const struct toy_order *order = &world->toy.orders[k];
            if (order->pair == i && order->state == NEWS_OPEN) {
                stops += order->kind == VENUE_STOP ? order->qty - order->filled : 0;
                if (order->kind != VENUE_STOP) {
                    breaks(world, "an order nobody wants is open");
                }
            }
        }
        if (stops != world->toy.coins[i]) {
            breaks(world, "stops do not cover what is held, no more and no less");
        }
    }
}

static uint64_t run_seed(uint64_t seed)
{
    struct world *world = open_world(seed);
    for (int i = 0; i < 40 * 60 * 5; i++) { /* 40 minutes */
        step(world);
    }
    world->calm = true;
    world->toy.refuse = world->toy.twice = world->toy.shuffle = 0;
    give(world, &(struct event){.kind = EVENT_COMMAND,
                                .time_ns = world->now_ns,
                                .command = {.command = COMMAND_PAUSE}});
    for (int i = 0; i < 700 * 5; i++) { /* beyond deadline, lag and a resting entry's life */
        step(world);
    }
    for (int i = 0; i < 30 * 5 && !broker_quiet(world->broker); i++) {
        step(world); /* a listing of the usual kind may be under way */
    }
    check_agreement(world);
    const uint64_t fills = world->broker->stats.fill_count;
    if (getenv("BROKER_TALK") != NULL) {
        const struct broker_stats *stats = &world->broker->stats;
        print_message(
            "seed %llu: %llu fills, %llu trades, %u cuts, %u restarts, unknown %llu found "
            "%llu absent %llu, bare %llu longest %lld ms, emergencies %llu, again %llu\n",
            (unsigned long long)seed, (unsigned long long)stats->fill_count,
            (unsigned long long)world->engine->portfolio.trade_count, world->cut_count,
            world->restart_count, (unsigned long long)stats->unknown_count,
            (unsigned long long)stats->found_count, (unsigned long long)stats->absent_count,
            (unsigned long long)stats->bare_count, (long long)(stats->bare_longest_ns / NS_PER_MS),
            (unsigned long long)stats->emergency_count,
            (unsigned long long)stats->fill_again_count);
    }
    close_world(world);
    return fills;
}

static uint64_t number_of(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

TEST(on_a_hostile_line_no_order_is_lost_doubled_or_left_without_its_stop)
{
    const uint64_t one = number_of("BROKER_SEED", 0);
    uint64_t fills = 0;
    if (one != 0) {
        run_seed(one);
        return;
    }
    const uint64_t seeds = number_of("BROKER_SEEDS", 60);
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        fills += run_seed(seed);
    }
    EXPECT(fills > seeds * 5); /* it traded */
}

/* SPDX-License-Identifier: MIT */
#include "venue/local/upsets.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "venue/local/state.h"

static void put(struct upsets *upsets, const struct script_step *step, bool ends)
{
    if (upsets->count < UPSET_MAX) {
        upsets->list[upsets->count++] = (struct upset){.step = *step, .ends = ends};
    }
}

bool upsets_open(struct exchange *exchange, const struct script *script, char *error,
                 size_t error_size)
{
    struct upsets *upsets = &exchange->upsets;
    upsets->base = exchange->clients.faults.config;
    prng_init(&upsets->prng, prng_mix(upsets->base.seed, UINT64_C(0xfa19)));
    upsets->minute_ns = exchange->now_ns + NS_PER_MIN;
    if (private_system(exchange->private) != TRADING_ONLINE)
        private_set_system(exchange->private, TRADING_ONLINE); /* as the accounts' file was left */
    for (uint32_t i = 0; script != NULL && i < script->count; i++) {
        struct script_step step = script->steps[i];
        const char *wrong = private_outside_check(exchange->private, &step);
        if (wrong != NULL) {
            snprintf(error, error_size, "the faults' script, line %" PRIu32 ": %s", step.line,
                     wrong);
            return false;
        }
        step.at_ns += exchange->now_ns;
        put(upsets, &step, false);
    }
    return true;
}

static bool draws(const struct exchange *exchange)
{
    const struct faults *faults = &exchange->clients.faults;
    const struct faults_config *config = &faults->config;
    return faults->on && config->maintenance + config->cancel_only + config->post_only +
                                 config->limit_only + config->cut + config->token_expires +
                                 config->deposit + config->withdraw + config->foreign >
                             0;
}

int64_t upsets_next_ns(const struct exchange *exchange)
{
    const struct upsets *upsets = &exchange->upsets;
    int64_t next_ns = draws(exchange) ? upsets->minute_ns : INT64_MAX;
    for (uint32_t i = 0; i < upsets->count; i++) {
        if (upsets->list[i].step.at_ns < next_ns) {
            next_ns = upsets->list[i].step.at_ns;
        }
    }
    return next_ns;
}

/* ---- What the chances draw for the minute ahead ---- */

static int64_t below(struct upsets *upsets, int64_t bound)
{
    return (int64_t)prng_below(&upsets->prng, (uint64_t)bound);
}

static void draw_amount(struct script_step *step, int64_t amount, uint32_t decimals)
{
    char text[DECIMAL_TEXT_MAX];
    decimal_format(text, amount, decimals);
    snprintf(step->amount, sizeof step->amount, "%s", text);
}

static void draw_money(const struct exchange *exchange, struct upsets *upsets,
                       struct script_step *step)
{
    const struct pair *terms = &exchange->market->pairs[0].instrument.terms;
    snprintf(step->name, sizeof step->name, "%s", terms->quote);
    draw_amount(step, 100 + below(upsets, 20000), 2);
}

/* Another client sells only what it bought: the rest is not its own. */
static void draw_foreign(const struct exchange *exchange, struct upsets *upsets,
                         struct script_step *step)
{
    const uint32_t pair = (uint32_t)below(upsets, exchange->market->pair_count);
    const struct pair *terms = &exchange->market->pairs[pair].instrument.terms;
    const int64_t least = terms->qty_min_lots > 0 ? terms->qty_min_lots : 1;
    int64_t qty = least * (2 + below(upsets, 8));
    const bool sells = below(upsets, 2) == 0, cancels = below(upsets, 4) == 0;
    const int64_t owned = private_outside_lots(exchange->private, pair);
    step->market = below(upsets, 3) == 0;
    step->away_ppm = below(upsets, 40000) - 20000;
    if (cancels) {
        step->kind = SCRIPT_FOREIGN_CANCEL;
    } else if (sells && owned >= least) {
        step->side = SIDE_SELL;
        qty = qty < owned ? qty : owned;
    } else {
        step->side = SIDE_BUY;
    }
    snprintf(step->name, sizeof step->name, "%s", terms->symbol);
    draw_amount(step, qty, terms->qty_decimals);
}

static void draw_one(struct exchange *exchange, double chance, struct script_step step)
{
    struct upsets *upsets = &exchange->upsets;
    const bool there = chance > 0 && prng_real(&upsets->prng) < chance;
    if (!there) {
        return;
    }
    step.at_ns = upsets->minute_ns + below(upsets, NS_PER_MIN);
    if (step.kind == SCRIPT_MODE) {
        step.for_ns = 5 * NS_PER_S + below(upsets, 90 * NS_PER_S);
    } else if (step.kind == SCRIPT_DEPOSIT || step.kind == SCRIPT_WITHDRAW) {
        draw_money(exchange, upsets, &step);
    } else if (step.kind == SCRIPT_FOREIGN) {
        draw_foreign(exchange, upsets, &step);
    }
    put(upsets, &step, false);
}

static void draw_minute(struct exchange *exchange)
{
    const struct faults_config config = exchange->clients.faults.config;
    const struct {
        double chance;
        struct script_step step;
    } kinds[] = {
        {config.maintenance, {.kind = SCRIPT_MODE, .system = TRADING_MAINTENANCE}},
        {config.cancel_only, {.kind = SCRIPT_MODE, .system = TRADING_CANCEL_ONLY}},
        {config.post_only, {.kind = SCRIPT_MODE, .system = TRADING_POST_ONLY}},
        {config.limit_only, {.kind = SCRIPT_MODE, .system = TRADING_LIMIT_ONLY}},
        {config.cut, {.kind = SCRIPT_CUT}},
        {config.token_expires, {.kind = SCRIPT_TOKENS}},
        {config.deposit, {.kind = SCRIPT_DEPOSIT}},
        {config.withdraw, {.kind = SCRIPT_WITHDRAW}},
        {config.foreign, {.kind = SCRIPT_FOREIGN}},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        draw_one(exchange, kinds[i].chance, kinds[i].step);
    }
    exchange->upsets.minute_ns += NS_PER_MIN;
}

/* ---- What happens ---- */

static void set_mode(struct exchange *exchange, const struct upset *upset)
{
    struct upsets *upsets = &exchange->upsets;
    if (upset->ends && upset->step.at_ns != upsets->mode_ends_ns) {
        return; /* another state has come in between */
    }
    private_set_system(exchange->private, upset->step.system);
    publish_status(exchange, NULL);
    upsets->mode_ends_ns = 0;
    if (upset->step.for_ns > 0) {
        const struct script_step end = {.kind = SCRIPT_MODE,
                                        .at_ns = upset->step.at_ns + upset->step.for_ns};
        upsets->mode_ends_ns = end.at_ns;
        put(upsets, &end, true);
    }
}

static void set_chance(struct exchange *exchange, const struct upset *upset)
{
    struct upsets *upsets = &exchange->upsets;
    struct faults_config *config = &exchange->clients.faults.config;
    if (upset->ends) {
        faults_copy(config, upset->step.name, &upsets->base);
        return;
    }
    faults_set(config, upset->step.name, upset->step.amount);
    if (upset->step.for_ns > 0) {
        struct script_step end = upset->step;
        end.at_ns += end.for_ns;
        put(upsets, &end, true);
    }
}

static void happen(struct exchange *exchange, const struct upset *upset)
{
    switch (upset->step.kind) {
    case SCRIPT_MODE:
        set_mode(exchange, upset);
        return;
    case SCRIPT_CHANCE:
        set_chance(exchange, upset);
        return;
    case SCRIPT_CUT:
        clients_cut(&exchange->clients);
        return;
    case SCRIPT_TOKENS:
    case SCRIPT_DEPOSIT:
    case SCRIPT_WITHDRAW:
    case SCRIPT_FOREIGN:
    case SCRIPT_FOREIGN_CANCEL:
        private_outside(exchange->private, &upset->step);
        return;
    }
}

void upsets_happen(struct exchange *exchange)
{
    struct upsets *upsets = &exchange->upsets;
    if (draws(exchange) && upsets->minute_ns <= exchange->now_ns) {
        draw_minute(exchange);
    }
    for (uint32_t i = 0; i < upsets->count;) {
        const struct upset upset = upsets->list[i];
        if (upset.step.at_ns > exchange->now_ns) {
            i++;
            continue;
        }
        upsets->list[i] = upsets->list[--upsets->count];
        happen(exchange, &upset);
        i = 0;
    }
}

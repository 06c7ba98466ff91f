/* SPDX-License-Identifier: MIT */
#include "core/risk/exits.h"

#include "core/base/check.h"
#include "core/base/decimal.h"
#include "core/risk/risk.h"

const struct option exit_options[] = {
    {"trail", OPTION_REAL, "of price", "0", 0, 0.9, NULL, OPTION_FIELD(struct exit_config, trail),
     "Every stop follows the highest price since the entry so far below it; 0: only where the "
     "strategy asks for it"},
    {"trail_atr", OPTION_REAL, "ATR", "0", 0, 50, NULL, OPTION_FIELD(struct exit_config, trail_atr),
     "The same, in ATRs of the newest candle; 0: not"},
    {"atr_period", OPTION_INT, "candles", "14", 2, 200, NULL,
     OPTION_FIELD(struct exit_config, atr_period), "The ATR of trail_atr"},
    {"atr_timeframe", OPTION_CHOICE, "", "5m", 0, 0, timeframe_names,
     OPTION_FIELD(struct exit_config, atr_timeframe), "Its candles; not finer than the engine's"},
    {"break_even", OPTION_REAL, "times the risk", "0", 0, 50, NULL,
     OPTION_FIELD(struct exit_config, break_even),
     "Once the price was so many times the distance of the first stop above the entry, the stop "
     "goes to where a sale loses nothing, fees included; 0: never"},
    {"step", OPTION_REAL, "of price", "0.001", 0, 0.1, NULL, OPTION_FIELD(struct exit_config, step),
     "A stop is raised by so much at least: each time is a request to the venue"},
    {"hold", OPTION_DURATION, "", "0s", 0, 365 * 86400, NULL,
     OPTION_FIELD(struct exit_config, hold_ns),
     "A position is sold at market after so long; 0s: only where the strategy asks for it"},
};
const uint32_t exit_option_count = sizeof exit_options / sizeof exit_options[0];

bool exit_config_asks(const struct exit_config *config)
{
    return config->trail > 0 || config->trail_atr > 0 || config->break_even > 0 ||
           config->hold_ns > 0;
}

/* NaN trails nothing. */
static int64_t trail_ppm_of(double trail)
{
    return trail > 0 && trail < 1 ? ppm_of(trail) : 0;
}

struct exit_plan exit_plan_of(double trail, int64_t broken_ticks, int64_t hold_ns)
{
    CHECK(broken_ticks >= 0 && hold_ns >= 0);
    return (struct exit_plan){
        .trail_ppm = trail_ppm_of(trail),
        .broken_ticks = broken_ticks,
        .hold_ns = hold_ns,
    };
}

/* The tighter of two bounds, of which 0 is none. */
static int64_t tighter(int64_t a, int64_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

int64_t exit_hold_ns(const struct exit_config *config, int64_t own_ns)
{
    return tighter(own_ns, config->hold_ns);
}

static void raise_to(struct exit_move *move, int64_t stop_ticks, enum exit_cause cause)
{
    if (stop_ticks > move->stop_ticks) {
        move->stop_ticks = stop_ticks;
        move->cause = cause;
    }
}

static void follow(const struct exit_config *config, const struct exit_plan *plan,
                   const struct exit_view *view, struct exit_move *move)
{
    const int64_t trail_ppm = tighter(plan->trail_ppm, trail_ppm_of(config->trail));
    const double gain_ticks = (double)(view->best_ticks - view->entry_ticks);
    if (config->break_even > 0 && plan->risk_ticks > 0 &&
        gain_ticks >= config->break_even * (double)plan->risk_ticks) {
        raise_to(move, view->even_ticks, EXIT_BREAK_EVEN);
    }
    if (trail_ppm > 0) {
        const int64_t below = decimal_mul_div(view->best_ticks, PPM - trail_ppm, PPM, ROUND_DOWN);
        raise_to(move, below - below % view->tick_step, EXIT_TRAIL);
    }
    if (config->trail_atr > 0 && view->atr_ticks > 0 &&
        config->trail_atr * view->atr_ticks < (double)view->best_ticks) {
        const int64_t below = view->best_ticks - (int64_t)(config->trail_atr * view->atr_ticks);
        raise_to(move, below - below % view->tick_step, EXIT_TRAIL_ATR);
    }
}

struct exit_move exit_tighten(const struct exit_config *config, const struct exit_plan *plan,
                              const struct exit_view *view)
{
    CHECK(view->close_ticks > 0 && view->tick_step > 0 && view->best_ticks >= 0);
    const int64_t hold_ns = exit_hold_ns(config, plan->hold_ns);
    if (hold_ns > 0 && view->held_ns >= hold_ns) {
        return (struct exit_move){.cause = EXIT_TIME, .sell = true};
    }
    if (plan->broken_ticks > 0 && view->close_ticks < plan->broken_ticks) {
        return (struct exit_move){.cause = EXIT_BROKEN, .sell = true};
    }
    struct exit_move move = {.stop_ticks = view->stop_ticks};
    follow(config, plan, view, &move);
    if (move.cause != EXIT_NONE && move.stop_ticks >= view->close_ticks) {
        move.sell = true;
        return move;
    }
    const double least = config->step * (double)view->close_ticks;
    const bool worth =
        view->stop_ticks == 0 || (double)(move.stop_ticks - view->stop_ticks) >= least;
    return worth ? move : (struct exit_move){0};
}

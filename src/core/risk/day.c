/* SPDX-License-Identifier: MIT */
#include "core/risk/day.h"

#include "core/base/decimal.h"

#define TRADES_MAX 10000
#define ROW(member) OPTION_FIELD(struct day_config, member)

static const char *const relax_names[] = {"below", "reached", NULL};

const struct option day_options[] = {
    {"profit_target", OPTION_REAL, "of equity", "0", 0, 10, NULL, ROW(profit_target),
     "The day's gain that stops entries until the next UTC day and draws the stops in; 0: none"},
    {"profit_trail", OPTION_REAL, "of price", "0.01", 0.001, 0.5, NULL, ROW(profit_trail),
     "How far below the highest price stops then follow"},
    {"trades", OPTION_INT, "trades", "0", 0, TRADES_MAX, NULL, ROW(trades),
     "How many a pair is to see a day; 0: as many as come"},
    {"pair_trades", OPTION_TEXT, "", "", 0, 0, NULL, ROW(pair_trades),
     "The same for single pairs: BTC 3 | PEPE 0"},
    {"relax_when", OPTION_CHOICE, "", "below", 0, 0, relax_names, ROW(relax_when),
     "An entry needs less confidence while there were fewer trades, or once there were as many"},
    {"relax", OPTION_REAL, "0..1", "0.05", 0, 0.5, NULL, ROW(relax), "How much less"},
    {"relax_floor", OPTION_REAL, "0..1", "0.45", 0, 1, NULL, ROW(relax_floor), "But at least this"},
};
const uint32_t day_option_count = sizeof day_options / sizeof day_options[0];

static bool trades_from(const struct list_item *item, int64_t *ret)
{
    return item->count == 2 && decimal_parse(item->words[1].at, item->words[1].len, 0, ret) &&
           *ret >= 0 && *ret <= TRADES_MAX;
}

const char *day_fault(const struct day_config *config)
{
    const char *text = config->pair_trades;
    struct list_item item;
    int64_t trades;
    while (list_next(&text, &item)) {
        if (item.count > 0 && !trades_from(&item, &trades)) {
            return "each item is a pair and a number of trades: \"BTC 3 | PEPE 0\"";
        }
    }
    return NULL;
}

static int64_t trades_wanted(const struct day_config *config, const struct pair *pair)
{
    const char *text = config->pair_trades;
    struct list_item item;
    int64_t trades;
    while (list_next(&text, &item)) {
        if (item.count > 0 && list_names(item.words[0], pair) && trades_from(&item, &trades)) {
            return trades;
        }
    }
    return config->trades;
}

double day_gate(const struct day_config *config, const struct pair *pair, uint32_t traded,
                double confidence)
{
    const int64_t wanted = trades_wanted(config, pair);
    const bool relaxed = config->relax_when == RELAX_BELOW ? traded < wanted : traded >= wanted;
    if (wanted == 0 || !relaxed) {
        return confidence;
    }
    const double eased = confidence - config->relax;
    const double least = config->relax_floor < confidence ? config->relax_floor : confidence;
    return eased > least ? eased : least;
}

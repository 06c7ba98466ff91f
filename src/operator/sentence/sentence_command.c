/* SPDX-License-Identifier: MIT */
/* The words for what the operator asks, and for what stands against it. A refusal says what would
 * be right. */
#include <stddef.h>

#include "core/engine/action.h"
#include "operator/sentence/sentence_table.h"

static const struct sentence_row commands[] = {
    [COMMAND_PAUSE] = {"pause", ""},
    [COMMAND_RESUME] = {"resume", ""},
    [COMMAND_CLOSE] = {"close", "By hand: {pair} is being closed; what would enter it is taken "
                                "back."},
    [COMMAND_FLATTEN] = {"flatten", "By hand: everything is being sold at once ({count} held), and "
                                    "nothing is bought until you resume."},
    [COMMAND_HOLD] = {"hold", ""},
    [COMMAND_RELEASE] = {"release", ""},
    [COMMAND_BUY] = {"buy", "By hand: buy {qty} {pair} at about {price} ({cost} {quote}); {exits}; "
                            "{risks}."},
    [COMMAND_SELL] = {"sell", "By hand: {qty} {pair} is being sold."},
    [COMMAND_CANCEL] = {"cancel", "By hand: the {purpose} order {order} on {pair} is being "
                                  "cancelled."},
    [COMMAND_BRACKET] = {"bracket", "By hand: {pair} now has {exits}; {risks}{moved}."},
    [COMMAND_STRATEGY] = {"strategy", "By hand: {strategy} {plays}."},
    [COMMAND_LIMIT] = {"limit", "By hand: {dial} is {turned}; it was {turned_from}."},
};

static const struct sentence_row asked[] = {
    [COMMAND_CLOSE] = {"close", "{pair} is not closed"},
    [COMMAND_BUY] = {"buy", "{pair} is not bought"},
    [COMMAND_SELL] = {"sell", "{pair} is not sold"},
    [COMMAND_CANCEL] = {"cancel", "order {order} is not cancelled"},
    [COMMAND_BRACKET] = {"bracket", "the stop and target of {pair} stay as they are"},
    [COMMAND_STRATEGY] = {"strategy", "no strategy takes another part"},
    [COMMAND_LIMIT] = {"limit", "{dial} stays {turned_from}"},
};

static const struct sentence_row refusals[] = {
    [VERDICT_HOLD] = {"hold",
                      "a position is held there already, and a pair has one: sell it first, "
                      "or move its stop and target"},
    [VERDICT_HAVE_ORDER] = {"have_order", "an order of ours is still working there: wait for it, "
                                          "or cancel it"},
    [VERDICT_FULL] = {"full", "as many positions are open as risk.max_positions allows: close one "
                              "first"},
    [VERDICT_LOSS_LIMIT] = {"loss_limit", "the day's loss limit stands until the next UTC day"},
    [VERDICT_DAY_TARGET] = {"day_target", "the day's profit target is reached: entries go on with "
                                          "the next UTC day (day.profit_target)"},
    [VERDICT_CRASH] = {"crash", "the market has crashed, and is given time first"},
    [VERDICT_DRAWDOWN] = {"drawdown", "the account has fallen {part}, and at {part_most} trading "
                                      "pauses: resume first, and it is measured from there"},
    [VERDICT_AT_RISK] = {"at_risk", "all positions together could lose {part} of equity at their "
                                    "stops already, of {part_most} allowed (risk.max_at_risk)"},
    [VERDICT_PAIR_LIMIT] = {"pair_limit",
                            "the {part_most} of equity that a position there may cost "
                            "(risk.pair_limits) is below the pair's minimum"},
    [VERDICT_GROUP_FULL] = {"group_full", "of the pairs that move with it {many} are held already, "
                                          "of {many_most} allowed (risk.groups)"},
    [VERDICT_COOL_OFF] = {"cool_off", "after {many} losses in a row trading cools off for "
                                      "risk.cool_off: {many_most} are enough"},
    [VERDICT_PAUSED] = {"paused", "trading is paused: resume first"},
    [VERDICT_LATE] = {"late", "it waited more than 5 s to be obeyed, and the price may be another "
                              "by now: ask again"},
    [VERDICT_STALE] = {"stale", "the pair's feed is silent, so its price is not known: wait until "
                                "it is heard again"},
    [VERDICT_PAIR_STATUS] = {"pair_status", "the venue takes no entries on this pair now, or its "
                                            "price is not known yet"},
    [VERDICT_NO_STOP] = {"no_stop", "name a stop: without one the risk has no bound "
                                    "(risk.stop_required)"},
    [VERDICT_TOO_SMALL] = {"too_small", "it is below the pair's minimum of {least}"},
    [VERDICT_NO_REWARD] = {"no_reward", "at {price} the target would not even cover the fees: name "
                                        "a higher one, or none"},
    [VERDICT_NO_FUNDS] = {"no_funds", "there is no free cash"},
    [VERDICT_HELD] = {"held", "the disk does not take what must be kept"},
    [VERDICT_NO_POSITION] = {"no_position", "nothing is held there"},
    [VERDICT_NO_ORDER] = {"no_order", "no order of this number is alive"},
    [VERDICT_CLOSING] = {"closing", "it is being sold already"},
    [VERDICT_FLATTENING] = {"flattening", "everything is being sold: resume first"},
    [VERDICT_BRACKET] = {"bracket", "it is the stop and target of {pair}: move them, or close the "
                                    "position"},
    [VERDICT_BAD_PRICE] = {"bad_price", "every price has to be a multiple of the pair's tick, and "
                                        "a stop or a target has to be named"},
    [VERDICT_BAD_STOP] = {"bad_stop", "a stop has to be below the price of {price}, or it would "
                                      "sell at once"},
    [VERDICT_BAD_TARGET] = {"bad_target", "a target has to be above the price of {price}, or it "
                                          "would sell at once"},
    [VERDICT_TOO_LARGE] = {"too_large", "the limits of risk allow {qty} at most now, with this "
                                        "stop"},
    [VERDICT_NOT_SO_MUCH] = {"not_so_much", "only {qty} is held"},
    [VERDICT_REST_SMALL] = {"rest_small", "what would be left is below the pair's minimum of "
                                          "{least}, and could be neither sold nor protected: sell "
                                          "all, or less"},
    [VERDICT_NO_STRATEGY] = {"no_strategy", "it is not among strategies.enabled: name it there in "
                                            "the configuration, and start again"},
    [VERDICT_BAD_LIMIT] = {"bad_limit", "it has to be {dial_range}"},
};

static const struct sentence_row parts[] = {
    [PART_CONFIGURED] = {"configured", "plays the part that the configuration gives it"},
    [PART_ON] = {"on", "votes"},
    [PART_SHADOW] = {"shadow", "is asked and kept, and moves nothing"},
    [PART_OFF] = {"off", "is not asked any more; what it entered goes on"},
};

const struct sentence_row *sentence_command_row(uint32_t command)
{
    return SENTENCE_ROW(commands, command);
}

const struct sentence_row *sentence_asked_row(uint32_t command)
{
    return SENTENCE_ROW(asked, command);
}

const struct sentence_row *sentence_refusal_row(uint32_t verdict)
{
    return SENTENCE_ROW(refusals, verdict);
}

const struct sentence_row *sentence_part_row(uint32_t part)
{
    return SENTENCE_ROW(parts, part);
}

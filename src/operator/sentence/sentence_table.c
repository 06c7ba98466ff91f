/* SPDX-License-Identifier: MIT */
#include "operator/sentence/sentence_table.h"

#include <stddef.h>

#include "core/engine/action.h"

static const struct sentence_row kinds[] = {
    [RECORD_DECISION] = {"decision", ""},
    [RECORD_ENTRY] = {"entry",
                      "{entered} {qty} {pair} at {price} ({cost} {quote}, fee {fee}); {exits}; "
                      "{risks}{agreement}."},
    [RECORD_EXIT] = {"exit",
                     "{left} {qty} {pair} at {price} {by}: {result} {pnl} {quote} ({pnl_percent}) "
                     "after {held}; fees {fee}."},
    [RECORD_ORDER_ENDED] = {"order_ended",
                            "{pair}: the {purpose} order {order} ended without a fill: {reject}."},
    [RECORD_STALE] = {"stale", "{pair} has gone silent: no entries there until it is heard again."},
    [RECORD_FRESH] = {"fresh", "{pair} is heard again and may be traded."},
    [RECORD_LOSS_LIMIT] = {"loss_limit",
                           "The day's loss limit is reached at an equity of {equity} {currency}: "
                           "no entries until the next UTC day, and resting ones are taken back; "
                           "exits and stops go on."},
    [RECORD_NEW_DAY] = {"new_day", "A UTC day begins: its losses are measured from an equity of "
                                   "{equity} {currency}."},
    [RECORD_PAUSED] = {"paused", "Paused: no new entries, and resting ones are taken back; exits "
                                 "and stops go on."},
    [RECORD_RESUMED] = {"resumed", "Resumed: entries are allowed again."},
    [RECORD_HELD] = {"held", "Held: the disk does not take what must be kept. No new entries until "
                             "it does, and resting ones are taken back; stops stand, and at a "
                             "venue exits wait behind them."},
    [RECORD_RELEASED] = {"released", "Released: the disk is well, entries are allowed again."},
    [RECORD_NOTE] = {"note", ""},
    [RECORD_FLOW] = {"flow", "{pnl} {currency} came into the account, or left it, other than by a "
                             "trade: the loss limits are measured from there."},
    [RECORD_COMMAND] = {"command", ""},
    [RECORD_CRASH] = {"crash",
                      "The market crashes: {fallen} pairs stand {fall} or more below their "
                      "highest price of the last while. No entries for now; exits and "
                      "stops go on."},
    [RECORD_CRASH_TRIAL] = {"crash_trial", "The pause after the crash is over: one entry may be "
                                           "made, and if the market holds all of them again."},
    [RECORD_STOP] = {"stop", "{pair}: {because}, so the stop follows from {stop_before} to {stop}; "
                             "it now {risks}."},
    [RECORD_PLANNED] = {"planned", "{pair}: {because}, so {qty} are sold at market, at about "
                                   "{price}."},
    [RECORD_DRAWDOWN] = {"drawdown",
                         "The account stands {part} below its highest equity, at {equity} "
                         "{currency}, and {part_most} is the most: trading is paused until you "
                         "resume. No entries, and resting ones are taken back; exits and stops go "
                         "on."},
    [RECORD_DAY_TARGET] = {"day_target", "The day's profit target of {gate} is reached: {pnl} "
                                         "{currency} since midnight UTC. No entries until the next "
                                         "day; stops follow more closely."},
    [RECORD_MODEL] = {"model", "{in_force}"},
    [RECORD_DRIFT] = {"drift", "The market that {strategy}'s model is asked about is not the one "
                               "that it was trained on: {drifted}. It goes on; what it says may "
                               "mean less."},
    [RECORD_DEMOTED] = {"demoted", "{strategy}'s model is demoted: {failed}. From here on the "
                                   "heuristic judges in its place, and it is only watched."},
    [RECORD_CRASH_OVER] = {"crash_over", "The market has held since the crash: entries go on."},
    [RECORD_MOOD] = {"mood", "The market is {mood}: {scaled}."},
};

static const struct sentence_row causes[] = {
    [EXIT_BREAK_EVEN] = {"break_even", "the price went far enough above what was paid that nothing "
                                       "need be lost any more"},
    [EXIT_TRAIL] = {"trail", "the highest price since the entry asks for it"},
    [EXIT_TRAIL_ATR] = {"trail_atr", "the highest price since the entry, less some ATRs, asks for "
                                     "it"},
    [EXIT_BROKEN] = {"broken", "the range that it was bought in is broken"},
    [EXIT_TIME] = {"time", "it has been held as long as it may be"},
};

static const struct sentence_row factors[] = {
    [SIZE_CONFIDENCE] = {"confidence", "confidence"},
    [SIZE_VOLATILITY] = {"volatility", "volatility"},
    [SIZE_DRAWDOWN] = {"drawdown", "drawdown"},
    [SIZE_MODEL] = {"model", "the model"},
    [SIZE_KELLY] = {"kelly", "Kelly"},
    [SIZE_RUIN] = {"ruin", "risk of ruin"},
    [SIZE_MARKET] = {"market", "the market"},
    [SIZE_ALL] = {"all", "all together"},
};

static const struct sentence_row rules[] = {
    [RULE_SHARE] = {"risk_per_trade", "what a trade may lose (risk.risk_per_trade)"},
    [RULE_POSITION] = {"max_position", "what one position may cost (risk.max_position)"},
    [RULE_EXPOSURE] = {"max_exposure", "what all positions may cost (risk.max_exposure)"},
    [RULE_CASH] = {"cash", "the cash that was free"},
    [RULE_AT_RISK] = {"at_risk", "what all positions may lose at their stops (risk.max_at_risk)"},
    [RULE_PAIR] = {"pair_limit", "what a position on this pair may cost (risk.pair_limits)"},
    [RULE_STRATEGY] = {"strategy_limit",
                       "what a strategy's positions may cost (risk.strategy_limits)"},
};

static const struct sentence_row notes[] = {
    [NOTE_UNKNOWN] = {"unknown", "{pair}: order {figure} was sent and not answered. It is looked "
                                 "for; until it is found or proven absent nothing is sent again."},
    [NOTE_FOUND] = {"found", "{pair}: order {figure}, of which nobody knew, is at the venue."},
    [NOTE_ABSENT] = {"absent", "{pair}: order {figure} never reached the venue: its deadline is "
                               "past, and no listing has it."},
    [NOTE_ADOPTED] = {"adopted", "{pair}: the venue's own stop for {qty} stands."},
    [NOTE_BARE] = {"bare", "{pair}: what is held stood without a stop for {figure} ms."},
    [NOTE_EMERGENCY] = {"emergency", "{pair}: stood without a stop for {figure} ms: sold "
                                     "at market."},
    [NOTE_RESTORED] = {"restored", "{pair}: the price fell back below the target before all was "
                                   "sold: the stop for {qty} is set again."},
    [NOTE_REFUSED] = {"refused", "{pair}: an order that protects or sells was {reject}; it is "
                                 "tried again."},
    [NOTE_MISSED_FILL] = {"missed_fill", "{pair}: a fill of {qty} was heard of only by asking."},
    [NOTE_STRAY] = {"stray", "{pair}: the venue has a fill or an order of ours ({figure}) that "
                             "cuttle did not ask for. No entries until you have looked: compare "
                             "the venue's orders with the ledger, then restart."},
    [NOTE_SECOND_INSTANCE] = {"second_instance",
                              "{pair}: another cuttle places orders under our tag (order "
                              "{figure}). No entries: stop one of the two, then restart."},
    [NOTE_BREAKER_OPEN] = {"breaker_open", "{pair}: entries were refused or lost too often: none "
                                           "for a while, then one as a trial."},
    [NOTE_BREAKER_CLOSED] = {"breaker_closed", "{pair}: the trial went well, entries go on."},
    [NOTE_RECONCILED] = {"reconciled", "The ledger and the venue agree; differences settled: "
                                       "{figure}."},
    [NOTE_FOREIGN] = {"foreign", "Another client has orders on this account. They are not "
                                 "counted and left alone, but they share its funds and rate "
                                 "limits, one that ours would meet is cancelled by the venue, and "
                                 "the dead man's timer stays off while any is open."},
    [NOTE_CLOSED] = {"closed", "The venue takes no orders for now, or not all of them: entries are "
                               "refused, stops that stand there stand, what is still to be placed "
                               "or sold waits."},
    [NOTE_REOPENED] = {"reopened", "The venue takes orders again."},
    [NOTE_UNMOVED] = {"unmoved", "{pair}: a change of the stop was {reject}; the old one stands, "
                                 "and it is tried again."},
    [NOTE_PASSED] = {"passed", "{pair}: the price passed a stop that the venue would not move: "
                               "{qty} sold at market."},
    [NOTE_WIDE] = {"wide", "{pair}: the book is too wide to sell {qty} into (broker.max_spread). "
                           "The stop stands, and the exit waits for a narrower book, for "
                           "broker.wide_wait at most; then it is sold at any price."},
};

static const struct sentence_row verdicts[] = {
    [VERDICT_ENTER] = {"enter", "{pair}: {side}. {votes}; confidence {confidence} meets the {gate} "
                                "needed; {exits}{sized}."},
    [VERDICT_CLOSE] = {"close", "{pair}: close. {votes}, against what is held or on order."},
    [VERDICT_HOLD] = {"hold", "{pair}: hold. {votes}, as the position held does already."},
    [VERDICT_TIE] = {"tie", "{pair}: no entry. {votes}: as many for long as for short."},
    [VERDICT_TOO_FEW] = {"too_few", "{pair}: no entry. {votes}: too few agree, and none is strong "
                                    "enough alone."},
    [VERDICT_UNSURE] = {"unsure", "{pair}: no entry. {votes}, confidence {confidence} is below the "
                                  "{gate} needed."},
    [VERDICT_NO_SHORT] = {"no_short", "{pair}: no entry. {votes}, but there is no position to "
                                      "close, and spot trading has no shorts."},
    [VERDICT_HAVE_ORDER] = {"have_order", "{pair}: no entry. {votes}, but an order of ours is "
                                          "still working there."},
    [VERDICT_FULL] = {"full", "{pair}: no entry. {votes}, but as many positions are open as are "
                              "allowed."},
    [VERDICT_LOSS_LIMIT] = {"loss_limit", "{pair}: no entry. {votes}, but the day's loss limit "
                                          "stands until the next UTC day."},
    [VERDICT_PAUSED] = {"paused", "{pair}: no entry. {votes}, but trading is paused."},
    [VERDICT_STALE] = {"stale", "{pair}: no entry. {votes}, but the pair's feed is silent."},
    [VERDICT_PAIR_STATUS] = {"pair_status", "{pair}: no entry. {votes}, but the venue takes no "
                                            "entries on this pair now."},
    [VERDICT_NO_STOP] = {"no_stop", "{pair}: no entry. {votes}, but there is no usable stop, so "
                                    "the risk cannot be bounded."},
    [VERDICT_TOO_SMALL] = {"too_small", "{pair}: no entry. {votes}, but the order the risk allows "
                                        "is below the pair's minimum."},
    [VERDICT_NO_REWARD] = {"no_reward",
                           "{pair}: no entry. {votes}, but at the price to be paid the "
                           "target would not even cover the fees."},
    [VERDICT_NO_FUNDS] = {"no_funds", "{pair}: no entry. {votes}, but the free cash does not cover "
                                      "an order."},
    [VERDICT_LATE] = {"late", "{pair}: no entry. {votes}, but this candle is too old to act on: "
                              "catching up after a gap."},
    [VERDICT_HELD] = {"held", "{pair}: no entry. {votes}, but the disk does not take what must be "
                              "kept."},
    [VERDICT_CRASH] = {"crash",
                       "{pair}: no entry. {votes}, but the market has crashed: it is given "
                       "time first."},
    [VERDICT_COOLDOWN] = {"cooldown", "{pair}: no entry. Every strategy that has a signal cools "
                                      "down after a close."},
    [VERDICT_FILTER] = {"filter", "{pair}: no entry. {votes}, but {filter}."},
    [VERDICT_MOOD] = {"mood", "{pair}: no entry. {votes}, but the market is {mood}."},
    [VERDICT_TIMEFRAME] = {"timeframe", "{pair}: no entry. {votes}, but {timeframe}."},
    [VERDICT_DRAWDOWN] = {"drawdown", "{pair}: no entry. {votes}, but the account has fallen "
                                      "{part}, and at {part_most} trading pauses until you "
                                      "resume."},
    [VERDICT_AT_RISK] = {"at_risk", "{pair}: no entry. {votes}, but all positions together could "
                                    "lose {part} of equity at their stops already, of {part_most} "
                                    "allowed."},
    [VERDICT_PAIR_LIMIT] = {"pair_limit",
                            "{pair}: no entry. {votes}, but the {part_most} of equity that a "
                            "position there may cost is below the pair's minimum."},
    [VERDICT_STRATEGY_LIMIT] = {"strategy_limit",
                                "{pair}: no entry. {votes}, but the positions of one of these "
                                "strategies cost {part} of equity already, of {part_most} "
                                "allowed."},
    [VERDICT_STRATEGY_FULL] = {"strategy_full",
                               "{pair}: no entry. {votes}, but one of these strategies has {many} "
                               "open already, of {many_most} allowed."},
    [VERDICT_GROUP_FULL] = {"group_full",
                            "{pair}: no entry. {votes}, but of the pairs that move with it {many} "
                            "are held already, of {many_most} allowed."},
    [VERDICT_DAY_TARGET] = {"day_target", "{pair}: no entry. {votes}, but the day's profit target "
                                          "is reached: {part}, of {part_most} wanted."},
    [VERDICT_COOL_OFF] = {"cool_off", "{pair}: no entry. {votes}, but after {many} losses in a row "
                                      "trading cools off: {many_most} are enough."},
    [VERDICT_MODEL] = {"model", "{pair}: no entry. {votes}, but {model}."},
    [VERDICT_BANDIT] = {"bandit", "{pair}: no entry. {votes}, but {skipped}."},
    [VERDICT_WIDE_BOOK] = {"wide_book", "{pair}: no entry. {votes}, but its book is too wide."},
};

static const struct sentence_row reasons[] = {
    [REASON_NONE] = {"none", "nothing to say"},
    [REASON_WARMING_UP] = {"warming_up", "still warming up"},
    [REASON_SMA_CROSS_UP] = {"sma_cross_up", "close {0p} crossed above SMA {1p}"},
    [REASON_SMA_CROSS_DOWN] = {"sma_cross_down", "close {0p} crossed below SMA {1p}"},
    [REASON_PAIR_CROSS_UP] = {"pair_cross_up", "fast SMA {0p} crossed above slow SMA {1p}"},
    [REASON_PAIR_CROSS_DOWN] = {"pair_cross_down", "fast SMA {0p} crossed below slow SMA {1p}"},
    [REASON_TREND_UP] = {"trend_up",
                         "fast EMA {0p} crossed above slow EMA {1p}, ADX {2n} is at least {3n}"},
    [REASON_TREND_DOWN] = {"trend_down",
                           "fast EMA {0p} crossed below slow EMA {1p}, ADX {2n} is at least {3n}"},
    [REASON_TREND_WEAK] = {"trend_weak", "fast EMA {0p} and slow EMA {1p} crossed, but ADX {2n} is "
                                         "below {3n}"},
    [REASON_BELOW_BAND] = {"below_band",
                           "close {0p} is below the lower band {1p}, RSI {2n} is under {3n}"},
    [REASON_ABOVE_BAND] = {"above_band",
                           "close {0p} is above the upper band {1p}, RSI {2n} is over {3n}"},
    [REASON_BAND_UNCONFIRMED] = {"band_unconfirmed", "close {0p} is beyond the band {1p}, but RSI "
                                                     "{2n} has not reached {3n}"},
    [REASON_CHANNEL_LOW] = {"channel_low", "close {0p} is low in the range of {1p} to {2p}, reward "
                                           "is {3r} times the risk"},
    [REASON_CHANNEL_HIGH] = {"channel_high", "close {0p} is high in the range of {1p} to {2p}, "
                                             "reward is {3r} times the risk"},
    [REASON_CHANNEL_POOR] =
        {"channel_poor",
         "at a side of {0p} to {1p}, but reward is {2r} times the risk, below {3r}"},
    [REASON_CHANNEL_UNSURE] = {"channel_unsure", "at a side of the range of {0p} to {1p}, but "
                                                 "confidence {2r} is below {3r}"},
    [REASON_SWING_UP] = {"swing_up", "close {0p} broke the resistance {1p} on {2r} times the usual "
                                     "volume, at least {3r}"},
    [REASON_SWING_DOWN] = {"swing_down", "close {0p} broke the support {1p} on {2r} times the "
                                         "usual volume, at least {3r}"},
    [REASON_SWING_QUIET] = {"swing_quiet", "close {0p} broke the level {1p}, but on {2r} times the "
                                           "usual volume, below {3r}"},
    [REASON_SWING_UNSURE] =
        {"swing_unsure",
         "level {0p} broke on {1r} times the usual volume, but confidence {2r} is below {3r}"},
    [REASON_DIP] = {"dip", "close is {0n} % below the high {1p}, RSI {2n} is under {3n}"},
    [REASON_DIP_UNCONFIRMED] = {"dip_unconfirmed", "close is {0n} % below the high {1p}, but RSI "
                                                   "{2n} is not under {3n}"},
    [REASON_DIP_UNSURE] = {"dip_unsure", "close is {0n} % below the high {1p}, but confidence {2r} "
                                         "is below {3r}"},
    [REASON_MOMENTUM_UP] = {"momentum_up", "RSI leapt from {0n} to {1n}, volume ratio {2r} is at "
                                           "least {3r}"},
    [REASON_MOMENTUM_DOWN] = {"momentum_down",
                              "RSI fell from {0n} to {1n}, volume ratio {2r} is at "
                              "least {3r}"},
    [REASON_MOMENTUM_QUIET] = {"momentum_quiet", "RSI went from {0n} to {1n}, but volume ratio "
                                                 "{2r} is below {3r}"},
    [REASON_BREAKOUT_UP] = {"breakout_up", "close {0p} broke resistance {1p}, volume ratio {2r} is "
                                           "at least {3r}"},
    [REASON_BREAKOUT_DOWN] = {"breakout_down", "close {0p} broke support {1p}, volume ratio {2r} "
                                               "is at least {3r}"},
    [REASON_BREAKOUT_QUIET] = {"breakout_quiet", "close {0p} broke the level {1p}, but volume "
                                                 "ratio {2r} is below {3r}"},
    [REASON_REVERSAL_UP] = {"reversal_up", "{0c} turns up from {1p}, RSI {2n} is at most {3n}"},
    [REASON_REVERSAL_DOWN] = {"reversal_down",
                              "{0c} turns down from {1p}, RSI {2n} is at least {3n}"},
    [REASON_REVERSAL_AWAITED] = {"reversal_awaited",
                                 "RSI {0n} has reached {1n}, but no candle pattern turns it"},
    [REASON_KELTNER_LOW] = {"keltner_low",
                            "price {0p} is at the lower Keltner channel {1p}, RSI {2n} is at most "
                            "{3n}"},
    [REASON_KELTNER_HIGH] = {"keltner_high",
                             "price {0p} is at the upper Keltner channel {1p}, RSI {2n} is at "
                             "least {3n}"},
    [REASON_KELTNER_UNCONFIRMED] = {"keltner_unconfirmed",
                                    "price {0p} is at the Keltner channel {1p}, but RSI {2n} is on "
                                    "the wrong side of {3n}"},
    [REASON_SCRIPT] = {"script", "its script, at close {0p}"},
    [REASON_SCRIPT_FIGURES] = {"script_figures", "its script, at close {0p}, by {1n}, {2n}, {3n}"},
};

/* By enum pattern. */
static const struct sentence_row patterns[] = {
    [PATTERN_ENGULFING] = {"engulfing", "an engulfing candle"},
    [PATTERN_HAMMER] = {"hammer", "a hammer"},
    [PATTERN_SHOOTING_STAR] = {"shooting_star", "a shooting star"},
    [PATTERN_DOJI] = {"doji", "a doji"},
    [PATTERN_MORNING_STAR] = {"morning_star", "a morning star"},
    [PATTERN_EVENING_STAR] = {"evening_star", "an evening star"},
    [PATTERN_PIERCING] = {"piercing", "a piercing candle"},
    [PATTERN_DARK_CLOUD_COVER] = {"dark_cloud_cover", "a dark cloud cover"},
};

static const struct sentence_row rejects[] = {
    [REJECT_NONE] = {"none", "cancelled or expired"},
    [REJECT_FUNDS] = {"funds", "rejected for want of funds"},
    [REJECT_QTY_MIN] = {"qty_min", "rejected, its quantity is below the pair's minimum"},
    [REJECT_COST_MIN] = {"cost_min", "rejected, its cost is below the pair's minimum"},
    [REJECT_TICK] = {"tick", "rejected, its price is not a multiple of the pair's tick"},
    [REJECT_PAIR_STATUS] = {"pair_status", "rejected, the venue takes no such order on this pair"},
    [REJECT_POST_ONLY] = {"post_only", "rejected, it would have taken although post-only"},
    [REJECT_FULL] = {"full", "rejected, too many orders are open"},
    [REJECT_NO_MARKET] = {"no_market", "rejected, nobody stood on the other side"},
    [REJECT_OTHER] = {"other", "rejected by the venue"},
    [REJECT_RATE] = {"rate", "rejected, too many requests in a short time"},
    [REJECT_DEADLINE] = {"deadline", "rejected, it reached the venue too late"},
    [REJECT_UNKNOWN_ORDER] = {"unknown_order", "rejected, the order is no longer open"},
    [REJECT_PERMISSION] = {"permission", "rejected, the key or the account may not"},
    [REJECT_VENUE_DOWN] = {"venue_down", "not sent, the venue cannot be reached"},
    [REJECT_LOST] = {"lost", "lost on the way, and proven absent"},
    [REJECT_BREAKER] = {"breaker", "not sent, too many orders failed of late"},
    [REJECT_SPREAD] = {"spread", "not sent, the book is too wide to buy on"},
    [REJECT_STRAY] = {"stray", "not sent, entries stand still since an order or a fill that "
                               "cuttle did not ask for; compare, then restart"},
    [REJECT_BUSY] = {"busy", "not sent, an earlier order on the pair is not settled yet"},
};

static const struct sentence_row purposes[] = {
    [PURPOSE_ENTRY] = {"entry", "entry"},
    [PURPOSE_PROTECT] = {"protect", "protecting"},
    [PURPOSE_EXIT] = {"exit", "exit"},
};

const struct sentence_row *sentence_kind_row(uint32_t kind)
{
    return SENTENCE_ROW(kinds, kind);
}

const struct sentence_row *sentence_note_row(uint32_t note)
{
    return SENTENCE_ROW(notes, note);
}

const struct sentence_row *sentence_cause_row(uint32_t cause)
{
    return SENTENCE_ROW(causes, cause);
}

const struct sentence_row *sentence_factor_row(uint32_t factor)
{
    return SENTENCE_ROW(factors, factor);
}

const struct sentence_row *sentence_rule_row(uint32_t rule)
{
    return SENTENCE_ROW(rules, rule);
}

const struct sentence_row *sentence_verdict_row(uint32_t verdict)
{
    return SENTENCE_ROW(verdicts, verdict);
}

const struct sentence_row *sentence_reason_row(uint32_t reason)
{
    return SENTENCE_ROW(reasons, reason);
}

const struct sentence_row *sentence_pattern_row(uint32_t pattern)
{
    return SENTENCE_ROW(patterns, pattern);
}

const struct sentence_row *sentence_reject_row(uint32_t reject)
{
    return SENTENCE_ROW(rejects, reject);
}

const struct sentence_row *sentence_purpose_row(uint32_t purpose)
{
    return SENTENCE_ROW(purposes, purpose);
}

/* SPDX-License-Identifier: MIT */
#include "app/explain.h"

#include <stdio.h>
#include <string.h>

#include "app/page.h"
#include "operator/sentence/sentence_table.h"

static const char *quote_of(const struct ledger_trade *trade)
{
    const char *slash = strchr(trade->symbol, '/');
    return slash != NULL ? slash + 1 : "";
}

void explain_result(char *out, size_t size, const struct ledger_trade *trade)
{
    char pnl[32];
    sentence_money(pnl, sizeof pnl, trade->pnl < 0 ? -trade->pnl : trade->pnl);
    snprintf(out, size, "%s %s %s (%+.1f %%)", trade->pnl < 0 ? "lost" : "won", pnl,
             quote_of(trade),
             trade->cost > 0 ? 100.0 * (double)trade->pnl / (double)trade->cost : 0.0);
}

static void put_account(const struct story *story)
{
    const struct ledger_trade *trade = &story->trade;
    char result[96], opened[32], closed[32], qty[48], price[48], money[48], held[48];
    char cause[SENTENCE_MAX];
    explain_result(result, sizeof result, trade);
    sentence_duration(held, sizeof held, trade->closed_ns - trade->opened_ns);
    printf("Trade %llu: %s %s in %s\n\n", (unsigned long long)trade->number, trade->symbol, result,
           held);
    page_time(opened, sizeof opened, trade->opened_ns, 0);
    page_time(closed, sizeof closed, trade->closed_ns, 0);
    sentence_decimal(qty, sizeof qty, trade->qty_lots, trade->qty_decimals);
    page_price(price, sizeof price, trade->entry_price);
    sentence_money(money, sizeof money, trade->cost);
    page_item("bought", "%s  %s at %s for %s %s", opened, qty, price, money, quote_of(trade));
    page_price(price, sizeof price, trade->exit_price);
    page_item("sold", "%s  at %s", closed, price);
    sentence_money(money, sizeof money, trade->fee);
    page_item("fees", "%s %s for both", money, quote_of(trade));
    story_cause(story, cause, sizeof cause);
    page_item("ended by", "%s", cause);
}

static void put_exits(char *out, size_t size, double stop, double target)
{
    char price[48], other[48];
    page_price(price, sizeof price, stop);
    page_price(other, sizeof other, target);
    snprintf(out, size, "%s%s, %s%s", stop > 0 ? "stop " : "no stop", stop > 0 ? price : "",
             target > 0 ? "target " : "no target", target > 0 ? other : "");
}

static const char *part_of(const struct told_vote *vote)
{
    return vote->shadow       ? "watched"
           : vote->cooling    ? "cooling"
           : vote->actionable ? "vote"
                              : "weak";
}

static void put_vote(const struct told_vote *vote)
{
    char exits[128];
    page_item(part_of(vote), "%s", vote->sentence);
    put_exits(exits, sizeof exits, vote->stop, vote->target);
    page_item(NULL, "strength %.2f, confidence %.2f; %s", vote->strength, vote->confidence, exits);
}

/* What it says, what that made of the votes' confidence, and why it says so. */
static void put_model(const struct told *told)
{
    char text[SENTENCE_MAX] = "";
    size_t len = 0;
    if (told->model[0] == '\0') {
        return;
    }
    page_item("model", "the %s gives it %.2f; with a share of %.0f %% the confidence is %.2f",
              told->model, told->probability, 100 * told->share, told->confidence);
    for (uint32_t i = 0; i < told->contribution_count && len < sizeof text; i++) {
        const struct told_contribution *each = &told->contributions[i];
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s %+.2f", i == 0 ? "" : ", ",
                                each->sentence, each->amount);
    }
    page_item(NULL, "%s", text);
}

/* Those that counted first. */
static void put_votes(const struct told *told)
{
    for (uint32_t i = 0; i < told->vote_count; i++) {
        if (strcmp(part_of(&told->votes[i]), "vote") == 0) {
            put_vote(&told->votes[i]);
        }
    }
    for (uint32_t i = 0; i < told->vote_count; i++) {
        if (strcmp(part_of(&told->votes[i]), "vote") != 0) {
            put_vote(&told->votes[i]);
        }
    }
    if (told->vote_count > 0) {
        page_item("together", "%s: %llu of %llu that count agree; strength %.2f, confidence %.2f",
                  told->direction, (unsigned long long)told->agree,
                  (unsigned long long)told->actionable, told->strength,
                  told->model[0] != '\0' ? told->voted : told->confidence);
        put_model(told);
        page_item("gate", "a confidence of %.2f was needed: %s", told->gate,
                  told->confidence >= told->gate ? "met" : "not met");
        page_item("book", "imbalance %+.2f, score %+.2f", told->imbalance, told->score);
    }
}

static void put_findings(const char *label, const struct told_findings *findings)
{
    for (uint32_t i = 0; i < findings->count; i++) {
        const struct told_finding *finding = &findings->list[i];
        char must[64];
        if (finding->high == 0) {
            snprintf(must, sizeof must, "%.4g or more", finding->low);
        } else {
            snprintf(must, sizeof must, "%.4g to %.4g", finding->low, finding->high);
        }
        const char *const name = i == 0 ? label : NULL;
        if (strcmp(finding->state, "warming_up") == 0) {
            page_item(name, "%s warming up, must be %s", finding->name, must);
        } else {
            page_item(name, "%s %s: %.4g, must be %s", finding->name, finding->state,
                      finding->figure, must);
        }
    }
}

static void put_market(const struct told *told)
{
    if (!told->chained) {
        page_item("chain", "no filter, regime, mood, timeframe or model was asked");
        return;
    }
    put_findings("filters", &told->filters);
    put_findings("timeframe", &told->timeframes);
    if (told->filters.count == 0) {
        page_item("filters", "none was asked");
    }
    if (strcmp(told->way, "unknown") != 0) {
        page_item("regime", "%s (ADX %.1f), volatility %s (its ATR ranks %.0f of 100)", told->way,
                  told->adx, told->volatility, told->atr_rank);
    } else {
        page_item("regime", "unknown");
    }
    if (strcmp(told->mood, "unknown") != 0) {
        page_item("mood", "%s (leader %+.1f %%, breadth %.2f)", told->mood, 100 * told->leader,
                  told->breadth);
    } else {
        page_item("mood", "unknown");
    }
    page_item(NULL, "together: size x %.2f, stop x %.2f, target x %.2f, confidence %+.2f",
              told->effect_size, told->effect_stop, told->effect_target, told->effect_confidence);
}

/* Every factor; the last is what came of all of them. */
static void put_factors(const struct told *told)
{
    char text[256] = "";
    size_t len = 0;
    for (uint32_t i = 0; i < SIZE_FACTOR_COUNT && told->sized && len < sizeof text; i++) {
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s %.2f", i == 0 ? "" : ", ",
                                sentence_factor_row(i)->text, told->factors[i]);
    }
    if (told->sized) {
        page_item(NULL, "factors: %s", text);
    }
}

static const char *rule_text(const char *word)
{
    const struct sentence_row *row;
    for (uint32_t rule = RULE_SHARE; rule <= RULE_STRATEGY; rule++) {
        row = sentence_rule_row(rule);
        if (row != NULL && strcmp(row->word, word) == 0) {
            return row->text;
        }
    }
    return "a limit that this version has no words for";
}

static void put_size(const struct told *told)
{
    char qty[48], cost[48], risk[48], exits[128], part[32] = "";
    int64_t equity = 0, at_risk = 0;
    page_decimal(qty, sizeof qty, told->quantity);
    page_money(cost, sizeof cost, told->cost);
    page_money(risk, sizeof risk, told->risk);
    if (decimal_parse(told->equity, strlen(told->equity), MONEY_DECIMALS, &equity) &&
        decimal_parse(told->risk, strlen(told->risk), MONEY_DECIMALS, &at_risk) && equity > 0) {
        snprintf(part, sizeof part, ", %.2f %% of equity",
                 100.0 * (double)at_risk / (double)equity);
    }
    page_item("size", "%s for %s; at the stop it loses %s%s", qty, cost, risk, part);
    if (told->size_rule[0] != '\0') {
        page_item(NULL, "ruled by %s", rule_text(told->size_rule));
    }
    put_factors(told);
    put_exits(exits, sizeof exits, told->stop, told->target);
    page_item("exits", "%s", exits);
}

void explain_decision(const struct told *told)
{
    put_votes(told);
    if (strcmp(told->kind, "decision") == 0) {
        put_market(told);
    }
    if (told->expected_value != 0) {
        page_item("expected", "%+.2f %% of what it costs", 100 * told->expected_value);
    }
    if (told->order != 0) {
        put_size(told);
    }
}

static void put_begin(const struct story *story)
{
    static struct told told;
    if (story->begin == story->count) {
        printf("\nWhat led to it is not in the ledger any more (session.keep).\n");
        return;
    }
    const struct story_row *row = &story->rows[story->begin];
    char time[32], price[48];
    const bool read = told_read(&told, row->json, strlen(row->json));
    page_time(time, sizeof time, row->time_ns, 0);
    page_price(price, sizeof price, told.price);
    if (row->kind == RECORD_COMMAND) {
        printf("\nBegun by hand, %s, at %s\n\n", time, price);
        page_item("command", "%s", row->sentence);
    } else {
        printf("\nDecision %llu, %s, at %s\n\n", (unsigned long long)row->number, time, price);
    }
    if (read) {
        explain_decision(&told);
    } else {
        page_item("as kept", "%s", row->sentence);
    }
}

/* A trade of more than a day needs the day beside the time. */
static void put_rest(const struct story *story)
{
    const struct ledger_trade *trade = &story->trade;
    uint32_t passed = 0;
    printf("\nWhat followed\n\n");
    const size_t first = story->begin < story->count ? story->begin + 1 : story->entry;
    for (size_t i = first; i < story->count; i++) {
        char opened[32], time[32];
        page_time(opened, sizeof opened, trade->opened_ns, 0);
        page_time(time, sizeof time, story->rows[i].time_ns, 0);
        if (!story_tells(story, i)) {
            passed += story->rows[i].kind == RECORD_DECISION;
            continue;
        }
        const bool same_day = strncmp(opened, time, 10) == 0;
        if (same_day) {
            page_item(time + 11, "%s", story->rows[i].sentence);
        } else {
            printf("  %s\n", time);
            page_item(NULL, "%s", story->rows[i].sentence);
        }
    }
    if (passed > 0) {
        page_item(NULL, "%u %s meanwhile and changed nothing.", passed,
                  passed == 1 ? "decision was made" : "decisions were made");
    }
}

void explain_trade(const struct story *story)
{
    put_account(story);
    put_begin(story);
    put_rest(story);
}

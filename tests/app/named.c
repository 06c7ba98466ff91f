/* SPDX-License-Identifier: MIT */
#include "app/named.h"

#include <stdio.h>
#include <string.h>

#include "test.h"

static struct risk_config risk;
static struct day_config day;
static struct named found[NAMED_MAX];

/* BTC/USD and ETH/USD are known. */
static bool known(const void *context, struct list_word word)
{
    const struct pair btc = {.symbol = "BTC/USD", .base = "BTC"},
                      eth = {.symbol = "ETH/USD", .base = "ETH"};
    return context == NULL && (list_names(word, &btc) || list_names(word, &eth));
}

static uint32_t strange(const char *pairs, const char *groups, const char *trades)
{
    snprintf(risk.limits.pairs, LIST_SIZE, "%s", pairs);
    snprintf(risk.limits.groups, LIST_SIZE, "%s", groups);
    snprintf(day.pair_trades, LIST_SIZE, "%s", trades);
    return named_strange(&risk, &day, known, NULL, found);
}

static void expect(uint32_t at, const char *option, const char *name)
{
    EXPECT_TEXT(found[at].option, option);
    EXPECT(list_is(found[at].word, name));
}

TEST(a_name_that_no_pair_has_is_found_in_each_option_once)
{
    EXPECT_INT(strange("BCT 0.05 | BTC/USD 0.1 | XBT 0.2", "BTC ETH | SOLL, BTC | SOLL ETH/EUR",
                       "ETH 3 | PEPE 0"),
               5);
    expect(0, "risk.pair_limits", "BCT");
    expect(1, "risk.pair_limits", "XBT");
    expect(2, "risk.groups", "SOLL");
    expect(3, "risk.groups", "ETH/EUR");
    expect(4, "day.pair_trades", "PEPE");
}

TEST(shares_and_numbers_of_trades_are_no_names_and_names_that_pairs_have_are_not_strange)
{
    EXPECT_INT(strange("BTC 0.05 | ETH/USD 0.1", "BTC ETH | ETH/USD", "BTC 3 | ETH 0"), 0);
    EXPECT_INT(strange("", "", ""), 0);
    EXPECT_INT(strange(" | ", "|", ""), 0);
}

TEST(lists_of_nothing_but_strange_names_fit)
{
    char text[LIST_SIZE];
    for (size_t i = 0; i + 1 < LIST_SIZE; i++) {
        text[i] = (char)(i % 2 == 0 ? 'a' + (char)(i / 2 % 26) : i % 60 == 59 ? '|' : ' ');
    }
    text[LIST_SIZE - 1] = '\0';
    EXPECT_INT(strange(text, text, text), 9 + 26 + 9);
}

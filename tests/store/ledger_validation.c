/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "scratch.h"
#include "store/ledger.h"
#include "test.h"

static void see_validation(void *context, const struct ledger_validation *row)
{
    char *out = context;
    const size_t len = strlen(out);
    snprintf(out + len, 512 - len, "%s %s [%s] %s %.2f %s; ", row->model, row->strategy,
             row->symbol, row->predictor, row->accuracy, isnan(row->auc) ? "no auc" : "auc");
}

TEST(what_trainings_proved_is_kept_once_and_comes_back_oldest_first)
{
    struct ledger *ledger = NULL;
    char error[512];
    EXPECT_INT(ledger_open(scratch("validations.db"), &ledger, error, sizeof error), 0);
    struct ledger_validation row = {.model = "ab",
                                    .strategy = "trend",
                                    .symbol = "",
                                    .predictor = "ensemble",
                                    .made_ns = 20,
                                    .verdict = "shadow",
                                    .words = "no better than noise",
                                    .accuracy = 0.5,
                                    .auc = (double)NAN};
    char told[512] = "";
    EXPECT_INT(ledger_put_validation(ledger, &row), 0);
    EXPECT_INT(ledger_put_validation(ledger, &row), 0);
    row.symbol = "BTC/USD";
    EXPECT_INT(ledger_put_validation(ledger, &row), 0);
    row.symbol = "", row.predictor = "always";
    EXPECT_INT(ledger_put_validation(ledger, &row), 0);
    row.model = "cd", row.predictor = "ensemble", row.made_ns = 10, row.auc = 0.6;
    EXPECT_INT(ledger_put_validation(ledger, &row), 0);
    EXPECT_INT(ledger_each_validation(ledger, 10, true, see_validation, told), 0);
    EXPECT_TEXT(told, "cd trend [] ensemble 0.50 auc; ab trend [] ensemble 0.50 no auc; ");
    told[0] = '\0';
    EXPECT_INT(ledger_each_validation(ledger, 3, false, see_validation, told), 0);
    EXPECT_TEXT(told, "ab trend [] always 0.50 no auc; ab trend [] ensemble 0.50 no auc; "
                      "ab trend [BTC/USD] ensemble 0.50 no auc; ");
    ledger_close(ledger);
}

/* SPDX-License-Identifier: MIT */
/* A closed trade of the ledger, as the interface tells it. */
#pragma once

#include "operator/server/bridge.h"
#include "store/ledger.h"

struct bridge_trade trade_of_row(const struct ledger_trade *row);

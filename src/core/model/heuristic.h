/* SPDX-License-Identifier: MIT */
/*
 * The heuristic that stands in the model's place until one is trained. It judges how good the
 * conditions are for any entry, whichever way it goes. Six terms, each -1 bad .. +1 good:
 *
 *   adx          (ADX - 25) / 15: a market that goes somewhere reaches targets
 *   volume_rank  (rank - 50) / 50: a move that many trade in lasts
 *   atr_rank     1 - |rank - 50| / 30: what is too quiet reaches nothing, what is too wild
 *                reaches the stop as well
 *   book         the lean itself: those who wait stand on our side
 *   majority     (strategies ahead - 1) / 2: a lone one is what is usual
 *   odds         2 * odds - 1: a far target under a near stop is seldom reached first
 *
 *     probability = 0.5 + 0.5 * the mean of the terms that are known
 *
 * Each is held within -1..1. All weigh the same, because nothing has been learned of which counts
 * for more. Where none is known there is no answer.
 *
 * The formulas are ours. The middles are those of six months of BTC's 5m candles, on which the
 * first three terms average 0.00, -0.02 and 0.02: usual conditions come to 0.5.
 */
#pragma once

#include "core/model/model_answer.h"

void heuristic_ask(const struct features *features, struct model_answer *ret);

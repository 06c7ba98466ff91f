/* SPDX-License-Identifier: MIT */
/* One row: the trades that have something in common, held against all others. */
#include <math.h>

#include "research/learn/analyse_internal.h"
#include "research/learn/scores.h"
#include "research/student.h"

#define CONFIDENCE 0.95

/* One side: the row's own trades, or all others. */
struct side {
    double count, won;
    double mean, variance; /* of work->off; over n - 1 */
    double blocks;         /* that it has trades of */
    double squares;        /* of the trades a block */
    double moved;          /* of the blocks' sums of what lies off the mean */
};

/* What a block has of each side. */
struct block {
    double count[2], sum[2];
};

struct contrast {
    double moved;         /* squares of the blocks' part in the difference of the means */
    double parts, square; /* that part as it would be of trades apart, its sum and its squares */
    double blocks;
};

static void count_sides(const struct analyse_work *work, struct side sides[2])
{
    double sum[2] = {0}, square[2] = {0};
    for (size_t i = 0; i < work->count; i++) {
        if (work->said[i]) {
            continue;
        }
        const int which = !work->member[i];
        sides[which].count++;
        sides[which].won += work->trades[i].pnl > 0;
        sum[which] += work->off[i];
        square[which] += work->off[i] * work->off[i];
    }
    for (int which = 0; which < 2; which++) {
        const double n = sides[which].count, mean = n > 0 ? sum[which] / n : NAN;
        sides[which].mean = mean;
        sides[which].variance = n > 1 ? fmax(square[which] - n * mean * mean, 0) / (n - 1) : 0;
    }
}

static void end_block(const struct block *block, struct side sides[2], struct contrast *contrast)
{
    double part = 0, moved = 0;
    for (int which = 0; which < 2; which++) {
        struct side *side = &sides[which];
        if (block->count[which] == 0) {
            continue;
        }
        side->blocks++;
        side->squares += block->count[which] * block->count[which];
        side->moved += block->sum[which] * block->sum[which];
        moved += (which == 0 ? 1 : -1) * block->sum[which] / side->count;
        part += block->count[which] * side->variance / (side->count * side->count);
    }
    contrast->blocks++;
    contrast->moved += moved * moved;
    contrast->parts += part;
    contrast->square += part * part;
}

static void count_blocks(const struct analyse_work *work, struct side sides[2],
                         struct contrast *contrast)
{
    struct block block = {0};
    uint32_t at = UINT32_MAX;
    for (size_t i = 0; i < work->count; i++) {
        if (work->said[i]) {
            continue;
        }
        if (at != UINT32_MAX && work->block[i] != at) {
            end_block(&block, sides, contrast);
            block = (struct block){0};
        }
        at = work->block[i];
        const int which = !work->member[i];
        block.count[which]++;
        block.sum[which] += work->off[i] - sides[which].mean;
    }
    if (at != UINT32_MAX) {
        end_block(&block, sides, contrast);
    }
}

static void put_mean(const struct analyse_work *work, const struct side *side,
                     struct analyse_row *ret)
{
    const double n = side->count, blocks = side->blocks;
    ret->mean = side->mean + work->mean;
    ret->error = ret->error_df = ret->low = ret->high = NAN;
    if (blocks < 2) {
        return;
    }
    const double apart = side->variance / n;
    const double together = side->moved / (n * n) * blocks / (blocks - 1);
    ret->error = sqrt(fmax(apart, together));
    ret->error_df = n * n / side->squares - 1;
    const double reach = ret->error * student_quantile(1 - CONFIDENCE, ret->error_df);
    ret->low = ret->mean - reach;
    ret->high = ret->mean + reach;
}

static void put_won(const struct side *side, struct analyse_row *ret)
{
    const double rate = side->count > 0 ? side->won / side->count : NAN;
    const struct interval within = scores_wilson(rate, side->count, CONFIDENCE);
    ret->win_rate = rate;
    ret->win_low = within.low;
    ret->win_high = within.high;
}

static void put_difference(const struct analyse_work *work, const struct side sides[2],
                           const struct contrast *contrast, struct analyse_row *ret)
{
    const struct side *own = &sides[0], *rest = &sides[1];
    ret->rest = rest->mean + work->mean;
    ret->t = ret->df = ret->p = NAN;
    if (own->blocks < 2 || rest->blocks < 2 || !(contrast->square > 0)) {
        return;
    }
    const double apart = own->mean - rest->mean, n = own->count + rest->count;
    const double squares = (own->count - 1) * own->variance + (rest->count - 1) * rest->variance +
                           own->count * rest->count / n * apart * apart;
    const double permuted = squares / (n - 1) * (1 / own->count + 1 / rest->count);
    const double together = contrast->moved * contrast->blocks / (contrast->blocks - 1);
    ret->df = contrast->parts * contrast->parts / contrast->square - 1;
    ret->t = apart / sqrt(fmax(permuted, together));
    ret->p = student_two_sided(ret->t, ret->df);
}

void analyse_measure(const struct analyse_work *work, struct analyse_row *ret)
{
    struct side sides[2] = {0};
    struct contrast contrast = {0};
    count_sides(work, sides);
    count_blocks(work, sides, &contrast);
    ret->count = (uint32_t)sides[0].count;
    ret->won = (uint32_t)sides[0].won;
    put_mean(work, &sides[0], ret);
    put_won(&sides[0], ret);
    put_difference(work, sides, &contrast, ret);
}

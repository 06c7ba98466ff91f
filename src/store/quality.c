/* SPDX-License-Identifier: MIT */
#include "store/quality.h"

#include <math.h>

/* Keeps the largest, largest first. */
static void note_worst(struct quality_worst *list, uint32_t *count, int64_t time_ns, double size)
{
    uint32_t at = *count;
    if (at == QUALITY_WORST_MAX && list[at - 1].size >= size)
        return;
    if (at == QUALITY_WORST_MAX)
        at--;
    else
        ++*count;
    for (; at > 0 && list[at - 1].size < size; at--)
        list[at] = list[at - 1];
    list[at] = (struct quality_worst){time_ns, size};
}

/* How far the wick leaves the body, as a fraction of the body's side it leaves. */
static double wick_size(const struct candle *row)
{
    double top = fmax(row->open, row->close);
    double bottom = fmin(row->open, row->close);
    return fmax(row->high / top - 1.0, 1.0 - row->low / bottom);
}

static bool is_repeat(const struct candle *before, const struct candle *row)
{
    return row->volume > 0 && row->volume == before->volume && row->open == before->open &&
           row->high == before->high && row->low == before->low && row->close == before->close;
}

static void measure_step(struct quality *quality, const struct candle *before,
                         const struct candle *row, int64_t step_ns, double limit)
{
    int64_t hole_ns = row->time_ns - before->time_ns - step_ns;
    if (hole_ns > 0) {
        if (quality->gap_count++ == 0)
            quality->gap_first_ns = before->time_ns + step_ns;
        note_worst(quality->worst_gaps, &quality->worst_gap_count, before->time_ns + step_ns,
                   (double)(hole_ns / step_ns));
        if (hole_ns > quality->gap_longest_ns) {
            quality->gap_longest_ns = hole_ns;
            quality->gap_longest_from_ns = before->time_ns + step_ns;
        }
        return;
    }
    if (is_repeat(before, row) && quality->repeat_count++ == 0)
        quality->repeat_first_ns = row->time_ns;
    double jump = fabs(row->open / before->close - 1.0);
    if (jump > limit) {
        if (quality->jump_count++ == 0)
            quality->jump_first_ns = row->time_ns;
        note_worst(quality->worst_jumps, &quality->worst_jump_count, row->time_ns, jump);
    }
}

void quality_measure(const struct candle *rows, size_t count, enum timeframe timeframe,
                     double limit, struct quality *ret)
{
    *ret = (struct quality){.count = count};
    if (count == 0)
        return;
    const int64_t step_ns = timeframe_ns[timeframe];
    ret->first_ns = rows[0].time_ns;
    ret->last_ns = rows[count - 1].time_ns;
    ret->expected = (uint64_t)((ret->last_ns - ret->first_ns) / step_ns) + 1;
    ret->missing = ret->expected > count ? ret->expected - count : 0;
    for (size_t i = 0; i < count; i++) {
        if (rows[i].volume == 0.0 && ret->zero_volume_count++ == 0)
            ret->zero_volume_first_ns = rows[i].time_ns;
        double wick = wick_size(&rows[i]);
        if (wick > limit) {
            if (ret->wick_count++ == 0)
                ret->wick_first_ns = rows[i].time_ns;
            note_worst(ret->worst_wicks, &ret->worst_wick_count, rows[i].time_ns, wick);
        }
        if (i > 0)
            measure_step(ret, &rows[i - 1], &rows[i], step_ns, limit);
    }
}

size_t quality_cells(const struct candle *rows, size_t count, enum timeframe timeframe,
                     size_t cell_max, struct quality_cell *ret)
{
    if (count == 0 || cell_max == 0)
        return 0;
    const int64_t step_ns = timeframe_ns[timeframe], first_ns = rows[0].time_ns;
    const uint64_t expected = (uint64_t)((rows[count - 1].time_ns - first_ns) / step_ns) + 1;
    const size_t cells = expected < cell_max ? (size_t)expected : cell_max;
    size_t row = 0;
    for (size_t i = 0; i < cells; i++) {
        struct quality_cell *cell = &ret[i];
        const uint64_t from = expected * i / cells, until = expected * (i + 1) / cells;
        *cell = (struct quality_cell){.from_ns = first_ns + (int64_t)from * step_ns,
                                      .until_ns = first_ns + (int64_t)until * step_ns,
                                      .expected = until - from};
        for (; row < count && rows[row].time_ns < cell->until_ns; row++, cell->held++) {
            if (cell->held == 0 || rows[row].low < cell->low)
                cell->low = rows[row].low;
            if (rows[row].high > cell->high)
                cell->high = rows[row].high;
        }
    }
    return cells;
}

double quality_missing_share(const struct quality *quality)
{
    return quality->expected ? (double)quality->missing / (double)quality->expected : 0.0;
}

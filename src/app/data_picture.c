/* SPDX-License-Identifier: MIT */
#include "app/data_picture.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/data.h"
#include "store/disk.h"

#define WIDTH 1000
#define MARGIN 20
#define CELLS_MAX 240
#define CARD_HEIGHT 190
#define PRICE_TOP 40
#define PRICE_HEIGHT 80
#define STRIP_TOP 130
#define STRIP_HEIGHT 16

struct picture {
    FILE *out; /* into `text`, what is below the heading */
    char *text;
    size_t len;
    int card_count;
};

struct picture *picture_new(void)
{
    struct picture *picture = calloc(1, sizeof *picture);
    if (picture)
        picture->out = open_memstream(&picture->text, &picture->len);
    if (picture && picture->out)
        return picture;
    free(picture);
    return NULL;
}

void picture_free(struct picture *picture)
{
    if (!picture)
        return;
    if (picture->out)
        fclose(picture->out);
    free(picture->text);
    free(picture);
}

/* From red, nothing, over yellow to blue, all: told apart by any eye. */
static void cell_color(const struct quality_cell *cell, char out[8])
{
    const double share = (double)cell->held / (double)cell->expected;
    if (cell->held == 0)
        snprintf(out, 8, "#c0392b");
    else if (cell->held == cell->expected)
        snprintf(out, 8, "#1f5f99");
    else
        snprintf(out, 8, "#%02x%02x%02x", (unsigned)(242 - 150 * share),
                 (unsigned)(190 - 40 * share), (unsigned)(60 + 120 * share));
}

/* Neighbours that look alike are one rectangle. */
static void draw_strip(FILE *out, const struct quality_cell *cells, size_t count)
{
    const double width = (double)(WIDTH - 2 * MARGIN) / (double)count;
    for (size_t i = 0, next; i < count; i = next) {
        char color[8], other[8];
        uint64_t held = cells[i].held, expected = cells[i].expected;
        cell_color(&cells[i], color);
        for (next = i + 1; next < count; next++) {
            cell_color(&cells[next], other);
            if (strcmp(color, other) != 0)
                break;
            held += cells[next].held;
            expected += cells[next].expected;
        }
        fprintf(
            out,
            "<rect x=\"%.2f\" y=\"%d\" width=\"%.2f\" height=\"%d\" fill=\"%s\"><title>%s to %s: "
            "%" PRIu64 " of %" PRIu64 " candles</title></rect>\n",
            MARGIN + (double)i * width, STRIP_TOP, (double)(next - i) * width, STRIP_HEIGHT, color,
            data_date(cells[i].from_ns), data_date(cells[next - 1].until_ns), held, expected);
    }
}

/* From the lowest to the highest price of each cell, in logarithms: a halving looks the same
 * anywhere. */
static void draw_price(FILE *out, const struct quality_cell *cells, size_t count)
{
    double low = INFINITY, high = 0;
    for (size_t i = 0; i < count; i++) {
        if (cells[i].held == 0)
            continue;
        low = fmin(low, cells[i].low);
        high = fmax(high, cells[i].high);
    }
    const double width = (double)(WIDTH - 2 * MARGIN) / (double)count;
    const double bottom = log(low), range = fmax(log(high) - bottom, 1e-9);
    fprintf(out, "<path class=\"price\" d=\"");
    for (size_t i = 0; i < count; i++) {
        if (cells[i].held == 0)
            continue;
        const double top_y = PRICE_TOP + PRICE_HEIGHT * (1 - (log(cells[i].high) - bottom) / range);
        const double end_y = PRICE_TOP + PRICE_HEIGHT * (1 - (log(cells[i].low) - bottom) / range);
        fprintf(out, "M%.1f %.1fV%.1f", MARGIN + ((double)i + 0.5) * width, top_y,
                fmax(end_y, top_y + 1));
    }
    fprintf(out, "\"/>\n<text class=\"small\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%.8g</text>\n",
            WIDTH - MARGIN, PRICE_TOP - 4, high);
    fprintf(out, "<text class=\"small\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%.8g</text>\n",
            WIDTH - MARGIN, PRICE_TOP + PRICE_HEIGHT + 4, low);
}

struct scale {
    int64_t first_ns, length_ns;
};

static double scale_x(const struct scale *scale, int64_t time_ns)
{
    return MARGIN + (double)(WIDTH - 2 * MARGIN) * (double)(time_ns - scale->first_ns) /
                        (double)scale->length_ns;
}

static void draw_faults(FILE *out, const struct scale *scale, const char *what, double percent,
                        const struct quality_worst *worst, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const double x = scale_x(scale, worst[i].time_ns);
        fprintf(out,
                "<path class=\"fault\" d=\"M%.1f %dl-4 -8h8z\"><title>%s: %s, %.0f%s</title>"
                "</path>\n",
                x, STRIP_TOP - 1, data_date(worst[i].time_ns), what, worst[i].size * percent,
                percent > 1 ? " %" : " candles");
    }
}

static void draw_dates(FILE *out, const struct scale *scale)
{
    static const char *const anchors[] = {"start", "middle", "middle", "middle", "end"};
    for (int i = 0; i < 5; i++) {
        const int64_t time_ns = scale->first_ns + scale->length_ns / 4 * i;
        fprintf(out, "<text class=\"small\" x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%.10s</text>\n",
                scale_x(scale, time_ns), STRIP_TOP + STRIP_HEIGHT + 13, anchors[i],
                data_date(time_ns));
    }
}

void picture_add(struct picture *picture, const struct candle_key *key, const struct candle *rows,
                 size_t count, const struct quality *quality)
{
    struct quality_cell cells[CELLS_MAX];
    const size_t cell_count = quality_cells(rows, count, key->timeframe, CELLS_MAX, cells);
    FILE *out = picture->out;
    if (cell_count == 0)
        return;
    const struct scale scale = {cells[0].from_ns,
                                cells[cell_count - 1].until_ns - cells[0].from_ns};
    fprintf(out, "<g transform=\"translate(0 %d)\">\n", picture->card_count++ * CARD_HEIGHT);
    fprintf(out, "<text class=\"name\" x=\"%d\" y=\"24\">%s</text>\n", MARGIN, data_name(key));
    fprintf(out,
            "<text class=\"small\" x=\"%d\" y=\"24\">%zu candles; %" PRIu64 " missing in %" PRIu64
            " gaps; %" PRIu64 " wicks, %" PRIu64 " jumps beyond the limit; %" PRIu64
            " duplicates; %" PRIu64 " without volume</text>\n",
            MARGIN + 260, count, quality->missing, quality->gap_count, quality->wick_count,
            quality->jump_count, quality->repeat_count, quality->zero_volume_count);
    draw_price(out, cells, cell_count);
    draw_strip(out, cells, cell_count);
    draw_faults(out, &scale, "a wick", 100, quality->worst_wicks, quality->worst_wick_count);
    draw_faults(out, &scale, "a jump", 100, quality->worst_jumps, quality->worst_jump_count);
    draw_faults(out, &scale, "a gap", 1, quality->worst_gaps, quality->worst_gap_count);
    draw_dates(out, &scale);
    fprintf(out, "</g>\n");
}

static const char style[] =
    "<style>svg{background:#fff;font-family:system-ui,sans-serif}"
    ".name{font-size:15px;font-weight:600}.small{font-size:11px;fill:#444}"
    ".price{stroke:#444;stroke-width:3;fill:none}.fault{fill:#c0392b}</style>\n";

static void write_all(FILE *out, const struct picture *picture, bool html)
{
    const int height = picture->card_count * CARD_HEIGHT + 30;
    if (html)
        fputs("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>cuttle data "
              "check</title></head><body>\n",
              out);
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" "
            "aria-label=\"Which candles are there\">\n%s",
            WIDTH, height, style);
    fwrite(picture->text, 1, picture->len, out);
    fprintf(out,
            "<text class=\"small\" x=\"%d\" y=\"%d\">Blue: every candle is there; yellow: some; "
            "red: none. Triangles: the largest wicks, jumps and gaps. Prices are drawn in "
            "logarithms.</text>\n</svg>\n",
            MARGIN, height - 12);
    if (html)
        fputs("</body></html>\n", out);
}

int picture_write(struct picture *picture, const char *path)
{
    const size_t len = strlen(path);
    const bool html = len > 5 && strcmp(path + len - 5, ".html") == 0;
    if (fflush(picture->out) != 0)
        return -1;
    FILE *out = fopen(path, "we");
    if (!out)
        return -1;
    write_all(out, picture, html);
    const bool failed = ferror(out) != 0;
    if (fclose(out) == 0 && !failed)
        return 0;
    const int code = errno;
    remove(path);
    errno = code;
    return -1;
}

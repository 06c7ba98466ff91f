/* SPDX-License-Identifier: MIT */
#include "app/grid.h"

#include <stdlib.h>
#include <string.h>

#include "platform/json/utf8.h"

bool grid_size(struct grid *grid, int width, int height)
{
    width = width < 1 ? 1 : width > GRID_SIDE_MAX ? GRID_SIDE_MAX : width;
    height = height < 1 ? 1 : height > GRID_SIDE_MAX ? GRID_SIDE_MAX : height;
    const size_t count = (size_t)width * (size_t)height;
    if (grid->cells == NULL || width != grid->width || height != grid->height) {
        struct grid_cell *cells = realloc(grid->cells, count * sizeof *cells);
        if (cells == NULL) {
            return false;
        }
        grid->cells = cells;
        grid->width = width;
        grid->height = height;
    }
    for (size_t i = 0; i < count; i++) {
        grid->cells[i] = (struct grid_cell){" ", PAINT_PLAIN};
    }
    return true;
}

void grid_free(struct grid *grid)
{
    free(grid->cells);
    *grid = (struct grid){0};
}

static uint32_t decode(const char *text, size_t len)
{
    static const unsigned char firsts[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t point = (unsigned char)text[0] & firsts[len];
    for (size_t i = 1; i < len; i++) {
        point = point << 6 | ((unsigned char)text[i] & 0x3f);
    }
    return point;
}

/* One column wide, and moves nothing: Latin, Greek, Cyrillic, punctuation, arrows and drawing. */
static bool fits(uint32_t point)
{
    const struct {
        uint32_t from, until;
    } ranges[] = {{0x20, 0x7e},     {0xa1, 0xac},     {0xae, 0x2ff},    {0x370, 0x482},
                  {0x48a, 0x52f},   {0x2010, 0x2027}, {0x2030, 0x205e}, {0x2070, 0x20bf},
                  {0x2100, 0x22ff}, {0x2500, 0x25fc}};
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        if (point >= ranges[i].from && point <= ranges[i].until) {
            return true;
        }
    }
    return false;
}

/* The next character into `out`; returns the bytes it took. */
static size_t take(const char *text, bool plain, char out[5])
{
    const size_t len = utf8_length(text, strlen(text));
    memcpy(out, "?\0\0\0", 5);
    if (len == 0) {
        return 1;
    }
    if (fits(decode(text, len)) && (len == 1 || !plain)) {
        memcpy(out, text, len);
        out[len] = '\0';
    } else if (len == 1) {
        out[0] = text[0] == '\n' || text[0] == '\t' ? ' ' : '?';
    }
    return len;
}

int grid_columns(const char *text)
{
    char character[5];
    int columns = 0;
    for (; *text != '\0'; columns++) {
        text += take(text, false, character);
    }
    return columns;
}

int grid_put(struct grid *grid, int row, int column, int width, enum paint paint, const char *text)
{
    if (row < 0 || row >= grid->height || column < 0 || column >= grid->width || width <= 0) {
        return 0;
    }
    const int room = width < grid->width - column ? width : grid->width - column;
    struct grid_cell *cells = &grid->cells[row * grid->width + column];
    int taken = 0;
    for (; *text != '\0' && taken < room; taken++) {
        text += take(text, grid->plain, cells[taken].text);
        cells[taken].paint = (uint8_t)paint;
    }
    if (*text != '\0' && taken > 1) {
        memcpy(cells[taken - 1].text, "~", 2);
    }
    return taken;
}

void grid_put_right(struct grid *grid, int row, int column, int width, enum paint paint,
                    const char *text)
{
    const int columns = grid_columns(text);
    const int left = columns < width ? width - columns : 0;
    grid_put(grid, row, column + left, width - left, paint, text);
}

void grid_paint(struct grid *grid, int row, int column, int width, enum paint paint)
{
    for (int i = column; row >= 0 && row < grid->height && i < column + width && i < grid->width;
         i++) {
        grid->cells[row * grid->width + i].paint = (uint8_t)paint;
    }
}

static void fill(struct grid *grid, int row, int column, int width, enum paint paint,
                 const char *character)
{
    for (int i = 0; i < width; i++) {
        grid_put(grid, row, column + i, 1, paint, character);
    }
}

void grid_blank(struct grid *grid, int row)
{
    fill(grid, row, 0, grid->width, PAINT_PLAIN, " ");
}

void grid_rule(struct grid *grid, int row, int column, int width, const char *title)
{
    fill(grid, row, column, width, PAINT_SOFT, grid->plain ? "-" : "\u2500");
    if (width > 6) {
        grid_put(grid, row, column + 2, 1, PAINT_SOFT, " ");
        const int taken = grid_put(grid, row, column + 3, width - 6, PAINT_STRONG, title);
        grid_put(grid, row, column + 3 + taken, 1, PAINT_SOFT, " ");
    }
}

void grid_bar(struct grid *grid, int row, int column, int width, double part, enum paint paint)
{
    const double held = !(part > 0) ? 0 : part > 1 ? 1 : part;
    const int full = (int)(held * width + 0.5);
    fill(grid, row, column, full, paint, grid->plain ? "#" : "\u2588");
    fill(grid, row, column + full, width - full, PAINT_SOFT, grid->plain ? "." : "\u2591");
}

/* SPDX-License-Identifier: MIT */
#include "app/top.h"

#include "test.h"

static struct top top;
static struct grid grid;

static void hear(const char *text)
{
    EXPECT(sight_apply(&top.sight, text, strlen(text)));
}

/* A paper session with two positions and three pairs. */
static void begin(void)
{
    top = (struct top){.connected = true};
    hear("{\"type\":\"state\",\"sections\":{"
         "\"status\":{\"mode\":\"paper\",\"venue\":\"kraken\",\"currency\":\"USD\",\"equity\":"
         "\"10250.50000000\",\"day_pnl\":\"-43.47000000\",\"uptime_seconds\":3660,\"drawdown\":0."
         "012,"
         "\"entries_possible\":true,\"market_time\":\"2024-01-01T00:59:56.000Z\","
         "\"feed\":{\"connected\":true,\"fresh\":3},\"counters\":{\"decisions\":12,\"exits\":4}},"
         "\"pairs\":["
         "{\"pair\":\"BTC/USD\",\"last\":\"64210.5\",\"day_change\":0.02,\"health\":\"fresh\"},"
         "{\"pair\":\"ETH/USD\",\"last\":\"3105.25\",\"day_change\":-0.01,\"health\":\"stale\"},"
         "{\"pair\":\"PEPE/USD\",\"last\":null,\"day_change\":null,\"health\":\"warming\"}],"
         "\"positions\":["
         "{\"pair\":\"BTC/"
         "USD\",\"direction\":\"long\",\"quantity\":\"0.0100\",\"entry\":\"64000.0\","
         "\"last\":\"64210.5\",\"stop\":\"63000.0\",\"target\":\"68000.0\",\"unrealised\":\"1."
         "50000000\"},"
         "{\"pair\":\"ETH/USD\",\"direction\":\"long\",\"quantity\":\"1.0\",\"entry\":\"3200.00\","
         "\"last\":\"3105.25\",\"stop\":null,\"target\":null,\"unrealised\":\"-12.25000000\"}],"
         "\"risk\":{\"day_loss\":0.01,\"day_loss_max\":0.05,\"exposure\":0.2,\"exposure_max\":0.5,"
         "\"positions\":2,\"positions_max\":5}},"
         "\"thoughts\":[{\"time\":\"2024-01-01T00:55:00Z\",\"kind\":\"entry\",\"pair\":\"BTC/USD\","
         "\"sentence\":\"Bought 0.01 BTC/USD.\"}],\"trades\":[]}");
}

static void draw(int width, int height)
{
    EXPECT(grid_size(&grid, width, height));
    top_draw(&top, &grid);
}

/* A row's text without the blanks at its end. */
static void text_of(int row, char *out, size_t size)
{
    size_t len = 0, end = 0;
    for (int i = 0; i < grid.width; i++) {
        const char *text = grid.cells[row * grid.width + i].text;
        const size_t add = strlen(text);
        EXPECT(len + add < size);
        memcpy(out + len, text, add);
        len += add;
        end = text[0] != ' ' ? len : end;
    }
    out[end] = '\0';
}

/* The row in which the text stands; -1 when it is nowhere. */
static int row_of(const char *text)
{
    char line[GRID_SIDE_MAX * 4 + 1];
    for (int row = 0; row < grid.height; row++) {
        text_of(row, line, sizeof line);
        if (strstr(line, text) != NULL) {
            return row;
        }
    }
    return -1;
}

static void expect_row(int row, const char *want)
{
    char line[GRID_SIDE_MAX * 4 + 1];
    text_of(row, line, sizeof line);
    EXPECT_TEXT(line, want);
}

TEST(text_is_cut_at_its_width_and_cannot_move_the_cursor)
{
    char line[64];
    grid = (struct grid){0};
    EXPECT(grid_size(&grid, 12, 2));
    EXPECT_INT(grid_put(&grid, 0, 0, 6, PAINT_GAIN, "0123456789"), 6);
    expect_row(0, "01234~");
    EXPECT_INT(grid.cells[0].paint, PAINT_GAIN);
    grid_put(&grid, 1, 0, 12, PAINT_PLAIN, "a\033[2Jb\x9b\u4e2d\u202e\u00e9");
    text_of(1, line, sizeof line);
    EXPECT_TEXT(line, "a?[2Jb???\u00e9"); /* the byte 9b, a wide one, a turn of direction */
    EXPECT_INT(grid_put(&grid, 5, 0, 3, PAINT_PLAIN, "x"), 0);
    EXPECT_INT(grid_put(&grid, 0, 12, 3, PAINT_PLAIN, "x"), 0);
    grid_put_right(&grid, 0, 0, 12, PAINT_PLAIN, "right");
    expect_row(0, "01234~ right");
    grid_free(&grid);
}

TEST(plain_is_ascii_alone)
{
    grid = (struct grid){.plain = true};
    EXPECT(grid_size(&grid, 10, 2));
    grid_bar(&grid, 0, 0, 10, 0.5, PAINT_GAIN);
    expect_row(0, "#####.....");
    grid_put(&grid, 1, 0, 10, PAINT_PLAIN, "\u00e9t\u00e9");
    expect_row(1, "?t?");
    grid_free(&grid);
}

TEST(the_head_line_says_mode_equity_and_the_day)
{
    begin();
    draw(80, 24);
    expect_row(0,
               " PAPER  equity 10,250.50 USD  day -43.47  drawdown 1.20 %           up 1 h 1 min");
    EXPECT_INT(grid.cells[1].paint, PAINT_PAPER);
    EXPECT_INT(row_of("3/3 fresh"), 1);
    hear("{\"type\":\"section\",\"name\":\"status\",\"data\":{\"mode\":\"live\",\"equity\":\"1.0\"}"
         "}");
    draw(80, 24);
    EXPECT_INT(grid.cells[1].paint, PAINT_LIVE);
    EXPECT_INT(row_of(" LIVE "), 0);
    grid_free(&grid);
}

TEST(a_position_stands_with_stop_target_and_gain_in_80_columns)
{
    begin();
    draw(80, 24);
    const int row = row_of("BTC/USD");
    expect_row(row,
               "BTC/USD         +1.50    64210.5    63000.0    68000.0    64000.0       0.0100");
    EXPECT_INT(grid.cells[row * 80].paint, PAINT_CHOSEN);
    /* What is not chosen keeps its paint: the loss, and a stop that is not there. */
    EXPECT_INT(grid.cells[(row + 1) * 80 + 20].paint, PAINT_LOSS);
    EXPECT_INT(grid.cells[(row + 1) * 80 + 42].paint, PAINT_ALARM);
    EXPECT(row_of("2 of 5") > row && row_of("20.0 % of 50.0 %") > row);
    EXPECT(row_of("Bought 0.01 BTC/USD.") > row);
    grid_free(&grid);
}

TEST(a_lost_connection_is_said_at_once_and_silence_too)
{
    begin();
    top.connected = false;
    top.retry_s = 3;
    snprintf(top.trouble, sizeof top.trouble, "it was closed");
    draw(100, 30);
    EXPECT_INT(row_of("NO CONNECTION, trying again in 3 s: it was closed"), 1);
    EXPECT_INT(grid.cells[100 + 99].paint, PAINT_ALARM);
    top.connected = true;
    top.silent_s = 5;
    draw(100, 30);
    EXPECT_INT(row_of("no news for 5 s"), 1);
    grid_free(&grid);
}

TEST(every_tab_draws_at_every_size)
{
    begin();
    for (int tab = 0; tab < TOP_TAB_COUNT; tab++) {
        for (int width = 1; width < 220; width += width < 20 ? 1 : 13) {
            for (int height = 1; height < 70; height += height < 12 ? 1 : 7) {
                top.tab = (enum top_tab)tab;
                top.asks = height % 5 == 0 ? TOP_HELP : TOP_BROWSE;
                draw(width, height);
            }
        }
    }
    grid_free(&grid);
}

TEST(keys_choose_tabs_and_rows)
{
    begin();
    EXPECT_INT(top_key(&top, '3'), TOP_NOTHING);
    EXPECT_INT(top.tab, TOP_PAIRS);
    top_key(&top, TOP_KEY_DOWN);
    top_key(&top, TOP_KEY_DOWN);
    top_key(&top, TOP_KEY_DOWN);
    EXPECT_INT(top.chosen[TOP_PAIRS], 2); /* the last */
    top_key(&top, TOP_KEY_HOME);
    EXPECT_INT(top.chosen[TOP_PAIRS], 0);
    top_key(&top, TOP_KEY_BACK_TAB);
    EXPECT_INT(top.tab, TOP_POSITIONS);
    for (int i = 0; i < TOP_TAB_COUNT; i++) {
        top_key(&top, TOP_KEY_TAB);
    }
    EXPECT_INT(top.tab, TOP_POSITIONS);
    EXPECT_INT(top_key(&top, 'q'), TOP_QUIT);
    EXPECT_INT(top_key(&top, 'p'), TOP_PAUSE);
    EXPECT_INT(top_key(&top, 'r'), TOP_RESUME);
}

TEST(a_position_is_closed_after_a_yes_alone)
{
    begin();
    top_key(&top, TOP_KEY_DOWN);
    EXPECT_INT(top_key(&top, 'x'), TOP_NOTHING);
    draw(80, 24);
    EXPECT_INT(row_of("Close the position in ETH/USD?"), 23);
    EXPECT_INT(top_key(&top, 'n'), TOP_NOTHING);
    EXPECT_TEXT(top.message, "not confirmed; nothing was done");
    top_key(&top, 'x');
    EXPECT_INT(top_key(&top, 'y'), TOP_CLOSE);
    EXPECT_TEXT(top.subject, "ETH/USD");
    top.tab = TOP_THOUGHTS;
    top_key(&top, 'x');
    EXPECT_INT(top_key(&top, 'y'), TOP_NOTHING); /* no position is chosen there */
    grid_free(&grid);
}

static enum top_wish type(const char *text)
{
    for (; *text != '\0'; text++) {
        EXPECT_INT(top_key(&top, *text), TOP_NOTHING);
    }
    return top_key(&top, TOP_KEY_ENTER);
}

TEST(everything_is_sold_when_it_was_typed_exactly)
{
    begin();
    top_key(&top, 'F');
    EXPECT_INT(type("close al"), TOP_NOTHING);
    EXPECT_INT(top.asks, TOP_BROWSE);
    top_key(&top, 'F');
    EXPECT_INT(type("yes"), TOP_NOTHING);
    top_key(&top, 'F');
    EXPECT_INT(type("close all"), TOP_FLATTEN);
    top_key(&top, 'F');
    top_key(&top, TOP_KEY_ESCAPE);
    EXPECT_INT(top.asks, TOP_BROWSE);
}

static void expect_pairs(const char *want)
{
    uint16_t rows[TOP_ROW_MAX];
    char text[256] = "";
    const uint32_t count = top_rows(&top, TOP_PAIRS, rows);
    for (uint32_t i = 0; i < count; i++) {
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i > 0 ? " " : "",
                 top.sight.pairs[rows[i]].symbol);
    }
    EXPECT_TEXT(text, want);
}

TEST(pairs_are_sorted_by_any_column_and_what_is_unknown_comes_last)
{
    begin();
    top.tab = TOP_PAIRS;
    expect_pairs("BTC/USD ETH/USD PEPE/USD");
    top_key(&top, 's'); /* pair */
    top_key(&top, 's'); /* last, as a figure: 3105.25 before 64210.5 */
    expect_pairs("ETH/USD BTC/USD PEPE/USD");
    top_key(&top, 'S');
    expect_pairs("BTC/USD ETH/USD PEPE/USD");
    top_key(&top, '<');
    expect_pairs("PEPE/USD ETH/USD BTC/USD");
    top_key(&top, '<');
    EXPECT_INT(top.sort[TOP_PAIRS], 0);
}

TEST(a_filter_narrows_and_escape_takes_it_away)
{
    begin();
    top.tab = TOP_PAIRS;
    top_key(&top, '/');
    EXPECT_INT(type("eth"), TOP_NOTHING);
    expect_pairs("ETH/USD");
    top_key(&top, '/');
    top_key(&top, 'q'); /* a letter here, no command */
    expect_pairs("");
    top_key(&top, TOP_KEY_BACKSPACE);
    expect_pairs("BTC/USD ETH/USD PEPE/USD");
    top_key(&top, TOP_KEY_ESCAPE);
    EXPECT_INT(top.asks, TOP_BROWSE);
}

TEST(the_chosen_row_stays_in_sight)
{
    begin();
    top.sight.pair_count = 150;
    for (int i = 0; i < 150; i++) {
        snprintf(top.sight.pairs[i].symbol, sizeof top.sight.pairs[i].symbol, "P%03d/USD", i);
    }
    top.tab = TOP_PAIRS;
    draw(80, 24);
    top_key(&top, TOP_KEY_END);
    draw(80, 24);
    EXPECT(row_of("P149/USD") > 0 && row_of("P000/USD") < 0);
    top_key(&top, TOP_KEY_PAGE_UP);
    top_key(&top, TOP_KEY_PAGE_UP);
    draw(80, 24);
    EXPECT(row_of("P149/USD") < 0);
    top.sight.pair_count = 3; /* fewer than the row that was chosen */
    draw(80, 24);
    EXPECT(row_of("P002/USD") > 0);
    EXPECT_INT(top.chosen[TOP_PAIRS], 2);
    grid_free(&grid);
}

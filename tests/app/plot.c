/* SPDX-License-Identifier: MIT */
/* A picture, written and read back: what is drawn is where it belongs, in its colour. */
#include "app/plot.h"

#include <cairo.h>

#include "core/base/timestamp.h"
#include "test.h"

static cairo_status_t read_bytes(void *context, unsigned char *bytes, unsigned count)
{
    return fread(bytes, 1, count, context) == count ? CAIRO_STATUS_SUCCESS
                                                    : CAIRO_STATUS_READ_ERROR;
}

static cairo_surface_t *picture_of(const struct plot *plot)
{
    FILE *file = tmpfile();
    EXPECT(file != NULL && plot_png(plot, file));
    rewind(file);
    cairo_surface_t *surface = cairo_image_surface_create_from_png_stream(read_bytes, file);
    EXPECT_INT(cairo_surface_status(surface), CAIRO_STATUS_SUCCESS);
    EXPECT_INT(cairo_image_surface_get_width(surface), PLOT_WIDTH);
    EXPECT_INT(cairo_image_surface_get_height(surface), PLOT_HEIGHT);
    fclose(file);
    return surface;
}

enum colour { WHITE, BLUE, RED, GREY, OTHER };

static enum colour colour_at(cairo_surface_t *surface, int x, int y)
{
    const unsigned char *row = cairo_image_surface_get_data(surface) +
                               (ptrdiff_t)y * cairo_image_surface_get_stride(surface);
    const int blue = row[4 * x], green = row[4 * x + 1], red = row[4 * x + 2];
    if (blue > 250 && green > 250 && red > 250) {
        return WHITE;
    }
    return blue > red + 100 ? BLUE : red > blue + 40 ? RED : abs(blue - 173) < 12 ? GREY : OTHER;
}

/* The mean height of a colour in a column of pixels; -1 where there is none. */
static double height_of(cairo_surface_t *surface, int x, enum colour colour)
{
    double sum = 0, count = 0;
    for (int y = 130; y < PLOT_HEIGHT - 70; y++) {
        if (colour_at(surface, x, y) == colour) {
            sum += y;
            count++;
        }
    }
    return count > 0 ? sum / count : -1;
}

/* Equity rises from 10,000 to 20,000, what is held stays, and the fall is deepest in the middle. */
TEST(a_line_that_rises_rises_and_a_fall_hangs_down)
{
    enum { COUNT = 200 };
    int64_t times_ns[COUNT];
    double ours[COUNT], held[COUNT], falls[COUNT];
    for (int i = 0; i < COUNT; i++) {
        times_ns[i] = (int64_t)i * NS_PER_DAY;
        ours[i] = (10000 + 10000.0 * i / (COUNT - 1)) * 1e8;
        held[i] = 15000e8;
        falls[i] = -0.2 + 0.2 * fabs(i - 99.5) / 99.5;
    }
    const struct plot plot = {
        .title = "a title",
        .note = "a note",
        .count = COUNT,
        .times_ns = times_ns,
        .panel_count = 2,
        .panels = {{.title = "USD",
                    .height = 0.7,
                    .line_count = 2,
                    .lines = {{"equity", ours, PLOT_BLUE}, {"held", held, PLOT_GREY}}},
                   {.title = "drawdown",
                    .unit = PLOT_PART,
                    .height = 0.3,
                    .filled = true,
                    .line_count = 1,
                    .lines = {{"drawdown", falls, PLOT_RED}}}},
    };
    cairo_surface_t *surface = picture_of(&plot);
    const double left = height_of(surface, 200, BLUE), middle = height_of(surface, 845, BLUE),
                 right = height_of(surface, 1500, BLUE);
    EXPECT(left > middle + 100 && middle > right + 100 && right > 0);
    EXPECT_NEAR(height_of(surface, 300, GREY), height_of(surface, 1400, GREY), 2);
    EXPECT_NEAR(middle, height_of(surface, 300, GREY), 6);
    EXPECT(height_of(surface, 845, RED) > height_of(surface, 300, RED) + 30);
    EXPECT(height_of(surface, 300, RED) > left); /* the lower panel is below */
    /* Nothing crosses from the title into the panel. */
    EXPECT(height_of(surface, 150, GREY) < 0 ||
           fabs(height_of(surface, 150, GREY) - height_of(surface, 300, GREY)) < 2);
    cairo_surface_destroy(surface);
}

TEST(a_fan_opens_to_the_right)
{
    enum { COUNT = 101 };
    double low[COUNT], high[COUNT], middle[COUNT];
    for (int i = 0; i < COUNT; i++) {
        low[i] = -0.005 * i;
        high[i] = 0.005 * i;
        middle[i] = 0;
    }
    const struct plot plot = {
        .title = "",
        .note = "",
        .count = COUNT,
        .things = "days",
        .thing_count = 300,
        .panel_count = 1,
        .panels = {{.title = "gain",
                    .unit = PLOT_PART,
                    .height = 1,
                    .line_count = 1,
                    .lines = {{"median", middle, PLOT_RED}},
                    .band_count = 1,
                    .bands = {{low, high}}}},
    };
    cairo_surface_t *surface = picture_of(&plot);
    int shaded[2] = {0, 0};
    for (int y = 130; y < PLOT_HEIGHT - 70; y++) {
        shaded[0] += colour_at(surface, 330, y) == OTHER;
        shaded[1] += colour_at(surface, 1450, y) == OTHER;
    }
    EXPECT(shaded[0] > 40 && shaded[1] > 4 * shaded[0]);
    cairo_surface_destroy(surface);
}

TEST(one_point_and_values_that_never_differ_are_drawn_and_none_are_not)
{
    const int64_t time_ns = NS_PER_DAY;
    const double value = 1e12;
    struct plot plot = {
        .title = "t",
        .note = "n",
        .count = 1,
        .times_ns = &time_ns,
        .panel_count = 1,
        .panels =
            {{.title = "p", .height = 1, .line_count = 1, .lines = {{"l", &value, PLOT_BLUE}}}},
    };
    cairo_surface_destroy(picture_of(&plot));
    plot.count = 0;
    FILE *file = tmpfile();
    EXPECT(!plot_png(&plot, file));
    EXPECT_INT(ftell(file), 0);
    fclose(file);
}

TEST(a_disk_that_takes_nothing_is_told)
{
    const double values[] = {1, 2};
    const struct plot plot = {
        .title = "t",
        .note = "n",
        .count = 2,
        .things = "days",
        .thing_count = 1,
        .panel_count = 1,
        .panels =
            {{.title = "p", .height = 1, .line_count = 1, .lines = {{"l", values, PLOT_BLUE}}}},
    };
    FILE *full = fopen("/dev/full", "we");
    if (full == NULL) {
        skip();
    }
    setvbuf(full, NULL, _IONBF, 0);
    EXPECT(!plot_png(&plot, full));
    EXPECT(ferror(full) != 0);
    fclose(full);
}

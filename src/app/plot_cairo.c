/* SPDX-License-Identifier: MIT */
#include <cairo.h>
#include <fontconfig/fontconfig.h>
#include <math.h>

#include "app/plot.h"
#include "app/plot_tick.h"

#define LEFT 130.0
#define RIGHT 40.0
#define TOP 110.0
#define BOTTOM 60.0
#define BETWEEN 50.0 /* two panels */
#define FONT 20.0
#define TIMES_WANTED 9

const bool plot_is_built = true;

struct rgb {
    double red, green, blue;
};

static const struct rgb inks[] = {
    [PLOT_BLUE] = {0.09, 0.41, 0.84},
    [PLOT_GREY] = {0.60, 0.63, 0.68},
    [PLOT_RED] = {0.84, 0.27, 0.27},
    [PLOT_BROWN] = {0.76, 0.33, 0.11},
};

/* One panel on the canvas. */
struct frame {
    cairo_t *cairo;
    const struct plot *plot;
    const struct plot_panel *panel;
    double top, height;
    double low, high; /* values at its bottom and top */
};

static void ink(cairo_t *cairo, enum plot_ink which, double alpha)
{
    cairo_set_source_rgba(cairo, inks[which].red, inks[which].green, inks[which].blue, alpha);
}

static void dark(cairo_t *cairo)
{
    cairo_set_source_rgb(cairo, 0.15, 0.18, 0.22);
}

static double x_of(const struct plot *plot, size_t i)
{
    const double width = PLOT_WIDTH - LEFT - RIGHT;
    const size_t last = plot->count - 1;
    if (plot->times_ns == NULL) {
        return LEFT + width * (last > 0 ? (double)i / (double)last : 0);
    }
    const double span = (double)(plot->times_ns[last] - plot->times_ns[0]);
    return LEFT + width * (span > 0 ? (double)(plot->times_ns[i] - plot->times_ns[0]) / span : 0);
}

static double y_of(const struct frame *frame, double value)
{
    return frame->top + frame->height * (frame->high - value) / (frame->high - frame->low);
}

/* Text that ends at x, begins there, or stands round it. */
static void put_text(cairo_t *cairo, double x, double y, double align, const char *text)
{
    cairo_text_extents_t extents;
    cairo_text_extents(cairo, text, &extents);
    cairo_move_to(cairo, x - align * extents.x_advance, y);
    cairo_show_text(cairo, text);
    cairo_new_path(cairo); /* text leaves a point behind, from which a line would begin */
}

static void stretch(struct frame *frame, const double *y, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        frame->low = fmin(frame->low, y[i]);
        frame->high = fmax(frame->high, y[i]);
    }
}

static void measure(struct frame *frame)
{
    const struct plot_panel *panel = frame->panel;
    frame->low = panel->filled ? 0 : INFINITY;
    frame->high = panel->filled ? 0 : -INFINITY;
    for (uint32_t i = 0; i < panel->line_count; i++) {
        stretch(frame, panel->lines[i].y, frame->plot->count);
    }
    for (uint32_t i = 0; i < panel->band_count; i++) {
        stretch(frame, panel->bands[i].low, frame->plot->count);
        stretch(frame, panel->bands[i].high, frame->plot->count);
    }
    const double span = frame->high - frame->low;
    const double room = span > 0 ? span * 0.04 : fmax(fabs(frame->high) * 0.01, 1e-6);
    frame->high += panel->filled && frame->high == 0 ? 0 : room;
    frame->low -= room;
}

static void put_grid(const struct frame *frame)
{
    cairo_t *cairo = frame->cairo;
    struct tick ticks[TICK_MAX];
    const size_t count = ticks_of_values(frame->low, frame->high, frame->panel->unit,
                                         frame->height > 250 ? 7 : 3, ticks);
    cairo_set_line_width(cairo, 1);
    for (size_t i = 0; i < count; i++) {
        const double y = round(y_of(frame, ticks[i].at)) + 0.5;
        cairo_set_source_rgb(cairo, 0.87, 0.89, 0.92);
        cairo_move_to(cairo, LEFT, y);
        cairo_line_to(cairo, PLOT_WIDTH - RIGHT, y);
        cairo_stroke(cairo);
        dark(cairo);
        put_text(cairo, LEFT - 12, y + FONT * 0.35, 1, ticks[i].text);
    }
    dark(cairo);
    put_text(cairo, LEFT, frame->top - 14, 0, frame->panel->title);
}

static void trace(const struct frame *frame, const double *y)
{
    for (size_t i = 0; i < frame->plot->count; i++) {
        cairo_line_to(frame->cairo, x_of(frame->plot, i), y_of(frame, y[i]));
    }
}

static void put_bands(const struct frame *frame)
{
    const struct plot_panel *panel = frame->panel;
    for (uint32_t b = 0; b < panel->band_count; b++) {
        trace(frame, panel->bands[b].low);
        for (size_t i = frame->plot->count; i-- > 0;) {
            cairo_line_to(frame->cairo, x_of(frame->plot, i), y_of(frame, panel->bands[b].high[i]));
        }
        cairo_close_path(frame->cairo);
        ink(frame->cairo, PLOT_BLUE, 0.18);
        cairo_fill(frame->cairo);
    }
}

static void put_lines(const struct frame *frame)
{
    const struct plot_panel *panel = frame->panel;
    cairo_t *cairo = frame->cairo;
    if (panel->filled) {
        cairo_move_to(cairo, x_of(frame->plot, 0), y_of(frame, 0));
        trace(frame, panel->lines[0].y);
        cairo_line_to(cairo, x_of(frame->plot, frame->plot->count - 1), y_of(frame, 0));
        cairo_close_path(cairo);
        ink(cairo, panel->lines[0].ink, 0.45);
        cairo_fill(cairo);
    }
    cairo_set_line_width(cairo, 2);
    /* The first line is what it is about: on top. */
    for (uint32_t i = panel->line_count; i-- > 0;) {
        trace(frame, panel->lines[i].y);
        ink(cairo, panel->lines[i].ink, 1);
        cairo_stroke(cairo);
    }
}

/* From the right, beside the panel's title. */
static void put_legend(const struct frame *frame)
{
    const struct plot_panel *panel = frame->panel;
    cairo_t *cairo = frame->cairo;
    double x = PLOT_WIDTH - RIGHT;
    for (uint32_t i = panel->line_count; panel->line_count > 1 && i-- > 0;) {
        cairo_text_extents_t extents;
        cairo_text_extents(cairo, panel->lines[i].name, &extents);
        x -= extents.x_advance;
        dark(cairo);
        put_text(cairo, x, frame->top - 14, 0, panel->lines[i].name);
        ink(cairo, panel->lines[i].ink, 1);
        cairo_rectangle(cairo, x - 40, frame->top - 23, 30, 5);
        cairo_fill(cairo);
        x -= 70;
    }
}

static double tick_x(const struct plot *plot, double at)
{
    const double width = PLOT_WIDTH - LEFT - RIGHT;
    const double first = plot->times_ns == NULL ? 0 : (double)plot->times_ns[0];
    const double last =
        plot->times_ns == NULL ? plot->thing_count : (double)plot->times_ns[plot->count - 1];
    return LEFT + (last > first ? width * (at - first) / (last - first) : 0);
}

/* Below all panels, with a line through each. */
static void put_axis(cairo_t *cairo, const struct plot *plot)
{
    struct tick ticks[TICK_MAX];
    const size_t count = plot->times_ns == NULL
                             ? ticks_of_things(plot->thing_count, TIMES_WANTED, ticks)
                             : ticks_of_times(plot->times_ns[0], plot->times_ns[plot->count - 1],
                                              TIMES_WANTED, ticks);
    const double y = PLOT_HEIGHT - BOTTOM;
    cairo_set_line_width(cairo, 1);
    for (size_t i = 0; i < count; i++) {
        const double x = fmax(round(tick_x(plot, ticks[i].at)), LEFT) + 0.5;
        cairo_set_source_rgb(cairo, 0.80, 0.83, 0.87);
        cairo_move_to(cairo, x, y);
        cairo_line_to(cairo, x, y + 8);
        cairo_stroke(cairo);
        dark(cairo);
        put_text(cairo, x, y + 34, x > PLOT_WIDTH - RIGHT - 60 ? 1 : 0.5, ticks[i].text);
    }
    if (plot->times_ns == NULL) {
        put_text(cairo, LEFT - 12, y + 34, 1, plot->things);
    }
}

static void put_head(cairo_t *cairo, const char *title, const char *note)
{
    cairo_set_source_rgb(cairo, 1, 1, 1);
    cairo_paint(cairo);
    cairo_select_font_face(cairo, "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_BOLD);
    cairo_set_font_size(cairo, FONT * 1.3);
    dark(cairo);
    put_text(cairo, 30, 38, 0, title);
    cairo_select_font_face(cairo, "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cairo, FONT * 0.85);
    put_text(cairo, 30, 66, 0, note);
}

static void draw(cairo_t *cairo, const void *context)
{
    const struct plot *plot = context;
    put_head(cairo, plot->title, plot->note);
    const double room = PLOT_HEIGHT - TOP - BOTTOM - BETWEEN * (plot->panel_count - 1);
    double top = TOP;
    for (uint32_t i = 0; i < plot->panel_count; i++) {
        struct frame frame = {.cairo = cairo,
                              .plot = plot,
                              .panel = &plot->panels[i],
                              .top = top,
                              .height = room * plot->panels[i].height};
        measure(&frame);
        put_grid(&frame);
        put_bands(&frame);
        put_lines(&frame);
        put_legend(&frame);
        top += frame.height + BETWEEN;
    }
    put_axis(cairo, plot);
}

static cairo_status_t write_bytes(void *context, const unsigned char *bytes, unsigned count)
{
    return fwrite(bytes, 1, count, context) == count ? CAIRO_STATUS_SUCCESS
                                                     : CAIRO_STATUS_WRITE_ERROR;
}

typedef void draw_picture(cairo_t *cairo, const void *context);

static bool picture(draw_picture *draws, const void *context, FILE *out)
{
    cairo_surface_t *surface =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, PLOT_WIDTH, PLOT_HEIGHT);
    cairo_t *cairo = cairo_create(surface);
    draws(cairo, context);
    const bool good =
        cairo_status(cairo) == CAIRO_STATUS_SUCCESS &&
        cairo_surface_write_to_png_stream(surface, write_bytes, out) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(cairo);
    cairo_surface_destroy(surface);
    /* Fonts that both keep for the next picture: they would be found as a leak at the end. */
    cairo_debug_reset_static_data();
    FcFini();
    return good;
}

bool plot_png(const struct plot *plot, FILE *out)
{
    return plot->count > 0 && picture(draw, plot, out);
}

static void draw_bars(cairo_t *cairo, const void *context)
{
    const struct plot_bars *bars = context;
    const double left = 300, height = (PLOT_HEIGHT - TOP - BOTTOM) / PLOT_BAR_MAX;
    double most = 0;
    put_head(cairo, bars->title, bars->note);
    for (uint32_t i = 0; i < bars->count; i++) {
        most = fmax(most, bars->parts[i]);
    }
    for (uint32_t i = 0; i < bars->count && most > 0; i++) {
        const double y = TOP + i * height,
                     width = bars->parts[i] / most * (PLOT_WIDTH - left - 150);
        char text[TICK_TEXT_MAX];
        ink(cairo, PLOT_BLUE, 1);
        cairo_rectangle(cairo, left, y + height * 0.15, width, height * 0.7);
        cairo_fill(cairo);
        dark(cairo);
        put_text(cairo, left - 12, y + height * 0.7, 1, bars->names[i]);
        snprintf(text, sizeof text, "%.1f %%", 100 * bars->parts[i]);
        put_text(cairo, left + width + 10, y + height * 0.7, 0, text);
    }
}

bool plot_bars_png(const struct plot_bars *bars, FILE *out)
{
    return bars->count > 0 && picture(draw_bars, bars, out);
}

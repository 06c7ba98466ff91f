/* SPDX-License-Identifier: MIT */
/*
 * What else could have come of it, as one HTML page that opens from disk: of each kind of draw a
 * fan over time, and the run as it came across it; of moved parameters a mark for each run.
 */
#include <math.h>

#include "app/html.h"
#include "app/monte_carlo.h"
#include "app/monte_carlo_text.h"

#define WIDTH 1000.0
#define FAN_HEIGHT 320.0
#define MARKS_HEIGHT 60.0

static const char script[] =
    "document.querySelectorAll('svg[data-fan]').forEach(svg=>{const fan=fans[svg.dataset.fan],"
    "read=document.getElementById('read-'+svg.dataset.fan),hair=svg.querySelector('.hair'),"
    "part=x=>((x-1)*100).toFixed(1)+' %';svg.onpointermove=e=>{"
    "const box=svg.getBoundingClientRect(),n=fan.length-1,"
    "i=Math.max(0,Math.min(n,Math.round((e.clientX-box.left)/box.width*n))),f=fan[i],x=i/n*1000;"
    "hair.setAttribute('x1',x);hair.setAttribute('x2',x);hair.style.visibility='visible';"
    "read.textContent='after '+i+' % of them: as it came '+part(f[0])+'; 5 % of the runs below '"
    "+part(f[1])+', 25 % '+part(f[2])+', half '+part(f[3])+', 75 % '+part(f[4])+', 95 % '"
    "+part(f[5])};svg.onpointerleave=()=>hair.style.visibility='hidden'});";

struct picture {
    const struct drawn *drawn;
    double low, high;
};

static void stretch(struct picture *picture)
{
    picture->low = picture->high = 1;
    for (size_t point = 0; point <= FAN_POINTS; point++) {
        const double own = picture->drawn->own[point], *bands = picture->drawn->fan[point];
        picture->low = fmin(picture->low, fmin(own, bands[0]));
        picture->high = fmax(picture->high, fmax(own, bands[BAND_COUNT - 1]));
    }
    if (picture->high <= picture->low) {
        picture->high = picture->low + 1;
    }
}

static double x_of(size_t point)
{
    return WIDTH * (double)point / FAN_POINTS;
}

static double y_of(const struct picture *picture, double equity)
{
    return FAN_HEIGHT - 8 -
           (equity - picture->low) / (picture->high - picture->low) * (FAN_HEIGHT - 16);
}

/* Along one band, and back along another. */
static void put_between(FILE *out, const struct picture *picture, const char *style, int low,
                        int high)
{
    fprintf(out, "<polygon class=\"%s\" points=\"", style);
    for (size_t i = 0; i <= FAN_POINTS; i++) {
        fprintf(out, "%.1f,%.1f ", x_of(i), y_of(picture, picture->drawn->fan[i][low]));
    }
    for (size_t i = FAN_POINTS + 1; i-- > 0;) {
        fprintf(out, "%.1f,%.1f ", x_of(i), y_of(picture, picture->drawn->fan[i][high]));
    }
    fputs("\"/>", out);
}

static void put_lines(FILE *out, const struct picture *picture)
{
    fprintf(out, "<line class=\"grid\" x1=\"0\" x2=\"%g\" y1=\"%.1f\" y2=\"%.1f\"/>", WIDTH,
            y_of(picture, 1), y_of(picture, 1));
    fputs("<polyline class=\"ours\" points=\"", out);
    for (size_t i = 0; i <= FAN_POINTS; i++) {
        fprintf(out, "%.1f,%.1f ", x_of(i), y_of(picture, picture->drawn->fan[i][BAND_COUNT / 2]));
    }
    fputs("\"/><polyline class=\"own\" points=\"", out);
    for (size_t i = 0; i <= FAN_POINTS; i++) {
        fprintf(out, "%.1f,%.1f ", x_of(i), y_of(picture, picture->drawn->own[i]));
    }
    fprintf(out, "\"/><line class=\"hair\" y1=\"0\" y2=\"%g\"/></svg>\n", FAN_HEIGHT);
}

static void put_fan(FILE *out, const struct drawn *drawn, const char *key, const char *what)
{
    struct picture picture = {.drawn = drawn};
    char low[CELL], high[CELL];
    stretch(&picture);
    fprintf(out,
            "<h2>%s</h2>\n<p id=\"read-%s\" class=\"quiet\">Point at the fan to read it off.</p>\n"
            "<svg data-fan=\"%s\" viewBox=\"0 0 %g %g\" preserveAspectRatio=\"none\" "
            "height=\"320\">",
            what, key, key, WIDTH, FAN_HEIGHT);
    put_between(out, &picture, "wide-band", 0, BAND_COUNT - 1);
    put_between(out, &picture, "narrow-band", 1, BAND_COUNT - 2);
    put_lines(out, &picture);
    fprintf(out,
            "<p class=\"quiet\">equity from %s (bottom) to %s (top); the grey line is the capital, "
            "the blue one the median, the shades hold half and nine tenths of the runs, and the "
            "brown line is the run as it came</p>\n<script>fans.%s=[",
            text_percent(low, picture.low - 1), text_percent(high, picture.high - 1), key);
    for (size_t i = 0; i <= FAN_POINTS; i++) {
        fprintf(out, "%s[%.5g", i > 0 ? "," : "", drawn->own[i]);
        for (int k = 0; k < BAND_COUNT; k++) {
            fprintf(out, ",%.5g", drawn->fan[i][k]);
        }
        fputc(']', out);
    }
    fputs("];</script>\n", out);
}

static void put_jitter(FILE *out, const struct monte_carlo_job *job)
{
    const double present = job->result.ours.total_return;
    double low = fmin(present, 0), high = fmax(present, 0);
    char a[CELL], b[CELL], least[64], most[64], own[64];
    for (uint64_t i = 0; i < job->flags.jitter; i++) {
        low = fmin(low, job->jittered[i].total_return);
        high = fmax(high, job->jittered[i].total_return);
    }
    const double by = high > low ? (WIDTH - 20) / (high - low) : 0;
    fprintf(out,
            "<h2>Parameters moved</h2>\n<svg viewBox=\"0 0 %g %g\" preserveAspectRatio=\"none\" "
            "height=\"60\">",
            WIDTH, MARKS_HEIGHT);
    for (uint64_t i = 0; i < job->flags.jitter; i++) {
        const double x = 10 + (job->jittered[i].total_return - low) * by;
        fprintf(out, "<line class=\"mark\" x1=\"%.1f\" x2=\"%.1f\" y1=\"15\" y2=\"45\"/>", x, x);
    }
    fprintf(out,
            "<line class=\"held\" x1=\"%.1f\" x2=\"%.1f\" y1=\"0\" y2=\"60\"/>"
            "<line class=\"own\" x1=\"%.1f\" x2=\"%.1f\" y1=\"5\" y2=\"55\"/></svg>\n",
            10 - low * by, 10 - low * by, 10 + (present - low) * by, 10 + (present - low) * by);
    fprintf(
        out,
        "<p class=\"quiet\">total return from %s (left) to %s (right): a blue mark a run, brown "
        "the present settings, grey nothing gained</p>\n"
        "<table><tr><th>parameter</th><th>present</th><th>from</th><th>to</th></tr>\n",
        text_percent(a, low), text_percent(b, high));
    for (uint32_t i = 0; i < job->jitter->count; i++) {
        const struct axis *axis = &job->jitter->axes[i];
        fputs("<tr>", out);
        html_cell(out, axis->name);
        html_cell(out, axis_text(axis, job->jitter->present[i], own, sizeof own));
        html_cell(out, axis_text(axis, axis->min, least, sizeof least));
        html_cell(out, axis_text(axis, axis->max, most, sizeof most));
        fputs("</tr>\n", out);
    }
    fputs("</table>\n", out);
}

static void put_table(FILE *out, const struct monte_carlo_job *job)
{
    struct monte_carlo_row rows[MONTE_CARLO_ROW_MAX];
    const uint32_t count = monte_carlo_rows(job, rows);
    char text[CELL];
    fputs("<table><tr><th>so much of the runs is below:</th><th>as it came</th>", out);
    for (int i = 0; i < BAND_COUNT; i++) {
        fprintf(out, "<th>%.0f %%</th>", band_levels[i] * 100);
    }
    fputs("</tr>\n", out);
    for (uint32_t i = 0; i < count; i++) {
        fputs("<tr>", out);
        if (rows[i].bands == NULL) {
            fprintf(out, "<td colspan=\"%d\"><b>", BAND_COUNT + 2);
            html_text(out, rows[i].name);
            fputs("</b></td></tr>\n", out);
            continue;
        }
        html_cell(out, rows[i].name);
        html_cell(out, rows[i].put(text, rows[i].own));
        for (int k = 0; k < BAND_COUNT; k++) {
            html_cell(out, rows[i].put(text, rows[i].bands->at[k]));
        }
        fputs("</tr>\n", out);
    }
    fputs("</table>\n", out);
}

void monte_carlo_html(const void *context, FILE *out)
{
    const struct monte_carlo_job *job = context;
    const struct backtest *run = &job->result;
    char from[CELL], until[CELL], text[MONTE_CARLO_TEXT_MAX];
    html_begin(out, "Monte Carlo", job->name);
    fprintf(out, "<p>%s to %s, %zu bars of %s</p>\n<script>const fans={};</script>\n",
            text_date(from, run->start_ns), text_date(until, run->end_ns), run->bar_count,
            timeframe_names[job->setup.engine.base]);
    put_table(out, job);
    for (int i = 0; monte_carlo_sentence(job, i, text); i++) {
        fputs("<p>", out);
        html_text(out, text);
        fputs("</p>\n", out);
    }
    if (job->bootstrap.count > 0) {
        put_fan(out, &job->bootstrap, "bootstrap", "History drawn anew in blocks");
    }
    if (job->shuffle.count > 0) {
        put_fan(out, &job->shuffle, "shuffle", "Its trades in another order");
    }
    if (job->flags.jitter > 0) {
        put_jitter(out, job);
    }
    fprintf(out, "<p class=\"quiet\">cuttle %s</p>\n<script>%s</script>\n</body></html>\n",
            CUTTLE_VERSION, script);
}

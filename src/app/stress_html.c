/* SPDX-License-Identifier: MIT */
/* The report as a page that opens from disk: the verdict, response time and memory over time. */
#include <math.h>

#include "app/html.h"
#include "app/stress.h"
#include "core/base/timestamp.h"
#include "operator/sentence/sentence.h"

#define WIDTH 1000.0
#define HEIGHT 200.0
#define POINTS_MAX 500

typedef double reader(const struct stress_sample *sample);

/* The longest of a round's answers. */
static double read_took(const struct stress_sample *sample)
{
    double most = NAN;
    for (int k = 0; k < STRESS_ASK_COUNT; k++) {
        most = fmax(most, sample->took_ms[k]);
    }
    return most;
}

static double read_rss(const struct stress_sample *sample)
{
    return sample->rss_mb;
}

/* What a stretch of rounds comes to: the highest of them. */
static double highest(const struct stress *stress, reader *read, uint32_t from, uint32_t until)
{
    double most = NAN;
    for (uint32_t i = from; i < until; i++) {
        most = fmax(most, read(&stress->samples[i]));
    }
    return most;
}

static void put_chart(const struct stress *stress, const char *what, const char *unit, reader *read,
                      FILE *out)
{
    const uint32_t count = stress->sample_count;
    const uint32_t points = count < POINTS_MAX ? count : POINTS_MAX;
    const double top = highest(stress, read, 0, count);
    fprintf(out, "<h2>%s</h2>\n", what);
    if (isnan(top)) {
        fputs("<p class=\"quiet\">It could not be seen from here.</p>\n", out);
        return;
    }
    fprintf(out,
            "<svg viewBox=\"0 0 %g %g\" preserveAspectRatio=\"none\" height=\"200\" role=\"img\" "
            "aria-label=\"%s\">",
            WIDTH, HEIGHT, what);
    for (int i = 0; i < 5; i++) {
        const double y = 8 + (HEIGHT - 16) * i / 4;
        fprintf(out, "<line class=\"grid\" x1=\"0\" x2=\"%g\" y1=\"%g\" y2=\"%g\"/>", WIDTH, y, y);
    }
    const char *open = "<polyline class=\"ours\" points=\"";
    bool drawing = false;
    for (uint32_t i = 0; i < points; i++) {
        const double value = highest(stress, read, (uint32_t)((uint64_t)i * count / points),
                                     (uint32_t)((uint64_t)(i + 1) * count / points));
        if (isnan(value)) { /* a line is broken where nothing answered */
            fputs(drawing ? "\"/>" : "", out);
            drawing = false;
            continue;
        }
        fprintf(out, "%s%.1f,%.1f ", drawing ? "" : open, points > 1 ? WIDTH * i / (points - 1) : 0,
                HEIGHT - 8 - (top > 0 ? value / top : 0) * (HEIGHT - 16));
        drawing = true;
    }
    fprintf(out, "%s</svg>\n<p class=\"quiet\">from 0 (bottom) to %.1f %s (top)%s</p>\n",
            drawing ? "\"/>" : "", top, unit,
            points < count ? "; of each stretch the highest" : "");
}

static void put_rows(const struct stress_verdict *verdict, FILE *out)
{
    fputs("<table><thead><tr><th>what</th><th>verdict</th><th>figures</th><th>bounds</th></tr>"
          "</thead><tbody>\n",
          out);
    for (uint32_t i = 0; i < verdict->count; i++) {
        const struct stress_row *row = &verdict->rows[i];
        fputs("<tr>", out);
        html_cell(out, row->name);
        html_cell(out, stress_words[row->state]);
        html_cell(out, row->figures);
        html_cell(out, row->bounds);
        fputs("</tr>\n", out);
    }
    fputs("</tbody></table>\n", out);
}

static void put_pairs(const struct stress *stress, FILE *out)
{
    fputs("<h2>Pairs</h2>\n<div class=\"wide\"><table><thead><tr><th>pair</th><th>longest without "
          "news, market seconds</th><th>rounds stale</th></tr></thead><tbody>\n",
          out);
    for (uint32_t i = 0; i < stress->pair_count; i++) {
        fputs("<tr>", out);
        html_cell(out, stress->pairs[i].symbol);
        fprintf(out, "<td>%.1f</td><td>%llu</td></tr>\n", stress->pairs[i].worst_age_s,
                (unsigned long long)stress->pairs[i].stale_count);
    }
    fputs("</tbody></table></div>\n", out);
}

void stress_html(const struct stress *stress, const struct stress_verdict *verdict, FILE *out)
{
    char from[TIMESTAMP_TEXT_MAX], length[48];
    timestamp_format(from, stress->began_wall_ns, 0);
    sentence_duration(length, sizeof length, stress->ended_wall_ns - stress->began_wall_ns);
    html_begin(out, "cuttle stress", stress->address);
    fprintf(out,
            "<p>Verdict: <b>%s</b></p>\n<p class=\"quiet\">%s from %s on%s; %u rounds, one "
            "each %g s; ",
            stress_words[verdict->state], length, from, stress->interrupted ? ", interrupted" : "",
            stress->sample_count, stress->flags.interval_s);
    html_text(out, stress->status.mode);
    fputs(", cuttle ", out);
    html_text(out, stress->status.version);
    fputs("</p>\n", out);
    put_rows(verdict, out);
    put_chart(stress, "Response time, the longest of each round", "ms", read_took, out);
    put_chart(stress, "Memory", "MB", read_rss, out);
    put_pairs(stress, out);
    fprintf(out, "<script>%s</script>\n</body></html>\n", html_sorting);
}

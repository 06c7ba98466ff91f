/* SPDX-License-Identifier: MIT */
/*
 * A search as one HTML page that opens from disk and asks nobody for anything; written anew while
 * the search runs, and read anew by the browser until it is over. Of very many sets some thousands
 * are in it, evenly taken; trials.jsonl has all.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "app/html.h"
#include "app/search.h"
#include "app/search_heat.h"
#include "app/search_text.h"

#define LEADERS 50
#define SETS_MAX 5000
#define AGAIN_S 5
#define SCATTER_WIDTH 640.0
#define SCATTER_HEIGHT 320.0

static const char style[] =
    ".bar{display:inline-block;height:.8em;background:#1668d6}select{font:inherit;margin:0 .4em}"
    ".dot{fill:#1668d6;opacity:.75}.now{fill:#d64545}.even{stroke:#98a1ae;stroke-dasharray:4 4}"
    "#heat{max-width:760px}#heat text{font-size:12px}.scatter{max-width:640px}"
    "td.set{text-align:left}";

static const char script[] =
    "const heat=document.getElementById('heat');if(heat){"
    "const ends=[[68,1,84],[59,82,139],[33,145,140],[94,201,98],[253,231,37]],"
    "shade=t=>{const i=Math.min(3,Math.floor(t*4)),f=t*4-i;"
    "return'rgb('+ends[i].map((a,k)=>Math.round(a+(ends[i+1][k]-a)*f))+')'},"
    "pick=id=>{const s=document.getElementById(id);"
    "if(!s.options.length)axes.forEach((a,i)=>s.add(new Option(a.name,i)));return s},"
    "x=pick('across'),y=pick('down'),draw=()=>{const X=axes[x.value],Y=axes[y.value],"
    "sum={},n={};sets.forEach(s=>{if(s[0]===null)return;const k=s[+y.value+1]+','+s[+x.value+1];"
    "sum[k]=(sum[k]||0)+s[0];n[k]=(n[k]||0)+1});const v=Object.keys(sum).map(k=>sum[k]/n[k]),"
    "low=Math.min(...v),high=Math.max(...v),w=640/X.labels.length,h=320/Y.labels.length;"
    "let t='';for(let r=0;r<Y.labels.length;r++)for(let c=0;c<X.labels.length;c++){"
    "const k=r+','+c,m=n[k]?sum[k]/n[k]:null;t+=`<rect x=${90+c*w} y=${r*h} width=${w+.5} "
    "height=${h+.5} fill=\"${m===null?'none':shade(high>low?(m-low)/(high-low):.5)}\">"
    "<title>${X.name} ${X.labels[c]}, ${Y.name} ${Y.labels[r]}: ${m===null?'no set':"
    "m.toFixed(3)+' ('+n[k]+')'}</title></rect>`}"
    "Y.labels.forEach((l,r)=>{if(h>13||r%Math.ceil(13/h)==0)"
    "t+=`<text x=84 y=${r*h+h/2+4} text-anchor=end>${l}</text>`});"
    "X.labels.forEach((l,c)=>{if(w>44||c%Math.ceil(44/w)==0)"
    "t+=`<text x=${90+c*w+w/2} y=336 text-anchor=middle>${l}</text>`});"
    "heat.innerHTML=t;document.getElementById('ends').textContent=v.length?"
    "'from '+low.toFixed(3)+' (dark) to '+high.toFixed(3)+' (light): the mean of all sets in a "
    "cell':'no set yet'};x.value=first[0];y.value=first[1];x.onchange=y.onchange=draw;draw()}";

static void put_head(const struct search_job *job, bool runs, FILE *out)
{
    const struct objective *objective = &job->flags.objective;
    char a[CELL], b[CELL], c[CELL], text[512];
    html_begin(out, "Search", job->name);
    fprintf(out,
            "<style>%s</style>\n<p>%s search for the best %s, with at least %" PRIu64 " trades",
            style, search_method_names[job->flags.method], objective_names[objective->kind],
            objective->trades_min);
    if (objective->drawdown_max < 1) {
        fprintf(out, " and a drawdown of %s at most", text_share(a, objective->drawdown_max));
    }
    fprintf(out, "</p>\n<p>in sample %s to %s", text_date(a, job->from_ns),
            text_date(b, job->cut_ns));
    if (job->cut_ns < job->until_ns) {
        fprintf(out, "; out of sample, never searched, to %s", text_date(c, job->until_ns));
    }
    search_counts(job, text, sizeof text);
    fprintf(out, "</p>\n<p>%s</p>\n", text);
    search_say_path(job, text, sizeof text);
    fprintf(out, "<p>%s</p>\n", text);
    if (job->interrupted) {
        fputs("<p>interrupted; it goes on with: cuttle search --resume ", out);
        html_text(out, job->name);
        fputs("</p>\n", out);
    } else if (runs) {
        search_progress(job, text, sizeof text);
        fprintf(out, "<p>under way: %s</p>\n", text);
    }
}

static void put_outcome(const struct search_job *job, const struct outcome *outcome, FILE *out)
{
    char text[CELL];
    html_cell(out, search_value(job, outcome, text));
    html_cell(out, text_percent(text, outcome->profit));
    html_cell(out, text_share(text, outcome->drawdown));
    fprintf(out, "<td>%" PRIu64 "</td>", outcome->trades);
}

static void put_set(const struct search_job *job, const struct trial *trial, FILE *out)
{
    char set[SEARCH_SET_MAX] = "as it is now";
    if (trial != NULL) {
        search_set(job, &trial->point, set);
    }
    html_cell(out, trial != NULL ? trial_path_names[trial->path] : "engine");
    fputs("<td class=\"set\">", out);
    html_text(out, set);
    fputs("</td></tr>\n", out);
}

static const struct trial *trial_of(const struct search_job *job, const struct finalist *finalist)
{
    return finalist->trial == SIZE_MAX ? NULL : &job->search.trials[finalist->trial];
}

static void put_finalists(const struct search_job *job, FILE *out)
{
    const char *what = objective_names[job->flags.objective.kind];
    const bool cut = job->cut_ns < job->until_ns;
    fprintf(out,
            "<h2>In sample beside out of sample</h2>\n<div class=\"wide\"><table><thead><tr>"
            "<th>rank</th><th>%s</th><th>profit</th><th>drawdown</th><th>trades</th>",
            what);
    if (cut) {
        fprintf(out, "<th>%s out</th><th>profit</th><th>drawdown</th><th>trades</th>", what);
    }
    fputs("<th>path</th><th>set</th></tr></thead><tbody>\n", out);
    for (uint32_t i = 0; i <= job->finalist_count; i++) {
        const struct finalist *finalist = &job->finalists[i];
        if (i < job->finalist_count) {
            fprintf(out, "<tr><td>%u</td>", i + 1);
        } else {
            fputs("<tr><td>now</td>", out);
        }
        put_outcome(job, &finalist->inside, out);
        if (cut) {
            put_outcome(job, &finalist->outside, out);
        }
        put_set(job, trial_of(job, finalist), out);
    }
    fputs("</tbody></table></div>\n", out);
}

static void put_leaders(const struct search_job *job, FILE *out)
{
    size_t best[LEADERS];
    const size_t count = search_best(&job->search, best, LEADERS);
    fprintf(out,
            "<h2>The best in sample</h2>\n<div class=\"wide\"><table><thead><tr><th>rank</th>"
            "<th>%s</th><th>profit</th><th>drawdown</th><th>trades</th><th>path</th>"
            "<th>set</th></tr></thead><tbody>\n",
            objective_names[job->flags.objective.kind]);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "<tr><td>%zu</td>", i + 1);
        put_outcome(job, &job->search.trials[best[i]].outcome, out);
        put_set(job, &job->search.trials[best[i]], out);
    }
    fputs("</tbody></table></div>\n", out);
}

static void put_importance(const struct search_job *job, FILE *out)
{
    char text[CELL];
    fprintf(out, "<h2>How much of the %s hangs on</h2>\n<table><tbody>\n",
            objective_names[job->flags.objective.kind]);
    for (uint32_t i = 0; i < job->space.axis_count; i++) {
        const double share = job->importance.share[i];
        fputs("<tr>", out);
        html_cell(out, search_axis_name(job, i));
        html_cell(out, text_share(text, share));
        fprintf(out,
                "<td style=\"text-align:left\"><span class=\"bar\" style=\"width:%.0fpx\">"
                "</span></td></tr>\n",
                isfinite(share) ? share * 400 : 0);
    }
    fputs("</tbody></table>\n", out);
}

static void put_axes(const struct search_job *job, FILE *out)
{
    char text[64];
    fputs("const axes=[", out);
    for (uint32_t i = 0; i < job->space.axis_count; i++) {
        const struct axis *axis = &job->space.axes[i];
        const uint32_t bins = heat_bins(axis, HEAT_MAX);
        fprintf(out, "%s{name:\"%s\",labels:[", i > 0 ? "," : "", search_axis_name(job, i));
        for (uint32_t k = 0; k < bins; k++) {
            fprintf(out, "%s\"%s\"", k > 0 ? "," : "",
                    heat_label(axis, k, bins, text, sizeof text));
        }
        fputs("]}", out);
    }
    fputs("],", out);
}

/* The numbers under the heat map: of each set its figure and its bin on each axis. */
static void put_heat(const struct search_job *job, FILE *out)
{
    if (job->space.axis_count < 2) {
        return;
    }
    const size_t count = search_alike(&job->search), stride = count / SETS_MAX + 1;
    fprintf(out,
            "<h2>Two axes</h2>\n<p><select id=\"across\"></select> across, <select id=\"down\">"
            "</select> down: mean %s</p>\n<svg id=\"heat\" viewBox=\"0 0 740 345\"></svg>"
            "<p id=\"ends\" class=\"quiet\"></p>\n<script>",
            objective_names[job->flags.objective.kind]);
    put_axes(job, out);
    fprintf(out, "first=[%u,%u],sets=[", job->importance.second, job->importance.first);
    for (size_t i = 0; i < count; i += stride) {
        const double score = job->search.scores[i];
        fputs(i > 0 ? ",[" : "[", out);
        if (isfinite(score)) {
            fprintf(out, "%.6g", score);
        } else {
            fputs("null", out);
        }
        for (uint32_t a = 0; a < job->space.axis_count; a++) {
            const struct axis *axis = &job->space.axes[a];
            fprintf(out, ",%u",
                    heat_bin(axis, job->search.trials[i].point.at[a], heat_bins(axis, HEAT_MAX)));
        }
        fputc(']', out);
    }
    fputs("];</script>\n", out);
}

struct range {
    double low, high;
};

static void widen(struct range *range, double value)
{
    if (isfinite(value)) {
        range->low = fmin(range->low, value);
        range->high = fmax(range->high, value);
    }
}

static double place(const struct range *range, double value)
{
    return range->high > range->low ? (value - range->low) / (range->high - range->low) : 0.5;
}

/* Each finalist's figure in sample against that out of it; what lies on the line kept its word. */
static void put_scatter(const struct search_job *job, FILE *out)
{
    const struct objective *objective = &job->flags.objective;
    struct range both = {INFINITY, -INFINITY};
    for (uint32_t i = 0; i <= job->finalist_count; i++) {
        widen(&both, objective_value(objective, &job->finalists[i].inside));
        widen(&both, objective_value(objective, &job->finalists[i].outside));
    }
    if (job->cut_ns == job->until_ns || !(both.low <= both.high)) {
        return;
    }
    fprintf(out,
            "<h2>What it said and what it did</h2>\n<svg class=\"scatter\" viewBox=\"-20 -20 "
            "%g %g\"><line class=\"even\" x1=\"0\" y1=\"%g\" x2=\"%g\" y2=\"0\"/>",
            SCATTER_WIDTH + 40, SCATTER_HEIGHT + 40, SCATTER_HEIGHT, SCATTER_WIDTH);
    for (uint32_t i = 0; i <= job->finalist_count; i++) {
        const double x = objective_value(objective, &job->finalists[i].inside);
        const double y = objective_value(objective, &job->finalists[i].outside);
        char set[SEARCH_SET_MAX] = "as it is now";
        if (!isfinite(x) || !isfinite(y)) {
            continue;
        }
        if (i < job->finalist_count) {
            search_set(job, &trial_of(job, &job->finalists[i])->point, set);
        }
        fprintf(out, "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"5\"><title>",
                i < job->finalist_count ? "dot" : "now", place(&both, x) * SCATTER_WIDTH,
                SCATTER_HEIGHT - place(&both, y) * SCATTER_HEIGHT);
        html_text(out, set);
        fprintf(out, ": %.3f in sample, %.3f out of it</title></circle>", x, y);
    }
    fprintf(out,
            "</svg>\n<p class=\"quiet\">%s in sample to the right, out of sample upwards, "
            "both from %.3f to %.3f; red: the present settings. On the line it did what it "
            "had done.</p>\n",
            objective_names[objective->kind], both.low, both.high);
}

static void put_page(const struct search_job *job, bool runs, FILE *out)
{
    put_head(job, runs, out);
    if (!runs) {
        put_finalists(job, out);
        search_put_doubts(job, "<p>", "</p>\n", out);
        put_scatter(job, out);
    }
    put_importance(job, out);
    put_heat(job, out);
    put_leaders(job, out);
    fprintf(out, "<p class=\"quiet\">cuttle %s</p>\n<script>%s%s", CUTTLE_VERSION, script,
            html_sorting);
    if (runs && !job->interrupted) {
        fprintf(out, "setTimeout(()=>location.reload(),%d);", AGAIN_S * 1000);
    }
    fputs("</script>\n</body></html>\n", out);
}

bool search_page(const struct search_job *job, bool runs)
{
    char path[DISK_PATH_MAX + 32], fresh[DISK_PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/search.html", job->folder);
    snprintf(fresh, sizeof fresh, "%s/search.html.new", job->folder);
    FILE *out = fopen(fresh, "we");
    if (out == NULL) {
        return false;
    }
    put_page(job, runs, out);
    bool good = ferror(out) == 0;
    good = fclose(out) == 0 && good && rename(fresh, path) == 0;
    if (!good) {
        unlink(fresh);
    }
    return good;
}

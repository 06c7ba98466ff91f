/* SPDX-License-Identifier: MIT */
#include "app/html.h"

const char html_style[] =
    "body{font:14px/1.45 system-ui,sans-serif;margin:2em auto;max-width:1080px;padding:0 1em;"
    "background:#fff;color:#1c2430}h1{font-size:1.4em}h2{font-size:1.1em;margin-top:2em}"
    "p{margin:.2em 0}.quiet{color:#66707f}table{border-collapse:collapse;margin:.6em 0}"
    "td,th{padding:.15em .9em .15em 0;text-align:right;font-variant-numeric:tabular-nums;"
    "white-space:nowrap}td:first-child,th:first-child{text-align:left}"
    "th{border-bottom:1px solid #c7cdd6;font-weight:600;cursor:pointer}"
    ".wide{overflow-x:auto;max-height:520px;overflow-y:auto}"
    "svg{width:100%;display:block;background:#f5f7fa;margin:.4em 0}"
    ".ours{stroke:#1668d6;fill:none;stroke-width:1.6;vector-effect:non-scaling-stroke}"
    ".held{stroke:#98a1ae;fill:none;stroke-width:1.2;vector-effect:non-scaling-stroke}"
    ".fall{fill:#d64545;opacity:.55}.grid{stroke:#dfe4ea;stroke-width:1;"
    "vector-effect:non-scaling-stroke}.wide-band{fill:#1668d6;opacity:.14}"
    ".narrow-band{fill:#1668d6;opacity:.2}.mark{stroke:#1668d6;stroke-width:1.2;opacity:.6;"
    "vector-effect:non-scaling-stroke}.own{stroke:#c2541b;fill:none;stroke-width:1.6;"
    "vector-effect:non-scaling-stroke}.hair{stroke:#66707f;stroke-width:1;visibility:hidden;"
    "vector-effect:non-scaling-stroke}text{font-size:11px;fill:#66707f}"
    "#read{min-height:1.5em;font-variant-numeric:tabular-nums}"
    "@media(prefers-color-scheme:dark){body{background:#11161d;color:#dde3ea}"
    "svg{background:#181f28}.grid{stroke:#2a3440}th{border-color:#3a4654}"
    ".ours{stroke:#5aa2ff}.quiet,text{color:#93a0b0;fill:#93a0b0}}";

const char html_sorting[] =
    "const key=t=>{const x=parseFloat(t.replace(/[, %]/g,''));return/^[+-]?[\\d,.]+( %)?$/.test(t)"
    "&&!isNaN(x)?x:t};"
    "document.querySelectorAll('th').forEach(th=>th.onclick=()=>{const table=th.closest('table'),"
    "body=table.tBodies[0],c=th.cellIndex,up=th.dataset.up=th.dataset.up==1?0:1;"
    "[...body.rows].sort((a,b)=>{const x=key(a.cells[c].textContent),y=key(b.cells[c].textContent);"
    "return(x>y?1:x<y?-1:0)*(up==1?1:-1)}).forEach(r=>body.append(r))});";

void html_text(FILE *out, const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        switch (*c) {
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '&':
            fputs("&amp;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        default:
            fputc(*c, out);
        }
    }
}

void html_cell(FILE *out, const char *text)
{
    fputs("<td>", out);
    html_text(out, text);
    fputs("</td>", out);
}

void html_begin(FILE *out, const char *what, const char *name)
{
    fprintf(out,
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>%s: ", what);
    html_text(out, name);
    fprintf(out, "</title><style>%s</style></head><body>\n<h1>%s: ", html_style, what);
    html_text(out, name);
    fputs("</h1>\n", out);
}

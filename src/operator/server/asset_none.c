/* SPDX-License-Identifier: MIT */
/* The page of a program that was built without the dashboard. */
#include "operator/server/asset.h"

static const char page[] =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>cuttle</title>"
    "<h1>cuttle</h1>"
    "<p>This program was built without its dashboard. To have it, install Node.js 18 or newer, run "
    "<code>npm ci</code> in <code>web/</code> and build again.</p>"
    "<p>Everything it would show is here: "
    "<a href=\"/api/v1/status\">status</a>, <a href=\"/api/v1/pairs\">pairs</a>, "
    "<a href=\"/api/v1/positions\">positions</a>, <a href=\"/api/v1/orders\">orders</a>, "
    "<a href=\"/api/v1/trades\">trades</a>, <a href=\"/api/v1/thoughts\">thoughts</a>, "
    "<a href=\"/api/v1/strategies\">strategies</a>, <a href=\"/api/v1/risk\">risk</a>, "
    "<a href=\"/metrics\">metrics</a>, <a href=\"/health\">health</a>.</p></html>";

const struct asset assets[] = {
    {.path = "/",
     .content_type = "text/html; charset=utf-8",
     .etag = "\"none-1\"",
     .gzip = false,
     .plain_len = sizeof page - 1,
     .data = (const unsigned char *)page,
     .len = sizeof page - 1},
};
const size_t asset_count = sizeof assets / sizeof assets[0];

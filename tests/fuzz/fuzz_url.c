/* SPDX-License-Identifier: MIT */
/* Any text as a url: what is one has parts that cannot break a request, and that make it again. */
#include "platform/net/url.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect_clean(const char *text)
{
    for (; *text; text++)
        CHECK(*text > ' ' && *text < 127);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct url url, again;
    static char whole[sizeof(struct url)];
    char *text = malloc(size + 1);
    CHECK(text);
    memcpy(text, data, size);
    text[size] = '\0';
    if (url_parse(text, &url)) {
        expect_clean(url.host);
        expect_clean(url.authority);
        expect_clean(url.target);
        CHECK(url.host[0] && url.port > 0 && url.target[0] == '/');
        snprintf(whole, sizeof whole, "%s%s://%s%s", url.websocket ? "ws" : "http",
                 url.secure ? "s" : "", url.authority, url.target);
        CHECK(url_parse(whole, &again));
        CHECK(again.secure == url.secure && again.websocket == url.websocket);
        CHECK(again.port == url.port && strcmp(again.host, url.host) == 0);
        CHECK(strcmp(again.authority, url.authority) == 0);
        CHECK(strcmp(again.target, url.target) == 0);
    }
    free(text);
    return 0;
}

/* SPDX-License-Identifier: MIT */
#include "app/page.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/base/decimal.h"
#include "core/base/timestamp.h"
#include "core/market/pair.h"
#include "operator/sentence/sentence.h"

#define WIDTH_LEAST 40
#define WIDTH_MOST 160 /* a longer line is not read more easily */

size_t page_width(void)
{
    struct winsize window;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col == 0) {
        return PAGE_WIDTH;
    }
    return window.ws_col < WIDTH_LEAST  ? WIDTH_LEAST
           : window.ws_col > WIDTH_MOST ? WIDTH_MOST
                                        : window.ws_col;
}

bool page_has_color(FILE *out)
{
    return isatty(fileno(out)) && getenv("NO_COLOR") == NULL;
}

/* Words until the line is full; `column` is where the cursor stands. */
static void put_words(const char *text, size_t indent, size_t column)
{
    const size_t width = page_width();
    size_t at = column;
    while (*text != '\0') {
        size_t len = strcspn(text, " ");
        if (strncmp(text + len, " %", 2) == 0) { /* a figure and its sign stay together */
            len += 1 + strcspn(text + len + 1, " ");
        }
        if (at > indent && at + 1 + len > width) {
            printf("\n%*s", (int)indent, "");
            at = indent;
        }
        at += (size_t)printf("%s%.*s", at > indent ? " " : "", (int)len, text);
        text += len + strspn(text + len, " ");
    }
    printf("\n");
}

void page_item(const char *label, const char *format, ...)
{
    char text[SENTENCE_MAX + 256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    printf("  %-*s", PAGE_LABEL - 2, label != NULL ? label : "");
    put_words(text, PAGE_LABEL, PAGE_LABEL);
}

void page_text(size_t indent, const char *text)
{
    printf("%*s", (int)indent, "");
    put_words(text, indent, indent);
}

void page_line(const char *text)
{
    const size_t width = page_width(), len = strlen(text);
    if (len <= width) {
        printf("%s\n", text);
    } else {
        printf("%.*s...\n", (int)(width - 3), text);
    }
}

void page_price(char *out, size_t size, double price)
{
    const double digits = price > 0 ? 7 - floor(log10(price)) : 0;
    const uint32_t decimals = digits < 0 ? 0 : digits > 12 ? 12 : (uint32_t)digits;
    int64_t exact;
    if (decimal_from_double(price, decimals, ROUND_NEAREST, &exact)) {
        sentence_decimal(out, size, exact, decimals);
    } else {
        sentence_price(out, size, price, decimals);
    }
}

void page_money(char *out, size_t size, const char *decimal)
{
    int64_t money;
    if (decimal_parse(decimal, strlen(decimal), MONEY_DECIMALS, &money)) {
        sentence_money(out, size, money);
    } else {
        snprintf(out, size, "%s", decimal);
    }
}

void page_gain(char *out, size_t size, const char *decimal)
{
    const bool loss = decimal[0] == '-';
    out[0] = '+';
    page_money(out + !loss, size - !loss, decimal);
}

int page_sign(const char *decimal)
{
    const bool nothing = strspn(decimal, "+-0.,") == strlen(decimal);
    return nothing ? 0 : decimal[0] == '-' ? -1 : 1;
}

void page_decimal(char *out, size_t size, const char *decimal)
{
    snprintf(out, size, "%s", decimal);
    size_t len = strlen(out);
    while (strchr(out, '.') != NULL && (out[len - 1] == '0' || out[len - 1] == '.')) {
        out[--len] = '\0';
    }
}

void page_time(char *out, size_t size, int64_t time_ns, size_t from)
{
    char stamp[TIMESTAMP_TEXT_MAX];
    timestamp_format(stamp, time_ns > 0 ? time_ns : 0, 0);
    stamp[strcspn(stamp, "Z")] = '\0';
    stamp[10] = ' ';
    snprintf(out, size, "%s", stamp + from);
}

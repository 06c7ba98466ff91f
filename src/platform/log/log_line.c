/* SPDX-License-Identifier: MIT */
#include "platform/log/log_line.h"

#include <stdio.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "platform/json/json_writer.h"
#include "platform/json/utf8.h"

/* Time, colour, level and the spaces between: well under this. */
#define LOG_HEAD_MAX 80

static const char *const level_names[] = {"debug", "info", "warn", "error"};
static const char *const level_heads[] = {"DEBUG", "INFO ", "WARN ", "ERROR"};
static const char *const level_colours[] = {"\x1b[2m", "", "\x1b[33m", "\x1b[1;31m"};

void log_line_init(struct log_line *line, int64_t time_ns, enum log_level level)
{
    line->time_ns = time_ns;
    line->level = level;
    line->status = false;
    line->len = 0;
}

void log_line_add(struct log_line *line, const char *text)
{
    size_t room = LOG_TEXT_MAX - line->len;
    if (room == 0)
        return;
    size_t len = strlen(text);
    char *to = line->text + line->len;
    if (len >= room) {
        len = room - 1;
        memcpy(to, text, len);
        if (len >= 3)
            memcpy(to + len - 3, "...", 3);
    } else {
        memcpy(to, text, len);
    }
    to[len] = '\0';
    line->len += (uint32_t)len + 1;
}

size_t log_line_size(const struct log_line *line)
{
    return offsetof(struct log_line, text) + line->len;
}

/* The text after this one, NULL after the last. */
static const char *text_after(const struct log_line *line, const char *text)
{
    text += strlen(text) + 1;
    return text < line->text + line->len ? text : NULL;
}

/* A byte that would act on a terminal, or is no UTF-8, goes out as \xNN; so does each of a C1
 * control character's two bytes. At most four bytes for one. */
static size_t put_visible(char *out, const char *text)
{
    size_t len = 0, left = strlen(text);
    while (left > 0) {
        size_t step = utf8_length(text, left);
        unsigned char c = (unsigned char)*text;
        bool c1 = c == 0xc2 && step == 2 && (unsigned char)text[1] < 0xa0;
        if (step == 0 || c < 0x20 || c == 0x7f || c1) {
            len += (size_t)snprintf(out + len, 5, "\\x%02x", c);
            step = 1;
        } else {
            memcpy(out + len, text, step);
            len += step;
        }
        text += step;
        left -= step;
    }
    return len;
}

size_t log_line_human(const struct log_line *line, bool terminal, bool colour, char *out)
{
    char time[TIMESTAMP_TEXT_MAX];
    timestamp_format(time, line->time_ns, 3);
    const char *paint = colour ? level_colours[line->level] : "";
    size_t len = (size_t)snprintf(out, LOG_HEAD_MAX, "%.*s %s%s%s ",
                                  terminal ? 12 : TIMESTAMP_TEXT_MAX, terminal ? time + 11 : time,
                                  paint, level_heads[line->level], *paint ? "\x1b[0m" : "");
    const char *text = text_after(line, line->text);
    if (text)
        len += put_visible(out + len, text);
    const char *name = text ? text_after(line, text) : NULL;
    const char *value = name ? text_after(line, name) : NULL;
    for (; value; name = text_after(line, value), value = name ? text_after(line, name) : NULL) {
        out[len++] = ' ';
        len += put_visible(out + len, name);
        out[len++] = '=';
        len += put_visible(out + len, value);
    }
    out[len++] = '\n';
    return len;
}

size_t log_line_json(const struct log_line *line, char *out)
{
    struct json_writer writer;
    json_writer_init(&writer, out, LOG_LINE_MAX - 1);
    json_begin_object(&writer, NULL);
    json_put_time(&writer, "time", line->time_ns, 6);
    json_put_string(&writer, "level", level_names[line->level]);
    json_put_string(&writer, "event", line->text);
    const char *text = text_after(line, line->text);
    json_put_string(&writer, "message", text ? text : "");
    const char *name = text ? text_after(line, text) : NULL;
    const char *value = name ? text_after(line, name) : NULL;
    if (value)
        json_begin_object(&writer, "fields");
    bool fields = value != NULL;
    for (; value; name = text_after(line, value), value = name ? text_after(line, name) : NULL)
        json_put_string(&writer, name, value);
    if (fields)
        json_end_object(&writer);
    json_end_object(&writer);
    if (!json_writer_ok(&writer))
        return 0;
    out[writer.len] = '\n';
    return writer.len + 1;
}

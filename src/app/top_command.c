/* SPDX-License-Identifier: MIT */
/* cuttle top: one WebSocket that is listened to, a screen that is drawn when something is new. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/ctl.h"
#include "app/flags.h"
#include "app/options.h"
#include "app/remote.h"
#include "app/screen.h"
#include "app/top.h"
#include "core/base/timestamp.h"
#include "platform/json/json_writer.h"

#define TURN_MS 50
#define DRAW_NS (100 * NS_PER_MS) /* at most so often */
#define TICK_NS NS_PER_S          /* and at least */
#define RETRY_MOST_S 8
#define SILENT_MOST_S 15 /* a connection that says nothing is none */

static const char help[] =
    "cuttle top [options]    the running session in a terminal, to watch and to command\n"
    "\n"
    "  --plain            ASCII alone, whatever the terminal can show\n";

static const char help_end[] =
    "\n"
    "Equity, the day, positions with stop and target, pairs, thoughts, trades, orders, risk and\n"
    "alarms, as they are pushed. Keys: Tab or 1-7 panels, arrows choose, s sort, / filter,\n"
    "p pause, r resume, x close the chosen position, F close all (asks you to type it), ? help,\n"
    "q quit; the session goes on. NO_COLOR is heeded.\n";

struct onlooker {
    struct remote_flags flags;
    bool plain, help;
    struct options options;
    struct config *config;
    struct remote *remote;
    connection_id socket; /* 0: none */
    int64_t retry_ns, heard_ns, drawn_ns;
    int retry_wait_s;
    bool changed;
    struct grid grid;
    struct top top;
};

static int take(void *context, int argc, char **argv)
{
    struct onlooker *watch = context;
    if (strcmp(argv[0], "--plain") == 0) {
        watch->plain = true;
        return 1;
    }
    if (flags_is_help(argv[0])) {
        watch->help = true;
        return 1;
    }
    return remote_take(&watch->flags, argc, argv);
}

static void retry_later(struct onlooker *watch, const char *why)
{
    watch->socket = 0;
    watch->top.connected = false;
    watch->changed = true;
    snprintf(watch->top.trouble, sizeof watch->top.trouble, "%s", why);
    watch->retry_ns = remote_now_ns(watch->remote) + watch->retry_wait_s * NS_PER_S;
    watch->retry_wait_s =
        watch->retry_wait_s * 2 > RETRY_MOST_S ? RETRY_MOST_S : watch->retry_wait_s * 2;
}

static void on_open(void *context, connection_id id)
{
    struct onlooker *watch = context;
    remote_greet(watch->remote, id);
    watch->heard_ns = remote_now_ns(watch->remote);
    watch->top.connected = true;
    watch->changed = true;
}

static void on_text(void *context, connection_id id, const char *text, size_t len)
{
    struct onlooker *watch = context;
    (void)id;
    watch->heard_ns = remote_now_ns(watch->remote);
    watch->retry_wait_s = 1;
    watch->changed |= sight_apply(&watch->top.sight, text, len);
}

static void on_closed(void *context, connection_id id, uint32_t code, const char *reason)
{
    struct onlooker *watch = context;
    (void)code;
    if (id == watch->socket) {
        retry_later(watch, reason);
    }
}

static const struct transport_events events = {
    .on_open = on_open,
    .on_text = on_text,
    .on_closed = on_closed,
};

/* The session may have started anew, at another port and with another token. */
static void connect_again(struct onlooker *watch)
{
    char error[512];
    if (remote_find(watch->remote, error, sizeof error) != 0) {
        retry_later(watch, error);
        return;
    }
    watch->socket = remote_listen(watch->remote, &events, watch);
    if (watch->socket == 0) {
        retry_later(watch, "the address cannot be used");
    }
}

static void keep_connected(struct onlooker *watch)
{
    const int64_t now_ns = remote_now_ns(watch->remote);
    if (watch->socket == 0 && now_ns >= watch->retry_ns) {
        connect_again(watch);
    }
    if (watch->top.connected && now_ns - watch->heard_ns > SILENT_MOST_S * NS_PER_S) {
        const connection_id id = watch->socket;
        retry_later(watch, "the session said nothing for 15 s");
        remote_hang_up(watch->remote, id);
    }
}

static void say(struct onlooker *watch, bool bad, const char *text)
{
    snprintf(watch->top.message, sizeof watch->top.message, "%s", text);
    watch->top.message_bad = bad;
    watch->changed = true;
}

static void on_obeyed(void *context, const struct http_response *response)
{
    struct onlooker *watch = context;
    char sentence[2048];
    const bool done = response->status == 200;
    if (response->status <= 0) {
        say(watch, true,
            response->sent ? "no answer: whether it obeyed is not known" : "it was not sent");
    } else if (ctl_member(response->body, response->body_len, done ? "sentence" : "detail",
                          sentence, sizeof sentence)) {
        say(watch, !done, sentence);
    } else {
        say(watch, true, "the session gave an answer that cannot be read");
    }
}

static void command(struct onlooker *watch, const char *name, const char *pair)
{
    char body[256], error[512];
    struct json_writer writer;
    json_writer_init(&writer, body, sizeof body);
    json_begin_object(&writer, NULL);
    json_put_string(&writer, "command", name);
    if (pair != NULL) {
        json_put_string(&writer, "pair", pair);
    }
    json_end_object(&writer);
    if (remote_find(watch->remote, error, sizeof error) != 0) {
        say(watch, true, error);
    } else if (!json_writer_ok(&writer) ||
               remote_post(watch->remote, "/api/v1/commands", body, on_obeyed, watch) != 0) {
        say(watch, true, "it could not be sent");
    } else {
        say(watch, false, "...");
    }
}

/* False when it is to end. */
static bool obey_keys(struct onlooker *watch)
{
    for (int key = screen_key(); key != 0; key = screen_key()) {
        watch->changed = true;
        switch (top_key(&watch->top, key)) {
        case TOP_NOTHING:
            break;
        case TOP_QUIT:
            return false;
        case TOP_PAUSE:
            command(watch, "pause", NULL);
            break;
        case TOP_RESUME:
            command(watch, "resume", NULL);
            break;
        case TOP_CLOSE:
            command(watch, "close", watch->top.subject);
            break;
        case TOP_FLATTEN:
            command(watch, "flatten", NULL);
            break;
        }
    }
    return true;
}

static void draw(struct onlooker *watch)
{
    int width, height;
    const int64_t now_ns = remote_now_ns(watch->remote), since_ns = now_ns - watch->drawn_ns;
    screen_measure(&width, &height);
    const bool resized = width != watch->grid.width || height != watch->grid.height;
    if (!resized && since_ns < (watch->changed ? DRAW_NS : TICK_NS)) {
        return;
    }
    const int64_t left_ns = watch->retry_ns - now_ns;
    watch->top.retry_s = left_ns > 0 ? (int)(left_ns / NS_PER_S) + 1 : 0;
    watch->top.silent_s = (int)((now_ns - watch->heard_ns) / NS_PER_S);
    watch->drawn_ns = now_ns;
    watch->changed = false;
    if (grid_size(&watch->grid, width, height)) {
        top_draw(&watch->top, &watch->grid);
        screen_show(&watch->grid);
    }
}

static int show(struct onlooker *watch)
{
    char error[512];
    bool plain = false;
    if (!screen_open(&plain, error, sizeof error)) {
        fprintf(stderr, "cuttle top: %s\n", error);
        return EXIT_FAILURE;
    }
    remote_heed_signals(watch->remote);
    watch->grid.plain = plain || watch->plain;
    watch->retry_wait_s = 1;
    while (obey_keys(watch) && remote_stopped(watch->remote) == 0) {
        keep_connected(watch);
        draw(watch);
        loop_turn(remote_loop(watch->remote), TURN_MS);
    }
    screen_close();
    return EXIT_SUCCESS;
}

static int run(struct onlooker *watch)
{
    char error[512];
    watch->remote = remote_open(&watch->flags, watch->options.session.state, error, sizeof error);
    if (watch->remote == NULL || remote_find(watch->remote, error, sizeof error) != 0) {
        fprintf(stderr, "cuttle top: %s\n", error);
        return EXIT_FAILURE;
    }
    return show(watch);
}

int command_top(int argc, char **argv)
{
    struct onlooker *watch = calloc(1, sizeof *watch);
    if (watch == NULL) {
        fprintf(stderr, "cuttle top: out of memory\n");
        return EXIT_FAILURE;
    }
    int result = EXIT_FAILURE;
    if (options_load(&watch->options, &watch->config, argc - 1, argv + 1, take, watch) == 0) {
        if (watch->help) {
            printf("%s%s%s", help, remote_help, help_end);
            result = EXIT_SUCCESS;
        } else {
            result = run(watch);
        }
    }
    watch->socket = 0;
    remote_close(watch->remote);
    grid_free(&watch->grid);
    config_free(watch->config);
    free(watch);
    return result;
}

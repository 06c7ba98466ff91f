/* SPDX-License-Identifier: MIT */
#include "operator/server/control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "operator/server/api.h"
#include "operator/server/bridge_web.h"
#include "platform/json/json_writer.h"
#include "platform/net/server.h"
#include "platform/queue/queue.h"

#define ERROR_MAX 320

/* A request whose record is still to come. */
struct waiting {
    struct server_reply *reply; /* NULL: the place is free */
    uint64_t ask;
    int64_t since_ns;
};

struct control {
    struct queue *commands;
    char origin[ORIGIN_SIZE];
    uint64_t ask_next;
    struct waiting waiting[CONTROL_WAITING_MAX];
};

struct control *control_new(struct queue *commands)
{
    struct control *control = calloc(1, sizeof *control);
    if (control) {
        control->commands = commands;
        control->ask_next = 1;
    }
    return control;
}

void control_set_origin(struct control *control, const char *origin)
{
    memset(control->origin, 0, sizeof control->origin);
    snprintf(control->origin, sizeof control->origin, "%s", origin);
}

void control_free(struct control *control)
{
    free(control);
}

static struct waiting *free_place(struct control *control)
{
    for (size_t i = 0; i < CONTROL_WAITING_MAX; i++)
        if (!control->waiting[i].reply)
            return &control->waiting[i];
    return NULL;
}

static bool send_command(struct control *control, const struct control_item *item)
{
    struct control_item *place = queue_reserve(control->commands, sizeof *place);
    if (!place)
        return false;
    *place = *item;
    queue_commit(control->commands, sizeof *place);
    return true;
}

void control_post(struct control *control, struct server_reply *reply,
                  const struct server_request *request, const struct view *view, int64_t mono_ns,
                  struct json_writer *writer)
{
    char error[ERROR_MAX];
    struct control_item item;
    const char *command = NULL;
    control_takes(request->method, request->path, &command);
    if (!control_parse(view, command, request->body, request->body_len, &item, error,
                       sizeof error)) {
        bridge_web_problem(reply, writer, 400, "", error);
        return;
    }
    struct waiting *place = free_place(control);
    item.asked.ask = control->ask_next;
    memcpy(item.asked.origin, control->origin, sizeof item.asked.origin);
    item.asked_mono_ns = mono_ns;
    if (!place || !send_command(control, &item)) {
        bridge_web_problem(reply, writer, 503, "",
                           "too many commands wait to be obeyed; this one was not taken");
        return;
    }
    *place = (struct waiting){.reply = reply, .ask = control->ask_next++, .since_ns = mono_ns};
}

/* Pauses and resumptions have kinds of their own, and are never refused. */
static bool was_done(const struct record *record)
{
    return record->kind != RECORD_COMMAND || record->verdict == VERDICT_DONE;
}

static void answer(struct server_reply *reply, const struct control_said *said,
                   struct json_writer *writer)
{
    const bool done = was_done(said->record);
    json_writer_init(writer, writer->text, writer->size);
    json_begin_object(writer, NULL);
    if (done)
        json_put_string(writer, "sentence", said->sentence);
    else
        api_put_problem(writer, 400, said->sentence);
    json_put_uint(writer, "number", said->record->number);
    json_put_bool(writer, "done", done);
    json_put_raw(writer, "record", said->json, said->json_len);
    json_end_object(writer);
    bridge_web_json(reply, writer, done ? 200 : 400);
}

void control_record(struct control *control, const struct control_said *said,
                    struct json_writer *writer)
{
    const uint64_t ask = said->record->ask;
    for (size_t i = 0; i < CONTROL_WAITING_MAX && ask; i++) {
        struct waiting *place = &control->waiting[i];
        if (place->reply && place->ask == ask) {
            answer(place->reply, said, writer);
            place->reply = NULL;
            return;
        }
    }
}

void control_tick(struct control *control, int64_t mono_ns, struct json_writer *writer)
{
    for (size_t i = 0; i < CONTROL_WAITING_MAX; i++) {
        struct waiting *place = &control->waiting[i];
        if (!place->reply || mono_ns - CONTROL_WAIT_NS < place->since_ns)
            continue;
        bridge_web_problem(place->reply, writer, 504, "",
                           "the session has not answered in time; whether it obeyed will stand in "
                           "/api/v1/thoughts");
        place->reply = NULL;
    }
}

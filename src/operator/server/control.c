/* SPDX-License-Identifier: MIT */
#include "operator/server/control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"
#include "operator/sentence/sentence.h"
#include "operator/server/api.h"
#include "operator/server/bridge_web.h"
#include "platform/json/json_writer.h"
#include "platform/net/server.h"
#include "platform/queue/queue.h"

#define ERROR_MAX 320
#define NOT_KEPT                                                                                   \
    " It is not on disk yet: a crash before the disk takes it would undo it (cuttle doctor)."

/* A request whose record is still to come, or to be on disk. */
struct waiting {
    struct server_reply *reply; /* NULL: the place is free */
    uint64_t ask;
    int64_t since_ns;
    uint64_t number; /* of the record that came */
    char *sentence;  /* NULL: it has not come */
    char *json;
    size_t json_len;
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

static void leave(struct waiting *place)
{
    free(place->sentence);
    free(place->json);
    *place = (struct waiting){0};
}

void control_free(struct control *control)
{
    for (size_t i = 0; control && i < CONTROL_WAITING_MAX; i++)
        leave(&control->waiting[i]);
    free(control);
}

/* What makes a session safer finds a place when all else waits. */
static bool is_urgent(enum command command)
{
    return command == COMMAND_PAUSE || command == COMMAND_CLOSE || command == COMMAND_FLATTEN;
}

static struct waiting *free_place(struct control *control, enum command command)
{
    const size_t count = CONTROL_WAITING_MAX - (is_urgent(command) ? 0 : CONTROL_URGENT_MAX);
    for (size_t i = 0; i < count; i++)
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
    struct waiting *place = free_place(control, item.asked.command);
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

static void refuse(struct server_reply *reply, const struct control_said *said,
                   struct json_writer *writer)
{
    json_writer_init(writer, writer->text, writer->size);
    json_begin_object(writer, NULL);
    api_put_problem(writer, 400, said->sentence);
    json_put_uint(writer, "number", said->record->number);
    json_put_bool(writer, "done", false);
    json_put_raw(writer, "record", said->json, said->json_len);
    json_end_object(writer);
    bridge_web_json(reply, writer, 400);
}

static void tell_done(struct waiting *place, bool kept, struct json_writer *writer)
{
    char sentence[SENTENCE_MAX + sizeof NOT_KEPT];
    snprintf(sentence, sizeof sentence, "%s%s", place->sentence, kept ? "" : NOT_KEPT);
    json_writer_init(writer, writer->text, writer->size);
    json_begin_object(writer, NULL);
    json_put_string(writer, "sentence", sentence);
    json_put_uint(writer, "number", place->number);
    json_put_bool(writer, "done", true);
    json_put_bool(writer, "kept", kept);
    json_put_raw(writer, "record", place->json, place->json_len);
    json_end_object(writer);
    bridge_web_json(place->reply, writer, 200);
    leave(place);
}

void control_record(struct control *control, const struct control_said *said,
                    struct json_writer *writer)
{
    const uint64_t ask = said->record->ask;
    for (size_t i = 0; i < CONTROL_WAITING_MAX && ask; i++) {
        struct waiting *place = &control->waiting[i];
        if (!place->reply || place->ask != ask)
            continue;
        if (was_done(said->record)) {
            place->number = said->record->number;
            place->sentence = strdup(said->sentence);
            place->json = strndup(said->json, said->json_len);
            place->json_len = said->json_len;
            CHECK(place->sentence && place->json);
        } else {
            refuse(place->reply, said, writer);
            leave(place);
        }
        return;
    }
}

void control_keep(struct control *control, uint64_t kept, struct json_writer *writer)
{
    for (size_t i = 0; i < CONTROL_WAITING_MAX; i++) {
        struct waiting *place = &control->waiting[i];
        if (place->sentence && place->number <= kept)
            tell_done(place, true, writer);
    }
}

void control_tick(struct control *control, int64_t mono_ns, struct json_writer *writer)
{
    for (size_t i = 0; i < CONTROL_WAITING_MAX; i++) {
        struct waiting *place = &control->waiting[i];
        if (!place->reply || mono_ns - CONTROL_WAIT_NS < place->since_ns)
            continue;
        if (place->sentence) {
            tell_done(place, false, writer);
            continue;
        }
        bridge_web_problem(place->reply, writer, 504, "",
                           "the session has not answered in time; whether it obeyed will stand in "
                           "/api/v1/thoughts");
        leave(place);
    }
}

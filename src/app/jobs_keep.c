/* SPDX-License-Identifier: MIT */
/* What stands in STATE/backtests: of each job ID.json, as it is answered, and ID.yaml, what the
 * session was configured by; while it runs ID.out and ID.err too. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/jobs_internal.h"
#include "core/base/timestamp.h"
#include "platform/json/json.h"
#include "platform/log/log.h"
#include "store/disk.h"

#define HEAD_ROOM (4 * JOB_TEXT_MAX)
#define FOUND_MAX 256 /* files of a state directory that this looks at */

static const char *const endings[] = {"json", "yaml", "out", "err"};

void jobs_path(const struct jobs *jobs, uint64_t id, const char *ending, char *out, size_t size)
{
    snprintf(out, size, "%s/%" PRIu64 ".%s", jobs->places.folder, id, ending);
}

int jobs_keep(const struct jobs *jobs, const struct job *job, const char *result, size_t len)
{
    char path[BESIDE_PATH_MAX + 32];
    const size_t size = HEAD_ROOM + len;
    char *text = malloc(size);
    if (text == NULL) {
        return -ENOMEM;
    }
    struct json_writer json;
    json_writer_init(&json, text, size);
    json_begin_object(&json, NULL);
    jobs_tell(job, &json);
    if (result != NULL) {
        json_put_raw(&json, "result", result, len);
    } else {
        json_put_null(&json, "result");
    }
    json_end_object(&json);
    jobs_path(jobs, job->id, "json", path, sizeof path);
    const int code = json_writer_ok(&json) ? disk_write_file(path, text, json.len) : -EOVERFLOW;
    free(text);
    return code;
}

void jobs_forget(const struct jobs *jobs, uint64_t id)
{
    char path[BESIDE_PATH_MAX + 32];
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        jobs_path(jobs, id, endings[i], path, sizeof path);
        disk_remove(path);
    }
}

/* What stands at the member's value, as it stands. */
static void copy_raw(struct json *json, char *out, size_t size)
{
    json_peek(json);
    const char *begin = json->at;
    if (json_skip(json) && (size_t)(json->at - begin) < size) {
        snprintf(out, size, "%.*s", (int)(json->at - begin), begin);
    } else {
        json_refuse(json, "too long");
    }
}

static void copy_text(struct json *json, char *out, size_t size)
{
    if (json_peek(json) == JSON_NULL) {
        json_null(json);
    } else {
        json_string_copy(json, out, size);
    }
}

static void copy_time(struct json *json, int64_t *ret_ns)
{
    char text[TIMESTAMP_TEXT_MAX] = "";
    copy_text(json, text, sizeof text);
    timestamp_parse(text, strlen(text), ret_ns);
}

static void copy_state(struct json *json, struct job *job)
{
    char text[16] = "";
    copy_text(json, text, sizeof text);
    for (int i = JOB_QUEUED; i <= JOB_CANCELLED; i++) {
        if (strcmp(text, job_state_names[i]) == 0) {
            job->state = (enum job_state)i;
            return;
        }
    }
    json_refuse(json, "no state");
}

static bool read_job(const char *text, size_t len, struct job *job)
{
    struct json json;
    struct json_text key;
    json_init(&json, text, len);
    json_object(&json);
    while (json_key(&json, &key)) {
        if (json_is(key, "id")) {
            json_uint(&json, &job->id);
        } else if (json_is(key, "state")) {
            copy_state(&json, job);
        } else if (json_is(key, "asked")) {
            copy_raw(&json, job->asked, sizeof job->asked);
        } else if (json_is(key, "made")) {
            copy_time(&json, &job->made_ns);
        } else if (json_is(key, "ended")) {
            copy_time(&json, &job->ended_ns);
        } else if (json_is(key, "command")) {
            copy_text(&json, job->command, sizeof job->command);
        } else if (json_is(key, "error")) {
            copy_text(&json, job->error, sizeof job->error);
        } else if (json_is(key, "figures") && json_peek(&json) == JSON_OBJECT) {
            copy_raw(&json, job->figures, sizeof job->figures);
        } else {
            json_skip(&json);
        }
    }
    job->progress = job->state == JOB_DONE ? 1 : 0;
    return json_done(&json) && job->asked[0] == '{';
}

struct folder_ids {
    uint64_t ids[FOUND_MAX];
    uint32_t count;
};

static void visit(void *context, const char *name)
{
    struct folder_ids *found = context;
    char *end = NULL;
    const uint64_t id = strtoull(name, &end, 10);
    bool known = end == name || *end != '.' || id == 0 || id == UINT64_MAX;
    for (uint32_t i = 0; i < found->count; i++) {
        known |= found->ids[i] == id;
    }
    if (!known && found->count < FOUND_MAX) {
        found->ids[found->count++] = id;
    }
}

static int by_number(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* False: there is no such job, or none that can be read. */
static bool load(const struct jobs *jobs, uint64_t id, struct job *ret)
{
    char path[BESIDE_PATH_MAX + 32], *text = NULL;
    size_t len = 0;
    jobs_path(jobs, id, "json", path, sizeof path);
    *ret = (struct job){0};
    const bool good = disk_read_file(path, JOBS_RESULT_MAX + HEAD_ROOM, &text, &len) == 0 &&
                      read_job(text, len, ret) && ret->id == id;
    free(text);
    return good;
}

void jobs_load(struct jobs *jobs)
{
    struct folder_ids found = {.count = 0};
    disk_list(jobs->places.folder, visit, &found);
    qsort(found.ids, found.count, sizeof found.ids[0], by_number);
    for (uint32_t i = 0; i < found.count; i++) {
        struct job *job = &jobs->list[jobs->count];
        const uint64_t id = found.ids[i];
        jobs->id_next = id + 1;
        if (found.count - i > JOBS_KEPT || !load(jobs, id, job)) {
            jobs_forget(jobs, id);
            continue;
        }
        jobs->count++;
        if (job->state == JOB_QUEUED || job->state == JOB_RUNNING) {
            job->state = JOB_FAILED;
            snprintf(job->error, sizeof job->error, "the session ended before it was done");
            if (jobs_keep(jobs, job, NULL, 0) != 0) {
                log_warn("backtests.keep", "how a backtest ended cannot be kept", NULL);
            }
        }
    }
}

struct headline {
    double total_return, sharpe, drawdown_max, win_rate, held;
    uint64_t trades;
    bool found;
};

static void read_real(struct json *json, double *ret)
{
    if (json_peek(json) == JSON_NULL) {
        json_null(json);
    } else {
        json_real(json, ret);
    }
}

/* Of `summary` and of `buy_and_hold` in it. */
static void read_summary(struct json *json, struct headline *head, bool held)
{
    struct json_text key;
    json_object(json);
    while (json_key(json, &key)) {
        if (json_is(key, "total_return")) {
            head->found = true;
            read_real(json, held ? &head->held : &head->total_return);
        } else if (held) {
            json_skip(json);
        } else if (json_is(key, "buy_and_hold")) {
            read_summary(json, head, true);
        } else if (json_is(key, "sharpe")) {
            read_real(json, &head->sharpe);
        } else if (json_is(key, "drawdown_max")) {
            read_real(json, &head->drawdown_max);
        } else if (json_is(key, "win_rate")) {
            read_real(json, &head->win_rate);
        } else if (json_is(key, "closed_trades")) {
            json_uint(json, &head->trades);
        } else {
            json_skip(json);
        }
    }
}

bool jobs_figures(const char *result, size_t len, char *out, size_t size)
{
    struct json json;
    struct json_text key;
    struct headline head = {.total_return = NAN, .sharpe = NAN, .win_rate = NAN, .held = NAN};
    json_init(&json, result, len);
    json_object(&json);
    while (json_key(&json, &key)) {
        if (json_is(key, "summary")) {
            read_summary(&json, &head, false);
        } else {
            json_skip(&json);
        }
    }
    if (!json_done(&json) || !head.found) {
        return false;
    }
    struct json_writer writer;
    json_writer_init(&writer, out, size);
    json_begin_object(&writer, NULL);
    json_put_real(&writer, "total_return", head.total_return);
    json_put_real(&writer, "buy_and_hold", head.held);
    json_put_real(&writer, "drawdown_max", head.drawdown_max);
    json_put_real(&writer, "sharpe", head.sharpe);
    json_put_real(&writer, "win_rate", head.win_rate);
    json_put_uint(&writer, "trades", head.trades);
    json_end_object(&writer);
    return json_writer_ok(&writer);
}

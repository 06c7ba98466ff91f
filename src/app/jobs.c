/* SPDX-License-Identifier: MIT */
#include "app/jobs.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/jobs_internal.h"
#include "operator/server/api.h"
#include "operator/server/query.h"
#include "platform/log/log.h"
#include "store/disk.h"
#include "venue/local/exchange.h"

struct jobs *jobs_new(const struct options *options, char *error, size_t error_size)
{
    char folder[BESIDE_PATH_MAX];
    struct jobs *jobs = calloc(1, sizeof *jobs);
    if (jobs == NULL) {
        snprintf(error, error_size, "out of memory");
        return NULL;
    }
    jobs->options = options;
    jobs->clock = clock_system();
    jobs->id_next = 1;
    jobs->strategy_count = strategy_table_count;
    memcpy(jobs->strategies, strategy_table, strategy_table_count * sizeof *strategy_table);
    jobs->synthetic =
        options->venue.name != VENUE_KRAKEN && options->market.kind == EXCHANGE_SYNTHETIC;
    snprintf(folder, sizeof folder, "%s/backtests", options->session.state);
    if (!beside_find(options, folder, &jobs->places)) {
        snprintf(error, error_size, "%s: backtests cannot be kept there: %s", folder,
                 strerror(errno));
        free(jobs);
        return NULL;
    }
    jobs_load(jobs);
    return jobs;
}

void jobs_free(struct jobs *jobs)
{
    if (jobs == NULL) {
        return;
    }
    jobs_end(jobs);
    for (uint32_t i = 0; i < jobs->count; i++) {
        free(jobs->list[i].words);
    }
    free(jobs);
}

struct job *jobs_find(struct jobs *jobs, uint64_t id)
{
    for (uint32_t i = 0; i < jobs->count; i++) {
        if (jobs->list[i].id == id) {
            return &jobs->list[i];
        }
    }
    return NULL;
}

static bool has_ended(const struct job *job)
{
    return job->state != JOB_QUEUED && job->state != JOB_RUNNING;
}

static uint32_t ended_count(const struct jobs *jobs)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < jobs->count; i++) {
        count += has_ended(&jobs->list[i]);
    }
    return count;
}

static void drop(struct jobs *jobs, uint32_t index)
{
    free(jobs->list[index].words);
    jobs->count--;
    memmove(&jobs->list[index], &jobs->list[index + 1],
            (jobs->count - index) * sizeof jobs->list[0]);
}

static void drop_oldest(struct jobs *jobs)
{
    for (uint32_t i = 0; i < jobs->count; i++) {
        if (has_ended(&jobs->list[i])) {
            jobs_forget(jobs, jobs->list[i].id);
            drop(jobs, i);
            return;
        }
    }
}

void jobs_settle(struct jobs *jobs, struct job *job, enum job_state state, const char *result,
                 size_t len)
{
    job->state = state;
    job->ended_ns = jobs->clock.wall_ns(jobs->clock.self);
    free(job->words);
    job->words = NULL;
    const int code = jobs_keep(jobs, job, result, len);
    if (code != 0) {
        job->state = JOB_FAILED;
        snprintf(job->error, sizeof job->error, "its result cannot be kept in %s: %s",
                 jobs->places.folder, strerror(-code));
        log_warn("backtests.keep", job->error, NULL);
    }
    if (ended_count(jobs) > JOBS_KEPT) {
        drop_oldest(jobs);
    }
}

/* Takes its place in the queue; the HTTP status. */
static int enqueue(struct jobs *jobs, const struct job *like, const struct job_words *words,
                   char *error, size_t error_size)
{
    char path[BESIDE_PATH_MAX + 32];
    struct job *job = &jobs->list[jobs->count];
    *job = *like;
    job->words = malloc(sizeof *job->words);
    if (job->words == NULL) {
        snprintf(error, error_size, "out of memory");
        return 503;
    }
    *job->words = *words;
    jobs_path(jobs, job->id, "yaml", path, sizeof path);
    const bool written = beside_write_config(jobs->options, path);
    const int code = written ? jobs_keep(jobs, job, NULL, 0) : -errno;
    if (code != 0) {
        snprintf(error, error_size, "it cannot be kept in %s: %s", jobs->places.folder,
                 strerror(-code));
        jobs_forget(jobs, job->id);
        free(job->words);
        return 503;
    }
    jobs->count++;
    jobs->id_next++;
    return 202;
}

static int post(struct jobs *jobs, const struct bridge_ask *ask, struct json_writer *json)
{
    static struct job_words words; /* the bridge has one thread */
    static struct job job;
    char error[JOB_ERROR_MAX];
    struct job_asked asked;
    struct job_stock stock;
    int64_t from_ns = 0, to_ns = 0;
    if (!jobs_ask_read(jobs, ask->body, ask->body_len, &asked, error, sizeof error) ||
        !jobs_span(jobs, ask->view, &asked, &stock, &from_ns, &to_ns, error, sizeof error)) {
        return api_problem(json, 400, error);
    }
    if (jobs->count - ended_count(jobs) >= JOBS_QUEUE_MAX) {
        return api_problem(json, 503,
                           "eight backtests wait already; cancel one, or ask again later");
    }
    job = (struct job){.id = jobs->id_next, .made_ns = jobs->clock.wall_ns(jobs->clock.self)};
    jobs_ask_tell(&asked, job.asked, sizeof job.asked);
    if (!jobs_words(jobs, job.id, &asked, &stock, from_ns, to_ns, &words, job.command,
                    sizeof job.command)) {
        return api_problem(json, 400, "set: that is too much for one command line");
    }
    const int status = enqueue(jobs, &job, &words, error, sizeof error);
    if (status != 202) {
        return api_problem(json, status, error);
    }
    json_begin_object(json, NULL);
    json_put_uint(json, "id", job.id);
    json_end_object(json);
    return status;
}

static int list_all(const struct jobs *jobs, const char *query, struct json_writer *json)
{
    char error[256];
    struct query asked = {.limit = JOBS_KEPT + JOBS_QUEUE_MAX};
    if (!query_parse(&asked, QUERY_LIMIT | QUERY_OFFSET, query, error, sizeof error)) {
        return api_problem(json, 400, error);
    }
    json_begin_object(json, NULL);
    json_begin_array(json, "backtests");
    for (int64_t i = asked.offset; i < asked.offset + asked.limit && i < jobs->count; i++) {
        json_begin_object(json, NULL);
        jobs_tell(&jobs->list[jobs->count - 1 - i], json);
        json_end_object(json);
    }
    json_end_array(json);
    json_put_uint(json, "total", jobs->count);
    json_put_int(json, "offset", asked.offset);
    json_put_int(json, "limit", asked.limit);
    json_end_object(json);
    return 200;
}

/* As it is kept; of one that has not ended what is known so far. */
static int get_one(const struct jobs *jobs, const struct job *job, struct json_writer *json)
{
    char path[BESIDE_PATH_MAX + 32], *text = NULL;
    size_t len = 0;
    if (job->state == JOB_DONE) {
        jobs_path(jobs, job->id, "json", path, sizeof path);
        const int code = disk_read_file(path, json->size / 2, &text, &len);
        if (code != 0) {
            return api_problem(json, 500, "its result cannot be read any more");
        }
        json_put_raw(json, NULL, text, len);
        free(text);
        return 200;
    }
    json_begin_object(json, NULL);
    jobs_tell(job, json);
    json_put_null(json, "result");
    json_end_object(json);
    return 200;
}

static int delete_one(struct jobs *jobs, struct job *job, struct json_writer *json)
{
    const uint64_t id = job->id;
    if (!jobs_cancel(jobs, job)) {
        return api_problem(json, 409, "it has ended already");
    }
    json_begin_object(json, NULL);
    json_put_uint(json, "id", id);
    json_put_string(json, "state", job_state_names[JOB_CANCELLED]);
    json_end_object(json);
    return 200;
}

/* "/17": digits alone. */
static struct job *job_of(struct jobs *jobs, const char *path)
{
    const size_t len = strspn(path + 1, "0123456789");
    const bool good = len > 0 && len < 19 && path[1 + len] == '\0';
    return good ? jobs_find(jobs, strtoull(path + 1, NULL, 10)) : NULL;
}

static int answer(void *context, const struct bridge_ask *ask, struct json_writer *json)
{
    struct jobs *jobs = context;
    const bool get = strcmp(ask->method, "GET") == 0 || strcmp(ask->method, "HEAD") == 0;
    if (ask->path[0] == '\0') {
        return get                                ? list_all(jobs, ask->query, json)
               : strcmp(ask->method, "POST") == 0 ? post(jobs, ask, json)
                                                  : api_problem(json, 405, "use GET or POST");
    }
    if (ask->query[0] != '\0') {
        return api_problem(json, 400, "this route takes no parameters");
    }
    if (strcmp(ask->path, "/options") == 0) {
        if (!get) {
            return api_problem(json, 405, "use GET");
        }
        jobs_tell_options(jobs, ask->view, json);
        return 200;
    }
    struct job *job = job_of(jobs, ask->path);
    if (job == NULL) {
        return api_problem(json, 404, "there is no such backtest; the last 20 are kept");
    }
    return get                                  ? get_one(jobs, job, json)
           : strcmp(ask->method, "DELETE") == 0 ? delete_one(jobs, job, json)
                                                : api_problem(json, 405, "use GET or DELETE");
}

static void turn(void *context)
{
    jobs_turn(context);
}

static void end(void *context)
{
    jobs_end(context);
}

struct bridge_jobs jobs_source(struct jobs *jobs)
{
    return (struct bridge_jobs){answer, turn, end, jobs};
}

/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/stress.h"
#include "core/base/timestamp.h"
#include "operator/sentence/sentence.h"

static const char *const routes[STRESS_ASK_COUNT] = {
    "/api/v1/status", "/health", "/api/v1/positions", "/metrics", "/api/v1/thoughts?limit=1",
};

struct stress *stress_new(const struct stress_flags *flags, struct remote *remote)
{
    struct stress *stress = calloc(1, sizeof *stress);
    if (stress == NULL) {
        return NULL;
    }
    stress->flags = *flags;
    stress->remote = remote;
    stress->sample_most = (uint32_t)(flags->hours * 3600 / flags->interval_s) + 2;
    stress->samples = calloc(stress->sample_most, sizeof *stress->samples);
    stress->sight = calloc(1, sizeof *stress->sight);
    if (stress->samples == NULL || stress->sight == NULL) {
        stress_free(stress);
        return NULL;
    }
    return stress;
}

void stress_free(struct stress *stress)
{
    if (stress != NULL) {
        free(stress->samples);
        free(stress->sight);
        free(stress);
    }
}

double stress_metric(const char *page, const char *name)
{
    const size_t len = strlen(name);
    for (const char *line = page; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, name, len) == 0 && line[len] == ' ') {
            return strtod(line + len, NULL);
        }
    }
    return NAN;
}

/* What a counter has grown by; a new process counts from 0. */
static void add(uint64_t *sum, uint64_t *told, uint64_t now)
{
    *sum += now >= *told ? now - *told : now;
    *told = now;
}

void stress_take_status(struct stress *stress, const struct sight_status *status)
{
    const bool anew = stress->has_status && strcmp(stress->status.started, status->started) != 0;
    struct stress_counters *told = &stress->told, *sum = &stress->sum;
    if (!stress->has_status) {
        *told = (struct stress_counters){status->decisions, status->entries, status->exits,
                                         status->orders,    status->rejects, status->messages};
    }
    if (anew) {
        stress->restart_count++;
        *told = (struct stress_counters){0};
    }
    add(&sum->decisions, &told->decisions, status->decisions);
    add(&sum->entries, &told->entries, status->entries);
    add(&sum->exits, &told->exits, status->exits);
    add(&sum->orders, &told->orders, status->orders);
    add(&sum->rejects, &told->rejects, status->rejects);
    add(&sum->messages, &told->messages, status->messages);
    stress->status = *status;
    stress->has_status = true;
}

static struct stress_pair *pair_of(struct stress *stress, const char *symbol)
{
    for (uint32_t i = 0; i < stress->pair_count; i++) {
        if (strcmp(stress->pairs[i].symbol, symbol) == 0) {
            return &stress->pairs[i];
        }
    }
    if (stress->pair_count == PAIR_MAX) {
        return NULL;
    }
    struct stress_pair *pair = &stress->pairs[stress->pair_count++];
    snprintf(pair->symbol, sizeof pair->symbol, "%s", symbol);
    return pair;
}

void stress_take_pairs(struct stress *stress, const struct sight *sight)
{
    int64_t market_ns, heard_ns;
    uint32_t stale = 0;
    const char *now = sight->status.market_time;
    if (!timestamp_parse(now, strlen(now), &market_ns)) {
        return;
    }
    for (uint32_t i = 0; i < sight->pair_count; i++) {
        const struct sight_pair *seen = &sight->pairs[i];
        struct stress_pair *pair = pair_of(stress, seen->symbol);
        if (pair == NULL || !timestamp_parse(seen->heard, strlen(seen->heard), &heard_ns)) {
            continue;
        }
        const bool is_stale = strcmp(seen->health, "stale") == 0;
        stale += is_stale;
        pair->stale_count += is_stale;
        pair->worst_age_s = fmax(pair->worst_age_s, (double)(market_ns - heard_ns) / NS_PER_S);
    }
    stress->stale_most = stale > stress->stale_most ? stale : stress->stale_most;
}

void stress_take_push(struct stress *stress, int64_t mono_ns)
{
    const int64_t gap_ns = mono_ns - stress->push_last_ns;
    stress->push_gap_ns = gap_ns > stress->push_gap_ns ? gap_ns : stress->push_gap_ns;
    stress->push_last_ns = mono_ns;
}

static void on_open(void *context, connection_id id)
{
    struct stress *stress = context;
    remote_greet(stress->remote, id);
}

static void on_text(void *context, connection_id id, const char *text, size_t len)
{
    struct stress *stress = context;
    (void)id;
    stress->push_count++;
    stress->push_bytes += len;
    stress_take_push(stress, remote_now_ns(stress->remote));
    sight_apply(stress->sight, text, len);
}

static void on_closed(void *context, connection_id id, uint32_t code, const char *reason)
{
    struct stress *stress = context;
    (void)code;
    if (id == stress->socket) {
        stress->socket = 0;
        stress->push_lost++;
        snprintf(stress->last_fault, sizeof stress->last_fault, "%s", reason);
    }
}

static const struct transport_events events = {
    .on_open = on_open,
    .on_text = on_text,
    .on_closed = on_closed,
};

/* What an answer tells beside that it came. */
static void take_answer(struct stress *stress, enum stress_question question,
                        const struct remote_answer *answer, struct stress_sample *sample)
{
    struct sight_status status;
    if (question == STRESS_STATUS && sight_read_status(&status, answer->body, answer->len)) {
        stress_take_status(stress, &status);
    } else if (question == STRESS_HEALTH) {
        stress->health_count++;
        stress->unhealthy += answer->status != 200;
    } else if (question == STRESS_METRICS) {
        sample->view_age_s = stress_metric(answer->body, "trader_watchdog_last_update_age_seconds");
        if (isnan(sample->rss_mb)) {
            sample->rss_mb = stress_metric(answer->body, "process_resident_memory_bytes") / 1e6;
        }
    }
}

static void ask(struct stress *stress, enum stress_question question, bool found,
                struct stress_sample *sample)
{
    struct remote_answer answer;
    stress->asked++;
    sample->took_ms[question] = NAN;
    if (!found) {
        return;
    }
    if (!remote_ask(stress->remote, routes[question], NULL, &answer)) {
        snprintf(stress->last_fault, sizeof stress->last_fault, "%s", answer.error);
        return;
    }
    /* /health says with 503 that all is not well, which is an answer. */
    if (answer.status != 200 && !(question == STRESS_HEALTH && answer.status == 503)) {
        snprintf(stress->last_fault, sizeof stress->last_fault, "%s: HTTP status %d",
                 routes[question], answer.status);
        return;
    }
    stress->answered++;
    sample->took_ms[question] = (double)answer.took_ns / NS_PER_MS;
    take_answer(stress, question, &answer, sample);
}

static void take_sample(struct stress *stress)
{
    struct stress_sample *sample = &stress->samples[stress->sample_count++];
    *sample = (struct stress_sample){.wall_ns = remote_wall_ns(stress->remote), .view_age_s = NAN};
    sample->after_s = (double)(remote_now_ns(stress->remote) - stress->began_mono_ns) / NS_PER_S;
    const bool found =
        remote_find(stress->remote, stress->last_fault, sizeof stress->last_fault) == 0;
    stress_read_process(found ? remote_pid(stress->remote) : 0, sample);
    if (found && stress->socket == 0) {
        stress->socket = remote_listen(stress->remote, &events, stress);
    }
    for (int i = 0; i < STRESS_ASK_COUNT && remote_stopped(stress->remote) < 2; i++) {
        ask(stress, (enum stress_question)i, found, sample);
    }
    stress_take_pairs(stress, stress->sight);
}

static void tell(const struct stress *stress, FILE *out)
{
    const struct stress_sample *last = &stress->samples[stress->sample_count - 1];
    char after[48], memory[32] = "not seen";
    sentence_duration(after, sizeof after, (int64_t)(last->after_s * (double)NS_PER_S));
    if (!isnan(last->rss_mb)) {
        snprintf(memory, sizeof memory, "%.1f MB", last->rss_mb);
    }
    fprintf(out,
            "%-14s answers %" PRIu64 "/%" PRIu64 ", status in %.1f ms, worst push gap %.1f s, "
            "memory %s, decisions %" PRIu64 ", trades %" PRIu64 ", restarts %u\n",
            after, stress->answered, stress->asked, last->took_ms[STRESS_STATUS],
            (double)stress->push_gap_ns / NS_PER_S, memory, stress->sum.decisions,
            stress->sum.exits, stress->restart_count);
    fflush(out);
}

void stress_watch(struct stress *stress, FILE *progress)
{
    const int64_t length_ns = (int64_t)(stress->flags.hours * (double)NS_PER_HOUR);
    const int64_t interval_ns = (int64_t)(stress->flags.interval_s * (double)NS_PER_S);
    int64_t tell_ns = length_ns / 20;
    tell_ns = tell_ns > 15 * NS_PER_MIN ? 15 * NS_PER_MIN : tell_ns;
    stress->began_mono_ns = stress->push_last_ns = remote_now_ns(stress->remote);
    stress->began_wall_ns = remote_wall_ns(stress->remote);
    const int64_t end_ns = stress->began_mono_ns + length_ns;
    int64_t next_ns = stress->began_mono_ns, told_ns = stress->began_mono_ns - tell_ns;
    bool going = true;
    while (going && next_ns <= end_ns && stress->sample_count < stress->sample_most) {
        take_sample(stress);
        if (next_ns - told_ns >= tell_ns) {
            tell(stress, progress);
            told_ns = next_ns;
        }
        const int64_t now_ns = remote_now_ns(stress->remote);
        while (next_ns <= now_ns) { /* a round that took longer than the interval leaves one out */
            next_ns += interval_ns;
        }
        going = remote_wait(stress->remote, next_ns < end_ns ? next_ns : end_ns);
    }
    stress_take_push(stress, remote_now_ns(stress->remote));
    stress->interrupted = !going;
    stress->ended_wall_ns = remote_wall_ns(stress->remote);
    if (stress->socket != 0) {
        const connection_id id = stress->socket;
        stress->socket = 0; /* its end is ours */
        remote_hang_up(stress->remote, id);
    }
}

/* SPDX-License-Identifier: MIT */
/* cuttle why: what stands against a trade now, for all pairs and for each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/explain.h"
#include "app/look.h"
#include "app/page.h"
#include "app/why.h"
#include "core/base/timestamp.h"
#include "platform/json/json_writer.h"
#include "store/handle.h"
#include "store/state_lock.h"

static const char help[] =
    "cuttle why [PAIR] [--state DIR] [--json]    why does nothing trade now?\n"
    "\n"
    "  PAIR          BTC/USD: its newest decision in full. Without it a line a pair, the one\n"
    "                nearest to a trade first\n"
    "  --state DIR   the session's state directory (./state)\n"
    "  --json        the same for programs\n"
    "\n"
    "It asks the session that runs on the state directory, as `cuttle ctl` does, and its ledger.\n"
    "Where none runs, the ledger's newest decisions are told. First comes what stands against\n"
    "every entry, then each pair's newest decision of the last 24 hours.\n"
    "Exit status: 0 told; 1 not, and said why.\n";

/* What stands against all pairs at once, by the verdict's word. */
static const struct {
    const char *word, *text;
} barriers[] = {
    {"paused", "trading is paused: `cuttle ctl resume` ends it"},
    {"drawdown", "the drawdown guard has paused trading (risk.max_drawdown): `cuttle ctl resume` "
                 "ends it, and it is measured from there"},
    {"held", "the disk does not take what must be kept: entries go on when it does"},
    {"loss_limit", "the day's loss limit is reached, until the next UTC day "
                   "(risk.max_daily_loss)"},
    {"day_target", "the day's profit target is reached, until the next UTC day "
                   "(day.profit_target)"},
    {"crash", "the market has crashed, and is given time (risk.crash_pause)"},
    {"full", "as many positions are open, or on their way, as risk.max_positions allows"},
    {"mood", "the market is in panic, and entries wait (mood.panic_size)"},
    {"cool_off", "after losses in a row trading cools off (risk.cool_off)"},
};
#define BARRIER_COUNT (sizeof barriers / sizeof barriers[0])
#define AGAINST_MAX (BARRIER_COUNT + 4)

struct against {
    uint32_t count;
    struct {
        const char *word, *text;
    } list[AGAINST_MAX];
};

static void add(struct against *against, bool so, const char *word, const char *text)
{
    if (so) {
        against->list[against->count].word = word;
        against->list[against->count].text = text;
        against->count++;
    }
}

static uint32_t count_health(const struct why *why, const char *health)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < why->pair_count; i++) {
        count += strcmp(why->pairs[i].health, health) == 0;
    }
    return count;
}

static bool bars_any(const struct why *why, const char *word)
{
    for (uint32_t i = 0; i < why->pair_count; i++) {
        if (strcmp(why->pairs[i].against, word) == 0) {
            return true;
        }
    }
    return false;
}

static void gather(const struct why *why, struct against *ret)
{
    *ret = (struct against){0};
    if (!why->running) {
        return;
    }
    add(ret, !why->connected, "disconnected",
        why->reason[0] != '\0' ? why->reason : "the market feed is not connected");
    add(ret, why->pair_count > 0 && count_health(why, "warming") == why->pair_count, "warming_up",
        "the session is warming up: the history is being fetched");
    add(ret, why->pair_count > 0 && count_health(why, "stale") == why->pair_count, "stale",
        "every pair's feed is silent");
    add(ret, !why->entries_possible && !bars_any(why, "held"), "venue",
        why->trouble[0] != '\0' ? why->trouble
        : why->reconciled       ? "the venue takes no entries now"
                                : "the venue has not been compared with the ledger yet");
    for (size_t i = 0; i < BARRIER_COUNT; i++) {
        add(ret, bars_any(why, barriers[i].word), barriers[i].word, barriers[i].text);
    }
}

static bool is_barrier(const char *word)
{
    for (size_t i = 0; i < BARRIER_COUNT; i++) {
        if (strcmp(barriers[i].word, word) == 0) {
            return true;
        }
    }
    return false;
}

static void print_against(const struct why *why)
{
    struct against against;
    char time[32];
    page_time(time, sizeof time, why->market_ns, 0);
    if (!why->running) {
        page_text(0, why->mute ? "The session that runs here cannot be asked: it has no dashboard "
                                 "(server.enabled)."
                               : "No session runs here: start one with `cuttle run`.");
        printf("From the ledger, which ends at %s UTC.\n\n", time);
        return;
    }
    gather(why, &against);
    printf("%s on %s, %s%s; %llu of %llu positions.\n", why->mode, why->venue,
           why->market_ns > 0 ? time : "its market's time not heard yet",
           why->market_ns > 0 ? " UTC" : "", (unsigned long long)why->positions,
           (unsigned long long)why->positions_max);
    if (against.count == 0) {
        printf("Nothing stands against every entry.\n");
    } else {
        printf("Against every entry:\n");
    }
    for (uint32_t i = 0; i < against.count; i++) {
        page_item(against.list[i].word, "%s", against.list[i].text);
    }
    printf("\n");
}

/* What the pair's line begins with: what stands against it alone, or the verdict. */
static const char *state_of(const struct why_pair *pair)
{
    if (pair->health[0] != '\0' && strcmp(pair->health, "fresh") != 0) {
        return pair->health;
    }
    if (pair->against[0] != '\0' && !is_barrier(pair->against)) {
        return pair->against;
    }
    return pair->decided ? pair->verdict : "no signal";
}

/* Where the sentence has named the votes and comes to what became of them; their own reasons stand
 * in parentheses. NULL when it has no such place. */
static const char *outcome_of(const char *text)
{
    static const char *const turns[] = {", but ",        ", as ",         ", against ",
                                        ", confidence ", "; confidence ", ": as many ",
                                        ": too few "};
    int depth = 0;
    for (; *text != '\0'; text++) {
        depth += (*text == '(') - (*text == ')');
        for (size_t i = 0; depth == 0 && i < sizeof turns / sizeof turns[0]; i++) {
            if (strncmp(text, turns[i], strlen(turns[i])) == 0) {
                return text + (i == 0 ? strlen(turns[0]) : 2);
            }
        }
    }
    return NULL;
}

/* The sentence without what the line says already. */
static const char *bare(const struct why_pair *pair)
{
    const char *text = pair->sentence;
    const size_t len = strlen(pair->symbol);
    text += strncmp(text, pair->symbol, len) == 0 && text[len] == ':' ? len + 2 : 0;
    return text + (strncmp(text, "no entry. ", 10) == 0 ? 10 : 0);
}

/* "confidence 0.46 is below the 0.50 needed (trend long)": what a cut line loses last. */
static void put_outcome(const struct why_pair *pair, char *out, size_t size)
{
    static struct told told;
    const char *outcome = outcome_of(pair->sentence);
    if (outcome == NULL || !told_read(&told, pair->json, strlen(pair->json))) {
        snprintf(out, size, "%s", bare(pair));
        return;
    }
    const char *end = strstr(outcome, ". ");
    const size_t whole = end != NULL ? (size_t)(end - outcome) : strlen(outcome);
    const size_t kept = whole > 0 && outcome[whole - 1] == '.' ? whole - 1 : whole;
    size_t len = (size_t)snprintf(out, size, "%.*s", (int)kept, outcome);
    const char *before = " (";
    for (uint32_t i = 0; i < told.vote_count && len < size; i++) {
        const struct told_vote *vote = &told.votes[i];
        if (vote->actionable && !vote->shadow && !vote->cooling) {
            len += (size_t)snprintf(out + len, size - len, "%s%s %s", before, vote->strategy,
                                    vote->direction);
            before = ", ";
        }
    }
    if (before[0] == ',' && len < size) {
        snprintf(out + len, size - len, ")");
    }
}

/* "21 min" of "21 min 56 s". */
static void put_ago(char *out, size_t size, int64_t ago_ns)
{
    sentence_duration(out, size, ago_ns);
    char *unit = strchr(out, ' ');
    if (unit != NULL) {
        unit[1 + strcspn(unit + 1, " ")] = '\0';
    }
}

static uint32_t asked_count(const struct why *why)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < why->strategy_count; i++) {
        count += why->strategies[i].enabled;
    }
    return count;
}

static void print_pair(const struct why *why, const struct why_pair *pair)
{
    char ago[48] = "-", outcome[SENTENCE_MAX + 512], line[sizeof outcome + 128];
    if (pair->decided) {
        put_outcome(pair, outcome, sizeof outcome);
        put_ago(ago, sizeof ago, why->market_ns - pair->time_ns);
        snprintf(line, sizeof line, "%-11s %-11s %-7s %s", pair->symbol, state_of(pair), ago,
                 outcome);
    } else {
        snprintf(line, sizeof line, "%-11s %-11s %-7s %u strategies asked, no signal in 24 h",
                 pair->symbol, state_of(pair), ago, asked_count(why));
    }
    page_line(line);
}

/* Who was asked, and how often each had something to say. */
static void print_strategies(const struct why *why)
{
    char text[1024] = "";
    size_t len = 0;
    for (uint32_t i = 0; i < why->strategy_count && len < sizeof text; i++) {
        const struct why_strategy *strategy = &why->strategies[i];
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s %s %llu/%llu%s",
                                i == 0 ? "" : ", ", strategy->name, strategy->timeframe,
                                (unsigned long long)strategy->actionable,
                                (unsigned long long)strategy->signals,
                                !strategy->enabled ? " (off)"
                                : strategy->shadow ? " (watched)"
                                                   : "");
    }
    if (why->strategy_count > 0) {
        printf("\n");
        page_item("asked", "%s", text);
        page_item(NULL, "(signals since the start that were strong enough / all of them)");
    }
}

static void print_all(const struct why *why)
{
    printf("%-11s %-11s %-7s %s\n", "pair", "state", "decided", "newest decision");
    for (uint32_t i = 0; i < why->pair_count; i++) {
        print_pair(why, &why->pairs[i]);
    }
    print_strategies(why);
}

static void print_one(const struct why *why, const struct why_pair *pair)
{
    static struct told told;
    char time[32], ago[48];
    if (pair->health[0] != '\0') {
        page_item("feed", "%s", pair->health);
        page_item("against", "%s", pair->against[0] != '\0' ? pair->against : "nothing");
    }
    if (!pair->decided) {
        page_item("decided", "nothing in 24 h: %u strategies were asked, and none had a signal",
                  asked_count(why));
    } else if (told_read(&told, pair->json, strlen(pair->json))) {
        page_time(time, sizeof time, pair->time_ns, 0);
        sentence_duration(ago, sizeof ago, why->market_ns - pair->time_ns);
        page_item("decided", "%s, %s before: %s", time, ago, pair->verdict);
        page_item(NULL, "%s", pair->sentence);
        printf("\n");
        explain_decision(&told);
    }
    print_strategies(why);
}

/* A small object; what the ledger keeps stands in it as it is. */
static void print_pair_json(const struct why *why, const struct why_pair *pair)
{
    char text[1024];
    struct json_writer writer;
    json_writer_init(&writer, text, sizeof text);
    json_begin_object(&writer, NULL);
    json_put_string(&writer, "pair", pair->symbol);
    json_put_string(&writer, "state", state_of(pair));
    json_put_string(&writer, "against", pair->against);
    if (pair->decided) {
        json_put_int(&writer, "ago_s", (why->market_ns - pair->time_ns) / NS_PER_S);
    } else {
        json_put_null(&writer, "ago_s");
    }
    printf("%.*s,\"decision\":%s}", (int)writer.len, text, pair->decided ? pair->json : "null");
}

static void print_json(const struct why *why, const struct why_pair *only)
{
    char text[4096];
    struct json_writer writer;
    struct against against;
    gather(why, &against);
    json_writer_init(&writer, text, sizeof text);
    json_begin_object(&writer, NULL);
    json_put_bool(&writer, "running", why->running);
    json_put_time_or_null(&writer, "market_time", why->market_ns, 3);
    json_begin_array(&writer, "against");
    for (uint32_t i = 0; i < against.count; i++) {
        json_begin_object(&writer, NULL);
        json_put_string(&writer, "word", against.list[i].word);
        json_put_string(&writer, "text", against.list[i].text);
        json_end_object(&writer);
    }
    json_end_array(&writer);
    printf("%.*s,\"pairs\":[", (int)writer.len, text);
    for (uint32_t i = 0; only == NULL && i < why->pair_count; i++) {
        printf("%s", i > 0 ? "," : "");
        print_pair_json(why, &why->pairs[i]);
    }
    if (only != NULL) {
        print_pair_json(why, only);
    }
    printf("]}\n");
}

static bool ask_session(struct look *look, struct why *why, const char *address)
{
    char error[512];
    struct ask *ask = ask_open(NULL, error, sizeof error);
    const bool answered = ask != NULL && why_ask(why, ask, address, error, sizeof error);
    ask_close(ask);
    if (!answered) {
        look_complain(look, "%s", error);
    }
    return answered;
}

/* From the session where one can be asked. */
static bool learn(struct look *look, struct why *why)
{
    static struct handle handle;
    char error[512];
    const char *state = look->options.session.state;
    if (handle_read(state, &handle, error, sizeof error) == 0) {
        return ask_session(look, why, handle.address);
    }
    why->mute = state_lock_holder(state) > 0;
    return true;
}

static int tell(struct look *look, struct why *why)
{
    if (!learn(look, why)) {
        return EXIT_FAILURE;
    }
    if (why_read(why, look->ledger) != 0) {
        return look_complain(look, "%s", ledger_error(look->ledger));
    }
    why_sort(why);
    const struct why_pair *only = look->subject != NULL ? why_find(why, look->subject) : NULL;
    if (look->subject != NULL && only == NULL) {
        return look_complain(look,
                             why->running
                                 ? "no pair \"%s\" in this session; `cuttle why` lists them"
                                 : "no decision on \"%s\" in the ledger's last 24 hours",
                             look->subject);
    }
    if (look->json) {
        print_json(why, only);
        return EXIT_SUCCESS;
    }
    print_against(why);
    if (only != NULL) {
        print_one(why, only);
    } else {
        print_all(why);
    }
    return EXIT_SUCCESS;
}

static int run(struct look *look)
{
    struct why *why = calloc(1, sizeof *why);
    if (why == NULL) {
        return look_complain(look, "out of memory");
    }
    const int result = tell(look, why);
    why_free(why);
    free(why);
    return result;
}

int command_why(int argc, char **argv)
{
    return look_command(argc, argv, help, run);
}

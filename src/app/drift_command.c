/* SPDX-License-Identifier: MIT */
/* cuttle drift: a recorded session once more as a backtest, and the first thing that differs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app/backtest.h"
#include "app/commands.h"
#include "app/drift.h"
#include "app/flags.h"
#include "app/playback.h"
#include "app/progress.h"
#include "platform/log/log.h"
#include "research/rerun.h"
#include "store/journal.h"

static const char help[] =
    "cuttle drift DIR|FILE [options]    why a session did not do what a backtest does\n"
    "\n"
    "DIR is a state directory (or its journal/), FILE one segment of a journal. The session is "
    "run\n"
    "again as it was recorded and, beside it, as a backtest: from the first snapshot that holds\n"
    "nothing, with the same market, and orders filled by candles as `cuttle backtest` does. The\n"
    "first thing that differs is named with its cause: data, configuration, account, fill price,\n"
    "latency, refused, fees or decision. Then what both came to, and what of the gap between them\n"
    "each cause explains. Nothing is written.\n"
    "\n"
    "  --store DIR      the candles of this store instead of those that the session was told\n"
    "  --venue NAME     whose of the store; default KRAKEN's, else whose there are\n"
    "  --config FILE    the re-run takes these options; default: those recorded\n"
    "  --set a.b=c      one option otherwise: paper.half_spread, paper.slippage, paper.maker and\n"
    "                   paper.taker (with paper.fees=own) say how the re-run is filled\n"
    "  --json           all of it as one JSON object on standard output\n"
    "\n"
    "docs/drift.md says what each cause means. Exit status: 0 no difference; 1 a difference; 2 it\n"
    "could not be run, and why was said.\n";

enum { STATUS_SAME, STATUS_DIFFERS, STATUS_FAILED };

#define SET_MAX 64

/* Events between two looks at the clock. */
#define PROGRESS_EVERY 4096

struct job {
    const char *path, *store, *venue, *file;
    char *sets[SET_MAX];
    uint32_t set_count;
    bool json, help;
    char dir[1100];
    uint32_t first, last, newest;
    struct playback *playback;
    struct drift *drift;
    struct rerun rerun;
    bool fresh; /* a session begins with the next event, or our re-run with it */
    bool begun, pending;
    uint32_t segment, segment_first;
    struct drift_setup session, ours;
    struct drift_options options;
    const char *session_fills;
    struct backtest_sources *sources[PAIR_MAX];
    struct candle_rows rows[PAIR_MAX];
    const char *strategies[DRIFT_SIDES][STRATEGY_MAX];
    struct pair pairs[PAIR_MAX];
    struct sentence_names names[DRIFT_SIDES];
    uint64_t event_count;
    struct progress progress;
    char stopped[256];
    char error[DRIFT_ERROR_MAX];
};

static int complain(const char *what)
{
    fprintf(stderr, "cuttle drift: %s\n", what);
    return STATUS_FAILED;
}

static void tell_progress(struct job *job)
{
    char words[80];
    if (++job->event_count % PROGRESS_EVERY == 0) {
        snprintf(words, sizeof words, "segment %u of %u, %.1f million events", job->segment,
                 job->newest, (double)job->event_count / 1e6);
        progress_say(&job->progress, words);
    }
}

static bool stop(struct job *job, const char *why)
{
    snprintf(job->stopped, sizeof job->stopped, "%s", why);
    return false;
}

static void settle(struct job *job)
{
    if (job->pending) {
        drift_settle(job->drift, job->rerun.engine);
        job->pending = false;
    }
}

/* The same pairs in the same places, as far as the new session knows them yet. */
static bool same_market(const struct engine *before, const struct engine *next)
{
    bool same = before->config.pair_count == next->config.pair_count &&
                before->config.base == next->config.base;
    for (uint32_t i = 0; same && i < next->config.pair_count; i++) {
        same = strcmp(before->pairs[i].terms.symbol, next->pairs[i].terms.symbol) == 0;
    }
    return same;
}

/* May what we hold side by side go on in a session that was started again? */
static bool goes_on(struct job *job, uint32_t segment, const struct engine *next)
{
    const struct engine *before = playback_engine(job->playback);
    char why[200];
    settle(job);
    if (next == NULL) {
        snprintf(why, sizeof why, "segment %u was recorded by another version of cuttle", segment);
        return stop(job, why);
    }
    if (next->event_count != 0 || next->record_next != before->record_next) {
        snprintf(why, sizeof why, "the recording lacks what was before segment %u", segment);
        return stop(job, why);
    }
    if (!same_market(before, next)) {
        snprintf(why, sizeof why,
                 "from segment %u on the session followed other pairs, or other candles", segment);
        return stop(job, why);
    }
    return true;
}

static bool on_segment(void *context, uint32_t segment, bool follows, const struct engine *next)
{
    struct job *job = context;
    job->segment = segment;
    if (job->begun) {
        job->fresh = !follows;
        return follows || goes_on(job, segment, next);
    }
    /* Other options need candles to learn from, which are told where a session begins. */
    const bool other = job->file != NULL || job->set_count > 0;
    job->fresh = next != NULL && rerun_possible(next) && (!other || next->event_count == 0);
    return true;
}

static const char *fills_of(const struct job *job)
{
    static const char *const words[] = {
        [FILLS_BOOK] = "on paper, filled by the book",
        [FILLS_CANDLES] = "on paper, filled by candles",
        [FILLS_SIMPLE] = "on paper, filled at the touch",
    };
    const struct matching *matching = playback_matching(job->playback);
    return matching == NULL ? "orders at a venue, filled as it said"
                            : words[matching->config.fills];
}

/* What the session runs with. How candles are filled it says only when it is filled by them or
 * might have been, on paper. */
static void see_session(struct job *job, struct drift_setup *ret)
{
    const struct engine *engine = playback_engine(job->playback);
    const struct matching *matching = playback_matching(job->playback);
    ret->engine = engine->config;
    if (matching != NULL) {
        ret->matching = matching->config;
    } else {
        static struct options options;
        options_declare(&options);
        struct config *config = config_new(options.sections, options.section_count);
        options_matching(&options, &ret->matching);
        config_free(config);
    }
    ret->matching.fills = FILLS_CANDLES;
    ret->matching.fees = engine->config.fees;
}

static bool begin(struct job *job)
{
    const struct engine *engine = playback_engine(job->playback);
    const bool other = job->file != NULL || job->set_count > 0;
    const struct matching *matching = playback_matching(job->playback);
    see_session(job, &job->session);
    job->ours = job->session;
    if (other && drift_options_read(&job->session, job->file, job->sets, job->set_count, &job->ours,
                                    job->error, sizeof job->error) != 0) {
        return false;
    }
    drift_init(job->drift, &engine->config,
               matching != NULL && matching->config.fills == FILLS_CANDLES);
    drift_options_compare(&job->session, &job->ours, &job->options);
    if (job->options.count > 0) {
        drift_configured(job->drift, engine->time_ns);
    }
    job->session_fills = fills_of(job);
    job->segment_first = job->segment;
    job->begun = true;
    const struct rerun_config config = {
        .matching = job->ours.matching,
        .engine = other ? &job->ours.engine : NULL,
        .rows = job->store != NULL ? job->rows : NULL,
    };
    return rerun_begin(&job->rerun, &config, engine, job->drift) ||
           (snprintf(job->error, sizeof job->error, "out of memory"), false);
}

/* The session was started again. Its other options are ours from there on, unless we were given
 * our own. */
static bool renew(struct job *job)
{
    const struct engine *engine = playback_engine(job->playback);
    struct drift_setup now;
    static struct drift_options options;
    see_session(job, &now);
    drift_options_compare(&now, &job->session, &options);
    if (options.count > 0 && job->rerun.config.engine == NULL) {
        if (job->drift->first.cause == DRIFT_NONE) {
            job->options = options;
        }
        drift_configured(job->drift, engine->time_ns);
    }
    job->session = now;
    return rerun_renew(&job->rerun, engine) ||
           (snprintf(job->error, sizeof job->error, "out of memory"), false);
}

/* The candles that the store has of the pair; named by the venue when it first tells of it. */
static bool open_pair(struct job *job, uint32_t pair, const struct pair *terms)
{
    if (job->store == NULL || job->sources[pair] != NULL) {
        return true;
    }
    static struct options options;
    const struct backtest_flags flags = {.timeframe_asked = true,
                                         .timeframe = (enum timeframe)job->session.engine.base};
    options = (struct options){0};
    snprintf(options.market.store, sizeof options.market.store, "%s", job->store);
    snprintf(options.session.currency, sizeof options.session.currency, "%s", terms->quote);
    snprintf(options.session.pairs, sizeof options.session.pairs, "%s%s%s",
             job->venue != NULL ? job->venue : "", job->venue != NULL ? ":" : "", terms->symbol);
    struct backtest_sources *sources = job->sources[pair] = calloc(1, sizeof *sources);
    if (sources == NULL) {
        snprintf(job->error, sizeof job->error, "out of memory");
        return false;
    }
    if (backtest_sources_open(sources, &flags, &options, job->error) != 0) {
        return false;
    }
    job->rows[pair] = sources->rows[0];
    return true;
}

static bool open_listed(struct job *job)
{
    const struct engine *engine = playback_engine(job->playback);
    bool opened = true;
    for (uint32_t i = 0; opened && i < engine->config.pair_count; i++) {
        opened = !engine->pairs[i].listed || open_pair(job, i, &engine->pairs[i].terms);
    }
    return opened;
}

static bool on_event(void *context, const struct event *event)
{
    struct job *job = context;
    settle(job);
    if (job->fresh) {
        job->fresh = false;
        if (!(job->begun ? renew(job) : begin(job)) || !open_listed(job)) {
            return false;
        }
    }
    if (!job->begun) {
        return true;
    }
    if (event->kind == EVENT_PAIR && !open_pair(job, event->pair.pair, &event->pair.terms)) {
        return false;
    }
    rerun_event(&job->rerun, event);
    job->pending = true;
    tell_progress(job);
    return true;
}

static void on_step(void *context, const struct event *event, const struct actions *actions)
{
    struct job *job = context;
    if (job->begun) {
        drift_step(job->drift, DRIFT_SESSION, event, actions, playback_engine(job->playback));
    }
}

static void name_everything(struct job *job)
{
    const struct engine *const engines[] = {playback_engine(job->playback), job->rerun.engine};
    const struct engine *engine = job->rerun.engine;
    for (uint32_t i = 0; i < engine->config.pair_count; i++) {
        job->pairs[i] = engine->pairs[i].terms;
    }
    for (uint32_t side = 0; side < DRIFT_SIDES; side++) {
        const uint32_t count = engines[side]->config.strategy_count;
        for (uint32_t i = 0; i < count; i++) {
            job->strategies[side][i] = engines[side]->seats[i].name;
        }
        job->names[side] = (struct sentence_names){
            .currency = job->pairs[0].quote,
            .strategies = job->strategies[side],
            .strategy_count = count,
            .pairs = job->pairs,
            .pair_count = engine->config.pair_count,
        };
    }
}

static int report(struct job *job, const struct playback_result *result)
{
    name_everything(job);
    const struct drift_page page = {
        .drift = job->drift,
        .names = job->names,
        .matching = &job->ours.matching,
        .session_fills = job->session_fills,
        .journal = job->path,
        .store = job->store,
        .base = (enum timeframe)job->session.engine.base,
        .segment_first = job->segment_first,
        .segment_last = job->segment,
        .torn = result->torn,
        .stopped = job->stopped,
        .options = &job->options,
        .options_given = job->file != NULL || job->set_count > 0,
    };
    if (job->json) {
        char *text = drift_page_json(&page);
        if (text == NULL) {
            return complain("out of memory");
        }
        printf("%s\n", text);
        free(text);
    } else {
        drift_page_print(&page, stdout);
    }
    if (fflush(stdout) != 0) {
        return complain("the output was not taken");
    }
    return job->drift->first.cause == DRIFT_NONE ? STATUS_SAME : STATUS_DIFFERS;
}

static int why_not(const struct job *job, const struct playback_result *result)
{
    if (result->foreign_count > 0) {
        return complain("another version of cuttle recorded this session: run that one's drift");
    }
    return complain(job->file != NULL || job->set_count > 0
                        ? "with other options the re-run begins where a session began with no "
                          "position and no order; no segment here is such a one"
                        : "every segment opens with a position or an order: there is no snapshot "
                          "from which a backtest could begin");
}

static int run(struct job *job)
{
    struct playback_result result;
    const struct playback_watch watch = {.on_segment = on_segment, .on_event = on_event};
    if (journal_locate(job->dir, INT64_MAX, &job->newest, job->error, sizeof job->error) != 0) {
        return complain(job->error[0] != '\0' ? job->error : "no session is recorded there");
    }
    job->error[0] = '\0';
    playback_watch(job->playback, &watch);
    progress_begin(&job->progress);
    const int outcome = playback_run(job->playback, job->dir, job->first, job->last, &result);
    progress_end(&job->progress);
    if (job->error[0] != '\0') {
        return complain(job->error);
    }
    if (outcome != 0 && job->stopped[0] == '\0') {
        return complain(result.note);
    }
    if (!job->begun) {
        return why_not(job, &result);
    }
    settle(job);
    drift_end(job->drift, playback_engine(job->playback), job->rerun.engine);
    return report(job, &result);
}

/* How many words it took; 0: it is no flag of ours. */
static int take(struct job *job, int argc, char **argv)
{
    const struct {
        const char *flag;
        const char **value;
    } texts[] = {{"--store", &job->store}, {"--venue", &job->venue}, {"--config", &job->file}};
    for (size_t i = 0; argc > 1 && i < sizeof texts / sizeof texts[0]; i++) {
        if (strcmp(argv[0], texts[i].flag) == 0) {
            *texts[i].value = argv[1];
            return 2;
        }
    }
    if (strcmp(argv[0], "--set") == 0 && argc > 1 && job->set_count < SET_MAX) {
        job->sets[job->set_count++] = argv[1];
        return 2;
    }
    if (strcmp(argv[0], "--json") == 0) {
        job->json = true;
        return 1;
    }
    if (flags_is_help(argv[0])) {
        job->help = true;
        return 1;
    }
    if (argv[0][0] != '-' && job->path == NULL) {
        job->path = argv[0];
        return 1;
    }
    return 0;
}

static int read_words(struct job *job, int argc, char **argv)
{
    for (int i = 1; i < argc;) {
        const int taken = take(job, argc - i, argv + i);
        if (taken == 0) {
            fprintf(stderr, "cuttle drift: %s: what is that? `cuttle help drift` tells\n", argv[i]);
            return STATUS_FAILED;
        }
        i += taken;
    }
    if (job->help) {
        fputs(help, stdout);
        return STATUS_SAME;
    }
    if (job->path == NULL) {
        fputs(help, stderr);
        return STATUS_FAILED;
    }
    if (!playback_find(job->path, job->dir, sizeof job->dir, &job->first, &job->last)) {
        fprintf(stderr, "cuttle drift: %s: no state directory and no journal segment\n", job->path);
        return STATUS_FAILED;
    }
    return run(job);
}

int command_drift(int argc, char **argv)
{
    char error[256];
    int status = STATUS_FAILED;
    struct job *job = calloc(1, sizeof *job);
    if (job != NULL) {
        job->drift = calloc(1, sizeof *job->drift);
        job->playback = playback_new(on_step, NULL, job);
    }
    if (job == NULL || job->drift == NULL || job->playback == NULL) {
        complain("out of memory");
    } else {
        log_open(&(struct log_config){.level = LOG_WARN}, error, sizeof error);
        status = read_words(job, argc, argv);
        log_close();
    }
    for (uint32_t i = 0; job != NULL && i < PAIR_MAX; i++) {
        if (job->sources[i] != NULL) {
            backtest_sources_close(job->sources[i]);
            free(job->sources[i]);
        }
    }
    if (job != NULL) {
        rerun_free(&job->rerun);
        playback_free(job->playback);
        free(job->drift);
    }
    free(job);
    return status;
}

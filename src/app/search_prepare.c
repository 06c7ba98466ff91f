/* SPDX-License-Identifier: MIT */
/* What a search hangs on: its space, its spans, its study, and what a point means to the engine. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/report_folder.h"
#include "app/search_board.h"
#include "core/base/check.h"
#include "core/base/crc32.h"
#include "core/base/timestamp.h"

/* Periods below which the next shorter length is taken: too few returns say nothing. */
#define PERIODS_ENOUGH 60

/* The sections whose options are no parameters of trading: where, on what, at which cost. */
static const char *const outside_sections[] = {"session", "universe", "venue", "market",  "paper",
                                               "broker",  "server",   "log",   "journal", "alarm"};

static bool is_outside(const char *section)
{
    for (size_t i = 0; i < sizeof outside_sections / sizeof outside_sections[0]; i++) {
        if (strcmp(outside_sections[i], section) == 0) {
            return true;
        }
    }
    return false;
}

static const char strategy_section[] = "strategy.";

/* True for a strategy's section, unless that one votes. */
static bool is_silent(const struct search_job *job, const char *section)
{
    return strncmp(section, strategy_section, sizeof strategy_section - 1) == 0 &&
           !backtest_setup_votes(&job->setup, section);
}

static bool read_space(struct search_job *job, char error[BACKTEST_ERROR_MAX])
{
    struct config_section sections[CONFIG_SECTION_MAX];
    const struct options *options = &job->setup.options;
    size_t count = 0;
    for (size_t i = 0; i < options->section_count; i++) {
        const char *name = options->sections[i].name;
        if (!is_outside(name) && !is_silent(job, name)) {
            sections[count++] = options->sections[i];
        }
    }
    if (job->flags.space_count == 0) {
        snprintf(error, BACKTEST_ERROR_MAX,
                 "what is to be searched? Name an option and its values, as in "
                 "--space strategy.%s.timeframe=1h,4h; once for each",
                 strategy_table[job->setup.engine.strategies[0].type]->name);
        return false;
    }
    for (uint32_t i = 0; i < job->flags.space_count; i++) {
        char why[512];
        if (space_add(&job->space, sections, count, job->setup.flags.strategy, job->flags.spaces[i],
                      why, sizeof why) != 0) {
            snprintf(error, BACKTEST_ERROR_MAX, "--space %s", why);
            return false;
        }
    }
    return true;
}

bool search_settle(struct search_job *job, const struct point *point, struct engine_config *engine,
                   struct matching_config *matching)
{
    struct backtest_setup *setup = &job->setup;
    char text[64];
    setup->options = job->present;
    for (uint32_t i = 0; point != NULL && i < job->space.axis_count; i++) {
        const struct axis *axis = &job->space.axes[i];
        axis_text(axis, point->at[i], text, sizeof text);
        if (config_set(setup->config, axis->name, text, "--space") != 0) {
            snprintf(job->impossible, sizeof job->impossible, "%s", config_error(setup->config));
            return false;
        }
    }
    options_raise(&setup->options);
    if (backtest_setup_engine(setup, job->impossible) != 0) {
        return false;
    }
    *engine = setup->engine;
    *matching = setup->matching;
    return true;
}

static bool is_possible(void *context, const struct point *point)
{
    struct engine_config engine;
    struct matching_config matching;
    return search_settle(context, point, &engine, &matching);
}

/* From the first candle to the end of the last, within --start and --end. */
static void see_span(struct search_job *job)
{
    const struct backtest_setup *setup = &job->setup;
    const int64_t from_ns = setup->run.start_ns != 0 ? setup->run.start_ns : INT64_MIN;
    const int64_t end_ns = setup->run.end_ns != 0 ? setup->run.end_ns : INT64_MAX;
    job->from_ns = INT64_MAX;
    job->until_ns = INT64_MIN;
    for (uint32_t i = 0; i < setup->sources.count; i++) {
        const struct candle_rows *rows = &setup->sources.rows[i];
        const size_t first = candle_rows_find(rows, from_ns), last = candle_rows_find(rows, end_ns);
        if (first < last) {
            const int64_t begins_ns = rows->rows[first].time_ns;
            const int64_t ends_ns = rows->rows[last - 1].time_ns + timeframe_ns[rows->timeframe];
            job->from_ns = begins_ns < job->from_ns ? begins_ns : job->from_ns;
            job->until_ns = ends_ns > job->until_ns ? ends_ns : job->until_ns;
        }
    }
}

static int64_t round_down(int64_t time_ns, int64_t step_ns)
{
    return time_ns - ((time_ns % step_ns) + step_ns) % step_ns;
}

/* Returns by the UTC day, or of shorter spans by the hour or the candle; of very many sets by
 * several days, so that all of them have room. */
static void choose_periods(struct search_job *job)
{
    const int64_t base_ns = timeframe_ns[job->setup.engine.base];
    const int64_t span_ns = job->cut_ns - job->from_ns;
    uint64_t most = STUDY_RETURNS_MAX / search_expected(&job->search);
    most = most > STUDY_PERIODS_MAX ? STUDY_PERIODS_MAX : most < 1 ? 1 : most;
    const bool days = job->no_kernel == NULL || span_ns / NS_PER_DAY >= PERIODS_ENOUGH;
    int64_t period_ns = days ? NS_PER_DAY : NS_PER_HOUR;
    if (!days && (span_ns / period_ns < PERIODS_ENOUGH || period_ns < base_ns)) {
        period_ns = base_ns;
    }
    /* Cut at the multiples of their length, a span may touch one more than fit into it. */
    int64_t periods = INT64_MAX;
    for (int64_t each = 1; periods > (int64_t)most; each++) {
        job->period_ns = period_ns * each;
        periods = (job->cut_ns - 1) / job->period_ns - job->from_ns / job->period_ns + 1;
        CHECK(each <= span_ns / period_ns + 2);
    }
    job->periods = (uint32_t)periods;
}

static bool see_whole_span(struct search_job *job, char error[BACKTEST_ERROR_MAX])
{
    see_span(job);
    if (job->flags.last_ns != 0 && job->from_ns < job->until_ns) {
        if (job->setup.run.start_ns != 0) {
            snprintf(error, BACKTEST_ERROR_MAX, "--last and --start both say when it begins");
            return false;
        }
        job->setup.run.start_ns = job->until_ns - job->flags.last_ns;
        see_span(job);
    }
    if (job->from_ns >= job->until_ns) {
        snprintf(error, BACKTEST_ERROR_MAX, "there is not one candle between start and end");
        return false;
    }
    return true;
}

static bool cut_spans(struct search_job *job, char error[BACKTEST_ERROR_MAX])
{
    if (job->flags.fold != NULL) {
        job->from_ns = job->flags.fold->train_from_ns;
        job->cut_ns = job->until_ns = job->flags.fold->train_until_ns;
        return true;
    }
    const int64_t span_ns = job->until_ns - job->from_ns;
    const int64_t out_ns = (int64_t)(job->flags.holdout * (double)span_ns);
    const int64_t base_ns = timeframe_ns[job->setup.engine.base];
    /* At a midnight, where that moves the cut by little. */
    const int64_t step_ns = span_ns >= 20 * NS_PER_DAY ? NS_PER_DAY : base_ns;
    job->cut_ns = out_ns == 0 ? job->until_ns : round_down(job->until_ns - out_ns, step_ns);
    if (job->cut_ns <= job->from_ns) {
        snprintf(error, BACKTEST_ERROR_MAX,
                 "so few candles cannot be cut in two: take a longer span, or --holdout 0");
        return false;
    }
    return true;
}

static void say_candles(const struct search_job *job, struct study_terms *terms)
{
    for (uint32_t i = 0; i < job->setup.sources.count; i++) {
        const struct candle_rows *rows = &job->setup.sources.rows[i];
        const struct candle_key *key = &job->setup.sources.list[i].key;
        char name[64], from[TIMESTAMP_TEXT_MAX] = "-", until[TIMESTAMP_TEXT_MAX] = "-";
        const size_t count = candle_rows_find(rows, job->until_ns);
        if (count > 0) {
            timestamp_format(from, rows->rows[0].time_ns, 0);
            timestamp_format(until, rows->rows[count - 1].time_ns, 0);
        }
        snprintf(name, sizeof name, "candles %s%s%s", key->venue, key->venue[0] != '\0' ? ":" : "",
                 key->symbol);
        study_say(terms, name, "%zu of %s, %s to %s, crc %08" PRIx32, count,
                  timeframe_names[rows->timeframe], from, until,
                  crc32_update(0, rows->rows, count * sizeof rows->rows[0]));
        if (job->setup.sources.tape != NULL) {
            char trades[128];
            backtest_tape_terms(job->setup.sources.tape, i, trades, sizeof trades);
            snprintf(name, sizeof name, "trades %s", key->symbol);
            study_say(terms, name, "%s", trades);
        }
    }
}

/* Every option that trading hangs on and that is not searched. */
static void say_options(const struct search_job *job, struct study_terms *terms)
{
    const struct options *options = &job->setup.options;
    char key[256];
    for (size_t s = 0; s < options->section_count; s++) {
        const struct config_section *section = &options->sections[s];
        const bool kept = !is_outside(section->name) || strcmp(section->name, "paper") == 0;
        for (size_t i = 0; kept && i < section->option_count; i++) {
            snprintf(key, sizeof key, "%s.%s", section->name, section->options[i].name);
            bool known = is_silent(job, section->name) ||
                         section->options[i].type == OPTION_SECRET ||
                         strcmp(key, "strategies.folder") == 0;
            for (uint32_t a = 0; a < job->space.axis_count; a++) {
                known |= strcmp(job->space.axes[a].name, key) == 0;
            }
            if (!known) {
                study_say(terms, key, "%s", config_text(job->setup.config, key));
            }
        }
    }
    study_say(terms, "warmed up by", "%zu candles", job->setup.run.history);
    study_say(terms, "session.capital", "%s", config_text(job->setup.config, "session.capital"));
    study_say(terms, "session.currency", "%s", options->session.currency);
}

static void say_scripts(struct search_job *job, struct study_terms *terms)
{
    for (uint32_t i = 0; i < job->setup.engine.strategy_count; i++) {
        const uint32_t type = job->setup.engine.strategies[i].type;
        if (type >= strategy_built_in) {
            const char *text =
                script_text(shelf_script(job->setup.options.shelf, type - strategy_built_in));
            char name[64];
            snprintf(name, sizeof name, "script %s", strategy_table[type]->name);
            study_say(terms, name, "crc %08" PRIx32, crc32_update(0, text, strlen(text)));
            job->scripted = true;
        }
    }
}

static void say_terms(struct search_job *job, struct study_terms *terms)
{
    const struct objective *objective = &job->flags.objective;
    const int64_t times_ns[] = {job->from_ns, job->cut_ns, job->until_ns};
    static const char *const names[] = {"from", "cut", "until"};
    char text[TIMESTAMP_TEXT_MAX];
    study_say(terms, "version", "%s, engine %d", CUTTLE_VERSION, ENGINE_VERSION);
    study_say(terms, "method", "%s", search_method_names[job->flags.method]);
    study_say(terms, "seed", "%" PRIu64, job->flags.seed);
    if (job->flags.method == SEARCH_HALVING) {
        study_say(terms, "sets in the first rung", "%" PRIu64, job->search.config.budget);
    }
    study_say(terms, "objective", "%s", objective_names[objective->kind]);
    study_say(terms, "drawdown at most", "%.12g", objective->drawdown_max);
    study_say(terms, "trades at least", "%" PRIu64, objective->trades_min);
    for (uint32_t i = 0; i < job->space.axis_count; i++) {
        study_say(terms, job->space.axes[i].name, "%s", job->space.axes[i].text);
    }
    for (int i = 0; i < 3; i++) {
        timestamp_format(text, times_ns[i], 0);
        study_say(terms, names[i], "%s", text);
    }
    study_say(terms, "periods", "%" PRIu32 " of %" PRId64 " s", job->periods,
              job->period_ns / NS_PER_S);
    study_say(terms, "path", "%s", trial_path_names[job->no_kernel == NULL]);
    study_say(terms, "strategy alone", "%s",
              job->setup.flags.strategy != NULL ? job->setup.flags.strategy : "-");
    study_say(terms, "all cash each time", "%s", job->setup.flags.stake_all ? "yes" : "no");
    study_say(terms, "timeframe", "%s, filled on %s", timeframe_names[job->setup.sources.decided],
              timeframe_names[job->setup.engine.base]);
    say_candles(job, terms);
    say_options(job, terms);
    say_scripts(job, terms);
}

bool search_name(const struct backtest_setup *setup, const char *asked, const char *suffix,
                 size_t room, char name[SEARCH_NAME_MAX], char folder[DISK_PATH_MAX],
                 char error[BACKTEST_ERROR_MAX])
{
    char base[BACKTEST_NAME_MAX], time_text[REPORT_STAMP_MAX];
    if (asked != NULL && strlen(asked) >= room) {
        snprintf(error, BACKTEST_ERROR_MAX, "--study: a name has at most %zu characters", room - 1);
        return false;
    }
    if (asked != NULL) {
        snprintf(name, SEARCH_NAME_MAX, "%s", asked);
    } else {
        backtest_setup_name(setup, base);
        report_stamp(time_text);
        snprintf(name, SEARCH_NAME_MAX, "%s-%s%s", base, time_text, suffix);
    }
    search_folder(name, folder);
    return true;
}

/* Of workers on one disk each writes a study of its own: the first that nobody works on, of NAME,
 * NAME-2, NAME-3, .. Any of them is the beginning of the same one. */
static int open_free(struct search_job *job, struct study_config *config, char *error)
{
    enum { FOLDERS_MAX = 1000 };
    char base[DISK_PATH_MAX - 8];
    snprintf(base, sizeof base, "%.*s", (int)sizeof base - 1, job->folder);
    int code = study_open(&job->study, config, error, BACKTEST_ERROR_MAX);
    for (int i = 2; code == -EBUSY && job->share != NULL && i <= FOLDERS_MAX; i++) {
        snprintf(job->folder, sizeof job->folder, "%s-%d", base, i);
        error[0] = '\0';
        code = study_open(&job->study, config, error, BACKTEST_ERROR_MAX);
    }
    return code;
}

static bool open_study(struct search_job *job, char error[BACKTEST_ERROR_MAX])
{
    struct study_terms *terms = calloc(1, sizeof *terms);
    if (terms == NULL) {
        snprintf(error, BACKTEST_ERROR_MAX, "out of memory");
        return false;
    }
    say_terms(job, terms);
    if (!search_name(&job->setup, job->flags.study, "", sizeof job->name, job->name, job->folder,
                     error) ||
        (job->flags.board != NULL && !search_board_open(job, terms, error))) {
        study_terms_free(terms);
        free(terms);
        return false;
    }
    struct study_config config = {.folder = job->folder,
                                  .space = &job->space,
                                  .terms = terms,
                                  .periods = job->periods,
                                  .word_count = job->flags.word_count,
                                  .words = job->flags.words,
                                  .now_ns = (int64_t)time(NULL) * NS_PER_S};
    const int code = open_free(job, &config, error);
    study_terms_free(terms);
    free(terms);
    if (code == 0 && study_torn(job->study) > 0) {
        fprintf(stderr, "cuttle search: %s: %" PRIu64 " bytes that were not whole are cut away\n",
                job->folder, study_torn(job->study));
    }
    return code == 0;
}

bool search_open(struct search_job *job, char error[BACKTEST_ERROR_MAX])
{
    if (!backtest_setup_open(&job->setup, error) || !read_space(job, error) ||
        !see_whole_span(job, error)) {
        return false;
    }
    job->present = job->setup.options;
    return true;
}

bool search_prepare(struct search_job *job, char error[BACKTEST_ERROR_MAX])
{
    enum { RANDOM_TRIALS = 200, GRID_MAX = 10000000 };
    if (!search_open(job, error) || !cut_spans(job, error)) {
        return false;
    }
    const bool grid = job->flags.method == SEARCH_GRID;
    if (grid && space_grid_count(&job->space) > GRID_MAX) {
        snprintf(error, BACKTEST_ERROR_MAX,
                 "the grid has more than %d sets: take wider steps, or --method random", GRID_MAX);
        return false;
    }
    if (grid && job->flags.trials != 0) {
        snprintf(error, BACKTEST_ERROR_MAX,
                 "--trials: a grid is tried whole; --method random tries as many as you say");
        return false;
    }
    const struct search_config config = {
        .space = &job->space,
        .objective = job->flags.objective,
        .method = job->flags.method,
        .seed = job->flags.seed,
        .budget = grid || job->flags.trials != 0 ? job->flags.trials : RANDOM_TRIALS,
        .possible = is_possible,
        .context = job,
    };
    search_init(&job->search, &config);
    search_choose_path(job);
    choose_periods(job);
    if (!open_study(job, error)) {
        return false;
    }
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    job->workers = job->flags.workers != 0   ? job->flags.workers
                   : cores < 1               ? 1
                   : cores > CREW_WORKER_MAX ? CREW_WORKER_MAX
                                             : (uint32_t)cores;
    job->workers = job->scripted ? 1 : job->workers;
    return true;
}

void search_close(struct search_job *job)
{
    if (job == NULL) {
        return;
    }
    search_board_close(job);
    study_close(job->study);
    search_deinit(&job->search);
    backtest_setup_close(&job->setup);
    search_flags_free(&job->flags);
    free(job->tasks);
    free(job->days);
    free(job);
}

/* SPDX-License-Identifier: MIT */
#include "app/monte_carlo_text.h"

#include <inttypes.h>

#include "core/base/timestamp.h"

struct rows {
    struct monte_carlo_row *list;
    uint32_t count;
};

static void add(struct rows *rows, const char *name, const char *(*put)(char[CELL], double),
                double own, const struct bands *bands)
{
    struct monte_carlo_row *row = &rows->list[rows->count++];
    *row = (struct monte_carlo_row){.put = put, .own = own, .bands = bands};
    snprintf(row->name, sizeof row->name, "%s", name);
}

uint32_t monte_carlo_rows(const struct monte_carlo_job *job,
                          struct monte_carlo_row list[MONTE_CARLO_ROW_MAX])
{
    struct rows rows = {.list = list};
    const struct drawn *shuffle = &job->shuffle, *bootstrap = &job->bootstrap;
    char text[80], length[CELL];
    if (shuffle->count > 0) {
        snprintf(text, sizeof text, "its %zu trades in another order", shuffle->count);
        add(&rows, text, NULL, 0, NULL);
        add(&rows, "worst drawdown", text_share, shuffle->found.own.drawdown,
            &shuffle->found.drawdown);
    }
    if (bootstrap->count > 0) {
        snprintf(text, sizeof text, "its %zu periods of %s, drawn anew in blocks of %.1f",
                 bootstrap->count, text_length(length, job->period_ns),
                 bootstrap->found.block_length);
        add(&rows, text, NULL, 0, NULL);
        add(&rows, "total return", text_percent, bootstrap->found.own.total_return,
            &bootstrap->found.total_return);
        add(&rows, "worst drawdown", text_share, bootstrap->found.own.drawdown,
            &bootstrap->found.drawdown);
    }
    if (job->flags.jitter > 0) {
        const struct curve_metrics *ours = &job->result.ours;
        snprintf(text, sizeof text, "its %u parameters moved by up to %g %%", job->jitter->count,
                 job->flags.jitter_by * 100);
        add(&rows, text, NULL, 0, NULL);
        add(&rows, "total return", text_percent, ours->total_return, &job->jitter_return);
        add(&rows, "worst drawdown", text_share, ours->drawdown, &job->jitter_drawdown);
        add(&rows, "Sharpe ratio", text_figure, ours->sharpe, &job->jitter_sharpe);
    }
    return rows.count;
}

static void say_shuffle(const struct monte_carlo_job *job, char text[MONTE_CARLO_TEXT_MAX])
{
    const struct monte_carlo *found = &job->shuffle.found;
    char worse[CELL], ruin[CELL];
    if (job->shuffle.count == 0) {
        snprintf(text, MONTE_CARLO_TEXT_MAX, "No trade was closed: there is none to shuffle.");
        return;
    }
    snprintf(text, MONTE_CARLO_TEXT_MAX,
             "%s of %" PRIu64 " orders of its trades fell deeper than theirs did; %s fell below "
             "%.4g %% of the capital.",
             text_share(worse, found->worse_probability), job->flags.runs,
             text_share(ruin, found->ruin_probability), job->flags.ruin * 100);
}

static void say_bootstrap(const struct monte_carlo_job *job, char text[MONTE_CARLO_TEXT_MAX])
{
    const struct monte_carlo *found = &job->bootstrap.found;
    char lost[CELL], ruin[CELL];
    snprintf(text, MONTE_CARLO_TEXT_MAX,
             "%s of %" PRIu64 " histories drawn anew ended in a loss; %s fell below %.4g %% of the "
             "capital.",
             text_share(lost, found->loss_probability), job->flags.runs,
             text_share(ruin, found->ruin_probability), job->flags.ruin * 100);
}

/* The guard is the engine's, and in the draws there is no engine. */
static void say_halt(const struct monte_carlo_job *job, char text[MONTE_CARLO_TEXT_MAX])
{
    char date[CELL];
    snprintf(
        text, MONTE_CARLO_TEXT_MAX,
        "risk.max_drawdown paused trading at %s; the days after it, on which nothing happened, "
        "are drawn too (--set risk.max_drawdown=0 goes on).",
        text_date(date, job->result.account.halted_ns));
}

static void say_jitter(const struct monte_carlo_job *job, char text[MONTE_CARLO_TEXT_MAX])
{
    snprintf(text, MONTE_CARLO_TEXT_MAX,
             "%" PRIu64 " of %" PRIu64 " neighbours of the settings made money; %" PRIu64
             " made more than the settings themselves.",
             job->jitter_won, job->flags.jitter, job->jitter_beat);
}

bool monte_carlo_sentence(const struct monte_carlo_job *job, int index,
                          char text[MONTE_CARLO_TEXT_MAX])
{
    static void (*const sentences[])(const struct monte_carlo_job *,
                                     char *) = {say_shuffle, say_bootstrap, say_jitter, say_halt};
    const bool said[] = {true, job->bootstrap.count > 0, job->flags.jitter > 0,
                         job->result.account.halted_ns != 0};
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        if (said[i] && index-- == 0) {
            sentences[i](job, text);
            return true;
        }
    }
    return false;
}

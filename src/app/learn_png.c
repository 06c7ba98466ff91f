/* SPDX-License-Identifier: MIT */
/* Of the strategy that was learned the most of, as pictures: what its model said against what came,
 * and what it looks at. */
#include "app/learn.h"
#include "app/plot.h"

/* The strategy with the most examples forward in time. */
static uint32_t most_examples(const struct learn_job *job)
{
    uint32_t most = 0;
    for (uint32_t i = 1; i < STRATEGY_MAX; i++) {
        most =
            job->reports[i].rewards[GATE_EVERY].count > job->reports[most].rewards[GATE_EVERY].count
                ? i
                : most;
    }
    return most;
}

void learn_calibration_png(const void *context, FILE *out)
{
    const struct learn_job *job = context;
    const uint32_t strategy = most_examples(job);
    const struct scores *scores = &job->reports[strategy].scores[GATE_ENSEMBLE];
    double said[SCORES_BIN_MAX], came[SCORES_BIN_MAX], low[SCORES_BIN_MAX], high[SCORES_BIN_MAX];
    char title[160], note[160];
    for (uint32_t i = 0; i < scores->bin_count; i++) {
        said[i] = scores->bins[i].predicted;
        came[i] = scores->bins[i].observed;
        low[i] = scores->bins[i].within.low;
        high[i] = scores->bins[i].within.high;
    }
    snprintf(title, sizeof title, "Calibration: %s", learn_strategy(job, strategy));
    snprintf(note, sizeof note,
             "%zu examples forward in time, in the order of what was said of them; Brier score "
             "%.4f, calibration error %.4f",
             scores->count, scores->brier, scores->calibration_error);
    const struct plot plot = {
        .title = title,
        .note = note,
        .count = scores->bin_count,
        .things = "examples",
        .thing_count = (double)scores->count,
        .panel_count = 1,
        .panels = {{.title = "probability of success; the shade holds what came, 95 %",
                    .unit = PLOT_PART,
                    .height = 1,
                    .line_count = 2,
                    .lines = {{"said", said, PLOT_BLUE}, {"came", came, PLOT_BROWN}},
                    .band_count = 1,
                    .bands = {{low, high}}}},
    };
    plot_png(&plot, out);
}

void learn_importance_png(const void *context, FILE *out)
{
    const struct learn_job *job = context;
    const uint32_t strategy = most_examples(job);
    const struct learn_importance *importance = &job->importance[strategy];
    uint32_t ranks[FEATURE_COUNT];
    char title[160];
    snprintf(title, sizeof title, "What the model looks at: %s", learn_strategy(job, strategy));
    struct plot_bars bars = {
        .title = title,
        .note =
            importance->trees
                ? "how far each feature moves the forest's margin, of all that moves it"
                : "how far each feature moves the logistic model's margin, of all that moves it",
    };
    learn_rank(importance, ranks);
    for (; bars.count < PLOT_BAR_MAX && importance->parts[ranks[bars.count]] > 0; bars.count++) {
        bars.names[bars.count] = feature_table[ranks[bars.count]].name;
        bars.parts[bars.count] = importance->parts[ranks[bars.count]];
    }
    plot_bars_png(&bars, out);
}

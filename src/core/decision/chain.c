/* SPDX-License-Identifier: MIT */
#include "core/decision/chain.h"

#include <math.h>

const char *chain_check(const struct chain_config *config, const char **ret_part)
{
    const struct {
        const char *part, *wrong;
    } parts[] = {
        {"filters", filters_check(&config->filters)},
        {"regime", regime_check(&config->regime)},
        {"mood", mood_check(&config->mood)},
    };
    for (uint32_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i].wrong != NULL) {
            *ret_part = parts[i].part;
            return parts[i].wrong;
        }
    }
    return NULL;
}

void chain_plan(const struct chain_config *config, struct panel_plan *plan, struct chain_plan *ret)
{
    ret->any = config->cooldown.enabled || config->regime.enabled || config->filters.enabled ||
               config->mood.enabled || agreement_any(&config->agreement) || config->model.enabled;
    filters_plan(&config->filters, plan, ret->filters);
    regime_plan(&config->regime, plan, ret->regime);
    mood_plan(&config->mood, plan, &ret->mood);
    agreement_plan(&config->agreement, plan, &ret->agreement);
    blend_plan(&config->model, plan, ret->model);
}

void chain_read(const struct chain_config *config, const struct chain_plan *plan,
                const struct panel_cell *cells, const struct mood *mood,
                struct chain_findings *findings)
{
    *findings = (struct chain_findings){
        .filter_first = FILTER_COUNT,
        .timeframe_first = TIMEFRAME_COUNT,
        .regime = regime_read(&config->regime, cells, plan->regime),
        .mood = *mood,
    };
    const struct regime_effect pair = regime_effect(&config->regime, &findings->regime);
    const struct regime_effect market = mood_effect(&config->mood, mood->kind);
    findings->effect = regime_effect_both(&pair, &market);
}

void chain_raise_gate(const struct chain_config *config, const struct chain_findings *findings,
                      struct confluence *all)
{
    const double asked = agreement_any(&config->agreement) ? config->agreement.confidence : 0;
    const double raised = all->gate + findings->effect.confidence;
    all->gate = fmin(fmax(raised, asked), 1);
    all->passed = all->passed && all->confidence >= all->gate;
}

void chain_ask(const struct chain_config *config, const struct chain_plan *plan,
               const struct series *series, const struct panel_cell *cells,
               const struct confluence *all, struct chain_findings *findings)
{
    findings->filter_first =
        filters_ask(&config->filters, cells, plan->filters, all->direction, findings->filters);
    findings->timeframe_first =
        agreement_ask(&config->agreement, series, cells, &plan->agreement, all->direction,
                      all->confidence, findings->timeframes);
}

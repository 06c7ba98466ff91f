/* SPDX-License-Identifier: MIT */
#include "app/terms.h"

#include <stdio.h>
#include <string.h>

#include "app/option_text.h"
#include "platform/crypto/digest.h"

#define VALUE_MAX 128

/* "name=value", a space before it where it is not the first. What a text's spaces would break off
 * is held together. */
static void add(char *out, size_t size, const char *name, const char *value)
{
    size_t len = strlen(out);
    if (len + 1 >= size) {
        return; /* full: what is beyond it tells nobody apart */
    }
    snprintf(out + len, size - len, "%s%s=%s", len > 0 ? " " : "", name, value);
    for (len += len > 0; out[len] != '\0'; len++) {
        out[len] = (char)(out[len] == ' ' ? '_' : out[len]);
    }
}

/* A script is what its text says. */
static void add_script(char *out, size_t size, const char *text)
{
    uint8_t hash[32];
    char short_hash[17];
    sha256(&(struct span){text, strlen(text)}, 1, hash);
    for (int i = 0; i < 8; i++) {
        snprintf(&short_hash[2 * i], 3, "%02x", hash[i]);
    }
    add(out, size, "script", short_hash);
}

void terms_of(const struct engine_config *config, const struct pair *leader,
              const struct shelf *shelf, struct model_terms *ret)
{
    *ret = (struct model_terms){.count = config->strategy_count};
    snprintf(ret->timeframe, sizeof ret->timeframe, "%s",
             timeframe_names[config->chain.model.timeframe]);
    /* BTC/USDT leads as BTC/USD does. */
    snprintf(ret->leader, sizeof ret->leader, "%.*s", (int)strcspn(leader->symbol, "/"),
             leader->symbol);
    for (uint32_t i = 0; i < config->strategy_count; i++) {
        const struct strategy_setup *setup = &config->strategies[i];
        const struct strategy *strategy = strategy_table[setup->type];
        struct model_term *term = &ret->list[i];
        snprintf(term->strategy, sizeof term->strategy, "%s", strategy->name);
        for (uint32_t k = 0; k < strategy->option_count; k++) {
            char value[VALUE_MAX];
            option_text(&strategy->options[k], setup->params, value, sizeof value);
            add(term->parameters, sizeof term->parameters, strategy->options[k].name, value);
        }
        if (setup->type >= strategy_built_in && shelf != NULL) {
            const struct script *script = shelf_script(shelf, setup->type - strategy_built_in);
            add_script(term->parameters, sizeof term->parameters, script_text(script));
        }
    }
}

uint32_t terms_unfit(const struct engine_config *config, const struct model_terms *model,
                     const struct model_terms *session,
                     void (*say)(const char *strategy, const char *why))
{
    uint32_t unfit = 0;
    for (uint32_t i = 0; i < config->strategy_count; i++) {
        const char *name = strategy_table[config->strategies[i].type]->name;
        char why[512];
        if (model_terms_find(model, name) != NULL &&
            !model_terms_fit(model, session, name, why, sizeof why)) {
            unfit |= UINT32_C(1) << i;
            if (say != NULL) {
                say(name, why);
            }
        }
    }
    return unfit;
}

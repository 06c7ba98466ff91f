/* SPDX-License-Identifier: MIT */
/* What an engine would be asking a model, in the words that model files keep (store/model_terms.h):
 * a strategy's own options, and of a script its text. */
#pragma once

#include "core/engine/engine.h"
#include "operator/script/shelf.h"
#include "store/model_terms.h"

/* `leader` is the first pair; `shelf` may be NULL where no strategy is a script. */
void terms_of(const struct engine_config *config, const struct pair *leader,
              const struct shelf *shelf, struct model_terms *ret);

/* The strategies of the engine that the model knows and was trained otherwise for, as a mask by
 * their index; of each `say` is told why, unless it is NULL. */
uint32_t terms_unfit(const struct engine_config *config, const struct model_terms *model,
                     const struct model_terms *session,
                     void (*say)(const char *strategy, const char *why));

/* SPDX-License-Identifier: MIT */
#include "research/walk.h"

#include "core/base/check.h"

size_t walk_plan(const struct walk_config *config, struct walk_fold *out)
{
    CHECK(config->train_ns > 0 && config->test_ns > 0);
    CHECK(config->purge_ns >= 0 && config->embargo_ns >= 0);
    size_t count = 0;
    int64_t test_ns = config->from_ns + config->train_ns + config->purge_ns;
    while (count < WALK_FOLD_MAX && test_ns + config->test_ns / 2 <= config->until_ns &&
           test_ns < config->until_ns) {
        const int64_t trained_ns = test_ns - config->purge_ns;
        const int64_t until_ns = test_ns + config->test_ns;
        out[count++] = (struct walk_fold){
            .train_from_ns = config->anchored ? config->from_ns : trained_ns - config->train_ns,
            .train_until_ns = trained_ns,
            .test_from_ns = test_ns,
            .test_until_ns = until_ns < config->until_ns ? until_ns : config->until_ns,
        };
        test_ns = until_ns + config->embargo_ns;
    }
    return count;
}

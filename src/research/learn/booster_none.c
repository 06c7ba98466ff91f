/* SPDX-License-Identifier: MIT */
/* Trees in a program that was built without XGBoost: nothing can be trained. */
#include <errno.h>

#include "core/base/check.h"
#include "research/learn/booster.h"
#include "store/disk.h"

bool booster_supported(void)
{
    return false;
}

int booster_train(const struct booster_data *data, const struct booster_terms *terms,
                  const struct booster_watch *watch, struct booster **ret, char *error,
                  size_t error_size)
{
    (void)data, (void)terms, (void)watch, (void)ret;
    return disk_fail(ENOSYS, error, error_size,
                     "this cuttle was built without XGBoost: install libxgboost-dev and build it "
                     "again (meson setup --wipe, or rm -r build and ./dev build)");
}

/* There is no booster to ask. */
const struct forest *booster_forest(const struct booster *booster)
{
    (void)booster;
    CHECK(false);
}

int booster_margins(struct booster *booster, const float *rows, size_t row_count,
                    float *ret_margins, char *error, size_t error_size)
{
    (void)booster, (void)rows, (void)row_count, (void)ret_margins, (void)error, (void)error_size;
    CHECK(false);
    return -ENOSYS;
}

void booster_free(struct booster *booster)
{
    CHECK(booster == NULL);
}

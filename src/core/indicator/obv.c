/* SPDX-License-Identifier: MIT */
#include "core/indicator/obv.h"

void obv_init(struct obv *obv)
{
    *obv = (struct obv){0};
}

/* SPDX-License-Identifier: MIT */
/*
 * What upsets the venue itself, as a script says and as the chances of faults.h draw it minute by
 * minute: its system's state, its connections and tokens, and what others do to the first
 * account. All in market time, each at its own moment; what was begun for a while is ended.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/prng.h"
#include "venue/local/faults.h"
#include "venue/local/script.h"

/* A script's steps and the ends of those that last; of the drawn ones a few are ahead. */
#define UPSET_MAX (2 * SCRIPT_MAX + 64)

struct exchange;

struct upset {
    struct script_step step; /* at_ns: market time */
    bool ends;               /* it ends what was begun for a while */
};

struct upsets {
    struct faults_config base; /* what chances go back to */
    struct prng prng;
    int64_t minute_ns;    /* the next is drawn then */
    int64_t mode_ends_ns; /* of the state that lasts for a while; an older one's end is void */
    uint32_t count;
    struct upset list[UPSET_MAX];
};

/* After the accounts are open. `script` may be NULL. False with the line that names what is not
 * here in `error`. */
bool upsets_open(struct exchange *exchange, const struct script *script, char *error,
                 size_t error_size);

/* When something happens next; INT64_MAX: nothing will. */
int64_t upsets_next_ns(const struct exchange *exchange);

/* Whatever is due by the exchange's now. */
void upsets_happen(struct exchange *exchange);

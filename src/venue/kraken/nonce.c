/* SPDX-License-Identifier: MIT */
#include "venue/kraken/nonce.h"

#include <errno.h>

#include "core/base/check.h"

void kraken_nonce_init(struct kraken_nonce *nonce, const struct nonce_store *store, uint64_t bound,
                       int64_t wall_ns)
{
    *nonce = (struct kraken_nonce){.next = bound, .bound = bound, .store = *store};
    kraken_nonce_jump(nonce, wall_ns);
}

void kraken_nonce_jump(struct kraken_nonce *nonce, int64_t wall_ns)
{
    if (wall_ns > 0 && (uint64_t)wall_ns > nonce->next) {
        nonce->next = (uint64_t)wall_ns;
    }
}

static void ask(struct kraken_nonce *nonce)
{
    CHECK(nonce->next < UINT64_MAX - NONCE_BLOCK);
    nonce->asked = nonce->next + NONCE_BLOCK;
    nonce->store.save(nonce->store.self, nonce->asked);
}

void kraken_nonce_saved(struct kraken_nonce *nonce, uint64_t bound, int code)
{
    if (nonce->asked == bound) {
        nonce->asked = 0;
    }
    if (code == 0 && bound > nonce->bound) {
        nonce->bound = bound;
    }
}

int kraken_nonce_next(struct kraken_nonce *nonce, uint64_t *ret)
{
    if (nonce->asked == 0 && nonce->next + NONCE_BLOCK / 2 >= nonce->bound) {
        ask(nonce);
    }
    if (nonce->next >= nonce->bound) {
        return -EAGAIN;
    }
    *ret = nonce->next++;
    return 0;
}

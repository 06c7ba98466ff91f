/* SPDX-License-Identifier: MIT */
#include "platform/crypto/secret.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/base/check.h"

/* At the beginning of the pages; the secret begins 16 bytes further. */
struct room {
    size_t size; /* of the pages between the two guards */
    uint64_t mark;
};

static const uint64_t room_mark = 0x637574746c65;
_Static_assert(sizeof(struct room) == 16, "what follows is aligned for anything");

/* mlock2: the sanitizers turn mlock into nothing, and then a test of it tests nothing. */
void *secret_new(size_t size)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t whole = (sizeof(struct room) + size + page - 1) / page * page;
    char *pages = mmap(NULL, whole + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED)
        return NULL;
    struct room *room = (void *)(pages + page);
    if (mprotect(room, whole, PROT_READ | PROT_WRITE) != 0 || mlock2(room, whole, 0) != 0 ||
        madvise(room, whole, MADV_DONTDUMP) != 0 || madvise(room, whole, MADV_WIPEONFORK) != 0) {
        const int code = errno;
        munmap(pages, whole + 2 * page);
        errno = code;
        return NULL;
    }
    *room = (struct room){.size = whole, .mark = room_mark};
    return room + 1;
}

void secret_free(void *secret)
{
    if (!secret)
        return;
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    struct room *room = (struct room *)secret - 1;
    CHECK(room->mark == room_mark);
    const size_t whole = room->size;
    secret_wipe(room, whole);
    CHECK(munmap((char *)room - page, whole + 2 * page) == 0);
}

void secret_wipe(void *bytes, size_t len)
{
    OPENSSL_cleanse(bytes, len);
}

bool secret_equal(const void *a, const void *b, size_t len)
{
    return CRYPTO_memcmp(a, b, len) == 0;
}

void secret_close_process(void)
{
    const struct rlimit none = {0, 0};
    CHECK(setrlimit(RLIMIT_CORE, &none) == 0);
    CHECK(prctl(PR_SET_DUMPABLE, 0) == 0);
}

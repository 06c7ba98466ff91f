/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "core/base/prng.h"
#include "test.h"
#include "venue/kraken/nonce.h"
#include "venue/kraken/sign.h"

static const char secret[] =
    "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99H"
    "AZtuZuj6F1huXg==";

static unsigned long allocations;

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
    allocations++;
    return __real_malloc(size);
}

static void *crypto_malloc(size_t size, const char *file, int line)
{
    (void)file, (void)line;
    return malloc(size);
}

static void *crypto_realloc(void *bytes, size_t size, const char *file, int line)
{
    (void)file, (void)line;
    allocations++;
    return realloc(bytes, size);
}

static void crypto_free(void *bytes, const char *file, int line)
{
    (void)file, (void)line;
    free(bytes);
}

/* Our own calls are caught by the linker; those of OpenSSL, a library of its own, by this, which it
 * takes only before its first allocation. */
__attribute__((constructor)) static void count_crypto(void)
{
    CRYPTO_set_mem_functions(crypto_malloc, crypto_realloc, crypto_free);
}

static void expect_sign(const char *path, const char *body, const char *wanted)
{
    struct kraken_signer *signer = kraken_signer_new(secret, sizeof secret - 1);
    EXPECT(signer != NULL);
    char sign[KRAKEN_SIGN_SIZE];
    const struct kraken_call call = {path, "1616492376594", body, strlen(body)};
    kraken_sign(signer, &call, sign);
    EXPECT_TEXT(sign, wanted);
    memset(sign, 0, sizeof sign);
    kraken_sign(signer, &call, sign);
    EXPECT_TEXT(sign, wanted);
    kraken_signer_free(signer);
}

TEST(a_form_is_signed_as_kraken_publishes_it)
{
    expect_sign("/0/private/AddOrder",
                "nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25",
                "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8nd"
                "wLUQ==");
}

TEST(a_json_body_is_signed_by_its_bytes)
{
    expect_sign("/0/private/CancelOrderBatch",
                "{\"nonce\":\"1616492376594\",\"orders\":[\"OG5V2Y-RYKVL-DT3V3B\","
                "\"OP5V2Y-RYKVL-ET3V3B\"]}",
                "7Ay2V+Mk86knhHj308x4X+OnfemQMEAzS2qyCQuPjFkfyR0s5UiDLQGmF663YuPKjgmh6OlXXgLvgrCij"
                "rC9pA==");
}

TEST(signing_allocates_nothing)
{
    struct kraken_signer *signer = kraken_signer_new(secret, sizeof secret - 1);
    const struct kraken_call call = {"/0/private/Balance", "1", "nonce=1", 7};
    char sign[KRAKEN_SIGN_SIZE];
    const unsigned long before = allocations;
    for (int i = 0; i < 1000; i++)
        kraken_sign(signer, &call, sign);
    EXPECT_INT(allocations, before);
    EVP_MD_CTX_free(EVP_MD_CTX_new());
    EXPECT(allocations > before); /* so the count counts */
    kraken_signer_free(signer);
}

TEST(a_secret_that_is_none_is_refused)
{
    static const char *const wrong[] = {"", "letter", "kQH5HW/8p1u", "kQH5 HW/",
                                        "kQH5HW/8p1uGOVj_"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        errno = 0;
        EXPECT(kraken_signer_new(wrong[i], strlen(wrong[i])) == NULL);
        EXPECT_INT(errno, EINVAL);
    }
    char endless[1024];
    memset(endless, 'A', sizeof endless);
    EXPECT(kraken_signer_new(endless, sizeof endless) == NULL);
}

/* The disk: what is kept, and whether it takes more, at once, later or never. */
struct disk {
    struct kraken_nonce nonce;
    uint64_t kept, waiting;
    unsigned saves;
    bool slow, full;
};

static void disk_answer(struct disk *disk)
{
    const uint64_t bound = disk->waiting;
    disk->waiting = 0;
    if (bound != 0) {
        disk->kept = disk->full ? disk->kept : bound;
        kraken_nonce_saved(&disk->nonce, bound, disk->full ? -ENOSPC : 0);
    }
}

static void disk_save(void *self, uint64_t bound)
{
    struct disk *disk = self;
    EXPECT(disk->waiting == 0);
    disk->waiting = bound;
    disk->saves++;
    if (!disk->slow)
        disk_answer(disk);
}

static void disk_start(struct disk *disk, int64_t wall_ns)
{
    disk->waiting = 0;
    kraken_nonce_init(&disk->nonce, &(struct nonce_store){disk, disk_save}, disk->kept, wall_ns);
}

#define WALL 1732200000000000000 /* 2024-11-21T14:40:00Z */

TEST(the_first_nonce_is_the_clock_in_nanoseconds)
{
    struct disk disk = {0};
    uint64_t nonce = 0;
    disk_start(&disk, WALL);
    EXPECT_INT(kraken_nonce_next(&disk.nonce, &nonce), 0);
    EXPECT_INT(nonce, WALL);
    EXPECT_INT(kraken_nonce_next(&disk.nonce, &nonce), 0);
    EXPECT_INT(nonce, WALL + 1);
    EXPECT(disk.kept > nonce);
}

TEST(the_disk_is_asked_once_a_half_block)
{
    struct disk disk = {0};
    uint64_t nonce;
    disk_start(&disk, WALL);
    for (int i = 0; i < 100 * NONCE_BLOCK; i++)
        EXPECT_INT(kraken_nonce_next(&disk.nonce, &nonce), 0);
    EXPECT(disk.saves >= 100 && disk.saves <= 201);
}

TEST(a_slow_disk_is_waited_for_at_the_start_and_never_after)
{
    struct disk disk = {.slow = true};
    uint64_t nonce = 7;
    disk_start(&disk, WALL);
    EXPECT_INT(kraken_nonce_next(&disk.nonce, &nonce), -EAGAIN);
    EXPECT_INT(kraken_nonce_next(&disk.nonce, &nonce), -EAGAIN);
    EXPECT_INT(nonce, 7);
    EXPECT_INT(disk.saves, 1);
    disk_answer(&disk);
    for (int i = 0; i < 10 * NONCE_BLOCK; i++) {
        EXPECT_INT(kraken_nonce_next(&disk.nonce, &nonce), 0);
        if (i % (NONCE_BLOCK / 4) == 0)
            disk_answer(&disk);
    }
}

TEST(a_full_disk_gives_no_number_and_is_asked_again)
{
    struct disk disk = {.full = true};
    uint64_t nonce;
    disk_start(&disk, WALL);
    EXPECT_INT(kraken_nonce_next(&disk.nonce, &nonce), -EAGAIN);
    EXPECT_INT(kraken_nonce_next(&disk.nonce, &nonce), -EAGAIN);
    EXPECT_INT(disk.saves, 2);
    disk.full = false;
    EXPECT_INT(kraken_nonce_next(&disk.nonce, &nonce), 0);
}

TEST(a_key_that_somebody_else_used_goes_on_from_the_clock)
{
    struct disk disk = {0};
    uint64_t nonce;
    disk_start(&disk, WALL);
    EXPECT_INT(kraken_nonce_next(&disk.nonce, &nonce), 0);
    kraken_nonce_jump(&disk.nonce, WALL + 60000000000);
    EXPECT_INT(kraken_nonce_next(&disk.nonce, &nonce), 0);
    EXPECT_INT(nonce, WALL + 60000000000);
    EXPECT(disk.kept > nonce);
    kraken_nonce_jump(&disk.nonce, WALL);
    EXPECT_INT(kraken_nonce_next(&disk.nonce, &nonce), 0);
    EXPECT_INT(nonce, WALL + 60000000001);
}

/* Crashes at any moment, a disk now slow and now full, a clock that is set back by days: each
 * number given is above all before it. */
TEST(no_nonce_is_ever_given_twice)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    struct disk disk = {0};
    int64_t wall_ns = WALL;
    uint64_t highest = 0, given = 0;
    disk_start(&disk, wall_ns);
    for (int i = 0; i < 200000; i++) {
        const uint64_t roll = prng_next(&prng) % 1000;
        wall_ns += (int64_t)(prng_next(&prng) % 1000);
        if (roll == 0) {
            wall_ns += (int64_t)(prng_next(&prng) % 400000000000000) - 200000000000000;
            disk_start(&disk, wall_ns);
        } else if (roll == 1) {
            kraken_nonce_jump(&disk.nonce, wall_ns);
        } else if (roll < 10) {
            disk.slow = (roll & 1) != 0;
            disk.full = roll < 4;
        } else if (roll < 30) {
            disk_answer(&disk);
        }
        uint64_t nonce;
        if (kraken_nonce_next(&disk.nonce, &nonce) == 0) {
            EXPECT(nonce > highest);
            EXPECT(nonce < disk.kept);
            highest = nonce;
            given++;
        }
    }
    EXPECT(given > 10000);
}

/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "platform/crypto/base64.h"
#include "platform/crypto/digest.h"
#include "platform/crypto/seal.h"
#include "platform/crypto/secret.h"
#include "test.h"

static const char *hex(const uint8_t *bytes, size_t len)
{
    static char text[2 * 64 + 1];
    for (size_t i = 0; i < len; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    return text;
}

TEST(sha256_is_that_of_fips_180)
{
    uint8_t digest[SHA256_LEN];
    sha256((struct span[]){{"abc", 3}}, 1, digest);
    EXPECT_TEXT(hex(digest, sizeof digest),
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    sha256(NULL, 0, digest);
    EXPECT_TEXT(hex(digest, sizeof digest),
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(bytes_in_pieces_have_the_digest_of_the_whole)
{
    uint8_t whole[SHA256_LEN], pieces[SHA256_LEN];
    sha256((struct span[]){{"nonce=1body", 11}}, 1, whole);
    sha256((struct span[]){{"nonce", 5}, {"", 0}, {"=1", 2}, {"body", 4}}, 4, pieces);
    EXPECT(memcmp(whole, pieces, sizeof whole) == 0);
}

/* RFC 4231: test cases 1, 2, and 6, whose key is longer than a block. */
TEST(hmac_sha512_is_that_of_rfc_4231)
{
    uint8_t key[131], code[SHA512_LEN];
    struct hmac_sha512 hmac;
    memset(key, 0x0b, 20);
    hmac_sha512_init(&hmac, key, 20);
    hmac_sha512(&hmac, (struct span[]){{"Hi There", 8}}, 1, code);
    EXPECT_TEXT(hex(code, sizeof code),
                "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
                "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854");
    hmac_sha512_init(&hmac, "Jefe", 4);
    hmac_sha512(&hmac, (struct span[]){{"what do ya want ", 16}, {"for nothing?", 12}}, 2, code);
    EXPECT_TEXT(hex(code, sizeof code),
                "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
                "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737");
    memset(key, 0xaa, sizeof key);
    hmac_sha512_init(&hmac, key, sizeof key);
    const char *text = "Test Using Larger Than Block-Size Key - Hash Key First";
    hmac_sha512(&hmac, (struct span[]){{text, strlen(text)}}, 1, code);
    EXPECT_TEXT(hex(code, sizeof code),
                "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
                "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598");
}

TEST(a_key_signs_again_and_again_and_is_gone_when_told)
{
    uint8_t first[SHA512_LEN], second[SHA512_LEN];
    struct hmac_sha512 hmac;
    hmac_sha512_init(&hmac, "key", 3);
    hmac_sha512(&hmac, (struct span[]){{"text", 4}}, 1, first);
    hmac_sha512(&hmac, (struct span[]){{"text", 4}}, 1, second);
    EXPECT(memcmp(first, second, sizeof first) == 0);
    hmac_sha512_deinit(&hmac);
    const struct hmac_sha512 nothing = {0};
    EXPECT(memcmp(&hmac, &nothing, sizeof hmac) == 0);
}

/* RFC 4648, section 10. */
TEST(base64_there_and_back)
{
    static const char *const pairs[][2] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xff\xef\xbf", "/++/"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        char text[BASE64_SIZE(6)], bytes[6];
        size_t len = 99;
        base64_encode(pairs[i][0], strlen(pairs[i][0]), text);
        EXPECT_TEXT(text, pairs[i][1]);
        EXPECT_INT(base64_decode(text, strlen(text), bytes, sizeof bytes, &len), 0);
        EXPECT_INT(len, strlen(pairs[i][0]));
        EXPECT(memcmp(bytes, pairs[i][0], len) == 0);
    }
}

TEST(what_is_not_quite_base64_is_refused)
{
    static const char *const texts[] = {
        "Z",    "Zg",     "Zg=",  "Zh==", "Zm9=",         "=m9v",    "Zm=v",     "Z===",
        "====", "Zm9v\n", "Zm 9", "Zm-v", "Zm9vZg==Zm9v", "Zm9\xc3", "Zg==Zg==",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char bytes[16];
        size_t len = 99;
        EXPECT_INT(base64_decode(texts[i], strlen(texts[i]), bytes, sizeof bytes, &len), -EINVAL);
        EXPECT_INT(len, 99);
    }
    char bytes[3];
    size_t len = 99;
    EXPECT_INT(base64_decode("Zm9vYg==", 8, bytes, sizeof bytes, &len), -ENOSPC);
}

#define PASS "correct horse battery staple"
#define PASS_LEN (sizeof PASS - 1)

TEST(what_was_sealed_opens_with_its_passphrase_alone)
{
    const char text[] = "the secret";
    uint8_t sealed[sizeof text + SEAL_ADDED_LEN];
    char opened[sizeof text];
    EXPECT_INT(seal_close(PASS, PASS_LEN, SEAL_COST_LEAST, text, sizeof text, sealed), 0);
    EXPECT(memmem(sealed, sizeof sealed, "secret", 6) == NULL);
    EXPECT_INT(seal_open(PASS, PASS_LEN, sealed, sizeof sealed, opened), 0);
    EXPECT_TEXT(opened, text);
    EXPECT_INT(seal_open(PASS, PASS_LEN - 1, sealed, sizeof sealed, opened), -EKEYREJECTED);
    EXPECT_INT(opened[0], 0);
    EXPECT_INT(seal_open("", 0, sealed, sizeof sealed, opened), -EKEYREJECTED);
}

TEST(the_usual_cost_opens_too)
{
    uint8_t sealed[SEAL_ADDED_LEN + 4], opened[4];
    EXPECT_INT(seal_close(PASS, PASS_LEN, SEAL_COST_USUAL, "abcd", 4, sealed), 0);
    EXPECT_INT(seal_open(PASS, PASS_LEN, sealed, sizeof sealed, opened), 0);
    EXPECT(memcmp(opened, "abcd", 4) == 0);
}

TEST(the_same_text_sealed_twice_is_two_different_seals)
{
    uint8_t first[SEAL_ADDED_LEN + 4], second[SEAL_ADDED_LEN + 4];
    EXPECT_INT(seal_close(PASS, PASS_LEN, SEAL_COST_LEAST, "abcd", 4, first), 0);
    EXPECT_INT(seal_close(PASS, PASS_LEN, SEAL_COST_LEAST, "abcd", 4, second), 0);
    EXPECT(memcmp(first + 8, second + 8, 28) != 0);
    EXPECT(memcmp(first + SEAL_HEAD_LEN, second + SEAL_HEAD_LEN, 4) != 0);
}

TEST(a_changed_byte_anywhere_is_noticed)
{
    uint8_t sealed[SEAL_ADDED_LEN + 4], opened[4];
    EXPECT_INT(seal_close(PASS, PASS_LEN, SEAL_COST_LEAST, "abcd", 4, sealed), 0);
    /* Mark, cost, the zero, salt, nonce, text, tag: the first and last byte of each. */
    static const size_t places[] = {0, 5, 6, 7, 8, 23, 24, 35, 36, 39, 40, 55};
    EXPECT_INT(places[11], sizeof sealed - 1);
    for (size_t k = 0; k < sizeof places / sizeof places[0]; k++) {
        const size_t i = places[k];
        sealed[i] ^= 1;
        const int code = seal_open(PASS, PASS_LEN, sealed, sizeof sealed, opened);
        EXPECT(code == -EBADMSG || code == -EKEYREJECTED);
        sealed[i] ^= 1;
    }
    EXPECT_INT(seal_open(PASS, PASS_LEN, sealed, sizeof sealed - 1, opened), -EKEYREJECTED);
    EXPECT_INT(seal_open(PASS, PASS_LEN, sealed, SEAL_ADDED_LEN - 1, opened), -EBADMSG);
}

TEST(a_seal_that_asks_for_a_terabyte_is_refused_unread)
{
    uint8_t sealed[SEAL_ADDED_LEN + 4], opened[4];
    EXPECT_INT(seal_close(PASS, PASS_LEN, SEAL_COST_LEAST, "abcd", 4, sealed), 0);
    sealed[6] = 30;
    EXPECT_INT(seal_open(PASS, PASS_LEN, sealed, sizeof sealed, opened), -EBADMSG);
}

/* The line of /proc/self/smaps that begins with `name`, for the mapping of `address`. */
static bool mapping_has(const void *address, const char *name, const char *word)
{
    FILE *file = fopen("/proc/self/smaps", "r");
    EXPECT(file != NULL);
    char line[512];
    bool inside = false, found = false;
    while (fgets(line, sizeof line, file)) {
        unsigned long from, to;
        if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
            inside = (unsigned long)address >= from && (unsigned long)address < to;
        else if (inside && strncmp(line, name, strlen(name)) == 0)
            found = strstr(line, word) != NULL;
    }
    fclose(file);
    return found;
}

TEST(a_secret_is_locked_left_out_of_dumps_and_blank_in_a_child)
{
    char *secret = secret_new(5000);
    EXPECT(secret != NULL);
    snprintf(secret, 5000, "hidden");
    EXPECT(mapping_has(secret, "VmFlags:", " lo "));
    EXPECT(mapping_has(secret, "VmFlags:", " dd "));
    const pid_t child = fork();
    if (child == 0)
        _exit(secret[0] == '\0' ? 0 : 1);
    int status;
    EXPECT(waitpid(child, &status, 0) == child);
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    EXPECT_TEXT(secret, "hidden");
    secret_free(secret);
    secret_free(NULL);
}

TEST(memory_that_cannot_be_locked_is_refused_and_not_left_open)
{
    const pid_t child = fork();
    if (child == 0) {
        const struct rlimit none = {0, 0};
        setrlimit(RLIMIT_MEMLOCK, &none);
        /* Root locks whatever the limit says. */
        const bool refused = setuid(65534) != 0 || secret_new(64) == NULL;
        _exit(refused ? 0 : 1);
    }
    int status;
    EXPECT(waitpid(child, &status, 0) == child);
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST(a_closed_process_leaves_no_core_and_lets_nobody_look)
{
    const pid_t child = fork();
    if (child == 0) {
        struct rlimit limit;
        secret_close_process();
        const bool closed = prctl(PR_GET_DUMPABLE) == 0 && getrlimit(RLIMIT_CORE, &limit) == 0 &&
                            limit.rlim_cur == 0 && limit.rlim_max == 0;
        _exit(closed ? 0 : 1);
    }
    int status;
    EXPECT(waitpid(child, &status, 0) == child);
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST(equal_secrets_are_told_from_others)
{
    EXPECT(secret_equal("abcd", "abcd", 4));
    EXPECT(!secret_equal("abcd", "abce", 4));
    EXPECT(!secret_equal("xbcd", "abcd", 4));
    EXPECT(secret_equal("a", "b", 0));
}

TEST(hmac_sha256_gives_the_answers_of_rfc_4231)
{
    static const struct {
        const char *key, *text, *want;
    } cases[] = {
        {"\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b",
         "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {"Jefe", "what do ya want for nothing?",
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
    };
    char long_key[132] = "";
    memset(long_key, 0xaa, 131);
    for (size_t i = 0; i < 3; i++) {
        const bool is_long = i == 2;
        const char *key = is_long ? long_key : cases[i].key;
        const char *text =
            is_long ? "Test Using Larger Than Block-Size Key - Hash Key First" : cases[i].text;
        const size_t half = strlen(text) / 2;
        uint8_t mac[SHA256_LEN];
        char hex[2 * SHA256_LEN + 1];
        hmac_sha256(key, strlen(key),
                    (const struct span[]){{text, half}, {text + half, strlen(text) - half}}, 2,
                    mac);
        for (size_t b = 0; b < sizeof mac; b++)
            snprintf(hex + 2 * b, 3, "%02x", mac[b]);
        EXPECT_TEXT(hex, is_long
                             ? "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
                             : cases[i].want);
    }
}

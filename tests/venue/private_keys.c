/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "core/base/timestamp.h"
#include "platform/loop/loop.h"
#include "venue/local/private/keyring.h"
#include "venue/local/private/token.h"

/* The vector of Kraken's documents. */
#define SECRET                                                                                     \
    "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="
#define NONCE "1616492376594"
#define FORM "nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25"

static struct keyring keyring;
static struct tokens tokens;
static struct fields fields;

static struct key *add(const struct key_config *config)
{
    char error[256] = "";
    struct entropy entropy = entropy_system();
    keyring = (struct keyring){0};
    struct key *key = keyring_add(&keyring, config, &entropy, error, sizeof error);
    EXPECT_TEXT(error, "");
    return key;
}

static struct key *usual(void)
{
    return add(&(struct key_config){"K", SECRET, NULL, PERMIT_USUAL, 0, RATE_INTERMEDIATE});
}

/* What Kraken says to a signed call of `body`, or of another signature when one is given. */
static const char *call_signed(const char *name, const char *body, const char *signature)
{
    struct key *admitted = NULL;
    char made[SIGNATURE_TEXT_MAX] = "";
    fields_read_form(&fields, body, strlen(body));
    struct fields_view view = fields_whole(&fields);
    key_sign(&keyring.keys[0], "/0/private/Balance", fields_text(&view, "nonce"), body,
             strlen(body), made);
    struct call_proof proof = {"/0/private/Balance", name,   signature ? signature : made, body,
                               strlen(body),         &fields};
    const char *error = keyring_admit(&keyring, &proof, &admitted);
    EXPECT((error == NULL) == (admitted == &keyring.keys[0]));
    return error ? error : "";
}

static const char *call(const char *body)
{
    return call_signed("K", body, NULL);
}

TEST(the_signature_of_krakens_documents)
{
    char signature[SIGNATURE_TEXT_MAX];
    key_sign(usual(), "/0/private/AddOrder", NONCE, FORM, strlen(FORM), signature);
    EXPECT_TEXT(signature,
                "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8"
                "ndwLUQ==");
}

TEST(the_signature_of_a_json_body)
{
    static const char body[] = "{\"nonce\":\"1616492376594\",\"orders\":[\"OG5V2Y-RYKVL-DT3V3B\","
                               "\"OP5V2Y-RYKVL-ET3V3B\"]}";
    char signature[SIGNATURE_TEXT_MAX];
    key_sign(usual(), "/0/private/CancelOrderBatch", NONCE, body, strlen(body), signature);
    EXPECT_TEXT(signature,
                "7Ay2V+Mk86knhHj308x4X+OnfemQMEAzS2qyCQuPjFkfyR0s5UiDLQGmF663YuPKjgmh6OlXXgLvgrCi"
                "jrC9pA==");
}

TEST(an_unknown_key_is_told_first)
{
    usual();
    EXPECT_TEXT(call_signed("L", "nonce=0x", ""), "EAPI:Invalid key");
    EXPECT_TEXT(call_signed("", "nonce=1", NULL), "EAPI:Invalid key");
}

TEST(a_signature_of_another_body_is_invalid_and_uses_up_no_nonce)
{
    usual();
    EXPECT_TEXT(call_signed("K", "nonce=5&a=1", "AAAA"), "EAPI:Invalid signature");
    EXPECT_TEXT(call_signed("K", "nonce=5&a=1", ""), "EAPI:Invalid signature");
    EXPECT_TEXT(call("nonce=5&a=1"), "");
}

TEST(a_nonce_must_rise)
{
    usual();
    EXPECT_TEXT(call("nonce=10"), "");
    EXPECT_TEXT(call("nonce=10"), "EAPI:Invalid nonce");
    EXPECT_TEXT(call("nonce=9"), "EAPI:Invalid nonce");
    EXPECT_TEXT(call("nonce=11"), "");
    EXPECT_TEXT(call("nonce=18446744073709551615"), "");
    EXPECT_TEXT(call("nonce=12"), "EAPI:Invalid nonce");
}

TEST(a_nonce_is_digits_that_fit_in_64_bits)
{
    static const char *const bodies[] = {"a=1",       "nonce=",    "nonce=-1",
                                         "nonce=1e3", "nonce=1.5", "nonce=18446744073709551616"};
    usual();
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
        EXPECT_TEXT(call(bodies[i]), "EAPI:Invalid nonce");
}

TEST(a_window_tolerates_disorder_so_far_below_the_highest)
{
    add(&(struct key_config){"K", SECRET, NULL, PERMIT_USUAL, 5, RATE_PRO});
    EXPECT_TEXT(call("nonce=100"), "");
    EXPECT_TEXT(call("nonce=95"), "");
    EXPECT_TEXT(call("nonce=100"), "");
    EXPECT_TEXT(call("nonce=94"), "EAPI:Invalid nonce");
    EXPECT_TEXT(call("nonce=102"), "");
    EXPECT_TEXT(call("nonce=96"), "EAPI:Invalid nonce");
}

TEST(a_key_with_a_password_wants_it_in_each_call)
{
    add(&(struct key_config){"K", SECRET, "pass", PERMIT_USUAL, 0, RATE_PRO});
    EXPECT_TEXT(call("nonce=1"), "EAPI:Invalid signature");
    EXPECT_TEXT(call("nonce=2&otp=wrong"), "EAPI:Invalid signature");
    EXPECT_TEXT(call("nonce=3&otp=pass"), "");
    usual();
    EXPECT_TEXT(call("nonce=1&otp=unasked"), "");
}

TEST(permissions_are_named_as_krakens_key_info_names_them)
{
    uint32_t permissions = 99;
    EXPECT(permission_parse("query-funds,modify-trades", &permissions));
    EXPECT_INT(permissions, PERMIT_QUERY_FUNDS | PERMIT_MODIFY);
    EXPECT(permission_parse("all", &permissions) && permissions == PERMIT_USUAL);
    EXPECT(permission_parse("none", &permissions) && permissions == 0);
    EXPECT(!permission_parse("query-funds,steal", &permissions));
    EXPECT(!permission_parse("", &permissions) && permissions == 0);
    EXPECT_TEXT(permission_name(0), "query-funds");
    EXPECT(permission_name(PERMIT_COUNT) == NULL);
}

TEST(keys_that_make_no_sense_are_refused_in_words)
{
    static const struct key_config bad[] = {{"K", NULL}, {NULL, SECRET}, {"K", "not base64!"}};
    struct entropy entropy = entropy_system();
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char error[256] = "";
        keyring = (struct keyring){0};
        EXPECT(keyring_add(&keyring, &bad[i], &entropy, error, sizeof error) == NULL);
        EXPECT(error[0] != '\0');
    }
    char error[256] = "";
    usual();
    EXPECT(
        !keyring_add(&keyring, &(struct key_config){"K", SECRET}, &entropy, error, sizeof error));
    EXPECT_TEXT(error, "the API key K is given twice");
}

TEST(a_made_key_looks_like_krakens)
{
    const struct key *key = add(&(struct key_config){.permissions = PERMIT_USUAL});
    EXPECT_INT(strlen(key->text), 56);
    EXPECT_INT(strlen(key->secret_text), 88);
}

TEST(the_rest_counter_refuses_the_sixteenth_call_of_a_starter)
{
    struct key *key = add(&(struct key_config){"K", SECRET, NULL, PERMIT_USUAL, 0, RATE_STARTER});
    for (int i = 0; i < 15; i++)
        EXPECT(key_count_call(key, 1, NS_PER_S) == NULL);
    EXPECT_TEXT(key_count_call(key, 1, NS_PER_S), "EAPI:Rate limit exceeded");
    EXPECT(key_count_call(key, 0, NS_PER_S) == NULL);
    EXPECT(key_count_call(key, 2, 20 * NS_PER_S) == NULL);
}

static const char *token_error(const char *text, int64_t now_ns)
{
    const char *error = NULL;
    return token_find(&tokens, text, now_ns, &error) ? "" : error;
}

TEST(a_token_is_good_for_fifteen_minutes)
{
    struct entropy entropy = entropy_system();
    tokens = (struct tokens){0};
    const char *text = token_new(&tokens, 3, &entropy, 0)->text;
    const char *error;
    EXPECT_INT(strlen(text), 43);
    EXPECT_TEXT(token_error(text, 900 * NS_PER_S - 1), "");
    EXPECT_INT(token_find(&tokens, text, 0, &error)->key, 3);
    EXPECT_TEXT(token_error(text, 900 * NS_PER_S), "EAPI:Invalid token");
    EXPECT_TEXT(token_error("", 0), "EAPI:Invalid token");
    EXPECT_TEXT(token_error("nobody's", 0), "EAPI:Invalid token");
}

TEST(a_token_lives_on_with_the_connection_that_uses_it)
{
    struct entropy entropy = entropy_system();
    tokens = (struct tokens){0};
    const char *text = token_new(&tokens, 0, &entropy, 0)->text, *error;
    token_hold(token_find(&tokens, text, 0, &error));
    struct token *token = token_find(&tokens, text, 5000 * NS_PER_S, &error);
    EXPECT(token != NULL);
    token_release(token);
    EXPECT_TEXT(token_error(text, 5000 * NS_PER_S), "ESession:Invalid session");
}

TEST(no_two_tokens_are_alike_and_the_oldest_unheld_makes_place)
{
    struct entropy entropy = entropy_system();
    char first[TOKEN_TEXT_MAX], held[TOKEN_TEXT_MAX];
    const char *error;
    tokens = (struct tokens){0};
    snprintf(first, sizeof first, "%s", token_new(&tokens, 0, &entropy, 0)->text);
    snprintf(held, sizeof held, "%s", token_new(&tokens, 0, &entropy, 0)->text);
    token_hold(token_find(&tokens, held, 0, &error));
    for (int i = 0; i < TOKEN_MAX - 1; i++)
        EXPECT(strcmp(token_new(&tokens, 0, &entropy, 0)->text, first) != 0);
    EXPECT_TEXT(token_error(first, 0), "EAPI:Invalid token");
    EXPECT_TEXT(token_error(held, 0), "");
}

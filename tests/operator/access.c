/* SPDX-License-Identifier: MIT */
/* Who may look and who command, and how often: addresses, keys and buckets, without a socket. */
#include "operator/server/access.h"

#include <sys/stat.h>
#include <unistd.h>

#include "core/base/timestamp.h"
#include "operator/server/guard.h"
#include "operator/server/rate.h"
#include "platform/net/address.h"
#include "store/key_ring.h"
#include "test.h"

#define TOKEN "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define HERE "127.0.0.1"
#define THERE "192.0.2.7"

static const char path[] = "access-keys.tmp";
static char command_key[KEY_RING_LEN + 1], look_key[KEY_RING_LEN + 1];
static struct key_ring ring;

static void write_ring(void)
{
    char error[512] = "";
    EXPECT_INT(key_ring_write(path, &ring, error, sizeof error), 0);
}

static struct access *begin(struct access_config config)
{
    char error[512] = "";
    const uint8_t one[32] = {1}, two[32] = {2};
    ring = (struct key_ring){0};
    EXPECT_INT(key_ring_add(&ring, &(struct ring_key){.name = "ops", .may_command = true}, one,
                            command_key, error, sizeof error),
               0);
    EXPECT_INT(key_ring_add(&ring, &(struct ring_key){.name = "screen"}, two, look_key, error,
                            sizeof error),
               0);
    write_ring();
    config.token = TOKEN;
    config.keys_file = path;
    config.rate = config.rate > 0 ? config.rate : 1000;
    config.seed = 7;
    struct access *access = access_new(&config);
    EXPECT(access != NULL);
    return access;
}

static void end(struct access *access)
{
    access_free(access);
    unlink(path);
}

static struct access_answer ask(struct access *access, const char *remote, const char *key,
                                bool command)
{
    const struct access_asked asked = {.remote = remote, .key = key, .command = command};
    return access_judge(access, &asked, NS_PER_S);
}

TEST(looking_is_free_here_and_needs_a_key_elsewhere_and_commands_need_one_everywhere)
{
    const struct {
        const char *remote, *key;
        int look, command;
    } cases[] = {
        {HERE, NULL, 0, 401},
        {"127.9.9.9", NULL, 0, 401},
        {"::1", NULL, 0, 401},
        {"::ffff:127.0.0.1", NULL, 0, 401},
        {HERE, TOKEN, 0, 0},
        {HERE, command_key, 0, 0},
        {HERE, look_key, 0, 403},
        {HERE, "wrong", 0, 401},
        {THERE, NULL, 401, 401},
        {THERE, TOKEN, 401, 401}, /* good on this machine alone */
        {THERE, "", 401, 401},
        {THERE, command_key, 0, 0},
        {THERE, look_key, 0, 403},
        {"2001:db8::1", NULL, 401, 401},
        {"not an address", NULL, 401, 401},
    };
    struct access *access = begin((struct access_config){0});
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        EXPECT_INT(ask(access, cases[i].remote, cases[i].key, false).status, cases[i].look);
        EXPECT_INT(ask(access, cases[i].remote, cases[i].key, true).status, cases[i].command);
    }
    end(access);
}

TEST(every_answer_tells_its_origin)
{
    struct access *access = begin((struct access_config){0});
    EXPECT_TEXT(ask(access, HERE, TOKEN, true).origin, "token from 127.0.0.1");
    EXPECT_TEXT(ask(access, "2001:db8::1", command_key, true).origin, "key ops from 2001:db8::1");
    EXPECT_TEXT(ask(access, HERE, NULL, false).origin, "127.0.0.1");
    end(access);
}

TEST(what_a_proxy_hands_on_comes_from_elsewhere)
{
    struct access *access = begin((struct access_config){0});
    struct access_asked asked = {.remote = HERE, .forwarded = true};
    EXPECT_INT(access_judge(access, &asked, NS_PER_S).status, 401);
    asked.key = TOKEN;
    EXPECT_INT(access_judge(access, &asked, NS_PER_S).status, 401);
    asked.key = look_key;
    EXPECT_INT(access_judge(access, &asked, NS_PER_S).status, 0);
    asked.key = NULL;
    asked.open = true; /* the page's own files tell nothing */
    EXPECT_INT(access_judge(access, &asked, NS_PER_S).status, 0);
    end(access);
}

TEST(read_only_and_key_always_hold_for_everybody)
{
    struct access *access = begin((struct access_config){.read_only = true});
    EXPECT_INT(ask(access, HERE, TOKEN, true).status, 403);
    EXPECT_INT(ask(access, THERE, command_key, true).status, 403);
    EXPECT_INT(ask(access, HERE, NULL, false).status, 0);
    end(access);
    access = begin((struct access_config){.key_always = true});
    EXPECT_INT(ask(access, HERE, NULL, false).status, 401);
    EXPECT_INT(ask(access, HERE, TOKEN, false).status, 0);
    EXPECT_INT(ask(access, HERE, TOKEN, true).status, 0);
    struct access_asked asked = {.remote = HERE, .beside = true};
    EXPECT_INT(access_judge(access, &asked, NS_PER_S).status, 0);
    asked.forwarded = true;
    EXPECT_INT(access_judge(access, &asked, NS_PER_S).status, 401);
    end(access);
}

TEST(wrong_keys_are_few_and_keep_nobody_out_who_has_a_right_one)
{
    struct access *access = begin((struct access_config){0});
    for (int i = 0; i < ACCESS_WRONG_BURST; i++)
        EXPECT_INT(ask(access, HERE, "wrong", true).status, 401);
    const struct access_answer more = ask(access, HERE, "wrong", true);
    EXPECT_INT(more.status, 429);
    EXPECT_INT(more.wait_s, 10);
    EXPECT_INT(ask(access, HERE, TOKEN, true).status, 0);
    EXPECT_INT(ask(access, THERE, "wrong", false).status, 401); /* another address */
    const struct access_asked later = {.remote = HERE, .key = "wrong", .command = true};
    EXPECT_INT(access_judge(access, &later, 12 * NS_PER_S).status, 401);
    end(access);
}

TEST(requests_are_counted_by_key_or_address_and_a_command_with_a_right_key_passes)
{
    struct access *access = begin((struct access_config){.rate = 5});
    for (int i = 0; i < 20; i++)
        EXPECT_INT(ask(access, THERE, look_key, false).status, 0);
    const struct access_answer more = ask(access, THERE, look_key, false);
    EXPECT_INT(more.status, 429);
    EXPECT_INT(more.wait_s, 1);
    EXPECT_INT(ask(access, THERE, look_key, true).status, 429);
    EXPECT_INT(ask(access, THERE, command_key, true).status, 0);
    EXPECT_INT(ask(access, "192.0.2.8", look_key, false).status, 429); /* the same key */
    EXPECT_INT(ask(access, THERE, command_key, false).status, 0);      /* another one */
    for (int i = 0; i < 20; i++)
        EXPECT_INT(ask(access, THERE, NULL, false).status, 401);
    EXPECT_INT(ask(access, THERE, NULL, false).status, 429);
    EXPECT_INT(ask(access, "192.0.2.8", NULL, false).status, 401);
    for (int i = 0; i < 2 * ACCESS_LOCAL_RATE; i++)
        EXPECT_INT(ask(access, HERE, NULL, false).status, 0);
    EXPECT_INT(ask(access, HERE, NULL, false).status, 429);
    end(access);
}

TEST(strangers_behind_the_same_proxy_take_nothing_from_a_right_key)
{
    struct access *access = begin((struct access_config){.rate = 5});
    struct access_asked asked = {.remote = HERE, .forwarded = true};
    for (int i = 0; i < 20; i++)
        EXPECT_INT(access_judge(access, &asked, NS_PER_S).status, 401);
    EXPECT_INT(access_judge(access, &asked, NS_PER_S).status, 429);
    asked.key = "wrong";
    EXPECT_INT(access_judge(access, &asked, NS_PER_S).status, 429);
    asked.key = look_key;
    for (int i = 0; i < 20; i++)
        EXPECT_INT(access_judge(access, &asked, NS_PER_S).status, 0);
    EXPECT_INT(access_judge(access, &asked, NS_PER_S).status, 429);
    asked.key = NULL; /* nor does the key take anything from them */
    EXPECT_INT(access_judge(access, &asked, 2 * NS_PER_S).status, 401);
    end(access);
}

TEST(a_changed_file_of_keys_is_taken_up_and_one_that_is_not_sound_holds_none)
{
    struct access *access = begin((struct access_config){0});
    const uint64_t id = ask(access, THERE, look_key, false).id;
    EXPECT(id > UINT32_MAX && access_valid(access, id));
    EXPECT(!access_tick(access, 2 * NS_PER_S));
    EXPECT(key_ring_remove(&ring, "screen"));
    write_ring();
    EXPECT(!access_tick(access, 2 * NS_PER_S + 1)); /* a second has not passed */
    EXPECT(access_tick(access, 4 * NS_PER_S));
    EXPECT(!access_valid(access, id));
    EXPECT_INT(ask(access, THERE, look_key, false).status, 401);
    EXPECT_INT(ask(access, THERE, command_key, false).status, 0);
    EXPECT_INT(chmod(path, 0644), 0);
    EXPECT(access_tick(access, 6 * NS_PER_S));
    EXPECT_INT(ask(access, THERE, command_key, false).status, 401);
    EXPECT_INT(ask(access, HERE, TOKEN, true).status, 0);
    unlink(path);
    EXPECT(access_tick(access, 8 * NS_PER_S));
    end(access);
}

TEST(a_bucket_fills_again_as_time_goes_by_and_never_beyond_its_size)
{
    static struct rate rate;
    int64_t wait_ns = 0;
    rate_init(&rate, 2, 4, 1);
    for (int i = 0; i < 4; i++)
        EXPECT(rate_take(&rate, THERE, NS_PER_S, &wait_ns));
    EXPECT(!rate_take(&rate, THERE, NS_PER_S, &wait_ns));
    EXPECT_INT(wait_ns, NS_PER_S / 2); /* 1 token at 2 a second */
    EXPECT(rate_take(&rate, THERE, NS_PER_S + wait_ns, &wait_ns));
    EXPECT(!rate_take(&rate, THERE, NS_PER_S + NS_PER_S / 2, &wait_ns));
    for (int i = 0; i < 4; i++)
        EXPECT(rate_take(&rate, THERE, 1000 * NS_PER_S, &wait_ns));
    EXPECT(!rate_take(&rate, THERE, 1000 * NS_PER_S, &wait_ns));
}

TEST(an_ipv6_client_is_its_64_and_ipv4_within_it_is_ipv4)
{
    static struct rate rate;
    int64_t wait_ns;
    rate_init(&rate, 1, 1, 1);
    EXPECT(rate_take(&rate, "2001:db8:0:1::1", NS_PER_S, &wait_ns));
    EXPECT(!rate_take(&rate, "2001:db8:0:1:ffff::9", NS_PER_S, &wait_ns));
    EXPECT(rate_take(&rate, "2001:db8:0:2::1", NS_PER_S, &wait_ns));
    EXPECT(rate_take(&rate, "::ffff:192.0.2.7", NS_PER_S, &wait_ns));
    EXPECT(!rate_take(&rate, "192.0.2.7", NS_PER_S, &wait_ns));
    EXPECT(rate_take(&rate, "192.0.2.8", NS_PER_S, &wait_ns));
    EXPECT(address_loopback("127.255.0.1") && !address_loopback("128.0.0.1") &&
           !address_loopback("::2") && !address_loopback("localhost"));
}

TEST(a_million_addresses_take_no_more_memory_and_who_is_held_back_stays_so)
{
    static struct rate rate;
    int64_t wait_ns;
    char address[32];
    rate_init(&rate, 0.001, 100, 3);
    for (int i = 0; i < 100; i++)
        EXPECT(rate_take(&rate, THERE, NS_PER_S, &wait_ns));
    for (int i = 0; i < 1000000; i++) {
        snprintf(address, sizeof address, "10.%d.%d.%d", i >> 16, i >> 8 & 255, i & 255);
        EXPECT(rate_take(&rate, address, NS_PER_S, &wait_ns));
    }
    EXPECT(!rate_take(&rate, THERE, NS_PER_S, &wait_ns));
}

TEST(a_host_is_one_of_ours_the_address_or_a_name_that_the_operator_gave)
{
    struct guard guard;
    EXPECT(guard_init(&guard, "192.0.2.7", "bot.example, 2001:db8::7 [2001:db8::8]"));
    const char *const good[] = {"localhost",      "127.0.0.1:1",       "[::1]:8080",
                                "192.0.2.7:8080", "BOT.example",       "bot.example:443",
                                "[2001:db8::7]",  "[2001:db8::8]:8080"};
    const char *const bad[] = {"evil.example",
                               "bot.example.evil.example",
                               "xbot.example",
                               "bot.example:",
                               "bot.example:80:80",
                               "bot.example:123456",
                               "bot.example,localhost",
                               "2001:db8::7",
                               "192.0.2.70",
                               "",
                               "bot.example@evil",
                               "localhost localhost"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        EXPECT(guard_host(&guard, good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        EXPECT(!guard_host(&guard, bad[i]));
    char many[400] = "";
    for (int i = 0; i < 20; i++)
        snprintf(many + strlen(many), sizeof many - strlen(many), "n%d.example ", i);
    EXPECT(!guard_init(&guard, "127.0.0.1", many));
    char wide[300];
    memset(wide, 'a', sizeof wide - 1);
    wide[sizeof wide - 1] = '\0';
    EXPECT(!guard_init(&guard, "127.0.0.1", wide));
}

TEST(only_this_machines_own_names_are_taken_as_host_and_only_ourselves_as_origin)
{
    const struct {
        const char *host;
        bool good;
    } hosts[] = {
        {"localhost", true},
        {"LOCALHOST:8080", true},
        {"127.0.0.1:8080", true},
        {"[::1]:8080", true},
        {"[::1]", true},
        {"", false},
        {"evil.example", false},
        {"localhost.evil.example", false},
        {"127.0.0.1.evil.example", false},
        {"localhost:", false},
        {"localhost:80a", false},
        {"localhost:808080", false},
        {"evil.example:8080", false},
    };
    struct guard guard;
    EXPECT(guard_init(&guard, "127.0.0.1", ""));
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++)
        EXPECT(guard_host(&guard, hosts[i].host) == hosts[i].good);
    EXPECT(!guard_host(&guard, "::1") && !guard_host(&guard, "::1:8080")); /* it has brackets */
    EXPECT(guard_origin("http://localhost:8080", "localhost:8080"));
    EXPECT(guard_origin("https://localhost:8080", "localhost:8080"));
    EXPECT(!guard_origin("http://localhost:3000", "localhost:8080"));
    EXPECT(!guard_origin("http://evil.example", "localhost:8080"));
    EXPECT(!guard_origin("null", "localhost:8080"));
    EXPECT(!guard_origin("", "localhost:8080"));
}

TEST(an_address_to_listen_on_is_taken_only_when_a_request_to_it_would_be)
{
    const char *const own[] = {"localhost", "127.0.0.1", "::1"};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        char authority[64];
        struct guard guard;
        EXPECT(guard_init(&guard, own[i], "") && guard_address(own[i]));
        guard_authority(authority, sizeof authority, own[i], 8080);
        EXPECT(guard_host(&guard, authority));
    }
    const char *const others[] = {"127.0.0.2", "127.evil.example", "0.0.0.0", "::", "[::1]", ""};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        EXPECT(!guard_address(others[i]));
    char authority[64];
    guard_authority(authority, sizeof authority, "::1", 80);
    EXPECT_TEXT(authority, "[::1]:80");
}

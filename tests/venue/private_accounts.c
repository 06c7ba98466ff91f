/* SPDX-License-Identifier: MIT */
#include "private_wire.h"

#include <sys/stat.h>

static struct wire wire;
static char path[256];

static struct exchange_config kept(void)
{
    struct exchange_config config = wire_account("USD=1000");
    snprintf(path, sizeof path, "/tmp/cuttle-accounts-%d", (int)getpid());
    config.accounts = path;
    return config;
}

static void save(void)
{
    char error[512] = "";
    EXPECT(exchange_save(wire.exchange, error, sizeof error));
    EXPECT_TEXT(error, "");
}

/* The reason why an exchange does not open. */
static const char *refusal(const struct exchange_config *config)
{
    static char error[512];
    struct loop *loop = loop_new();
    struct clock clock = clock_system();
    EXPECT(exchange_open(loop, &clock, config, error, sizeof error) == NULL);
    loop_free(loop);
    return error;
}

TEST(accounts_are_taken_up_where_they_were_left)
{
    struct exchange_config config = kept();
    unlink(path);
    wire_open(&wire, &config);
    wire_call(&wire, "AddOrder", "pair=XBTUSD&type=buy&ordertype=market&volume=0.001");
    char open[2048], balance[256], trades[2048];
    snprintf(balance, sizeof balance, "%s", wire_call(&wire, "Balance", ""));
    EXPECT_HAS(wire_call(&wire, "AddOrder",
                         "pair=XBTUSD&type=buy&ordertype=limit&volume=0.01&price=10000"),
               "txid");
    snprintf(open, sizeof open, "%s", wire_call(&wire, "OpenOrders", ""));
    snprintf(trades, sizeof trades, "%s", wire_call(&wire, "TradesHistory", "ledgers=true"));
    save();
    wire_close(&wire);

    wire_open(&wire, &config);
    EXPECT_TEXT(wire_call(&wire, "Balance", ""), balance);
    EXPECT_TEXT(wire_call(&wire, "OpenOrders", ""), open);
    EXPECT_TEXT(wire_call(&wire, "TradesHistory", "ledgers=true"), trades);
    EXPECT_HAS(wire_call(&wire, "CancelAll", ""), "{\"count\":1}");
    save();
    wire_close(&wire);

    struct stat status;
    EXPECT(stat(path, &status) == 0 && (status.st_mode & 0777) == 0600);
    unlink(path);
}

TEST(what_was_traded_stays_listed_whatever_pairs_are_asked_for)
{
    struct exchange_config config = kept();
    unlink(path);
    config.pairs = "BTC/USD ETH/USD";
    wire_open(&wire, &config);
    wire_call(&wire, "AddOrder", "pair=XBTUSD&type=buy&ordertype=market&volume=0.001");
    save();
    wire_close(&wire);

    config.pairs = "ETH/USD SOL/USD";
    wire_open(&wire, &config);
    EXPECT_HAS(wire_call(&wire, "Balance", ""), "\"XXBT\":\"0.0010000000\"");
    EXPECT_HAS(wire_call(&wire, "AddOrder", "pair=SOLUSD&type=buy&ordertype=market&volume=1"),
               "txid");
    EXPECT_HAS(wire_call(&wire, "AddOrder", "pair=XBTUSD&type=sell&ordertype=market&volume=0.001"),
               "txid");
    save();
    wire_close(&wire);

    config.pairs = NULL;
    wire_open(&wire, &config);
    EXPECT_HAS(wire_call(&wire, "AddOrder", "pair=ADAUSD&type=buy&ordertype=market&volume=20"),
               "txid");
    wire_close(&wire);
    unlink(path);
}

TEST(keys_of_the_file_serve_when_none_is_named_and_new_ones_join_them)
{
    struct exchange_config config = kept();
    const char *secret;
    unlink(path);
    wire_open(&wire, &config);
    wire_call(&wire, "Balance", "");
    save();
    wire_close(&wire);

    config.keys[0] = (struct exchange_key){.tier = RATE_PRO};
    wire_open(&wire, &config);
    EXPECT_TEXT(exchange_key(wire.exchange, 0, &secret), "K");
    EXPECT_TEXT(secret, WIRE_SECRET);
    EXPECT(exchange_key(wire.exchange, 1, &secret) == NULL);
    EXPECT_HAS(wire_call(&wire, "Balance", ""), "\"ZUSD\":\"1000.0000\"");
    wire_close(&wire);

    config.keys[0] = (struct exchange_key){
        .key = "L", .secret = WIRE_SECRET, .balance = "USD=5", .tier = RATE_PRO};
    wire_open(&wire, &config);
    EXPECT_HAS(wire_call(&wire, "Balance", ""), "\"ZUSD\":\"1000.0000\"");
    EXPECT_HAS(wire_call_as(&wire, "L", "Balance", ""), "\"ZUSD\":\"5.0000\"");
    wire_close(&wire);
    unlink(path);
}

TEST(a_used_nonce_stays_used)
{
    struct exchange_config config = kept();
    unlink(path);
    static const char headers[] = "API-Key: K\r\nAPI-Sign: %s\r\n";
    char signature[SIGNATURE_TEXT_MAX], lines[256], error[64];
    static struct keyring keyring;
    struct key_config said = {.text = "K", .secret = WIRE_SECRET};
    keyring.count = 0;
    key_sign(keyring_add(&keyring, &said, &(struct entropy){0}, error, sizeof error),
             "/0/private/Balance", "900", "nonce=900", 9, signature);
    snprintf(lines, sizeof lines, headers, signature);
    wire_open(&wire, &config);
    EXPECT_HAS(wire_post(&wire, "/0/private/Balance", lines, "nonce=900"), "\"result\"");
    save();
    wire_close(&wire);
    wire_open(&wire, &config);
    EXPECT_HAS(wire_post(&wire, "/0/private/Balance", lines, "nonce=900"), "EAPI:Invalid nonce");
    wire_close(&wire);
    unlink(path);
}

TEST(the_market_goes_on_from_where_the_accounts_stand_and_never_before)
{
    struct exchange_config config = kept();
    unlink(path);
    config.from_ns = INT64_C(1722816000) * 1000000000;
    wire_open(&wire, &config);
    wire_call(&wire, "Balance", "");
    save();
    wire_close(&wire);
    config.from_ns = 0;
    wire_open(&wire, &config);
    EXPECT_INT(exchange_market_time(wire.exchange), INT64_C(1722816000) * 1000000000);
    wire_close(&wire);
    config.from_ns = INT64_C(1704067200) * 1000000000; /* who died before us may not know better */
    wire_open(&wire, &config);
    EXPECT_INT(exchange_market_time(wire.exchange), INT64_C(1722816000) * 1000000000);
    wire_close(&wire);
    unlink(path);
}

TEST(a_file_that_was_altered_is_refused)
{
    struct exchange_config config = kept();
    unlink(path);
    wire_open(&wire, &config);
    wire_call(&wire, "Balance", "");
    save();
    wire_close(&wire);
    for (long at = 0; at < 2; at++) {
        FILE *file = fopen(path, "r+b");
        EXPECT(file && fseek(file, at == 0 ? 60 : -3, at == 0 ? SEEK_SET : SEEK_END) == 0);
        int byte = fgetc(file);
        fseek(file, -1, SEEK_CUR);
        fputc(byte ^ 0x40, file);
        fclose(file);
        EXPECT_HAS(refusal(&config), "move it away to begin with new accounts");
    }
    unlink(path);
}

TEST(what_cannot_be_an_account_is_refused_at_the_start)
{
    struct exchange_config config = wire_account("USD=1000,FOO=1");
    EXPECT_HAS(refusal(&config), "balance FOO=1: no such asset here");
    config = wire_account("USD=1.00001");
    EXPECT_HAS(refusal(&config), "balance USD=1.00001: not an amount");
    config = wire_account("USD");
    EXPECT_HAS(refusal(&config), "balance USD");
    config = wire_account("USD=-5");
    EXPECT_HAS(refusal(&config), "balance USD=-5: EFunding:");
    config = wire_account("USD=1");
    config.keys[0].permissions = "everything";
    EXPECT_HAS(refusal(&config), "permissions everything");
    config.keys[0] = (struct exchange_key){.key = "K"};
    EXPECT_HAS(refusal(&config), "come together");
}

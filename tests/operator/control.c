/* SPDX-License-Identifier: MIT */
/* Commands over a real socket: who may give them, what is read of them, and how the record that
 * the trading thread leaves becomes the answer. The test is the trading thread. */
#include "operator/server/control.h"

#include "bridge_fixture.h"
#include "core/base/prng.h"
#include "core/risk/dial.h"

#define TOKEN "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define HEADERS "Host: localhost\r\nAuthorization: Bearer " TOKEN "\r\n"
#define TEXT_MAX 65536

static struct view_box *box;
static struct view view;
static struct queue *queue, *commands;
static struct bridge *bridge;
static char text[TEXT_MAX];

static void begin(void)
{
    char error[256];
    box = calloc(1, sizeof *box);
    view_box_init(box);
    view_keep(box, UINT64_MAX); /* the disk has everything at once */
    queue = queue_new(1 << 20);
    commands = queue_new(1 << 16);
    script_view(&view, mono_ns(), wall_ns());
    view_publish(box, &view);
    const struct bridge_config config = {.address = "127.0.0.1",
                                         .max_clients = 64,
                                         .watchdog_ns = 60 * NS_PER_S,
                                         .commands = commands,
                                         .token = TOKEN};
    bridge = bridge_start(&config, box, queue, error, sizeof error);
    EXPECT(bridge != NULL);
}

static void end(void)
{
    bridge_stop(bridge);
    queue_free(queue);
    queue_free(commands);
    free(box);
}

static int ask(const char *line, const char *headers, const char *body)
{
    char request[4096];
    const int len = snprintf(request, sizeof request,
                             "%s HTTP/1.1\r\n%sContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
                             line, headers, strlen(body), body);
    const int fd = dial(bridge);
    send_all(fd, request, (size_t)len);
    return fd;
}

static int post(const char *headers, const char *body)
{
    return ask("POST /api/v1/commands", headers, body);
}

/* The status; the whole answer stands in `text`. */
static int answer(int fd)
{
    return answer_of(fd, text, sizeof text);
}

/* What the trading thread finds in its queue, soon. */
static struct control_item taken(void)
{
    size_t len;
    const struct control_item *item = NULL;
    for (int i = 0; i < 1000 && (item = queue_peek(commands, &len)) == NULL; i++) {
        pause_ms(5);
    }
    EXPECT(item != NULL);
    const struct control_item found = *item;
    queue_pop(commands);
    return found;
}

static bool none_taken(void)
{
    size_t len;
    return queue_peek(commands, &len) == NULL;
}

static bool has(const char *part)
{
    return part != NULL && strstr(text, part) != NULL;
}

TEST(a_command_is_answered_by_the_record_that_it_leaves)
{
    begin();
    const int fd = post(HEADERS, "{\"command\":\"buy\",\"pair\":\"BTC/USD\",\"quantity\":\"0.01\","
                                 "\"stop\":\"63000.5\",\"target\":67000}");
    const struct control_item item = taken();
    EXPECT_INT(item.asked.command, COMMAND_BUY);
    EXPECT_INT(item.asked.pair, 0);
    EXPECT_INT(item.asked.qty_lots, 1000000);
    EXPECT_INT(item.asked.stop_ticks, 630005);
    EXPECT_INT(item.asked.target_ticks, 670000);
    EXPECT_TEXT(item.terms.symbol, "BTC/USD");
    const struct record record = {.kind = RECORD_COMMAND,
                                  .command = COMMAND_BUY,
                                  .verdict = VERDICT_DONE,
                                  .ask = item.asked.ask,
                                  .number = 4711,
                                  .qty_lots = 1000000,
                                  .price = 64000};
    EXPECT(bridge_put_record(queue, &record));
    EXPECT_INT(answer(fd), 200);
    EXPECT(has("\"number\":4711") && has("\"done\":true"));
    EXPECT(has("\"sentence\":\"By hand: buy 0.01 BTC/USD"));
    end();
}

/* Whether something is there to be read within so long. */
static bool answered_within(int fd, int ms)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
    return poll(&poll_fd, 1, ms) == 1;
}

static int pause_recorded(uint64_t number)
{
    const int fd = post(HEADERS, "{\"command\":\"pause\"}");
    const struct record record = {
        .kind = RECORD_PAUSED, .ask = taken().asked.ask, .pair = UINT32_MAX, .number = number};
    EXPECT(bridge_put_record(queue, &record));
    return fd;
}

TEST(a_command_is_done_when_its_record_is_on_disk_and_not_before)
{
    begin();
    view_keep(box, 6);
    const int fd = pause_recorded(7), refused = post(HEADERS, "{\"command\":\"flatten\"}");
    const struct record no = {.kind = RECORD_COMMAND,
                              .command = COMMAND_FLATTEN,
                              .verdict = VERDICT_NO_POSITION,
                              .ask = taken().asked.ask,
                              .number = 8};
    EXPECT(bridge_put_record(queue, &no));
    EXPECT_INT(answer(refused), 400); /* changed nothing: waits for no disk */
    EXPECT(!answered_within(fd, 300));
    view_keep(box, 7);
    EXPECT(answered_within(fd, 1000));
    EXPECT_INT(answer(fd), 200);
    EXPECT(has("\"number\":7,\"done\":true,\"kept\":true") && !has("not on disk"));
    end();
}

TEST(a_command_that_no_disk_takes_is_told_as_done_and_not_kept)
{
    begin();
    view_keep(box, 6);
    const int fd = pause_recorded(7);
    EXPECT_INT(answer(fd), 200);
    EXPECT(has("\"number\":7,\"done\":true,\"kept\":false") && has("It is not on disk yet"));
    end();
}

TEST(a_refusal_is_a_problem_that_says_what_would_be_right)
{
    begin();
    const int fd = post(HEADERS, "{\"command\":\"close\",\"pair\":\"ETH/USD\"}");
    const struct record record = {.kind = RECORD_COMMAND,
                                  .command = COMMAND_CLOSE,
                                  .verdict = VERDICT_NO_POSITION,
                                  .ask = taken().asked.ask,
                                  .pair = 1,
                                  .number = 12};
    EXPECT(bridge_put_record(queue, &record));
    EXPECT_INT(answer(fd), 400);
    EXPECT(has("application/problem+json") && has("\"done\":false") && has("\"number\":12"));
    EXPECT(has("\"detail\":\"By hand, refused: ETH/USD is not closed: nothing is held there.\""));
    end();
}

TEST(answers_find_their_askers_whatever_their_order)
{
    begin();
    const int first = post(HEADERS, "{\"command\":\"pause\"}");
    const uint64_t first_ask = taken().asked.ask;
    const int second = post(HEADERS, "{\"command\":\"resume\"}");
    const uint64_t second_ask = taken().asked.ask;
    const struct record records[] = {
        {.kind = RECORD_RESUMED, .ask = second_ask, .pair = UINT32_MAX, .number = 2},
        {.kind = RECORD_PAUSED, .pair = UINT32_MAX, .number = 3}, /* nobody's */
        {.kind = RECORD_PAUSED, .ask = first_ask, .pair = UINT32_MAX, .number = 4}};
    for (int i = 0; i < 3; i++) {
        EXPECT(bridge_put_record(queue, &records[i]));
    }
    EXPECT_INT(answer(first), 200);
    EXPECT(has("\"number\":4"));
    EXPECT_INT(answer(second), 200);
    EXPECT(has("\"number\":2"));
    end();
}

TEST(who_does_not_show_the_token_or_comes_from_elsewhere_commands_nothing)
{
    static const struct {
        const char *headers;
        int status;
    } cases[] = {
        {"Host: localhost\r\n", 401},
        {"Host: localhost\r\nAuthorization: Bearer \r\n", 401},
        {"Host: localhost\r\nAuthorization: Basic " TOKEN "\r\n", 401},
        {"Host: localhost\r\nAuthorization: Bearer " TOKEN "0\r\n", 401},
        {"Host: localhost\r\nAuthorization: Bearer "
         "1123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n",
         401},
        {"Host: evil.example\r\nAuthorization: Bearer " TOKEN "\r\n", 403},
        {HEADERS "Origin: http://evil.example\r\n", 403},
    };
    begin();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        EXPECT_INT(answer(post(cases[i].headers, "{\"command\":\"flatten\"}")), cases[i].status);
        EXPECT(none_taken());
        EXPECT(strstr(text, TOKEN) == NULL);
    }
    end();
}

TEST(what_is_no_command_is_refused_with_what_would_be_right)
{
    static const struct {
        const char *body, *says;
    } cases[] = {
        {"", "not a command"},
        {"[]", "not a command"},
        {"{\"command\":\"buy\"", "not a command"},
        {"{\"command\":\"hold\"}", "is one of pause"},
        {"{\"pair\":\"BTC/USD\"}", "is one of pause"},
        {"{\"command\":\"pause\",\"colour\":1}", "no command has"},
        {"{\"command\":\"close\",\"pair\":\"BTC/USD\",\"pair\":\"ETH/USD\"}", "twice"},
        {"{\"command\":\"close\"}", "\\\"pair\\\" is missing"},
        {"{\"command\":\"close\",\"pair\":\"XYZ/USD\"}", "no pair"},
        {"{\"command\":\"pause\",\"pair\":\"BTC/USD\"}", "has no place"},
        {"{\"command\":\"buy\",\"pair\":\"BTC/USD\",\"stop\":\"1\"}", "either"},
        {"{\"command\":\"buy\",\"pair\":\"BTC/USD\",\"quantity\":\"1\",\"cash\":\"1\"}", "either"},
        {"{\"command\":\"buy\",\"pair\":\"BTC/USD\",\"quantity\":\"0\"}", "steps of 0.00000001"},
        {"{\"command\":\"buy\",\"pair\":\"BTC/USD\",\"quantity\":\"-1\"}", "above 0"},
        {"{\"command\":\"buy\",\"pair\":\"BTC/USD\",\"cash\":\"1\",\"stop\":\"6.55\"}",
         "steps of 0.1"},
        {"{\"command\":\"bracket\",\"pair\":\"BTC/USD\"}", "\\\"stop\\\", \\\"target\\\" or both"},
        {"{\"command\":\"cancel\",\"order\":\"x\"}", "not a command"},
        {"{\"command\":\"cancel\"}", "\\\"order\\\" is missing"},
    };
    begin();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        EXPECT_INT(answer(post(HEADERS, cases[i].body)), 400);
        EXPECT(has(cases[i].says));
        EXPECT(none_taken());
    }
    end();
}

TEST(a_command_that_no_record_answers_is_told_so_and_one_too_many_is_not_taken)
{
    begin();
    int waiting[CONTROL_WAITING_MAX];
    for (int i = 0; i < CONTROL_WAITING_MAX; i++) {
        const bool urgent = i >= CONTROL_WAITING_MAX - CONTROL_URGENT_MAX;
        if (urgent) {
            EXPECT_INT(answer(post(HEADERS, "{\"command\":\"resume\"}")), 503);
        }
        waiting[i] = post(HEADERS, !urgent ? "{\"command\":\"resume\"}"
                                   : i % 2 ? "{\"command\":\"flatten\"}"
                                           : "{\"command\":\"pause\"}");
        taken();
    }
    EXPECT_INT(answer(post(HEADERS, "{\"command\":\"pause\"}")), 503);
    EXPECT(none_taken());
    for (int i = 0; i < CONTROL_WAITING_MAX; i++) {
        EXPECT_INT(answer(waiting[i]), 504);
        EXPECT(has("/api/v1/thoughts"));
    }
    end();
}

/* What the engine reckons with: never less than nothing, always of a pair that is there. */
static void expect_sound(const struct control_item *item)
{
    const struct instruction *asked = &item->asked;
    EXPECT(asked->command >= COMMAND_PAUSE && asked->command <= COMMAND_LIMIT &&
           asked->command != COMMAND_HOLD && asked->command != COMMAND_RELEASE);
    EXPECT(asked->pair < view.pair_count && asked->ask == 0);
    EXPECT(asked->qty_lots >= 0 && asked->cash >= 0 && asked->limit_ticks >= 0);
    EXPECT(asked->stop_ticks >= 0 && asked->target_ticks >= 0);
}

TEST(no_body_of_any_bytes_is_taken_for_more_than_it_says)
{
    static const char *const bodies[] = {
        ("{\"command\":\"buy\",\"pair\":\"BTC/"
         "USD\",\"quantity\":\"0.01\",\"stop\":63000,\"target\":1e5}"),
        "{\"command\":\"cancel\",\"order\":18446744073709551615}",
        "{\"command\":\"bracket\",\"pair\":\"ETH/USD\",\"stop\":\"3000\",\"target\":\"4000\"}",
        "{\"command\":\"flatten\"}",
    };
    struct prng prng;
    uint32_t taken_count = 0;
    prng_init(&prng, test_seed());
    script_view(&view, 0, 0);
    for (int i = 0; i < 100000; i++) {
        char error[320] = "";
        struct control_item item;
        const char *body = bodies[prng_below(&prng, 4)];
        const size_t len = strlen(body);
        char *bytes = malloc(len); /* its own block, so that one byte too far is seen */
        memcpy(bytes, body, len);
        for (uint64_t n = prng_below(&prng, 4); n > 0; n--) {
            bytes[prng_below(&prng, len)] = (char)prng_below(&prng, 256);
        }
        const size_t cut = prng_below(&prng, 8) == 0 ? prng_below(&prng, len) : len;
        if (control_parse(&view, NULL, bytes, cut, &item, error, sizeof error)) {
            expect_sound(&item);
            taken_count++;
        } else {
            EXPECT(error[0] != '\0');
        }
        free(bytes);
    }
    EXPECT(taken_count > 10000 && taken_count < 90000);
}

TEST(a_strategy_is_given_a_part_by_its_name)
{
    begin();
    const int fd =
        post(HEADERS, "{\"command\":\"strategy\",\"strategy\":\"trend\",\"part\":\"off\"}");
    const struct control_item item = taken();
    EXPECT_INT(item.asked.command, COMMAND_STRATEGY);
    EXPECT_TEXT(strategy_table[item.asked.strategy]->name, "trend");
    EXPECT_INT(item.asked.part, PART_OFF);
    EXPECT_INT(answer(fd), 504);
    EXPECT_INT(answer(post(HEADERS, "{\"command\":\"strategy\",\"strategy\":\"trend\"}")), 400);
    EXPECT(has("\\\"part\\\" is missing"));
    EXPECT_INT(
        answer(post(HEADERS, "{\"command\":\"strategy\",\"strategy\":\"trent\",\"part\":\"on\"}")),
        400);
    EXPECT(has("there is no strategy"));
    EXPECT_INT(
        answer(post(HEADERS, "{\"command\":\"strategy\",\"strategy\":\"trend\",\"part\":\"on \"}")),
        400);
    EXPECT(has("on, shadow, off or configured"));
    EXPECT(none_taken());
    end();
}

TEST(a_command_may_be_named_by_its_address_with_the_same_key_and_the_same_answer)
{
    const struct {
        const char *path, *body;
        enum command command;
    } story[] = {
        {"POST /api/v1/control/pause", "", COMMAND_PAUSE},
        {"POST /api/v1/control/resume", "{}", COMMAND_RESUME},
        {"POST /api/v1/control/close_all", "", COMMAND_FLATTEN},
        {"POST /api/v1/control/close", "{\"pair\":\"ETH/USD\"}", COMMAND_CLOSE},
    };
    begin();
    for (size_t i = 0; i < sizeof story / sizeof story[0]; i++) {
        const int fd = ask(story[i].path, HEADERS, story[i].body);
        const struct control_item item = taken();
        EXPECT_INT(item.asked.command, story[i].command);
        EXPECT_INT(item.asked.pair, story[i].command == COMMAND_CLOSE);
        const struct record record = {.kind = RECORD_COMMAND,
                                      .command = story[i].command,
                                      .verdict = VERDICT_DONE,
                                      .ask = item.asked.ask,
                                      .number = 7 + i};
        EXPECT(bridge_put_record(queue, &record));
        EXPECT_INT(answer(fd), 200);
        EXPECT(has("\"done\":true"));
    }
    end();
}

TEST(an_address_of_a_command_takes_no_other_one_and_nothing_without_the_token)
{
    const struct {
        const char *path, *headers, *body;
        int status;
        const char *detail;
    } story[] = {
        {"POST /api/v1/control/pause", "Host: localhost\r\n", "", 401, "token"},
        {"POST /api/v1/control/pause", "Host: evil.example\r\n", "", 403, "Host must be"},
        {"POST /api/v1/control/pause", HEADERS, "{\"command\":\"flatten\"}", 400, "no command has"},
        {"POST /api/v1/control/pause", HEADERS, "{\"pair\":\"BTC/USD\"}", 400,
         "has no place there"},
        {"POST /api/v1/control/close", HEADERS, "", 400, "\\\"pair\\\" is missing"},
        {"POST /api/v1/control/close", HEADERS, "{\"pair\":\"FOO/USD\"}", 400, "no pair"},
        {"POST /api/v1/control/close_all", HEADERS, "{", 400, "not a command"},
        {"POST /api/v1/control/dream", HEADERS, "", 404, "nothing at"},
        {"PUT /api/v1/control/pause", HEADERS, "", 405, "use POST"},
        {"GET /api/v1/control/pause", HEADERS, "", 405, "Allow: POST\r\n"},
        {"POST /api/v1/risk", HEADERS, "", 405, "Allow: GET, HEAD, PATCH\r\n"},
        {"PUT /api/v1/status", HEADERS, "", 405, "Allow: GET, HEAD\r\n"},
        {"DELETE /health", HEADERS, "", 405, "Allow: GET, HEAD\r\n"},
    };
    begin();
    for (size_t i = 0; i < sizeof story / sizeof story[0]; i++) {
        EXPECT_INT(answer(ask(story[i].path, story[i].headers, story[i].body)), story[i].status);
        EXPECT(has("application/problem+json") && has(story[i].detail));
        EXPECT(none_taken());
    }
    end();
}

TEST(a_limit_is_changed_by_its_name_within_its_options_range)
{
    begin();
    int fd = ask("PATCH /api/v1/risk", HEADERS, "{\"name\":\"risk.max_positions\",\"value\":3}");
    struct control_item item = taken();
    EXPECT_INT(item.asked.command, COMMAND_LIMIT);
    EXPECT_TEXT(dial_option(item.asked.dial)->name, "max_positions");
    EXPECT_NEAR(item.asked.value, 3, 0);
    const struct record record = {.kind = RECORD_COMMAND,
                                  .command = COMMAND_LIMIT,
                                  .verdict = VERDICT_DONE,
                                  .pair = UINT32_MAX,
                                  .ask = item.asked.ask,
                                  .part = item.asked.dial,
                                  .number = 8,
                                  .figure = 5,
                                  .limit = 3};
    EXPECT(bridge_put_record(queue, &record));
    EXPECT_INT(answer(fd), 200);
    EXPECT(has("\"sentence\":\"By hand: risk.max_positions is now 3; it was 5.\""));
    EXPECT(has("\"name\":\"risk.max_positions\",\"value\":3,\"value_before\":5"));
    EXPECT(!has("\"figure\""));
    fd = post(HEADERS, "{\"command\":\"limit\",\"name\":\"cool_off\",\"value\":\"configured\"}");
    item = taken();
    EXPECT(item.asked.configured && strcmp(dial_option(item.asked.dial)->name, "cool_off") == 0);
    fd = (close(fd),
          ask("PATCH /api/v1/risk", HEADERS, "{\"name\":\"cool_off\",\"value\":\"90m\"}"));
    EXPECT_NEAR(taken().asked.value, 90 * 60e9, 0);
    close(fd);
    static const struct {
        const char *line, *body, *says;
    } cases[] = {
        {"PATCH /api/v1/risk", "{\"name\":\"risk.max_positions\",\"value\":\"0\"}", "1 to 200"},
        {"PATCH /api/v1/risk", "{\"name\":\"max_exposure\",\"value\":\"lots\"}", "configured"},
        {"PATCH /api/v1/risk", "{\"name\":\"crash_fall\",\"value\":0.1}",
         "since the session began"},
        {"PATCH /api/v1/risk", "{\"name\":\"groups\",\"value\":\"BTC ETH\"}", "way of working"},
        {"PATCH /api/v1/risk", "{\"name\":\"colour\",\"value\":1}", "there is no limit"},
        {"PATCH /api/v1/risk", "{\"name\":\"max_positions\"}", "value\\\" is missing"},
        {"PATCH /api/v1/risk", "{\"command\":\"flatten\"}", "not a command"},
        {"PATCH /api/v1/strategies", "{\"strategy\":\"trend\"}", "part\\\" is missing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        EXPECT_INT(answer(ask(cases[i].line, HEADERS, cases[i].body)), 400);
        EXPECT(has(cases[i].says));
    }
    EXPECT_INT(answer(ask("PATCH /api/v1/risk", "Host: localhost\r\n", "{}")), 401);
    EXPECT(none_taken());
    fd = ask("PATCH /api/v1/strategies", HEADERS, "{\"strategy\":\"trend\",\"part\":\"off\"}");
    EXPECT_INT(taken().asked.command, COMMAND_STRATEGY);
    close(fd);
    end();
}

/* SPDX-License-Identifier: MIT */
#include "venue/local/faults.h"

#include "core/base/timestamp.h"
#include "test.h"

static const char answer[] = "{\"method\":\"add_order\",\"success\":true}";
static const char row[] = "{\"channel\":\"executions\",\"type\":\"update\",\"sequence\":2}";
static const char book[] = "{\"channel\":\"book\",\"data\":[{\"checksum\":1234567}]}";

static struct faults faults_of(const char *words)
{
    struct faults_config config;
    struct faults faults;
    char error[256] = "";
    EXPECT(faults_parse(words, &config, error, sizeof error));
    faults_init(&faults, &config);
    return faults;
}

static enum fault say(struct faults *faults, const char *text)
{
    return faults_text(faults, NULL, text, strlen(text), 0);
}

TEST(a_word_wrongs_what_it_names_and_nothing_else)
{
    struct faults faults = faults_of("answer_lost=1 row_twice=1");
    EXPECT_INT(say(&faults, answer), FAULT_LOST);
    EXPECT_INT(say(&faults, row), FAULT_TWICE);
    EXPECT_INT(say(&faults, book), FAULT_NONE);
    EXPECT_INT(faults_call(&faults).status, 0);
}

TEST(what_is_late_comes_within_its_time_once)
{
    struct faults faults = faults_of("row_late=1 late=3s");
    struct fault_kept kept;
    EXPECT_INT(say(&faults, row), FAULT_LATE);
    EXPECT(faults_due(&faults, 3 * NS_PER_S + 1, &kept));
    EXPECT(kept.len == strlen(row) && memcmp(kept.text, row, kept.len) == 0);
    EXPECT(!faults_due(&faults, INT64_MAX, &kept));
    free(kept.text);
}

TEST(a_wrong_checksum_is_the_only_thing_that_is_wrong)
{
    struct faults faults = faults_of("checksum=1");
    struct fault_kept kept;
    EXPECT_INT(say(&faults, book), FAULT_LATE);
    EXPECT(faults_due(&faults, 0, &kept));
    EXPECT(memcmp(kept.text, "{\"channel\":\"book\",\"data\":[{\"checksum\":1234563}]}",
                  kept.len) == 0);
    free(kept.text);
}

TEST(a_call_is_refused_or_carried_out_and_denied)
{
    struct faults before = faults_of("http=1"), after = faults_of("http_late=1");
    const struct fault_reply refused = faults_call(&before), denied = faults_call(&after);
    EXPECT((refused.status == 500 || refused.status == 520) && !refused.after);
    EXPECT(denied.status == 520 && denied.after);
}

TEST(an_answer_that_is_slow_is_kept_whole_and_a_client_that_goes_does_not_take_it_along)
{
    struct faults faults = faults_of("http_slow=1 late=3s");
    struct server_reply *const reply = (struct server_reply *)&faults; /* nobody looks into it */
    struct fault_kept kept;
    const struct fault_reply call = faults_call(&faults);
    EXPECT(call.slow && call.status == 0);
    EXPECT(faults_keep_reply(&faults, reply, answer, strlen(answer), 0));
    faults_forget(&faults, NULL);
    EXPECT(faults_due(&faults, 3 * NS_PER_S + 1, &kept));
    EXPECT(kept.reply == reply && kept.len == strlen(answer));
    free(kept.text);
    for (int i = 0; i < FAULTS_KEPT_MAX; i++) {
        EXPECT(faults_keep_reply(&faults, reply, answer, 1, 0));
    }
    EXPECT(!faults_keep_reply(&faults, reply, answer, 1, 0)); /* no room: given now */
    faults_deinit(&faults);
}

TEST(a_number_draws_all_by_its_seed_and_nonsense_is_told)
{
    struct faults_config one, again;
    char error[256] = "";
    EXPECT(faults_parse("7", &one, error, sizeof error));
    again = faults_drawn(7);
    EXPECT(memcmp(&one, &again, sizeof one) == 0);
    EXPECT(!faults_parse("answers_lost=1", &one, error, sizeof error));
    EXPECT(strstr(error, "answers_lost") != NULL);
    EXPECT(!faults_parse("row_lost=2", &one, error, sizeof error));
}

TEST(a_share_is_written_as_a_number_or_in_percent_and_taken_back)
{
    const struct faults_config none = {0};
    struct faults_config config = none;
    EXPECT(faults_set(&config, "http", "100%") && config.http == 1);
    EXPECT(faults_set(&config, "http", "0.25") && config.http == 0.25);
    EXPECT(!faults_set(&config, "http", "25 %") && !faults_set(&config, "http", "101%"));
    EXPECT(!faults_set(&config, "lag", "-1s") && !faults_set(&config, "rest", "1"));
    EXPECT(faults_set(&config, "lag", "30s") && config.lag_ns == 30 * NS_PER_S);
    faults_copy(&config, "http", &none);
    faults_copy(&config, "lag", &none);
    EXPECT(config.http == 0 && config.lag_ns == 0);
}

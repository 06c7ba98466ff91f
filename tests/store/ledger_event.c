/* SPDX-License-Identifier: MIT */
#include "scratch.h"
#include "store/ledger.h"
#include "test.h"

static void see_event(void *context, const struct ledger_event *event)
{
    char *out = context;
    const size_t len = strlen(out);
    snprintf(out + len, 512 - len, "%llu %s %d %s %lld-%lld; ", (unsigned long long)event->id,
             event->type, event->severity, event->message, (long long)event->raised_ns,
             (long long)event->cleared_ns);
}

static struct ledger_event event_of(uint64_t id, const char *type, const char *message)
{
    struct ledger_event event = {.id = id, .raised_ns = 1000 + (int64_t)id, .severity = 1};
    snprintf(event.type, sizeof event.type, "%s", type);
    snprintf(event.message, sizeof event.message, "%s", message);
    snprintf(event.remedy, sizeof event.remedy, "look");
    snprintf(event.metadata, sizeof event.metadata, "{\"a\":1}");
    return event;
}

TEST(an_event_is_kept_once_with_the_last_that_was_said_of_it)
{
    struct ledger *ledger = NULL;
    char error[512], told[512] = "";
    EXPECT_INT(ledger_open(scratch("events.db"), &ledger, error, sizeof error), 0);
    struct ledger_event event = event_of(1, "disk_space", "little");
    EXPECT_INT(ledger_put_event(ledger, &event), 0);
    snprintf(event.message, sizeof event.message, "less");
    EXPECT_INT(ledger_put_event(ledger, &event), 0);
    event.cleared_ns = 2000;
    EXPECT_INT(ledger_put_event(ledger, &event), 0);
    EXPECT_INT(ledger_each_event(ledger, 10, see_event, told), 0);
    EXPECT_TEXT(told, "1 disk_space 1 less 1001-2000; ");
    ledger_close(ledger);
}

TEST(the_newest_number_is_known_without_reading_an_event)
{
    struct ledger *ledger = NULL;
    char error[512];
    uint64_t last = 7;
    EXPECT_INT(ledger_open(scratch("last_event.db"), &ledger, error, sizeof error), 0);
    EXPECT_INT(ledger_last_event(ledger, &last), 0);
    EXPECT_INT(last, 0);
    for (uint64_t id = 3; id > 0; id--) {
        const struct ledger_event event = event_of(id, "test", "x");
        EXPECT_INT(ledger_put_event(ledger, &event), 0);
    }
    EXPECT_INT(ledger_last_event(ledger, &last), 0);
    EXPECT_INT(last, 3);
    ledger_close(ledger);
}

TEST(the_newest_come_back_and_every_open_one_however_old)
{
    struct ledger *ledger = NULL;
    char error[512], told[512] = "";
    EXPECT_INT(ledger_open(scratch("open_events.db"), &ledger, error, sizeof error), 0);
    for (uint64_t id = 1; id <= 5; id++) {
        struct ledger_event event = event_of(id, "drawdown", "deep");
        event.cleared_ns = id == 2 ? 0 : 3000;
        EXPECT_INT(ledger_put_event(ledger, &event), 0);
    }
    EXPECT_INT(ledger_each_event(ledger, 2, see_event, told), 0);
    EXPECT_TEXT(told, "2 drawdown 1 deep 1002-0; 4 drawdown 1 deep 1004-3000; "
                      "5 drawdown 1 deep 1005-3000; ");
    ledger_close(ledger);
}

TEST(of_those_that_are_over_no_more_than_ten_thousand_are_kept)
{
    struct ledger *ledger = NULL;
    char error[512], told[512] = "";
    EXPECT_INT(ledger_open(scratch("many_events.db"), &ledger, error, sizeof error), 0);
    const uint64_t ids[] = {1, 2, LEDGER_EVENT_KEEP + 1};
    for (int i = 0; i < 3; i++) {
        struct ledger_event event = event_of(ids[i], "test", "x");
        event.cleared_ns = 3000;
        EXPECT_INT(ledger_put_event(ledger, &event), 0);
    }
    EXPECT_INT(ledger_each_event(ledger, 10, see_event, told), 0);
    EXPECT_TEXT(told, "2 test 1 x 1002-3000; 10001 test 1 x 11001-3000; ");
    ledger_close(ledger);
}

TEST(an_open_one_is_kept_however_many_come_after_it)
{
    struct ledger *ledger = NULL;
    char error[512], told[512] = "";
    EXPECT_INT(ledger_open(scratch("old_open_event.db"), &ledger, error, sizeof error), 0);
    const uint64_t ids[] = {1, LEDGER_EVENT_KEEP + 5};
    for (int i = 0; i < 2; i++) {
        const struct ledger_event event = event_of(ids[i], "drawdown", "deep");
        EXPECT_INT(ledger_put_event(ledger, &event), 0);
    }
    EXPECT_INT(ledger_each_event(ledger, 1, see_event, told), 0);
    EXPECT_TEXT(told, "1 drawdown 1 deep 1001-0; 10005 drawdown 1 deep 11005-0; ");
    ledger_close(ledger);
}

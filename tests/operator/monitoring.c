/* SPDX-License-Identifier: MIT */
/* The bridge as a watchdog: a session that reports, falls silent, and reports again. */
#include "alarm_fixture.h"
#include "bridge_fixture.h"

static struct view_box box;
static struct view view;
static struct queue *queue, *rows;
static struct bridge *bridge;
static char text[1024 * 1024];

static void publish(void)
{
    view.mono_ns = mono_ns();
    view_publish(&box, &view);
}

static void begin(const char *address)
{
    char error[256] = "";
    static struct alarm_config alarm;
    queue = address ? queue_new(1 << 20) : NULL;
    rows = queue_new(1 << 16);
    alarm = alarm_terms(rows);
    alarm.sentry.silence_ns = NS_PER_S;
    const struct bridge_config config = {
        .address = address, .max_clients = 8, .watchdog_ns = NS_PER_S, .alarm = &alarm};
    view_box_init(&box);
    script_view(&view, mono_ns(), wall_ns());
    bridge = bridge_start(&config, &box, queue, error, sizeof error);
    EXPECT_TEXT(error, "");
    publish();
}

static void end(void)
{
    bridge_stop(bridge);
    queue_free(queue);
    queue_free(rows);
}

/* The status; the whole reply stands in `text`. */
static int ask(const char *path)
{
    char request[256];
    const int len =
        snprintf(request, sizeof request,
                 "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path);
    const int fd = dial(bridge);
    send_all(fd, request, (size_t)len);
    return answer_of(fd, text, sizeof text);
}

static bool has(const char *part)
{
    if (!strstr(text, part))
        print_error("%.3000s\nlacks %s\n", text, part);
    return strstr(text, part) != NULL;
}

/* Asks each tenth of a second until the reply holds it; `alive`: the session reports meanwhile. */
static bool comes(const char *path, const char *part, bool alive)
{
    for (int i = 0; i < 150; i++) {
        if (alive)
            publish();
        ask(path);
        if (strstr(text, part))
            return true;
        pause_ms(100);
    }
    return has(part);
}

TEST(a_silent_session_is_reported_and_its_recovery_noted)
{
    begin("127.0.0.1");
    EXPECT(comes("/monitoring", "session_started", true));
    EXPECT(!strstr(text, "watchdog"));
    EXPECT_INT(ask("/health"), 200);
    EXPECT(comes("/monitoring", "\"event_type\":\"watchdog\"", false));
    EXPECT(has("\"severity\":\"critical\""));
    EXPECT_INT(ask("/health"), 503);
    EXPECT_INT(ask("/health/ready"), 503);
    EXPECT_INT(ask("/health/live"), 200);
    EXPECT_INT(ask("/metrics"), 200);
    EXPECT(has("cuttle_events_open{severity=\"critical\"} 1\n"));
    EXPECT(has("cuttle_events_total{type=\"watchdog\"} 1\n"));
    EXPECT(comes("/metrics", "cuttle_events_open{severity=\"critical\"} 0\n", true));
    EXPECT_INT(ask("/api/v1/monitoring?severity=critical"), 200);
    EXPECT(has("\"cleared\":\"") && has("\"count\":1,"));
    end();
}

TEST(the_routes_say_what_is_wrong_with_a_question)
{
    begin("127.0.0.1");
    EXPECT_INT(ask("/api/v1/monitoring?severity=bad"), 400);
    EXPECT(has("not one of info, warning, critical"));
    EXPECT_INT(ask("/monitoring?limit=0"), 400);
    EXPECT_INT(ask("/monitoring?pair=BTC/USD"), 400);
    EXPECT_INT(ask("/health/other"), 404);
    end();
}

TEST(ready_says_what_is_missing)
{
    begin("127.0.0.1");
    EXPECT_INT(ask("/health/ready"), 503);
    EXPECT(has("warming up"));
    view.armed = true;
    publish();
    EXPECT_INT(ask("/health/ready"), 200);
    view.reconciled = false;
    publish();
    EXPECT_INT(ask("/health/ready"), 503);
    EXPECT(has("not resolved"));
    view.reconciled = true;
    view.pairs[0].health = VIEW_STALE;
    publish();
    EXPECT_INT(ask("/health/ready"), 503);
    EXPECT(has("no pair is heard"));
    end();
}

TEST(health_says_what_stops_entries)
{
    begin("127.0.0.1");
    view.armed = true;
    view.risk.paused = view.risk.halted = true;
    publish();
    EXPECT_INT(ask("/health/ready"), 503);
    EXPECT(has("drawdown guard"));
    EXPECT_INT(ask("/health"), 200);
    EXPECT_INT(ask("/api/v1/risk"), 200);
    EXPECT(has("\"halted\":true"));
    EXPECT_INT(ask("/api/v1/status"), 200);
    EXPECT(has("\"trouble\":\"the drawdown guard"));
    view.risk.halted = false; /* paused by hand: somebody knows */
    publish();
    EXPECT_INT(ask("/health/ready"), 200);
    view.held = view.room_lacks = true;
    publish();
    EXPECT_INT(ask("/health"), 503);
    EXPECT(has("nearly full"));
    EXPECT_INT(ask("/health/ready"), 503);
    EXPECT_INT(ask("/api/v1/status"), 200);
    EXPECT(has("\"entries_possible\":false,\"trouble\":\"the disk is nearly full"));
    view.room_lacks = false;
    publish();
    EXPECT_INT(ask("/health"), 503);
    EXPECT(has("takes nothing"));
    view.held = false;
    view.at_venue.trades = true;
    publish();
    EXPECT_INT(ask("/health/ready"), 503);
    EXPECT(has("the venue takes no entries"));
    EXPECT_INT(ask("/health"), 200);
    view.at_venue.open = true;
    publish();
    EXPECT_INT(ask("/health/ready"), 200);
    end();
}

TEST(without_a_port_it_watches_too)
{
    begin(NULL);
    EXPECT_INT(bridge_port(bridge), 0);
    size_t len = 0;
    const struct ledger_event *row = NULL;
    for (int i = 0; i < 100 && !(row && strcmp(row->type, "watchdog") == 0); i++) {
        pause_ms(100);
        row = queue_peek(rows, &len);
        if (row && strcmp(row->type, "watchdog") != 0)
            queue_pop(rows);
    }
    EXPECT(row && strcmp(row->type, "watchdog") == 0);
    end();
}

/* SPDX-License-Identifier: MIT */
#include "operator/server/metrics.h"

#include "api_fixture.h"
#include "operator/watch/alarm.h"

static struct bridge_model model; /* none */

static size_t write_metrics(size_t size, const struct bridge_model *told)
{
    return metrics_write(page, size, &source, told);
}

TEST(metrics_tell_of_the_model_by_its_strategies_and_of_none_nothing)
{
    begin();
    EXPECT(write_metrics(sizeof page, &model) > 0);
    EXPECT(has(page, "# TYPE trader_ml_validation_accuracy gauge\n# HELP cuttle_model_live"));
    EXPECT(has(page, "# TYPE cuttle_model_age_seconds gauge\n") &&
           !has(page, "\ncuttle_model_age_seconds "));
    const struct bridge_model told = {
        .made_ns = now.wall_ns - 90 * NS_PER_S,
        .count = 2,
        .rows = {{"trend", true, 0.5625}, {"dip", false, (double)NAN}}};
    EXPECT(write_metrics(sizeof page, &told) > 0);
    EXPECT(has(page, "\ntrader_ml_validation_accuracy{strategy=\"trend\"} 0.5625\n"));
    EXPECT(has(page, "\ntrader_ml_validation_accuracy{strategy=\"dip\"} NaN\n"));
    EXPECT(has(page, "\ncuttle_model_live{strategy=\"trend\"} 1\n"));
    EXPECT(has(page, "\ncuttle_model_live{strategy=\"dip\"} 0\n"));
    EXPECT(has(page, "\ncuttle_model_age_seconds 90\n"));
    end();
}

/* Enough of the exposition format 0.0.4 to refuse what Prometheus would refuse. */
static bool sample_sound(const char *line, const char *family, bool histogram)
{
    static const char *const suffixes[] = {"_bucket", "_sum", "_count"};
    size_t len = strlen(family);
    if (strncmp(line, family, len) != 0)
        return false;
    const char *at = line + len;
    for (size_t i = 0; histogram && i < 3 && at == line + len; i++)
        if (strncmp(at, suffixes[i], strlen(suffixes[i])) == 0)
            at += strlen(suffixes[i]);
    if (histogram && at == line + len)
        return false;
    if (*at == '{') {
        bool quoted = false;
        for (at++; *at && (quoted || *at != '}'); at++) {
            if (*at == '\\' && quoted && at[1])
                at++;
            else if (*at == '"')
                quoted = !quoted;
        }
        if (*at++ != '}')
            return false;
    }
    if (*at++ != ' ')
        return false;
    char *end;
    strtod(at, &end);
    return end != at && *end == '\0';
}

static bool exposition_sound(char *text)
{
    char family[128] = "", seen[8192] = "";
    bool histogram = false;
    size_t samples = 0;
    if (text[0] == '\0' || text[strlen(text) - 1] != '\n')
        return false;
    for (char *line = strtok_r(text, "\n", &text); line; line = strtok_r(NULL, "\n", &text)) {
        char name[120], type[16], mark[130];
        if (sscanf(line, "# HELP %119s", name) == 1) {
            snprintf(mark, sizeof mark, " %s ", name);
            if (strstr(seen, mark) || strspn(name, "abcdefghijklmnopqrstuvwxyz_") != strlen(name))
                return false; /* a family stands once, in one piece */
            strncat(seen, mark, sizeof seen - strlen(seen) - 1);
            family[0] = '\0';
        } else if (sscanf(line, "# TYPE %119s %15s", name, type) == 2) {
            histogram = strcmp(type, "histogram") == 0;
            if (strcmp(type, "gauge") != 0 && strcmp(type, "counter") != 0 && !histogram)
                return false;
            size_t len = strlen(name);
            if (strcmp(type, "counter") == 0 && (len < 6 || strcmp(name + len - 6, "_total") != 0))
                return false;
            snprintf(family, sizeof family, "%s", name);
        } else if (family[0] == '\0' || !sample_sound(line, family, histogram)) {
            print_error("%s\n", line);
            return false;
        } else {
            samples++;
        }
    }
    return samples > 0;
}

TEST(metrics_are_sound_and_hold_the_names_that_dashboards_expect)
{
    begin();
    now.mono_ns = view.mono_ns + 5 * NS_PER_S;
    EXPECT(write_metrics(sizeof page, &model) > 0);
    EXPECT(has(page, "\ntrader_equity_total 10123.45"));
    EXPECT(has(page, "\ntrader_open_positions 1\n"));
    EXPECT(has(page, "\ntrader_max_drawdown_percent 1.25\n"));
    EXPECT(has(page, "\ntrader_watchdog_last_update_age_seconds 5\n"));
    EXPECT(has(page, "\ntrader_websocket_reconnect_total 2\n"));
    EXPECT(has(page, "cuttle_pair_last_price{pair=\"BTC/USD\"} 64211\n"));
    EXPECT(exposition_sound(page));
    snprintf(view.venue, sizeof view.venue, "a\"b\\c\nd");
    view.account.drawdown = NAN;
    view.pairs[1].last_ticks = 0;
    EXPECT(write_metrics(sizeof page, &model) > 0);
    EXPECT(has(page, "venue=\"a\\\"b\\\\c\\nd\""));
    EXPECT(exposition_sound(page));
    EXPECT_INT(write_metrics(100, &model), 0);
    end();
}

TEST(the_exposition_check_refuses_what_is_not_sound)
{
    const char *const bad[] = {
        "",
        "a 1\n",
        "# HELP a x\n# TYPE a gauge\na 1",
        "# HELP a x\n# TYPE a gauge\na one\n",
        "# HELP a x\n# TYPE a gauge\nb 1\n",
        "# HELP a x\n# TYPE a counter\na 1\n",
        "# HELP a x\n# TYPE a gauge\na{p=\"x} 1\n",
        "# HELP a x\n# TYPE a gauge\na 1\n# HELP a x\n# TYPE a gauge\na 2\n",
        "# HELP a x\n# TYPE a histogram\na 1\n",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[256];
        snprintf(text, sizeof text, "%s", bad[i]);
        EXPECT(!exposition_sound(text));
    }
}

TEST(histograms_are_sums_from_the_smallest_bound_up)
{
    static struct histogram requests;
    begin();
    source.requests = &requests;
    histogram_add(&requests, 1500);
    histogram_add(&requests, 400000);
    histogram_add(&requests, 2 * NS_PER_S);
    histogram_add(&view.load.decision, 30000);
    EXPECT(write_metrics(sizeof page, &model) > 0);
    EXPECT(has(page, "# TYPE cuttle_request_seconds histogram\n"
                     "cuttle_request_seconds_bucket{le=\"1e-06\"} 0\n"
                     "cuttle_request_seconds_bucket{le=\"1.2e-06\"} 0\n"
                     "cuttle_request_seconds_bucket{le=\"1.5e-06\"} 1\n"
                     "cuttle_request_seconds_bucket{le=\"1.75e-06\"} 1\n"));
    EXPECT(has(page, "cuttle_request_seconds_bucket{le=\"0.00035\"} 1\n"
                     "cuttle_request_seconds_bucket{le=\"0.0004\"} 2\n"));
    EXPECT(has(page, "cuttle_request_seconds_bucket{le=\"1\"} 2\n"
                     "cuttle_request_seconds_bucket{le=\"+Inf\"} 3\n"
                     "cuttle_request_seconds_sum 2.000401500\n"
                     "cuttle_request_seconds_count 3\n"));
    EXPECT(has(page, "cuttle_decision_latency_seconds_count 1\n"));
    EXPECT(exposition_sound(page));
    end();
}

TEST(threads_machine_and_alarms_are_told_where_they_are_known)
{
    begin();
    EXPECT(write_metrics(sizeof page, &model) > 0);
    EXPECT(!strstr(page, "cuttle_disk_free_bytes") && !strstr(page, "cuttle_clock_skew_seconds"));
    const struct alarm_figures alarm = {.disk_known = true,
                                        .disk_free = 123,
                                        .memory = 456,
                                        .open = {0, 2, 1},
                                        .raised = {3},
                                        .has_hook = true,
                                        .sent_count = 7,
                                        .failed_count = 8};
    source.alarm = &alarm;
    view.timed = true;
    view.skew_ns = -1500 * NS_PER_MS;
    view.load.money_waiting = 99;
    view.at_venue.rate_used = 0.25;
    EXPECT(write_metrics(sizeof page, &model) > 0);
    EXPECT(has(page, "\ncuttle_disk_free_bytes 123\n"));
    EXPECT(has(page, "\nprocess_resident_memory_bytes 456\n"));
    EXPECT(has(page, "\ncuttle_clock_skew_seconds -1.5\n"));
    EXPECT(has(page, "cuttle_queue_bytes{queue=\"ledger\"} 99\n"));
    EXPECT(has(page, "\ncuttle_gateway_rate_ratio 0.25\n"));
    EXPECT(has(page, "cuttle_events_open{severity=\"warning\"} 2\n"));
    EXPECT(has(page, "cuttle_events_total{type=\"watchdog\"} 3\n"));
    EXPECT(has(page, "\ncuttle_alarm_hooks 1\n"));
    EXPECT(has(page, "\ncuttle_alarms_sent_total 7\n"));
    EXPECT(has(page, "\ncuttle_ready 0\n"));
    EXPECT(exposition_sound(page));
    end();
}

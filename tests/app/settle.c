/* SPDX-License-Identifier: MIT */
#include "app/options.h"

#include "core/base/timestamp.h"
#include "test.h"

static struct options options;

/* The defaults, but for these, settled. */
static struct config *settled(int32_t mode, const char *venue, const char *speed,
                              const char *bare_limit)
{
    char error[512];
    options = (struct options){0};
    options_declare(&options);
    struct config *config = config_new(options.sections, options.section_count);
    EXPECT_INT(config_set(config, "venue.name", venue, "test"), 0);
    EXPECT_INT(config_set(config, "market.speed", speed, "test"), 0);
    EXPECT_INT(config_set(config, "broker.bare_limit", bare_limit, "test"), 0);
    options.session.mode = mode;
    options.live_asked = mode == MODE_LIVE;
    EXPECT_INT(options_settle(&options, error, sizeof error), 0);
    return config;
}

static void expect_bounds(double bare_s, double unprotected_s)
{
    EXPECT_NEAR((double)options.broker.bare_ns / 1e9, bare_s, 1e-9);
    EXPECT_NEAR((double)options.alarm.bare_ns / 1e9, unprotected_s, 1e-9);
}

TEST(a_rehearsal_at_speed_leaves_the_wire_a_real_second)
{
    config_free(settled(MODE_REHEARSAL, "local", "20", "5s"));
    expect_bounds(20, 12); /* 1 s and 0.6 s, twenty times */
    config_free(settled(MODE_REHEARSAL, "local", "4", "5s"));
    expect_bounds(5, 3); /* 2.4 s are less than 3 */
    config_free(settled(MODE_REHEARSAL, "local", "20", "40s"));
    expect_bounds(40, 12);
}

TEST(where_money_is_or_the_market_has_its_own_speed_the_bounds_are_as_configured)
{
    config_free(settled(MODE_REHEARSAL, "local", "1", "2s"));
    expect_bounds(2, 3);
    config_free(settled(MODE_LIVE, "kraken", "20", "5s"));
    expect_bounds(5, 3);
}

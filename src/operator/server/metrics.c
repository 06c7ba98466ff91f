/* SPDX-License-Identifier: MIT */
#include "operator/server/metrics.h"

#include <math.h>

#include "core/base/decimal.h"
#include "core/base/timestamp.h"
#include "operator/server/metrics_page.h"

static double money(int64_t value)
{
    return decimal_to_double(value, MONEY_DECIMALS);
}

#define READ(name, expression)                                                                     \
    static double read_##name(const struct view *view, const struct section_now *now)              \
    {                                                                                              \
        (void)view;                                                                                \
        (void)now;                                                                                 \
        return (expression);                                                                       \
    }

READ(equity, money(view->account.equity))
READ(cash, money(view->account.cash))
READ(day_pnl, money(view->account.day_pnl))
READ(realised, money(view->account.realised))
READ(unrealised, money(view->account.unrealised))
READ(fees, money(view->account.fees))
READ(drawdown, 100 * view->account.drawdown)
READ(drawdown_max, 100 * view->account.drawdown_max)
READ(positions, view->position_count)
READ(orders_open, view->order_count)
READ(pairs, view->pair_count)
READ(age, section_age(view, now))
READ(degraded, section_degraded(view, now) ? 1 : 0)
READ(paused, view->risk.paused)
READ(loss_limit, view->risk.loss_limit_hit)
READ(crashed, view->risk.crashed)
READ(at_risk, view->risk.at_risk)
READ(exposure, view->risk.exposure)
READ(connected, view->feed.connected)
READ(reconnects, (double)view->feed.reconnect_count)
READ(messages, (double)view->feed.message_count)
READ(checksums, (double)view->feed.checksum_fault_count)
READ(resyncs, (double)view->feed.resync_count)
READ(malformed, (double)view->feed.malformed_count)
READ(repairs, (double)view->feed.rest_repair_count)
READ(late, (double)view->feed.late_count)
READ(decisions, (double)view->counters.decision_count)
READ(entries, (double)view->counters.entry_count)
READ(exits, (double)view->counters.exit_count)
READ(orders, (double)view->counters.order_count)
READ(rejects, (double)view->counters.reject_count)
READ(dropped, (double)view->counters.dropped_count)
READ(uptime, view->started_ns ? (double)((now->wall_ns - view->started_ns) / NS_PER_S) : 0)
READ(clients, now->client_count)
READ(unknown, (double)view->at_venue.unknown_count)
READ(found, (double)view->at_venue.found_count)
READ(absent, (double)view->at_venue.absent_count)
READ(bare, (double)view->at_venue.bare_count)
READ(emergency, (double)view->at_venue.emergency_count)
READ(fills, (double)view->at_venue.fill_count)
READ(fills_again, (double)view->at_venue.fill_again_count)
READ(stray, (double)view->at_venue.stray_count)
READ(lists, (double)view->at_venue.list_count)
READ(requests, (double)view->at_venue.request_count)
READ(sent, (double)view->at_venue.sent_count)
READ(refused, (double)view->at_venue.refused_count)
READ(lost, (double)view->at_venue.lost_count)
READ(gateway_reconnects, (double)view->at_venue.reconnect_count)
READ(gaps, (double)view->at_venue.gap_count)
READ(gateway_malformed, (double)view->at_venue.malformed_count)
READ(fallback, (double)view->at_venue.fallback_count)
READ(looked_up, (double)view->at_venue.held_count)
READ(bare_longest, (double)view->at_venue.bare_longest_ns / NS_PER_S)
READ(entries_possible, !view->at_venue.trades || view->at_venue.open)

static const struct {
    const char *name;
    const char *type;
    const char *help;
    double (*read)(const struct view *view, const struct section_now *now);
} rows[] = {
    {"trader_equity_total", "gauge", "Equity in the account's currency.", read_equity},
    {"trader_open_positions", "gauge", "Positions open now.", read_positions},
    {"trader_max_drawdown_percent", "gauge", "Largest fall from a peak of equity.",
     read_drawdown_max},
    {"trader_watchdog_last_update_age_seconds", "gauge", "Age of the session's last report.",
     read_age},
    {"trader_websocket_reconnect_total", "counter", "Reconnections to the venue.", read_reconnects},
    {"cuttle_cash", "gauge", "Free cash in the account's currency.", read_cash},
    {"cuttle_day_pnl", "gauge", "Profit or loss since the UTC day began.", read_day_pnl},
    {"cuttle_realised_pnl", "gauge", "Profit or loss of closed trades, net of fees.",
     read_realised},
    {"cuttle_unrealised_pnl", "gauge", "Profit or loss of open positions, net of fees.",
     read_unrealised},
    {"cuttle_fees_total", "counter", "Fees paid.", read_fees},
    {"cuttle_drawdown_percent", "gauge", "Fall from the peak of equity now.", read_drawdown},
    {"cuttle_at_risk_ratio", "gauge", "Equity lost if every stop is hit now, sale fees included.",
     read_at_risk},
    {"cuttle_exposure_ratio", "gauge", "Capital in positions.", read_exposure},
    {"cuttle_open_orders", "gauge", "Orders alive now.", read_orders_open},
    {"cuttle_pairs", "gauge", "Pairs in the session.", read_pairs},
    {"cuttle_degraded", "gauge",
     "1 when the session is silent, its feed not connected, or the disk takes nothing.",
     read_degraded},
    {"cuttle_paused", "gauge", "1 when the operator has paused entries.", read_paused},
    {"cuttle_loss_limit_hit", "gauge", "1 while the day's loss limit stops entries.",
     read_loss_limit},
    {"cuttle_market_crashed", "gauge", "1 while a crash of the market stops entries.",
     read_crashed},
    {"cuttle_feed_connected", "gauge", "1 while the market feed is connected.", read_connected},
    {"cuttle_feed_messages_total", "counter", "Messages from the venue.", read_messages},
    {"cuttle_feed_checksum_faults_total", "counter", "Books whose checksum was wrong.",
     read_checksums},
    {"cuttle_feed_resyncs_total", "counter", "Books asked for anew.", read_resyncs},
    {"cuttle_feed_malformed_total", "counter", "Messages that could not be read.", read_malformed},
    {"cuttle_feed_rest_repairs_total", "counter", "Candles fetched to fill a gap.", read_repairs},
    {"cuttle_feed_late_total", "counter", "Candles that came too late to act on.", read_late},
    {"cuttle_decisions_total", "counter", "Times votes were weighed.", read_decisions},
    {"cuttle_entries_total", "counter", "Positions opened.", read_entries},
    {"cuttle_exits_total", "counter", "Positions closed.", read_exits},
    {"cuttle_orders_total", "counter", "Orders placed.", read_orders},
    {"cuttle_order_rejects_total", "counter", "Orders refused by the venue.", read_rejects},
    {"cuttle_dashboard_dropped_total", "counter", "Items the dashboard's full queue lost.",
     read_dropped},
    {"cuttle_dashboard_clients", "gauge", "WebSocket clients connected.", read_clients},
    {"cuttle_venue_orders_unknown_total", "counter", "Orders sent and not answered.", read_unknown},
    {"cuttle_venue_orders_found_total", "counter",
     "Unknown orders that the venue turned out to have.", read_found},
    {"cuttle_venue_orders_absent_total", "counter", "Unknown orders proven never to have arrived.",
     read_absent},
    {"cuttle_venue_bare_total", "counter", "Times held coins stood without a stop.", read_bare},
    {"cuttle_venue_emergencies_total", "counter", "Positions sold at market for want of a stop.",
     read_emergency},
    {"cuttle_venue_fills_total", "counter", "Fills counted.", read_fills},
    {"cuttle_venue_fills_again_total", "counter", "Fills told more than once, counted once.",
     read_fills_again},
    {"cuttle_venue_strays_total", "counter", "Fills or orders of ours that nobody asked for.",
     read_stray},
    {"cuttle_venue_listings_total", "counter", "Times everything was compared with the venue.",
     read_lists},
    {"cuttle_gateway_requests_total", "counter", "Requests made of the account.", read_requests},
    {"cuttle_gateway_orders_total", "counter", "Orders, amendments and cancels sent.", read_sent},
    {"cuttle_gateway_refused_total", "counter", "Requests that the venue refused.", read_refused},
    {"cuttle_gateway_lost_total", "counter", "Requests without an answer that settles them.",
     read_lost},
    {"cuttle_gateway_reconnects_total", "counter", "Reconnections of the account's socket.",
     read_gateway_reconnects},
    {"cuttle_gateway_sequence_gaps_total", "counter", "Gaps in the account's messages.", read_gaps},
    {"cuttle_gateway_malformed_total", "counter", "Messages of the account that could not be read.",
     read_gateway_malformed},
    {"cuttle_gateway_fallback_total", "counter",
     "Orders that went over REST because the socket was down.", read_fallback},
    {"cuttle_gateway_looked_up_total", "counter",
     "Rows that said too little, so that their order was looked up.", read_looked_up},
    {"cuttle_venue_bare_longest_seconds", "gauge",
     "The longest that held coins stood without a stop.", read_bare_longest},
    {"cuttle_entries_possible", "gauge", "0 while the venue cannot take entries.",
     read_entries_possible},
    {"cuttle_uptime_seconds", "gauge", "Seconds since the session began.", read_uptime},
};

static void put_build(struct page *page, const struct view *view)
{
    page_head(page, "cuttle_build_info", "gauge", "What runs, and where its orders go.");
    page_printf(page, "cuttle_build_info{version=\"");
    page_label(page, view->version);
    page_printf(page, "\",mode=\"%s\",venue=\"", section_mode_word(view->mode));
    page_label(page, view->venue);
    page_printf(page, "\"} 1\n");
}

static double price_of(const struct view_pair *pair)
{
    return pair->last_ticks > 0 ? pair_price_to_double(&pair->terms, pair->last_ticks) : NAN;
}

static double fresh_of(const struct view_pair *pair)
{
    return pair->health == VIEW_FRESH;
}

static void put_pairs(struct page *page, const struct view *view, const char *name,
                      const char *help, double (*read)(const struct view_pair *pair))
{
    page_head(page, name, "gauge", help);
    for (uint32_t i = 0; i < view->pair_count; i++) {
        page_printf(page, "%s{pair=\"", name);
        page_label(page, view->pairs[i].terms.symbol);
        page_printf(page, "\"} ");
        page_value(page, read(&view->pairs[i]));
    }
}

static double accuracy_of(const struct bridge_model_row *row)
{
    return row->accuracy;
}

static double live_of(const struct bridge_model_row *row)
{
    return row->live;
}

/* Without a model there are no rows: no figure is what a nought would be. */
static void put_strategies(struct page *page, const struct bridge_model *model, const char *name,
                           const char *help, double (*read)(const struct bridge_model_row *row))
{
    page_head(page, name, "gauge", help);
    for (uint32_t i = 0; i < model->count; i++) {
        page_printf(page, "%s{strategy=\"", name);
        page_label(page, model->rows[i].strategy);
        page_printf(page, "\"} ");
        page_value(page, read(&model->rows[i]));
    }
}

static void put_model(struct page *page, const struct bridge_model *model,
                      const struct section_now *now)
{
    put_strategies(page, model, "trader_ml_validation_accuracy",
                   "Part of the examples that the model in force judged rightly, forward in time.",
                   accuracy_of);
    put_strategies(page, model, "cuttle_model_live",
                   "1 where the model in force moves decisions, 0 where it is a shadow.", live_of);
    page_head(page, "cuttle_model_age_seconds", "gauge",
              "Seconds since the model in force was trained.");
    if (model->made_ns)
        page_printf(page, "cuttle_model_age_seconds %.0f\n",
                    (double)(now->wall_ns - model->made_ns) / (double)NS_PER_S);
}

size_t metrics_write(char *out, size_t size, const struct api_source *source,
                     const struct bridge_model *model)
{
    const struct view *view = source->view;
    const struct section_now *now = source->now;
    struct page page = {.text = out, .size = size};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        page_head(&page, rows[i].name, rows[i].type, rows[i].help);
        page_printf(&page, "%s ", rows[i].name);
        page_value(&page, rows[i].read(view, now));
    }
    put_build(&page, view);
    put_pairs(&page, view, "cuttle_pair_last_price", "Last traded price.", price_of);
    put_pairs(&page, view, "cuttle_pair_fresh", "1 while the pair is heard.", fresh_of);
    put_model(&page, model, now);
    metrics_put_load(&page, source);
    return page.len < page.size ? page.len : 0;
}

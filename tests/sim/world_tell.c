/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>

#include "core/base/timestamp.h"
#include "sparse_market.h"
#include "world_inner.h"

static void stamp(const struct world *world)
{
    const int64_t now_ns = lan_now(world->lan);
    printf("%9.3f  ", (double)now_ns / (double)NS_PER_S);
    if (world->session != NULL) {
        const int64_t off_ns = world->session->broker->time_ns - SPARSE_START_NS - now_ns;
        if (off_ns > NS_PER_S || off_ns < -NS_PER_S) {
            printf("(its clock is off by %.1f s) ", (double)off_ns / (double)NS_PER_S);
        }
    }
}

void world_tell(const struct world *world, const char *what)
{
    if (world->verbose) {
        stamp(world);
        printf("%s\n", what);
    }
}

void world_tell_request(const struct world *world, const struct request *request)
{
    static const char *const kinds[] = {"?", "add", "amend", "cancel", "list", "query", "timer"};
    char txid[VENUE_ID_TEXT_MAX];
    venue_id_format(txid, request->txid);
    stamp(world);
    printf("request %" PRIu64 " %s p%d #%" PRIu64 " %s kind %d side %d qty %" PRId64
           " limit %" PRId64 " trigger %" PRId64 " close %" PRId64 "\n",
           request->sequence, kinds[request->kind], (int)request->pair, request->client, txid,
           request->order, request->side, request->qty_lots, request->limit_ticks,
           request->trigger_ticks, request->close_ticks);
}

void world_tell_report(const struct world *world, const struct report *report)
{
    stamp(world);
    printf("report kind %d note %d p%u order %" PRIu64 " qty %" PRId64 " price %" PRId64
           " reject %d\n",
           report->kind, report->note, report->pair, report->order_id, report->qty_lots,
           report->price_ticks, report->reject);
}

void world_tell_plan(const struct world *world)
{
    const struct plan *plan = &world->plan;
    if (world->verbose) {
        printf(
            "%" PRId64 " minutes, variant %" PRIu64 ", tier %d, slow %.3f cut %.4f call_lost %.3f "
            "reply_lost %.3f, disk %lld ms slow %.3f fails %.3f, kill %.3f %.3f, unplug %.3f, "
            "stall %.3f, skew %lld s\n",
            plan->minutes, plan->variant, (int)plan->tier, plan->line.slow, plan->line.cut,
            plan->line.call_lost, plan->line.reply_lost, (long long)(plan->disk.wait_ns / 1000000),
            plan->disk.slow, plan->disk.fails, plan->kill, plan->kill_sending, plan->unplug,
            plan->stall, (long long)(plan->skew_ns / NS_PER_S));
        const struct faults_config *faults = &plan->faults;
        printf("the venue's faults %s: maintenance %.3f cancel_only %.3f post_only %.3f limit_only "
               "%.3f cut %.3f token_expires %.3f deposit %.3f withdraw %.3f foreign %.3f\n",
               plan->faulty ? "hold" : "do not hold", faults->maintenance, faults->cancel_only,
               faults->post_only, faults->limit_only, faults->cut, faults->token_expires,
               faults->deposit, faults->withdraw, faults->foreign);
    }
}

void world_tell_news(const struct world *world, const struct news *news)
{
    static const char *const kinds[] = {"?",      "durable", "accepted", "refused",
                                        "lost",   "unsent",  "order",    "trade",
                                        "listed", "link",    "flow",     "system"};
    char txid[VENUE_ID_TEXT_MAX], parent[VENUE_ID_TEXT_MAX];
    stamp(world);
    printf("    %s %" PRIu64, kinds[news->kind], news->sequence);
    if (news->kind == NEWS_ORDER) {
        venue_id_format(txid, news->order.txid);
        venue_id_format(parent, news->order.parent);
        printf(" %s of %s #%" PRIu64 " p%u state %d kind %d %" PRId64 "/%" PRId64
               " trigger %" PRId64 "%s",
               txid, parent, news->order.client, news->order.pair, news->order.state,
               news->order.kind, news->order.filled_lots, news->order.qty_lots,
               news->order.trigger_ticks, news->order.listed ? " listed" : "");
    } else if (news->kind == NEWS_TRADE) {
        venue_id_format(txid, news->trade.txid);
        printf(" %s #%" PRIu64 " p%u %" PRId64 "%s", txid, news->trade.client, news->trade.pair,
               news->trade.qty_lots, news->trade.listed ? " listed" : "");
    } else if (news->kind == NEWS_REFUSED) {
        printf(" reject %d", news->reject);
    } else if (news->kind == NEWS_LINK) {
        printf(" %s", news->up ? "up" : "down");
    } else if (news->kind == NEWS_SYSTEM) {
        printf(" state %d", (int)news->system);
    } else if (news->kind == NEWS_LISTED) {
        printf(" %s", news->whole ? "whole" : "part");
    }
    printf("\n");
}

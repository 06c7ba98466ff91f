/* SPDX-License-Identifier: MIT */
/* What the models made of an entry's target, stop, time and size. */
#include <math.h>

#include "operator/sentence/sentence_words.h"

static double percent(const struct record *record, double price)
{
    return record->price > 0 ? 100 * fabs(price - record->price) / record->price : 0;
}

/* "its target 4.20 % away instead of 3.00 %": where it is another one. True when it was said. */
static bool put_way(const struct context *c, const char *before, const char *what, double planned,
                    double own)
{
    if (planned == own) {
        return false;
    }
    putf(c->words, "%sits %s %.2f %% away instead of %.2f %%", before, what,
         percent(c->record, planned), percent(c->record, own));
    return true;
}

static bool put_time(const struct context *c, const char *before, int64_t planned_ns,
                     int64_t own_ns)
{
    char planned[FIGURE_MAX], own[FIGURE_MAX];
    if (planned_ns == own_ns) {
        return false;
    }
    sentence_duration(planned, sizeof planned, planned_ns);
    sentence_duration(own, sizeof own, own_ns);
    putf(c->words, "%sits time %s instead of %s", before, planned, own_ns > 0 ? own : "none");
    return true;
}

/* " The model's plan: its target 4.20 % away instead of 3.00 %, its time 1 d instead of 3 d; such a
 * trade is open for 9 h." Of what has yet to prove itself it says what it would be. */
void put_planned(const struct context *c)
{
    const struct planned *planned = &c->record->findings.planned;
    if (!c->record->chained || !planned->asked) {
        return;
    }
    const char *head =
        planned->moved ? " The model's plan: " : " A plan that has yet to prove itself would have ";
    const char *before = head;
    before = put_way(c, before, "target", planned->target, planned->target_own) ? ", " : before;
    before = put_way(c, before, "stop", planned->stop, planned->stop_own) ? ", " : before;
    before = put_time(c, before, planned->hold_ns, planned->hold_own_ns) ? ", " : before;
    if (before == head) {
        return;
    }
    if (planned->expected_ns > 0) {
        char open[FIGURE_MAX];
        sentence_duration(open, sizeof open, planned->expected_ns);
        putf(c->words, "; such a trade is open for %s", open);
    }
    put(c->words, ".");
}

/* "what 212 closed trades taught skips it: it would be worth -0.31 of its risk" */
void put_skipped(const struct context *c)
{
    const struct bandit_said *said = &c->record->findings.bandit;
    putf(c->words, "what %llu closed trades taught skips it: it would be worth %+.2f of its risk",
         (unsigned long long)said->seen, said->worth);
}

/* " What 212 closed trades taught sizes it 1.5 times: it would be worth +0.31 of its risk." */
void put_bandit(const struct context *c)
{
    const struct bandit_said *said = &c->record->findings.bandit;
    if (c->record->chained && said->asked)
        putf(c->words,
             " What %llu closed trades taught sizes it %.1f times: it would be worth %+.2f of its "
             "risk.",
             (unsigned long long)said->seen, said->size, said->worth);
}

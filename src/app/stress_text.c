/* SPDX-License-Identifier: MIT */
#include "app/page.h"
#include "app/stress.h"
#include "core/base/timestamp.h"
#include "operator/sentence/sentence.h"

/* By enum stress_state; black and white where no terminal listens. */
static const char *const colors[] = {"\033[38;5;75m", "", "\033[1;33m", "\033[1;97;41m"};

void stress_print(const struct stress *stress, const struct stress_verdict *verdict, FILE *out)
{
    const bool color = page_has_color(out);
    char length[48];
    sentence_duration(length, sizeof length, stress->ended_wall_ns - stress->began_wall_ns);
    fprintf(out, "\n%s, observed for %s%s, %u rounds\n\n", stress->address, length,
            stress->interrupted ? " (interrupted)" : "", stress->sample_count);
    for (uint32_t i = 0; i < verdict->count; i++) {
        const struct stress_row *row = &verdict->rows[i];
        fprintf(out, "%s%-4s%s  %-14s %s%s%s%s\n", color ? colors[row->state] : "",
                stress_words[row->state], color ? "\033[0m" : "", row->name, row->figures,
                row->bounds[0] != '\0' ? "  [" : "", row->bounds,
                row->bounds[0] != '\0' ? "]" : "");
    }
    fprintf(out, "\nverdict: %s\n",
            verdict->state == STRESS_UNKNOWN ? "ok, as far as it could be seen"
                                             : stress_words[verdict->state]);
}

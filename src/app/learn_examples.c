/* SPDX-License-Identifier: MIT */
/* `cuttle learn --examples`: what models learn from, for other programs. */
#include <math.h>

#include "app/learn.h"
#include "core/base/timestamp.h"

/* A figure that is not known is an empty cell. */
static void put(FILE *out, double figure)
{
    fputc(',', out);
    if (!isnan(figure)) {
        fprintf(out, "%.9g", figure);
    }
}

static void put_time(FILE *out, int64_t time_ns)
{
    char text[TIMESTAMP_TEXT_MAX];
    timestamp_format(text, time_ns, 0);
    fputs(text, out);
}

void learn_examples(const struct learn_job *job, FILE *out)
{
    fputs("time,known,pair,strategy,direction,price,stop,target,won,reward,favourable,adverse,"
          "uniqueness",
          out);
    for (uint32_t k = 0; k < FEATURE_COUNT; k++) {
        fprintf(out, ",%s", feature_table[k].name);
    }
    fputc('\n', out);
    for (size_t i = 0; i < job->examples.count; i++) {
        const struct example *example = &job->examples.list[i];
        const float *features = examples_features(&job->examples, i);
        put_time(out, example->time_ns);
        fputc(',', out);
        put_time(out, example->known_ns);
        fprintf(out, ",%s,%s,%d", learn_pair(job, example->pair),
                learn_strategy(job, example->strategy), example->direction);
        put(out, example->price), put(out, example->stop), put(out, example->target);
        fprintf(out, ",%d", example->won);
        put(out, example->reward), put(out, example->favourable), put(out, example->adverse);
        put(out, example->uniqueness);
        for (uint32_t k = 0; k < FEATURE_COUNT; k++) {
            put(out, (double)features[k]);
        }
        fputc('\n', out);
    }
}

/* SPDX-License-Identifier: MIT */
#include "platform/queue/mpsc.h"

#include "test.h"

#include <pthread.h>
#include <sched.h>

#include "core/base/prng.h"

static bool put(struct mpsc *mpsc, const char *text)
{
    return mpsc_put(mpsc, text, strlen(text) + 1);
}

/* The oldest record, which is taken; "" when there is none. */
static const char *take(struct mpsc *mpsc)
{
    static char text[64];
    size_t len;
    const char *record = mpsc_peek(mpsc, &len);
    if (!record)
        return "";
    EXPECT_INT(len, strlen(record) + 1);
    EXPECT((uintptr_t)record % 8 == 0);
    strcpy(text, record);
    mpsc_pop(mpsc);
    return text;
}

TEST(what_goes_in_first_comes_out_first)
{
    struct mpsc *mpsc = mpsc_new(64);
    EXPECT_TEXT(take(mpsc), "");
    EXPECT(mpsc_is_empty(mpsc));
    EXPECT(put(mpsc, "one") && put(mpsc, "two"));
    EXPECT(!mpsc_is_empty(mpsc));
    EXPECT_TEXT(take(mpsc), "one");
    EXPECT_TEXT(take(mpsc), "two");
    EXPECT_TEXT(take(mpsc), "");
    EXPECT(mpsc_is_empty(mpsc));
    mpsc_free(mpsc);
}

TEST(a_full_queue_refuses_and_takes_again)
{
    /* 64 bytes; "0123" and its terminator take 8 + 8: four fit. */
    struct mpsc *mpsc = mpsc_new(1);
    for (int i = 0; i < 4; i++)
        EXPECT(put(mpsc, "0123"));
    EXPECT(!put(mpsc, "late"));
    EXPECT_TEXT(take(mpsc), "0123");
    EXPECT(put(mpsc, "next"));
    for (int i = 0; i < 3; i++)
        EXPECT_TEXT(take(mpsc), "0123");
    EXPECT_TEXT(take(mpsc), "next");
    mpsc_free(mpsc);
}

TEST(the_longest_record_fits_wherever_an_empty_queue_stands)
{
    struct mpsc *mpsc = mpsc_new(64);
    for (int shift = 0; shift < 8; shift++) {
        EXPECT(put(mpsc, "a"));
        take(mpsc);
        EXPECT(put(mpsc, "twenty-three characters"));
        EXPECT_TEXT(take(mpsc), "twenty-three characters");
    }
    EXPECT(!mpsc_put(mpsc, "", SIZE_MAX));
    EXPECT(!put(mpsc, "twenty-four characters.."));
    mpsc_free(mpsc);
}

enum { WRITERS = 4, RECORD_COUNT = 250000 };

struct writer {
    struct mpsc *mpsc;
    uint64_t number;
};

/* Record i of a writer: its length and its bytes follow from i alone. */
static size_t length_of(uint64_t i)
{
    return 16 + prng_mix(i, 1) % 60;
}

static void *produce(void *context)
{
    const struct writer *writer = context;
    unsigned char record[80];
    for (uint64_t i = 0; i < RECORD_COUNT;) {
        memset(record, (int)(i & 0xff), sizeof record);
        memcpy(record, &writer->number, 8);
        memcpy(record + 8, &i, 8);
        if (mpsc_put(writer->mpsc, record, length_of(i)))
            i++;
        else
            sched_yield();
    }
    return NULL;
}

TEST(four_threads_pass_a_million_records_whole_and_each_in_its_order)
{
    struct mpsc *mpsc = mpsc_new(1 << 12);
    struct writer writers[WRITERS];
    pthread_t threads[WRITERS];
    uint64_t next[WRITERS] = {0};
    for (uint64_t i = 0; i < WRITERS; i++) {
        writers[i] = (struct writer){mpsc, i};
        EXPECT(pthread_create(&threads[i], NULL, produce, &writers[i]) == 0);
    }
    for (int seen = 0; seen < WRITERS * RECORD_COUNT;) {
        size_t len;
        const unsigned char *record = mpsc_peek(mpsc, &len);
        if (!record) {
            sched_yield();
            continue;
        }
        uint64_t writer, number;
        memcpy(&writer, record, 8);
        memcpy(&number, record + 8, 8);
        EXPECT(writer < WRITERS);
        if (number != next[writer] || len != length_of(number) ||
            (len > 16 && record[len - 1] != (number & 0xff)))
            EXPECT_INT(number, next[writer]);
        next[writer]++;
        mpsc_pop(mpsc);
        seen++;
    }
    for (int i = 0; i < WRITERS; i++)
        pthread_join(threads[i], NULL);
    EXPECT(mpsc_is_empty(mpsc));
    mpsc_free(mpsc);
}

/* SPDX-License-Identifier: MIT */
#include "platform/queue/queue.h"

#include "test.h"

#include <pthread.h>
#include <sched.h>

#include "core/base/prng.h"

static bool put(struct queue *queue, const char *text)
{
    char *room = queue_reserve(queue, strlen(text) + 1);
    if (!room)
        return false;
    strcpy(room, text);
    queue_commit(queue, strlen(text) + 1);
    return true;
}

/* The oldest record, which is taken; "" when there is none. */
static const char *take(struct queue *queue)
{
    static char text[64];
    size_t len;
    const char *record = queue_peek(queue, &len);
    if (!record)
        return "";
    EXPECT_INT(len, strlen(record) + 1);
    strcpy(text, record);
    queue_pop(queue);
    return text;
}

TEST(what_waits_is_what_was_put_and_not_yet_given_back)
{
    struct queue *queue = queue_new(256);
    EXPECT_INT((int64_t)queue_waiting(queue), 0);
    for (int i = 0; i < 50; i++) {
        EXPECT(queue_reserve(queue, 24) != NULL);
        EXPECT_INT((int64_t)queue_waiting(queue), 0); /* reserved is not put */
        queue_commit(queue, 24);
        EXPECT((int64_t)queue_waiting(queue) >= 24);
        size_t len;
        EXPECT(queue_peek(queue, &len) != NULL);
        queue_pop(queue);
        EXPECT_INT((int64_t)queue_waiting(queue), 0);
    }
    queue_free(queue);
}

TEST(what_goes_in_first_comes_out_first)
{
    struct queue *queue = queue_new(64);
    size_t len;
    EXPECT(queue_peek(queue, &len) == NULL);
    EXPECT(put(queue, "one") && put(queue, "two"));
    EXPECT_TEXT(queue_peek(queue, &len), "one");
    EXPECT_TEXT(take(queue), "one");
    EXPECT_TEXT(take(queue), "two");
    EXPECT_TEXT(take(queue), "");
    EXPECT_INT(queue_drop_count(queue), 0);
    queue_free(queue);
}

TEST(a_full_queue_refuses_and_counts_and_takes_again)
{
    /* 64 bytes; "0123" and its terminator take 8 + 8: four fit. */
    struct queue *queue = queue_new(1);
    for (int i = 0; i < 4; i++)
        EXPECT(put(queue, "0123"));
    EXPECT(!put(queue, "late") && !put(queue, "late"));
    EXPECT_INT(queue_drop_count(queue), 2);
    EXPECT_TEXT(take(queue), "0123");
    EXPECT(put(queue, "next"));
    for (int i = 0; i < 3; i++)
        EXPECT_TEXT(take(queue), "0123");
    EXPECT_TEXT(take(queue), "next");
    queue_free(queue);
}

TEST(the_longest_record_fits_wherever_an_empty_queue_stands)
{
    struct queue *queue = queue_new(64);
    EXPECT_INT(queue_record_max(queue), 24);
    for (int shift = 0; shift < 8; shift++) {
        EXPECT(put(queue, "a"));
        take(queue);
        EXPECT(put(queue, "twenty-three characters"));
        EXPECT_TEXT(take(queue), "twenty-three characters");
    }
    EXPECT(queue_reserve(queue, 25) == NULL);
    EXPECT(queue_reserve(queue, SIZE_MAX) == NULL);
    EXPECT_INT(queue_drop_count(queue), 2);
    queue_free(queue);
}

TEST(a_reservation_may_be_shortened_or_forgotten_and_is_aligned)
{
    struct queue *queue = queue_new(256);
    size_t len;
    for (int i = 0; i < 50; i++) {
        EXPECT(queue_reserve(queue, 100) != NULL);
        char *room = queue_reserve(queue, 60);
        EXPECT((uintptr_t)room % 8 == 0);
        memset(room, i, 60);
        queue_commit(queue, (size_t)i);
        const char *record = queue_peek(queue, &len);
        EXPECT(record != NULL && (uintptr_t)record % 8 == 0);
        EXPECT_INT(len, i);
        for (size_t j = 0; j < len; j++)
            EXPECT_INT(record[j], i);
        queue_pop(queue);
    }
    queue_free(queue);
}

#define RECORD_COUNT 4000000

/* Record number i: its length and its bytes follow from i alone. */
static size_t length_of(uint64_t i)
{
    return 8 + prng_mix(i, 1) % 60;
}

static void *produce(void *context)
{
    struct queue *queue = context;
    for (uint64_t i = 0; i < RECORD_COUNT;) {
        size_t len = length_of(i);
        unsigned char *room = queue_reserve(queue, len);
        if (!room) {
            sched_yield();
            continue;
        }
        memcpy(room, &i, 8);
        memset(room + 8, (int)(i & 0xff), len - 8);
        queue_commit(queue, len);
        i++;
    }
    return NULL;
}

TEST(two_threads_pass_four_million_records_whole_and_in_order)
{
    struct queue *queue = queue_new(1 << 14);
    pthread_t producer;
    EXPECT(pthread_create(&producer, NULL, produce, queue) == 0);
    for (uint64_t i = 0; i < RECORD_COUNT;) {
        size_t len;
        const unsigned char *record = queue_peek(queue, &len);
        if (!record) {
            sched_yield();
            continue;
        }
        uint64_t number;
        memcpy(&number, record, 8);
        if (number != i || len != length_of(i) || (len > 8 && record[len - 1] != (i & 0xff)))
            EXPECT_INT(number, i);
        queue_pop(queue);
        i++;
    }
    pthread_join(producer, NULL);
    size_t len;
    EXPECT(queue_peek(queue, &len) == NULL);
    queue_free(queue);
}

/* SPDX-License-Identifier: MIT */
#include "operator/server/view.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "test.h"

#define PUBLISH_COUNT 20000

static struct view_box *shared_box(void)
{
    struct view_box *box =
        mmap(NULL, sizeof *box, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    EXPECT(box != MAP_FAILED);
    view_box_init(box);
    return box;
}

/* Every field the reader looks at follows from n, so a torn view shows. */
static void fill(struct view *view, int64_t n)
{
    view->market_ns = n;
    view->account.equity = n * 3;
    view->pair_count = (uint32_t)(n % PAIR_MAX);
    view->order_count = (uint32_t)(n % ORDER_MAX);
    for (uint32_t i = 0; i < view->pair_count; i++) {
        view->pairs[i].last_ticks = n + i;
        view->books[i].asks[VIEW_LEVEL_MAX - 1].qty_lots = n - i;
    }
    for (uint32_t i = 0; i < view->order_count; i++)
        view->orders[i].id = (uint64_t)(n * 7 + i);
}

static bool whole(const struct view *view)
{
    int64_t n = view->market_ns;
    bool good = view->account.equity == n * 3 && view->pair_count == n % PAIR_MAX &&
                view->order_count == n % ORDER_MAX;
    for (uint32_t i = 0; good && i < view->pair_count; i++)
        good = view->pairs[i].last_ticks == n + i &&
               view->books[i].asks[VIEW_LEVEL_MAX - 1].qty_lots == n - i;
    for (uint32_t i = 0; good && i < view->order_count; i++)
        good = view->orders[i].id == (uint64_t)(n * 7 + i);
    return good;
}

static void *publish_all(void *context)
{
    static struct view view;
    for (int64_t n = 1; n <= PUBLISH_COUNT; n++) {
        fill(&view, n);
        view_publish(context, &view);
    }
    return NULL;
}

/* Reads until the last view has come. Returns false on a torn or older view. */
static bool read_all(struct view_box *box)
{
    uint64_t number = 0;
    while (number < PUBLISH_COUNT) {
        const struct view *view = view_read(box);
        if (view->number < number || (view->number && !whole(view)) ||
            (view->number && (int64_t)view->number != view->market_ns))
            return false;
        number = view->number;
    }
    return true;
}

TEST(before_the_first_publication_the_number_is_zero)
{
    struct view_box *box = shared_box();
    EXPECT_INT(view_read(box)->number, 0);
    EXPECT_INT(view_read(box)->number, 0);
    munmap(box, sizeof *box);
}

TEST(a_reader_gets_the_newest_and_keeps_it_while_the_writer_goes_on)
{
    struct view_box *box = shared_box();
    static struct view view;
    for (int64_t n = 1; n <= 3; n++) {
        fill(&view, n);
        view_publish(box, &view);
    }
    const struct view *held = view_read(box);
    EXPECT_INT(held->number, 3);
    for (int64_t n = 4; n <= 9; n++) {
        fill(&view, n);
        view_publish(box, &view);
        EXPECT_INT(held->number, 3);
        EXPECT(whole(held));
    }
    EXPECT_INT(view_read(box)->number, 9);
    munmap(box, sizeof *box);
}

TEST(no_view_is_torn_or_older_than_the_one_before_between_threads)
{
    struct view_box *box = shared_box();
    pthread_t writer;
    EXPECT_INT(pthread_create(&writer, NULL, publish_all, box), 0);
    bool good = read_all(box);
    pthread_join(writer, NULL);
    EXPECT(good);
    munmap(box, sizeof *box);
}

TEST(no_view_is_torn_between_processes_that_share_the_memory)
{
    struct view_box *box = shared_box();
    pid_t child = fork();
    EXPECT(child >= 0);
    if (child == 0) {
        publish_all(box);
        _exit(0);
    }
    bool good = read_all(box);
    int status;
    EXPECT_INT(waitpid(child, &status, 0), child);
    EXPECT(good && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    munmap(box, sizeof *box);
}

/* SPDX-License-Identifier: MIT */
#include "platform/loop/loop.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "test.h"

static void count(void *context)
{
    ++*(int *)context;
}

static void turn_until(struct loop *loop, const int *flag, int want)
{
    struct clock clock = clock_system();
    int64_t end = clock.mono_ns(clock.self) + 3000000000;
    while (*flag < want && clock.mono_ns(clock.self) < end)
        loop_turn(loop, 10);
}

TEST(a_timer_fires_after_its_delay_and_not_before)
{
    struct loop *loop = loop_new();
    struct clock clock = clock_system();
    int fired = 0;
    int64_t start = clock.mono_ns(clock.self);
    struct loop_timer *timer = loop_timer_start(loop, 30, 0, count, &fired);
    turn_until(loop, &fired, 1);
    int64_t took = clock.mono_ns(clock.self) - start;
    EXPECT_INT(fired, 1);
    EXPECT(took >= 29000000 && took < 1000000000);
    loop_turn(loop, 50);
    EXPECT_INT(fired, 1);
    loop_timer_stop(timer);
    loop_free(loop);
}

TEST(a_timer_started_after_a_long_callback_is_not_early)
{
    struct loop *loop = loop_new();
    struct clock clock = clock_system();
    loop_turn(loop, 0);
    usleep(50000);
    int fired = 0;
    int64_t start = clock.mono_ns(clock.self);
    struct loop_timer *timer = loop_timer_start(loop, 30, 0, count, &fired);
    turn_until(loop, &fired, 1);
    EXPECT(clock.mono_ns(clock.self) - start >= 29000000);
    loop_timer_stop(timer);
    loop_free(loop);
}

TEST(a_repeating_timer_fires_until_stopped_and_an_unarmed_one_never)
{
    struct loop *loop = loop_new();
    int fired = 0, never = 0;
    struct loop_timer *timer = loop_timer_start(loop, 1, 1, count, &fired);
    struct loop_timer *unarmed = loop_timer_start(loop, LOOP_NEVER, 0, count, &never);
    turn_until(loop, &fired, 5);
    EXPECT(fired >= 5);
    loop_timer_stop(timer);
    int before = fired;
    loop_turn(loop, 20);
    EXPECT_INT(fired, before);
    EXPECT_INT(never, 0);
    loop_timer_set(unarmed, 1, 0);
    turn_until(loop, &never, 1);
    EXPECT_INT(never, 1);
    loop_free(loop); /* ends the timer that is left */
}

static struct loop_timer *late_timer;

/* Returns when the guard of a turn of 1 ms is due, and has the loop know the time. */
static void dawdle(void *context)
{
    (void)context;
    usleep(20000);
    loop_timer_set(late_timer, 3000, 0);
}

TEST(a_turn_whose_time_is_over_before_it_waits_does_not_wait_for_the_next_timer)
{
    struct loop *loop = loop_new();
    int late = 0;
    late_timer = loop_timer_start(loop, LOOP_NEVER, 0, count, &late);
    loop_timer_start(loop, 0, 0, dawdle, NULL);
    loop_turn(loop, 1);
    EXPECT_INT(late, 0);
    loop_free(loop); /* ends both timers */
}

static struct loop_timer *suicide_timer;

static void stop_itself(void *context)
{
    count(context);
    loop_timer_stop(suicide_timer);
}

TEST(a_timer_may_stop_itself)
{
    struct loop *loop = loop_new();
    int fired = 0;
    suicide_timer = loop_timer_start(loop, 1, 1, stop_itself, &fired);
    turn_until(loop, &fired, 1);
    loop_turn(loop, 10);
    EXPECT_INT(fired, 1);
    loop_free(loop);
}

static void stop_loop(void *context)
{
    loop_stop(context);
}

TEST(run_ends_with_stop)
{
    struct loop *loop = loop_new();
    struct loop_timer *timer = loop_timer_start(loop, 5, 0, stop_loop, loop);
    loop_run(loop);
    loop_timer_stop(timer);
    loop_free(loop);
}

TEST(a_signal_arrives_as_a_callback_and_an_impossible_one_is_refused)
{
    struct loop *loop = loop_new();
    int hups = 0;
    EXPECT_INT(loop_on_signal(loop, SIGHUP, count, &hups), 0);
    EXPECT_INT(loop_on_signal(loop, SIGKILL, count, &hups), -EINVAL);
    raise(SIGHUP);
    turn_until(loop, &hups, 1);
    EXPECT_INT(hups, 1);
    loop_free(loop);
}

static void *wake_from_afar(void *loop)
{
    for (int i = 0; i < 1000; i++)
        loop_wake(loop);
    return NULL;
}

TEST(a_wake_from_another_thread_arrives_once_or_more)
{
    struct loop *loop = loop_new();
    int woken = 0;
    loop_on_wake(loop, count, &woken);
    pthread_t thread;
    EXPECT_INT(pthread_create(&thread, NULL, wake_from_afar, loop), 0);
    turn_until(loop, &woken, 1);
    pthread_join(thread, NULL);
    EXPECT(woken >= 1 && woken <= 1000);
    loop_free(loop);
}

struct story {
    char text[262144];
    size_t len, lines;
    int64_t status;
    int signal_number;
    int over;
    int line_after_exit;
};

static void on_line(void *context, const char *line)
{
    struct story *story = context;
    story->line_after_exit |= story->over;
    story->lines++;
    story->len +=
        (size_t)snprintf(story->text + story->len, sizeof story->text - story->len, "%s|", line);
}

static void on_exit_told(void *context, int64_t status, int signal_number)
{
    struct story *story = context;
    story->status = status;
    story->signal_number = signal_number;
    story->over++;
}

static const struct loop_child_events child_events = {on_line, on_exit_told};
static struct story story;

static struct loop_child *shell(struct loop *loop, const char *script)
{
    story = (struct story){0};
    char *argv[] = {(char[]){"/bin/sh"}, (char[]){"-c"}, (char *)(uintptr_t)script, NULL};
    return loop_child_start(loop, argv, &child_events, &story);
}

TEST(a_child_speaks_in_lines_and_its_exit_comes_last)
{
    struct loop *loop = loop_new();
    EXPECT(shell(loop, "printf 'one\\n\\ntwo'; sleep 0.02; printf ' and a half\\nlast'; exit 7"));
    turn_until(loop, &story.over, 1);
    EXPECT_TEXT(story.text, "one||two and a half|last|");
    EXPECT_INT(story.status, 7);
    EXPECT_INT(story.signal_number, 0);
    EXPECT_INT(story.over, 1);
    EXPECT_INT(story.line_after_exit, 0);
    loop_free(loop);
}

TEST(a_line_longer_than_the_bound_comes_in_pieces)
{
    struct loop *loop = loop_new();
    EXPECT(shell(loop, "head -c 150000 /dev/zero | tr '\\0' x; echo"));
    turn_until(loop, &story.over, 1);
    EXPECT_INT(story.lines, 3); /* 65536 + 65536 + 18928 */
    EXPECT_INT(story.len, 150000 + 3);
    loop_free(loop);
}

TEST(a_childs_standard_input_is_empty)
{
    struct loop *loop = loop_new();
    EXPECT(shell(loop, "cat; echo done"));
    turn_until(loop, &story.over, 1);
    EXPECT_TEXT(story.text, "done|");
    loop_free(loop);
}

TEST(a_signalled_child_says_which_signal)
{
    struct loop *loop = loop_new();
    struct loop_child *child = shell(loop, "echo up; exec sleep 10");
    int *over = &story.over;
    while (story.lines == 0 && !*over)
        loop_turn(loop, 10);
    loop_child_signal(child, SIGTERM);
    turn_until(loop, over, 1);
    EXPECT_INT(story.signal_number, SIGTERM);
    loop_free(loop);
}

TEST(a_program_that_is_not_there_is_an_error_at_once)
{
    struct loop *loop = loop_new();
    char *argv[] = {(char[]){"/no/such/program"}, NULL};
    errno = 0;
    EXPECT(!loop_child_start(loop, argv, &child_events, &story));
    EXPECT_INT(errno, ENOENT);
    loop_free(loop);
}

TEST(many_children_at_once_are_all_reaped)
{
    struct loop *loop = loop_new();
    static struct story stories[20];
    memset(stories, 0, sizeof stories);
    char *argv[] = {(char[]){"/bin/sh"}, (char[]){"-c"}, (char[]){"echo x; exit 3"}, NULL};
    for (int i = 0; i < 20; i++)
        EXPECT(loop_child_start(loop, argv, &child_events, &stories[i]));
    for (int i = 0; i < 20; i++) {
        turn_until(loop, &stories[i].over, 1);
        EXPECT_INT(stories[i].status, 3);
        EXPECT_TEXT(stories[i].text, "x|");
    }
    EXPECT(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
    loop_free(loop);
}

TEST(a_child_still_running_ends_with_the_loop)
{
    struct loop *loop = loop_new();
    EXPECT(shell(loop, "sleep 100"));
    loop_free(loop);
    EXPECT_INT(story.over, 0);
    EXPECT(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
}

static struct loop_child *hook(struct loop *loop, const char *script, const char *input)
{
    story = (struct story){0};
    char *argv[] = {(char[]){"/bin/sh"}, (char[]){"-c"}, (char *)(uintptr_t)script, NULL};
    char *environment[] = {(char[]){"PATH=/usr/bin:/bin"}, (char[]){"WORD=a b; $(c)"}, NULL};
    const struct loop_hook plan = {
        .argv = argv, .environment = environment, .input = input, .input_len = strlen(input)};
    return loop_hook_start(loop, &plan, &child_events, &story);
}

TEST(a_hook_gets_its_input_and_its_environment_and_both_its_outputs_come)
{
    struct loop *loop = loop_new();
    EXPECT(hook(loop, "cat; echo \"$WORD\" >&2; env | grep -c .; exit 4", "one\ntwo\n"));
    turn_until(loop, &story.over, 1);
    EXPECT(strncmp(story.text, "one|two|a b; $(c)|", 18) == 0);
    EXPECT_INT(story.status, 4);
    loop_free(loop);
}

TEST(a_hook_that_does_not_read_keeps_nobody_waiting)
{
    static char input[LOOP_INPUT_MAX + 1];
    struct loop *loop = loop_new();
    memset(input, 'x', sizeof input - 1);
    EXPECT(hook(loop, "exit 0", input));
    turn_until(loop, &story.over, 1);
    EXPECT_INT(story.status, 0);
    EXPECT(hook(loop, "wc -c", input));
    turn_until(loop, &story.over, 1);
    EXPECT_INT(strtol(story.text, NULL, 10), LOOP_INPUT_MAX);
    static char more[LOOP_INPUT_MAX + 2];
    memset(more, 'x', sizeof more - 1);
    EXPECT(!hook(loop, "exit 0", more));
    EXPECT_INT(errno, E2BIG);
    loop_free(loop);
}

TEST(a_killed_hook_takes_what_it_started_along)
{
    struct loop *loop = loop_new();
    struct loop_child *child = hook(loop, "sleep 100 & echo $!; wait", "");
    EXPECT(child);
    while (story.lines == 0)
        loop_turn(loop, 10);
    const pid_t started = (pid_t)strtol(story.text, NULL, 10);
    loop_hook_kill(child);
    turn_until(loop, &story.over, 1);
    EXPECT_INT(story.signal_number, SIGKILL);
    bool gone = false;
    for (int i = 0; i < 200 && !gone; i++) {
        char name[64], text[512] = "";
        snprintf(name, sizeof name, "/proc/%d/stat", (int)started);
        FILE *file = fopen(name, "r");
        gone = file == NULL || !fgets(text, sizeof text, file) || strstr(text, ") Z ");
        if (file)
            fclose(file);
        usleep(10000);
    }
    EXPECT(gone);
    loop_free(loop);
}

TEST(a_hook_that_is_not_there_is_an_error_at_once)
{
    struct loop *loop = loop_new();
    char *argv[] = {(char[]){"/no/such/program"}, NULL};
    const struct loop_hook plan = {.argv = argv, .input = ""};
    EXPECT(!loop_hook_start(loop, &plan, &child_events, &story));
    EXPECT_INT(errno, ENOENT);
    loop_free(loop);
}

/* A parent that is killed outright: its child must be told, though nobody could tell it. */
TEST(a_child_dies_with_its_parent_even_when_that_is_killed)
{
    int note[2];
    EXPECT_INT(pipe(note), 0);
    prctl(PR_SET_CHILD_SUBREAPER, 1); /* the grandchild's end is then ours to see */
    pid_t parent = fork();
    if (parent == 0) {
        struct loop *loop = loop_new();
        shell(loop, "echo $$; trap 'exit 42' TERM; while :; do sleep 0.01; done");
        while (story.lines == 0)
            loop_turn(loop, 10);
        int pid = (int)strtol(story.text, NULL, 10);
        ssize_t written = write(note[1], &pid, sizeof pid);
        (void)written;
        for (;;)
            loop_turn(loop, 1000);
    }
    int pid = 0, status = 0;
    EXPECT_INT(read(note[0], &pid, sizeof pid), sizeof pid);
    usleep(20000); /* the shell sets its trap after its echo */
    kill(parent, SIGKILL);
    EXPECT_INT(waitpid(parent, NULL, 0), parent);
    EXPECT_INT(waitpid(pid, &status, 0), pid);
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 42);
    close(note[0]);
    close(note[1]);
}

TEST(the_clocks_run_and_agree_on_the_pace)
{
    struct clock clock = clock_system();
    int64_t wall = clock.wall_ns(clock.self), mono = clock.mono_ns(clock.self);
    usleep(20000);
    int64_t wall_passed = clock.wall_ns(clock.self) - wall;
    int64_t mono_passed = clock.mono_ns(clock.self) - mono;
    EXPECT(wall > INT64_C(1600000000) * 1000000000);
    EXPECT(mono_passed >= 20000000);
    EXPECT(llabs(wall_passed - mono_passed) < 10000000);
}

TEST(entropy_fills_every_byte_and_never_twice_the_same)
{
    struct entropy entropy = entropy_system();
    unsigned char a[600] = {0}, b[600] = {0};
    entropy.fill(entropy.self, a, sizeof a);
    entropy.fill(entropy.self, b, sizeof b);
    EXPECT(memcmp(a, b, sizeof a) != 0);
    int zeros = 0;
    for (size_t i = sizeof a - 100; i < sizeof a; i++)
        zeros += a[i] == 0;
    EXPECT(zeros < 10); /* 0.4 expected of 100; 10 has a chance of 1e-11 */
}

TEST(a_loop_that_was_stopped_before_it_ran_is_freed_all_the_same)
{
    struct loop *loop = loop_new();
    EXPECT(loop_timer_start(loop, 1000, 0, count, &(int){0}) != NULL);
    loop_stop(loop);
    loop_free(loop);
}

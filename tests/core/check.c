/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <signal.h>
#include <sys/wait.h>

#include "core/base/check.h"
#include "core/base/decimal.h"

static void report_by_exit(const char *cond, const char *file, int line)
{
    bool right = strcmp(cond, "2 + 2 == 5") == 0 && strstr(file, "check.c") && line > 0;
    _exit(right ? 42 : 43);
}

static void report_nothing(const char *cond, const char *file, int line)
{
    (void)cond, (void)file, (void)line;
}

static void report_by_failing(const char *cond, const char *file, int line)
{
    (void)file, (void)line;
    CHECK(cond == NULL);
}

static int status_of_failing_with(check_reporter *reporter)
{
    pid_t child = fork();
    if (child == 0) {
        signal(SIGABRT, SIG_DFL);
        check_report_to(reporter);
        CHECK(2 + 2 == 5);
        _exit(0);
    }
    int status = 0;
    EXPECT(waitpid(child, &status, 0) == child);
    return status;
}

TEST(a_true_check_does_nothing)
{
    CHECK(2 + 2 == 4);
}

TEST(a_false_check_tells_its_reporter_what_and_where)
{
    int status = status_of_failing_with(report_by_exit);
    EXPECT(WIFEXITED(status));
    EXPECT_INT(WEXITSTATUS(status), 42);
}

TEST(a_false_check_ends_the_process_whatever_the_reporter_does)
{
    check_reporter *const reporters[] = {NULL, report_nothing, report_by_failing};
    for (size_t i = 0; i < 3; i++) {
        int status = status_of_failing_with(reporters[i]);
        EXPECT(WIFSIGNALED(status));
        EXPECT_INT(WTERMSIG(status), SIGABRT);
    }
}

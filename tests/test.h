/* SPDX-License-Identifier: MIT */
/*
 * TEST(a_sentence) { ... } is all a test is; this header finds them and is the program's main.
 * EXPECT_* stop the test at the first failure. Data that a user's machine may lack is asked for
 * with test_shared(), and the test skips, visibly, when it is absent.
 */
#pragma once

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unistd.h>

#define TEST_MAX 256

static struct CMUnitTest test_list[TEST_MAX];
static size_t test_count;

#define TEST(name)                                                                                 \
    static void name(void);                                                                        \
    static void name##_run(void **state)                                                           \
    {                                                                                              \
        (void)state;                                                                               \
        name();                                                                                    \
    }                                                                                              \
    __attribute__((constructor)) static void name##_add(void)                                      \
    {                                                                                              \
        assert_true(test_count < TEST_MAX);                                                        \
        test_list[test_count++] = (struct CMUnitTest){#name, name##_run, NULL, NULL, NULL};        \
    }                                                                                              \
    static void name(void)

#define EXPECT(cond) assert_true(cond)
#define EXPECT_INT(got, want) test_expect_int((got), (want), #got, __FILE__, __LINE__)
#define EXPECT_TEXT(got, want) assert_string_equal((got), (want))
#define EXPECT_NEAR(got, want, tolerance)                                                          \
    test_expect_near((got), (want), (tolerance), #got, __FILE__, __LINE__)

static inline void test_expect_int(int64_t got, int64_t want, const char *what, const char *file,
                                   int line)
{
    if (got != want) {
        print_error("%s is %lld, not %lld\n", what, (long long)got, (long long)want);
        _fail(file, line);
    }
}

static inline void test_expect_near(double got, double want, double tolerance, const char *what,
                                    const char *file, int line)
{
    if (!(fabs(got - want) <= tolerance)) {
        print_error("%s is %.17g, not %.17g\n", what, got, want);
        _fail(file, line);
    }
}

/* The path of a file in the shared data directory; skips the test when it is not there. */
static inline const char *test_shared(const char *relative)
{
    static char path[4096];
    const char *root = getenv("CUTTLE_SHARED");
    snprintf(path, sizeof path, "%s/%s", root ? root : "../shared", relative);
    if (access(path, R_OK) != 0) {
        print_message("skipped: %s is not on this machine\n", path);
        skip();
    }
    return path;
}

/* The seed of a property test: CUTTLE_SEED, or a fixed one; printed so that it reproduces. */
static inline uint64_t test_seed(void)
{
    const char *text = getenv("CUTTLE_SEED");
    uint64_t seed = text ? strtoull(text, NULL, 10) : 20240805;
    print_message("seed %llu (CUTTLE_SEED)\n", (unsigned long long)seed);
    return seed;
}

int main(void)
{
    return _cmocka_run_group_tests("tests", test_list, test_count, NULL, NULL);
}

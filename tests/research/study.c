/* SPDX-License-Identifier: MIT */
#include "research/study.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "test.h"

#define PERIODS 3

struct values {
    int64_t fast;
    double factor;
};

static const struct option rows[] = {
    {"fast", OPTION_INT, "", "20", 1, 510, NULL, OPTION_FIELD(struct values, fast), "a"},
    {"factor", OPTION_REAL, "", "2", 0.5, 10, NULL, OPTION_FIELD(struct values, factor), "b"},
};

static const struct config_section section = {"pair", rows, 2, NULL, "two", false};

struct fixture {
    char folder[64];
    struct space space;
    struct study_terms terms;
    struct study_config config;
    char *words[3];
};

static char words[3][16] = {"search", "--set", "a b=\"c\""};

static void begin(struct fixture *f)
{
    char error[256];
    *f = (struct fixture){.folder = "/tmp/cuttle-study-XXXXXX",
                          .words = {words[0], words[1], words[2]}};
    EXPECT(mkdtemp(f->folder) != NULL);
    EXPECT_INT(space_add(&f->space, &section, 1, NULL, "pair.fast=1..100", error, 256), 0);
    EXPECT_INT(space_add(&f->space, &section, 1, NULL, "pair.factor=1..4", error, 256), 0);
    study_say(&f->terms, "seed", "%d", 7);
    study_say(&f->terms, "risk.max_positions", "%s", "5");
    f->config = (struct study_config){
        f->folder, &f->space, &f->terms, PERIODS, 3, f->words, INT64_C(1722470400000000000)};
}

static void path_of(const struct fixture *f, const char *name, char path[128])
{
    snprintf(path, 128, "%s/%s", f->folder, name);
}

static void end(struct fixture *f)
{
    const char *const names[] = {"study.json", "trials.jsonl", "returns.f32"};
    char path[128];
    for (int i = 0; i < 3; i++) {
        path_of(f, names[i], path);
        unlink(path);
    }
    rmdir(f->folder);
    study_terms_free(&f->terms);
}

static struct study *must_open(struct fixture *f)
{
    struct study *study = NULL;
    char error[STUDY_ERROR_MAX] = "";
    if (study_open(&study, &f->config, error, sizeof error) != 0) {
        print_error("%s\n", error);
        EXPECT(false);
    }
    return study;
}

static struct trial trial_of(int i)
{
    return (struct trial){.point = {.at = {1 + i, 1 + i / 7.0}},
                          .part = i == 2 ? 1.0 / 3 : 1,
                          .known = true,
                          .path = i % 2 == 0 ? TRIAL_ENGINE : TRIAL_KERNEL,
                          .outcome = {.sharpe = i == 1 ? (double)NAN : 0.1 * i,
                                      .sortino = -1.0 / 3,
                                      .calmar = 1e-9,
                                      .profit = 0.25,
                                      .win_rate = 2.0 / 3,
                                      .drawdown = 0.125,
                                      .trades = (uint64_t)(100 + i)}};
}

static void append(struct study *study, int from, int to)
{
    char error[STUDY_ERROR_MAX];
    for (int i = from; i < to; i++) {
        const struct trial trial = trial_of(i);
        const float returns[PERIODS] = {(float)i, 0.5f, -0.25f};
        EXPECT_INT(study_append(study, &trial, returns, error, sizeof error), 0);
    }
}

static void expect_trials(const struct study *study, int count)
{
    EXPECT_INT(study_count(study), count);
    for (int i = 0; i < count; i++) {
        const struct trial *got = study_trial(study, (size_t)i), want = trial_of(i);
        float returns[PERIODS];
        EXPECT_NEAR(got->point.at[0], want.point.at[0], 0);
        EXPECT_NEAR(got->point.at[1], want.point.at[1], 0);
        EXPECT_NEAR(got->part, want.part, 0);
        EXPECT_INT(got->path, want.path);
        EXPECT_INT(got->outcome.trades, want.outcome.trades);
        EXPECT_INT(isnan(got->outcome.sharpe), i == 1);
        EXPECT(i == 1 || got->outcome.sharpe == want.outcome.sharpe);
        EXPECT_NEAR(got->outcome.sortino, want.outcome.sortino, 0);
        EXPECT_NEAR(got->outcome.calmar, want.outcome.calmar, 0);
        EXPECT_NEAR(got->outcome.win_rate, want.outcome.win_rate, 0);
        EXPECT(study_returns(study, (size_t)i, returns));
        EXPECT_NEAR(returns[0], i, 0);
        EXPECT_NEAR(returns[2], -0.25, 0);
    }
    float none[PERIODS];
    EXPECT(!study_returns(study, (size_t)count, none));
}

TEST(what_was_appended_is_there_when_it_is_opened_again)
{
    struct fixture f;
    begin(&f);
    struct study *study = must_open(&f);
    EXPECT_INT(study_count(study), 0);
    append(study, 0, 5);
    study_close(study);
    study = must_open(&f);
    EXPECT_INT(study_torn(study), 0);
    expect_trials(study, 5);
    append(study, 5, 7);
    study_close(study);
    study = must_open(&f);
    expect_trials(study, 7);
    study_close(study);
    end(&f);
}

/* Cut at every byte of the lines: what is left are the whole lines before it. */
TEST(a_tail_torn_at_any_byte_is_cut_away_and_nothing_else)
{
    struct fixture f;
    begin(&f);
    char path[128], bytes[8192];
    struct study *study = must_open(&f);
    append(study, 0, 3);
    study_close(study);
    path_of(&f, "trials.jsonl", path);
    FILE *file = fopen(path, "r");
    const size_t len = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    for (size_t cut = 0; cut <= len; cut += cut + 40 < len && cut > 40 ? 7 : 1) {
        file = fopen(path, "w");
        EXPECT_INT(fwrite(bytes, 1, cut, file), cut);
        fclose(file);
        int whole = 0;
        size_t torn = cut;
        for (size_t i = 0; i < cut; i++) {
            if (bytes[i] == '\n') {
                whole++;
                torn = cut - i - 1;
            }
        }
        study = must_open(&f);
        expect_trials(study, whole);
        EXPECT_INT(study_torn(study), torn);
        append(study, whole, 3);
        study_close(study);
    }
    study = must_open(&f);
    expect_trials(study, 3);
    study_close(study);
    end(&f);
}

static void flip(const struct fixture *f, const char *name, long at)
{
    char path[128];
    path_of(f, name, path);
    FILE *file = fopen(path, "r+");
    EXPECT(file != NULL && fseek(file, at, SEEK_SET) == 0);
    const int byte = fgetc(file);
    EXPECT(fseek(file, at, SEEK_SET) == 0 && fputc(byte ^ 1, file) != EOF);
    fclose(file);
}

TEST(a_line_that_was_changed_is_not_believed_nor_what_follows_it)
{
    struct fixture f;
    begin(&f);
    struct study *study = must_open(&f);
    append(study, 0, 3);
    study_close(study);
    flip(&f, "trials.jsonl", 20);
    study = must_open(&f);
    EXPECT_INT(study_count(study), 0);
    EXPECT(study_torn(study) > 0);
    append(study, 0, 3);
    study_close(study);
    /* The returns of the second set are not those that its line was written with. */
    flip(&f, "returns.f32", PERIODS * 4 + 2);
    study = must_open(&f);
    expect_trials(study, 1);
    study_close(study);
    end(&f);
}

TEST(other_terms_are_refused_with_the_difference)
{
    struct fixture f;
    begin(&f);
    char error[STUDY_ERROR_MAX];
    struct study *study = must_open(&f);
    append(study, 0, 2);
    study_close(study);
    study_terms_free(&f.terms);
    study_say(&f.terms, "seed", "%d", 7);
    study_say(&f.terms, "risk.max_positions", "%s", "3");
    EXPECT_INT(study_open(&study, &f.config, error, sizeof error), -EEXIST);
    EXPECT(strstr(error, "its risk.max_positions was 5 and is 3 now") != NULL);
    study_terms_free(&f.terms);
    study_say(&f.terms, "seed", "%d", 7);
    EXPECT_INT(study_open(&study, &f.config, error, sizeof error), -EEXIST);
    EXPECT(strstr(error, "risk.max_positions was 5 and is not said now") != NULL);
    study_say(&f.terms, "risk.max_positions", "%s", "5");
    study = must_open(&f);
    expect_trials(study, 2);
    study_close(study);
    end(&f);
}

TEST(one_search_at_a_time_works_on_a_study)
{
    struct fixture f;
    begin(&f);
    char error[STUDY_ERROR_MAX];
    struct study *study = must_open(&f), *second = NULL;
    EXPECT_INT(study_open(&second, &f.config, error, sizeof error), -EBUSY);
    EXPECT(strstr(error, "another search works on") != NULL);
    study_close(study);
    study = must_open(&f);
    study_close(study);
    end(&f);
}

TEST(the_words_that_began_it_come_back_as_they_were)
{
    struct fixture f;
    begin(&f);
    char error[STUDY_ERROR_MAX], **read = NULL;
    int count = 0;
    EXPECT_INT(study_words(f.folder, &read, &count, error, sizeof error), -ENOENT);
    study_close(must_open(&f));
    EXPECT_INT(study_words(f.folder, &read, &count, error, sizeof error), 0);
    EXPECT_INT(count, 3);
    EXPECT_TEXT(read[0], "search");
    EXPECT_TEXT(read[2], "a b=\"c\"");
    study_words_free(read, count);
    end(&f);
}

/* SPDX-License-Identifier: MIT */
/* From the watch's queue to the ledger and back, and the secret that signs. */
#include "app/alarms.h"

#include <signal.h>
#include <sys/resource.h>

#include "../store/scratch.h"
#include "app/keys.h"
#include "app/recorder_internal.h"
#include "app/session.h"
#include "platform/crypto/secret.h"
#include "platform/loop/loop.h"
#include "platform/queue/queue.h"
#include "store/disk.h"
#include "store/ledger.h"

static struct options options;
static struct config *config;

static void begin(const char *state)
{
    options_declare(&options);
    config = config_new(options.sections, options.section_count);
    snprintf(options.session.state, sizeof options.session.state, "%s", scratch(state));
    EXPECT_INT(disk_make_dirs(options.session.state), 0);
}

static struct alarms *open_alarms(void)
{
    char error[512] = "";
    struct alarms *alarms = alarms_new(&options, error, sizeof error);
    EXPECT_TEXT(error, "");
    return alarms;
}

static struct recorder *open_recorder(const struct alarms *alarms)
{
    static const struct sentence_names names = {.currency = "USD"};
    char error[512];
    const struct recorder_config recording = {.state = options.session.state,
                                              .names = &names,
                                              .clock = clock_system(),
                                              .events = alarms_rows(alarms)};
    struct recorder *recorder = recorder_open(&recording, error, sizeof error);
    EXPECT(recorder != NULL);
    return recorder;
}

static void put(const struct alarms *alarms, uint64_t id, int64_t cleared_ns)
{
    struct ledger_event *row = queue_reserve(alarms_rows(alarms), sizeof *row);
    EXPECT(row != NULL);
    *row = (struct ledger_event){.id = id,
                                 .raised_ns = 5,
                                 .cleared_ns = cleared_ns,
                                 .type = "drawdown",
                                 .message = "deep",
                                 .metadata = "{}"};
    queue_commit(alarms_rows(alarms), sizeof *row);
}

/* No file may grow beyond `bytes`: to a program that writes, this is a full disk. */
static void limit_disk(rlim_t bytes)
{
    struct rlimit limit;
    signal(SIGXFSZ, SIG_IGN);
    EXPECT_INT(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes == RLIM_INFINITY ? limit.rlim_max : bytes;
    EXPECT_INT(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

TEST(what_is_put_into_the_queue_comes_back_with_the_next_session)
{
    begin("alarms_kept");
    struct alarms *alarms = open_alarms();
    struct recorder *recorder = open_recorder(alarms);
    put(alarms, 1, 0);
    put(alarms, 2, 0);
    put(alarms, 1, 9);
    recorder_close(recorder);
    alarms_free(alarms);
    alarms = open_alarms();
    alarms_remember(alarms);
    const struct alarm_config *kept = alarms_config(alarms);
    EXPECT_INT(kept->past_count, 2);
    EXPECT_INT(kept->past[0].id, 1);
    EXPECT_INT(kept->past[0].cleared_ns, 9);
    EXPECT_INT(kept->past[1].cleared_ns, 0);
    alarms_free(alarms);
    config_free(config);
}

static void write_open_events(uint64_t count)
{
    struct ledger *ledger = NULL;
    char path[OPTION_PATH_MAX + 16], error[512];
    snprintf(path, sizeof path, "%s/ledger.db", options.session.state);
    EXPECT_INT(ledger_open(path, &ledger, error, sizeof error), 0);
    EXPECT_INT(ledger_begin(ledger), 0);
    for (uint64_t id = 1; id <= count; id++) {
        const struct ledger_event event = {.id = id, .raised_ns = 5, .type = "x", .metadata = "{}"};
        EXPECT_INT(ledger_put_event(ledger, &event), 0);
    }
    EXPECT_INT(ledger_commit(ledger), 0);
    ledger_close(ledger);
}

TEST(numbers_go_on_from_the_newest_event_also_when_not_all_are_read)
{
    begin("alarms_many");
    write_open_events(600);
    struct alarms *alarms = open_alarms();
    alarms_remember(alarms);
    EXPECT(alarms_config(alarms)->past_count < 600);
    EXPECT_INT(alarms_config(alarms)->last_id, 600);
    alarms_free(alarms);
    config_free(config);
}

TEST(without_the_newest_number_nothing_is_kept_that_could_take_an_old_ones_place)
{
    begin("alarms_unread");
    struct alarms *alarms = open_alarms();
    EXPECT(alarms_config(alarms)->rows == alarms_rows(alarms));
    alarms_remember(alarms); /* there is no ledger that could be read */
    EXPECT(alarms_config(alarms)->rows == NULL);
    alarms_free(alarms);
    config_free(config);
}

/* What the log says, on standard error, between these two. */
static int heard[2], heard_before;

static void listen_to_log(void)
{
    EXPECT_INT(pipe(heard), 0);
    heard_before = dup(STDERR_FILENO);
    EXPECT(dup2(heard[1], STDERR_FILENO) >= 0);
}

static const char *what_was_said(void)
{
    static char text[8192];
    dup2(heard_before, STDERR_FILENO);
    close(heard_before);
    close(heard[1]);
    size_t len = 0;
    for (ssize_t got; (got = read(heard[0], text + len, sizeof text - 1 - len)) > 0;)
        len += (size_t)got;
    close(heard[0]);
    text[len] = '\0';
    return text;
}

static int64_t now_ns = NS_PER_S;

static int64_t fake_now(void *self)
{
    (void)self;
    return now_ns;
}

static int times(const char *text, const char *what)
{
    int count = 0;
    while ((text = strstr(text, what)) != NULL) {
        count++;
        text++;
    }
    return count;
}

/* So many seconds of a store thread that tries once a second. */
static void pass(struct recorder *recorder, int seconds)
{
    for (int i = 0; i < seconds; i++) {
        now_ns += NS_PER_S;
        recorder_turn(recorder, false);
    }
}

TEST(a_disk_that_stays_full_is_told_once_and_so_is_its_recovery)
{
    static const struct sentence_names names = {.currency = "USD"};
    char error[512];
    begin("alarms_told");
    struct alarms *alarms = open_alarms();
    const struct recorder_config recording = {.state = options.session.state,
                                              .names = &names,
                                              .clock = {.mono_ns = fake_now, .wall_ns = fake_now},
                                              .events = alarms_rows(alarms)};
    struct recorder *recorder = recorder_new(&recording, error, sizeof error);
    EXPECT(recorder != NULL);
    limit_disk(1);
    put(alarms, 1, 0);
    listen_to_log();
    pass(recorder, 2); /* a moment is not worth a word */
    EXPECT_TEXT(what_was_said(), "");
    listen_to_log();
    pass(recorder, 600);
    const char *text = what_was_said();
    EXPECT_INT(times(text, "monitoring events wait for the ledger"), 1);
    EXPECT_INT(times(text, "\n"), 1);
    limit_disk(RLIM_INFINITY);
    put(alarms, 2, 0);
    listen_to_log();
    pass(recorder, 10);
    text = what_was_said();
    EXPECT_INT(times(text, "the ledger takes monitoring events again"), 1);
    EXPECT_INT(times(text, "\n"), 1);
    EXPECT_INT((int64_t)queue_waiting(alarms_rows(alarms)), 0);
    recorder_close(recorder);
    alarms_free(alarms);
    config_free(config);
}

TEST(a_full_disk_keeps_events_waiting_and_holds_nobody_up)
{
    begin("alarms_full");
    struct alarms *alarms = open_alarms();
    struct recorder *recorder = open_recorder(alarms);
    EXPECT(recorder_flush(recorder));
    limit_disk(1);
    put(alarms, 1, 0);
    usleep(300000);
    EXPECT(queue_waiting(alarms_rows(alarms)) > 0);
    EXPECT(recorder_failure(recorder) == NULL);
    limit_disk(RLIM_INFINITY);
    for (int i = 0; i < 100 && queue_waiting(alarms_rows(alarms)) > 0; i++)
        usleep(50000);
    EXPECT_INT((int64_t)queue_waiting(alarms_rows(alarms)), 0);
    recorder_close(recorder);
    alarms_remember(alarms);
    EXPECT_INT(alarms_config(alarms)->past_count, 1);
    alarms_free(alarms);
    config_free(config);
}

static char last_type[24];

static void note_last(void *context, const struct ledger_event *event)
{
    (void)context;
    snprintf(last_type, sizeof last_type, "%s", event->type);
}

TEST(what_is_raised_while_a_session_closes_is_in_the_ledger)
{
    char error[512] = "";
    begin("alarms_closing");
    options.server.enabled = false;
    snprintf(options.session.pairs, sizeof options.session.pairs, "BTC/USD");
    struct loop *loop = loop_new();
    struct session *session = session_open(&options, loop, error, sizeof error);
    EXPECT_TEXT(error, "");
    usleep(1500000); /* the watch has looked for the first time */
    session_close(session);
    loop_free(loop);
    struct ledger *ledger = NULL;
    char path[OPTION_PATH_MAX + 16];
    snprintf(path, sizeof path, "%s/ledger.db", options.session.state);
    EXPECT_INT(ledger_open_reader(path, &ledger, error, sizeof error), 0);
    EXPECT_INT(ledger_each_event(ledger, 100, note_last, NULL), 0);
    EXPECT_TEXT(last_type, "session_ended");
    ledger_close(ledger);
    config_free(config);
}

TEST(thresholds_come_from_the_options)
{
    begin("alarms_options");
    EXPECT_INT(config_set(config, "alarm.disk_mb", "7", "--set"), 0);
    EXPECT_INT(config_set(config, "alarm.severity", "critical", "--set"), 0);
    struct alarms *alarms = open_alarms();
    const struct alarm_config *made = alarms_config(alarms);
    EXPECT_INT((int64_t)made->sentry.disk_bytes, 7000000);
    EXPECT_INT(made->severity, SENTRY_CRITICAL);
    EXPECT_INT(made->sentry.silence_ns, INT64_C(60000000000));
    EXPECT(made->host[0] != '\0' && made->webhook[0] == '\0' && made->secret == NULL);
    alarms_free(alarms);
    config_free(config);
}

TEST(a_secret_that_is_wanted_and_not_there_is_refused)
{
    char error[512] = "";
    begin("alarms_unsigned");
    EXPECT_INT(config_set(config, "alarm.signed", "true", "--set"), 0);
    setenv("CUTTLE_VAULT_PASSPHRASE_FILE", "/no/such/file", 1);
    EXPECT(alarms_new(&options, error, sizeof error) == NULL);
    EXPECT(strstr(error, "passphrase") != NULL);
    config_free(config);
}

TEST(a_secret_in_the_environment_is_taken_out_of_it)
{
    begin("alarms_signed");
    setenv("CUTTLE_ALARM__SECRET", "sesame", 1);
    char *where = getenv("CUTTLE_ALARM__SECRET");
    struct alarms *alarms = open_alarms();
    EXPECT_TEXT(alarms_config(alarms)->secret, "sesame");
    EXPECT(getenv("CUTTLE_ALARM__SECRET") == NULL);
    EXPECT(strstr(where, "sesame") == NULL);
    alarms_free(alarms);
    alarms = open_alarms(); /* another session of the same process has it too */
    EXPECT_TEXT(alarms_config(alarms)->secret, "sesame");
    alarms_free(alarms);
    config_free(config);
}

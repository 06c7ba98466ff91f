/* SPDX-License-Identifier: MIT */
#include "platform/log/log.h"

#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "core/base/check.h"
#include "platform/json/json.h"

static char folder[64];
static char path[96];
static int kept_stderr = -1;

/* A fresh folder with the path of a log in it. */
static void fresh(void)
{
    strcpy(folder, "/tmp/cuttle-log-XXXXXX");
    EXPECT(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/cuttle.log", folder);
}

static void clean(void)
{
    char command[160];
    snprintf(command, sizeof command, "rm -r %s", folder);
    EXPECT(system(command) == 0);
}

static void stderr_to(int fd)
{
    kept_stderr = dup(STDERR_FILENO);
    dup2(fd, STDERR_FILENO);
    close(fd);
}

static void stderr_to_file(void)
{
    char name[96];
    snprintf(name, sizeof name, "%s/stderr", folder);
    stderr_to(open(name, O_RDWR | O_CREAT | O_TRUNC | O_APPEND, 0600));
}

static void stderr_back(void)
{
    dup2(kept_stderr, STDERR_FILENO);
    close(kept_stderr);
}

static const char *content(const char *name)
{
    static char text[1 << 20];
    char whole[128];
    snprintf(whole, sizeof whole, "%s/%s", folder, name);
    FILE *file = fopen(whole, "r");
    size_t len = file ? fread(text, 1, sizeof text - 1, file) : 0;
    if (file)
        fclose(file);
    text[len] = '\0';
    return text;
}

static void start(enum log_level level, bool quiet, int64_t rotate_size, uint32_t keep)
{
    char error[256] = "";
    struct log_config config = {level, quiet, path, rotate_size, keep};
    EXPECT_INT(log_open(&config, error, sizeof error), 0);
    EXPECT_TEXT(error, "");
}

/* The lines of a text, each verified to be one JSON object. */
static int json_lines(const char *text)
{
    int count = 0;
    for (const char *end; (end = strchr(text, '\n')) != NULL; text = end + 1, count++) {
        struct json json;
        json_init(&json, text, (size_t)(end - text));
        EXPECT_INT(json_peek(&json), JSON_OBJECT);
        json_skip(&json);
        EXPECT(json_done(&json));
    }
    EXPECT_TEXT(text, "");
    return count;
}

TEST(a_line_has_a_human_face_and_a_json_face)
{
    fresh();
    stderr_to_file();
    start(LOG_INFO, false, 0, 0);
    log_debug("too.small", "not wanted", NULL);
    log_warn("feed.stale", "BTC/USD has been silent", "pair", "BTC/USD", "seconds", "181", NULL);
    log_printf(LOG_INFO, "sum", "%d and %s", 2, "two");
    log_close();
    stderr_back();
    const char *human = content("stderr");
    /* 2024-08-01T12:30:05.123Z and a space are 25 characters. */
    EXPECT(strstr(human, "WARN  BTC/USD has been silent pair=BTC/USD seconds=181\n") == human + 25);
    EXPECT(strstr(human, "Z INFO  2 and two\n") != NULL);
    EXPECT(strstr(human, "not wanted") == NULL && strchr(human, '\x1b') == NULL);
    const char *json = content("cuttle.log");
    EXPECT_INT(json_lines(json), 2);
    EXPECT(strstr(json,
                  "\"level\":\"warn\",\"event\":\"feed.stale\",\"message\":\"BTC/USD has been "
                  "silent\",\"fields\":{\"pair\":\"BTC/USD\",\"seconds\":\"181\"}}\n") != NULL);
    EXPECT(strstr(json, "\"event\":\"sum\",\"message\":\"2 and two\"}\n") != NULL);
    struct stat status;
    EXPECT(stat(path, &status) == 0 && (status.st_mode & 0777) == 0600);
    clean();
}

TEST(control_characters_and_broken_utf8_are_shown_not_sent)
{
    fresh();
    stderr_to_file();
    start(LOG_INFO, false, 0, 0);
    log_info("bad",
             "a\x1b[2Jb\r\nc\xff"
             "d\xc2\x9b\xc3\xa9",
             "k\n", "v\x7f", NULL);
    log_close();
    stderr_back();
    EXPECT(
        strstr(content("stderr"), "a\\x1b[2Jb\\x0d\\x0ac\\xffd\\xc2\\x9b\xc3\xa9 k\\x0a=v\\x7f\n"));
    const char *json = content("cuttle.log");
    EXPECT_INT(json_lines(json), 1);
    EXPECT(strstr(json, "a\\u001b[2Jb\\r\\nc\xef\xbf\xbd"
                        "d"));
    clean();
}

TEST(a_line_too_long_is_cut_and_whole)
{
    static char text[20000];
    memset(text, '\x01', sizeof text - 1);
    fresh();
    stderr_to_file();
    start(LOG_INFO, false, 0, 0);
    log_info("long", text, "field", "lost", NULL);
    memset(text, 'x', sizeof text - 1);
    log_info("long", text, NULL);
    log_close();
    stderr_back();
    EXPECT_INT(json_lines(content("cuttle.log")), 2);
    EXPECT(strstr(content("cuttle.log"), "xxx...\"}\n") != NULL);
    clean();
}

TEST(quiet_means_errors_only_and_errors_are_counted)
{
    fresh();
    stderr_to_file();
    uint64_t before = log_error_count();
    start(LOG_DEBUG, true, 0, 0);
    log_debug("a", "small", NULL);
    log_warn("a", "middle", NULL);
    log_error("a", "large", NULL);
    log_close();
    stderr_back();
    EXPECT(strstr(content("stderr"), "ERROR large\n") != NULL);
    EXPECT(strstr(content("stderr"), "middle") == NULL);
    EXPECT_INT(json_lines(content("cuttle.log")), 3);
    EXPECT_INT(log_error_count() - before, 1);
    clean();
}

TEST(a_file_that_is_full_is_renamed_and_the_oldest_goes)
{
    fresh();
    stderr_to_file();
    /* A line is some 100 bytes: five a file, so of 40 lines the last three files keep few. */
    start(LOG_INFO, true, 512, 2);
    for (int i = 0; i < 40; i++)
        log_printf(LOG_INFO, "count", "line %d", i);
    log_close();
    start(LOG_INFO, true, 512, 2); /* goes on in the same file */
    log_printf(LOG_INFO, "count", "line 40");
    log_close();
    stderr_back();
    static const char *const names[] = {"cuttle.log.2", "cuttle.log.1", "cuttle.log"};
    int next = -1, lines = 0;
    for (int i = 0; i < 3; i++) {
        const char *text = content(names[i]);
        EXPECT(strlen(text) > 0 && strlen(text) <= 512);
        lines += json_lines(text);
        for (const char *at = text; (at = strstr(at, "line ")) != NULL; at++, next++) {
            int number = atoi(at + 5);
            if (next < 0)
                next = number;
            EXPECT_INT(number, next);
        }
    }
    EXPECT_INT(next, 41);
    EXPECT(lines < 20);
    EXPECT_TEXT(content("cuttle.log.3"), "");
    clean();
}

TEST(a_file_that_cannot_be_renamed_grows_on_and_loses_no_line)
{
    char in_the_way[128], inside[160];
    fresh();
    stderr_to_file();
    snprintf(in_the_way, sizeof in_the_way, "%s.1", path);
    snprintf(inside, sizeof inside, "%s/kept", in_the_way);
    EXPECT(mkdir(in_the_way, 0700) == 0 && mkdir(inside, 0700) == 0);
    start(LOG_INFO, true, 512, 1);
    for (int i = 0; i < 20; i++)
        log_printf(LOG_INFO, "count", "line %d", i);
    log_close();
    stderr_back();
    const char *text = content("cuttle.log");
    EXPECT_INT(json_lines(text), 21);
    const char *told = strstr(text, "cannot be rotated (Is a directory): it grows beyond its size");
    EXPECT(told != NULL && strstr(told + 1, "cannot be rotated") == NULL);

    EXPECT(rmdir(inside) == 0 && rmdir(in_the_way) == 0);
    start(LOG_INFO, true, 512, 1); /* what stood in the way is gone */
    log_printf(LOG_INFO, "count", "line 20");
    log_close();
    EXPECT_INT(json_lines(content("cuttle.log.1")), 21);
    EXPECT_INT(json_lines(content("cuttle.log")), 1);
    clean();
}

TEST(a_log_file_that_others_could_read_is_narrowed)
{
    struct stat status;
    fresh();
    close(open(path, O_WRONLY | O_CREAT, 0600));
    EXPECT(chmod(path, 0644) == 0);
    start(LOG_INFO, true, 0, 0);
    log_close();
    EXPECT(stat(path, &status) == 0 && (status.st_mode & 0777) == 0600);
    clean();
}

TEST(a_full_disk_is_told_once_and_the_log_goes_on_on_standard_error)
{
    fresh();
    stderr_to_file();
    strcpy(path, "/dev/full");
    start(LOG_INFO, true, 10, 2); /* quiet, yet every line comes now: there is no other place */
    log_info("a", "one", NULL);
    log_info("a", "two", NULL);
    log_close();
    stderr_back();
    const char *text = content("stderr");
    const char *told = strstr(text, "the log file /dev/full cannot be written (No space left on "
                                    "device); until it can, lines come here alone\n");
    EXPECT(told != NULL);
    EXPECT(strstr(strchr(told, '\n'), "cannot be written") == NULL);
    EXPECT(strstr(text, "INFO  one\n") && strstr(text, "INFO  two\n"));
    clean();
}

TEST(a_file_that_cannot_be_opened_is_an_error_with_its_reason)
{
    char error[256];
    struct log_config config = {LOG_INFO, false, "/nonexistent/cuttle.log", 0, 0};
    EXPECT_INT(log_open(&config, error, sizeof error), -ENOENT);
    EXPECT_TEXT(error, "the log file /nonexistent/cuttle.log cannot be opened: No such file or "
                       "directory");
}

static void *copy_all(void *context)
{
    char name[96], block[4096];
    snprintf(name, sizeof name, "%s/copy", folder);
    FILE *copy = fopen(name, "w");
    for (ssize_t got; (got = read(*(int *)context, block, sizeof block)) > 0;)
        fwrite(block, 1, (size_t)got, copy);
    fclose(copy);
    return NULL;
}

TEST(a_slow_disk_stops_nobody_and_every_lost_line_is_counted)
{
    fresh();
    stderr_to_file();
    EXPECT(mkfifo(path, 0600) == 0);
    int reader = open(path, O_RDONLY | O_NONBLOCK);
    start(LOG_INFO, true, 0, 0); /* the "disk" is a pipe that nobody reads yet */
    int sent = 60000;
    for (int i = 0; i < sent; i++)
        log_info("flood", "a line of the flood", NULL);
    fcntl(reader, F_SETFL, 0);

    pthread_t thread; /* log_close writes what is queued, so somebody must read meanwhile */
    EXPECT(pthread_create(&thread, NULL, copy_all, &reader) == 0);
    log_info("after", "the last line", NULL);
    log_close();
    pthread_join(thread, NULL);
    close(reader);
    stderr_back();

    char name[96];
    snprintf(name, sizeof name, "%s/copy", folder);
    FILE *copy = fopen(name, "r");
    char line[512];
    int seen = 0, lost = 0;
    while (fgets(line, sizeof line, copy)) {
        const char *dropped = strstr(line, "\"event\":\"log.dropped\",\"message\":\"");
        seen += strstr(line, "\"event\":\"flood\"") || strstr(line, "\"event\":\"after\"");
        lost += dropped ? atoi(dropped + strlen("\"event\":\"log.dropped\",\"message\":\"")) : 0;
    }
    fclose(copy);
    EXPECT(lost > 0);
    EXPECT_INT(seen + lost, sent + 1);
    clean();
}

static void *chatter(void *context)
{
    for (int i = 0; i < 500; i++)
        log_info("chat", "a sentence from a thread", "thread", context, NULL);
    return NULL;
}

TEST(four_threads_write_whole_lines)
{
    fresh();
    stderr_to_file();
    start(LOG_INFO, false, 0, 0);
    pthread_t threads[4];
    char names[][2] = {"a", "b", "c", "d"};
    for (int i = 0; i < 4; i++)
        EXPECT(pthread_create(&threads[i], NULL, chatter, names[i]) == 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    log_close();
    stderr_back();
    EXPECT_INT(json_lines(content("cuttle.log")), 2000);
    int lines = 0;
    const char *text = content("stderr");
    for (const char *end; (end = strchr(text, '\n')) != NULL; text = end + 1, lines++)
        EXPECT(memcmp(end - 33, "a sentence from a thread thread=", 32) == 0);
    EXPECT_INT(lines, 2000);
    clean();
}

/* A flood is read by lengths: with strict checks each call on a string is one more look at all of
 * it. */
static const char *long_content(const char *name, size_t *ret_len)
{
    static char text[64 << 20];
    char whole[128];
    snprintf(whole, sizeof whole, "%s/%s", folder, name);
    FILE *file = fopen(whole, "r");
    EXPECT(file != NULL);
    *ret_len = fread(text, 1, sizeof text, file);
    EXPECT(*ret_len < sizeof text);
    fclose(file);
    return text;
}

static const char *line_end(const char *at, const char *end)
{
    return memchr(at, '\n', (size_t)(end - at));
}

static void *chatter_on(void *stop)
{
    int sent = 0;
    for (; !atomic_load((atomic_bool *)stop); sent++)
        log_info("chat", "a sentence", NULL);
    return (void *)(intptr_t)sent;
}

TEST(a_log_that_is_closed_under_its_writers_has_or_shows_every_line)
{
    fresh();
    stderr_to_file();
    pthread_t threads[4];
    atomic_bool stop = false;
    int sent = 0, lost = 0, shown = 0, written = 0;
    start(LOG_INFO, true, 0, 0);
    for (int i = 0; i < 4; i++)
        EXPECT(pthread_create(&threads[i], NULL, chatter_on, &stop) == 0);
    for (int i = 0; i < 5; i++) {
        usleep(1000);
        log_close();
        start(LOG_INFO, true, 0, 0);
    }
    atomic_store(&stop, true);
    for (int i = 0; i < 4; i++) {
        void *count;
        pthread_join(threads[i], &count);
        sent += (int)(intptr_t)count;
    }
    log_close();
    stderr_back();
    size_t len;
    const char *text = long_content("stderr", &len);
    for (const char *at = text; (at = line_end(at, text + len)) != NULL; at++)
        shown++; /* quiet: only what came while the log was closed */
    text = long_content("cuttle.log", &len);
    for (const char *at = text, *end; (end = line_end(at, text + len)) != NULL; at = end + 1) {
        static const char event[] = "\"log.dropped\",\"message\":\"";
        const char *dropped = memmem(at, (size_t)(end - at), event, sizeof event - 1);
        int count = 0;
        for (const char *c = dropped ? dropped + sizeof event - 1 : " "; *c >= '0' && *c <= '9';
             c++)
            count = count * 10 + (*c - '0');
        written += dropped == NULL;
        lost += count;
    }
    EXPECT_INT(written + shown + lost, sent);
    clean();
}

/* Reads what the terminal gets until `end` has come, or until it is closed. */
static void terminal_read(int master, char *text, size_t size, const char *end)
{
    size_t len = strlen(text);
    while (!end || !strstr(text, end)) {
        ssize_t got = read(master, text + len, size - 1 - len);
        if (got <= 0)
            return; /* EIO follows the last byte */
        len += (size_t)got;
        text[len] = '\0';
    }
}

/* What a terminal got while three things were logged to it. */
static const char *on_terminal(const char *no_color)
{
    static char text[4096];
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    EXPECT(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    setenv("TERM", "xterm", 1);
    setenv("NO_COLOR", no_color, 1);
    fresh();
    stderr_to(open(ptsname(master), O_RDWR | O_NOCTTY));
    start(LOG_INFO, false, 0, 0);
    text[0] = '\0';
    log_status("2 positions\x1b");
    terminal_read(master, text, sizeof text, "2 positions ");
    log_error("e", "a loud line", NULL);
    terminal_read(master, text, sizeof text, "\r\n2 positions ");
    log_close();
    stderr_back();
    terminal_read(master, text, sizeof text, NULL);
    close(master);
    clean();
    return text;
}

TEST(a_terminal_keeps_the_status_line_at_its_foot)
{
    const char *text = on_terminal("1");
    EXPECT(strstr(text, "2 positions \r\x1b[K") == text);
    EXPECT(strstr(text, " ERROR a loud line\r\n") != NULL);
    const char *after = strchr(text, '\n') + 1; /* the status again, taken away at the end */
    EXPECT(strcmp(after, "2 positions \r\x1b[K") == 0);
    EXPECT(strstr(text, "\x1b[1;31m") == NULL);
    EXPECT(strstr(on_terminal(""), " \x1b[1;31mERROR\x1b[0m a loud line\r\n") != NULL);
}

TEST(a_failed_check_is_in_the_log_before_the_process_ends)
{
    fresh();
    pid_t child = fork();
    if (child == 0) {
        signal(SIGABRT, SIG_DFL);
        stderr_to_file();
        start(LOG_INFO, false, 0, 0);
        log_take_checks();
        CHECK(1 + 1 == 3);
    }
    int status;
    EXPECT(waitpid(child, &status, 0) == child);
    EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    EXPECT(strstr(content("cuttle.log"), "cuttle is wrong: 1 + 1 == 3 does not hold") != NULL);
    EXPECT_INT(json_lines(content("cuttle.log")), 1);
    EXPECT(strstr(content("stderr"), "cuttle is wrong") != NULL);
    clean();
}

/* SPDX-License-Identifier: MIT */
#include "platform/log/log.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "core/base/check.h"
#include "core/base/timestamp.h"
#include "platform/log/log_file.h"
#include "platform/log/log_line.h"
#include "platform/queue/queue.h"

/* Some ten thousand lines. When it is full a line is lost and counted: trading does not wait. */
#define LOG_QUEUE_SIZE (1 << 20)

#define STATUS_MAX 512
#define TERMINAL_WAIT_MS 1000
#define CHECK_WAIT_S 2

/* What any thread may touch, under the lock; callers hold it for a copy of one line. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t wake; /* for the writer: a line, a status or the end */
    pthread_cond_t idle; /* from the writer: all is written */
    struct queue *queue; /* NULL: not open */
    uint64_t pushed;
    uint64_t written;
    bool stop;
    bool status_new;
    char status[STATUS_MAX];
} door = {.lock = PTHREAD_MUTEX_INITIALIZER,
          .wake = PTHREAD_COND_INITIALIZER,
          .idle = PTHREAD_COND_INITIALIZER};

/* The writer thread's own; log_open and log_close touch it while there is no such thread. */
static struct {
    pthread_t thread;
    bool quiet;
    bool terminal;
    bool colour;
    bool terminal_stuck;
    bool status_shown; /* the cursor stands behind a status line */
    bool with_file;
    bool file_failed;
    uint64_t file_lost; /* lines, while the file fails */
    uint64_t dropped;   /* already told */
    struct log_file file;
    char status[STATUS_MAX];
    char out[LOG_LINE_MAX];
} writer;

static atomic_int level_min = LOG_INFO;
static atomic_uint_fast64_t error_count;

/* This thread must not take the lock: it holds it, or it is the writer. */
static _Thread_local bool no_door;

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * NS_PER_S + now.tv_nsec;
}

static void put_stderr(const char *text, size_t len)
{
    while (len > 0) {
        ssize_t wrote = write(STDERR_FILENO, text, len);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return;
        text += wrote;
        len -= (size_t)wrote;
    }
}

/* A terminal that stands still (Ctrl-S) costs one second once; then its lines pass it by, so that
 * the file goes on. */
static bool terminal_takes(void)
{
    struct pollfd ready = {.fd = STDERR_FILENO, .events = POLLOUT};
    bool takes = poll(&ready, 1, writer.terminal_stuck ? 0 : TERMINAL_WAIT_MS) != 0;
    if (takes && writer.terminal_stuck) {
        static const char told[] = "(lines are missing here: the output stood still)\n";
        put_stderr(told, sizeof told - 1);
    }
    writer.terminal_stuck = !takes;
    return takes;
}

/* The bytes of `text` that fill at most `columns` of a terminal, one for a character. */
static size_t fitting(const char *text, size_t columns)
{
    size_t len = 0;
    for (; text[len]; len++)
        if (((unsigned char)text[len] & 0xc0) != 0x80 && columns-- == 0)
            break;
    return len;
}

static void status_erase(void)
{
    if (writer.status_shown)
        put_stderr("\r\x1b[K", 4);
    writer.status_shown = false;
}

static void status_draw(void)
{
    if (!writer.status[0])
        return;
    struct winsize window = {0};
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col == 0)
        window.ws_col = 80;
    put_stderr(writer.status, fitting(writer.status, window.ws_col - 1u));
    writer.status_shown = true;
}

static void show(const struct log_line *line)
{
    if (writer.quiet && line->level < LOG_ERROR && !writer.file_failed)
        return;
    if (!terminal_takes())
        return;
    status_erase();
    put_stderr(writer.out, log_line_human(line, writer.terminal, writer.colour, writer.out));
    status_draw();
}

/* A line of the log's own, on standard error alone or also in the file. */
static void tell(enum log_level level, const char *event, const char *sentence, bool in_file)
{
    static struct log_line line;
    log_line_init(&line, now_ns(), level);
    log_line_add(&line, event);
    log_line_add(&line, sentence);
    if (level == LOG_ERROR)
        atomic_fetch_add(&error_count, 1);
    show(&line);
    if (in_file && writer.with_file)
        log_file_write(&writer.file, writer.out, log_line_json(&line, writer.out));
}

static void file_line(const struct log_line *line)
{
    char told[LOG_PATH_MAX + 256];
    int error = log_file_write(&writer.file, writer.out, log_line_json(line, writer.out));
    if (error != 0) {
        writer.file_lost++;
        if (writer.file_failed)
            return;
        writer.file_failed = true;
        snprintf(told, sizeof told,
                 "the log file %s cannot be written (%s); until it can, lines come here alone",
                 writer.file.path, strerror(-error));
        tell(LOG_ERROR, "log.file_failed", told, false);
    } else if (writer.file_failed) {
        snprintf(told, sizeof told, "the log file %s is written again; it lacks %llu lines",
                 writer.file.path, (unsigned long long)writer.file_lost);
        tell(LOG_WARN, "log.file_restored", told, true);
        writer.file_failed = false;
        writer.file_lost = 0;
    }
}

static void tell_dropped(void)
{
    uint64_t dropped = queue_drop_count(door.queue);
    if (dropped == writer.dropped)
        return;
    char told[128];
    snprintf(told, sizeof told, "%llu lines were lost: the log queue was full",
             (unsigned long long)(dropped - writer.dropped));
    writer.dropped = dropped;
    tell(LOG_WARN, "log.dropped", told, true);
}

static uint64_t write_queued(void)
{
    uint64_t count = 0;
    size_t len;
    const struct log_line *line;
    while ((line = queue_peek(door.queue, &len)) != NULL) {
        if (writer.with_file)
            file_line(line);
        show(line);
        queue_pop(door.queue);
        tell_dropped();
        count++;
    }
    return count;
}

static void *writer_run(void *context)
{
    (void)context;
    no_door = true;
    pthread_mutex_lock(&door.lock);
    for (;;) {
        while (door.pushed == door.written && !door.status_new && !door.stop)
            pthread_cond_wait(&door.wake, &door.lock);
        bool stop = door.stop;
        bool status_new = door.status_new;
        door.status_new = false;
        if (status_new)
            memcpy(writer.status, door.status, sizeof writer.status);
        pthread_mutex_unlock(&door.lock);
        uint64_t count = write_queued();
        if (status_new && terminal_takes()) {
            status_erase();
            status_draw();
        }
        pthread_mutex_lock(&door.lock);
        door.written += count;
        pthread_cond_broadcast(&door.idle);
        if (stop && door.pushed == door.written)
            break;
    }
    pthread_mutex_unlock(&door.lock);
    return NULL;
}

static void stderr_look(bool quiet)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    writer.quiet = quiet;
    writer.terminal = isatty(STDERR_FILENO) == 1;
    writer.colour = writer.terminal && !(no_color && *no_color) && !(term && !strcmp(term, "dumb"));
}

int log_open(const struct log_config *config, char *error, size_t error_size)
{
    CHECK(door.queue == NULL);
    memset(&writer, 0, sizeof writer);
    writer.file.fd = -1;
    stderr_look(config->quiet);
    int code = 0;
    if (config->file && *config->file) {
        writer.with_file = true;
        code = log_file_open(&writer.file, config->file, config->rotate_size, config->keep);
        if (code != 0) {
            snprintf(error, error_size, "the log file %s cannot be opened: %s", config->file,
                     strerror(-code));
            return code;
        }
    }
    struct queue *queue = queue_new(LOG_QUEUE_SIZE);
    code = queue ? 0 : -ENOMEM;
    pthread_mutex_lock(&door.lock);
    door.pushed = door.written = 0;
    door.stop = door.status_new = false;
    door.queue = queue;
    if (code == 0)
        code = -pthread_create(&writer.thread, NULL, writer_run, NULL);
    if (code != 0)
        door.queue = NULL;
    pthread_mutex_unlock(&door.lock);
    if (code != 0) {
        snprintf(error, error_size, "the log cannot start: %s", strerror(-code));
        queue_free(queue);
        log_file_close(&writer.file);
        return code;
    }
    atomic_store(&level_min, (int)config->level);
    return 0;
}

void log_close(void)
{
    if (!door.queue)
        return;
    log_status(NULL);
    pthread_mutex_lock(&door.lock);
    door.stop = true;
    pthread_cond_signal(&door.wake);
    pthread_mutex_unlock(&door.lock);
    pthread_join(writer.thread, NULL);
    pthread_mutex_lock(&door.lock);
    queue_free(door.queue);
    door.queue = NULL;
    pthread_mutex_unlock(&door.lock);
    log_file_close(&writer.file);
}

/* False when the line is lost. */
static bool push(const struct log_line *line)
{
    bool kept = true;
    no_door = true;
    pthread_mutex_lock(&door.lock);
    if (!door.queue) {
        static char out[LOG_LINE_MAX];
        put_stderr(out, log_line_human(line, isatty(STDERR_FILENO) == 1, false, out));
    } else {
        void *room = queue_reserve(door.queue, log_line_size(line));
        kept = room != NULL;
        if (kept) {
            memcpy(room, line, log_line_size(line));
            queue_commit(door.queue, log_line_size(line));
            door.pushed++;
            pthread_cond_signal(&door.wake);
        }
    }
    pthread_mutex_unlock(&door.lock);
    no_door = false;
    return kept;
}

static bool wanted(enum log_level level)
{
    if (level == LOG_ERROR)
        atomic_fetch_add(&error_count, 1);
    return (int)level >= atomic_load_explicit(&level_min, memory_order_relaxed);
}

void log_write(enum log_level level, const char *event, const char *sentence, ...)
{
    if (!wanted(level))
        return;
    struct log_line line;
    log_line_init(&line, now_ns(), level);
    log_line_add(&line, event);
    log_line_add(&line, sentence);
    va_list fields;
    va_start(fields, sentence);
    for (const char *text; (text = va_arg(fields, const char *)) != NULL;)
        log_line_add(&line, text);
    va_end(fields);
    push(&line);
}

void log_printf(enum log_level level, const char *event, const char *format, ...)
{
    if (!wanted(level))
        return;
    char sentence[LOG_TEXT_MAX];
    va_list values;
    va_start(values, format);
    vsnprintf(sentence, sizeof sentence, format, values);
    va_end(values);
    struct log_line line;
    log_line_init(&line, now_ns(), level);
    log_line_add(&line, event);
    log_line_add(&line, sentence);
    push(&line);
}

uint64_t log_error_count(void)
{
    return atomic_load(&error_count);
}

void log_status(const char *line)
{
    pthread_mutex_lock(&door.lock);
    if (door.queue && writer.terminal && strncmp(door.status, line ? line : "", STATUS_MAX - 1)) {
        size_t len = fitting(line ? line : "", STATUS_MAX / 4 - 1);
        memcpy(door.status, line ? line : "", len);
        door.status[len] = '\0';
        for (size_t i = 0; i < len; i++)
            if ((unsigned char)door.status[i] < 0x20)
                door.status[i] = ' ';
        door.status_new = true;
        pthread_cond_signal(&door.wake);
    }
    pthread_mutex_unlock(&door.lock);
}

static void flush(void)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += CHECK_WAIT_S;
    pthread_mutex_lock(&door.lock);
    uint64_t target = door.pushed;
    int error = 0;
    while (door.queue && door.written < target && error == 0)
        error = pthread_cond_timedwait(&door.idle, &door.lock, &until);
    pthread_mutex_unlock(&door.lock);
}

/* Runs on the thread that failed, whatever it holds; the process aborts afterwards. */
static void check_report(const char *cond, const char *file, int at_line)
{
    char sentence[512];
    int len = snprintf(sentence, sizeof sentence, "cuttle is wrong: %s does not hold (%s:%d)", cond,
                       file, at_line);
    struct log_line line;
    log_line_init(&line, now_ns(), LOG_ERROR);
    log_line_add(&line, "check.failed");
    log_line_add(&line, sentence);
    atomic_fetch_add(&error_count, 1);
    if (no_door || !push(&line)) {
        put_stderr(sentence, (size_t)len < sizeof sentence ? (size_t)len : sizeof sentence - 1);
        put_stderr("\n", 1);
        return;
    }
    flush();
}

void log_take_checks(void)
{
    check_report_to(check_report);
}

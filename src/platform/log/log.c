/* SPDX-License-Identifier: MIT */
#include "platform/log/log.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
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
#include "platform/queue/mpsc.h"

/* Some ten thousand lines. When it is full a line is lost and counted: trading does not wait. */
#define LOG_QUEUE_SIZE (1 << 20)

#define STATUS_MAX 512
#define TERMINAL_WAIT_MS 1000
#define CHECK_WAIT_MS 2000

/* What any thread may touch, without a lock. The queue is made once and kept: a thread may still be
 * at it while log_close runs. */
static struct {
    struct mpsc *queue; /* NULL before the first log_open */
    atomic_bool open;
    atomic_uint inside; /* threads between their look at `open` and the wake of the writer */
    atomic_uint_fast64_t dropped;
    atomic_bool woken; /* the writer will look at the queue once more */
    atomic_bool stop;
    sem_t wake;
} door;

/* The writer thread's own; log_open and log_close touch it while there is no such thread, and
 * `terminal` stays as log_open left it. */
static struct {
    pthread_t thread;
    bool quiet;
    bool terminal;
    bool colour;
    bool terminal_stuck;
    bool status_shown; /* the cursor stands behind a status line */
    bool with_file;
    bool file_failed;
    bool file_stuck;    /* it cannot be rotated */
    uint64_t file_lost; /* lines, while the file fails */
    uint64_t dropped;   /* already told */
    struct log_file file;
    char status[STATUS_MAX];
    char out[LOG_LINE_MAX];
} writer;

static atomic_int level_min = LOG_INFO;
static atomic_uint_fast64_t error_count;

static _Thread_local bool is_writer;

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

static void tell_rotation(void)
{
    int error = writer.file.rotate_error;
    if (error != 0 && !writer.file_stuck) {
        char told[LOG_PATH_MAX + 256];
        snprintf(told, sizeof told,
                 "the log file %s cannot be rotated (%s): it grows beyond its size until it can",
                 writer.file.path, strerror(-error));
        tell(LOG_ERROR, "log.rotation_failed", told, true);
    }
    writer.file_stuck = error != 0;
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
    tell_rotation();
}

static void tell_dropped(void)
{
    uint64_t dropped = atomic_load(&door.dropped);
    if (dropped == writer.dropped)
        return;
    char told[128];
    snprintf(told, sizeof told, "%llu lines were lost: the log queue was full",
             (unsigned long long)(dropped - writer.dropped));
    writer.dropped = dropped;
    tell(LOG_WARN, "log.dropped", told, true);
}

static void status_take(const struct log_line *line)
{
    char status[STATUS_MAX];
    size_t len = line->len > 0 ? fitting(line->text, STATUS_MAX / 4 - 1) : 0;
    for (size_t i = 0; i < len; i++)
        status[i] = (unsigned char)line->text[i] < 0x20 ? ' ' : line->text[i];
    status[len] = '\0';
    if (strcmp(status, writer.status) == 0)
        return;
    memcpy(writer.status, status, len + 1);
    if (terminal_takes()) {
        status_erase();
        status_draw();
    }
}

static void write_queued(void)
{
    size_t len;
    const struct log_line *line;
    while ((line = mpsc_peek(door.queue, &len)) != NULL) {
        if (line->status) {
            status_take(line);
        } else {
            if (writer.with_file)
                file_line(line);
            show(line);
        }
        mpsc_pop(door.queue);
        tell_dropped();
    }
    tell_dropped();
}

static void *writer_run(void *context)
{
    (void)context;
    is_writer = true;
    for (bool stop = false; !stop;) {
        while (sem_wait(&door.wake) != 0)
            ;
        atomic_store(&door.woken, false); /* before the look at the queue: see wake */
        stop = atomic_load(&door.stop);
        write_queued();
    }
    if (writer.status_shown && terminal_takes())
        status_erase();
    return NULL;
}

/* What is in the queue by now will be seen: either the writer has yet to clear `woken` and looks
 * afterwards, or it is woken anew. */
static void wake(void)
{
    if (!atomic_exchange(&door.woken, true))
        sem_post(&door.wake);
}

static void pause_ms(long ms)
{
    nanosleep(&(struct timespec){0, ms * NS_PER_MS}, NULL);
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
    CHECK(!atomic_load(&door.open));
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
    if (!door.queue)
        door.queue = mpsc_new(LOG_QUEUE_SIZE);
    code = door.queue ? 0 : -ENOMEM;
    atomic_store(&door.dropped, 0);
    atomic_store(&door.woken, false);
    atomic_store(&door.stop, false);
    sem_init(&door.wake, 0, 0);
    if (code == 0)
        code = -pthread_create(&writer.thread, NULL, writer_run, NULL);
    if (code != 0) {
        snprintf(error, error_size, "the log cannot start: %s", strerror(-code));
        log_file_close(&writer.file);
        return code;
    }
    atomic_store(&level_min, (int)config->level);
    atomic_store(&door.open, true);
    return 0;
}

void log_close(void)
{
    if (!atomic_exchange(&door.open, false))
        return;
    while (atomic_load(&door.inside) > 0)
        pause_ms(1);
    atomic_store(&door.stop, true);
    wake();
    pthread_join(writer.thread, NULL);
    sem_destroy(&door.wake);
    log_file_close(&writer.file);
}

static void say_at_once(const struct log_line *line)
{
    char out[LOG_LINE_MAX];
    put_stderr(out, log_line_human(line, isatty(STDERR_FILENO) == 1, false, out));
}

/* False when the line is lost. */
static bool push(const struct log_line *line)
{
    bool kept = true;
    atomic_fetch_add(&door.inside, 1);
    bool open = atomic_load(&door.open);
    if (open) {
        kept = mpsc_put(door.queue, line, log_line_size(line));
        if (!kept && !line->status)
            atomic_fetch_add(&door.dropped, 1);
        wake();
    }
    atomic_fetch_sub(&door.inside, 1);
    if (!open && !line->status)
        say_at_once(line);
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

void log_status(const char *text)
{
    if (!atomic_load(&door.open) || !writer.terminal)
        return;
    struct log_line line;
    log_line_init(&line, 0, LOG_INFO);
    line.status = true;
    log_line_add(&line, text ? text : "");
    push(&line);
}

/* Waits, but not for ever, until the writer has written what was put. */
static void flush(void)
{
    for (int ms = 0; ms < CHECK_WAIT_MS && !mpsc_is_empty(door.queue); ms++)
        pause_ms(1);
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
    if (is_writer || !push(&line)) {
        put_stderr(sentence, (size_t)len < sizeof sentence ? (size_t)len : sizeof sentence - 1);
        put_stderr("\n", 1);
        return;
    }
    if (atomic_load(&door.open))
        flush();
}

void log_take_checks(void)
{
    check_report_to(check_report);
}

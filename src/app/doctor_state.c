/* SPDX-License-Identifier: MIT */
#include "app/doctor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/rows.h"
#include "app/session.h"
#include "store/disk.h"
#include "store/journal.h"
#include "store/ledger_schema.h"

/* The nearest directory above that is there, `path` itself included. */
static void find_present(char *path)
{
    while (access(path, F_OK) != 0 && errno == ENOENT) {
        char *slash = strrchr(path, '/');
        if (slash == NULL) {
            path[0] = '.';
            path[1] = '\0';
        } else if (slash == path) {
            path[1] = '\0';
            return;
        } else {
            *slash = '\0';
        }
    }
}

/* By writing: what the mode promises, a read-only disk does not keep. */
static int try_writing(const char *dir)
{
    char path[DISK_PATH_MAX];
    if ((size_t)snprintf(path, sizeof path, "%s/.doctor-XXXXXX", dir) >= sizeof path) {
        return -ENAMETOOLONG;
    }
    const int fd = mkstemp(path);
    if (fd < 0) {
        return -errno;
    }
    const ssize_t written = write(fd, "", 1);
    const int code = written == 1 && fsync(fd) == 0 ? 0 : -errno;
    close(fd);
    unlink(path);
    return code;
}

static bool check_rights(struct doctor *doctor, const char *dir, const struct stat *status)
{
    const unsigned mode = status->st_mode & 0777;
    if (!S_ISDIR(status->st_mode)) {
        doctor_say(doctor, DOCTOR_FAIL, "state", "%s is no directory: choose another with --state",
                   dir);
        return false;
    }
    if (status->st_uid != geteuid()) {
        doctor_say(doctor, DOCTOR_FAIL, "state",
                   "%s belongs to user %u, and this is user %u: run as that one, or chown it", dir,
                   (unsigned)status->st_uid, (unsigned)geteuid());
        return false;
    }
    const int code = try_writing(dir);
    if (code != 0) {
        doctor_say(doctor, DOCTOR_FAIL, "state",
                   "%s cannot be written: %s; mend that, or choose another with --state", dir,
                   strerror(-code));
        return false;
    }
    if (mode != 0700) {
        doctor_say(doctor, DOCTOR_WARN, "state",
                   "%s had rights %03o, which let others in: chmod 700 %s", dir, mode, dir);
    } else {
        doctor_say(doctor, DOCTOR_OK, "state", "%s is there, writable, and its owner's alone", dir);
    }
    return true;
}

static bool check_lock(struct doctor *doctor, const char *dir)
{
    char error[512];
    doctor->lock = state_lock_take(dir, error, sizeof error);
    if (doctor->lock != NULL) {
        doctor_say(doctor, DOCTOR_OK, "lock", "no other process holds it");
        return true;
    }
    doctor->in_use = errno == EWOULDBLOCK;
    doctor_say(doctor, doctor->in_use ? DOCTOR_WARN : DOCTOR_FAIL, "lock", "%s", error);
    return doctor->in_use;
}

static void check_ledger(struct doctor *doctor, const char *dir)
{
    char error[512], nonce[24] = "0";
    struct ledger *ledger = NULL;
    snprintf(doctor->ledger_path, sizeof doctor->ledger_path, "%s/ledger.db", dir);
    const int code = ledger_open_reader(doctor->ledger_path, &ledger, error, sizeof error);
    if (code == -ENOENT) {
        doctor_say(doctor, DOCTOR_OK, "ledger", "none yet: the first session makes it");
    } else if (code == -ESTALE) {
        doctor_say(doctor, DOCTOR_WARN, "ledger", "%s, and keeps a copy", error);
    } else if (code != 0) {
        doctor_say(doctor, DOCTOR_FAIL, "ledger",
                   "%s; go back to a backup, or move the state directory away", error);
    } else {
        const int got = ledger_get_state(ledger, STATE_NONCE, nonce, sizeof nonce);
        doctor->has_ledger = got == 0 || got == -ENOENT;
        doctor->nonce_bound = strtoull(nonce, NULL, 10);
        if (doctor->has_ledger) {
            doctor_say(doctor, DOCTOR_OK, "ledger", "opens, version %d", ledger_steps.count);
        } else {
            doctor_say(doctor, DOCTOR_FAIL, "ledger",
                       "%s: %s; go back to a backup, or move the state directory away",
                       doctor->ledger_path, ledger_error(ledger));
        }
    }
    ledger_close(ledger);
}

/* The newest segment is what a start reads. While a session writes on it, its end may be half
 * written. */
static void check_journal(struct doctor *doctor, const char *dir)
{
    char path[OPTION_PATH_MAX + 16], error[512];
    uint32_t segment = 0;
    uint64_t records = 0;
    struct journal_reader *reader = NULL;
    snprintf(path, sizeof path, "%s/journal", dir);
    const int found = access(path, F_OK) != 0
                          ? -ENOENT
                          : journal_locate(path, INT64_MAX, &segment, error, sizeof error);
    if (found == -ENOENT) {
        doctor_say(doctor, DOCTOR_OK, "journal", "none yet: the first session makes it");
        return;
    }
    if (found != 0 || journal_reader_open(path, segment, &reader, error, sizeof error) != 0) {
        doctor_say(doctor, DOCTOR_FAIL, "journal", "%s", error);
        return;
    }
    enum journal_step step;
    struct journal_item item;
    while ((step = journal_next(reader, &item)) == JOURNAL_RECORD || step == JOURNAL_SNAPSHOT) {
        records += step == JOURNAL_RECORD;
    }
    if (step == JOURNAL_END || (step == JOURNAL_TORN && doctor->in_use)) {
        doctor_say(doctor, DOCTOR_OK, "journal", "segment %u reads to its end, %llu records",
                   segment, (unsigned long long)records);
    } else if (step == JOURNAL_TORN) {
        doctor_say(doctor, DOCTOR_WARN, "journal",
                   "segment %u ends in half a block, as after a crash: the next start cuts that",
                   segment);
    } else {
        doctor_say(doctor, DOCTOR_FAIL, "journal",
                   "segment %u: %s; `cuttle replay %s` shows what is sound, docs/operations.md "
                   "how to go back to a backup",
                   segment, journal_reader_error(reader), dir);
    }
    journal_reader_close(reader);
}

static void check_disk(struct doctor *doctor, const char *dir)
{
    uint64_t bytes = 0;
    const int code = disk_free(dir, &bytes);
    if (code != 0) {
        doctor_say(doctor, DOCTOR_FAIL, "disk", "%s: %s", dir, strerror(-code));
    } else if (bytes < DISK_FREE_MIN) {
        doctor_say(doctor, DOCTOR_FAIL, "disk",
                   "%.0f MB are free, and %.0f should be: make room, or put the state elsewhere",
                   (double)bytes / 1e6, (double)DISK_FREE_MIN / 1e6);
    } else {
        doctor_say(doctor, DOCTOR_OK, "disk", "%.1f GB are free", (double)bytes / 1e9);
    }
}

void doctor_state(struct doctor *doctor)
{
    const char *dir = doctor->options.session.state;
    char present[OPTION_PATH_MAX];
    struct stat status;
    if (stat(dir, &status) == 0) {
        if (check_rights(doctor, dir, &status) && check_lock(doctor, dir)) {
            check_ledger(doctor, dir);
            check_journal(doctor, dir);
            check_disk(doctor, dir);
        }
        return;
    }
    if (errno != ENOENT) {
        doctor_say(doctor, DOCTOR_FAIL, "state", "%s: %s; choose another with --state", dir,
                   strerror(errno));
        return;
    }
    snprintf(present, sizeof present, "%s", dir);
    find_present(present);
    const int code = try_writing(present);
    if (code != 0) {
        doctor_say(doctor, DOCTOR_FAIL, "state",
                   "%s is not there and cannot be made: %s: %s; choose another with --state", dir,
                   present, strerror(-code));
        return;
    }
    doctor_say(doctor, DOCTOR_OK, "state", "%s is not there yet: the first session makes it", dir);
    check_disk(doctor, present);
}

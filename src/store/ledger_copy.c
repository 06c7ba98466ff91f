/* SPDX-License-Identifier: MIT */
#include "store/ledger_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "store/disk.h"
#include "store/ledger_internal.h"

static int say(struct sqlite3 *db, const char *path, char *error, size_t error_size)
{
    return disk_fail(-ledger_code(db), error, error_size, "%s: %s", path, sqlite3_errmsg(db));
}

/* `path` is whose pages they are: a copy of a damaged ledger is damaged. */
static int check_pages(struct sqlite3 *db, const char *path, char *error, size_t error_size)
{
    sqlite3_stmt *statement = NULL;
    int code = -EIO;
    if (sqlite3_prepare_v2(db, "PRAGMA integrity_check(1)", -1, &statement, NULL) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW) {
        code = say(db, path, error, error_size);
    } else {
        char verdict[200];
        snprintf(verdict, sizeof verdict, "%s", sqlite3_column_text(statement, 0));
        for (char *at = verdict; (at = strchr(at, '\n')) != NULL;) {
            *at = ' ';
        }
        code = strcmp(verdict, "ok") == 0
                   ? 0
                   : disk_fail(EBADMSG, error, error_size, "%s: the ledger is damaged: %s", path,
                               verdict);
    }
    sqlite3_finalize(statement);
    return code;
}

static int copy_pages(struct sqlite3 *from, struct sqlite3 *into, const char *to, char *error,
                      size_t error_size)
{
    sqlite3_busy_timeout(into, LEDGER_BUSY_MS);
    sqlite3_backup *backup = sqlite3_backup_init(into, "main", from, "main");
    if (backup == NULL) {
        return say(into, to, error, error_size);
    }
    const int step = sqlite3_backup_step(backup, -1);
    const int finish = sqlite3_backup_finish(backup);
    if (step != SQLITE_DONE || finish != SQLITE_OK) {
        const int code = finish == SQLITE_FULL ? ENOSPC : EIO;
        return disk_fail(code, error, error_size, "%s: %s", to,
                         sqlite3_errstr(step != SQLITE_DONE ? step : finish));
    }
    return check_pages(into, sqlite3_db_filename(from, "main"), error, error_size);
}

int ledger_copy(struct sqlite3 *from, const char *to, char *error, size_t error_size)
{
    const int fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        return disk_fail(errno, error, error_size, "%s: %s", to, strerror(errno));
    }
    close(fd);
    struct sqlite3 *into = NULL;
    int code = 0;
    if (sqlite3_open_v2(to, &into, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) {
        code = say(into, to, error, error_size);
    } else {
        code = copy_pages(from, into, to, error, error_size);
    }
    if (sqlite3_close(into) != SQLITE_OK && code == 0) {
        code = disk_fail(EIO, error, error_size, "%s: it could not be closed", to);
    }
    if (code == 0 && disk_sync_parent(to) != 0) {
        code = disk_fail(EIO, error, error_size, "%s: the disk did not take it", to);
    }
    if (code != 0) {
        unlink(to);
    }
    return code;
}

int ledger_copy_file(const char *from, const char *to, char *error, size_t error_size)
{
    struct sqlite3 *db = NULL;
    if (access(from, F_OK) != 0) {
        return disk_fail(errno, error, error_size, "%s: %s", from, strerror(errno));
    }
    int code = 0;
    if (sqlite3_open_v2(from, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) {
        code = say(db, from, error, error_size);
    } else {
        sqlite3_busy_timeout(db, LEDGER_BUSY_MS);
        code = ledger_copy(db, to, error, error_size);
    }
    sqlite3_close(db);
    return code;
}

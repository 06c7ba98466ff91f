/* SPDX-License-Identifier: MIT */
#include "store/handle.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/json/json.h"
#include "platform/json/json_writer.h"
#include "store/disk.h"
#include "store/state_lock.h"

#define HANDLE_SIZE_MAX 1024

static int path_of(char *out, size_t size, const char *dir, const char *name, char *error,
                   size_t error_size)
{
    if ((size_t)snprintf(out, size, "%s/%s", dir, name) >= size) {
        return disk_fail(ENAMETOOLONG, error, error_size,
                         "state directory %s: the name is too long", dir);
    }
    return 0;
}

static int write_private(const char *path, const char *text, size_t len, char *error,
                         size_t error_size)
{
    const int code = disk_write_file(path, text, len);
    return code == 0 ? 0 : disk_fail(-code, error, error_size, "%s: %s", path, strerror(-code));
}

static bool is_token(const char *text, size_t len)
{
    return len == TOKEN_LEN && strspn(text, "0123456789abcdef") == TOKEN_LEN;
}

static int read_token(const char *path, char ret[TOKEN_LEN + 1], char *error, size_t error_size)
{
    struct stat status;
    char *text = NULL;
    size_t len = 0;
    if (stat(path, &status) != 0) {
        return -errno; /* the caller knows whether that is a fault */
    }
    if ((status.st_mode & 077) != 0) {
        return disk_fail(EPERM, error, error_size,
                         "%s: its mode lets others in, who could command this session: start the "
                         "session again, which makes another",
                         path);
    }
    const int code = disk_read_file(path, HANDLE_SIZE_MAX, &text, &len);
    if (code != 0) {
        return disk_fail(-code, error, error_size, "%s: %s", path, strerror(-code));
    }
    const bool sound = is_token(text, strcspn(text, "\n"));
    if (sound) {
        memcpy(ret, text, TOKEN_LEN);
        ret[TOKEN_LEN] = '\0';
    }
    free(text);
    return sound
               ? 0
               : disk_fail(EINVAL, error, error_size,
                           "%s: not the 64 hexadecimal digits that cuttle wrote: start the session "
                           "again, which makes another",
                           path);
}

int handle_token(const char *dir, const uint8_t random[TOKEN_LEN / 2], char ret[TOKEN_LEN + 1],
                 char *error, size_t error_size)
{
    char path[DISK_PATH_MAX], text[TOKEN_LEN + 2];
    const int code = path_of(path, sizeof path, dir, "token", error, error_size);
    if (code != 0) {
        return code;
    }
    for (size_t i = 0; i < TOKEN_LEN; i++) {
        ret[i] = "0123456789abcdef"[random[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15];
    }
    ret[TOKEN_LEN] = '\0';
    memcpy(text, ret, TOKEN_LEN);
    text[TOKEN_LEN] = '\n';
    return write_private(path, text, TOKEN_LEN + 1, error, error_size);
}

int handle_write(const char *dir, const char *address, char *error, size_t error_size)
{
    char path[DISK_PATH_MAX], text[HANDLE_SIZE_MAX];
    const int code = path_of(path, sizeof path, dir, "server.json", error, error_size);
    if (code != 0) {
        return code;
    }
    struct json_writer writer;
    json_writer_init(&writer, text, sizeof text - 1);
    json_begin_object(&writer, NULL);
    json_put_string(&writer, "address", address);
    json_put_int(&writer, "pid", getpid());
    json_end_object(&writer);
    if (!json_writer_ok(&writer)) {
        return disk_fail(EINVAL, error, error_size, "%s: the address is too long", path);
    }
    text[writer.len] = '\n';
    return write_private(path, text, writer.len + 1, error, error_size);
}

void handle_remove(const char *dir)
{
    char path[DISK_PATH_MAX], error[DISK_ERROR_MAX];
    if (path_of(path, sizeof path, dir, "server.json", error, sizeof error) == 0) {
        unlink(path);
    }
}

static bool parse(const char *text, size_t len, struct handle *ret)
{
    struct json json;
    struct json_text key;
    ret->address[0] = '\0';
    ret->pid = 0;
    json_init(&json, text, len);
    json_object(&json);
    while (json_key(&json, &key)) {
        if (json_is(key, "address")) {
            json_string_copy(&json, ret->address, sizeof ret->address);
        } else if (json_is(key, "pid")) {
            json_int(&json, &ret->pid);
        } else {
            json_skip(&json);
        }
    }
    return json_done(&json) && ret->address[0] != '\0';
}

int handle_read(const char *dir, struct handle *ret, char *error, size_t error_size)
{
    char path[DISK_PATH_MAX];
    char *text = NULL;
    size_t len = 0;
    int code = path_of(path, sizeof path, dir, "server.json", error, error_size);
    if (code != 0) {
        return code;
    }
    code = disk_read_file(path, HANDLE_SIZE_MAX, &text, &len);
    if (code == -ENOENT) {
        return disk_fail(ENOENT, error, error_size,
                         "no session with a dashboard runs on the state directory %s", dir);
    }
    if (code != 0) {
        return disk_fail(-code, error, error_size, "%s: %s", path, strerror(-code));
    }
    const bool sound = parse(text, len, ret);
    free(text);
    if (!sound) {
        return disk_fail(EINVAL, error, error_size, "%s: not what cuttle wrote", path);
    }
    if (ret->pid <= 0 || state_lock_holder(dir) != ret->pid) {
        return disk_fail(ENOENT, error, error_size,
                         "no session runs on the state directory %s: the last one ended without a "
                         "word; start it with `cuttle run`",
                         dir);
    }
    path_of(path, sizeof path, dir, "token", error, error_size);
    code = read_token(path, ret->token, error, error_size);
    return code == -ENOENT ? disk_fail(ENOENT, error, error_size, "%s is not there", path) : code;
}

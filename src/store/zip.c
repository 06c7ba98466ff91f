/* SPDX-License-Identifier: MIT */
#include "store/zip.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/zip_inside.h"

/* The archive ends with this record and a comment, so it is looked for from the end. */
#define END_MARK 0x06054b50u
#define END_SIZE 22
#define COMMENT_MAX 65535

/* Before it, where numbers do not fit in 32 bits, stands where the larger record is. */
#define LOCATOR_MARK 0x07064b50u
#define LOCATOR_SIZE 20
#define END64_MARK 0x06064b50u
#define END64_SIZE 56

#define ENTRY_MARK 0x02014b50u
#define ENTRY_SIZE 46

#define EXTRA_ZIP64 1
#define ELSEWHERE 0xffffffffu /* the number stands in the zip64 extra field */

/* Kraken's whole history has about 10,000 members, of some 100 bytes each in the directory. */
#define DIRECTORY_MAX (256u << 20)

struct directory {
    uint64_t offset, size, count;
};

bool zip_read_at(const struct zip *zip, uint64_t offset, void *out, size_t len)
{
    if (offset > zip->size || len > zip->size - offset)
        return false;
    if (zip->fd < 0) {
        memcpy(out, zip->bytes + offset, len);
        return true;
    }
    for (size_t done = 0; done < len;) {
        const ssize_t got = pread(zip->fd, (char *)out + done, len - done, (off_t)(offset + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        done += (size_t)got;
    }
    return true;
}

/* The larger record's figures, where there is one; NULL, or what is wrong. */
static const char *read_end64(const struct zip *zip, uint64_t end, struct directory *ret)
{
    unsigned char bytes[END64_SIZE];
    if (end < LOCATOR_SIZE || !zip_read_at(zip, end - LOCATOR_SIZE, bytes, LOCATOR_SIZE) ||
        zip_number(bytes, 4) != LOCATOR_MARK)
        return NULL;
    if (!zip_read_at(zip, zip_number(bytes + 8, 8), bytes, END64_SIZE) ||
        zip_number(bytes, 4) != END64_MARK)
        return "its directory is not where the archive's end says";
    ret->count = zip_number(bytes + 32, 8);
    ret->size = zip_number(bytes + 40, 8);
    ret->offset = zip_number(bytes + 48, 8);
    return NULL;
}

static const char *find_directory(const struct zip *zip, struct directory *ret)
{
    unsigned char *tail = NULL;
    const char *wrong = "it has no end: it is no zip archive, or was cut short";
    const size_t len = zip->size < END_SIZE + COMMENT_MAX ? zip->size : END_SIZE + COMMENT_MAX;
    if (len >= END_SIZE && (tail = malloc(len)) != NULL &&
        zip_read_at(zip, zip->size - len, tail, len)) {
        for (size_t at = len - END_SIZE + 1; at-- > 0;) {
            const unsigned char *record = tail + at;
            if (zip_number(record, 4) != END_MARK ||
                at + END_SIZE + zip_number(record + 20, 2) != len)
                continue;
            *ret = (struct directory){.count = zip_number(record + 10, 2),
                                      .size = zip_number(record + 12, 4),
                                      .offset = zip_number(record + 16, 4)};
            wrong = zip_number(record + 4, 2) != 0xffff && zip_number(record + 4, 2) != 0
                        ? "it is one part of several; join them first"
                        : read_end64(zip, zip->size - len + at, ret);
            break;
        }
    }
    free(tail);
    return wrong;
}

/* The numbers that did not fit, in the order in which the format has them; false: one is missing.
 */
static bool read_extra(const unsigned char *at, size_t len, struct zip_member *member)
{
    uint64_t *const numbers[] = {&member->size, &member->packed_size, &member->offset};
    size_t needed = 0;
    for (size_t i = 0; i < 3; i++)
        needed += *numbers[i] == ELSEWHERE;
    for (; len >= 4 && needed > 0;) {
        const uint64_t id = zip_number(at, 2), held = zip_number(at + 2, 2);
        if (held > len - 4)
            return false;
        if (id == EXTRA_ZIP64) {
            size_t used = 0;
            for (size_t i = 0; i < 3; i++) {
                if (*numbers[i] != ELSEWHERE)
                    continue;
                if (used + 8 > held)
                    return false;
                *numbers[i] = zip_number(at + 4 + used, 8);
                used += 8;
            }
            return true;
        }
        at += 4 + held;
        len -= 4 + held;
    }
    return needed == 0;
}

static void copy_name(char out[ZIP_NAME_MAX], const unsigned char *at, size_t len)
{
    if (len > ZIP_NAME_MAX - 1)
        len = ZIP_NAME_MAX - 1;
    for (size_t i = 0; i < len; i++)
        out[i] = at[i] >= ' ' && at[i] < 127 ? (char)at[i] : '?';
    out[len] = '\0';
}

/* The entry at the beginning of these bytes; its length, or 0 when they hold no whole one. */
static size_t read_entry(const unsigned char *at, uint64_t len, struct zip_member *ret)
{
    if (len < ENTRY_SIZE || zip_number(at, 4) != ENTRY_MARK)
        return 0;
    const size_t name = zip_number(at + 28, 2), extra = zip_number(at + 30, 2);
    const size_t whole = ENTRY_SIZE + name + extra + zip_number(at + 32, 2);
    if (whole > len)
        return 0;
    *ret = (struct zip_member){
        .encrypted = zip_number(at + 8, 2) & 1,
        .method = (uint16_t)zip_number(at + 10, 2),
        .crc = (uint32_t)zip_number(at + 16, 4),
        .packed_size = zip_number(at + 20, 4),
        .size = zip_number(at + 24, 4),
        .offset = zip_number(at + 42, 4),
    };
    copy_name(ret->name, at + ENTRY_SIZE, name);
    return read_extra(at + ENTRY_SIZE + name, extra, ret) ? whole : 0;
}

static const char *read_directory(struct zip *zip)
{
    struct directory directory;
    const char *wrong = find_directory(zip, &directory);
    if (wrong)
        return wrong;
    if (directory.size > DIRECTORY_MAX || directory.offset > zip->size ||
        directory.size > zip->size - directory.offset ||
        directory.count > directory.size / ENTRY_SIZE)
        return "its directory does not fit in it: it is damaged or was cut short";
    unsigned char *bytes = malloc(directory.size + 1);
    zip->members = calloc(directory.count + 1, sizeof *zip->members);
    if (!bytes || !zip->members ||
        !zip_read_at(zip, directory.offset, bytes, (size_t)directory.size)) {
        free(bytes);
        return "its directory cannot be read";
    }
    for (uint64_t at = 0; zip->count < directory.count && !wrong; zip->count++) {
        const size_t len = read_entry(bytes + at, directory.size - at, &zip->members[zip->count]);
        if (len == 0) {
            wrong = "its directory is damaged";
            break;
        }
        at += len;
    }
    free(bytes);
    return wrong;
}

static int open_any(struct zip *zip, struct zip **ret, char *error, size_t error_size)
{
    const char *wrong = read_directory(zip);
    if (!wrong) {
        *ret = zip;
        return 0;
    }
    const int code =
        disk_fail(EINVAL, error, error_size, "%s: %s; fetch it again", zip->name, wrong);
    zip_close(zip);
    return code;
}

bool zip_recognise(const char *path)
{
    unsigned char mark[4];
    size_t len = 0;
    return disk_read_head(path, mark, sizeof mark, &len) == 0 && len == sizeof mark &&
           (zip_number(mark, 4) == 0x04034b50u || zip_number(mark, 4) == END_MARK);
}

int zip_open(const char *path, struct zip **ret, char *error, size_t error_size)
{
    struct stat status;
    struct zip *zip = calloc(1, sizeof *zip);
    if (!zip)
        return disk_fail(ENOMEM, error, error_size, "out of memory");
    snprintf(zip->name, sizeof zip->name, "%s", path);
    zip->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (zip->fd < 0 || fstat(zip->fd, &status) < 0) {
        const int code = disk_fail(errno, error, error_size, "%s: %s", path, strerror(errno));
        zip_close(zip);
        return code;
    }
    zip->size = (uint64_t)status.st_size;
    return open_any(zip, ret, error, error_size);
}

int zip_open_bytes(const char *name, const void *bytes, size_t len, struct zip **ret, char *error,
                   size_t error_size)
{
    struct zip *zip = calloc(1, sizeof *zip);
    if (!zip)
        return disk_fail(ENOMEM, error, error_size, "out of memory");
    snprintf(zip->name, sizeof zip->name, "%s", name);
    zip->fd = -1;
    zip->bytes = bytes;
    zip->size = len;
    return open_any(zip, ret, error, error_size);
}

void zip_close(struct zip *zip)
{
    if (!zip)
        return;
    if (zip->fd >= 0)
        close(zip->fd);
    free(zip->members);
    free(zip);
}

size_t zip_count(const struct zip *zip)
{
    return zip->count;
}

const struct zip_member *zip_get(const struct zip *zip, size_t index)
{
    return &zip->members[index];
}

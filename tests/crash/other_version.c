/* SPDX-License-Identifier: MIT */
/*
 * other_version JOURNAL [VERSION [RECORDS]]: adds a segment to a journal as another version of
 * cuttle would have ended it: the newest snapshot once more, under that version, with noise of
 * another length in place of everything but the estate, and RECORDS behind it that nobody here can
 * read. The hash chain goes on through it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/estate.h"
#include "store/journal.h"

static char error[512];

/* The newest snapshot's bytes, the caller's to free. */
static uint8_t *newest(const char *dir, size_t *ret_len)
{
    struct journal_reader *reader = NULL;
    struct journal_item item;
    uint8_t *bytes = NULL;
    if (journal_reader_open(dir, 0, &reader, error, sizeof error) != 0) {
        return NULL;
    }
    for (enum journal_step step; (step = journal_next(reader, &item)) != JOURNAL_END;) {
        if (step == JOURNAL_DAMAGED || step == JOURNAL_FAILED) {
            snprintf(error, sizeof error, "%s", journal_reader_error(reader));
            free(bytes);
            bytes = NULL;
            break;
        }
        if (step == JOURNAL_SNAPSHOT) {
            bytes = realloc(bytes, item.len);
            memcpy(bytes, item.bytes, item.len);
            *ret_len = item.len;
        }
    }
    journal_reader_close(reader);
    return bytes;
}

static int add_segment(const char *dir, uint32_t version, int records, const uint8_t *snapshot,
                       size_t len)
{
    struct journal *journal = NULL;
    struct journal_found found;
    const size_t noise = 54321, estate = estate_find(snapshot, len);
    uint8_t *bytes = malloc(noise + estate);
    memset(bytes, 0xa5, noise);
    memcpy(bytes + noise, snapshot + len - estate, estate);
    int code = journal_open(dir, &journal, &found, error, sizeof error);
    const struct journal_snapshot foreign = {
        .version = version, .time_ns = INT64_MAX / 2, .bytes = bytes, .len = noise + estate};
    if (code == 0 && (code = journal_begin_segment(journal, &foreign)) == 0) {
        for (int i = 0; i < records && code == 0; i++) {
            code = journal_append(journal, 1, 1, "unreadable", 10);
        }
    }
    free(bytes);
    return journal != NULL && journal_close(journal) != 0 ? -1 : code;
}

int main(int argc, char **argv)
{
    size_t len = 0;
    uint8_t *bytes = argc > 1 ? newest(argv[1], &len) : NULL;
    const uint32_t version =
        argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : (uint32_t)ENGINE_VERSION - 1;
    if (bytes == NULL || estate_find(bytes, len) == 0 ||
        add_segment(argv[1], version, argc > 3 ? atoi(argv[3]) : 0, bytes, len) != 0) {
        fprintf(stderr, "other_version: no estate in the newest snapshot, or: %s\n", error);
        return EXIT_FAILURE;
    }
    free(bytes);
    return EXIT_SUCCESS;
}

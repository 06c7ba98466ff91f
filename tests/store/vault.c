/* SPDX-License-Identifier: MIT */
#include "store/vault.h"

#include <errno.h>

#include "scratch.h"

#define PASS "correct horse"
#define PASS_LEN (sizeof PASS - 1)

static char error[1024];

/* Each opening and saving costs a whole scrypt: so the tests are few and each says several things.
 */
static struct vault *opened(const char *path)
{
    struct vault *vault = NULL;
    EXPECT_INT(vault_open(path, PASS, PASS_LEN, &vault, error, sizeof error), 0);
    return vault;
}

static void make(const char *path)
{
    struct vault *vault = vault_new();
    EXPECT_INT(vault_set(vault, "kraken.secret", "c2VjcmV0", error, sizeof error), 0);
    EXPECT_INT(vault_set(vault, "kraken.key", "first", error, sizeof error), 0);
    EXPECT_INT(vault_save(vault, path, PASS, PASS_LEN, error, sizeof error), 0);
    vault_close(vault);
}

static int refusal(const char *path, const char *passphrase)
{
    struct vault *vault = NULL;
    error[0] = '\0';
    const int code = vault_open(path, passphrase, strlen(passphrase), &vault, error, sizeof error);
    EXPECT(vault == NULL);
    EXPECT(error[0] != '\0' && strchr(error, '\n') == NULL);
    EXPECT(strstr(error, PASS) == NULL);
    return code;
}

TEST(what_was_saved_is_there_again_in_order)
{
    const char *path = scratch("kept");
    make(path);
    struct vault *vault = opened(path);
    EXPECT_TEXT(vault_name(vault, 0), "kraken.key");
    EXPECT_TEXT(vault_name(vault, 1), "kraken.secret");
    EXPECT(vault_name(vault, 2) == NULL);
    EXPECT_TEXT(vault_find(vault, "kraken.secret"), "c2VjcmV0");
    EXPECT(vault_find(vault, "kraken") == NULL);
    EXPECT_INT(vault_set(vault, "kraken.key", "2", error, sizeof error), 0);
    EXPECT_INT(vault_remove(vault, "kraken.secret"), 0);
    EXPECT_INT(vault_remove(vault, "kraken.secret"), -ENOENT);
    EXPECT_INT(vault_save(vault, path, "another one", 11, error, sizeof error), 0);
    vault_close(vault);
    EXPECT_INT(refusal(path, PASS), -EKEYREJECTED);
    EXPECT_INT(vault_open(path, "another one", 11, &vault, error, sizeof error), 0);
    EXPECT_TEXT(vault_find(vault, "kraken.key"), "2");
    EXPECT(vault_find(vault, "kraken.secret") == NULL);
    vault_close(vault);
}

TEST(the_file_is_the_owners_alone_and_holds_nothing_bare)
{
    const char *path = scratch("bare");
    struct stat status;
    size_t len;
    const mode_t mask = umask(0);
    make(path);
    umask(mask);
    EXPECT_INT(stat(path, &status), 0);
    EXPECT_INT(status.st_mode & 07777, 0600);
    char *bytes = scratch_read(path, &len);
    EXPECT(memmem(bytes, len, "c2VjcmV0", 8) == NULL);
    EXPECT(memmem(bytes, len, "kraken", 6) == NULL);
    free(bytes);
    EXPECT(access(scratch("bare.new"), F_OK) != 0);
}

TEST(a_wide_mode_a_link_and_a_stranger_are_refused)
{
    const char *path = scratch("wide"), *link = scratch("link");
    make(path);
    EXPECT_INT(chmod(path, 0640), 0);
    EXPECT_INT(refusal(path, PASS), -EPERM);
    EXPECT(strstr(error, "chmod 600") != NULL);
    EXPECT_INT(chmod(path, 0600), 0);
    EXPECT_INT(symlink(path, link), 0);
    EXPECT_INT(refusal(link, PASS), -ELOOP);
    EXPECT_INT(refusal(scratch("nothing"), PASS), -ENOENT);
    EXPECT(strstr(error, "cuttle vault set") != NULL);
}

TEST(tampering_and_a_wrong_passphrase_give_one_line)
{
    const char *path = scratch("altered");
    size_t len;
    make(path);
    EXPECT_INT(refusal(path, "correct horsf"), -EKEYREJECTED);
    char *bytes = scratch_read(path, &len);
    bytes[len / 2] ^= 1;
    scratch_write(path, bytes, len);
    EXPECT_INT(refusal(path, PASS), -EKEYREJECTED);
    EXPECT(strstr(error, "altered") != NULL);
    scratch_write(path, bytes, len - 1);
    EXPECT_INT(refusal(path, PASS), -EBADMSG);
    memset(bytes, 'x', len);
    scratch_write(path, bytes, len);
    EXPECT_INT(refusal(path, PASS), -EBADMSG);
    free(bytes);
}

TEST(a_save_that_fails_leaves_the_vault_as_it_was)
{
    const char *path = scratch("kept_whole");
    make(path);
    EXPECT_INT(mkdir(scratch("kept_whole.new"), 0700), 0); /* where the temporary file belongs */
    struct vault *vault = vault_new();
    EXPECT(vault_save(vault, path, PASS, PASS_LEN, error, sizeof error) < 0);
    EXPECT(strstr(error, "as it was") != NULL);
    vault_close(vault);
    vault = opened(path);
    EXPECT_TEXT(vault_find(vault, "kraken.key"), "first");
    vault_close(vault);
}

TEST(names_and_values_that_are_none_are_refused)
{
    static const char *const names[] = {
        "", "Kraken", "a b", "a/b", "a=b", "0123456789012345678901234567890123456789012345678"};
    static const char *const values[] = {"", "two words", "tab\t", "line\n", "caf\xc3\xa9"};
    struct vault *vault = vault_new();
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        EXPECT_INT(vault_set(vault, names[i], "x", error, sizeof error), -EINVAL);
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        EXPECT_INT(vault_set(vault, "name", values[i], error, sizeof error), -EINVAL);
    char endless[VAULT_VALUE_SIZE + 1];
    memset(endless, 'x', sizeof endless);
    endless[VAULT_VALUE_SIZE] = '\0';
    EXPECT_INT(vault_set(vault, "name", endless, error, sizeof error), -EINVAL);
    endless[VAULT_VALUE_SIZE - 1] = '\0';
    EXPECT_INT(vault_set(vault, "name", endless, error, sizeof error), 0);
    EXPECT_TEXT(vault_find(vault, "name"), endless);
    vault_close(vault);
}

TEST(a_full_vault_takes_no_more_but_changes_what_it_has)
{
    struct vault *vault = vault_new();
    char name[VAULT_NAME_SIZE];
    for (int i = VAULT_ENTRY_MAX; i-- > 0;) {
        snprintf(name, sizeof name, "n%02d", i);
        EXPECT_INT(vault_set(vault, name, "x", error, sizeof error), 0);
    }
    EXPECT_INT(vault_set(vault, "n00a", "x", error, sizeof error), -ENOSPC);
    EXPECT_INT(vault_set(vault, "n31", "y", error, sizeof error), 0);
    EXPECT_TEXT(vault_find(vault, "n31"), "y");
    EXPECT_INT(vault_remove(vault, "n00"), 0);
    EXPECT_TEXT(vault_name(vault, 0), "n01");
    EXPECT(vault_name(vault, VAULT_ENTRY_MAX - 1) == NULL);
    EXPECT_INT(vault_set(vault, "z", "x", error, sizeof error), 0);
    EXPECT_TEXT(vault_name(vault, VAULT_ENTRY_MAX - 1), "z");
    vault_close(vault);
}

TEST(of_two_who_change_it_one_is_refused)
{
    const char *path = scratch("held");
    const int first = vault_lock(path, error, sizeof error);
    EXPECT(first >= 0);
    EXPECT_INT(vault_lock(path, error, sizeof error), -EBUSY);
    close(first);
    const int second = vault_lock(path, error, sizeof error);
    EXPECT(second >= 0);
    close(second);
}

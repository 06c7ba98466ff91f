/* SPDX-License-Identifier: MIT */
#include "operator/server/access.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "operator/server/rate.h"
#include "platform/crypto/secret.h"
#include "platform/log/log.h"
#include "platform/net/address.h"
#include "store/disk.h"
#include "store/key_ring.h"

#define TELL_NS NS_PER_MIN
#define LOOK_NS NS_PER_S /* at the file of keys */

/* Of one kind of refusal: how many since the last line in the log, which comes once a minute. */
struct tally {
    uint64_t count;
    int64_t told_ns; /* 0: never */
    char remote[64]; /* of the last */
};

struct access {
    struct rate near, far, keyed, wrong;
    struct tally wrong_keys, strangers;
    struct key_ring keys;
    uint8_t token[KEY_RING_DIGEST];
    bool has_token, read_only, key_always;
    char path[DISK_PATH_MAX]; /* "" none */
    uint64_t stamp;
    int64_t looked_ns;
};

/* Who showed a key: NULL name is the token. */
struct shown {
    const uint8_t *digest;
    const char *name;
    bool may_command;
};

static void read_keys(struct access *access)
{
    char error[DISK_ERROR_MAX + DISK_PATH_MAX] = "";
    access->keys = (struct key_ring){0};
    if (key_ring_read(access->path, &access->keys, error, sizeof error) != 0) {
        log_warn("dashboard.keys", error, "instead", "no key is taken", NULL);
    }
}

struct access *access_new(const struct access_config *config)
{
    struct access *access = calloc(1, sizeof *access);
    if (access == NULL) {
        return NULL;
    }
    rate_init(&access->near, ACCESS_LOCAL_RATE, 2 * ACCESS_LOCAL_RATE, config->seed);
    rate_init(&access->far, config->rate, 4 * config->rate, config->seed);
    rate_init(&access->keyed, config->rate, 4 * config->rate, config->seed);
    rate_init(&access->wrong, ACCESS_WRONG_PER_S, ACCESS_WRONG_BURST, config->seed);
    access->read_only = config->read_only;
    access->key_always = config->key_always;
    access->has_token = config->token != NULL && config->token[0] != '\0';
    if (access->has_token) {
        key_ring_digest(config->token, strlen(config->token), access->token);
    }
    if (config->keys_file != NULL) {
        snprintf(access->path, sizeof access->path, "%s", config->keys_file);
        access->stamp = key_ring_stamp(access->path);
        read_keys(access);
    }
    return access;
}

void access_free(struct access *access)
{
    free(access);
}

bool access_commands(const struct access *access)
{
    return access->has_token || access->path[0] != '\0';
}

/* Looks at every key, whichever it is. */
static bool find(const struct access *access, const char *key, bool local, struct shown *ret)
{
    uint8_t digest[KEY_RING_DIGEST];
    bool found = false;
    key_ring_digest(key, strlen(key), digest);
    for (uint32_t i = 0; i < access->keys.count; i++) {
        const struct ring_key *each = &access->keys.keys[i];
        if (secret_equal(digest, each->digest, sizeof digest)) {
            *ret = (struct shown){each->digest, each->name, each->may_command};
            found = true;
        }
    }
    if (secret_equal(digest, access->token, sizeof digest) && access->has_token && local) {
        *ret = (struct shown){access->token, NULL, true};
        found = true;
    }
    return found;
}

static uint64_t id_of(const uint8_t digest[KEY_RING_DIGEST])
{
    uint64_t id;
    memcpy(&id, digest, sizeof id);
    return id | UINT64_C(1) << 63; /* what is small is no id */
}

bool access_valid(const struct access *access, uint64_t id)
{
    bool valid = access->has_token && id_of(access->token) == id;
    for (uint32_t i = 0; i < access->keys.count; i++) {
        valid |= id_of(access->keys.keys[i].digest) == id;
    }
    return valid;
}

static void tell(struct tally *tally, const char *event, const char *what, int64_t mono_ns)
{
    char sentence[160];
    if (tally->count == 0 || (tally->told_ns != 0 && mono_ns - tally->told_ns < TELL_NS)) {
        return;
    }
    snprintf(sentence, sizeof sentence, "%llu %s", (unsigned long long)tally->count, what);
    log_warn(event, sentence, "last_from", tally->remote, NULL);
    tally->count = 0;
    tally->told_ns = mono_ns;
}

static void tell_all(struct access *access, int64_t mono_ns)
{
    tell(&access->wrong_keys, "dashboard.wrong_key", "wrong key(s) shown", mono_ns);
    tell(&access->strangers, "dashboard.stranger",
         "request(s) refused: their Host or Origin is not this server's", mono_ns);
}

static void count(struct access *access, struct tally *tally, const char *remote, int64_t mono_ns)
{
    tally->count++;
    snprintf(tally->remote, sizeof tally->remote, "%s", remote);
    tell_all(access, mono_ns);
}

void access_note_stranger(struct access *access, const char *remote, int64_t mono_ns)
{
    count(access, &access->strangers, remote, mono_ns);
}

bool access_tick(struct access *access, int64_t mono_ns)
{
    tell_all(access, mono_ns);
    if (access->path[0] == '\0' || mono_ns - access->looked_ns < LOOK_NS) {
        return false;
    }
    access->looked_ns = mono_ns;
    const uint64_t stamp = key_ring_stamp(access->path);
    if (stamp == access->stamp) {
        return false;
    }
    char sentence[64];
    access->stamp = stamp;
    read_keys(access);
    snprintf(sentence, sizeof sentence, "%u key(s) are taken from here on", access->keys.count);
    log_info("dashboard.keys", sentence, NULL);
    return true;
}

static struct access_answer refuse(int status, const char *detail)
{
    return (struct access_answer){.status = status, .detail = detail};
}

static struct access_answer refuse_for(int64_t wait_ns, const char *detail)
{
    struct access_answer answer = refuse(429, detail);
    answer.wait_s = (wait_ns + NS_PER_S - 1) / NS_PER_S;
    answer.wait_s = answer.wait_s > 0 ? answer.wait_s : 1;
    return answer;
}

static struct access_answer refuse_wrong(struct access *access, const char *remote, int64_t mono_ns)
{
    int64_t wait_ns;
    count(access, &access->wrong_keys, remote, mono_ns);
    return rate_take(&access->wrong, remote, mono_ns, &wait_ns)
               ? refuse(401, "that is no key of this session, nor from this machine its token: "
                             "`cuttle key list` names those there are")
               : refuse_for(wait_ns, "too many wrong keys from your address");
}

static struct access_answer refuse_bare(const struct access_asked *asked)
{
    return refuse(401, asked->command
                           ? "a command needs a key: Authorization: Bearer and a key that `cuttle "
                             "key add` made, or on this machine what stands in STATE/token"
                           : "from elsewhere a look needs a key: Authorization: Bearer and one "
                             "that `cuttle key add` made");
}

static struct access_answer allow(const struct access_asked *asked, const struct shown *shown)
{
    struct access_answer answer = {0};
    if (shown == NULL) {
        snprintf(answer.origin, sizeof answer.origin, "%.45s", asked->remote);
        return answer;
    }
    answer.id = id_of(shown->digest);
    snprintf(answer.origin, sizeof answer.origin, "%s%.24s from %.45s",
             shown->name != NULL ? "key " : "token", shown->name != NULL ? shown->name : "",
             asked->remote);
    return answer;
}

/* `shown` NULL: no right key was. */
static bool take_one(struct access *access, const char *remote, bool local,
                     const struct shown *shown, int64_t mono_ns, int64_t *ret_wait_ns)
{
    return shown != NULL && !local
               ? rate_take_named(&access->keyed, shown->digest, mono_ns, ret_wait_ns)
               : rate_take(local ? &access->near : &access->far, remote, mono_ns, ret_wait_ns);
}

struct access_answer access_judge(struct access *access, const struct access_asked *asked,
                                  int64_t mono_ns)
{
    const bool local = !asked->forwarded && address_loopback(asked->remote);
    const bool looks_free = asked->open || (local && (asked->beside || !access->key_always));
    const bool needed = asked->command || !looks_free;
    struct shown shown = {0};
    const bool right = needed && asked->key != NULL && find(access, asked->key, local, &shown);
    int64_t wait_ns;
    if (!(right && shown.may_command && asked->command) &&
        !take_one(access, asked->remote, local, right ? &shown : NULL, mono_ns, &wait_ns)) {
        return refuse_for(wait_ns, right && !local ? "too many requests with your key"
                                                   : "too many requests from your address");
    }
    if (asked->command && access->read_only) {
        return refuse(403, "this session takes no commands (server.read_only)");
    }
    if (!needed) {
        return allow(asked, NULL);
    }
    if (asked->key == NULL) {
        return refuse_bare(asked);
    }
    if (!right) {
        return refuse_wrong(access, asked->remote, mono_ns);
    }
    if (asked->command && !shown.may_command) {
        return refuse(403, "this key only looks; a command needs one made without --read-only");
    }
    return allow(asked, &shown);
}

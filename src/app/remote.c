/* SPDX-License-Identifier: MIT */
#include "app/remote.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/caller.h"
#include "core/base/timestamp.h"
#include "platform/crypto/secret.h"
#include "platform/crypto/secret_input.h"
#include "platform/json/json_writer.h"
#include "platform/net/url.h"
#include "store/handle.h"

#define KEY_MAX 256
#define HEADERS_MAX (KEY_MAX + 40)

static const char key_variable[] = "CUTTLE_API_KEY";

const char remote_help[] =
    "  --state DIR        the session's state directory (./state)\n"
    "  --url URL          a session elsewhere: https://HOST:PORT, with a key\n"
    "  --key-file FILE    the key, in a file that its owner alone can read; or the environment's\n"
    "                     CUTTLE_API_KEY\n"
    "  --ca-file FILE     certificates to trust instead of the system's\n";

struct remote {
    struct handle handle;
    bool elsewhere; /* by --url */
    char state[1024];
    char address[URL_HOST_MAX + 64];
    char *key; /* locked memory */
    struct caller caller;
    bool done;
    struct remote_answer answer;
};

static char taken_key[KEY_MAX];

int remote_take(struct remote_flags *flags, int argc, char **argv)
{
    const struct {
        const char *flag;
        const char **into;
    } rows[] = {
        {"--url", &flags->url}, {"--key-file", &flags->key_file}, {"--ca-file", &flags->ca_file}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(argv[0], rows[i].flag) == 0 && argc > 1) {
            *rows[i].into = argv[1];
            return 2;
        }
    }
    return 0;
}

void remote_take_environment(void)
{
    char *value = getenv(key_variable);
    if (value == NULL) {
        return;
    }
    if (strlen(value) < sizeof taken_key) {
        memcpy(taken_key, value, strlen(value) + 1);
    }
    secret_wipe(value, strlen(value));
    unsetenv(key_variable);
}

static bool is_here(const char *host)
{
    return strcmp(host, "localhost") == 0 || strcmp(host, "127.0.0.1") == 0 ||
           strcmp(host, "::1") == 0;
}

/* What could end a header's line, or is no key at all. */
static bool key_is_sound(const char *key)
{
    for (const char *c = key; *c != '\0'; c++) {
        if (*c <= ' ' || *c > '~') {
            return false;
        }
    }
    return key[0] != '\0';
}

static int read_key(struct remote *remote, const struct remote_flags *flags, char *error,
                    size_t error_size)
{
    size_t len = 0;
    if (flags->key_file == NULL) {
        memcpy(remote->key, taken_key, sizeof taken_key);
        secret_wipe(taken_key, sizeof taken_key);
        if (remote->key[0] != '\0' && !key_is_sound(remote->key)) {
            snprintf(error, error_size, "%s holds no key: printable characters alone",
                     key_variable);
            return -EINVAL;
        }
        return 0;
    }
    const int code = secret_read_file(flags->key_file, remote->key, KEY_MAX, &len);
    if (code == -EPERM) {
        snprintf(error, error_size, "%s: its mode lets others in; chmod 600 %s", flags->key_file,
                 flags->key_file);
    } else if (code != 0) {
        snprintf(error, error_size, "%s: the key cannot be read: %s", flags->key_file,
                 strerror(-code));
    } else if (!key_is_sound(remote->key)) {
        snprintf(error, error_size, "%s holds no key: one line of printable characters",
                 flags->key_file);
        return -EINVAL;
    }
    return code;
}

static int take_url(struct remote *remote, const char *text, char *error, size_t error_size)
{
    struct url url;
    if (!url_parse(text, &url) || url.websocket || strcmp(url.target, "/") != 0) {
        snprintf(error, error_size, "--url %s: write https://HOST:PORT", text);
        return -EINVAL;
    }
    if (!url.secure && !is_here(url.host)) {
        snprintf(error, error_size,
                 "--url %s: a key would go over the network for all to read; write https://", text);
        return -EINVAL;
    }
    remote->elsewhere = true;
    snprintf(remote->address, sizeof remote->address, "%s://%s", url.secure ? "https" : "http",
             url.authority);
    return 0;
}

static int prepare(struct remote *remote, const struct remote_flags *flags, const char *state,
                   char *error, size_t error_size)
{
    if ((size_t)snprintf(remote->state, sizeof remote->state, "%s", state) >=
        sizeof remote->state) {
        snprintf(error, error_size, "%.80s...: the path is too long", state);
        return -ENAMETOOLONG;
    }
    if (flags->url == NULL && flags->key_file != NULL) {
        snprintf(error, error_size, "--key-file goes with --url; a state directory has its token");
        return -EINVAL;
    }
    if (flags->url == NULL) {
        return 0;
    }
    const int code = take_url(remote, flags->url, error, error_size);
    return code != 0 ? code : read_key(remote, flags, error, error_size);
}

struct remote *remote_open(const struct remote_flags *flags, const char *state, char *error,
                           size_t error_size)
{
    struct remote *remote = calloc(1, sizeof *remote);
    if (remote == NULL || (remote->key = secret_new(KEY_MAX)) == NULL) {
        snprintf(error, error_size, "no memory, or none that can be locked: ulimit -l");
        goto fail;
    }
    if (prepare(remote, flags, state, error, error_size) != 0) {
        goto fail;
    }
    if (!caller_open(&remote->caller, flags->ca_file, error, error_size)) {
        goto fail;
    }
    return remote;
fail:
    if (remote != NULL) {
        secret_free(remote->key);
    }
    free(remote);
    return NULL;
}

void remote_close(struct remote *remote)
{
    if (remote == NULL) {
        return;
    }
    caller_close(&remote->caller);
    secret_free(remote->key);
    secret_wipe(remote->handle.token, sizeof remote->handle.token);
    free(remote->answer.body);
    free(remote);
}

int remote_find(struct remote *remote, char *error, size_t error_size)
{
    if (remote->elsewhere) {
        return 0;
    }
    const int code = handle_read(remote->state, &remote->handle, error, error_size);
    if (code == 0) {
        snprintf(remote->address, sizeof remote->address, "%s", remote->handle.address);
        memcpy(remote->key, remote->handle.token, sizeof remote->handle.token);
    }
    return code;
}

const char *remote_address(const struct remote *remote)
{
    return remote->address;
}

const char *remote_key(const struct remote *remote)
{
    return remote->key;
}

int64_t remote_pid(const struct remote *remote)
{
    return remote->elsewhere ? 0 : remote->handle.pid;
}

struct loop *remote_loop(const struct remote *remote)
{
    return remote->caller.loop;
}

int64_t remote_now_ns(const struct remote *remote)
{
    return caller_now_ns(&remote->caller);
}

int64_t remote_wall_ns(const struct remote *remote)
{
    return remote->caller.clock.wall_ns(remote->caller.clock.self);
}

void remote_heed_signals(struct remote *remote)
{
    caller_heed(&remote->caller, SIGINT);
    caller_heed(&remote->caller, SIGTERM);
    caller_heed(&remote->caller, SIGHUP);
}

uint32_t remote_stopped(const struct remote *remote)
{
    return remote->caller.stop_count;
}

bool remote_wait(struct remote *remote, int64_t until_mono_ns)
{
    return caller_wait(&remote->caller, until_mono_ns);
}

/* Over a plain way on this machine only commands carry the state's token. */
static bool shows_key(const struct remote *remote, const char *body)
{
    return remote->key[0] != '\0' &&
           (body != NULL || remote->elsewhere || strncmp(remote->address, "https:", 6) == 0);
}

static int send_request(struct remote *remote, const char *path, const char *body,
                        http_callback *callback, void *context)
{
    char url[sizeof remote->address + 512], headers[HEADERS_MAX] = "";
    snprintf(url, sizeof url, "%s%s", remote->address, path);
    if (shows_key(remote, body)) {
        snprintf(headers, sizeof headers, "Authorization: Bearer %s\r\n", remote->key);
    }
    const struct http_request request = {
        .method = body != NULL ? "POST" : "GET",
        .url = url,
        .headers = headers,
        .body = body,
        .body_len = body != NULL ? strlen(body) : 0,
        .timeout_ns = 15 * NS_PER_S,
    };
    const int code = remote->caller.transport.http_request(remote->caller.transport.self, &request,
                                                           callback, context);
    secret_wipe(headers, sizeof headers);
    return code;
}

int remote_post(struct remote *remote, const char *path, const char *body, http_callback *callback,
                void *context)
{
    return send_request(remote, path, body, callback, context);
}

static void on_answer(void *context, const struct http_response *response)
{
    struct remote *remote = context;
    struct remote_answer *answer = &remote->answer;
    remote->done = true;
    answer->status = response->status > 0 ? response->status : 0;
    if (response->status <= 0) {
        snprintf(answer->error, sizeof answer->error, "no session answers at %s (%s); %s",
                 remote->address, response->error != NULL ? response->error : "no reply",
                 response->sent ? "whether it obeyed is not known: see its dashboard or log"
                                : "it ended without a word: start it with `cuttle run`");
    }
    answer->body = malloc(response->body_len + 1);
    answer->len = answer->body != NULL ? response->body_len : 0;
    if (answer->body != NULL) {
        memcpy(answer->body, response->body_len > 0 ? response->body : "", response->body_len);
        answer->body[response->body_len] = '\0';
    }
}

bool remote_ask(struct remote *remote, const char *path, const char *body,
                struct remote_answer *ret)
{
    free(remote->answer.body);
    remote->answer = (struct remote_answer){0};
    remote->done = false;
    const int64_t began_ns = remote_now_ns(remote);
    if (send_request(remote, path, body, on_answer, remote) != 0) {
        snprintf(remote->answer.error, sizeof remote->answer.error,
                 "%s is no address that can be asked", remote->address);
        remote->done = true;
    }
    if (!caller_await(&remote->caller, &remote->done, INT64_MAX)) {
        snprintf(remote->answer.error, sizeof remote->answer.error, "it was stopped");
    }
    remote->answer.took_ns = remote_now_ns(remote) - began_ns;
    *ret = remote->answer;
    return ret->status != 0 && ret->body != NULL;
}

connection_id remote_listen(struct remote *remote, const struct transport_events *events,
                            void *context)
{
    char url[sizeof remote->address + 16];
    snprintf(url, sizeof url, "ws%s/ws/live", remote->address + strlen("http"));
    return remote->caller.transport.open(remote->caller.transport.self, url, events, context);
}

void remote_greet(struct remote *remote, connection_id id)
{
    char text[KEY_MAX * 2 + 16];
    struct json_writer writer;
    if (!shows_key(remote, NULL)) {
        return;
    }
    json_writer_init(&writer, text, sizeof text);
    json_begin_object(&writer, NULL);
    json_put_string(&writer, "key", remote->key);
    json_end_object(&writer);
    if (json_writer_ok(&writer)) {
        remote->caller.transport.send_text(remote->caller.transport.self, id, writer.text,
                                           writer.len);
    }
    secret_wipe(text, sizeof text);
}

void remote_hang_up(struct remote *remote, connection_id id)
{
    remote->caller.transport.close(remote->caller.transport.self, id, CALLER_CLOSE_NORMAL);
}

/* SPDX-License-Identifier: MIT */
#include "app/ctl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/options.h"
#include "core/base/timestamp.h"
#include "platform/crypto/secret.h"
#include "platform/net/net.h"
#include "store/handle.h"

static const char help[] =
    "cuttle ctl COMMAND [options]    command the session that runs on a state directory\n"
    "\n"
    "  pause                         no new entries, resting ones are taken back; exits and\n"
    "                                stops go on\n"
    "  resume                        entries are allowed again\n"
    "  close PAIR                    sell the position, take back what would enter it\n"
    "  flatten                       pause, and sell everything at once, until all is sold\n"
    "  buy PAIR --quantity Q | --cash M  --stop P [--target P] [--limit P]\n"
    "                                enter by hand: at market, or resting at a limit\n"
    "                                until filled or execution.entry_life is over\n"
    "  sell PAIR [--quantity Q]      sell a part of the position, or all of it\n"
    "  bracket PAIR [--stop P] [--target P]\n"
    "                                another stop or target; a stop may go down too\n"
    "  cancel ORDER                  an entry or an exit, by its number\n"
    "  strategy NAME on|shadow|off|configured\n"
    "                                it votes; it is only watched; it is not asked; or what the\n"
    "                                configuration says again. Kept over a restart\n"
    "  limit NAME VALUE|configured   another value for a limit of risk, or the configuration's\n"
    "                                again. Kept over a restart\n"
    "  status, positions, orders     what there is\n"
    "  link                          the dashboard's address with the token that lets it command\n"
    "\n"
    "  --state DIR                   the session's state directory (./state)\n"
    "  --yes                         with real money: do not ask before a buy or a flatten\n"
    "  --json                        the answer as the interface gives it\n"
    "\n"
    "A buy by hand passes every check that a strategy's entry passes, and may be no larger than\n"
    "risk.risk_per_trade and the other limits allow. What is refused is refused with what would\n"
    "be right. The session must have its dashboard on (server.enabled); without it, `kill -USR1`\n"
    "still flattens. Exit status: 0 done; 1 not, and said why.\n";

struct ctl {
    struct ctl_words words;
    struct options options;
    struct config *config;
    struct handle handle;
    struct loop *loop;
    struct net *net;
    int status; /* of the answer; 0: none came */
    char *body;
    size_t body_len;
    char error[512];
};

static int complain(const char *error)
{
    fprintf(stderr, "cuttle ctl: %s\n", error);
    return EXIT_FAILURE;
}

static void on_answer(void *context, const struct http_response *response)
{
    struct ctl *ctl = context;
    ctl->status = response->status > 0 ? response->status : 0;
    if (response->status <= 0) {
        snprintf(ctl->error, sizeof ctl->error, "no session answers at %s (%s); %s",
                 ctl->handle.address, response->error != NULL ? response->error : "no reply",
                 response->sent ? "whether it obeyed is not known: see its dashboard or log"
                                : "it ended without a word: start it with `cuttle run`");
    }
    free(ctl->body);
    ctl->body = malloc(response->body_len + 1);
    ctl->body_len = ctl->body != NULL ? response->body_len : 0;
    if (ctl->body != NULL) {
        memcpy(ctl->body, response->body_len > 0 ? response->body : "", response->body_len);
        ctl->body[response->body_len] = '\0';
    }
    loop_stop(ctl->loop);
}

/* One exchange with the session; ctl->status and body are its answer. */
static bool ask(struct ctl *ctl, const char *method, const char *path, const char *body)
{
    char url[HANDLE_ADDRESS_MAX + 64], headers[TOKEN_LEN + 80] = "";
    const struct transport transport = net_transport(ctl->net);
    snprintf(url, sizeof url, "%s%s", ctl->handle.address, path);
    if (body != NULL) { /* who only looks needs no token */
        snprintf(headers, sizeof headers, "Authorization: Bearer %s\r\n", ctl->handle.token);
    }
    const struct http_request request = {
        .method = method,
        .url = url,
        .headers = headers,
        .body = body,
        .body_len = body != NULL ? strlen(body) : 0,
        .timeout_ns = 15 * NS_PER_S,
    };
    ctl->status = 0;
    const int code = transport.http_request(transport.self, &request, on_answer, ctl);
    secret_wipe(headers, sizeof headers);
    if (code != 0) {
        snprintf(ctl->error, sizeof ctl->error, "%s is no address that can be asked",
                 ctl->handle.address);
        return false;
    }
    loop_run(ctl->loop);
    return ctl->status != 0;
}

/* Real money, and a person before the terminal: one more question. */
static bool confirmed(struct ctl *ctl)
{
    char mode[32] = "", line[16] = "";
    if (!ctl_grave(&ctl->words) || ctl->words.yes || !isatty(STDIN_FILENO)) {
        return true;
    }
    if (!ask(ctl, "GET", "/api/v1/status", NULL)) {
        return false;
    }
    if (!ctl_member(ctl->body, ctl->body_len, "mode", mode, sizeof mode)) {
        snprintf(ctl->error, sizeof ctl->error, "the session does not say what mode it is in");
        return false;
    }
    if (strcmp(mode, "live") != 0) {
        return true;
    }
    fprintf(stderr, "This session trades with real money. %s%s%s? Type yes: ", ctl->words.verb,
            ctl->words.subject != NULL ? " " : "",
            ctl->words.subject != NULL ? ctl->words.subject : "");
    const bool yes = fgets(line, sizeof line, stdin) != NULL && strcmp(line, "yes\n") == 0;
    snprintf(ctl->error, sizeof ctl->error, "not confirmed; nothing was done");
    return yes;
}

/* A sentence on standard output when it was done, on standard error when not. */
static int tell_outcome(const struct ctl *ctl)
{
    char sentence[2048];
    const bool done = ctl->status == 200;
    if (ctl->words.json) {
        printf("%s\n", ctl->body);
    } else if (ctl_member(ctl->body, ctl->body_len, done ? "sentence" : "detail", sentence,
                          sizeof sentence)) {
        fprintf(done ? stdout : stderr, "%s%s\n", done ? "" : "cuttle ctl: ", sentence);
    } else {
        return complain("the session gave an answer that cannot be read");
    }
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int look(struct ctl *ctl)
{
    if (!ask(ctl, "GET", ctl_route(&ctl->words), NULL)) {
        return complain(ctl->error);
    }
    if (ctl->status != 200) {
        return tell_outcome(ctl);
    }
    return ctl_print(&ctl->words, ctl->body, ctl->body_len)
               ? EXIT_SUCCESS
               : complain("the session gave an answer that cannot be read");
}

static int command(struct ctl *ctl)
{
    char body[CTL_BODY_MAX];
    if (!ctl_body(&ctl->words, body, sizeof body, ctl->error, sizeof ctl->error) ||
        !confirmed(ctl) || !ask(ctl, "POST", "/api/v1/commands", body)) {
        return complain(ctl->error);
    }
    return tell_outcome(ctl);
}

static int converse(struct ctl *ctl)
{
    const struct net_config config = {.user_agent = "cuttle-ctl/" CUTTLE_VERSION};
    ctl->loop = loop_new();
    if (ctl->loop == NULL) {
        return complain("out of memory or file descriptors");
    }
    ctl->net = net_open(ctl->loop, &config, ctl->error, sizeof ctl->error);
    int result = EXIT_FAILURE;
    if (ctl->net != NULL) {
        result = ctl_route(&ctl->words) != NULL ? look(ctl) : command(ctl);
        net_close(ctl->net);
    } else {
        complain(ctl->error);
    }
    loop_free(ctl->loop);
    return result;
}

static int run_ctl(struct ctl *ctl)
{
    if (ctl->words.help || ctl->words.verb == NULL) {
        fputs(help, ctl->words.help ? stdout : stderr);
        return ctl->words.help ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    if (handle_read(ctl->options.session.state, &ctl->handle, ctl->error, sizeof ctl->error) != 0) {
        return complain(ctl->error);
    }
    if (strcmp(ctl->words.verb, "link") == 0) {
        printf("%s/#token=%s\n", ctl->handle.address, ctl->handle.token);
        return EXIT_SUCCESS;
    }
    return converse(ctl);
}

int command_ctl(int argc, char **argv)
{
    struct ctl *ctl = calloc(1, sizeof *ctl);
    if (ctl == NULL ||
        options_load(&ctl->options, &ctl->config, argc - 1, argv + 1, ctl_take, &ctl->words) != 0) {
        free(ctl);
        return EXIT_FAILURE;
    }
    const int result = run_ctl(ctl);
    secret_wipe(ctl->handle.token, sizeof ctl->handle.token);
    config_free(ctl->config);
    free(ctl->body);
    free(ctl);
    return result;
}

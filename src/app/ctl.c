/* SPDX-License-Identifier: MIT */
#include "app/ctl.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/options.h"
#include "app/page.h"
#include "app/sight.h"

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
    "  status, positions, orders, trades [--limit N]\n"
    "                                what there is\n"
    "  link                          the dashboard's address with the token that lets it command\n"
    "\n"
    "  --yes                         with real money: do not ask before a buy or a flatten\n"
    "  --json                        the answer as the interface gives it\n";

static const char help_end[] =
    "\n"
    "A buy by hand passes every check that a strategy's entry passes, and may be no larger than\n"
    "risk.risk_per_trade and the other limits allow. What is refused is refused with what would\n"
    "be right. The session must have its dashboard on (server.enabled); without it, `kill -USR1`\n"
    "still flattens. Exit status: 0 done; 1 not, and said why.\n";

/* The verbs that are commands of their own. */
static const struct own {
    const char *command, *verb, *help;
} owns[] = {
    {"status", "status",
     "cuttle status [options]    how the running session stands: mode, equity, feed, activity\n\n"},
    {"positions", "positions",
     "cuttle positions [options]    what is held, with stop, target, and what it earns\n\n"},
    {"trades", "trades",
     "cuttle trades [--limit N] [options]    closed trades, newest first\n\n"
     "  --limit N          so many, 1 to 1000 (100)\n"},
    {"pause", "pause",
     "cuttle pause [options]    no new entries, resting ones are taken back; exits and stops go "
     "on\n\n"},
    {"resume", "resume", "cuttle resume [options]    entries are allowed again\n\n"},
    {"close-all", "flatten",
     "cuttle close-all [--yes] [options]    pause, and sell everything at once, until all is sold\n"
     "\n"
     "On a terminal it asks you to type \"close all\"; elsewhere it wants --yes.\n\n"
     "  --yes              do not ask\n"},
};

static const char own_end[] =
    "  --json             the answer as the interface gives it\n"
    "\n"
    "`cuttle ctl` has more commands: buy, sell, close a pair, cancel, bracket ...\n"
    "Exit status: 0 done; 1 not, and said why.\n";

struct ctl {
    struct ctl_words words;
    const struct own *own; /* NULL: cuttle ctl */
    struct options options;
    struct config *config;
    struct remote *remote;
    struct remote_answer answer;
    char error[512];
};

static int complain(const struct ctl *ctl, const char *error)
{
    fprintf(stderr, "cuttle %s: %s\n", ctl->words.command, error);
    return EXIT_FAILURE;
}

/* One exchange with the session; ctl->answer is what came of it. */
static bool ask(struct ctl *ctl, const char *path, const char *body)
{
    const bool answered = remote_ask(ctl->remote, path, body, &ctl->answer);
    if (!answered) {
        snprintf(ctl->error, sizeof ctl->error, "%s", ctl->answer.error);
    }
    return answered;
}

/* Typed exactly, and nothing else. */
static bool typed(struct ctl *ctl, const char *words)
{
    char line[32] = "";
    const bool same = fgets(line, sizeof line, stdin) != NULL &&
                      strncmp(line, words, strlen(words)) == 0 &&
                      strcmp(line + strlen(words), "\n") == 0;
    snprintf(ctl->error, sizeof ctl->error, "not confirmed; nothing was done");
    return same;
}

/* `cuttle close-all` is always asked about. */
static bool confirmed_all(struct ctl *ctl)
{
    struct sight_status status;
    if (!isatty(STDIN_FILENO)) {
        snprintf(ctl->error, sizeof ctl->error,
                 "there is no terminal to ask on; say --yes to have everything sold");
        return false;
    }
    if (!ask(ctl, "/api/v1/status", NULL)) {
        return false;
    }
    if (ctl->answer.status != 200 ||
        !sight_read_status(&status, ctl->answer.body, ctl->answer.len)) {
        snprintf(ctl->error, sizeof ctl->error, "the session does not say what it holds");
        return false;
    }
    fprintf(stderr,
            "This is a %s session%s with %llu %s and %llu %s. Type \"close all\""
            " to have everything sold: ",
            status.mode, strcmp(status.mode, "live") == 0 ? ", with real money," : "",
            (unsigned long long)status.open_positions,
            status.open_positions == 1 ? "position" : "positions",
            (unsigned long long)status.open_orders, status.open_orders == 1 ? "order" : "orders");
    return typed(ctl, "close all");
}

/* Real money, and a person before the terminal: one more question. */
static bool confirmed(struct ctl *ctl)
{
    char mode[32] = "";
    if (!ctl_grave(&ctl->words) || ctl->words.yes) {
        return true;
    }
    if (ctl->own != NULL) {
        return confirmed_all(ctl);
    }
    if (!isatty(STDIN_FILENO)) {
        return true;
    }
    if (!ask(ctl, "/api/v1/status", NULL)) {
        return false;
    }
    if (!ctl_member(ctl->answer.body, ctl->answer.len, "mode", mode, sizeof mode)) {
        snprintf(ctl->error, sizeof ctl->error, "the session does not say what mode it is in");
        return false;
    }
    if (strcmp(mode, "live") != 0) {
        return true;
    }
    fprintf(stderr, "This session trades with real money. %s%s%s? Type yes: ", ctl->words.verb,
            ctl->words.subject != NULL ? " " : "",
            ctl->words.subject != NULL ? ctl->words.subject : "");
    return typed(ctl, "yes");
}

/* A sentence on standard output when it was done, on standard error when not. */
static int tell_outcome(const struct ctl *ctl)
{
    char sentence[2048];
    const bool done = ctl->answer.status == 200;
    if (ctl->words.json) {
        printf("%s\n", ctl->answer.body);
    } else if (ctl_member(ctl->answer.body, ctl->answer.len, done ? "sentence" : "detail", sentence,
                          sizeof sentence)) {
        if (!done) {
            return complain(ctl, sentence);
        }
        printf("%s\n", sentence);
    } else {
        return complain(ctl, "the session gave an answer that cannot be read");
    }
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int look(struct ctl *ctl)
{
    char route[CTL_ROUTE_MAX];
    if (!ctl_route(&ctl->words, route, ctl->error, sizeof ctl->error) || !ask(ctl, route, NULL)) {
        return complain(ctl, ctl->error);
    }
    if (ctl->answer.status != 200) {
        return tell_outcome(ctl);
    }
    const bool color = page_has_color(stdout);
    return ctl_print(&ctl->words, ctl->answer.body, ctl->answer.len, color, stdout)
               ? EXIT_SUCCESS
               : complain(ctl, "the session gave an answer that cannot be read");
}

static int command(struct ctl *ctl)
{
    char body[CTL_BODY_MAX];
    if (!ctl_body(&ctl->words, body, sizeof body, ctl->error, sizeof ctl->error) ||
        !confirmed(ctl) || !ask(ctl, "/api/v1/commands", body)) {
        return complain(ctl, ctl->error);
    }
    return tell_outcome(ctl);
}

static int converse(struct ctl *ctl)
{
    if (ctl->own != NULL && ctl->words.subject != NULL) {
        snprintf(ctl->error, sizeof ctl->error,
                 "%s: it is about the whole session; see `cuttle ctl`", ctl->words.subject);
        return complain(ctl, ctl->error);
    }
    ctl->remote =
        remote_open(&ctl->words.remote, ctl->options.session.state, ctl->error, sizeof ctl->error);
    if (ctl->remote == NULL || remote_find(ctl->remote, ctl->error, sizeof ctl->error) != 0) {
        return complain(ctl, ctl->error);
    }
    if (strcmp(ctl->words.verb, "link") == 0) {
        printf("%s/#token=%s\n", remote_address(ctl->remote), remote_key(ctl->remote));
        return EXIT_SUCCESS;
    }
    return ctl_looks(&ctl->words) ? look(ctl) : command(ctl);
}

static int tell_help(const struct ctl *ctl)
{
    FILE *out = ctl->words.help ? stdout : stderr;
    if (ctl->own != NULL) {
        fprintf(out, "%s%s%s", ctl->own->help, remote_help, own_end);
    } else {
        fprintf(out, "%s%s%s", help, remote_help, help_end);
    }
    return ctl->words.help ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int carry(int argc, char **argv, const struct own *own)
{
    struct ctl *ctl = calloc(1, sizeof *ctl);
    if (ctl == NULL) {
        fprintf(stderr, "cuttle %s: out of memory\n", argv[0]);
        return EXIT_FAILURE;
    }
    ctl->own = own;
    ctl->words.command = argv[0];
    ctl->words.verb = own != NULL ? own->verb : NULL;
    int result = EXIT_FAILURE;
    if (options_load(&ctl->options, &ctl->config, argc - 1, argv + 1, ctl_take, &ctl->words) == 0) {
        const bool nothing = ctl->words.help || ctl->words.verb == NULL;
        result = nothing ? tell_help(ctl) : converse(ctl);
    }
    remote_close(ctl->remote);
    config_free(ctl->config);
    free(ctl);
    return result;
}

int command_ctl(int argc, char **argv)
{
    return carry(argc, argv, NULL);
}

/* By the name it was called by, which main has looked up. */
int command_own(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof owns / sizeof owns[0]; i++) {
        if (strcmp(owns[i].command, argv[0]) == 0) {
            return carry(argc, argv, &owns[i]);
        }
    }
    return EXIT_FAILURE;
}

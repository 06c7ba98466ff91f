/* SPDX-License-Identifier: MIT */
#include "app/screen.h"
#include "app/top.h" /* before <term.h>, whose macros take words like tab and columns */

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#define ESCAPE_MS 25 /* within which the rest of a key's sequence follows its Escape */

const bool screen_is_built = true;

static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

/* What a crash needs, made ready beforehand: nothing that allocates may be called then. */
static struct termios before;
static char farewell[256];
static size_t farewell_len;

static void on_crash(int number)
{
    const ssize_t written = write(STDOUT_FILENO, farewell, farewell_len);
    (void)written;
    tcsetattr(STDIN_FILENO, TCSANOW, &before);
    signal(number, SIG_DFL);
    raise(number);
}

/* A capability's text without the delays in it ("$<5>"), which only old terminals need. */
static void add_farewell(const char *capability)
{
    char name[16];
    snprintf(name, sizeof name, "%s", capability);
    const char *text = tigetstr(name);
    if (text == NULL || text == (char *)-1) {
        return;
    }
    for (; *text != '\0' && farewell_len < sizeof farewell; text++) {
        if (strncmp(text, "$<", 2) == 0 && strchr(text, '>') != NULL) {
            text = strchr(text, '>');
        } else {
            farewell[farewell_len++] = *text;
        }
    }
}

static void heed_crashes(void)
{
    struct sigaction action = {.sa_handler = on_crash};
    sigemptyset(&action.sa_mask);
    farewell_len = 0;
    add_farewell("sgr0");
    add_farewell("cnorm");
    add_farewell("rmkx");
    add_farewell("rmcup");
    for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++) {
        sigaction(crashes[i], &action, NULL);
    }
}

static const struct {
    short ink, ground;         /* of 256 colours; -1 the terminal's own */
    short plain, plain_ground; /* of eight */
    attr_t attributes;         /* beside the colours */
    attr_t without;            /* where there are none */
} paints[PAINT_COUNT] = {
    [PAINT_PLAIN] = {-1, -1, -1, -1, A_NORMAL, A_NORMAL},
    [PAINT_SOFT] = {245, -1, -1, -1, A_NORMAL, A_DIM},
    [PAINT_STRONG] = {-1, -1, -1, -1, A_BOLD, A_BOLD},
    [PAINT_GAIN] = {75, -1, COLOR_CYAN, -1, A_NORMAL, A_NORMAL},
    [PAINT_LOSS] = {208, -1, COLOR_YELLOW, -1, A_NORMAL, A_UNDERLINE},
    [PAINT_WARN] = {16, 220, COLOR_BLACK, COLOR_YELLOW, A_NORMAL, A_BOLD},
    [PAINT_ALARM] = {231, 160, COLOR_WHITE, COLOR_RED, A_BOLD, A_REVERSE | A_BOLD},
    [PAINT_CHOSEN] = {231, 24, COLOR_WHITE, COLOR_BLUE, A_NORMAL, A_REVERSE},
    [PAINT_REHEARSAL] = {16, 109, COLOR_BLACK, COLOR_CYAN, A_NORMAL, A_BOLD},
    [PAINT_PAPER] = {231, 25, COLOR_WHITE, COLOR_BLUE, A_NORMAL, A_BOLD},
    [PAINT_VALIDATE] = {16, 220, COLOR_BLACK, COLOR_YELLOW, A_BOLD, A_BOLD},
    [PAINT_LIVE] = {231, 196, COLOR_WHITE, COLOR_RED, A_BOLD, A_REVERSE | A_BOLD},
};

static bool colors;

static void make_paints(void)
{
    colors = has_colors() && getenv("NO_COLOR") == NULL;
    if (!colors) {
        return;
    }
    start_color();
    use_default_colors();
    for (short i = 0; i < PAINT_COUNT; i++) {
        if (COLORS >= 256) {
            init_pair((short)(i + 1), paints[i].ink, paints[i].ground);
        } else {
            init_pair((short)(i + 1), paints[i].plain, paints[i].plain_ground);
        }
    }
}

bool screen_open(bool *ret_plain, char *error, size_t error_size)
{
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        snprintf(error, error_size, "it needs a terminal; `cuttle status` does not");
        return false;
    }
    setlocale(LC_CTYPE, "");
    *ret_plain = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    tcgetattr(STDIN_FILENO, &before);
    if (newterm(NULL, stdout, stdin) == NULL) {
        const char *term = getenv("TERM");
        snprintf(error, error_size, "the terminal \"%s\" is not known: set TERM, to xterm perhaps",
                 term != NULL ? term : "");
        return false;
    }
    heed_crashes();
    set_escdelay(ESCAPE_MS);
    cbreak();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    leaveok(stdscr, TRUE);
    curs_set(0);
    make_paints();
    return true;
}

void screen_close(void)
{
    endwin();
    for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++) {
        signal(crashes[i], SIG_DFL);
    }
}

void screen_measure(int *ret_width, int *ret_height)
{
    getmaxyx(stdscr, *ret_height, *ret_width);
}

static void set_paint(uint8_t paint)
{
    if (colors) {
        attr_set(paints[paint].attributes, (short)(paint + 1), NULL);
    } else {
        attr_set(paints[paint].without, 0, NULL);
    }
}

void screen_show(const struct grid *grid)
{
    for (int row = 0; row < grid->height; row++) {
        move(row, 0);
        for (int column = 0; column < grid->width; column++) {
            const struct grid_cell *cell = &grid->cells[row * grid->width + column];
            set_paint(cell->paint);
            addstr(cell->text);
        }
    }
    refresh();
}

int screen_key(void)
{
    static const struct {
        int code, key;
    } keys[] = {{KEY_UP, TOP_KEY_UP},
                {KEY_DOWN, TOP_KEY_DOWN},
                {KEY_PPAGE, TOP_KEY_PAGE_UP},
                {KEY_NPAGE, TOP_KEY_PAGE_DOWN},
                {KEY_HOME, TOP_KEY_HOME},
                {KEY_END, TOP_KEY_END},
                {KEY_LEFT, TOP_KEY_LEFT},
                {KEY_RIGHT, TOP_KEY_RIGHT},
                {'\t', TOP_KEY_TAB},
                {KEY_BTAB, TOP_KEY_BACK_TAB},
                {KEY_ENTER, TOP_KEY_ENTER},
                {'\r', TOP_KEY_ENTER},
                {'\n', TOP_KEY_ENTER},
                {033, TOP_KEY_ESCAPE},
                {0x7f, TOP_KEY_BACKSPACE},
                {'\b', TOP_KEY_BACKSPACE},
                {KEY_BACKSPACE, TOP_KEY_BACKSPACE}};
    int code = getch();
    while (code == KEY_RESIZE) {
        code = getch();
    }
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (code == keys[i].code) {
            return keys[i].key;
        }
    }
    return code > 0 && code < 0x7f ? code : 0;
}

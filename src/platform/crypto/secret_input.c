/* SPDX-License-Identifier: MIT */
#include "platform/crypto/secret_input.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "platform/crypto/secret.h"

/* Reads until the end, or in a terminal until the line's end. */
static int read_all(int fd, bool line, char *ret, size_t size, size_t *ret_len)
{
    size_t held = 0;
    int code = 0;
    while (code == 0) {
        const ssize_t got = held < size ? read(fd, ret + held, size - held) : -1;
        if (held == size)
            code = -ENOSPC;
        else if (got < 0)
            code = errno == EINTR && !line ? 0 : -errno;
        else if (got == 0)
            break;
        else
            held += (size_t)got;
        if (line && held > 0 && ret[held - 1] == '\n')
            break;
    }
    if (held > 0 && ret[held - 1] == '\n')
        held--;
    if (code == 0 && held >= size)
        code = -ENOSPC;
    if (code == 0 && memchr(ret, '\0', held))
        code = -EBADMSG;
    if (code != 0) {
        secret_wipe(ret, size);
        return code;
    }
    secret_wipe(ret + held, size - held);
    *ret_len = held;
    return 0;
}

int secret_read(int fd, char *ret, size_t size, size_t *ret_len)
{
    return read_all(fd, false, ret, size, ret_len);
}

int secret_read_file(const char *path, char *ret, size_t size, size_t *ret_len)
{
    struct stat status;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int code = fstat(fd, &status) == 0 ? 0 : -errno;
    /* The group may read: so systemd shows a credential that an ACL opens to the service. */
    if (code == 0 && (status.st_mode & (S_IRWXO | S_IWGRP)) != 0)
        code = -EPERM;
    if (code == 0)
        code = read_all(fd, false, ret, size, ret_len);
    close(fd);
    return code;
}

static void on_signal(int number)
{
    (void)number; /* read returns EINTR, and the terminal is put right */
}

/* Ctrl-C and SIGTERM end the question and not the process, which would leave the terminal mute;
 * Ctrl-Z waits. */
static int ask_quietly(int fd, char *ret, size_t size, size_t *ret_len)
{
    struct sigaction ours = {.sa_handler = on_signal}, interrupt, terminate, stop;
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct termios usual, mute;
    if (tcgetattr(fd, &usual) != 0)
        return -errno;
    mute = usual;
    mute.c_lflag &= ~(tcflag_t)ECHO;
    mute.c_lflag |= ICANON | ECHONL;
    sigaction(SIGINT, &ours, &interrupt);
    sigaction(SIGTERM, &ours, &terminate);
    sigaction(SIGTSTP, &ignore, &stop);
    int code = tcsetattr(fd, TCSAFLUSH, &mute) == 0 ? 0 : -errno;
    if (code == 0)
        code = read_all(fd, true, ret, size, ret_len);
    tcsetattr(fd, TCSAFLUSH, &usual);
    sigaction(SIGINT, &interrupt, NULL);
    sigaction(SIGTERM, &terminate, NULL);
    sigaction(SIGTSTP, &stop, NULL);
    return code;
}

int secret_ask(const char *prompt, char *ret, size_t size, size_t *ret_len)
{
    const int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return -ENOTTY;
    int code = 0;
    if (write(fd, prompt, strlen(prompt)) < 0)
        code = -errno;
    if (code == 0)
        code = ask_quietly(fd, ret, size, ret_len);
    if (code == -EINTR && write(fd, "\n", 1) < 0)
        code = -errno;
    close(fd);
    return code;
}

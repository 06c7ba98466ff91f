# SPDX-License-Identifier: MIT
"""The vault as a user meets it: on a terminal, through a pipe, as a service; and nothing of a secret
anywhere that others read."""
import os
import pty
import re
import select
import signal
import stat
import subprocess
import termios
import time

from cuttle import PROGRAM, check, drain, line_of, main, path, run, scratch, start, stop, told_one_line, write

SECRET = "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="
PASSPHRASE = "correct horse battery"


def vault(*args, **more):
    """Without a terminal, the passphrase in a file."""
    environment = {**os.environ, "CUTTLE_VAULT_PASSPHRASE_FILE": path("pass"), **more.pop("env", {})}
    return run("vault", *args, env=environment, start_new_session=True, **more)


def found_anywhere(text):
    """The files below the test's directory that hold it, but for the one that shall."""
    holders = []
    for root, _, names in os.walk(scratch):
        for name in names:
            with open(os.path.join(root, name), "rb") as file:
                if name != "pass" and text.encode() in file.read():
                    holders.append(name)
    return holders


def help_text():
    done = run("help", "vault")
    check(done.returncode == 0 and "change-passphrase" in done.stdout and "--state DIR" in done.stdout,
          "cuttle help vault explains it")
    check("cuttle vault" in run("help").stdout, "cuttle help lists it")
    check(run("vault").returncode == 1 and run("vault", "open").returncode == 1, "no verb, or none we know, is refused")


def by_pipe():
    write("pass", PASSPHRASE + "\n")
    check(told_one_line(vault("list"), "state/vault", "no vault yet"), "no vault yet: it says how to make one")
    done = vault("set", "kraken.secret", input=SECRET + "\n")
    check(done.returncode == 0 and "kraken.secret" in done.stdout, "a secret is kept")
    check(told_one_line(vault("check"), "kraken.key is not there"), "check misses the key")
    vault("set", "kraken.key", input="an-api-key")
    check(vault("check").returncode == 0, "with both, check is content")
    check(vault("list").stdout == "kraken.key\nkraken.secret\n", "list names them and no more")
    check(stat.S_IMODE(os.stat(path("state/vault")).st_mode) == 0o600, "the file is its owner's alone")
    done = vault("set", "kraken.secret", SECRET)
    check(told_one_line(done, "command line") and SECRET not in done.stdout + done.stderr,
          "a secret on the command line is refused and not repeated")
    done = vault("set", "kraken.secret", input="letter")
    check(told_one_line(done, "base64") and "letter" not in done.stderr, "a secret cut short is refused, not shown")
    check(vault("check").returncode == 0, "and the one before is still there")
    check(found_anywhere(SECRET[:24]) == [], "no file holds the secret bare")
    check(found_anywhere(PASSPHRASE) == [], "nor the passphrase")


def refusals():
    os.chmod(path("state/vault"), 0o644)
    check(told_one_line(vault("list"), "chmod 600"), "a wide mode is refused with the remedy")
    os.chmod(path("state/vault"), 0o600)
    wrong = write("wrong", "incorrect horse")
    check(told_one_line(vault("list", "--passphrase-file", wrong), "passphrase is wrong"), "a wrong passphrase")
    wide = write("wide", PASSPHRASE, 0o644)
    check(told_one_line(vault("list", "--passphrase-file", wide), "chmod 600"), "a passphrase file that others read")
    with open(path("state/vault"), "rb") as file:
        whole = file.read()
    with open(path("state/vault"), "r+b") as file:
        file.seek(5000)
        file.write(bytes([whole[5000] ^ 1]))
    check(told_one_line(vault("list"), "altered"), "an altered file")
    with open(path("state/vault"), "wb") as file:
        file.write(whole)
    environment = {name: value for name, value in os.environ.items() if name != "CUTTLE_VAULT_PASSPHRASE_FILE"}
    done = run("vault", "list", env=environment, start_new_session=True)
    check(told_one_line(done, "no terminal", "CUTTLE_VAULT_PASSPHRASE_FILE"), "no terminal and no file: it says what to do")


def change():
    new = write("pass2", "another passphrase")
    check(told_one_line(vault("change-passphrase", "--new-passphrase-file", write("short", "short")), "at least 8"),
          "a short passphrase is refused")
    check(vault("change-passphrase", "--new-passphrase-file", new).returncode == 0, "the passphrase is changed")
    check(vault("list").returncode == 1, "the old one no longer opens")
    os.remove(path("pass2"))
    write("pass", "another passphrase")
    check(vault("check").returncode == 0, "the new one does, and the keys are there")
    check(vault("remove", "kraken.key").returncode == 0 and vault("list").stdout == "kraken.secret\n",
          "a secret is forgotten when told")
    check(told_one_line(vault("remove", "kraken.key"), "no such secret"), "and cannot be twice")


class Terminal:
    """cuttle on a terminal of its own; what it shows is kept."""

    def __init__(self, *args):
        environment = {name: value for name, value in os.environ.items() if name != "CUTTLE_VAULT_PASSPHRASE_FILE"}
        self.shown = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(scratch)
            os.execve(PROGRAM, [PROGRAM, *args], environment)

    def wait_for(self, words, seconds=60):
        until = time.monotonic() + seconds
        while words not in self.shown and time.monotonic() < until:
            if select.select([self.fd], [], [], 0.2)[0]:
                try:
                    self.shown += os.read(self.fd, 4096).decode()
                except OSError:
                    break
        return words in self.shown

    def mute(self, seconds=10):
        """Whether the terminal stops showing what is typed."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if not termios.tcgetattr(self.fd)[3] & termios.ECHO:
                return True
            time.sleep(0.02)
        return False

    def answer(self, prompt, text):
        asked = self.wait_for(prompt) and self.mute()
        self.shown = self.shown.replace(prompt, "", 1)
        os.write(self.fd, text.encode())
        return asked

    def end(self):
        self.wait_for("never said", 60)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def on_a_terminal():
    terminal = Terminal("vault", "set", "kraken.secret", "--state", "t")
    check(terminal.answer("New passphrase of the vault: ", PASSPHRASE + "\n"), "a new vault asks for a passphrase")
    check(terminal.answer("The same again: ", PASSPHRASE + "\n"), "twice")
    check(terminal.wait_for("kraken.secret: ") and terminal.mute(), "then for the secret")
    with open(f"/proc/{terminal.pid}/limits", encoding="utf-8") as file:
        check(re.search(r"Max core file size +0 +0 ", file.read()) is not None, "meanwhile no core dump can be made")
    with open(f"/proc/{terminal.pid}/cmdline", "rb") as file:
        check(PASSPHRASE.encode() not in file.read(), "and the command line tells nothing")
    if os.geteuid() == 0:
        reader = subprocess.run(["setpriv", "--reuid=65534", "--clear-groups", "cat", f"/proc/{terminal.pid}/environ"],
                                capture_output=True, check=False)
        check(reader.returncode != 0, "and nobody else reads its environment")
    terminal.answer("kraken.secret: ", SECRET + "\n")
    check(terminal.end() == 0 and "is kept" in terminal.shown, "it is kept")
    check(SECRET not in terminal.shown and PASSPHRASE not in terminal.shown, "nothing typed was shown")
    terminal = Terminal("vault", "list", "--state", "t")
    terminal.answer("Passphrase of the vault: ", PASSPHRASE + "\n")
    check(terminal.end() == 0 and "kraken.secret" in terminal.shown, "the vault opens again")
    terminal = Terminal("vault", "list", "--state", "t")
    terminal.answer("Passphrase of the vault: ", "half\x03")
    told = terminal.wait_for("not given", 20)
    echoes = bool(termios.tcgetattr(terminal.fd)[3] & termios.ECHO)
    check(told and echoes and terminal.end() == 1, "Ctrl-C gives up and leaves the terminal in order")
    terminal = Terminal("vault", "change-passphrase", "--state", "t")
    terminal.answer("Passphrase of the vault: ", PASSPHRASE + "\n")
    terminal.answer("New passphrase of the vault: ", "one passphrase\n")
    terminal.answer("The same again: ", "two passphrase\n")
    check(terminal.end() == 1 and "differ" in terminal.shown, "two that differ change nothing")


def killed():
    """Whenever it is killed, there is a whole vault afterwards."""
    write("pass", PASSPHRASE)
    vault("set", "kraken.key", "--state", "k", input="first")
    whole = 0
    for delay in (0.0, 0.1, 0.3, 0.6, 1.0):
        process = subprocess.Popen([PROGRAM, "vault", "set", "kraken.key", "--state", "k", "--passphrase-file",
                                    path("pass")], cwd=scratch, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        process.stdin.write(b"second")
        process.stdin.close()
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        whole += vault("list", "--state", "k").stdout == "kraken.key\n"
    check(whole == 5, "killed at five moments, the vault is whole each time")


def child_of(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="utf-8") as file:
        return int(file.read().split()[0])


def not_in_a_file():
    write(".env", f"CUTTLE_KRAKEN__SECRET={SECRET}\n")
    done = run("config", "check")
    check(done.returncode == 1 and SECRET not in done.stderr, "a secret in .env is refused and not shown")
    os.remove(path(".env"))
    environment = {**os.environ, "CUTTLE_KRAKEN__SECRET": SECRET, "CUTTLE_KRAKEN__KEY": "an-api-key-of-56-characters"}
    session = start("run", "--headless", "--state", "r", "--pairs", "BTC/USD", env=environment)
    line_of(session, "warmed up", 60)
    drain(session)
    shown = []
    for pid in (session.pid, child_of(session.pid)):
        with open(f"/proc/{pid}/environ", "rb") as file:
            shown.append(file.read())
    check(all(SECRET[:24].encode() not in text and b"an-api-key-of" not in text for text in shown),
          "a session and its local Kraken no longer show what their environment held")
    stop(session)
    check(found_anywhere(SECRET[:24]) == [] and found_anywhere("an-api-key-of") == [],
          "and neither log nor journal nor ledger knows it")
    done = run("config", "show", env={**os.environ, "CUTTLE_KRAKEN__SECRET": SECRET, "CUTTLE_KRAKEN__KEY": "k"})
    check(done.returncode == 0 and SECRET not in done.stdout, "one in the environment is nobody's business but the key's")


main(help_text, by_pipe, refusals, change, on_a_terminal, killed, not_in_a_file)

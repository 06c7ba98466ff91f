# SPDX-License-Identifier: MIT
"""A session from a terminal: its own commands (status ... close-all), on this machine and by address
and key; `cuttle stress`, also of a session that dies; and `cuttle top` in a terminal of its own."""
import fcntl
import json
import os
import pty
import re
import select
import signal
import ssl
import struct
import subprocess
import termios
import time

from cuttle import PROGRAM, QUIET, check, line_of, main, path, run, running, scratch, skip, start, typed, until, write
from peer import Handler, certificate, listen
from session import Session

LEAVES = b"\x1b[?1049l"  # the screen that was there before


class Desk(Session):
    """A rehearsal in which strategies keep out of the way."""

    def __init__(self, state):
        super().__init__(state, "--pairs", "BTC/USD ETH/USD SOL/USD", *QUIET, "--set", "session.mode=rehearsal", "--speed", "1")

    def ready(self):
        def well():
            status = self.get("status")
            priced = all(pair["last"] and pair["ask"] for pair in self.get("pairs"))
            return status["feed"]["fresh"] == 3 and status["entries_possible"] and priced
        return until(well, 120)

    def buy(self, pair):
        last = float([each["last"] for each in self.get("pairs") if each["pair"] == pair][0])
        self.do("ctl", "buy", pair, "--cash", "300", "--stop", f"{last * 0.9:.0f}", "--yes")
        return until(lambda: [each for each in self.get("positions") if each["pair"] == pair])


def looks(session):
    code, text = session.do("status")
    check(code == 0 and re.search(r"^mode +rehearsal on ", text, re.M) is not None, "status is told")
    check(re.search(r"^equity +[0-9,.]+ USD, of it", text, re.M) is not None, "with money as it is read")
    check("\033" not in text, "and without colours where no terminal listens")
    code, text = session.do("status", "--json")
    check(code == 0 and json.loads(text)["mode"] == "rehearsal", "--json gives what the interface gives")
    check(session.do("positions") == (0, "no positions"), "no positions are told as none")
    check(session.do("trades") == (0, "no trades"), "nor trades")
    check(session.do("pause", "BTC/USD")[0] == 1, "what is about all takes no pair")
    check(run("status", "--state", "nowhere").returncode == 1, "where no session runs it exits 1")
    if not check(bool(session.buy("BTC/USD")), "a position is held"):
        return
    code, text = session.do("positions")
    lines = text.split("\n")
    check(code == 0 and len(lines) == 2 and lines[0].startswith("pair") and lines[1].startswith("BTC/USD"), f"and told:\n{text}")
    ends = [match.end() for match in re.finditer(r"\S+", lines[0])]
    check(all(lines[1][end - 1] != " " for end in ends[2:8]), "its figures end under their titles")
    check(session.do("pause")[0] == 0 and until(lambda: session.get("status")["paused"]), "pause")
    check("paused" in session.do("status")[1], "which the status says")
    check(session.do("resume")[0] == 0 and until(lambda: not session.get("status")["paused"]), "resume")


def close_all(session):
    state = ["--state", session.state]
    code, text = session.do("close-all", stdin=subprocess.DEVNULL)
    check(code == 1 and "--yes" in text and session.get("positions"), "without a terminal close-all wants --yes")
    done = typed("close-all", *state, answer="yes\n")
    check(done.returncode == 1 and session.get("positions"), "on one, yes is not enough")
    done = typed("close-all", *state, answer="close all\n")
    check(done.returncode == 0 and "sold at once" in done.stdout, f"typed, it sells: {done.stdout}{done.stderr}")
    check(until(lambda: not session.get("positions")) is not None, "and all is sold")
    session.do("resume")
    check(bool(session.buy("ETH/USD")), "another position")
    check(session.do("close-all", "--yes", stdin=subprocess.DEVNULL)[0] == 0, "--yes is not asked about")
    check(until(lambda: not session.get("positions")) is not None, "and sells")
    session.do("resume")
    check(until(lambda: len(session.do("trades")[1].split("\n")) == 3) is not None, "both trades are told")
    code, text = session.do("trades", "--limit", "1")
    check(code == 0 and len(text.split("\n")) == 2 and "ETH/USD" in text, "--limit 1: the newest")
    check(session.do("trades", "--limit", "many")[0] == 1, "--limit wants a number")
    check(json.loads(session.do("trades", "--json")[1])["total"] == 2, "and --json has them")


def by_address(session):
    key = session.token()
    key_file = write("key", key + "\n")
    there = ["--url", session.address, "--key-file", key_file]
    check(run("status", *there).returncode == 0, "a session is reached by its address")
    check(run("pause", *there).returncode == 0 and until(lambda: session.get("status")["paused"]), "and commanded with the key")
    env = {**os.environ, "CUTTLE_API_KEY": key}
    check(run("resume", "--url", session.address, env=env).returncode == 0, "which may stand in the environment")
    check(run("why", "--state", session.state, env=env).returncode == 0, "where other commands do not mind it")
    done = run("pause", "--url", session.address)
    check(done.returncode == 1 and not session.get("status")["paused"], f"without it nothing is obeyed: {done.stderr.strip()}")
    os.chmod(key_file, 0o644)
    check("chmod 600" in run("status", *there).stderr, "a key that others may read is refused")
    os.chmod(key_file, 0o600)
    done = run("status", "--url", "http://10.1.2.3:8080", "--key-file", key_file)
    check(done.returncode == 1 and "https://" in done.stderr, "and none is sent in the clear to another machine")


class Elsewhere(Handler):
    """As much of a session behind TLS as a status needs: it wants the key for everything."""
    keys = []

    def do_GET(self):
        self.keys.append(self.headers["Authorization"])
        well = self.headers["Authorization"] == "Bearer secret-key"
        told = {"mode": "live", "equity": "12.50000000", "currency": "USD"} if well else {"detail": "a key is needed"}
        self.reply(json.dumps(told).encode(), 200 if well else 401)


def over_tls():
    made = certificate("localhost")
    if not check(made is not None, "a certificate is made"):
        return
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*made)
    server = listen(Elsewhere, context)
    url = ["status", "--url", f"https://localhost:{server.server_port}"]
    env = {**os.environ, "CUTTLE_API_KEY": "secret-key"}
    done = run(*url, "--ca-file", path("tls.pem"), env=env)
    check(done.returncode == 0 and "12.50 USD" in done.stdout, f"over TLS a key opens: {done.stdout[:60]}{done.stderr}")
    done = run(*url, "--ca-file", path("tls.pem"))
    check(done.returncode == 1 and "a key is needed" in done.stderr, "and no key does not")
    told = len(Elsewhere.keys)
    check(run(*url, env=env).returncode == 1 and len(Elsewhere.keys) == told, "a certificate nobody vouches for gets no key")
    server.shutdown()


def stressed(session):
    report = path("stress.html")
    done = run("stress", "--hours", "0.003", "--interval", "3", "--state", session.state, "--out", report)
    check(done.returncode == 0 and "verdict: " in done.stdout, f"a session that runs passes:\n{done.stdout[-1600:]}{done.stderr}")
    check("answered 20 of 20 (100.00 %)" in done.stdout, "four rounds of five questions in eleven seconds")
    check(re.search(r"memory +[0-9.]+ MB at the start", done.stdout) is not None, "its memory is looked at")
    with open(report, encoding="utf-8") as file:
        page = file.read()
    check(page.count("<svg") == 2 and "BTC/USD" in page and page.rstrip().endswith("</html>"), "the page has its two charts")
    done = run("stress", "--hours", "0.001", "--interval", "3", "--state", session.state, "--json", "--out", path("stress.json"))
    told = json.loads(done.stdout)
    with open(path("stress.json"), encoding="utf-8") as file:
        check(json.load(file) == told, "--json, and a file of it")
    check(told["asked"] == told["answered"] == 5 * told["rounds"] and told["pushed"] > 0, f"rounds: {told['rounds']}, pushed: {told['pushed']}")
    check({each["pair"] for each in told["pairs"]} == {"BTC/USD", "ETH/USD", "SOL/USD"}, "each pair's freshness is in it")
    watcher = start("stress", "--hours", "1", "--interval", "3", "--state", session.state)
    check(line_of(watcher, r"answers 5/5") is not None, "progress is told")
    watcher.send_signal(signal.SIGINT)
    check(line_of(watcher, r"\(interrupted\)") is not None and line_of(watcher, r"^verdict") is not None, "Ctrl-C gives the report so far")
    check(watcher.wait(10) == 0, "which is a verdict like any other")
    for words in (["--interval", "1"], ["--hours", "0.01", "--quick"], ["--out", "report.txt"]):
        check(run("stress", *words, "--state", session.state).returncode == 1, f"{' '.join(words)} is refused")


def killed(session):
    watcher = start("stress", "--hours", "0.007", "--interval", "3", "--state", session.state)
    check(line_of(watcher, r"answers 5/5") is not None, "a session is observed")
    session.process.kill()
    session.process.wait()
    out, _ = watcher.communicate(timeout=60)
    text = getattr(watcher, "unread", {}).get(watcher.stdout, b"").decode() + out
    check(watcher.returncode == 1 and "verdict: FAIL" in text, f"that it was killed fails it:\n{text[-1500:]}")
    check(re.search(r"^FAIL +API ", text, re.M) is not None and re.search(r"^FAIL +push ", text, re.M) is not None,
          "by what it did not answer, and by what it did not push")


class Screen:
    """A terminal of its own that `cuttle top` runs in: what stands on it, as a person sees it."""

    def __init__(self, *words, rows=24, columns=80, term="xterm-256color"):
        self.ours, theirs = pty.openpty()
        self.theirs = theirs
        self.size(rows, columns)
        self.before = termios.tcgetattr(theirs)
        self.raw, self.rest = b"", ""
        env = {**os.environ, "TERM": term, "LC_ALL": "C.UTF-8"}
        self.process = subprocess.Popen([PROGRAM, "top", *words], stdin=theirs, stdout=theirs, stderr=subprocess.PIPE,
                                        cwd=scratch, env=env, start_new_session=True)
        running.append(self.process)

    def size(self, rows, columns):
        fcntl.ioctl(self.theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.cells = [[" "] * columns for _ in range(rows)]
        self.row = self.column = 0

    def resize(self, rows, columns):
        self.size(rows, columns)
        self.process.send_signal(signal.SIGWINCH)

    def control(self, arguments, letter):
        numbers = [int(number) if number.isdigit() else 0 for number in arguments.split(";")]
        first, width = max(numbers[0], 1), len(self.cells[0])
        line = self.cells[min(self.row, len(self.cells) - 1)]
        if letter in "Hf":
            self.row, self.column = first - 1, (max(numbers[1], 1) if len(numbers) > 1 else 1) - 1
        elif letter == "d":
            self.row = first - 1
        elif letter == "G":
            self.column = first - 1
        elif letter in "AB":
            self.row += first if letter == "B" else -first
        elif letter in "CD":
            self.column += first if letter == "C" else -first
        elif letter == "X":
            line[self.column:self.column + first] = [" "] * min(first, width - self.column)
        elif letter == "b":
            self.put(line[self.column - 1] * first)
        elif letter == "K":
            span = (slice(self.column, width), slice(0, self.column + 1), slice(0, width))[numbers[0]]
            line[span] = [" "] * len(line[span])
        elif letter == "J":
            for row in range(self.row if numbers[0] == 0 else 0, len(self.cells)):
                start_at = self.column if row == self.row and numbers[0] == 0 else 0
                self.cells[row][start_at:] = [" "] * (width - start_at)
        elif letter in "LM":  # no scrolling region is ever set
            for _ in range(first):
                self.cells.pop(self.row if letter == "M" else -1)
                self.cells.insert(len(self.cells) if letter == "M" else self.row, [" "] * width)
        elif letter == "P":
            line[self.column:] = line[self.column + first:] + [" "] * first
        elif letter == "@":
            line[self.column:] = ([" "] * first + line[self.column:])[:width - self.column]

    def put(self, text):
        for character in text:
            if character == "\r":
                self.column = 0
            elif character == "\n":
                self.row += 1
            elif character == "\b":
                self.column -= 1
            elif character >= " ":
                if 0 <= self.row < len(self.cells) and 0 <= self.column < len(self.cells[0]):
                    self.cells[self.row][self.column] = character
                self.column += 1

    def read(self, seconds=0.1):
        while select.select([self.ours], [], [], seconds)[0]:
            piece = os.read(self.ours, 65536)
            self.raw += piece
            text = self.rest + piece.decode(errors="replace")
            self.rest = ""
            for match in re.finditer(r"\x1b\[([?>0-9;]*)([@-~])|\x1b[()].|\x1b[=>78]|(\x1b[^@-~]*$)|([^\x1b]+)", text):
                if match.group(2):
                    self.control(match.group(1), match.group(2))
                elif match.group(3):
                    self.rest = match.group(3)
                elif match.group(4):
                    self.put(match.group(4))
            seconds = 0.02

    def text(self):
        self.read()
        return "\n".join("".join(line).rstrip() for line in self.cells)

    def shows(self, pattern, seconds=20):
        return until(lambda: re.search(pattern, self.text(), re.M), seconds) is not None

    def type(self, text):
        os.write(self.ours, text.encode())

    def ended(self, seconds=15):
        """Its exit status, and whether the terminal is as it was."""
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None, False
        self.read(0.2)
        clean = termios.tcgetattr(self.theirs) == self.before and self.raw.rfind(LEAVES) > self.raw.rfind(b"\x1b[?1049h") \
            and b"\x1b[?25h" in self.raw[self.raw.rfind(b"\x1b[?1049h"):]
        return status, clean


def has_top(state):
    if "not built in" not in run("top", "--state", state).stderr:
        return True
    skip("top is not built in")
    return False


def top(session):
    state = ["--state", session.state]
    if not has_top(session.state):
        return
    screen = Screen(*state)
    check(screen.shows(r"^ REHEARSAL +equity [0-9,.]+ USD"), "top shows mode and equity")
    check(screen.shows(r"3/3 fresh") and screen.shows(r"positions"), f"feed and panels:\n{screen.text()}")
    screen.type("3")
    check(screen.shows(r"^SOL/USD +[0-9.]+"), "3: the pairs")
    screen.type("/eth\r")
    check(until(lambda: "SOL/USD" not in screen.text() and "ETH/USD" in screen.text(), 10) is not None, "a filter narrows")
    screen.type("\x1b")
    check(screen.shows(r"^SOL/USD"), "Escape takes it away")
    screen.type("?")
    check(screen.shows(r"any key leaves", 10) or screen.shows(r"Any key leaves"), "? tells the keys")
    screen.type(" p")
    check(until(lambda: session.get("status")["paused"]) is not None and screen.shows("PAUSED"), "p pauses, and it is seen")
    screen.type("r")
    check(until(lambda: not session.get("status")["paused"]) is not None, "r resumes")
    check(bool(session.buy("BTC/USD")), "a position is bought")
    screen.type("2")
    check(screen.shows(r"^BTC/USD +[-+][0-9.]+ "), "and seen with what it earns")
    screen.type("x")
    check(screen.shows("Close the position in BTC/USD"), "x asks")
    screen.type("n")
    time.sleep(1)
    check(bool(session.get("positions")), "another key than y leaves it")
    screen.type("xy")
    check(until(lambda: not session.get("positions")) is not None, "y closes it")
    check(bool(session.buy("ETH/USD")), "another one")
    screen.type("Fclose all\r")
    check(until(lambda: not session.get("positions")) is not None, "F and the typed words sell everything")
    screen.resize(36, 120)
    check(screen.shows(r"^ REHEARSAL") and screen.shows("up "), "it follows the terminal's size")
    screen.resize(6, 24)
    check(screen.shows(r"^ REHEARSAL"), "also a very small one")
    screen.resize(24, 80)
    screen.type("1q")
    check(screen.ended() == (0, True), "q ends it, and leaves the terminal as it was")
    for how, status in ((signal.SIGTERM, 0), (signal.SIGINT, 0), (signal.SIGHUP, 0), (signal.SIGSEGV, -signal.SIGSEGV),
                        (signal.SIGABRT, -signal.SIGABRT)):
        screen = Screen(*state)
        screen.shows("equity")
        screen.process.send_signal(how)
        ended = screen.ended()
        check(ended == (status, True), f"so does {how.name}: {ended}")
    screen = Screen(*state, "--plain")
    check(screen.shows("equity") and all(ord(character) < 128 for character in screen.text()), "--plain is ASCII alone")
    screen.type("q")
    screen.ended()
    done = run("top", *state)
    check(done.returncode == 1 and "terminal" in done.stderr, "without a terminal it says so")


def lost():
    session = Desk("lost")
    if not check(bool(session.ready()), "another rehearsal is ready") or not has_top(session.state):
        return
    screen = Screen("--state", session.state)
    check(screen.shows("3/3 fresh"), "top shows a session")
    session.end()
    check(screen.shows("NO CONNECTION", 5), "which ends: it is said at once")
    session = Desk("lost")
    check(bool(session.ready()) and until(lambda: "NO CONNECTION" not in screen.text() and "fresh" in screen.text(), 30) is not None,
          "it starts again, at another port: it is found again")
    screen.type("q")
    check(screen.ended() == (0, True), "and left in order")
    session.end()


def rehearsal():
    session = Desk("rehearsal")
    if not check(bool(session.ready()), "a rehearsal is ready"):
        return
    looks(session)
    close_all(session)
    by_address(session)
    stressed(session)
    top(session)
    killed(session)


main(rehearsal, lost, over_tls)

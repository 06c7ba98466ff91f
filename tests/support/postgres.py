# SPDX-License-Identifier: MIT
"""A PostgreSQL server of a test's own: in a folder of its own, on loopback, with a password, ended by its pid."""
import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time

USER, PASSWORD = "searcher", "no-one-must-read-this"


def programs():
    """The folder of initdb and postgres; None where no server is installed."""
    found = glob.glob("/usr/lib/postgresql/*/bin/initdb")
    if found:
        return os.path.dirname(max(found, key=lambda path: int(path.split("/")[4])))
    initdb = shutil.which("initdb")
    return os.path.dirname(os.path.realpath(initdb)) if initdb else None


def unprivileged():
    """The server refuses root: who it runs as then, and the words that make a command theirs. None: nobody is."""
    end = ["setpriv", "--pdeathsig", "QUIT"]
    if os.getuid() != 0:
        return pwd.getpwuid(os.getuid()), end
    for name in ("postgres", "nobody"):
        try:
            who = pwd.getpwnam(name)
        except KeyError:
            continue
        return who, [*end, f"--reuid={who.pw_uid}", f"--regid={who.pw_gid}", "--clear-groups"]
    return None


def missing():
    """What there is not, in words; "" when a server can run."""
    if programs() is None:
        return "no PostgreSQL server is installed (Debian: postgresql)"
    if shutil.which("setpriv") is None:
        return "no setpriv (Debian: util-linux)"
    return "" if unprivileged() else "no user but root, whom PostgreSQL refuses"


class Server:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="cuttle-postgres-", dir="/tmp")
        who, self.become = unprivileged()
        if os.getuid() == 0:
            os.chown(self.folder, who.pw_uid, who.pw_gid)
        self.data = os.path.join(self.folder, "data")
        self.process = None
        secret = os.path.join(self.folder, "secret")
        with open(secret, "w", encoding="ascii") as out:
            out.write(PASSWORD + "\n")
        os.chmod(secret, 0o644)
        self.do("initdb", "-D", self.data, "-U", USER, "-A", "scram-sha-256", f"--pwfile={secret}", "--no-sync",
                "-E", "UTF8", "--locale=C")
        os.unlink(secret)
        self.port = None
        try:
            self.start()
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def words(self, program, *words):
        return [*self.become, os.path.join(programs(), program), *words]

    def do(self, program, *words):
        done = subprocess.run(self.words(program, *words), cwd=self.folder, capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise RuntimeError(f"{program}: {done.stdout}{done.stderr}")

    def begin(self, port):
        log = open(os.path.join(self.folder, "server.log"), "ab")
        self.process = subprocess.Popen(
            self.words("postgres", "-D", self.data, "-p", str(port), "-k", self.folder, "-h", "127.0.0.1",
                       "-c", "fsync=off", "-c", "max_connections=40", "-c", "shared_buffers=16MB"),
            cwd=self.folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        log.close()
        until = time.monotonic() + 60
        while self.process.poll() is None and time.monotonic() < until:
            if self.ask("SELECT 1", check=False).stdout.strip() == "1":
                return True
            time.sleep(0.05)
        self.stop(signal.SIGQUIT)
        return False

    def start(self):
        """On the port it had, or on one that is free."""
        for _ in range(5):
            port = self.port
            if port is None:
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", 0))
                    port = probe.getsockname()[1]
            self.port, known = port, self.port is not None
            if self.begin(port):
                return
            self.port = port if known else None
        with open(os.path.join(self.folder, "server.log"), encoding="utf-8", errors="replace") as log:
            raise RuntimeError("PostgreSQL did not start: " + log.read()[-2000:])

    def stop(self, how=signal.SIGINT):
        """SIGINT ends it in order, SIGQUIT as a crash does."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def close(self):
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def address(self, database="postgres"):
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"

    def ask(self, sql, database="postgres", check=True):
        """One statement by psql, its rows a line each with columns between bars."""
        done = subprocess.run([os.path.join(programs(), "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", sql,
                               self.address(database)], env={**os.environ, "PGPASSWORD": PASSWORD},
                              capture_output=True, text=True, timeout=60)
        if check and done.returncode != 0:
            raise RuntimeError(f"{sql}: {done.stderr}")
        return done

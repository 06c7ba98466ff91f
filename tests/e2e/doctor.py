# SPDX-License-Identifier: MIT
"""`cuttle doctor` against the local Kraken as if it were the real one: all well, and each thing that
can be wrong, found and named with its remedy."""
import base64
import json
import os
import re
import signal
import socket
import time

from cuttle import check, drain, line_of, main, path, query, run, scratch, skip, start, stop
from peer import Handler, at, certificate, exchange, listen

PAIRS = "BTC/USD ETH/USD"
USUAL = "query-funds,query-open-trades,query-closed-trades,modify-trades,create-ws-token"
OTHER = base64.b64encode(b"not the secret of any key, but as long as one would be, nearly so").decode()


def serve(*flags):
    process, client = exchange("--market", "synthetic", "--seed", "7", "--pairs", PAIRS, "--from", "now",
                               "--profile", "real", "--balance", "USD=5000", *flags)
    return process, client.port, client.key, client.secret


class Door(Handler):
    """Before the local Kraken, whose market begins with a whole minute: tells what time it is."""

    def answer(self):
        if self.path == "/0/public/Time":
            told = {"error": [], "result": {"unixtime": int(time.time() - self.server.ahead)}}
            self.reply(json.dumps(told).encode())
        else:
            self.reply(self.handed_on())

    do_GET = do_POST = answer


def door(port, ahead=0):
    """Its port; of a venue behind whose clock ours is so many seconds `ahead`."""
    return listen(Door, port=port, ahead=ahead).server_port


def options(port, state, *flags, ahead=0, direct=False):
    rest = port if direct else door(port, ahead)
    return [*at(port, rest), "--pairs", PAIRS, "--state", path(state), "--capital", "2000", *flags]


def doctor(*flags, key=None, secret=None, **more):
    env = dict(os.environ)
    if key is not None:
        env.update(CUTTLE_KRAKEN__KEY=key, CUTTLE_KRAKEN__SECRET=secret)
    return run("doctor", "--set", "server.port=0", *flags, env=env, **more)


def says(done, verdict, what, words=""):
    """Whether one line has this verdict on this part, with these words in it."""
    return re.search(rf"^{verdict} +{what} .*{words}", done.stdout, re.M) is not None


def failed(done, what, words, name):
    check(done.returncode == 1 and says(done, "FAIL", what, words), f"{name}: {what} FAILs")
    if not says(done, "FAIL", what, words):
        print(done.stdout, done.stderr)


def well():
    venue, port, key, secret = serve("--permissions", USUAL)
    done = doctor(*options(port, "w1"), key=key, secret=secret)
    parts = ["configuration", "state", "dashboard", "network", "clock", "venue", "pairs", "nonce", "key", "permissions", "balance"]
    bad = [part for part in parts if not says(done, "ok", part)]
    check(done.returncode == 0 and bad == [] and "all is well" in done.stdout, f"all is well, and every part says so {bad}")
    if bad:
        print(done.stdout, done.stderr)
    check(len(re.findall(r"^ok +network .* answers in \d+ ms", done.stdout, re.M)) == 3,
          "REST and both WebSockets answer, with their round trips")
    check(not os.path.exists(path("w1")), "a state directory that is not there is not made")
    check(secret not in done.stdout + done.stderr and key not in done.stdout + done.stderr, "the key is not shown")
    done = doctor(*options(port, "w1"))
    check(done.returncode == 0 and says(done, "skip", "key", "paper needs none"), "without a key its part is skipped, visibly")
    check(says(done, "ok", "clock") and says(done, "ok", "pairs"), "and what is public is asked all the same")
    failed(doctor(*options(port, "w1", "--mode", "live")), "key", "vault set", "live without a key")
    done = doctor("--state", path("w1"))
    check(done.returncode == 0 and says(done, "skip", "venue"), "with the local market there is no network to ask")
    stop(venue)


def key_wrong():
    venue, port, key, secret = serve("--permissions", "query-open-trades,query-closed-trades,close-trades")
    failed(doctor(*options(port, "k1"), key=key, secret=OTHER), "key", "Invalid signature: the secret is not", "another secret")
    failed(doctor(*options(port, "k1"), key="nobody", secret=secret), "key", "Invalid key", "an unknown key")
    failed(doctor(*options(port, "k1"), key=key, secret="!"), "key", "base64", "a secret that is none")
    done = doctor(*options(port, "k1"), key=key, secret=secret)
    for name in ("query-funds", "modify-trades", "create-ws-token"):
        failed(done, "permissions", f"lacks {name}", "a key that may too little")
    check("lacks query-open" not in done.stdout, "what it has is not missed")
    stop(venue)
    venue, port, key, secret = serve("--permissions", USUAL + ",withdraw-funds", "--variant", "3")
    failed(doctor(*options(port, "k1"), key=key, secret=secret), "permissions", "may withdraw", "a key that may withdraw")
    stop(venue)


def poor():
    venue, port, key, secret = serve()
    done = doctor(*options(port, "p1", "--capital", "9000"), key=key, secret=secret)
    check(done.returncode == 0 and says(done, "warn", "balance", "5000.00 USD are free.*9000.00"),
          "less money than session.capital is a warning")
    failed(doctor(*options(port, "p1", "--pairs", "BTC/USD NOPE/USD")), "pairs", "does not list NOPE/USD", "a pair that is none")
    failed(doctor(*options(port, "p1", "--set", "session.currency=EUR")), "pairs", "not quoted in EUR", "another currency")
    failed(doctor(*options(port, "p1", "--set", "strategies.enabled=luck")), "configuration", "no strategy", "a strategy that is none")
    done = doctor(*options(port, "p1", "--set", "risk.nothing=1"))
    check(done.returncode == 1 and says(done, "FAIL", "configuration") and "risk.nothing" in done.stderr,
          "an option that is none FAILs, and is named")
    stop(venue)


def door_shut():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        at_it = ["--state", path("d1"), "--set", f"server.port={taken.getsockname()[1]}"]
        failed(doctor(*at_it), "dashboard", "in use", "a port that another program has")
        check(says(doctor(*at_it, "--headless"), "skip", "dashboard", "off"), "which does not matter without one")
    elsewhere = ["--state", path("d1"), "--set", "server.address=0.0.0.0"]
    failed(doctor(*elsewhere), "dashboard", "server.cert_file", "another address without TLS")
    if certificate("another.example") is None:
        skip("there is no openssl")
        return
    os.rename(path("tls.key"), path("another.key"))
    certificate("bot.example")
    tls = [*elsewhere, "--set", f"server.cert_file={path('tls.pem')}", "--set"]
    failed(doctor(*tls, f"server.key_file={path('tls.key')}"), "dashboard", "cuttle key add", "and with it, without a key")
    run("key", "add", "ops", "--state", path("d1"))
    check(says(doctor(*tls, f"server.key_file={path('tls.key')}"), "ok", "dashboard", "with TLS"), "with both it can be opened")
    failed(doctor(*tls, f"server.key_file={path('another.key')}"), "dashboard", "mismatch", "another certificate's key")
    os.chmod(path("d1/api-keys"), 0o644)
    check(says(doctor("--state", path("d1")), "warn", "dashboard", "api-keys.*no key is taken"), "keys that others may read are none")


def clock():
    venue, port, _, _ = serve()
    done = doctor(*options(port, "c1", ahead=12))
    check(done.returncode == 0 and says(done, "warn", "clock", r"1[012] s ahead of the venue's"), "a clock some seconds ahead is a warning")
    failed(doctor(*options(port, "c1", ahead=-90)), "clock", r"(89|9\d) s behind the venue's: let NTP", "a clock far behind")
    stop(venue)


def no_network():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    done = doctor(*options(port, "n1", direct=True))
    failed(done, "network", "venue.rest_url", "a port where nobody listens")
    check(says(done, "skip", "account"), "and what depends on it is skipped, visibly")
    venue, port, _, _ = serve()
    failed(doctor(*options(port, "n1", "--set", f"venue.ws_url=ws://127.0.0.1:{port}/v1")), "network", "venue.ws_url",
           "a WebSocket that is not there")
    stop(venue)


def state():
    with open(path("file"), "w", encoding="utf-8") as file:
        file.write("no directory")
    failed(doctor("--state", path("file")), "state", "is no directory", "a file for a state directory")
    failed(doctor("--state", path("file/below")), "state", "Not a directory", "a directory below a file")
    os.mkdir(path("open"))
    os.chmod(path("open"), 0o755)
    done = doctor("--state", path("open"))
    check(done.returncode == 0 and says(done, "warn", "state", "rights 755"), "rights that let others in are a warning")
    done = run("run", "--headless", "--quiet", "--venue", "files", "--pairs", PAIRS, "--state", path("s1"), "--for", "1s")
    done = doctor("--state", path("s1"))
    check(done.returncode == 0 and says(done, "ok", "ledger", "version [1-9]") and says(done, "ok", "lock") and
          says(done, "ok", "journal", "reads to its end"), "a state that was used: its ledger and journal read")
    process = start("run", "--headless", "--state", "s2", "--pairs", "BTC/USD", "--set", "session.mode=paper")
    line_of(process, "trading from here", 30)
    drain(process)
    time.sleep(2)
    stop(process, signal.SIGKILL)  # so that records stand behind the snapshot: damage at the very end is a torn tail
    newest = sorted(os.listdir(path("s2/journal")))[-1]
    with open(path(f"s2/journal/{newest}"), "r+b") as file:
        file.seek(1000)
        file.write(b"\xff" * 64)
    failed(doctor("--state", path("s2")), "journal", "cuttle replay", "a damaged journal")
    with open(path("s2/ledger.db"), "wb") as file:
        file.write(b"no database, but long enough to be taken for the head of one" * 20)
    failed(doctor("--state", path("s2")), "ledger", "backup", "a damaged ledger")


def read_only():
    """A directory that its owner may not write; root may write anywhere, so root becomes nobody."""
    os.mkdir(path("locked"))
    more, nobody = {}, 65534
    if os.geteuid() == 0:
        os.chmod(scratch, 0o755)
        os.chown(path("locked"), nobody, nobody)
        more = {"user": nobody, "group": nobody, "extra_groups": []}
    os.chmod(path("locked"), 0o500)
    try:
        done = doctor("--state", path("locked"), **more)
    except PermissionError:
        skip("read-only state: nobody may not run the program where it stands")
        return
    failed(done, "state", "cannot be written: Permission denied", "a read-only state directory")
    if more:
        failed(doctor("--state", path("locked")), "state", "belongs to user 65534", "somebody else's state directory")


def beside_a_session():
    venue, port, key, secret = serve()
    process = start("run", "--headless", *options(port, "b1"))
    check(line_of(process, "paper trading", 30) is not None, "a session runs")
    drain(process)
    done = doctor(*options(port, "b1"), key=key, secret=secret)
    check(done.returncode == 0 and says(done, "warn", "lock", f"in use by process {process.pid}") and
          says(done, "skip", "key", "nonces"), "beside a session its key is left alone")
    stop(process, signal.SIGTERM)
    done = doctor(*options(port, "b1"), key=key, secret=secret)
    bound = int(query("b1", "SELECT value FROM state WHERE key='nonce'")[0][0])
    check(done.returncode == 0 and says(done, "ok", "key"), "after it, it is asked")
    again = doctor(*options(port, "b1"), key=key, secret=secret)
    check(again.returncode == 0 and int(query("b1", "SELECT value FROM state WHERE key='nonce'")[0][0]) > bound,
          "and the numbers it uses are kept for the next start")
    stop(venue)


def probe():
    venue, port, key, secret = serve()
    done = doctor(*options(port, "q1", direct=True), "--probe", key=key, secret=secret)
    found = re.findall(r"^found +probe +(.*)$", done.stdout, re.M)
    text = "\n".join(found)
    check("GetApiKeyInfo has api_key_name" in text, "the casing of GetApiKeyInfo is found")
    for words in ("limit with cl_ord_id", "the same with a deadline in 5 s", "with a conditional close"):
        check(f"REST, {words}: taken" in text and f"WebSocket, {words}: taken" in text, f"{words}: taken over both")
    check("with a deadline that has passed: EService:Deadline elapsed" in text, "a refusal is told in the venue's words")
    check("an unknown private call: {\"error\":[\"EGeneral:Unknown method\"" in text, "so are errors of reads")
    check("XBT/USD over WebSocket" in text and len(found) > 40, f"{len(found)} things are found")
    if len(found) <= 40:
        print(done.stdout, done.stderr)
    check(secret not in done.stdout and key not in done.stdout, "and no secret among them")
    done = doctor(*options(port, "q1"), "--set", "session.pairs=BTC/USD", key=key, secret=secret)
    check(says(done, "ok", "balance", "5000.00 USD are free"), "nothing was ordered: all the money is free")
    camel, port, key, secret = serve("--variant", "1")
    for variant in range(2, 12):
        done = doctor(*options(port, "q2"), "--probe", key=key, secret=secret)
        if "apiKeyName" in done.stdout:
            break
        stop(camel)
        camel, port, key, secret = serve("--variant", str(variant))
    check("GetApiKeyInfo has apiKeyName" in done.stdout and says(done, "ok", "permissions"), "the other casing is found and read too")
    stop(camel)
    stop(venue)


main(well, key_wrong, poor, door_shut, clock, no_network, state, read_only, beside_a_session, probe)

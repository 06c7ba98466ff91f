# SPDX-License-Identifier: MIT
"""Candles on their way into the store: Kraken's history as one zip archive, and what a broken one leaves behind."""
import os
import random
import zipfile

from cuttle import check, main, path, run, write

DAY = 1722470400  # 2024-08-01


def rows_of(seed, minutes, count, columns=7):
    """A table as Kraken's history has it; some candles are missing: nobody traded."""
    chance = random.Random(seed)
    lines, price = [], 100.0
    for i in range(count):
        if chance.random() < 0.1:
            continue
        o, price = price, round(price + chance.uniform(-1, 1), 2)
        row = [DAY + i * minutes * 60, o, max(o, price) + 0.5, min(o, price) - 0.5, price, round(chance.random(), 8), 3]
        lines.append(",".join(map(str, row[:columns])))
    return "\n".join(lines) + "\n"


MEMBERS = {
    "Kraken_OHLCVT/XBTUSD_1.csv": rows_of(1, 1, 3000),
    "Kraken_OHLCVT/XBTUSD_60.csv": rows_of(2, 60, 500),
    "Kraken_OHLCVT/XBTUSD_30.csv": rows_of(3, 30, 500),
    "Kraken_OHLCVT/ETHUSD_60.csv": rows_of(4, 60, 400),
    "Kraken_OHLCVT/XDGUSD_1440.csv": rows_of(5, 1440, 50),
    "Kraken_OHLCVT/NOBODYUSD_60.csv": "",
    "Kraken_OHLCVT/readme.txt": "words",
}


def archive(name, members=None, packed=zipfile.ZIP_DEFLATED, large=False):
    with zipfile.ZipFile(path(name), "w", packed) as file:
        file.mkdir("Kraken_OHLCVT") if hasattr(file, "mkdir") else file.writestr("Kraken_OHLCVT/", "")
        for member, text in (members or MEMBERS).items():
            with file.open(member, "w", force_zip64=large) as out:
                out.write(text.encode())
    return path(name)


def files(store):
    """Every file of a store with its bytes, but for locks."""
    found = {}
    for folder, _, names in os.walk(path(store)):
        for name in names:
            if not name.endswith(".lock"):
                with open(os.path.join(folder, name), "rb") as file:
                    found[os.path.relpath(os.path.join(folder, name), path(store))] = file.read()
    return found


def an_archive_is_stored_like_the_files_in_it():
    for number, (packed, large) in enumerate([(zipfile.ZIP_DEFLATED, False), (zipfile.ZIP_STORED, True)]):
        done = run("data", "import", archive("whole.zip", None, packed, large), "--store", f"zip{number}")
        print(done.stdout, done.stderr)
        check(done.returncode == 0 and "4 of 4 files stored" in done.stdout, "all members of our timeframes are stored")
        check("2 files are no candles" in done.stdout and "1 files are empty" in done.stdout, "the others are counted")
    for member, text in MEMBERS.items():
        name = os.path.basename(member)
        if text and name.endswith(".csv") and "_30" not in name:
            check(run("data", "import", write(name, text), "--store", "single").returncode == 0, f"{name} by itself")
    check(files("zip0") == files("single") == files("zip1") and len(files("single")) == 4,
          "the candles are those of the files by themselves, byte for byte")
    again = run("data", "import", path("whole.zip"), "--store", "zip0")
    check(again.returncode == 0 and ", 0 candles added" in again.stdout, "once more adds nothing")


def pairs_and_timeframes_are_chosen():
    done = run("data", "import", archive("some.zip"), "--store", "some", "--pairs", "BTC/USD,DOGEUSD")
    check(done.returncode == 0 and sorted(files("some")) ==
          ["KRAKEN/BTC-USD/1h.npy", "KRAKEN/BTC-USD/1m.npy", "KRAKEN/DOGE-USD/1d.npy"], "by any of their names")
    done = run("data", "import", path("some.zip"), "--store", "hours", "--timeframe", "1h")
    check(done.returncode == 0 and sorted(files("hours")) ==
          ["KRAKEN/BTC-USD/1h.npy", "KRAKEN/ETH-USD/1h.npy"], "or by timeframe")
    done = run("data", "import", path("some.zip"), "--store", "none", "--pairs", "BTC/USD SOL/USD")
    check(done.returncode == 1 and "no candles of SOL/USD; nothing was stored" in done.stderr and not files("none"),
          "a pair that is not there is said before anything is stored")
    done = run("data", "import", path("some.zip"), "--store", "none", "--as", "KRAKEN:BTC/USD")
    check(done.returncode == 1 and "choose it with --pairs" in done.stderr, "one name for several pairs is refused")


def a_broken_archive_leaves_the_store_as_it_was():
    check(run("data", "import", archive("good.zip", {"XBTUSD_60.csv": rows_of(2, 60, 100)}), "--store", "kept")
          .returncode == 0, "a store with candles")
    before = files("kept")
    with open(archive("broken.zip"), "rb") as file:
        whole = file.read()
    with zipfile.ZipFile(path("broken.zip")) as file:
        info = file.getinfo("Kraken_OHLCVT/XDGUSD_1440.csv")
    at = info.header_offset + 30 + len(info.filename) + info.compress_size // 2
    with open(path("broken.zip"), "wb") as file:
        file.write(whole[:at] + bytes([whole[at] ^ 0xff]) + whole[at + 1:])
    done = run("data", "import", path("broken.zip"), "--store", "kept")
    print(done.stderr)
    check(done.returncode == 1 and "broken.zip:Kraken_OHLCVT/XDGUSD_1440.csv: " in done.stderr
          and "nothing of it was stored" in done.stderr, "the damaged member is named")
    check(files("kept") == before, "and the members before it are not stored either")
    with open(path("broken.zip"), "wb") as file:
        file.write(whole[:len(whole) // 2])
    done = run("data", "import", path("broken.zip"), "--store", "kept")
    check(done.returncode == 1 and "cut short" in done.stderr and files("kept") == before, "nor of half an archive")
    bad = dict(MEMBERS, **{"Kraken_OHLCVT/XDGUSD_1440.csv": "1722470400,1,1,1,1,1,1\nsoon,1,1,1,1,1,1\n"})
    done = run("data", "import", archive("bad.zip", bad), "--store", "kept", "--bad", "0")
    check(done.returncode == 1 and "XDGUSD_1440.csv:2: its time is no whole number" in done.stderr
          and files("kept") == before, "a bad row is named by member and line")
    done = run("data", "import", path("bad.zip"), "--store", "kept", "--bad", "1")
    check(done.returncode == 2 and "1 rows were refused" in done.stdout and done.stderr.count("soon") == 0
          and done.stderr.count("XDGUSD_1440.csv:2:") == 1, "or left out, and said once")


def candles_that_stand_in_are_told_by_every_list():
    write("BINANCE_BTCUSDT_1h.csv", rows_of(6, 60, 48, 6))
    done = run("data", "import", path("BINANCE_BTCUSDT_1h.csv"), "--as", "KRAKEN:BTC/USD", "--store", "mapped")
    check(done.returncode == 0 and "it is stored as KRAKEN:BTC/USD because --as says so" in done.stdout, "a mapping")
    done = run("data", "import", archive("usdt.zip", {"a/ETHUSDT_60.csv": rows_of(7, 60, 48)}), "--as", "KRAKEN:ETH/USD",
               "--store", "mapped", "--pairs", "ETH/USDT")
    check(done.returncode == 0, "likewise out of an archive")
    for command in ("list", "check"):
        told = run("data", command, "--store", "mapped").stdout
        check("stands in, by --as: BINANCE:BTC/USDT from 2024-08-01 to 2024-08-02" in told
              and "stands in, by --as: ?:ETH/USDT from 2024-08-01 to 2024-08-02" in told, f"{command} repeats it")
    told = run("data", "list", "--store", "single").stdout
    check("stands in" not in told, "and says nothing of candles that are what they are called")


if __name__ == "__main__":
    main(an_archive_is_stored_like_the_files_in_it, pairs_and_timeframes_are_chosen,
         a_broken_archive_leaves_the_store_as_it_was, candles_that_stand_in_are_told_by_every_list)

# SPDX-License-Identifier: MIT
"""The documents say what is so: the reference is the program's own, the example is right, every command explains
itself, links lead somewhere, and the map of the house has every room.

    CUTTLE_PROGRAM=build/cuttle CUTTLE_SOURCE=. python3 tests/app/documents.py [--write]

--write brings the reference in docs/configuration.md up to date.
"""
import glob
import os
import re
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(os.environ["CUTTLE_PROGRAM"])
SOURCE = os.path.abspath(os.environ["CUTTLE_SOURCE"])
MARK = "tests/app/documents.py --write. -->\n\n"


def read(name):
    with open(os.path.join(SOURCE, name), encoding="utf-8") as file:
        return file.read()


def pages():
    return ["README.md"] + sorted(os.path.relpath(path, SOURCE) for path in glob.glob(f"{SOURCE}/docs/*.md"))


def cuttle(*arguments):
    """Runs the program in an empty directory, so that no cuttle.yaml, .env or variable has a word in it."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("CUTTLE_")}
    with tempfile.TemporaryDirectory() as empty:
        return subprocess.run([PROGRAM, *arguments], cwd=empty, env=plain, capture_output=True, text=True, timeout=60)


def commands():
    return re.findall(r"^  cuttle ([\w-]+)", cuttle("help").stdout, re.M)


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def the_reference_is_what_the_program_says():
    head, mark, written = read("docs/configuration.md").partition(MARK)
    said = cuttle("config", "reference").stdout
    expect(mark and len(said) > 1000, "no mark in docs/configuration.md, or no reference")
    if "--write" in sys.argv:
        with open(os.path.join(SOURCE, "docs/configuration.md"), "w", encoding="utf-8") as file:
            file.write(head + mark + said)
        return
    expect(written == said, "docs/configuration.md is not what `cuttle config reference` prints. Write it anew: "
           "CUTTLE_PROGRAM=build/cuttle CUTTLE_SOURCE=. python3 tests/app/documents.py --write")


def the_examples_are_right():
    examples = glob.glob(f"{SOURCE}/examples/*.yaml")
    expect(examples, "no examples/*.yaml")
    pieces = re.findall(r"```yaml\n(.*?)```", read("docs/configuration.md"), re.S)
    expect(len(pieces) >= 3, "the pieces in docs/configuration.md are gone")
    with tempfile.TemporaryDirectory() as folder:
        for number, piece in enumerate(pieces):
            examples.append(os.path.join(folder, f"piece-{number}.yaml"))
            with open(examples[-1], "w", encoding="utf-8") as file:
                file.write(re.sub(r"\bkind: replay", "kind: synthetic", piece))  # there is no store here
        for example in examples:
            done = cuttle("config", "check", "--config", example)
            expect(done.returncode == 0, f"{example}: {done.stderr}")


def the_scripts_are_right():
    """The strategies in Lua, those of the folder and the one on the page, load as they stand."""
    pieces = re.findall(r"```lua\n(.*?)```", read("docs/lua.md"), re.S)
    scripts = glob.glob(f"{SOURCE}/strategies/examples/*.lua")
    expect(len(pieces) == 1 and len(scripts) == 2, "the pieces in docs/lua.md or strategies/examples/*.lua are gone")
    with tempfile.TemporaryDirectory() as folder:
        texts = {"piece": pieces[0]} | {os.path.basename(path)[:-4]: read(path) for path in scripts}
        for name, text in texts.items():
            with open(os.path.join(folder, name + ".lua"), "w", encoding="utf-8") as file:
                file.write(text)
        done = cuttle("config", "check", "--strategies-folder", folder, "--set",
                      "strategies.enabled=" + " ".join(texts))
        expect(done.returncode == 0 or "built without Lua" in done.stderr, f"docs/lua.md: {done.stderr}")


def every_command_explains_itself():
    expect(len(commands()) >= 7, f"`cuttle help` lists {commands()}")
    for command in commands():
        for words in [("help", command), (command, "--help"), (command, "-h")]:
            done = cuttle(*words)
            expect(done.returncode == 0 and "cuttle" in done.stdout, f"cuttle {' '.join(words)}: {done.stderr}")
            expect(not done.stderr, f"cuttle {' '.join(words)} says on stderr: {done.stderr}")


def every_example_names_what_the_help_explains():
    """Each command shows how it is used, with no option that its help, or one that it points to, does not name."""
    for command in set(commands()) - {"help", "version"}:
        text, _, examples = cuttle("help", command).stdout.partition("\nExamples:\n")
        expect(f"cuttle {command}" in examples, f"`cuttle help {command}` has no example")
        known = text + "".join(cuttle("help", other).stdout for other in re.findall(r"of `cuttle ([a-z]+)`", text))
        for option in re.findall(r" (--[a-z-]+)", examples):
            expect(option in known, f"`cuttle help {command}` has {option} in an example alone")


def every_command_in_the_documents_exists():
    for page in pages():
        for command in re.findall(r"(?:^    \$? ?|`|\$ |build/)cuttle ([a-z]+(?:-[a-z]+)*)\b", read(page), re.M):
            expect(command in commands(), f"{page} speaks of `cuttle {command}`, which there is not")
        for command in re.findall(r"\./dev ([a-z]+)\b", read(page)):
            expect(re.search(rf"^{command}( \||\))", read("dev"), re.M), f"{page} speaks of ./dev {command}, which there is not")


def every_indicator_is_on_its_page():
    page = read("docs/indicators.md")
    asks = re.findall(r"^  ([a-z_]+)(?::[A-Z_:]+)? {2,}", cuttle("help", "indicator").stdout.split("value.")[-1], re.M)
    expect(len(asks) >= 27, f"`cuttle help indicator` lists {asks}")
    for ask in asks:
        expect(re.search(rf"^\| `{ask}[:`]", page, re.M), f"docs/indicators.md does not have {ask}")


def every_link_leads_somewhere():
    for page in pages():
        for link in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", read(page)):
            path = os.path.join(SOURCE, os.path.dirname(page), link)
            expect(os.path.exists(path), f"{page}: {link} is not there")


def every_page_is_in_the_index():
    index = read("docs/README.md")
    for page in pages():
        name = os.path.basename(page)
        expect(name == "README.md" or f"({name})" in index, f"docs/README.md does not list {name}")


def the_map_has_every_room():
    text = read("README.md")
    for folder in sorted(glob.glob(f"{SOURCE}/src/*/") + glob.glob(f"{SOURCE}/src/*/*/")):
        room = os.path.basename(folder.rstrip("/"))
        expect(f"`{room}`" in text, f"the map in README.md lacks {os.path.relpath(folder, SOURCE)}")


TESTS = [the_reference_is_what_the_program_says, the_examples_are_right, the_scripts_are_right,
         every_command_explains_itself, every_example_names_what_the_help_explains,
         every_command_in_the_documents_exists, every_indicator_is_on_its_page, every_link_leads_somewhere, every_page_is_in_the_index,
         the_map_has_every_room]


def main():
    failed = 0
    for test in TESTS:
        try:
            test()
        except AssertionError as error:
            failed += 1
            print(f"[  FAILED  ] {test.__name__}: {error}", file=sys.stderr)
    print(f"[  PASSED  ] {len(TESTS) - failed} test(s).")
    if failed:
        print(f"[  FAILED  ] {failed} test(s)")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

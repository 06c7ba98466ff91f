# SPDX-License-Identifier: MIT
"""What stands in packaging/ is whole: the Kubernetes job is YAML of the right shape, the Slurm script is bash, and the
search in each is one that this program takes.

    CUTTLE_PROGRAM=build/cuttle CUTTLE_SOURCE=. python3 tests/app/packaging.py"""
import os
import re
import shlex
import subprocess
import sys
import tempfile

try:
    import yaml
except ImportError:
    yaml = None

PROGRAM = os.path.abspath(os.environ["CUTTLE_PROGRAM"])
SOURCE = os.path.abspath(os.environ["CUTTLE_SOURCE"])
SCRIPT = os.path.join(SOURCE, "packaging/slurm/search.sbatch")


def read(name):
    with open(os.path.join(SOURCE, "packaging", name), encoding="utf-8") as file:
        return file.read()


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def is_taken(words):
    """All but the board and the store: no database is there, and other candles. So few sets that it takes moments."""
    words = list(words)
    for flag in ("--board", "--lease", "--store", "--pair", "--start", "--end", "--trials"):
        at = words.index(flag)
        del words[at:at + 2]
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "hours.csv"), "w", encoding="ascii") as out:
            out.write("time,open,high,low,close,volume\n")
            for i in range(1500):
                price = 100 + (i * 7919 % 61) / 10
                out.write(f"{1640995200 + 3600 * i},{price},{price + 1},{price - 1},{price},1\n")
        plain = {name: value for name, value in os.environ.items() if not name.startswith("CUTTLE_")}
        done = subprocess.run([PROGRAM, *words, "--candles", "hours.csv", "--trials", "2", "--min-trades", "0"], cwd=folder,
                              env=plain, capture_output=True, text=True, timeout=120)
        expect(done.returncode == 0, (words, done.stdout, done.stderr))


def the_kubernetes_job_is_a_job():
    if yaml is None:
        return "no YAML parser for Python (Debian: python3-yaml)"
    documents = list(yaml.safe_load_all(read("kubernetes/search-job.yaml")))
    expect(len(documents) == 1, "one document")
    job = documents[0]
    expect((job["apiVersion"], job["kind"]) == ("batch/v1", "Job"), job)
    spec, pod = job["spec"], job["spec"]["template"]["spec"]
    expect(spec["completionMode"] == "Indexed" and spec["completions"] == spec["parallelism"] > 1, spec)
    expect(pod["restartPolicy"] == "Never", "what podFailurePolicy asks for")
    worker, = pod["containers"]
    expect({mount["name"] for mount in worker["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}, pod)
    secrets = [entry["valueFrom"]["secretKeyRef"] for entry in worker["env"] if entry["name"] == "PGPASSWORD"]
    expect(secrets == [{"name": "cuttle-postgres", "key": "password"}], worker["env"])
    words = worker["command"] + worker["args"]
    expect(all(isinstance(word, str) for word in words), "a number or date that YAML made of a word")
    expect(words[words.index("--workers") + 1] == worker["resources"]["limits"]["cpu"], "a thread for each core")
    is_taken(words[1:])
    return ""


def the_slurm_script_is_bash():
    done = subprocess.run(["bash", "-n", SCRIPT], capture_output=True, text=True, timeout=30)
    expect(done.returncode == 0 and done.stderr == "", done.stderr)
    lines = read("slurm/search.sbatch").splitlines()
    expect(lines[0] == "#!/bin/bash", lines[0])
    begun = next(i for i, line in enumerate(lines) if line and not line.startswith("#"))
    wishes = [i for i, line in enumerate(lines) if line.startswith("#SBATCH ")]
    expect(wishes and max(wishes) < begun, "sbatch reads no wish behind the first command")
    expect(any(line.startswith("#SBATCH --array=") for line in lines), "no array")
    return ""


def the_slurm_script_searches():
    """With an srun that prints its words."""
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "srun"), "w", encoding="ascii") as out:
            out.write("#!/bin/bash\nprintf '%q ' \"$@\"\n")
        os.chmod(os.path.join(folder, "srun"), 0o755)
        plain = {name: value for name, value in os.environ.items() if not name.startswith("CUTTLE_")}
        node = {**plain, "PATH": f"{folder}:{os.environ['PATH']}", "TMPDIR": folder, "SLURM_CPUS_PER_TASK": "2"}
        given = {"CUTTLE_BOARD": "postgresql://me@db/c", "CUTTLE_STORE": "/candles"}
        done = subprocess.run(["bash", SCRIPT], env={**node, **given}, capture_output=True, text=True, timeout=30)
        expect(done.returncode == 0, done.stderr)
        words = shlex.split(done.stdout)
        expect(words[:4] == ["cuttle", "search", "--board", "postgresql://me@db/c"], words)
        expect(os.listdir(folder) == ["srun"], "what it made is left behind")
        is_taken(words[1:])
        done = subprocess.run(["bash", SCRIPT], env=node, capture_output=True, text=True, timeout=30)
        expect(done.returncode != 0 and "say where the board is" in done.stderr, done.stderr)
    return ""


def each_file_is_explained():
    with open(os.path.join(SOURCE, "docs/search.md"), encoding="utf-8") as page:
        text = page.read()
    for name in ("packaging/kubernetes/search-job.yaml", "packaging/slurm/search.sbatch"):
        expect(re.search(re.escape(name), text), f"docs/search.md does not name {name}")
    return ""


TESTS = [the_kubernetes_job_is_a_job, the_slurm_script_is_bash, the_slurm_script_searches, each_file_is_explained]


def main():
    failed = skipped = 0
    for test in TESTS:
        try:
            why = test()
            skipped += why != ""
            print(f"[  SKIPPED ] {test.__name__}: {why}" if why else f"[       OK ] {test.__name__}", flush=True)
        except AssertionError as fault:
            failed += 1
            print(f"[  FAILED  ] {test.__name__}: {fault}", flush=True)
    print(f"[  PASSED  ] {len(TESTS) - failed - skipped} test(s).")
    if skipped:
        print(f"[  SKIPPED ] {skipped} test(s)")
    if failed:
        sys.exit(f"[  FAILED  ] {failed} test(s)")


if __name__ == "__main__":
    main()

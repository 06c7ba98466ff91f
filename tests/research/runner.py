# SPDX-License-Identifier: MIT
"""Runs the tests of a script, one line each, and exits as they came out."""
import sys


def run_all(tests):
    failed = 0
    for test in tests:
        try:
            test()
            print(f"[       OK ] {test.__name__}", flush=True)
        except AssertionError as fault:
            failed += 1
            print(f"[  FAILED  ] {test.__name__}: {fault}", flush=True)
    print(f"[  PASSED  ] {len(tests) - failed} test(s).")
    if failed:
        sys.exit(f"[  FAILED  ] {failed} test(s)")

"""The release before beside this one, there and back: ``python -m tests.upgrade [--from REVISION]``.

Some three minutes; needs the repository's history. Not part of ``make test``, whose test_release_before.py has the
release before work on today's tables without the processes.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.upgrade import beside
from tests.upgrade.releases import previous


def main() -> int:
    wanted = argparse.ArgumentParser(prog="python -m tests.upgrade", description=__doc__)
    wanted.add_argument(
        "--from", dest="revision", default=previous(), help="the release before; as CHANGELOG.md names it"
    )
    wanted.add_argument("--seconds", type=float, default=20, help="of load at each of the five stations")
    chosen = wanted.parse_args()
    with tempfile.TemporaryDirectory(prefix="courier-upgrade-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # as root, PostgreSQL's own account must be able to enter
        report = beside.run(Path(folder), chosen.revision, seconds=chosen.seconds, say=lambda each: print("  " + each))
    print(f"from {report.revision} and back: {report.requests} requests, {report.jobs} jobs in {report.seconds:.0f} s")
    for wrong in report.wrongs:
        print(f"  WRONG: {wrong}")
    return int(bool(report.wrongs))


if __name__ == "__main__":
    sys.exit(main())

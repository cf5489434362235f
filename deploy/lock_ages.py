"""How old the locks are, and which pins are oldest: what an audit without a vulnerability database can say.

python deploy/lock_ages.py [DAYS]     exit code 1 when a lock has not been resolved again for DAYS (default 90)

The ages are those of the history: when a lock was last written, and when the line of a package last changed.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("courier", "ml_analyze", "local", "dev")
OLDEST = 5
DAY = 86_400


def pins(lock: str) -> dict[str, float]:
    """``name==version`` -> days since that line changed."""
    blamed = _git("blame", "--line-porcelain", "--", lock)
    found, seconds = {}, 0.0
    for line in blamed.splitlines():
        if line.startswith("committer-time "):
            seconds = float(line.split()[1])
        elif pin := re.match(r"\t([A-Za-z0-9._-]+==\S+)", line):
            found[pin[1]] = (time.time() - seconds) / DAY
    return found


def main(arguments: list[str]) -> int:
    most, late = float(arguments[0]) if arguments else 90.0, False
    for name in LOCKS:
        lock = f"requirements/{name}.txt"
        ages = pins(lock)
        newest = min(ages.values())
        late = late or newest > most
        oldest = ", ".join(sorted(ages, key=lambda pin: -ages[pin])[:OLDEST])
        sys.stdout.write(f"{lock}: {len(ages)} packages, last changed {newest:.0f} days ago; oldest pins: {oldest}\n")
    return int(late)


def _git(*arguments: str) -> str:
    command = ["git", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S603


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

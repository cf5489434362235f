"""Compile the hot loops beside their source; without a C compiler nothing is lost but speed."""

from __future__ import annotations

import os
import shutil
import subprocess  # nosec B404 - the compiler of whoever installs this
import sys

from ml_analyze.matching.compiled import LIBRARY, SOURCES, hot, made_of, of_this_source


def compiled() -> bool:
    """Whether there is a library of this source now."""
    if hot():
        return True
    compiler = shutil.which("cc")
    if compiler is None:
        return False
    part = LIBRARY.with_suffix(f".{os.getpid()}.part")
    # Fused multiplications would round other than the arrays do.
    options = ["-O3", "-ffp-contract=off", "-shared", "-fPIC", f"-DSOURCE={made_of()}ull"]
    done = subprocess.run(  # noqa: S603 # nosec B603 - a fixed command on our own source
        [compiler, *options, "-o", str(part), *map(str, SOURCES), "-lm"], check=False
    )
    # Under its own name: a process that has the library before this one loaded is given that one again.
    right = done.returncode == 0 and of_this_source(part) is not None
    if right:
        part.replace(LIBRARY)
    part.unlink(missing_ok=True)
    hot.cache_clear()
    return right


if __name__ == "__main__":
    if not compiled():
        sys.stderr.write("No C compiler here: items are matched without compiled loops, about a third as fast.\n")

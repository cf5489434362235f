"""Do the tests notice? Small faults are put into the code, one at a time: ``python -m tests.mutants --of 400``.

A sample of all faults that Cosmic Ray's operators can make in the rooms where a fault costs most (or in the modules
named); for each the module's own test file runs, then the tests of its folder. A fault that all of them let pass has
survived: it is printed with its place, and looked at. The tree itself is never touched, a copy is.
"""

from __future__ import annotations

import argparse
import random
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from cosmic_ray.mutating import mutate_and_test
from cosmic_ray.work_item import TestOutcome, WorkerOutcome

from embedded.environment import PROJECT
from tests.mutants.made import Fault, faults

#: where a fault costs most
ROOMS = (
    "app/jobs",
    "app/apply",
    "app/courier",
    "handoff",
    "ml_analyze/matching/decide.py",
    "ml_analyze/extraction/understanding",
)
#: so many times what the tests take without a fault, and some seconds for their start
PATIENCE, START = 4, 30


def main() -> int:
    wanted = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    wanted.add_argument("paths", nargs="*", default=ROOMS, help="modules or folders; without them, where it costs most")
    wanted.add_argument("--of", type=int, default=400, help="how many faults, drawn from all")
    wanted.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6), help="repeat a draw")
    wanted.add_argument("--minutes", type=float, default=480, help="no fault is begun after so many")
    chosen = wanted.parse_args()
    drawn = draw(modules_of(chosen.paths), chosen.of, seed=chosen.seed)
    print(f"{len(drawn)} faults in {len({each.module for each in drawn})} modules, --seed {chosen.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="courier-mutants-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # as root, PostgreSQL's own account must be able to enter
        copy = Path(folder, "tree")
        copied(copy)
        noticed, survived = tried(drawn, copy, ends=time.monotonic() + chosen.minutes * 60)
    tried_at_all = noticed + len(survived)
    if not tried_at_all:
        print("No fault was tried.")
        return 1
    print(f"{len(survived)} of {tried_at_all} survived ({len(survived) / tried_at_all:.0%})")
    return 0


def modules_of(paths: Iterable[str]) -> list[Path]:
    found = [Path(path) for path in paths]
    for path in found:
        if not (PROJECT / path).exists():
            raise SystemExit(f"{path} is not there.")
    files = [file for path in found for file in ([path] if path.suffix else sorted((PROJECT / path).rglob("*.py")))]
    return [file.relative_to(PROJECT) if file.is_absolute() else file for file in files]


def draw(modules: Sequence[Path], count: int, *, seed: int) -> list[Fault]:
    """Every place is as likely as every other, whatever many operators fit it; those of a module stand together."""
    chance = random.Random(seed)
    made = [fault for module in modules for fault in faults(module, (PROJECT / module).read_text("utf-8"))]
    places = [list(each) for _, each in groupby(made, key=lambda fault: (fault.module, fault.kind, fault.start))]
    chosen = chance.sample(range(len(places)), min(count, len(places)))
    return [chance.choice(places[place]) for place in sorted(chosen)]


def own_tests(module: Path) -> Path:
    return PROJECT / "tests" / "unit" / module.parent / f"test_{module.stem}.py"


def tests_of(module: Path) -> list[Path]:
    """What must notice, as paths in the tree: its own tests, then all of its folder, or of the one around it."""
    own = own_tests(module)
    folder = own.parent
    while not folder.is_dir():
        folder = folder.parent
    return [each.relative_to(PROJECT) for each in (own, folder) if each.exists()]


def copied(to: Path) -> None:
    """All that git does not ignore, as it stands on the disk, with the environment and the compiled loops."""
    asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(asked, cwd=PROJECT, check=True, capture_output=True, text=True).stdout
    built = [str(each.relative_to(PROJECT)) for each in PROJECT.glob("ml_analyze/matching/compiled/*.so")]
    for name in [*filter(None, listed.split("\0")), *built]:
        if (PROJECT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, to / name)
    (to / ".venv").symlink_to(PROJECT / ".venv")


def tried(drawn: Sequence[Fault], copy: Path, *, ends: float) -> tuple[int, list[Fault]]:
    """How many were noticed, and which survived; a module whose tests fail without a fault is told and passed over."""
    noticed, survived = 0, []
    patience: dict[Path, float | None] = {}
    for fault in drawn:
        if time.monotonic() > ends:
            print("The time is over.")
            break
        if fault.module not in patience:
            patience[fault.module] = seconds_without_fault(fault.module, copy)
        if (seconds := patience[fault.module]) is None:
            continue
        result = mutate_and_test([fault.specification(copy)], command(fault.module, copy), seconds * PATIENCE + START)
        if result.worker_outcome is not WorkerOutcome.NORMAL:
            print(f"not tried: {fault}: {result.output}")
        elif result.test_outcome is TestOutcome.SURVIVED:
            survived.append(fault)
            print(f"SURVIVED {fault}\n{changed(result.diff or '')}", flush=True)
        else:
            noticed += 1
    return noticed, survived


def seconds_without_fault(module: Path, copy: Path) -> float | None:
    began = time.monotonic()
    whole = subprocess.run(shlex.split(command(module, copy)), capture_output=True, text=True, check=False)
    if whole.returncode:
        said = (whole.stdout + whole.stderr)[-800:]
        print(f"passed over: the tests of {module} fail without a fault\n{said}", flush=True)
        return None
    return time.monotonic() - began


def command(module: Path, copy: Path) -> str:
    """From wherever it is asked for: in the copy, without a cache, until the first failure; the nearest tests first."""
    pytest = f"{copy}/.venv/bin/python -m pytest -q -x -p no:cacheprovider -p no:xdist --rootdir={copy}"
    return f'sh -c "cd {copy} && {" && ".join(f"{pytest} {each}" for each in tests_of(module))}"'


def changed(diff: str) -> str:
    return "\n".join(f"    {line}" for line in diff.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---"))


if __name__ == "__main__":
    sys.exit(main())

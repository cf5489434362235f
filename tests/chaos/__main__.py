"""A long campaign: ``python -m tests.chaos --minutes 20``. Each round has a seed of its own, printed for a repeat."""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from itertools import takewhile
from pathlib import Path

from tests.chaos import campaign, feed, machines, points


def main() -> int:
    wanted = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    wanted.add_argument("--minutes", type=float, default=10, help="how long altogether; a part gets a fifth at most")
    wanted.add_argument("--round", type=float, default=120, help="seconds of wounds before each reckoning")
    wanted.add_argument("--jobs", type=float, default=3, help="jobs opened a second")
    wanted.add_argument("--seed", type=int, help="repeat one round")
    wanted.add_argument("--points", type=int, default=100, help="rounds of kill points before the campaign")
    wanted.add_argument("--point", type=int, help="repeat one round of kill points and nothing else")
    wanted.add_argument(
        "--fuzz",
        type=int,
        default=10_000,
        help="odd requests, sources, names and results, each, before it",
    )
    wanted.add_argument("--feed", type=int, default=200, help="kills of writers and readers of the feed before it")
    wanted.add_argument(
        "--files", type=int, default=1000, help="files of the three machines of which one dies, before it"
    )
    chosen = wanted.parse_args()
    ends, part = time.monotonic() + chosen.minutes * 60, chosen.minutes * 60 / 5
    alone = chosen.seed is not None or chosen.point is not None
    if not alone and (
        fuzzed(chosen.fuzz, part) or killed_feed(chosen.feed, part) or killed_machine(chosen.files, part)
    ):
        return 1
    if chosen.seed is None:
        broken = kill_points(range(chosen.points) if chosen.point is None else [chosen.point], part)
        if broken or chosen.point is not None:
            return int(broken > 0)
    while True:
        seed = chosen.seed if chosen.seed is not None else random.SystemRandom().randrange(10**6)
        print(f"round with seed {seed}", flush=True)
        with tempfile.TemporaryDirectory(prefix="courier-chaos-", ignore_cleanup_errors=True) as folder:
            Path(folder).chmod(0o711)  # as root, PostgreSQL's own account must be able to enter
            report = campaign.run(
                Path(folder),
                seconds=min(chosen.round, max(10.0, ends - time.monotonic())),
                jobs_a_second=chosen.jobs,
                seed=seed,
                say=lambda sentence: print("  " + sentence, flush=True),
            )
        wounds = sum(report.wounds.values())
        print(f"  {report.jobs} jobs, {wounds} wounds, {report.faults} faults of ml-analyze")
        print(f"  at rest {report.recovery:.0f} s after the last wound, {report.seconds:.0f} s altogether")
        for wrong in report.wrongs:
            print(f"  WRONG: {wrong}")
        if report.wrongs:
            return 1
        if chosen.seed is not None or time.monotonic() > ends:
            return 0


def fuzzed(many: int, seconds: float) -> bool:
    """Whether, in that time, a request was answered with an error of ours, a job had no end, or a heartbeat stopped."""
    if not many:
        return False
    kinds = 3  # a third of the jobs each: what sources, names of files and results say
    told = {"FUZZ_REQUESTS": str(many), "FUZZ_JOBS": str(kinds * many)}
    tests = ["tests/security/test_fuzz.py", "tests/security/test_fuzz_jobs.py"]
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", *tests]
    try:
        return subprocess.run(command, env=os.environ | told, timeout=seconds, check=False).returncode != 0
    except subprocess.TimeoutExpired:
        print(f"fuzz: not through after {seconds:.0f} s, and nothing is said of the rest", flush=True)
        return False


def killed_feed(kills: int, seconds: float) -> bool:
    """Whether, in that time, the feed lost, doubled or disordered anything."""
    seed = random.SystemRandom().randrange(10**6)
    with tempfile.TemporaryDirectory(prefix="courier-feed-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        with points.on_servers_of_its_own(folder) as app, app.app_context():
            kept = feed.Campaign(app, folder, kills, random.Random(seed), seconds=seconds)
            found = kept.run()
    print(f"feed with seed {seed}: {kept.killed} kills of writers and readers, {len(found)} wrongs", *found, sep="\n  ")
    return bool(found)


def killed_machine(files: int, seconds: float) -> bool:
    """True when, in that time, a machine died and something was lost, doubled, or taken up again too late."""
    if not files:
        return False
    with tempfile.TemporaryDirectory(prefix="courier-machines-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        try:
            report = machines.run(
                Path(folder), machines.THREE, files=files, seconds=seconds, say=lambda sentence: print("  " + sentence)
            )
        except machines.OutOfTime as error:
            print(f"machines: {error}", flush=True)
            return False
    hands = ", ".join(f"{name} {number}" for name, number in sorted(report.workers_of.items()))
    print(f"{report.files} files on three machines ({hands}), one killed with {report.held} jobs in hands: the last of")
    print(f"  them went on after {report.recovery:.0f} s, all had ended after {report.seconds:.0f} s", flush=True)
    for wrong in report.wrongs:
        print(f"  WRONG: {wrong}")
    return bool(report.wrongs) or report.recovery > campaign.RECOVERY_SECONDS


def kill_points(seeds: Iterable[int], seconds: float) -> int:
    """Returns how many rounds broke a promise; no round begins after that time."""
    ends = time.monotonic() + seconds
    in_time = takewhile(lambda seed: time.monotonic() < ends, seeds)
    with tempfile.TemporaryDirectory(prefix="courier-points-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        return sum(bool(each) for each in points.rounds(Path(folder), in_time, say=print))


if __name__ == "__main__":
    sys.exit(main())

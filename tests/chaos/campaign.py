"""One campaign: jobs are opened while the installation is hurt; then it is left in peace and must answer for all."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.chaos import sources
from tests.chaos.harness import Monkey, Opened, People, installation, wait_until_settled, wrongs
from tests.servers.files import FileServer

#: after the last wound something must end or move within this, until all has ended; and all within so much for each job
RECOVERY_SECONDS = 60.0
SECONDS_A_JOB = 2.0
#: so many ask at a time; whoever meets a closed door knocks again
PEOPLE = 4


@dataclass(frozen=True)
class Report:
    seed: int
    jobs: int
    wounds: Counter[str]
    faults: int
    seconds: float
    recovery: float
    wrongs: list[str]


def run(
    folder: Path,
    *,
    seconds: float,
    jobs_a_second: float,
    seed: int,
    pause: tuple[float, float] = (1.0, 4.0),
    say: Callable[[str], None] = lambda sentence: None,
) -> Report:
    """Open jobs for ``seconds`` and wound the installation every ``pause`` seconds meanwhile."""
    dice = random.Random(seed)
    began = time.monotonic()
    with FileServer() as files, installation(folder, seed=seed) as place:
        people, monkey = People(place), Monkey(place, dice)
        asked: list[Future[Opened]] = []
        ends, next_wound = time.monotonic() + seconds, time.monotonic() + 3
        with ThreadPoolExecutor(PEOPLE) as offices:
            while time.monotonic() < ends:
                asked.append(offices.submit(people.open, sources.draw(files, dice, len(asked))))
                if time.monotonic() >= next_wound:
                    monkey.hurt()
                    next_wound = time.monotonic() + dice.uniform(*pause)
                    say(f"{len(asked)} jobs asked for, wounds: {_told(monkey.wounds)}")
                time.sleep(dice.expovariate(jobs_a_second))
            place.proxy.faulty = False
            opened = [each.result() for each in asked]
        most = RECOVERY_SECONDS + len(asked) * SECONDS_A_JOB
        recovery = wait_until_settled(place, patience=RECOVERY_SECONDS, most=most)
        found = wrongs(place, opened)
        return Report(seed, _jobs(opened), monkey.wounds, place.proxy.faults, time.monotonic() - began, recovery, found)


def _jobs(opened: list[Opened]) -> int:
    return sum(len(each.job_ids) for each in opened)


def _told(wounds: Counter[str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(wounds.items())) or "none yet"

"""handoff.allowance: what a machine may place without asking, and what the others see of it."""

from __future__ import annotations

import random
from pathlib import Path
from typing import cast

import pytest

from handoff import allowance
from handoff.allowance import BLOCK_BYTES, TELL_SECONDS, Allowance
from handoff.errors import VolumeFull
from handoff.store import Store
from handoff.store_ledger import HOLD_SECONDS
from tests.fixtures.one_object import OneObject

MB = 1 << 20


@pytest.fixture
def kept() -> OneObject:
    return OneObject()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """This machine's time; its last element is now."""
    now = [1_000_000.0]
    monkeypatch.setattr(allowance.time, "time", lambda: now[-1])
    return now


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def machine(kept: OneObject, folder: Path, name: str = "one", *, limit: int | None = 1000, used: int = 0) -> Allowance:
    return Allowance(folder / f"{name}.json", cast("Store", kept), limit=limit, count=lambda: (used, int(used > 0)))


def test_a_wish_is_granted_whole_or_the_least_where_there_is_no_more_room(kept: OneObject, folder: Path) -> None:
    told = machine(kept, folder, used=400)
    assert told.grant("a", least=10, wish=600) == 600
    told.release("a")
    assert told.grant("a", least=10, wish=601) == 10
    assert told.grant("a", least=10, wish=20) == 30
    assert told.read().spoken_for == 430


def test_the_last_bytes_go_to_one_of_two_machines_that_want_them_at_once(kept: OneObject, folder: Path) -> None:
    told, other = machine(kept, folder, limit=100), machine(kept, folder, "two", limit=100)
    kept.meanwhile = lambda: other.grant("b", least=100, wish=100)
    with pytest.raises(VolumeFull) as caught:
        told.grant("a", least=1, wish=100)
    assert (caught.value.used, caught.value.limit) == (100, 100)


def test_a_hundred_small_files_cost_one_write_and_everybody_sees_their_bytes(kept: OneObject, folder: Path) -> None:
    told, other = (machine(kept, folder, name, limit=100 * BLOCK_BYTES) for name in ("one", "two"))
    for number in range(100):
        token = str(number)
        told.grant(token, least=1000, wish=1000)
        told.placed(token, 900, 2)
    assert kept.writes == 1
    assert (told.read().used, told.read().files) == (90_000, 200)
    assert told.read().spoken_for == 90_000
    assert 90_000 <= other.read().spoken_for <= BLOCK_BYTES + 1000
    another_process = machine(kept, folder, limit=100 * BLOCK_BYTES)
    assert another_process.read().spoken_for == 90_000


def test_what_was_placed_is_told_in_time(kept: OneObject, folder: Path, clock: list[float]) -> None:
    told, other = (machine(kept, folder, name, limit=None) for name in ("one", "two"))
    told.grant("a", least=500, wish=500)
    told.placed("a", 500, 1)
    assert other.read().used == 0
    clock.append(clock[-1] + TELL_SECONDS)
    told.grant("b", least=1, wish=1)
    told.placed("b", 1, 1)
    assert (other.read().used, other.read().files) == (501, 2)


@pytest.mark.parametrize("passed", [HOLD_SECONDS, -5.0], ids=["the hold has ended", "the clock was set back"])
def test_room_of_long_ago_is_asked_for_again(kept: OneObject, folder: Path, clock: list[float], passed: float) -> None:
    told = machine(kept, folder, limit=None)
    told.grant("a", least=1, wish=1)
    told.release("a")
    writes = kept.writes
    clock.append(clock[-1] + passed)
    kept.now += 1
    told.grant("b", least=1, wish=1)
    assert kept.writes == writes + 1


def test_a_file_whose_writer_was_killed_is_held_for_an_hour(kept: OneObject, folder: Path, clock: list[float]) -> None:
    told = machine(kept, folder, limit=None)
    told.grant("killed", least=100 * MB, wish=100 * MB)
    told.placed("other", 1, 1)
    assert told.read().spoken_for == 100 * MB + 1
    clock.append(clock[-1] + HOLD_SECONDS + 1)
    told.placed("other", 1, 1)
    assert told.read().spoken_for == 2


def test_a_machine_that_died_holds_its_block_for_an_hour_by_the_stores_clock(kept: OneObject, folder: Path) -> None:
    machine(kept, folder, limit=100 * MB).grant("a", least=10, wish=10)
    other = machine(kept, folder, "two", limit=100 * MB)
    assert other.read().spoken_for == MB + 10
    kept.now += HOLD_SECONDS
    assert other.read().spoken_for == 0


def test_before_a_count_everything_is_told(kept: OneObject, folder: Path) -> None:
    told = machine(kept, folder, limit=None, used=700)
    told.grant("a", least=700, wish=700)
    told.placed("a", 700, 1)
    assert (told.recount().used, told.read().spoken_for) == (700, 700)


def test_the_last_tenth_of_a_quota_is_held_by_nobody_in_advance(kept: OneObject, folder: Path) -> None:
    one, two = (machine(kept, folder, name, limit=100 * BLOCK_BYTES) for name in ("one", "two"))
    one.grant("a", least=1, wish=1)
    assert two.read().spoken_for == BLOCK_BYTES + 1
    two.grant("b", least=90 * BLOCK_BYTES, wish=90 * BLOCK_BYTES)
    assert one.read().spoken_for == 90 * BLOCK_BYTES + 1, "no block beside it"
    one.recount()
    assert two.read().spoken_for == 90 * BLOCK_BYTES + 1, "nor is the first one's kept"


@pytest.mark.parametrize("text", [b"{", b"[]", b'{"later": 1}', b"\xff"])
def test_a_damaged_purse_is_a_new_one(kept: OneObject, folder: Path, text: bytes) -> None:
    (folder / "one.json").write_bytes(text)
    told = machine(kept, folder)
    assert told.grant("a", least=10, wish=10) == 10
    assert told.read().spoken_for == 10


@pytest.mark.parametrize("limit", [50, 3_000_000, 300_000_000])
@pytest.mark.parametrize("seed", range(4))
def test_whatever_machines_do_the_quota_holds_and_nobody_sees_less_than_lies_there(
    kept: OneObject, folder: Path, limit: int, seed: int
) -> None:
    chance = random.Random(seed)
    lying: list[int] = []
    machines = [
        Allowance(folder / f"{name}.json", cast("Store", kept), limit=limit, count=lambda: (sum(lying), len(lying)))
        for name in range(3)
    ]
    writing: dict[str, tuple[Allowance, int]] = {}
    for step in range(150):
        who, token = chance.choice(machines), str(step)
        size = chance.randrange(1, max(2, limit // 5))
        act = chance.random()
        if act < 0.5:
            try:
                writing[token] = who, who.grant(token, least=size, wish=size)
            except VolumeFull:
                pass
        elif act < 0.8 and writing:
            token = chance.choice(list(writing))
            who, held = writing.pop(token)
            lying.append(chance.randrange(held + 1))
            who.placed(token, lying[-1], 1)
        elif act < 0.9 and writing:
            token = chance.choice(list(writing))
            who, _ = writing.pop(token)
            who.release(token)
        elif lying:
            who.placed("", -lying.pop(chance.randrange(len(lying))), -1)
        truth = sum(lying) + sum(held for _, held in writing.values())
        assert truth <= limit
        if act < 0.9:
            assert all(each.read().spoken_for >= truth for each in machines), step
    for each in machines:
        each.recount()
    held = sum(held for _, held in writing.values())
    assert sum(lying) + held <= machines[0].read().spoken_for

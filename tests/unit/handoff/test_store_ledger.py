"""handoff.store_ledger: one page that many alter, where each must have read what he replaces."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest

from handoff import store_ledger
from handoff.errors import StoreAway, VolumeFull
from handoff.store import LostRace, Store
from handoff.store_ledger import HOLD_SECONDS, StoreLedger


class OneObject:
    """The store's promise for a page: replaced only by who has read it, and a clock of its own."""

    def __init__(self) -> None:
        self.text, self.version, self.now, self.writes = b"", 0, 1000.0, 0
        self.meanwhile: Callable[[], object] | None = None

    def page(self, key: str) -> tuple[bytes, str, float]:
        return self.text, str(self.version) if self.version else "", self.now

    def write_page(self, key: str, text: bytes, *, over: str) -> None:
        if self.meanwhile:
            meanwhile, self.meanwhile = self.meanwhile, None
            meanwhile()
        if over != (str(self.version) if self.version else ""):
            raise LostRace
        self.text, self.version, self.writes = text, self.version + 1, self.writes + 1


@pytest.fixture
def kept() -> OneObject:
    return OneObject()


def ledger(kept: OneObject, *, limit: int | None = 1000, used: int = 0) -> StoreLedger:
    return StoreLedger(cast("Store", kept), limit=limit, count=lambda: (used, 1))


def test_a_wish_is_granted_whole_or_the_least_where_there_is_no_more_room(kept: OneObject) -> None:
    told = ledger(kept, used=400)
    assert told.grant("a", least=10, wish=600) == 600
    told.release("a")
    assert told.grant("a", least=10, wish=601) == 10
    assert told.grant("a", least=10, wish=20) == 30
    assert told.read().spoken_for == 430


def test_who_loses_a_race_reads_again_and_no_byte_is_lost(kept: OneObject) -> None:
    told = ledger(kept)
    told.grant("a", least=1, wish=100)
    kept.meanwhile = lambda: told.grant("b", least=1, wish=200)
    assert told.grant("a", least=1, wish=50) == 150
    assert told.read().spoken_for == 350


def test_the_last_bytes_go_to_one_of_two_who_want_them_at_once(kept: OneObject) -> None:
    told = ledger(kept, limit=100)
    kept.meanwhile = lambda: told.grant("b", least=100, wish=100)
    with pytest.raises(VolumeFull) as caught:
        told.grant("a", least=1, wish=100)
    assert (caught.value.used, caught.value.limit) == (100, 100)


def test_a_hold_ends_an_hour_after_it_was_last_raised_by_the_stores_clock(kept: OneObject) -> None:
    told = ledger(kept)
    told.grant("a", least=1, wish=100)
    kept.now += HOLD_SECONDS - 1
    assert told.read().spoken_for == 100
    told.grant("a", least=1, wish=1)
    kept.now += HOLD_SECONDS - 1
    assert told.read().spoken_for == 101
    kept.now += 1
    assert told.read().spoken_for == 0


def test_a_count_corrects_the_page_and_keeps_what_was_placed_while_it_ran(kept: OneObject) -> None:
    def counting() -> tuple[int, int]:
        if kept.version:
            told.placed("x", 30, 1)
        return 500, 5

    told = StoreLedger(cast("Store", kept), limit=None, count=counting)
    told.placed("first", 7, 1)
    found = told.recount()
    assert (found.used, found.files) == (530, 6)
    assert found.counted_at == kept.now


@pytest.mark.parametrize("text", [b"{", b"[]", b'{"used": 1, "later": 2}', b"\xff"])
def test_a_damaged_page_is_counted(kept: OneObject, text: bytes) -> None:
    kept.text, kept.version = text, 1
    page = ledger(kept, used=77).read()
    assert (page.used, page.files, page.holds) == (77, 1, {})


def test_less_than_nothing_never_lies_there_and_what_changes_nothing_is_not_written(kept: OneObject) -> None:
    told = ledger(kept)
    told.placed("a", -500, -5)
    assert (told.read().used, told.read().files, kept.writes) == (0, 0, 1)
    told.release("nobody")
    assert kept.writes == 1


def test_a_page_that_is_never_had_is_said(kept: OneObject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_ledger, "PATIENCE_SECONDS", -1)

    def lose() -> None:
        kept.version += 1

    kept.meanwhile = lose
    with pytest.raises(StoreAway, match="Too many write"):
        ledger(kept).release("a")

"""handoff.store_ledger: one page that many alter, where each must have read what he replaces."""

from __future__ import annotations

from typing import cast

import pytest

from handoff import store_ledger
from handoff.errors import StoreAway
from handoff.store import Store
from handoff.store_ledger import HOLD_SECONDS, Page, StoreLedger
from tests.fixtures.one_object import OneObject


@pytest.fixture
def kept() -> OneObject:
    return OneObject()


def ledger(kept: OneObject, *, used: int = 0) -> StoreLedger:
    return StoreLedger(cast("Store", kept), count=lambda: (used, 1))


def hold(told: StoreLedger, token: str, size: int) -> None:
    def held(page: Page) -> None:
        page.holds[token] = [size, page.now + HOLD_SECONDS]

    told.change(held)


def place(told: StoreLedger, size: int, files: int = 1) -> None:
    def placed(page: Page) -> None:
        page.used, page.files = page.used + size, page.files + files

    told.change(placed)


def test_who_loses_a_race_reads_again_and_no_byte_is_lost(kept: OneObject) -> None:
    told = ledger(kept)
    hold(told, "a", 100)
    kept.meanwhile = lambda: hold(told, "b", 200)
    hold(told, "c", 50)
    assert told.read().spoken_for == 350


def test_a_hold_ends_an_hour_after_it_was_last_raised_by_the_stores_clock(kept: OneObject) -> None:
    told = ledger(kept)
    hold(told, "a", 100)
    kept.now += HOLD_SECONDS - 1
    assert told.read().spoken_for == 100
    hold(told, "a", 101)
    kept.now += HOLD_SECONDS - 1
    assert told.read().spoken_for == 101
    kept.now += 1
    assert told.read().spoken_for == 0


def test_a_count_corrects_the_page_and_keeps_what_was_placed_while_it_ran(kept: OneObject) -> None:
    def counting() -> tuple[int, int]:
        if kept.version:
            place(told, 30)
        return 500, 5

    told = StoreLedger(cast("Store", kept), count=counting)
    hold(told, "first", 7)
    found = told.recount()
    assert (found.used, found.files) == (530, 6)
    assert found.counted_at == kept.now


@pytest.mark.parametrize("text", [b"{", b"[]", b'{"used": 1, "later": 2}', b"\xff"])
def test_a_damaged_page_is_counted(kept: OneObject, text: bytes) -> None:
    kept.text, kept.version = text, 1
    page = ledger(kept, used=77).read()
    assert (page.used, page.files, page.holds) == (77, 1, {})


def test_what_changes_nothing_is_not_written(kept: OneObject) -> None:
    told = ledger(kept)
    hold(told, "a", 5)
    told.change(lambda page: page.holds.pop("nobody", None))
    assert kept.writes == 1


def test_a_page_that_is_never_had_is_said(kept: OneObject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_ledger, "PATIENCE_SECONDS", -1)

    def lose() -> None:
        kept.version += 1

    kept.meanwhile = lose
    with pytest.raises(StoreAway, match="Too many write"):
        place(ledger(kept), 1)

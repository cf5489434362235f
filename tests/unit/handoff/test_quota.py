"""handoff.quota: what a writer is granted, and that a refusal is only spoken after the truth was counted again."""

from __future__ import annotations

import fcntl
import json
from pathlib import Path

import pytest

from handoff.errors import VolumeFull
from handoff.quota import Book, Ledger, bytes_of_living, is_abandoned


class Counted:
    """What a walk over the volume would find, and how often it was asked."""

    def __init__(self, size: int, files: int = 1) -> None:
        self.found, self.asked = (size, files), 0

    def __call__(self) -> tuple[int, int]:
        self.asked += 1
        return self.found


def test_a_wish_is_granted_whole_or_the_least_where_there_is_no_more_room(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, limit=1000, count=Counted(0))
    book = Book(used=400)
    assert ledger.grant(book, "a", least=10, wish=600) == 600
    book.holds = {}
    assert ledger.grant(book, "a", least=10, wish=601) == 10
    assert ledger.grant(book, "a", least=10, wish=20) == 30, "a hold grows by what is granted"
    assert book.spoken_for == 430


def test_a_refusal_comes_after_a_count_and_names_what_is_used(tmp_path: Path) -> None:
    count = Counted(950, 7)
    book = Book(used=10_000)
    with pytest.raises(VolumeFull) as caught:
        Ledger(tmp_path, limit=1000, count=count).grant(book, "a", least=51, wish=100)
    assert (count.asked, book.used, book.files) == (1, 950, 7)
    assert (caught.value.needed, caught.value.used, caught.value.limit) == (51, 950, 1000)
    assert Ledger(tmp_path, limit=1000, count=count).grant(book, "a", least=50, wish=100) == 50
    assert count.asked == 1


def test_a_count_that_takes_long_is_not_made_again_at_once(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, limit=1000, count=Counted(0))
    assert ledger.may_recount(Book(counting_took=0.049, counted_at=1e12))
    assert not ledger.may_recount(Book(counting_took=10.0, counted_at=1e12))
    assert ledger.may_recount(Book(counting_took=10.0, counted_at=0.0))


def test_holds_of_the_dead_end_and_the_living_keep_or_get_theirs(tmp_path: Path) -> None:
    dead, living, unknown = (tmp_path / f"{name}.part" for name in ("dead", "living", "unknown"))
    for part in (dead, living, unknown):
        part.write_bytes(b"12345")
    with living.open("rb") as one, unknown.open("rb") as other:
        for file in (one, other):
            fcntl.flock(file, fcntl.LOCK_EX)
        book = Book(holds={"dead.part": 50, "living.part": 70, "gone.part": 90})
        Ledger(tmp_path, limit=None, count=Counted(0)).drop_dead(book)
        assert book.holds == {"living.part": 70, "unknown.part": 5}
        assert (bytes_of_living(living), is_abandoned(living)) == (5, False)
    assert not dead.exists()
    assert is_abandoned(living)
    assert is_abandoned(dead)


@pytest.mark.parametrize("text", [b"", b'{"used": 5, "fil', b"[]", b'{"used": 5, "unknown": 1}', b"\xff"])
def test_a_page_that_cannot_be_read_is_counted_anew(tmp_path: Path, text: bytes) -> None:
    count = Counted(77, 3)
    ledger = Ledger(tmp_path, limit=None, count=count)
    ledger.path.write_bytes(text)
    with ledger.open() as book:
        assert (book.used, book.files, count.asked) == (77, 3, 1)
        book.used = 78
    with ledger.open() as book:
        assert (book.used, count.asked) == (78, 1)


def test_what_was_altered_before_an_error_is_kept_and_a_shorter_page_leaves_no_rest(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, limit=None, count=Counted(0, 0))
    with ledger.open() as book:
        book.holds = {f"{number}.part": 10**9 for number in range(50)}
    with pytest.raises(KeyError), ledger.open() as book:
        book.holds = {}
        raise KeyError
    assert json.loads(ledger.path.read_bytes())["holds"] == {}

"""matching.judges: which judge is the newest, when another is worth its seconds, and what is left of old ones."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ml_analyze.matching.judges import MARK, Judges, marks


def finished(judges: Judges, decisions: int, *, at: int) -> Path:
    judges.folder.mkdir(parents=True, exist_ok=True)
    path = judges.path(decisions, f"d{decisions}")
    path.write_bytes(b"")
    os.utime(path, (at, at))
    return path


@pytest.fixture
def judges(tmp_path: Path) -> Judges:
    return Judges(tmp_path / "judges-office", "c0de")


def test_the_newest_is_the_last_one_finished_of_this_code(judges: Judges) -> None:
    assert judges.newest() is None
    finished(judges, 900, at=1)
    last = finished(judges, 80, at=2)
    finished(Judges(judges.folder, "other"), 1000, at=3)
    assert judges.newest() == last


@pytest.mark.parametrize(
    ("known", "decisions", "asks"),
    [
        (None, 0, True),
        (60, 64, False),
        (60, 65, True),
        (60, 55, True),  # taken back ones count as well
        (1000, 1049, False),
        (1000, 1050, True),
    ],
)
def test_a_judge_is_asked_for_after_five_decisions_or_a_twentieth_more(
    judges: Judges, known: int | None, decisions: int, asks: bool
) -> None:
    if known is not None:
        finished(judges, known, at=1)
    judges.ask_for(Path("/catalog.ndjson"), decisions=decisions)
    assert [path.name for path in marks(judges.folder.parent)] == ([MARK] if asks else [])


def test_a_mark_names_the_last_snapshot_and_lies_there_whole(judges: Judges, tmp_path: Path) -> None:
    for name in ("first", "last"):
        judges.ask_for(tmp_path / name, decisions=1)
    assert (judges.folder / MARK).read_text() == str(tmp_path / "last")
    assert list(judges.folder.iterdir()) == [judges.folder / MARK]
    assert list(marks(tmp_path)) == [judges.folder / MARK]


def test_of_old_judges_the_last_three_stay_and_nothing_else_goes(judges: Judges) -> None:
    made = [finished(judges, number, at=10 - number) for number in range(1, 6)]
    judges.ask_for(Path("x"), decisions=500)
    judges.drop_old()
    assert {path for path in made if path.exists()} == set(made[:3])
    assert (judges.folder / MARK).exists()
    Judges(judges.folder / "none", "c0de").drop_old()

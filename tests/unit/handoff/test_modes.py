"""handoff.modes: both services may read and write what either makes, whatever umask they were started with."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from handoff import modes


@pytest.fixture(autouse=True)
def _narrow() -> Iterator[None]:
    before = os.umask(0o077)
    yield
    os.umask(before)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_an_own_file_is_opened_to_the_other_service(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with path.open("wb") as file:
        assert mode_of(path) == 0o600
        modes.share(file.fileno())
    assert mode_of(path) == 0o664


def test_somebody_elses_file_keeps_its_mode_and_nothing_is_raised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(descriptor: int, mode: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "fchmod", refuse)
    with (tmp_path / "a").open("wb") as file:
        modes.share(file.fileno())
    assert mode_of(tmp_path / "a") == 0o600


def test_any_other_trouble_is_told() -> None:
    with pytest.raises(OSError, match="Bad file descriptor"):
        modes.share(-1)


def test_a_new_folder_is_open_and_one_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    modes.make_folder(tmp_path / "new")
    assert mode_of(tmp_path / "new") == 0o775
    (tmp_path / "old").mkdir(mode=0o700)
    modes.make_folder(tmp_path / "old")
    assert mode_of(tmp_path / "old") == 0o700


def test_a_folder_below_none_and_a_file_in_its_place_are_not_passed_over(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        modes.make_folder(tmp_path / "none" / "new")

"""handoff.errors: what can go wrong on the volume, as a sentence with a way out and a code of its own."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from handoff import errors
from handoff.errors import VolumeDenied, VolumeError, VolumeFull, in_words, translated


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (3_449_999, "3.4 MB"),
        (1_500_000_000, "1.5 GB"),
        (10**12, "1.0 TB"),
        (12_345 * 10**12, "12345.0 TB"),
    ],
)
def test_a_size_is_told_in_the_unit_that_it_fills(size: int, words: str) -> None:
    assert in_words(size) == words


@pytest.mark.parametrize(
    ("size", "words"),
    [(999_949, "999.9 kB"), (999_950, "1.0 MB"), (999_999_999, "1.0 GB"), (999_999_999_999, "1.0 TB")],
)
def test_a_size_that_rounds_to_a_thousand_is_one_of_the_next_unit(size: int, words: str) -> None:
    assert in_words(size) == words


def test_a_full_volume_names_what_is_full_and_the_setting_that_makes_room() -> None:
    quota = VolumeFull(2_000_000, used=9_000_000, limit=10_000_000, free=50_000_000)
    assert str(quota) == (
        "The shared volume has no room: 2.0 MB needed, 9.0 MB of 10.0 MB are used; "
        "raise SHARED_MAX_BYTES or lower FILE_CLEANUP_TTL_HOURS."
    )
    disk = VolumeFull(2_000_000, used=8_000_000, limit=10_000_000, free=1000)
    assert str(disk) == (
        "The shared volume has no room: 2.0 MB needed, 1.0 kB are free on the disk; "
        "make room on the disk or lower FILE_CLEANUP_TTL_HOURS."
    )
    assert "the disk is full" in str(VolumeFull(1, used=0, limit=None))
    assert (quota.needed, quota.used, quota.limit, quota.free) == (2_000_000, 9_000_000, 10_000_000, 50_000_000)


def test_every_error_has_a_code_of_its_own() -> None:
    every = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, VolumeError)]
    assert len({each.code for each in every}) == len(every) == 7


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_no_room_is_said_with_what_was_needed(number: int) -> None:
    with pytest.raises(VolumeFull) as caught, translated(Path("/v/a"), needed=700):
        raise OSError(number, "x")
    assert (caught.value.needed, caught.value.limit) == (700, None)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS])
def test_a_refusal_names_the_path_and_what_to_check(number: int) -> None:
    says = r"refuses to write /v/a: Nope\. Check that it is mounted"
    with pytest.raises(VolumeDenied, match=says), translated(Path("/v/a")):
        raise OSError(number, "Nope")


@pytest.mark.parametrize("error", [FileNotFoundError(errno.ENOENT, "x"), OSError(errno.EIO, "x"), ValueError("x")])
def test_every_other_error_passes_as_it_is(error: Exception) -> None:
    with pytest.raises(type(error)) as caught, translated(Path("/v/a")):
        raise error
    assert caught.value is error

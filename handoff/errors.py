"""What can go wrong on the shared volume.

VolumeError
├── VolumeFull        no room: the quota or the disk
├── VolumeDenied      the operating system refuses: rights, read-only, not mounted
├── StoreAway         the object store behind the volume does not answer
├── OutsideVolume     a path that leaves the root
│   └── LinkRefused   a path that goes through a symbolic link
└── NotOnVolume       nothing lies there, or it is no file
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class VolumeError(Exception):
    """Base of all; ``code`` is for programs, the text is a sentence for an operator."""

    code = "VOLUME_ERROR"


class VolumeFull(VolumeError):
    """``needed``, ``used``, ``limit`` and ``free`` are bytes; ``limit`` is None without a quota."""

    code = "VOLUME_FULL"

    def __init__(self, needed: int, *, used: int, limit: int | None, free: int | None = None) -> None:
        self.needed, self.used, self.limit, self.free = needed, used, limit, free
        if limit is not None and used + needed > limit:
            room = f"{in_words(used)} of {in_words(limit)} are used"
            way_out = "raise SHARED_MAX_BYTES or lower FILE_CLEANUP_TTL_HOURS"
        else:
            room = "the disk is full" if free is None else f"{in_words(free)} are free on the disk"
            way_out = "make room on the disk or lower FILE_CLEANUP_TTL_HOURS"
        super().__init__(f"The shared volume has no room: {in_words(needed)} needed, {room}; {way_out}.")


class VolumeDenied(VolumeError):
    code = "VOLUME_DENIED"


class StoreAway(VolumeError):
    code = "VOLUME_AWAY"


class OutsideVolume(VolumeError):
    code = "OUTSIDE_VOLUME"


class LinkRefused(OutsideVolume):
    code = "LINK_REFUSED"


class NotOnVolume(VolumeError):
    code = "FILE_MISSING"


def in_words(size: int) -> str:
    """Bytes as a person reads them: ``3.4 MB``, in powers of 1000."""
    if size < 1000:
        return f"{size} bytes"
    amount = float(size)
    for unit in ("kB", "MB", "GB"):
        amount /= 1000
        if round(amount, 1) < 1000:
            return f"{amount:.1f} {unit}"
    return f"{amount / 1000:.1f} TB"


@contextmanager
def translated(path: Path, *, needed: int = 0) -> Iterator[None]:
    """Turn what the operating system says about ``path`` into a ``VolumeError``; other errors pass."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise VolumeFull(needed, used=0, limit=None) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise VolumeDenied(
                f"The shared volume refuses to write {path}: {error.strerror}. Check that it is mounted "
                "read-write and belongs to the user this process runs as."
            ) from error
        raise

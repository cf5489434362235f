"""One list out of a ZIP, into a file without a name that is gone once it is closed."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import IO

from handoff.coding import nameless
from handoff.containers import WITHIN, lists_in
from ml_analyze.extraction.limits import Limits, Unreadable

_CHUNK = 1 << 20
_NAMED = 5
_HARMLESS = 50 << 20  # below this an archive may be packed as tight as it likes


def unpack(path: Path, member: str | None, limits: Limits) -> tuple[IO[bytes], str]:
    """The list called ``member``, or the only one, with its name.

    Raises Unreadable where there is none or several, or one that is no list's size.
    """
    name = _chosen(lists_in(path), member)
    plain = nameless()
    try:
        with zipfile.ZipFile(path) as archive, archive.open(name) as source:
            _pour(source, plain, packed=max(archive.getinfo(name).compress_size, 1), limits=limits)
    except BaseException as error:
        plain.close()
        if isinstance(error, RuntimeError) and not isinstance(error, NotImplementedError):  # zipfile's for a password
            raise Unreadable(
                "ENCRYPTED", "The archive is protected by a password. Ask for the file without one."
            ) from error
        if isinstance(error, (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error)):
            raise Unreadable(
                "CORRUPT_FILE", "The file is a damaged archive: it was probably cut off. Ask for it again."
            ) from error
        raise
    return plain, name


def _chosen(found: list[str], member: str | None) -> str:
    if not found:
        raise Unreadable(
            "UNSUPPORTED_FORMAT", "The archive holds no list that can be read. Unpack it and send the table."
        )
    if member is not None:
        if member not in found:
            raise Unreadable("NO_SUCH_MEMBER", f"The archive holds no list {member!r}.")
        return member
    if len(found) > 1:
        names = ", ".join(found[:_NAMED]) + (", …" if len(found) > _NAMED else "")
        raise Unreadable("SEVERAL_LISTS", f"The archive holds {len(found)} lists ({names}). Name one behind {WITHIN}.")
    return found[0]


def _pour(source: IO[bytes], plain: IO[bytes], *, packed: int, limits: Limits) -> None:
    """Unpack while counting: what an archive says of its size is not believed."""
    size = 0
    while chunk := source.read(_CHUNK):
        size += len(chunk)
        if size > limits.file_bytes:
            raise Unreadable("ARCHIVE_BOMB", f"The list unpacks to more than {limits.file_bytes} bytes.")
        if size > _HARMLESS and size > limits.archive_ratio * packed:
            raise Unreadable("ARCHIVE_BOMB", f"The list unpacks to more than {size // packed} times its size.")
        plain.write(chunk)
    plain.flush()

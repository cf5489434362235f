"""Guard against workbooks that explode when they are opened: looked at before the file leaves us.

Only the list of contents is read, nothing is unpacked.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import BinaryIO

from app.errors import UnsafeArchive
from handoff.errors import in_words

ENTRIES = 10_000
#: below this an archive is harmless whatever it claims
SMALL_BYTES = 256 << 20
TOTAL_BYTES = 4 << 30
#: sheets of repeated cells reach 60 at times; deflate ends at 1032
RATIO = 200


def check(path: Path) -> None:
    """Raises UnsafeArchive for a ZIP (an XLSX is one) that would not unpack to an ordinary workbook."""
    with path.open("rb") as file:
        _check(file, path.stat().st_size)


def check_bytes(data: bytes) -> None:
    """The same for a workbook that lies in memory."""
    _check(io.BytesIO(data), len(data))


def _check(file: BinaryIO, size: int) -> None:
    if file.read(4) != b"PK\x03\x04":
        return
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnsafeArchive(
            f"The workbook is damaged: its list of contents cannot be read ({error}). "
            "It was probably cut short; ask the supplier to send it again."
        ) from error
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > ENTRIES:
        raise UnsafeArchive(f"The workbook holds {len(entries)} parts; an ordinary one has fewer than {ENTRIES}.")
    if packed > size:
        raise UnsafeArchive("The workbook's parts overlap: it is made to explode when opened, not to be read.")
    if unpacked > TOTAL_BYTES or (unpacked > SMALL_BYTES and unpacked > RATIO * size):
        raise UnsafeArchive(
            f"The workbook of {in_words(size)} would unpack to {in_words(unpacked)}, "
            "which no price list does. Ask the supplier for a CSV export."
        )

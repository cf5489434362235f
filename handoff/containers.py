"""Which lists an archive holds, by its table of contents: both services must name the same. Nothing is unpacked."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path, PurePosixPath

#: between an archive's name and the path of a list in it: ``prices.zip!/2026/list.csv``
WITHIN = "!/"
LISTS = frozenset((  # what a file in an archive must end in to be a list among others
    ".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".html", ".htm", ".mht", ".mhtml", ".xml",
    ".yml", ".json", ".jsonl", ".ndjson", ".edi", ".pdf",
))  # fmt: skip
_NUMBERED = re.compile(r"\.\d{3}")  # DATANORM.001
_ASIDE = re.compile(
    r"(?:^|/)(?:__MACOSX/|\._|\.DS_Store|Thumbs\.db|(?:readme|liesmich|license|lisez-moi|читай)[^/]*$)", re.I
)
_OFFICE = re.compile(
    r"(?:^|/)(?:\[content_types\]\.xml$|content\.xml$|workbook\.xml$|meta-inf/|xl/|word/|ppt/)", re.IGNORECASE
)


def member_of(name: str | None) -> str | None:
    """The path within an archive that a file's name bears behind ``!/``; None where it bears none."""
    return (name or "").partition(WITHIN)[2] or None


def lists_in(path: Path) -> list[str]:
    """Paths of the lists in a ZIP archive, in its order; none where it is no archive, or is an office document."""
    with path.open("rb") as file:
        if file.read(2) != b"PK":
            return []
    try:
        with zipfile.ZipFile(path) as archive:
            names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return []
    if any(_OFFICE.search(name.replace("\\", "/")) for name in names):
        return []
    files = [name for name in names if not _ASIDE.search(name)]
    found = [name for name in files if _ends_like_a_list(name)]
    return found or (files if len(files) == 1 else [])


def _ends_like_a_list(name: str) -> bool:
    suffix = PurePosixPath(name).suffix.lower()
    return suffix in LISTS or _NUMBERED.fullmatch(suffix) is not None

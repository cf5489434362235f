"""The parts of a workbook's package: streamed, counted, and named in the order of its sheets."""

from __future__ import annotations

import html
import re
import zipfile
import zlib
from collections.abc import Iterator

from ml_analyze.extraction.limits import Limits, Unreadable

_CHUNK = 1 << 20
_OVERLAP = 256
_LONGEST = 16 << 20
_WHOLE = 32 << 20
_ATTRIBUTE = re.compile(rb'(?<![\w:])([\w:]++)="([^"]*+)"')


def stream_part(archive: zipfile.ZipFile, name: str, limits: Limits) -> Iterator[bytes]:
    """A part in pieces that overlap a little, so that no mark is cut in two."""
    tail = b""
    for chunk in _chunks(archive, name, limits):
        yield tail + chunk
        tail = chunk[-_OVERLAP:]


def stream_rows(archive: zipfile.ZipFile, name: str, limits: Limits, *, end: bytes = b"row>") -> Iterator[bytes]:
    """A part in pieces that end where an element does, so that none is cut in two."""
    held = b""
    for chunk in _chunks(archive, name, limits):
        held += chunk
        cut = _last_end(held, end) + len(end)
        if cut < len(end) and len(held) > _LONGEST:
            cut = len(held)
        if cut >= len(end):
            yield held[:cut]
            held = held[cut:]
    yield held


def _last_end(held: bytes, end: bytes) -> int:
    """Where the last element that is closed ends; one that is only opened by then ends in a later piece."""
    at = held.rfind(end)
    opening = held.rfind(b"<", 0, at) if at >= 0 else -1
    return at if held[opening + 1 : opening + 2] == b"/" else held.rfind(end, 0, max(opening, 0))


def _chunks(archive: zipfile.ZipFile, name: str, limits: Limits) -> Iterator[bytes]:
    size = 0
    try:
        with archive.open(name) as part:
            while chunk := part.read(_CHUNK):
                size += len(chunk)
                if size > limits.archive_bytes:
                    raise Unreadable("ARCHIVE_BOMB", f"{name} unpacks to more than {limits.archive_bytes} bytes.")
                yield chunk
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise Unreadable(
            "CORRUPT_FILE", "The workbook is damaged: a part of it cannot be unpacked. Ask for it again."
        ) from error
    except RuntimeError as error:  # zipfile's word for a password
        raise Unreadable("ENCRYPTED", "The workbook is protected by a password. Ask for it without one.") from error


def worksheets(archive: zipfile.ZipFile, limits: Limits) -> dict[str, str]:
    """Part → name of the worksheets, in the order of the workbook; a sheet without a relation takes the next part."""
    names = archive.namelist()
    parts = sorted(
        (name for name in names if re.search(r"worksheets/[^/]+\.xml$", name)), key=lambda name: (len(name), name)
    )
    book = next((name for name in names if name.endswith("workbook.xml")), None)
    links = next((name for name in names if name.endswith("workbook.xml.rels")), None)
    if not book or not links:
        return {part: f"sheet {number}" for number, part in enumerate(parts, 1)}
    relations = _relations(whole_part(archive, links, limits))
    sheets: list[tuple[str | None, str]] = []
    for match in re.finditer(rb"<(?:\w+:)?sheet [^>]{0,1000}>", whole_part(archive, book, limits)):
        attributes = _ATTRIBUTE.findall(match[0])
        target = next((relations.get(value, "") for key, value in attributes if key.endswith(b":id")), "")
        sheets.append((_part_of(target, parts) if target else "", _name_in(attributes)))
    free = iter([part for part in parts if part not in dict(sheets)])
    found = {part or next(free, ""): name for part, name in sheets if part is not None}
    found.pop("", None)
    return found or {part: f"sheet {number}" for number, part in enumerate(parts, 1)}


def _relations(links: bytes) -> dict[bytes, str]:
    relations = {}
    for match in re.finditer(rb"<(?:\w+:)?Relationship [^>]{0,1000}>", links):
        attributes = dict(_ATTRIBUTE.findall(match[0]))
        relations[attributes.get(b"Id", b"")] = attributes.get(b"Target", b"").decode("utf-8", "replace")
    return relations


def _part_of(target: str, parts: list[str]) -> str | None:
    """The worksheet that a relation names; None where it names a chart or a dialogue."""
    return next((name for name in parts if name.endswith(target.lstrip("/")) or target.endswith(name)), None)


def _name_in(attributes: list[tuple[bytes, bytes]]) -> str:
    return html.unescape(dict(attributes).get(b"name", b"").decode("utf-8", "replace"))


def whole_part(archive: zipfile.ZipFile, name: str, limits: Limits) -> bytes:
    pieces: list[bytes] = []
    size = 0
    for piece in stream_part(archive, name, limits):
        pieces.append(piece if not pieces else piece[_OVERLAP:])
        size += len(piece)
        if size > _WHOLE:
            break
    return b"".join(pieces)

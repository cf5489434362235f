"""The products of an index as they are compared: arrays, strings and records, kept on disk or read when they are met.

A catalogue of ordinary size is read once for all processes; of a very large one each reads what its rows meet.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from ml_analyze.matching.index import PROCESSES, Index, mapped, only_builder
from ml_analyze.matching.record import Record, records
from ml_analyze.matching.sheet import Sheet, ends_of, sheet_of, strings_of
from ml_analyze.matching.spellings import PARTS, Letters
from ml_analyze.matching.texts import texts_of
from ml_analyze.side_by_side import in_order

Ints = NDArray[np.int64]

#: a larger catalogue is not read as a whole (0.2 ms a product)
MOST_READ = 100_000
_AT_ONCE, _ALONE = 2000, 2
_KEPT = 30_000
#: raised when other arrays are kept, or the same ones otherwise
_LAYOUT = 7
_SHEET = tuple(field.name for field in fields(Sheet))
_SET_PLACES = tuple(at for at, field in enumerate(fields(Record)) if str(field.type).startswith("frozenset"))
_BY_NAME_PLACES = tuple(at for at, field in enumerate(fields(Record)) if field.name in ("measures", "all_measures"))
# Nobody writes into these: what says nothing is the same for all.
_NO_SET: frozenset[Any] = frozenset()


class Products:
    """Gives products by number; remembers those met last."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._kept = _Kept.of(index) if 0 < index.size <= MOST_READ else None
        self._records: dict[int, Record] = {}
        self._slots: dict[int, int] = {}
        self._sheet, self._letters = _arrays([])

    def compared(self, numbers: Ints) -> tuple[Sheet, Letters, Ints]:
        """Arrays that hold products, and where those of ``numbers`` (none twice) are in them."""
        if self._kept is not None:
            return self._kept.sheet, self._kept.letters, numbers
        listed = numbers.tolist()
        self._meet(listed)
        places = np.array([self._slots[number] for number in listed], dtype=np.int64)
        return self._sheet, self._letters, places

    def id(self, number: int) -> str:
        return self._index.product_id(number) if self._kept is None else self._kept.id(number)

    def record(self, number: int) -> Record:
        known = self._records.get(number)
        if known is None:
            _make_room(self._records, 1)
            known = self._read([number])[0] if self._kept is None else self._kept.record(number)
            self._records[number] = known
        return known

    def _meet(self, numbers: list[int]) -> None:
        """Read products that are not known yet; when they get too many, the others are forgotten."""
        if len(self._slots) > _KEPT:
            self._slots = {}
            self._sheet, self._letters = _arrays([])
        missing = [number for number in numbers if number not in self._slots]
        if missing:
            sheet, letters = _arrays(self._read(missing))
            self._slots.update((number, len(self._sheet) + at) for at, number in enumerate(missing))
            self._sheet, self._letters = self._sheet.beside(sheet), self._letters.beside(letters)

    def _read(self, numbers: list[int]) -> list[Record]:
        return _read(self._index, numbers)


def _make_room(kept: dict[int, Any], more: int) -> None:
    if len(kept) + more > _KEPT:
        kept.clear()


def _read(index: Index, numbers: Sequence[int]) -> list[Record]:
    rows = [index.product(number).fields for number in numbers]
    return records(rows, [texts_of(row) for row in rows], index)


def _arrays(read: Sequence[Record]) -> tuple[Sheet, Letters]:
    return sheet_of(read), Letters.of([strings_of(record) for record in read])


class _Kept:
    """All products of a catalogue, in mapped files beside its index."""

    def __init__(self, folder: Path) -> None:
        self.sheet = Sheet(*(mapped(folder / f"{name}.npy") for name in _SHEET))
        self.letters = Letters(*(mapped(folder / f"{name}.npy") for name in PARTS))
        self._records, self._ids = _Lines(folder / "records"), _Lines(folder / "ids")
        self._known: dict[int, str] = {}

    @classmethod
    def of(cls, index: Index) -> _Kept:
        """Those of an index, read first when no process has done so yet."""
        folder = index.folder / f"read-{_LAYOUT}"
        if not folder.exists():
            with only_builder(index.folder / "read.lock"):
                if not folder.exists():
                    _write(index, folder)
        return cls(folder)

    def id(self, number: int) -> str:
        known = self._known.get(number)
        if known is None:
            known = self._known[number] = self._ids.text(number)
        return known

    def record(self, number: int) -> Record:
        said = self._records[number]
        for at in _SET_PLACES:
            said[at] = frozenset(said[at]) if said[at] else _NO_SET
        for at in _BY_NAME_PLACES:
            said[at] = {dimension: frozenset(each) for dimension, each in said[at].items()}
        return Record(*said)


def _write(index: Index, folder: Path) -> None:
    part = folder.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    sheets: list[Sheet] = []
    letters: list[Letters] = []
    said: list[bytes] = []
    ids: list[bytes] = []
    chunks = (range(start, min(start + _AT_ONCE, index.size)) for start in range(0, index.size, _AT_ONCE))
    laid_out = in_order(partial(_laid_out, index), chunks, processes=PROCESSES, alone=_ALONE)
    for _, (sheet, pieces, told, named) in laid_out:
        sheets.append(sheet)
        letters.append(pieces)
        said += told
        ids += named
    lengths = np.concatenate([np.diff(sheet.starts) for sheet in sheets])
    np.save(part / "starts.npy", ends_of(lengths))
    for name in _SHEET[1:]:
        np.save(part / f"{name}.npy", np.concatenate([getattr(sheet, name) for sheet in sheets]))
    every = letters[0].beside(*letters[1:])
    for name in PARTS:
        np.save(part / f"{name}.npy", getattr(every, name))
    _Lines.write(part / "records", said)
    _Lines.write(part / "ids", ids)
    part.rename(folder)


def _laid_out(index: Index, numbers: Sequence[int]) -> tuple[Sheet, Letters, list[bytes], list[bytes]]:
    """Some products as they are kept: arrays, letters, records, ids."""
    read = _read(index, numbers)
    told = [orjson.dumps(_told(record), _plain) for record in read]
    return *_arrays(read), told, [index.product_id(number).encode() for number in numbers]


def _told(record: Record) -> list[Any]:
    return [getattr(record, name) for name in Record.__slots__]


def _plain(value: object) -> list[Any]:
    """Sets as JSON has them, in an order of their own."""
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(value)


class _Lines:
    """JSON values, or plain texts, in one mapped file, found by their number."""

    def __init__(self, path: Path) -> None:
        # A slice of a mapped array is an array, which costs more than the line that it holds.
        ends, lines = mapped(path.with_suffix(".ends.npy")), mapped(path.with_suffix(".npy"))
        self._ends, self._bytes = memoryview(ends), memoryview(lines)

    def __getitem__(self, number: int) -> Any:
        return orjson.loads(self._at(number))

    def text(self, number: int) -> str:
        return self._at(number).decode()

    def _at(self, number: int) -> bytes:
        return self._bytes[self._ends[number] : self._ends[number + 1]].tobytes()

    @staticmethod
    def write(path: Path, lines: list[bytes]) -> None:
        np.save(path.with_suffix(".ends.npy"), ends_of(np.array([len(line) for line in lines], dtype=np.int64)))
        np.save(path.with_suffix(".npy"), np.frombuffer(b"".join(lines), dtype=np.uint8))

"""What a worksheet part says beside its cells' values, row by row: hidden, outlined, struck, without a stored value.

Parts are streamed and searched with regular expressions; a piece without any telling word is passed over at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from .styles import Styles

Place = tuple[int, int]
_ROW = re.compile(rb'<(?:\w+:)?row (?=[^>]{0,300}?\br="(\d{1,8})")([^>]{0,400})>')
_CELL = re.compile(  # what stands in a cell ends where the next begins: a part without ends costs no more than one with
    rb'<(?:\w+:)?c (?=[^>]{0,100}?\br="([A-Z]{1,3})(\d{1,8})")([^>]{0,160}?)'
    rb"(/>|>((?:[^<]++|<(?!/?(?:\w+:)?c[ >]))*+)</(?:\w+:)?c>)"
)
_STYLE = re.compile(rb'\bs="(\d+)"')
_VALUE = re.compile(rb"<(?:\w+:)?v(?: [^>]*)?>([^<]*)<")
_RUN, _RUN_ENDS = re.compile(rb"<(?:\w+:)?r>"), re.compile(rb"</(?:\w+:)?r>")
_TEXT = re.compile(rb"<(?:\w+:)?t(?: [^>]*)?>([^<]*)<")
_STRIKE = re.compile(rb'<(?:\w+:)?strike(?: val="(?:1|true)")?\s*/>')
_LEVEL = re.compile(rb'\boutlineLevel="(\d)"')
_DIGITS = 10  # more than a shared text's number has
_ZEROS = 3  # formulas of one column that are all stored as 0: a library wrote them, nobody worked them out


@dataclass
class Marks:
    """Places are (row, column) from 0. ``kept`` are texts of cells of which a part is struck out."""

    hidden_rows: set[int] = field(default_factory=set)
    levels: dict[int, int] = field(default_factory=dict)
    indents: dict[int, int] = field(default_factory=dict)
    faults: dict[Place, str] = field(default_factory=dict)
    struck: dict[Place, str] = field(default_factory=dict)
    kept: dict[Place, str] = field(default_factory=dict)
    money: dict[Place, str] = field(default_factory=dict)
    codes: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    formulas: dict[int, list[tuple[int, bytes]]] = field(default_factory=dict)


Runs = tuple[str, str]  # what is left and what is struck out


def runs_of(item: bytes) -> Runs | None:
    """A text of several runs, where one is struck out; else None."""
    if _STRIKE.search(item) is None:
        return None
    left: list[str] = []
    struck: list[str] = []
    for begun in _RUN.split(item)[1:]:
        run = _RUN_ENDS.split(begun, maxsplit=1)[0]
        text = "".join(part.decode("utf-8", "replace") for part in _TEXT.findall(run))
        (struck if _STRIKE.search(run) else left).append(text)
    return ("".join(left).strip(), "".join(struck).strip()) if struck else None


def read_marks(pieces: Iterable[bytes], styles: Styles, struck_texts: dict[int, Runs]) -> Marks:
    """The marks of one part, given in pieces that end where a row ends."""
    marks = Marks()
    words = [b"<f", b":f>", b't="e"', b"strike"]
    styled = styles.telling | (frozenset(styles.money) if len(set(styles.money.values())) > 1 else frozenset())
    words += [b's="%d"' % style for style in styled]
    for piece in pieces:
        if b'hidden="' in piece or b"outlineLevel=" in piece:
            _read_rows(piece, marks)
        if not struck_texts and not any(word in piece for word in words):
            continue
        for letters, number, attributes, _, inside in _CELL.findall(piece):
            found = _STYLE.search(attributes)
            style = int(found[1]) if found else 0
            if style in styled or _tells(attributes, inside, shared=bool(struck_texts)):
                place = (int(number) - 1, column_number(letters) - 1)
                _read_cell(place, attributes, inside, style=style, styles=styles, struck=struck_texts, marks=marks)
    _find_placeholders(marks)
    return marks


def _tells(attributes: bytes, inside: bytes, *, shared: bool) -> bool:
    """Whether a cell holds a fault, a formula or struck text, whatever its style."""
    if b't="e"' in attributes or (shared and b't="s"' in attributes):
        return True
    return bool(inside) and (b"<f" in inside or b":f" in inside or b"strike" in inside)


def _read_rows(piece: bytes, marks: Marks) -> None:
    for number, attributes in _ROW.findall(piece):
        if b'hidden="1"' in attributes or b'hidden="true"' in attributes:
            marks.hidden_rows.add(int(number) - 1)
        if level := _LEVEL.search(attributes):
            marks.levels[int(number) - 1] = int(level[1])


def _read_cell(
    place: Place, attributes: bytes, inside: bytes, *, style: int, styles: Styles, struck: dict[int, Runs], marks: Marks
) -> None:
    found = _VALUE.search(inside)
    value = found[1] if found else b""
    row, column = place
    if b't="e"' in attributes:
        marks.faults[place] = value.decode("ascii", "replace") or "#ERROR"
    elif b"<f" in inside or b":f" in inside:
        if value or b't="str"' in attributes:
            marks.formulas.setdefault(column, []).append((row, value))
        else:
            marks.faults[place] = "formula"
    shared = b't="s"' in attributes and value.isdigit() and len(value) < _DIGITS
    runs = struck.get(int(value)) if shared else runs_of(inside)
    if runs:
        marks.kept[place], marks.struck[place] = runs
    elif style in styles.struck and (value or b"<is>" in inside):
        marks.struck[place] = ""  # the whole cell: its text is put in where the values are
    if style in styles.codes and value and b't="s' not in attributes:
        marks.codes.setdefault(row, []).append((column, styles.codes[style]))
    if style in styles.money and value:
        marks.money[place] = styles.money[style]
    if style in styles.indents and (b't="s"' in attributes or b"inlineStr" in attributes):
        marks.indents.setdefault(row, styles.indents[style])


def _find_placeholders(marks: Marks) -> None:
    """Formulas whose stored value is 0 throughout a column were never worked out."""
    for column, found in marks.formulas.items():
        if len(found) >= _ZEROS and all(value == b"0" for _, value in found):
            marks.faults.update({(row, column): "formula" for row, _ in found})
    marks.formulas.clear()


def column_number(letters: bytes) -> int:
    """A column's number from 1."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number

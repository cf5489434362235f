"""Tables that a PDF page draws with lines: lines → crossings → cells, merged where a border is missing."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

from ml_analyze.extraction.grid import Row, Span
from ml_analyze.extraction.understanding.profile import number_of

from .borders import Owners, open_sides, part_standing_apart, undrawn
from .rulings import SNAP, Ruling, Rulings
from .text import Word, joined, text_lines, unhyphenated

_TOUCHING = 3.0  # points between a drawn line and the letter that begins behind it


@dataclass
class RuledTable:
    """Borders of columns and rows, the rows' texts, merged cells, and the words that it holds."""

    columns: list[float]
    top: float
    bottom: float
    rows: list[Row]
    merges: list[Span]
    held: set[int] = field(default_factory=set)


def ruled_tables(rulings: Rulings, words: list[Word]) -> list[RuledTable]:
    """All ruled tables of a page that have at least two columns and hold words."""
    tables = [_fill(rows, columns, words) for rows, columns in _grids(rulings.across, rulings.down)]
    return sorted((table for table in tables if table is not None), key=lambda table: table.top)


def _grids(across: list[Ruling], down: list[Ruling]) -> list[tuple[list[Ruling], list[Ruling]]]:
    """Connected groups of crossing lines with at least two of each kind... three vertical ones, to be two columns."""
    parent = list(range(len(across) + len(down)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for i, row in enumerate(across):
        for j, column in enumerate(down, len(across)):
            if row.start - SNAP <= column.at <= row.end + SNAP and column.start - SNAP <= row.at <= column.end + SNAP:
                parent[root(i)] = root(j)
    groups: dict[int, tuple[list[Ruling], list[Ruling]]] = {}
    for i, row in enumerate(across):
        groups.setdefault(root(i), ([], []))[0].append(row)
    for j, column in enumerate(down, len(across)):
        groups.setdefault(root(j), ([], []))[1].append(column)
    tables = [(rows, [*columns, *open_sides(rows, columns)]) for rows, columns in groups.values() if columns]
    return [group for group in tables if len(group[0]) >= 2 and len(_places(group[1])) >= 3]


def _places(rulings: Iterable[Ruling]) -> list[float]:
    places: list[float] = []
    for at in sorted(ruling.at for ruling in rulings):
        if not places or at - places[-1] > SNAP:
            places.append(at)
    return places


def _fill(across: list[Ruling], down: list[Ruling], words: list[Word]) -> RuledTable | None:
    ys, xs = _places(across), _places(down)
    held = {
        index
        for index, word in enumerate(words)
        if ys[0] - 1 <= word.middle <= ys[-1] + 1 and xs[0] - 2 <= word.centre <= xs[-1] + 2
    }
    if len(ys) < 2 or len(held) < 2:
        return None
    inside = [part for index in sorted(held) for part in _cut(words[index], down)]
    down = [*down, *undrawn(ys, xs, inside)]
    xs = _places(down)
    rows, columns = len(ys) - 1, len(xs) - 1
    owner = _owners(ys, xs, across, down)
    part_standing_apart(owner, ys, xs, inside)
    cells: dict[tuple[int, int], list[Word]] = {}
    for word in inside:
        row, column = bisect_right(ys[1:-1], word.middle), bisect_right(xs[1:-1], word.centre)
        cells.setdefault(owner[row][column], []).append(word)
    if len({column for _, column in cells}) < 2:
        return None
    table = RuledTable(xs, ys[0], ys[-1], [], [], held)
    _write_rows(table, cells, owner, rows=rows, columns=columns)
    return table


def _cut(word: Word, down: list[Ruling]) -> list[Word]:
    """A word in the pieces that drawn lines part it in: a code that fills its cell touches the name behind it."""
    for line in down:
        if word.left + SNAP < line.at < word.right - SNAP and line.start <= word.middle <= line.end:
            halves = word.cut(line.at)
            if halves is not None and abs(halves[1].left - line.at) < _TOUCHING:
                return [halves[0], *_cut(halves[1], down)]
    return [word]


def _owners(ys: list[float], xs: list[float], across: list[Ruling], down: list[Ruling]) -> Owners:
    """For each cell the top left cell of the merged cell that it is part of."""
    rows, columns = len(ys) - 1, len(xs) - 1
    owner = [[(row, column) for column in range(columns)] for row in range(rows)]
    for row in range(rows):
        for column in range(columns):
            middle_x, middle_y = (xs[column] + xs[column + 1]) / 2, (ys[row] + ys[row + 1]) / 2
            open_left = column > 0 and not _crossed(down, xs[column], middle_y)
            open_top = row > 0 and not _crossed(across, ys[row], middle_x)
            if open_left:
                owner[row][column] = owner[row][column - 1]
            elif open_top:
                owner[row][column] = owner[row - 1][column]
    return owner


def _crossed(rulings: list[Ruling], at: float, middle: float) -> bool:
    return any(abs(ruling.at - at) <= SNAP and ruling.start - 1 <= middle <= ruling.end + 1 for ruling in rulings)


def _write_rows(
    table: RuledTable,
    cells: dict[tuple[int, int], list[Word]],
    owner: Owners,
    *,
    rows: int,
    columns: int,
) -> None:
    parted: set[int] = set()  # drawn rows of several text rows: whose of them a shared cell is, is not said
    for row in range(rows):
        own = {column: cells[row, column] for column in range(columns) if (row, column) in cells}
        first = len(table.rows)
        table.rows += _split(own, columns)
        if len(table.rows) > first + 1:
            parted.add(row)
        for column in range(columns):
            above, left = owner[row][column]
            if above < row and left == column and (above, left) in cells and not parted & {above, row}:
                shared = joined(cells[above, left])
                if number_of(shared) is not None and any(table.rows[first]):
                    table.rows[first][column] = shared  # one price drawn for several rows
            if owner[row][column] == (row, column):
                right = column
                while right + 1 < columns and owner[row][right + 1] == (row, column):
                    right += 1
                if right > column:
                    table.merges.append((first, column, first, right))


def _split(own: dict[int, list[Word]], columns: int) -> list[Row]:
    """The text rows of one drawn row: several, where the lines in it stand side by side with numbers of their own."""
    whole: Row = [None] * columns
    lined = {column: text_lines(words) for column, words in own.items()}
    for column, lines in lined.items():
        whole[column] = unhyphenated(" ".join(line.text for line in lines))
    if max((len(lines) for lines in lined.values()), default=0) < 2:
        return [whole]
    together = text_lines([word for words in own.values() for word in words])
    parted: list[Row] = []
    numbered = 0
    for line in together:
        row: Row = [None] * columns
        kept = {id(word) for word in line.words}
        for column, words in own.items():
            mine = sorted((word for word in words if id(word) in kept), key=lambda word: word.left)
            if mine:
                row[column] = joined(mine)
        filled = [cell for cell in row if cell]
        if parted and len(filled) == 1 and not row[0] and number_of(filled[0]) is None:
            at = row.index(filled[0])
            parted[-1][at] = unhyphenated(f"{parted[-1][at] or ''} {filled[0]}".strip())  # the second line of a cell
            continue
        numbered += len(filled) >= 2 and any(number_of(cell) is not None for cell in filled)
        parted.append(row)
    return parted if numbered >= 2 and numbered >= 0.6 * len(parted) else [whole]

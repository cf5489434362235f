"""A price list as it was understood: its lines one after the other, and what they tell."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from handoff.api import Reading, SheetReading
from handoff.doubts import Doubt, DoubtCode, in_words
from ml_analyze.collector import looking_less_often
from ml_analyze.extraction.understanding.choose import Candidate
from ml_analyze.extraction.understanding.doubt import doubts_of, of_formats
from ml_analyze.extraction.understanding.layout import Layout
from ml_analyze.extraction.understanding.lexicon import lexicon
from ml_analyze.extraction.understanding.matrix import Matrix
from ml_analyze.extraction.understanding.memory import fingerprint
from ml_analyze.extraction.understanding.passed import Passed
from ml_analyze.extraction.understanding.row_counts import Counts
from ml_analyze.extraction.understanding.rows import RowTaker
from ml_analyze.findings import Findings

from .grid import Grid
from .limits import Unreadable

_BATCH = 256


class PriceList:
    """A file as it was understood. ``reading`` is complete from the start but for ``skipped_rows`` and item
    counts, which are final once ``lines`` has ended; ``rows_read`` grows while it goes on."""

    def __init__(
        self,
        grid: Grid,
        candidates: list[Candidate],
        reading: Reading,
        layouts: dict[int, Layout],
        shown: dict[int, SheetReading],
    ) -> None:
        self.reading = reading
        self.findings = Findings([*of_formats(grid, candidates), *doubts_of(candidates, layouts)])
        self.reading.warnings += map(in_words, self.findings.doubts)
        self.findings.layout = fingerprint(candidates, layouts)
        self._counts = Counts()
        self._late: list[Doubt] = []
        self.rows_read = 0
        self.rows_total: int | None = _rows_to_come(candidates)
        self._grid = grid
        self._candidates = candidates
        self._layouts = layouts
        self._shown = shown
        self.lines: Iterator[dict[str, Any]] = chain.from_iterable(self._unwatched())

    def remember(self, gone: list[Doubt], *, settled: bool) -> None:
        """``gone``: columns of the last list that are missing; ``settled``: the columns are those that held then."""
        if settled:
            asked = (DoubtCode.COLUMN, DoubtCode.PRICE_COLUMN)
            self.findings.doubts = [doubt for doubt in self.findings.doubts if doubt.what not in asked]
        self.findings.doubts += gone
        self.reading.warnings += map(in_words, gone)

    def _unwatched(self) -> Iterator[list[dict[str, Any]]]:
        """The lines in batches, while the collector looks less often: it took a third of the time."""
        with looking_less_often():
            yield from self._take()

    def _take(self) -> Iterator[list[dict[str, Any]]]:
        passed = Passed()
        skipped = passed.counts
        path: list[str] = []
        guide: list[tuple[int, list[str]]] = []
        items = 0
        before: Candidate | None = None
        for place, candidate in enumerate(self._candidates):
            if not candidate.used:
                continue
            table = candidate.table
            if candidate.matrix:
                yield self._take_matrix(candidate.matrix, place)
                items += self._shown[place].items or 0
                continue
            if before is None or before.table.sheet is not table.sheet:
                path = []
                above = table.sheet.rows[: table.header.rows[0] if table.header else 0]
                passed.add_above(above, table.roles.columns.get("price"))
            if table.header and (before is None or before.table.header is not table.header):
                skipped["header"] += len(table.header.rows)
            beside = before is not None and before.table.sheet is table.sheet and before.table.first == table.first
            taker = RowTaker(
                table,
                self._layouts[place],
                passed=passed,
                path=[] if beside else path,
                guide=guide if beside else None,
            )
            for lines in self._take_table(taker, candidate):
                self._counts.add(lines)
                yield lines
            self._counts.variants += taker.variants if table.sheet.places else 0
            self._counts.several += taker.several
            self._say_discontinued(taker, table.sheet.name)
            path = taker.path_after
            guide = guide if beside and not taker.paths else taker.paths
            self._shown[place].items = taker.items
            items += taker.items
            self.reading.skipped_rows = {kind: count for kind, count in skipped.items() if count}
            before = candidate
        self._conclude(passed)
        if not items:
            raise Unreadable(
                "NO_ITEMS", "The file was read, but none of its rows is an item with a name.", self.reading
            )

    def _say_discontinued(self, taker: RowTaker, sheet: str) -> None:
        titles = dict.fromkeys([sheet, *(title for _, path in taker.paths for title in path)] if taker.items else [])
        for title in filter(lexicon().says_discontinued, titles):
            self._late.append(Doubt(what=DoubtCode.DISCONTINUED, where=sheet, choice=title, probability=0.5))

    def _take_matrix(self, matrix: Matrix, place: int) -> list[dict[str, Any]]:
        lines = list(matrix.lines(self._layouts[place].currency or self.reading.currency))
        self._counts.add(lines)
        self._shown[place].items = len(lines)
        self.rows_read += matrix.last - matrix.head
        return lines

    def _conclude(self, passed: Passed) -> None:
        """Say what only the end of the file tells."""
        priced = any("price" in layout.columns for layout in self._layouts.values())
        late = [*self._late, *self._counts.doubts(passed, priced=priced)]
        self.findings.doubts += late
        self.findings.passed_over = passed.told()
        self.reading.warnings += map(in_words, late)

    def _take_table(self, taker: RowTaker, candidate: Candidate) -> Iterator[list[dict[str, Any]]]:
        table = candidate.table
        last = len(table.sheet.rows) if table.last is None else table.last
        for start in range(table.first, last, _BATCH):
            rows = table.sheet.rows[start : min(start + _BATCH, last)]
            self.rows_read += len(rows)
            yield taker.take(rows, start)
        if table.last is None and table.sheet.rest is not None:
            start = len(table.sheet.rows)
            for rows in table.sheet.rest:
                self.rows_read += len(rows)
                yield taker.take(rows, start)
                start += len(rows)
        yield taker.rest()


def _rows_to_come(candidates: list[Candidate]) -> int:
    """Rows below the first header of each sheet that is used: a title and a header are shown to nobody as items."""
    first: dict[int, tuple[int, int]] = {}
    for table in (candidate.table for candidate in candidates if candidate.used):
        rows = table.sheet.rows_total or len(table.sheet.rows)
        begins, _ = first.get(id(table.sheet), (table.first, rows))
        first[id(table.sheet)] = (min(begins, table.first), rows)
    return sum(rows - begins for begins, rows in first.values())

"""Which tables of a file hold the items, and why the others do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handoff.api import Hints, SheetReading
from handoff.conditions import PriceKind
from ml_analyze.extraction.grid import Grid, Sheet, text_of
from ml_analyze.extraction.limits import Unreadable

from .header import said_roles
from .matrix import Matrix, find_matrices, without
from .names import STAND_IN, Roles
from .price_kinds import price_header
from .rival_prices import differ_in_class
from .tables import Table, find_tables

SURE_HEADED = 0.33
SURE_SILENT = 0.4
SURE_MARKED = 0.3  # of names without a header beside amounts that all show a currency or strokes
SURE_ALONE = 0.45
_NAMED, _NUMBERS = 0.5, 0.8
_SAME_DATED = 0.3
_SAME, _HELD, _MANY_TABLES = 0.7, 5000, 60


@dataclass
class Candidate:
    """A table with how it was judged. ``headed``: its header names a price and what is priced.

    ``superseded``: the same articles stand in another table that was taken.
    """

    table: Table
    used: bool
    reason: str
    headed: bool
    superseded: bool = False
    matrix: Matrix | None = None


def choose(grid: Grid, hints: Hints) -> list[Candidate]:
    """All tables of the file in order, each used or not, with the reason. Raises Unreadable for an unknown sheet."""
    # A text file has one table and no sheets: what a client always sends along says nothing about it.
    wanted = {name.strip().casefold() for name in hints.sheets or []} if grid.format != "csv" else set()
    names = [sheet.name for sheet in grid.sheets if sheet.name.strip()]
    if wanted and names and not wanted & {name.strip().casefold() for name in names}:
        raise Unreadable(
            "NO_SUCH_SHEET",
            f"The file has no sheet {', '.join(hints.sheets or [])}; its sheets are: {', '.join(names)}.",
        )
    found: list[Candidate] = []
    for sheet in grid.sheets:
        found.extend(_judge(sheet, hints, wanted))
    _inherit(found)
    _prefer_visible(found, wanted)
    _prefer_headed(found, hints, wanted)
    if not wanted:
        _prefer_named(found)
        _prefer_newest(found)
    return found


def _judge(sheet: Sheet, hints: Hints, wanted: set[str]) -> list[Candidate]:
    if wanted and sheet.name.strip().casefold() not in wanted:
        return [
            Candidate(table, False, "not among the sheets of the hint", False)
            for table in find_tables(sheet, Hints())[:1]
        ]
    matrices = [] if hints.header_row or hints.names_columns else find_matrices(sheet)
    if not matrices:
        return [_judged(table, hints) for table in find_tables(sheet, hints)]
    around = [_judged(table, hints) for table in find_tables(without(sheet, matrices), hints)]
    found = [*map(_of_matrix, matrices), *around]
    return sorted(found, key=lambda candidate: candidate.table.first)


def _of_matrix(matrix: Matrix) -> Candidate:
    right = max(matrix.across) + 1
    table = Table(matrix.sheet, None, matrix.head, matrix.last, 0, right, [""] * right, [], Roles())
    return Candidate(table, True, "a matrix: sizes across and down", True, matrix=matrix)


def _judged(table: Table, hints: Hints) -> Candidate:
    roles = table.roles
    texts = [text for text in table.headers if text]
    said, _ = said_roles(texts)
    at = roles.columns.get("name")
    headed = "price" in said and (
        bool(said & {"name", "sku", "description"}) or (at is not None and bool(table.headers[at]))
    )
    without_price = hints.columns.get("price") == ""
    if "name" not in roles.columns:
        return Candidate(table, False, "no column names the items", headed)
    if "price" not in roles.columns and not without_price:
        return Candidate(table, False, "no column holds prices", headed)
    marked = not without_price and table.profiles[roles.columns["price"]].money > 0.8
    least = SURE_HEADED if texts else SURE_MARKED if marked else SURE_SILENT
    sure = roles.confidence["name"] if without_price else roles.sure
    if sure < least:
        return Candidate(table, False, f"the columns are too doubtful ({sure:.2f})", headed)
    return Candidate(table, True, "", headed)


def _inherit(found: Sequence[Candidate]) -> None:
    """A table without a header of its own goes on in the columns of the one before it, if they fit."""
    last: Candidate | None = None
    for candidate in found:
        if candidate.matrix:
            continue
        table = candidate.table
        if last is not None and not any(table.headers) and _fits(table, last.table):
            table.roles = last.table.roles
            table.headers = last.table.headers
            candidate.used, candidate.headed = True, last.headed
            candidate.reason = f"goes on like {last.table.sheet.name!r}"
        if candidate.used:
            last = candidate


def _fits(table: Table, model: Table) -> bool:
    if len(table.headers) != len(model.headers) or not any(model.headers):
        return False
    price, name = model.roles.columns.get("price"), model.roles.columns.get("name")
    if price is None or name is None:
        return False
    return table.profiles[price].numeric > 0.5 and table.profiles[name].letters > 0.5


def _prefer_visible(found: Sequence[Candidate], wanted: set[str]) -> None:
    if wanted or not any(candidate.used and not candidate.table.sheet.hidden for candidate in found):
        return
    for candidate in found:
        if candidate.used and candidate.table.sheet.hidden:
            candidate.used, candidate.reason = False, "the sheet is hidden"


def _prefer_headed(found: Sequence[Candidate], hints: Hints, wanted: set[str]) -> None:
    """Where some tables have a header that says what they hold, those that only look alike are left out."""
    if wanted or hints.names_columns or not any(candidate.used and candidate.headed for candidate in found):
        return
    models = [candidate.table for candidate in found if candidate.used and candidate.headed and not candidate.matrix]
    for candidate in found:
        if candidate.used and not candidate.headed and not _akin(candidate.table, models):
            candidate.used, candidate.reason = False, "other tables name their columns, this one does not"


def _prefer_named(found: Sequence[Candidate]) -> None:
    """A table whose rows are told apart by a number only belongs to the one of another sheet that names them."""
    used = [candidate for candidate in found if candidate.used and not candidate.matrix]
    named = [each for each in used if each.table.roles.confidence.get("name", 0.0) > _NAMED and each.headed]
    for candidate in used:
        alone = candidate.table.roles.confidence.get("name") == STAND_IN and not candidate.table.sheet.places
        others = [each for each in named if each.table.sheet is not candidate.table.sheet]
        at = candidate.table.roles.columns["name"]
        if alone and others and candidate.table.profiles[at].numeric > _NUMBERS:
            candidate.used, candidate.reason = False, "another sheet names the items, this one only numbers them"


def _prefer_newest(found: Sequence[Candidate]) -> None:
    """Of sheets with the same articles only one is the list: what their names say is nearest to what is paid today."""
    used = [each for each in found if each.used and not each.matrix and not each.table.sheet.places]
    if len({id(each.table.sheet) for each in used}) < 2 or len(used) > _MANY_TABLES:
        return
    articles = {id(each): _articles(each.table) for each in used}
    for candidate in used:
        mine = articles[id(candidate)]
        for other in used:
            theirs = articles[id(other)]
            share = len(mine & theirs) / (min(len(mine), len(theirs)) or 1)
            same = share >= (_SAME_DATED if _older(candidate, other) else _SAME)
            if same and other.used and _nearness(other) < _nearness(candidate):
                candidate.used = False
                candidate.superseded = share >= _SAME and not _for_other_buyers(candidate, other)
                candidate.reason = f"the same articles stand in {other.table.sheet.name!r}"


def _older(one: Candidate, other: Candidate) -> bool:
    """Whether two sheets say two dates: last year's list shares fewer articles with this one than a copy does."""
    mine, theirs = price_header(one.table.sheet.name).date, price_header(other.table.sheet.name).date
    return mine is not None and theirs is not None and mine < theirs


def _for_other_buyers(one: Candidate, other: Candidate) -> bool:
    """Whether the names of two sheets are two classes of buyers, neither of them whoever buys one."""
    names = one.table.sheet.name, other.table.sheet.name
    return differ_in_class(*names) and not any(price_header(name).kind is PriceKind.LIST for name in names)


def _nearness(candidate: Candidate) -> tuple[float, tuple[int, int, int]]:
    """By the sheet's name: kind of price first, then the newest date. Smaller is nearer."""
    said = price_header(candidate.table.sheet.name)
    year, month, day = said.date or (0, 0, 0)
    return said.rank[0], (-year, -month, -day)


def _articles(table: Table) -> frozenset[str]:
    at = table.roles.columns.get("sku", table.roles.columns["name"])
    cells = (text_of(row[at]) for row in table.held_rows()[:_HELD] if at < len(row))
    return frozenset(text for text in cells if text)


def _akin(table: Table, models: Sequence[Table]) -> bool:
    """Whether a table on its own would do: surely priced, or beside headed tables of the same sheet."""
    price = table.profiles[table.roles.columns["price"]]
    whole = price.cents + price.money == 0
    counts = whole and price.typical <= price.count
    if whole and not any(model.sheet is table.sheet for model in models):
        return False  # a summary counts what the lists of other sheets hold
    if not any(table.headers) and (price.count < 2 or counts):
        return False  # one amount at the end of a sentence is no list, nor are numbered sentences
    return (
        table.roles.sure >= SURE_ALONE
        or price.money > 0.6
        or (price.cents > 0.6 and any(model.sheet is table.sheet for model in models))
    )


def sheet_reading(candidate: Candidate) -> SheetReading:
    """The judgement as the treaty shows it; rows count from 1."""
    table = candidate.table
    last = len(table.sheet.rows) if table.last is None else table.last
    places = table.sheet.places
    return SheetReading(
        name=table.sheet.name,
        used=candidate.used,
        reason=candidate.reason
        or ("columns named by the header" if candidate.headed else "columns known by their values"),
        header_row=table.header.rows[-1] + 1 if table.header and places is None else None,
        first_row=table.first + 1,
        last_row=last,
        rows=sum(1 for row in table.sheet.rows[table.first : last] if any(text_of(cell) for cell in row)),
        items=None,
        headers=list(table.headers),
    )

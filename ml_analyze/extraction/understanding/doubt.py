"""Where a reading may be wrong, said before it is believed: every choice that had a rival, and all that was left out.

Probabilities are shares of right files among labelled ones with that doubt (``bench.reading`` prints them again).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handoff.doubts import Doubt, DoubtCode
from ml_analyze.extraction.grid import Grid, text_of

from .choose import Candidate
from .column_doubts import column_doubt, name_doubts, on_its_side, place_of
from .currency import is_bare_dollar, is_some_krone
from .cut_codes import cut_codes
from .layout import Layout
from .looks import look_price
from .price_doubts import price_doubts, says_price
from .profile import Profile
from .tables import Table

_WEAK, _SURE = 0.5, 0.9
_LEAST_ROWS, _PART = 3, 0.1
_LEFT_OUT_ROWS, _COUNT_COLUMNS = 5, 3
_SMALL_SHARE, _SETS_SHARE = 0.02, 0.3
_LIKE_PRICES = 0.45
_CUT_ROWS = 200


def doubts_of(candidates: Sequence[Candidate], layouts: Mapping[int, Layout]) -> list[Doubt]:
    """What is doubtful before a row is read."""
    found: list[Doubt] = []
    taken = sum(_rows_of(candidate.table) for candidate in candidates if candidate.used)
    cents = any(_shows_cents(candidate.table) for candidate in candidates if candidate.used)
    for place, candidate in enumerate(candidates):
        if candidate.matrix:
            found.append(_matrix(candidate.table))
            continue
        if candidate.used:
            found += _of_table(candidate.table, layouts[place])
            if (named := _named_elsewhere(candidate, candidates)) is not None:
                found.append(column_doubt(named, named.roles.columns["name"], "name", 0.3))
        elif (left := _left_out(candidate, taken, cents=cents)) is not None:
            found.append(left)
    if any(layout.price and not layout.number_doubt and layout.price.mark for layout in layouts.values()):
        found = [doubt for doubt in found if doubt.what is not DoubtCode.NUMBER_FORMAT]  # another table shows it
    return _each_once(found)


def _named_elsewhere(candidate: Candidate, candidates: Sequence[Candidate]) -> Table | None:
    """The table of another sheet that has names for what only codes name here: one list, cut between its columns."""
    columns = candidate.table.roles.columns
    if columns.get("sku") is None or columns.get("sku") != columns.get("name"):
        return None
    for other in candidates:
        table = other.table
        at = table.roles.columns
        unlike = not other.used and table.sheet is not candidate.table.sheet and "price" not in at
        if unlike and {"name", "sku"} <= at.keys() and _codes_of(table) & _codes_of(candidate.table):
            return table
    return None


def _codes_of(table: Table) -> set[str]:
    at = table.roles.columns["sku"]
    return {text for row in table.held_rows()[:_CUT_ROWS] if at < len(row) and (text := text_of(row[at]))}


def of_formats(grid: Grid, candidates: Sequence[Candidate]) -> list[Doubt]:
    """What the readers of formats doubt, without what touches no cell that an item is made of."""
    tables = [candidate.table for candidate in candidates if candidate.used]
    found = list(grid.doubts)
    for sheet in {id(table.sheet): table.sheet for table in tables}.values():
        columns = {at for table in tables if table.sheet is sheet for at in _columns_of(table)}
        harmless = bool(sheet.faults) and not any(column in columns for _, column in sheet.faults)
        found += [doubt for doubt in sheet.doubts if not (harmless and doubt.what is DoubtCode.FORMULAS)]
    return found


def _columns_of(table: Table) -> set[int]:
    return {*table.roles.columns.values(), *table.roles.choice.said}


def _rows_of(table: Table) -> int:
    last = table.last if table.last is not None else table.sheet.rows_total or len(table.sheet.rows)
    return last - table.first


def _matrix(table: Table) -> Doubt:
    return Doubt(what=DoubtCode.COLUMN, where=place_of(table), choice="sizes across and down", probability=0.7)


def _of_table(table: Table, layout: Layout) -> list[Doubt]:
    found = [
        *name_doubts(table),
        *price_doubts(table),
        *cut_codes(table, place=place_of(table)),
        *_shared(table),
        *on_its_side(table),
    ]
    if layout.number_doubt:
        mark = layout.price.mark if layout.price else None
        found.append(
            Doubt(
                what=DoubtCode.NUMBER_FORMAT,
                where=place_of(table),
                choice=f"{layout.number_doubt} as thousands",
                instead=f"{layout.number_doubt} with three decimals{' behind ' + mark if mark else ''}",
                probability=0.75,
            )
        )
    if layout.currency is None and (krone := _some_krone(table)):
        found.append(Doubt(what=DoubtCode.CURRENCY, where=place_of(table), choice=krone, probability=_WEAK))
    elif layout.currency is not None and (dollar := _some_dollar(table, layout)):
        found.append(Doubt(what=DoubtCode.CURRENCY, where=place_of(table), choice=dollar, probability=_WEAK))
    if layout.scaled_by:
        found.append(
            Doubt(
                what=DoubtCode.CURRENCY,
                where=place_of(table),
                choice=f"prices were multiplied, as only a title says: {layout.scaled_by[:80]}",
                probability=0.7,
            )
        )
    return found


def _some_krone(table: Table) -> str:
    """What says kr. and not whose, over the prices or beside them; '' for nothing."""
    at = table.roles.columns.get("price")
    if at is None or "currency" in table.roles.columns:
        return ""
    cells = [text_of(row[at]) for row in table.held_rows()[:_CUT_ROWS] if at < len(row)]
    return next((text for text in (table.headers[at], *cells) if text and is_some_krone(text)), "")


def _some_dollar(table: Table, layout: Layout) -> str:
    """A price in dollars of which nothing says whose they are, among prices in another currency; '' for none."""
    at = table.roles.columns.get("price")
    if at is None or layout.price is None or layout.price.dollar is not None or "currency" in table.roles.columns:
        return ""
    cells = [text_of(row[at]) for row in table.held_rows()[:_CUT_ROWS] if at < len(row)]
    return next((text for text in cells if is_bare_dollar(text)), "")


def _shared(table: Table) -> list[Doubt]:
    """A few merged prices among others may be those of sets; where most are merged, that is how the list is made."""
    rows = _rows_of(table)
    if not _SMALL_SHARE * rows < table.shared_prices < _SETS_SHARE * rows:
        return []
    choice = f"{table.shared_prices} items have only the price of the row above, in a merged cell"
    return [Doubt(what=DoubtCode.MISSING_PRICES, where=place_of(table), choice=choice, probability=0.5)]


def _shows_cents(table: Table) -> bool:
    price = table.roles.columns.get("price")
    return price is not None and price < len(table.profiles) and table.profiles[price].cents > _WEAK


def _left_out(candidate: Candidate, taken: int, *, cents: bool) -> Doubt | None:
    """A table with prices that was not taken, unless it is small beside the ``taken`` rows or says the same again.

    ``cents``: the prices that were taken have some, so that whole numbers beside a few words, none of which is one for
    price, are counts.
    """
    table = candidate.table
    named = bool(candidate.reason) and not candidate.superseded and any(table.headers)
    if named and {"name", "price"} <= table.roles.columns.keys() and not candidate.reason.startswith("not among"):
        look = table.profiles[table.roles.columns["price"]]
        if look.count >= _LEAST_ROWS and look.numeric > _SURE and look.count >= _PART * taken:
            return _of_left_out(table, look.count, candidate.reason)
    cents = cents and sum(look.count > 0 for look in table.profiles) <= _COUNT_COLUMNS
    like = [
        look
        for look, header in zip(table.profiles, table.headers, strict=False)
        if _is_like_prices(look) and not (cents and look.cents + look.money == 0 and not says_price(header))
    ]
    if not like or not candidate.reason or candidate.superseded or candidate.reason.startswith("not among"):
        return None
    rows = max(look.count for look in like)
    if rows < _SMALL_SHARE * taken:
        return None  # the reading shows it among the sheets
    return _of_left_out(table, rows, candidate.reason)


def _of_left_out(table: Table, rows: int, reason: str) -> Doubt:
    choice = f"{rows} rows left out: {reason}"
    return Doubt(what=DoubtCode.TABLE_LEFT_OUT, where=place_of(table), choice=choice, probability=0.7)


def _is_like_prices(look: Profile) -> bool:
    return (
        look.count >= _LEFT_OUT_ROWS
        and look.steps < 0.5
        and (look.cents > 0.3 or look.money > 0.3 or look.typical > 20)
        and look.distinct * look.count > 2
        and look_price(look) > _LIKE_PRICES
    )


def _each_once(doubts: Sequence[Doubt]) -> list[Doubt]:
    """A file of fifty alike pages has one doubt and not fifty."""
    seen: dict[tuple[str, str, str], Doubt] = {}
    for doubt in doubts:
        seen.setdefault((doubt.what, doubt.choice, doubt.instead), doubt)
    return list(seen.values())

"""Where a reading may be wrong, said before it is believed: every choice that had a rival, and all that was left out.

Probabilities are shares of right files among labelled ones with that doubt (``bench.reading`` prints them again).
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import eq

from handoff.conditions import PriceKind
from handoff.doubts import Doubt, DoubtCode
from ml_analyze.extraction.grid import Grid, text_of

from .choose import Candidate
from .cut_codes import cut_codes
from .layout import Layout
from .looks import look_price
from .names import STAND_IN
from .passed import Passed
from .price_choice import PriceChoice
from .price_kinds import price_header
from .profile import Profile, number_of
from .sayings import named_by
from .tables import Table

_SURE = 0.9
_WEAK, _WEAK_NAME = 0.5, 0.42
_LEFT_OUT_ROWS, _COUNT_COLUMNS = 5, 3
_SMALL_SHARE = 0.02
_VARIANTS_SHARE = 0.15
_SETS_SHARE = 0.3
_LIKE_PRICES = 0.45
_BARE, _SAID = 0.3, 0.6
_LONG_NAME = 160
_ONE_NAME_ROWS, _FEW_LETTERS = 5, 3
_CODES = 0.8
_CUT_ROWS = 200
_MISSING_SHARE, _REPEATED_SHARE = 0.6, 0.2
# A cell that is empty or says "on request" is a supplier's way; one that holds something else was not understood.
_UNREAD_SHARE, _UNREAD = 0.2, frozenset(("PRICE_UNREADABLE", "PRICE_ERROR_CELL"))
_ODD_ROWS_SHARE = 0.2
_FEW, _FEW_REPEATED = 20, 3
_UNNAMED_SHARE = 0.15
_REPEATED_IN_FEW = 0.4
_KEPT_FIRSTS = 10_000  # codes whose first row is kept to be compared with
_SIDE_ROWS, _HEADER_CHARS = 60, 30
_SIDEWAYS = "the items may stand in columns, a name for what each row says before them"
_FEW_TITLES, _TITLES_SHARE = 5, 0.75


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
                found.append(_column(named, named.roles.columns["name"], "name", 0.3))
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
    return Doubt(what=DoubtCode.COLUMN, where=_place(table), choice="sizes across and down", probability=0.7)


def _of_table(table: Table, layout: Layout) -> list[Doubt]:
    found = [
        *_names(table),
        *_prices(table),
        *cut_codes(table, place=_place(table)),
        *_shared(table),
        *_on_its_side(table),
    ]
    if layout.number_doubt:
        mark = layout.price.mark if layout.price else None
        found.append(
            Doubt(
                what=DoubtCode.NUMBER_FORMAT,
                where=_place(table),
                choice=f"{layout.number_doubt} as thousands",
                instead=f"{layout.number_doubt} with three decimals{' behind ' + mark if mark else ''}",
                probability=0.75,
            )
        )
    if layout.scaled_by:
        found.append(
            Doubt(
                what=DoubtCode.CURRENCY,
                where=_place(table),
                choice=f"prices were multiplied, as only a title says: {layout.scaled_by[:80]}",
                probability=0.7,
            )
        )
    return found


def _shared(table: Table) -> list[Doubt]:
    """A few merged prices among others may be those of sets; where most are merged, that is how the list is made."""
    rows = _rows_of(table)
    if not _SMALL_SHARE * rows < table.shared_prices < _SETS_SHARE * rows:
        return []
    choice = f"{table.shared_prices} items have only the price of the row above, in a merged cell"
    return [Doubt(what=DoubtCode.MISSING_PRICES, where=_place(table), choice=choice, probability=0.5)]


def _names(table: Table) -> list[Doubt]:
    at = table.roles.columns.get("name")
    if at is None:
        return []
    sure, look = table.roles.confidence.get("name", 1.0), table.profiles[at]
    coded = look.code > _CODES and table.roles.columns.get("sku") == at and bool(table.headers[at])
    if (sure == STAND_IN and not coded and not _tells_alone(table, at)) or (
        sure < _WEAK_NAME and not table.headers[at]
    ):
        return [_column(table, at, "name", 0.6)]
    if _shares_label(table, at) or _named_on_the_left(table, at):
        return [_column(table, at, "name", 0.5)]
    shared = look.count >= _ONE_NAME_ROWS and look.distinct * look.count < 1.5  # what all rows share names none of them
    return [_column(table, at, "name", 0.6)] if look.length > _LONG_NAME or shared else []


def _shares_label(table: Table, at: int) -> bool:
    """Whether all names begin with one label: *Name: Hammer* says what the cell holds."""
    texts = [text for row in table.held_rows()[:_SIDE_ROWS] if at < len(row) and (text := text_of(row[at]))]
    labels = {text.partition(":")[0] for text in texts if ":" in text[:_HEADER_CHARS]}
    return len(texts) > 1 and len(labels) == 1 and all(text.startswith(f"{next(iter(labels))}:") for text in texts)


def _named_on_the_left(table: Table, at: int) -> bool:
    """Whether no header says which column is the name, and words stand on the left of the one that was taken."""
    said = named_by(table.headers[at])
    if not table.headers[at] or said.keys() & {"name", "description", "sku"}:
        return False
    taken = table.roles.columns.values()
    return any(
        table.headers[other]
        and other not in taken
        and other not in table.roles.decoys
        and other not in table.roles.parts
        and not named_by(table.headers[other])
        and look.letters > _CODES
        and look.filled > _SURE
        and look.length > _FEW_LETTERS
        and max(look.url, look.flag, look.unit, look.dated) < _BARE
        for other, look in enumerate(table.profiles[:at])
    )


def _on_its_side(table: Table) -> list[Doubt]:
    """Items that are columns: what should be names are headers, one of them for the price."""
    at = table.roles.columns.get("name")
    if at is None:
        return []
    for row in table.held_rows()[:_SIDE_ROWS]:
        name = text_of(row[at]) if at < len(row) else ""
        if len(name) <= _HEADER_CHARS and named_by(name).get("price", 0.0) == 1.0:
            numbers = sum(number_of(cell) is not None for cell in row)
            if numbers > 1:
                return [Doubt(what=DoubtCode.PAGE_LAYOUT, where=_place(table), choice=_SIDEWAYS, probability=0.2)]
    return []


def _tells_alone(table: Table, at: int) -> bool:
    """Whether a column that stands in for the name has no rival: its header says what it holds, no two rows share a
    value, and no other text could name them."""
    rivals = [other for other, look in enumerate(table.profiles) if other != at and look.letters > _WEAK and look.count]
    whole = table.profiles[at].distinct == 1.0 and not table.roles.parts
    return whole and bool(table.headers[at]) and not rivals


def _column(table: Table, at: int, role: str, probability: float) -> Doubt:
    said = table.headers[at] or f"column {at + 1}"
    return Doubt(what=DoubtCode.COLUMN, where=_place(table), choice=f"{said} ({role})", probability=probability)


def _prices(table: Table) -> list[Doubt]:
    choice = table.roles.choice
    if choice.main is None:
        return []
    found = []
    if choice.rival is not None and choice.sure < _SURE:
        found.append(
            Doubt(
                what=DoubtCode.PRICE_COLUMN,
                where=_place(table),
                choice=table.headers[choice.main] or f"column {choice.main + 1}",
                instead=table.headers[choice.rival] or f"column {choice.rival + 1}",
                probability=choice.sure,
            )
        )
    elif (discount := _discount_beside(table, choice)) is not None:
        said = f"{table.headers[choice.main]}, from which {table.headers[discount]} is not taken off"
        found.append(Doubt(what=DoubtCode.PRICE_COLUMN, where=_place(table), choice=said, probability=0.6))
    elif _is_worth_of_stock(table, choice):
        found.append(_column(table, choice.main, "price", 0.3))  # what the stock is worth
    elif _is_unsaid(table, choice.main):
        found.append(_column(table, choice.main, "price", 0.6))
    money = [at for at in _money_beside(table, choice) if at not in table.roles.decoys]
    if money:
        names = ", ".join(table.headers[at] or f"column {at + 1}" for at in money[:3])
        found.append(Doubt(what=DoubtCode.COLUMNS_LEFT_OUT, where=_place(table), choice=names, probability=0.8))
    return found


def _is_worth_of_stock(table: Table, choice: PriceChoice) -> bool:
    said = choice.said.get(choice.main) if choice.main is not None else None
    return said is not None and said.kind is PriceKind.STOCK_VALUE and "stock" in table.roles.columns


def _discount_beside(table: Table, choice: PriceChoice) -> int | None:
    """A column of discounts that the price, said to be a list price or one with VAT, does not hold yet."""
    main = choice.said.get(choice.main) if choice.main is not None else None
    if main is None or main.kind not in (PriceKind.LIST, PriceKind.GROSS):
        return None
    discounts = [at for at, role in table.roles.decoys.items() if role == "discount" and table.headers[at]]
    return next((at for at in discounts if table.profiles[at].filled > _WEAK and table.profiles[at].zero < _WEAK), None)


def _is_unsaid(table: Table, at: int) -> bool:
    """Whether nothing but the look of bare numbers says that a column holds prices."""
    header, look = table.headers[at], table.profiles[at]
    if not header:
        return table.roles.confidence.get("price", 1.0) < _WEAK
    unsure = table.roles.confidence.get("price", 1.0) < _SAID
    return unsure and not _says_price(header) and max(look.cents, look.money) < _BARE


def _says_price(header: str) -> bool:
    said = price_header(header)
    return (
        any(key.startswith("price") for key in named_by(header))
        or said.quantity is not None
        or said.date is not None
        or said.kind is not PriceKind.PRICE
    )


def _money_beside(table: Table, choice: PriceChoice) -> list[int]:
    used = {*table.roles.columns.values(), *choice.said}
    return [
        at
        for at, look in enumerate(table.profiles)
        if at not in used
        and min(look.money, look.numeric) > 0.6
        and look.count >= _LEFT_OUT_ROWS
        and look.zero < 0.9
        and look.distinct * look.count > 2
    ]


def _shows_cents(table: Table) -> bool:
    price = table.roles.columns.get("price")
    return price is not None and price < len(table.profiles) and table.profiles[price].cents > _WEAK


def _left_out(candidate: Candidate, taken: int, *, cents: bool) -> Doubt | None:
    """A table with prices that was not taken, unless it is small beside the ``taken`` rows or says the same again.

    ``cents``: the prices that were taken have some, so that whole numbers beside a few words, none of which is one for
    price, are counts.
    """
    table = candidate.table
    cents = cents and sum(look.count > 0 for look in table.profiles) <= _COUNT_COLUMNS
    like = [
        look
        for look, header in zip(table.profiles, table.headers, strict=False)
        if _is_like_prices(look) and not (cents and look.cents + look.money == 0 and not _says_price(header))
    ]
    if not like or not candidate.reason or candidate.superseded or candidate.reason.startswith("not among"):
        return None
    rows = max(look.count for look in like)
    if rows < _SMALL_SHARE * taken:
        return None  # the reading shows it among the sheets
    return Doubt(
        what=DoubtCode.TABLE_LEFT_OUT,
        where=_place(table),
        choice=f"{rows} rows left out: {candidate.reason}",
        probability=0.7,
    )


def _is_like_prices(look: Profile) -> bool:
    return (
        look.count >= _LEFT_OUT_ROWS
        and look.steps < 0.5
        and (look.cents > 0.3 or look.money > 0.3 or look.typical > 20)
        and look.distinct * look.count > 2
        and look_price(look) > _LIKE_PRICES
    )


def _place(table: Table) -> str:
    if table.sheet.places:
        return f"page {table.sheet.places[min(table.first, len(table.sheet.places) - 1)][0]}"
    return f"{table.sheet.name}, row {table.first + 1}"


def _each_once(doubts: Sequence[Doubt]) -> list[Doubt]:
    """A file of fifty alike pages has one doubt and not fifty."""
    seen: dict[tuple[str, str, str], Doubt] = {}
    for doubt in doubts:
        seen.setdefault((doubt.what, doubt.choice, doubt.instead), doubt)
    return list(seen.values())


def _told_beside(line: Mapping[str, object]) -> int:
    """What the columns beside say, as a number: the line itself is not kept."""
    return hash(repr(line.get("characteristics")))


def _lacks_its_name(line: Mapping[str, object]) -> bool:
    warnings = line.get("warnings")
    return isinstance(warnings, list) and any(each["code"] == "NAME_MISSING" for each in warnings)


@dataclass
class Counts:
    """What only the rows tell: counted while they are taken; ``variants`` are names put together on pages, ``several``
    items with more than one amount in the price's cell, ``coded`` items that are named by their codes, ``unnamed``
    those of them beside others with names, ``labels`` those named by a label such as *Price:*.

    Of the first codes price, name and what stands beside are kept, of all others two numbers: a list of a million
    articles takes 16 MB.
    """

    items: int = 0
    without_price: int = 0
    unread: int = 0
    firsts: dict[str, tuple[object, object, int]] = field(default_factory=dict)
    codes: array[int] = field(default_factory=lambda: array("q"))
    prices: array[int] = field(default_factory=lambda: array("q"))
    repeated: int = 0
    variants: int = 0
    several: int = 0
    coded: int = 0
    labels: int = 0
    unnamed: int = 0

    def add(self, lines: Sequence[Mapping[str, object]]) -> None:
        items = [line for line in lines if line["kind"] == "item"]
        names = [str(line["name"]) for line in items]
        codes = [line.get("sku") for line in items]
        self.items += len(items)
        coded = sum(map(eq, names, codes))
        self.coded += coded
        self.unnamed += sum(map(_lacks_its_name, items)) if coded else 0
        self.labels += "\0".join([*names, ""]).count(":\0")
        prices = [line.get("price") for line in items]
        if None in prices:
            self._add_without_price([line for line in items if line.get("price") is None])
        if None in prices or set(map(type, codes)) != {str}:
            items = [line for line in items if line.get("price") is not None and isinstance(line.get("sku"), str)]
            codes, prices = [line["sku"] for line in items], [line["price"] for line in items]
        if len(self.firsts) >= _KEPT_FIRSTS and self.firsts.keys().isdisjoint(codes):
            self._keep(codes, prices)
        else:
            for line in items:
                self._compare(line)

    def _add_without_price(self, lines: Sequence[Mapping[str, object]]) -> None:
        self.without_price += len(lines)
        for line in lines:
            warnings = line.get("warnings")
            self.unread += isinstance(warnings, list) and any(each["code"] in _UNREAD for each in warnings)

    def _compare(self, line: Mapping[str, object]) -> None:
        sku = str(line["sku"])
        if first := self.firsts.get(sku):
            price, name, told = first
            # the same article with something else told beside it is another batch of it
            self.repeated += price != line["price"] and not (name == line["name"] and told != _told_beside(line))
        elif len(self.firsts) < _KEPT_FIRSTS:
            self.firsts[sku] = line["price"], line["name"], _told_beside(line)
        else:
            self._keep([sku], [line["price"]])

    def _keep(self, codes: Sequence[object], prices: Sequence[object]) -> None:
        self.codes.extend(map(hash, codes))
        self.prices.extend(map(hash, prices))

    def _repeated_later(self) -> int:
        """Rows with another price than the first of their code, beyond the codes that were kept whole."""
        if not self.codes:
            return 0
        import numpy  # most lists are shorter, and reading them takes less time than importing it

        codes, prices = numpy.frombuffer(self.codes, numpy.int64), numpy.frombuffer(self.prices, numpy.int64)
        order = numpy.argsort(codes, kind="stable")
        codes, prices = codes[order], prices[order]
        begins = numpy.concatenate(([True], codes[1:] != codes[:-1]))
        return int(numpy.count_nonzero(prices != prices[begins][numpy.cumsum(begins) - 1]))

    def doubts(self, passed: Passed, *, priced: bool) -> list[Doubt]:
        """``priced``: whether there is a price column."""
        odd, titles = passed.priced, passed.counts["category"]
        found = []
        missing = self.without_price > _MISSING_SHARE * self.items
        if priced and (missing or self.unread > _UNREAD_SHARE * self.items):
            choice = f"{self.without_price} of {self.items} items"
            found.append(Doubt(what=DoubtCode.MISSING_PRICES, choice=choice, probability=0.7))
        repeated = self.repeated + self._repeated_later()
        few = repeated > 1 and repeated > _REPEATED_IN_FEW * self.items  # two sheets in two currencies
        if few or repeated > max(_FEW_REPEATED, _REPEATED_SHARE * self.items):
            choice = f"{repeated} of {self.items} items"
            found.append(Doubt(what=DoubtCode.REPEATED_ITEMS, choice=choice, probability=0.8))
        if self.several > _WEAK * self.items:
            choice = f"{self.several} items have several amounts in the cell of the price, of which the first was taken"
            found.append(Doubt(what=DoubtCode.PRICE_COLUMN, choice=choice, probability=0.6))
        if self.variants > _VARIANTS_SHARE * self.items:
            choice = f"{self.variants} names were put together from rows of a page"
            found.append(Doubt(what=DoubtCode.PAGE_LAYOUT, choice=choice, probability=0.6))
        if self.labels > _VARIANTS_SHARE * self.items:
            choice = f"{self.labels} names are labels, as cards of products have"
            found.append(Doubt(what=DoubtCode.PAGE_LAYOUT, choice=choice, probability=0.1))
        if self.unnamed > max(1, _UNNAMED_SHARE * self.items):
            choice = f"{self.unnamed} items have no name but their code"
            found.append(Doubt(what=DoubtCode.COLUMN, choice=choice, probability=0.5))
        if odd > max(_FEW, _ODD_ROWS_SHARE * self.items):
            found.append(
                Doubt(what=DoubtCode.ROWS_LEFT_OUT, choice=f"{odd} rows beside {self.items} items", probability=0.6)
            )
        elif passed.coded > max(1, _ODD_ROWS_SHARE * self.items):
            choice = f"{passed.coded} rows with a code and a name beside {self.items} items"
            found.append(Doubt(what=DoubtCode.ROWS_LEFT_OUT, choice=choice, probability=0.4))
        elif titles > max(_FEW_TITLES, _TITLES_SHARE * self.items) and self.coded > _WEAK * self.items:
            # titles of groups of one may be the names that the items lack
            found.append(
                Doubt(what=DoubtCode.ROWS_LEFT_OUT, choice=f"{titles} rows beside {self.items} items", probability=0.5)
            )
        return found

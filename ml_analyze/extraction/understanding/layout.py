"""A table's decisions made ready for reading rows: which cell feeds which field, and how.

One room: what a reader of cells needs is decided together, a field after the other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from handoff.api import ColumnReading, Hints
from ml_analyze.extraction.grid import Row, column_letters, text_of

from .conditions import Terms, terms_of
from .currency import BARE_DOLLAR, bare_dollar, find_currency, is_bare_dollar
from .lexicon import lexicon, normal
from .named_codes import NamedCodes, codes_in
from .numbers import number_format
from .price_cells import PriceReader
from .profile import number_of, sample_rows
from .rival_prices import SIZE
from .sayings import is_maker_number
from .scales import HUNDREDTH, said_aside, scale_of
from .tables import Table, column_named

MAKER_NUMBER = "mpn"
_SEVERAL = 3
_TYPICAL = 0.8
_PLAIN_ROLES = ("sku", "unit", "pack_size", "stock", "category", "brand", "barcode", "description")


@dataclass
class Layout:
    """``columns``: role → column; ``prices``: column → key; ``extras``: (column, key) of characteristics.

    ``typical`` are the columns that nearly every priced row fills, ``shared`` the words there that several of them
    share, ``cells`` the A1 letters by role,
    ``marks`` the list's own words for "no price", ``number_doubt`` a price that may be read in two ways,
    ``scaled_by`` the title that alone says that prices are in thousands, ``named_codes`` where names hold the codes,
    ``priced_size`` what the price is for where it is headed by a size alone, as *250 g* beside *1 kg*.
    """

    columns: dict[str, int]
    price: PriceReader | None
    readers: dict[int, PriceReader]
    prices: dict[int, str]
    extras: list[tuple[int, str]]
    plain: list[tuple[str, int]]
    cells: list[tuple[str, str]]
    currency: str | None
    currency_evidence: str | None
    typical: list[int]
    shared: dict[int, frozenset[str]]
    digits_sku: bool
    width: int
    name_prefix: str
    terms: Terms = field(default_factory=Terms)
    number_doubt: str | None = None
    scaled_by: str = ""
    named_codes: NamedCodes | None = None
    priced_size: str = ""
    marks: frozenset[str] = frozenset()
    confidence: dict[str, float] = field(default_factory=dict)


def make_layout(table: Table, hints: Hints, *, title_currency: tuple[str, str] | None, titles: Sequence[str]) -> Layout:
    """Decide number formats, currency and the fields of a table. ``titles``: the file's texts, for ¥, kr and dates."""
    words = " ".join([*titles, *table.headers])[:4000]
    columns = dict(table.roles.columns)
    prices = _price_keys(table, hints)
    priced = [text for text in titles if "$" in text or _is_of_prices(text)]
    dollar = bare_dollar([*table.headers, *priced], lexicon().spoken_in(table.headers))
    columns_of_money = [*prices, *([columns["price"]] if "price" in columns else [])]
    readers, doubt = _readers(table, hints, columns_of_money, dollar=dollar, titles=titles)
    used = set(columns.values()) | set(prices)
    extras = {
        index: table.headers[index] or f"column {column_letters(index)}"
        for index in range(table.left, min(table.right, len(table.profiles)))
        if index not in used and table.profiles[index].count and table.roles.decoys.get(index) != "row_number"
    }
    rows = sample_rows(table.held_rows())
    inside = range(table.left, table.right)
    price = readers.get(columns.get("price", -1))
    named_codes = _codes_in_names(rows, columns, price) if not hints.columns else None
    currency, evidence = _currency(table, hints, rows=rows, price=price, title=title_currency, words=words)
    return Layout(
        columns=columns,
        price=price,
        readers=readers,
        prices=prices,
        extras=[*_unique(extras).items(), *_maker_number(table)],
        plain=[(role, columns[role]) for role in _PLAIN_ROLES if role in columns],
        cells=[
            (role, column_letters(index))
            for role, index in (columns if named_codes is None else columns | {"sku": columns["name"]}).items()
        ],
        currency=currency,
        currency_evidence=evidence,
        typical=(typical := _typical(rows, columns=columns, price=price, inside=inside)),
        shared={index: _shared(rows, index) for index in typical if index != columns.get("name")},
        digits_sku=_digits_sku(rows, columns=columns, price=price),
        width=max(len(table.profiles), table.right),
        name_prefix=_name_prefix(table),
        terms=terms_of(table, titles=titles),
        number_doubt=doubt,
        scaled_by=said_aside(table.headers[columns["price"]], titles=titles) if "price" in columns else "",
        named_codes=named_codes,
        priced_size=_priced_size(table),
        marks=_marks(rows, at=columns.get("price", -1), price=price, header=table.headers),
        confidence=table.roles.confidence,
    )


def _priced_size(table: Table) -> str:
    at = table.roles.columns.get("price", -1)
    header = table.headers[at].strip() if 0 <= at < len(table.headers) else ""
    return header if SIZE.fullmatch(header) and "pack_size" not in table.roles.columns else ""


def _codes_in_names(rows: list[Row], columns: dict[str, int], price: PriceReader | None) -> NamedCodes | None:
    """How names hold the codes of the items, where no column does."""
    name, at = columns.get("name"), columns.get("price", -1)
    if name is None or price is None or columns.keys() & {"sku", "barcode"}:
        return None
    priced = [row for row in rows if max(name, at) < len(row) and price.read(row[at]).value is not None]
    return codes_in([text for row in priced if (text := text_of(row[name]))])


def _is_of_prices(title: str) -> bool:
    said = lexicon().roles_of(title[:150])
    return any(role.startswith("price") for role in said) and not any(map(str.isdigit, title))


def _maker_number(table: Table) -> list[tuple[int, str]]:
    """The maker's part number under one key whatever its header, so that items can be matched by it."""
    found = [
        index
        for index in range(table.left, min(table.right, len(table.profiles)))
        if table.profiles[index].count and is_maker_number(table.headers[index])
    ]
    return [(found[0], MAKER_NUMBER)] if found else []


def _name_prefix(table: Table) -> str:
    """A size or a level is a name only together with its header."""
    at = table.roles.columns.get("name", -1)
    if at < 0 or table.profiles[at].numeric <= 0.8:
        return ""
    return table.headers[at] if "measure" in lexicon().roles_of(table.headers[at]) else ""


def describe(table: Table, layout: Layout) -> dict[str, ColumnReading]:
    """The columns as the reading shows them; further prices under ``price:<header>``."""
    shown: dict[str, ColumnReading] = {}
    for role, index in layout.columns.items():
        shown[role] = _column(
            table,
            index,
            confidence=layout.confidence.get(role, 1.0),
            reader=layout.readers.get(index) if role == "price" else None,
        )
    for index, key in layout.prices.items():
        shown[f"price:{key}"] = _column(
            table, index, confidence=layout.confidence.get("price", 0.5), reader=layout.readers[index]
        )
    return shown


def _column(table: Table, index: int, *, confidence: float, reader: PriceReader | None) -> ColumnReading:
    look = table.profiles[index] if index < len(table.profiles) else None
    facts = []
    if look and look.count:
        facts = [f"{look.filled:.0%} filled", f"{look.distinct:.0%} distinct"]
        for share, word in (
            (look.numeric, "numbers"),
            (look.money, "with a currency"),
            (look.ean, "valid EAN"),
            (look.unit, "units"),
        ):
            if share >= 0.05:
                facts.append(f"{share:.0%} {word}")
    return ColumnReading(
        index=index,
        header=(table.headers[index] or None) if index < len(table.headers) else None,
        confidence=confidence,
        decimal_mark=reader.mark if reader else None,
        evidence=", ".join(facts) or None,
    )


def _unique(keys: dict[int, str]) -> dict[int, str]:
    seen: Counter[str] = Counter()
    unique = {}
    for index, key in keys.items():
        seen[key] += 1
        unique[index] = key if seen[key] == 1 else f"{key} ({seen[key]})"
    return unique


def _price_keys(table: Table, hints: Hints) -> dict[int, str]:
    keys = {index: table.headers[index] or f"price {column_letters(index)}" for index in table.roles.prices}
    for role, where in hints.columns.items():
        if role.startswith("price:") and where != "":
            index = where if isinstance(where, int) else column_named(where, table.headers)
            if 0 <= index < len(table.profiles):
                keys[index] = role.removeprefix("price:")
    main = table.roles.columns.get("price")
    return _unique({index: key for index, key in keys.items() if index != main})


def _readers(
    table: Table, hints: Hints, indices: list[int], *, dollar: str | None, titles: Sequence[str]
) -> tuple[dict[int, PriceReader], str | None]:
    """One reader a price column, and a price of the main one that may be read in two ways.

    A column that leaves its decimal mark open follows the others of its table.
    """
    rows = table.held_rows()
    formats = {index: number_format(row[index] for row in rows if index < len(row)) for index in indices}
    common = Counter(form.mark for form in formats.values() if form.mark and not form.doubt).most_common(1)
    usual = hints.decimal_mark or (common[0][0] if common else None)
    readers = {}
    for index, form in formats.items():
        said = table.roles.choice.said.get(index)
        mark = usual if hints.decimal_mark or form.mark is None or (form.doubt and usual) else form.mark
        scale = HUNDREDTH if said and said.minor else scale_of(table.headers[index], titles=titles)
        readers[index] = PriceReader(lexicon(), mark, scale=scale, dollar=dollar)
    main = formats.get(table.roles.columns.get("price", -1))
    if main is None or usual or main.mark is None:
        return readers, None
    # prices with exactly three decimals throughout are rare: a language that parts thousands so settles it
    settled = lexicon().thousands_mark(filter(None, table.headers)) == ("," if main.mark == "." else ".")
    return readers, None if settled else main.doubt


def _currency(
    table: Table,
    hints: Hints,
    *,
    rows: list[Row],
    price: PriceReader | None,
    title: tuple[str, str] | None,
    words: str,
) -> tuple[str | None, str | None]:
    """The table's currency and where it stands; the nearest to the price wins."""
    index = table.roles.columns.get("price")
    if hints.currency:
        return hints.currency, "hint"
    if index is None:
        return None, None
    dollar = price.dollar if price else "USD"
    if (code := find_currency(table.headers[index], context=words)) and not is_bare_dollar(table.headers[index]):
        return code, f"header {table.headers[index]!r}"
    if (code := table.sheet.money.get(index)) and (code := dollar if code == BARE_DOLLAR else code):
        return code, "cell format"
    if found := _currency_in_cells(rows, index, price, words) or _currency_around(table, words, dollar=dollar):
        return found
    said = (dollar, f"header {table.headers[index]!r}") if is_bare_dollar(table.headers[index]) else title
    return (dollar if is_bare_dollar(said[1]) else said[0], said[1]) if said else (None, None)


def _currency_in_cells(rows: list[Row], index: int, price: PriceReader | None, words: str) -> tuple[str, str] | None:
    """The currency that stands beside the amounts; ¥ and kr as the file's other words say."""
    in_cells: Counter[str] = Counter()
    for row in rows:
        cell = row[index] if index < len(row) else None
        if price is None or not isinstance(cell, str) or len(cell) >= 40:
            continue
        read = price.read(cell)
        unsaid = read.value and read.plain and not is_bare_dollar(cell)
        found = read.currency or (find_currency(cell, context=words) if unsaid else None)
        if found:
            in_cells[found] += 1
    if not in_cells:
        return None
    code, count = in_cells.most_common(1)[0]
    return code, f"{count} sampled cells"


def _currency_around(table: Table, words: str, *, dollar: str | None) -> tuple[str | None, str] | None:
    if "currency" in table.roles.columns:
        return None, "currency column"
    # DIN is a norm as well as an old word for dinars
    headers = [text for text in table.headers if "measure" not in lexicon().roles_of(text)]
    found = {dollar if is_bare_dollar(text) else find_currency(text, context=words) for text in headers}
    others = found - {None}
    return (others.pop(), "another column's header") if len(others) == 1 else None


def _typical(rows: list[Row], *, columns: dict[str, int], price: PriceReader | None, inside: range) -> list[int]:
    """Columns that nearly every priced row fills, price aside."""
    at = columns.get("price")
    name = columns.get("name")
    priced = [
        row for row in rows if price and at is not None and at < len(row) and price.read(row[at]).value is not None
    ]
    if name is not None:
        named = [row for row in priced if name < len(row) and text_of(row[name])]
        # sums of groups lack what items have, and where groups are small they are many
        priced = [row for row in named if not _begins_as_sum(text_of(row[name]))] or named or priced
    if not priced:
        return []
    texts = {index: [text for row in priced if index < len(row) and (text := text_of(row[index]))] for index in inside}
    # a column that says the same in every row, such as an order total of 0, tells items from notes no better than none
    constant = {
        index
        for index, found in texts.items()
        if len(found) >= 5 and len(set(found)) == 1 and number_of(found[0]) is not None
    }
    return [index for index in inside if index not in (at, *constant) and len(texts[index]) >= _TYPICAL * len(priced)]


def _begins_as_sum(name: str) -> bool:
    return normal(name).split(" ", 1)[0] in lexicon().rows["total_row"]


def _shared(rows: list[Row], index: int) -> frozenset[str]:
    """Words that several rows have in a column."""
    texts = Counter(text for row in rows if index < len(row) and (text := text_of(row[index])))
    return frozenset(text for text, count in texts.items() if count >= _SEVERAL and number_of(text) is None)


def _marks(rows: list[Row], *, at: int, price: PriceReader | None, header: list[str]) -> frozenset[str]:
    """Short words that stand in the price column again and again: the list's own way to say that there is none."""
    if price is None:
        return frozenset()
    texts = Counter(
        text for row in rows if at < len(row) and (text := text_of(row[at])) and price.read(row[at]).value is None
    )
    return frozenset(text for text, count in texts.items() if count >= 2 and len(text) <= 25 and text != header[at])


def _digits_sku(rows: list[Row], *, columns: dict[str, int], price: PriceReader | None) -> bool:
    """Whether the codes of priced rows are digits throughout, so that other text there is a group's title."""
    at, sku = columns.get("price"), columns.get("sku")
    if at is None or sku is None or price is None:
        return False
    codes = [text_of(row[sku]) for row in rows if max(at, sku) < len(row) and price.read(row[at]).value is not None]
    codes = [code for code in codes if code]
    return len(codes) >= 5 and sum(bool(re.fullmatch(r"[\d.\-/]+", code)) for code in codes) >= 0.95 * len(codes)

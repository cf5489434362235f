"""A table written in any dialect, layout and number format is read back exactly."""

from __future__ import annotations

import csv
import io
import tempfile
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.ml_analyze.extraction.price_files import items_of, write_xlsx

_NOUNS = [
    "Pump",
    "Valve",
    "Wood screw",
    "Lampe",
    "Schlüssel",
    "Câble",
    "Насос",
    "Труба",
    "Кран шаровой",
    "Stół",
    "Tornillo",
    "Masa",
]
_KINDS = ["steel", "brass", "long", "kurz", "красный", "blanco", "duża", "A4", "M8"]
_HEADERS = [
    ("SKU", "Name", "Unit", "Price"),
    ("Art.-Nr.", "Bezeichnung", "Einheit", "Preis"),
    ("Артикул", "Наименование", "Ед. изм.", "Цена"),
    ("Référence", "Désignation", "Unité", "Prix HT"),
    ("Código", "Descripción", "Unidad", "Precio"),
    ("Indeks", "Nazwa towaru", "J.m.", "Cena netto"),
]
_FORMATS = {
    "en": (",", "."),
    "de": (".", ","),
    "fr": ("\u202f", ","),
    "ru": ("\u00a0", ","),
    "ch": ("'", "."),
    "plain": ("", "."),
}

_items = st.lists(
    st.tuples(
        st.sampled_from(_NOUNS),
        st.sampled_from(_KINDS),
        st.integers(1, 99_999_999).map(lambda cents: Decimal(cents) / 100),
    ),
    min_size=4,
    max_size=25,
)
_settings = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _written(price: Decimal, style: str) -> str:
    group, mark = _FORMATS[style]
    return f"{price:,.2f}".replace(",", "\x00").replace(".", mark).replace("\x00", group)


def _rows(
    items: list[tuple[str, str, Decimal]], order: list[int], *, header: tuple[str, ...], style: str, money: str
) -> list[list[str]]:
    body = [
        [f"X-{1000 + number}", f"{noun} {kind} {number}", "pcs", (_written(price, style) + money).strip()]
        for number, (noun, kind, price) in enumerate(items)
    ]
    return [[row[at] for at in order] for row in [list(header), *body]]


def _expected(items: list[tuple[str, str, Decimal]]) -> list[tuple[str, str, str]]:
    return [
        (f"X-{1000 + number}", f"{noun} {kind} {number}", f"{price:.2f}")
        for number, (noun, kind, price) in enumerate(items)
    ]


def _read(path: Path) -> list[tuple[str | None, str, str | None]]:
    return [(item.get("sku"), item["name"], item["price"]) for item in items_of(path)]


@_settings
@given(
    items=_items,
    order=st.permutations([0, 1, 2, 3]),
    header=st.sampled_from(_HEADERS),
    style=st.sampled_from(sorted(_FORMATS)),
    money=st.sampled_from(["", " €", " USD", " руб."]),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    before=st.integers(0, 3),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_delimited_text(items, order, header, style, money, delimiter, encoding, before, quoting) -> None:  # type: ignore[no-untyped-def]
    rows = _rows(items, order, header=header, style=style, money=money)
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting)
    writer.writerows([["Acme Ltd, list of goods"]] * before + rows)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        path.write_bytes(text.getvalue().encode(encoding))
        assert _read(path) == _expected(items)


@_settings
@given(
    items=_items,
    order=st.permutations([0, 1, 2, 3]),
    header=st.sampled_from(_HEADERS),
    typed=st.booleans(),
    left=st.integers(0, 3),
    before=st.integers(0, 4),
    blank_every=st.sampled_from([0, 3, 5]),
)
def test_workbooks(items, order, header, typed, left, before, blank_every) -> None:  # type: ignore[no-untyped-def]
    rows: list[list[object]] = [list(row) for row in _rows(items, order, header=header, style="plain", money="")]
    if typed:
        at = order.index(3)
        for row in rows[1:]:
            row[at] = float(str(row[at]))
    sheet: list[list[object]] = [["Acme Ltd"] for _ in range(before)]
    for number, row in enumerate(rows):
        sheet.append([None] * left + row)
        if blank_every and number and number % blank_every == 0:
            sheet.append([])
    with tempfile.TemporaryDirectory() as folder:
        read = _read(write_xlsx(Path(folder) / "list.xlsx", {"A": sheet}))
    assert [(sku, name, Decimal(price or 0)) for sku, name, price in read] == [
        (sku, name, Decimal(price)) for sku, name, price in _expected(items)
    ]

"""DATANORM 4 and 5 and DATPREIS: the records of the German building trade. Money stands in cents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from handoff.conditions import PriceKind
from ml_analyze.extraction.limits import Unreadable

from .article import Record, amount, put, spelled

_UNITS_4 = {"0": "1", "1": "10", "2": "100", "3": "1000"}
_GROUPS = re.compile(r"[RS];")
_CENT = Decimal("0.01")
_DOS = b"\x84\x94\x81\x8e\x99\x9a\xe1"  # ä ö ü Ä Ö Ü ß in code page 850
_ANSI = b"\xe4\xf6\xfc\xc4\xd6\xdc\xdf"
_FIELDS = 32


def records(path: Path) -> Iterator[Record]:
    """The articles; long texts, dimensions and deleted articles are no items. B records add to the article before."""
    encoding = encoding_of(path)
    currency, five = "EUR", False
    held: Record | None = None
    with path.open(encoding=encoding, errors="replace", newline=None) as file:
        for line in file:
            cells = [cell.strip() for cell in line.strip("\x1a\r\n").split(";")] + [""] * _FIELDS
            kind = line[:1]
            if kind == "V":
                currency, five = _header(line, cells)
            elif kind == "B" and held is not None and held.get("sku") == cells[2]:
                _add(held, cells)
            elif kind in "AP" and cells[1] != "L":
                if held is not None:
                    yield held
                held = None
                if kind == "P":
                    yield from _prices(cells, currency)
                elif cells[1] != "X":
                    held = _article(cells, five=five, currency=currency)
    if held is not None:
        yield held


def encoding_of(path: Path) -> str:
    """UTF-8 where it decodes; else by the umlauts, which DOS and Windows spell differently."""
    with path.open("rb") as file:
        sample = file.read(4 << 20)
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end < len(sample) - 3:
            return "cp850" if sum(map(sample.count, _bytes(_DOS))) > sum(map(sample.count, _bytes(_ANSI))) else "cp1252"
    return "utf-8"


def _bytes(letters: bytes) -> list[bytes]:
    return [bytes([letter]) for letter in letters]


def refuse_groups(head: str) -> None:
    """Discount and goods groups come in files of their own, which hold no articles."""
    lines = [line for line in head.splitlines()[1:20] if line.strip()]
    if lines and all(_GROUPS.match(line) for line in lines):
        what = "discount" if lines[0].startswith("R") else "goods"
        raise Unreadable("NO_ITEMS", f"The file holds DATANORM {what} groups, not articles. Send DATANORM.001 as well.")


def _header(line: str, cells: list[str]) -> tuple[str, bool]:
    """Currency and whether the records are of version 5."""
    found = re.search(r"\b(EUR|CHF|DEM|USD|GBP)\b", line) or re.search(r"(EUR|CHF|DEM|USD|GBP)\s*$", line)
    return (found[1] if found else "EUR"), cells[1].startswith("05")


def _article(cells: list[str], *, five: bool, currency: str) -> Record:
    record: Record = {}
    # version 5 has no key of texts before the name, and the unit of quantity before the price's
    first, second, unit, kind, base, price, group, goods = (
        (3, 4, 5, 6, 7, 8, 9, 10) if five else (4, 5, 8, 6, 7, 9, 10, 11)
    )
    put(record, "sku", cells[2])
    put(record, "name", f"{cells[first]} {cells[second]}".strip())
    put(record, "unit", cells[unit])
    put(record, "currency", currency)
    put(record, "discount_group", cells[group])
    put(record, "has:goods group", cells[goods])
    if five:
        put(record, "barcode", cells[18])
    money = amount(cells[price])
    if money is not None:
        record["price"] = spelled(money * _CENT)
        record["price_kind"] = (PriceKind.NET if cells[kind] == "2" else PriceKind.LIST).value
        size = cells[base] if five else _UNITS_4.get(cells[base], "1")
        if size not in ("", "0", "1"):
            record["price_unit"] = size
    return record


def _add(record: Record, cells: list[str]) -> None:
    """What the second record of an article says of it."""
    put(record, "has:matchcode", cells[3])
    put(record, "has:alternative number", cells[4])
    put(record, "barcode", cells[9] if re.fullmatch(r"\d{8}|\d{12,14}", cells[9]) else "")
    put(record, "pack_size", cells[13] if cells[13] != "0" else "")


def _prices(cells: list[str], currency: str) -> Iterator[Record]:
    """Up to three prices of one record, each with up to three discounts off a list price."""
    for at in range(2, len(cells) - 9, 9):
        money = amount(cells[at + 2])
        if not cells[at] or money is None:
            return
        money *= _CENT
        record: Record = {"sku": cells[at], "currency": currency}
        share = Decimal(1)
        if cells[at + 1] == "1":
            for kind, text in zip(cells[at + 3 : at + 9 : 2], cells[at + 4 : at + 9 : 2], strict=True):
                rate = amount(text) or Decimal(0)
                if kind == "1" and 0 < rate < 10_000:  # per cent with two decimals
                    share *= 1 - rate / 10_000
        record["price"] = spelled(money if share == 1 else (money * share).quantize(Decimal("0.0001")).normalize())
        record["price_kind"] = (PriceKind.LIST if cells[at + 1] == "1" and share == 1 else PriceKind.NET).value
        if share != 1:
            record["list_price"] = spelled(money)
            record["discount"] = spelled(((1 - share) * 100).normalize())
        yield record

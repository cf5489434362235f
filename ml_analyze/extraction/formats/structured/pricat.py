"""PRICAT, the price catalogue of UN/EDIFACT; other messages are named for what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from handoff.conditions import PriceKind
from ml_analyze.extraction.limits import Unreadable

from .article import Record, amount, put, put_currency, put_tiers, spelled

_CHUNK = 1 << 18
_CODE_PAGES = {
    "UNOC": "latin-1", "UNOD": "iso8859-2", "UNOE": "iso8859-5", "UNOF": "iso8859-7", "UNOG": "iso8859-3",
    "UNOH": "iso8859-4", "UNOI": "iso8859-6", "UNOJ": "iso8859-8", "UNOK": "iso8859-9",
}  # fmt: skip
_START = re.compile(rb"\s*+(?:UNA(.{6})\s*+)?UNB(.)(\w{4})", re.DOTALL)
_MESSAGE = re.compile(r"UNH(.)[^\n]{0,40}?\1([A-Z]{6})\b")
_KINDS = {
    "AAA": PriceKind.NET,
    "NTP": PriceKind.NET,
    "AAB": PriceKind.GROSS,
    "AAE": PriceKind.PRICE,
    "INV": PriceKind.NET,
}
_NUMBERS = {
    "SA": "sku",
    "IN": "has:buyer's number",
    "MF": "has:mpn",
    "SRV": "barcode",
    "EN": "barcode",
    "UP": "barcode",
}

Segment = list[list[str]]


def refuse_others(head: bytes) -> None:
    """Raise Unreadable for every message but PRICAT."""
    found = _MESSAGE.search(head.decode("latin-1"))
    name = found[2] if found else "unknown"
    if name != "PRICAT":
        raise Unreadable(
            "UNSUPPORTED_FORMAT",
            f"The file is an EDIFACT message {name}, no price catalogue. Ask for PRICAT or a table.",
        )


def is_edifact(head: bytes) -> bool:
    return _START.match(head) is not None


def records(path: Path) -> Iterator[Record]:
    """The lines of the catalogue."""
    held: Record | None = None
    prices: list[tuple[PriceKind, Decimal, Decimal]] = []
    currency = ""
    for segment in _segments(path):
        tag = segment[0][0]
        if tag in ("LIN", "UNT"):
            if held is not None:
                yield _priced(held, prices, currency)
            held, prices = ({} if tag == "LIN" else None), []
        if tag == "CUX" and held is None:
            currency = _at(segment, 1, 1) or currency
        elif held is not None:
            _read(segment, held, prices)
    if held is not None:
        yield _priced(held, prices, currency)


def _segments(path: Path) -> Iterator[Segment]:
    """Segments of elements of components, by the separators that the file names."""
    with path.open("rb") as file:
        start = _START.match(file.read(200))
        service = (start[1] if start else None) or b":+.? '"
        part, element, _, release, _, end = list(service.decode("latin-1"))
        release = release.strip() or "\0"  # a blank there says that there is none
        page = _CODE_PAGES.get(start[3].decode("ascii") if start else "", "utf-8")
        file.seek(start.start(0) if start else 0)
        cut = re.compile(rf"(?<!{re.escape(release)})(?:{re.escape(release) * 2})*" + re.escape(end))
        held = ""
        for chunk in _decoded(iter(lambda: file.read(_CHUNK), b""), page):
            held += chunk
            *whole, held = _split(held, cut)
            for text in whole:
                if (text := text.strip()) and not text.startswith("UNA"):
                    yield [
                        [_released(cell, release) for cell in _parted(each, part, release)]
                        for each in _parted(text, element, release)
                    ]


def _decoded(chunks: Iterator[bytes], page: str) -> Iterator[str]:
    """In the page that the message names; where that is UTF-8 and the bytes are not, in that of Western Europe."""
    tail = b""
    for chunk in chunks:
        data, tail = tail + chunk, b""
        if page == "utf-8":
            cut = len(data) - next((at for at in (1, 2, 3) if len(data) >= at and data[-at] >= 0xC0), 0)
            data, tail = data[:cut], data[cut:]
        yield _text(data, page)
    yield _text(tail, page)


def _text(data: bytes, page: str) -> str:
    try:
        return data.decode(page)
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _split(text: str, cut: re.Pattern[str]) -> list[str]:
    pieces, at = [], 0
    for match in cut.finditer(text):
        pieces.append(text[at : match.end() - 1])
        at = match.end()
    return [*pieces, text[at:]]


def _parted(text: str, separator: str, release: str) -> list[str]:
    if release not in text:
        return text.split(separator)
    parts, held = [], ""
    for piece in text.split(separator):
        held += piece
        if (len(held) - len(held.rstrip(release))) % 2:
            held += separator
        else:
            parts.append(held)
            held = ""
    return [*parts, held] if held else parts


def _released(text: str, release: str) -> str:
    return re.sub(re.escape(release) + "(.)", r"\1", text) if release in text else text


def _at(segment: Segment, element: int, component: int = 0) -> str:
    return segment[element][component] if len(segment) > element and len(segment[element]) > component else ""


def _read(segment: Segment, record: Record, prices: list[tuple[PriceKind, Decimal, Decimal]]) -> None:
    tag = segment[0][0]
    if tag == "LIN":
        put(record, _NUMBERS.get(_at(segment, 3, 1), "sku"), _at(segment, 3))
    elif tag == "PIA":
        for element in segment[2:]:
            if element[0] and len(element) > 1:
                put(record, _NUMBERS.get(element[1], f"has:{element[1]}"), element[0])
    elif tag == "IMD":
        _describe(segment, record)
    elif tag == "PRI":
        money, base = amount(_at(segment, 1, 1)), amount(_at(segment, 1, 4))
        if money is not None:
            kind = _KINDS.get(_at(segment, 1), PriceKind.LIST if "SRP" in segment[1] else PriceKind.OTHER)
            prices.append((PriceKind.LIST if "SRP" in segment[1] else kind, money, Decimal(1)))
            if base is not None and base != 1:
                record["price_unit"] = spelled(base)
            put(record, "unit", _at(segment, 1, 5))
    elif tag == "QTY":
        number = _at(segment, 1, 1)
        role = {"53": "minimum_order", "59": "pack_size", "145": "stock", "52": "pack_size"}.get(_at(segment, 1))
        put(record, role or f"has:quantity {_at(segment, 1)}", number)
        put(record, "unit", _at(segment, 1, 2))
    elif tag == "CUX":
        put_currency(record, _at(segment, 1, 1))
    elif tag == "TAX":
        put(record, "vat_rate", _at(segment, 5, 3))
    elif tag == "RNG" and prices and (start := amount(_at(segment, 2, 1))) is not None:
        prices[-1] = (prices[-1][0], prices[-1][1], start)


def _describe(segment: Segment, record: Record) -> None:
    """Free text of a line; what is coded is a characteristic of its own."""
    text = " ".join(part for part in (_at(segment, 3, 3), _at(segment, 3, 4)) if part) or _at(segment, 3)
    code = _at(segment, 2)
    if code in ("BRN", "BM"):
        put(record, "brand", text)
    elif code in ("", "DSC", "ANM", "8", "79", "M", "DU"):
        put(record, "name" if "name" not in record else "description", text)
    else:
        put(record, f"has:{code}", text)


def _priced(record: Record, prices: list[tuple[PriceKind, Decimal, Decimal]], currency: str) -> Record:
    order = (PriceKind.NET, PriceKind.PRICE, PriceKind.GROSS, PriceKind.LIST, PriceKind.OTHER)
    if prices:
        kind = min((kind for kind, _, _ in prices), key=order.index)
        mine = sorted((start, money) for own, money, start in prices if own is kind)
        record["price"], record["price_kind"] = spelled(mine[0][1]), kind.value
        put_tiers(record, [tier for tier in mine[1:] if tier[0] > mine[0][0]])
        for own, money, _ in prices:
            if own is not kind:
                record.setdefault(f"price:{own.value}", spelled(money))
    put_currency(record, currency)
    return record

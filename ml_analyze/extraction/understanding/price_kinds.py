"""What a column of money says: its kind by the words of its header, in many languages, and what it holds for.

One room: a table of words in many languages and how they are looked up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from handoff.conditions import Meaning, PriceKind

from .lexicon import in_latin, lexicon, normal

_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")
_FISCAL_YEAR = re.compile(r"(?<!\d)20[0-4]\d ?[-–/] ?(?:20)?[0-4]\d(?!\d)")  # 2026-27 counts no pieces
_DAY = re.compile(r"(?<!\d)(\d{1,2})[./-](\d{1,2})[./-](20\d\d|\d\d)(?!\d)|(?<!\d)(20\d\d)-(\d\d)-(\d\d)(?!\d)")
_FROM = r"(?:from|ab|от|від|od|de|desde|dès|da|vanaf|fra|från|>=?|≥|więcej niż)"
_PIECES = (
    r"(?:pcs?|pieces?|units?|ea|stk?|stück|st|шт|шт\.|штук|ks|szt|db|adet|pz|pza|un|uds?|u|个|件|本|個|개|box|kg|m"
    r"|cartons?|ctns?|cases?|boxes|karton(?:s|ów|ů|y)?|krt|doz(?:en|ijn)?|doos|dozen|[ck]olli|cajas?|colis|bal"
    r"|palette?n?|pal(?:lets?)?|палет[аы]?|кор|упак?|уп)?\.?"
)
_MORE = r"and up|and more|u\.?\s?m\.?|и более|и выше|i więcej|ve üzeri|y más|et plus|e oltre|en meer|以上|起|이상"
# asked of texts whose blanks are single
_QUANTITY = re.compile(
    rf"(?:(?:qty|menge|кол-во|ilość) ?)?"
    rf"(?:{_FROM} ?(?P<least>\d{{1,6}}) ?{_PIECES}(?: ?(?:[-–—]|to|bis|до|do) ?\d{{1,6}} ?{_PIECES})?"
    rf"|\+ ?(?P<above>\d{{1,6}}) ?{_PIECES}"
    rf"|(?P<plus>\d{{1,6}}) ?{_PIECES} ?(?:\+|[-–—]|{_MORE}) ?{_PIECES}"
    rf"|(?P<low>\d{{1,6}}) ?[-–—] ?(?P<high>\d{{1,6}}) ?{_PIECES}"
    rf"|(?:<=?|≤|up to|bis|до|do) ?(?P<most>\d{{1,6}}) ?{_PIECES}"
    rf"|(?P<bare>\d{{1,6}}) ?(?:pcs?|pieces?|units?|stk|stück|шт|ks|szt|db|adet|pz|個|个|件|개)\.?)",
    re.IGNORECASE,
)
_PER_COUNT = re.compile(
    r"(?:(?<!\w)(?:per|pro|je|za|за|par|por|cada|na|pr\.?|á|à|al)\s*|/\s*|％|%o\s*)(1\s?000|100|10)(?!\d)(?![.,]\d)",
    re.IGNORECASE,
)
_BY_MEASURE = re.compile(
    r"(?:(?<!\w)(?:per|pro|je|за|par|por|cada|na|pr\.?|á|à|al|au|el|de)\s{1,3}|/\s?)"
    r"(?:1\s?|100\s?)?(?:kgs?|kilo(?:gramm?)?|кг|g|gr|gram(?:me|o|m)?|г|гр|l|lt|ltr|lit(?:er|re|r[oi]|r)s?|litrů|литра?|met(?:er|re|ro)s?|metr|метра?|л|m|mt|м|m[2²3³]|м[2²3³]|lb|oz|t|tn|to|tonnes?|тн?|тонн[аыу]?|wp?|watt|kwh|km|км)(?!\w)",
    re.IGNORECASE,
)
_MONEY_PER_UNIT = re.compile(r"(?:[€$£₽₴₹₺]|[A-Z]{3}|zł|Kč|Ft|[Kk]r)\.? ?/ ?(?:1 ?)?[^\W\d_]{1,8}\.?")
_BY_AREA = re.compile(r"(?<![^\W_])(?:[mм][2²]|sqm|sq\.? ?m|sq\.? ?ft)(?![^\W_])", re.IGNORECASE)

_STROKE = re.compile(r"[/](?:1\s?)?([^\W\d_]{1,12})\.?(?=[\s),;]|$)")
_RATE = re.compile(r"(?<!\d)(\d{1,2}(?:[.,]\d{1,2})?) ?% ?[€$£]")  # *VAT 20 % £* heads prices with it
_PHRASE = 3  # words
_NET = frozenset(["net", "netto", "nett", "neto", "nettó", "нетто"])

# the order in which a buyer pays: the first that a list has is the price
RANK = {
    PriceKind.DISCOUNTED: 0.0,
    PriceKind.NET: 1.0,
    PriceKind.PRICE: 2.0,
    PriceKind.GROSS: 2.4,
    PriceKind.LIST: 3.0,
    PriceKind.TIER: 4.0,
    PriceKind.PACK: 5.0,
    PriceKind.OLD: 6.0,
    PriceKind.OTHER: 7.0,
    PriceKind.TOTAL: 8.0,
    PriceKind.DEPOSIT: 9.0,
    PriceKind.VAT_AMOUNT: 9.0,
    PriceKind.STOCK_VALUE: 9.0,
}


@dataclass(frozen=True, slots=True)
class PriceHeader:
    """What a header says of its prices; ``date`` as (year, month, day) orders lists of several dates.

    ``quantity``: from how many units on; ``per``: for how many units; ``vat``: whether the amounts hold it.
    """

    kind: PriceKind
    vat: bool | None = None
    quantity: int | None = None
    per: str | None = None
    date: tuple[int, int, int] | None = None
    minor: bool = False
    bought: bool = False  #: says "purchase", which may be the supplier's own
    sold: bool = False
    marked_up: bool = False  #: a column beside it says by how much it is more than what the supplier pays
    net: bool = False  #: says that VAT is not in it
    by_measure: bool = False  #: for the kilogram, litre or metre, whatever the piece holds of it
    unit: str = ""  #: what stands behind a stroke: kg, pc, tn
    current: bool = False  #: says that it still holds
    renewed: bool = False
    level: float = 0.0  #: share of the header that the words of its kind are: 1 where it says nothing else

    @property
    def rank(self) -> tuple[float, float]:
        """Smaller is nearer to what the buyer pays for one unit."""
        return RANK[self.kind] + (0.3 if self.vat else 0.0), float(self.quantity or 0)


def is_free_of_tax(header: str) -> bool:
    """``VAT 0 % £``: money without tax, and no column of rates."""
    rate = _RATE.search(header)
    return rate is not None and _is_nothing(rate[1])


def _is_nothing(rate: str) -> bool:
    return rate.strip("0.,") == ""


@cache
def price_header(text: str) -> PriceHeader:
    """Read a header's words. A header that says nothing is ``price``."""
    key = f" {normal(text)} "
    latin = f" {normal(in_latin(text))} "  # Serbian is written in both scripts
    said = {name: max(_longest(key, terms), _longest(latin, terms)) for name, terms in _words().items()}
    vat = None if said["with_vat"] == said["without_vat"] else said["with_vat"] > said["without_vat"]
    if (rate := _RATE.search(text)) and "tax" in lexicon().roles_of(text):
        vat = not _is_nothing(rate[1])
    quantity = _quantity(text)
    per = _PER_COUNT.search(text)
    return PriceHeader(
        kind=_kind(said, quantity=quantity, vat=vat),
        vat=vat,
        quantity=quantity,
        per=per[1].replace(" ", "") if per else None,
        date=_date(text),
        minor=bool(said["minor_unit"]),
        bought=bool(said["purchased"]),
        sold=bool(said["sold"]),
        net=vat is False or not _NET.isdisjoint(key.split()),
        by_measure=by_measure(text.replace("_", " ")) or _BY_AREA.search(text) is not None,
        unit=stroke[1].casefold() if (stroke := _STROKE.search(text)) else "",
        current=bool(said["current"]),
        renewed=bool(said["renewed"]),
        level=max(said[name] for name in _LEVELS) / max(len(key.strip()), 1),
    )


def as_meant(said: PriceHeader, meaning: Meaning) -> PriceHeader:
    """What a header says, corrected by what a person said of its column."""
    kind = meaning.kind or said.kind
    quantity = said.quantity if kind is PriceKind.TIER or meaning.kind is None else None
    return replace(
        said,
        kind=kind,
        quantity=meaning.from_quantity or quantity,
        per=meaning.price_unit or said.per,
        vat=said.vat if meaning.vat_included is None else meaning.vat_included,
    )


def in_short(said: PriceHeader) -> Meaning:
    """The same as the treaty tells it."""
    quantity = said.quantity if said.kind is PriceKind.TIER else None
    return Meaning(kind=said.kind, from_quantity=quantity, price_unit=said.per, vat_included=said.vat)


_LEVELS = {
    "old": PriceKind.OLD,
    "cut": PriceKind.DISCOUNTED,
    "listed": PriceKind.LIST,
    "bought": PriceKind.NET,
}


def _kind(said: dict[str, int], *, quantity: int | None, vat: bool | None) -> PriceKind:
    if said["vat_amount"] or (said["deposit"] and not said["apart"]):
        return PriceKind.VAT_AMOUNT if said["vat_amount"] else PriceKind.DEPOSIT
    if quantity is not None and quantity > 1:
        return PriceKind.TIER
    if said["pack"]:
        return PriceKind.PACK
    best = max(_LEVELS, key=lambda name: said[name])
    if said[best]:
        return _LEVELS[best]
    if said["stock_value"] or said["added"]:
        return PriceKind.STOCK_VALUE if said["stock_value"] else PriceKind.OTHER
    return PriceKind.PRICE if vat is None else PriceKind.GROSS if vat else PriceKind.NET


def by_measure(text: str) -> bool:
    """Whether a header says per kilogram, litre or metre."""
    return _BY_MEASURE.search(text) is not None


@cache
def says_class(word: str) -> bool:
    """Whether one word of a header is a class of buyer: a kind of trade, its size, or a rank among customers."""
    return _longest(f" {word} ", _words()["class"]) > 0


def is_money_per_unit(header: str) -> bool:
    """Whether a header is a currency and what it buys, and no word: €/kg."""
    return _MONEY_PER_UNIT.fullmatch(header.strip()) is not None


@cache
def sets_apart(header: str) -> bool:
    """Whether a header says where, for whom or how a price holds: at a branch, for members, in cash, delivered."""
    return _longest(f" {normal(header)} ", _words()["apart"]) > 0


@cache
def condition_of(text: str) -> str | None:
    """The field of the conditions that a column's header names, beside the price columns."""
    key = f" {normal(text)} "
    found = {name: _longest(key, _words()[name]) for name in ("minimum_order", "price_unit", "discount_group")}
    best = max(found, key=lambda name: found[name])
    # "prijs per" is the count that prices hold for, "prijs per doos" a price
    least = 0.7 if best == "price_unit" else 0.5
    return best if found[best] > least * (len(key) - 2) else None


def _quantity(text: str) -> int | None:
    if _FISCAL_YEAR.search(text):
        return None
    match = _QUANTITY.fullmatch(_beside_price(text)) or _QUANTITY.fullmatch(_beside_price(_outside_brackets(text)))
    if match is None:
        return None
    if match["most"]:
        return 1
    return int(
        next(part for part in (match["least"], match["above"], match["plus"], match["low"], match["bare"]) if part)
    )


def _beside_price(text: str) -> str:
    """What a header says beside the words for price, in any language."""
    words = text.split()
    for end in range(min(len(words), _PHRASE), 0, -1):
        if lexicon().roles_of(" ".join(words[:end])).get("price", 0.0) == 1.0:
            return " ".join(words[end:])
    return " ".join(words)


def _outside_brackets(text: str) -> str:
    return " ".join(re.sub(r"[(\[][^()\[\]]{0,100}[)\]]|[€$£₽₴₹]|\b[A-Z]{3}\b", " ", text).split())


def _date(text: str) -> tuple[int, int, int] | None:
    if match := _DAY.search(text):
        if match[4]:
            return int(match[4]), int(match[5]), int(match[6])
        year = int(match[3])
        return (year if year > 99 else 2000 + year), int(match[2]), int(match[1])
    year_match = _YEAR.search(text)
    return (int(year_match[1]), 0, 0) if year_match else None


def _longest(key: str, terms: Terms) -> int:
    """Length of the longest term in a header; 0 for none."""
    whole, begins, anywhere = terms
    found = [len(term) for term in whole if f" {term} " in key]
    found += [len(term) for term in begins if f" {term}" in key]
    found += [len(term) * 2 for term in anywhere if term in key]
    return max(found, default=0)


Terms = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]


@cache
def _words() -> dict[str, Terms]:
    """The words of ``price_words.txt``: whole ones, beginnings, and those of scripts without blanks."""
    found: dict[str, tuple[list[str], list[str], list[str]]] = {}
    section = ""
    for line in (Path(__file__).parent / "price_words.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
            found[section] = ([], [], [])
        elif line and not line.startswith("#"):
            for raw in line.split(","):
                term = normal(raw.strip().rstrip("*"))
                place = 2 if _UNSPACED.search(term) else 1 if raw.strip().endswith("*") else 0
                if term:
                    found[section][place].append(term)
    return {
        name: (tuple(dict.fromkeys(a)), tuple(dict.fromkeys(b)), tuple(dict.fromkeys(c)))
        for name, (a, b, c) in found.items()
    }

"""The columns of a file as the form of its reading offers them: what each holds, and what a person chose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import ValidationError

from app.errors import Invalid
from handoff.api import Hints, Preview, Role, SheetReading
from handoff.conditions import ConditionColumn, Meaning, PriceKind

ROLES = tuple(role.value for role in Role)
KINDS = {
    PriceKind.NET: _l("Net price"),
    PriceKind.DISCOUNTED: _l("Discounted price"),
    PriceKind.GROSS: _l("Price with VAT"),
    PriceKind.LIST: _l("List price"),
    PriceKind.TIER: _l("Price from a quantity on"),
    PriceKind.PACK: _l("Price of a pack"),
    PriceKind.OLD: _l("Old price"),
    PriceKind.PRICE: _l("Further price"),
    PriceKind.OTHER: _l("Other price"),
    PriceKind.DEPOSIT: _l("Deposit"),
    PriceKind.VAT_AMOUNT: _l("Amount of VAT"),
    PriceKind.TOTAL: _l("Total of a row"),
    PriceKind.STOCK_VALUE: _l("Value of the stock"),
}
CONDITIONS = {
    ConditionColumn.MINIMUM_ORDER: _l("Minimum order"),
    ConditionColumn.PRICE_UNIT: _l("Price is for so many"),
    ConditionColumn.DISCOUNT: _l("Discount"),
    ConditionColumn.DISCOUNT_GROUP: _l("Discount group"),
    ConditionColumn.VAT_RATE: _l("Rate of VAT"),
    ConditionColumn.VALID_FROM: _l("Valid from"),
    ConditionColumn.VALID_TO: _l("Valid until"),
}
#: of the price itself: what kind it may be
OF_THE_PRICE = (PriceKind.NET, PriceKind.DISCOUNTED, PriceKind.GROSS, PriceKind.LIST, PriceKind.PACK)
KIND, CONDITION, FURTHER = "kind:", "condition:", "price:"
_HEADER_CHARS = 200


@dataclass(frozen=True)
class Chosen:
    """What stands in a column's fields: ``holds`` is a role, ``kind:KIND``, ``condition:NAME`` or empty."""

    holds: str = ""
    kind: str = ""
    quantity: str = ""
    per: str = ""
    vat: str = ""


def kind_name(kind: str) -> str:
    return str(KINDS[PriceKind(kind)]) if kind in set(PriceKind) else kind


def condition_name(condition: str) -> str:
    return str(CONDITIONS[ConditionColumn(condition)])


def of_reading(sheet: SheetReading | None, hints: Hints) -> dict[int, Chosen]:
    """The form as it begins: what the file was understood to be, and of the price's own terms what a person said."""
    if sheet is None:
        return {}
    told = _of_hints(sheet, hints)
    found = {column.index: role for role, column in sheet.columns.items() if not role.startswith(FURTHER)}
    chosen = {}
    for at in found.keys() | sheet.meanings.keys():
        meaning, said = sheet.meanings.get(at, Meaning()), told.get(at, Meaning())
        if at in found:
            chosen[at] = _chosen(found[at], said, kind=said.kind or "")
        elif meaning.condition:
            chosen[at] = Chosen(CONDITION + meaning.condition)
        elif meaning.kind:
            chosen[at] = _chosen(KIND + meaning.kind, said, quantity=str(meaning.from_quantity or ""))
    return chosen


def _chosen(holds: str, said: Meaning, *, kind: str = "", quantity: str = "") -> Chosen:
    vat = "" if said.vat_included is None else "in" if said.vat_included else "out"
    return Chosen(holds, kind, quantity, said.price_unit or "", vat)


def _of_hints(sheet: SheetReading, hints: Hints) -> dict[int, Meaning]:
    places = {_plain(header): at for at, header in reversed([*enumerate(sheet.headers)]) if header}
    placed = {}
    for where, meaning in hints.meanings.items():
        at = places.get(_plain(where), int(where) if where.isdecimal() else None)
        if at is not None:
            placed[at] = meaning
    return placed


def keys_of(sheet: SheetReading | None, preview: Preview | None) -> dict[int, str]:
    """Column → the header it is remembered by, since columns move from list to list.

    Empty where several tables are read, which share places and not headers; a header that is not the only one of its
    words, or is a number, is left out too.
    """
    read = [each for each in preview.reading.sheets if each.used] if preview and preview.reading else []
    if sheet is None or read != [sheet]:
        return {}
    count = Counter(map(_plain, sheet.headers))
    return {
        at: header
        for at, header in enumerate(sheet.headers)
        if (words := _plain(header)) and count[words] == 1 and not words.isdecimal() and len(header) <= _HEADER_CHARS
    }


def _plain(header: str) -> str:
    return "".join(filter(str.isalnum, header.casefold()))


def of_form(form: Mapping[str, str]) -> dict[int, Chosen]:
    return {
        at: Chosen(holds, *(form.get(f"{field}-{at}", "").strip() for field in ("kind", "from", "per", "vat")))
        for at, holds in _columns(form)
    }


def _columns(form: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    for name, holds in form.items():
        at = name.removeprefix("column-")
        if holds and at != name and at.isdecimal() and len(at) < 5:
            yield int(at), holds


def told(form: Mapping[str, str]) -> dict[str, Any]:
    """``columns`` and ``meanings`` of the hints. Raises Invalid with a sentence for what cannot be."""
    columns: dict[str, str | int] = {}
    meanings: dict[str, Meaning] = {}
    for at, chosen in of_form(form).items():
        header = form.get(f"header-{at}", "")[:_HEADER_CHARS]
        if chosen.holds in ROLES:
            columns[chosen.holds] = header or at
        if chosen.holds not in ROLES or chosen.holds == Role.PRICE:
            meaning = _meaning(chosen)
            if meaning != Meaning():
                meanings[header or str(at)] = meaning
    return {"columns": columns, "meanings": meanings}


def _meaning(chosen: Chosen) -> Meaning:
    holds = chosen.holds
    kind = holds.removeprefix(KIND) if holds.startswith(KIND) else chosen.kind
    if kind == PriceKind.TIER and not chosen.quantity:
        raise Invalid(_("Say from how many units on the price holds."))
    try:
        if holds.startswith(CONDITION):
            return Meaning.model_validate({"condition": holds.removeprefix(CONDITION)})
        return Meaning.model_validate(
            {
                "kind": kind or None,
                "from_quantity": (chosen.quantity or None) if kind == PriceKind.TIER else None,
                "price_unit": chosen.per if chosen.per not in ("", "1") else None,
                "vat_included": {"in": True, "out": False}.get(chosen.vat),
            }
        )
    except ValidationError as error:
        raise Invalid(_("A quantity is a whole number, such as 10 or 100.")) from error

"""The fields as a person sees them in a form, which of them he changed, and which somebody else changed meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import select

from app.errors import Invalid
from app.extensions import db
from app.models.catalog import Category, Product, SupplierItem
from app.models.corrections import Word, fields_of, word


def texts(row: SupplierItem | Product) -> dict[str, str]:
    """Every field that can be corrected, as a form shows it."""
    return {name: text_of(name, word(row, name)) for name in fields_of(row)}


def said_by_files(row: SupplierItem | Product) -> dict[str, str]:
    """Of the locked fields, what files say."""
    return {name: text_of(name, kept["said"]) for name, kept in row.corrected.items()}


def text_of(name: str, value: Word) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name == "price" and value is not None:
        return f"{max(Decimal(value), Decimal(value).quantize(Decimal('0.01')), key=_places):f}"
    if name == "category" and value is not None:
        return db.session.scalar(select(Category.name).where(Category.id == value)) or ""
    return value or ""


def _moved(text: str) -> str:
    return f"Somebody changed it meanwhile; it is “{text or '–'}” now."


def _places(amount: Decimal) -> int:
    return -int(amount.as_tuple().exponent)


def changed(row: SupplierItem | Product, written: Mapping[str, str], seen: Mapping[str, str] | None) -> dict[str, str]:
    """What of the form differs from the row; with ``seen``, from what the form began with.

    Raises Invalid for a field that is neither what was seen nor what is wanted.
    """
    now = texts(row)
    wanted = {name: text.replace("\r\n", "\n").strip() for name, text in written.items()}
    if seen is not None:
        began = {name: text.replace("\r\n", "\n").strip() for name, text in seen.items()}
        wanted = {name: text for name, text in wanted.items() if text != began.get(name)}
        moved = {name for name, text in wanted.items() if name in began and now.get(name) not in (began[name], text)}
        if moved:
            details = {name: _moved(now[name]) for name in moved}
            raise Invalid("Nothing was saved: somebody else changed a field meanwhile.", details=details)
    return {name: text for name, text in wanted.items() if text != now.get(name)}

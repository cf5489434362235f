"""The texts of a row or product, normalised once for everything that reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ml_analyze.matching.fraction import in_decimals
from ml_analyze.matching.normalize import barcode_of, squeezed, text_of

_LONGEST_DESCRIPTION = 1000


@dataclass(frozen=True, slots=True)
class Texts:
    """``named`` says which product it is, ``whole`` is all text; ``short`` and ``full`` lack the article number.

    ``keys`` has whole barcode and SKU as words of their own kind, so that they never meet a word of the name.
    """

    name: str
    brand: str
    sku: str
    barcode: str
    maker: str
    category: str
    keys: str
    named: str
    whole: str
    short: str
    full: str


def texts_of(fields: Mapping[str, Any]) -> Texts:
    said = fields.get
    name, brand, sku = in_decimals(text_of(said("name"))), text_of(said("brand")), text_of(said("sku"))
    modelno, model = text_of(said("modelno")), text_of(said("model"))
    models = f"{modelno} {model}"
    own = maker_number(fields)
    maker = f" {own}" if own else ""
    category = text_of(said("category"))
    # Of a description the beginning, where it says what the thing is.
    described = in_decimals(text_of(str(said("description") or "")[:_LONGEST_DESCRIPTION]))
    named, short = f"{brand} {name} {models} {sku}{maker}", f"{brand} {name} {models} {maker}"
    barcode, number = barcode_of(said("barcode")), squeezed(sku)
    return Texts(
        name=name,
        brand=squeezed(brand),
        sku=number,
        barcode=barcode,
        maker=squeezed(own or modelno or model),
        category=category,
        keys=(f"b\u02d0{barcode} " if barcode else "") + (f"s\u02d0{number}" if number else ""),
        named=named,
        whole=f"{named} {category} {described}",
        short=short,
        full=f"{short} {category} {described}",
    )


def maker_number(fields: Mapping[str, Any]) -> str:
    """The maker's number among the characteristics; what is no object has none."""
    characteristics = fields.get("characteristics")
    return text_of(characteristics.get("mpn")) if isinstance(characteristics, Mapping) else ""

"""Exports of shop systems: tables whose headers are always the same, so that nothing has to be guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ml_analyze.extraction.grid import Row, Sheet, text_of

_HELD = 200_000


@dataclass(frozen=True)
class Shop:
    """``known``: headers by which the export is told; ``roles``: role → its header, the first that is there.

    ``group``: the column that variants of one article share, whose first row alone bears the name; ``options``: columns
    that tell the variants apart.
    """

    known: frozenset[str]
    roles: dict[str, tuple[str, ...]]
    group: str = ""
    options: tuple[str, ...] = field(default=())


SHOPS = (
    Shop(  # WooCommerce
        frozenset({"sku", "name", "regular price", "in stock?"}),
        {"sku": ("sku",), "name": ("name",), "stock": ("stock",), "category": ("categories",)},
    ),
    Shop(  # Shopify
        frozenset({"handle", "title", "variant price"}),
        {
            "sku": ("variant sku",),
            "name": ("title",),
            "price": ("variant price",),
            "stock": ("variant inventory qty",),
            "category": ("type", "product category"),
            "brand": ("vendor",),
            "barcode": ("variant barcode",),
            "description": ("body (html)",),
        },
        group="handle",
        options=("option1 value", "option2 value", "option3 value"),
    ),
    Shop(  # OpenCart
        frozenset({"product_id", "model", "quantity", "price"}),
        {"sku": ("model",), "price": ("price",), "stock": ("quantity",), "brand": ("manufacturer",)},
    ),
    Shop(  # Magento
        frozenset({"sku", "attribute_set_code", "price"}),
        {
            "sku": ("sku",),
            "name": ("name",),
            "price": ("special_price", "price"),
            "stock": ("qty",),
            "category": ("categories",),
            "description": ("short_description", "description"),
        },
    ),
    Shop(  # PrestaShop
        frozenset({"product id", "reference", "price (tax excl.)"}),
        {"sku": ("reference",), "name": ("name",), "price": ("price (tax excl.)",), "stock": ("quantity",)},
    ),
    Shop(  # Prom
        frozenset({"код_товара", "название_позиции", "цена"}),
        {
            "sku": ("код_товара",),
            "name": ("название_позиции",),
            "price": ("цена",),
            "currency": ("валюта",),
            "unit": ("единица_измерения",),
            "stock": ("количество", "наличие"),
            "category": ("название_группы",),
            "brand": ("производитель",),
            "description": ("описание",),
        },
    ),
    Shop(  # Odoo; what a product costs its owner stands in standard_price
        frozenset({"default_code", "list_price"}),
        {"sku": ("default_code",), "name": ("name",), "price": ("list_price",), "barcode": ("barcode",)},
    ),
)


def shop_of(headers: Sequence[str]) -> Shop | None:
    names = {header.casefold().strip() for header in headers if header}
    return next((shop for shop in SHOPS if shop.known <= names), None)


def roles_of(shop: Shop, headers: Sequence[str], filled: Sequence[bool]) -> dict[str, int]:
    """Role → column, of those that hold anything."""
    places = {header.casefold().strip(): at for at, header in reversed(list(enumerate(headers))) if filled[at]}
    found = {role: [places[name] for name in names if name in places] for role, names in shop.roles.items()}
    return {role: columns[0] for role, columns in found.items() if columns}


def name_variants(shop: Shop, sheet: Sheet, headers: Sequence[str], *, first: int) -> None:
    """Give each variant its article's name, and take out rows that are neither: a further picture is no item."""
    places = {header.casefold().strip(): at for at, header in enumerate(headers) if header}
    name, price = places.get(shop.roles["name"][0], -1), places.get(shop.roles["price"][0], -1)
    group = places.get(shop.group, -1)
    if min(name, price, group) < 0 or len(sheet.rows) > _HELD:
        return
    options = [places[option] for option in shop.options if option in places]
    article = title = ""
    for row in sheet.rows[first:]:
        if max(name, price, group) >= len(row):
            continue
        if text_of(row[name]):
            article, title = text_of(row[group]), text_of(row[name])
        elif text_of(row[group]) == article and not text_of(row[price]):
            row[:] = [None] * len(row)
        elif text_of(row[group]) == article:
            row[name] = " ".join([title, *_chosen(row, options)])


def _chosen(row: Row, options: Sequence[int]) -> list[str]:
    return [text for at in options if at < len(row) and (text := text_of(row[at]))]

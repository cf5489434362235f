"""What a price is and what it holds for: the kinds of price columns, and the conditions of an item's price."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class PriceKind(StrEnum):
    """What a column of money says. The buyer pays ``net`` (or, without one, the first that is left in this order)."""

    NET = "net"  #: what the buyer pays for a unit: net, purchase, dealer, wholesale
    DISCOUNTED = "discounted"
    PRICE = "price"  #: says "price" and no more
    GROSS = "gross"  #: with VAT, beside one without
    LIST = "list"  #: list, retail, recommended
    TIER = "tier"  #: from a quantity on
    PACK = "pack"  #: for a pack or a carton
    OLD = "old"  #: struck out, "was", last year's
    TOTAL = "total"  #: quantity times price
    STOCK_VALUE = "stock_value"
    DEPOSIT = "deposit"
    VAT_AMOUNT = "vat_amount"
    OTHER = "other"


#: money, and no price of an item
NO_PRICES = frozenset({PriceKind.TOTAL, PriceKind.DEPOSIT, PriceKind.VAT_AMOUNT, PriceKind.STOCK_VALUE})


class ConditionColumn(StrEnum):
    """What a column beside the prices says of them, row by row; named as the field of ``Conditions`` it fills."""

    MINIMUM_ORDER = "minimum_order"
    PRICE_UNIT = "price_unit"
    DISCOUNT = "discount"
    DISCOUNT_GROUP = "discount_group"
    VAT_RATE = "vat_rate"
    VALID_FROM = "valid_from"
    VALID_TO = "valid_to"


class Meaning(BaseModel):
    """What a column says, as a person told it or as it was understood. Either of prices or a condition of them.

    ``from_quantity``: units from which a tier holds; ``price_unit``: for how many units the prices are.
    """

    model_config = ConfigDict(extra="ignore")

    kind: PriceKind | None = None
    condition: ConditionColumn | None = None
    from_quantity: int | None = Field(default=None, ge=1, lt=10**9)
    price_unit: str | None = Field(default=None, pattern=r"^[1-9]\d{0,6}$")
    vat_included: bool | None = None

    @property
    def is_price(self) -> bool:
        return self.condition is None and self.kind not in NO_PRICES


class Tier(BaseModel):
    """``price`` holds from ``from_quantity`` on; both decimal strings."""

    model_config = ConfigDict(extra="ignore")

    from_quantity: str
    price: str


class Conditions(BaseModel):
    """What an item's price holds for; absent what the list does not say. Money and quantities are decimal strings."""

    model_config = ConfigDict(extra="ignore")

    price_kind: PriceKind | None = None  #: of the column that the price was taken from
    price_unit: str | None = None  #: how many units the price is for, where not one: "100", "1000"
    tiers: list[Tier] = Field(default_factory=list)  #: beyond the price itself, rising in quantity
    minimum_order: str | None = None
    vat_included: bool | None = None
    vat_rate: str | None = None  #: per cent
    discount: str | None = None  #: per cent off the list price
    discount_group: str | None = None
    list_price: str | None = None
    old_price: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None

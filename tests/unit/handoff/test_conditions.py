"""handoff.conditions: which columns are prices, what a person may say of one, and what an item's price holds for."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from handoff.conditions import NO_PRICES, ConditionColumn, Conditions, Meaning, PriceKind, Tier


def test_money_that_is_no_price_of_an_item_and_conditions_are_no_prices() -> None:
    none = {"total", "deposit", "vat_amount", "stock_value"}
    assert {kind.value for kind in PriceKind if not Meaning(kind=kind).is_price} == none
    assert not any(Meaning(condition=each).is_price for each in ConditionColumn)
    assert not Meaning(kind=PriceKind.NET, condition=ConditionColumn.DISCOUNT).is_price
    assert Meaning().is_price


def test_every_column_of_a_condition_is_a_field_of_the_conditions() -> None:
    assert {each.value for each in ConditionColumn} <= Conditions.model_fields.keys()


def test_kinds_of_prices_stand_in_the_order_in_which_a_buyer_pays_them() -> None:
    order = [kind for kind in PriceKind if kind not in NO_PRICES]
    assert order[:5] == [PriceKind.NET, PriceKind.DISCOUNTED, PriceKind.PRICE, PriceKind.GROSS, PriceKind.LIST]


@pytest.mark.parametrize("unit", ["1", "100", "1000", "9999999"])
def test_prices_are_for_a_whole_number_of_units(unit: str) -> None:
    assert Meaning(price_unit=unit).price_unit == unit


@pytest.mark.parametrize("unit", ["", "0", "01", "1.5", "-1", "10000000", "100\n", "٣", "1e3"])
def test_any_other_number_of_units_is_refused(unit: str) -> None:
    with pytest.raises(ValidationError):
        Meaning(price_unit=unit)


@pytest.mark.parametrize("quantity", [0, -1, 10**9])
def test_a_tier_begins_with_at_least_one_and_ends_somewhere(quantity: int) -> None:
    with pytest.raises(ValidationError):
        Meaning(from_quantity=quantity)


def test_conditions_travel_as_they_were_said_and_what_is_unknown_is_passed_over() -> None:
    said = Conditions(
        price_kind=PriceKind.TIER,
        tiers=[Tier(from_quantity="10", price="1.10")],
        vat_rate="19",
        valid_from=date(2026, 2, 28),
    )
    told = said.model_dump_json(exclude_none=True)
    assert Conditions.model_validate_json(told) == said
    assert Conditions.model_validate({"vat_rate": "7", "new_field": 1}).model_dump(exclude_none=True) == {
        "vat_rate": "7",
        "tiers": [],
    }

"""Which column is what, decided for all together; a person's word stands above headers and values."""

from __future__ import annotations

from itertools import permutations

import pytest

from handoff.conditions import Meaning, PriceKind
from ml_analyze.extraction.grid import Row
from ml_analyze.extraction.understanding.names import Roles
from ml_analyze.extraction.understanding.profile import profile
from ml_analyze.extraction.understanding.roles import decide_roles

NAMES = ["Claw hammer 300 g", "Wood chisel 12 mm", "Hand saw fine", "Steel rule 30 cm", "Rubber mallet", "Hex key set"]
ROWS: list[Row] = [[f"AB-{1021 + 7 * at}", name, 5.25 + 3.1 * at, 12 + at % 3] for at, name in enumerate(NAMES)]


def decide(headers: list[str], rows: list[Row] = ROWS, **told: object) -> Roles:
    profiles = [profile([row[at] for row in rows]) for at in range(len(headers))]
    return decide_roles(headers, profiles, rows, **told)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "headers",
    [
        ["Code", "Name", "Price", "Stock"],
        ["Art.-Nr.", "Bezeichnung", "Preis", "Bestand"],
        ["Артикул", "Наименование", "Цена", "Остаток"],
        ["货号", "品名", "单价", "库存"],
    ],
)
def test_headers_of_any_language_say_the_roles_in_any_order_of_the_columns(headers: list[str]) -> None:
    roles = ("sku", "name", "price", "stock")
    for order in list(permutations(range(4)))[::5]:
        found = decide([headers[at] for at in order], [[row[at] for at in order] for row in ROWS])
        assert found.columns == {role: order.index(at) for at, role in enumerate(roles)}, order


def test_without_headers_values_tell_name_and_price_less_surely() -> None:
    headed, silent = decide(["Code", "Name", "Price", "Stock"]), decide([""] * 4)
    assert (silent.columns["name"], silent.columns["price"]) == (1, 2)
    assert silent.sure < headed.sure


def test_a_persons_word_is_obeyed_and_no_column_means_none() -> None:
    told = decide(["Code", "Name", "Price", "Stock"], fixed={"price": 3, "sku": -1})
    assert told.columns["price"] == 3 and told.confidence["price"] == 1.0
    assert "sku" not in told.columns


def test_what_a_person_calls_a_deposit_is_no_price() -> None:
    told = decide(["Code", "Name", "Price", "Price B"], meant={2: Meaning(kind=PriceKind.DEPOSIT)})
    assert told.columns["price"] == 3
    assert told.prices == []


def test_no_column_plays_two_roles_and_quantity_times_price_plays_none() -> None:
    rows: list[Row] = [[*row, float(str(row[2])) * int(str(row[3]))] for row in ROWS]
    found = decide(["Code", "Name", "Price", "Quantity", "Amount"], rows)
    assert len(set(found.columns.values())) == len(found.columns)
    assert found.columns["price"] == 2
    assert found.decoys[4] == "total"


def test_no_columns_have_no_roles() -> None:
    assert decide([], []).columns == {}

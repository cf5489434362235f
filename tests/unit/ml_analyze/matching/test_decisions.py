"""matching.decisions: what people said of a row, found again for it and for no other."""

from __future__ import annotations

from typing import Any

from handoff.keys import plain_key
from ml_analyze.matching.decisions import Decisions
from ml_analyze.matching.snapshot import decision_of


def decisions(*lines: dict[str, Any]) -> Decisions:
    return Decisions(map(decision_of, ({"kind": "link", "supplier_id": "s", **line} for line in lines)))


def row(number: object, name: str, product: str, **more: Any) -> dict[str, Any]:
    return {"supplier_sku": number, "name": name, "product_id": product, **more}


def test_a_veto_on_a_linked_pair_counts_whichever_came_first() -> None:
    for kinds in (("link", "veto"), ("veto", "link")):
        told = decisions(*(row("7", "Drill", "p", kind=kind) for kind in kinds), row("7", "Drill", "q"))
        said = told.of("s", {"sku": "7", "name": "Drill"})
        assert said is not None
        assert (said.linked, said.refused) == ({"q"}, {"p"})
        assert len(told) == 2


def test_of_several_names_of_a_row_the_longest_is_kept() -> None:
    told = decisions(row("7", "Drill", "p"), row("7", "Drill 700 W", "q"), row("7", "Drill 7", "r"))
    said = told.of("s", {"sku": "7"})
    assert said is not None
    assert said.item["name"] == "Drill 700 W"
    assert said.linked == {"p", "q", "r"}


def test_decisions_are_one_suppliers_own() -> None:
    told = decisions(row("7", "Drill", "p"), row("7", "Drill", "q", supplier_id=None))
    assert told.of("other", {"sku": "7", "name": "Drill"}) is None
    said = told.of(None, {"sku": "7", "name": "Drill"})
    assert said is not None and said.linked == {"q"}
    assert Decisions([]).of("s", {"sku": "7"}) is None


def test_rows_that_share_an_article_number_are_told_apart_by_their_words() -> None:
    told = decisions(row("7#abcdef", "Drill red", "p"), row("7#fedcba", "Drill blue", "q"))
    red, blue = (told.of("s", {"sku": "7", "name": f"Drill, {colour}!"}) for colour in ("RED", "blue"))
    assert red is not None and red.linked == {"p"}
    assert blue is not None and blue.linked == {"q"}
    assert told.of("s", {"sku": "7", "name": "Drill green"}) is None


def test_a_row_that_names_its_key_is_known_by_it_alone() -> None:
    told = decisions(row("7#abcdef", "Drill red", "p"))
    said = told.of("s", {"sku": "7", "name": "Saw", "row_key": "7#abcdef"})
    assert said is not None and said.linked == {"p"}
    assert told.of("s", {"sku": "7", "name": "Drill red", "row_key": "7#000000"}) is None


def test_products_that_many_rows_share_are_no_habit() -> None:
    habit = [row(str(at), f"Drill {at}", f"p{at}") for at in range(20)]
    assert set(decisions(*habit).taken("s")) == {f"p{at}" for at in range(20)}
    assert decisions(*habit).taken("other") == {}
    twice = row("x", "Drill again", "p0")
    assert len(decisions(*habit, twice).taken("s")["p0"]) == 2
    assert decisions(*habit, *(row(f"x{at}", "Drill again", f"p{at}") for at in range(4))).taken("s") == {}


def test_what_teaches_has_a_name_and_an_order_of_its_own() -> None:
    lines = [row(number, name, "p") for number, name in (("9", "Saw"), ("10", ""), ("1", "Drill"), ("5", "Lamp"))]
    order = [key[1] for key, _ in decisions(*lines).taught()]
    assert order == [key[1] for key, _ in decisions(*reversed(lines)).taught()] == ["1", "5", "9"]


def test_a_row_without_a_number_is_known_by_its_name_unit_and_pack() -> None:
    item = {"name": "Green tea", "unit": "kg", "pack_size": "6"}
    told = decisions({**item, "supplier_sku": plain_key(item), "product_id": "p"})
    assert told.of("s", item) is not None
    assert told.of("s", {**item, "pack_size": "12"}) is None

"""matching.sizes: amounts, sizes, packs and numbers of a text, and what only looks like one."""

from __future__ import annotations

import random

import pytest

from ml_analyze.matching import sizes
from ml_analyze.matching.sizes import amount, declared_pack, measures, numbers, packs, without_sizes


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.5", 1.5), ("1,5", 1.5), ("1,000", 1000), ("0,500", 0.5), ("1.234,5", 1234.5), ("1,234.5", 1234.5)],
)
def test_amounts_are_read_with_either_decimal_mark(text: str, value: float) -> None:
    assert amount(text) == value


@pytest.mark.parametrize(
    ("text", "counts", "amounts"),
    [
        ("kdd-18x 18 v body only", set(), {"voltage": {"18"}}),
        ("6 x 1 l", {6}, {"volume": {"1000"}}),
        ("1 l x 6", {6}, {"volume": {"1000"}}),
        ("zoom 10x camera", set(), {"zoom": {"10"}}),
        ("drill - 18 v", set(), {"voltage": {"18"}}),
    ],
)
def test_packs_and_sizes_are_not_read_out_of_codes(text: str, counts: set[int], amounts: dict[str, set[str]]) -> None:
    assert packs(text) == counts
    assert {dimension: set(values) for dimension, values in measures(text).items()} == amounts


_PIECES = [
    "v",
    "in",
    "x",
    "5",
    "205/55r16",
    "m8",
    "x40",
    "8",
    "r",
    "16",
    "205",
    "55",
    "zr",
    "kg",
    "1.5",
    "l",
    "24x0.5",
    "a",
    "foo",
    "3",
    "*",
    "gb-",
    "-2",
    "w",
    "5w-30",
    "по",
    "шт",
    "г",
    "%",
    "",
]


def test_long_texts_are_measured_as_short_ones_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words far from any number are left out first: the sizes are the same, whatever stands beside what."""
    rng = random.Random(290)
    texts = [" ".join(rng.choices(_PIECES, k=rng.randint(1, 9))) for _ in range(5000)]
    whole = [sizes.measures(text) for text in texts]
    monkeypatch.setattr(sizes, "_LONG", 0)
    assert [sizes.measures(text) for text in texts] == whole
    assert sum(map(bool, whole)) > 1000


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,000,000", 1e6), ("1.000.000", 1e6), ("0,000", 0.0), ("1,2345", 1.2345), ("1.234.567,8", 1234567.8)],
)
def test_groups_of_three_are_thousands_and_a_group_after_a_zero_is_none(text: str, value: float) -> None:
    assert amount(text) == value


def test_one_size_is_one_value_in_all_its_units_and_alphabets() -> None:
    same = [
        ("volume", "500", ("0.5 l", "0,5л", "50 cl", "500ml", "5 dl")),
        ("mass", "1500", ("1.5kg", "1,5 кг", "1500 g", "1500 gramm")),
        ("length", "25.4", ('1"', "1 in", "2.54 cm", "1 zoll")),
        ("storage", "2e+06", ("2tb", "2000 gb", "2 тб")),
    ]
    for dimension, value, written in same:
        assert {text: measures(text) for text in written} == {text: {dimension: frozenset({value})} for text in written}


def test_numbers_times_numbers_are_a_format_and_leave_nothing_to_count() -> None:
    assert measures("tyre 205/55 r16") == {"format": frozenset({"205/55r16"})}
    assert measures("screw m8 x 40") == measures("screw m8x40") == {"format": frozenset({"m8x40"})}
    assert measures("board 10,5x20x30") == {"format": frozenset({"10.5x20x30"})}
    assert [packs(text) for text in ("tyre 205/55 r16", "screw m8x40", "board 10,5x20x30")] == [frozenset()] * 3


def test_what_stands_for_a_network_an_oil_or_a_preposition_is_no_size() -> None:
    assert [measures(text) for text in ("phone 5g", "oil 5w-30", "mop 3 in 1", "ages 5 to 10", "x10")] == [{}] * 5


def test_no_pack_is_of_one_and_none_is_without_end() -> None:
    assert packs("pack of 1") == packs("1 pcs") == packs("box of 0") == frozenset()
    assert packs("box of 12, 12 шт") == {12}
    assert packs("12345 pcs") == frozenset()
    assert packs("aspirin 500 mg n20") == {20}
    assert packs("road n20") == frozenset()


def test_a_declared_pack_is_a_whole_number_and_nothing_of_a_column_ends_a_list() -> None:
    assert [declared_pack(each) for each in ("6", 6, " 012 ", "9999", "٦")] == [{6}, {6}, {12}, {9999}, {6}]
    strange = (None, "", "1", "0", "000", "10000", "-6", "6.0", "6 pcs", "²", "1²", "½", "Ⅵ", "9" * 5000)
    assert [declared_pack(each) for each in strange] == [frozenset()] * len(strange)


def test_numbers_by_themselves_are_told_alike_and_those_in_codes_are_none() -> None:
    assert numbers("office v2010 1,000 2.50 and a1b x7") == {"2010", "1000", "2.5"}
    assert numbers("no digits here") == frozenset()


def test_what_is_left_without_sizes_has_the_other_numbers() -> None:
    assert without_sizes("kettle 7 box of 12 1.5 l 24x0.5 l").split() == ["kettle", "7", "24", "x"]
    assert without_sizes("kettle") == "kettle"


def test_a_number_without_end_is_read_as_every_other() -> None:
    long = "9" * 5000
    assert numbers(long) == {"inf"}
    assert measures(f"{long} kg") == {"mass": frozenset({"inf"})}
    assert packs(f"{long} pcs") == frozenset()

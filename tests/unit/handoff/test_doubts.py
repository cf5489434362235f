"""handoff.doubts: a doubt is one sentence with what was taken and what else it may be, and travels whole."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from handoff.doubts import ABOUT, Doubt, DoubtCode, PassedOver, in_words


def test_every_doubt_has_words_of_its_own() -> None:
    assert ABOUT.keys() == set(DoubtCode)
    assert len(set(ABOUT.values())) == len(ABOUT)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({}, "Not sure about the currency."),
        ({"where": "Sheet1"}, "Not sure about the currency (Sheet1)."),
        ({"choice": "EUR"}, "Not sure about the currency: EUR."),
        (
            {"where": "Sheet1", "choice": "EUR", "instead": "USD"},
            "Not sure about the currency (Sheet1): EUR was taken, it may be USD.",
        ),
        ({"instead": "USD"}, "Not sure about the currency."),
    ],
)
def test_a_doubt_says_where_what_was_taken_and_what_it_may_be(more: dict[str, str], sentence: str) -> None:
    assert in_words(Doubt(what=DoubtCode.CURRENCY, probability=0.5, **more)) == sentence


@pytest.mark.parametrize("probability", [-0.01, 1.01, float("nan")])
def test_a_probability_is_a_share(probability: float) -> None:
    with pytest.raises(ValidationError):
        Doubt(what=DoubtCode.COLUMN, probability=probability)
    assert [Doubt(what=DoubtCode.COLUMN, probability=each).probability for each in (0, 1)] == [0, 1]


def test_a_doubt_of_a_later_version_is_read_without_what_is_new() -> None:
    read = Doubt.model_validate_json('{"what": "encoding", "probability": 0.25, "later": [1]}')
    assert read == Doubt(what=DoubtCode.ENCODING, probability=0.25)


def test_of_what_was_passed_over_at_most_three_are_shown() -> None:
    shown = [{"row": number, "text": "Total"} for number in range(3)]
    told = PassedOver(kind="total", count=900, examples=shown)
    assert PassedOver.model_validate_json(told.model_dump_json()) == told
    assert [each.row for each in told.examples] == [0, 1, 2]
    with pytest.raises(ValidationError):
        PassedOver(kind="total", count=4, examples=[*shown, {"row": 4}])

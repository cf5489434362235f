"""app.web.supplier_form: what was typed, and what is wrong with it beside its field."""

from __future__ import annotations

import pytest
from flask import Flask
from pydantic import BaseModel, Field

from app.errors import Invalid
from app.web import supplier_form


class Shape(BaseModel):
    name: str = Field(max_length=5)
    days: int | None = None
    currency: str | None = Field(None, pattern="^[A-Z]{3}$")
    active: bool = False


def test_a_box_that_is_not_ticked_is_no_and_an_empty_text_is_nothing() -> None:
    typed = supplier_form.typed_values({"name": " A ", "days": "  ", "active": "on"}, boxes=("active", "ml"))
    assert typed == {"name": "A", "days": None, "active": True, "ml": False}


def test_what_the_shape_does_not_know_is_left_out(app: Flask) -> None:
    with app.test_request_context():
        found = supplier_form.read_into(Shape, {"name": "A", "days": "3", "csrf_token": "x"})
    assert found == Shape(name="A", days=3)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": None}, {"name": "This is needed."}),
        ({}, {"name": "This is needed."}),
        ({"name": "too long"}, {"name": "This is too long."}),
        ({"name": "A", "days": "x"}, {"days": "Write a number."}),
        ({"name": "A", "currency": "euro"}, {"currency": "Write three capital letters, such as EUR."}),
        ({"days": "x"}, {"name": "This is needed.", "days": "Write a number."}),
    ],
)
def test_each_field_gets_its_own_sentence(app: Flask, typed: dict[str, object], said: dict[str, str]) -> None:
    with app.test_request_context(), pytest.raises(Invalid) as raised:
        supplier_form.read_into(Shape, typed)
    assert raised.value.details == said

"""The supplier's form: what was typed, what is wrong with it, and beside which field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response
from flask_babel import gettext as _
from pydantic import BaseModel, ValidationError

from app.errors import CourierError, Invalid
from app.extensions import settings
from app.suppliers import editing
from app.web.fragments import page_or_fragment


def form_facts(
    supplier: Any, values: Mapping[str, Any], problems: Mapping[str, str], problem: str = ""
) -> dict[str, Any]:
    """What the template of the form needs; ``problems`` by field, ``problem`` for the whole."""
    return {
        "supplier": supplier,
        "values": values,
        "problems": problems,
        "problem": problem,
        "limit": settings().max_file_size_mb,
        "silent_days": settings().supplier_silent_days,
    }


def form_again(supplier_id: UUID | None, values: Mapping[str, Any], error: CourierError) -> Response:
    """The same form with its problems; what was typed stays."""
    supplier = editing.get(supplier_id) if supplier_id else None
    known = {name: text for name, text in error.details.items() if isinstance(text, str)}
    problem = "" if known else str(error)
    response = page_or_fragment(
        "suppliers/new.html", "suppliers/_form.html", **form_facts(supplier, values, known, problem)
    )
    response.status_code = 422
    return response


def typed_values(form: Mapping[str, str], *, boxes: tuple[str, ...]) -> dict[str, Any]:
    """A box that is not ticked is not sent: here that means no. An empty text means nothing."""
    values: dict[str, Any] = {name: value.strip() or None for name, value in form.items()}
    for box in boxes:
        values[box] = form.get(box) == "on"
    return values


def read_into(shape: type[BaseModel], values: Mapping[str, Any]) -> BaseModel:
    """Raises Invalid with a sentence for each field."""
    try:
        return shape.model_validate({name: value for name, value in values.items() if name in shape.model_fields})
    except ValidationError as error:
        raise Invalid(
            _("Some fields need a look."), details={_field(each): _sentence(each) for each in error.errors()}
        ) from error


def _field(problem: Any) -> str:
    return str(problem["loc"][0]) if problem["loc"] else ""


def _sentence(problem: Any) -> str:
    """Pydantic's reasons in the words of the form."""
    known = {
        "string_type": _("This is needed."),
        "missing": _("This is needed."),
        "string_too_short": _("This is needed."),
        "string_too_long": _("This is too long."),
        "int_parsing": _("Write a number."),
        "string_pattern_mismatch": _("Write three capital letters, such as EUR."),
    }
    words = str(problem["msg"]).removeprefix("Value error, ")
    return known.get(problem["type"]) or words[:1].upper() + words[1:]

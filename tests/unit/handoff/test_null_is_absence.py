"""``null`` for an optional field of a request to ml-analyze is the same as its absence."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from handoff.api import AnalyzeRequest, Asked, Hints, MergeRequest, PreviewRequest, TableRequest

LEAST: dict[type[Asked], dict[str, Any]] = {
    AnalyzeRequest: {"file_url": "/shared/a.csv", "supplier_id": str(uuid4()), "file_type": "csv"},
    MergeRequest: {},
    PreviewRequest: {"file_path": "/shared/a.csv"},
    TableRequest: {"file_path": "/shared/a.csv"},
    Hints: {},
}


@pytest.mark.parametrize("shape", LEAST, ids=lambda shape: shape.__name__)
def test_every_optional_field_may_be_null(shape: type[Asked]) -> None:
    least = LEAST[shape]
    nulls = {name: None for name, field in shape.model_fields.items() if not field.is_required() and name not in least}
    assert nulls
    assert shape.model_validate(least | nulls) == shape.model_validate(least)


def test_what_is_needed_may_not() -> None:
    with pytest.raises(ValidationError):
        AnalyzeRequest.model_validate(LEAST[AnalyzeRequest] | {"supplier_id": None})

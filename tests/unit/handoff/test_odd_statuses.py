"""A status or line that holds anything at all is read, or refused as one that does not follow the treaty."""

from __future__ import annotations

from contextlib import suppress
from uuid import uuid4

import pytest
from pydantic import ValidationError

from handoff.api import AnalysisStatus, ItemLine, TotalsLine

ODD: tuple[object, ...] = (
    None,
    -1,
    1e308,
    float("inf"),
    float("nan"),
    True,
    [],
    {},
    [None],
    [[]],
    {"a": 1},
    "\0",
    "\ud800",
    "x" * 9000,
)


@pytest.mark.parametrize("shape", [AnalysisStatus, ItemLine, TotalsLine])
def test_no_field_breaks_the_reading_of_a_line(shape: type[AnalysisStatus | ItemLine | TotalsLine]) -> None:
    whole = {"job_id": str(uuid4()), "status": "processing", "kind": "item", "name": "Pump"}
    for name in shape.model_fields:
        for value in ODD:
            with suppress(ValidationError):
                shape.model_validate(whole | {name: value})

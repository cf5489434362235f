"""Words and numbers that requests, status and results have in common."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

FileType = Literal["pdf", "excel", "csv"]
#: counts and places as the columns take them that keep them: more than two thousand million is no list of ours
Whole = Annotated[int, Field(ge=-(2**31), lt=2**31)]
Bytes = Annotated[int, Field(ge=0, lt=2**63)]
SHA256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Role(StrEnum):
    """What a column of a price list holds."""

    SKU = "sku"
    NAME = "name"
    PRICE = "price"
    CURRENCY = "currency"
    UNIT = "unit"
    PACK_SIZE = "pack_size"
    STOCK = "stock"
    CATEGORY = "category"
    BRAND = "brand"
    BARCODE = "barcode"
    DESCRIPTION = "description"


class AnalysisState(StrEnum):
    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


class AnalysisPhase(StrEnum):
    READING = "reading"
    EXTRACTING = "extracting"
    MATCHING = "matching"
    DONE = "done"


class MatchStatus(StrEnum):
    AUTO_MATCHED = "auto_matched"
    POTENTIAL_MATCH = "potential_match"
    UNMATCHED = "unmatched"


def _known_state(value: object) -> object:
    """Words of later versions: what is not over goes on, and a time limit ends what never is."""
    if not isinstance(value, str):
        return value
    value = "completed" if value == "completed_with_errors" else value
    return value if value in set(AnalysisState) else AnalysisState.PROCESSING


def _known_stage(value: object) -> object:
    return value if isinstance(value, str) and value in set(AnalysisPhase) else None


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) and math.isfinite(value) else value


#: whole numbers only: readers of the old contract refuse 30.3, and a partner that sends it is understood all the same
WholePercent = Annotated[int, BeforeValidator(_whole), Field(ge=0, le=100)]
State = Annotated[AnalysisState, BeforeValidator(_known_state)]
Stage = Annotated[AnalysisPhase | None, BeforeValidator(_known_stage)]


class Tolerant(BaseModel):
    """Reads what it knows and passes over what a newer partner adds. A figure is a figure: no NaN, nothing infinite."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)


class Asked(Tolerant):
    """Part of a request: ``null`` for what is optional is the same as its absence."""

    @model_validator(mode="before")
    @classmethod
    def _null_is_absence(cls, given: object) -> object:
        if not isinstance(given, dict):
            return given
        optional = {name for name, field in cls.model_fields.items() if not field.is_required()}
        return {name: value for name, value in given.items() if value is not None or name not in optional}


class Metrics(Tolerant):
    """Seconds per stage, rows and rows per second, peak memory in bytes of the analysis process."""

    seconds: dict[str, float] = Field(default_factory=dict)
    rows_read: Whole = 0
    rows_per_second: float | None = None
    peak_memory_bytes: Bytes | None = None
    model: str | None = None

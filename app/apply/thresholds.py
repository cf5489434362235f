"""From where on a file waits for a person: the installation's limits, and those that a supplier has of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from app.settings import Settings

Share = Annotated[float, Field(gt=0, le=1)]


class Limits(BaseModel):
    """Shares are of the items that the guard looks at, 0 to 1; ``change_percent`` is of the price before.

    ``quarantine`` lets the ordinary rows of an odd file in and keeps only the odd ones back.
    """

    model_config = ConfigDict(frozen=True)

    enabled: bool
    min_items: int
    change_percent: float
    changed_share: float
    jump_share: float
    worse_share: float
    vanished_share: float
    look_share: float
    quarantine: bool


class OwnLimits(BaseModel):
    """What a supplier has of its own; what is None is as the installation has it."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)

    enabled: bool | None = None
    min_items: int | None = Field(
        None, ge=1, le=1_000_000, description="Known items below which the guard keeps still."
    )
    change_percent: float | None = Field(None, gt=0, le=10_000, description="A change above this counts as large.")
    changed_share: Share | None = None
    jump_share: Share | None = None
    worse_share: Share | None = None
    vanished_share: Share | None = None
    look_share: Share | None = None
    quarantine: bool | None = None


def global_limits(config: Settings) -> Limits:
    return Limits(**{name: getattr(config, f"price_guard_{name}") for name in Limits.model_fields})


def limits_for(own: Mapping[str, Any] | None, config: Settings) -> Limits:
    """``own``: the supplier's, as its record keeps them."""
    kept = OwnLimits.model_validate(own or {}).model_dump(exclude_none=True)
    return global_limits(config).model_copy(update=kept)

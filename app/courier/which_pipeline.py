"""Which pipeline a supplier's file takes: one function decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.extensions import db, settings
from app.models.phase import Pipeline
from app.models.supplier import Supplier
from app.models.sync import AppSetting

#: key of AppSetting; value {"on": bool, "reason": text}; set on the screen or by the success-rate guard
ML_SWITCH = "ml_switch"


def pipeline_for(supplier: Supplier, *, switch: bool | None = None) -> Pipeline:
    """Legacy when the global switch is off or the supplier's own flag is false; a missing flag counts as on.

    ``switch``: the global one where it was asked for already.
    """
    is_on = ml_is_on() if switch is None else switch
    return Pipeline.ML if is_on and supplier.wants_ml else Pipeline.LEGACY


def ml_is_on() -> bool:
    """The global switch: what was set on the screen, else USE_ML_PROCESSING."""
    switch = db.session.get(AppSetting, ML_SWITCH, populate_existing=True)
    return said_by(switch.value if switch else None)


def said_by(switch: Mapping[str, Any] | None) -> bool:
    """The global switch by what is kept under ``ML_SWITCH``."""
    return bool(switch["on"]) if switch and "on" in switch else settings().use_ml_processing

"""When a file's prices look wrong enough that a person must say yes first. Pure."""

from __future__ import annotations

from app.apply.difference import Difference
from app.settings import Settings


def reasons_to_hold(found: Difference, *, limits: Settings) -> list[str]:
    """One sentence a reason; empty says apply. A supplier with few known items is never held."""
    if not limits.price_guard_enabled or found.known < limits.price_guard_min_items:
        return []
    reasons = []
    # One shifted decimal mark may be a correction; three are a habit.
    if found.priced and found.jumps >= 3 and found.jumps >= limits.price_guard_jump_share * found.priced:
        reasons.append(
            f"{found.jumps} of {found.priced} prices moved by a factor of 10, 100 or 1000: "
            "the decimal mark may have been misread."
        )
    if found.priced and found.large > limits.price_guard_changed_share * found.priced:
        reasons.append(
            f"{found.large} of {found.priced} prices changed by more than {limits.price_guard_change_percent:g} %."
        )
    if found.flips and found.flips > 0.1 * found.known:
        reasons.append(f"The currency of {found.flips} items changed.")
    if found.vanished > limits.price_guard_vanished_share * found.known:
        reasons.append(f"{found.vanished} of {found.known} items are missing in the file.")
    return reasons

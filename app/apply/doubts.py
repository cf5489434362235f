"""Which doubts of a reading make wrong prices when they are right."""

from __future__ import annotations

from handoff.doubts import DoubtCode

#: decisions that make wrong prices when they are wrong
DECISIVE = frozenset(
    {
        DoubtCode.COLUMN,
        DoubtCode.PRICE_COLUMN,
        DoubtCode.NUMBER_FORMAT,
        DoubtCode.PAGE_LAYOUT,
        DoubtCode.QUOTING,
        DoubtCode.LAYOUT_CHANGED,
    }
)

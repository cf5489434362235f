"""The words of a job's life: phases, outcomes, and all the moves that can ever happen."""

from __future__ import annotations

from enum import StrEnum


class Phase(StrEnum):
    DOWNLOADING = "downloading"
    ANALYZING = "analyzing"
    MATCHING = "matching"
    COMPLETE = "complete"
    FAILED = "failed"


class Outcome(StrEnum):
    """How a job ended. A held job waits for a person's word and then ends as success, warnings or rejected."""

    SUCCESS = "success"
    WARNINGS = "warnings"
    UNCHANGED = "unchanged"
    HELD = "held"
    REJECTED = "rejected"
    UNDONE = "undone"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Status(StrEnum):
    """The four values of the existing contract, derived from phase and claim."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


class Step(StrEnum):
    """What a job's row waits for next."""

    DELIVER = "deliver"  # source -> volume -> analysis
    SUBMIT = "submit"  # volume -> analysis, again
    FOLLOW = "follow"  # one look at the analysis
    APPLY = "apply"  # result file -> items
    LEGACY = "legacy"  # raw file -> result file, in-process


class Pipeline(StrEnum):
    ML = "ml"
    LEGACY = "legacy"


MOVES: dict[Phase, frozenset[Phase]] = {
    Phase.DOWNLOADING: frozenset({Phase.ANALYZING, Phase.COMPLETE, Phase.FAILED}),  # complete: legacy, unchanged
    Phase.ANALYZING: frozenset({Phase.MATCHING, Phase.COMPLETE, Phase.FAILED}),
    Phase.MATCHING: frozenset({Phase.COMPLETE, Phase.FAILED}),
    Phase.FAILED: frozenset({Phase.DOWNLOADING}),  # a retry starts over
    Phase.COMPLETE: frozenset(),
}
SETTLED = frozenset({Phase.COMPLETE, Phase.FAILED})
ACTIVE = frozenset(Phase) - SETTLED


def sources_of(to: Phase) -> frozenset[Phase]:
    """The phases from which ``to`` may be entered; staying where one is counts."""
    return frozenset(phase for phase, targets in MOVES.items() if to in targets)

"""Error -> wait or give up: one table. Nothing else in the project decides a retry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from app import errors
from app.settings import Settings


class After(Enum):
    """How long the first pause is; it doubles with each try."""

    SOURCE = "retry_delay_seconds"
    ANALYSIS = "ml_retry_delay_seconds"
    AT_ONCE = "at once"
    NEVER = "never"


@dataclass(frozen=True)
class Rule:
    """``tries``: how often this very cause is retried, None for the job's own limit over all causes.

    ``refetch``: the raw file is fetched again. ``away``: a part of ours is not there, which is no fault of the file or
    its source: it waits without end and uses up no try (see docs/adr/0066).
    """

    after: After
    tries: int | None = None
    refetch: bool = False
    away: str = ""


GIVE_UP = Rule(After.NEVER)
#: parts of ours that may be away
ML_ANALYZE, VOLUME = "ml-analyze", "volume"

#: seconds: what is away is looked for at least this often
LONGEST_LOOK = 60.0

RULES: dict[type[errors.IngestError], Rule] = {
    errors.SourceUnreachable: Rule(After.SOURCE),
    errors.GoogleUnavailable: Rule(After.SOURCE),
    errors.SourceRefused: GIVE_UP,  # a person must mend credentials or sharing
    errors.SourceMissing: GIVE_UP,  # a person must mend the link
    errors.BadAddress: GIVE_UP,  # configuration
    errors.NotAFile: GIVE_UP,  # the link leads to a page
    errors.FileTooLarge: GIVE_UP,
    errors.EmptyFile: GIVE_UP,
    errors.UnsafeArchive: GIVE_UP,
    errors.SeveralLists: GIVE_UP,  # a person must send the lists by themselves
    errors.FileGone: Rule(After.AT_ONCE, tries=1, refetch=True),  # an upload cannot be fetched again and gives up
    errors.ChecksumMismatch: Rule(After.AT_ONCE, tries=1, refetch=True),
    errors.VolumeIsFull: Rule(After.SOURCE, away=VOLUME),  # old files were purged at once; more may end meanwhile
    errors.VolumeIsAway: Rule(After.SOURCE, away=VOLUME),
    errors.VolumeReadOnly: GIVE_UP,  # fail and alert
    errors.WorkersLost: GIVE_UP,  # the next worker would die as well
    errors.AnalysisUnreachable: Rule(After.ANALYSIS, away=ML_ANALYZE),  # it does not run, or is just starting
    errors.AnalysisUnavailable: Rule(After.ANALYSIS),  # it answers: the file may be to blame
    errors.AnalysisRefused: GIVE_UP,  # the same file would be refused again
    errors.AnalysisLost: Rule(After.AT_ONCE, tries=1),  # submitted again once
    errors.AnalysisStalled: GIVE_UP,  # half an hour has passed; a person decides
    errors.AnalysisCrashed: GIVE_UP,  # the same file would end it again
    errors.Unreadable: GIVE_UP,  # a person corrects the reading
    errors.BrokenResult: Rule(After.ANALYSIS, tries=1),
}


def rule_for(error: errors.IngestError) -> Rule:
    return RULES[type(error)]


def pause_before_retry(
    error: errors.IngestError, *, retried: int, limit: int, config: Settings, seen: int = 0
) -> timedelta | None:
    """The pause before try number ``retried + 1``; None says give up. ``seen`` counts earlier waits for this cause.

    For a part of ours that is away it is the pause before the next look, however many there were.

    A source's own ``Retry-After`` is obeyed where it is longer, up to an hour.
    """
    rule = rule_for(error)
    if rule.away:
        return timedelta(seconds=min(getattr(config, rule.after.value), LONGEST_LOOK))
    if rule.after is After.NEVER or retried >= limit or (rule.tries is not None and seen >= rule.tries):
        return None
    if rule.after is After.AT_ONCE:
        return timedelta(0)
    seconds = getattr(config, rule.after.value) * 2**retried
    return timedelta(seconds=min(max(seconds, error.retry_after or 0), 3600))

"""One move, one round trip: the guarded update of the row, its event, its log lines, and whether another file waits.

A statement is put together once for each set of columns and kept as text: building it of objects at every move took
longer than PostgreSQL takes for it; see ADR 150.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from functools import cache
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from app import foreign
from app.jobs import plain_rows
from app.jobs.history import COURIER, LEVELS
from app.models.job import Job
from app.models.phase import SETTLED, Phase, sources_of


class Computed(Enum):
    """What the database puts in a column."""

    NOW = "now()"
    NEXT_ATTEMPT = "job.attempt + 1"
    ITS_STEP = "job.step"
    AWAY_SINCE = "coalesce(job.away_since, now())"


@dataclass(frozen=True)
class After:
    """So long after now, by the database's clock."""

    pause: timedelta


@dataclass(frozen=True)
class Told:
    """What is written down of a move: an event where it has a ``kind``, and a line of the log for each of ``lines``."""

    kind: str = ""
    message: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    lines: Sequence[str] = ()
    level: str = "INFO"
    code: str | None = None
    service: str = COURIER


@dataclass(frozen=True)
class Moved:
    """The row as it is now. ``another``: a file of the same supplier is due."""

    job: Job
    another: bool


def guarded(
    job_id: UUID,
    token: UUID,
    to: Phase,
    told: Told,
    *,
    waits_for_disk: bool,
    alone: bool,
    values: Mapping[str, Any],
) -> Moved | None:
    """Check and write in one act: the row must bear the token, and the table of moves must know the move.

    ``values``: columns of Job. Inside the session's transaction, or ``alone`` in one of its own. None when nothing was
    written.
    """
    facts = foreign.fit(dict(values))
    pauses = {name: each.pause for name, each in facts.items() if isinstance(each, After)}
    plain = {name: each for name, each in facts.items() if not isinstance(each, After | Computed)}
    shape = tuple((name, each if isinstance(each, Computed) else name in pauses) for name, each in facts.items())
    statement = _statement(shape, event=bool(told.kind), lines=bool(told.lines), waits_for_disk=waits_for_disk)
    given = {
        **plain_rows.fitting(plain),
        **pauses,
        "of_job": job_id,
        "of_claim": token,
        "to_phase": to,
        "from_phases": [str(each) for each in sources_of(to) | ({to} - SETTLED)],
        **_written(told),
    }
    row = plain_rows.at_once(statement, facts=given) if alone else plain_rows.ask(statement, given)
    if row is None:
        return None
    return Moved(plain_rows.job_of(row[: len(plain_rows.NAMES)]), another=row[len(plain_rows.NAMES)])


def _written(told: Told) -> dict[str, Any]:
    facts = Jsonb(foreign.fit(dict(told.facts)))
    event = {"kind": told.kind, "message": foreign.text(told.message), "event_facts": facts}
    lines = {
        "lines": [foreign.text(each) for each in told.lines],
        "line_type": told.level,
        "line_level": LEVELS.get(told.level, "info"),
        "line_data": Jsonb({"code": told.code}) if told.code else None,
        "line_service": told.service,
    }
    return (event if told.kind else {}) | (lines if told.lines else {})


_MOVE = """
    WITH moved AS (
        UPDATE ingestion_jobs AS job SET phase = %(to_phase)s::text, updated_at = now(),
            phase_since = CASE WHEN job.phase = %(to_phase)s::text THEN job.phase_since ELSE now() END{assignments}
        WHERE id = %(of_job)s AND claim_token = %(of_claim)s AND phase = ANY(%(from_phases)s::text[])
        RETURNING *){written}
    SELECT {row}, EXISTS (
        SELECT 1 FROM ingestion_jobs AS other WHERE other.supplier_id = moved.supplier_id AND other.id <> moved.id
            AND other.phase NOT IN ('complete', 'failed') AND other.due_at <= now()) AS another{setting}
    FROM moved
"""
_EVENT = """, event AS (
        INSERT INTO job_events (job_id, kind, phase, message, facts)
        SELECT id, %(kind)s, phase, %(message)s, %(event_facts)s FROM moved)"""
_LINES = """, line AS (
        INSERT INTO parsing_logs (task_id, supplier_id, job_id, error_type, error_message, row_data, level, service)
        SELECT task_id, supplier_id, id, %(line_type)s, message, %(line_data)s, %(line_level)s, %(line_service)s
        FROM moved, unnest(%(lines)s::text[]) WITH ORDINALITY AS said(message, place) ORDER BY place)"""
# A move that a crash of the database forgets is made again from where the row stands: files are fetched again,
# analyses asked for under the same key. What opens or ends a job waits for the disk.
_NO_WAIT_FOR_DISK = ", set_config('synchronous_commit', 'off', true)"


@cache
def _statement(
    shape: tuple[tuple[str, Computed | bool], ...], *, event: bool, lines: bool, waits_for_disk: bool
) -> str:
    """``shape``: of each column what the database computes, or whether it is given as a pause."""
    assignments = "".join(f", {name} = {_assigned(name, how)}" for name, how in shape)
    written = (_EVENT if event else "") + (_LINES if lines else "")
    setting = "" if waits_for_disk else _NO_WAIT_FOR_DISK
    return _MOVE.format(row=plain_rows.names("moved"), assignments=assignments, written=written, setting=setting)


def _assigned(name: str, how: Computed | bool) -> str:
    if isinstance(how, Computed):
        return how.value
    return f"now() + %({name})s::interval" if how else f"%({name})s"

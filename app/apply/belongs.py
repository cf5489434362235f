"""Whether a result is the result of this job: of this file's bytes, whole, and made of nothing but the agreed words."""

from __future__ import annotations

from pathlib import Path

from app.apply.staging import Staged
from app.errors import BrokenResult
from app.models.job import Job


def check(job: Job, staged: Staged) -> None:
    """Raises BrokenResult for the result of another file, of another analysis, or with other counts than it says."""
    name = Path(job.result_path or "").name
    source = staged.header.source_sha256
    if job.sha256 and source != job.sha256:
        raise BrokenResult(f"The result {name} is of another file: of {source}, this job's is {job.sha256}.")
    said, found = (
        (staged.totals.items, staged.totals.errors),
        (staged.rows - len(staged.mended) + staged.unwanted, staged.error_lines),
    )
    if said != found:
        raise BrokenResult(
            f"The result {name} says {said[0]} items and {said[1]} errors; it holds {found[0]} and {found[1]}."
        )

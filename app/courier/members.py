"""An archive of several lists: one job each. Nothing is unpacked; each job has the archive and the path of its list."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid5

import structlog
from sqlalchemy.exc import IntegrityError

from app.courier import file_names
from app.errors import SeveralLists
from app.extensions import db
from app.jobs import lifecycle
from app.jobs.claims import Claim
from app.models.job import Job
from app.models.phase import Step
from app.models.supplier import Supplier
from app.volume import volume
from handoff.containers import WITHIN, lists_in, member_of
from handoff.volume import Placed, Sidecar

log = structlog.get_logger()

TRIGGER = "archive"
MOST = 50
_NAME_CHARS = 255
_CHUNK = 1 << 20

Describe = Callable[..., Callable[[Placed], Sidecar]]


def one_job_each(claim: Claim, job: Job, supplier: Supplier, path: Path, *, describe: Describe) -> None:
    """Give this job the first list of its archive and open a job for each of the others.

    The lists are the supplier's assortment together: none of them makes items of the others unavailable.
    Done again after a kill it opens none twice: their ids follow from this job's and the path.
    """
    found = lists_in(path)
    if len(found) < 2 or member_of(job.original_filename):
        return
    if len(found) > MOST:
        raise SeveralLists(f"The archive holds {len(found)} lists, more than the {MOST} that are read at once.")
    if job.replaces_all and job.trigger == "upload":
        raise SeveralLists("Only one list can be the whole list: send the lists of the archive by themselves.")
    for member in found[1:]:
        twin = uuid5(job.id, member)
        if db.session.get(Job, twin) is None:
            _open(job, supplier, path, twin, _name(job, path, member), describe=describe)
    name = _name(job, path, found[0])
    claim.facts |= {"original_filename": name, "replaces_all": False}
    job.original_filename, job.replaces_all = name, False
    log.info("archive_parted", lists=len(found))


def _name(job: Job, path: Path, member: str) -> str:
    archive = job.original_filename or path.name
    return f"{archive[: max(_NAME_CHARS - len(WITHIN) - len(member), 1)]}{WITHIN}{member}"


def _open(job: Job, supplier: Supplier, path: Path, twin: UUID, name: str, *, describe: Describe) -> None:
    """A job with a copy of the archive under its own id: each is purged and retried by itself."""
    kind = file_names.kind_of(name)
    db.session.commit()  # copying may take a while; no transaction stays open
    with volume().reserve(job.file_size) as incoming, path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            incoming.write(chunk)
        placed = incoming.place(
            volume().raw_target(supplier.id, twin, path.name),
            describe=describe(
                twin,
                supplier,
                attempt=1,
                original_filename=name,
                source_type=job.source_type,
                file_type=kind,
                mime_type=job.mime_type,
            ),
            replaceable=True,  # after a kill it is copied again
        )
    try:
        lifecycle.open_job(
            supplier,
            trigger=TRIGGER,
            task_id=f"{TRIGGER}-{twin.hex[:20]}",
            step=Step.DELIVER,
            actor=job.requested_by,
            id=twin,
            pipeline=job.pipeline,
            list_name=job.list_name,
            came_at=job.came_at,
            original_filename=name,
            file_type=kind,
            mime_type=job.mime_type,
            file_path=volume().relative(placed.path),
            file_size=placed.size,
            sha256=placed.sha256,
            md5=placed.md5 or None,
        )
    except IntegrityError:  # upkeep took the copy for the file of a process that died, and opened its job
        db.session.rollback()

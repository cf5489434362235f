"""Uploads: the request's body goes straight into the volume file, hashed on the way. No second copy is ever written.

One room: one request's body on its way onto the volume, and what it leaves when it is cut.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID, uuid4

import structlog
from sqlalchemy.exc import IntegrityError

from app import foreign, upkeep
from app.courier import file_names
from app.courier.deliver import describe
from app.courier.multipart import CHUNK, Body, Multipart, Part
from app.courier.which_pipeline import pipeline_for
from app.errors import CourierError, FileTooLarge, Invalid, VolumeIsAway, VolumeIsFull, VolumeReadOnly
from app.extensions import db, settings
from app.jobs import lifecycle
from app.models.job import Job
from app.models.phase import Step
from app.models.supplier import Supplier
from app.volume import volume, volume_errors
from handoff.api import Hints
from handoff.errors import in_words
from handoff.volume import Placed

log = structlog.get_logger()

FIELD_BYTES = 64 << 10
#: well within the age at which upkeep adopts a file without a job
TOUCH_SECONDS = 5.0
LIST_CHARS = 100
TICKED = ("1", "on", "true")

#: shown the fields that stand before a file, before a byte of it is stored; raises to refuse
Admit = Callable[[dict[str, str]], None]
#: how the files of this form are to be read, by its fields; raises to refuse
HintsOf = Callable[[dict[str, str]], Hints]


class TooLarge(CourierError):
    """More bytes than an upload may have."""

    code, status = "FILE_TOO_LARGE", 413


class NoRoom(CourierError):
    """The quota is used up, or the disk is full: make room, then send it again."""

    code, status = "VOLUME_FULL", 507


class NotWritable(CourierError):
    """Nothing may be written on the volume."""

    code, status = "VOLUME_READ_ONLY", 503


@dataclass(frozen=True)
class Received:
    """A whole uploaded file on the volume, not yet a job's."""

    job_id: UUID
    name: str
    mime_type: str | None
    placed: Placed


def receive(
    supplier: Supplier,
    stream: Body,
    content_type: str,
    *,
    actor: str | None,
    admit: Admit | None = None,
    hints_of: HintsOf | None = None,
    extensions: Collection[str] = tuple(file_names.KINDS),
) -> list[Job]:
    """Take every file of a form from the WSGI input, in one pass, and open a job for each.

    Nothing may have touched ``request.form`` or ``request.files`` before: that would read the body. What ``admit``
    asks for must stand before the files, other fields may stand anywhere. The field ``list`` names which of the
    supplier's lists they are; with ``replaces_all`` the one file is that whole list: its items missing in it become
    unavailable. Raises Invalid, TooLarge, NoRoom, NotWritable; nothing of the request is kept then.
    """
    received: list[Received] = []
    fields: dict[str, str] = {}
    try:
        for part in Multipart(stream, content_type):
            if part.filename is None:
                fields[part.name] = _value(part)
            elif part.filename:  # a file field left empty has an empty name
                if admit is not None:
                    admit(fields)
                if hints_of is not None:
                    hints_of(fields)  # refused before a byte is stored, where that can be known
                mime_type = part.content_type
                chunks = _keeping_young(received, part.chunks)
                stored = _store(supplier, part.filename, chunks, mime_type=mime_type, extensions=extensions)
                received.append(stored)
        if not received:
            raise Invalid("The form holds no file. Choose one, and send it in a field called file.")
        hints = hints_of(fields) if hints_of is not None else Hints()
        replaces_all = fields.get("replaces_all", "").lower() in TICKED
        name = list_name_of(fields.get("list", ""))
        if replaces_all and len(received) > 1:
            raise Invalid("Only one file can be the whole list. Send the others by themselves.")
    except BaseException:
        _drop(supplier, received)
        raise
    return [
        _open(supplier, each, actor=actor, replaces_all=replaces_all, hints=hints, list_name=name) for each in received
    ]


def receive_file(
    supplier: Supplier,
    file: Path | BinaryIO,
    filename: str,
    *,
    actor: str | None,
    replaces_all: bool = False,
    came_at: datetime | None = None,
    list_name: str = "",
) -> Job:
    """Take one file of this machine, as ``flask ingest`` does. Raises as ``receive`` does.

    ``came_at``: when a file that is read again came first; it keeps its place in the order of the supplier's files.
    """
    if isinstance(file, Path):
        with file.open("rb") as stream:
            more: dict[str, Any] = {"replaces_all": replaces_all, "came_at": came_at, "list_name": list_name}
            return receive_file(supplier, stream, filename, actor=actor, **more)
    received = _store(supplier, filename, iter(partial(file.read, CHUNK), b""), mime_type=None)
    return _open(supplier, received, actor=actor, replaces_all=replaces_all, came_at=came_at, list_name=list_name)


def _store(
    supplier: Supplier,
    filename: str,
    chunks: Iterable[bytes],
    *,
    mime_type: str | None,
    extensions: Collection[str] = tuple(file_names.KINDS),
) -> Received:
    """Place the bytes under a fresh job's id, sidecar beside them."""
    name = file_names.visible(filename.replace("\\", "/").rpartition("/")[2]).strip()[-255:]
    if file_names.extension_of(name) not in extensions:
        known = ", ".join(extensions)
        raise Invalid(f"{name or 'A file without a name'} is no price list we can read: take one of {known}.")
    db.session.commit()  # an upload may take minutes; no transaction stays open
    mime_type = foreign.text((mime_type or "").partition(";")[0].strip().lower(), most=255) or None
    try:
        with volume_errors():
            return _pour(supplier, name, chunks, mime_type=mime_type)
    except VolumeIsFull as error:
        upkeep.make_room()  # so that the next try finds room; these bytes have gone by
        raise NoRoom(f"{error} Old files were removed just now: try again.") from error
    except FileTooLarge as error:  # than the whole volume
        raise TooLarge(str(error), details=error.details) from error
    except (VolumeReadOnly, VolumeIsAway) as error:
        raise NotWritable(str(error)) from error


def _pour(supplier: Supplier, name: str, chunks: Iterable[bytes], *, mime_type: str | None) -> Received:
    job_id, limit = uuid4(), settings().max_file_bytes
    with volume().reserve(None) as incoming:
        for chunk in chunks:
            if incoming.size + len(chunk) > limit:
                raise TooLarge(
                    f"{name} is larger than {in_words(limit)}. Raise MAX_FILE_SIZE_MB, or split the file.",
                    details={"limit": limit},
                )
            incoming.write(chunk)
        if incoming.size == 0:
            raise Invalid(f"{name} is empty.")
        placed = incoming.place(
            volume().raw_target(supplier.id, job_id, name),
            describe=describe(
                job_id,
                supplier,
                attempt=1,
                original_filename=name,
                source_type="upload",
                file_type=file_names.kind_of(name),
                mime_type=mime_type,
            ),
        )
    return Received(job_id, name, mime_type, placed)


def _open(
    supplier: Supplier,
    received: Received,
    *,
    actor: str | None,
    replaces_all: bool,
    hints: Hints | None = None,
    came_at: datetime | None = None,
    list_name: str = "",
) -> Job:
    """Open the job of a file that lies on the volume. Killed before the commit, the file is adopted by upkeep."""
    kind = file_names.kind_of(received.name)
    supplier.source_type = kind  # as the existing system does: the last upload says what the supplier sends
    try:
        return lifecycle.open_job(
            supplier,
            trigger="upload",
            task_id=f"upload-{supplier.id.hex[:8]}-{time.time_ns() // 1_000_000}",
            step=Step.DELIVER,
            actor=actor,
            id=received.job_id,
            replaces_all=replaces_all,
            list_name=list_name,
            hints=(hints.model_dump(mode="json", exclude_defaults=True) or None) if hints else None,
            pipeline=pipeline_for(supplier),
            original_filename=received.name,
            file_type=kind,
            mime_type=received.mime_type,
            file_path=volume().relative(received.placed.path),
            file_size=received.placed.size,
            sha256=received.placed.sha256,
            md5=received.placed.md5 or None,
            **({"came_at": came_at} if came_at else {}),
        )
    except IntegrityError:  # upkeep took it for the file of a process that died, and opened its job
        db.session.rollback()
        return lifecycle.get(received.job_id)


def _keeping_young(received: Sequence[Received], chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Files that wait for the rest of their form must not be taken for those of a process that died."""
    touched = time.monotonic()
    for chunk in chunks:
        if time.monotonic() - touched > TOUCH_SECONDS:
            touched = time.monotonic()
            for each in received:
                volume().renew(each.placed.path)
        yield chunk


def list_name_of(text: str) -> str:
    """A list's name as it is kept. Raises Invalid."""
    name = " ".join(text.split())
    if len(name) > LIST_CHARS:
        raise Invalid(f"The name of a list has at most {LIST_CHARS} characters.", details={"list": "Too long."})
    return name


def _drop(supplier: Supplier, received: list[Received]) -> None:
    for each in received:
        volume().remove_job(supplier.id, each.job_id)


def _value(part: Part) -> str:
    value = b""
    for chunk in part.chunks:
        value += chunk
        if len(value) > FIELD_BYTES:
            raise Invalid(f"The field {part.name[:50]} is too long.")
    return value.decode("utf-8", "replace")

"""Write a back-up while everything runs: one picture of the database, then the files that its jobs still need."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import structlog
from sqlalchemy import or_, select

from app import schema
from app.backup import manifest, table_rows
from app.backup.manifest import File, Manifest
from app.errors import Conflict, IngestError, Invalid
from app.extensions import db, settings
from app.models.job import Job
from app.models.phase import Outcome, Phase
from app.release import VERSION
from app.volume import volume, volume_errors
from handoff.sidecar import sidecar_of

log = structlog.get_logger()


def create(target: Path) -> Manifest:
    """Make the folder ``target``; it is there whole or not at all.

    Raises Conflict when it is there already or the tables are not this version's, Invalid when it cannot be written.
    """
    if target.exists():
        raise Conflict(f"{target.name} is there already: name a folder that is not.")
    revision = schema.current(db.engine)
    if revision != schema.newest():
        raise Conflict(
            f"The tables have revision {revision}, this version works with {schema.newest()}: bring them up to date "
            f"(flask db upgrade), or make the back-up with the version that they belong to."
        )
    part = target.with_name(f"{target.name}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700, parents=True)  # it holds what only the database's owner may read
        (part / "tables").mkdir()
        made = _write(part, revision)
        part.rename(target)
    except OSError as error:
        raise Invalid(f"The back-up cannot be written as {target.name}: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    log.info("backup_made", path=str(target), rows=made.rows, files=len(made.files), missing=len(made.missing))
    return made


def _write(part: Path, revision: str) -> Manifest:
    with table_rows.connect(settings().database_url, snapshot=True) as connection:
        ours, others = table_rows.ours_and_others(connection)
        saved = [table_rows.save(connection, name, part) for name in ours]
        numbers = table_rows.sequences(connection)
        server = connection.info.server_version
    files, missing = _files(part)
    made = Manifest(
        made_at=datetime.now(UTC),
        version=VERSION,
        revision=revision,
        postgresql=_server_version(server),
        secret_key=manifest.key_fingerprint(),
        tables=saved,
        sequences=numbers,
        files=files,
        missing=missing,
        left_out=[name for name in others if name not in (schema.VERSION_TABLE, "alembic_version")],
    )
    with (part / manifest.NAME).open("w", encoding="utf-8") as file:
        file.write(made.model_dump_json(indent=1))
        file.flush()
        os.fsync(file.fileno())
    return made


def _files(part: Path) -> tuple[list[File], list[str]]:
    """Raw files, their descriptions and results of jobs that are not done; and those that were gone.

    Read after the database: a file that came meanwhile belongs to no saved job and is left out.
    """
    query = select(Job.file_path, Job.result_path).where(or_(Job.phase != Phase.COMPLETE, Job.outcome == Outcome.HELD))
    wanted = sorted({path for row in db.session.execute(query) for path in row if path})
    db.session.commit()
    saved, missing = [], []
    for path in wanted:
        try:
            saved += _copies(path, part)
        except IngestError as error:
            missing.append(str(error))
    return saved, missing


def _copies(path: str, part: Path) -> list[File]:
    """One file of the volume with its description beside it. Raises FileGone, BadAddress."""
    with volume_errors():
        source = volume().inside(path)
    found = [_copy(source, part)]
    note = sidecar_of(source)
    return [*found, _copy(volume().inside(note), part)] if volume().has(note) else found


def _copy(source: Path, part: Path) -> File:
    relative = volume().relative(source)
    target = part / "files" / relative
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    return File(path=relative, size=target.stat().st_size, sha256=manifest.sha256_of(target))


def _server_version(number: int) -> str:
    return f"{number // 10000}.{number % 10000}"

"""What programs of the existing system ask for through Redis: a sync, one supplier's file, a retry."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast
from uuid import UUID

import orjson
import structlog
from redis import RedisError
from sqlalchemy import func, select
from sqlalchemy.exc import InterfaceError, OperationalError

from app import foreign
from app.alone import is_locked
from app.courier import upload
from app.errors import CourierError, NotFound, SyncInProgress
from app.extensions import db, redis
from app.jobs import lifecycle
from app.models.supplier import Supplier
from app.sync import master, run, status
from app.volume import volume, volume_errors

log = structlog.get_logger()

PARSE_TRIGGERS, RETRY_TRIGGERS = "parse:triggers", "retry:triggers"
ACTOR = "trigger"
#: taken from a list in one go, so that a flood cannot hold up the clock
AT_ONCE = 20
#: seconds that a sync that was asked for waits for its turn
WAITS_SECONDS = 300


def pick_up() -> int:
    """Do what waits in Redis; returns how many triggers were taken."""
    pipe = redis().pipeline(transaction=False)
    pipe.exists(status.STATUS_KEY)
    pipe.get(status.TRIGGER_KEY)
    pipe.llen(PARSE_TRIGGERS)
    pipe.llen(RETRY_TRIGGERS)
    known, trigger, parses, retries = pipe.execute()
    if not known:  # a flushed or a new Redis
        status.project(status.latest(), status.progress_of(status.latest()))
        master.project()
    taken = _pick_up_sync() if trigger else 0
    taken += _drain(PARSE_TRIGGERS, _parse) if parses else 0
    return taken + (_drain(RETRY_TRIGGERS, _retry) if retries else 0)


def _pick_up_sync() -> int:
    """``sync:trigger``: a whole sync waits until the running one has ended, one supplier's file does not."""
    found = _fields(redis().get(status.TRIGGER_KEY))
    if "supplier_id" not in found and status.running_id() is not None:
        return 0
    raw = redis().getdel(status.TRIGGER_KEY)
    if raw is None:
        return 0  # another scheduler was faster
    found = _fields(raw)
    try:
        if found.get("supplier_id"):
            run.sync_supplier(UUID(str(found["supplier_id"])), ACTOR)
        else:
            triggered_by = str(found.get("triggered_by") or "manual")[:30]
            run.request_sync(ACTOR, triggered_by, task_id=str(found.get("task_id") or "sync-trigger")[:255])
    except SyncInProgress:
        redis().set(status.TRIGGER_KEY, str(raw), ex=WAITS_SECONDS, nx=True)
        return 0
    except (OperationalError, InterfaceError):  # asked for again when the database is back
        redis().set(status.TRIGGER_KEY, str(raw), ex=WAITS_SECONDS, nx=True)
        raise
    except (CourierError, ValueError) as error:
        _refused(status.TRIGGER_KEY, found, error)
    return 1


def _drain(name: str, act: Any) -> int:
    for taken in range(AT_ONCE):
        raw = cast("str | None", redis().lpop(name))
        if raw is None:
            return taken
        found = _fields(raw)
        try:
            act(found)
        except (OperationalError, InterfaceError, RedisError) as error:
            if not is_locked(error):
                redis().lpush(name, raw)
                raise
            db.session.rollback()
            redis().rpush(name, raw)  # whoever holds its lock loses it within a minute
            return taken
        except Exception as error:  # whatever is wrong with this one, those behind it have their turn
            db.session.rollback()
            _refused(name, found, error)
    return AT_ONCE


def _parse(found: dict[str, Any]) -> None:
    """``parse:triggers``: fetch the supplier's file again, or take the uploaded one that it names on the volume."""
    name = str(found.get("supplier_name") or "").strip().lower()
    supplier = db.session.scalar(select(Supplier).where(func.lower(Supplier.name) == name))
    if supplier is None:
        raise NotFound(f"There is no supplier {name!r}.")
    config = found.get("source_config")
    config = config if isinstance(config, dict) else {}
    if not config.get("file_path"):
        run.sync_supplier(supplier.id, ACTOR)
        return
    with volume_errors():
        path = volume().inside(str(config["file_path"]))
    upload.receive_file(supplier, path, str(config.get("original_filename") or Path(path).name), actor=ACTOR)


def _retry(found: dict[str, Any]) -> None:
    lifecycle.retry(UUID(str(found.get("job_id"))), actor=ACTOR)


def _fields(raw: object) -> dict[str, Any]:
    try:
        found = orjson.loads(str(raw))
    except orjson.JSONDecodeError:
        return {}
    return foreign.fit(found) if isinstance(found, dict) else {}


def _refused(name: str, found: dict[str, Any], error: Exception) -> None:
    log.warning("trigger_refused", list=name, task_id=str(found.get("task_id", "")), reason=str(error))

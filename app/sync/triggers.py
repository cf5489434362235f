"""What programs of the existing system ask for through Redis: a sync, one supplier's file, a retry."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

import orjson
import structlog
from redis import RedisError
from redis.client import Pipeline
from sqlalchemy import func, select
from sqlalchemy.exc import InterfaceError, OperationalError

from app import foreign
from app.alone import is_locked
from app.courier import upload
from app.errors import CourierError, NotFound, SyncInProgress
from app.extensions import db, redis
from app.jobs import lifecycle
from app.models.supplier import Supplier
from app.sync import master, run, standing
from app.volume import volume, volume_errors

log = structlog.get_logger()

PARSE_TRIGGERS, RETRY_TRIGGERS = "parse:triggers", "retry:triggers"
ACTOR = "trigger"
#: taken from a list in one go, so that a flood cannot hold up the clock
AT_ONCE = 20
#: seconds that a sync that was asked for waits for its turn
WAITS_SECONDS = 300
#: held by the scheduler that does what waits; the others come back a second later
TURN, TURN_SECONDS = "triggers:turn", 60


def pick_up() -> int:
    """Do what waits in Redis; returns how many triggers were done.

    A trigger is forgotten once it is done: if its scheduler is killed in between, the next one does it again.
    """
    pipe = redis().pipeline(transaction=False)
    pipe.exists(standing.STATUS_KEY)
    pipe.get(standing.TRIGGER_KEY)
    pipe.llen(PARSE_TRIGGERS)
    pipe.llen(RETRY_TRIGGERS)
    known, trigger, parses, retries = pipe.execute()
    if not known:  # a flushed or a new Redis
        standing.project(standing.latest(), standing.progress_of(standing.latest()))
        master.project()
    if not (trigger or parses or retries):
        return 0
    with _turn() as mine:
        if not mine:
            return 0
        taken = _pick_up_sync() if trigger else 0
        taken += _drain(PARSE_TRIGGERS, _parse) if parses else 0
        return taken + (_drain(RETRY_TRIGGERS, _retry) if retries else 0)


@contextmanager
def _turn() -> Iterator[bool]:
    """Whether it is this scheduler's turn; that of one which was killed ends within a minute."""
    mine = uuid4().hex
    if not redis().set(TURN, mine, ex=TURN_SECONDS, nx=True):
        yield False
        return
    try:
        yield True
    finally:
        _forget_if(TURN, mine)


def _pick_up_sync() -> int:
    """``sync:trigger``: a whole sync waits until the running one has ended, one supplier's file does not."""
    raw = cast("str | None", redis().get(standing.TRIGGER_KEY))
    found = _fields(raw)
    if raw is None or ("supplier_id" not in found and standing.running_id() is not None):
        return 0
    try:
        if found.get("supplier_id"):
            run.sync_supplier(UUID(str(found["supplier_id"])), ACTOR)
        else:
            triggered_by = str(found.get("triggered_by") or "manual")[:30]
            run.request_sync(ACTOR, triggered_by, task_id=str(found.get("task_id") or "sync-trigger")[:255])
    except SyncInProgress:
        redis().expire(standing.TRIGGER_KEY, WAITS_SECONDS)
        return 0
    except (OperationalError, InterfaceError):  # done when the database is back
        redis().expire(standing.TRIGGER_KEY, WAITS_SECONDS)
        raise
    except (CourierError, ValueError) as error:
        _refused(standing.TRIGGER_KEY, found, error)
    _forget_if(standing.TRIGGER_KEY, raw)
    return 1


def _forget_if(key: str, value: str) -> None:
    """Delete the key unless somebody has written another value meanwhile."""

    def forget(pipe: Pipeline) -> None:
        held = pipe.get(key)
        pipe.multi()
        if held == value:
            pipe.delete(key)

    redis().transaction(forget, key)


def _drain(name: str, act: Any) -> int:
    for taken in range(AT_ONCE):
        raw = cast("str | None", redis().lindex(name, 0))
        if raw is None:
            return taken
        redis().expire(TURN, TURN_SECONDS)
        found = _fields(raw)
        try:
            act(found)
        except (OperationalError, InterfaceError, RedisError) as error:
            if not is_locked(error):
                raise
            db.session.rollback()
            pipe = redis().pipeline()
            pipe.rpush(name, raw)  # its turn comes after the others
            pipe.lrem(name, 1, raw)
            pipe.execute()
            return taken  # whoever holds its lock loses it within a minute
        except Exception as error:  # whatever is wrong with this one, those behind it have their turn
            db.session.rollback()
            _refused(name, found, error)
        redis().lrem(name, 1, raw)
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

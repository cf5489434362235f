"""Every flag that says "is running" is free again within a minute after its worker was killed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from app import errands
from app.courier import upload
from app.errors import Conflict, LostClaim
from app.extensions import db, queue
from app.jobs import steps
from app.jobs.claims import claim
from app.models.catalog import ParsingLog, Product, SupplierItem
from app.models.job import Job
from app.models.phase import Step
from app.models.sync import AppSetting, SyncRun
from app.review import rematch
from app.shadow import run as shadow
from app.sync import claims as sync_claims
from app.sync import reprocess
from app.sync import run as sync_run
from tests.fixtures.courier import Courier
from tests.servers.analysis import price_list

MINUTE = timedelta(seconds=60)
#: begins something, kills whoever does it, and returns a question: may it be done again?
Flag = Callable[[Courier], Callable[[], Any]]


def errand(key: str) -> None:
    """A worker begins it and dies."""
    with errands.under_way(key):
        pass


def a_rematch(courier: Courier) -> Callable[[], Any]:
    db.session.add(SupplierItem(supplier_id=courier.supplier().id, supplier_sku="A", name="Hammer"))
    db.session.commit()
    product(courier)
    rematch.request(None, actor="anna")
    with pytest.raises(Conflict):
        rematch.request(None, actor="anna")
    errand("rematch:all")
    return lambda: rematch.request(None, actor="anna")


def a_comparison(courier: Courier) -> Callable[[], Any]:
    supplier = courier.supplier()
    courier.run(upload.receive_file(supplier, BytesIO(price_list(3)), "a.csv", actor="anna"))
    shadow.request_shadow(supplier.id, "anna")
    with pytest.raises(Conflict):
        shadow.request_shadow(supplier.id, "anna")
    errand(f"shadow:{supplier.id}")
    return lambda: shadow.request_shadow(supplier.id, "anna")


def a_sync(courier: Courier) -> Callable[[], Any]:
    begun = sync_run.request_sync("anna")
    held = {"claim_token": uuid4(), "claimed_until": func.now() + timedelta(seconds=30)}
    db.session.execute(update(SyncRun).values(**held))
    db.session.commit()
    with pytest.raises(LostClaim):
        sync_run.run(begun.id)

    def again() -> None:
        with sync_claims.claimed(begun.id):
            pass

    return again


def a_reprocessing(courier: Courier) -> Callable[[], Any]:
    supplier = courier.supplier("https://example.org/a.csv", name="Anna")
    reprocess.begin([supplier.id], at_once=1, actor="anna")
    kept = db.session.get_one(AppSetting, reprocess.KEY)
    long_ago = (datetime.now(UTC) - MINUTE).isoformat()
    kept.value = kept.value | {"pending": [], "taken": {str(supplier.id): long_ago}}  # and its scheduler died
    db.session.commit()

    def again() -> None:
        assert reprocess.advance() == 1
        found = reprocess.current()
        assert found is not None and found.order.taken == {} and list(found.order.opened) == [str(supplier.id)]

    return again


def a_step(courier: Courier) -> Callable[[], Any]:
    job = upload.receive_file(courier.supplier(), BytesIO(price_list(3)), "a.csv", actor="anna")
    claim(job.id, Step.DELIVER)
    with pytest.raises(LostClaim):
        claim(job.id, Step.DELIVER)

    def again() -> None:
        queue().empty()
        assert steps.start_due() == 1
        assert not courier.run(job).is_active
        assert "worker_lost" in [each.kind for each in courier.events(job)]

    return again


def product(courier: Courier) -> None:
    db.session.add(Product(internal_sku="P1", name="Hammer"))
    db.session.commit()


def a_minute_passes() -> None:
    db.session.execute(update(Job).values(claimed_until=Job.claimed_until - MINUTE, hinted_at=Job.hinted_at - MINUTE))
    db.session.execute(update(SyncRun).values(claimed_until=SyncRun.claimed_until - MINUTE))
    db.session.execute(update(AppSetting).values(updated_at=AppSetting.updated_at - MINUTE))
    db.session.commit()
    queue().empty()
    errands.tell_lost()


@pytest.mark.parametrize("flag", [a_rematch, a_comparison, a_sync, a_reprocessing, a_step])
def test_what_was_killed_in_the_middle_is_free_again_in_a_minute(courier: Courier, flag: Flag) -> None:
    again = flag(courier)
    a_minute_passes()
    again()


def test_a_lost_errand_is_told_once_and_one_that_lives_is_left(courier: Courier) -> None:
    supplier = courier.supplier()
    for key in (f"rematch:{supplier.id}", "rematch:all"):
        errands.keep(key, {"state": errands.RUNNING}, by="anna")
        errand(key)
    db.session.execute(
        update(AppSetting).where(AppSetting.key != "rematch:all").values(updated_at=AppSetting.updated_at - MINUTE)
    )
    db.session.commit()
    assert (errands.tell_lost(), errands.tell_lost()) == (1, 0)
    (line,) = db.session.scalars(select(ParsingLog).where(ParsingLog.level == "error"))
    assert (line.supplier_id, line.error_message) == (supplier.id, errands.LOST)
    assert errands.is_running("rematch:all")
    assert not errands.is_running(f"rematch:{supplier.id}")

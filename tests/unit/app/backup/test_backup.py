"""A back-up is made while everything runs, comes back as it was, and says so when it does not."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select, text

from app import schema
from app.alerts import watch
from app.backup import create, manifest, nightly, restore
from app.courier import secret_headers
from app.errors import Conflict, Invalid, NotFound
from app.extensions import db
from app.jobs import lifecycle
from app.models.backup import Backup
from app.models.catalog import PriceHistory, SupplierItem
from app.models.feed import Change
from app.models.job import Job, JobEvent
from app.models.phase import Step
from app.models.supplier import Supplier
from app.models.sync import Alert
from app.volume import volume
from embedded.servers import Servers
from tests.fixtures.web import Visitor


@pytest.fixture
def filled(ctx: Flask, supplier: Supplier) -> Job:
    """Items with prices, and a job whose file lies on the volume and is still needed."""
    supplier.secret_headers = secret_headers.seal({"X-Key": "of the supplier"})
    items = [SupplierItem(supplier_id=supplier.id, supplier_sku=f"S{n}", name=f"Ключ \\ {n}\t\n") for n in range(50)]
    db.session.add_all(items)
    db.session.flush()
    db.session.add_all(PriceHistory(supplier_item_id=item.id, price=Decimal("1.2345")) for item in items)
    db.session.commit()
    job_id = uuid4()
    target = volume().raw_target(supplier.id, job_id, "list.csv")
    with volume().reserve(None) as incoming:
        incoming.write(b"sku;price\n1;2\n")
        incoming.place(target)
    path = volume().relative(target)
    return lifecycle.open_job(
        supplier, trigger="upload", task_id="t", step=Step.SUBMIT, id=job_id, source_type="csv", file_path=path
    )


def test_what_is_saved_while_rows_are_written_comes_back_as_of_one_moment(filled: Job, tmp_path: Path) -> None:
    stop, url = threading.Event(), db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)

    def write() -> None:
        """An item and its price in one transaction: a back-up with one of both would be of two moments."""
        insert = "WITH made AS (INSERT INTO supplier_items (supplier_id, supplier_sku, name) VALUES (%s, %s, 'x')"
        insert += " RETURNING id) INSERT INTO price_history (supplier_item_id, price) SELECT id, 1 FROM made"
        with psycopg.connect(url, autocommit=True) as connection:
            number = 0
            while not stop.is_set():
                connection.execute(insert, (filled.supplier_id, f"W{(number := number + 1)}"))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = create.create(tmp_path / "b")
    finally:
        stop.set()
        writer.join()
    assert made.left_out == [], "every table of a fresh installation is in it"
    rows = {table.name: table.rows for table in made.tables}
    assert rows["supplier_items"] == rows["price_history"] >= 50
    assert [file.path for file in made.files] == [filled.file_path]
    assert restore.check(tmp_path / "b").problems == []


def test_a_check_leaves_no_database_behind(filled: Job, tmp_path: Path, servers: Servers) -> None:
    create.create(tmp_path / "b")
    restore.check(tmp_path / "b")
    assert not [name for name in servers.postgres.databases() if name.startswith(restore.SCRATCH)]


def test_a_back_up_becomes_an_installation_that_goes_on(
    filled: Job, tmp_path: Path, make_app: Callable[..., Flask], new_database: Callable[..., str]
) -> None:
    create.create(tmp_path / "b")
    known = db.session.scalar(select(func.max(JobEvent.id)))
    changes = db.session.scalar(select(func.count()).select_from(Change))
    shared = tmp_path / "other"
    shared.mkdir()
    other = make_app(database_url=new_database(), shared_dir=shared)
    with other.app_context():
        restore.restore(tmp_path / "b")
        assert schema.current(db.engine) == schema.newest()
        job = db.session.get_one(Job, filled.id)
        assert volume().inside(str(job.file_path)).read_bytes() == b"sku;price\n1;2\n"
        found = db.session.scalars(select(Supplier)).one()
        assert secret_headers.unseal(found.secret_headers) == {"X-Key": "of the supplier"}
        assert db.session.scalar(select(func.count()).select_from(Change)) == changes, "no trigger fired"
        lifecycle.cancel(job.id, actor="tests")
        assert db.session.scalar(select(func.max(JobEvent.id))) == known + 1, "numbers go on"
        with pytest.raises(Conflict, match="holds tables already"):
            restore.restore(tmp_path / "b")


def test_the_back_up_of_an_earlier_version_is_restored_and_brought_up_to_date(
    make_app: Callable[..., Flask],
    ctx: Flask,
    tmp_path: Path,
    new_database: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    earlier = new_database()
    engine = create_engine(earlier)
    schema.bring_up(engine, "0041")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO suppliers (name, source_type) VALUES ('Of before', 'csv')"))
    engine.dispose()
    with make_app(database_url=earlier).app_context(), monkeypatch.context() as then:
        then.setattr(schema, "newest", lambda: "0041")
        create.create(tmp_path / "b")
    assert restore.check(tmp_path / "b").problems == []
    with make_app(database_url=new_database()).app_context():
        restore.restore(tmp_path / "b")
        assert db.session.scalars(select(Supplier.name)).all() == ["Of before"]
        assert schema.current(db.engine) == schema.newest()


def test_tables_of_another_version_are_not_saved(
    make_app: Callable[..., Flask], ctx: Flask, tmp_path: Path, new_database: Callable[..., str]
) -> None:
    with make_app(database_url=new_database()).app_context(), pytest.raises(Conflict, match="flask db upgrade"):
        create.create(tmp_path / "b")
    assert list(tmp_path.glob("b*")) == []


def test_a_back_up_of_a_later_version_is_refused_with_the_version_that_can(filled: Job, tmp_path: Path) -> None:
    create.create(tmp_path / "b")
    _alter(tmp_path / "b", revision="9999", version="7.0.0")
    with pytest.raises(Conflict, match=r"revision 9999.*restore it with version 7\.0\.0"):
        restore.check(tmp_path / "b")


def test_a_byte_that_changed_is_said_and_nothing_is_restored(
    filled: Job, tmp_path: Path, make_app: Callable[..., Flask], new_database: Callable[..., str]
) -> None:
    create.create(tmp_path / "b")
    packed = tmp_path / "b" / "tables" / "price_history.copy.gz"
    packed.write_bytes(packed.read_bytes()[:-9] + b"\0" * 9)
    next((tmp_path / "b" / "files").rglob("list.csv")).unlink()
    said = restore.check(tmp_path / "b").problems
    assert len(said) == 2 and "price_history.copy.gz is not what was written" in said[0] and "is missing" in said[1]
    with make_app(database_url=new_database()).app_context():
        with pytest.raises(Invalid, match="checksum"):
            restore.restore(tmp_path / "b")
        assert schema.current(db.engine) is None


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"rows_hash": "1"}, "Rows of supplier_items are not what they were."),
        ({"rows": 49}, "supplier_items has 50 rows, the back-up counted 49."),
    ],
)
def test_rows_that_come_back_otherwise_are_found(
    filled: Job, tmp_path: Path, change: dict[str, object], sentence: str
) -> None:
    made = create.create(tmp_path / "b")
    tables = [each.model_dump() | (change if each.name == "supplier_items" else {}) for each in made.tables]
    _alter(tmp_path / "b", tables=tables)
    assert restore.check(tmp_path / "b").problems == [sentence]


def test_a_back_up_that_lacks_what_a_row_points_at_does_not_come_back(filled: Job, tmp_path: Path) -> None:
    made = create.create(tmp_path / "b")
    _alter(tmp_path / "b", tables=[each.model_dump() for each in made.tables if each.name != "suppliers"])
    assert "cannot be put back" in restore.check(tmp_path / "b").problems[0]


def test_another_key_is_told_by_the_check_and_refused_by_the_restore(
    filled: Job, tmp_path: Path, make_app: Callable[..., Flask], new_database: Callable[..., str]
) -> None:
    create.create(tmp_path / "b")
    with make_app(database_url=new_database(), secret_key="another" * 8).app_context():
        assert "SECRET_KEY is not the one" in restore.check(tmp_path / "b").problems[0]
        with pytest.raises(Conflict, match="--other-key"):
            restore.restore(tmp_path / "b")
        restore.restore(tmp_path / "b", other_key=True)
        assert db.session.scalar(select(func.count()).select_from(SupplierItem)) == 50


def test_a_user_who_may_make_no_database_is_told_the_way_out(
    filled: Job, tmp_path: Path, make_app: Callable[..., Flask], servers: Servers
) -> None:
    create.create(tmp_path / "b")
    db.session.execute(text("CREATE ROLE modest LOGIN PASSWORD 'modest'"))
    db.session.commit()
    url = db.engine.url.set(username="modest", password="modest").render_as_string(hide_password=False)
    try:
        with (
            make_app(backup_scratch_url=url).app_context(),
            pytest.raises(Invalid, match=r"CREATEDB.*BACKUP_SCRATCH_URL"),
        ):
            restore.check(tmp_path / "b")
    finally:
        db.session.execute(text("DROP ROLE modest"))
        db.session.commit()


def test_a_folder_without_its_manifest_is_no_back_up(ctx: Flask, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="cut off"):
        restore.check(tmp_path)
    (tmp_path / manifest.NAME).write_text("{}")
    with pytest.raises(Invalid, match="damaged"):
        restore.check(tmp_path)


def test_every_night_has_one_back_up_that_was_restored(
    filled: Job, make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    folder = tmp_path / "nights"
    old, half = folder / "courier-20200101T020000Z", folder / "courier-20200102T020000Z.part"
    with make_app(backup_dir=str(folder)).app_context():
        create.create(old)
        half.mkdir()
        for path in (old, half):
            _age(path)
        nightly.run_due()
        nightly.run_due()
        row = db.session.scalars(select(Backup)).one()
        assert row.restored_at and row.rows and not row.error
        assert [str(path) for path in folder.iterdir()] == [row.path]
        assert not nightly.state().is_missed
        _age(Path(row.path))
        nightly.forget_old(folder)
        assert Path(row.path).exists(), "the last one that was restored always stays"


def test_a_night_without_a_back_up_is_said_and_kept(
    ctx: Flask, make_app: Callable[..., Flask], admin: Visitor, tmp_path: Path
) -> None:
    (tmp_path / "nights").write_text("no folder")
    with make_app(backup_dir=str(tmp_path / "nights")).app_context():
        nightly.run_due()
        assert "cannot be written" in nightly.state().problem and nightly.state().is_missed
        watch.watch()
        alert = db.session.scalars(select(Alert).where(Alert.kind == "backup")).one()
        assert "did not come back" in alert.message
    page = admin.get("/system/checks")
    assert "cannot be written" in page and "none was restored yet" in page


def test_a_check_by_hand_counts_as_well(filled: Job, tmp_path: Path) -> None:
    create.create(tmp_path / "b")
    assert nightly.check_and_tell(tmp_path / "b").problems == []
    assert not nightly.state().is_missed
    _alter(tmp_path / "b", revision="9999")
    with pytest.raises(Conflict):
        nightly.check_and_tell(tmp_path / "b")
    assert "9999" in nightly.state().problem


def _alter(folder: Path, **changes: object) -> None:
    path = folder / manifest.NAME
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def _age(path: Path) -> None:
    then = (datetime.now(UTC) - timedelta(days=100)).timestamp()
    os.utime(path, (then, then))

"""The main job, end to end on the real processes: one test a kind of source."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from uuid import uuid4
from zipfile import ZipFile

import pytest
from sqlalchemy import func, select

from app.catalog import importer
from app.courier import upload
from app.errors import CourierError, IngestError
from app.extensions import db
from app.models.catalog import ParsingLog, PriceHistory, SupplierItem
from app.models.job import Job, JobEvent
from app.models.phase import Outcome, Phase
from app.models.supplier import Supplier
from app.suppliers import editing
from app.sync import run as sync_run
from app.volume import volume
from tests.fixtures.stack import SAMPLES, Stack


def send(stack: Stack, data: bytes | Path, name: str) -> Job:
    """Upload for a new supplier and wait for the end."""
    with stack.context():
        supplier = editing.create(
            editing.SupplierFields(name=f"{name} {uuid4().hex[:6]}", source_type="csv"), actor="tests"
        )
        path = stack.home / uuid4().hex
        path.write_bytes(data.read_bytes() if isinstance(data, Path) else data)
        with path.open("rb") as stream:
            job = upload.receive_file(supplier, stream, name, actor="tests")
        return stack.wait(job.id)


def fetch(stack: Stack, url: str, source_type: str = "csv") -> Job:
    with stack.context():
        fields = editing.SupplierFields(name=f"Fetched {uuid4().hex[:6]}", source_type=source_type, source_url=url)
        supplier = editing.create(fields, actor="tests")
        job = sync_run.sync_supplier(supplier.id, "tests")
        return stack.wait(job.id)


ROWS = [("Art. Nr.", "Bezeichnung", "Preis EUR")] + [(f"W-{n}", f"Sägeblatt {n} mm", f"{n},50") for n in range(10, 40)]


def open_document(rows: list[tuple[str, ...]]) -> bytes:
    """A spreadsheet as LibreOffice saves it (.ods), as small as the format allows."""
    names = ("office", "table", "text")
    spaces = "".join(f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    cells = [[cell.format(each) for each in row] for row in rows]
    table = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in cells)
    body = f'<office:spreadsheet><table:table table:name="Preise">{table}</table:table></office:spreadsheet>'
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr(
            "META-INF/manifest.xml",
            f'<m:manifest xmlns:m="{manifest}"><m:file-entry m:full-path="/" m:media-type="{kind}"/></m:manifest>',
        )
        archive.writestr(
            "content.xml",
            f"<office:document-content{spaces}><office:body>{body}</office:body></office:document-content>",
        )
    return made.getvalue()


def web_page(rows: list[tuple[str, ...]]) -> bytes:
    table = "".join("<tr>" + "".join(f"<td>{each}</td>" for each in row) + "</tr>" for row in rows)
    return f'<html><head><meta charset="utf-8"></head><body><table>{table}</table></body></html>'.encode()


@pytest.mark.parametrize(("make", "name"), [(open_document, "preise.ods"), (web_page, "preise.html")])
def test_what_other_programs_save_instead_of_a_workbook_is_taken(
    stack: Stack, make: Callable[[list[tuple[str, ...]]], bytes], name: str
) -> None:
    job = send(stack, make(ROWS), name)
    assert (job.outcome, job.items_total) == (Outcome.SUCCESS, len(ROWS) - 1), job.error_message


@pytest.mark.parametrize("name", ["ferreteria-almazan.csv", "instrument-opt.xlsx", "outillage-mercier.pdf"])
def test_an_uploaded_file_becomes_items_with_their_place_in_the_file(stack: Stack, name: str) -> None:
    job = send(stack, SAMPLES / name, name)
    assert (job.phase, job.outcome) == (Phase.COMPLETE, Outcome.SUCCESS)
    assert job.items_total > 20
    with stack.context():
        items = db.session.scalars(select(SupplierItem).where(SupplierItem.job_id == job.id)).all()
        assert len(items) == job.items_total
        assert all(item.file_sha256 == job.sha256 and item.source_row and item.source_cells for item in items)
        phases = [
            event.phase
            for event in db.session.scalars(select(JobEvent).where(JobEvent.job_id == job.id).order_by(JobEvent.id))
        ]
        assert phases[0] == Phase.DOWNLOADING
        assert Phase.ANALYZING in phases
        assert phases[-1] == Phase.COMPLETE
        assert (volume().root / (job.file_path or "")).read_bytes() == (SAMPLES / name).read_bytes()


def test_a_file_from_an_address_arrives_byte_for_byte_and_is_unchanged_the_second_time(stack: Stack) -> None:
    data = (SAMPLES / "werkzeug-brandt.csv").read_bytes()
    job = fetch(stack, stack.files.put("brandt/preise.csv", data))
    assert job.outcome == Outcome.SUCCESS
    with stack.context():
        assert (volume().root / (job.file_path or "")).read_bytes() == data
        again = stack.wait(sync_run.sync_supplier(job.supplier_id, "tests").id)  # type: ignore[arg-type]
        assert again.outcome == Outcome.UNCHANGED
        assert again.ml_job_id is None


def test_a_file_with_bad_rows_ends_with_warnings_and_each_row_in_the_log(stack: Stack) -> None:
    job = send(stack, SAMPLES / "baltic-cable.csv", "baltic-cable.csv")
    assert job.outcome == Outcome.WARNINGS
    with stack.context():
        logged = select(func.count()).where(ParsingLog.job_id == job.id, ParsingLog.error_type == "ValidationError")
        assert db.session.scalar(logged) == job.error_count > 0


def test_a_dead_address_fails_with_a_sentence(stack: Stack) -> None:
    job = fetch(stack, f"{stack.files.url}/nothing-here.csv")
    assert (job.outcome, job.error_code) == (Outcome.FAILED, "SOURCE_MISSING")
    assert "404" in (job.error_message or "")


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "picture.csv", None),
        (b"\n\n   \n", "blank.csv", None),
        (b"sku;name;price\n", "header-only.csv", None),
        (b"Dear customer, please find our new prices next week. Kind regards.", "letter.csv", None),
    ],
)
def test_what_is_no_price_list_fails_with_a_sentence_and_leaves_no_item(
    stack: Stack, data: bytes, name: str, code: str | None
) -> None:
    job = send(stack, data, name)
    assert job.phase == Phase.FAILED
    assert len(job.error_message or "") > 20
    with stack.context():
        assert db.session.scalar(select(func.count()).where(SupplierItem.job_id == job.id)) == 0


def test_a_wrong_extension_is_read_by_its_content(stack: Stack) -> None:
    job = send(stack, SAMPLES / "instrument-opt.xlsx", "prices.csv")
    assert job.outcome == Outcome.SUCCESS


def test_an_empty_upload_is_refused_with_a_sentence(stack: Stack) -> None:
    with pytest.raises((CourierError, IngestError), match="empty"):
        send(stack, b"", "empty.csv")


def test_a_hostile_name_stays_below_its_folder_and_is_shown_as_it_was(stack: Stack) -> None:
    name = "../../../etc/passwd/../🙂прайс.csv"
    job = send(stack, SAMPLES / "werkzeug-brandt.csv", name)
    assert job.outcome == Outcome.SUCCESS
    with stack.context():
        path = (volume().root / (job.file_path or "")).resolve()
        assert path.is_relative_to(volume().root / "raw")
        assert "🙂прайс.csv" in (job.original_filename or "")


def test_the_same_file_twice_changes_nothing_the_second_time(stack: Stack) -> None:
    first = send(stack, SAMPLES / "kestrel-supply.csv", "kestrel.csv")
    with stack.context():
        supplier = db.session.get_one(Supplier, first.supplier_id)
        prices = db.session.scalar(select(func.count()).select_from(PriceHistory))
        with (SAMPLES / "kestrel-supply.csv").open("rb") as stream:
            again = stack.wait(upload.receive_file(supplier, stream, "kestrel.csv", actor="tests").id)
        assert again.outcome in (Outcome.UNCHANGED, Outcome.SUCCESS)
        assert (again.new_count, again.changed_count) == (0, 0)
        assert db.session.scalar(select(func.count()).select_from(PriceHistory)) == prices


def test_the_catalogue_can_be_filled_again_without_doubling(stack: Stack) -> None:
    with stack.context(), (SAMPLES / "catalogue.csv").open("rb") as stream:
        done = importer.import_csv(stream, actor="tests")
        assert (done.created, done.skipped) == (0, 0)

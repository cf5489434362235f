"""FR-1: the courier fetches files and hands them on; it never looks into them."""

from __future__ import annotations

import gzip
import io
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import Workbook

from app.courier import upload
from app.models.phase import Outcome, Phase
from app.volume import volume
from tests.fixtures.courier import Courier
from tests.servers.analysis import AnalysisServer, price_list
from tests.servers.files import FileServer, Served
from tests.servers.google import EMAIL, GoogleServer

SHEET_ID = "1AbCdEfGhIjKlMnOpQrStUvWxYz"
CP1251 = "артикул;наименование;цена\nА-1;Насос погружной;1 234,50\n".encode("cp1251")
ODDITIES = {
    "old-code-page.csv": CP1251,
    "utf-16.csv": "sku;name;price\nA;Pump;1\n".encode("utf-16"),
    "bom-and-crlf.csv": b"\xef\xbb\xbfsku;name;price\r\nA;Pump;1\r\n",
    "not-text-at-all.csv": bytes(range(256)) * 40,
    "no-last-line-end.csv": b"sku;name;price\nA;Pump;1",
}


def workbook() -> bytes:
    made, out = Workbook(), io.BytesIO()
    made.active.append(["sku", "name", "price"])
    for number in range(50):
        made.active.append([f"A{number}", f"Pump {number}", number / 3])
    made.create_sheet("second").append(["more"])
    made.save(out)
    return out.getvalue()


def stored(job_path: str | None) -> bytes:
    assert job_path is not None
    return (volume().root / job_path).read_bytes()


@pytest.fixture
def google() -> Iterator[GoogleServer]:
    with GoogleServer() as server:
        yield server


@pytest.fixture
def google_courier(
    make_app: Callable[..., Flask], analysis: AnalysisServer, google: GoogleServer
) -> Iterator[Callable[..., Courier]]:
    """A courier whose Google is the stand-in; with a service account when asked for."""
    contexts = []

    def make(*, credentials: Path = Path("/nowhere.json"), per_minute: int = 1000) -> Courier:
        app = make_app(
            ml_analyze_url=analysis.url,
            fetch_allowed_hosts="127.0.0.1",
            google_sheets_base_url=google.url,
            google_credentials_path=credentials,
            google_requests_per_minute=per_minute,
        )
        contexts.append(app.app_context())
        contexts[-1].push()
        return Courier()

    yield make
    for context in reversed(contexts):
        context.pop()


def edit_link(google: GoogleServer) -> str:
    return f"{google.url}/spreadsheets/d/{SHEET_ID}/edit?usp=sharing#gid=12345"


def test_ac_1_1_a_google_sheet_arrives_as_googles_own_export(
    google: GoogleServer, google_courier: Callable[..., Courier], tmp_path: Path
) -> None:
    """AC-1.1: the whole spreadsheet, byte for byte, named as Google names it; no column is looked at."""
    google.shared[SHEET_ID] = body = workbook()
    courier = google_courier(credentials=google.key_file(tmp_path))
    job = courier.step(courier.fetch(courier.supplier(edit_link(google), source_type="google_sheets")))
    assert job.phase == Phase.ANALYZING, job.error_message
    assert stored(job.file_path) == body
    assert (job.original_filename, job.file_type) == ("цены.xlsx", "excel")
    assert google.exports == [f"/spreadsheets/d/{SHEET_ID}/export?format=xlsx"]


def test_ac_1_1_a_public_sheet_needs_no_account(google: GoogleServer, google_courier: Callable[..., Courier]) -> None:
    google.public[SHEET_ID] = body = workbook()
    courier = google_courier()
    job = courier.step(courier.fetch(courier.supplier(edit_link(google), source_type="google_sheets")))
    assert stored(job.file_path) == body
    published = f"{google.url}/spreadsheets/d/e/2PACX-{SHEET_ID}/pubhtml"
    google.public[f"e/2PACX-{SHEET_ID}"] = body
    assert courier.step(courier.fetch(courier.supplier(published))).phase == Phase.ANALYZING


def test_ac_1_1_an_expired_token_is_renewed_once(
    google: GoogleServer, google_courier: Callable[..., Courier], tmp_path: Path
) -> None:
    google.shared[SHEET_ID] = workbook()
    courier = google_courier(credentials=google.key_file(tmp_path))
    supplier = courier.supplier(edit_link(google))
    assert courier.step(courier.fetch(supplier)).phase == Phase.ANALYZING
    google.expire_tokens()
    assert courier.step(courier.fetch(supplier)).phase == Phase.ANALYZING
    assert len(google.tokens) == 2


def test_ac_1_1_a_sheet_that_is_not_shared_says_with_whom_to_share_it(
    google: GoogleServer, google_courier: Callable[..., Courier], tmp_path: Path
) -> None:
    courier = google_courier(credentials=google.key_file(tmp_path))
    google.answers = [(403, {}), (403, {})]
    job = courier.run(courier.fetch(courier.supplier(edit_link(google))))
    assert (job.outcome, job.error_code) == (Outcome.FAILED, "SOURCE_REFUSED")
    assert EMAIL in (job.error_message or "")
    public = google_courier()
    job = public.run(public.fetch(public.supplier(edit_link(google))))
    assert "anyone who has the link" in (job.error_message or "")


def test_ac_1_1_googles_limit_is_shared_and_counts_as_no_failure(
    google: GoogleServer, google_courier: Callable[..., Courier]
) -> None:
    """A 429 closes Google for everybody for as long as it says; jobs wait without spending a retry."""
    google.public[SHEET_ID] = workbook()
    courier = google_courier()
    google.answers = [(429, {"Retry-After": "20"})]
    first = courier.step(courier.fetch(courier.supplier(edit_link(google))))
    assert (first.error_code, first.retry_count) == ("GOOGLE_UNAVAILABLE", 1)
    second = courier.step(courier.fetch(courier.supplier(edit_link(google))))
    assert (second.phase, second.retry_count) == (Phase.DOWNLOADING, 0)
    assert "limit" in (second.waiting_for or "")
    assert len(google.exports) == 1


@pytest.mark.parametrize("name", ODDITIES)
def test_ac_1_2_csv_and_excel_are_saved_as_they_are(courier: Courier, files: FileServer, name: str) -> None:
    """AC-1.2: no line end, byte order mark or code page is touched."""
    job = courier.step(courier.fetch(courier.supplier(files.put(name, ODDITIES[name]))))
    assert stored(job.file_path) == ODDITIES[name]


def test_ac_1_2_an_uploaded_file_is_saved_as_it_is(courier: Courier) -> None:
    body = workbook()
    job = upload.receive_file(courier.supplier(), io.BytesIO(body), "Preise März.xlsx", actor="anna")
    assert stored(job.file_path) == body
    assert (job.original_filename, job.file_type, job.requested_by) == ("Preise März.xlsx", "excel", "anna")


def test_ac_1_3_files_behind_links_are_downloaded_verbatim(courier: Courier, files: FileServer) -> None:
    """AC-1.3: through redirects, with the name of Content-Disposition, whatever the body holds."""
    body = random.Random(3).randbytes(3_000_000)
    disposition = "attachment; filename=x.csv; filename*=UTF-8''Pr%C3%A9cios.csv"
    target = files.put("real", Served(body, headers={"Content-Disposition": disposition}))
    first = files.put("first.csv", Served(redirect=files.put("second.csv", Served(redirect=target))))
    job = courier.step(courier.fetch(courier.supplier(first)))
    assert stored(job.file_path) == body
    assert (job.original_filename, job.final_url, job.source_url) == ("Précios.csv", target, first)


def test_ac_1_4_a_compressed_answer_is_stored_as_it_travelled(courier: Courier, files: FileServer) -> None:
    """AC-1.4: identity is asked for; a server that compresses all the same changes nothing for us."""
    body = price_list(500)
    job = courier.step(courier.fetch(courier.supplier(files.put("list.csv", Served(body, gzipped=True)))))
    assert stored(job.file_path) == gzip.compress(body, mtime=0)
    assert files.asked[0].headers["Accept-Encoding"] == "identity"


def test_ac_1_4_a_chunked_answer_without_length_is_stored_whole(courier: Courier, files: FileServer) -> None:
    body = os.urandom(400_000)
    for name, served in {
        "chunked.pdf": Served(body, chunked=True),
        "until-close.pdf": Served(body, no_length=True),
    }.items():
        job = courier.step(courier.fetch(courier.supplier(files.put(name, served))))
        assert stored(job.file_path) == body


def test_ac_1_5_the_sidecar_tells_where_the_file_came_from(courier: Courier, files: FileServer) -> None:
    """AC-1.5: address, supplier, time, both hashes, the answer's headers, the final address; no secret."""
    served = Served(price_list(5), headers={"Content-Type": "text/csv; charset=utf-8", "Set-Cookie": "session=secret"})
    supplier = courier.supplier(files.put("list.csv", served) + "?token=geheim")
    job = courier.step(courier.fetch(supplier))
    note = volume().read_sidecar(volume().root / str(job.file_path))
    assert (note.supplier_id, note.supplier_name, note.job_id) == (supplier.id, supplier.name, job.id)
    assert (note.checksum_sha256, note.checksum_md5, note.file_size_bytes) == (job.sha256, job.md5, job.file_size)
    assert (note.mime_type, note.file_type, note.attempt) == ("text/csv", "csv", 1)
    assert note.downloaded_at.tzinfo is not None
    assert note.response_headers["ETag"] == job.etag
    assert "geheim" not in note.model_dump_json()
    assert "secret" not in note.model_dump_json()
    assert "secret" not in str(job.response_headers)


def test_ac_1_6_the_log_tells_of_the_download_and_nothing_of_the_content(
    courier: Courier, files: FileServer, caplog: pytest.LogCaptureFixture
) -> None:
    """AC-1.6: success and failure are logged; a file that no one could read is handed on all the same."""
    good = courier.step(courier.fetch(courier.supplier(files.put("a.csv", b"\x00\xff not a table CONTENT"))))
    assert good.phase == Phase.ANALYZING
    bad = courier.run(courier.fetch(courier.supplier(f"{files.url}/missing.csv")))
    assert bad.error_code == "SOURCE_MISSING"
    told = caplog.text + "".join(each.error_message for job in (good, bad) for each in courier.logs(job))
    assert "file_placed" in told
    assert "404" in told
    assert "CONTENT" not in told

"""The whole installation at work: a sync of 1,000 small price lists, and one upload of 10 MB, from request to complete.

Real processes on durable servers, as ``make run`` starts them. Two numbers a figure matter: files a second, which
other work on the machine spoils, and processor time a file over all processes, which it hardly does.
"""

from __future__ import annotations

import csv
import io
import random
import shutil
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import UUID

import flask_migrate
import psutil
from flask import Flask
from sqlalchemy import func, select

from app import create_app
from app.access import accounts
from app.catalog import importer
from app.extensions import db
from app.models.job import Job
from app.models.phase import SETTLED, Outcome
from app.models.supplier import Supplier
from app.models.user import UserRole
from app.settings import Settings
from app.sync import run as sync_run
from bench.figure import Figure, figure
from embedded import ports
from embedded.admin_api import AdminApi
from embedded.environment import PROJECT, environment
from embedded.servers import Servers
from embedded.supervisor import Supervisor, programs

CATALOGUE = PROJECT / "embedded" / "samples" / "catalogue.csv"
FILES, ROWS = 1000, 20
GOAL_PER_SECOND, CORES = 20.0, 2
BIG_BYTES, BIG_SECONDS = 10_000_000, 30.0
PATIENCE_SECONDS = 600.0


@dataclass(frozen=True)
class Installation:
    app: Flask
    home: Path
    admin: AdminApi


def figures(quick: bool) -> list[Figure]:
    files, size = (FILES // 20, BIG_BYTES // 30) if quick else (FILES, BIG_BYTES)
    with installation() as here:
        small = measure(lambda: many_small(here, files))
        workbook, rows = large_workbook(size)
        large = measure(lambda: one_large(here, workbook))
    name = f"XLSX of {size / 1e6:.2g} MB, {rows:,} rows, upload to complete"
    return [
        figure(
            f"whole pipeline, {files:,} CSV of {ROWS} rows", files / small.seconds, "files/s", least=GOAL_PER_SECOND
        ),
        figure(
            f"the same, by processor time of all processes on {CORES} cores",
            CORES * files / sum(small.busy.values()),
            "files/s",
            least=GOAL_PER_SECOND,
        ),
        figure(name, large.seconds, "s", most=None if quick else BIG_SECONDS),
        figure("the same, processor time of all processes", sum(large.busy.values()), "s"),
    ]


@dataclass(frozen=True)
class Measured:
    """``busy``: processor seconds by kind of process."""

    seconds: float
    busy: dict[str, float]


def measure(work: Callable[[], None]) -> Measured:
    before, began = busy(), time.perf_counter()
    work()
    seconds, after = time.perf_counter() - began, busy()
    return Measured(seconds, {kind: after[kind] - before.get(kind, 0.0) for kind in after})


def many_small(here: Installation, files: int) -> None:
    """One sync of as many suppliers; every file must end well."""
    with here.app.app_context(), price_lists(files) as address:
        db.session.add_all(
            Supplier(name=f"Small {n:04d}", source_type="csv", meta={"source_url": f"{address}/{n}.csv"})
            for n in range(files)
        )
        db.session.commit()
        sync_run.request_sync(None)
        _wait(files)
    _all_succeeded(here.app, files)


def one_large(here: Installation, workbook: bytes) -> None:
    path = here.home / "large.xlsx"
    path.write_bytes(workbook)
    supplier_id = here.admin.create_supplier("Large", "excel", None)
    here.admin.upload(supplier_id, path)
    with here.app.app_context():
        _wait(1, supplier_id=UUID(supplier_id))
    _all_succeeded(here.app, 1)


def _wait(jobs: int, supplier_id: UUID | None = None) -> None:
    """Until as many jobs have ended."""
    ended = select(func.count()).select_from(Job).where(Job.phase.in_(SETTLED))
    if supplier_id:
        ended = ended.where(Job.supplier_id == supplier_id)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (db.session.scalar(ended) or 0) < jobs:
        db.session.rollback()
        if time.monotonic() > deadline:
            raise RuntimeError(f"{db.session.scalar(ended)} of {jobs} jobs ended within {PATIENCE_SECONDS:.0f} s.")
        time.sleep(0.2)
    db.session.rollback()


def _all_succeeded(app: Flask, least: int) -> None:
    with app.app_context():
        rows = db.session.execute(
            select(Job.outcome, Job.error_message, func.count()).group_by(Job.outcome, Job.error_message)
        )
        outcomes = {(outcome, message): count for outcome, message, count in rows}
        good = outcomes.get((Outcome.SUCCESS, None), 0)
        if good < least or len(outcomes) > 1:
            raise RuntimeError(f"Not every file of the bench was processed: {outcomes}")


@contextmanager
def installation() -> Iterator[Installation]:
    home = Path(tempfile.mkdtemp(prefix="courier-bench-"))
    home.chmod(0o711)
    (home / "shared").mkdir()
    servers = Servers(home / "servers")
    servers.folder.mkdir(mode=0o711)
    web, ml = ports.any_free(), ports.any_free()
    secret = "x" * 48
    try:
        servers.start()
        variables = environment(
            database_url=servers.database_url,
            redis_url=servers.redis_url,
            shared=home / "shared",
            secret_key=secret,
            ml_analyze_url=f"http://{ports.LOOPBACK}:{ml}",
            FETCH_ALLOWED_HOSTS=ports.LOOPBACK,
            ML_CACHE_DIR=str(home / "cache"),
        )
        config = Settings(
            database_url=servers.database_url,
            redis_url=servers.redis_url,
            shared_dir=home / "shared",
            ml_analyze_url=variables["ML_ANALYZE_URL"],
            fetch_allowed_hosts=frozenset({ports.LOOPBACK}),
            log_level="ERROR",
        )
        app = create_app(config)
        with app.app_context():
            flask_migrate.upgrade()
            accounts.create_user("admin", secret, UserRole.ADMIN, actor="bench")
            with CATALOGUE.open("rb") as stream:
                importer.import_csv(stream, actor="bench")
        wanted = programs(web=(ports.LOOPBACK, web), ml_analyze=(ports.LOOPBACK, ml), workers=2)
        supervisor = Supervisor(home, servers, wanted, variables, say=lambda sentence: None)
        supervisor.start()
        try:
            supervisor.wait_until_ready()
            admin = AdminApi(f"http://{ports.LOOPBACK}:{web}", servers.database_url, secret)
            yield Installation(app, home, admin)
        finally:
            supervisor.stop()
            with app.app_context():
                db.session.remove()
                db.engine.dispose()
    finally:
        servers.forget()
        shutil.rmtree(home, ignore_errors=True)


#: a word of the command line -> what the process is
KINDS = {
    "postgres": "PostgreSQL",
    "redis-server": "Redis",
    "worker.py": "workers",
    "scheduler": "scheduler",
    "ml_analyze.worker": "ml-analyze workers",
    "ml_analyze.api": "ml-analyze door",
    "wsgi:app": "web",
}


def busy() -> dict[str, float]:
    """Processor seconds so far by kind of process, servers included; a process that has ended counts for its parent."""
    seconds: dict[str, float] = {}
    for process in psutil.Process().children(recursive=True):
        try:
            command = " ".join(process.cmdline())
            kind = next((kind for word, kind in KINDS.items() if word in command), "other")
            seconds[kind] = seconds.get(kind, 0.0) + sum(process.cpu_times()[:4])
        except psutil.Error:  # it ended in this moment
            continue
    return seconds


@contextmanager
def price_lists(files: int) -> Iterator[str]:
    """Serves ``/<n>.csv``; the supplier's machine is this process, which no figure counts."""
    lists = [small_list(n) for n in range(files)]

    class Supplier(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = lists[int(self.path.strip("/").removesuffix(".csv"))]
            self.send_response(200)
            self.send_header("Content-Type", "text/csv")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """The figures are all that this bench prints."""

    server = ThreadingHTTPServer((ports.LOOPBACK, 0), Supplier)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{ports.LOOPBACK}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def small_list(number: int) -> bytes:
    """Half of the rows are products of the catalogue in a supplier's words, half are nothing we know."""
    chance = random.Random(number)
    with CATALOGUE.open(encoding="utf-8") as file:
        known = chance.sample(list(csv.DictReader(file)), ROWS // 2)
    # About what we ask ourselves: a list at eleven times that would be held, and rightly so.
    rows = [(each["name"].replace("Cordless", "cordless,"), each["brand"], float(each["price"] or 9)) for each in known]
    rows += [
        (f"Bracket {chance.randint(10, 999)} x {n} mm galvanised", "Halter", 9.0) for n in range(ROWS - len(known))
    ]
    out = io.StringIO()
    table = csv.writer(out, delimiter=";")
    table.writerow(["Art.No", "Description", "Brand", "Price EUR", "Unit"])
    for n, (name, brand, ours) in enumerate(rows):
        price = f"{ours * chance.uniform(0.7, 1.1):.2f}".replace(".", ",")
        table.writerow([f"{number}-{n:03d}", name, brand, price, "pcs"])
    return out.getvalue().encode()


def large_workbook(size: int) -> tuple[bytes, int]:
    """An XLSX of about ``size`` bytes as spreadsheet programs write it, with shared strings; and its rows."""
    trial = 2000
    rows = round(trial * size / len(_workbook(trial)))
    return _workbook(rows), rows


COLUMNS = ("SKU", "Name", "Brand", "Category", "Unit", "Description", "Price EUR", "Stock", "Barcode", "Weight kg")
WORDS = [
    "bearing",
    "sealed",
    "shaft",
    "steel",
    "chrome",
    "groove",
    "radial",
    "axial",
    "roller",
    "needle",
    "cage",
    "brass",
    "grease",
    "housing",
    "flange",
    "bolt",
    "nut",
    "washer",
    "spring",
    "seal",
    "gasket",
    "pump",
    "valve",
    "hose",
    "clamp",
    "fitting",
    "adapter",
    "bracket",
    "hinge",
    "motor",
    "gear",
    "chain",
    "belt",
    "pulley",
    "coupling",
]


def _workbook(rows: int) -> bytes:
    chance = random.Random(5)
    strings = {word: n for n, word in enumerate(COLUMNS)}
    sheet = [f'<row r="1">{"".join(_text("ABCDEFGHIJ"[n], 1, n) for n in range(len(COLUMNS)))}</row>']
    for row in range(2, rows + 2):
        words = (
            f"{chance.getrandbits(32):08X}",
            f"{' '.join(chance.choices(WORDS, k=3)).title()} {chance.randint(10, 9999)} x {chance.randint(2, 99)} mm",
            f"Maker {chance.randint(1, 60)}",
            f"Drives {chance.randint(1, 40)}",
            "pcs",
            f"{' '.join(chance.choices(WORDS, k=12))}, {chance.getrandbits(40)}".capitalize(),
        )
        numbers = (
            chance.randint(100, 999999) / 100,
            chance.randint(0, 500),
            4 * 10**12 + chance.getrandbits(38),
            chance.randint(1, 99999) / 1000,
        )
        cells = [_text("ABCDEF"[n], row, strings.setdefault(word, len(strings))) for n, word in enumerate(words)]
        cells += [f'<c r="{"GHIJ"[n]}{row}"><v>{number}</v></c>' for n, number in enumerate(numbers)]
        sheet.append(f'<row r="{row}">{"".join(cells)}</row>')
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in PARTS.items():
            book.writestr(name, XML + content)
        table = "".join(f"<si><t>{word}</t></si>" for word in strings)
        book.writestr("xl/sharedStrings.xml", f'{XML}<sst xmlns="{MAIN}">{table}</sst>')
        rows_text = "".join(sheet)
        book.writestr(
            "xl/worksheets/sheet1.xml",
            f'{XML}<worksheet xmlns="{MAIN}"><sheetData>{rows_text}</sheetData></worksheet>',
        )
    return body.getvalue()


def _text(column: str, row: int, string: int) -> str:
    return f'<c r="{column}{row}" t="s"><v>{string}</v></c>'


XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS = {
    "[Content_Types].xml": f'''<Types xmlns="{_PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/>
<Override PartName="/xl/sharedStrings.xml" ContentType="{_KIND}.sharedStrings+xml"/></Types>''',
    "_rels/.rels": f'''<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>''',
    "xl/workbook.xml": f'''<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}">
<sheets><sheet name="Prices" sheetId="1" r:id="r1"/></sheets></workbook>''',
    "xl/_rels/workbook.xml.rels": f'''<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="r2" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>''',
}


def main(files: int, size: int) -> None:
    """Where the processor time goes, by kind of process; nothing is kept."""
    with installation() as here:
        small = measure(lambda: many_small(here, files))
        _print(f"{files:,} small files: {small.seconds:.1f} s; milliseconds of processor a file:", small, 1000 / files)
        if size:
            workbook, rows = large_workbook(size)
            large = measure(lambda: one_large(here, workbook))
            _print(f"XLSX of {size:,} bytes, {rows:,} rows: {large.seconds:.1f} s; seconds of processor:", large, 1)


def _print(title: str, measured: Measured, factor: float) -> None:
    print(title, f"{sum(measured.busy.values()) * factor:.1f}", flush=True)
    for kind, seconds in sorted(measured.busy.items(), key=lambda each: -each[1]):
        print(f"    {kind:<20} {seconds * factor:6.1f}", flush=True)


if __name__ == "__main__":
    # files and bytes of the workbook; 0 leaves the latter out
    main(*(map(int, sys.argv[1:3]) if len(sys.argv) == 3 else (FILES, BIG_BYTES)))

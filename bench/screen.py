"""The screen with 1,000 suppliers and 100,000 past jobs: the polled region, full pages, weight, and how far it lags."""

from __future__ import annotations

import asyncio
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from uuid import uuid4

import requests
from playwright.sync_api import sync_playwright
from sqlalchemy import text

from app.access import accounts
from app.extensions import db
from app.jobs import board
from app.models.job import Job
from app.models.phase import Outcome, Phase, Step
from app.models.user import UserRole
from bench import screen_hand
from bench.figure import Figure, figure
from bench.installation import Place, place, say, until
from embedded.environment import PROJECT
from embedded.ports import any_free
from tests.fixtures.browser import find_chromium

SUPPLIERS, PAST_JOBS, CLIENTS, VISITS = 1000, 100_000, 64, 9
PASSWORD = "a-password-of-the-bench"
AGENT = "bench"
GUNICORN = [sys.executable, "-m", "gunicorn", "--worker-class", "handoff.patient.Worker"]
GUNICORN += ["--workers", "2", "--threads", "8"]
PAGES = (
    "/ingestion",
    "/jobs",
    "/jobs?state=failed",
    "/jobs?q=List-77",
    "/suppliers",
    "/log",
    "/dashboard",
    "/matching",
)
BARE = """
from pathlib import Path
from flask import Flask, Response
app = Flask(__name__)
body = Path({body!r}).read_bytes()
@app.get("/bare")
def bare():
    return Response(body, content_type="text/html; charset=utf-8")
"""
# The largest paint is the content, which may come after the frame of the page.
LARGEST = """() => new Promise(resolve => new PerformanceObserver(list => resolve(list.getEntries().at(-1).startTime)
    ).observe({ type: 'largest-contentful-paint', buffered: true }))"""
ENTRIES = """() => new Promise(resolve => new PerformanceObserver(list => resolve([
    performance.getEntriesByName('first-contentful-paint')[0].startTime,
    list.getEntries().filter(each => !each.hadRecentInput).reduce((sum, each) => sum + (each.value || 0), 0),
])).observe({ type: 'layout-shift', buffered: true }) || setTimeout(() => resolve([
    performance.getEntriesByName('first-contentful-paint')[0].startTime, 0]), 1000))"""
MAKE_SUPPLIERS = text("""
    INSERT INTO suppliers (name, source_type, metadata)
    SELECT 'Supplier ' || n, 'csv', jsonb_build_object('source_url', 'https://example.org/' || n || '.csv')
    FROM generate_series(1, :count) AS n
""")
MAKE_ITEMS = text("""
    INSERT INTO supplier_items (supplier_id, supplier_sku, name, current_price)
    SELECT s.id, 'SKU-' || n, 'Item ' || n, n FROM suppliers AS s, generate_series(1, 20) AS n
""")
# Copies of one ended job: its columns are the model's, whatever they are.
MAKE_JOBS = text("""
    INSERT INTO ingestion_jobs
    SELECT made.*
    FROM (SELECT * FROM ingestion_jobs LIMIT 1) AS model, generate_series(1, :count) AS n
    JOIN (SELECT id, name, row_number() OVER () AS place FROM suppliers) AS s ON s.place = 1 + n % :suppliers,
    LATERAL (SELECT now() - n * interval '25 seconds' AS at) AS t,
    LATERAL jsonb_populate_record(CAST(NULL AS ingestion_jobs), to_jsonb(model) || jsonb_build_object(
        'id', gen_random_uuid(), 'task_id', 'bench-' || n, 'supplier_id', s.id, 'supplier_name', s.name,
        'original_filename', 'List-' || n || '.csv', 'created_at', at, 'started_at', at, 'completed_at', at,
        'phase', CASE WHEN n % 10 = 0 THEN 'failed' ELSE 'complete' END,
        'outcome', CASE WHEN n % 10 = 0 THEN 'failed' WHEN n % 7 = 0 THEN 'warnings' ELSE 'success' END,
        'error_code', CASE WHEN n % 10 = 0 THEN 'SOURCE_MISSING' END)) AS made
""")


def figures(quick: bool) -> list[Figure]:
    """``quick`` asks for seconds instead of half minutes; the tables are as full."""
    with place() as here:
        fill()
        screen_hand.fill()
        running = some_running()
        with gunicorn(here, "wsgi:app") as address:
            session = signed_in(address)
            region = session.get(f"{address}/ingestion/live", headers={"HX-Request": "true"})
            found = full_pages(session, address, times=5 if quick else 20)
            found += weight(session, address)
            found += painted(here, session, address)
            cookie = "; ".join(f"{each.name}={each.value}" for each in session.cookies)
            body = here.folder / "region.html"
            body.write_bytes(region.content)
            found += polled(here, address, cookie, body, seconds=3 if quick else 12)
            found += lag(address, cookie, running, changes=3 if quick else 10)
        return found


def fill() -> None:
    db.session.execute(MAKE_SUPPLIERS, {"count": SUPPLIERS})
    db.session.execute(MAKE_ITEMS)
    model = Job(task_id="model", supplier_name="Model", trigger="scheduled", source_type="csv", items_total=100)
    model.phase, model.outcome = Phase.COMPLETE, Outcome.SUCCESS
    db.session.add(model)
    db.session.flush()
    db.session.execute(MAKE_JOBS, {"count": PAST_JOBS, "suppliers": SUPPLIERS})
    db.session.commit()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    accounts.create_user("bench", PASSWORD, UserRole.ADMIN, "bench")
    say(f"{SUPPLIERS} suppliers and {PAST_JOBS} past jobs are there.")


def some_running() -> list[Job]:
    """Eight jobs in work, as on a busy morning."""
    jobs = [
        Job(
            id=uuid4(),
            task_id=f"running-{number}",
            supplier_name=f"Supplier {number}",
            trigger="manual",
            source_type="csv",
            phase=Phase.ANALYZING,
            step=Step.FOLLOW,
            started_at=datetime.now(UTC),
            original_filename=f"running-{number}.csv",
        )
        for number in range(8)
    ]
    db.session.add_all(jobs)
    db.session.commit()
    return jobs


def polled(here: Place, address: str, cookie: str, body: Path, *, seconds: float) -> list[Figure]:
    """Requests a second of the region over those of a bare Flask view that returns the same bytes."""
    (here.folder / "bare.py").write_text(BARE.format(body=str(body)), encoding="utf-8")
    with gunicorn(here, "bare:app", "--pythonpath", str(here.folder)) as bare:
        rounds = []
        for _ in range(3):  # by turns, so that other work on the machine disturbs both alike
            floor = asyncio.run(load(bare, "/bare", "", seconds / 3))
            ours = asyncio.run(load(address, "/ingestion/live", cookie, seconds / 3))
            rounds.append((len(ours) / len(floor), ours, floor))
    _ratio, ours, floor = sorted(rounds, key=lambda each: each[0])[1]
    rate, bare_rate = len(ours) / (seconds / 3), len(floor) / (seconds / 3)
    latency, bare_latency = p99(ours) * 1000, p99(floor) * 1000
    return [
        figure("screen: polled region, 64 clients", rate, "requests/s", floor=bare_rate, ratio_least=0.5),
        figure("screen: polled region, p99 with 64 clients", latency, "ms", floor=bare_latency),
        one_at_a_time(address, cookie),
    ]


def one_at_a_time(address: str, cookie: str) -> Figure:
    """64 pages that ask every two seconds are 32 requests a second: the load of an office, not of a hammer.

    They are open: the first round, in which all of them find a process that has nothing in hand, is not counted.
    """
    times = asyncio.run(load(address, "/ingestion/live", cookie, 14, pause=2.0, from_second=2.0))
    return figure("screen: polled region, p99 with 64 open pages", p99(times) * 1000, "ms", most=50)


def full_pages(session: requests.Session, address: str, *, times: int) -> list[Figure]:
    found = []
    for page in PAGES:
        seconds = []
        for _ in range(times):
            began = time.perf_counter()
            session.get(address + page).raise_for_status()
            seconds.append(time.perf_counter() - began)
        found.append(figure(f"screen: page {page}", sorted(seconds)[len(seconds) // 2] * 1000, "ms", most=100))
    return found


def weight(session: requests.Session, address: str) -> list[Figure]:
    """Bytes over the wire of the Ingestion page: with an empty cache, and after."""
    headers = {"Accept-Encoding": "br"}
    page = raw_size(session, f"{address}/ingestion", headers)
    names = set(re.findall(r'(?:src|href)="(/assets/[^"#]+)', session.get(f"{address}/ingestion").text))
    first = page + sum(raw_size(session, address + name, headers) for name in names)
    return [
        figure("screen: page weight, first visit", first / 1000, "KB", most=45),
        figure("screen: page weight, later visits", page / 1000, "KB", most=30),
    ]


def painted(here: Place, session: requests.Session, address: str) -> list[Figure]:
    """What the browser's own entries say of the Ingestion page; nothing on a machine without Chromium.

    By turns with a page of one word from a bare Flask view: what this machine's browser needs to paint anything.
    """
    path = find_chromium()
    if path is None:
        say("There is no Chromium here: first paint and layout shift are not measured.")
        return []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--no-proxy-server"])
        context = browser.new_context(user_agent=AGENT)
        context.add_cookies(
            [{"name": each.name, "value": each.value or "", "url": address} for each in session.cookies]
        )
        page = context.new_page()
        page.goto(f"{address}/ingestion")  # the later visits are measured, with the files in the cache
        word = here.folder / "word.html"
        word.write_text("<!doctype html><title>One word</title><p>Word</p>", encoding="utf-8")
        (here.folder / "bare.py").write_text(BARE.format(body=str(word)), encoding="utf-8")
        paints: list[float] = []
        bare_paints: list[float] = []
        largest: list[float] = []
        with gunicorn(here, "bare:app", "--pythonpath", str(here.folder)) as bare:
            for _ in range(VISITS):
                for url, into in ((f"{bare}/bare", bare_paints), (f"{address}/ingestion", paints)):
                    page.goto(url)
                    into.append(page.evaluate(ENTRIES)[0])
                largest.append(page.evaluate(LARGEST))
        page.wait_for_timeout(3000)  # a poll or two may shift things too
        _, shift = page.evaluate(ENTRIES)
        by_hand = screen_hand.figures(page, address)
        browser.close()
    return [
        *by_hand,
        figure("screen: first contentful paint", median(paints), "ms", most=150, floor=median(bare_paints)),
        figure("screen: largest contentful paint", median(largest), "ms", floor=median(bare_paints)),
        figure("screen: cumulative layout shift", shift, "score", most=0.1),
    ]


def raw_size(session: requests.Session, address: str, headers: dict[str, str]) -> int:
    with session.get(address, headers=headers, stream=True) as answer:
        return len(answer.raw.read(decode_content=False))


def lag(address: str, cookie: str, jobs: list[Job], *, changes: int) -> list[Figure]:
    """Seconds from a change of the true state until a page that polls every two seconds has it, p99 of 40 pages."""
    seconds: list[float] = []
    for number in range(1, changes + 1):
        mark = f"{number * 11} of 997 items"
        seconds += asyncio.run(watched(address, cookie, jobs[0], number * 11, mark))
    return [figure("screen: lag behind the true state, p99", p99(seconds), "s", most=5)]


async def watched(address: str, cookie: str, job: Job, done: int, mark: str) -> list[float]:
    changed: list[float] = []

    async def page() -> float:
        await asyncio.sleep(random.uniform(0, 2))
        connection = Connection(address, cookie)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            body = await connection.get("/ingestion/live")
            if changed and mark.encode() in body:
                connection.close()
                return time.monotonic() - changed[0]
            await asyncio.sleep(2)
        raise TimeoutError("The screen never showed the change.")

    async def change() -> None:
        await asyncio.sleep(2.5)
        board.progress(job.id, items_processed=done, items_total=997)
        changed.append(time.monotonic())

    *lags, _ = await asyncio.gather(*(page() for _ in range(40)), change())
    return [each for each in lags if each is not None]


async def load(
    address: str, path: str, cookie: str, seconds: float, *, pause: float = 0, from_second: float = 0
) -> list[float]:
    """64 kept-alive clients; the seconds that each answer took that was asked for from that second on."""
    times: list[float] = []
    start = time.monotonic()
    deadline = start + seconds

    async def client() -> None:
        connection = Connection(address, cookie)
        await asyncio.sleep(random.uniform(0, pause))
        while time.monotonic() < deadline:
            began = time.monotonic()
            await connection.get(path)
            if began >= start + from_second:
                times.append(time.monotonic() - began)
            await asyncio.sleep(pause)
        connection.close()

    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return times


class Connection:
    """The smallest HTTP client that keeps a connection: the load must not be the client's."""

    def __init__(self, address: str, cookie: str) -> None:
        self._host, _, port = address.removeprefix("http://").partition(":")
        self._port = int(port)
        self._headers = f"Host: {self._host}\r\nUser-Agent: {AGENT}\r\nHX-Request: true\r\n" + (
            f"Cookie: {cookie}\r\n" if cookie else ""
        )
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> bytes:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        writer.write(f"GET {path} HTTP/1.1\r\n{self._headers}\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 20"):
            raise RuntimeError(head.decode().splitlines()[0])
        length = re.search(rb"(?i)content-length: (\d+)", head)
        body = await reader.readexactly(int(length.group(1))) if length else b""
        if b"connection: close" in head.lower():
            self.close()
        return body

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


@contextmanager
def gunicorn(here: Place, app: str, *more: str) -> Iterator[str]:
    port = any_free()
    command = [*GUNICORN, "--keep-alive", "30", "--no-control-socket", "--log-level", "error", *more]
    command += ["--bind", f"127.0.0.1:{port}", app]
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(command, cwd=PROJECT, env=here.variables)
    try:
        until(lambda: answers(f"{address}/"))
        yield address
    finally:
        process.terminate()
        process.wait(20)


def answers(address: str) -> bool:
    try:
        requests.get(address, timeout=30, allow_redirects=False)
    except requests.RequestException:
        return False
    return True


def signed_in(address: str) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.headers["User-Agent"] = AGENT  # a session is bound to its browser
    token = re.search(r'name="csrf_token" value="([^"]+)"', session.get(f"{address}/login").text)
    if token is None:
        raise RuntimeError("The sign-in page has no form token.")
    form = {"csrf_token": token.group(1), "username": "bench", "password": PASSWORD}
    session.post(f"{address}/login", data=form).raise_for_status()
    return session


def p99(times: list[float]) -> float:
    return quantiles(times, n=100)[98]


if __name__ == "__main__":
    for each in figures(quick=True):
        print(each)

"""People who read pages and programs that send files, all the time, at whatever addresses are open at the moment."""

from __future__ import annotations

import hashlib
import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import requests

from tests.servers.files import FileServer

USER, PASSWORD = "upgrade", "a-long-enough-password"
ROWS = 20
#: seconds between two new suppliers, each with a list of its own
PAUSE = 0.7
PAGES = (
    *("/ingestion", "/jobs", "/suppliers", "/catalogue", "/matching", "/dashboard", "/log", "/system", "/settings"),
    *("/api/v1/admin/jobs", "/api/v1/admin/ingestion/status", "/api/v1/admin/suppliers", "/api/v1/admin/reviews"),
    *("/api/v1/admin/products", "/api/v1/catalog/", "/live", "/ready", "/health"),
)


class Load:
    """``failures`` are sentences, ``answered`` counts good answers, ``lists`` how many lists each supplier was sent.

    ``contents`` has the prices by SKU of each list, by its SHA-256. Who asks at an address that is left is waited for,
    as a proxy drains one: ``ask`` returns when nobody is there.
    """

    def __init__(self, files: FileServer, url: str) -> None:
        self._files = files
        self._urls: tuple[str, ...] = (url,)
        self._guests: dict[str, int] = {}
        self._changed = threading.Condition()
        self._numbers = itertools.count()
        self._done, self._no_more = threading.Event(), threading.Event()
        self._turns = itertools.count()
        self.failures: list[str] = []
        self.lists: Counter[str] = Counter()
        self.contents: dict[str, dict[str, str]] = {}
        self._once: list[tuple[int, str]] = []
        self.answered = 0

    @contextmanager
    def running(self) -> Iterator[None]:
        acts = (self._read_pages, self._read_pages, self._send_lists)
        threads = [threading.Thread(target=act, daemon=True) for act in acts]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._done.set()
            for thread in threads:
                thread.join(30)

    def ask(self, *urls: str) -> None:
        """From now on at these addresses; returns when no request is on its way to another."""
        with self._changed:
            left = set(self._urls) - set(urls)
            self._urls = urls
            self._changed.wait_for(lambda: not any(self._guests.get(url) for url in left), timeout=30)

    def no_more_files(self) -> None:
        self._no_more.set()
        time.sleep(2 * PAUSE)

    @contextmanager
    def _guest(self) -> Iterator[str]:
        with self._changed:
            url = self._urls[next(self._turns) % len(self._urls)]
            self._guests[url] = self._guests.get(url, 0) + 1
        try:
            yield url
        finally:
            with self._changed:
                self._guests[url] -= 1
                self._changed.notify_all()

    def _read_pages(self) -> None:
        """Signed in once: the session goes on at whichever release answers."""
        session = requests.Session()
        with self._guest() as url:
            page = session.get(f"{url}/login", timeout=30).text
            form = {
                "csrf_token": page.split('name="csrf_token" value="')[1].split('"')[0],
                "username": USER,
                "password": PASSWORD,
            }
            session.post(f"{url}/login", data=form, timeout=30)
        session.headers["Authorization"] = self._bearer()
        for path in itertools.cycle(PAGES):
            if self._done.wait(0.02):
                return
            answer = self._answer(lambda url, path=path: session.get(url + path, timeout=30), f"GET {path}")  # type: ignore[misc]
            if answer is not None and answer.url.endswith("/login"):
                self.failures.append(f"GET {path}: was asked to sign in again")

    def _send_lists(self) -> None:
        """A new supplier, whose list is fetched; another one with other prices is sent once the first is applied.

        (1.0.0 does not yet keep the order of two lists that are on their way together.)
        """
        session = requests.Session()
        session.headers["Authorization"] = self._bearer()
        while not self._no_more.wait(PAUSE) and not self._done.is_set():
            number = next(self._numbers)
            name, path = f"Supplier {number}", f"/{number}.csv"
            body = {"name": name, "source_type": "csv", "source_url": self._files.put(path, self._list(number, 1))}
            made = self._answer(
                lambda url, body=body: session.post(f"{url}/api/v1/admin/suppliers", json=body, timeout=30),  # type: ignore[misc]
                "POST suppliers",
            )
            if made is None:
                continue
            self.lists[name] = 1
            self._once.append((number, made.json()["supplier"]["id"]))
            self._send_again(session)

    def _send_again(self, session: requests.Session) -> None:
        """To the supplier who has waited longest, if his list is applied."""
        number, supplier_id = self._once[0]
        path = f"/api/v1/admin/suppliers/{supplier_id}"
        known = self._answer(lambda url: session.get(url + path, timeout=30), f"GET {path}")
        if known is None or known.json()["items_count"] != ROWS:
            return
        del self._once[0]
        sent = {"file": ("list.csv", self._list(number, 2))}
        answer = self._answer(lambda url: session.post(f"{url}{path}/upload", files=sent, timeout=30), "POST upload")
        if answer is not None:
            self.lists[f"Supplier {number}"] = 2

    def _bearer(self) -> str:
        login = {"username": USER, "password": PASSWORD}
        with self._guest() as url:
            answer = requests.post(f"{url}/api/v1/auth/login", json=login, timeout=30)
        return f"Bearer {answer.json()['token']}"

    def _answer(self, ask: Callable[[str], requests.Response], what: str) -> Any:
        with self._guest() as url:
            try:
                answer = ask(url)
            except requests.RequestException as error:
                self.failures.append(f"{what} at {url}: {error}")
                return None
        if not answer.ok:
            self.failures.append(f"{what} at {url}: {answer.status_code} {answer.text[:300]}")
            return None
        self.answered += 1
        return answer

    def _list(self, number: int, version: int) -> bytes:
        """The second version costs a little more, row for row: nothing that the price guard asks about."""
        prices = {f"S{number}-{row:03d}": f"{10 + row + version / 10:.2f}" for row in range(ROWS)}
        lines = [f"{sku};Item {sku} of list {number};{price}" for sku, price in prices.items()]
        body = ("\n".join(["sku;name;price EUR", *lines]) + "\n").encode()
        self.contents[hashlib.sha256(body).hexdigest()] = prices
        return body

"""Files behind http(s): the bytes of the answer as they travelled, resumed where they were cut.

One room: one download: its limits, what is asked, what was answered and where it goes on after a cut.
"""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import requests
import structlog
import urllib3

from app import foreign
from app.courier import fetch_guard, file_names
from app.courier.answers import MOST_OF_A_HEADER, error_of, location, silence_in_words, validator
from app.errors import (
    BadAddress,
    EmptyFile,
    FileTooLarge,
    NotAFile,
    SourceUnreachable,
)
from handoff.addresses import without_secrets
from handoff.errors import in_words
from handoff.volume import Incoming

log = structlog.get_logger()

REDIRECTS = 10
CHUNK = 1 << 20
SNIFF_BYTES = 1024
#: of a web page that may be a table: shop systems call such a page list.xls
PAGE_BYTES = 64 << 10
#: a cut connection is resumed as long as each try brings bytes, up to this often
RESUMES = 20
#: tries in a row that bring nothing before the source counts as unreachable
FRUITLESS = 3
#: of an answer so many headers are kept
MOST_HEADERS = 100
# Nothing is taken back once it was taken (*+, (?>…)): each comment in a stranger's answer would double the time.
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*+(?:<\?xml[^>]*+>\s*+|<!--(?>.*?-->)\s*+)*+<(?:!doctype\s++html|html|head|body)\b",
    re.I | re.S,
)
_OFFICE_PAGE = re.compile(rb"urn:schemas-microsoft-com:office|<table\b", re.I)
_PAGE_FOR_PEOPLE = re.compile(rb"<form\b|type=.?password", re.I)
_SPREADSHEET = re.compile(r"excel|spreadsheet|csv|octet-stream", re.I)
_BROKEN = (urllib3.exceptions.HTTPError, requests.RequestException, http.client.HTTPException, OSError)

#: told the bytes so far and in all (None: unknown); may raise to end the download
Watch = Callable[[int, int | None], None]


@dataclass(frozen=True)
class Limits:
    """Seconds and bytes."""

    connect: float
    silence: float
    total: float
    max_bytes: int


@dataclass(frozen=True)
class Wanted:
    """What to fetch. ``secret_headers`` go to the origin of ``url`` only; ``etag`` and ``last_modified`` are of the
    bytes we already have."""

    url: str
    secret_headers: Mapping[str, str] = field(default_factory=dict)
    etag: str | None = None
    last_modified: str | None = None
    source_type: str | None = None


@dataclass(frozen=True)
class Facts:
    """What the answer said about the file. ``length`` None: it did not say. ``name`` is the supplier's own."""

    name: str
    final_url: str
    length: int | None
    mime_type: str | None
    etag: str | None
    last_modified: str | None
    headers: dict[str, str]


class Download:
    """An open answer; a context manager. ``facts`` is None when the source says that nothing changed."""

    def __init__(self, wanted: Wanted, *, session: fetch_guard.Session, limits: Limits) -> None:
        self._wanted, self._session, self._limits = wanted, session, limits
        self._deadline = time.monotonic() + limits.total
        self._altogether = ExitStack()
        self._altogether.enter_context(session.at_most(limits.total))
        conditions = {}
        if wanted.etag:
            conditions["If-None-Match"] = wanted.etag
        if wanted.last_modified:
            conditions["If-Modified-Since"] = wanted.last_modified
        try:
            self._answer = self._get(wanted.url, conditions)
        except BaseException:
            with suppress(requests.ReadTimeout):
                self._altogether.close()
            raise
        try:
            if self._answer.status_code == 304 and not conditions:
                raise SourceUnreachable(
                    f"{self._where} says that nothing has changed, although it was asked for the whole file. "
                    "A cache in front of it is out of order."
                )
            self.facts = self._look(self._answer)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Download:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        with suppress(requests.ReadTimeout):  # said where it was met
            self._altogether.close()
        self._answer.close()

    def stop(self) -> None:
        """From another thread: whoever waits for the source's next word stops waiting, and is asked by his watch."""
        with suppress(ValueError, RuntimeError, OSError):  # it has just ended by itself
            self._answer.raw.shutdown()

    def pour(self, incoming: Incoming, watch: Watch) -> None:
        """Write the whole body to ``incoming``. Raises SourceError for one that is cut, wrong, empty or too large."""
        assert self.facts is not None
        fruitless, furthest, whole = 0, 0, False
        for _ in range(RESUMES):
            try:
                self._read(incoming, watch)
            except _BROKEN as error:
                if self._is_over:
                    raise self._too_slow(incoming.size) from error
                reason = silence_in_words(error)
            else:
                whole = self._is_whole(incoming.size)
                if whole:
                    break
                reason = "the connection ended early"
            fruitless = 0 if incoming.size > furthest else fruitless + 1
            furthest = max(furthest, incoming.size)
            log.info("download_cut", bytes=incoming.size, total=self.facts.length, reason=reason)
            watch(incoming.size, self.facts.length)
            if fruitless >= FRUITLESS:
                break
            self._reopen(incoming, pause=2**fruitless - 1)
        if not whole:  # a body without its proper end is never a file
            known = f" of {in_words(self.facts.length)}" if self.facts.length is not None else ""
            raise SourceUnreachable(f"{self._where} was cut at {in_words(furthest)}{known} again and again.")
        if incoming.size == 0:
            raise EmptyFile(f"{self._where} answers with an empty file. Ask the supplier to publish it again.")

    @property
    def _where(self) -> str:
        return without_secrets(self._wanted.url)

    @property
    def _is_over(self) -> bool:
        return time.monotonic() > self._deadline

    def _too_slow(self, size: int) -> SourceUnreachable:
        return SourceUnreachable(f"{self._where} sent {in_words(size)} in {self._limits.total:.0f} seconds: too slow.")

    def _is_whole(self, size: int) -> bool:
        """Without a length an end is believed, but for that of a connection that was cut before the first byte."""
        assert self.facts is not None
        if self.facts.length is not None:
            return size == self.facts.length
        return size > 0 or "Transfer-Encoding" in self._answer.headers

    def _read(self, incoming: Incoming, watch: Watch) -> None:
        assert self.facts is not None
        held = bytearray()  # the first bytes, until there are enough to tell a web page
        while chunk := self._answer.raw.read1(CHUNK, decode_content=False):
            if incoming.size + len(held) + len(chunk) > self._limits.max_bytes:
                raise self._too_large(incoming.size + len(held) + len(chunk))
            if self._is_over:
                raise self._too_slow(incoming.size)
            if incoming.size == 0:
                held += chunk
                watch(len(held), self.facts.length)
                if len(held) < SNIFF_BYTES or (self._looks_like_a_page(held) and len(held) < PAGE_BYTES):
                    continue
                chunk = self._first(held)
            incoming.write(chunk)
            watch(incoming.size, self.facts.length)
        if held and incoming.size == 0:
            incoming.write(self._first(held))
            watch(incoming.size, self.facts.length)

    def _first(self, held: bytearray) -> bytes:
        assert self.facts is not None
        if self._looks_like_a_page(held) and not self._is_a_table(held):
            raise NotAFile(
                f"{self._where} answers with a web page, not a file. Open the address in a browser: "
                "it may ask to sign in, or the link may lead to a preview instead of the download."
            )
        return bytes(held)

    def _looks_like_a_page(self, held: bytearray) -> bool:
        assert self.facts is not None
        return _HTML.match(held[:SNIFF_BYTES]) is not None and not _SPREADSHEET.search(self.facts.mime_type or "")

    def _is_a_table(self, held: bytearray) -> bool:
        """A workbook saved as a web page, called so by the source, and nothing that asks a person to sign in."""
        assert self.facts is not None
        called = file_names.extension_of(self.facts.name) in (".xls", ".html", ".htm")
        page = bytes(held[:PAGE_BYTES])
        return called and bool(_OFFICE_PAGE.search(page)) and not _PAGE_FOR_PEOPLE.search(page)

    def _reopen(self, incoming: Incoming, *, pause: float) -> None:
        """Ask for the rest of the same version; a source that cannot do that starts over."""
        assert self.facts is not None
        self._answer.close()
        time.sleep(pause)
        same = self.facts.etag if self.facts.etag and not self.facts.etag.startswith("W/") else self.facts.last_modified
        rest = incoming.size > 0 and same is not None
        asked = {"Range": f"bytes={incoming.size}-", "If-Range": same} if rest and same else {}
        try:
            self._answer = self._get(self._wanted.url, asked)
            if rest and self._answer.status_code == 206 and self._continues(incoming.size):
                return
            if self._answer.status_code in (206, 416):
                self._answer.close()
                self._answer = self._get(self._wanted.url, {})
            incoming.restart()
            self.facts = self._look(self._answer)
        except SourceUnreachable as error:  # counts as a try that brought nothing
            log.info("download_not_resumed", reason=str(error))

    def _continues(self, offset: int) -> bool:
        match = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+|\*)", self._answer.headers.get("Content-Range", "").strip())
        if match is None or int(match[1]) != offset:
            return False
        assert self.facts is not None
        return match[3] == "*" or self.facts.length is None or int(match[3]) == self.facts.length

    def _look(self, answer: requests.Response) -> Facts | None:
        headers = answer.headers
        if answer.status_code == 304:
            return None
        length = headers.get("Content-Length", "")
        declared = int(length) if length.isdecimal() and "Transfer-Encoding" not in headers else None
        if declared is not None and declared > self._limits.max_bytes:
            raise self._too_large(declared)
        mime_type = headers.get("Content-Type", "").partition(";")[0].strip().lower() or None
        name = file_names.name_of_answer(
            headers.get("Content-Disposition"),
            answer.url,
            mime_type=mime_type,
            source_type=self._wanted.source_type,
        )
        told = {key: value[:MOST_OF_A_HEADER] for key, value in list(headers.items())[:MOST_HEADERS]}
        return Facts(
            name=foreign.text(name) or "file",
            final_url=answer.url,
            length=declared,
            mime_type=foreign.text(mime_type, most=255) if mime_type else None,
            etag=validator(headers.get("ETag")),
            last_modified=validator(headers.get("Last-Modified")),
            headers=foreign.fit(told),
        )

    def _get(self, url: str, headers: Mapping[str, str]) -> requests.Response:
        """Follow redirects by hand: each address is checked, secrets stay with their origin."""
        origin = _origin(fetch_guard.check_url(url))
        for _ in range(REDIRECTS + 1):
            secret = self._wanted.secret_headers if _origin(url) == origin else {}
            answer = self._send(url, {**headers, **secret})
            if not answer.is_redirect:
                return self._judged(answer)
            answer.close()
            url = fetch_guard.check_url(urljoin(url, location(answer.headers["Location"])))
        raise BadAddress(f"{self._where} redirects more than {REDIRECTS} times. Give the address of the file itself.")

    def _send(self, url: str, headers: Mapping[str, str]) -> requests.Response:
        try:
            answer = self._session.get(
                url,
                headers={"Accept-Encoding": "identity", "Accept": "*/*", "User-Agent": "courier/1.0", **headers},
                stream=True,
                allow_redirects=False,
                timeout=(self._limits.connect, self._limits.silence),
            )
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader, UnicodeError) as error:
            raise BadAddress(f"{without_secrets(url)} cannot be asked for: {error}.") from error
        except _BROKEN as error:
            if self._is_over:
                raise self._too_slow(0) from error
            if isinstance(error, requests.exceptions.SSLError):
                raise SourceUnreachable(
                    f"{self._where}: the server's certificate is not accepted ({silence_in_words(error)})."
                ) from error
            raise SourceUnreachable(f"{self._where} cannot be reached: {silence_in_words(error)}.") from error
        if self._is_over:  # a head that was broken off looks like one that has ended
            answer.close()
            raise self._too_slow(0)
        return answer

    def _judged(self, answer: requests.Response) -> requests.Response:
        status = answer.status_code
        if status in (200, 206, 304, 416):
            return answer
        answer.close()
        raise error_of(answer, self._where)

    def _too_large(self, size: int) -> FileTooLarge:
        return FileTooLarge(
            f"{self._where} is larger than {in_words(self._limits.max_bytes)} ({in_words(size)}). "
            "Raise MAX_FILE_SIZE_MB, or ask the supplier for a smaller file.",
            details={"limit": self._limits.max_bytes, "size": size},
        )


def _origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)

"""Downloads: every byte or an error; resumed where a connection was cut; nothing fetched from where it must not be."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest

from app.courier import fetch_guard
from app.courier.url import Download, Limits, Wanted
from app.errors import BadAddress, EmptyFile, FileTooLarge, NotAFile, SourceMissing, SourceRefused, SourceUnreachable
from handoff.volume import Placed, Volume
from tests.servers.files import FileServer, Served
from tests.servers.wire import Dripping

BODY = random.Random(7).randbytes(700_000)
LIMITS = Limits(connect=2, silence=2, total=20, max_bytes=10_000_000)
HTML = b"<!DOCTYPE html>\n<html><head><title>Please sign in</title></head><body>" + b"x" * 5000


@pytest.fixture
def files() -> Iterator[FileServer]:
    with FileServer() as server:
        yield server


@pytest.fixture
def volume(tmp_path: Path) -> Volume:
    return Volume(tmp_path, max_bytes=20_000_000)


def fetch(
    volume: Volume, url: str, *, limits: Limits = LIMITS, allowed: fetch_guard.Allowed | None = None, **wanted: object
) -> Placed:
    session = fetch_guard.session(allowed or fetch_guard.Allowed(["127.0.0.1"]))
    with Download(replace(Wanted(url), **wanted), session=session, limits=limits) as download:  # type: ignore[arg-type]
        assert download.facts is not None
        with volume.reserve(download.facts.length) as incoming:
            download.pour(incoming, lambda size, total: None)
            return incoming.place(volume.raw_target("s", "j", download.facts.name))


def assert_whole(placed: Placed, body: bytes = BODY) -> None:
    assert placed.path.read_bytes() == body
    assert placed.sha256 == hashlib.sha256(body).hexdigest()


def assert_nothing_left(volume: Volume) -> None:
    assert volume.usage().files == 0
    assert [path.name for path in (volume.root / "tmp").iterdir()] == ["ledger.json"]


@pytest.mark.parametrize("polite", [False, True], ids=["reset", "closed-without-a-word"])
def test_a_cut_download_is_resumed_where_it_ended(files: FileServer, volume: Volume, polite: bool) -> None:
    """http.client takes a body that ends early without a word; the length is what tells."""
    url = files.put("a.csv", Served(BODY, cuts=[100_000, 200_000, 50_000], polite_cuts=polite))
    assert_whole(fetch(volume, url))
    ranges = [each.headers.get("Range") for each in files.asked]
    assert ranges[0] is None
    assert all(asked and asked.startswith("bytes=") for asked in ranges[1:])
    assert len({each.headers.get("If-Range") for each in files.asked[1:]}) == 1


def test_a_truncated_chunked_body_is_noticed(files: FileServer, volume: Volume) -> None:
    url = files.put("a.csv", Served(BODY, chunked=True, cuts=[300_000], polite_cuts=True))
    assert_whole(fetch(volume, url))
    assert len(files.asked) == 2


@pytest.mark.parametrize(
    "served",
    [
        Served(BODY, chunked=True, cuts=[300_000] * 20, polite_cuts=True),
        Served(BODY, chunked=True, cuts=[300_000] * 20, etag=False, ranges=False),
        Served(BODY, chunked=True, cuts=[1 << 16] * 20, polite_cuts=True, ranges=False),
    ],
    ids=["within-a-chunk", "reset", "between-chunks"],
)
def test_a_chunked_body_that_never_ends_properly_is_never_a_file(
    files: FileServer, volume: Volume, served: Served
) -> None:
    served.on_request = lambda each, number: each.cuts.append(300)
    with pytest.raises(SourceUnreachable, match="was cut at"):
        fetch(volume, files.put("a.csv", served))
    assert_nothing_left(volume)


def test_a_file_that_changed_between_two_pieces_is_fetched_from_the_start(files: FileServer, volume: Volume) -> None:
    """Half of one version and half of another would be a file that nobody ever sent."""

    def change(served: Served, number: int) -> None:
        if number == 2:
            served.body = BODY[::-1]

    url = files.put("a.csv", Served(BODY, cuts=[400_000], on_request=change))
    assert_whole(fetch(volume, url), BODY[::-1])


def test_a_source_without_ranges_is_fetched_from_the_start(files: FileServer, volume: Volume) -> None:
    for served in (Served(BODY, cuts=[400_000], ranges=False), Served(BODY, cuts=[400_000], etag=False)):
        assert_whole(fetch(volume, files.put("a.csv", served)))


def test_a_source_that_cuts_again_and_again_is_given_up(files: FileServer, volume: Volume) -> None:
    url = files.put("a.csv", Served(BODY, cuts=[0] * 20))
    with pytest.raises(SourceUnreachable, match=r"cut at 0 bytes of 700\.0 kB"):
        fetch(volume, url)
    assert_nothing_left(volume)


def test_a_length_that_is_too_long_is_an_error_and_not_a_shorter_file(files: FileServer, volume: Volume) -> None:
    url = files.put("a.csv", Served(BODY, wrong_length=1000, ranges=False, etag=False))
    with pytest.raises(SourceUnreachable):
        fetch(volume, url)
    assert_nothing_left(volume)


@pytest.mark.parametrize("served", [Served(BODY), Served(BODY, chunked=True), Served(BODY, no_length=True)])
def test_too_large_is_said_by_header_or_by_byte(files: FileServer, volume: Volume, served: Served) -> None:
    url = files.put("a.csv", served)
    with pytest.raises(FileTooLarge, match=r"larger than 500\.0 kB"):
        fetch(volume, url, limits=replace(LIMITS, max_bytes=500_000))
    assert_nothing_left(volume)


def test_a_web_page_where_a_file_was_promised_is_refused(files: FileServer, volume: Volume) -> None:
    for headers in ({"Content-Type": "text/html"}, {"Content-Type": "text/plain"}, {}):
        with pytest.raises(NotAFile, match="web page"):
            fetch(volume, files.put("a.csv", Served(HTML, headers=headers, drip=0.0001, drip_bytes=2000)))
    assert_nothing_left(volume)


def test_a_table_that_old_programs_save_as_html_is_a_file(files: FileServer, volume: Volume) -> None:
    """Many programs write an HTML table and call it .xls; the server says so by its type."""
    body = b"<html><table><tr><td>sku</td></tr></table></html>"
    assert_whole(
        fetch(volume, files.put("a.xls", Served(body, headers={"Content-Type": "application/vnd.ms-excel"}))), body
    )
    body = b"sku;name;price\nA;a <html> b;1\n"
    assert_whole(fetch(volume, files.put("a.csv", Served(body, headers={"Content-Type": "text/html"}))), body)


def test_an_empty_file_is_said_to_be_empty(files: FileServer, volume: Volume) -> None:
    for served in (Served(b""), Served(b"", chunked=True)):
        with pytest.raises(EmptyFile):
            fetch(volume, files.put("a.csv", served))


def test_an_answer_that_is_cut_in_its_head_is_no_empty_file(files: FileServer, volume: Volume) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nContent-Le"
    with pytest.raises(SourceUnreachable, match="cut at 0 bytes"):
        fetch(volume, files.put("a.csv", Served(raw=head)))


def test_a_source_that_drips_for_ever_is_ended(files: FileServer, volume: Volume) -> None:
    url = files.put("a.csv", Served(BODY, drip=0.02))
    began = time.monotonic()
    with pytest.raises(SourceUnreachable, match="too slow"):
        fetch(volume, url, limits=replace(LIMITS, total=0.5))
    assert time.monotonic() - began < 30


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\n" + b"X-Odd: a\r\n" * 200,
        b"HTTP/1.1 200 " + b"a" * 2000,
        b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /again\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"0" * 2000,
    ],
    ids=["headers", "status line", "redirects", "size of a chunk"],
)
def test_nothing_that_drips_outlasts_the_time_of_a_download(volume: Volume, answer: bytes) -> None:
    with Dripping(answer) as source:
        began = time.monotonic()
        with pytest.raises(SourceUnreachable, match="too slow"):
            fetch(volume, f"{source.url}/a.csv", limits=replace(LIMITS, total=0.5))
        assert time.monotonic() - began < 10, "the whole answer takes a minute"
    assert_nothing_left(volume)


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, SourceRefused), (403, SourceRefused), (404, SourceMissing), (410, SourceMissing), (500, SourceUnreachable),
     (503, SourceUnreachable), (429, SourceUnreachable), (400, SourceMissing)],
)  # fmt: skip
def test_what_a_status_means(files: FileServer, volume: Volume, status: int, error: type[Exception]) -> None:
    with pytest.raises(error) as raised:
        fetch(volume, files.put("a.csv", Served(statuses=[(status, {"Retry-After": "7"})])))
    assert str(status) in str(raised.value)
    if error is SourceUnreachable:
        assert raised.value.retry_after == 7


def test_nobody_there_is_said_in_words(volume: Volume) -> None:
    with FileServer() as gone:
        url = gone.put("a.csv", b"x")
    with pytest.raises(SourceUnreachable, match="refuses the connection"):
        fetch(volume, url)
    with pytest.raises(SourceUnreachable, match="name is not known"):
        fetch(volume, "http://no-such-host.invalid/a.csv")


def test_the_same_version_is_not_sent_again(files: FileServer) -> None:
    url = files.put("a.csv", BODY)
    tag = f'"{hashlib.md5(BODY).hexdigest()}"'
    session = fetch_guard.session(fetch_guard.Allowed(["127.0.0.1"]))
    with Download(Wanted(url, etag=tag), session=session, limits=LIMITS) as download:
        assert download.facts is None


def test_secret_headers_stay_with_their_origin(files: FileServer, volume: Volume) -> None:
    """A redirect to another host or port must not carry the supplier's key there."""
    with FileServer() as elsewhere:
        target = elsewhere.put("b.csv", BODY)
        hop = files.put("hop.csv", Served(redirect=target))
        url = files.put("a.csv", Served(redirect=hop))
        fetch(volume, url, secret_headers={"X-Api-Key": "geheim"})
        assert [each.headers.get("X-Api-Key") for each in files.asked] == ["geheim", "geheim"]
        assert [each.headers.get("X-Api-Key") for each in elsewhere.asked] == [None]


def test_redirects_that_never_end_are_ended(files: FileServer, volume: Volume) -> None:
    url = files.put("a.csv", Served(redirect="/a.csv"))
    with pytest.raises(BadAddress, match="more than 10 times"):
        fetch(volume, url)


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "http://169.254.169.254/latest/", "//"])
def test_a_redirect_into_private_space_is_not_followed(files: FileServer, volume: Volume, target: str) -> None:
    with pytest.raises(BadAddress):
        fetch(volume, files.put("a.csv", Served(redirect=target)))


def test_private_addresses_are_refused_unless_allowed(files: FileServer, volume: Volume) -> None:
    url = files.put("a.csv", BODY)
    with pytest.raises(BadAddress, match="FETCH_ALLOWED_HOSTS"):
        fetch(volume, url, allowed=fetch_guard.Allowed([]))
    assert files.asked == []
    for entry in ("127.0.0.1", f"127.0.0.1:{files.port}", "127.0.0.0/8"):
        assert_whole(fetch(volume, url, allowed=fetch_guard.Allowed([entry])))


def test_our_own_services_stay_out_of_reach_although_their_network_is_allowed(
    files: FileServer, volume: Volume
) -> None:
    url = files.put("a.csv", BODY)
    with pytest.raises(BadAddress, match="service of this installation"):
        fetch(volume, url, allowed=fetch_guard.Allowed(["127.0.0.0/8"], ours=[f"http://localhost:{files.port}"]))


@pytest.mark.parametrize("page", [b"<!---->" * 100, b"<!-- -->\n" * 3000, b"<?xml?>" * 5000, b" " * 60_000 + b"<"])
def test_no_answer_holds_a_worker_up(files: FileServer, volume: Volume, page: bytes) -> None:
    """Seven hundred bytes stopped all workers for good: the heartbeat starved, and the next worker took the job."""
    began = time.process_time()
    assert_whole(fetch(volume, files.put("list.csv", Served(page))), page)
    assert time.process_time() - began < 20


@pytest.mark.parametrize("target", ["прайс лист.csv", "%D0%BF price.csv?a=1&b=%20", "/прайс.csv"])
def test_redirects_in_utf_8_and_with_spaces_are_followed(files: FileServer, volume: Volume, target: str) -> None:
    files.put(unquote(target).partition("?")[0].lstrip("/"), BODY)
    raw = target.encode().decode("latin-1")  # as a server that writes UTF-8 into its headers
    assert_whole(fetch(volume, files.put("start", Served(redirect=raw))))


def test_a_304_that_nobody_asked_for_is_the_sources_mistake(files: FileServer, volume: Volume) -> None:
    url = files.put("list.csv", Served(statuses=[304] * 9))
    with pytest.raises(SourceUnreachable, match="nothing has changed"):
        fetch(volume, url)


TABLE = b"<html><body>" + b"<!-- of a shop -->" * 200 + b"<table><tr><td>A</td><td>1.00</td></tr></table>"


def test_a_table_that_is_called_list_xls_and_sent_as_a_page_is_a_file(files: FileServer, volume: Volume) -> None:
    served = Served(TABLE, headers={"Content-Type": "text/html; charset=utf-8"})
    assert_whole(fetch(volume, files.put("list.xls", served)), TABLE)
    sign_in = TABLE + b"<form action=/login><input type=password>"
    for name, body in (("list.xlsx", TABLE), ("list.xls", sign_in), ("a.xls", HTML)):
        with pytest.raises(NotAFile):
            fetch(volume, files.put(name, Served(body, headers={"Content-Type": "text/html"})))

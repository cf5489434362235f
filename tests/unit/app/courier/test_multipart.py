"""The form reader: every byte of every part, however the body is cut into reads; never more than a block in memory."""

from __future__ import annotations

import io
import random

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from app.courier.multipart import Multipart
from app.errors import Invalid

TYPE = "multipart/form-data; boundary=----WebKitFormBoundaryABC"
EDGE = b"------WebKitFormBoundaryABC"


class Stuttering(io.BytesIO):
    """Gives at most ``most`` bytes a read, as sockets do."""

    most = 1

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(self.most, size or self.most))


def form(*parts: tuple[str, str | None, bytes]) -> bytes:
    out = b""
    for name, filename, body in parts:
        file = f'; filename="{filename}"' if filename is not None else ""
        head = f'Content-Disposition: form-data; name="{name}"{file}\r\n'.encode()
        out += EDGE + b"\r\n" + head + (b"Content-Type: text/csv\r\n" if file else b"") + b"\r\n" + body + b"\r\n"
    return out + EDGE + b"--\r\n"


def read(body: bytes, *, most: int = 1 << 20, content_type: str = TYPE) -> list[tuple[str, str | None, bytes]]:
    stream = Stuttering(body)
    stream.most = most
    return [(part.name, part.filename, b"".join(part.chunks)) for part in Multipart(stream, content_type)]


PIECES = st.one_of(
    st.binary(max_size=60), st.sampled_from([b"\r\n", EDGE[:-1], b"\r\n" + EDGE[:-1], b"--", b"\r", b"\n"])
)


@settings(max_examples=150, deadline=None)
@given(bodies=st.lists(st.lists(PIECES, max_size=6).map(b"".join), min_size=1, max_size=4), most=st.integers(1, 90))
def test_what_was_put_in_comes_out(bodies: list[bytes], most: int) -> None:
    bodies = [body for body in bodies if b"\r\n" + EDGE not in b"\r\n" + body]
    parts = [(f"f{number}", f"{number}.csv", body) for number, body in enumerate(bodies)]
    assert read(form(*parts), most=most) == parts


def test_a_body_as_requests_writes_it() -> None:
    content = random.Random(1).randbytes(3_000_000)
    files = {"file": ('прайс "a".csv', content, "text/csv")}
    prepared = requests.Request("POST", "http://x/", data={"token": "abc"}, files=files).prepare()
    assert isinstance(prepared.body, bytes)
    found = read(prepared.body, content_type=prepared.headers["Content-Type"])
    assert [each[0] for each in found] == ["token", "file"]
    assert found[1][2] == content


def test_names_as_browsers_write_them() -> None:
    body = form(("file", "Preise %22neu%22 März.csv", b"x"))
    assert read(body)[0][1] == 'Preise "neu" März.csv'


def test_a_part_that_is_not_read_is_passed_over() -> None:
    stream = io.BytesIO(form(("a", "a.csv", b"x" * 3_000_000), ("b", None, b"value")))
    assert [part.name for part in Multipart(stream, TYPE)] == ["a", "b"]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(form(("a", "a.csv", b"xyz"))[:-30], TYPE), (b"", TYPE), (b"no form at all", TYPE), (form(), "text/csv"),
     (form(), "multipart/form-data"), (EDGE + b"\r\n" + b"x" * 100_000, TYPE),
     (EDGE + b"\r\nContent-Type: text/csv\r\n\r\nx\r\n" + EDGE + b"--", TYPE)],
    ids=["cut", "empty", "no form", "wrong type", "no boundary", "endless head", "nameless"],
)  # fmt: skip
def test_what_is_no_form_is_refused(body: bytes, content_type: str) -> None:
    with pytest.raises(Invalid):
        read(body, content_type=content_type)

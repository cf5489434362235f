"""What travelled compressed is read as if it had not; a bomb is refused before it takes memory."""

from __future__ import annotations

import gzip
import io
import zlib
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import openpyxl
import pytest

from handoff import coding
from handoff.coding import CannotUnwrap, unwrapped
from handoff.sidecar import Sidecar, sidecar_of
from ml_analyze.extraction import Unreadable, read_price_list

LINES = ["sku;name;price", *(f"A-{n};Pump no {n};{n}.50" for n in range(1, 400))]
CSV = "\n".join(LINES).encode()


def xlsx() -> bytes:
    book, made = openpyxl.Workbook(), io.BytesIO()
    for line in LINES:
        book.active.append(line.split(";"))
    book.save(made)
    return made.getvalue()


def items(path: Path) -> list[tuple[str, str]]:
    return [(line["sku"], str(line["price"])) for line in read_price_list(path).lines if line["kind"] == "item"]


@pytest.mark.parametrize("body", [CSV, xlsx()], ids=["csv", "xlsx"])
def test_a_wrapped_list_is_read_like_the_list_itself(tmp_path: Path, body: bytes) -> None:
    plain, wrapped = tmp_path / "plain.csv", tmp_path / "list.csv"
    plain.write_bytes(body)
    wrapped.write_bytes(gzip.compress(body[:1000]) + gzip.compress(body[1000:]) + b"\0" * 512)
    before = wrapped.read_bytes()
    assert items(wrapped) == items(plain)
    assert len(items(wrapped)) == 399
    assert wrapped.read_bytes() == before


def described(path: Path, body: bytes, encoding: str) -> Path:
    """``body`` as the courier leaves it where its source named a coding."""
    path.write_bytes(body)
    note = Sidecar(
        original_filename=path.name, source_type="csv", supplier_id=uuid4(), supplier_name="S", file_type="csv",
        file_size_bytes=len(body), checksum_sha256="0" * 64, downloaded_at=datetime.now(UTC), downloaded_by="tests",
        job_id=uuid4(), response_headers={"content-encoding": encoding},
    )  # fmt: skip
    sidecar_of(path).write_bytes(note.as_text())
    return path


def deflated(body: bytes, wbits: int) -> bytes:
    packer = zlib.compressobj(wbits=wbits)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize("wbits", [15, -15], ids=["with its head", "without"])
@pytest.mark.parametrize("body", [CSV, xlsx()], ids=["csv", "xlsx"])
def test_what_the_sidecar_calls_deflate_is_unwrapped(tmp_path: Path, body: bytes, wbits: int) -> None:
    wrapped = described(tmp_path / "list.csv", deflated(body, wbits), "Deflate")
    assert len(items(wrapped)) == 399
    assert wrapped.read_bytes() == deflated(body, wbits)


@pytest.mark.parametrize("said", ["deflate", "br", "gzip", "zstd", "utf-8", "aws-chunked"])
@pytest.mark.parametrize("body", [CSV, xlsx()], ids=["csv", "xlsx"])
def test_what_is_plain_whatever_its_source_says_is_read_as_it_is(tmp_path: Path, body: bytes, said: str) -> None:
    assert len(items(described(tmp_path / "list.csv", body, said))) == 399


def test_a_coding_that_we_cannot_unwrap_is_named(tmp_path: Path) -> None:
    wrapped = described(tmp_path / "list.csv", b"\x8b\x02\x80" + bytes(range(256)), "br")
    with pytest.raises(Unreadable, match="compressed as br although it was asked not to"):
        read_price_list(wrapped)


def test_what_is_not_wrapped_is_left_where_it_is(tmp_path: Path) -> None:
    plain = tmp_path / "list.csv"
    plain.write_bytes(CSV)
    with unwrapped(plain) as path:
        assert path == plain


def test_a_bomb_is_refused_when_it_has_shown_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coding, "MOST_BYTES", 4 << 20)
    bomb = tmp_path / "bomb.csv"
    bomb.write_bytes(gzip.compress(bytes(64 << 20)))
    with pytest.raises(Unreadable) as refused:
        read_price_list(bomb)
    assert refused.value.code == "ARCHIVE_BOMB"


@pytest.mark.parametrize("harm", ["cut", "cut in its first bytes", "spoilt"])
def test_a_damaged_one_is_said_to_be(tmp_path: Path, harm: str) -> None:
    path, body = tmp_path / "list.csv", gzip.compress(zlib.compress(CSV) * 50)
    spoilt = body[:200] + bytes(byte ^ 0xFF for byte in body[200:400]) + body[400:]
    path.write_bytes({"cut": body[:-300], "cut in its first bytes": body[:12], "spoilt": spoilt}[harm])
    with pytest.raises(CannotUnwrap), unwrapped(path):
        pass

"""Uploads: one pass, nothing kept of what is refused, nothing read twice."""

from __future__ import annotations

import io
import os
import tracemalloc
from collections.abc import Callable

import pytest
import requests
from flask import Flask

from app.courier import upload
from app.courier.upload import NotWritable, TooLarge
from app.errors import Forbidden, Invalid
from app.models.phase import Outcome, Phase
from app.volume import volume
from tests.fixtures.courier import Courier
from tests.servers.analysis import AnalysisServer, price_list


def form(*, ticked: str = "", **files: bytes) -> tuple[io.BytesIO, str]:
    """A body as a browser sends it: a token first, a box that is ticked, then the files."""
    boxes = {ticked: (None, "on")} if ticked else {}
    fields = {"csrf_token": (None, "token"), **boxes, **{name: (f"{name}.csv", body) for name, body in files.items()}}
    prepared = requests.Request("POST", "http://x/", files=fields).prepare()  # type: ignore[arg-type]
    assert isinstance(prepared.body, bytes)
    return io.BytesIO(prepared.body), prepared.headers["Content-Type"]


def test_several_files_become_several_jobs(courier: Courier) -> None:
    stream, kind = form(a=price_list(3, seed=1), b=price_list(4, seed=2))
    jobs = upload.receive(courier.supplier(), stream, kind, actor="anna")
    assert [job.original_filename for job in jobs] == ["a.csv", "b.csv"]
    assert [courier.run(job).outcome for job in jobs] == [Outcome.SUCCESS] * 2


def test_items_missing_in_an_upload_stay_unless_it_is_said_to_be_the_whole_list(courier: Courier) -> None:
    supplier = courier.supplier()
    counts = []
    for number, ticked in ((10, ""), (8, ""), (7, "replaces_all")):
        stream, kind = form(ticked=ticked, a=price_list(number))
        job = courier.run(upload.receive(supplier, stream, kind, actor="anna")[0])
        counts.append((job.outcome, job.vanished_count))
    assert counts == [(Outcome.SUCCESS, 0), (Outcome.SUCCESS, 0), (Outcome.SUCCESS, 3)]


def test_of_several_files_none_is_the_whole_list(courier: Courier) -> None:
    stream, kind = form(ticked="replaces_all", a=price_list(3), b=price_list(3))
    with pytest.raises(Invalid, match="Only one file can be the whole list"):
        upload.receive(courier.supplier(), stream, kind, actor="anna")
    assert volume().usage().files == 0


def test_the_fields_before_a_file_may_refuse_it_before_a_byte_is_stored(courier: Courier) -> None:
    seen: list[dict[str, str]] = []

    def refuse(fields: dict[str, str]) -> None:
        seen.append(dict(fields))
        raise Forbidden("The form has expired.")

    stream, kind = form(a=price_list(3))
    with pytest.raises(Forbidden):
        upload.receive(courier.supplier(), stream, kind, actor=None, admit=refuse)
    assert seen == [{"csrf_token": "token"}]
    assert volume().usage().files == 0


@pytest.mark.parametrize("name", ["a\0b.csv", "a\x1b[0m\n.csv", "\u202egpj.csv", "x\ud800.csv"])
def test_a_name_with_what_no_table_can_hold_is_cleaned(courier: Courier, name: str) -> None:
    job = courier.run(upload.receive_file(courier.supplier(), io.BytesIO(price_list(3)), name, actor="anna"))
    assert job.phase == Phase.COMPLETE
    assert (job.original_filename or "").isprintable() and (job.original_filename or "").endswith(".csv")


@pytest.mark.parametrize("broken", ["too large", "cut", "empty", "no file"])
def test_nothing_of_a_refused_request_is_kept(
    make_app: Callable[..., Flask], analysis: AnalysisServer, broken: str
) -> None:
    """Not even the good file before the bad one: the person sends the form again."""
    with make_app(ml_analyze_url=analysis.url, max_file_size_mb=1).app_context():
        courier = Courier()
        bodies = {"a": price_list(3), "b": price_list(3)}
        if broken == "too large":
            bodies["b"] = os.urandom(2 * 2**20)
        elif broken == "empty":
            bodies["b"] = b""
        elif broken == "no file":
            bodies = {}
        stream, kind = form(**bodies)
        if broken == "cut":
            stream = io.BytesIO(stream.getvalue()[:-60])
        with pytest.raises(TooLarge if broken == "too large" else Invalid):
            upload.receive(courier.supplier(), stream, kind, actor=None)
        assert volume().usage().files == 0
        assert [path.name for path in (volume().root / "tmp").iterdir()] == ["ledger.json"]


def test_a_volume_that_may_not_be_written_says_so(courier: Courier, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object, **__: object) -> None:
        raise upload.VolumeReadOnly("The shared volume refuses to write.")

    monkeypatch.setattr(upload, "_pour", denied)
    with pytest.raises(NotWritable, match="refuses to write"):
        upload.receive_file(courier.supplier(), io.BytesIO(b"x"), "a.csv", actor=None)


def test_memory_does_not_grow_with_the_file(make_app: Callable[..., Flask], analysis: AnalysisServer) -> None:
    class Endless(io.RawIOBase):
        left = 64 * 2**20

        def read(self, size: int = -1, /) -> bytes:
            given = min(size, self.left)
            self.left -= given
            return bytes(given)

    with make_app(ml_analyze_url=analysis.url, max_file_size_mb=100).app_context():
        supplier = Courier().supplier()
        tracemalloc.start()
        job = upload.receive_file(supplier, Endless(), "a.csv", actor=None)  # type: ignore[arg-type]
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert job.file_size == 64 * 2**20
    assert peak < 24 * 2**20

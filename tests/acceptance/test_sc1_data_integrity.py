"""Success criterion 1: every raw file reaches ml-analyze byte for byte."""

from __future__ import annotations

import hashlib
import io
import random
from pathlib import Path

from app.courier import upload
from app.extensions import db
from app.models.phase import Phase
from tests.fixtures.courier import Courier
from tests.servers.analysis import AnalysisServer
from tests.servers.files import FileServer, Served

CODES = ["utf-8", "utf-8-sig", "utf-16", "cp1251", "cp1252", "koi8-r", "gb18030", "shift_jis"]


def awkward(number: int) -> bytes:
    """Text in some code page with some line end, a binary, or something between."""
    dice = random.Random(number)
    if number % 3 == 0:
        return dice.randbytes(dice.randint(1, 300_000))
    text = dice.choice(["\n", "\r\n", "\r"]).join(f"A{n};Предмет é {n};{n}.00" for n in range(dice.randint(1, 500)))
    return text.encode(dice.choice(CODES), "replace") + dice.choice([b"", b"\x00", b"\n", b"\x1a"])


def test_sc_1_all_files_are_delivered_unmodified(courier: Courier, files: FileServer, analysis: AnalysisServer) -> None:
    """Forty files over every way in, through cuts and compressions: what ml-analyze may open is what was sent."""
    for number in range(40):
        body = awkward(number)
        dice = random.Random(number)
        if number % 4 == 3:
            job = upload.receive_file(courier.supplier(), io.BytesIO(body), f"{number}.csv", actor=None)
        else:
            served = Served(
                body, chunked=number % 4 == 1, cuts=[dice.randint(2000, 300_000) for _ in range(number % 3)]
            )
            job = courier.fetch(courier.supplier(files.put(f"{number}.csv", served)))
        job = courier.step(job)
        assert job.phase == Phase.ANALYZING, job.error_message
        sent = next(each for each in analysis.analyses.values() if each.request["metadata"]["job_id"] == str(job.id))
        assert Path(sent.request["file_path"]).read_bytes() == body
        assert sent.request["metadata"]["checksum_sha256"] == hashlib.sha256(body).hexdigest() == job.sha256
        db.session.expire_all()

"""An archive of several lists becomes one job each."""

from __future__ import annotations

import io
import zipfile

import pytest
from sqlalchemy import select, update

from app.courier import members, upload
from app.extensions import db
from app.jobs import lifecycle
from app.models.job import Job
from app.models.phase import Outcome, Phase, Step
from app.volume import volume
from tests.fixtures.courier import Courier
from tests.servers.analysis import AnalysisServer, price_list


def _archive(*names: str) -> io.BytesIO:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, price_list(3))
    packed.seek(0)
    return packed


def _jobs_of(job: Job) -> list[Job]:
    return list(
        db.session.scalars(select(Job).where(Job.supplier_id == job.supplier_id).order_by(Job.original_filename))
    )


def test_each_list_of_an_archive_has_a_job_with_the_whole_archive_and_its_path(
    courier: Courier, analysis: AnalysisServer
) -> None:
    packed = _archive("a.csv", "__MACOSX/._a.csv", "sub/b.csv", "c.xlsx", "logo.png")
    job = upload.receive_file(courier.supplier(), packed, "lists.zip", actor="anna")
    courier.step(job)
    jobs = _jobs_of(job)
    assert [each.original_filename for each in jobs] == [
        "lists.zip!/a.csv",
        "lists.zip!/c.xlsx",
        "lists.zip!/sub/b.csv",
    ]
    assert {each.sha256 for each in jobs} == {job.sha256} and len({each.file_path for each in jobs}) == 3
    assert all(volume().inside(each.file_path or "").read_bytes() == packed.getvalue() for each in jobs)
    for each in jobs:
        courier.step(each)
    assert len(_jobs_of(job)) == 3
    assert lifecycle.get(job.id).phase in (Phase.ANALYZING, Phase.MATCHING)


def test_a_step_that_was_killed_opens_no_job_twice(courier: Courier, analysis: AnalysisServer) -> None:
    job = upload.receive_file(courier.supplier(), _archive("a.csv", "b.csv"), "lists.zip", actor=None)
    courier.step(job)
    as_before = {"original_filename": "lists.zip", "step": Step.DELIVER, "phase": Phase.DOWNLOADING}
    db.session.execute(update(Job).where(Job.id == job.id).values(**as_before))
    db.session.commit()
    courier.step(job)
    assert [each.original_filename for each in _jobs_of(job)] == ["lists.zip!/a.csv", "lists.zip!/b.csv"]


def test_one_list_in_an_archive_is_one_job(courier: Courier, analysis: AnalysisServer) -> None:
    job = upload.receive_file(courier.supplier(), _archive("a.csv", "logo.png"), "list.zip", actor=None)
    courier.step(job)
    assert [each.original_filename for each in _jobs_of(job)] == ["list.zip"]


def test_several_lists_cannot_each_be_the_whole_list(courier: Courier, analysis: AnalysisServer) -> None:
    packed = _archive("a.csv", "b.csv")
    job = upload.receive_file(courier.supplier(), packed, "lists.zip", actor=None, replaces_all=True)
    courier.step(job)
    assert lifecycle.get(job.id).outcome == Outcome.FAILED and lifecycle.get(job.id).error_code == "SEVERAL_LISTS"


@pytest.mark.parametrize("count", [members.MOST + 1])
def test_an_archive_of_very_many_lists_is_refused(courier: Courier, analysis: AnalysisServer, count: int) -> None:
    packed = _archive(*(f"{at}.csv" for at in range(count)))
    job = upload.receive_file(courier.supplier(), packed, "lists.zip", actor=None)
    courier.step(job)
    assert lifecycle.get(job.id).error_code == "SEVERAL_LISTS" and len(_jobs_of(job)) == 1

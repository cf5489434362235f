"""The specification's error handling: every failure, what happens then, and the sentence people read."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app import errors
from app.courier import sources, upload
from app.jobs.retry import RULES, After, pause_before_retry
from app.models.job import Job
from app.models.phase import Outcome, Phase
from app.settings import Settings
from app.volume import volume
from docs import reference
from tests.fixtures.courier import Courier
from tests.servers.analysis import AnalysisServer, price_list
from tests.servers.files import FileServer, Served


def leaves(error: type[errors.IngestError]) -> set[type[errors.IngestError]]:
    below = [each for each in error.__subclasses__() if each.__module__ == errors.__name__]
    return set().union(*map(leaves, below)) if below else {error}


def test_the_table_decides_about_every_leaf_of_the_error_tree() -> None:
    """An error without a decision fails the build; so does a decision without an error."""
    assert set(RULES) == leaves(errors.IngestError)


def test_every_error_has_a_code_and_a_sentence_of_its_own_that_the_reference_names() -> None:
    found = leaves(errors.IngestError)
    page = reference.PAGE.read_text("utf-8")
    assert len({error.code for error in found}) == len({error.__doc__ for error in found}) == len(found)
    for error in found:
        assert f"| `{error.code}` | {error.__doc__} |" in page


@pytest.mark.parametrize("error", RULES, ids=lambda error: error.__name__)
def test_no_error_is_retried_for_ever(error: type[errors.IngestError], make_settings: Callable[..., Settings]) -> None:
    config = make_settings(retry_delay_seconds=60, ml_retry_delay_seconds=30)
    pauses = [pause_before_retry(error("x"), retried=n, seen=n, limit=3, config=config) for n in range(4)]
    rule = RULES[error]
    if rule.away:  # nobody's fault: it waits as long as the outage lasts
        assert len(set(pauses)) == 1 and pauses[0] is not None and pauses[0] <= timedelta(minutes=1)
        return
    assert pauses[3] is None
    if rule.after is After.NEVER:
        assert pauses == [None] * 4
    elif rule.tries == 1:
        assert pauses[1:] == [None] * 3
    else:
        seconds = getattr(config, rule.after.value)
        assert pauses[:3] == [timedelta(seconds=seconds * n) for n in (1, 2, 4)]


FAIL_AT_ONCE: dict[str, tuple[Callable[[FileServer], str], str, str]] = {
    "bad address": (lambda files: "ftp://example.com/a.csv", "BAD_ADDRESS", "http"),
    "private address": (lambda files: "http://10.0.0.1/a.csv", "BAD_ADDRESS", "FETCH_ALLOWED_HOSTS"),
    "redirect into private space": (
        lambda files: files.put("r.csv", Served(redirect="http://169.254.169.254/latest/meta-data/")),
        "BAD_ADDRESS",
        "private",
    ),
    "forbidden": (lambda files: files.put("f.csv", Served(statuses=[403])), "SOURCE_REFUSED", "credentials"),
    "missing": (lambda files: f"{files.url}/missing.csv", "SOURCE_MISSING", "404"),
    "web page": (lambda files: files.put("w.csv", b"<!doctype html><html>" + b"x" * 2000), "NOT_A_FILE", "web page"),
    "empty": (lambda files: files.put("e.csv", b""), "EMPTY_FILE", "empty"),
    "too large": (lambda files: files.put("l.csv", os.urandom(2 * 2**20)), "FILE_TOO_LARGE", "MAX_FILE_SIZE_MB"),
    "damaged workbook": (lambda files: files.put("z.xlsx", b"PK\x03\x04" + os.urandom(3000)), "UNSAFE_ARCHIVE", "cut"),
}


@pytest.mark.parametrize("name", FAIL_AT_ONCE)
def test_what_no_retry_would_mend_fails_at_once_with_a_sentence(
    make_app: Callable[..., Flask], analysis: AnalysisServer, files: FileServer, name: str
) -> None:
    address, code, word = FAIL_AT_ONCE[name]
    app = make_app(ml_analyze_url=analysis.url, fetch_allowed_hosts="127.0.0.1", max_file_size_mb=1)
    with app.app_context():
        courier = Courier()
        job = courier.step(courier.fetch(courier.supplier(address(files))))
        assert (job.outcome, job.error_code, job.retry_count) == (Outcome.FAILED, code, 0)
        assert_sentence(job, word)
        (line,) = [each for each in courier.logs(job) if each.level == "error"]
        assert line.error_message == job.error_message
        assert volume().usage().files == (2 if name == "damaged workbook" else 0)


def test_network_trouble_is_retried_and_resumed(courier: Courier, files: FileServer) -> None:
    body = price_list(30_000)
    url = files.put("a.csv", Served(body, statuses=[503], cuts=[200_000, 300_000]))
    job = courier.step(courier.fetch(courier.supplier(url)))
    assert (job.phase, job.error_code, job.retry_count) == (Phase.DOWNLOADING, "SOURCE_UNREACHABLE", 1)
    assert courier.run(job).outcome == Outcome.SUCCESS
    assert [each.headers.get("Range") is not None for each in files.asked] == [False, False, True, True]


def test_a_service_that_refuses_the_connection_may_be_starting(courier: Courier, analysis: AnalysisServer) -> None:
    assert RULES[errors.AnalysisUnreachable].after is After.ANALYSIS
    job = upload.receive_file(courier.supplier(), io.BytesIO(price_list(2)), "a.csv", actor=None)
    analysis.stop()
    waits = courier.step(job)
    assert waits.is_active and "ML_ANALYZE_URL" in (waits.waiting_for or "")


def test_a_damaged_file_is_fetched_again_once(courier: Courier, files: FileServer, analysis: AnalysisServer) -> None:
    """The reader's hash differs from the promised one: fetched again; then failed with both hashes."""
    url = files.put("a.csv", price_list(5))
    job = courier.step(courier.fetch(courier.supplier(url)))
    (volume().root / str(job.file_path)).write_bytes(b"x" * int(job.file_size or 0))
    job = courier.run(job)
    assert (job.outcome, len(files.asked)) == (Outcome.SUCCESS, 2)
    (analysis_id,) = [each for each in analysis.analyses if each == str(job.ml_job_id)]
    assert analysis_id

    other = courier.fetch(courier.supplier(url))
    for _ in range(2):
        other = courier.step(other)
        (volume().root / str(other.file_path)).write_bytes(b"x" * int(other.file_size or 0))
        other = courier.step(other)
    assert (other.outcome, other.error_code) == (Outcome.FAILED, "CHECKSUM_MISMATCH")
    assert str(other.sha256) in str(other.error_message)


def test_an_uploaded_file_that_is_damaged_cannot_be_fetched_again(courier: Courier) -> None:
    job = upload.receive_file(courier.supplier(), io.BytesIO(price_list(2)), "a.csv", actor=None)
    job = courier.step(job)
    (volume().root / str(job.file_path)).write_bytes(b"x" * int(job.file_size or 0))
    job = courier.step(job)
    assert (job.outcome, job.error_code) == (Outcome.FAILED, "CHECKSUM_MISMATCH")


def test_a_result_that_is_not_whole_is_asked_for_again_once(courier: Courier, analysis: AnalysisServer) -> None:
    job = upload.receive_file(courier.supplier(), io.BytesIO(price_list(5)), "a.csv", actor=None)
    job = courier.step(courier.step(job))
    result = volume().root / str(job.result_path)
    result.write_bytes(result.read_bytes()[:-40])
    assert courier.run(job).outcome == Outcome.SUCCESS
    assert len({each["Idempotency-Key"] for each in analysis.submissions()}) == 2


def test_a_bug_fails_the_job_and_is_heard_of(courier: Courier, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("nobody foresaw this")

    monkeypatch.setattr(sources, "open_source", broken)
    job = courier.fetch(courier.supplier("http://127.0.0.1/a.csv"))
    with pytest.raises(RuntimeError):
        courier.step(job)
    job = courier.step(job)
    assert (job.outcome, job.error_code, job.claim_token) == (Outcome.FAILED, "INTERNAL_ERROR", None)


def assert_sentence(job: Job, word: str) -> None:
    """What people read: it names what is wrong, ends like a sentence, and shows nothing of the machine."""
    assert word in str(job.error_message)
    assert str(job.error_message).rstrip(".") != ""
    assert str(job.error_message)[-1] in ".)"
    for noise in ("Traceback", "object at 0x", "HTTPConnection", "errno", "None"):
        assert noise not in str(job.error_message)

"""The other service: its REST calls; handoff types in, our errors out.

One clock only, the seconds inside a call; minutes are decided by app/jobs/retry.py. A service that knows only the
old contract is spoken to as well: what it does not send stays empty, what it does not know is asked one by one.

One room: the calls, and how each refusal of the other side becomes an error of ours.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

import backoff
import certifi
import structlog
import urllib3
from pydantic import BaseModel, ValidationError

from app import foreign
from app.errors import (
    AnalysisError,
    AnalysisLost,
    AnalysisRefused,
    AnalysisUnavailable,
    AnalysisUnreachable,
    ChecksumMismatch,
    FileGone,
    IngestError,
)
from app.extensions import settings
from handoff import tracing
from handoff.api import (
    AnalysisStatus,
    AnalyzeAccepted,
    AnalyzeRequest,
    MergeAccepted,
    MergeRequest,
    Preview,
    PreviewRequest,
    ServiceHealth,
    StatusBatch,
    StatusBatchRequest,
    TableReply,
    TableRequest,
)

log = structlog.get_logger()

TRIES = 4  # the call itself and three retries, after 1, 2 and 4 seconds
Reply = TypeVar("Reply", bound=BaseModel)
_REFUSALS: dict[str, type[IngestError]] = {"CHECKSUM_MISMATCH": ChecksumMismatch, "FILE_MISSING": FileGone}


@dataclass(frozen=True)
class Answer:
    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Raises ValueError."""
        return json.loads(self.body)


def submit(request: AnalyzeRequest, *, key: str) -> AnalyzeAccepted:
    """Hand a file over. The same key answers with the same analysis, so a call that is repeated makes no second one.

    Raises AnalysisUnreachable, AnalysisUnavailable (after three retries), AnalysisRefused with the service's own
    words, ChecksumMismatch, FileGone.
    """
    headers = {"Idempotency-Key": key, "X-Request-ID": str(request.metadata.job_id or key)}
    return _parsed(AnalyzeAccepted, _insist("POST", "/analyze/file", body=request, headers=headers))


def status(analysis_id: UUID) -> AnalysisStatus:
    """One look, without retries: the sweep comes again. Raises AnalysisLost when the service does not know it."""
    return _parsed(AnalysisStatus, _call("GET", f"/analyze/status/{analysis_id}"))


def statuses(analysis_ids: Sequence[UUID]) -> dict[UUID, AnalysisStatus | AnalysisError] | None:
    """Up to 1,000 looks in one call; what is missing is lost. None: the service knows only single looks.

    One that does not follow the contract is an error of its own and hides no other.
    """
    try:
        answer = _call("POST", "/analyze/status", body=StatusBatchRequest(job_ids=list(analysis_ids)))
    except AnalysisLost:
        return None
    except AnalysisRefused as error:
        if error.details.get("status") in (404, 405, 422):
            return None
        raise
    try:
        return {each.job_id: each for each in _parsed(StatusBatch, answer).jobs}
    except AnalysisUnavailable as error:
        return _one_by_one(answer, analysis_ids, error)


def _one_by_one(
    answer: Answer, asked: Sequence[UUID], error: AnalysisUnavailable
) -> dict[UUID, AnalysisStatus | AnalysisError]:
    """Raises the error where the answer is no list of jobs at all."""
    found: dict[UUID, AnalysisStatus | AnalysisError] = {}
    try:
        jobs = {str(each["job_id"]): each for each in answer.json()["jobs"]}
    except (ValueError, KeyError, TypeError):
        raise error from None
    for analysis_id in asked:
        if (told := jobs.get(str(analysis_id))) is not None:
            try:
                found[analysis_id] = AnalysisStatus.model_validate(foreign.fit(told))
            except ValidationError:
                found[analysis_id] = error
    return found


def merge(request: MergeRequest) -> MergeAccepted:
    return _parsed(MergeAccepted, _insist("POST", "/analyze/merge", body=request))


def preview(request: PreviewRequest) -> Preview:
    """A window of a file's cells and how it would be read."""
    return _parsed(Preview, _call("POST", "/analyze/preview", body=request))


def table(request: TableRequest) -> TableReply:
    """Every row of a sheet, as a file on the volume that is ours to remove."""
    return _parsed(TableReply, _call("POST", "/analyze/table", body=request))


def health() -> ServiceHealth:
    """Raises AnalysisError when the service cannot be asked."""
    return _parsed(ServiceHealth, _call("GET", "/health", timeout=(2, 3)))


@backoff.on_exception(backoff.expo, AnalysisUnavailable, max_tries=TRIES, jitter=None, logger=None)
def _insist(method: str, path: str, *, body: BaseModel, headers: Mapping[str, str] | None = None) -> Answer:
    with tracing.within(f"{method} {path}", kind="client"):
        return _call(method, path, body=body, headers=headers)


def _call(
    method: str,
    path: str,
    *,
    body: BaseModel | None = None,
    headers: Mapping[str, str] | None = None,
    timeout: tuple[float, float] | None = None,
) -> Answer:
    config = settings()
    sent = {"Content-Type": "application/json", **(headers or {})}
    if request_id := structlog.contextvars.get_contextvars().get("request_id"):
        sent.setdefault("X-Request-ID", request_id)
    sent |= tracing.headers()
    if secret := config.ml_analyze_secret.get_secret_value():
        sent["Authorization"] = f"Bearer {secret}"
    patience = config.ml_connect_timeout_seconds
    url = config.ml_analyze_url.rstrip("/") + path
    try:
        reply = _connections().request(
            method,
            url,
            body=body.model_dump_json(exclude_none=True) if body is not None else None,
            headers=sent,
            timeout=urllib3.Timeout(*(timeout or (patience, patience))),
            redirect=False,
            retries=False,
        )
    except (urllib3.exceptions.HTTPError, OSError) as error:
        if _is_silence(error):
            raise AnalysisUnreachable(
                f"ml-analyze at {config.ml_analyze_url} does not answer within {patience:.0f} seconds."
            ) from error
        raise AnalysisUnreachable(
            f"ml-analyze at {config.ml_analyze_url} cannot be reached. Check that it runs and ML_ANALYZE_URL is right."
        ) from error
    answer = Answer(reply.status, url, reply.headers, reply.data)
    if answer.status >= 300:
        raise _error_of(answer)
    return answer


def _is_silence(error: Exception) -> bool:
    """A refused connection is a kind of time-out to urllib3, and is none to an operator."""
    refused = isinstance(error, urllib3.exceptions.NewConnectionError)
    return isinstance(error, urllib3.exceptions.TimeoutError) and not refused


def _error_of(answer: Answer) -> IngestError:
    number, (code, words) = answer.status, _own_words(answer)
    details = {"status": number, "code": code}
    if number >= 500 or number in (408, 429):
        return AnalysisUnavailable(
            f"ml-analyze is unavailable ({number}): {words}", retry_after=_seconds(answer), details=details
        )
    if number == 404 and "/analyze/status" in answer.url:
        return AnalysisLost("ml-analyze does not know this job (any more).", details=details)
    if number == 404:
        return AnalysisRefused(
            f"{answer.url} answers 404: there is no ml-analyze. Check ML_ANALYZE_URL.", details=details
        )
    if number in (401, 403):
        return AnalysisRefused(
            f"ml-analyze does not accept our secret ({number}): set the same ML_ANALYZE_SECRET in both services.",
            details=details,
        )
    return _REFUSALS.get(code, AnalysisRefused)(f"ml-analyze refused the file ({number}): {words}", details=details)


def _seconds(answer: Answer) -> float | None:
    """``Retry-After``; between our own services it is a number."""
    told = answer.headers.get("Retry-After", "")
    return float(told) if told.isdecimal() else None


def _own_words(answer: Answer) -> tuple[str, str]:
    """Code and sentence of an error body: ours, or ``detail`` as the old service sends it."""
    try:
        body: Any = answer.json()
    except ValueError:
        return "", (answer.body[:1200].decode(errors="replace")[:300].strip() or "no reason given")
    if not isinstance(body, dict):
        return "", str(body)[:300]
    told = body.get("error", body)
    if isinstance(told, dict):
        words = told.get("message") or told.get("detail") or told
        return str(told.get("code") or ""), str(words)[:500]
    return str(body.get("code") or ""), str(told)[:500]


def _parsed(shape: type[Reply], answer: Answer) -> Reply:
    try:
        return shape.model_validate_json(answer.body)
    except ValidationError as error:
        if repaired := _repaired(shape, answer):
            return repaired
        raise AnalysisUnavailable(
            f"ml-analyze answers with something else than its contract says ({error.error_count()} fields differ); "
            "check its version."
        ) from error


def _repaired(shape: type[Reply], answer: Answer) -> Reply | None:
    """A supplier's text in it may hold half a surrogate pair, which is no JSON to a strict reader."""
    try:
        return shape.model_validate(foreign.fit(answer.json()))
    except (ValueError, RecursionError):
        return None


def _connections() -> urllib3.PoolManager:
    return _pool(os.getpid())


@lru_cache(1)
def _pool(_process: int) -> urllib3.PoolManager:
    """Of this very process: a fork must not share its parent's connections. An internal address: no proxy."""
    return urllib3.PoolManager(num_pools=2, maxsize=16, ca_certs=certifi.where())

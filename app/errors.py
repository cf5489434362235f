"""Everything that can go wrong on purpose.

An ``IngestError`` is met by a job: app/jobs/retry.py says wait or give up. A ``CourierError`` answers a person or a
program that asked: the door answers with its status. The first line of a class is its line in docs/reference.md.

One room: the whole tree of errors, so that its leaves can be counted against the retry table.
"""

from __future__ import annotations

from typing import Any, ClassVar


class IngestError(Exception):
    """A job met it. The message is one sentence an operator can act on."""

    code: ClassVar[str] = "INGEST_ERROR"
    #: seconds after which the other side asked to be tried again
    retry_after: float | None

    def __init__(
        self, message: str, *, retry_after: float | None = None, details: dict[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.details = details or {}


class SourceError(IngestError):
    code = "SOURCE_ERROR"


class SourceUnreachable(SourceError):
    """The source timed out, reset the connection, or answered 5xx or 429."""

    code = "SOURCE_UNREACHABLE"


class SourceRefused(SourceError):
    """The source answered 401 or 403: credentials or sharing must be mended."""

    code = "SOURCE_REFUSED"


class SourceMissing(SourceError):
    """The source answered 404 or 410: the link must be mended."""

    code = "SOURCE_MISSING"


class BadAddress(SourceError):
    """An address that may not be fetched: wrong, private, or redirected to such a one."""

    code = "BAD_ADDRESS"


class NotAFile(SourceError):
    """A web page where a file was promised."""

    code = "NOT_A_FILE"


class FileTooLarge(SourceError):
    """Larger than is fetched, by its header or by its bytes."""

    code = "FILE_TOO_LARGE"


class EmptyFile(SourceError):
    """There is nothing in it."""

    code = "EMPTY_FILE"


class UnsafeArchive(SourceError):
    """A workbook that would explode."""

    code = "UNSAFE_ARCHIVE"


class SeveralLists(SourceError):
    """An archive of more lists than may be one file."""

    code = "SEVERAL_LISTS"


class GoogleUnavailable(SourceError):
    """Google answered with an error or its limit."""

    code = "GOOGLE_UNAVAILABLE"


class FileError(IngestError):
    code = "FILE_ERROR"


class FileGone(FileError):
    """The raw file is no longer on the volume."""

    code = "FILE_GONE"


class ChecksumMismatch(FileError):
    """What was read is not what was stored."""

    code = "CHECKSUM_MISMATCH"


class VolumeIsFull(FileError):
    """The quota is used up, or the disk is full."""

    code = "VOLUME_FULL"


class VolumeIsAway(FileError):
    """The object store behind the volume does not answer."""

    code = "VOLUME_AWAY"


class VolumeReadOnly(FileError):
    """Nothing may be written on the volume."""

    code = "VOLUME_READ_ONLY"


class WorkersLost(FileError):
    """One worker after the other died over it."""

    code = "WORKERS_LOST"


class AnalysisError(IngestError):
    code = "ANALYSIS_ERROR"


class AnalysisUnreachable(AnalysisError):
    """ml-analyze refused the connection or did not answer."""

    code = "ML_UNREACHABLE"


class AnalysisUnavailable(AnalysisError):
    """ml-analyze answered 5xx."""

    code = "ML_UNAVAILABLE"


class AnalysisRefused(AnalysisError):
    """ml-analyze answered 4xx."""

    code = "ML_REFUSED"


class AnalysisLost(AnalysisError):
    """ml-analyze no longer knows the analysis."""

    code = "ML_JOB_LOST"


class AnalysisStalled(AnalysisError):
    """The analysis did not end in time."""

    code = "STALLED"


class AnalysisCrashed(AnalysisError):
    """The analysis's process ended."""

    code = "ML_CRASHED"


class Unreadable(AnalysisError):
    """A layout that nobody can read, or a file that is no price list."""

    code = "UNREADABLE"


class ResultError(IngestError):
    code = "RESULT_ERROR"


class BrokenResult(ResultError):
    """The result file is not whole or not ours."""

    code = "BROKEN_RESULT"


class CourierError(Exception):
    """What was asked for does not fit: ``details`` may say which field, and why."""

    code: ClassVar[str] = "VALIDATION_ERROR"
    status: ClassVar[int] = 400

    def __init__(self, message: str, *, details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.details = details or {}


class Invalid(CourierError):
    """``details`` may map a field to its sentence."""


class Unauthorized(CourierError):
    """Nobody is signed in, or the token is not valid."""

    code, status = "UNAUTHORIZED", 401


class Forbidden(CourierError):
    """The role may not do it."""

    code, status = "FORBIDDEN", 403


class NotFound(CourierError):
    """There is no such thing."""

    code, status = "NOT_FOUND", 404


class Conflict(CourierError):
    """It cannot be done as things stand."""

    code, status = "CONFLICT", 409


class CursorExpired(CourierError):
    """What follows the reader's last change is no longer kept."""

    code, status = "CURSOR_EXPIRED", 410


class KeyReused(CourierError):
    """The idempotency key was used for another request."""

    code, status = "IDEMPOTENCY_KEY_REUSED", 422


class KeyInProgress(CourierError):
    """The request with this idempotency key is being carried out; Retry-After says when to ask again."""

    code, status = "IDEMPOTENCY_KEY_IN_PROGRESS", 409


class AnswerLost(CourierError):
    """The request with this idempotency key was carried out, and its answer was lost with the process that made it."""

    code, status = "IDEMPOTENCY_ANSWER_LOST", 409


class Decided(Conflict):
    """Somebody else decided it meanwhile."""


class UnderWay(Conflict):
    """It runs already."""


class InUse(Conflict):
    """Another one has this name."""


class LastAdministrator(Conflict):
    """Nobody would be left who may let others in."""


class SyncInProgress(UnderWay):
    """A sync runs already."""

    code = "SYNC_IN_PROGRESS"


class RateLimited(CourierError):
    """Too many requests; Retry-After says when."""

    code, status = "RATE_LIMIT_EXCEEDED", 429


class RedisUnavailable(CourierError):
    """Redis does not answer."""

    code, status = "REDIS_UNAVAILABLE", 503


class LostClaim(Exception):
    """Another worker owns the row now; nothing done since counts."""


class ForbiddenMove(RuntimeError):
    """The table of moves does not know this one: a bug."""

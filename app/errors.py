"""Everything that can go wrong on purpose, as a tree.

IngestError                     a job met it: app/jobs/retry.py says wait or give up
├── SourceError
│   ├── SourceUnreachable       time-out, reset, 5xx, 429 of a source
│   ├── SourceRefused           401, 403: credentials or sharing must be mended
│   ├── SourceMissing           404, 410: the link must be mended
│   ├── BadAddress              not an address we may fetch: wrong, private, or redirected there
│   ├── NotAFile                a web page where a file was promised
│   ├── FileTooLarge            by header or by byte
│   ├── EmptyFile               nothing in it
│   ├── UnsafeArchive           a workbook that would explode
│   ├── SeveralLists            an archive of more lists than may be one file
│   └── GoogleUnavailable       Google's error or limit
├── FileError
│   ├── FileGone                the raw file is no longer on the volume
│   ├── ChecksumMismatch        what was read is not what was stored
│   ├── VolumeIsFull            quota or disk
│   ├── VolumeReadOnly          we may not write
│   └── WorkersLost             one worker after the other died over it
├── AnalysisError
│   ├── AnalysisUnreachable     refused connection, no answer
│   ├── AnalysisUnavailable     5xx
│   ├── AnalysisRefused         4xx
│   ├── AnalysisLost            it no longer knows the job
│   ├── AnalysisStalled         no end in time
│   ├── AnalysisCrashed         its process ended
│   └── Unreadable              a layout nobody can read
└── ResultError
    └── BrokenResult            the result file is not whole or not ours
CourierError                    a person or program asked for it: the door answers with its status
├── NotFound  Invalid  Forbidden  Unauthorized  CursorExpired
└── Conflict                    it cannot be done as things stand
    ├── Decided  InUse  LastAdministrator
    └── UnderWay                SyncInProgress
LostClaim                       another worker was faster: say nothing
ForbiddenMove                   a bug: fail loudly
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
    code = "SOURCE_UNREACHABLE"


class SourceRefused(SourceError):
    code = "SOURCE_REFUSED"


class SourceMissing(SourceError):
    code = "SOURCE_MISSING"


class BadAddress(SourceError):
    code = "BAD_ADDRESS"


class NotAFile(SourceError):
    code = "NOT_A_FILE"


class FileTooLarge(SourceError):
    code = "FILE_TOO_LARGE"


class EmptyFile(SourceError):
    code = "EMPTY_FILE"


class UnsafeArchive(SourceError):
    code = "UNSAFE_ARCHIVE"


class SeveralLists(SourceError):
    code = "SEVERAL_LISTS"


class GoogleUnavailable(SourceError):
    code = "GOOGLE_UNAVAILABLE"


class FileError(IngestError):
    code = "FILE_ERROR"


class FileGone(FileError):
    code = "FILE_GONE"


class ChecksumMismatch(FileError):
    code = "CHECKSUM_MISMATCH"


class VolumeIsFull(FileError):
    code = "VOLUME_FULL"


class VolumeReadOnly(FileError):
    code = "VOLUME_READ_ONLY"


class WorkersLost(FileError):
    code = "WORKERS_LOST"


class AnalysisError(IngestError):
    code = "ANALYSIS_ERROR"


class AnalysisUnreachable(AnalysisError):
    code = "ML_UNREACHABLE"


class AnalysisUnavailable(AnalysisError):
    code = "ML_UNAVAILABLE"


class AnalysisRefused(AnalysisError):
    code = "ML_REFUSED"


class AnalysisLost(AnalysisError):
    code = "ML_JOB_LOST"


class AnalysisStalled(AnalysisError):
    code = "STALLED"


class AnalysisCrashed(AnalysisError):
    code = "ML_CRASHED"


class Unreadable(AnalysisError):
    code = "UNREADABLE"


class ResultError(IngestError):
    code = "RESULT_ERROR"


class BrokenResult(ResultError):
    code = "BROKEN_RESULT"


class CourierError(Exception):
    """Somebody asked for what cannot be done; doors answer with ``status`` and ``code``."""

    code: ClassVar[str] = "VALIDATION_ERROR"
    status: ClassVar[int] = 400

    def __init__(self, message: str, *, details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.details = details or {}


class Invalid(CourierError):
    """``details`` may map a field to its sentence."""


class Unauthorized(CourierError):
    code, status = "UNAUTHORIZED", 401


class Forbidden(CourierError):
    code, status = "FORBIDDEN", 403


class NotFound(CourierError):
    code, status = "NOT_FOUND", 404


class Conflict(CourierError):
    code, status = "CONFLICT", 409


class CursorExpired(CourierError):
    """What follows the reader's last change is no longer kept."""

    code, status = "CURSOR_EXPIRED", 410


class Decided(Conflict):
    """Somebody else decided it meanwhile."""


class UnderWay(Conflict):
    """It runs already."""


class InUse(Conflict):
    """Another one has this name."""


class LastAdministrator(Conflict):
    """Nobody would be left who may let others in."""


class SyncInProgress(UnderWay):
    code = "SYNC_IN_PROGRESS"


class RateLimited(CourierError):
    code, status = "RATE_LIMIT_EXCEEDED", 429


class RedisUnavailable(CourierError):
    code, status = "REDIS_UNAVAILABLE", 503


class LostClaim(Exception):
    """Another worker owns the row now; nothing done since counts."""


class ForbiddenMove(RuntimeError):
    """The table of moves does not know this one: a bug."""

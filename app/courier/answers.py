"""What a server's answer says, and what its silence means: errors in words, stamps, where a redirect leads."""

from __future__ import annotations

import re
import socket
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import quote

import requests
import urllib3

from app import foreign
from app.courier import file_names
from app.errors import (
    SourceError,
    SourceMissing,
    SourceRefused,
    SourceUnreachable,
)

#: so much of a header is kept
MOST_OF_A_HEADER = 2000


def error_of(answer: requests.Response, where: str) -> SourceError:
    """What an answer that is not 2xx means for the job."""
    status = answer.status_code
    said = f"{where} answers {status} {foreign.text(answer.reason or '', most=200)}".rstrip()
    if status in (401, 403, 407):
        details = {"status": status}
        return SourceRefused(f"{said}: check the supplier's credentials or ask for access.", details=details)
    if status in (404, 410):
        return SourceMissing(f"{said}: the file is not there. Correct the supplier's address.")
    if status in (408, 425, 429) or status >= 500:
        return SourceUnreachable(f"{said}.", retry_after=retry_after(answer), details={"status": status})
    return SourceMissing(f"{said}: this address does not give a file. Correct the supplier's address.")


def retry_after(answer: requests.Response) -> float | None:
    """Seconds from ``Retry-After``, which is a number or a date."""
    value = answer.headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def validator(value: str | None) -> str | None:
    """A stamp of a version that can be sent back as it came; one that cannot be kept is none."""
    fits = value is not None and len(value) <= MOST_OF_A_HEADER and foreign.text(value) == value
    return value if fits else None


def location(header: str) -> str:
    """Where a redirect leads: servers write UTF-8 and spaces that belong escaped; what is escaped stays as it is."""
    return quote(file_names.in_utf8(header.strip()), safe="%/:=&?~#+!$,;'@()*[]-._|^")


def _inside(error: BaseException) -> BaseException | None:
    wrapped = (error.__cause__, getattr(error, "reason", None), *error.args[:1])
    return next((each for each in wrapped if isinstance(each, BaseException)), None)


def silence_in_words(error: BaseException) -> str:
    """The innermost cause, without addresses of Python objects."""
    while (inner := _inside(error)) is not None:
        error = inner
    if isinstance(error, TimeoutError | urllib3.exceptions.TimeoutError):
        return "it does not answer in time"
    if isinstance(error, socket.gaierror | urllib3.exceptions.NameResolutionError):
        return "its name is not known"
    if isinstance(error, ConnectionRefusedError):
        return "it refuses the connection"
    text = getattr(error, "strerror", None) or str(error)
    return re.sub(r"^<[^>]*>: |HTTPS?Connection[^:]*: ", "", text).rstrip(".") or type(error).__name__

"""Google Sheets: Google's own XLSX export of the whole spreadsheet, byte for byte."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import google.auth.exceptions
import google.auth.transport.requests
from google.oauth2 import service_account

from app.courier import fetch_guard, google_limit
from app.courier.url import Download, Limits, Wanted
from app.errors import BadAddress, GoogleUnavailable, SourceRefused, SourceUnreachable
from app.extensions import settings

SCOPES = ("https://www.googleapis.com/auth/drive.readonly",)
_SHEET = re.compile(r"/spreadsheets(?:/u/\d+)?/d/(?P<published>e/)?(?P<id>[A-Za-z0-9_-]{5,})")


def is_sheet(url: str) -> bool:
    """By the address, not by what the supplier was entered as: a sheet's link is one wherever it stands."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    ours = urlsplit(settings().google_sheets_base_url)
    return parts.hostname in ("docs.google.com", ours.hostname) and _SHEET.search(parts.path) is not None


def export_url(url: str) -> str:
    """Whichever link a person copied, the export of all its sheets. The Drive export would end at 10 MB."""
    match = _SHEET.search(urlsplit(url).path)
    if match is None:
        raise BadAddress(f"{url[:200]!r} is no link to a Google Sheet.")
    base = settings().google_sheets_base_url.rstrip("/")
    if match["published"]:
        return f"{base}/spreadsheets/d/e/{match['id']}/pub?output=xlsx"
    return f"{base}/spreadsheets/d/{match['id']}/export?format=xlsx"


def open_export(url: str, *, session: fetch_guard.Session, limits: Limits) -> Download:
    """Raises SourceRefused when the sheet is not shared, GoogleUnavailable for limits and errors of Google's."""
    address = export_url(url)
    key_file = settings().google_credentials_path
    account = _account(key_file, key_file.stat().st_mtime) if key_file.is_file() else None
    try:
        try:
            return _open(address, account, session=session, limits=limits)
        except SourceRefused:
            if account is None:
                raise
            account.token = None  # expired or revoked meanwhile: once more with a fresh one
            return _open(address, account, session=session, limits=limits)
    except SourceUnreachable as error:
        if error.details.get("status") == 429:
            google_limit.close(error.retry_after)
        raise GoogleUnavailable(str(error), retry_after=error.retry_after) from error
    except SourceRefused as error:
        raise SourceRefused(_not_shared(account)) from error


def _open(address: str, account: Any, *, session: fetch_guard.Session, limits: Limits) -> Download:
    headers = {"Authorization": f"Bearer {_token(account)}"} if account is not None else {}
    download = Download(
        Wanted(address, secret_headers=headers, source_type="google_sheets"), session=session, limits=limits
    )
    if download.facts is not None and download.facts.mime_type == "text/html":  # the way to the sign-in page
        download.close()
        raise SourceRefused("Google answers with a page.")
    return download


def _token(account: Any) -> str:
    if not account.valid:
        try:
            account.refresh(google.auth.transport.requests.Request())
        except google.auth.exceptions.TransportError as error:
            raise GoogleUnavailable(f"Google's sign-in cannot be reached: {error}.") from error
        except google.auth.exceptions.GoogleAuthError as error:
            raise SourceRefused(
                f"Google does not accept the service account {account.service_account_email}: {error}."
            ) from error
    return str(account.token)


@lru_cache(maxsize=2)
def _account(path: Path, _changed: float) -> Any:
    try:
        return service_account.Credentials.from_service_account_info(  # type: ignore[no-untyped-call]
            json.loads(path.read_text(encoding="utf-8")), scopes=SCOPES
        )
    except (OSError, ValueError) as error:
        raise SourceRefused(f"GOOGLE_CREDENTIALS_PATH is no key of a service account: {error}.") from error


def _not_shared(account: Any) -> str:
    whom = (
        f"Share it with {account.service_account_email}"
        if account is not None
        else "Share it with anyone who has the link"
    )
    return f"Google does not let us read this sheet. {whom} (Viewer is enough), then retry."

"""Where a supplier's file comes from: one line a kind of source."""

from __future__ import annotations

import threading

from app.courier import fetch_guard, google_limit, share_links, sheets
from app.courier.secret_headers import unseal
from app.courier.url import Download, Limits, Wanted
from app.errors import BadAddress
from app.extensions import settings
from app.models.job import Job
from app.models.supplier import Supplier

_sessions = threading.local()


def open_source(url: str, supplier: Supplier, *, known: Job | None) -> Download:
    """The supplier's file, ready to be poured. ``known`` is the job whose bytes we need not fetch again.

    Raises SourceError; what the source answers is in the sentence.
    """
    if sheets.is_sheet(url):
        return sheets.open_export(url, session=guarded_session(), limits=limits())
    config = limits()
    address = share_links.direct(
        fetch_guard.check_url(url), session=guarded_session(), timeout=(config.connect, config.silence)
    )
    wanted = Wanted(
        address,
        secret_headers=unseal(supplier.secret_headers),
        etag=known.etag if known else None,
        last_modified=known.last_modified if known else None,
        source_type=supplier.source_type,
    )
    return Download(wanted, session=guarded_session(), limits=config)


def wait_for_turn(url: str) -> float:
    """Seconds until this source may be asked; only Google's are counted."""
    return google_limit.wait_for_turn() if sheets.is_sheet(url) else 0.0


def address_of(job: Job, supplier: Supplier) -> str:
    """What to fetch for this job. Raises BadAddress when there is nothing."""
    url = job.source_url or supplier.source_url
    if not url:
        raise BadAddress(f"{supplier.name} has no address to fetch from. Enter one, or upload the file.")
    return url


def limits() -> Limits:
    config = settings()
    return Limits(
        connect=config.fetch_connect_timeout_seconds,
        silence=config.fetch_read_timeout_seconds,
        total=config.fetch_total_timeout_seconds,
        max_bytes=config.max_file_bytes,
    )


def guarded_session() -> fetch_guard.Session:
    """One a thread, kept: the workers of a supplier's host reuse its connection."""
    config = settings()
    key = (config.fetch_allowed_hosts, config.google_sheets_base_url)
    if getattr(_sessions, "key", None) != key:
        allowed = fetch_guard.Allowed(
            config.fetch_allowed_hosts, ours=(config.ml_analyze_url, config.redis, config.database_url)
        )
        _sessions.key, _sessions.session = key, fetch_guard.session(allowed)
    found: fetch_guard.Session = _sessions.session
    return found

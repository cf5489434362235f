"""Links that a person copies from a file store lead to a page about the file; here they lead to the file."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlsplit, urlunsplit

import orjson
import requests

from app.courier import fetch_guard
from app.courier.answers import error_of
from app.errors import SourceMissing, SourceUnreachable
from handoff.addresses import without_secrets

#: says where a public file of Yandex Disk lies just now
YANDEX = "https://cloud-api.yandex.net/v1/disk/public/resources/download"
_DRIVE_FILE = re.compile(r"/file/(?:u/\d{1,3}/)?d/([A-Za-z0-9_-]{10,100})")
_ANSWER_BYTES = 64 << 10


def direct(url: str, *, session: fetch_guard.Session, timeout: tuple[float, float]) -> str:
    """The address of the file itself; any other address as it is. Raises SourceError where the store is asked."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    if host in ("disk.yandex.ru", "disk.yandex.com", "disk.360.yandex.ru", "yadi.sk"):
        return _yandex(url, session=session, timeout=timeout)
    for known, way in _WAYS:
        if host == known or host.endswith(f".{known}"):
            return way(url)
    return url


def _drive(url: str) -> str:
    parts = urlsplit(url)
    found = _DRIVE_FILE.match(parts.path)
    file_id = found[1] if found else next(iter(parse_qs(parts.query).get("id", [])), "")
    if not file_id:
        return url
    # "confirm" answers the page that warns of files too large to be looked at for viruses.
    return f"https://drive.usercontent.google.com/download?id={quote(file_id, safe='')}&export=download&confirm=t"


def _with(name: str, value: str) -> Callable[[str], str]:
    def changed(url: str) -> str:
        parts = urlsplit(url)
        query = [(key, given) for key, given in parse_qsl(parts.query, keep_blank_values=True) if key != name]
        return urlunsplit(parts._replace(query=urlencode([*query, (name, value)])))

    return changed


def _onedrive(url: str) -> str:
    """The service's own way to name a shared link: its address in base64."""
    token = base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")
    return f"https://api.onedrive.com/v1.0/shares/u!{token}/root/content"


_WAYS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("drive.google.com", _drive),
    ("dropbox.com", _with("dl", "1")),
    ("1drv.ms", _onedrive),
    ("onedrive.live.com", _onedrive),
    ("sharepoint.com", _with("download", "1")),
)


def _yandex(url: str, *, session: fetch_guard.Session, timeout: tuple[float, float]) -> str:
    try:
        asked = f"{YANDEX}?{urlencode({'public_key': url})}"
        with (
            session.at_most(sum(timeout)),
            session.get(fetch_guard.check_url(asked), timeout=timeout, stream=True, allow_redirects=False) as answer,
        ):
            if answer.status_code != 200:
                raise error_of(answer, without_secrets(url))
            said = answer.raw.read(_ANSWER_BYTES, decode_content=True)
            found = orjson.loads(said)["href"]
    except requests.RequestException as error:
        raise SourceUnreachable(f"Yandex Disk cannot be reached for {without_secrets(url)}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise SourceMissing(f"Yandex Disk does not say where the file of {without_secrets(url)} lies.") from error
    return fetch_guard.check_url(str(found))

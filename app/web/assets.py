"""Static files under an address that carries their hash, so that browsers may keep them for ever.

Files are read and compressed once a process; there is no build step. The modules of ``js/`` name one another by
relative addresses, so all of them carry one hash: a change in one is a new address for each (ADR 394).
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import brotli
from flask import Blueprint, Flask, Response, abort, request, url_for
from markupsafe import Markup

from app.access import policy

STATIC = Path(__file__).resolve().parent.parent / "static"
#: what a module says to its readers is not sent; its lines keep their numbers
_COMMENT = re.compile(rb"^[ \t]*(?://|/\*\*|\*)[^\n]*$", re.MULTILINE)
_SYMBOL = re.compile(r'<symbol id="([^"]+)"[^>]*>([^\n]*)</symbol>')
_ICON = Markup('<svg class="icon" data-icon="{}" viewBox="0 0 24 24" aria-hidden="true">{}</svg>')
_IMPORT = re.compile(r'^import [^"\n]*"\./([a-z]+\.js)";$', re.MULTILINE)
bp = Blueprint("assets", __name__, url_prefix="/assets")


@dataclass(frozen=True)
class Asset:
    """The three forms of one file, and the hash that names it."""

    digest: str
    mime: str
    plain: bytes
    gzipped: bytes
    brotli: bytes


@cache
def load(name: str) -> Asset:
    """Raises FileNotFoundError for anything that is not a file below app/static."""
    try:
        path = (STATIC / name).resolve()
        found = path.is_relative_to(STATIC) and path.is_file()
    except (OSError, ValueError):  # longer than a name may be, or with a NUL in it
        found = False
    if not found:
        raise FileNotFoundError(name)
    plain = path.read_bytes()
    if name.startswith("js/"):
        plain = _COMMENT.sub(b"", plain)
    named = (
        b"".join(each.read_bytes() for each in sorted(path.parent.glob("*.js"))) if name.startswith("js/") else plain
    )
    return Asset(
        digest=hashlib.sha256(named).hexdigest()[:12],
        mime=mimetypes.guess_type(path.name)[0] or "application/octet-stream",
        plain=plain,
        gzipped=gzip.compress(plain, 9, mtime=0),
        brotli=bytes(brotli.compress(plain, quality=11)),
    )


@cache
def asset_url(name: str) -> str:
    """Address of a file below app/static, as templates name it."""
    return url_for("assets.serve", digest=load(name).digest, name=name)


@cache
def drawn_icon(name: str) -> Markup:
    """One icon of icons.svg, drawn into the page: a browser draws shapes at a fraction of what a reference to another
    file costs it, a hundred times a page. Raises KeyError for an icon that is not there.
    """
    shape = Markup(_icons()[name])  # noqa: S704 # nosec B704 - a file of ours
    return _ICON.format(name, shape)


@cache
def _icons() -> dict[str, str]:
    return dict(_SYMBOL.findall(load("icons.svg").plain.decode()))


@cache
def imported(name: str) -> tuple[str, ...]:
    """Names of the modules that a module of ``js/`` needs, all the way down: fetched with it, not after it."""
    found: dict[str, None] = {}
    waiting = [name]
    while waiting:
        text = load(waiting.pop()).plain.decode()
        new = [each for each in (f"js/{short}" for short in _IMPORT.findall(text)) if each not in found]
        found |= dict.fromkeys(new)
        waiting += new
    return tuple(found)


@bp.get("/<digest>/<path:name>")
@policy.public
def serve(digest: str, name: str) -> Response:
    """An old hash gets the present file too, but is not kept."""
    try:
        found = load(name)
    except FileNotFoundError:
        abort(404)
    accepted = request.headers.get("Accept-Encoding", "")
    body, coding = found.plain, ""
    if "br" in accepted:
        body, coding = found.brotli, "br"
    elif "gzip" in accepted:
        body, coding = found.gzipped, "gzip"
    response = Response(body, content_type=f"{found.mime}; charset=utf-8")
    if coding:
        response.headers["Content-Encoding"] = coding
    response.vary.add("Accept-Encoding")
    fresh = digest == found.digest
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if fresh else "no-cache"
    return response


def register(app: Flask) -> None:
    app.register_blueprint(bp)
    app.jinja_env.globals |= {"asset": asset_url, "drawn_icon": drawn_icon, "modules_of": imported}
    if app.config["TEMPLATES_AUTO_RELOAD"]:
        # In development a changed stylesheet shows with the next page.
        app.before_request(forget)


def forget() -> None:
    """Read every file again when it is asked for."""
    load.cache_clear()
    imported.cache_clear()
    asset_url.cache_clear()
    _icons.cache_clear()
    drawn_icon.cache_clear()

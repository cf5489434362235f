"""A fragment is a template that a page also includes: these give htmx the piece and everyone else the page."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request

from app.errors import CourierError
from app.web import menu
from app.web.sentences import told


def wants_piece() -> bool:
    """htmx asked for something to swap in, rather than for a page."""
    return "HX-Request" in request.headers and not (
        "HX-Boosted" in request.headers or "HX-History-Restore-Request" in request.headers
    )


def page_or_fragment(page: str, fragment: str, /, **context: Any) -> Response:
    """Answer htmx with the piece it will swap, and everyone else with the page."""
    response = make_response(render_template(fragment if wants_piece() else page, **context))
    response.vary.add("HX-Request")  # or a cache hands the piece to a full page load
    return response


def version_of(html: str) -> str:
    """What a polled region sends back to hear only of changes."""
    return hashlib.blake2b(html.encode(), digest_size=9).hexdigest()


@dataclass(frozen=True)
class Region:
    """A rendered region with its version in place, ready to be sent many times."""

    html: str
    version: str
    body: bytes

    @classmethod
    def of(cls, html: str) -> Region:
        version = version_of(html)
        html = html.replace("@version@", version)
        return cls(html, version, html.encode())


def polled(region: Region | str, *, made_at: float | None = None, last: bool = False) -> Response:
    """A region that htmx polls: 204 while it shows what is true already.

    The region carries its version in ``hx-vals`` as ``v``. ``made_at`` (seconds since the epoch) tells
    how old a remembered answer is; the page adds the time since to say its own age. The counts of the menu come
    along, so that both say the same; with the ``last`` answer, behind which nothing is asked, as they are now.
    """
    if isinstance(region, str):
        region = Region.of(region)
    response = Response(status=204) if request.args.get("v") == region.version else Response(region.body)
    age = 0.0 if made_at is None else max(0.0, time.time() - made_at)
    response.headers["X-Age-Ms"] = str(int(age * 1000))
    response.headers["X-Menu"] = json.dumps(menu.counts(anew=last))
    response.headers["Cache-Control"] = "no-store"
    return response


def with_version(html: str) -> str:
    """The same region as part of a page."""
    return Region.of(html).html


def done(message: str, back: str, *, tone: str = "good") -> Response:
    """After a form: the page at ``back`` shows the sentence, whoever asked."""
    flash(message, tone)
    if wants_piece():
        response = Response(status=204)
        response.headers["HX-Redirect"] = back
        return response
    return make_response(redirect(back, code=303))


def say(response: Response, message: str, *, tone: str = "good", undo: tuple[str, str] | None = None) -> Response:
    """Add a passing notice to a piece. ``undo``: address and label of a button that takes the act back."""
    event = {"notice": {"text": message, "tone": tone} | ({"undo": undo[0], "label": undo[1]} if undo else {})}
    # Python's own JSON escapes whatever is not ASCII: a header cannot carry anything else.
    response.headers["HX-Trigger"] = json.dumps(event)
    return response


def refused(error: CourierError) -> Response:
    """A piece that was refused: nothing is swapped, the sentence is shown."""
    sentence = told(str(error))
    return say(Response(sentence, status=error.status, mimetype="text/plain"), sentence, tone="bad")

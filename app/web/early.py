"""A page that sends what it has at once ahead of what it must work out.

The head, the menu and the frame of a page are known as soon as its reader is. Sent first, they let the browser fetch
styles and draw the menu while the database is asked for the rest: the reader sees where he is, and on a slow day he
sees it long before the rows. What can still go wrong after that can no longer be told by the status, which is out: it
is told in the page, where the content would stand, and in the log as every other fault.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from flask import Response, make_response, render_template, request, stream_with_context

from app.asked_again import again
from app.web.fragments import wants_piece
from app.web.security import late_error

#: where ``base.html`` leaves out the content of a frame; no text of a page holds it, as they are escaped
PLACE = "<!--content-->"
GZIP = 16 + zlib.MAX_WBITS

Build = Callable[[], Mapping[str, Any]]


def page(template: str, build: Build, /, *, fragment: str = "") -> Response:
    """The page of ``template`` with what ``build`` finds out; to htmx its ``fragment``, if it has one.

    ``build`` only reads, and changes nothing in the session: the cookie is sent before it. An address with wishes (a
    search, a page of a list) may be a wrong one and has to be answered with its status, so it waits for ``build``.
    """
    if request.args or request.method != "GET" or wants_piece() or "HX-Request" in request.headers:
        response = make_response(render_template(fragment if fragment and wants_piece() else template, **build()))
    else:
        frame = render_template(template, part="frame")
        response = Response(mimetype="text/html")
        chunks: Iterable[bytes] = _chunks(template, frame, build, response)
        if request.accept_encodings.quality("gzip"):
            response.headers["Content-Encoding"] = "gzip"
            chunks = _packed(chunks)
        response.headers["X-Accel-Buffering"] = "no"  # a proxy must not wait for the whole
        response.response = stream_with_context(iter(chunks))
    if fragment:
        response.vary.add("HX-Request")  # or a cache hands the piece to a full page load
    return response


def _chunks(template: str, frame: str, build: Build, response: Response) -> Iterator[bytes]:
    head, _, tail = frame.partition(PLACE)
    yield head.encode()
    try:
        content = again(lambda: render_template(template, part="content", **build()))
    except Exception as error:
        content, response.status_code = late_error(error)  # the log tells it; the reader's 200 is under way
    yield (content + tail).encode()


def _packed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Each chunk compressed so that it can be read when it arrives, which whole streams of a compressor cannot."""
    packer = zlib.compressobj(6, zlib.DEFLATED, GZIP)
    for chunk in chunks:
        yield packer.compress(chunk) + packer.flush(zlib.Z_SYNC_FLUSH)
    yield packer.flush()

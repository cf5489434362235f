"""Our own products from a list: choose the file, say which column is which, take it, hear what was left."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from functools import partial
from typing import Any, get_args
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, stream_with_context, url_for
from flask_babel import gettext as _

from app import product_lists
from app.access import policy
from app.catalog.product_rows import COLUMNS, REQUIRED, Mark, Money
from app.errors import IngestError, Invalid, NotFound
from app.jobs.contents import harmless
from app.money import office_currency
from app.product_lists import Choice
from app.web.security import handle_errors

bp = Blueprint("product_import", __name__, url_prefix="/catalogue/import")
handle_errors(bp)

CHUNK = 1 << 20


@bp.get("")
@policy.require("admin", "procurement")
def start() -> str:
    return _start_page()


@bp.post("")
@policy.require("admin", "procurement")
def receive() -> Response:
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise Invalid(_("Choose a file."))
        token = product_lists.place(iter(partial(file.stream.read, CHUNK), b""), file.filename)
    except Invalid as error:
        return make_response(_start_page(problem=str(error)), 422)
    return make_response(redirect(url_for("product_import.choose", token=token), 303))


@bp.get("/<uuid:token>")
@policy.require("admin", "procurement")
def choose(token: UUID) -> Response:
    """The first rows with a choice above each column."""
    return _choose_page(token, _choice(request.args))


@bp.post("/<uuid:token>")
@policy.require("admin", "procurement")
def take(token: UUID) -> Response:
    form = request.form
    choice = _choice(form)
    places = {column: int(name[7:]) for name, column in form.items() if name.startswith("column-") and column}
    try:
        chosen = [column for name, column in form.items() if name.startswith("column-") and column]
        if doubled := sorted({_name(column) for column in chosen if chosen.count(column) > 1}):
            raise Invalid(_("%(name)s is chosen for two columns.", name=", ".join(doubled)))
        done = product_lists.take(
            token,
            choice,
            {column: place for column, place in places.items() if column in COLUMNS},
            money=_money(),
            header_row=choice.header_row or 0,
            actor=policy.actor().username,
        )
    except (Invalid, IngestError) as error:
        return _choose_page(token, choice, problem=str(error), chosen={at: name for name, at in places.items()})
    return make_response(_start_page(imported=done, token=token))


@bp.get("/<uuid:token>/passed-over.csv")
@policy.require("admin", "procurement")
def passed_over(token: UUID) -> Response:
    """The rows that were not taken, with the reason, ready to be mended and imported again."""
    rows = product_lists.passed_over(token)
    header = next(rows, None)
    if header is None:
        raise NotFound(_("What was passed over is no longer kept: import the list again."))
    response = Response(stream_with_context(_as_csv(header[2], rows)), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename="passed-over.csv")
    return response


def _as_csv(header: list[str], rows: Iterator[tuple[int, str, list[str]]]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield "\ufeff"
    writer.writerow(["line", "reason", *map(harmless, header)])
    for line, why, cells in rows:
        writer.writerow([line, harmless(why), *map(harmless, cells)])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _choice(given: Any) -> Choice:
    header = given.get("header_row", "").strip()
    if header and not (header.isdecimal() and len(header) < 8):
        raise Invalid(_("The header's row is a number."))
    return Choice(
        sheet=given.get("sheet") or None,
        header_row=int(header) if header else None,
        encoding=given.get("encoding") or None,
        delimiter={"tab": "\t"}.get(given.get("delimiter", ""), given.get("delimiter")) or None,
    )


def _money() -> Money:
    mark, currency = request.form.get("decimal_mark", ""), request.form.get("currency", "").strip()
    marks: dict[str, Mark] = {each: each for each in get_args(Mark)}
    return Money(mark=marks.get(mark), currency=office_currency.code(currency) if currency else None)


def _start_page(*, problem: str = "", imported: Any = None, token: UUID | None = None) -> str:
    return render_template("catalog/import.html", problem=problem, imported=imported, token=token)


def _choose_page(token: UUID, choice: Choice, *, problem: str = "", chosen: dict[int, str] | None = None) -> Response:
    """Where the reader cannot be asked or cannot read, that is said, with a way to try again."""
    try:
        look = product_lists.look(token, choice)
    except IngestError as error:
        problem, look = problem or str(error), None
    page = render_template(
        "catalog/choose.html",
        look=look,
        token=token,
        choice=choice,
        problem=problem,
        assigned=chosen if chosen is not None else look.assigned if look else {},
        fields=[(name, _name(name)) for name in COLUMNS],
        required=[_name(name) for name in REQUIRED],
        form=request.form,
    )
    return make_response(page, 422 if problem else 200)


def _name(column: str) -> str:
    """A column of ours as a person reads it."""
    names: dict[str, str] = {
        "internal_sku": _("SKU"),
        "name": _("Name"),
        "brand": _("Brand"),
        "barcode": _("Barcode"),
        "category": _("Category"),
        "price": _("Price"),
        "currency": _("Currency"),
        "description": _("Description"),
        "status": _("Status"),
    }
    return names.get(column, column)

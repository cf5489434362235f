"""A list of products into the catalogue: by SKU, in one transaction, nothing half-taken."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app import audit
from app.catalog import locked, product_rows
from app.catalog.product_rows import COLUMNS, MARKED, REQUIRED, Money, Wrong
from app.errors import Invalid
from app.extensions import db
from app.models.catalog import Category, Product
from app.money import best

__all__ = ["COLUMNS", "MARKED", "REQUIRED", "Imported", "import_csv", "import_rows"]

WRITTEN = ("name", "brand", "barcode", "price", "currency", "description", "status", "category_id")
BATCH = 2000
MAX_TOLD = 20

#: the row's number from 1 with its cells
Row = tuple[int, Sequence[str]]
#: told every row that is passed over: its number, why, its cells
PassedOver = Callable[[int, str, Sequence[str]], None]


@dataclass
class Imported:
    """Counts of products; ``problems`` are sentences about rows that were passed over, the first 20 of them."""

    created: int = 0
    updated: int = 0
    skipped: int = 0
    problems: list[str] = field(default_factory=list)

    def skip(self, line: int, why: str) -> None:
        self.skipped += 1
        if len(self.problems) < MAX_TOLD:
            self.problems.append(f"Line {line}: {why}")


def import_rows(
    rows: Iterable[Row],
    places: Mapping[str, int],
    *,
    actor: str,
    money: Money = Money(),  # noqa: B008  frozen
    passed_over: PassedOver | None = None,
) -> Imported:
    """Insert or update by SKU; ``places`` says which column stands where. Raises Invalid where no row is a product.

    A product keeps the currency of its price where the list names none.
    """
    if lacking := product_rows.missing(places):
        raise Invalid(f"Say which column holds {' and '.join(lacking)}: every product needs both.")
    done = Imported()

    def skip(line: int, why: str, cells: Sequence[str]) -> None:
        done.skip(line, why)
        if passed_over is not None:
            passed_over(line, why, cells)

    taken = _taken(rows, places, money, skip)
    while batch := list(islice(taken, BATCH)):
        _write(batch, places, done)
    if not done.created + done.updated:
        db.session.rollback()
        raise Invalid("The file holds no product: each row needs a SKU and a name. " + " ".join(done.problems[:3]))
    audit.record(actor, "catalog.imported", f"{done.created} new, {done.updated} updated, {done.skipped} skipped")
    best.set_own()
    db.session.commit()
    return done


def import_csv(stream: BinaryIO, *, actor: str) -> Imported:
    """A price book as we export it, read without the other service. Raises Invalid when it is none."""
    rows = _rows_of(stream)
    header = next(rows, (1, []))[1]
    places = product_rows.places_of(header)
    if missing := product_rows.missing(places):
        found = ", ".join(text.strip().lower() for text in header)
        raise Invalid(
            f"The column {' and '.join(missing)} is missing. The first line must name the columns, "
            f"at least internal_sku and name; found: {found[:500] or 'nothing'}."
        )
    return import_rows(rows, places, actor=actor)


def _rows_of(stream: BinaryIO) -> Iterator[Row]:
    data = stream.read()
    if not data.strip():
        raise Invalid("The file is empty.")
    if b"\0" in data[:4096]:
        raise Invalid("This is not a CSV file. Save the table as CSV (UTF-8) and try again.")
    try:
        content = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid("The file is not UTF-8. Save it as “CSV UTF-8” and try again.") from error
    first, _end, rest = content.partition("\n")
    said = first.strip().strip('"').removeprefix("sep=") if first.strip().strip('"').startswith("sep=") else ""
    if said:
        first, content = rest.split("\n", 1)[0], rest
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=said[:1] or max(",;\t|", key=first.count))
    before = 1 if said else 0
    try:
        for cells in reader:
            yield reader.line_num + before, cells
    except csv.Error as error:
        raise Invalid(f"The file breaks off at line {reader.line_num + before}: {error}.") from error


def _taken(rows: Iterable[Row], places: Mapping[str, int], money: Money, skip: PassedOver) -> Iterator[dict[str, Any]]:
    seen: set[str] = set()
    categories = {
        row.name: row.id
        for row in db.session.execute(select(Category.name, Category.id).where(Category.parent_id.is_(None)))
    }
    for line, cells in rows:
        if not any(each.strip() for each in cells):
            continue
        try:
            values = product_rows.read_row(cells, places, money)
        except Wrong as wrong:
            skip(line, str(wrong), cells)
            continue
        sku = str(values["internal_sku"])
        if sku in seen:
            skip(line, f"the SKU {sku} stands in the file already.", cells)
            continue
        seen.add(sku)
        values["category_id"] = _category(str(values.pop("category", "")), categories)
        yield values


def _category(name: str, known: dict[str, UUID]) -> UUID | None:
    if name and name not in known:
        created = Category(name=name)
        db.session.add(created)
        db.session.flush()
        known[name] = created.id
    return known.get(name)


def _write(batch: list[dict[str, Any]], places: Mapping[str, int], done: Imported) -> None:
    columns = [column for column in WRITTEN if column.removesuffix("_id") in places]
    known = locked.hold(batch, {*columns, "currency"} if "price" in places else columns)
    statement = insert(Product).values(batch)
    given: dict[str, Any] = {column: statement.excluded[column] for column in columns if column != "currency"}
    if "price" in places:
        new = statement.excluded["currency"]
        given["currency"] = new if "currency" in places else func.coalesce(new, Product.currency)
    db.session.execute(
        statement.on_conflict_do_update(index_elements=[Product.internal_sku], set_=given | {"updated_at": func.now()})
    )
    done.updated += len(known)
    done.created += len(batch) - len(known)

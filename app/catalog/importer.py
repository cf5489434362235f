"""A CSV of products into the catalogue: by SKU, in one transaction, nothing half-taken."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, BinaryIO, cast
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app import audit
from app.errors import Invalid
from app.extensions import db
from app.models.catalog import Category, Product, ProductStatus

#: accepted names of a column, the first is ours
COLUMNS = {
    "internal_sku": ("internal_sku", "sku", "code", "article"),
    "name": ("name", "product", "title", "product_name"),
    "brand": ("brand", "manufacturer", "maker"),
    "barcode": ("barcode", "ean", "gtin", "upc"),
    "category": ("category", "group"),
    "price": ("price", "our_price", "mrp"),
    "description": ("description", "details"),
    "status": ("status",),
}
REQUIRED = ("internal_sku", "name")
#: 1,234.56 and 1.234,56
THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:\.\d{3})+,\d+")
#: 1,234: a thousand and more, or one and a bit
AMBIGUOUS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{0,2}(?:\.\d{3}){2,}")
MARKED = re.compile(r"(^|[;,|\t\n\r])'(?=[=+\-@\t\r])")
BATCH = 2000
MAX_TOLD = 20


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


def import_csv(stream: BinaryIO, *, actor: str) -> Imported:
    """Insert or update by SKU. Raises Invalid when it is no table of products."""
    reader = _reader(stream)
    places = _places(reader.fieldnames)
    done = Imported()
    seen: set[str] = set()
    categories = {
        row.name: row.id
        for row in db.session.execute(select(Category.name, Category.id).where(Category.parent_id.is_(None)))
    }
    batch: list[dict[str, object]] = []
    for values in _rows(reader, places, done, seen, categories):
        batch.append(values)
        if len(batch) >= BATCH:
            _write(batch, places, done)
            batch = []
    _write(batch, places, done)
    if not seen:
        db.session.rollback()
        raise Invalid("The file holds no product: each row needs a SKU and a name. " + " ".join(done.problems[:3]))
    audit.record(actor, "catalog.imported", f"{done.created} new, {done.updated} updated, {done.skipped} skipped")
    db.session.commit()
    return done


def _reader(stream: BinaryIO) -> csv.DictReader[str]:
    data = stream.read()
    if not data.strip():
        raise Invalid("The file is empty.")
    if b"\0" in data[:4096]:
        raise Invalid("This is not a CSV file. Save the table as CSV (UTF-8) and try again.")
    try:
        content = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid("The file is not UTF-8. Save it as “CSV UTF-8” and try again.") from error
    first = content.split("\n", 1)[0]
    delimiter = max(",;\t|", key=first.count)
    return csv.DictReader(io.StringIO(content, newline=""), delimiter=delimiter, restkey="", restval="")


def _places(headers: object) -> dict[str, str]:
    found = {str(header or "").strip().lower(): str(header) for header in cast("list[str]", headers or [])}
    places = {column: found[name] for column, names in COLUMNS.items() for name in reversed(names) if name in found}
    missing = [column for column in REQUIRED if column not in places]
    if missing:
        raise Invalid(
            f"The column {' and '.join(missing)} is missing. The first line must name the columns, "
            f"at least internal_sku and name; found: {', '.join(found) or 'nothing'}."
        )
    return places


def _rows(
    reader: csv.DictReader[str], places: dict[str, str], done: Imported, seen: set[str], categories: dict[str, UUID]
) -> Iterator[dict[str, object]]:
    try:
        for row in reader:
            values: dict[str, object] = {
                column: _as_it_was((row.get(header) or "").strip()) for column, header in places.items()
            }
            sku, name = str(values["internal_sku"]), str(values["name"])
            if not sku or not name:
                done.skip(reader.line_num, "the SKU or the name is empty.")
            elif sku in seen:
                done.skip(reader.line_num, f"the SKU {sku} stands in the file already.")
            elif len(sku) > 100 or len(name) > 500:
                done.skip(reader.line_num, "the SKU is longer than 100 or the name longer than 500 characters.")
            else:
                problem = _typed(values, categories)
                if problem:
                    done.skip(reader.line_num, problem)
                    continue
                seen.add(sku)
                yield values
    except csv.Error as error:
        raise Invalid(f"The file breaks off at line {reader.line_num}: {error}.") from error


def _as_it_was(text: str) -> str:
    """Without the mark that an export of ours puts before what a spreadsheet would take for a formula."""
    return MARKED.sub(r"\1", text)


def _typed(values: dict[str, object], categories: dict[str, UUID]) -> str | None:
    """Texts become what the columns hold; returns what is wrong with the row."""
    if "price" in values:
        written = str(values["price"])
        try:
            values["price"] = _amount(written)
        except InvalidOperation:
            return f"“{written}” is no price."
        except ValueError:
            return f"“{written}” may be thousands or thousandths: write it without a separator of thousands."
        if values["price"] is not None and not 0 <= cast(Decimal, values["price"]) < 10**10:
            return f"“{written}” is no price."
    status = str(values.pop("status", "") or ProductStatus.ACTIVE).lower()
    if status not in set(ProductStatus):
        return f"the status “{status}” is none of draft, active, archived."
    values["status"] = ProductStatus(status)
    category = str(values.pop("category", ""))[:255]
    if category and category not in categories:
        created = Category(name=category)
        db.session.add(created)
        db.session.flush()
        categories[category] = created.id
    values["category_id"] = categories.get(category)
    for column in ("brand", "barcode", "description"):
        if column in values:
            values[column] = str(values[column])[: {"brand": 255, "barcode": 50}.get(column, 10_000)] or None
    return None


def _amount(written: str) -> Decimal | None:
    """Either mark may be the decimal one. Raises InvalidOperation; ValueError where nobody can tell which it is."""
    digits = "".join(written.split())
    if not digits:
        return None
    if AMBIGUOUS.fullmatch(digits):
        raise ValueError(written)
    if THOUSANDS.fullmatch(digits):
        decimal_mark = digits.rstrip("0123456789")[-1]
        digits = digits.replace("," if decimal_mark == "." else ".", "")
    return Decimal(digits.replace(",", "."))


def _write(batch: list[dict[str, object]], places: dict[str, str], done: Imported) -> None:
    if not batch:
        return
    known = set(
        db.session.scalars(
            select(Product.internal_sku).where(Product.internal_sku.in_([row["internal_sku"] for row in batch]))
        )
    )
    statement = insert(Product).values(batch)
    columns = ("name", "brand", "barcode", "price", "description", "status", "category_id")
    given: dict[str, Any] = {
        column: statement.excluded[column] for column in columns if column.removesuffix("_id") in places
    }
    db.session.execute(
        statement.on_conflict_do_update(index_elements=[Product.internal_sku], set_=given | {"updated_at": func.now()})
    )
    done.updated += len(known)
    done.created += len(batch) - len(known)

"""A result file's lines into temporary tables, so that the database does the comparing.

One pass, one COPY, bounded memory: Python takes a line apart and lets go of it. Rows that share a code are told
apart afterwards (app.apply.identity).

One room: one pass over a result's lines and the tables it fills; the columns stand once.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import orjson
import psycopg
from pydantic import ValidationError
from sqlalchemy import text

from app import foreign, statements
from app.apply.identity import Repeat
from app.errors import BrokenResult
from app.extensions import db
from app.models.corrections import row_key
from app.models.supplier import Supplier
from handoff.api import SCHEMA_VERSION, ErrorLine, HeaderLine, Reading, TotalsLine
from handoff.doubts import Doubt, PassedOver, PassedOverExample
from handoff.exclusions import Exclusion, Sieve
from handoff.keys import NAME_LENGTH, plain_key

#: error lines of one file that are kept one by one; all are counted, and the result file has them
MAX_KEPT_ERRORS = 10_000
BLOCK = 500
PRICE = re.compile(r"\d{1,10}(\.\d+)?").fullmatch
CURRENCY = re.compile(r"[A-Z]{3}").fullmatch
#: why a price is none -> the code of the warning
FAULTS = {"zero": "PRICE_ZERO", "range": "PRICE_OUT_OF_RANGE"}
#: what ml-analyze may say of a match
STATUSES = frozenset({"", "auto_matched", "potential_match", "unmatched"})
#: characteristics that the treaty gives a field of their own
DETAILS = ("unit", "pack_size", "stock", "category", "brand", "barcode", "description")

# Quote and delimiter are control characters that are taken out of every text, so nothing needs escaping.
Q, D = "\x01", "\x02"
COPIED = (
    "new_id, sku, name, price, price_fault, currency, prices, characteristics, conditions, warnings, sheet, page, "
    '"row", cells, texts, match_status, match_product, match_score, match_candidates'
)
COPY_ITEMS = rf"COPY staged_item ({COPIED}) FROM STDIN (FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02', ENCODING 'utf8')"

# Made once a session and emptied by each commit: making and dropping them cost more than applying a small file.
TABLES = (
    text("""
    CREATE TEMP TABLE staged_item (
        new_id uuid, sku text, name text, price numeric(14, 4), price_fault text, currency text,
        prices jsonb, characteristics jsonb, conditions jsonb, warnings jsonb, sheet text, page int, "row" int,
        cells jsonb, texts jsonb, match_status text, match_product uuid, match_score numeric(5, 2),
        match_candidates jsonb, list_sku text, said jsonb
    ) ON COMMIT DELETE ROWS"""),
    text("""
    CREATE TEMP TABLE staged (
        new_id uuid, sku text, name text, price numeric(14, 4), currency text, price_fault text,
        match_status text, match_score numeric(5, 2), product_id uuid, item_id uuid, old_price numeric(14, 4),
        old_currency text, kind text, writes boolean, relinks boolean, asks boolean, prices_anew boolean,
        prices jsonb, characteristics jsonb, conditions jsonb, warnings jsonb, sheet text, page int, "row" int,
        cells jsonb, texts jsonb, match_candidates jsonb, list_sku text, said jsonb, odd text[] NOT NULL DEFAULT '{}'
    ) ON COMMIT DELETE ROWS"""),
    text("""
    CREATE TEMP TABLE staged_vanished (
        item_id uuid, sku text, name text, old_price numeric(14, 4)
    ) ON COMMIT DELETE ROWS"""),
)

#: rows from which the planner should know more than a table's size, and may hash in memory; for this transaction
MANY = 2000
FOR_MANY = text("SELECT set_config('work_mem', '128MB', true), set_config('default_statistics_target', '10', true)")
# Of a supplier whose items came since the last ANALYZE the planner expects one row; a loop over 150,000 instead takes
# hours. Where whole lists are joined, hashes cost the same whatever is expected.
LOOPS = text("SELECT set_config('enable_nestloop', :on, true)")
# Buffers are taken only as far as a file fills them; their number can be set before a session's first temporary table.
ROOM = text("SELECT set_config('temp_buffers', '64MB', false), to_regclass('pg_temp.staged_vanished') IS NOT NULL")


@contextmanager
def whole_lists_joined(*, many: bool) -> Iterator[None]:
    """For statements that join the staged rows of a long list with the items of its supplier."""
    if many:
        statements.run(LOOPS, {"on": "off"})
    yield
    if many:
        statements.run(LOOPS, {"on": "on"})


@dataclass
class Staged:
    """What the file says of itself in its first and its last line, the rows it could not read, how many it had.

    ``repeats`` are rows that say what another says, ``left`` counts the items that stay as a newer file has them,
    ``excluded`` the rows that nobody wants. ``mended`` are the ids of staged rows that the reader could not take and
    a person corrected. ``supplier`` is a plain record, as it was read for this file.
    """

    header: HeaderLine
    totals: TotalsLine
    errors: list[ErrorLine] = field(default_factory=list)
    rows: int = 0
    error_lines: int = 0
    repeats: list[Repeat] = field(default_factory=list)
    left: int = 0
    excluded: list[PassedOver] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)
    supplier: Supplier = field(kw_only=True)

    @property
    def reading(self) -> Reading:
        """The last line knows which rows were passed over, the first one cannot."""
        return self.totals.reading or self.header.reading

    @property
    def doubts(self) -> list[Doubt]:
        return self.totals.doubts or self.header.doubts

    @property
    def passed_over(self) -> list[PassedOver]:
        """With the counts of the reading where the result tells no rows, and with repeated items."""
        counted = [PassedOver(kind=kind, count=number) for kind, number in self.reading.skipped_rows.items() if number]
        told = [*(self.totals.passed_over or counted), *self.excluded]
        same = [each.row for each in self.repeats if not each.contradicts]
        if not same:
            return told
        examples = [PassedOverExample(sheet=each.sheet, row=each.row, text=each.name) for each in same[:3]]
        return [*told, PassedOver(kind="repeated", count=len(same), examples=examples)]

    @property
    def unwanted(self) -> int:
        """Items of the result that are none of the supplier's any more."""
        return sum(each.count for each in self.excluded)

    @property
    def many(self) -> bool:
        return self.rows >= MANY


def stage(
    path: Path,
    *,
    sha256: str | None,
    supplier: Supplier,
    corrected: Mapping[str, Mapping[str, str]] = {},
) -> Staged:
    """Fill ``staged_item`` inside the current transaction, without what the supplier's exclusions keep out by now.

    ``corrected``: key of a row that could not be taken -> what a person says of it (``RowCorrection.fields``).
    Raises BrokenResult when the file is not whole, not what was announced, or not of the treaty's shape.
    """
    if not statements.run(ROOM)[0][1]:
        for statement in TABLES:
            statements.run(statement)
    connection = cast("psycopg.Connection[Any]", db.session.connection().connection.driver_connection)
    unwanted = [Exclusion.model_validate(each) for each in supplier.exclusions]
    lines = Lines(path, Sieve(unwanted), corrected)
    try:
        with path.open("rb") as file, connection.cursor() as cursor, cursor.copy(COPY_ITEMS) as copy:
            for block in lines.rows(file):
                copy.write(block)
    except FileNotFoundError as error:
        raise BrokenResult(
            f"The result {path.name} is no longer on the volume; retry to have it made again."
        ) from error
    except (orjson.JSONDecodeError, ValidationError, psycopg.DataError, AttributeError, KeyError, TypeError) as error:
        raise BrokenResult(f"The result {path.name} has a line that is not of the agreed shape.") from error
    staged = lines.staged(supplier)
    if sha256 and lines.digest.hexdigest() != sha256:
        raise BrokenResult(f"The result {path.name} has the hash {lines.digest.hexdigest()}, announced was {sha256}.")
    if staged.many:
        statements.run(FOR_MANY)
        db.session.execute(text("ANALYZE staged_item (sku)"))
    return staged


class Lines:
    """Reads the lines in order; the header must come first and the totals last."""

    def __init__(self, path: Path, sieve: Sieve, corrected: Mapping[str, Mapping[str, str]]) -> None:
        self.path, self.sieve, self.corrected = path, sieve, corrected
        self.mended: list[str] = []
        self.digest = hashlib.sha256()
        self.header: HeaderLine | None = None
        self.totals: TotalsLine | None = None
        self.errors: list[ErrorLine] = []
        self.count = self.error_lines = 0
        self._ids = ordered_ids()

    def rows(self, file: Iterator[bytes]) -> Iterator[str]:
        """Blocks of COPY rows."""
        block: list[str] = []
        for line in file:
            self.digest.update(line)
            if self.totals is not None:
                raise BrokenResult(f"The result {self.path.name} goes on after its last line.")
            values = orjson.loads(line)
            if b"\\u00" in line:  # controls, which our COPY does not take; a supplier's cell may hold them
                values = foreign.fit(values)
            kind = values["kind"]
            if kind == "item" and self.header:
                if self.sieve.exclusions and not self.sieve.wants(values):
                    continue  # it was excluded after it was read, or by a reader that knows no exclusions
                block.append(self._row(values))
                if len(block) >= BLOCK:
                    yield "".join(block)
                    block.clear()
            elif kind == "error":
                self.error_lines += 1
                if mended := self._mended(values):
                    block.append(mended)
                elif len(self.errors) < MAX_KEPT_ERRORS:
                    self.errors.append(ErrorLine.model_validate(values))
            elif kind == "header":
                self.header = HeaderLine.model_validate(values)
            elif kind == "totals":
                self.totals = TotalsLine.model_validate(values)
        yield "".join(block)

    def staged(self, supplier: Supplier) -> Staged:
        if self.header is None or self.totals is None:
            raise BrokenResult(f"The result {self.path.name} is not whole: its first or last line is missing.")
        if self.header.schema_version > SCHEMA_VERSION:
            version = self.header.schema_version
            raise BrokenResult(
                f"The result {self.path.name} has version {version}; this courier reads {SCHEMA_VERSION}."
            )
        excluded = self.sieve.told()
        return Staged(
            self.header,
            self.totals,
            self.errors,
            self.count,
            self.error_lines,
            excluded=excluded,
            mended=self.mended,
            supplier=supplier,
        )

    def _mended(self, error: dict[str, Any]) -> str | None:
        """The row as a person corrected it; None for a row that nobody did."""
        fields = self.corrected.get(row_key(error.get("row") or [])) if self.corrected else None
        if fields is None:
            return None
        row = self._row({**fields, "source": error.get("source")})
        self.mended.append(row.partition(D)[0])
        return row

    def _row(self, item: dict[str, Any]) -> str:
        """One COPY row. Written out flat: this runs once for each of 150,000 rows."""
        get = item.get
        self.count += 1
        name = item["name"][:NAME_LENGTH]
        details = get("characteristics") or {}
        for role in DETAILS:
            if value := get(role):
                details[role] = value
        price, currency = get("price") or "", get("currency") or ""
        fault = "" if not price else ("range" if not PRICE(price) else "" if price.strip("0.") else "zero")
        warnings = get("warnings") or ([{"code": FAULTS[fault], "value": price}] if fault else None)
        source, match = get("source") or {}, get("match") or {}
        candidates, score = match.get("candidates"), match.get("score")
        if (status := match.get("status") or "") not in STATUSES:
            raise BrokenResult(f"The result {self.path.name} says {status} of a match; only a person may verify one.")
        return (
            f"{next(self._ids)}{D}{Q}{plain_key(item)}{Q}{D}{Q}{name}{Q}{D}"
            f"{'' if fault else price}{D}{fault}{D}{currency if CURRENCY(currency) else ''}{D}"
            f"{_json(_without_zeros(get('prices')))}{D}{_json(details)}{D}"
            f"{_json(get('conditions'))}{D}{_json(warnings)}{D}{_text(source.get('sheet'))}{D}"
            f"{source.get('page') or ''}{D}{source.get('row') or ''}{D}"
            f"{_json(source.get('cells'))}{D}{_json(source.get('text'))}{D}"
            f"{status}{D}{match.get('product_id') or ''}{D}{'' if score is None else score}{D}"
            f"{_json(candidates) if candidates else ''}\n"
        )


def ordered_ids() -> Iterator[str]:
    """UUIDs of version 7 (RFC 9562), ascending, so that 150,000 rows fill an index from one side."""
    stamp = f"{time.time_ns() // 1_000_000:012x}"
    start, salt = secrets.randbits(40), f"{secrets.randbits(12):03x}"
    for n in range(start, 1 << 48):
        yield f"{stamp[:8]}-{stamp[8:]}-7{salt}-8{salt}-{n:012x}"


def _without_zeros(prices: dict[str, str] | None) -> dict[str, str] | None:
    """0.00 is no price, in whichever column it stands."""
    return {name: price for name, price in prices.items() if price.strip("0.")} if prices else None


def _text(value: str | None) -> str:
    return f"{Q}{value[:255]}{Q}" if value else ""


def _json(value: Any) -> str:
    return orjson.dumps(value).decode() if value else "{}"

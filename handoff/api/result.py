"""How a file was read, and the lines of its result."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from handoff.api.shapes import SHA256, MatchStatus, Tolerant, Whole
from handoff.conditions import Conditions, Meaning
from handoff.doubts import Doubt, PassedOver

#: what this release reads. Additions alone raise no version: a release before passes over what it does not know.
#: 2 has a doubt, which a courier of version 1 would not ask about, so that it must refuse the result.
SCHEMA_VERSION = 2
PLAIN_VERSION = 1


class ColumnReading(Tolerant):
    """``index`` counts from 0; ``confidence`` lies between 0 and 1."""

    index: Whole
    header: str | None = None
    confidence: float = 1.0
    decimal_mark: str | None = None
    evidence: str | None = None


class SheetReading(Tolerant):
    """What was decided about one sheet (or one table, or one span of pages) and on what evidence.

    ``headers`` has one text a column, empty where it has none; ``meanings`` (by a column's index) tell what its money
    is, or which condition of the price it holds.
    """

    name: str
    used: bool
    reason: str = ""
    header_row: Whole | None = None
    first_row: Whole | None = None
    last_row: Whole | None = None
    rows: Whole = 0
    items: Whole | None = None
    columns: dict[str, ColumnReading] = Field(default_factory=dict)
    headers: list[str] = Field(default_factory=list)
    meanings: dict[int, Meaning] = Field(default_factory=dict)


class Reading(Tolerant):
    """How the file was understood, with evidence: shown on the job's page and correctable there."""

    format: str
    encoding: str | None = None
    encoding_evidence: str | None = None
    delimiter: str | None = None
    delimiter_evidence: str | None = None
    currency: str | None = None
    currency_evidence: str | None = None
    sheets: list[SheetReading] = Field(default_factory=list)
    skipped_rows: dict[str, int] = Field(default_factory=dict)
    hints_used: list[str] = Field(default_factory=list)
    warnings: list[str] = Field(default_factory=list)


class Source(Tolerant):
    """Where an item or an error stands in the file: ``row`` counts from 1, ``cells`` are A1 names.

    ``text`` keeps the cell as the supplier wrote it, for roles where reading changed it. ``file`` is set for a
    list in an archive: ``archive!/path``.
    """

    file: str | None = None
    sheet: str | None = None
    page: Whole | None = None
    row: Whole | None = None
    column: str | None = None
    cells: dict[str, str] = Field(default_factory=dict)
    text: dict[str, str] = Field(default_factory=dict)


class Candidate(Tolerant):
    """``score`` 0-100; ``why`` are short facts, the weightiest first; those at the places ``against`` contradict."""

    product_id: str
    score: float = Field(ge=0, le=100)
    why: list[str] = Field(default_factory=list)
    against: list[int] = Field(default_factory=list)


class Match(Tolerant):
    status: MatchStatus
    product_id: str | None = None
    score: float | None = Field(default=None, ge=0, le=100)
    candidates: list[Candidate] = Field(default_factory=list)


class HeaderLine(Tolerant):
    """The first line. ``doubts`` says where the reading may be wrong; the totals line has all of them.

    ``schema_version`` is the lowest whose readers read this result rightly.
    """

    kind: Literal["header"] = "header"
    schema_version: int = PLAIN_VERSION
    source_sha256: SHA256
    reading: Reading
    doubts: list[Doubt] = Field(default_factory=list)


class ItemWarning(Tolerant):
    """Why an item was taken without something: ``code`` as of an error line, ``value`` the cell as it stands."""

    code: Literal[
        "PRICE_MISSING", "PRICE_UNREADABLE", "PRICE_ZERO", "PRICE_NEGATIVE", "PRICE_ERROR_CELL", "NAME_MISSING"
    ]
    value: str | None = None


class ItemLine(Tolerant):
    """Money is a decimal string with the supplier's digits; a missing price is null, never 0.

    ``id`` is set where rows are matched again: the id that the row was sent under.
    """

    kind: Literal["item"] = "item"
    id: str | None = None
    sku: str | None = None
    name: str
    price: str | None = None
    currency: str | None = None
    prices: dict[str, str] = Field(default_factory=dict)
    unit: str | None = None
    pack_size: str | None = None
    stock: str | None = None
    category: list[str] = Field(default_factory=list)
    brand: str | None = None
    barcode: str | None = None
    description: str | None = None
    characteristics: dict[str, Any] = Field(default_factory=dict)
    conditions: Conditions | None = None
    warnings: list[ItemWarning] = Field(default_factory=list)
    source: Source = Field(default_factory=Source)
    match: Match | None = None


class ErrorLine(Tolerant):
    """A row that was not taken: ``code`` for programs, ``message`` for the supplier, ``row`` the raw cells."""

    kind: Literal["error"] = "error"
    code: str
    message: str
    source: Source = Field(default_factory=Source)
    value: str | None = None
    row: list[str | None] = Field(default_factory=list)


class TotalsLine(Tolerant):
    """The last line: without it the file is not whole.

    ``reading`` is the header's once more, with the counts that only the end of the file tells, and so are
    ``doubts``. ``layout`` is the file's fingerprint (sheets, headers, roles, number formats, price kinds), to be sent
    with the supplier's next file as ``metadata.last_layout``.
    """

    kind: Literal["totals"] = "totals"
    rows_read: Whole
    items: Whole
    errors: Whole
    matched: Whole = 0
    review: Whole = 0
    unmatched: Whole = 0
    seconds: float = 0
    model: str | None = None
    reading: Reading | None = None
    doubts: list[Doubt] = Field(default_factory=list)
    passed_over: list[PassedOver] = Field(default_factory=list)
    layout: dict[str, Any] | None = None


ResultLine = Annotated[HeaderLine | ItemLine | ErrorLine | TotalsLine, Field(discriminator="kind")]

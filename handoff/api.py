"""Request, status and result of an analysis, as types.

The shapes of ``POST /analyze/file``, ``GET /analyze/status/{job_id}`` and of the lines of a result
file. Fields beyond the old contract are optional, so that either side works with a partner that
knows only the old ones.
"""

from __future__ import annotations

import math
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from handoff.conditions import Conditions
from handoff.doubts import Doubt, PassedOver
from handoff.exclusions import Exclusion

#: 2 added conditions, doubts, what was passed over and the layout; a result of version 1 has none of them
SCHEMA_VERSION = 2

FileType = Literal["pdf", "excel", "csv"]
#: counts and places as the columns take them that keep them: more than two thousand million is no list of ours
Whole = Annotated[int, Field(ge=-(2**31), lt=2**31)]
Bytes = Annotated[int, Field(ge=0, lt=2**63)]
SHA256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Role(StrEnum):
    """What a column of a price list holds."""

    SKU = "sku"
    NAME = "name"
    PRICE = "price"
    CURRENCY = "currency"
    UNIT = "unit"
    PACK_SIZE = "pack_size"
    STOCK = "stock"
    CATEGORY = "category"
    BRAND = "brand"
    BARCODE = "barcode"
    DESCRIPTION = "description"


class AnalysisState(StrEnum):
    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


class AnalysisPhase(StrEnum):
    READING = "reading"
    EXTRACTING = "extracting"
    MATCHING = "matching"
    DONE = "done"


class MatchStatus(StrEnum):
    AUTO_MATCHED = "auto_matched"
    POTENTIAL_MATCH = "potential_match"
    UNMATCHED = "unmatched"


def _known_state(value: object) -> object:
    """Words of later versions: what is not over goes on, and a time limit ends what never is."""
    if not isinstance(value, str):
        return value
    value = "completed" if value == "completed_with_errors" else value
    return value if value in set(AnalysisState) else AnalysisState.PROCESSING


def _known_stage(value: object) -> object:
    return value if isinstance(value, str) and value in set(AnalysisPhase) else None


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) and math.isfinite(value) else value


#: whole numbers only: readers of the old contract refuse 30.3, and a partner that sends it is understood all the same
WholePercent = Annotated[int, BeforeValidator(_whole), Field(ge=0, le=100)]
State = Annotated[AnalysisState, BeforeValidator(_known_state)]
Stage = Annotated[AnalysisPhase | None, BeforeValidator(_known_stage)]


class Tolerant(BaseModel):
    """Reads what it knows and passes over what a newer partner adds. A figure is a figure: no NaN, nothing infinite."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)


class Asked(Tolerant):
    """Part of a request: ``null`` for what is optional is the same as its absence."""

    @model_validator(mode="before")
    @classmethod
    def _null_is_absence(cls, given: object) -> object:
        if not isinstance(given, dict):
            return given
        optional = {name for name, field in cls.model_fields.items() if not field.is_required()}
        return {name: value for name, value in given.items() if value is not None or name not in optional}


class Hints(Asked):
    """What a person corrected for a supplier. Each is optional; each wins over every guess.

    ``header_row`` counts from 1 as a spreadsheet does, 0 says that there is no header. ``columns``
    maps a role (``price:<name>`` for a further price) to a header's text or a 0-based index; an
    empty string says that no column has the role.
    """

    encoding: str | None = None
    delimiter: str | None = None
    sheets: list[str] | None = None
    header_row: int | None = Field(default=None, ge=0)
    columns: dict[str, str | int] = Field(default_factory=dict)
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    decimal_mark: Literal[".", ","] | None = None


class MatchThresholds(Asked):
    """Scores from 0 to 100: from ``auto`` on a match is taken, from ``potential`` on a person is asked."""

    auto: float = Field(ge=0, le=100)
    potential: float = Field(ge=0, le=100)

    @model_validator(mode="after")
    def _in_order(self) -> MatchThresholds:
        if self.potential > self.auto:
            raise ValueError("A person is asked below the score from which a match is taken, not above it.")
        return self


class AnalyzeMetadata(Asked):
    """``member`` is the path of the list where the file is an archive of several.

    ``thresholds`` are the office's own; without them the service's hold.
    """

    job_id: UUID | None = None
    checksum_sha256: SHA256 | None = None
    original_filename: str | None = None
    catalog_path: str | None = None
    catalog_version: str | None = None
    hints: Hints = Field(default_factory=Hints)
    last_layout: dict[str, Any] | None = None
    member: str | None = None
    thresholds: MatchThresholds | None = None
    exclusions: list[Exclusion] = Field(default_factory=list)


class AnalyzeRequest(Asked):
    """Body of ``POST /analyze/file``; the idempotency key travels as a header."""

    file_url: str | None = None
    file_path: str | None = None
    supplier_id: UUID
    file_type: FileType
    default_currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    composite_delimiter: str = "|"
    metadata: AnalyzeMetadata = Field(default_factory=AnalyzeMetadata)

    @model_validator(mode="after")
    def _names_a_file(self) -> AnalyzeRequest:
        if not (self.file_path or self.file_url):
            raise ValueError("One of file_path and file_url is needed.")
        return self

    @property
    def location(self) -> str:
        """The file's absolute path, ``file://`` taken off."""
        return (self.file_path or self.file_url or "").removeprefix("file://")


class Metrics(Tolerant):
    """Seconds per stage, rows and rows per second, peak memory in bytes of the analysis process."""

    seconds: dict[str, float] = Field(default_factory=dict)
    rows_read: Whole = 0
    rows_per_second: float | None = None
    peak_memory_bytes: Bytes | None = None
    model: str | None = None


class AnalyzeAccepted(Tolerant):
    job_id: UUID
    status: State = AnalysisState.PENDING
    message: str = ""
    metrics: Metrics | None = None


class AnalysisStatus(Tolerant):
    """Reply of ``GET /analyze/status/{job_id}``. ``errors`` keeps the first 20 sentences.

    ``reading`` is set when the file could not be read: what was seen, to be shown and corrected.
    """

    job_id: UUID
    status: State
    progress_percentage: WholePercent = 0
    items_processed: Whole = 0
    items_total: Whole = 0
    errors: list[str] = Field(default_factory=list)
    created_at: datetime | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    phase: Stage = None
    matches_found: Whole | None = None
    review_queue: Whole | None = None
    error_count: Whole | None = None
    error_code: str | None = None
    result_path: str | None = None
    result_sha256: SHA256 | None = None
    metrics: Metrics | None = None
    reading: Reading | None = None

    @model_validator(mode="before")
    @classmethod
    def _errors_are_named(cls, values: Any) -> Any:
        """A service that ends "with errors" and names none must not look like one that ended without."""
        if isinstance(values, dict) and values.get("status") == "completed_with_errors" and not values.get("errors"):
            return values | {"errors": ["ml-analyze ended with errors and does not say which."]}
        return values


class StatusBatchRequest(Asked):
    """Body of ``POST /analyze/status``: many jobs asked about in one call."""

    job_ids: list[UUID] = Field(min_length=1, max_length=1000)


class StatusBatch(Tolerant):
    """Known jobs only: one that is missing is unknown or expired, as a 404 would say."""

    jobs: list[AnalysisStatus]


class MergeRequest(Asked):
    """Body of ``POST /analyze/merge``. ``items_path`` names rows on the volume (see ``ItemToMatch``)."""

    supplier_item_ids: list[UUID] | None = None
    supplier_id: UUID | None = None
    limit: int = Field(default=100, ge=1, le=1000)
    items_path: str | None = None
    catalog_path: str | None = None
    catalog_version: str | None = None
    thresholds: MatchThresholds | None = None


class MergeAccepted(Tolerant):
    job_id: UUID
    status: AnalysisState = AnalysisState.PENDING
    items_queued: Whole = 0
    message: str = ""


class ItemToMatch(Tolerant):
    """A row that is extracted already, as ``python -m ml_analyze.match`` takes it.

    ``row_key`` is the key that its decisions are kept under (``handoff.keys``); without it the row's own fields say.
    """

    id: str
    name: str
    sku: str | None = None
    brand: str | None = None
    price: str | float | None = None
    currency: str | None = None
    description: str | None = None
    category: str | list[str] | None = None
    barcode: str | None = None
    unit: str | None = None
    pack_size: str | None = None
    characteristics: dict[str, Any] | None = None
    supplier_id: str | None = None
    row_key: str | None = None


class SheetReading(Tolerant):
    """What was decided about one sheet (or one table, or one span of pages) and on what evidence."""

    name: str
    used: bool
    reason: str = ""
    header_row: Whole | None = None
    first_row: Whole | None = None
    last_row: Whole | None = None
    rows: Whole = 0
    items: Whole | None = None
    columns: dict[str, ColumnReading] = Field(default_factory=dict)


class ColumnReading(Tolerant):
    """``index`` counts from 0; ``confidence`` lies between 0 and 1."""

    index: Whole
    header: str | None = None
    confidence: float = 1.0
    decimal_mark: str | None = None
    evidence: str | None = None


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
    """``score`` 0-100; ``why`` are short facts that agree or contradict, best first."""

    product_id: str
    score: float = Field(ge=0, le=100)
    why: list[str] = Field(default_factory=list)


class Match(Tolerant):
    status: MatchStatus
    product_id: str | None = None
    score: float | None = Field(default=None, ge=0, le=100)
    candidates: list[Candidate] = Field(default_factory=list)


class HeaderLine(Tolerant):
    """The first line. ``doubts`` says where the reading may be wrong; the totals line has all of them."""

    kind: Literal["header"] = "header"
    schema_version: int = SCHEMA_VERSION
    source_sha256: SHA256
    reading: Reading
    doubts: list[Doubt] = Field(default_factory=list)


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


class ItemWarning(Tolerant):
    """Why an item was taken without something: ``code`` as of an error line, ``value`` the cell as it stands."""

    code: Literal[
        "PRICE_MISSING", "PRICE_UNREADABLE", "PRICE_ZERO", "PRICE_NEGATIVE", "PRICE_ERROR_CELL", "NAME_MISSING"
    ]
    value: str | None = None


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


class PreviewRequest(Asked):
    """Body of ``POST /analyze/preview``: a window of a file's cells and how it would be read."""

    file_path: str
    member: str | None = None
    sheet: str | None = None
    first_row: int = Field(default=1, ge=1)
    rows: int = Field(default=30, ge=1, le=200)
    hints: Hints = Field(default_factory=Hints)


class Preview(Tolerant):
    """``cells`` are the texts of the window's rows, ``sheets`` all names the file has."""

    sheets: list[str]
    sheet: str
    first_row: Whole
    cells: list[list[str | None]]
    hidden_rows: list[int] = Field(default_factory=list)
    reading: Reading | None = None


class TableRequest(Asked):
    """Body of ``POST /analyze/table``: every row of a sheet as texts, for who chooses the columns himself."""

    file_path: str
    sheet: str | None = None
    hints: Hints = Field(default_factory=Hints)


class TableReply(Tolerant):
    """``rows_path`` on the volume holds a JSON array of texts a line, the sheet's first row first."""

    rows_path: str
    rows: Whole


class ServiceHealth(Tolerant):
    status: Literal["healthy", "degraded", "unhealthy"]
    version: str
    service: str = "ml-analyze"
    checks: dict[str, Any] = Field(default_factory=dict)


SheetReading.model_rebuild()
ItemLine.model_rebuild()
AnalysisStatus.model_rebuild()

"""What is asked of the service, and how it says that it will be done."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pydantic import Field, model_validator

from handoff.api.shapes import SHA256, AnalysisState, Asked, FileType, Metrics, State, Tolerant, Whole
from handoff.conditions import Meaning
from handoff.exclusions import Exclusion


class Hints(Asked):
    """What a person corrected for a supplier. Each is optional; each wins over every guess.

    ``header_row`` counts from 1 as a spreadsheet does, 0 says that there is no header. ``columns``
    maps a role (``price:<name>`` for a further price) to a header's text or a 0-based index; an
    empty string says that no column has the role. ``meanings`` says more of columns, by header or by index as digits:
    what kind of price they hold, or which condition of it.
    """

    encoding: str | None = None
    delimiter: str | None = None
    sheets: list[str] | None = None
    header_row: int | None = Field(default=None, ge=0)
    columns: dict[str, str | int] = Field(default_factory=dict)
    meanings: dict[str, Meaning] = Field(default_factory=dict)
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    decimal_mark: Literal[".", ","] | None = None

    @property
    def names_columns(self) -> bool:
        return bool(self.columns or self.meanings)


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


class AnalyzeAccepted(Tolerant):
    job_id: UUID
    status: State = AnalysisState.PENDING
    message: str = ""
    metrics: Metrics | None = None


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

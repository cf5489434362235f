"""A supplier and what the office decided about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, String, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model

MOST_CADENCE_DAYS = 365
SOURCE_TYPES = ("google_sheets", "csv", "excel", "pdf", "url")


@dataclass(frozen=True)
class PriceList:
    """One of a supplier's lists: what it brings, another one never lets vanish. ``name`` is empty for the main one.

    ``sheet_name``: the tab that holds it; ``replaces_all``: items missing in a newly fetched file become unavailable.
    """

    name: str
    source_url: str | None = None
    sheet_name: str | None = None
    replaces_all: bool = True

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> PriceList:
        return cls(kept["name"], _text(kept, "source_url"), _text(kept, "sheet_name"), kept.get("replaces_all", True))


def _text(kept: Mapping[str, Any], name: str) -> str | None:
    value = kept.get(name)
    return value if isinstance(value, str) and value else None


class Supplier(Model):
    """``meta`` is the column ``metadata`` of the existing system, which other programs may write: a value of another
    kind than it should be counts as not said, so that one odd supplier stops nothing that goes through all of them.

    Keys of ``meta``: source_url, is_active (missing: true), notes, sheet_name, use_ml_processing (missing: true),
    ml_processing_enabled_at, ml_processing_reason, ml_processing_by, origin (``sheet``, ``hand``), hints (a person's
    corrections, see handoff.api.Hints), cadence_days, default_currency, replaces_all (missing: true), guard (own
    limits, see app.apply.thresholds.OwnLimits), price_columns (headers that a person confirmed as the price),
    renamed_from (the name before the upgrade from the existing system, where another supplier had it in other letters),
    lists (further ones beside the main one, see PriceList), exclusions (what is not wanted, see
    app.suppliers.exclusions), exclusions_changed_at.
    """

    __tablename__ = "suppliers"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, server_default=text("gen_random_uuid()"))
    name: Mapped[str] = mapped_column(String(255))
    source_type: Mapped[str] = mapped_column(String(50))
    contact_email: Mapped[str | None] = mapped_column(String(255))
    meta: Mapped[dict[str, Any]] = mapped_column("metadata", JSONB, default=dict, server_default=text("'{}'"))
    #: request headers with credentials for the source, encrypted with SECRET_KEY; never logged, never shown
    secret_headers: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), onupdate=func.now()
    )

    __table_args__ = (
        CheckConstraint("source_type IN ('google_sheets','csv','excel','pdf','url')", name="check_source_type"),
        Index("uq_suppliers_name_lower", text("lower(name)"), unique=True),
        Index("ix_suppliers_name", "name"),
    )

    @property
    def source_url(self) -> str | None:
        return _text(self.meta, "source_url")

    @property
    def notes(self) -> str | None:
        return _text(self.meta, "notes")

    @property
    def sheet_name(self) -> str | None:
        return _text(self.meta, "sheet_name")

    @property
    def exclusions(self) -> list[dict[str, Any]]:
        """As they are kept; see app.suppliers.exclusions."""
        kept = self.meta.get("exclusions")
        return list(kept) if isinstance(kept, list) else []

    @property
    def exclusions_changed_at(self) -> datetime | None:
        said = _text(self.meta, "exclusions_changed_at")
        return datetime.fromisoformat(said) if said else None

    @property
    def default_currency(self) -> str | None:
        return _text(self.meta, "default_currency")

    @property
    def origin(self) -> str | None:
        return _text(self.meta, "origin")

    @property
    def price_columns(self) -> list[str]:
        """Headers that a person confirmed as the price."""
        kept = self.meta.get("price_columns")
        return [each for each in kept if isinstance(each, str)] if isinstance(kept, list) else []

    @property
    def cadence_days(self) -> int | None:
        """Days between two lists, as promised."""
        told = self.meta.get("cadence_days")
        if not isinstance(told, int | float) or isinstance(told, bool) or not 0 < told <= MOST_CADENCE_DAYS:
            return None
        return max(1, int(told))

    @property
    def is_active(self) -> bool:
        return self._flag("is_active")

    @property
    def wants_ml(self) -> bool:
        """The supplier's own flag; app/jobs/pipeline.py joins it with the global switch."""
        return self._flag("use_ml_processing")

    @property
    def replaces_all(self) -> bool:
        """Items missing in a newly fetched file become unavailable; an upload says so for itself."""
        return self._flag("replaces_all")

    def _flag(self, name: str) -> bool:
        """On unless it was switched off; null says the same as absence."""
        value = self.meta.get(name)
        return True if value is None else bool(value)

    @property
    def hints(self) -> dict[str, Any]:
        return self._mapping("hints")

    @property
    def lists(self) -> list[PriceList]:
        """All its price lists: the main one, which has no name, and further ones."""
        main = PriceList("", self.source_url, self.sheet_name, self.replaces_all)
        return [main, *map(PriceList.of, self.kept_lists)]

    @property
    def kept_lists(self) -> list[dict[str, Any]]:
        """The further ones, as ``meta`` holds them."""
        kept = self.meta.get("lists")
        found = kept if isinstance(kept, list) else []
        return [each for each in found if isinstance(each, dict) and isinstance(each.get("name"), str)]

    @property
    def has_source(self) -> bool:
        """One of its lists can be fetched."""
        return any(each.source_url for each in self.lists)

    def list_named(self, name: str) -> PriceList:
        """A name that was only given at an upload is a list of its own, too."""
        return next((each for each in self.lists if each.name == name), PriceList(name))

    @property
    def guard(self) -> dict[str, Any]:
        return self._mapping("guard")

    def _mapping(self, name: str) -> dict[str, Any]:
        value = self.meta.get(name)
        return dict(value) if isinstance(value, dict) else {}


class BinnedSupplier(Model):
    """A deleted supplier, with what is said of it in the list of the bin; its rows are ``BinnedRow``."""

    __tablename__ = "supplier_bin"

    id: Mapped[UUID] = mapped_column(primary_key=True)  # the supplier's own
    name: Mapped[str] = mapped_column(String(255))
    items: Mapped[int] = mapped_column()
    products: Mapped[int] = mapped_column()
    deleted_by: Mapped[str] = mapped_column(String(255))
    deleted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class BinnedRow(Model):
    """A row of the table ``kind``, as it was."""

    __tablename__ = "supplier_bin_rows"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("supplier_bin.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    record: Mapped[dict[str, Any]] = mapped_column(JSONB)

"""What may be said about a supplier, by a form or by a program."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, EmailStr, Field, model_validator

SourceType = Literal["google_sheets", "csv", "excel", "pdf", "url"]


def printable(value: str) -> str:
    """Texts without the one character that PostgreSQL cannot keep."""
    if "\x00" in value:
        raise ValueError("must not contain the character NUL")
    return value


def web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        known = parts.scheme.lower() in ("http", "https") and parts.hostname
        _ = parts.port  # raises for a port that is none
    except ValueError as error:
        raise ValueError("must be an address that begins with http:// or https://") from error
    if not known or any(character.isspace() for character in value):
        raise ValueError("must be an address that begins with http:// or https://")
    if parts.username or parts.password:
        raise ValueError("must not contain a password; set it as a secret header of the source")
    return value


def blank_is_none(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


PrintableStr = Annotated[str, AfterValidator(printable), Field(json_schema_extra={"pattern": r"^[^\u0000]*$"})]
Name = Annotated[PrintableStr, BeforeValidator(stripped), Field(min_length=1, max_length=255)]
WebAddress = Annotated[
    PrintableStr,
    BeforeValidator(stripped),
    AfterValidator(web_address),
    Field(max_length=2000, json_schema_extra={"format": "uri"}),
]
Kind = TypeVar("Kind")
OrBlank = Annotated[Kind | None, BeforeValidator(blank_is_none)]
OptionalAddress = OrBlank[WebAddress]
OptionalEmail = OrBlank[Annotated[EmailStr, AfterValidator(printable), Field(max_length=255)]]
Notes = Annotated[PrintableStr, Field(max_length=1000)]
SheetName = Annotated[PrintableStr, BeforeValidator(stripped), Field(min_length=1, max_length=100)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class PriceListFields(BaseModel):
    """A further price list beside the main one."""

    model_config = ConfigDict(extra="ignore")

    name: Annotated[PrintableStr, BeforeValidator(stripped), Field(min_length=1, max_length=100)]
    source_url: OptionalAddress = None
    sheet_name: SheetName | None = None
    replaces_all: bool = Field(
        True, description="Items of the list missing in a newly fetched file become unavailable."
    )


def apart(lists: list[PriceListFields] | None) -> list[PriceListFields] | None:
    names = [each.name.casefold() for each in lists or []]
    if len(set(names)) < len(names):
        raise ValueError("two lists have the same name")
    return lists


PriceLists = Annotated[list[PriceListFields], Field(max_length=50), AfterValidator(apart)]


class SupplierFields(BaseModel):
    """A new supplier."""

    model_config = ConfigDict(extra="ignore")

    name: Name
    source_type: SourceType
    source_url: OptionalAddress = None
    contact_email: OptionalEmail = None
    is_active: bool = True
    notes: Notes | None = None
    use_ml_processing: bool = True
    sheet_name: SheetName | None = None
    default_currency: Currency | None = None
    cadence_days: int | None = Field(None, ge=1, le=365, description="Days between two price lists, as expected.")
    replaces_all: bool = Field(True, description="Items missing in a newly fetched file become unavailable.")
    lists: PriceLists | None = Field(None, description="Further price lists beside the main one.")


class SupplierChanges(BaseModel):
    """Any subset of a supplier's fields; what is not sent stays."""

    model_config = ConfigDict(extra="ignore")

    name: Name | None = None
    source_type: SourceType | None = None
    source_url: OptionalAddress = None
    contact_email: OptionalEmail = None
    is_active: bool | None = None
    notes: OrBlank[Notes] = None
    use_ml_processing: bool | None = None
    sheet_name: OrBlank[SheetName] = None
    default_currency: OrBlank[Currency] = None
    cadence_days: OrBlank[Annotated[int, Field(ge=1, le=365)]] = None
    replaces_all: bool | None = None
    lists: PriceLists | None = None

    @model_validator(mode="after")
    def _keeps_what_is_needed(self) -> Self:
        for field in ("name", "source_type", "is_active", "use_ml_processing", "replaces_all"):
            if field in self.model_fields_set and getattr(self, field) is None:
                raise ValueError(f"{field} cannot be null")
        return self

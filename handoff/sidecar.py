"""What lies beside a raw file as ``<name>.meta.json``: where it came from, when, and its hashes."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from handoff.addresses import without_secrets
from handoff.api import SHA256

_SECRET_HEADER = re.compile(
    r"cookie|authorization|authenticate|authentication-info|token|secret|signature|api-?key", re.I
)
SUFFIX = ".meta.json"


def sidecar_of(path: Path) -> Path:
    """Where the description of the raw file ``path`` lies."""
    return path.with_name(path.name + SUFFIX)


def _public_headers(headers: dict[str, str]) -> dict[str, str]:
    return {name: without_secrets(value) for name, value in headers.items() if not _SECRET_HEADER.search(name)}


Address = Annotated[str, AfterValidator(without_secrets)]
FileName = Annotated[str, BeforeValidator(lambda name: name[:255] if isinstance(name, str) else name)]


class Sidecar(BaseModel):
    """Secrets never get in: addresses and headers are stripped of them here, whoever writes.

    ``checksum_md5`` is there for readers of old sidecars, None for files of more than 64 MB; ``attempt`` counts from 1.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    original_filename: FileName = Field(min_length=1, max_length=255)
    source_url: Address | None = None
    source_type: str
    supplier_id: UUID
    supplier_name: str
    file_type: str
    mime_type: str | None = None
    file_size_bytes: int = Field(gt=0)
    checksum_md5: str | None = Field(default=None, pattern=r"^[0-9a-f]{32}$")
    checksum_sha256: SHA256
    downloaded_at: datetime
    downloaded_by: str
    job_id: UUID
    response_headers: Annotated[dict[str, str], AfterValidator(_public_headers)] = Field(default_factory=dict)
    final_url: Address | None = None
    attempt: int = Field(default=1, ge=1)

    def as_text(self) -> bytes:
        return self.model_dump_json(indent=2).encode()

"""What a back-up's folder holds, and whether it still holds it.

manifest.json            versions, counts, hashes; written last
tables/<table>.copy.gz   the rows, as COPY writes them
files/<path>             files of the volume, by their path there
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from app.errors import Invalid, NotFound
from app.extensions import settings

NAME = "manifest.json"
FINGERPRINT = b"courier: which key a back-up belongs to"


class Table(BaseModel):
    """``rows_hash`` is the sum of the rows' hashes, whatever their order; ``sha256`` that of the packed file."""

    model_config = ConfigDict(frozen=True)

    name: str
    columns: list[str]
    rows: int
    rows_hash: str
    sha256: str

    @property
    def file(self) -> str:
        return f"tables/{self.name}.copy.gz"


class File(BaseModel):
    """``path`` is relative to the volume."""

    model_config = ConfigDict(frozen=True)

    path: str
    size: int
    sha256: str

    @property
    def file(self) -> str:
        return f"files/{self.path}"


class Manifest(BaseModel):
    """``missing``: files of jobs that were no longer on the volume; ``left_out``: tables that are not ours."""

    model_config = ConfigDict(frozen=True)

    format: Literal[1] = 1
    made_at: datetime
    version: str
    revision: str
    postgresql: str
    secret_key: str
    tables: list[Table]
    sequences: dict[str, int]
    files: list[File]
    missing: list[str]
    left_out: list[str]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)


def read(folder: Path) -> Manifest:
    """Raises NotFound when there is no back-up, Invalid when its manifest is damaged or of a later format."""
    try:
        return Manifest.model_validate_json((folder / NAME).read_bytes())
    except OSError:
        raise NotFound(
            f"{folder.name} is no back-up: {NAME} is missing there. One that was cut off never has it."
        ) from None
    except ValidationError as error:
        raise Invalid(
            f"The manifest of {folder.name} is damaged, or was written by a later version: restore with the version "
            f"that made it, or take another back-up."
        ) from error


def damage(folder: Path, manifest: Manifest) -> list[str]:
    """A sentence for every file of the back-up that is missing or not what it was."""
    found = []
    expected: list[Table | File] = [*manifest.tables, *manifest.files]
    for each in expected:
        path = folder / each.file
        if not path.is_file():
            found.append(f"{each.file} is missing in the back-up.")
        elif sha256_of(path) != each.sha256:
            found.append(f"{each.file} is not what was written: its checksum differs.")
    return found


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def key_fingerprint() -> str:
    """Says whether two installations have one SECRET_KEY, and nothing about the key."""
    key = settings().secret_key.get_secret_value().encode()
    return hashlib.pbkdf2_hmac("sha256", key, FINGERPRINT, 100_000).hex()[:16]

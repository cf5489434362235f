"""handoff.sidecar: what is told beside a raw file, without a secret whoever wrote it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from handoff.sidecar import Sidecar, sidecar_of

ID = "0b0e8c5e-6f0d-4a51-9d5b-0f6f9f1c9a11"
FACTS: dict[str, Any] = {
    "original_filename": "Preise März.csv", "source_type": "url", "supplier_id": ID, "supplier_name": "Müller",
    "file_type": "csv", "file_size_bytes": 7, "checksum_sha256": "a" * 64, "downloaded_at": "2026-01-02T03:04:05Z",
    "downloaded_by": "courier", "job_id": ID,
}  # fmt: skip


def test_a_sidecar_lies_beside_its_file_under_the_files_whole_name() -> None:
    assert sidecar_of(Path("/v/raw/s/j/list.csv")) == Path("/v/raw/s/j/list.csv.meta.json")
    assert sidecar_of(Path("/v/.hidden")) == Path("/v/.hidden.meta.json")


def test_what_is_written_is_read_again_and_what_a_later_version_adds_is_passed_over() -> None:
    made = Sidecar(**FACTS)
    assert Sidecar.model_validate_json(made.as_text()) == made
    assert Sidecar(**FACTS, added_later=1) == made
    assert (made.attempt, made.checksum_md5, made.response_headers) == (1, None, {})


def test_addresses_lose_their_secrets_and_keep_the_rest() -> None:
    made = Sidecar(
        **FACTS,
        source_url="https://u:p@example.org/a.csv?token=abc&page=2",
        final_url="https://cdn.example.org/a.csv?X-Amz-Signature=0123456789abcdef",
    )
    assert made.source_url == "https://example.org/a.csv?token=***&page=2"
    assert made.final_url == "https://cdn.example.org/a.csv?X-Amz-Signature=***"


def test_headers_that_are_secrets_are_left_out_and_addresses_in_others_masked() -> None:
    headers = {
        "Set-Cookie": "a=b", "WWW-Authenticate": "x", "X-Api-Key": "x", "x-auth-token": "x", "Proxy-Authorization": "x",
        "Authentication-Info": "x", "X-Hub-Signature": "x", "ETag": '"abc"', "Location": "https://u:p@example.org/b",
    }  # fmt: skip
    assert Sidecar(**FACTS, response_headers=headers).response_headers == {
        "ETag": '"abc"',
        "Location": "https://example.org/b",
    }


def test_a_name_without_end_is_cut_and_one_of_nothing_refused() -> None:
    assert Sidecar(**FACTS | {"original_filename": "ä" * 300}).original_filename == "ä" * 255
    with pytest.raises(ValidationError):
        Sidecar(**FACTS | {"original_filename": ""})


@pytest.mark.parametrize(
    "wrong",
    [
        {"file_size_bytes": 0}, {"attempt": 0}, {"checksum_sha256": "a" * 63}, {"checksum_md5": "Z" * 32},
        {"job_id": "7"}, {"original_filename": 7}, {"downloaded_at": "yesterday"},
    ],
)  # fmt: skip
def test_what_cannot_be_true_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Sidecar(**FACTS | wrong)

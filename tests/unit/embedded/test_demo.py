"""What the demonstration calls right: the outcome that is declared, with the counts that are declared."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from app.suppliers import editing
from embedded.demo import JobRow, Sample, ever_made, is_ours, verdict
from embedded.make_run import SAMPLES

SAMPLE = Sample("A", "a.csv", "csv", "upload", first="success", again="unchanged", items=10, errors=0)
JOB = JobRow("A", "complete", "success", 100, 10, 10, 7, 2, 0, None, None, 1.0)


def test_the_declared_end_is_right() -> None:
    assert verdict(SAMPLE, JOB, is_known=False) is None


@pytest.mark.parametrize("job", [None, replace(JOB, outcome="failed"), replace(JOB, outcome="held")])
def test_no_job_or_another_outcome_is_wrong(job: JobRow | None) -> None:
    assert verdict(SAMPLE, job, is_known=False)


def test_lost_items_are_wrong_even_if_the_job_succeeded() -> None:
    complaint = verdict(SAMPLE, replace(JOB, items_total=9), is_known=False)
    assert complaint == "9 items and 0 errors were read, expected 10 and 0."


def test_an_unchanged_file_is_right_only_for_a_known_supplier() -> None:
    unchanged = replace(JOB, outcome="unchanged")
    assert verdict(SAMPLE, unchanged, is_known=True) is None
    assert verdict(SAMPLE, unchanged, is_known=False) == "ended as unchanged, expected success"


def test_every_declared_file_is_there_except_the_dead_address() -> None:
    declared = tomllib.loads((SAMPLES / "suppliers.toml").read_text(encoding="utf-8"))["supplier"]
    missing = [each["file"] for each in declared if not (SAMPLES / each["file"]).exists()]
    assert missing == ["oldport-wholesale.xlsx"]
    assert sum(file.stat().st_size for file in Path(SAMPLES).iterdir() if file.is_file()) < 1_000_000


@pytest.mark.parametrize("way", ["upload", "url"])
def test_a_sample_is_made_once_and_not_brought_back(way: str) -> None:
    sample = replace(SAMPLE, way=way)
    assert is_ours(sample, None, set())
    assert not is_ours(sample, None, {"A"})


def test_a_sample_that_was_deleted_long_ago_is_not_brought_back_when_its_jobs_are_forgotten(
    ctx: Flask, database_url: str
) -> None:
    made = editing.create(editing.SupplierFields(name=SAMPLE.name, source_type="csv"), "admin")
    editing.delete(made.id, "admin")
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        assert not is_ours(SAMPLE, None, ever_made(connection))


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("http://127.0.0.1:41000/a.csv", True),
        ("http://127.0.0.1:41000/another.csv", False),
        ("https://supplier.example/a.csv", False),
        (None, False),
    ],
)
def test_an_address_that_a_person_set_stays(address: str | None, ours: bool) -> None:
    supplier = {"source_url": address}
    assert is_ours(replace(SAMPLE, way="url"), supplier, {"A"}) is ours
    assert is_ours(SAMPLE, supplier, {"A"}), "one that is handed in has no address of ours"

"""What each column holds, said on the page of a reading: kinds of price and conditions, kept for the next list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from app.extensions import db
from app.models.job import Job
from app.models.supplier import Supplier
from app.models.user import UserRole
from app.web import job_reading
from handoff.api import Hints, Preview
from ml_analyze.extraction import preview, read_price_list
from tests.fixtures.results import Apply, item
from tests.fixtures.web import Visitor
from tests.unit.ml_analyze.extraction.price_files import write_csv

HEADERS = ["Code", "Item", "Price", "List price", "Crate", "Least", "Price 50+"]
ROWS = [[f"A-{n}", f"Hinge {n}", f"{n}.50", f"{n + 3}.75", "2.00", str(5 * n), f"{n}.25"] for n in range(1, 15)]


@pytest.fixture
def buyer(visitor: Callable[[UserRole], Visitor]) -> Visitor:
    return visitor(UserRole.PROCUREMENT)


@pytest.fixture
def job(send: Apply, tmp_path: Path) -> Iterator[Job]:
    """One whose preview is read from a real file by the service's own code."""
    path = write_csv(tmp_path / "list.csv", [HEADERS, *ROWS])

    def shown(_job: Job, *, sheet: str | None, hints: Hints) -> Preview:
        return preview(path, sheet=sheet, first_row=1, rows=25, hints=hints)

    job = send(item("A1", "Hinge"), told={"reading": {"format": "csv", "sheets": []}})
    with (
        mock.patch.object(job_reading, "preview_of", shown),
        mock.patch.object(job_reading.contents, "raw_file", return_value=path),
        mock.patch.object(job_reading, "read_again", return_value=job),
    ):
        yield job


def form_of(page: str) -> dict[str, str]:
    """The fields of the columns as the page shows them."""
    fields = {}
    for name, inside in re.findall(r'<select[^>]* name="([a-z]+-\d+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        fields[name] = chosen[1] if chosen else ""
    inputs = re.findall(r'<input[^>]* name="([a-z]+-\d+)"[^>]* value="([^"]*)"', page)
    return fields | {name: unescape(value) for name, value in inputs}


def hints_of(supplier_id: Any) -> Hints:
    return Hints.model_validate(db.session.get_one(Supplier, supplier_id, populate_existing=True).hints)


def test_kinds_and_conditions_are_offered_kept_and_used_for_the_next_list(
    job: Job, buyer: Visitor, supplier: Supplier, tmp_path: Path
) -> None:
    supplier_id, address = supplier.id, f"/jobs/{job.id}/reading"
    form = form_of(buyer.get(address))
    begun = {name: form[name] for name in ("column-0", "column-2", "column-3", "column-6", "from-6", "header-2")}
    assert begun == {
        "column-0": "sku",
        "column-2": "price",
        "column-3": "kind:list",
        "column-6": "kind:tier",
        "from-6": "50",
        "header-2": "Price",
    }
    form |= {"column-3": "kind:old", "column-4": "kind:deposit", "column-5": "condition:minimum_order"}
    buyer.post(address, **(form | {"per-2": "100", "vat-2": "in", "kind-2": "net"}))

    moved = [[row[-1], "x", *row[:-1]] for row in [HEADERS, *ROWS]]
    (tmp_path / "next").mkdir()
    listed = read_price_list(write_csv(tmp_path / "next" / "list.csv", moved), hints=hints_of(supplier_id))
    first = next(listed.lines)
    assert (first["sku"], first["name"], first["price"], first["prices"].get("Crate")) == (
        "A-1",
        "Hinge 1",
        "1.50",
        None,
    )
    assert first["conditions"] == {
        "price_kind": "net",
        "price_unit": "100",
        "vat_included": True,
        "minimum_order": "5",
        "old_price": "4.75",
        "tiers": [{"from_quantity": "50", "price": "1.25"}],
    }
    again = form_of(buyer.get(address))
    said = {name: again[name] for name in ("column-3", "column-4", "column-5", "per-2", "vat-2", "kind-2")}
    assert said == {
        "column-3": "kind:old",
        "column-4": "kind:deposit",
        "column-5": "condition:minimum_order",
        "per-2": "100",
        "vat-2": "in",
        "kind-2": "net",
    }


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"column-3": "kind:tier"}, "Say from how many units on the price holds."),
        ({"per-2": "a few"}, "A quantity is a whole number"),
        ({"column-3": "kind:bribe"}, "A quantity is a whole number"),
    ],
)
def test_what_cannot_be_is_said_and_the_form_stays_as_it_was_sent(
    job: Job, buyer: Visitor, supplier: Supplier, wrong: dict[str, str], sentence: str
) -> None:
    supplier_id = supplier.id
    form = {"column-1": "name", "column-2": "price"} | wrong
    page = buyer.post(f"/jobs/{job.id}/reading", status=422, **form).get_data(as_text=True)
    assert sentence in page
    assert form_of(page)["column-1"] == "name"
    assert hints_of(supplier_id) == Hints()


def test_the_question_of_the_price_is_answered_in_the_page(job: Job, buyer: Visitor, supplier: Supplier) -> None:
    address = f"/jobs/{job.id}/reading"
    assert "Yes, this is the price" not in buyer.get(address)
    job.outcome, job.question = "held", "price"
    db.session.commit()
    assert "Yes, this is the price" in buyer.get(address)

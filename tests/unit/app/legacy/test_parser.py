"""The legacy pipeline from a raw file to items, through the same apply as ml-analyze's results."""

from __future__ import annotations

import io

import openpyxl
import pytest
from sqlalchemy import select

from app.courier import upload
from app.extensions import db
from app.legacy import rule_matcher
from app.models.catalog import ItemMatch, ParsingLog, Product, SupplierItem
from app.models.job import Job
from app.models.phase import Outcome, Phase, Pipeline
from app.models.review import MatchDecision, Review
from app.models.supplier import Supplier
from handoff.api import MatchStatus
from tests.fixtures.courier import Courier

AT = rule_matcher.Thresholds(automatic=95, potential=70, candidates=5)


def legacy(courier: Courier, **meta: object) -> Supplier:
    return courier.supplier(meta={"use_ml_processing": False, **meta})


def take(courier: Courier, supplier: Supplier, body: bytes, name: str = "list.csv") -> Job:
    return courier.run(upload.receive_file(supplier, io.BytesIO(body), name, actor="tests"))


def items() -> dict[str, SupplierItem]:
    return {each.supplier_sku: each for each in db.session.scalars(select(SupplierItem))}


def workbook(*rows: list[object], before: int = 0) -> bytes:
    book = openpyxl.Workbook()
    for _ in range(before):
        book.active.append([None])
    for row in rows:
        book.active.append(row)
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def test_a_csv_becomes_items_with_their_cells(courier: Courier) -> None:
    supplier = legacy(courier, default_currency="EUR")
    job = take(courier, supplier, "Code;Name;Preis\nA-1;Amboß;1.234,50\nA-2;Bohrer;9,90\n".encode("cp1252"))
    assert (job.phase, job.outcome, job.pipeline) == (Phase.COMPLETE, Outcome.SUCCESS, Pipeline.LEGACY)
    found = items()
    assert (found["A-1"].name, str(found["A-1"].current_price), found["A-1"].currency) == ("Amboß", "1234.5000", "EUR")
    assert (found["A-1"].source_row, found["A-1"].source_cells["price"]) == (2, "C2")
    assert job.matched_by == "legacy" and job.reading is not None and job.reading["encoding"] == "cp1252"


def test_cyrillic_without_a_mark_is_read_as_such(courier: Courier) -> None:
    take(courier, legacy(courier), "Артикул;Наименование;Цена\n1;Молоток слесарный;250,00\n".encode("cp1251"))
    assert items()["1"].name == "Молоток слесарный"


def test_a_workbook_with_empty_rows_above_keeps_its_row_numbers(courier: Courier) -> None:
    body = workbook(["SKU", "Name", "Price"], ["A", "Anvil", 19.5], ["B", "Bolt", 3], before=3)
    take(courier, legacy(courier), body, "list.xlsx")
    found = items()
    assert (str(found["A"].current_price), found["A"].source_row) == ("19.5000", 5)
    assert str(found["B"].current_price) == "3.0000"


def test_rows_that_cannot_be_read_are_logged_and_the_rest_is_taken(courier: Courier) -> None:
    job = take(courier, legacy(courier), b"sku,name,price\nA,Anvil,10\nB,,5\nC,Chisel,ask us\nD,Drill,\nHeading,,\n")
    assert (job.outcome, job.error_count) == (Outcome.WARNINGS, 2)
    assert set(items()) == {"A", "D"} and items()["D"].current_price is None
    rows = db.session.scalars(select(ParsingLog.row_number).where(ParsingLog.error_type == "ValidationError"))
    assert sorted(row for row in rows if row) == [3, 4]


@pytest.mark.parametrize(
    ("body", "name", "says"),
    [
        (b"%PDF-1.7 whatever", "list.pdf", "PDF"),
        (b"just;some;words\n1;2;3\n", "list.csv", "No header"),
        (b"PK\x03\x04 broken", "list.xlsx", "damaged"),
    ],
)
def test_what_it_cannot_read_fails_with_a_sentence(courier: Courier, body: bytes, name: str, says: str) -> None:
    job = take(courier, legacy(courier), body, name)
    assert job.phase == Phase.FAILED and says in (job.error_message or "")


def test_95_links_70_asks_and_below_is_left(courier: Courier) -> None:
    anvil, bolt = Product(internal_sku="1", name="Steel anvil 10 kg"), Product(internal_sku="2", name="Hex bolt M8x40")
    db.session.add_all((anvil, bolt))
    db.session.commit()
    body = b"sku,name,price\nA,10 kg steel ANVIL,10\nB,Hex bolt M8x40 zinc,1\nC,Garden hose,5\n"
    job = take(courier, legacy(courier), body)
    found = items()
    assert (found["A"].match_status, found["A"].product_id) == (ItemMatch.AUTO_MATCHED, anvil.id)
    assert found["B"].match_status == ItemMatch.POTENTIAL_MATCH and found["C"].match_status == ItemMatch.UNMATCHED
    review = db.session.scalars(select(Review)).one()
    assert review.candidate_products[0]["product_id"] == str(bolt.id) and 70 <= (review.top_score or 0) < 95
    assert (job.matches_found, job.review_count) == (1, 1)


def test_a_persons_no_is_not_proposed_again(courier: Courier) -> None:
    supplier = legacy(courier)
    anvil = Product(internal_sku="1", name="Anvil")
    db.session.add(anvil)
    db.session.flush()
    veto = {"supplier_id": supplier.id, "supplier_sku": "A", "product_id": anvil.id, "verdict": "veto", "name": "Anvil"}
    db.session.add(MatchDecision(**veto))
    db.session.commit()
    take(courier, supplier, b"sku,name,price\nA,Anvil,10\n")
    assert items()["A"].match_status == ItemMatch.UNMATCHED


def test_candidates_are_the_best_few_first() -> None:
    catalogue = rule_matcher.Products([str(n) for n in range(8)], [f"steel anvil {n}" for n in range(8)])
    found = rule_matcher.match([("", "Steel anvil 3")], catalogue, at=AT, vetoes=set())[0]
    assert found.status is MatchStatus.AUTO_MATCHED and found.product_id == "3" and found.score == 100
    assert len(found.candidates) == 5
    assert [each.score for each in found.candidates] == sorted((each.score for each in found.candidates), reverse=True)

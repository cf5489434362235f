"""The layout of the supplier's last good list travels with the next one."""

from __future__ import annotations

from io import BytesIO

from app.courier import upload
from app.extensions import db
from app.models.job import Job
from app.models.phase import Outcome
from app.models.supplier import Supplier
from tests.fixtures.courier import Courier
from tests.servers.analysis import AnalysisServer

LAYOUT = {"version": 1, "tables": [{"sheet": "s", "headers": ["Code", "Dealer"], "roles": {"price": "Dealer"}}]}


def sent(courier: Courier, supplier: Supplier, price: str) -> Job:
    body = f"sku;name;price\nA;Hammer;{price}\n".encode()
    return courier.run(upload.receive_file(supplier, BytesIO(body), "list.csv", actor="anna"))


def layouts(analysis: AnalysisServer) -> list[object]:
    return [each.request["metadata"].get("last_layout") for each in analysis.analyses.values()]


def test_a_list_is_read_with_the_layout_of_the_last_good_one(courier: Courier, analysis: AnalysisServer) -> None:
    supplier = courier.supplier()
    good = sent(courier, supplier, "10.00")
    assert good.outcome == Outcome.SUCCESS
    good.layout = LAYOUT
    db.session.commit()
    bad = sent(courier, supplier, "11.00")
    bad.layout, bad.outcome = {"version": 1, "tables": []}, Outcome.UNDONE
    db.session.commit()
    sent(courier, supplier, "12.00")
    assert layouts(analysis) == [None, LAYOUT, LAYOUT]

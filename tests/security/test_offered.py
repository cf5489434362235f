"""Nobody is offered what his role does not allow: every address on every page of each role, against the held table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape

import pytest
from flask import Flask
from werkzeug.exceptions import MethodNotAllowed, NotFound

from app.access import policy
from app.extensions import db
from app.models.catalog import Product, SupplierItem
from app.models.job import Job
from app.models.phase import Outcome, Phase
from app.models.review import Review
from app.models.supplier import Supplier
from app.models.sync import Alert
from app.models.user import UserRole
from tests.security.conftest import Visitor

#: how a piece of a page names an address, and with which method it is asked
OFFERS = (
    ("GET", re.compile(r'<a [^>]*?href="(/[^"]*)"')),
    ("GET", re.compile(r' hx-get="(/[^"]*)"')),
    ("POST", re.compile(r' hx-post="(/[^"]*)"')),
    ("POST", re.compile(r' formaction="(/[^"]*)"')),
    ("POST", re.compile(r'<form [^>]*?method="post"[^>]*? action="(/[^"]*)"')),
)
#: one file in each state in which there is something to do with it
STATES = (
    ("runs.csv", Phase.ANALYZING, None),
    ("done.csv", Phase.COMPLETE, Outcome.SUCCESS),
    ("odd.csv", Phase.COMPLETE, Outcome.WARNINGS),
    ("held.csv", Phase.COMPLETE, Outcome.HELD),
    ("asks.csv", Phase.COMPLETE, Outcome.HELD),
    ("broken.csv", Phase.FAILED, Outcome.FAILED),
)


@pytest.fixture
def office(secured: Flask) -> list[str]:
    """Something of everything; the addresses of its pages."""
    with secured.app_context():
        brandt = Supplier(name="Brandt", source_type="csv", meta={"source_url": "https://brandt.example/list.csv"})
        product = Product(internal_sku="P-1", name="Pump", currency="EUR")
        db.session.add_all([brandt, product])
        db.session.flush()
        jobs = [_job(brandt, *each) for each in STATES]
        linked = SupplierItem(supplier_id=brandt.id, supplier_sku="1", name="Pump 1", current_price=Decimal(5))
        linked.product_id, linked.currency, linked.job_id = product.id, "EUR", jobs[1].id
        loose = SupplierItem(supplier_id=brandt.id, supplier_sku="2", name="Vise", current_price=Decimal(5))
        db.session.add_all([linked, loose])
        db.session.flush()
        db.session.add(Review(supplier_item_id=loose.id, expires_at=db.func.now(), job_id=jobs[1].id))
        for kind, link in (("job_failed", f"/jobs/{jobs[5].id}"), ("disk", "/system")):
            db.session.add(Alert(fingerprint=kind, kind=kind, message="It failed.", link=link, facts={}))
        db.session.commit()
        pages = [f"/jobs/{job.id}{tab}" for job in jobs for tab in ("", "/reading", "/items", "/changes", "/errors")]
        own = [f"/suppliers/{brandt.id}", f"/suppliers/{brandt.id}/upload", f"/money/suppliers/{brandt.id}"]
        return [*pages, *own, f"/catalogue/{product.id}", f"/items/{loose.id}", f"/items/{linked.id}"]


def _job(supplier: Supplier, name: str, phase: Phase, outcome: Outcome | None) -> Job:
    job = Job(supplier_id=supplier.id, supplier_name=supplier.name, trigger="upload", task_id=name, source_type="csv")
    job.phase, job.outcome, job.original_filename, job.started_at = phase, outcome, name, datetime.now(UTC)
    job.question = "price" if name == "asks.csv" else None
    db.session.add(job)
    db.session.flush()
    return job


def offered(page: str) -> Iterator[tuple[str, str]]:
    for method, pattern in OFFERS:
        for address in pattern.findall(page):
            yield method, unescape(address).partition("?")[0].partition("#")[0]


def allowed(app: Flask, method: str, address: str, role: str) -> bool:
    try:
        endpoint, _ = app.url_map.bind("").match(address, method)
    except (NotFound, MethodNotAllowed):
        return address.startswith(("/assets/", "/static/"))
    roles = policy.route_table(app).get(endpoint)
    return endpoint == "static" or roles == policy.PUBLIC or (roles is not None and UserRole(role) in roles)


@pytest.mark.parametrize("role", [UserRole.PROCUREMENT, UserRole.SALES])  # an administrator may do everything
def test_no_page_offers_what_its_reader_may_not_do(
    secured: Flask, visitor: Callable[[str | None], Visitor], office: list[str], role: UserRole
) -> None:
    ask, seen, wrong = visitor(role.value), 0, set()
    plain = [rule.rule for rule in secured.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]
    for address in [*office, *(each for each in plain if not each.startswith(("/api/", "/metrics")))]:
        answer = ask("GET", address)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        seen += 1
        for method, there in offered(answer.text):
            if not allowed(secured, method, there, role.value):
                wrong.add(f"{address} offers {method} {there}")
    assert not wrong, "\n".join(sorted(wrong))
    assert seen > (5 if role is UserRole.SALES else 50)

"""What people did is told in sentences, in the reader's language, and is found again."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from flask import Flask

from app import audit
from app.extensions import db
from app.models.user import AuditEntry
from app.web import deeds
from embedded.environment import PROJECT
from tests.fixtures.web import Visitor

#: actions whose name is put together where they are done
MADE_UP = {"reprocess.{}": {"paused", "running", "stopped"}, "master_sheet.{}": {"approved", "rejected"}}


def _actions() -> Iterator[str]:
    for file in sorted((PROJECT / "app").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record":
                yield from _names(node.args[1])


def _names(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from [*_names(node.body), *_names(node.orelse)]
    elif isinstance(node, ast.JoinedStr):
        pattern = "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
        yield from (pattern.format(each) for each in MADE_UP[pattern])
    else:
        assert isinstance(node, ast.Constant), ast.unparse(node)
        yield str(node.value)


def test_every_action_that_the_audit_keeps_has_its_sentence_and_its_area() -> None:
    kept = set(_actions())
    assert len(kept) > 50
    assert sorted(kept - set(deeds.SENTENCES)) == []
    assert [each for each in sorted(kept) if not any(each.startswith(area) for area in deeds.AREAS)] == []


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_sentence_shows_no_id_no_truth_value_and_no_action(app: Flask, language: str) -> None:
    some_id = "0b0d6b43-8a5c-4e0b-9d0e-3c1f0a5e7f11"
    facts = {"item": "Saw", "product": some_id, "supplier_id": some_id, "on": True, "kind": "freight"}
    with app.test_request_context(headers={"Accept-Language": language}):
        for action in deeds.SENTENCES:
            subject = some_id if action.split(".")[0] in ("job", "item", "match", "receiver") else "3 products"
            mine = {**facts, "product": "Saw"} if action.startswith("product.") else facts
            text = deeds.told(AuditEntry(actor="x", action=action, subject=subject, facts=mine))
            assert not re.search(r"[0-9a-f]{8}-|True|False|None|%\(|[a-z]_[a-z]", text), (action, text)


def test_the_audit_is_narrowed_by_area_day_and_words_of_the_facts(app: Flask, admin: Visitor) -> None:
    with app.app_context():
        audit.record("ann", "product.created", "AB-7", name="Chisel of many words")
        db.session.commit()
    assert "Product Chisel of many words (AB-7) was made." in admin.get("/audit?q=chisel+of+many")
    assert "Chisel of many words" in admin.get("/audit?area=product&actor=ann")
    assert "Chisel of many words" not in admin.get("/audit?area=supplier")
    assert "Chisel of many words" not in admin.get("/audit?until=2020-01-01")
    assert "Chisel of many words" in admin.get("/audit/export?since=2020-01-01")
    admin.get("/audit?since=yesterday", status=400)

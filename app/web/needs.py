"""Needs you: everything that waits for a person, each with what to do about it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from app import attention, first_steps
from app.access import policy
from app.money.office_currency import base_currency
from app.review import share
from app.web import early
from app.web.security import handle_errors

bp = Blueprint("needs", __name__, url_prefix="/needs-you")
handle_errors(bp)


@bp.get("")
@policy.require("admin", "procurement")
def index() -> Response:
    return early.page("needs/index.html", _found)


def _found() -> dict[str, Any]:
    parts = {
        "questions": attention.questions(),
        "held": attention.held(),
        "failures": attention.failures(of_system=policy.may_use("system.index")),
        "without_currency": attention.without_currency(),
        "silent": attention.silent(),
        "unmatched": attention.unmatched(),
    }
    return {
        "parts": parts,
        "reviews": attention.reviews(),
        "first_steps": first_steps.steps(),
        "own": share.assigned_to(policy.actor()),
        "most": attention.MOST_COUNTED,
        "base": base_currency(),
    }

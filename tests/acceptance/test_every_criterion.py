"""The specification as the table of contents of these tests."""

from __future__ import annotations

import pytest

from docs import criteria


@pytest.mark.parametrize("number", criteria.criteria())
def test_every_criterion_has_a_test_under_its_number(number: str) -> None:
    assert criteria.proofs().get(number), f"no test names {number}"


def test_the_page_of_the_criteria_names_the_tests_that_there_are() -> None:
    written = criteria.tests_named(criteria.PAGE.read_text("utf-8"))
    assert written == criteria.tests_named(criteria.page()), "run: python -m docs.criteria"

"""The Master Sheet against the suppliers: rules of the contract, section 8, with the traps of section 9."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from app.errors import Invalid
from app.sync.plan import Kind, Known, Row, changes_from_json, find_columns, make_plan, read_sheet

HEADER = ["Supplier name", "Source URL", "Format", "Active", "Notes"]


def known(name: str, **changed: Any) -> Known:
    values: dict[str, Any] = {
        "id": uuid4(),
        "name": name,
        "source_type": "csv",
        "source_url": f"https://example.com/{name}.csv",
        "is_active": True,
        "notes": None,
        "origin": "sheet",
    }
    return Known(**(values | changed))


def row(name: str, **changed: str) -> list[str]:
    values = {"url": f"https://example.com/{name}.csv", "format": "csv", "active": "yes", "notes": ""} | changed
    return [name, values["url"], values["format"], values["active"], values["notes"]]


@pytest.mark.parametrize(
    "header",
    [
        ["supplier name", "source url", "format"],
        ["NAME", "URL", "TYPE"],
        ["Supplier", "Source", "Source Type"],
        ["company", "link", "source_type"],
        ["Vendor", "Sheet URL", "File  type"],
        ["Vendor", "Price list", "Format"],
        ["Suplier name", "Source URLs", "Formats"],
    ],
)
def test_accepted_headers_are_found_in_any_case_or_nearly_so(header: list[str]) -> None:
    assert find_columns(header) == {"name": 0, "source_url": 1, "format": 2}


def test_an_exact_header_wins_over_a_near_one() -> None:
    found = find_columns(["Supplier names", "Name", "URL", "Format", "Status", "Memo"])
    assert found == {"name": 1, "source_url": 2, "format": 3, "active": 4, "notes": 5}


@pytest.mark.parametrize("left_out", range(3))
def test_a_missing_required_column_fails_the_whole_sheet(left_out: int) -> None:
    header = [text for index, text in enumerate(["Name", "URL", "Format"]) if index != left_out]
    with pytest.raises(Invalid, match="lacks a column"):
        read_sheet([header])


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("google_sheets", "google_sheets"), ("GoogleSheets", "google_sheets"), ("Google Sheets", "google_sheets"),
        ("gsheet", "google_sheets"), ("CSV", "csv"), ("Excel", "excel"), ("xlsx", "excel"), ("xls", "excel"),
        ("pdf", "pdf"),
    ],
)  # fmt: skip
def test_formats_are_understood(written: str, kept: str) -> None:
    sheet = read_sheet([HEADER, row("A", format=written)])
    assert sheet.rows[0].source_type == kept


@pytest.mark.parametrize(
    ("written", "active"),
    [
        ("TRUE", True),
        ("Yes", True),
        ("1", True),
        ("active", True),
        ("", True),
        ("no", False),
        ("0", False),
        ("x", False),
    ],
)
def test_the_active_flag(written: str, active: bool) -> None:
    assert read_sheet([HEADER, row("A", active=written)]).rows[0].is_active is active


def test_invalid_rows_are_skipped_with_their_line_and_the_rest_goes_on() -> None:
    cells = [
        HEADER,
        row("Good"),
        row("", url="https://example.com/x"),
        row("No link", url="not a link"),
        row("No format", format="docx"),
        row("GOOD", url="https://example.com/other"),
        ["", "", ""],
        row("x" * 300),
        ["Short"],
    ]
    sheet = read_sheet(cells)
    assert [each.name for each in sheet.rows] == ["Good"]
    assert [each.line for each in sheet.skipped] == [3, 4, 5, 6, 8, 9]
    assert "first row counts" in sheet.skipped[3].reason


def test_new_suppliers_are_created_and_absent_ones_switched_off_never_deleted() -> None:
    gone, kept = known("Gone"), known("Kept")
    plan = make_plan(read_sheet([HEADER, row("Kept"), row("New")]), [gone, kept])
    assert [(each.kind, each.name) for each in plan.changes] == [(Kind.CREATE, "New"), (Kind.DEACTIVATE, "Gone")]
    assert (plan.unchanged, plan.active_before, plan.active_after) == (1, 2, 2)


def test_hand_made_suppliers_and_those_of_unknown_origin_are_never_switched_off() -> None:
    plan = make_plan(read_sheet([HEADER, row("A")]), [known("A"), known("B", origin="hand"), known("C", origin=None)])
    assert plan.changes == []


def test_a_supplier_whose_row_is_invalid_does_not_count_as_absent() -> None:
    plan = make_plan(read_sheet([HEADER, row("A", url="nonsense")]), [known("A")])
    assert plan.changes == [] and len(plan.skipped) == 1


def test_names_are_the_same_whatever_their_case_and_an_inactive_one_comes_back() -> None:
    plan = make_plan(read_sheet([HEADER, row("ACME", url="https://example.com/new")]), [known("Acme", is_active=False)])
    assert plan.changes[0].kind is Kind.UPDATE and plan.changes[0].name == "Acme"
    assert plan.changes[0].after == {"source_url": "https://example.com/new", "is_active": True}


def test_blank_notes_leave_what_the_office_wrote() -> None:
    plan = make_plan(read_sheet([HEADER, row("A")]), [known("A", notes="call on Mondays")])
    assert plan.changes == []


def test_mass_deactivation_is_held_by_share_of_the_active_ones() -> None:
    suppliers = [known(f"S{number}") for number in range(45)]
    few = make_plan(read_sheet([HEADER, *[row(f"S{number}") for number in range(5)]]), suppliers)
    reason = few.hold_reason(0.5)
    assert reason is not None and "40 of 45" in reason
    most = make_plan(read_sheet([HEADER, *[row(f"S{number}") for number in range(40)]]), suppliers)
    assert most.hold_reason(0.5) is None
    switched = make_plan(read_sheet([HEADER, *[row(f"S{n}", active="no") for n in range(45)]]), suppliers)
    assert switched.hold_reason(0.5) is not None, "rows that say no count as well"
    assert few.hold_reason(1) is None


def test_a_plan_survives_its_way_through_the_table() -> None:
    plan = make_plan(read_sheet([HEADER, row("New"), row("Old", notes="n")]), [known("Old"), known("Gone")])
    assert changes_from_json(plan.as_json()["changes"]) == plan.changes


def test_a_row_knows_its_line() -> None:
    sheet = read_sheet([HEADER, row("A"), row("B")])
    assert [each.line for each in sheet.rows] == [2, 3] and isinstance(sheet.rows[0], Row)


def test_rows_of_one_name_that_name_a_list_are_its_further_lists() -> None:
    header = ["Name", "URL", "Format", "List"]
    rows = [["Acme", "https://a.example/tools.csv", "csv", ""], ["Acme", "https://a.example/pipes.csv", "csv", "Pipes"]]
    sheet = read_sheet([header, *rows, ["Acme", "https://a.example/again.csv", "csv", "pipes"]])
    assert [each.line for each in sheet.skipped] == [4]
    lists = [{"name": "Pipes", "source_url": "https://a.example/pipes.csv", "origin": "sheet"}]
    created = make_plan(sheet, []).changes[0]
    assert (created.after["source_url"], created.after["lists"]) == ("https://a.example/tools.csv", lists)
    by_hand = {"name": "By mail", "source_url": None, "sheet_name": None, "replaces_all": True}
    known = Known(UUID(int=1), "Acme", "csv", "https://a.example/tools.csv", True, None, "sheet", [by_hand, *lists])
    assert make_plan(sheet, [known]).changes[0].after == {"lists": [*lists, by_hand]}
    settled = Known(UUID(int=1), "Acme", "csv", "https://a.example/tools.csv", True, None, "sheet", [*lists, by_hand])
    assert make_plan(sheet, [settled]).changes == []
    without = make_plan(read_sheet([header, rows[0]]), [settled]).changes[0]
    assert without.after == {"lists": [by_hand]}

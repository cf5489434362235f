"""A field that a person corrected stays, whatever files and undos come, and counts again when it is released."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.access import accounts
from app.apply import commit, undo
from app.corrections.items import correct_item, release_item
from app.errors import Invalid
from app.extensions import db
from app.jobs import lifecycle
from app.models.catalog import ItemChange, PriceHistory, Product, SupplierItem
from app.models.job import Job
from app.models.phase import Outcome
from app.models.user import AuditEntry, User, UserRole
from app.review import rematch
from tests.fixtures.results import Apply, item, items


@pytest.fixture
def anna(send: Apply) -> User:
    return accounts.create_user("anna", "a-password-of-the-tests", UserRole.PROCUREMENT, "tests")


def the(sku: str = "A1") -> SupplierItem:
    return items()[sku]


def last_price(of: SupplierItem) -> Decimal | None:
    return db.session.scalar(
        select(PriceHistory.price)
        .where(PriceHistory.supplier_item_id == of.id)
        .order_by(PriceHistory.recorded_at.desc())
        .limit(1)
    )


def test_a_corrected_field_stays_when_the_next_file_says_otherwise(send: Apply, anna: User) -> None:
    send(item("A1", "Hamer", "10.00"))
    correct_item(the().id, {"name": "Hammer", "price": "12,50"}, by=anna)
    assert last_price(the()) == Decimal("12.50")
    job = send(item("A1", "Hamer 300 g", "11.00"))
    now = the()
    assert (now.name, now.current_price) == ("Hammer", Decimal("12.50"))
    assert {name: kept["said"] for name, kept in now.corrected.items()} == {"name": "Hamer 300 g", "price": "11"}
    assert now.corrected["name"]["by"] == "anna"
    assert (job.outcome, job.changed_count) == (Outcome.SUCCESS, 1)
    assert last_price(now) == Decimal("12.50")
    assert send(item("A1", "Hamer 300 g", "11.00")).changed_count == 0


def test_the_rest_of_the_item_follows_the_file(send: Apply, anna: User) -> None:
    send(item("A1", "Hamer", "10.00", unit="pcs"))
    correct_item(the().id, {"name": "Hammer", "unit": "piece"}, by=anna)
    send(item("A1", "Hamer", "11.00", unit="pcs", characteristics={"colour": "red"}))
    now = the()
    assert (now.name, now.current_price) == ("Hammer", Decimal("11.00"))
    assert now.characteristics == {"unit": "piece", "colour": "red"}


def test_release_gives_the_field_back_to_what_files_said_last(send: Apply, anna: User) -> None:
    send(item("A1", "Hamer", "10.00"))
    correct_item(the().id, {"name": "Hammer", "price": "12"}, by=anna)
    send(item("A1", "Hamer 2", "11.00"))
    release_item(the().id, ["price"], by=anna)
    now = the()
    assert (now.name, now.current_price, set(now.corrected)) == ("Hammer", Decimal("11.00"), {"name"})
    assert last_price(now) == Decimal("11.00")
    send(item("A1", "Hamer 3", "13.00"))
    assert (the().name, the().current_price) == ("Hammer", Decimal("13.00"))


def test_undo_takes_back_what_the_file_said_and_leaves_the_correction(send: Apply, anna: User) -> None:
    send(item("A1", "Hamer", "10.00"))
    job = send(item("A1", "Hamer XL", "11.00"))
    correct_item(the().id, {"name": "Hammer"}, by=anna)
    undo.undo(job.id, actor="anna")
    now = the()
    assert (now.name, now.current_price) == ("Hammer", Decimal("10.00"))
    release_item(now.id, ["name"], by=anna)
    assert the().name == "Hamer"


def test_undo_after_a_release_ends_at_what_the_file_before_said(send: Apply, anna: User) -> None:
    send(item("A1", "Hamer", "10.00"))
    correct_item(the().id, {"price": "12"}, by=anna)
    job = send(item("A1", "Hamer", "11.00"))
    release_item(the().id, ["price"], by=anna)
    undo.undo(job.id, actor="anna")
    assert the().current_price == Decimal("10.00")
    assert last_price(the()) == Decimal("10.00")


def test_an_item_that_was_corrected_is_not_removed_with_the_file_that_brought_it(send: Apply, anna: User) -> None:
    job = send(item("A1", "Hamer"), item("A2", "Zange"))
    correct_item(the().id, {"name": "Hammer"}, by=anna)
    undo.undo(job.id, actor="anna")
    assert set(items()) == {"A1"}


def test_rows_of_one_code_find_an_item_whose_name_was_corrected(send: Apply, anna: User) -> None:
    rows = [item("A1", "Tape red"), item("A1", "Tape blue")]
    send(*rows)
    red = next(each for each in items().values() if each.name == "Tape red")
    correct_item(red.id, {"name": "Adhesive tape, red"}, by=anna)
    assert send(*reversed(rows)).unchanged_count == 2
    assert {each.name for each in items().values()} == {"Adhesive tape, red", "Tape blue"}


def test_an_older_file_and_an_approval_respect_the_lock_too(send: Apply, anna: User) -> None:
    older = send(item("A1", "Hamer", "10.00"))
    correct_item(the().id, {"name": "Hammer"}, by=anna)
    send(item("A1", "Hamer b", "11.00"), came_at=older.came_at)
    assert the().name == "Hammer"
    assert the().corrected["name"]["said"] == "Hamer b"


def test_what_the_list_says_of_a_locked_field_stands_with_its_changes(send: Apply, anna: User) -> None:
    send(item("A1", "Hamer"))
    correct_item(the().id, {"name": "Hammer"}, by=anna)
    job = send(item("A1", "Hamer 2"))
    change = db.session.scalars(select(ItemChange).where(ItemChange.job_id == job.id)).one()
    assert change.after is not None
    assert (change.after["name"], change.after["said"]) == ("Hammer", {"name": "Hamer 2"})


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name", ""),
        ("name", "x" * 501),
        ("price", "0"),
        ("price", "1.234.567"),
        ("price", "twelve"),
        ("price", "-1"),
        ("currency", "EURO"),
        ("pack_size", "0"),
        ("price_unit", "0"),
        ("vat_included", "maybe"),
        ("supplier_sku", "B2"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(send: Apply, anna: User, field: str, text: str) -> None:
    send(item("A1", "Hamer"))
    with pytest.raises(Invalid) as refused:
        correct_item(the().id, {field: text}, by=anna)
    assert set(refused.value.details) == {field}
    db.session.rollback()
    assert the().corrected == {}


def test_only_what_the_person_changed_is_locked_and_nobodys_word_is_overwritten(send: Apply, anna: User) -> None:
    send(item("A1", "Hamer", "10.00"))
    seen = {"name": "Hamer", "price": "10.00", "currency": "EUR"}
    correct_item(the().id, seen | {"name": "Hammer"}, seen=seen, by=anna)
    assert set(the().corrected) == {"name"}
    with pytest.raises(Invalid) as refused:
        correct_item(the().id, seen | {"name": "Maul"}, seen=seen, by=anna)
    assert "Hammer" in refused.value.details["name"]
    db.session.rollback()
    assert the().name == "Hammer"


def test_a_corrected_price_is_what_the_product_is_offered_for(send: Apply, anna: User) -> None:
    send(item("A1", "Hamer", "10.00"))
    product = Product(internal_sku="P1", name="Hammer")
    db.session.add(product)
    db.session.flush()
    found = the()
    found.product_id = product.id
    db.session.commit()
    correct_item(found.id, {"price": "8"}, by=anna)
    db.session.refresh(product)
    assert product.min_price == Decimal("8.00")


def _outcome(send: Apply, anna: User, seed: int) -> tuple[object, object]:
    """Random files, corrections, releases and undos: the item, and what a plain model says it should be."""
    dice = random.Random(seed)
    said, locked = {"name": "n0", "price": "1.00"}, dict[str, str]()
    past: list[tuple[Job, dict[str, str]]] = []
    send(item("A1", said["name"], said["price"]))
    for step in range(1, 9):
        act = dice.choice(["file", "file", "correct", "release", "undo"])
        if act == "file":
            before = dict(said)
            said |= {"name": f"n{dice.randint(0, 2)}", "price": f"{dice.choice(['1.00', '1.10', '1.20'])}"}
            past.append((send(item("A1", said["name"], said["price"])), before))
        elif act == "correct":
            field = dice.choice(["name", "price"])
            value = f"n{field}{step}" if field == "name" else f"1.{30 + step}"
            correct_item(the().id, {field: value}, by=anna)
            locked[field] = value
        elif act == "release" and locked:
            field = dice.choice(sorted(locked))
            release_item(the().id, [field], by=anna)
            del locked[field]
        elif act == "undo" and past:
            job, before = past.pop()
            undo.undo(lifecycle.get(job.id).id, actor="anna")
            said = before
    now = the()
    price = Decimal((said | locked)["price"])
    expected = ((said | locked)["name"], price, set(locked), price)
    return (now.name, now.current_price, set(now.corrected), last_price(now)), expected


@pytest.mark.parametrize("seed", range(8))
def test_files_corrections_releases_and_undos_in_any_order(send: Apply, anna: User, seed: int) -> None:
    found, expected = _outcome(send, anna, seed)
    assert found == expected


def test_correcting_is_written_down(send: Apply, anna: User) -> None:
    send(item("A1", "Hamer"))
    correct_item(the().id, {"name": "Hammer"}, by=anna)
    release_item(the().id, ["name"], by=anna)
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action.startswith("item.")).order_by(AuditEntry.id)
    )
    told = [(each.actor, each.action, each.facts["fields"]) for each in entries]
    assert told == [("anna", "item.corrected", {"name": ["Hamer", "Hammer"]}), ("anna", "item.released", ["name"])]


def test_a_lock_stays_over_a_held_file_that_is_approved_and_one_that_is_read_again(send: Apply, anna: User) -> None:
    rows = [item(f"A{number}", f"Thing {number}", "10.00") for number in range(20)]
    send(*rows)
    correct_item(the("A1").id, {"name": "Hammer", "price": "12.50"}, by=anna)
    dear = [item(f"A{number}", f"Thing {number}", "100.00") for number in range(20)]
    held = send(*dear)
    assert held.outcome == Outcome.HELD
    assert (the("A1").name, the("A1").current_price) == ("Hammer", Decimal("12.50"))
    commit.approve_held(held.id, actor="anna")
    assert (the("A1").name, the("A1").current_price) == ("Hammer", Decimal("12.50"))
    assert the("A1").corrected["price"]["said"] == "100"
    assert the("A2").current_price == Decimal(100)
    send(*dear)  # the same file, read again
    assert (the("A1").name, the("A1").current_price) == ("Hammer", Decimal("12.50"))
    release_item(the("A1").id, ["price"], by=anna)
    assert the("A1").current_price == Decimal(100)


def test_a_rematch_asks_with_the_corrected_words_and_changes_none(send: Apply, anna: User) -> None:
    send(item("A1", "Hamer", "10.00"))
    correct_item(the().id, {"name": "Hammer", "price": "12.50"}, by=anna)
    asked = rematch._row(the())
    assert (asked["name"], Decimal(asked["price"])) == ("Hammer", Decimal("12.50"))

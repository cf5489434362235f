"""Writers of items and readers of the feed, killed at random: what was taken must be the whole truth, in order."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db
from app.feed import following
from app.models.catalog import SupplierItem
from app.models.feed import Change
from app.models.supplier import Supplier

ITEMS, WRITERS, READERS = 12, 4, 2
DEARER = text("UPDATE supplier_items SET current_price = current_price + 1 WHERE id = :id")
PART = 40


@dataclass
class Campaign:
    """``kills`` of one writer or reader at a time, each replaced at once, none after so many ``seconds``.

    ``folder`` keeps what readers took; ``killed`` counts.
    """

    app: Flask
    folder: Path
    kills: int
    draw: random.Random
    seconds: float = float("inf")
    killed: int = 0
    running: dict[int, Callable[[], None]] = field(default_factory=dict)

    def run(self) -> list[str]:
        """What was wrong in the end, a sentence each; the app's context must be pushed and its tables empty."""
        ids = items_at_one()
        writers = [lambda: self.write(ids)] * WRITERS
        readers = [lambda number=number: self.read(self.taken(number)) for number in range(READERS)]
        try:
            for work in [*writers, *readers]:
                self.start(work)
            ends = time.monotonic() + self.seconds
            while self.killed < self.kills and time.monotonic() < ends:
                self.killed += 1
                time.sleep(self.draw.uniform(0.01, 0.12))
                pid = self.draw.choice(list(self.running))
                self.start(self.end(pid))
        finally:
            for pid in list(self.running):
                self.end(pid)
        for number in range(READERS):
            take_all(self.taken(number))
        return [wrong for number in range(READERS) for wrong in wrongs(self.taken(number))]

    def taken(self, number: int) -> Path:
        return self.folder / f"reader-{number}"

    def start(self, work: Callable[[], None]) -> None:
        db.session.remove()
        self.draw.random()  # a child that takes another's place does something else
        if pid := os.fork():
            self.running[pid] = work
            return
        try:
            db.engine.dispose(close=False)  # the connections are the parent's
            with self.app.app_context(), suppress(SQLAlchemyError):
                while True:
                    work()
        finally:
            os._exit(0)

    def end(self, pid: int) -> Callable[[], None]:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        return self.running.pop(pid)

    def write(self, ids: list[UUID]) -> None:
        """Some items dearer by one, in one transaction that takes its time; one in eight is taken back."""
        for each in sorted(self.draw.sample(ids, self.draw.randint(1, 5))):
            db.session.execute(DEARER, {"id": each})
            time.sleep(self.draw.uniform(0, 0.004))
        (db.session.rollback if self.draw.random() < 0.125 else db.session.commit)()

    def read(self, taken: Path) -> None:
        take(taken)
        time.sleep(self.draw.uniform(0, 0.01))


def take(taken: Path) -> bool:
    """One part of the feed behind what was taken, appended in one write; the last line is the cursor. More is there."""
    known = list(lines(taken))
    part = following.after(known[-1][0] if known else 0, limit=PART)
    text_of = "".join(f"{each.number} {each.item_id} {each.old_price} {each.price}\n" for each in part.changes)
    with taken.open("ab", buffering=0) as file:
        file.write(text_of.encode())
    return part.more


def take_all(taken: Path) -> None:
    while take(taken):
        pass


def lines(taken: Path) -> Iterator[tuple[int, UUID, Decimal, Decimal]]:
    if not taken.exists():
        return
    for line in taken.read_text().splitlines():
        number, item, before, after = line.split()
        yield int(number), UUID(item), Decimal(before), Decimal(after)


def items_at_one() -> list[UUID]:
    """A supplier's items at 1.00; their arrival is taken out of the feed by beginning it anew."""
    supplier = Supplier(name="Feed", source_type="csv", meta={})
    db.session.add(supplier)
    db.session.flush()
    made = [
        SupplierItem(supplier_id=supplier.id, supplier_sku=str(n), name="Item", current_price=Decimal(1))
        for n in range(ITEMS)
    ]
    db.session.add_all(made)
    db.session.flush()
    db.session.execute(text("TRUNCATE changes"))
    db.session.commit()
    return [each.id for each in made]


def wrongs(taken: Path) -> list[str]:
    """Lost: a number or a price is missing. Doubled: one comes twice. Disordered: a price does not follow the last."""
    known, found = list(lines(taken)), []
    if [number for number, *_ in known] != list(range(1, len(known) + 1)):
        found.append(f"{taken.name}: the numbers have gaps, or come twice")
    prices: dict[UUID, Decimal] = {}
    for number, item, before, after in known:
        if (before, after) != (prices.get(item, Decimal(1)), before + 1):
            found.append(f"{taken.name}: change {number} of {item} goes from {before}, not {prices.get(item, 1)}")
        prices[item] = after
    found += [
        f"{taken.name}: {each.id} is at {each.current_price}, the feed ended at {prices.get(each.id)}"
        for each in db.session.scalars(select(SupplierItem))
        if prices.get(each.id, Decimal(1)) != each.current_price
    ]
    if (kept := db.session.scalar(select(func.count()).select_from(Change))) != len(known):
        found.append(f"{taken.name}: {kept} changes were written and {len(known)} taken")
    return found

"""What every command writes with: the screen, tables that fit it, and how an error ends a command."""

from __future__ import annotations

import sys
from typing import NoReturn

from rich import box
from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select

from app.errors import NotFound
from app.extensions import db
from app.models.supplier import Supplier
from app.suppliers import editing

#: a pipe has no width: a table that goes into one is never cut
PIPE_WIDTH = 400
GIVING_WAY = frozenset({"supplier", "file"})
FIGURES = frozenset({"bytes", "items", "matched", "review", "new", "errors", "seconds"})

out = Console(width=None if sys.stdout.isatty() else PIPE_WIDTH)
err = Console(stderr=True)
ACTOR = "shell"


def fail(error: Exception | str) -> NoReturn:
    err.print(f"[red]{error}[/red]", highlight=False)
    sys.exit(1)


def supplier_named(name: str, *, existing: bool) -> Supplier:
    supplier = db.session.scalar(select(Supplier).where(func.lower(Supplier.name) == name.strip().lower()))
    if supplier is None and existing:
        raise NotFound(
            f"There is no supplier “{name}”. Leave out --existing to have it made, or see the list on the screen."
        )
    return supplier or editing.create(editing.SupplierFields(name=name.strip(), source_type="csv"), actor=ACTOR)


def table_of(*names: str) -> Table:
    """Only names give way on a narrow screen; figures and ids are never cut."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in names:
        if name in GIVING_WAY:
            table.add_column(name, no_wrap=True, overflow="ellipsis")
        else:
            table.add_column(name, no_wrap=True, min_width=len(name), justify="right" if name in FIGURES else "left")
    return table

"""The currency that the office compares in, and the rates."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from app.cli.console import ACTOR, fail, out
from app.errors import Invalid
from app.money import rates
from app.money.office_currency import base_currency

money = AppGroup("money", help="The currency that the office compares in, and the rates.")


@money.command("base")
@click.argument("currency")
@click.option("--if-missing", is_flag=True, help="Leave one that was chosen before as it is.")
def choose_base(currency: str, if_missing: bool) -> None:
    """Compare offers in CURRENCY, such as EUR, from now on."""
    before = base_currency()
    if before and if_missing:
        out.print(f"Offers are compared in {before} already.")
        return
    try:
        rates.set_base(currency, actor=ACTOR)
    except Invalid as error:
        fail(error)
    out.print(f"Offers are compared in {base_currency()}.")


@money.command("rates")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--base", help="Compare offers in this currency, where none was chosen before.")
def tell_rates(file: Path, base: str | None) -> None:
    """Keep the exchange rates of FILE, a CSV of day, base, quote and rate: on that day one base cost so many quote."""
    if not file.is_file():
        fail(f"There is no file {file}.")
    try:
        kept = rates.tell(rates.from_csv(file.read_bytes()), source="csv", actor=ACTOR)
        if base and not base_currency():
            rates.set_base(base, actor=ACTOR)
    except Invalid as error:
        fail(error)
    out.print(f"{kept} rates kept; offers are compared in {base_currency() or 'no currency yet'}.")

"""Exchange rates: told by hand, by a CSV, by the European Central Bank; each dated; the newest of a day stands.

What a currency is worth in the base currency is derived: over a rate between the two, or over others in between
(EUR between USD and PLN). History is compared at the rate of its own day.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from defusedxml import ElementTree
from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert

from app import audit
from app.errors import Invalid
from app.extensions import db
from app.models.money import CurrencyWorth, ExchangeRate
from app.money import best, comparable
from app.money.office_currency import base_currency, code
from app.money.office_currency import keep as keep_base

_PLACES = Decimal(1).scaleb(-12)
_MOST_LINES = 100_000


@dataclass(frozen=True)
class Told:
    """On ``day`` one ``base`` cost ``rate`` of ``quote``."""

    day: date
    base: str
    quote: str
    rate: Decimal


def set_base(currency: str, *, actor: str) -> None:
    """Compare in another currency from now on: every item's comparable price is computed anew."""
    keep_base(currency, actor=actor)
    _derive()
    db.session.commit()
    best.ask_for_due()


def tell(rates: Iterable[Told], *, source: str, actor: str) -> int:
    """Keep these rates and recompute what depends on them; returns how many there were. Raises Invalid."""
    rows = [
        {"day": each.day, "base": each.base, "quote": each.quote, "rate": each.rate, "source": source}
        for each in {(each.day, each.base, each.quote): each for each in rates}.values()
    ]
    if not rows:
        raise Invalid("There is no rate in it.")
    for start in range(0, len(rows), 1000):
        new = upsert(ExchangeRate).values(rows[start : start + 1000])
        fresh = {"rate": new.excluded.rate, "source": new.excluded.source, "told_at": func.now()}
        db.session.execute(new.on_conflict_do_update(index_elements=["day", "base", "quote"], set_=fresh))
    audit.record(actor, "rates.told", source, rates=len(rows))
    _derive()
    db.session.commit()
    best.ask_for_due()
    return len(rows)


def by_hand(base: str, quote: str, rate: str, day: str = "") -> Told:
    """One rate as a person writes it. Raises Invalid."""
    told = Told(_day(day) if day.strip() else datetime.now(UTC).date(), code(base), code(quote), _rate(rate))
    if told.base == told.quote:
        raise Invalid("A rate needs two currencies.")
    return told


def from_csv(body: bytes) -> list[Told]:
    """Lines ``day,base,quote,rate``; a header is passed over. Raises Invalid with the line that is wrong."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid("The file is not UTF-8 text.") from error
    delimiter = ";" if text.partition("\n")[0].count(";") >= 3 else ","
    found = []
    for number, line in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), start=1):
        is_header = number == 1 and "rate" in (cell.strip().lower() for cell in line)
        if is_header or not any(cell.strip() for cell in line):
            continue
        if number > _MOST_LINES:
            raise Invalid(f"The file has more than {_MOST_LINES} lines.")
        try:
            day, base, quote, rate = line
            found.append(by_hand(base, quote, rate, day))
        except (Invalid, ValueError) as error:
            why = error if isinstance(error, Invalid) else "it needs day, base, quote and rate"
            raise Invalid(f"Line {number}: {why}") from error
    return found


def from_ecb(body: bytes) -> list[Told]:
    """The European Central Bank's daily or historical file (eurofxref XML). Raises Invalid."""
    try:
        tree = ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError) as error:
        raise Invalid("The answer is not the rates file of the European Central Bank.") from error
    found = []
    for of_day in tree.iter():
        if "time" not in of_day.attrib:
            continue
        day = _day(of_day.attrib["time"])
        found += [Told(day, "EUR", code(each.attrib["currency"]), _rate(each.attrib["rate"])) for each in of_day]
    if not found:
        raise Invalid("The answer holds no rates.")
    return found


def set_anew() -> None:
    """Compute every comparable price again: a rule or a rate may begin or end today."""
    comparable.refresh()
    best.set_due()
    db.session.commit()
    best.ask_for_due()


def newest() -> list[ExchangeRate]:
    """The last rate of each pair, by currency."""
    latest = select(ExchangeRate).ext(distinct_on(ExchangeRate.base, ExchangeRate.quote))
    return list(db.session.scalars(latest.order_by(ExchangeRate.base, ExchangeRate.quote, ExchangeRate.day.desc())))


def _derive() -> None:
    """Write anew what every currency is worth, then every comparable price."""
    db.session.flush()
    db.session.execute(delete(CurrencyWorth))
    base = base_currency()
    if base:
        rows = worth_by_day(db.session.scalars(select(ExchangeRate).order_by(ExchangeRate.day)).all(), base)
        rows.append({"currency": base, "day": date(1970, 1, 1), "worth": Decimal(1)})
        db.session.execute(insert(CurrencyWorth), rows)
    comparable.refresh()
    best.set_due()


def worth_by_day(rates: Iterable[ExchangeRate], base: str) -> list[dict[str, Any]]:
    """Rows of ``currency_worth``: on each day that a currency's worth changed, with the rates known by then."""
    known: dict[tuple[str, str], Decimal] = {}
    days: dict[date, list[ExchangeRate]] = {}
    for rate in rates:
        days.setdefault(rate.day, []).append(rate)
    rows, last = [], dict[str, Decimal]()
    for day in sorted(days):
        known |= {(each.base, each.quote): each.rate for each in days[day]}
        for currency, worth in _worth(known, base).items():
            if last.get(currency) != worth:
                last[currency] = worth
                rows.append({"currency": currency, "day": day, "worth": worth})
    return rows


def _worth(known: dict[tuple[str, str], Decimal], base: str) -> dict[str, Decimal]:
    """Worth of one unit in ``base``, over as few rates as possible."""
    neighbours: dict[str, list[tuple[str, Decimal]]] = {}
    for (one, other), rate in known.items():
        # one unit of `other` is worth 1/rate of `one`, one of `one` rate of `other`
        neighbours.setdefault(one, []).append((other, 1 / rate))
        neighbours.setdefault(other, []).append((one, rate))
    found, edge = {base: Decimal(1)}, [base]
    while edge:
        following = []
        for currency in edge:
            for other, factor in neighbours.get(currency, []):
                if other not in found:
                    found[other] = found[currency] * factor
                    following.append(other)
        edge = following
    del found[base]
    return {currency: worth.quantize(_PLACES) for currency, worth in found.items() if worth.quantize(_PLACES) > 0}


def _rate(text: str) -> Decimal:
    try:
        rate = Decimal(text.strip().replace(",", "."))
    except InvalidOperation as error:
        raise Invalid(f"{text.strip()[:30] or 'Nothing'} is no rate: write a number such as 4.2675.") from error
    if not (rate.is_finite() and Decimal("1e-9") <= rate <= Decimal("1e9")):
        raise Invalid(f"{text.strip()[:30]} is no rate: it must lie between 0.000000001 and 1,000,000,000.")
    return rate


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise Invalid(f"{text.strip()[:20]} is no day: write it as 2026-11-26.") from error

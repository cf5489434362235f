"""The European Central Bank's rates, fetched as a supplier's file is: through the guard, with limits."""

from __future__ import annotations

import requests
import structlog

from app.courier import fetch_guard, sources
from app.errors import Invalid
from app.extensions import db, settings
from app.models.sync import AppSetting
from app.money import rates
from app.money.office_currency import SETTING, base_currency

log = structlog.get_logger()

MOST_BYTES = 20 * 2**20
TIMEOUT = (10, 30)
ALTOGETHER_SECONDS = 300


def fetch(*, actor: str) -> int:
    """Take today's rates over; returns how many. Raises Invalid with what went wrong."""
    address = settings().ecb_rates_url
    if not address:
        raise Invalid("ECB_RATES_URL is empty: there is no address to fetch rates from.")
    try:
        session = sources.guarded_session()
        with (
            session.at_most(ALTOGETHER_SECONDS),
            session.get(fetch_guard.check_url(address), timeout=TIMEOUT, stream=True) as answer,
        ):
            answer.raise_for_status()
            body = answer.raw.read(MOST_BYTES + 1, decode_content=True)
    except requests.RequestException as error:
        raise Invalid(f"The rates could not be fetched from {address}: {error}") from error
    if len(body) > MOST_BYTES:
        raise Invalid(f"The rates at {address} are larger than {MOST_BYTES // 2**20} MB.")
    return rates.tell(rates.from_ecb(body), source="ecb", actor=actor)


def daily(*, on: bool, actor: str) -> None:
    """Switch the daily fetch on or off, in the caller's transaction."""
    kept = db.session.get(AppSetting, SETTING) or AppSetting(key=SETTING)
    kept.value, kept.updated_by = {**(kept.value or {}), "ecb": on}, actor
    db.session.add(kept)


def is_daily() -> bool:
    kept = db.session.get(AppSetting, SETTING, populate_existing=True)
    return bool(kept and kept.value.get("ecb"))


def keep_current() -> None:
    """Once in a few hours: fetch where that is wanted, and let rules and rates begin and end on their day."""
    if not base_currency():
        return
    if is_daily():
        try:
            fetch(actor="system")
            return
        except Invalid as error:
            log.warning("rates_not_fetched", error=str(error))
    rates.set_anew()

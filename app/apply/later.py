"""From which later day on a staged list holds, by what its items say."""

from __future__ import annotations

from datetime import date

from sqlalchemy import text

from app import statements

#: how many of the items must say the same later day
NEARLY_ALL = 0.9

LATER = text("""
    SELECT CAST(day AS date) AS day, count(*) AS saying, (SELECT count(*) FROM staged_item) AS items
    FROM (SELECT conditions->>'valid_from' AS day FROM staged_item) AS said
    WHERE day ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' AND day > :today
    GROUP BY day ORDER BY count(*) DESC LIMIT 1
""")


def later_day(today: date | None = None) -> date | None:
    """The day after today from which on the staged list holds; None where it holds already."""
    now = today or date.today()  # noqa: DTZ011  a list holds by the calendar of the office
    found = statements.run(LATER, {"today": now.isoformat()})
    if not found:
        return None
    day, saying, items = found[0]
    return day if saying >= NEARLY_ALL * items else None

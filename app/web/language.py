"""The language: the user's choice, else the browser's; and how numbers, sizes and times are written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from babel import Locale
from babel.numbers import format_decimal, format_percent
from babel.support import Translations
from flask import Flask, g, request, session
from flask_babel import format_date, format_datetime, get_locale, get_translations, gettext, ngettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

_TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"


def _languages() -> dict[str, str]:
    """English, and each that lies in the folder of translations, by its own name."""
    compiled = sorted(_TRANSLATIONS.glob("*/LC_MESSAGES/messages.mo"))
    names = {code: str(Locale.parse(code).display_name) for code in ("en", *(file.parts[-3] for file in compiled))}
    return {code: name[:1].upper() + name[1:] for code, name in names.items()}


LANGUAGES = _languages()
UNITS = (_l("B"), _l("KB"), _l("MB"), _l("GB"), _l("TB"))
THEMES = ("auto", "light", "dark")
DENSITIES = ("roomy", "compact")


def select_language() -> str:
    chosen = getattr(current_user, "locale", None) or session.get("locale")
    if chosen in LANGUAGES:
        return cast(str, chosen)
    return request.accept_languages.best_match(list(LANGUAGES)) or "en"


def theme() -> str:
    chosen = getattr(current_user, "theme", None) or session.get("theme")
    return cast(str, chosen) if chosen in THEMES else "auto"


def density() -> str:
    """How close together the rows of long tables stand."""
    chosen = getattr(current_user, "density", None) or session.get("density")
    return cast(str, chosen) if chosen in DENSITIES else "roomy"


def size(value: float | None) -> str:
    """Bytes as people read them: 512 B, 4.2 MB."""
    if value is None:
        return "–"
    amount = float(value)
    for unit in UNITS:
        if amount < 1000 or unit == UNITS[-1]:
            return f"{number(round(amount, 1) if unit != UNITS[0] and amount < 100 else round(amount))} {unit}"
        amount /= 1000
    raise AssertionError


def number(value: Any) -> str:
    return "–" if value is None else _written(format_decimal, value, None, get_locale())


def rate(value: Decimal, significant: int | None = None) -> str:
    """What a currency costs, to the last place that was told; of a computed one so many ``significant`` digits."""
    exact = value if significant is None else Decimal(f"{value:.{significant}g}")
    return _written(format_decimal, exact, "#,##0.############", get_locale())


def percent(value: float | None, digits: int = 0) -> str:
    """A share between 0 and 1; what is written as nothing has no sign."""
    if value is None:
        return "–"
    pattern = "#,##0" + ("." + "0" * digits if digits else "") + " %"
    shown = abs(value) if round(value * 100, digits) == 0 else value
    return _written(format_percent, shown, pattern, get_locale()).replace("-", "−")


def money(value: Decimal | None, currency: str | None = None) -> str:
    """Two places at least, four at most: as many as the supplier wrote."""
    if value is None:
        return "–"
    text = _written(format_decimal, value, "#,##0.00##", get_locale())
    return f"{text} {currency}" if currency else text


@lru_cache(maxsize=4096)
def _written(form: Callable[..., str], value: Any, pattern: str | None, locale: Locale | None) -> str:
    """Numbers that are equal are written alike; a table of fifty rows writes three hundred, many of them again."""
    return str(form(value, format=pattern, locale=locale))


def compared(value: Decimal | None, currency: str | None = None) -> str:
    """A computed amount: two places, four below one."""
    return money(None if value is None else round(value, 2 if abs(value) >= 1 else 4), currency)


def by_percent(value: float | None, digits: int = 1) -> str:
    """How much something moved, in per cent, with its sign: +12.5 %, −3.0 %."""
    if value is None:
        return "–"
    moved = round(value, digits)  # what is written as nothing has no sign
    sign = "+" if moved > 0 else "−" if moved < 0 else ""
    return sign + percent(abs(value) / 100, digits)


def seconds(value: float | None) -> str:
    """A short duration with one decimal place; from ten seconds on as ``span``."""
    if value is None or value >= 10:
        return span(value)
    return str(gettext("%(n)s s", n=number(round(value, 1))))


def day(value: date | None) -> str:
    return "–" if value is None else str(format_date(value, "d MMM yyyy"))


def span(seconds: float | None) -> str:
    """A duration in its two largest units: 42 s, 3 min 20 s, 2 h 5 min, 3 d 4 h."""
    if seconds is None:
        return "–"
    left = max(0, int(seconds))
    if left < 60:
        return str(gettext("%(n)s s", n=left))
    if left < 3600:
        minutes, rest = divmod(left, 60)
        return str(gettext("%(m)s min %(s)s s", m=minutes, s=rest)) if rest else str(gettext("%(m)s min", m=minutes))
    if left < 86400:
        hours, rest = divmod(left // 60, 60)
        return str(gettext("%(h)s h %(m)s min", h=hours, m=rest)) if rest else str(gettext("%(h)s h", h=hours))
    days, rest = divmod(left // 3600, 24)
    return str(gettext("%(d)s d %(h)s h", d=days, h=rest)) if rest and days < 7 else str(gettext("%(d)s d", d=days))


def moment(value: datetime | None, form: str = "d MMM, HH:mm") -> Markup:
    """An instant; the page's script writes it in the browser's own time zone, the machine reads it in UTC."""
    if value is None:
        return Markup("–")
    shown = format_datetime(value, form)
    utc = value.astimezone(UTC)
    title = utc.strftime("%Y-%m-%d %H:%M:%S UTC")
    return Markup('<time datetime="{}" title="{}" data-form="{}">{}</time>').format(
        utc.isoformat(timespec="seconds"), title, "clock" if form == "HH:mm:ss" else "moment", shown
    )


def ago(value: datetime | None) -> Markup:
    """How long since, or until: kept true by the page's script without asking the server."""
    if value is None:
        return Markup("–")
    utc = value.astimezone(UTC)
    seconds = (datetime.now(UTC) - utc).total_seconds()
    # Written as the instant, so that a polled region does not differ merely because time has passed.
    text = format_datetime(value, "d MMM, HH:mm")
    return Markup('<time datetime="{}" title="{}" data-{}>{}</time>').format(
        utc.isoformat(timespec="seconds"),
        utc.strftime("%Y-%m-%d %H:%M:%S UTC"),
        "ago" if seconds >= 0 else "until",
        text,
    )


def plural(one: str, many: str, n: int) -> str:
    return cast(str, ngettext(one, many, n))


def marked(text: str, words: str) -> Markup:
    """``text`` with the first place where ``words`` stand marked."""
    at = text.lower().find(words.lower()) if words else -1
    if at < 0:
        return escape(text)
    end = at + len(words)
    return escape(text[:at]) + Markup("<mark>") + escape(text[at:end]) + Markup("</mark>") + escape(text[end:])


def _translations() -> Translations:
    """Looked up once a request: a page of fifty rows has four hundred words."""
    if "translations" not in g:
        g.translations = get_translations()
    return cast(Translations, g.translations)


@pass_eval_context
def _say(where: EvalContext, text: str, **given: Any) -> str:
    """``_`` of templates: what Jinja's own does, in a third of its time, which was a fifth of a page of fifty rows."""
    said: str = _translations().ugettext(text)
    if where.autoescape:
        said = Markup(said)  # noqa: S704 # nosec B704 - our own words
    return said % given if "%" in said else said


def register(app: Flask) -> None:
    app.extensions["babel"].locale_selector = select_language
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of the extension that flask-babel adds
        gettext=lambda text: _translations().ugettext(text),
        ngettext=lambda one, many, n: _translations().ungettext(one, many, n),
        newstyle=True,
    )
    app.jinja_env.filters.update(
        size=size,
        number=number,
        percent=percent,
        rate=rate,
        money=money,
        compared=compared,
        by_percent=by_percent,
        seconds=seconds,
        day=day,
        span=span,
        moment=moment,
        ago=ago,
        marked=marked,
    )
    app.jinja_env.globals.update(
        {"_": _say}, languages=LANGUAGES, themes=THEMES, theme=theme, density=density, current_language=_language
    )


def _language() -> str:
    return str(get_locale() or "en")

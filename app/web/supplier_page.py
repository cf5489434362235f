"""What one supplier's page shows: what is open, his items and files, what happened, how he is read and compared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import attention
from app.apply.thresholds import global_limits, limits_for
from app.catalog import items
from app.charts import plotted as numbers
from app.charts import svg
from app.errors import Invalid
from app.extensions import settings
from app.jobs import progress, queries
from app.jobs.job_filter import JobFilter
from app.models.job import Job
from app.models.supplier import Supplier
from app.models.user import AuditEntry
from app.money import rules
from app.shadow import trial as shadows
from app.suppliers import credentials, editing, exclusions, listed, timeline
from app.web import deeds
from app.web.fragments import with_version
from app.web.plots import FEWEST_POINTS, day_name, outcome_series
from app.web.table_filters import ITEM_STATES
from handoff.exclusions import EXCLUDED

FILES, MOVED, HAPPENED = 6, 6, 8
KINDS = {
    timeline.Kind.FILES: _l("Files"),
    timeline.Kind.LAYOUT: _l("Layout"),
    timeline.Kind.DECISIONS: _l("Decisions"),
    timeline.Kind.CORRECTIONS: _l("Corrections"),
    timeline.Kind.SETTINGS: _l("Settings"),
}


def page(supplier_id: UUID, *, wrong: str = "", problem: str = "") -> str:
    """``wrong`` names the form that was refused; it is shown as it was sent, with ``problem``."""
    supplier = editing.get(supplier_id)
    row = listed.rows([supplier])[0]
    jobs = queries.page(JobFilter(supplier_id=supplier_id), limit=FILES).jobs
    success, judged = numbers.success_rate(supplier_id)
    happened, more = timeline.of_supplier(supplier_id, limit=HAPPENED)
    return render_template(
        "suppliers/show.html",
        supplier=supplier,
        row=row,
        open=attention.of_supplier(supplier),
        jobs=progress.pictures(jobs),
        happened=_told(happened),
        happened_more=more is not None,
        success=success,
        judged=judged,
        cadence=numbers.cadence(supplier_id),
        exclusions=exclusions.of_supplier(supplier),
        excluded_last=_excluded_in(jobs),
        price_rules=rules.of_supplier(supplier_id),
        shadow_region=with_version(shadow_html(supplier_id)),
        wrong=wrong,
        problem=problem,
        typed=request.form if wrong else {},
        **_items(supplier_id),
        **_plots(supplier_id),
        **_sources(supplier),
    )


def whole_timeline(supplier_id: UUID) -> str:
    supplier = editing.get(supplier_id)
    kind, before = _asked()
    happened, following = timeline.of_supplier(supplier_id, kind=kind, before=before)
    return render_template(
        "suppliers/timeline.html",
        supplier=supplier,
        happened=_told(happened),
        following=following,
        before=before,
        kind=kind,
        kinds=KINDS,
    )


def shadow_html(supplier_id: UUID) -> str:
    return render_template("suppliers/_shadow.html", supplier_id=supplier_id, shadow=shadows.latest(supplier_id))


def _asked() -> tuple[timeline.Kind | None, datetime | None]:
    """Which kind, and before which moment. Raises Invalid."""
    kind, before = request.args.get("kind"), request.args.get("before")
    try:
        moment = datetime.fromisoformat(before) if before else None
        if moment is not None and moment.tzinfo is None:
            raise ValueError(before)
        return timeline.Kind(kind) if kind else None, moment
    except ValueError as error:
        raise Invalid(_("The link to this part of the timeline is not valid. Start from the newest.")) from error


def _told(happened: Sequence[timeline.Happening]) -> list[dict[str, Any]]:
    """What the audit kept is said as a sentence, with a link where it has a page; the rest as it is."""
    return [
        {
            "at": each.at,
            "kind": each.kind,
            "what": each.what,
            "sentence": deeds.told(each.what) if isinstance(each.what, AuditEntry) else "",
            "link": _link(each.what) if isinstance(each.what, AuditEntry) else "",
        }
        for each in happened
    ]


def _link(entry: AuditEntry) -> str:
    """To a page other than the one that the reader is on."""
    return "" if entry.action.startswith("supplier.") else deeds.link(entry)


def _items(supplier_id: UUID) -> dict[str, Any]:
    """How many items are in each state that asks for somebody, and those that changed last."""
    wanted = items.ItemFilter(supplier_id=supplier_id)
    moved, _more = items.page(wanted, items.Sorted(items.Sort.CHANGED, down=True), limit=MOVED)
    counts, names = items.states_of_supplier(supplier_id), dict(ITEM_STATES)
    return {"moved": moved, "states_of_items": {names[state]: (state, number) for state, number in counts}}


def _plots(supplier_id: UUID) -> dict[str, Any]:
    """A plot of which there are not two points yet is none: its place says so, or it has none."""
    days = numbers.files_a_day(30, supplier_id=supplier_id)
    labels, series = [day_name(each.day) for each in days], outcome_series(days)
    sizes, index = numbers.items_over_time(supplier_id), numbers.price_index(supplier_id)
    plots: dict[str, Any] = {"days": days, "series": series, "items": sizes, "index": index}
    if sum(bool(each.total) for each in days) >= FEWEST_POINTS:
        plots["files_plot"] = svg.stacked_bars(labels, series, title=_("Files a day by outcome"))
    known = [each for each in index if each.value is not None]
    width = svg.HALF if min(len(sizes), len(known)) >= FEWEST_POINTS else svg.WIDTH
    if len(sizes) >= FEWEST_POINTS:
        names, values = [day_name(each.day) for each in sizes], [each.value for each in sizes]
        plots["items_plot"] = svg.line(names, values, title=_("Items in each file"), width=width)
    if len(known) >= FEWEST_POINTS:
        values = [each.value for each in index]
        plots["index_plot"] = svg.line(labels, values, title=_("Price index"), bottom=None, width=width)
    return plots


def _sources(supplier: Supplier) -> dict[str, Any]:
    """Limits and credentials; the latter are of an address, or still kept since there was one."""
    has_secrets = supplier.secret_headers is not None
    return {
        "limits": global_limits(settings()),
        "holding": limits_for(supplier.guard, settings()),
        "has_secrets": has_secrets,
        "asks_credentials": supplier.has_source or has_secrets,
        "credentials": credentials.shown(supplier),
    }


def _excluded_in(jobs: Sequence[Job]) -> int | None:
    """Rows that were not wanted in the last file that was read; None when none of these was."""
    read = next((each for each in jobs if each.items_total or each.passed_over), None)
    if read is None:
        return None
    return sum(int(each["count"]) for each in read.passed_over if each["kind"] == EXCLUDED)

"""Where one can go and what one can do, by role: what the palette offers besides suppliers, products, items and jobs.

A test holds the pages against the menu.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from app.access.policy import may

ADMIN, BUYERS, ALL = ("admin",), ("admin", "procurement"), ("admin", "procurement", "sales")


@dataclass(frozen=True)
class Place:
    """``also``: other words somebody may look for. ``question`` is asked before an act, which is a POST."""

    endpoint: str
    name: Any
    icon: str
    roles: tuple[str, ...]
    also: Any = ""
    question: Any = ""
    act: bool = False

    def answers_to(self, words: list[str]) -> bool:
        text = f"{self.name} {self.also}".lower()
        return all(word in text for word in words)


PAGES = (
    Place("needs.index", _l("Needs you"), "hand-stop", BUYERS, _l("start, questions")),
    Place("ingestion.index", _l("Ingestion"), "inbox", BUYERS, _l("start, running files")),
    Place("jobs.index", _l("Jobs"), "list-details", BUYERS, _l("files, history")),
    Place("suppliers.index", _l("Suppliers"), "building-store", BUYERS),
    Place("livelog.index", _l("Live log"), "terminal-2", ADMIN),
    Place("review.index", _l("Matching"), "git-compare", BUYERS, _l("queue, candidates")),
    Place("review.bulk", _l("Approve many"), "list-check", BUYERS),
    Place("review.decisions", _l("Decisions"), "history", BUYERS, _l("take back, undo")),
    Place("catalog.index", _l("Products"), "package", ALL, _l("catalogue")),
    Place("items.index", _l("Items"), "tag", BUYERS, _l("offers, prices")),
    Place("changes.index", _l("Changes"), "arrows-shuffle", BUYERS, _l("what moved, prices")),
    Place("exports.index", _l("Exports"), "download", BUYERS, _l("schedule, files for programs")),
    Place("money.index", _l("Currencies"), "percentage", BUYERS, _l("rates, VAT, price rules")),
    Place("dashboard.index", _l("Dashboard"), "chart-line", ALL),
    Place("system.index", _l("Health"), "heartbeat", ADMIN, _l("alerts, machine")),
    Place("settings.index", _l("Settings"), "settings", ADMIN),
    Place("receivers.index", _l("Receivers"), "bell", ADMIN, _l("web hooks, events")),
    Place("users.index", _l("Users"), "users", ADMIN, _l("roles, passwords")),
    Place("auditlog.index", _l("Audit"), "history", ADMIN, _l("who did what")),
    Place("access.account", _l("Account"), "user", ALL, _l("language, password, API tokens")),
)
ACTIONS = (
    Place("suppliers.new", _l("Add Supplier"), "plus", ADMIN, _l("new, upload")),
    Place(
        "ingestion.sync",
        _l("Sync all suppliers"),
        "refresh",
        ADMIN,
        _l("fetch, download"),
        _l("Fetch the lists of all suppliers now?"),
        act=True,
    ),
    Place("product_import.start", _l("Import products"), "table-import", BUYERS, _l("catalogue, upload")),
    Place("review.again", _l("Match again"), "refresh", BUYERS, _l("unlinked items"), act=True),
    Place("reprocess.index", _l("Re-process suppliers"), "replace", ADMIN, _l("read again")),
    Place("suppliers.binned", _l("Deleted suppliers"), "trash", ADMIN, _l("restore, bin")),
    Place("access.logout", _l("Sign out"), "logout", ALL, _l("leave"), act=True),
)


def found(places: tuple[Place, ...], words: str) -> list[Place]:
    """Those that this user may use and that answer to each word; all of them without a word."""
    wanted = words.lower().split()
    return [each for each in places if may(*each.roles) and each.answers_to(wanted)]

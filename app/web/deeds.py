"""What people did, told as sentences: one for each action that the audit keeps; a test names those that lack theirs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.models.user import AuditEntry
from app.web import office_settings, sentences
from app.web.context import RATE_SOURCES, ROLES

#: may name any fact, the ``subject``, and the ``count`` that a subject such as "3 products" begins with
SENTENCES = {
    "alert.acknowledged": _l("An alert was noted."),
    "base_currency.set": _l("The base currency is %(subject)s; before: %(before)s."),
    "catalog.imported": _l("Products were imported: %(subject)s."),
    "deliveries.replayed": _l("%(count)s messages to a receiver are sent again."),
    "delivery.replayed": _l("A message to a receiver is sent again."),
    "item.corrected": _l("Item %(item)s was corrected by hand: %(fields)s."),
    "item.released": _l("Item %(item)s follows its price list again: %(fields)s."),
    "items.rematched": _l("Unlinked items were matched again: %(asked)s asked, %(linked)s linked."),
    "job.approved": _l("A held file was approved: %(changes)s of %(of)s changes."),
    "job.rejected": _l("A held file was rejected."),
    "job.rest_applied": _l("What was left out of a file was applied: %(changes)s changes."),
    "job.undone": _l("What a file changed was taken back: %(restored)s restored, %(removed)s removed, %(kept)s kept."),
    "master_sheet.applied": _l("The Master Sheet was applied."),
    "master_sheet.approved": _l("The held changes of the Master Sheet were approved."),
    "master_sheet.rejected": _l("The held changes of the Master Sheet were rejected."),
    "master_sheet.set": _l("The Master Sheet's address was set: %(subject)s"),
    "match.assigned": _l("%(count)s matches are looked at by %(to)s."),
    "match.commented": _l("A match was commented: %(text)s"),
    "match.comment_removed": _l("A comment on a match was removed."),
    "match.approved_many": _l("%(count)s matches were approved at once."),
    "match.linked": _l("%(item)s was linked to a product."),
    "match.linked_many": _l("%(count)s items were linked to %(name)s."),
    "match.rejected": _l("%(item)s is none of the proposed products."),
    "match.taken_back": _l("A decision on %(items)s items was taken back."),
    "match.unlinked": _l("%(item)s is no longer linked to its product."),
    "ml.switched": _l("ML processing was switched for all suppliers. %(reason)s"),
    "price_rule.added": _l("A price rule was added for %(subject)s: %(kind)s %(percent)s %%."),
    "price_rule.removed": _l("A price rule of %(subject)s was removed: %(kind)s %(percent)s %%."),
    "product.corrected": _l("Product %(product)s was corrected by hand: %(fields)s."),
    "product.created": _l("Product %(name)s (%(subject)s) was made."),
    "product.released": _l("Product %(product)s follows imports again: %(fields)s."),
    "products.drafted": _l("%(count)s products were made from items."),
    "products.status_set": _l("The status of %(count)s products was set: %(status)s."),
    "rates.told": _l("%(rates)s rates were entered (%(subject)s)."),
    "receiver.added": _l("A receiver of events was added: %(url)s"),
    "receiver.removed": _l("A receiver of events was removed: %(url)s"),
    "receiver.secret_renewed": _l("The secret of a receiver of events was renewed."),
    "receiver.switched_off": _l("A receiver of events was switched off."),
    "receiver.switched_on": _l("A receiver of events was switched on."),
    "reprocess.begun": _l("Re-processing of %(count)s suppliers was begun."),
    "reprocess.done": _l("Re-processing of %(count)s suppliers is done; skipped: %(skipped)s."),
    "reprocess.paused": _l("Re-processing was paused; suppliers left: %(count)s."),
    "reprocess.running": _l("Re-processing goes on; suppliers left: %(count)s."),
    "reprocess.stopped": _l("Re-processing was stopped; suppliers left: %(count)s."),
    "row.corrected": _l("Row %(row)s of a file of %(supplier)s was corrected by hand: %(to)s."),
    "rows.applied": _l("Corrected rows of a file were applied: %(changes)s."),
    "setting.set": _l("A setting was changed, %(subject)s: %(before)s → %(after)s."),
    "shadow.requested": _l("A shadow run was asked for: %(subject)s."),
    "supplier.changed": _l("Supplier %(subject)s was changed: %(fields)s."),
    "supplier.created": _l("Supplier %(subject)s was added."),
    "supplier.deleted": _l("Supplier %(subject)s was deleted, with %(items)s items."),
    "supplier.guard_set": _l("The limits before a file of %(subject)s is held were set."),
    "supplier.headers_set": _l("Sign-in of %(subject)s's source was set: %(names)s."),
    "supplier.hints_set": _l("How the lists of %(subject)s are read was corrected."),
    "supplier.exclusion_added": _l("Not wanted of %(subject)s: %(field)s %(pattern)s, %(items)s items left."),
    "supplier.exclusion_removed": _l("Wanted again of %(subject)s: %(field)s %(pattern)s."),
    "supplier.list_added": _l("A price list was added to %(subject)s: %(list)s."),
    "supplier.list_removed": _l("A price list of %(subject)s was removed: %(list)s."),
    "supplier.ml_switched": _l("ML processing of %(subject)s was switched. %(reason)s"),
    "supplier.price_confirmed": _l("The price column of %(subject)s was confirmed: %(header)s."),
    "supplier.restored": _l("Supplier %(subject)s was restored from the bin."),
    "supplier.currency_set": _l("Lists of %(subject)s that name no currency are in %(currency)s."),
    "supplier.vat_set": _l("The VAT of %(subject)s was set."),
    "sync.requested": _l("Suppliers' lists were asked for."),
    "sync.stopped": _l("Fetching of suppliers' lists was stopped."),
    "digest.chosen": _l("The digest of changes for %(subject)s comes: %(digest)s."),
    "export.scheduled": _l("A table is written on a schedule: %(subject)s (%(table)s, %(format)s)."),
    "export.unscheduled": _l("A table is no longer written on a schedule: %(subject)s."),
    "export.token_renewed": _l("The scheduled export %(subject)s has a new token."),
    "export.asked_for": _l("The scheduled export %(subject)s was asked for at once."),
    "table.exported": _l("A table was taken out: %(subject)s, %(format)s."),
    "token.created": _l("API token %(subject)s was made for %(user)s."),
    "token.revoked": _l("API token %(subject)s of %(user)s was revoked."),
    "user.changed": _l("User %(subject)s was changed: %(role)s."),
    "user.created": _l("User %(subject)s was added: %(role)s."),
    "user.password_changed": _l("The password of %(subject)s was changed."),
    "user.reset_sent": _l("A link for a new password was sent to %(subject)s."),
    "user.email_set": _l("The e-mail address of %(subject)s was set."),
    "user.second_factor_on": _l("%(subject)s switched a second factor on."),
    "user.second_factor_off": _l("The second factor of %(subject)s was switched off."),
    "user.recovery_code_used": _l("%(subject)s used a code on paper; left: %(left)s."),
    "user.signed_in": _l("%(subject)s signed in."),
    "user.signed_out_everywhere": _l("%(subject)s was signed out everywhere."),
    "view.removed": _l("The view %(subject)s was removed."),
    "view.saved": _l("The view %(subject)s was kept."),
}
#: areas that the page may be narrowed to: how their actions begin
AREAS = {
    "supplier": _l("Suppliers"),
    "job": _l("Files"),
    "match": _l("Matching"),
    "item": _l("Items"),
    "row": _l("Rows"),
    "product": _l("Products"),
    "catalog": _l("Imports of products"),
    "table": _l("Exports"),
    "export": _l("Scheduled exports"),
    "digest": _l("Digests"),
    "base_currency": _l("Base currency"),
    "rates": _l("Rates"),
    "price_rule": _l("Price rules"),
    "master_sheet": _l("Master Sheet"),
    "sync": _l("Fetching"),
    "reprocess": _l("Re-processing"),
    "setting": _l("Settings"),
    "shadow": _l("Shadow runs"),
    "ml": _l("ML processing"),
    "receiver": _l("Receivers"),
    "deliver": _l("Messages to receivers"),
    "alert": _l("Alerts"),
    "user": _l("Users"),
    "view": _l("Views"),
    "token": _l("API tokens"),
}
_COUNT = re.compile(r"\d+")


def told(entry: AuditEntry) -> str:
    """The entry as one sentence in the reader's language."""
    sentence = SENTENCES.get(entry.action)
    if sentence is None:  # kept by a version that did more than this one
        return f"{entry.action.replace('.', ': ').replace('_', ' ')} {entry.subject}"
    if entry.action == "setting.set" and entry.subject in office_settings.LABELS:
        values = {name: office_settings.shown(entry.subject, entry.facts.get(name)) for name in ("before", "after")}
        return str(sentence) % {"subject": office_settings.LABELS[entry.subject], **values}
    if entry.action == "catalog.imported":
        return str(sentence) % {"subject": sentences.told(entry.subject)}
    if entry.action == "rates.told":
        source = RATE_SOURCES.get(entry.subject, entry.subject)
        return str(sentence) % {"subject": source, "rates": _said("rates", entry.facts.get("rates"))}
    count = _COUNT.search(entry.subject)
    return str(sentence) % _Values(entry.facts, subject=entry.subject, count=count[0] if count else "–")


def link(entry: AuditEntry) -> str:
    """Where the thing itself is looked at; "" where it has no page."""
    area, facts = entry.action.partition(".")[0], entry.facts
    if area in ("job", "row", "rows") and _is_id(entry.subject):
        return url_for("jobs.show", job_id=entry.subject)
    if area in ("item", "match") and _is_id(entry.subject) and facts.get("item"):
        return url_for("items.show", item_id=entry.subject)
    if area == "product" and _is_id(entry.subject):
        return url_for("catalog.show", product_id=entry.subject)
    if area == "supplier" and _is_id(facts.get("supplier_id")):
        return url_for("supplier.show", supplier_id=facts["supplier_id"])
    return ""


class _Values(dict[str, Any]):
    """Facts as a reader says them; a fact that was not kept is a dash."""

    def __init__(self, facts: Mapping[str, Any], **more: str) -> None:
        super().__init__({**facts, **more})

    def __getitem__(self, name: str) -> str:
        return _said(name, self.get(name))


def _said(name: str, value: Any) -> str:
    if value is None:
        return "–"
    if name == "role" and value in ROLES:
        return str(ROLES[value])
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, Mapping):
        return ", ".join(f"{_word(key)}: {_said(key, each)}" for key, each in value.items())
    if isinstance(value, list):
        return ", ".join(_word(each) for each in value)
    return str(value)


def _word(name: Any) -> str:
    return str(name).replace("_", " ")


def _is_id(text: Any) -> bool:
    try:
        return bool(UUID(str(text)))
    except ValueError:
        return False

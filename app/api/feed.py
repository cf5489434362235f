"""What happened to items and prices since a cursor."""

from __future__ import annotations

from uuid import UUID

from pydantic import AwareDatetime, Field

from app.api.routing import BUYERS, Router
from app.api.shapes import Body, Exact, Moment, Reply, Whole
from app.feed import following
from app.models.feed import Cause, ChangeKind

router = Router("Changes")
LATEST = 2**63 - 2


class ChangesQuery(Body):
    after: Whole = Field(0, ge=0, le=LATEST, description="`next` of the last answer; none begins with the oldest kept.")
    limit: Whole = Field(500, ge=1, le=1000)
    supplier_id: UUID | None = None
    kind: ChangeKind | None = Field(None, description="Only what happened in this way.")
    updated_since: AwareDatetime | None = Field(None, description="Only what happened at this moment or later.")


class ChangeShape(Reply):
    """Prices as the supplier writes them, to the last digit; null when there is or was none."""

    number: int = Field(description="The change's place in the feed: without gaps, and never given again.")
    at: Moment
    kind: ChangeKind
    cause: Cause = Field(description="What it was done by: a file, a file taken back, a decision or a correction.")
    supplier_id: UUID
    item_id: UUID
    supplier_sku: str
    name: str
    product_id: UUID | None = Field(description="The product after the change.")
    old_product_id: UUID | None = Field(description="The product before the change.")
    price: Exact | None
    old_price: Exact | None
    currency: str | None
    old_currency: str | None = Field(description="The currency before the change.")
    is_available: bool
    job_id: UUID | None = Field(description="The job whose file the item is from.")


class ChangesReply(Reply):
    data: list[ChangeShape]
    next: int = Field(description="The cursor to ask with the next time; keep it after the data is taken.")
    more: bool = Field(description="There is more at this moment: ask again at once.")


class NewestReply(Reply):
    next: int = Field(description="The cursor of what happens from now on.")


@router.route("GET", "/changes", allow=BUYERS, query=ChangesQuery, reply=ChangesReply, errors=(410,))
def follow_changes(query: ChangesQuery) -> ChangesReply:
    """Every change of an item or a price, once and in order.

    An item's changes are in the order in which they were made; nothing that is committed late is passed by. Kept for
    JOB_HISTORY_DAYS: a cursor from before is answered with 410.
    """
    part = following.after(
        query.after, limit=query.limit, supplier_id=query.supplier_id, kind=query.kind, since=query.updated_since
    )
    data = [ChangeShape.model_validate(each) for each in part.changes]
    return ChangesReply(data=data, next=part.following, more=part.more)


@router.route("GET", "/changes/newest", allow=BUYERS, reply=NewestReply)
def newest_change() -> NewestReply:
    """Where the feed ends now, for a reader that begins after an export."""
    return NewestReply(next=following.newest())

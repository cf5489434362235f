"""How items are found by the words that somebody typed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, cast, func, or_, select, text, true
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from app.extensions import db
from app.models.offers import ItemWords
from app.models.supplier import Supplier

LONGEST = 500
#: a word of more items than this share of all is looked for among those that the other words find
COMMON = 0.1
#: so many suppliers of one name are told from the others by whichever are fewer
MANY = 100
_PART = re.compile(r"[^\W_]+")
# What PostgreSQL has counted of the commonest words, at the last ANALYZE.
_SHARE = text("""
    SELECT coalesce(max(known.share), 0) FROM pg_stats AS s, unnest(
        CAST(CAST(s.most_common_elems AS text) AS text[]), s.most_common_elem_freqs) AS known (word, share)
    WHERE s.schemaname = current_schema() AND s.tablename = 'item_words' AND s.attname = 'words'
      AND starts_with(known.word, :beginning)
""")


def say(words: Sequence[str], *, inside: bool) -> list[ColumnElement[bool]]:
    """Each begins one of the item's words, or stands in its supplier's name; ``inside``: anywhere in its text.

    The index would gather every item of a common word before it knows what the rarer ones leave of them.
    """
    shares = [_share(each) if len(words) > 1 and not inside else 0.0 for each in words]
    rarest = min(shares, default=0.0)
    return [
        _says(word, inside=inside, by_index=share < COMMON or share == rarest)
        for word, share in zip(words, shares, strict=True)
    ]


def _share(word: str) -> float:
    parts = _PART.findall(word)
    return float(db.session.scalar(_SHARE, {"beginning": parts[-1]}) or 0) if parts else 0.0


def _says(word: str, *, inside: bool, by_index: bool) -> ColumnElement[bool]:
    parts = _PART.findall(word)
    here = _stands(word) if inside or not parts else _begins(word, parts, by_index=by_index)
    named = _of_suppliers(word)
    return here if named is None else or_(here, named)


def _of_suppliers(word: str) -> ColumnElement[bool] | None:
    """None: no supplier's name has it."""
    has_it = Supplier.name.icontains(word, autoescape=True)
    named = db.session.scalars(select(Supplier.id).where(has_it)).all()
    if len(named) < MANY:
        return ItemWords.supplier_id.in_(named) if named else None
    others = db.session.scalars(select(Supplier.id).where(~has_it)).all()
    if len(others) < len(named):
        return ItemWords.supplier_id.not_in(others) if others else true()
    return ItemWords.supplier_id.in_(named)


def _begins(word: str, parts: list[str], *, by_index: bool) -> ColumnElement[bool]:
    """Only the last part may go on: what stands before a mark is a whole word, and whole words are looked up at once.

    Of several parts the whole text is compared as well: 3.5 is not 3 and somewhere else 5.
    """
    *whole, last = (f"'{each[:LONGEST]}'" for each in parts)
    if word.endswith(parts[-1]):
        last += ":*"
    words = ItemWords.words if by_index else func.coalesce(ItemWords.words, cast("", TSVECTOR))
    here = words.bool_op("@@")(cast(" & ".join([*whole, last]), TSQUERY))
    return here if parts == [word] else and_(here, _stands(word))


def _stands(word: str) -> ColumnElement[bool]:
    return ItemWords.text.contains(word, autoescape=True)

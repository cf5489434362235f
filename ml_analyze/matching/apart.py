"""What tells two things apart although their model number is the same.

Siblings, parts and accessories carry the number of the thing they are of, or are for. The scorer weighs words; here a
single one is enough to ask: a seal is no washing machine, size 42 is not 43, and where nothing but the number agrees
nobody knows what the row is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from ml_analyze.matching.closed_words import concepts
from ml_analyze.matching.record import Record, shared_codes
from ml_analyze.matching.said import ROMAN, Said, said
from ml_analyze.matching.size_words import size_words
from ml_analyze.matching.tongues import is_common

# Numbers that count the same thing, whatever stands before and after them: mk2, 2nd, v2, gen2, 83-EU, W34.
_NUMBERED = re.compile(
    r"(?:mk|v|gen|rev|ver|no|nr|n|vol|eu|uk|us|gr|w)?(\d{1,18})(?:st|nd|rd|th|er|e|eme|te|ter|eu|us|uk|na|int)?"
)
# How large clothes are, in letters; a number beside it may be the same size or another one.
_WORN = re.compile(r"\d?x{1,4}[sl]|[sml]")
#: both may say something else of these; one of both may leave it out
_EITHER_OR = ("side", "wearer", "tongue", "platform", "edition", "extent", "colour")
_LIKE_WORDS = 5
# Shorter than this a number stands in any text by chance.
_LEAST_IN_TEXT = 3
#: prices nearer than this are of one thing, whatever it is called
_NEAR = 1.5
#: a price further from the other's may be of more than the one has
_DEARER = 1.8
# So many words in common are one wording.
_ONE_WORDING = 2


def doubts(row: Record, product: Record) -> list[str]:
    """Sentences that say what tells both apart; none when nothing does."""
    ours, theirs = said(row.name, row.brand), said(product.name, product.brand)
    return [
        *_belongs(row, ours, product, theirs),
        *_meant_for(ours, theirs),
        *_only(*_once(row, ours, product, theirs)),
        *_either_or(ours, theirs),
        *_marks(row, ours, product, theirs),
        *_initials(ours, theirs),
        *_partly(row, product),
    ]


def wants_proof(row: Record, product: Record, *, foreign: bool) -> list[str]:
    """Sentences that say what no word contradicts and still is not known: whether it is the thing itself.

    ``foreign``: the row is of a list in another language than the catalogue's (``tongues.py``).
    """
    ours, theirs = said(row.name, row.brand), said(product.name, product.brand)
    return [
        *_only(ours.groups["with"], theirs.groups["with"]),
        *_swapped(row, ours, theirs, foreign=foreign),
        *_dearer(row, ours, product, theirs),
        *(["nothing but the number and the brand agrees"] if _is_bare(row, ours, product, theirs) else []),
    ]


def _is_bare(row: Record, ours: Said, product: Record, theirs: Said) -> bool:
    """Whether neither a word of the names agrees, nor a size, nor the price.

    Where the number is the article number of both and stands in no name, every word has to agree on one side.
    """
    numbered_alike = row.sku == product.sku and row.sku not in row.dense and row.sku not in product.dense
    if numbered_alike and not shared_codes(row, product) - {row.sku}:
        return bool(ours.words - theirs.words and theirs.words - ours.words)
    if not ours.words or not theirs.words or ours.words & theirs.words or _akin(ours.words, theirs.words):
        return False
    if ours.groups["belongs"].keys() & theirs.groups["belongs"].keys():
        return False
    sized = any(values & product.measures.get(dimension, frozenset()) for dimension, values in row.measures.items())
    return not sized and not _priced_alike(row, product)


def _priced_alike(row: Record, product: Record) -> bool:
    return row.price > 0 and product.price > 0 and 1 / _NEAR < row.price / product.price < _NEAR


def _akin(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    starts = {word[:_LIKE_WORDS] for word in ours if len(word) >= _LIKE_WORDS}
    return any(word[:_LIKE_WORDS] in starts for word in theirs)


def _belongs(row: Record, ours: Said, product: Record, theirs: Said) -> Iterator[str]:
    """A part or an accessory on the one side, and none of its kind in the name or the category of the other.

    What costs as much as the thing is no part of it.
    """
    mine, others = ours.groups["belongs"], theirs.groups["belongs"]
    if mine.keys() & others.keys() or _priced_alike(row, product):
        return
    for told, record, sentence in ((mine, product, "only the row says {}"), (others, row, "only the product says {}")):
        listed = {each.concept for word in record.category for each in concepts(word) if each.group == "belongs"}
        if told and not listed & told.keys():
            yield sentence.format(min(told.values()))


def _meant_for(ours: Said, theirs: Said) -> Iterator[str]:
    """Something "for" what the other is: brushes for a drill are no drill, whatever brushes are called."""
    for mine, others, sentence in ((ours, theirs, "only the row says {}"), (theirs, ours, "only the product says {}")):
        for_ = mine.fitting
        if for_ is None or others.fitting is not None or not for_.after & others.words:
            continue
        if for_.before & mine.words and not for_.before & mine.words & others.words:
            yield sentence.format(for_.word)


def _once(row: Record, ours: Said, product: Record, theirs: Said) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """What each side says once; where both count the same pieces, a box of them is no more than they are."""
    told = ours.groups["once"], theirs.groups["once"]
    if not row.packs & product.packs:
        return told
    mine, others = ({concept: word for concept, word in each.items() if concept != "several"} for each in told)
    return mine, others


def _only(ours: Mapping[str, str], theirs: Mapping[str, str]) -> Iterator[str]:
    if more := ours.keys() - theirs.keys():
        yield f"only the row says {ours[min(more)]}"
    if more := theirs.keys() - ours.keys():
        yield f"only the product says {theirs[min(more)]}"


def _either_or(ours: Said, theirs: Said) -> Iterator[str]:
    for group in _EITHER_OR:
        mine, others = ours.groups[group], theirs.groups[group]
        if mine and others and not mine.keys() & others.keys():
            yield _differ(min(mine.values()), min(others.values()))
    if ours.spans and theirs.spans and not ours.spans & theirs.spans:
        yield _differ(f"{min(ours.spans)} months", f"{min(theirs.spans)} months")


def _differ(ours: str, theirs: str) -> str:
    return f"the row says {ours}, the product {theirs}"


def _marks(row: Record, ours: Said, product: Record, theirs: Said) -> Iterator[str]:
    """Numbers and letters that each side has and the other lacks; a generation is told by one side alone."""
    newer, older = _unmet(ours.generations, product, theirs), _unmet(theirs.generations, row, ours)
    mine, others = _unmet(ours.marks, product, theirs) | newer, _unmet(theirs.marks, row, ours) | older
    differing = [(a, b) for a in sorted(mine) for b in sorted(others) if _is_alike(a, b)]
    if differing:
        yield _differ(*differing[0])
    elif newer:
        yield f"only the row says {min(newer)}"
    elif older:
        yield f"only the product says {min(older)}"


def _initials(ours: Said, theirs: Said) -> Iterator[str]:
    """Initials that each side has and the other lacks: a lens EF is no RF, a drill GSB no GSR.

    Longer ones may be short for anything: of those one letter must differ.
    """
    for mine in sorted(ours.initials - theirs.initials):
        for others in sorted(theirs.initials - ours.initials):
            if len(mine) == len(others) and (len(mine) == 2 or sum(map(str.__ne__, mine, others)) == 1):
                yield _differ(mine, others)
                return


def _swapped(row: Record, ours: Said, theirs: Said, *, foreign: bool) -> Iterator[str]:
    """Names of one wording in which one word stands for another: a topcoat is no primer.

    In a list of another language a word that is none of the catalogue's may be its word for the same.
    """
    mine, others = ours.told.keys() - theirs.told.keys(), theirs.told.keys() - ours.told.keys()
    if len(mine) != 1 or len(others) != 1 or len(ours.told.keys() & theirs.told.keys()) < _ONE_WORDING:
        return
    if len(ours.words - theirs.words) > 1 or len(theirs.words - ours.words) > 1:
        return  # with another word for the same beside it it is no longer one wording
    one, other = ours.told[min(mine)], theirs.told[min(others)]
    if one in other or other in one or _akin(frozenset((one,)), frozenset((other,))):
        return
    if not (foreign and not is_common(row, one) and not (concepts(one) and concepts(other))):
        yield _differ(one, other)


def _dearer(row: Record, ours: Said, product: Record, theirs: Said) -> Iterator[str]:
    """What costs far more and says more comes with more, or is another thing."""
    if not row.price or not product.price:
        return
    ratio = row.price / product.price
    if ratio > _DEARER and (more := ours.told.keys() - theirs.told.keys()):
        yield f"only the row says {ours.told[min(more)]}"
    if 1 / ratio > _DEARER and (more := theirs.told.keys() - ours.told.keys()):
        yield f"only the product says {theirs.told[min(more)]}"


def _partly(row: Record, product: Record) -> Iterator[str]:
    """Sizes of one kind that each side has and the other lacks, although another one agrees: 1/4 x 1/8, 1/4 x 3/8."""
    for dimension in row.measures.keys() & product.measures.keys():
        ours, theirs = row.measures[dimension], product.measures[dimension]
        if ours & theirs and ours - theirs and theirs - ours:
            mine, others = size_words(dimension, ours - theirs), size_words(dimension, theirs - ours)
            yield f"size differs: {mine} / {others}"


def _is_alike(mark: str, other: str) -> bool:
    return _shape(mark) == _shape(other) or (_counts(mark) and _counts(other))


def _counts(mark: str) -> bool:
    return bool(_numbers(mark) or _WORN.fullmatch(mark))


def _shape(mark: str) -> str:
    """Numbers, letters, or both: what is of one shape may say the same of two things."""
    return "letters" if mark.isalpha() else "both" if any(map(str.isalpha, mark)) else "number"


def _unmet(marks: frozenset[str], other: Record, told: Said) -> set[str]:
    if not marks:
        return set()
    there = told.marks | told.generations
    numbers = {number for each in there for number in _numbers(each)} | other.all_numbers
    return {
        mark
        for mark in marks
        if mark not in there
        and not (len(mark) >= _LEAST_IN_TEXT and mark in other.dense)
        and not ((own := _numbers(mark)) and own <= numbers)
    }


@lru_cache(maxsize=50_000)
def _numbers(mark: str) -> frozenset[str]:
    """``mk2``, ``2nd``, ``ii`` and ``2`` are one number."""
    if mark in ROMAN:
        return frozenset((ROMAN[mark],))
    found = _NUMBERED.fullmatch(mark)
    return frozenset((f"{int(found[1])}",)) if found else frozenset()

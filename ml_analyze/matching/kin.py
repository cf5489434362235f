"""How often a model number of this catalogue stands on several things, and what tells these apart.

A lone candidate with the row's number may be the sibling of a thing that the catalogue lacks: a style in another size,
a phone in another colour. How often numbers are shared, and in what those things differ, the catalogue says itself:
some of its products are looked up in it as rows that lack theirs. The rows of a list that want one product say more.
A thing of which a sibling is listed may be listed without its number: how many rows find theirs by it, the list says.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from ml_analyze.matching.feature_table import Compared, Comparison
from ml_analyze.matching.features import FEATURES
from ml_analyze.matching.grounds import Evidence, Stands
from ml_analyze.matching.index import Index, only_builder
from ml_analyze.matching.model import sigmoid
from ml_analyze.matching.record import Record
from ml_analyze.matching.said import Said, said

#: what siblings differ in
COLOUR, MARK, SIZE, WORD = "colour", "mark", "size", "word"
_ALL = (COLOUR, MARK, SIZE, WORD)
Ways = frozenset[str]
#: a chance beyond this that a sibling is meant is a question
MOST_RISK = 0.0125
# What is thought of a list of few rows: so many rows, of which this share has a product and finds it by its number.
_USUAL_ROWS, _USUAL_SHARE = 30, 0.4
# What is thought of a catalogue with few numbers: so many of them (halves of one, of so many) are shared.
_USUALLY_SHARED, _OF_SO_MANY = 0.5, 100.0
# The share of shared numbers is taken as high as it hardly is higher than: three times in ten.
_SURE = 0.7
# So many products are read; of those whose number stands on others too so many are looked up.
_READ, _SAMPLE, _AT_ONCE = 4000, 600, 200
# Where this share of the things with a number, and no fewer, share it with one of another size, sizes are a habit.
_HABIT, _FEWEST = 1 / 3, 10
_LAYOUT = 4
_CODE_EQUAL = FEATURES.index("code_equal")


@dataclass(frozen=True)
class Kin:
    """Of ``asked`` things with a number, how many share it with another one, by all ways in which both differ.

    ``asked`` is as many as the count is worth: of things that share no number with any text none need be looked up.
    ``habits``: in what so many of the things that share a number differ that a thing is hardly listed in one kind.
    """

    asked: int
    shared: Mapping[Ways, int]
    habits: Ways = frozenset()

    def share(self, unsettled: Ways) -> float:
        """The share of things with a number that have a sibling which differs in nothing but what is ``unsettled``.

        A bound: of few things it is higher than what was found among them.
        """
        found = min(self.asked, sum(count for ways, count in self.shared.items() if ways <= unsettled))
        return float(betaincinv(found + _USUALLY_SHARED, self.asked - found + _OF_SO_MANY, _SURE))


def kin_of(index: Index, comparison: Comparison) -> Kin:
    """That of a catalogue, looked up once and kept beside its index."""
    path = index.folder / f"kin-{_LAYOUT}.json"
    if not path.exists():
        with only_builder(index.folder / "kin.lock"):
            if not path.exists():
                found = _looked_up(index, comparison)
                part = path.with_suffix(f".{os.getpid()}.part")
                kept = [found.asked, [[sorted(w), n] for w, n in found.shared.items()], sorted(found.habits)]
                part.write_text(json.dumps(kept))
                part.replace(path)
    asked, shared, habits = json.loads(path.read_text())
    return Kin(asked, {frozenset(ways): count for ways, count in shared}, frozenset(habits))


def _looked_up(index: Index, comparison: Comparison) -> Kin:
    read = np.unique(np.linspace(0, index.size - 1, min(_READ, index.size)).astype(np.int64)).tolist()
    records = {number: record for number in read if is_numbered(record := comparison.products.record(number))}
    met_again = [number for number, record in records.items() if _stands_elsewhere(record)]
    sample = met_again[:: max(1, -(-len(met_again) // _SAMPLE))]
    shared, differ = Counter[Ways](), Counter[str]()
    for start in range(0, len(sample), _AT_ONCE):
        part = sample[start : start + _AT_ONCE]
        rows = [index.product(number).fields for number in part]
        compared = comparison.compare(rows, without=[frozenset((number,)) for number in part])
        for row in range(len(rows)):
            shared.update(_siblings(compared, row, comparison))
            differ.update(_kinds_listed(compared, row, comparison))
    asked = round(len(records) * len(sample) / max(len(met_again), 1)) if met_again else len(records)
    habits = frozenset(way for way, count in differ.items() if count >= max(_HABIT * asked, _FEWEST))
    return Kin(asked, shared, habits)


def is_numbered(record: Record) -> bool:
    """Whether it tells a number that may be its maker's: digits alone in the article number are the seller's own."""
    return bool(record.codes or record.maker) or not all(map(str.isdigit, record.own_codes))


def _stands_elsewhere(record: Record) -> bool:
    """Whether another product's text may have one of its numbers, as far as hashed counts tell."""
    return any(record.rarity_of(code) < record.rarest for code in record.codes | record.own_codes)


def _kinds_listed(compared: Compared, row: int, comparison: Comparison) -> Ways:
    """All in which a thing differs from those that share its number, however many they are."""
    same = (compared.table[row, :, _CODE_EQUAL] > 0) & ~compared.stands.belongs[row]
    products = (comparison.products.record(number) for number in compared.numbers[row, same].tolist())
    return frozenset[str]().union(*(differing(compared.items[row], product) for product in products)) - {WORD}


def _siblings(compared: Compared, row: int, comparison: Comparison) -> set[Ways]:
    """The ways in which the product differs that a row would find by its number, were its own not listed."""
    numbered = _by_number(compared.stands.kind[row]) & ~compared.stands.belongs[row]
    products = [comparison.products.record(number) for number in compared.numbers[row, numbered].tolist()]
    return {ways for product in products if (ways := differing(compared.items[row], product))}


def _by_number(kinds: NDArray[np.int8]) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (kinds == Evidence.MAKER) | (kinds == Evidence.MODEL)
    return found


def siblings_meant(
    kin: Kin,
    stands: Stands,
    final: NDArray[np.float64],
    *,
    teams: NDArray[np.int64],
    numbers: NDArray[np.int64],
    items: Sequence[Record],
    of: Callable[[int, int], tuple[Record, Record]],
) -> NDArray[np.bool_]:
    """Which pairs with a number could as well mean a sibling of the product, which the catalogue lacks.

    All tables are rows x candidates; ``of`` gives both records by row and place. The chance is the share of things
    that have such a sibling, here or in the list, against the share of rows that have a product and find it so.
    """
    meant = np.zeros(final.shape, dtype=bool)
    numbered = _by_number(stands.kind) & ~stands.contradicted & (numbers >= 0)
    if not numbered.any():
        return meant
    odds = _odds_of_none(final, told=sum(map(is_numbered, items)), found=int(numbered.any(axis=1).sum()))
    listed = _kin_of_list(numbered, numbers, teams, of)
    if max(kin.share(frozenset(_ALL)), listed.share(frozenset(_ALL))) * odds <= MOST_RISK and not kin.habits:
        return meant
    for row, place in np.argwhere(numbered).tolist():
        both = of(row, place)
        ways = unsettled(*both)
        meant[row, place] = max(kin.share(ways), listed.share(ways)) * odds > MOST_RISK or bool(
            one_sided(*both) & kin.habits
        )
    return meant


def _odds_of_none(final: NDArray[np.float64], *, told: int, found: int) -> float:
    """How many rows that tell a number have no product, for one that has one and finds it by the number.

    ``told`` rows tell one, ``found`` find a product by it: where names leave numbers out many do not find theirs.
    """
    likely = float(sigmoid(final.max(axis=1)).sum())
    usual = _USUAL_ROWS * _USUAL_SHARE
    known = (likely + usual) / (len(final) + _USUAL_ROWS)
    seen = min(1.0, (found + usual) / (told * known + usual))
    return (1 - known) / known / seen


def _kin_of_list(
    numbered: NDArray[np.bool_],
    numbers: NDArray[np.int64],
    teams: NDArray[np.int64],
    of: Callable[[int, int], tuple[Record, Record]],
) -> Kin:
    """That of a list: rows that want one product by its number and are no offers of the same thing."""
    wanted: dict[int, dict[int, Record]] = {}
    for row, place in np.argwhere(numbered).tolist():
        wanted.setdefault(int(numbers[row, place]), {}).setdefault(int(teams[row, place]), of(row, place)[0])
    shared = Counter[Ways]()
    for rows in map(list, map(dict.values, wanted.values())):
        for one in rows if len(rows) > 1 else ():
            shared.update({ways for other in rows if other is not one and (ways := differing(one, other))})
    return Kin(int(numbered.any(axis=1).sum()), shared)


def differing(one: Record, other: Record) -> Ways:
    """In what two things differ, as far as both are told."""
    return frozenset(way for way, (ours, theirs) in _told(one, other).items() if ours != theirs)


def unsettled(row: Record, product: Record) -> Ways:
    """What row and product do not say alike: a sibling that differs in it could be meant as well."""
    settled = {way for way, (ours, theirs) in _told(row, product).items() if ours and ours == theirs}
    return frozenset(_ALL) - settled


def one_sided(row: Record, product: Record) -> Ways:
    """What row or product alone says."""
    return frozenset(way for way, (ours, theirs) in _told(row, product).items() if bool(ours) != bool(theirs))


def _told(one: Record, other: Record) -> dict[str, tuple[object, object]]:
    ours, theirs = said(one.name, one.brand), said(other.name, other.brand)
    return {
        COLOUR: (one.colours, other.colours),
        MARK: (_marks(ours, one, other), _marks(theirs, other, one)),
        SIZE: (_sizes(one), _sizes(other)),
        WORD: (_words(ours), _words(theirs)),
    }


def _words(told: Said) -> frozenset[str]:
    """What is left of a name, and what its words of closed classes say, but for colours."""
    return told.words.union(*(concepts for group, concepts in told.groups.items() if group != COLOUR))


def _marks(told: Said, record: Record, other: Record) -> frozenset[str]:
    return frozenset(told.marks | told.generations) - record.all_codes - other.all_codes


def _sizes(record: Record) -> tuple[object, ...]:
    return (*sorted((d, tuple(sorted(v))) for d, v in record.measures.items()), *sorted(record.packs))

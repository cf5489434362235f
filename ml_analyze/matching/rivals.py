"""What rivals leave of a pair: one row wants one product, and one product mostly one thing of a supplier's list.

Rows that offer the same thing twice (graded stock, another colour where the catalogue knows none) are one
team and no rivals. The odds of a batch are shared out on both sides with a way out ("no product", "no row").
Nothing here is labelled, and still the list tells what a score is worth in it: a row has one product at most,
so the second candidates show how near a *wrong* product of this catalogue comes to a row of this list.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_analyze.matching.model import logit, sigmoid

Doubles = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

SETTLE = (
    "pair",
    "over_row",
    "row_best_other",
    "balanced",
    "over_all",
    "batch",
    "among_wrong",
    "wrong_level",
    "wrong_spread",
    "first_level",
    "above_wrong",
    "first",
    "mutual",
)
NOTHING = -20.0
_ROUNDS = 6
# The logit of a claim that a person confirmed.
_TAKEN = 6.0
# A small list speaks of itself only as far as it goes: so many rows of a usual one are added.
_USUAL_ROWS, _USUAL_SHARE = 30, 0.4
_USUAL_WRONG = np.linspace(-6.5, 0.5, _USUAL_ROWS)
_USUAL_FIRST = np.linspace(-5.0, 4.0, _USUAL_ROWS)


@dataclass(frozen=True)
class Claims:
    """Pair logits of the rows of one list (rows x candidates; ``NOTHING`` where ``numbers`` is -1).

    ``teams``: rows with the same number there do not compete for that product. ``gone``: a person gave the product
    to a row that is another thing. ``asked``: rows of which a person refused a candidate, which is not here any more.
    """

    logits: Doubles
    numbers: Ints
    teams: Ints
    gone: Bools
    asked: Bools

    @classmethod
    def of(cls, logits: Doubles, numbers: Ints) -> Claims:
        """Every row by itself, no product given away."""
        rows = np.arange(len(numbers))[:, None]
        none = np.zeros(numbers.shape, dtype=bool)
        return cls(logits, numbers, np.broadcast_to(rows, numbers.shape), none, np.zeros(len(numbers), dtype=bool))

    def beside(self, other: Claims) -> Claims:
        """Both lists as one; no row of one is a team with a row of the other."""
        teams = np.concatenate((self.teams, other.teams + len(self.teams)))
        return Claims(
            np.concatenate((self.logits, other.logits)),
            np.concatenate((self.numbers, other.numbers)),
            teams,
            np.concatenate((self.gone, other.gone)),
            np.concatenate((self.asked, other.asked)),
        )


@dataclass(frozen=True)
class Listed:
    """What a list is like as a whole: of each row the logits of its first and second candidate, and its best share.

    Decisions make no list better or worse: what is linked leaves it, and what was refused stays without the candidate
    that it had. So rows that were asked about speak as they were before, or not at all.
    """

    first: Doubles
    second: Doubles
    most: Doubles

    @classmethod
    def of(cls, claims: Claims, balanced: Doubles | None = None) -> Listed:
        """``balanced`` are the shares of all rows of ``claims`` where they are known."""
        if balanced is None:
            balanced = _balanced(claims, *_places(claims))
        ranked = np.sort(np.where(claims.numbers >= 0, np.maximum(claims.logits, -12), -12.0), axis=1)[~claims.asked]
        most = sigmoid(np.log(balanced.max(axis=1, initial=0.0) + 1e-6))[~claims.asked]
        second = ranked[:, -2] if ranked.shape[1] > 1 else np.zeros(0)
        return cls(ranked[:, -1] if ranked.shape[1] else np.zeros(0), second, most)


def settle_features(claims: Claims, listed: Listed | None = None) -> Doubles:
    """The ``SETTLE`` numbers (rows x candidates x 13); ``listed`` where the list is more, or less, than these rows."""
    logits, valid = claims.logits, claims.numbers >= 0
    place, size = _places(claims)
    row_other = _best_other(np.where(valid, logits, NOTHING))
    list_other = _best_of_other_teams(claims, place)
    list_other = np.where(claims.gone, np.maximum(list_other, _TAKEN), list_other)
    balanced = _balanced(claims, place, size)
    listed = listed or Listed.of(claims, balanced)
    batch = logit((listed.most.sum() + _USUAL_ROWS * _USUAL_SHARE) / (len(listed.most) + _USUAL_ROWS))
    first = valid & (logits > row_other)
    best_claim = logits >= list_other
    own = [
        logits,
        np.clip(logits - row_other, -8, 8),
        np.maximum(row_other, -8),
        np.log(balanced + 1e-6),
        np.clip(logits - np.maximum(row_other, list_other), -8, 8),
        np.full(logits.shape, batch),
        *_against_wrong(logits, listed),
        first.astype(float),
        (first & best_claim).astype(float),
    ]
    return np.stack(own, axis=-1)


def _against_wrong(logits: Doubles, listed: Listed) -> list[Doubles]:
    """How a pair, and the list as a whole, stand against the second candidates of the list, which are wrong ones."""
    wrong = np.sort(np.concatenate((listed.second, _USUAL_WRONG)))
    first = np.concatenate((listed.first, _USUAL_FIRST))
    below = np.searchsorted(wrong, logits, side="right")
    low, middle, high = np.quantile(wrong, (0.1, 0.5, 0.9))
    above = (first > np.quantile(wrong, 0.95)).mean()
    return [
        logit((below + 0.5) / (len(wrong) + 1)),
        np.full(logits.shape, middle),
        np.full(logits.shape, high - low),
        np.full(logits.shape, float(np.median(first))),
        np.full(logits.shape, above),
    ]


def _best_other(logits: Doubles) -> Doubles:
    if logits.shape[1] == 1:
        return np.full_like(logits, NOTHING)
    top = np.partition(logits, -2, axis=1)
    first, second = top[:, -1:], top[:, -2:-1]
    others: Doubles = np.where(logits >= first, second, first)
    return others


def _places(claims: Claims) -> tuple[tuple[Ints, Ints, Ints], tuple[int, int]]:
    """For each pair the places of its product and of its team of that product, and of which product each team is."""
    product = np.unique(np.where(claims.numbers >= 0, claims.numbers, -1), return_inverse=True)[1].ravel()
    teams = product * (int(claims.teams.max(initial=0)) + 1) + claims.teams.ravel()
    kept, team = np.unique(teams, return_inverse=True)
    of_team = np.zeros(len(kept), dtype=np.int64)
    of_team[team] = product
    return (product, team, of_team), (int(product.max(initial=-1)) + 1, len(kept))


def _best_of_other_teams(claims: Claims, place: tuple[Ints, Ints, Ints]) -> Doubles:
    """For each pair the best logit that a row of another team has for the same product."""
    product, team, of_team = place
    flat = np.where(claims.numbers >= 0, claims.logits, NOTHING).ravel()
    strongest = np.full(len(of_team), NOTHING)
    np.maximum.at(strongest, team, flat)
    order = np.lexsort((-strongest, of_team))
    first = np.concatenate(([True], of_team[order][1:] != of_team[order][:-1])) if len(order) else np.zeros(0, bool)
    second = np.concatenate(([False], first[:-1])) & ~first
    size = int(of_team.max(initial=-1)) + 1
    best, runner, holder = np.full(size, NOTHING), np.full(size, NOTHING), np.full(size, -1)
    best[of_team[order][first]] = strongest[order][first]
    holder[of_team[order][first]] = order[first]
    runner[of_team[order][second]] = strongest[order][second]
    others: Doubles = np.where(holder[product] == team, runner[product], best[product]).reshape(claims.logits.shape)
    return others


def _balanced(claims: Claims, place: tuple[Ints, Ints, Ints], size: tuple[int, int]) -> Doubles:
    """Shares after rows and products have shared out the odds in turn (as Sinkhorn and Knopp scale a matrix)."""
    product, team, of_team = place
    shape = claims.logits.shape
    odds = np.where(claims.numbers >= 0, np.exp(np.clip(claims.logits, -15, 12)), 0.0)
    outside = 1 + np.where(claims.gone, np.exp(_TAKEN), 0.0).ravel()
    share = np.ones(shape)
    for _ in range(_ROUNDS):
        of_line = 1 / (1 + (odds * share).sum(axis=1))
        claim = (odds * of_line[:, None]).ravel()
        strongest = np.zeros(size[1])
        np.maximum.at(strongest, team, claim)
        rivals = np.bincount(of_team, strongest, minlength=size[0])[product] - strongest[team]
        share = (1 / (outside + rivals + claim)).reshape(shape)
    of_line = 1 / (1 + (odds * share).sum(axis=1))
    result: Doubles = odds * of_line[:, None] * share
    return result

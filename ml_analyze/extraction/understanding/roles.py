"""Which column plays which role: headers and values weighed, all columns decided together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from handoff.conditions import Meaning, PriceKind
from ml_analyze.extraction.grid import Row

from .assignment import assign
from .lexicon import ROLES
from .names import Roles, name_by_others, swap_code_and_name, tell_apart
from .price_choice import choose_price
from .price_columns import size_columns, tier_columns, totals, year_columns
from .price_kinds import condition_of, price_header
from .profile import Profile
from .sayings import decoy_of, named_by, no_prices
from .weigh import are_codes, score_of

_WORTH = {"name": 3.0, "price": 3.0, "sku": 1.3, "description": 0.5}
_PRICED_SIZE = 0.6
_SAYS_CODE, _FORMER = 0.6, 0.1
_FEW_NUMBERS = 0.3
_NUMBERED = 0.8
_AMOUNTS = 0.9


def decide_roles(
    headers: Sequence[str],
    profiles: Sequence[Profile],
    rows: Sequence[Row],
    *,
    fixed: dict[str, int] | None = None,
    meant: Mapping[int, Meaning] | None = None,
) -> Roles:
    """Decide the roles of all columns together. ``fixed`` are a person's words; -1 there means "no column".

    ``meant``: column → what a person said that it tells of prices; it then plays no other role.
    """
    fixed, meant = fixed or {}, meant or {}
    named = [named_by(header) for header in headers]
    profiles = [_coded(look, saying) for look, saying in zip(profiles, named, strict=True)]
    _mend_by_values(named, headers, profiles)
    decoys = _decoys(headers, named, profiles, rows, fixed=fixed, meant=meant)
    free = [role for role in ROLES if role not in fixed]
    scores = _scores(free, headers, named, profiles, decoys=decoys, taken=set(fixed.values()), meant=meant)
    roles = Roles(decoys=decoys, meant=meant)
    _assign(roles, free, scores)
    for role, index in fixed.items():
        if index >= 0:
            roles.columns[role] = index
            roles.confidence[role] = 1.0
    if not fixed:
        swap_code_and_name(roles, named, profiles)
    if "name" not in roles.columns and "name" not in fixed:
        name_by_others(roles, headers, named=named, profiles=profiles, rows=rows)
    roles.choice = choose_price(
        roles.columns.get("price"),
        headers=headers,
        named=named,
        profiles=profiles,
        rows=rows,
        used=set(roles.columns.values()),
        decoys=decoys,
        fixed="price" in fixed,
        meant=meant,
    )
    if roles.choice.main is not None:
        roles.columns["price"] = roles.choice.main
    if not fixed and not meant:
        tell_apart(roles, named, profiles, rows)
    return roles


def _decoys(
    headers: Sequence[str],
    named: list[dict[str, float]],
    profiles: Sequence[Profile],
    rows: Sequence[Row],
    *,
    fixed: Mapping[str, int],
    meant: Mapping[int, Meaning],
) -> dict[int, str]:
    """What looks like a column with a role and is none: row numbers, totals, conditions; not what a person named."""
    decoys = {index: role for index, saying in enumerate(named) if (role := decoy_of(saying, profiles[index]))}
    decoys |= {index: "condition" for index, header in enumerate(headers) if header and condition_of(header)}
    products = [*totals(named, profiles, rows), *no_prices(headers, named, profiles)]
    decoys |= {index: "total" for index in products if index not in fixed.values()}
    decoys |= {index: "condition" for index, meaning in meant.items() if not meaning.is_price}
    return {index: role for index, role in decoys.items() if index not in meant or not meant[index].is_price}


def _scores(
    free: Sequence[str],
    headers: Sequence[str],
    named: list[dict[str, float]],
    profiles: Sequence[Profile],
    *,
    decoys: dict[int, str],
    taken: set[int],
    meant: Mapping[int, Meaning],
) -> list[list[float]]:
    """A row a role, a score a column; nothing for columns that a person has given another role."""
    headed = {role for saying in named for role in ("price" if key.startswith("price") else key for key in saying)}

    def score(role: str, index: int) -> float:
        if index in taken or (index in meant and not (role == "price" and meant[index].is_price)):
            return 0.0
        bare = not headers[index]
        return score_of(role, index, named=named, profiles=profiles, decoys=decoys, headed=headed, bare=bare)

    return [[score(role, index) for index in range(len(headers))] for role in free]


def _assign(roles: Roles, free: Sequence[str], scores: Sequence[Sequence[float]]) -> None:
    """What has a name and a price is a price list: the best column for these is worth more than two lesser roles."""
    weighed = [[score * _WORTH.get(role, 1.0) for score in row] for role, row in zip(free, scores, strict=True)]
    for role, row, index in zip(free, scores, assign(weighed), strict=True):
        if index is not None and row[index] > 0:
            roles.columns[role] = index
            roles.confidence[role] = round(min(row[index], 1.0), 2)


def _mend_by_values(named: list[dict[str, float]], headers: Sequence[str], profiles: Sequence[Profile]) -> None:
    """What the values say of headers that can be read in two ways."""
    for at, saying in enumerate(named):
        if decoy_of(saying, profiles[at]) == "row_number" and are_codes(profiles[at]):
            named[at] = {"sku": max(_NUMBERED, saying.get("sku", 0.0))}
        if named[at].get("currency", 0.0) >= _SAYS_CODE and profiles[at].numeric > _AMOUNTS:
            named[at] = {"price": _PRICED_SIZE}  # "Curr." over amounts is the current price
        if "sku" in named[at] and price_header(headers[at]).kind is PriceKind.OLD and _code_beside(at, named):
            named[at]["sku"] *= _FORMER  # what an article was called before
    for at in size_columns(headers, profiles):
        named[at] = {"price": _PRICED_SIZE}
    for at in (*tier_columns(headers, profiles), *year_columns(headers, named, profiles)):
        named[at] = {"price": _PRICED_SIZE} | named[at]


def _code_beside(index: int, named: Sequence[dict[str, float]]) -> bool:
    return any(at != index and saying.get("sku", 0.0) >= _SAYS_CODE for at, saying in enumerate(named))


def _coded(look: Profile, saying: dict[str, float]) -> Profile:
    """Codes such as TL055 or RM100 are no liras and no ringgits where the header says that they are codes."""
    codes = saying.get("sku", 0.0) >= _SAYS_CODE and "price" not in saying and look.cents < _FEW_NUMBERS
    return replace(look, money=0.0) if codes and look.money else look

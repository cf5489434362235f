"""Where a sheet is cut between blocks of columns that stand side by side, each a list of its own."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise

from .header import said_roles
from .lexicon import lexicon, normal
from .price_kinds import is_money_per_unit
from .profile import Profile

_SAYS, _NUMBERS, _WORDED, _OWN, _LEAST_ROWS = 0.5, 0.5, 0.7, 0.7, 2


def cuts_of(texts: Sequence[str], profiles: Sequence[Profile]) -> list[int]:
    """Column borders of blocks that stand side by side: the same header again, or (name, price) again."""
    keys = [normal(text) for text in texts]
    start = next((index for index, key in enumerate(keys) if key), None)
    if start is None:
        return _silent_cuts(profiles)
    again = _headed_again(keys, texts, profiles, start)
    if again:
        return [0, *again[1:], len(texts)]
    return _cuts_at_gaps(texts, profiles) or _cuts_behind_prices(texts, profiles)


def _headed_again(keys: Sequence[str], texts: Sequence[str], profiles: Sequence[Profile], start: int) -> list[int]:
    """Where the first header stands again and what follows it too; nothing where it does not.

    What the names are called may differ (Bolts, Nuts): it says what the block holds.
    """
    again = [index for index, key in enumerate(keys) if key == keys[start] and index >= start]
    gaps = {after - before for before, after in pairwise(again)}
    if len(again) < 2 or len(gaps) != 1 or (period := gaps.pop()) < 2:
        return []
    block = [at for at in range(start, start + period) if keys[at]]
    unlike = [
        (at - start, other)
        for begin in again[1:]
        for at in block
        if (other := at - start + begin) >= len(keys) or keys[at] != keys[other]
    ]
    alike = len({at for at, _ in unlike}) < 2 and all(at < len(keys) and _is_name(profiles[at]) for _, at in unlike)
    says_price = "price" in said_roles([text for text in texts[start : start + period] if text])[0]
    return again if alike and says_price else []


def _cuts_at_gaps(texts: Sequence[str], profiles: Sequence[Profile]) -> list[int]:
    """Blocks with an empty column between them, each with words of its own and numbers under a word for price."""
    filled = [bool(text) or look.count > 0 for text, look in zip(texts, profiles, strict=True)]
    blocks = [[at for at, _ in group] for full, group in groupby(enumerate(filled), key=lambda each: each[1]) if full]
    lists = [_is_list(texts, profiles, block) for block in blocks]
    if len(blocks) < 2 or not all(lists):
        return []
    return [0, *(block[0] for block in blocks[1:]), len(texts)]


def _is_list(texts: Sequence[str], profiles: Sequence[Profile], block: Sequence[int]) -> bool:
    priced = any(_says_price(texts[at]) and profiles[at].numeric > _NUMBERS for at in block)
    return priced and any(texts[at] and _is_name(profiles[at]) for at in block)


def _is_name(look: Profile) -> bool:
    return look.letters > _WORDED and look.distinct > _OWN and look.count >= _LEAST_ROWS


def _says_price(text: str) -> bool:
    said = any(role.startswith("price") and sure > _SAYS for role, sure in lexicon().roles_of(text).items())
    return said or is_money_per_unit(text)


def _cuts_behind_prices(texts: Sequence[str], profiles: Sequence[Profile]) -> list[int]:
    """Blocks under headers of their own (Processor, Price, Memory, Price): names that follow a price, all alike."""
    columns = [index for index, text in enumerate(texts) if text or profiles[index].count >= 2]
    kinds = [_kind(texts[index], profiles[index]) for index in columns]
    starts = [
        place for place, kind in enumerate(kinds) if kind == "text" and (place == 0 or kinds[place - 1] == "price")
    ]
    if len(starts) < 2 or starts[0] != 0:
        return [0, len(texts)]
    blocks = [range(start, end) for start, end in pairwise([*starts, len(columns)])]
    shapes = {tuple(kinds[place] for place in block) for block in blocks}
    prices = {tuple(normal(texts[columns[place]]) for place in block if kinds[place] == "price") for block in blocks}
    if len(shapes) > 1 or len(prices) > 1 or "price" not in shapes.pop():
        return [0, len(texts)]
    return [0, *(columns[start] for start in starts[1:]), len(texts)]


def _kind(text: str, look: Profile) -> str:
    named = lexicon().roles_of(text)
    if _says_price(text) and look.numeric > _NUMBERS:
        return "price"
    other = named.keys() & {"unit", "stock", "brand", "description", "pack_size", "category"}
    if look.letters > 0.7 and look.words > 1.3 and look.numeric < 0.3 and look.distinct > 0.7 and not other:
        return "text"
    return "other"


def _silent_cuts(profiles: Sequence[Profile]) -> list[int]:
    kinds = []
    for index, look in enumerate(profiles):
        if look.count < 2:
            continue
        kinds.append(
            (
                index,
                "text"
                if look.letters > 0.7 and look.words > 1.3 and look.numeric < 0.3
                else "price"
                if max(look.numeric, look.money) > 0.7
                else "other",
            )
        )
    pattern = [kind for _, kind in kinds]
    half = len(pattern) // 2
    if (
        len(pattern) >= 4
        and len(pattern) % 2 == 0
        and pattern[:half] == pattern[half:]
        and pattern[0] == "text"
        and "price" in pattern[:half]
    ):
        return [0, kinds[half][0], len(profiles)]
    return [0, len(profiles)]

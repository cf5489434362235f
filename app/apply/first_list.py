"""Is this the price? What speaks against the first list of a supplier, when no earlier prices can be asked.

Its prices are held against those of the products that its rows were matched to: our own, which a list may have at any
one rate (a discount, another currency), and other suppliers' in the same currency, which it should be near to.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from app import statements
from app.apply.doubts import DECISIVE
from handoff.doubts import Doubt, in_words

#: pairs of prices below which nothing is concluded
ENOUGH = 5
#: half of the ratios lie within this factor of each other in any sound list
WIDEST = math.log(4)
#: a typical price this many times another supplier's is no offer
FARTHEST = math.log(3)
#: how near a rate lies to a power of ten, in powers of ten, to be a decimal mark that was misread
NEAR = 0.05
#: a decision of the reading that it was less sure of is asked about
SURE = 0.9

RATIOS = text("""
    SELECT count(own) AS own_count,
        percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY own) AS own,
        count(peers) AS peers_count,
        percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY peers) AS peers
    FROM (
        SELECT ln(s.price / nullif(p.price, 0))::float8 AS own, ln(s.price / others.price)::float8 AS peers
        FROM staged AS s JOIN products AS p ON p.id = s.product_id
        LEFT JOIN LATERAL (
            SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY i.current_price) AS price FROM supplier_items AS i
            WHERE i.product_id = p.id AND i.supplier_id <> :supplier_id AND i.is_available AND i.current_price > 0
              AND i.currency = s.currency) AS others ON true
        WHERE s.match_status = 'auto_matched' AND s.price > 0) AS pairs
""")


@dataclass(frozen=True)
class Ratios:
    """Natural logarithms of the list's prices over others': how many pairs, and their quartiles."""

    count: int
    quartiles: Sequence[float]

    @property
    def spread(self) -> float:
        return self.quartiles[2] - self.quartiles[0]

    @property
    def typical(self) -> float:
        return self.quartiles[1]

    @property
    def tells(self) -> bool:
        return self.count >= ENOUGH


def reasons_to_ask(supplier_id: UUID, doubts: Sequence[Doubt]) -> list[str]:
    """One sentence a reason; empty says that nothing speaks against the prices. Asked of ``staged``."""
    row = statements.run(RATIOS, {"supplier_id": supplier_id})[0]
    own, peers = Ratios(row.own_count, row.own or ()), Ratios(row.peers_count, row.peers or ())
    unsure = [each for each in doubts if each.what in DECISIVE and each.probability < SURE]
    return [in_words(each) for each in unsure] + _against_own(own) + _against_peers(peers)


def _against_own(own: Ratios) -> list[str]:
    if not own.tells:
        return []
    if own.spread > WIDEST:
        return [f"The prices do not follow those of our own products ({own.count} were compared)."]
    tens = own.typical / math.log(10)
    if round(tens) and abs(tens - round(tens)) < NEAR:
        return [f"A typical price is {_times(own)} times our own product's ({own.count} were compared)."]
    return []


def _against_peers(peers: Ratios) -> list[str]:
    if not peers.tells:
        return []
    if peers.spread > WIDEST:
        return [f"The prices do not follow those of other suppliers ({peers.count} were compared)."]
    if abs(peers.typical) > FARTHEST:
        return [f"A typical price is {_times(peers)} times other suppliers' ({peers.count} were compared)."]
    return []


def _times(ratios: Ratios) -> str:
    times = math.exp(ratios.typical)
    return f"{times:,.0f}" if times >= 10 else f"{times:.2g}"

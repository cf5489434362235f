"""What a text file leaves in doubt: letters of an uncertain code page, quotes that were taken as signs of the text."""

from __future__ import annotations

from handoff.doubts import Doubt, DoubtCode

from .encoding import Encoding
from .quoting import Quoting

_NAMED = 5
_NEAR = 0.7
_DAMAGED = 0.5
_STRAY = 0.9


def doubts_of(encoding: Encoding, quoting: Quoting) -> list[Doubt]:
    """The doubts of the lines that were read so far."""
    doubts = []
    if encoding.rival:
        doubts.append(Doubt(what=DoubtCode.ENCODING, choice=encoding.name, instead=encoding.rival, probability=_NEAR))
    if encoding.damaged:
        doubts.append(Doubt(what=DoubtCode.ENCODING, choice=encoding.name, probability=_DAMAGED))
    if quoting.stray:
        named = ", ".join(map(str, quoting.stray[:_NAMED])) + (", …" if len(quoting.stray) > _NAMED else "")
        doubts.append(Doubt(what=DoubtCode.QUOTING, where=f"line {named}", probability=_STRAY))
    return doubts

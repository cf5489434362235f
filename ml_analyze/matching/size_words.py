"""Sizes as a person reads them: a length of 1500 is 1.5 m."""

from __future__ import annotations

from functools import lru_cache

# Largest unit first: a value is shown in the first one that it fills.
_SHOWN = {
    "storage": ((1e6, "TB"), (1e3, "GB"), (1, "MB")),
    "volume": ((1e3, "l"), (1, "ml")),
    "mass": ((1e3, "kg"), (1, "g"), (1e-3, "mg")),
    "length": ((1e3, "m"), (10, "cm"), (1, "mm")),
    "area": ((1, "m²"),),
    "power": ((1e3, "kW"), (1, "W")),
    "voltage": ((1, "V"),),
    "charge": ((1e3, "Ah"), (1, "mAh")),
    "frequency": ((1e9, "GHz"), (1e6, "MHz"), (1e3, "kHz"), (1, "Hz")),
    "pixels": ((1, "MP"),),
    "rate": ((1e3, "Gbps"), (1, "Mbps")),
    "turns": ((1, "rpm"),),
    "cooling": ((1, "BTU"),),
    "pressure": ((1, "bar"),),
    "percent": ((1, "%"),),
    "heat": ((1, "K"),),
    "loudness": ((1, "dB"),),
    "pages": ((1, "pages"),),
    "ports": ((1, "ports"),),
    "zoom": ((1, "x"),),
    "cross": ((1, "mm²"),),
    "current": ((1, "A"), (1e-3, "mA")),
    "torque": ((1, "Nm"),),
    "units": ((1, "IU"),),
    "users": ((1, "users"),),
}


@lru_cache(maxsize=20_000)
def size_words(dimension: str, values: frozenset[str]) -> str:
    """``500 ml, 1 l`` for the values of a dimension in its base unit."""
    if dimension not in _SHOWN:  # as it is written: 205/55R16, M8X40
        return ", ".join(sorted(values)).upper()
    return ", ".join(_amount(dimension, float(value)) for value in sorted(values, key=float))


def _amount(dimension: str, value: float) -> str:
    factor, unit = next((s for s in _SHOWN[dimension] if value >= s[0]), _SHOWN[dimension][-1])
    return f"{value / factor:g} {unit}"

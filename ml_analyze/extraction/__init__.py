"""Reading any price list: a file in, items out, each with where it stands in the file."""

from .limits import Limits, Unreadable
from .preview import preview
from .price_list import PriceList, read_price_list

__all__ = ["Limits", "PriceList", "Unreadable", "preview", "read_price_list"]

"""Reading any price list: a file in, items out, each with where it stands in the file."""

from .limits import Limits, Unreadable
from .preview import all_rows, preview
from .price_list import read_price_list
from .understood import PriceList

__all__ = ["Limits", "PriceList", "Unreadable", "all_rows", "preview", "read_price_list"]

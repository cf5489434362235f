"""Where the reader was not sure, and what it passed over: codes for programs, facts for the sentence of a person."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class DoubtCode(StrEnum):
    """What a doubt is about."""

    COLUMN = "column"  #: which column plays a role
    PRICE_COLUMN = "price_column"  #: the price was chosen among rivals
    NUMBER_FORMAT = "number_format"  #: 1.234 is a thousand or one and a bit
    CURRENCY = "currency"  #: none found, or one that stands in a note only
    TABLE_LEFT_OUT = "table_left_out"  #: a table, sheet or page with prices
    COLUMNS_LEFT_OUT = "columns_left_out"
    ROWS_LEFT_OUT = "rows_left_out"  #: rows with prices that were taken as titles, totals or notes
    MISSING_PRICES = "missing_prices"  #: more than a share of the items has no price
    FORMULAS = "formulas"  #: cells whose formula has no stored value, or an error
    HIDDEN_ROWS = "hidden_rows"
    STRUCK_OUT = "struck_out"
    ENCODING = "encoding"
    QUOTING = "quoting"  #: rows may have been swallowed by a stray quote
    LAYOUT_CHANGED = "layout_changed"  #: the supplier's last good layout does not fit any more
    REPEATED_ITEMS = "repeated_items"  #: one article code with two prices
    PAGE_LAYOUT = "page_layout"  #: where the columns of a page stand
    DISCONTINUED = "discontinued"  #: items below a title, or on a sheet, that says they are sold no more


class Doubt(BaseModel):
    """One decision that may be wrong.

    ``where`` names sheet, page or rows; ``choice`` is what was taken and ``instead`` what else it might
    be, both in the file's own words; ``probability`` (0-1) that the choice is right.
    """

    model_config = ConfigDict(extra="ignore")

    what: DoubtCode
    where: str = ""
    choice: str = ""
    instead: str = ""
    probability: float = Field(ge=0, le=1)


class PassedOver(BaseModel):
    """Rows, columns or tables of one kind that are no items: how many, and the first three."""

    model_config = ConfigDict(extra="ignore")

    kind: str
    count: int
    examples: list[PassedOverExample] = Field(default_factory=list, max_length=3)


class PassedOverExample(BaseModel):
    """``row`` counts from 1; ``text`` is the row's cells, shortened."""

    model_config = ConfigDict(extra="ignore")

    sheet: str | None = None
    row: int | None = None
    text: str = ""


PassedOver.model_rebuild()


#: what a doubt is about, in a person's words
ABOUT = {
    DoubtCode.COLUMN: "what a column holds",
    DoubtCode.PRICE_COLUMN: "which column is the price",
    DoubtCode.NUMBER_FORMAT: "how numbers are written",
    DoubtCode.CURRENCY: "the currency",
    DoubtCode.TABLE_LEFT_OUT: "a table that was left out",
    DoubtCode.COLUMNS_LEFT_OUT: "columns that were left out",
    DoubtCode.ROWS_LEFT_OUT: "rows with prices that were left out",
    DoubtCode.MISSING_PRICES: "items without a price",
    DoubtCode.FORMULAS: "formulas without a value",
    DoubtCode.HIDDEN_ROWS: "hidden rows",
    DoubtCode.STRUCK_OUT: "rows that are struck out",
    DoubtCode.ENCODING: "the encoding",
    DoubtCode.QUOTING: "quotation marks that may swallow rows",
    DoubtCode.LAYOUT_CHANGED: "the layout, which is not the one of last time",
    DoubtCode.REPEATED_ITEMS: "items that stand twice with two prices",
    DoubtCode.PAGE_LAYOUT: "where the columns of a page stand",
    DoubtCode.DISCONTINUED: "items that may be sold no more",
}


def in_words(doubt: Doubt) -> str:
    """``Not sure about the currency (Sheet1): EUR was taken, it may be USD.``"""
    where = f" ({doubt.where})" if doubt.where else ""
    if doubt.choice and doubt.instead:
        return f"Not sure about {ABOUT[doubt.what]}{where}: {doubt.choice} was taken, it may be {doubt.instead}."
    if doubt.choice:
        return f"Not sure about {ABOUT[doubt.what]}{where}: {doubt.choice}."
    return f"Not sure about {ABOUT[doubt.what]}{where}."

"""What the reading was not sure of, as sentences."""

from __future__ import annotations

from handoff.doubts import Doubt, DoubtCode

#: decisions that make wrong prices when they are wrong
DECISIVE = frozenset(
    {
        DoubtCode.COLUMN,
        DoubtCode.PRICE_COLUMN,
        DoubtCode.NUMBER_FORMAT,
        DoubtCode.PAGE_LAYOUT,
        DoubtCode.QUOTING,
        DoubtCode.LAYOUT_CHANGED,
    }
)
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
}


def in_words(doubt: Doubt) -> str:
    """``Not sure about the currency (Sheet1): EUR was taken, it may be USD.``"""
    where = f" ({doubt.where})" if doubt.where else ""
    if doubt.choice and doubt.instead:
        return f"Not sure about {ABOUT[doubt.what]}{where}: {doubt.choice} was taken, it may be {doubt.instead}."
    if doubt.choice:
        return f"Not sure about {ABOUT[doubt.what]}{where}: {doubt.choice}."
    return f"Not sure about {ABOUT[doubt.what]}{where}."

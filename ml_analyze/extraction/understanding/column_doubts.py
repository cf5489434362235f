"""Whether the column that was taken for the name holds names, or tells them apart, numbers or labels them."""

from __future__ import annotations

from handoff.doubts import Doubt, DoubtCode
from ml_analyze.extraction.grid import text_of

from .names import STAND_IN
from .profile import is_size, number_of
from .sayings import is_attribute, named_by
from .tables import Table
from .weigh import are_codes

_SURE = 0.9
_WEAK, _WEAK_NAME = 0.5, 0.42
_BARE, _UNSURE, _MOSTLY = 0.3, 0.8, 0.7
_LONG_NAME = 160
_ONE_NAME_ROWS, _FEW_LETTERS = 5, 3
_CODES = 0.8
_TWO_WORDS = 1.5
_SIDE_ROWS, _HEADER_CHARS = 60, 30
_SIDEWAYS = "the items may stand in columns, a name for what each row says before them"


def place_of(table: Table) -> str:
    if table.sheet.places:
        return f"page {table.sheet.places[min(table.first, len(table.sheet.places) - 1)][0]}"
    return f"{table.sheet.name}, row {table.first + 1}"


def column_doubt(table: Table, at: int, role: str, probability: float) -> Doubt:
    said = table.headers[at] or f"column {at + 1}"
    return Doubt(what=DoubtCode.COLUMN, where=place_of(table), choice=f"{said} ({role})", probability=probability)


def name_doubts(table: Table) -> list[Doubt]:
    at = table.roles.columns.get("name")
    if at is None:
        return []
    sure, look = table.roles.confidence.get("name", 1.0), table.profiles[at]
    coded = look.code > _CODES and table.roles.columns.get("sku") == at and bool(table.headers[at])
    coded = coded and not _has_groups(table) and not _is_worded_elsewhere(table, at)
    if (sure == STAND_IN and not coded and not _tells_alone(table, at)) or (
        sure < _WEAK_NAME and not table.headers[at]
    ):
        return [column_doubt(table, at, "name", 0.6)]
    doubtful = (_names_codes, _names_sizes, _shares_label, _named_on_the_left, _tells_apart, _is_rivalled)
    if any(is_so(table, at) for is_so in doubtful):
        return [column_doubt(table, at, "name", 0.5)]
    shared = look.count >= _ONE_NAME_ROWS and look.distinct * look.count < 1.5  # what all rows share names none of them
    return [column_doubt(table, at, "name", 0.6)] if look.length > _LONG_NAME or shared else []


def _is_worded_elsewhere(table: Table, at: int) -> bool:
    """Whether codes are to be the names though another column has words of its own in every row, or the sizes that
    come of one thing, whose name is a title then."""
    return any(
        other != at
        and look.filled > _SURE
        and look.letters > _SURE
        and look.money < _BARE
        and ((look.words > _TWO_WORDS and look.distinct > _CODES and look.unit < _BARE) or _are_sizes(table, other))
        for other, look in enumerate(table.profiles)
    )


def _names_codes(table: Table, at: int) -> bool:
    """Whether codes were taken for the names beside texts that only describe them: what they are is a title then."""
    columns, look = table.roles.columns, table.profiles[at]
    coded = look.words < _TWO_WORDS and are_codes(look) and "sku" in named_by(table.headers[at])
    return coded and "sku" not in columns and "description" in columns


def _are_sizes(table: Table, at: int) -> bool:
    look = table.profiles[at]
    said = named_by(table.headers[at])
    return "pack_size" in said and look.unit > _CODES and look.distinct > _WEAK


def _names_sizes(table: Table, at: int) -> bool:
    """Whether all names are sizes, 10x35x11, and something stands before them of which they are the sizes."""
    texts = [text for row in table.held_rows()[:_SIDE_ROWS] if at < len(row) and (text := text_of(row[at]))]
    before = any(look.filled > _SURE and look.distinct > _CODES for look in table.profiles[:at])
    return before and not table.roles.parts and bool(texts) and all(map(is_size, texts))


def _shares_label(table: Table, at: int) -> bool:
    """Whether all names begin with one label: *Name: Hammer* says what the cell holds."""
    texts = [text for row in table.held_rows()[:_SIDE_ROWS] if at < len(row) and (text := text_of(row[at]))]
    labels = {text.partition(":")[0] for text in texts if ":" in text[:_HEADER_CHARS]}
    return len(texts) > 1 and len(labels) == 1 and all(text.startswith(f"{next(iter(labels))}:") for text in texts)


def _tells_apart(table: Table, at: int) -> bool:
    """Whether a header says a colour, or a size where the group says what it is the size of: no name in either."""
    said = named_by(table.headers[at])
    sized = bool(said) and said.keys() <= {"pack_size", "measure", "unit"} and not table.roles.parts
    return is_attribute(table.headers[at]) or (sized and _has_groups(table))


def _has_groups(table: Table) -> bool:
    """Whether a column that is no code says in words what group each row is of, if only in the group's first row."""
    columns = table.roles.columns
    taken = {at for role, at in columns.items() if role != "category"}
    groups = [columns["category"]] if "category" in columns else []
    groups += [left for top, left, bottom, right in table.sheet.merges if bottom > top >= table.first and left == right]
    return any(at not in taken and table.profiles[at].letters > _WEAK for at in groups if at < len(table.profiles))


def _named_on_the_left(table: Table, at: int) -> bool:
    """Whether no header says which column is the name, and words stand on the left of the one that was taken."""
    said = named_by(table.headers[at])
    if not table.headers[at] or said.keys() & {"name", "description", "sku"}:
        return False
    taken = table.roles.columns.values()
    return any(
        table.headers[other]
        and other not in taken
        and other not in table.roles.decoys
        and other not in table.roles.parts
        and not named_by(table.headers[other])
        and look.letters > _CODES
        and look.filled > _SURE
        and look.length > _FEW_LETTERS
        and max(look.url, look.flag, look.unit, look.dated) < _BARE
        for other, look in enumerate(table.profiles[:at])
    )


def _is_rivalled(table: Table, at: int) -> bool:
    """Whether no header says that the column is the name, and another one, said to describe, to bear a brand or to be
    a model, tells the rows apart in words as well."""
    said, look = named_by(table.headers[at]), table.profiles[at]
    sure = table.roles.confidence.get("name", 1.0)
    if table.roles.parts or sure >= _UNSURE or said.keys() & {"name", "description"}:
        return False
    telling = ("name", "description", "brand", "sku") if sure < _WEAK else ("description",) if not said else ()
    aside = {table.roles.columns.get(role) for role in ("price", "currency", "unit", "barcode", "stock", "pack_size")}
    return any(
        other not in {at, *aside, *table.roles.decoys}
        and (other < at or "description" not in named_by(table.headers[other]))  # remarks stand behind the name
        and not named_by(table.headers[other]).keys().isdisjoint(telling)
        and rival.letters > _MOSTLY
        and rival.filled > _SURE * look.filled
        and rival.distinct > _CODES * look.distinct
        and max(rival.url, rival.flag, rival.dated, rival.unit, rival.money) < _BARE
        and not (rival.code > _CODES and rival.words < look.words and telling != ("description",))
        for other, rival in enumerate(table.profiles)
    )


def on_its_side(table: Table) -> list[Doubt]:
    """Items that are columns: what should be names are headers, one of them for the price."""
    at = table.roles.columns.get("name")
    if at is None:
        return []
    for row in table.held_rows()[:_SIDE_ROWS]:
        name = text_of(row[at]) if at < len(row) else ""
        if len(name) <= _HEADER_CHARS and named_by(name).get("price", 0.0) == 1.0:
            numbers = sum(number_of(cell) is not None for cell in row)
            if numbers > 1:
                return [Doubt(what=DoubtCode.PAGE_LAYOUT, where=place_of(table), choice=_SIDEWAYS, probability=0.2)]
    return []


def _tells_alone(table: Table, at: int) -> bool:
    """Whether a column that stands in for the name has no rival: its header says what it holds, no two rows share a
    value, and no other text could name them."""
    rivals = [other for other, look in enumerate(table.profiles) if other != at and look.letters > _WEAK and look.count]
    whole = table.profiles[at].distinct == 1.0 and not table.roles.parts
    return whole and bool(table.headers[at]) and not rivals

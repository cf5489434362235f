"""A table's rows as lines of a file, put together by the database.

As values of ours each of a million rows costs more than the database needs for the whole line.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, cast

from psycopg.postgres import types
from sqlalchemy import Connection, Select, literal_column, select


class Kind(StrEnum):
    """What a column holds: ``words`` may be anybody's; ``plain`` (ids, our own words, days) needs no care."""

    WORDS = "words"
    NUMBER = "number"
    TRUTH = "truth"
    MOMENT = "moment"
    PLAIN = "plain"


_KINDS = {
    types[name].oid: kind
    for kind, names in {
        Kind.WORDS: ("text", "varchar", "bpchar", "jsonb", "json"),
        Kind.NUMBER: ("numeric", "int2", "int4", "int8", "float4", "float8"),
        Kind.TRUTH: ("bool",),
        Kind.MOMENT: ("timestamptz",),
    }.items()
    for name in names
}
# What a spreadsheet would run: a cell, or what stands behind a semicolon or in a new line (app.jobs.contents.harmless).
_NUMBER = "'^ *[+-]?([0-9]+[.,]?[0-9]*|[.,][0-9]+)(e[+-]?[0-9]+)?$'"
_MARKED = rf"""(CASE WHEN {{0}} ~ '^[-=+@\t\r]' AND replace({{0}}, ' ', '') !~* {_NUMBER} THEN '''' ELSE '' END
    || regexp_replace({{0}}, '([;\t\r\n][ \t]{{{{0,8}}}})(?=[-=+@])', '\1''', 'g'))"""
_QUOTE = r"CASE WHEN {0} ~ '[\",\r\n]' THEN '\"' ELSE '' END".replace(r"\"", '"')
_CSV_WORDS = rf"""CASE WHEN {{0}} ~ '^[-=+@]|[",;\t\r\n]'
    THEN {_QUOTE} || replace({_MARKED}, '"', '""') || {_QUOTE} ELSE {{0}} END"""
# A sheet holds no control characters, no more than 32,767 letters in a cell, and takes _x0041_ for a letter.
_XML = r"""CASE WHEN {0} ~ '[&<>\x01-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{{4}}_' THEN
    replace(replace(replace(replace(regexp_replace(regexp_replace(left({0}, 32767),
        '[\x01-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]', '', 'g'), '(_x[0-9A-Fa-f]{{4}}_)', '_x005F\1', 'g'),
        '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), chr(13), '&#13;') ELSE left({0}, 32767) END"""
_MOMENT = """to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"')"""
_NUMERAL = "trim_scale(CAST({0} AS numeric))::text"

_CSV = {
    Kind.WORDS: _CSV_WORDS,
    Kind.NUMBER: _NUMERAL,
    Kind.TRUTH: "CASE WHEN {0} THEN 'True' WHEN NOT {0} THEN 'False' END",
    Kind.MOMENT: _MOMENT,
    Kind.PLAIN: "{0}::text",
}
_TEXT_CELL = (
    """'<c r="{column}' || place || '" t="inlineStr"><is><t xml:space="preserve">' || {said} || '</t></is></c>'"""
)
_CELLS = {
    Kind.WORDS: _TEXT_CELL.replace("{said}", _XML),
    Kind.NUMBER: f"""'<c r="{{column}}' || place || '"><v>' || {_NUMERAL} || '</v></c>'""",
    Kind.TRUTH: """'<c r="{column}' || place || '" t="b"><v>' || {0}::int || '</v></c>'""",
    Kind.MOMENT: _TEXT_CELL.replace("{said}", _MOMENT),
    Kind.PLAIN: _TEXT_CELL.replace("{said}", "{0}::text"),
}


def kinds(connection: Connection, rows: Select[*tuple[Any, ...]]) -> list[Kind]:
    """Of each column, as the database says."""
    cursor = connection.execute(rows.limit(0)).cursor
    assert cursor is not None and cursor.description is not None
    return [_KINDS.get(cast("int", each[1]), Kind.PLAIN) for each in cursor.description]


def csv(rows: Select[*tuple[Any, ...]], of: list[Kind]) -> Select[str]:
    cells = (f"coalesce({_CSV[kind].format(f'c{n}')}, '')" for n, kind in enumerate(of))
    return _lines(rows, " || ',' || ".join(cells) + r" || E'\r\n'")


def json(rows: Select[*tuple[Any, ...]], of: list[Kind], columns: tuple[str, ...]) -> Select[str]:
    """``columns``: the names of ours, lower case letters and underscores."""
    said = {Kind.NUMBER: "CASE pg_typeof(c{n})::text WHEN 'numeric' THEN to_json({text}) ELSE to_json(c{n}) END"}
    said |= {Kind.MOMENT: _MOMENT.replace("{0}", "c{n}")}
    cells = (
        f'{said.get(kind, "c{n}").format(n=n, text=_NUMERAL.format(f"c{n}"))} AS "{name}"'
        for n, (kind, name) in enumerate(zip(of, columns, strict=True))
    )
    line = ", ".join(cells)
    return _lines(rows, f"(SELECT row_to_json(line) FROM (SELECT {line}) AS line)::text || E'\\n'")  # noqa: S608 # nosec B608 - put together from constants


def sheet(rows: Select[*tuple[Any, ...]], of: list[Kind]) -> Select[str]:
    """Rows of a worksheet, the second and following."""
    cells = (f"coalesce({_CELLS[kind].format(f'c{n}', column=letters(n))}, '')" for n, kind in enumerate(of))
    numbered = select(rows.subquery("unnumbered"), literal_column("row_number() OVER () + 1").label("place"))
    line = " || ".join(cells)
    return _lines(numbered, f"""'<row r="' || place || '">' || {line} || '</row>'""")


def letters(place: int) -> str:
    """The name of a column: A, B, … Z, AA."""
    return (letters(place // 26 - 1) if place >= 26 else "") + chr(ord("A") + place % 26)


def named(rows: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The same, its columns called c0, c1, …"""
    columns = (each.label(f"c{n}") for n, each in enumerate(rows.selected_columns))
    return rows.with_only_columns(*columns, maintain_column_froms=True)


def _lines(rows: Select[*tuple[Any, ...]], line: str) -> Select[str]:
    # A select without an order of its own leaves its rows in that of the select inside it.
    return select(literal_column(line).label("line")).select_from(rows.subquery("taken"))

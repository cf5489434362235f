"""Kinds that only pages have: menus, cards, boards, blocks side by side, what is printed around a list."""

from __future__ import annotations

import string
from decimal import Decimal

from fpdf import FPDF

from .desk import Desk, drawn
from .lists import Item, plain

_LINES = ("", "", "rows", "grid", "bands")


@drawn
def menu_of_dots(desk: Desk) -> None:
    """Titles, and below each name, dots up to the price, which stands right; in one column or two."""
    across = desk.chance.choice((1, 1, 2))
    wide = desk.wide / across - 8
    dot, signed = desk.chance.choice((".", ". ", "…")), desk.chance.random() < 0.5
    for block in range(across):
        y, x = desk.top, desk.left + block * (wide + 12)
        for good in desk.shop.goods[2 * block : 2 * block + 2]:
            desk.put(x, y, good.upper())
            for name in desk.shop.names(desk.shop.count(4, 9)):
                y += desk.line
                price = desk.shop.money(1, 60)
                text = desk.tag(price) if signed else desk.amount(price)
                desk.put(x + wide, y, text, right=True)
                room = wide - desk.width(name) - desk.width(text) - 3
                desk.put(x, y, f"{name} {dot * max(2, int(room / desk.width(dot)))}")
                desk.made.items.append(Item(None, name, plain(price)))
            y += 2 * desk.line


@drawn
def dashed_names(desk: Desk) -> None:
    """``- name – price`` below titles, some followed by a line that tells of it."""
    bullet, dash = desk.chance.choice(("- ", "• ", "")), desk.chance.choice((" – ", " - ", " : ", ", "))
    y = desk.top
    for good in desk.shop.goods[:3]:
        desk.put(desk.left, y, good)
        for name in desk.shop.names(desk.shop.count(4, 9)):
            y += desk.line
            price = desk.shop.money()
            desk.put(desk.left + 4, y, f"{bullet}{name}{dash}{desk.tag(price)}")
            desk.made.items.append(Item(None, name, plain(price)))
            if desk.chance.random() < 0.2:
                y += desk.line
                desk.put(desk.left + 6, y, f"{desk.words['brand']} Velora, {desk.words['piece']}")
        y += 2 * desk.line


@drawn
def grid_of_cards(desk: Desk) -> None:
    """Two to four cards across: a picture, the name on one line or two, the code, the price below."""
    across = desk.chance.choice((2, 3, 4))
    framed, picture, labelled = (desk.chance.random() < share for share in (0.5, 0.6, 0.4))
    wide, tall, x, y = desk.wide / across, 50.0, desk.left, desk.top
    signed, order = desk.chance.random() < 0.7, desk.chance.choice(("ncp", "cnp", "pnc", "npc"))
    desk.size = min(desk.size, 24 / across)
    desk.type()
    for place, name in enumerate(desk.shop.names(desk.shop.count(5, 24)), 1):
        code, price = desk.shop.code(), desk.shop.money()
        if framed:
            desk.pdf.rect(x, y - 6, wide - 4, tall - 3)
        at = y
        if picture:
            desk.pdf.set_fill_color(200)
            desk.pdf.rect(x + 4, y - 4, wide - 14, 16, style="F")
            at += 17
        shown = {
            "n": name.rsplit(" ", 1) if desk.width(name) > wide - 8 else [name],
            "c": [f"{desk.words['code']}: {code}" if labelled else code],
            "p": [desk.tag(price) if signed else desk.amount(price)],
        }
        for part in order:
            for text in shown[part]:
                desk.put(x + 3, at, text)
                at += desk.line
        desk.made.items.append(Item(code, name, plain(price)))
        x, y = (x + wide, y) if place % across else (desk.left, y + tall)
        if y + tall > desk.bottom:
            desk.pdf.add_page()
            y = desk.top


@drawn
def board_of_sizes(desk: Desk) -> None:
    """A price for each width and height, or stroke and bore; with lines or none, with the words for both or without."""
    good, unit = desk.shop.goods[0], desk.chance.choice(("", " mm", " cm"))
    first, second = desk.chance.randint(2, 9) * 10, desk.chance.randint(3, 30) * 10
    across = [first + 10 * at for at in range(desk.shop.count(3, 8))]
    down = [second + 25 * at for at in range(desk.shop.count(4, 14))]
    corner = desk.chance.choice(("", f"{desk.words['height']} / {desk.words['width']}", "mm", "H x B"))
    heads, rows = [corner, *(f"{each}{unit}" for each in across)], []
    for height in down:
        prices = [Decimal(f"{(each * height) ** 0.5 * 1.13:.2f}") for each in across]
        rows.append([f"{height}{unit}", *map(desk.amount, prices)])
        desk.made.items += [
            Item(None, f"{good} {each} x {height}", plain(price)) for each, price in zip(across, prices, strict=True)
        ]
    desk.put(desk.left, desk.top, f"{good}, {desk.words['price']} {desk.made.currency}")
    widths, y, lines = desk.widths([heads, *rows], gap=5), desk.top + 10, desk.chance.choice(_LINES)
    for texts in (heads, *rows):
        y = desk._line(texts, widths, y, set(range(1, len(heads))), lines)


@drawn
def blocks_beside(desk: Desk) -> None:
    """The same columns twice or three times on a page, each with its rows; headers above all, some or none of them."""
    across = desk.chance.choice((2, 2, 3))
    tables = [desk.table(8, 14, desk.chance.choice(("code name price", "name price", "code price name")))]
    while len(tables) < across:
        tables.append(desk.table(8, 14, " ".join(tables[0].columns)))
        tables[-1].heads = tables[0].heads
    lines, headed, gap = desk.chance.choice(("", "rows", "grid")), desk.chance.random() < 0.75, 6.0
    every = [row for table in tables for row in (table.heads, *table.rows)]
    widths = desk.widths(every, wide=desk.wide / across - gap)
    start = desk.left
    for block, table in enumerate(tables):
        y, desk.left = desk.top, start + block * (sum(widths) + gap)
        for texts in ([table.heads] if headed else []) + table.rows:
            y = desk._line(texts, widths, y, table.right, lines)
        desk.made.items += table.items


@drawn
def even_tall_rows(desk: Desk) -> None:
    """Rows of two or three lines, evenly spaced; code and price beside the middle, the first or the last."""
    lines = desk.chance.choice((2, 3))
    table = desk.table(4, int(230 / desk.line / lines), "code name price")
    beside = desk.chance.choice(("middle", "middle", "first", "last"))
    told = f"{desk.words['brand']} Velora"
    more = f"{desk.words['weight']} {desk.chance.randint(2, 40)}"
    x, y, far = desk.left + max(30, desk.width(table.heads[0]) + 6), desk.top, desk.left + 160
    for at, (place, text) in enumerate(zip((desk.left, x, far), table.heads, strict=True)):
        desk.put(place, y, text, right=at == 2)
    y += 1.5 * desk.line
    for row, item in zip(table.rows, table.items, strict=True):
        texts = [item.name, told, more][:lines]
        for at, text in enumerate(texts):
            desk.put(x, y + at * desk.line, text)
        middle = y + {"first": 0, "last": lines - 1, "middle": (lines - 1) / 2}[beside] * desk.line
        desk.put(desk.left, middle, row[0])
        desk.put(far, middle, row[2], right=True)
        y += lines * desk.line
        desk.made.items.append(Item(item.sku, " ".join(texts), item.price, names=(item.name,)))


@drawn
def head_once(desk: Desk) -> None:
    """Several pages with the header on the first alone."""
    desk.lay(desk.table(90, 130), heads="first", lines=desk.chance.choice(_LINES))


@drawn
def priced_titles(desk: Desk) -> None:
    """Titles of groups that name a price: what they cost at least, or what delivery does."""
    table, y = desk.table(15, 30), desk.top
    widths = desk.widths([table.heads, *table.rows])
    said = desk.chance.choice(("from", "ab", "od", "min."))
    y = desk._line(table.heads, widths, y, table.right, "")
    for at, texts in enumerate(table.rows):
        if at % 6 == 0:
            good = desk.chance.choice(desk.shop.goods)
            desk.put(desk.left, y, f"{good} – {said} {desk.tag(Decimal('12.50'))}")
            y += desk.line
        y = desk._line(texts, widths, y, table.right, "")
    desk.made.items += table.items


@drawn
def wide_paper(desk: Desk) -> None:
    """A landscape page of many columns."""
    pdf = FPDF(orientation="landscape", format="A4")
    pdf.set_auto_page_break(False)
    pdf.add_font("plain", "", "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
    pdf.add_page()
    desk.set_paper(pdf)
    desk.wide, desk.bottom = 265.0, 190.0
    desk.lay(desk.table(30, 80, "place code name brand unit stock price"), lines=desk.chance.choice(_LINES))


@drawn
def turned_paper(desk: Desk) -> None:
    """Pages whose leaf is turned by a quarter or a half when it is shown, with the text along or across it."""
    desk.lay(desk.table(20, 70), lines=desk.chance.choice(_LINES))
    desk.made.turn = desk.chance.choice((90, 180, 270))


@drawn
def small_print(desk: Desk) -> None:
    """Conditions with amounts below the list of every page, its number and address."""
    desk.bottom = 235.0
    table = desk.table(20, 90)
    desk.lay(table, lines=desk.chance.choice(_LINES))
    least, freight = desk.tag(Decimal("50.00")), desk.tag(Decimal("12.50"))
    for number in range(1, len(desk.pdf.pages) + 1):
        desk.pdf.page = number
        for at, text in enumerate(
            (
                desk.words["note"],
                f"{desk.words['least']}: {least}    {desk.words['deposit']}: {freight}",
                "Velora Trading, Tel. +49 30 1234567, IBAN DE02 1203 0000 0000 2020 51    "
                f"{number} / {len(desk.pdf.pages)}",
            )
        ):
            desk.put(desk.left, 255 + 5 * at, text)


@drawn
def stamped(desk: Desk) -> None:
    """A word across the page, as large letters or as a tile of small ones."""
    desk.lay(desk.table(20, 70), lines=desk.chance.choice(_LINES))
    tiles = desk.chance.random() < 0.5
    desk.pdf.set_text_color(210)
    for number in range(1, len(desk.pdf.pages) + 1):
        desk.pdf.page = number
        desk.type(12 if tiles else 60)
        turned = desk.chance.choice((30, 45, 60))
        for x, y in [(x, y) for x in (30, 100) for y in (80, 160, 240)] if tiles else [(40, 200)]:
            with desk.pdf.rotation(turned, x, y):
                desk.put(x, y, desk.chance.choice(("CONFIDENTIAL", "DRAFT 2026", "velora.example")))


@drawn
def struck_out(desk: Desk) -> None:
    """The price before with a line through it, beside the new one or above it."""
    table = desk.table(8, 20, "code name old price")
    widths = desk.widths([table.heads, *table.rows], gap=5)
    y, above = desk.top, desk.chance.random() < 0.5
    heads = table.heads if not above else [*table.heads[:2], "", table.heads[3]]
    y = desk._line(heads, widths, y, {2, 3}, "") + desk.line
    for texts in table.rows:
        end = desk.left + sum(widths[: 4 if above else 3]) - 1.5
        level = y - desk.line if above else y
        desk.row([*texts[:2], "", texts[3]], widths, y, right={2, 3})
        desk.put(end, level, texts[2], right=True)
        middle = level - 0.12 * desk.size
        desk.pdf.line(end - desk.width(texts[2]), middle, end, middle)
        y += 2.2 * desk.line
    desk.made.items += table.items


@drawn
def with_discounts(desk: Desk) -> None:
    """A small table of discounts by turnover before the list or after it."""
    steps = [(desk.tag(Decimal(f"{at * 500}.00")), f"{at + 2} %") for at in range(1, 5)]
    table, before = desk.table(10, 25), desk.chance.random() < 0.5
    y = desk.top if before else desk.lay(table, lines=desk.chance.choice(_LINES)) + 3 * desk.line
    desk.put(desk.left, y, desk.words["total"])
    desk.put(desk.left + 50, y, desk.words["discount"])
    for least, share in steps:
        y += desk.line
        desk.put(desk.left, y, f"> {least}")
        desk.put(desk.left + 50, y, share)
    if before:
        desk.lay(table, lines=desk.chance.choice(_LINES), top=y + 3 * desk.line)


@drawn
def cut_in_two(desk: Desk) -> None:
    """A sheet too wide for its paper: the columns go on two pages later, or on the next."""
    table = desk.table(15, 110, "code name brand unit price")
    widths = desk.widths([table.heads, *table.rows])
    rows, cut = [table.heads, *table.rows], desk.chance.choice((2, 3, 4))
    per = int((desk.bottom - desk.top) / desk.line)
    leaves = [rows[at : at + per] for at in range(0, len(rows), per)]
    down = desk.chance.random() < 0.5
    order = (
        [(leaf, half) for half in (0, 1) for leaf in leaves] if down else [(leaf, h) for leaf in leaves for h in (0, 1)]
    )
    for number, (leaf, half) in enumerate(order):
        if number:
            desk.pdf.add_page()
        part = slice(cut, None) if half else slice(None, cut)
        y = desk.top
        for texts in leaf:
            right = {at - (cut if half else 0) for at in table.right}
            y = desk._line(texts[part], widths[part], y, right, "")
    desk.made.items += table.items


@drawn
def photos(desk: Desk) -> None:
    """A catalogue: a picture, beside it the name, some lines and the price; one column of them or two."""
    across, y = desk.chance.choice((1, 2)), desk.top
    wide, labelled = desk.wide / across, desk.chance.random() < 0.5
    for place, name in enumerate(desk.shop.names(desk.shop.count(4, 14))):
        code, price = desk.shop.code(), desk.shop.money()
        x = desk.left + place % across * wide
        desk.pdf.set_fill_color(180)
        desk.pdf.rect(x, y - 4, 20, 22, style="F")
        desk.put(x + 23, y, name)
        label = f"{desk.words['code']} " if labelled else ""
        desk.put(x + 23, y + desk.line, f"{label}{code}")
        desk.put(x + 23, y + 2 * desk.line, f"{desk.words['brand']} Velora, {desk.words['weight']} {place + 2}")
        desk.put(x + wide - 8, y + 3 * desk.line, desk.tag(price), right=True)
        desk.made.items.append(Item(code, name, plain(price)))
        if place % across == across - 1:
            y += 30
        if y > 245:
            desk.pdf.add_page()
            y = desk.top


@drawn
def footnotes(desk: Desk) -> None:
    """Small raised figures or stars behind some prices, explained below."""
    table, mark = desk.table(10, 30, "code name price"), desk.chance.choice(("1", "¹", "*", "1)", "²"))
    widths, y, raised = desk.widths([table.heads, *table.rows], gap=6), desk.top, mark in ("1", "1)")
    y = desk._line(table.heads, widths, y, table.right, "")
    for at, texts in enumerate(table.rows):
        desk.row(texts, widths, y, right=table.right)
        if at % 4 == 1:
            desk.type(desk.size * 0.6 if raised else desk.size)
            desk.put(desk.left + sum(widths) - 1.4, y - (0.13 * desk.size if raised else 0), mark)
            desk.type()
        y += desk.line
    desk.put(desk.left, y + desk.line, f"{mark} {desk.words['note']}")
    desk.made.items += table.items


@drawn
def raised_cents(desk: Desk) -> None:
    """Cents as small raised figures, with a decimal mark before them or without."""
    table, mark = desk.table(8, 25, "code name price"), desk.chance.choice(("", ",", "."))
    widths, y, sign = desk.widths([table.heads, *table.rows], gap=8), desk.top, desk.chance.random() < 0.4
    y = desk._line(table.heads, widths, y, table.right, "")
    for texts, item in zip(table.rows, table.items, strict=True):
        desk.row([*texts[:2], ""], widths, y, right=table.right)
        whole, _, cents = item.price.partition(".")
        end = desk.put(desk.left + sum(widths) - 6, y, whole + (mark if cents else ""), right=True)
        if cents:
            desk.type(desk.size * 0.6)
            end = desk.put(end + 0.1, y - 0.13 * desk.size, cents)
            desk.type()
        if sign:
            desk.put(end + 0.8, y, desk.sign)
        y += 1.3 * desk.line
    desk.made.items += table.items


@drawn
def lone_letters(desk: Desk) -> None:
    """Every letter set by itself, wider or closer than usual; or every few letters of a number."""
    table, loose = desk.table(8, 30), desk.chance.choice((-0.05, 0.0, 0.15, 0.3))
    widths = desk.widths([[f"{text}{'i' * (len(text) // 2)}" for text in row] for row in [table.heads, *table.rows]])
    y = desk.top
    for texts in (table.heads, *table.rows):
        x = desk.left
        for at, (text, wide) in enumerate(zip(texts, widths, strict=True)):
            spread = desk.width(text) + loose * len(text)
            cursor = x + wide - 1.5 - spread if at in table.right else x + 0.8
            for letter in text:
                if letter != " ":
                    desk.put(cursor, y, letter)
                cursor += desk.width(letter) + loose
            x += wide
        y += desk.line
    desk.made.items += table.items


@drawn
def pieces_of_numbers(desk: Desk) -> None:
    """Prices over a thousand, whose groups are set apart by a blank, a thin one or a move."""
    table, how = desk.table(8, 30, "code name price"), desk.chance.choice((" ", "\u00a0", "\u202f", "move"))
    for row, item in zip(table.rows, list(table.items), strict=True):
        value = Decimal(desk.chance.randint(1000, 99999)) + Decimal(desk.chance.randint(10, 99)) / 100
        row[2] = f"{value:,.2f}".replace(",", " " if how == "move" else how).replace(
            ".", "," if desk.made.comma else "."
        )
        table.items[table.items.index(item)] = Item(item.sku, item.name, plain(value))
    widths, y = desk.widths([table.heads, *table.rows], gap=4), desk.top
    for texts in (table.heads, *table.rows):
        desk.row([*texts[:2], texts[2] if how != "move" or y == desk.top else ""], widths, y, right={2})
        if how == "move" and y > desk.top:
            x = desk.left + sum(widths) - 1.5 - desk.width(texts[2])
            for piece in texts[2].split(" "):
                x = desk.put(x, y, piece) + desk.width(" ") * 0.6
        y += desk.line
    desk.made.items += table.items


@drawn
def joined_letters(desk: Desk) -> None:
    """Names with ligatures, and long ones broken by a soft hyphen onto a second line."""
    table = desk.table(8, 15, "code name price")
    x, y, far = desk.left + max(30, desk.width(table.heads[0]) + 6), desk.top, desk.left + 160
    for at, (place, text) in enumerate(zip((desk.left, x, far), table.heads, strict=True)):
        desk.put(place, y, text, right=at == 2)
    y += 1.5 * desk.line
    for at, (row, item) in enumerate(zip(table.rows, table.items, strict=True)):
        name = f"Office flat {item.name}"
        shown = name.replace("ffi", "ﬃ").replace("fl", "ﬂ")
        desk.put(desk.left, y, row[0])
        desk.put(far, y, row[2], right=True)
        if at % 3 == 2:
            desk.put(x, y, shown + " Stahl\u00ad")
            y += desk.line
            desk.put(x, y, "rohr")
            name += " Stahlrohr"
        else:
            desk.put(x, y, shown)
        y += 1.7 * desk.line
        desk.made.items.append(Item(item.sku, name, item.price))


@drawn
def doubled_letters(desk: Desk) -> None:
    """Bold type made by printing everything, or the headers, twice a hair apart."""
    table, every = desk.table(8, 30), desk.chance.random() < 0.6
    widths, y = desk.widths([table.heads, *table.rows]), desk.top
    for texts in (table.heads, *table.rows):
        desk.row(texts, widths, y, right=table.right)
        if every or texts is table.heads:
            desk.row(texts, widths, y, right=table.right, left=desk.left + 0.12)
        y += desk.line
    desk.made.items += table.items


@drawn
def signs_apart(desk: Desk) -> None:
    """The sign of the currency at the left of its column, the amount at the right, as accountants set it."""
    table, y = desk.table(8, 30, "code name price"), desk.top
    widths = desk.widths([table.heads, *table.rows], gap=9)
    y = desk._line(table.heads, widths, y, table.right, "")
    for texts in table.rows:
        desk.put(desk.left + sum(widths[:2]) + 1, y, desk.sign)
        y = desk._line(texts, widths, y, table.right, "")
    desk.made.items += table.items


@drawn
def overlong_names(desk: Desk) -> None:
    """Names longer than their column, cut at its edge only on paper: their letters stand below the next column's."""
    table, y = desk.table(8, 25, "code name unit price"), desk.top
    widths = desk.widths([table.heads, *table.rows], gap=4)
    y = desk._line(table.heads, widths, y, table.right, "")
    for at, (texts, item) in enumerate(zip(table.rows, table.items, strict=True)):
        if at % 5 == 2:
            texts[1] += (
                " " + desk.chance.choice(string.ascii_letters[:6]) * 3 + " extra strong galvanised steel"[: 6 + at]
            )
        y = desk._line(texts, widths, y, table.right, "")
        desk.made.items.append(Item(item.sku, texts[1], item.price))


@drawn
def outside_the_paper(desk: Desk) -> None:
    """Notes of the printer beyond the edge of the page."""
    desk.lay(desk.table(15, 40), lines=desk.chance.choice(_LINES))
    desk.put(-60, 40, "Slug 12.50 EUR")
    desk.put(desk.left, 320, "A-9999 Hidden article 99.00")


@drawn
def open_prices(desk: Desk) -> None:
    """Some prices are said to be asked for, or are a dash."""
    table = desk.table(12, 40, "code name unit price")
    said = desk.chance.choice((desk.words["request"], "–", "-", "***"))
    for at in range(3, len(table.rows), 5):
        table.rows[at][3] = said
        table.items[at] = Item(table.items[at].sku, table.items[at].name, "")
    desk.lay(table, lines=desk.chance.choice(_LINES))


@drawn
def heads_of_lines(desk: Desk) -> None:
    """Headers of two lines, prices of dealers and of shops beside each other."""
    table, y = desk.table(10, 40, "code name price old"), desk.top
    table.heads[2:] = [desk.words["dealer"], desk.words["retail"]]
    widths = desk.widths([[*table.heads[:2], "00000.00", "00000.00"], *table.rows], gap=6)
    for line in range(max(len(head.split(" ")) for head in table.heads[2:])):
        desk.row(
            [
                *(table.heads[:2] if line == 0 else ("", "")),
                *((head.split(" ") + [""] * 9)[line] for head in table.heads[2:]),
            ],
            widths,
            y,
            right={2, 3},
        )
        y += 0.8 * desk.line
    for texts in table.rows:
        y = desk._line(texts, widths, y + 0.3, {2, 3}, "")
    desk.made.items += table.items


@drawn
def shifted_pages(desk: Desk) -> None:
    """Each page with widths of its own, the header on all or on the first."""
    again = desk.chance.random() < 0.5
    order = desk.chance.choice(("code name price", "code name unit price", "name brand price"))
    heads: list[str] = []
    for number in range(desk.chance.choice((2, 3))):
        table = desk.table(10, 30, order)
        heads = heads or table.heads
        table.heads = heads
        if number:
            desk.pdf.add_page()
        desk.left = 15.0 + 7 * number
        desk.wide = 180.0 - 20 * number
        desk.lay(table, heads="all" if again or not number else "none")


@drawn
def names_that_end_in_numbers(desk: Desk) -> None:
    """Names end in sizes right before the price's column, which stands close."""
    table = desk.table(8, 30, desk.chance.choice(("code name price", "name price")))
    at = table.columns.index("name")
    for row, number in zip(table.rows, list(range(len(table.rows))), strict=True):
        item = table.items[number]
        row[at] = f"{item.name} {desk.chance.randint(1, 99)}"
        table.items[number] = Item(item.sku, row[at], item.price)
    desk.wide = desk.chance.choice((70, 90, 110, 180))
    desk.lay(table)

"""What only the rows tell of a reading's doubts: codes that come again, prices and names that lack."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import eq

from handoff.doubts import Doubt, DoubtCode

from .passed import Passed

_WEAK = 0.5
_VARIANTS_SHARE = 0.15
_MISSING_SHARE, _REPEATED_SHARE = 0.6, 0.2
# A cell that is empty or says "on request" is a supplier's way; one that holds something else was not understood.
_UNREAD_SHARE, _UNREAD = 0.2, frozenset(("PRICE_UNREADABLE", "PRICE_ERROR_CELL"))
_ODD_ROWS_SHARE = 0.2
_FEW, _FEW_REPEATED, _FEW_ABOVE = 20, 3, 2
_UNNAMED_SHARE = 0.15
_REPEATED_IN_FEW = 0.4
_KEPT_FIRSTS = 10_000  # codes whose first row is kept to be compared with
_FEW_TITLES, _TITLES_SHARE = 5, 0.75


def _told_beside(line: Mapping[str, object]) -> int:
    """What the columns beside say, as a number: the line itself is not kept."""
    return hash(repr(line.get("characteristics")))


def _lacks_its_name(line: Mapping[str, object]) -> bool:
    warnings = line.get("warnings")
    return isinstance(warnings, list) and any(each["code"] == "NAME_MISSING" for each in warnings)


@dataclass
class Counts:
    """What only the rows tell: counted while they are taken; ``variants`` are names put together on pages, ``several``
    items with more than one amount in the price's cell, ``coded`` items that are named by their codes, ``unnamed``
    those of them beside others with names, ``labels`` those named by a label such as *Price:*.

    Of the first codes price, name and what stands beside are kept, of all others two numbers: a list of a million
    articles takes 16 MB.
    """

    items: int = 0
    without_price: int = 0
    unread: int = 0
    firsts: dict[str, tuple[object, object, int]] = field(default_factory=dict)
    codes: array[int] = field(default_factory=lambda: array("q"))
    prices: array[int] = field(default_factory=lambda: array("q"))
    repeated: int = 0
    variants: int = 0
    several: int = 0
    coded: int = 0
    labels: int = 0
    unnamed: int = 0

    def add(self, lines: Sequence[Mapping[str, object]]) -> None:
        items = [line for line in lines if line["kind"] == "item"]
        names = [str(line["name"]) for line in items]
        codes = [line.get("sku") for line in items]
        self.items += len(items)
        coded = sum(map(eq, names, codes))
        self.coded += coded
        self.unnamed += sum(map(_lacks_its_name, items)) if coded else 0
        self.labels += "\0".join([*names, ""]).count(":\0")
        prices = [line.get("price") for line in items]
        if None in prices:
            self._add_without_price([line for line in items if line.get("price") is None])
        if None in prices or set(map(type, codes)) != {str}:
            items = [line for line in items if line.get("price") is not None and isinstance(line.get("sku"), str)]
            codes, prices = [line["sku"] for line in items], [line["price"] for line in items]
        if len(self.firsts) >= _KEPT_FIRSTS and self.firsts.keys().isdisjoint(codes):
            self._keep(codes, prices)
        else:
            for line in items:
                self._compare(line)

    def _add_without_price(self, lines: Sequence[Mapping[str, object]]) -> None:
        self.without_price += len(lines)
        for line in lines:
            warnings = line.get("warnings")
            self.unread += isinstance(warnings, list) and any(each["code"] in _UNREAD for each in warnings)

    def _compare(self, line: Mapping[str, object]) -> None:
        sku = str(line["sku"])
        if first := self.firsts.get(sku):
            price, name, told = first
            # the same article with something else told beside it is another batch of it
            self.repeated += price != line["price"] and not (name == line["name"] and told != _told_beside(line))
        elif len(self.firsts) < _KEPT_FIRSTS:
            self.firsts[sku] = line["price"], line["name"], _told_beside(line)
        else:
            self._keep([sku], [line["price"]])

    def _keep(self, codes: Sequence[object], prices: Sequence[object]) -> None:
        self.codes.extend(map(hash, codes))
        self.prices.extend(map(hash, prices))

    def _repeated_later(self) -> int:
        """Rows with another price than the first of their code, beyond the codes that were kept whole."""
        if not self.codes:
            return 0
        import numpy  # most lists are shorter, and reading them takes less time than importing it

        codes, prices = numpy.frombuffer(self.codes, numpy.int64), numpy.frombuffer(self.prices, numpy.int64)
        order = numpy.argsort(codes, kind="stable")
        codes, prices = codes[order], prices[order]
        begins = numpy.concatenate(([True], codes[1:] != codes[:-1]))
        return int(numpy.count_nonzero(prices != prices[begins][numpy.cumsum(begins) - 1]))

    def doubts(self, passed: Passed, *, priced: bool) -> list[Doubt]:
        """``priced``: whether there is a price column."""
        odd, titles = passed.priced, passed.counts["category"]
        found = []
        missing = self.without_price > _MISSING_SHARE * self.items
        if priced and (missing or self.unread > _UNREAD_SHARE * self.items):
            choice = f"{self.without_price} of {self.items} items"
            found.append(Doubt(what=DoubtCode.MISSING_PRICES, choice=choice, probability=0.7))
        repeated = self.repeated + self._repeated_later()
        few = repeated > 1 and repeated > _REPEATED_IN_FEW * self.items  # two sheets in two currencies
        if few or repeated > max(_FEW_REPEATED, _REPEATED_SHARE * self.items):
            choice = f"{repeated} of {self.items} items"
            found.append(Doubt(what=DoubtCode.REPEATED_ITEMS, choice=choice, probability=0.8))
        if self.several > _WEAK * self.items:
            choice = f"{self.several} items have several amounts in the cell of the price, of which the first was taken"
            found.append(Doubt(what=DoubtCode.PRICE_COLUMN, choice=choice, probability=0.6))
        if self.variants > _VARIANTS_SHARE * self.items:
            choice = f"{self.variants} names were put together from rows of a page"
            found.append(Doubt(what=DoubtCode.PAGE_LAYOUT, choice=choice, probability=0.6))
        if self.labels > _VARIANTS_SHARE * self.items:
            choice = f"{self.labels} names are labels, as cards of products have"
            found.append(Doubt(what=DoubtCode.PAGE_LAYOUT, choice=choice, probability=0.1))
        if self.unnamed > max(1, _UNNAMED_SHARE * self.items):
            choice = f"{self.unnamed} items have no name but their code"
            found.append(Doubt(what=DoubtCode.COLUMN, choice=choice, probability=0.5))
        if passed.above > _FEW_ABOVE:
            choice = f"{passed.above} rows with a number above the header"
            found.append(Doubt(what=DoubtCode.ROWS_LEFT_OUT, choice=choice, probability=0.5))
        if odd > max(_FEW, _ODD_ROWS_SHARE * self.items):
            found.append(
                Doubt(what=DoubtCode.ROWS_LEFT_OUT, choice=f"{odd} rows beside {self.items} items", probability=0.6)
            )
        elif passed.coded > max(1, _ODD_ROWS_SHARE * self.items):
            choice = f"{passed.coded} rows with a code and a name beside {self.items} items"
            found.append(Doubt(what=DoubtCode.ROWS_LEFT_OUT, choice=choice, probability=0.4))
        elif titles > max(_FEW_TITLES, _TITLES_SHARE * self.items) and self.coded > _WEAK * self.items:
            # titles of groups of one may be the names that the items lack
            found.append(
                Doubt(what=DoubtCode.ROWS_LEFT_OUT, choice=f"{titles} rows beside {self.items} items", probability=0.5)
            )
        return found

"""The recipe: file -> bytes verified -> rows -> matches -> result lines.

One room: the stages of one recipe in their order, with what each hands to the next.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from handoff.api import AnalysisPhase, Metrics, Reading, TotalsLine
from handoff.errors import in_words
from handoff.exclusions import Sieve
from handoff.volume import Volume
from ml_analyze import items
from ml_analyze.extraction import read_price_list
from ml_analyze.findings import Findings
from ml_analyze.matching import Matcher
from ml_analyze.order import SENTENCES, Failed, Order, Outcome, Progress
from ml_analyze.result import ResultLines, totals_of
from ml_analyze.shelf import Shelf
from ml_analyze.side_by_side import in_order

BATCH = 500
#: so many batches are matched here before helpers are forked: an ordinary list needs none
ALONE = 2
REPORT_SECONDS = 0.5

Report = Callable[[Progress], None]
Line = dict[str, Any]


class Source(Protocol):
    """A price list, or rows that are extracted already.

    ``lines`` are read once; ``rows_read`` and ``findings`` grow meanwhile.
    """

    @property
    def reading(self) -> Reading: ...
    @property
    def findings(self) -> Findings: ...
    @property
    def lines(self) -> Iterator[dict[str, Any]]: ...
    @property
    def rows_total(self) -> int | None: ...
    @property
    def rows_read(self) -> int: ...


class Matching(Protocol):
    """What the recipe needs of a matcher."""

    @property
    def model(self) -> str: ...

    def match(self, items: Sequence[Mapping[str, Any]], *, supplier_id: str | None) -> list[dict[str, Any]]: ...


@dataclass(frozen=True)
class Kitchen:
    """What every analysis of this machine shares.

    Thresholds 0-100, ``max_file_bytes`` the largest file taken, ``processes`` that match one large list.
    """

    volume: Volume
    cache_dir: Path
    auto_threshold: float
    potential_threshold: float
    max_file_bytes: int
    processes: int = 1
    shelf: Shelf = field(default_factory=Shelf)

    def matcher(self, snapshot: Path) -> Matcher:
        return self.shelf.take(snapshot) or self._opened(snapshot)

    def keep_at_hand(self, snapshot: Path) -> None:
        """Said by a worker after an analysis: the second time in a row the catalogue stays open for the next ones."""
        self.shelf.used(snapshot, self._opened)

    def _opened(self, snapshot: Path) -> Matcher:
        return Matcher.open(
            snapshot,
            cache_dir=self.cache_dir,
            auto_threshold=self.auto_threshold,
            potential_threshold=self.potential_threshold,
            wait=False,
        )


@dataclass
class Stages:
    """Seconds that each stage took."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, stage: str, *, without: str = "") -> Iterator[None]:
        """``without``: a stage that goes on within this one and counts by itself."""
        started, before = time.perf_counter(), self.seconds.get(without, 0.0)
        try:
            yield
        finally:
            other = self.seconds.get(without, 0.0) - before
            self.seconds[stage] = self.seconds.get(stage, 0.0) + time.perf_counter() - started - other


def perform(order: Order, *, analysis_id: UUID, kitchen: Kitchen, report: Report) -> Outcome:
    """Analyse one file of the volume and place its result there.

    Raises Failed, Unreadable and VolumeError. A result that an earlier run of the same analysis has
    placed is taken as it is: the same key means the same analysis.
    """
    stages, volume = Stages(), kitchen.volume
    report(Progress())
    path = volume.inside(order.path)
    with stages.timed("verify"):
        sha256 = verified(path, order.checksum_sha256, volume=volume, max_bytes=kitchen.max_file_bytes)
    target = volume.results_target(analysis_id)
    if totals := totals_of(target, source_sha256=sha256):
        return _outcome(target, volume.verify(target), totals, stages=stages, kitchen=kitchen)
    with stages.timed("read"):
        source = _open(order, path)
    with stages.timed("catalog"):
        matcher = kitchen.matcher(volume.inside(order.catalog_path)) if order.catalog_path else None
        if matcher and order.thresholds:
            matcher = matcher.at(auto=order.thresholds.auto, potential=order.thresholds.potential)
    with volume.reserve(None, md5=False) as incoming:
        totals, sentences = cook(
            source,
            ResultLines(incoming.write),
            order=order,
            sha256=sha256,
            matcher=matcher,
            stages=stages,
            report=report,
            processes=kitchen.processes,
        )
        with stages.timed("place"):
            # A run that was taken for dead may have been faster: its file is already announced.
            if earlier := totals_of(target, source_sha256=sha256):
                return _outcome(target, volume.verify(target), earlier, stages=stages, kitchen=kitchen)
            placed = incoming.place(target)
    return _outcome(target, placed.sha256, totals, stages=stages, kitchen=kitchen, sentences=sentences)


def verified(path: Path, expected: str | None, *, volume: Volume, max_bytes: int) -> str:
    """SHA-256 of the bytes that lie there; raises Failed when they are too many or not the announced ones."""
    size = path.stat().st_size
    if size > max_bytes:
        raise Failed("FILE_TOO_LARGE", f"The file has {in_words(size)}; up to {in_words(max_bytes)} are analysed.")
    sha256 = volume.verify(path)
    if expected and sha256 != expected:
        raise Failed(
            "CHECKSUM_MISMATCH",
            f"The file on the volume is not the announced one: SHA-256 {expected} was expected, {sha256} found.",
        )
    return sha256


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _open(order: Order, path: Path) -> Source:
    if order.kind == "items":
        return items.read_items(path)
    return read_price_list(path, member=order.member, hints=order.hints, last_layout=order.last_layout)


def cook(
    source: Source,
    lines: ResultLines,
    *,
    order: Order,
    sha256: str,
    matcher: Matching | None,
    stages: Stages,
    report: Report,
    processes: int = 1,
) -> tuple[TotalsLine, list[str]]:
    """Write every line of the result; returns the totals and the first errors in words."""
    started, told = time.perf_counter(), Teller(report, source, lines)
    phase = AnalysisPhase.MATCHING if matcher else AnalysisPhase.EXTRACTING
    lines.header(source_sha256=sha256, reading=source.reading, doubts=source.findings.doubts)
    told(phase)
    sieve = Sieve(order.exclusions)
    for batch in _matched(
        _batches(_wanted(source.lines, sieve), stages), matcher, order=order, stages=stages, processes=processes
    ):
        with stages.timed("write"):
            for line in batch:
                lines.line(_completed(line, order.default_currency))
        told.errors(batch)
        told(phase)
    source.findings.passed_over += sieve.told()
    totals = lines.totals(
        rows_read=source.rows_read,
        seconds=time.perf_counter() - started,
        model=matcher.model if matcher else None,
        reading=source.reading,
        findings=source.findings,
    )
    return totals, told.sentences


def _wanted(lines: Iterator[Line], sieve: Sieve) -> Iterator[Line]:
    if not sieve.exclusions:
        return lines
    return (line for line in lines if line["kind"] != "item" or sieve.wants(line))


def _batches(lines: Iterator[Line], stages: Stages) -> Iterator[list[Line]]:
    while True:
        with stages.timed("extract"):
            batch = list(islice(lines, BATCH))
        if not batch:
            return
        yield batch


def _matched(
    batches: Iterator[list[Line]], matcher: Matching | None, *, order: Order, stages: Stages, processes: int
) -> Iterator[list[Line]]:
    """The batches, with its ``match`` added to every item."""
    if matcher is None:
        yield from batches
        return
    work = partial(matches, matcher=matcher, supplier_id=str(order.supplier_id) if order.supplier_id else None)
    found = in_order(work, batches, processes=processes, alone=ALONE)
    while True:
        with stages.timed("match", without="extract"):
            batch, matched = next(found, (None, {}))
        if batch is None:
            return
        for place, match in matched.items():
            batch[place]["match"] = match
        yield batch


def matches(batch: list[Line], *, matcher: Matching, supplier_id: str | None) -> dict[int, Line]:
    """The match of every item by its place in the batch; an item's own supplier goes before the file's."""
    groups: dict[str | None, list[int]] = {}
    for place, line in enumerate(batch):
        if line["kind"] == "item":
            groups.setdefault(line.get("supplier_id") or supplier_id, []).append(place)
    found: dict[int, Line] = {}
    for supplier, places in groups.items():
        found.update(zip(places, matcher.match([batch[at] for at in places], supplier_id=supplier), strict=True))
    return found


class Teller:
    """Reports the first step, and then not more often than every half second."""

    def __init__(self, report: Report, source: Source, lines: ResultLines) -> None:
        self._report, self._source, self._lines = report, source, lines
        self._last = 0.0
        self.sentences: list[str] = []

    def __call__(self, phase: AnalysisPhase) -> None:
        now = time.monotonic()
        if now - self._last < REPORT_SECONDS:
            return
        self._last, lines, source = now, self._lines, self._source
        self._report(
            Progress(
                phase=phase,
                rows_read=source.rows_read,
                rows_total=source.rows_total or 0,
                items=lines.items,
                errors=lines.errors,
                matched=lines.matched,
                review=lines.review,
                sentences=self.sentences,
            )
        )

    def errors(self, batch: list[dict[str, Any]]) -> None:
        for line in batch:
            if len(self.sentences) >= SENTENCES:
                return
            if line["kind"] == "error":
                self.sentences.append(sentence(line))


def sentence(error: Mapping[str, Any]) -> str:
    """``Sheet Prices, row 12: no price.``"""
    source = error.get("source") or {}
    places = [f"{word} {source[name]}" for word, name in _PLACES if source.get(name) is not None]
    where, message = ", ".join(places), str(error["message"])
    return f"{where[0].upper()}{where[1:]}: {message}" if where else message


_PLACES = (("sheet", "sheet"), ("page", "page"), ("row", "row"))


def _completed(line: dict[str, Any], default_currency: str | None) -> dict[str, Any]:
    if default_currency and line["kind"] == "item" and line.get("price") and not line.get("currency"):
        line["currency"] = default_currency
    return line


def _outcome(
    target: Path,
    sha256: str,
    totals: TotalsLine,
    *,
    stages: Stages,
    kitchen: Kitchen,
    sentences: list[str] | None = None,
) -> Outcome:
    busy = sum(stages.seconds.values())
    metrics = Metrics(
        seconds={stage: round(seconds, 4) for stage, seconds in stages.seconds.items()},
        rows_read=totals.rows_read,
        rows_per_second=round(totals.rows_read / busy, 1) if busy else None,
        model=totals.model,
    )
    path = str(kitchen.volume.root / kitchen.volume.relative(target))
    return Outcome(path=path, sha256=sha256, totals=totals, sentences=sentences or [], metrics=metrics)

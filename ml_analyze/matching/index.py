"""The index of one catalogue version: built once, cached on the volume, mapped by every process.

Four inverted lists over hashed tokens: ``keys`` (barcode, SKU, as a whole), ``words`` and ``grams``
(words with codes, and character 3-grams, of the identifying fields) and ``full`` (words of all
text). Products are numbered in the order of their ids, so that the order of the snapshot's lines changes nothing.

One room: who writes the file and who maps it stand together, as the format is nowhere else.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from hashlib import blake2b
from itertools import pairwise
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from ml_analyze.matching.compiled import hot
from ml_analyze.matching.hashed_words import Tokens, distinct, trigrams, words, words_and_codes
from ml_analyze.matching.snapshot import CatalogUnreadable, Decision, Product, Snapshot, decision_of
from ml_analyze.matching.texts import Texts, texts_of
from ml_analyze.side_by_side import in_order

FORMAT = 5
_CHUNK = 20_000
#: helpers that read a catalogue side by side; a small one is read without
PROCESSES = min(4, len(os.sched_getaffinity(0)))
_CHUNKS_ALONE = 2
# From so many products on each list is turned round by a helper of its own.
_INVERTED_APART = 50_000
_KEPT_VERSIONS = 4
_IDS_KEPT = 100_000
# Below this a file is read: a map would cost more than the bytes.
_SMALL_FILE = 1 << 16
# A token in more products than this says too little to be followed; it still has its weight in the score.
_LONGEST_LIST = 20_000


#: what each list is of: a text of ``Texts``, and how it is cut
LISTS: dict[str, tuple[Callable[[Texts], str], Callable[[list[str]], Tokens]]] = {
    "keys": (attrgetter("keys"), words),
    "words": (attrgetter("named"), words_and_codes),
    "grams": (attrgetter("named"), trigrams),
    "full": (attrgetter("whole"), words_and_codes),
}


@dataclass(frozen=True)
class Postings:
    """One inverted list. ``starts[b]:starts[b + 1]`` are the products (and weights) of bucket ``b``."""

    bits: int
    starts: NDArray[np.int32]
    docs: NDArray[np.int32]
    weights: NDArray[np.float32]
    counts: NDArray[np.int32]
    total: int

    def bucket(self, hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
        return (hashes >> np.uint64(64 - self.bits)).astype(np.int64)

    def idf(self, buckets: NDArray[np.int64]) -> NDArray[np.float32]:
        """Rarity of each bucket, from 1 (everywhere) upwards: ``1 + ln((n + 1) / (count + 1))``."""
        rare: NDArray[np.float32] = idf_of(self.counts[buckets], self.total)
        return rare

    @cached_property
    def rarity(self) -> NDArray[np.float32]:
        """The same by how many products have a bucket, from none to all."""
        return idf_of(np.arange(self.total + 1), self.total)


def idf_of(counts: NDArray[np.integer[Any]], total: int) -> NDArray[np.float32]:
    return (1 + np.log((total + 1) / (counts.astype(np.float64) + 1))).astype(np.float32)


class Index:
    """An index that is built: mapped lists, products on demand, decisions."""

    def __init__(self, folder: Path, snapshot: Snapshot) -> None:
        meta = json.loads((folder / "meta.json").read_text())
        self.folder = folder
        self.snapshot = snapshot
        self.size = int(meta["products"])
        self.offsets = mapped(folder / "offsets.npy")
        self.id_hashes = mapped(folder / "ids.npy")
        self.lists = {
            name: Postings(
                bits=int(meta["bits"][name]),
                total=self.size,
                **{part: mapped(folder / f"{name}.{part}.npy") for part in ("starts", "docs", "weights", "counts")},
            )
            for name in (LISTS if self.size else ())
        }
        self._ids: dict[int, str] = {}
        self._by_hash: NDArray[np.int32] | None = None
        self.decisions = [
            *(Decision(**line) for line in map(orjson.loads, (folder / "decisions.ndjson").read_bytes().splitlines())),
            *snapshot.decisions(),
        ]
        #: where judges of this catalogue are kept: those of one office outlive a version of its products
        self.judges = folder
        if snapshot.is_apart:
            place = blake2b(str(snapshot.path.parent.absolute()).encode(), digest_size=8).hexdigest()
            self.judges = folder.parent / f"judges-{place}"

    def product(self, number: int) -> Product:
        return self.snapshot.product_at(int(self.offsets[number]))

    def product_id(self, number: int) -> str:
        known = self._ids.get(number)
        if known is None:
            if len(self._ids) >= _IDS_KEPT:
                self._ids.clear()
            known = self._ids[number] = self.product(number).id
        return known

    def numbers_of(self, ids: list[str]) -> list[int]:
        """The numbers of products by id; -1 for one that is not in the catalogue."""
        return self.numbers_of_hashes(_id_hashes(ids)).tolist() if ids else []

    def numbers_of_hashes(self, wanted: NDArray[np.uint64]) -> NDArray[np.int64]:
        """The numbers of products by the hash of their id (``id_hashes``), which a version's order does not change."""
        if not self.size:
            return np.full(wanted.shape, -1, dtype=np.int64)
        if self._by_hash is None:
            self._by_hash = np.argsort(self.id_hashes).astype(np.int32)
        place = np.searchsorted(self.id_hashes, wanted, sorter=self._by_hash)
        found = self._by_hash[np.minimum(place, self.size - 1)]
        return np.where(self.id_hashes[found] == wanted, found, -1).astype(np.int64)


def open_index(path: Path, *, cache_dir: Path) -> Index:
    """The index of a snapshot, built first when no process has done so yet.

    Raises:
        CatalogUnreadable: the snapshot is missing or a line of it is broken.
    """
    snapshot = Snapshot(path)
    cache_dir.mkdir(parents=True, exist_ok=True)
    key = f"{snapshot.digest()[:32]}-{FORMAT}"
    folder = cache_dir / key
    if not (folder / "meta.json").exists():
        with only_builder(cache_dir / f"{key}.lock"):
            if not (folder / "meta.json").exists():
                _build(snapshot, folder)
                _drop_old(cache_dir, keep=folder)
    os.utime(folder)
    return Index(folder, snapshot)


@contextmanager
def only_builder(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _drop_old(cache_dir: Path, *, keep: Path) -> None:
    """Least recently used versions go. A process that has one mapped keeps its pages (POSIX)."""
    folders = sorted((f for f in cache_dir.iterdir() if (f / "meta.json").exists()), key=lambda f: f.stat().st_mtime)
    for folder in folders[:-_KEPT_VERSIONS]:
        if folder != keep:
            shutil.rmtree(folder, ignore_errors=True)
            (cache_dir / f"{folder.name}.lock").unlink(missing_ok=True)


def _written(path: Path, kind: Any, shape: tuple[int]) -> Any:
    """A mapped array to fill; a list without entries is a plain empty file (nothing can be mapped of it)."""
    if not shape[0]:
        np.save(path, np.zeros(shape, dtype=kind))
        return np.zeros(shape, dtype=kind)
    return np.lib.format.open_memmap(path, "w+", np.dtype(kind), shape)


def mapped(path: Path) -> Any:
    """Mapped when there is something to map; a plain array over the map, whose slices cost a tenth of a memmap's."""
    return np.load(path, mmap_mode="r" if path.stat().st_size > _SMALL_FILE else None).view(np.ndarray)


def _id_hashes(ids: list[str]) -> NDArray[np.uint64]:
    """64 bits of each id, by characters as they are: ids are compared, never normalised."""
    digests = b"".join(blake2b(i.encode(), digest_size=8).digest() for i in ids)
    return np.frombuffer(digests, dtype=np.uint64)


def _build(snapshot: Snapshot, folder: Path) -> None:
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    offsets = _catalogue(snapshot, part)
    bits = _write_lists(snapshot, offsets, part) if len(offsets) else {}
    (part / "meta.json").write_text(json.dumps({"products": len(offsets), "bits": bits}))
    shutil.rmtree(folder, ignore_errors=True)
    part.rename(folder)


def _catalogue(snapshot: Snapshot, part: Path) -> NDArray[np.int64]:
    """Write decisions, ids and offsets; return the offsets of the products in the order of their ids."""
    ids: list[str] = []
    offsets: list[int] = []
    with (part / "decisions.ndjson").open("wb") as decisions:
        for offset, line in snapshot.products:
            if line["kind"] == "product":
                ids.append(str(line["id"]))
                offsets.append(offset)
            elif line["kind"] in ("link", "veto"):
                decisions.write(orjson.dumps(decision_of(line)) + b"\n")
    order = sorted(range(len(ids)), key=ids.__getitem__)
    for before, after in pairwise(order):
        if ids[before] == ids[after]:
            raise CatalogUnreadable(
                f"The catalogue {snapshot.products.path.name} has two products with the id {ids[after]}."
            )
    ordered = np.array([offsets[i] for i in order], dtype=np.int64)
    np.save(part / "offsets.npy", ordered)
    np.save(part / "ids.npy", _id_hashes([ids[i] for i in order]))
    return ordered


def _write_lists(snapshot: Snapshot, offsets: NDArray[np.int64], part: Path) -> dict[str, int]:
    """First the tokens of every product in its order (one pass), then turned round a list at a time."""
    bits = {name: _bits(len(offsets), name) for name in LISTS}
    forward = {name: _Forward(part / f"{name}.forward", bits[name]) for name in LISTS}
    chunks = (offsets[start : start + _CHUNK] for start in range(0, len(offsets), _CHUNK))
    work = partial(_buckets, snapshot, bits)
    for _, found in in_order(work, chunks, processes=PROCESSES, alone=_CHUNKS_ALONE):
        for name, (buckets, lengths) in found.items():
            forward[name].add(buckets, lengths)
    for each in forward.values():
        each.file.close()
    # The longest list first, so that none is worked on when all others are done.
    alone = 0 if len(offsets) >= _INVERTED_APART else len(LISTS)
    inverted = partial(_inverted, forward, part, len(offsets))
    for _ in in_order(inverted, reversed(LISTS), processes=PROCESSES, alone=alone):
        pass
    return bits


def _inverted(forward: Mapping[str, _Forward], part: Path, products: int, name: str) -> None:
    forward[name].invert(part, name, products)


def _buckets(
    snapshot: Snapshot, bits: Mapping[str, int], offsets: NDArray[np.int64]
) -> dict[str, tuple[NDArray[np.uint32], NDArray[np.int64]]]:
    """Of each list the buckets of some products, one product after another, and how many each has."""
    chunk = [texts_of(snapshot.products.at(offset)) for offset in offsets.tolist()]
    found = {}
    compiled = hot()
    for name, (text, tokens) in LISTS.items():
        cut, wide = tokens([text(texts) for texts in chunk]), bits[name]
        if compiled:
            found[name] = compiled.placed((cut.doc, cut.hash), wide, len(chunk))
            continue
        pairs = distinct((cut.doc << wide) | (cut.hash >> np.uint64(64 - wide)).astype(np.int64))
        buckets = (pairs & ((1 << wide) - 1)).astype(np.uint32)
        found[name] = buckets, np.bincount(pairs >> wide, minlength=len(chunk))
    return found


def _bits(products: int, name: str) -> int:
    """Buckets enough that two tokens seldom share one: a 3-gram has few kinds, words grow with the catalogue."""
    ceiling = {"keys": 22, "words": 23, "grams": 20, "full": 23}[name]
    return max(12, min(ceiling, int(products * 24).bit_length()))


def _firsts(ordered: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Where each value of an ordered array stands first."""
    new = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    return np.flatnonzero(new)


class _Forward:
    """The buckets of each product, product after product, in a scratch file."""

    def __init__(self, path: Path, bits: int) -> None:
        self.path = path
        self.bits = bits
        self.file = path.open("wb")
        self.lengths: list[NDArray[np.int64]] = []
        self.counts = np.zeros(1 << bits, dtype=np.int32)

    def add(self, buckets: NDArray[np.uint32], lengths: NDArray[np.int64]) -> None:
        self.file.write(buckets.tobytes())
        self.lengths.append(lengths)
        compiled = hot()
        if compiled:
            compiled.counted(buckets, self.counts)
            return
        ordered = np.sort(buckets)
        new = _firsts(ordered)
        self.counts[ordered[new]] += np.diff(np.append(new, len(ordered))).astype(np.int32)

    def invert(self, part: Path, name: str, products: int) -> None:
        """Write the list's arrays, once its file is closed: a counting sort, chunk by chunk, into mapped files."""
        kept = np.where(self.counts > _LONGEST_LIST, np.int32(0), self.counts)
        starts = np.concatenate(([0], np.cumsum(kept, dtype=np.int64)))
        # As narrow as the product numbers: scipy would copy both to the wider type on every search.
        np.save(part / f"{name}.starts.npy", starts.astype(np.int32))
        np.save(part / f"{name}.counts.npy", self.counts)
        shape = (int(starts[-1]),)
        docs = _written(part / f"{name}.docs.npy", np.int32, shape)
        weights = _written(part / f"{name}.weights.npy", np.float32, shape)
        # There are more buckets than there are numbers of products: each number's logarithm is taken once.
        idf = idf_of(np.arange(products + 1), products)[self.counts]
        fill = starts[:-1].copy()
        at, first = 0, 0
        compiled = hot()
        for lengths in self.lengths:
            bucket = np.fromfile(self.path, dtype=np.uint32, count=int(lengths.sum()), offset=at * 4)
            at += len(bucket)
            if compiled:
                compiled.turned(lengths, bucket, (kept, idf), (fill, docs, weights), first)
                first += len(lengths)
                continue
            doc = np.repeat(np.arange(len(lengths)), lengths)
            norm = np.sqrt(np.bincount(doc, idf[bucket].astype(np.float64) ** 2, minlength=len(lengths)))
            here = kept[bucket] > 0
            bucket, doc = bucket[here], doc[here]
            first, offset = first + len(lengths), first
            if not len(bucket):
                continue
            order = np.argsort(bucket, kind="stable")
            bucket, doc = bucket[order], doc[order]
            new = _firsts(bucket)
            runs = np.diff(np.append(new, len(bucket)))
            place = fill[bucket] + np.arange(len(bucket)) - np.repeat(new, runs)
            docs[place] = doc + offset
            weights[place] = idf[bucket] / norm[doc]
            fill[bucket[new]] += runs
        self.path.unlink()

"""What a teacher thinks of a batch, on disk: probabilities of tags, and of the relations of its candidates' pairs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.types import SpanKind
from nlp.runtime.candidates import Candidate
from nlp.runtime.geometry import Floats, Ints
from nlp.runtime.geometry import Passage as Geometry
from nlp.training.reader.targets import Coreferent, Related


@dataclass(frozen=True, slots=True)
class Opinion:
    """A teacher's opinion of one batch.

    Attributes:
        tags: Probabilities, (windows, length, tags).
        related: The passages with the teacher's candidates; `target` mixes annotation and opinion.
        coreferent: Coreference of the same candidates, as annotated.
    """

    tags: Floats
    related: Sequence[Related]
    coreferent: Sequence[Coreferent]


def file_of(folder: Path, epoch: int, index: int) -> Path:
    """Where the opinion of a batch is kept."""
    return folder / f"{epoch:02d}" / f"{index:04d}.npz"


def save(opinion: Opinion, file: Path) -> None:
    """Write it whole or not at all; probabilities in half precision."""
    related, chains = opinion.related, opinion.coreferent
    arrays: dict[str, NDArray[Any]] = {
        "tags": opinion.tags.astype(np.float16),
        "places": np.array([(r.geometry.base, r.geometry.length) for r in related], np.int64).reshape(-1, 2),
        "spans": _rows([[(s.first, s.last) for s in r.geometry.spans] for r in related]),
        "span_counts": np.array([len(r.geometry.spans) for r in related], np.int64),
        "pairs": _rows([r.geometry.pairs for r in related]),
        "pair_counts": np.array([len(r.geometry.pairs) for r in related], np.int64),
        "target": np.concatenate([r.target for r in related] or [np.zeros((0, 0), np.float32)]).astype(np.float16),
        "known": np.concatenate([r.known for r in related] or [np.zeros((0, 0), np.float32)]).astype(np.float16),
        "ends": _rows([list(zip(c.first, c.last, strict=True)) for c in chains]),
        "end_counts": np.array([len(c.first) for c in chains], np.int64),
        "links": _rows([c.pairs for c in chains]),
        "link_counts": np.array([len(c.pairs) for c in chains], np.int64),
        "features": np.concatenate([c.features for c in chains] or [np.zeros((0, 0), np.float32)]).astype(np.float32),
        "same": np.concatenate([np.array(c.target, np.float32) for c in chains] or [np.zeros(0, np.float32)]),
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    with part.open("wb") as out:
        np.savez(out, allow_pickle=False, **arrays)
    part.replace(file)


def load(file: Path) -> Opinion:
    """Read what `save` wrote."""
    with np.load(file, allow_pickle=False) as data:
        a = {name: data[name] for name in data.files}
    spans, pairs = _cut(a["spans"], a["span_counts"]), _cut(a["pairs"], a["pair_counts"])
    target = _cut(a["target"].astype(np.float32), a["pair_counts"])
    known = _cut(a["known"].astype(np.float32), a["pair_counts"])
    related = []
    for n, (base, length) in enumerate(a["places"].tolist()):
        candidates = [Candidate(first, last, 0, 1.0, SpanKind.NAME) for first, last in spans[n].tolist()]
        geometry = Geometry(base, length, candidates, [(i, j) for i, j in pairs[n].tolist()])
        related.append(Related(geometry, target[n], known[n]))
    ends, links = _cut(a["ends"], a["end_counts"]), _cut(a["links"], a["link_counts"])
    features, same = _cut(a["features"], a["link_counts"]), _cut(a["same"], a["link_counts"])
    chains = [
        Coreferent(ends[n][:, 0].tolist(), ends[n][:, 1].tolist(), links[n].tolist(), features[n], same[n].tolist())
        for n in range(len(ends))
    ]
    return Opinion(a["tags"].astype(np.float32), related, chains)


def wait(folder: Path, epoch: int, index: int) -> Opinion:
    """Read the opinion of a batch, waiting for a labelling that runs beside the training."""
    file = file_of(folder, epoch, index)
    while not file.exists():
        time.sleep(1.0)
    return load(file)


def _rows(groups: Sequence[Sequence[Sequence[int]]]) -> Ints:
    return np.array([tuple(row) for group in groups for row in group], np.int64).reshape(-1, 2)


def _cut(array: NDArray[Any], counts: Ints) -> list[NDArray[Any]]:
    return np.split(array, np.cumsum(counts)[:-1]) if len(counts) else []

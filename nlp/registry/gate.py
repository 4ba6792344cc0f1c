"""Gate sets: labelled texts of the user's, in slices, on which a model must not fall behind the one it replaces."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from kg.errors import InputError, NotFoundError
from nlp.data.example import Example
from nlp.data.formats import read
from nlp.data.source import Source
from nlp.evaluation.evaluate import score
from nlp.registry.history import sync_folder
from nlp.registry.version import EXTRACTOR
from nlp.rules.script import language_of

LEAST_SUPPORT = 50
"""Gold instances from which on a slice is judged: of fewer, a single one more or less is more than `MOST_FALL`."""

MOST_FALL = 0.01  # F1
_LENGTHS = ((200, "up to 200 characters"), (1000, "up to 1,000 characters"))
_LONGER = "over 1,000 characters"


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate set.

    Attributes:
        digest: SHA-256 of its file.
        examples: Its texts.
        sources: By example id what the field "source" of its line says, else the document that it was cut from.
    """

    digest: str
    examples: tuple[Example, ...]
    sources: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Slice:
    """How two models do on a part of a gate set.

    Attributes:
        part: What is scored: "entities", "relations", or the task.
        name: Which texts or labels: "all", "label: Drug", "language: zh", "source: mail", "length: ...".
        support: Gold instances in it.
        before: F1 of what serves now; None where nothing does.
        after: F1 of the candidate.
        judged: Whether it has support enough; the whole set always has.
    """

    part: str
    name: str
    support: int
    before: float | None
    after: float
    judged: bool

    @property
    def falls(self) -> bool:
        """Whether the candidate falls behind on it by more than it may."""
        return self.judged and self.before is not None and self.after < self.before - MOST_FALL - 1e-9

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {**asdict(self), "falls": self.falls}


def keep(folder: Path, file: Path) -> str:
    """Keep a copy of a gate set in a registry's folder.

    Returns:
        Its digest.

    Raises:
        DataError: it is no file of labelled texts.
        InputError: it has no annotation.
    """
    gate_of(file)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    target = folder / "gates" / digest / file.name
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        incoming = target.with_name(f".{os.getpid()}-{file.name}")
        shutil.copyfile(file, incoming)
        with incoming.open("rb") as copied:
            os.fsync(copied.fileno())
        os.replace(incoming, target)
        sync_folder(target.parent)
        sync_folder(target.parent.parent)
    return digest


def kept(folder: Path, digest: str) -> Gate:
    """Load a gate set that `keep` kept.

    Raises:
        NotFoundError: it is gone.
    """
    place = folder / "gates" / digest
    files = [path for path in place.iterdir() if not path.name.startswith(".")] if place.is_dir() else []
    if not files:
        raise NotFoundError(f"the gate set {digest[:12]} is gone from {place}")
    return gate_of(files[0])


def gate_of(file: Path) -> Gate:
    """Read a gate set.

    Raises:
        DataError: it is no file of labelled texts.
        InputError: it has no annotation.
    """
    examples = tuple(read(file))
    if not any(one.entities or one.relations or one.labels or one.answers or one.target for one in examples):
        raise InputError(f"{file}: nothing is annotated in these texts")
    sources = {example.id: example.document for example in examples}
    if file.suffix == ".jsonl":
        for (_, fields), example in zip(Source(file).objects(), examples, strict=False):
            if isinstance(fields.get("source"), str):
                sources[example.id] = fields["source"]
    return Gate(hashlib.sha256(file.read_bytes()).hexdigest(), examples, sources)


def parts_of(role: str, task: str, examples: Sequence[Example]) -> tuple[str, ...]:
    """What can be scored of a role on these texts."""
    if role != EXTRACTOR:
        return (task,)
    found = [("entities", any(e.entities for e in examples)), ("relations", any(e.relations for e in examples))]
    return tuple(part for part, there in found if there)


def slices(
    gate: Gate,
    part: str,
    schema: Mapping[str, Any],
    before: Sequence[Example] | None,
    after: Sequence[Example],
    least: int = LEAST_SUPPORT,
) -> list[Slice]:
    """Score a candidate and what serves now on every slice of a gate set.

    Args:
        gate: The set.
        part: What is scored.
        schema: Of the candidate.
        before: What the serving model predicts; None where there is none.
        after: What the candidate predicts.
        least: Gold instances from which on a slice is judged.
    """
    gold = [_bare(example, part) for example in gate.examples]
    old = [_bare(example, part) for example in before] if before is not None else None
    new = [_bare(example, part) for example in after]
    whole, was = score(part, schema, gold, new), score(part, schema, gold, old) if old is not None else None
    found = [Slice(part, "all", whole.support, was.f1 if was else None, whole.f1, True)]
    for label in sorted(whole.by_label.keys() | (was.by_label.keys() if was else set())):
        now, then = whole.by_label.get(label, {}), was.by_label.get(label, {}) if was else {}
        support = int(now.get("support", then.get("support", 0)))
        if support:
            f1_before = then.get("f1", 0.0) if was else None
            found.append(Slice(part, f"label: {label}", support, f1_before, now.get("f1", 0.0), support >= least))
    for name, places in _groups(gate).items():
        some = [gold[n] for n in places]
        scores = score(part, schema, some, [new[n] for n in places])
        if scores.support:
            f1_before = score(part, schema, some, [old[n] for n in places]).f1 if old is not None else None
            found.append(Slice(part, name, scores.support, f1_before, scores.f1, scores.support >= least))
    return found


def _groups(gate: Gate) -> dict[str, list[int]]:
    """Places of texts by what they have in common; what all of them share is no slice."""
    groups: dict[str, list[int]] = defaultdict(list)
    for place, example in enumerate(gate.examples):
        groups[f"language: {language_of(example.text)}"].append(place)
        if gate.sources[example.id]:
            groups[f"source: {gate.sources[example.id]}"].append(place)
        length = next((name for most, name in _LENGTHS if len(example.text) <= most), _LONGER)
        groups[f"length: {length}"].append(place)
    return {name: places for name, places in sorted(groups.items()) if len(places) < len(gate.examples)}


def _bare(example: Example, part: str) -> Example:
    """The example without what another part scores."""
    return replace(example, relations=()) if part == "entities" else example

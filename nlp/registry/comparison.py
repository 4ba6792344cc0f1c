"""Two models side by side on labelled texts, each by itself."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import InputError
from nlp.data.example import Example
from nlp.evaluation.evaluate import predict
from nlp.registry.gate import Gate, Slice, parts_of, slices
from nlp.registry.predictors import alone, schema_of
from nlp.registry.references import SPACY, folder_of, is_reference, reference_digest
from nlp.registry.registry import Registry
from nlp.registry.version import EXTRACTOR, Version, digest_of, read_task, role_of
from nlp.runtime.predictor import Predictor


@dataclass(frozen=True, slots=True)
class Contender:
    """A model that is compared.

    Attributes:
        name: What the user called it.
        version: What it is; one that was never added has its folder as reference.
        predictor: The model.
        schema: What scoring must know of it.
    """

    name: str
    version: Version
    predictor: Predictor
    schema: Mapping[str, Any]


def contender(
    registry: Registry, wanted: str, labels: Mapping[str, str] | None = None, *, files: bool = True
) -> Contender:
    """Open a model to compare.

    Args:
        registry: Where versions are looked up.
        wanted: A version's id or name, "ROLE/ALIAS", a model folder, or "spacy:NAME_OR_FOLDER".
        labels: From its labels to those of the texts, for what is not in the registry.
        files: Whether folders and references may be named.

    Raises:
        NotFoundError, InputError, SettingsError: it cannot be opened.
    """
    labels = dict(labels or {})
    if files and is_reference(wanted):
        name = wanted.partition(":")[2]
        task = "spacy" if wanted.startswith(SPACY) else read_task(folder_of(wanted))[0]
        version = Version(name, reference_digest(wanted, labels), task, role_of(task, name), wanted, labels)
        return Contender(wanted, version, alone(registry, version), schema_of(registry, version))
    if files and os.path.isdir(wanted) and not registry.knows(wanted):
        folder = Path(wanted)
        task, scores = read_task(folder)
        name = folder.resolve().name
        version = Version(name, digest_of(folder, labels), task, role_of(task, name), "", labels, scores)
        schema = schema_of(registry, version, folder)
        return Contender(wanted, version, alone(registry, version, folder=folder), schema)
    version = registry.find(wanted)
    return Contender(wanted, version, alone(registry, version), schema_of(registry, version))


def side_by_side(gate: Gate, first: Contender, second: Contender) -> tuple[list[Slice], tuple[str, ...]]:
    """Score two models on every slice of labelled texts; `before` is the first, `after` the second.

    Returns:
        The slices, and what was scored.

    Raises:
        InputError: they are for different things, or nothing is annotated that they could be scored on.
    """
    one, other = first.version, second.version
    if one.role.partition(":")[0] != other.role.partition(":")[0]:
        raise InputError(f"{first.name} is for {one.role}, {second.name} for {other.role}: they cannot be compared")
    examples: Sequence[Example] = gate.examples
    parts = [
        part for part in parts_of(one.role, one.task, examples) if one.role != EXTRACTOR or _says(one, other, part)
    ]
    if not parts:
        raise InputError("nothing is annotated that both models could be scored on")
    found = [predict(model.predictor, examples, f"reading with {model.name}") for model in (first, second)]
    scored: list[Slice] = []
    for part in parts:
        scored += slices(gate, part, second.schema, found[0], found[1])
    return scored, tuple(parts)


def _says(one: Version, other: Version, part: str) -> bool:
    """Whether both models can say such things: a model for relations is given its entities."""
    silent: dict[str, str] = {"relations": "entities", "entities": "relations"}
    return all(version.task != silent[part] for version in (one, other))


def as_json(scored: Sequence[Slice]) -> list[dict[str, Any]]:
    """Slices as plain values, the two models called a and b."""
    return [
        {
            "part": one.part, "slice": one.name, "support": one.support, "a": one.before, "b": one.after,
            "difference": None if one.before is None else one.after - one.before,
        }
        for one in scored
    ]  # fmt: skip

"""From a promoted version to what reads documents: it runs beside the readers that are set, and before them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.errors import InputError
from kg.ontology import Ontology
from kg.ports import Extractor
from nlp.compose import Composite, Relator
from nlp.model_extractor import ModelExtractor, ModelRelator
from nlp.model_names import Labels, names_of
from nlp.plugins import readers, rules
from nlp.registry.references import SPACY
from nlp.registry.registry import Registry
from nlp.registry.version import Version
from nlp.runtime.predictor import CONFIG, load
from nlp.runtime.session import load_json


@dataclass(frozen=True, slots=True)
class Served:
    """What a version becomes.

    Attributes:
        extractor: Reads documents: the rule layer, the version, the readers that are set.
        ontology: What the version's labels add to the ontology; None where nothing.
    """

    extractor: Extractor
    ontology: Ontology | None = None


def serve(
    registry: Registry,
    version: Version | None,
    ontology: Ontology,
    *,
    reader: str = "default",
    dictionary: Path | None = None,
    threads: int | None = None,
) -> Served:
    """Make the extractor that ingestion uses.

    Args:
        registry: Holds the version.
        version: What is promoted; None, and what ships, is what `reader` says alone.
        ontology: The ontology without the version's own labels.
        reader: Names of readers, as `nlp.plugins.default_extractor` takes them.
        dictionary: The user's own names and codes.
        threads: Documents that are read at a time.

    Raises:
        SettingsError: a reader is unknown, or what it needs is not installed.
        InputError: the dictionary is wrong, the version's files are not those that were added, or its labels cannot
            join the ontology.
        NotFoundError: the version's files are gone.
    """
    types = [name for name, kind in ontology.types.items() if not kind.value]
    first, rest = rules(dictionary, types), readers(reader, threads)
    if version is None or version.shipped:
        return Served(Composite([first, *rest]))
    part = labels_of(registry, version, ontology)
    own, relator = _open(registry, version, ontology, threads or 1)
    extractors = [first, *([own] if own else []), *rest]
    return Served(Composite(extractors, [relator] if relator else []), part)


def labels_of(registry: Registry, version: Version, ontology: Ontology) -> Ontology | None:
    """What a version's labels add to the ontology, whether or not it serves now; None where nothing."""
    if version.shipped or version.task in ("spacy", "reader"):
        return None
    schema = load_json(registry.path(version) / CONFIG)["schema"]
    return names_of(Labels.of(version.task, schema), ontology, version.labels, version.id).ontology


def _open(
    registry: Registry, version: Version, ontology: Ontology, threads: int
) -> tuple[Extractor | None, Relator | None]:
    if version.task == "spacy":
        from nlp.spacy_extractor import SpacyExtractor

        _only_known(version.labels, ontology)
        return SpacyExtractor(version.reference.removeprefix(SPACY), types=version.labels), None
    folder = registry.path(version)
    if version.task == "reader":
        from nlp.runtime.reader import JointReader

        own = JointReader(folder, threads)
        own.name = version.id
        return own, None
    if version.task not in ("joint", "entities", "described", "relations"):
        raise InputError(f"{version.id} is a model for {version.task!r}: it does not read entities or relations")
    schema = load_json(folder / CONFIG)["schema"]
    labels = Labels.of(version.task, schema)
    names = names_of(labels, ontology, version.labels, version.id)
    predictor = load(folder, 1)
    if version.task == "relations":
        return None, ModelRelator(predictor, names, version.id, labels.entities)
    whole = Ontology.merged((ontology, names.ontology))
    return ModelExtractor(predictor, names, whole, version.id, threads), None


def _only_known(labels: Mapping[str, str], ontology: Ontology) -> None:
    for label, name in labels.items():
        if name and name not in ontology.types:
            raise InputError(f"the ontology has no type {name!r}, which {label!r} is mapped to")

"""Loregraph's readers as a component of any spaCy pipeline: `nlp.add_pipe("loregraph")`.

It sets `doc.ents`, the span group "loregraph" (entities with `attrs["scores"]`), and relations as `nlp.spacy_extractor`
reads them: span groups "relations/PREDICATE" that hold head and tail in turns, which survive serialisation, and from
them `doc._.relations`, tuples (head span, predicate, tail span, score).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup
from spacy.util import filter_spans

from kg.errors import InputError
from kg.ingest.chunking import chunk
from kg.ontology import Ontology
from kg.ports import Extractor
from kg.types import Page, SpanKind
from nlp.registry.registry import Registry
from nlp.registry.version import read_task
from nlp.runtime.predictor import CONFIG, load
from nlp.runtime.session import load_json
from nlp.serving import serve
from nlp.spacy_extractor import RELATIONS

NAME = "loregraph"
_DEFAULTS: Mapping[str, Any] = {"model": "shipped", "data_dir": "", "labels": {}, "values": False, "overwrite": True}


class LoregraphComponent:
    """Reads documents; made by `Language.add_pipe("loregraph", config={...})`.

    Args:
        extractor: Reads.
        values: Whether literals (dates, amounts, addresses) become entities too.
        overwrite: Whether it replaces the entities of components before it; else only fills what they left free.
    """

    def __init__(self, extractor: Extractor, *, values: bool, overwrite: bool) -> None:
        self._extractor, self._values, self._overwrite = extractor, values, overwrite

    def __call__(self, doc: Doc) -> Doc:
        """Set entities and relations of a document; a name that cuts a token takes the whole of it."""
        (reading,) = self._extractor.read([Page(doc.text, chunk(doc.text))])
        spans: dict[int, Span] = {}
        scores: dict[tuple[int, int, str], float] = {}
        for number, found in enumerate(reading.spans):
            span = doc.char_span(found.start, found.end, label=found.type, alignment_mode="expand")
            if span is not None:
                spans[number] = span
                key = span.start, span.end, span.label_
                scores[key] = max(found.score, scores.get(key, 0.0))
        wanted = (SpanKind.NAME, SpanKind.VALUE) if self._values else (SpanKind.NAME,)
        named = [span for number, span in spans.items() if reading.spans[number].kind in wanted]
        held = [] if self._overwrite else list(doc.ents)
        doc.ents = [*held, *filter_spans([span for span in named if not any(_overlap(span, one) for one in held)])]
        group = SpanGroup(doc, name=NAME, spans=sorted(set(named), key=lambda span: (span.start, span.end)))
        group.attrs["scores"] = [scores[span.start, span.end, span.label_] for span in group]
        doc.spans[NAME] = group
        ends: dict[str, list[Span]] = defaultdict(list)
        sure: dict[str, list[float]] = defaultdict(list)
        for link in reading.links:
            if link.head in spans and link.tail in spans:
                ends[link.predicate] += [spans[link.head], spans[link.tail]]
                sure[link.predicate].append(link.score)
        for predicate, members in sorted(ends.items()):
            pairs = SpanGroup(doc, name=RELATIONS + predicate, spans=members)
            pairs.attrs["scores"] = sure[predicate]
            doc.spans[RELATIONS + predicate] = pairs
        if Doc.get_extension("relations")[2] is None:  # somebody's own extension, without a getter
            doc._.relations = relations(doc)
        return doc

    def to_disk(self, path: Any, *, exclude: Any = ()) -> None:
        """Nothing of its own is saved: the configuration of the pipeline names the model."""

    def from_disk(self, path: Any, *, exclude: Any = ()) -> LoregraphComponent:
        """Nothing of its own is loaded."""
        return self

    def to_bytes(self, *, exclude: Any = ()) -> bytes:
        """Nothing of its own is saved."""
        return b""

    def from_bytes(self, data: bytes, *, exclude: Any = ()) -> LoregraphComponent:
        """Nothing of its own is loaded."""
        return self


def relations(doc: Doc) -> list[tuple[Span, str, Span, float]]:
    """The relations of a document, from its span groups: head, predicate, tail, score."""
    found = []
    for name, group in sorted(doc.spans.items()):
        if name.startswith(RELATIONS):
            members = list(group)
            for head, tail, score in zip(members[::2], members[1::2], group.attrs["scores"], strict=True):
                found.append((head, name.removeprefix(RELATIONS), tail, score))
    return found


def score(span: Span) -> float | None:
    """The score of an entity that this component found; None for others."""
    group = span.doc.spans.get(NAME, ())
    for own, sure in zip(group, group.attrs["scores"] if group else (), strict=True):
        if (own.start, own.end, own.label) == (span.start, span.end, span.label):
            return float(sure)
    return None


@Language.factory(NAME, default_config=dict(_DEFAULTS), assigns=["doc.ents", "doc._.relations"])
def make(
    nlp: Language, name: str, model: str, data_dir: str, labels: dict[str, str], values: bool, overwrite: bool
) -> LoregraphComponent:
    """Make the component.

    Args:
        nlp: The pipeline.
        name: What the component is called there.
        model: "shipped"; a model folder; or, with `data_dir`, a version of that data directory's registry
            ("pharma", "extractor/current").
        data_dir: A data directory of Loregraph.
        labels: For a model folder, from its labels to names of the ontology; an empty name leaves a label out.
        values: Whether literals become entities too.
        overwrite: Whether it replaces the entities of components before it.

    Raises:
        NotFoundError, InputError: there is no such model, or it cannot read entities.
    """
    if not Span.has_extension("score"):
        Span.set_extension("score", getter=score)
    if not Doc.has_extension("relations"):
        Doc.set_extension("relations", getter=relations)
    return LoregraphComponent(extractor_of(model, data_dir, labels), values=values, overwrite=overwrite)


def extractor_of(model: str, data_dir: str = "", labels: Mapping[str, str] | None = None) -> Extractor:
    """Open an extractor for use by itself; arguments and errors as of `make`."""
    ontology = Ontology.load()
    if data_dir or model == _DEFAULTS["model"]:
        registry = Registry(Path(data_dir or ".") / "models")
        version = registry.find(model) if data_dir else None
        own = "default" if version is None or version.shipped else "rules"
        return serve(registry, version, ontology, reader=own).extractor
    from nlp.model_extractor import ModelExtractor
    from nlp.model_names import Labels, names_of

    folder = Path(model)
    task, _ = read_task(folder)
    if task == "reader":
        from nlp.runtime.reader import JointReader

        return JointReader(folder, 1)
    if task not in ("entities", "described", "joint"):
        raise InputError(f"{model} is a model for {task!r}: a pipeline component needs one for entities, or joint")
    names = names_of(Labels.of(task, load_json(folder / CONFIG)["schema"]), ontology, labels or {}, folder.name)
    whole = Ontology.merged((ontology, names.ontology))
    return ModelExtractor(load(folder, 1), names, whole, folder.resolve().name)


def _overlap(one: Span, other: Span) -> bool:
    return bool(one.start < other.end and other.start < one.end)

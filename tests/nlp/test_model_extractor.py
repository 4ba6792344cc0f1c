"""Trained models as extractors: labels become mentions, values and statements, each document by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import spacy

from kg.ingest.chunking import Block, chunk
from kg.ontology import Ontology
from kg.types import ChunkKind, Page, SpanKind
from nlp.compose import Composite
from nlp.data.example import Example, Relation
from nlp.model_extractor import ModelExtractor, ModelRelator
from nlp.model_names import Labels, names_of
from nlp.spacy_predictor import Predictor

BUSINESS = Ontology.load()
LABELS = Labels(("DRUG", "ILL", "DATE"), ("treats",), {"treats": [("DRUG", "ILL")]})
TEXT = "Aspirin treats migraine since 4 May 1999.\n\nIt was new in spring. 😀 Aspirin again."


class Pharma:
    """A spaCy pipeline that knows its words, with a relation from each drug to each illness of a text."""

    def __init__(self) -> None:
        nlp = spacy.blank("en")
        words = {"DRUG": ["Aspirin", "It"], "ILL": ["migraine"], "DATE": ["4 May 1999", "spring"]}
        rules = [{"label": label, "pattern": name} for label, names in words.items() for name in names]
        nlp.add_pipe("entity_ruler").add_patterns(rules)
        self._reader = Predictor(nlp)
        self.given: list[Example] = []

    def predict(self, examples: Sequence[Example]) -> list[Example]:
        self.given += examples
        return [self._related(example) for example in self._reader.predict(examples)]

    @staticmethod
    def _related(example: Example) -> Example:
        relations = tuple(
            Relation(one.id, other.id, "treats", 0.75)
            for one in example.entities
            for other in example.entities
            if (one.label, other.label) == ("DRUG", "ILL")
        )
        return replace(example, relations=relations)


def test_labels_become_mentions_values_and_statements() -> None:
    names = names_of(LABELS, BUSINESS, {}, "pharma@1")
    reader = ModelExtractor(Pharma(), names, BUSINESS, "pharma@1")
    (reading,) = reader.read([Page(TEXT, chunk(TEXT))])
    found = [(TEXT[span.start : span.end], span.type, span.kind) for span in reading.spans]
    assert found == [
        ("Aspirin", "Drug", SpanKind.NAME), ("migraine", "Ill", SpanKind.NAME), ("4 May 1999", "Date", SpanKind.VALUE),
        ("It", "Drug", SpanKind.PRONOUN), ("Aspirin", "Drug", SpanKind.NAME),
    ]  # fmt: skip
    assert reading.spans[2].value is not None
    assert reading.spans[2].value.text == "1999-05-04"
    (link,) = reading.links
    assert (link.head, link.tail, link.predicate, link.score, link.extractor) == (0, 1, "TREATS", 0.75, "pharma@1")
    assert {span.extractor for span in reading.spans} == {"pharma@1"}


def test_rows_are_left_to_tables_and_threads_change_nothing() -> None:
    names = names_of(LABELS, BUSINESS, {}, "pharma@1")
    rows = chunk(TEXT, [Block(0, 41, ChunkKind.ROW), Block(41, len(TEXT))])
    pages = [Page(TEXT, rows), Page(TEXT, chunk(TEXT)), Page("", ())] * 3
    single = ModelExtractor(Pharma(), names, BUSINESS, "pharma@1").read(pages)
    assert [TEXT[span.start : span.end] for span in single[0].spans] == ["It", "Aspirin"]
    assert ModelExtractor(Pharma(), names, BUSINESS, "pharma@1", threads=3).read(pages) == single


def test_a_model_for_relations_is_given_what_others_found() -> None:
    names = names_of(LABELS, BUSINESS, {}, "who@1")
    entities = names_of(Labels(("DRUG", "ILL", "PER")), BUSINESS, {}, "names@1")
    nlp = spacy.blank("en")
    known = {"DRUG": "Aspirin", "ILL": "migraine", "PER": "Ann"}
    nlp.add_pipe("entity_ruler").add_patterns([{"label": label, "pattern": name} for label, name in known.items()])
    extractor = ModelExtractor(Predictor(nlp), entities, BUSINESS, "names@1")
    given = Pharma()

    class Given(Pharma):
        def predict(self, examples: Sequence[Example]) -> list[Example]:
            given.given += examples
            return [self._related(example) for example in examples]

    both = Composite([extractor], [ModelRelator(Given(), names, "who@1", LABELS.entities)])
    text = "Ann says that Aspirin treats migraine.\n\nAspirin again."
    (reading,) = both.read([Page(text, chunk(text))])
    assert both.name == "names@1+who@1"
    (example,) = given.given  # the second passage has nothing to relate
    assert [entity.label for entity in example.entities] == ["DRUG", "ILL"]  # of types that it was taught with
    (link,) = reading.links
    assert [text[reading.spans[n].start : reading.spans[n].end] for n in (link.head, link.tail)] == [
        "Aspirin", "migraine"
    ]  # fmt: skip
    assert (link.predicate, link.extractor) == ("TREATS", "who@1")


@pytest.mark.train
def test_a_trained_model_joins_the_graph(tiny_encoder: Path, tmp_path: Path) -> None:
    """From labelled sentences to a promoted version that reads types of its own."""
    from nlp.data.example import Entity
    from nlp.registry.registry import Registry
    from nlp.serving import serve
    from nlp.training.recipe import default, override
    from nlp.training.run import train

    words = ("acme", "globex", "initech", "umbrella", "stark")
    examples = [
        Example(f"{name}{n}", text, (Entity("1", text.index(name), text.index(name) + len(name), "START_UP"),))
        for name in words
        for n, text in enumerate((f"{name} is in paris", f"ben works at {name}", f"the head of {name} lives in rome"))
    ]
    recipe = override(
        default("entities"),
        [f'encoder.source="{tiny_encoder}"', "training.epochs=60", "optimiser.encoder_rate=2e-3", "training.batch=8"],
    )
    train("entities", examples, examples, None, tmp_path / "out", recipe)
    registry = Registry(tmp_path / "models")
    version = registry.add(tmp_path / "out", who="ann", name="ventures")
    served = serve(registry, version, BUSINESS, reader="rules")
    assert served.ontology is not None
    assert served.ontology.types["StartUp"].labels == {"en": ("start up",)}
    text = "ben works at globex"
    (reading,) = served.extractor.read([Page(text, chunk(text))])
    found = {(text[span.start : span.end], span.type, span.extractor) for span in reading.spans}
    assert ("globex", "StartUp", version.id) in found

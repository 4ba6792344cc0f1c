from collections.abc import Iterator
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, SpanGroup

from kg.errors import SettingsError
from kg.types import Chunk, Page, Reading, SpanKind, Value
from nlp.spacy_extractor import SpacyExtractor

PATTERNS = [
    {"label": "PERSON", "pattern": "Ada Lovelace"},
    {"label": "ORG", "pattern": [{"ORTH": "Acme"}, {"ORTH": "'s"}]},
    {"label": "ORG", "pattern": "Acme"},
    {"label": "GPE", "pattern": "Ohio"},
    {"label": "DATE", "pattern": "the 4 April 1975"},
    {"label": "DATE", "pattern": "last year"},
    {"label": "DATE", "pattern": "the 1950s"},
    {"label": "MONEY", "pattern": "$ 5 million"},
    {"label": "CARDINAL", "pattern": "several"},
    {"label": "NORP", "pattern": "British"},
    {"label": "CHEMICAL", "pattern": "helium"},
]


def page(*chunks: str) -> Page:
    text, made = "", []
    for chunk in chunks:
        made.append(Chunk(len(text), len(text) + len(chunk)))
        text += chunk + "\n\n"
    return Page(text, tuple(made))


def quotes(one: Page, reading: Reading) -> list[tuple[str, str]]:
    return [(one.text[span.start : span.end], span.type) for span in reading.spans]


@pytest.fixture
def pipeline() -> Language:
    made = spacy.blank("en")
    made.add_pipe("entity_ruler").add_patterns(PATTERNS)
    made.meta.update(name="ruled", version="1.2")
    return made


def test_a_pipeline_saved_to_a_folder_reads_every_passage(pipeline: Language, tmp_path: Path) -> None:
    pipeline.to_disk(tmp_path / "model")
    one = page(
        "Ada Lovelace left Ohio on the 4 April 1975.",
        "Acme's British board paid $5 million for helium in the 1950s, not last year.",
    )
    for source in (tmp_path / "model", str(tmp_path / "model"), pipeline):
        extractor = SpacyExtractor(source, score=0.9)
        reading = extractor.read([page("nothing"), one])[1]
        assert extractor.name == "spacy:en_ruled@1.2"
        assert quotes(one, reading) == [
            ("Ada Lovelace", "Person"),
            ("Ohio", "Location"),
            ("the 4 April 1975", "Date"),
            ("Acme", "Organization"),
            ("$5 million", "Money"),
            ("the 1950s", "Date"),
        ]
        assert [span.value for span in reading.spans if span.kind is SpanKind.VALUE] == [
            Value("Date", "1975-04-04", 1919.0),
            Value("Money", "5000000", 5e6, "USD"),
            Value("Date", "the 1950s"),
        ]
        assert {(span.score, span.extractor) for span in reading.spans} == {(0.9, extractor.name)}


def test_labels_are_mapped_as_the_user_wishes(pipeline: Language) -> None:
    one = page("Ada Lovelace sold helium to several British in Ohio.")
    reading = SpacyExtractor(pipeline, types={"CHEMICAL": "Product", "GPE": ""}).read([one])[0]
    assert quotes(one, reading) == [("Ada Lovelace", "Person"), ("helium", "Product")]


@pytest.fixture
def related() -> Iterator[None]:
    @Language.component("test_relations")
    def component(doc: Doc) -> Doc:
        by_label = {entity.label_: entity for entity in doc.ents}
        person, company, place = by_label["PERSON"], by_label["ORG"], by_label["GPE"]
        doc._.relations = [(person, "EMPLOYEE_OR_MEMBER_OF", company, 0.7), (person, "NATIONALITY", doc[0:1])]
        doc.spans["relations/HEADQUARTERS"] = SpanGroup(doc, spans=[company, place], attrs={"scores": [0.8]})
        return doc

    Doc.set_extension("relations", default=None)
    yield
    Doc.remove_extension("relations")


@pytest.mark.usefixtures("related")
def test_relations_come_from_the_extension_and_from_span_groups(pipeline: Language) -> None:
    pipeline.add_pipe("test_relations")
    extractor = SpacyExtractor(pipeline)
    reading = extractor.read([page("In Ohio, Acme hired Ada Lovelace.")])[0]
    assert [(link.head, link.predicate, link.tail, link.score) for link in reading.links] == [
        (1, "HEADQUARTERS", 0, 0.8),
        (2, "EMPLOYEE_OR_MEMBER_OF", 1, 0.7),
    ]
    assert {link.extractor for link in reading.links} == {extractor.name}


def test_span_groups_are_read_beside_entities() -> None:
    pipeline = spacy.blank("en")
    pipeline.add_pipe("span_ruler", config={"spans_key": "sc"}).add_patterns(
        [{"label": "Organization", "pattern": "University of Ohio"}, {"label": "Location", "pattern": "Ohio"}]
    )
    one = page("The University of Ohio")
    assert quotes(one, SpacyExtractor(pipeline).read([one])[0]) == [
        ("University of Ohio", "Organization"),
        ("Ohio", "Location"),
    ]
    assert SpacyExtractor(pipeline, span_groups=()).read([one]) == [Reading()]


def test_a_passage_longer_than_the_pipeline_takes_is_read_in_pieces(pipeline: Language) -> None:
    pipeline.max_length = 20
    one = page("In Ohio there is one" + "and in Ohio another")
    assert [span.start for span in SpacyExtractor(pipeline).read([one])[0].spans] == [3, 27]


def test_what_is_not_installed_is_said_with_the_command(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="python -m spacy download xx_no_such_pipeline"):
        SpacyExtractor("xx_no_such_pipeline")
    with pytest.raises(SettingsError, match="no folder of a spaCy pipeline"):
        SpacyExtractor(tmp_path)
    spacy.blank("en").to_disk(tmp_path)
    config = (tmp_path / "config.cfg").read_text()
    (tmp_path / "config.cfg").write_text(
        config.replace("pipeline = []", 'pipeline = ["x"]') + '\n[components.x]\nfactory = "no_such_factory"\n'
    )
    with pytest.raises(SettingsError, match="cannot be loaded"):
        SpacyExtractor(tmp_path)

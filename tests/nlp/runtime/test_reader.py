"""The joint reader that ships, on text of our own."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.types import Chunk, ChunkKind, Page, Reading, SpanKind
from nlp.pretrained import chinese_reader_folder, default_reader_folder
from nlp.runtime.reader import JointReader

FOUNDED = "Nordwind Software was founded in 1998 by Clara Hoffmann. The company is headquartered in Hamburg, Germany."
BORN = "Clara Hoffmann is a German engineer."
SHE = "She was born in Leipzig on 4 April 1961 and studied at the University of Bonn."


def page(*passages: str, kinds: tuple[ChunkKind, ...] = ()) -> Page:
    chunks, position = [], 0
    for number, text in enumerate(passages):
        kind = kinds[number] if kinds else ChunkKind.PROSE
        chunks.append(Chunk(position, position + len(text), kind))
        position += len(text) + 2
    return Page("\n\n".join(passages), tuple(chunks))


@pytest.fixture(scope="module")
def reader() -> JointReader:
    return JointReader(default_reader_folder())


def facts(one: Page, reading: Reading) -> set[tuple[str, str, str]]:
    quote = {n: one.text[s.start : s.end] for n, s in enumerate(reading.spans)}
    return {(quote[link.head], link.predicate, quote[link.tail]) for link in reading.links}


def test_facts_of_plain_sentences(reader: JointReader) -> None:
    one = page(FOUNDED)
    found = facts(one, reader.read([one])[0])
    assert ("Nordwind Software", "FOUNDED_BY", "Clara Hoffmann") in found
    assert ("Nordwind Software", "DATE_FOUNDED", "1998") in found


def test_what_a_noun_phrase_says_is_not_lost(reader: JointReader) -> None:
    one = page(FOUNDED)
    reading = reader.read([one])[0]
    assert any(
        predicate == "HEADQUARTERS" and target.startswith("Hamburg") for _, predicate, target in facts(one, reading)
    )


def test_a_pronoun_finds_its_name_in_an_earlier_passage(reader: JointReader) -> None:
    one = page(BORN, SHE)
    reading = reader.read([one])[0]
    found = facts(one, reading)
    assert ("She", "PLACE_OF_BIRTH", "Leipzig") in found
    assert ("She", "DATE_OF_BIRTH", "4 April 1961") in found
    quotes = [one.text[span.start : span.end] for span in reading.spans]
    pairs = {frozenset((quotes[a], quotes[b])) for a, b, _ in reading.same}
    assert frozenset({"She", "Clara Hoffmann"}) in pairs


def test_kinds_and_values(reader: JointReader) -> None:
    one = page(BORN, SHE)
    spans = {one.text[s.start : s.end]: s for s in reader.read([one])[0].spans}
    assert spans["She"].kind is SpanKind.PRONOUN
    assert spans["She"].type == "Person"
    assert spans["Clara Hoffmann"].kind is SpanKind.NAME
    date = spans["4 April 1961"]
    assert date.kind is SpanKind.VALUE
    assert date.value is not None
    assert date.value.kind == "Date"


def awkward() -> list[Page]:
    kinds = (ChunkKind.HEADING, ChunkKind.PROSE, ChunkKind.ROW)
    return [
        page("🙂🙂 Clara Hoffmann founded Nordwind Software in 1998. 🎉", "上海的一家公司由张伟创立。😀"),
        page("É" * 300, "a" * 2000, "- - - -", "\u200b", "   "),
        page(" ".join([FOUNDED, SHE] * 40)),
        page(*[BORN, SHE] * 20),
        Page("", ()),
        page("Contact", FOUNDED, "name: Clara Hoffmann; born: 1961", kinds=kinds),
    ]


def check(one: Page, reading: Reading) -> None:
    for span in reading.spans:
        assert 0 <= span.start < span.end <= len(one.text)
        assert one.text[span.start : span.end].strip() == one.text[span.start : span.end]
        assert 0.0 <= span.score <= 1.0
    chunk_of = [next(n for n, c in enumerate(one.chunks) if c.start <= s.start < c.end) for s in reading.spans]
    for span, number in zip(reading.spans, chunk_of, strict=True):
        assert span.end <= one.chunks[number].end
    for link in reading.links:
        assert link.head != link.tail
        assert chunk_of[link.head] == chunk_of[link.tail]
    for a, b, score in reading.same:
        assert a != b
        assert 0.0 < score <= 1.0


def test_awkward_texts_keep_their_offsets(reader: JointReader) -> None:
    pages = awkward()
    for one, reading in zip(pages, reader.read(pages), strict=True):
        check(one, reading)


def test_a_long_passage_is_read_to_its_end(reader: JointReader) -> None:
    one = awkward()[2]
    found = reader.read([one])[0]
    assert max(s.start for s in found.spans) > len(one.text) - 2 * len(SHE)
    assert sum(link.predicate == "FOUNDED_BY" for link in found.links) > 30


def test_a_reading_does_not_depend_on_company_or_threads(reader: JointReader) -> None:
    pages = awkward()
    together = reader.read(pages)
    assert [reader.read([one])[0] for one in pages] == together
    assert JointReader(default_reader_folder(), threads=1).read(list(reversed(pages)))[::-1] == together


def test_rows_are_left_alone_and_headings_give_mentions_only(reader: JointReader) -> None:
    kinds = (ChunkKind.HEADING, ChunkKind.ROW)
    one = page(FOUNDED, FOUNDED, kinds=kinds)
    reading = reader.read([one])[0]
    assert reading.links == ()
    assert reading.spans
    assert all(span.end <= one.chunks[0].end for span in reading.spans)


def test_links_fit_their_types(reader: JointReader) -> None:
    domains = dict(zip(reader.settings.relations, reader.settings.domains, strict=True))
    ranges = dict(zip(reader.settings.relations, reader.settings.ranges, strict=True))
    for reading in reader.read([page(FOUNDED, BORN, SHE)]):
        for link in reading.links:
            assert reading.spans[link.head].type in domains[link.predicate]
            assert reading.spans[link.tail].type in ranges[link.predicate]
            assert link.score >= reader.decision.link


@pytest.mark.parametrize("damage", [{"settings": {"types": []}}, {"name": 1}, {"decision": {"link": 0.5}}])
def test_a_wrong_configuration_is_refused(tmp_path: Path, damage: dict[str, object]) -> None:
    folder = tmp_path / "reader"
    shutil.copytree(default_reader_folder(), folder)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(damage if "name" in damage else config | damage))
    with pytest.raises(InputError, match=r"config\.json"):
        JointReader(folder)


@pytest.fixture(scope="module")
def chinese() -> JointReader:
    return JointReader(chinese_reader_folder(), when_needed=True)


def test_facts_of_chinese_sentences(chinese: JointReader) -> None:
    one = page("北川精密有限公司由周启明于1999年在成都创立。", "周启明毕业于四川大学，他的妻子是林岚。")
    found = facts(one, chinese.read([one])[0])
    assert ("北川精密有限公司", "FOUNDED_BY", "周启明") in found
    assert ("北川精密有限公司", "DATE_FOUNDED", "1999年") in found
    assert ("周启明", "EDUCATED_AT", "四川大学") in found
    assert ("他", "SPOUSE", "林岚") in found


def test_each_reader_reads_its_own_language(reader: JointReader, chinese: JointReader) -> None:
    mixed = page(FOUNDED, "周启明毕业于四川大学。")
    assert {s.start < len(FOUNDED) for s in reader.read([mixed])[0].spans} == {True}
    assert {s.start < len(FOUNDED) for s in chinese.read([mixed])[0].spans} == {False}


def test_a_reader_is_opened_only_for_what_it_can_read(tmp_path: Path) -> None:
    folder = tmp_path / "reader"
    shutil.copytree(chinese_reader_folder(), folder)
    (folder / "pairs.onnx").write_bytes(b"no graph")
    lazy = JointReader(folder, when_needed=True)
    assert lazy.read([page(FOUNDED)]) == [Reading()]
    with pytest.raises(InputError):
        lazy.read([page("周启明毕业于四川大学。")])

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kg.types import Chunk, ChunkKind, Page, Reading, SpanKind, Value
from nlp.rules import script
from nlp.rules.dictionary import Entry
from nlp.rules.layer import RuleReader

ENTRIES = (
    Entry("Acme Corporation", "Organization", "ORG-17", ("Acme", "ACME Corp.")),
    Entry("3M", "Organization"),
    Entry("华为", "Organization", None, ("华为技术有限公司",)),
    Entry("Apple", "Organization"),
    Entry("PRD-00123", "Product"),
)


def page(*chunks: str) -> Page:
    text, made = "", []
    for chunk in chunks:
        made.append(Chunk(len(text), len(text) + len(chunk)))
        text += chunk + "\n\n"
    return Page(text, tuple(made))


def quotes(one: Page, reading: Reading) -> list[tuple[str, str]]:
    return [(one.text[span.start : span.end], span.type) for span in reading.spans]


def test_values_and_names_of_every_chunk_with_offsets_into_the_document() -> None:
    one = page("3M paid $3m on 4 April 1975.", "Acme's boss (acme@acme.com) left\nACME\nCorp. for Pineapple.")
    reading = RuleReader(ENTRIES).read([one])[0]
    assert quotes(one, reading) == [
        ("3M", "Organization"),
        ("$3m", "Money"),
        ("4 April 1975", "Date"),
        ("Acme", "Organization"),
        ("acme@acme.com", "Email"),
        ("ACME\nCorp.", "Organization"),
    ]
    assert [span.kind for span in reading.spans[:2]] == [SpanKind.NAME, SpanKind.VALUE]
    assert reading.spans[2].value == Value("Date", "1975-04-04", 1919.0)
    assert {span.extractor for span in reading.spans} == {RuleReader(ENTRIES).name}
    assert reading.links == ()


def test_mentions_of_one_entry_are_the_same() -> None:
    one = page("Acme Corporation (ORG-17) and Apple.", "Apple sued Acme.")
    reading = RuleReader(ENTRIES).read([one])[0]
    assert [quote for quote, _ in quotes(one, reading)] == ["Acme Corporation", "ORG-17", "Apple", "Apple", "Acme"]
    assert reading.same == ((0, 1, 1.0), (1, 4, 1.0), (2, 3, 1.0))


def test_a_spelling_of_two_entries_is_a_name_but_says_nothing_of_identity() -> None:
    twins = (Entry("Jan Smith", "Person", "P1"), Entry("Jan Smith", "Person", "P2"))
    reading = RuleReader(twins).read([page("Jan Smith met Jan Smith. P1 is not P2, P1 says.")])[0]
    assert len(reading.spans) == 5
    assert reading.same == ((2, 4, 1.0),)


def test_the_longest_name_wins_and_chinese_needs_no_borders_but_latin_does() -> None:
    one = page("华为技术有限公司成立于1987年，Apple与华为竞争，Pineapple不是。产品PRD-00123。")
    assert quotes(one, RuleReader(ENTRIES).read([one])[0]) == [
        ("华为技术有限公司", "Organization"),
        ("1987年", "Date"),
        ("Apple", "Organization"),
        ("华为", "Organization"),
        ("PRD-00123", "Product"),
    ]


def test_in_table_rows_only_names_are_sought() -> None:
    text = "Firm: Acme; Founded: 4 April 1975"
    reading = RuleReader(ENTRIES).read([Page(text, (Chunk(0, len(text), ChunkKind.ROW),))])[0]
    assert [text[span.start : span.end] for span in reading.spans] == ["Acme"]


def test_only_chunks_are_read() -> None:
    assert RuleReader().read([Page("on 4 April 1975", ()), page()]) == [Reading(), Reading()]


def test_a_dictionary_may_be_a_file(tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_text("name,type\nAcme,Organization\n")
    assert [span.type for span in RuleReader(path).read([page("Acme")])[0].spans] == ["Organization"]


def test_threads_and_a_renewed_vocabulary_read_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [page(f"Acme sold word{i} and thing{i} to Apple in {1900 + i}.") for i in range(100)]
    expected = RuleReader(ENTRIES).read(pages)
    monkeypatch.setattr(script, "_MOST_STRINGS", 100)
    reader = RuleReader(ENTRIES)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda one: reader.read([one])[0], pages)) == expected


def test_spacy_is_loaded_only_by_who_needs_it() -> None:
    code = (
        "import sys, nlp, nlp.plugins, nlp.compose, nlp.spacy_extractor, nlp.rules.layer, nlp.rules.sentences\n"
        "from kg.types import Chunk, Page\n"
        "reading = nlp.rules.layer.RuleReader().read([Page('on 4 April 1975', (Chunk(0, 15),))])[0]\n"
        "assert len(reading.spans) == 1\n"
        "assert not {'spacy', 'torch', 'transformers', 'onnxruntime'} & set(sys.modules), 'a heavy import'\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3])

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import DocumentError
from kg.graphs.triples import load
from kg.ingest.parsed import Parsed, Unread
from kg.ingest.rows import TableReading, read_tables
from kg.ingest.sandbox import parse
from kg.ontology import Ontology
from kg.types import Document, DocumentStatus

KGQA = Path(__file__).parents[4] / "shared" / "data" / "kgqa"
FILMS = """Kismet|directed_by|William Dieterle
Kismet|written_by|Edward Knoblock
Kismet|release_year|1944
Kismet|in_language|English
1984|directed_by|Michael Radford
1984|release_year|1984
Faust|release_year|1926
Faust|directed_by|William Dieterle
"""


def read(path: Path, content: str | bytes) -> list[Parsed]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    parts = list(load(path, str(path)))
    assert all(isinstance(part, Parsed) for part in parts)
    return [part for part in parts if isinstance(part, Parsed)]


def tabled(part: Parsed) -> TableReading:
    document = Document("kb.txt", "file:///kb.txt", part.title, part.text)
    return read_tables(document, part.records, "kb.txt", Ontology.load(), part.schema)


def stated(reading: TableReading) -> set[tuple[str, str, str]]:
    text = {mention.id: mention.text for mention in reading.mentions}
    return {(text[s.subject], s.predicate, text[s.object]) for s in reading.statements}


def test_triples_become_lines_and_statements(tmp_path: Path) -> None:
    (part,) = read(tmp_path / "kb.txt", FILMS)
    first = (
        "Kismet: directed by: William Dieterle; written by: Edward Knoblock; release year: 1944; in language: English"
    )
    assert part.text.splitlines()[0] == first
    reading = tabled(part)
    assert stated(reading) == {tuple(line.split("|")) for line in FILMS.splitlines()}
    for statement in reading.statements:
        quote = part.text[statement.evidence.start : statement.evidence.end]
        assert quote in part.text.splitlines()


def test_a_name_is_one_thing_and_a_number_a_value(tmp_path: Path) -> None:
    (part,) = read(tmp_path / "kb.txt", FILMS)
    reading = tabled(part)
    keys = {reading.keys[m.id] for m in reading.mentions if m.text == "William Dieterle"}
    assert len(keys) == 1
    years = [mention for mention in reading.mentions if mention.text == "1984"]
    assert {mention.value.kind if mention.value else "" for mention in years} == {"", "Date"}, "the film and its year"
    relations = reading.ontology.relations
    assert relations["directed_by"].labels == {"en": ("director", "directed by")}
    assert relations["release_year"].range == ("Date",)
    whole = Ontology.merged((Ontology.load(), reading.ontology))
    types = {mention.id: mention.type for mention in reading.mentions}
    assert all(whole.admits(types[s.subject], s.predicate, types[s.object]) for s in reading.statements)


def test_turned_relations_are_written_once(tmp_path: Path) -> None:
    lines = "Ada\tplays_in_club\tBlue FC\nBlue FC\tplays_in_club_inverse\tAda\nRed FC\tplays_in_club_inverse\tBob\n"
    (part,) = read(tmp_path / "kb.tsv", lines)
    assert stated(tabled(part)) == {("Ada", "plays_in_club", "Blue FC"), ("Bob", "plays_in_club", "Red FC")}


def test_underscores_are_spaces_where_no_name_has_any(tmp_path: Path) -> None:
    (part,) = read(tmp_path / "kb.tsv", "ada_lovelace\tborn_in\tlondon\n")
    assert part.text == "ada lovelace: born in: london"
    (part,) = read(tmp_path / "kb.tsv", "ada_lovelace\tborn_in\tNew York\n")
    assert part.text == "ada_lovelace: born in: New York"


def test_lines_that_are_no_triples_are_told_of(tmp_path: Path) -> None:
    path = tmp_path / "kb.txt"
    path.write_text(f"{FILMS}no triple here\n\nKismet|has_genre|Drama\nalso|none\n")
    parts = list(load(path, "kb.txt"))
    assert isinstance(parts[0], Parsed)
    assert "has genre: Drama" in parts[0].text
    assert isinstance(parts[1], Unread)
    assert parts[1].reason == "2 of its lines are no triples and were left out: 9, 12."
    path.write_text("just prose\n")
    with pytest.raises(DocumentError, match="No line is a triple") as error:
        list(load(path, "kb.txt"))
    assert error.value.status is DocumentStatus.CORRUPT


def test_encodings(tmp_path: Path) -> None:
    line = "任正非|创办|华为\n"
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        (part,) = read(tmp_path / "kb.txt", (line * 3).encode(encoding))
        assert part.text == "任正非: 创办: 华为", encoding


def test_a_hub_has_several_lines_and_a_long_file_several_documents(tmp_path: Path) -> None:
    hub = "".join(f"Hub|knows|Person number {number}\n" for number in range(400))
    (part,) = read(tmp_path / "kb.txt", hub)
    assert len(part.records) == 5
    assert {record.key for record in part.records} == {'"Hub"'}
    assert len(stated(tabled(part))) == 400
    long = "".join(f"Thing {number}|next|Thing {number + 1}\n" for number in range(10_050))
    first, second = read(tmp_path / "kb.txt", long)
    assert len(first.records) == 10_000
    assert second.external_id == f"{tmp_path / 'kb.txt'}#2"


def test_the_sandbox_reads_them_by_format(tmp_path: Path) -> None:
    path = tmp_path / "kb.txt"
    path.write_text(FILMS)
    (plain,) = parse(path)
    assert isinstance(plain, Parsed)
    assert not plain.records
    (part,) = parse(path, format_name="triples")
    assert isinstance(part, Parsed)
    assert len(part.records) == 3
    assert part.schema


@pytest.mark.skipif(not KGQA.exists(), reason="the public data sets are not here")
def test_world_cup_2014() -> None:
    path = KGQA / "pathquestion_wc2014" / "WC2014" / "WC2014.txt"
    (part,) = [part for part in load(path, path.name) if isinstance(part, Parsed)]
    reading = tabled(part)
    forward = {line for line in path.read_text().splitlines() if "_inverse" not in line}
    assert len(reading.statements) == len(forward)
    assert set(reading.ontology.relations) == {
        "plays_in_club", "plays_for_country", "plays_position", "is_in_country", "is_aged", "wears_number",
    }  # fmt: skip
    assert reading.ontology.types["Country"].parent == "Location"

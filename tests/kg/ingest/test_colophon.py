"""What a file says of itself becomes a line of its text and statements."""

from __future__ import annotations

from dataclasses import replace

from ingest_samples import check

from kg.ingest.about import About, Parent
from kg.ingest.chunking import chunk
from kg.ingest.colophon import with_colophon
from kg.ingest.loaders.authors import author_names
from kg.ingest.parsed import Parsed
from kg.ingest.rows import read_tables
from kg.ingest.wire import pack, unpack
from kg.ontology import Ontology
from kg.types import Document

PART = Parsed("Words.", "Our offer", chunk("Words."), "text/plain")


def stated(part: Parsed) -> set[tuple[str, str, str]]:
    reading = read_tables(Document("x", "x", "x", part.text), part.records, "x", Ontology.load(), part.schema)
    mentions = {mention.id: mention.text for mention in reading.mentions}
    return {(mentions[s.subject], s.predicate, mentions[s.object]) for s in reading.statements}


def test_authors_dates_and_parents_are_statements_with_a_quote() -> None:
    zipped = Parent("a.eml!/b.zip", "b.zip", above=Parent("a.eml", "Hello", mail="1@x"))
    about = About(("Ada Lovelace", "Bob Stone"), "2024-02-03T10:00:00", "2024-03-04", zipped)
    part = with_colophon(replace(PART, about=about), "a.eml!/b.zip!/offer.docx")
    check(part)
    assert part.text == (
        "Words.\n\nfile: Our offer; author: Ada Lovelace; author: Bob Stone; created: 2024-02-03; modified: "
        "2024-03-04; contained in: b.zip\nfile: b.zip; attached to: Hello"
    )
    assert stated(part) == {
        ("Our offer", "AUTHOR", "Ada Lovelace"),
        ("Our offer", "AUTHOR", "Bob Stone"),
        ("Our offer", "DATE_CREATED", "2024-02-03"),
        ("Our offer", "DATE_MODIFIED", "2024-03-04"),
        ("Our offer", "CONTAINED_IN", "b.zip"),
        ("b.zip", "ATTACHED_TO", "Hello"),
    }
    again = unpack(pack(part))
    assert isinstance(again, Parsed)
    assert stated(again) == stated(part)


def test_a_file_that_says_nothing_stays_as_it_is() -> None:
    assert with_colophon(PART, "x") is PART
    assert with_colophon(replace(PART, about=About()), "x").text == "Words."


def test_files_are_known_by_their_ids_and_people_by_no_key() -> None:
    part = with_colophon(replace(PART, about=About(("Ada Lovelace",))), "x/offer.docx")
    reading = read_tables(Document("x", "x", "x", part.text), part.records, "x", Ontology.load(), part.schema)
    assert set(reading.keys.values()) == {"file#File/x/offer.docx"}


def test_names_of_authors() -> None:
    assert author_names("Lovelace, Ada; Charles Babbage and Bob") == ("Ada Lovelace", "Charles Babbage", "Bob")
    assert author_names("Ada Lovelace, Bob Stone") == ("Ada Lovelace", "Bob Stone")
    assert author_names("python-docx", "Microsoft Office User", "", None, "12", "李明") == ("李明",)

"""Rows of long tables have no vectors: they are found by their words."""

from __future__ import annotations

from pathlib import Path

from kg.index.hashing import HashingEncoder
from kg.index.meaning import MOST_ROWS, by_meaning
from kg.index.records import IndexedDocument
from kg.index.search import open_index
from kg.types import ChunkKind, Readers, Viewer


def test_all_but_the_rows_of_a_long_table_have_vectors() -> None:
    few = [ChunkKind.HEADING, *[ChunkKind.ROW] * MOST_ROWS]
    assert by_meaning(few) == [True] * len(few)
    assert by_meaning([ChunkKind.PROSE, *[ChunkKind.ROW] * (MOST_ROWS + 1)]) == [True, *[False] * (MOST_ROWS + 1)]


def test_a_passage_for_its_words_alone_is_found_by_them_and_never_by_meaning(tmp_path: Path) -> None:
    encoder = HashingEncoder(128)
    index = open_index(tmp_path, encoder)
    text = "blue paint, 40 litres"
    row = IndexedDocument("t", "t", "t", "", Readers(), (("t/0", 0, len(text), text, ""),), frozenset({"t/0"}))
    # The same words elsewhere have a vector, whoever may read them: the row must not get it from there.
    prose = IndexedDocument("p", "p", "p", "", Readers.of(("board",)), (("p/0", 0, len(text), text, ""),))
    index.apply(1, documents=[prose, row])
    viewer = Viewer.of()
    assert [hit.chunk_id for hit in index.full_text("blue paint", viewer)] == ["t/0"]
    assert index.nearest(encoder.encode([text])[0], viewer) == []
    index.close()

"""The index with the sentence encoder that ships."""

from pathlib import Path

import pytest

from kg.index import IndexedDocument, SearchIndex, open_index
from kg.types import Readers, Viewer
from nlp.runtime.encoder import OnnxEncoder

STAFF = ("staff",)
PASSAGES = {
    "a": ("Ada Lovelace wrote the first program for the Analytical Engine.", ()),
    "b": ("The firm was set up in 1998 by two students in a garage.", ()),
    "c": ("It rained all week, and the harvest was poor.", ()),
    "d": ("Quarterly revenue grew. " * 40, STAFF),
    "e": ("A secret list: " + ", ".join(f"item {n}" for n in range(80)), STAFF),
}


@pytest.fixture(scope="module")
def encoder() -> OnnxEncoder:
    return OnnxEncoder(Path(__file__).parents[3] / "nlp/pretrained/encoder", threads=1)


def filled(directory: Path, encoder: OnnxEncoder, ids: str) -> SearchIndex:
    index = open_index(directory, encoder)
    documents = []
    for id in ids:
        text, groups = PASSAGES[id]
        documents.append(IndexedDocument(id, id, id, "", Readers.of(groups), ((id, 0, len(text), text, ""),)))
    index.apply(1, documents=documents)
    return index


def test_passages_are_found_by_meaning(tmp_path: Path, encoder: OnnxEncoder) -> None:
    index = filled(tmp_path, encoder, "abcde")
    for question, expected in (("Who founded the company?", "b"), ("Was the weather bad for farmers?", "c")):
        found = index.nearest(encoder.encode([question])[0], Viewer.all())
        assert found[0].chunk_id == expected
        assert index.full_text("founded", Viewer.all()) == []
    index.close()


def test_hidden_passages_do_not_tinge_the_vectors_of_others(tmp_path: Path, encoder: OnnxEncoder) -> None:
    """They would if an int8 encoder ran them in one batch, whose activations share a scale."""
    whole = filled(tmp_path / "whole", encoder, "abcde")
    part = filled(tmp_path / "part", encoder, "cba")
    for question in ("Who founded the company?", "revenue", "first program"):
        vector = encoder.encode([question])[0]
        assert whole.nearest(vector, Viewer()) == part.nearest(vector, Viewer())
    whole.close()
    part.close()

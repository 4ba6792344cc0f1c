"""Who reads prose: the extractor with the ontology that belongs to it, as they stand while one batch is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.index.meaning import by_meaning
from kg.index.words import storable
from kg.index.writing import passage_text
from kg.ontology import Ontology
from kg.ports import Encoder, Extractor
from kg.types import Page, Reading


@dataclass(frozen=True, slots=True)
class Reader:
    """An extractor and what may be written of what it finds.

    Attributes:
        extractor: Reads prose.
        ontology: What may be written of it.
        tables: What the rows of tables are read by: nothing in it depends on the extractor.
    """

    extractor: Extractor
    ontology: Ontology
    tables: Ontology

    def read(self, pages: Sequence[Page]) -> Sequence[Reading | Exception]:
        """Read a batch; where the extractor fails at one document, its error stands in place of a reading."""
        try:
            return self.extractor.read(pages)
        except Exception:  # a user's own extractor may fail on one document: the others go on
            return [self._read_one(page) for page in pages]

    def _read_one(self, page: Page) -> Reading | Exception:
        try:
            return self.extractor.read([page])[0]
        except Exception as error:
            return error


def passage_vectors(
    encoder: Encoder | None, titles: Sequence[str], pages: Sequence[Page]
) -> list[NDArray[np.float32] | None]:
    """Encode the passages of documents.

    Returns:
        For each document one unit vector a passage, zeros for one that is found by its words alone; None without an
        encoder.
    """
    if encoder is None or not pages:
        return [None] * len(pages)
    # The very texts that the index encodes: an encoder that remembers computes each vector once.
    meant = [by_meaning([chunk.kind for chunk in page.chunks]) for page in pages]
    texts = [
        passage_text(storable(title), storable(chunk.heading), storable(page.text[chunk.start : chunk.end]))
        for title, page, wanted in zip(titles, pages, meant, strict=True)
        for chunk, yes in zip(page.chunks, wanted, strict=True)
        if yes
    ]
    vectors = np.zeros((sum(map(len, meant)), encoder.dimensions), dtype=np.float32)
    vectors[np.array([yes for wanted in meant for yes in wanted], dtype=bool)] = encoder.encode(texts)
    cuts = np.cumsum([len(page.chunks) for page in pages])
    return list(np.split(vectors, cuts[:-1]))

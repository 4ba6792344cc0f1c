"""Where the graph has no answer: a passage that plainly has one, quoted as such, or nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.ask.language import Language, tokens
from assistant.ask.question import Question, Slot
from assistant.ask.words import Word
from kg.ports import ChunkIndex, Encoder, Passage
from kg.types import Citation, Viewer

SIMILAR = 0.62
"""Least cosine of question and sentence."""
SAID = 0.99
"""Least share of the question's content words that the sentence says too."""
_SENTENCE = re.compile(r"[^.!?。！？\n]+(?:[.!?。！？]+(?:[\"”’)]*)(?=\s|$)|[。！？]|\n|$|\.(?=\S))+")


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence that answers, and how sure that is."""

    citation: Citation
    score: float


def quote(question: Question, chunks: ChunkIndex, encoder: Encoder, viewer: Viewer) -> Quote | None:
    """Find a sentence that names what is asked about and says every word of what is asked of it.

    Args:
        question: Its names as slots.
        chunks: The passages.
        encoder: For similarity of meaning.
        viewer: Who asks.

    Returns:
        The best sentence, or None where none is plainly an answer: a wrong quote is worse than none.
    """
    slots = [item for item in question.items if isinstance(item, Slot)]
    asked = [item for item in question.items if isinstance(item, Word) and item.role == "content"]
    if not slots or not asked:
        return None
    asked_vector = encoder.encode([question.text])[0]
    found = {passage.chunk_id: passage for passage in chunks.full_text(question.text, viewer, limit=10)}
    found |= {passage.chunk_id: passage for passage in chunks.nearest(asked_vector, viewer, limit=10)}
    candidates: list[tuple[Passage, int, int]] = []
    for passage in found.values():
        for match in _SENTENCE.finditer(passage.text):
            text = match[0]
            if (
                all(slot.text.lower() in text.lower() for slot in slots)
                and _says(text, asked, question.language) >= SAID
            ):
                candidates.append(
                    (passage, match.start() + len(text) - len(text.lstrip()), match.start() + len(text.rstrip()))
                )
    if not candidates:
        return None
    vectors = encoder.encode([passage.text[start:end] for passage, start, end in candidates])
    scores = np.asarray(vectors @ asked_vector)
    best = int(np.argmax(scores))
    if scores[best] < SIMILAR:
        return None
    passage, start, end = candidates[best]
    citation = Citation(
        passage.document_id, passage.uri, passage.external_id, passage.title,
        passage.start + start, passage.start + end, passage.text[start:end],
    )  # fmt: skip
    return Quote(citation, float(scores[best]))


def _says(text: str, asked: Sequence[Word], language: Language) -> float:
    """The share of the question's content words that a sentence says."""
    stems = {language.stem(token.text) for token in tokens(text)}
    return sum(word.key in stems for word in asked) / len(asked)

"""Where the graph has no answer: a passage that plainly has one, quoted as such, or nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.ask.language import Language, tokens
from assistant.ask.question import Question, Slot
from assistant.ask.relate import ENCODED
from assistant.ask.words import Word
from kg.ports import ChunkIndex, Encoder, Passage
from kg.types import Citation, Viewer

SIMILAR, KNOWN = 0.62, 0.75
"""Least cosine of question and sentence; where the reader knows the relation asked for, and found it not stated."""
BY_WORDS = 0.8
"""The score of a sentence in a language that the encoder does not understand: it says every word."""
DEPTH = 10
"""Passages looked at of each search."""
_SENTENCE = re.compile(r"[^.!?。！？\n]+(?:[.!?。！？]+(?:[\"”’)]*)(?=\s|$)|[。！？]|\n|$|\.(?=\S))+")

_CLAUSE = re.compile(r"[，,；;：:]")


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence that answers, and how sure that is."""

    citation: Citation
    score: float


def quote(
    question: Question,
    chunks: ChunkIndex,
    encoder: Encoder,
    viewer: Viewer,
    *,
    known: bool,
    unknown: Sequence[str] = (),
) -> Quote | None:
    """Find a sentence that names what is asked about and says every word of what is asked of it.

    Args:
        question: Its names as slots.
        chunks: The passages.
        encoder: For similarity of meaning.
        viewer: Who asks.
        known: Whether the relation asked for is one that the reader looks for.
        unknown: Names that the graph does not know: in a language that the reader does not read, passages may.

    Returns:
        The best sentence, or None where none is plainly an answer: a wrong quote is worse than none.
    """
    slots = [item.text.lower() for item in question.items if isinstance(item, Slot)]
    asked = _asked(question)
    if not slots and not question.language.spaced:
        slots = [name.lower() for name in unknown]
        asked = [run for run in asked if not any(run in name for name in slots)]
    if not slots or not asked:
        return None
    understood = question.language.code in ENCODED
    vector = encoder.encode([question.text])[0] if understood else None
    found = {passage.chunk_id: passage for passage in chunks.full_text(question.text, viewer, limit=DEPTH)}
    if vector is not None:
        found |= {passage.chunk_id: passage for passage in chunks.nearest(vector, viewer, limit=DEPTH)}
    candidates: list[tuple[Passage, int, int]] = []
    for passage in found.values():
        for match in _SENTENCE.finditer(passage.text):
            text = match[0]
            if _names(text, slots, asked, understood) and _says(text, asked, question.language):
                start = match.start() + len(text) - len(text.lstrip())
                candidates.append((passage, start, match.start() + len(text.rstrip())))
    if not candidates:
        return None
    if vector is None:
        scores = np.array([BY_WORDS] * len(candidates))
    else:
        scores = encoder.encode([passage.text[start:end] for passage, start, end in candidates]) @ vector
    best = int(np.argmax(scores))
    if scores[best] < (KNOWN if known else SIMILAR):
        return None
    passage, start, end = candidates[best]
    citation = Citation(
        passage.document_id, passage.uri, passage.external_id, passage.title,
        passage.start + start, passage.start + end, passage.text[start:end],
    )  # fmt: skip
    return Quote(citation, float(scores[best]))


def _names(text: str, slots: Sequence[str], asked: Sequence[str], understood: bool) -> bool:
    """Whether a sentence names all that is asked about.

    Where only words decide, it begins with the name or says what is asked in the name's own clause: in "B is A's
    subsidiary, its seat is in C" the seat is not A's.
    """
    lower = text.lower().strip()
    if not all(name in lower for name in slots):
        return False
    clauses = _CLAUSE.split(lower)
    return (
        understood or lower.startswith(slots[0]) or any(slots[0] in c and any(a in c for a in asked) for c in clauses)
    )


def _asked(question: Question) -> list[str]:
    """The content words of a question by their stems; in Chinese the stretches that stand together."""
    words = [item for item in question.items if isinstance(item, Word) and item.role == "content"]
    if question.language.spaced:
        return [word.key for word in words]
    runs: list[str] = []
    end = -1
    for word in words:
        if word.start == end:
            runs[-1] += word.text
        else:
            runs.append(word.text)
        end = word.end
    return runs


def _says(text: str, asked: Sequence[str], language: Language) -> bool:
    """Whether a sentence says every word that was asked."""
    if not language.spaced:
        return all(len(run) > 1 and run in text for run in asked)
    stems = {language.stem(token.text) for token in tokens(text)}
    return all(word in stems for word in asked)

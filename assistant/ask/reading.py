"""Where the graph has no answer: one that is read from passages, said and quoted as such."""

from __future__ import annotations

import re

from assistant.reading.answerer import Reading
from assistant.reading.steps import Value
from kg.types import Citation

READ, KNOWN = 0.65, 0.9
"""Least chance of an answer that is read; where the graph knows the relation asked for, and holds no such fact."""
_END = re.compile(r"[.!?](?:[\"”’)]*)(?=\s+[\"“(]?[A-Z]|\s*$)|\n")


def cited(reading: Reading) -> tuple[Citation, ...]:
    """The sentences that a reading rests on, each once, the one with the answer first.

    Args:
        reading: What was read.
    """
    found: dict[tuple[str, int, int], Citation] = {}
    for value in reversed(reading.values):
        start, end = sentence(value)
        passage = value.passage
        found.setdefault(
            (passage.chunk_id, start, end),
            Citation(
                passage.document_id, passage.uri, passage.external_id, passage.title,
                passage.start + start, passage.start + end, passage.text[start:end],
            ),
        )  # fmt: skip
    return tuple(found.values())


def sentence(value: Value) -> tuple[int, int]:
    """Where the sentence around a value begins and ends in its passage.

    Args:
        value: What was read.
    """
    text, start, end = value.passage.text, 0, len(value.passage.text)
    for match in _END.finditer(text):
        if match.end() <= value.start:
            start = match.end()
        elif match.start() >= value.end:
            end = match.end()
            break
    while start < end and text[start].isspace():
        start += 1
    return start, start + len(text[start:end].rstrip())

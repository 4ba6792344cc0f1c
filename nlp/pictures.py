"""Pictures of what was read, by displaCy: entities set off in the text, relations as arcs over the sentence."""

from __future__ import annotations

import html
import unicodedata
from typing import Any

from kg.ingest.sentences import sentences
from kg.types import Reading, SpanKind

_COLOURS = (
    "#a6d8f0", "#f7c6a3", "#b8e0a8", "#e3c2ef", "#f6dc8c", "#a8e0d1", "#f4b8c4", "#c9cdf2", "#d9dba6", "#d3c3b4",
)  # fmt: skip
_MOST_BETWEEN = 24  # characters that are shown of what stands between two entities
_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head><meta charset="utf-8"><title>{title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #222 }}
.text {{ line-height: 2.4; white-space: pre-wrap }} .arcs {{ overflow-x: auto }}
h2 {{ font-size: 1.1rem; margin-top: 2rem }}
</style></head>
<body><h1>{title}</h1>
<div class="text">{entities}</div>
{relations}
</body></html>
"""


def picture(text: str, reading: Reading, title: str, language: str = "en") -> str:
    """Draw a reading as a page of its own, which loads nothing from elsewhere.

    Args:
        text: The text.
        reading: What was found in it.
        title: What it is called.
        language: "en" or "zh".
    """
    arcs = relations(text, reading)
    body = f'<h2>Relations</h2>\n<div class="arcs">{arcs}</div>' if arcs else ""
    return _PAGE.format(title=html.escape(title), language=language, entities=entities(text, reading), relations=body)


def entities(text: str, reading: Reading) -> str:
    """Draw the names and values of a text; of two that overlap the first and longer one."""
    from spacy import displacy

    ends, free = [], 0
    for span in sorted(reading.spans, key=lambda span: (span.start, -span.end)):
        if span.kind in (SpanKind.NAME, SpanKind.VALUE) and span.start >= free:
            ends.append({"start": span.start, "end": span.end, "label": span.type})
            free = span.end
    labels = sorted({str(one["label"]) for one in ends})
    options = {"colors": {label: _COLOURS[n % len(_COLOURS)] for n, label in enumerate(labels)}}
    drawn: str = displacy.render({"text": text, "ents": ends}, style="ent", manual=True, options=options, jupyter=False)
    return drawn


def relations(text: str, reading: Reading) -> str:
    """Draw each stretch of sentences that holds relations, with an arc from subject to object; empty without any."""
    from spacy import displacy

    bounds = sentences(text, 0, len(text))
    groups: dict[tuple[int, int], list[Any]] = {}
    for link in reading.links:
        both = reading.spans[link.head], reading.spans[link.tail]
        start, end = min(span.start for span in both), max(span.end for span in both)
        first = max((s for s, _ in bounds if s <= start), default=0)
        last = min((e for _, e in bounds if e >= end), default=len(text))
        groups.setdefault((first, last), []).append(link)
    drawings = []
    for place, links in sorted(groups.items()):
        drawing = _words_and_arcs(text, reading, place, links)
        widest = max(_width(word["text"]) for word in drawing["words"])
        options = {"distance": 40 + 9 * widest, "word_spacing": 40, "offset_x": 20 + 5 * widest, "bg": "#ffffff"}
        drawings.append(displacy.render(drawing, style="dep", manual=True, options=options, jupyter=False))
    return "\n".join(drawings)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _words_and_arcs(text: str, reading: Reading, place: tuple[int, int], links: list[Any]) -> dict[str, Any]:
    """One drawing: mentions that take part are words with their types, what stands between them is one word."""
    start, end = place
    wanted = sorted({at for link in links for at in (link.head, link.tail)}, key=lambda at: reading.spans[at].start)
    words: list[dict[str, str]] = []
    number: dict[int, int] = {}
    at = start
    for index in wanted:
        span = reading.spans[index]
        if span.start < at and words:  # it lies within the one before
            number[index] = len(words) - 1
            continue
        _between(words, text[at : span.start])
        number[index] = len(words)
        words.append({"text": _flat(text[span.start : span.end]), "tag": span.type})
        at = span.end
    _between(words, text[at:end])
    arcs = []
    for link in links:
        head, tail = number[link.head], number[link.tail]
        if head != tail:
            arcs.append(
                {
                    "start": min(head, tail), "end": max(head, tail), "label": link.predicate,
                    "dir": "right" if head < tail else "left",
                }
            )  # fmt: skip
    return {"words": words, "arcs": arcs}


def _between(words: list[dict[str, str]], text: str) -> None:
    flat = _flat(text)
    if len(flat) > _MOST_BETWEEN:
        flat = f"{flat[: _MOST_BETWEEN // 2].rstrip()} … {flat[-_MOST_BETWEEN // 2 :].lstrip()}"
    if flat:
        words.append({"text": flat, "tag": ""})


def _flat(text: str) -> str:
    return " ".join(text.split())

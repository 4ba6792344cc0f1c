"""Where sentences end, in English and Chinese: spaCy's rule sentencizer, mended where it is known to err."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from nlp.rules.script import Pipelines, language_of

Bounds = tuple[int, int]

_BLOCK = re.compile(r"\s*\n[^\S\n]*\n\s*|\n(?=[^\S\n]*(?:[-*•·▪–]|\(?\d{1,3}[.)]|#{1,6})[^\S\n])")
# Never the last word of a sentence.
_OPEN = frozenset(
    {"mr", "mrs", "ms", "messrs", "dr", "prof", "sen", "gov", "gen", "rep", "col", "lt", "sgt", "capt", "cmdr", "maj",
     "rev", "hon", "vs", "v", "cf", "approx", "e.g", "i.e", "viz"}
)  # fmt: skip
_BEFORE_NUMBER = frozenset(
    {"no", "nos", "fig", "figs", "vol", "p", "pp", "art", "sec", "ch", "ca", "est", "jan", "feb", "mar", "apr", "jun",
     "jul", "aug", "sept", "sep", "oct", "nov", "dec"}
)  # fmt: skip
# Last words only where what follows seldom continues a name, as any word with a full stop inside (U.S., Ph.D., a.m.).
_EITHER = frozenset(
    {"inc", "ltd", "corp", "co", "llc", "bros", "jr", "sr", "etc", "al", "st", "mt", "ft", "dept", "univ", "plc",
     "gmbh", "ave", "blvd", "rd"}
)  # fmt: skip
_OPENERS = re.compile(
    r"(?:The|This|That|These|Those|He|She|It|They|We|You|In|On|At|By|For|From|With|After|Before|When|While|As|If|But|And"
    r"|However|Its|His|Her|Their|Our|There|An|Since|Under|During|Although|According|Today|Both|Each|Some|Many)\b"
)
_FULL_STOP = re.compile(r"\.[\"”’)\]]*\s+(?=[\"“‘(\[]?[A-Z])")
_LAST_WORD = re.compile(r"([A-Za-z][A-Za-z.]*?|\d+)\.[\"”’)\]]*\s*$")
_OPENING_MARKS = re.compile(r"(?:(?<=\s)[\"'(\[]+|[“‘「『（《【]+)\s*$")
_NUMBERING = re.compile(r"(?:^|[.!?]\s+)\(?(?:\d{1,3}|[A-Za-z]|[ivx]{1,5})\.\s*$")


def _sentencizer(pipeline: Any, language: str) -> Any:
    # a character is a token in Chinese: its full stop may be a decimal point, and is left to `_FULL_STOP`
    marks = {"punct_chars": ["。", "！", "？", "!", "?", "…", "｡"]} if language == "zh" else {}
    pipeline.add_pipe("sentencizer", config=marks)
    return pipeline


_pipelines = Pipelines(_sentencizer)


def sentence_bounds(text: str) -> list[Bounds]:
    """Split a text into sentences.

    Args:
        text: Any text. Blank lines and list items end sentences; a single line break does not.

    Returns:
        Start and end of each sentence without the blanks around it, in order; together they hold all that is not blank.
    """
    bounds = []
    begin = 0
    for match in [*_BLOCK.finditer(text), None]:
        end = match.start() if match else len(text)
        block = text[begin:end]
        if block and not block.isspace():
            bounds += [(begin + start, begin + stop) for start, stop in _sentences(block)]
        begin = match.end() if match else end
    return bounds


def _sentences(block: str) -> list[Bounds]:
    cuts = set()
    for cut in _proposed(block) | {match.end() for match in _FULL_STOP.finditer(block)}:
        if opening := _OPENING_MARKS.search(block, 0, cut):  # spaCy leaves it with the sentence before
            cut = opening.start()
        if cut and _ends(block, cut):
            cuts.add(cut)
    edges = [0, *sorted(cuts), len(block)]
    pieces = []
    for start, end in pairwise(edges):
        piece = block[start:end]
        if not piece.isspace():
            pieces.append((start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())))
    return pieces


def _proposed(block: str) -> set[int]:
    """Where spaCy begins sentences."""
    return {sentence.start_char for sentence in _pipelines[language_of(block)](block).sents} - {0}


def _ends(block: str, cut: int) -> bool:
    """Whether a sentence really ends at a proposed place."""
    begin = max(0, cut - 60)
    left, right = block[begin:cut], block[cut : cut + 20].lstrip("\"'“‘([ \n")
    if right[:1].islower() and right[:1].isascii():
        return False
    if not (match := _LAST_WORD.search(left)):
        return True
    if _NUMBERING.search(left):
        return False
    word = match[1].lower()
    if word in _OPEN or (word in _BEFORE_NUMBER and right[:1].isdigit()):
        return False
    if word in _EITHER or "." in word or (len(word) == 1 and match[1].isupper()):
        return bool(_OPENERS.match(right))
    return True

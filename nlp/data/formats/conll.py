"""CoNLL columns: a token a line, its tag in the last column, a blank line after a sentence.

::

    Pump    B-Machine
    P-7     I-Machine
    leaks   O

Columns stand apart by tabs or spaces. A line `-DOCSTART-` begins a document. The text is made anew: a space between
tokens, none beside Chinese characters in a file that is mostly Chinese, so that offsets belong to a natural text.
Written are tabs and BIO tags; ids and the exact white space are lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kg.errors import InputError
from nlp.data import tags
from nlp.data.example import Entity, Example
from nlp.data.source import Source
from nlp.data.tokens import CJK, spans

CARRIES = frozenset({"entities", "document"})
_DOCUMENT = "-DOCSTART-"
_COMMENT = re.compile(r"^# ?(id|text|sent_id|newdoc|newpar|global\.columns)\b")
_CJK = re.compile(f"[{CJK}]")


@dataclass(slots=True)
class _Sentence:
    line: int
    document: int
    words: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)


def recognise(source: Source) -> bool:
    """Whether a file's first lines look like columns with tags."""
    rows = [
        columns for _, line in zip(range(2000), source.lines(), strict=False) if len(columns := _columns(line[1])) > 0
    ]
    lasts = [row[-1] for row in rows if row[0] != _DOCUMENT]
    if not lasts or any(len(row) < 2 for row in rows):
        return False
    tagged = sum(last == "O" or bool(tags.PREFIXED.match(last)) for last in lasts)
    return tagged == len(lasts) or sum(last == "O" for last in lasts) > 0.3 * len(lasts)


def read(source: Source) -> Iterator[tuple[int, Example]]:
    """Read examples, a sentence each, with the lines on which they begin.

    Raises:
        DataError: a line lacks a column, or tags with and without prefixes are mixed.
    """
    sentences = list(_sentences(source))
    tokens = [word for sentence in sentences for word in sentence.words]
    chinese = sum(_is_cjk(word[0]) for word in tokens) * 2 > len(tokens)
    if chinese and all(len(word) > 1 and word[-1] in "0123456789" for word in tokens):
        for (
            sentence
        ) in sentences:  # each character has its place in its word behind it, as Peng and Dredze (2015) write
            sentence.words = [word[:-1] for word in sentence.words]
        tokens = [word[:-1] for word in tokens]
    single = chinese and sum(len(word) <= 1 for word in tokens) > 0.98 * len(tokens)
    several = any(sentence.document for sentence in sentences)
    stem = source.path.stem
    for number, sentence in enumerate(sentences, 1):
        text, places = _join(sentence.words, "none" if single else "either" if chinese else "both")
        entities = [
            Entity(str(index), places[start][0], places[end - 1][1], label)
            for index, (start, end, label) in enumerate(tags.stretches(sentence.tags), 1)
        ]
        document = f"{stem}/{sentence.document}" if several else ""
        yield sentence.line, Example(f"{stem}-{number}", text, tuple(entities), document=document)


def _sentences(source: Source) -> Iterator[_Sentence]:
    sentence: _Sentence | None = None
    document = width = 0
    prefixed: bool | None = None
    for number, line in source.lines():
        columns = _columns(line)
        if not columns or columns[0] == _DOCUMENT:
            if sentence:
                yield sentence
            sentence = None
            document += bool(columns)
            continue
        if len(columns) < 2:
            raise source.error(f"has one column, {columns[0]!r}, where a token and its tag are expected", number)
        width = width or len(columns)
        if len(columns) != width:
            raise source.error(f"has {len(columns)} columns where the lines before have {width}", number)
        tag = columns[-1]
        if tag != "O":
            has = bool(tags.PREFIXED.match(tag))
            if prefixed is not None and has != prefixed:
                raise source.error(f"tag {tag!r} is of another scheme than the tags before", number)
            prefixed = has
        sentence = sentence or _Sentence(number, document)
        sentence.words.append(columns[0])
        sentence.tags.append(tag)
    if sentence:
        yield sentence


def _columns(line: str) -> list[str]:
    if not line.strip(" \t\ufeff"):
        return []
    parts = [part.strip(" ") for part in line.split("\t")] if "\t" in line else re.split(" +", line.rstrip(" "))
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    if line[0] == "#" and _COMMENT.match(line) and parts[-1] != "O" and not tags.PREFIXED.match(parts[-1]):
        return []
    return [parts[0] or " ", *parts[1:]]


def _join(words: Sequence[str], omit: str) -> tuple[str, list[tuple[int, int]]]:
    parts: list[str] = []
    places: list[tuple[int, int]] = []
    at, last = 0, " "
    for word in words:
        if not last.isspace() and not word.isspace() and omit != "none":
            beside = (_is_cjk(last), _is_cjk(word[0]))
            if not (any(beside) if omit == "either" else all(beside)):
                parts.append(" ")
                at += 1
        places.append((at, at + len(word)))
        parts.append(word)
        at, last = at + len(word), word[-1]
    return "".join(parts), places


def _is_cjk(letter: str) -> bool:
    return letter > "\u2fff" and _CJK.match(letter) is not None


def write(examples: Sequence[Example], path: Path) -> None:
    """Write examples, a sentence each, by document where they have one.

    Raises:
        InputError: entities overlap or hold no token, or a text holds none.
    """
    groups: dict[str, list[Example]] = {}
    for example in examples:
        groups.setdefault(f"d{example.document}" if example.document else f"e{example.id}", []).append(example)
    marked = any(example.document for example in examples)
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for group in groups.values():
            if marked:
                out.write(f"{_DOCUMENT}\tO\n\n")
            for example in group:
                out.write("\n".join(f"{word}\t{tag}" for word, tag in tagged(example)) + "\n\n")


def tagged(example: Example) -> list[tuple[str, str]]:
    """Return the tokens of a text with their BIO tags.

    Raises:
        InputError: entities overlap or hold no token, or the text holds none.
    """
    edges = [edge for entity in example.entities for edge in (entity.start, entity.end)]
    tokens = spans(example.text, edges)
    if not tokens:
        raise InputError(f"example {example.id!r}: columns cannot hold a text without a token")
    found: list[tuple[int, int, str]] = []
    for entity in sorted(example.entities, key=lambda e: (e.start, e.end)):
        inside = [n for n, (start, end) in enumerate(tokens) if start >= entity.start and end <= entity.end]
        if not inside or (found and inside[0] < found[-1][1]) or re.search(r"[\t\r\n]", entity.label):
            what = "overlaps another" if inside else "holds no token"
            raise InputError(f"example {example.id!r}: columns cannot hold entity {entity.id!r}, which {what}")
        found.append((inside[0], inside[-1] + 1, entity.label))
    words = [example.text[start:end] for start, end in tokens]
    return list(zip(words, tags.bio(len(words), found), strict=True))

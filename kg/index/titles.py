"""Which documents a text names: stretches of it that equal the title of a document which the viewer may see.

What a title names is told by its words alone, whoever wrote the text. An encyclopaedia, a wiki, a folder of contracts
or of product sheets is joined this way without a model: a passage that mentions another document leads to it.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Sequence

from kg.fusion.normalise import fold
from kg.index.shelves import Shelf
from kg.index.words import CJK, is_cjk, storable

LONGEST = 12
"""Most words of a title that is looked for in texts; in a script without spaces twice as many characters."""
MOST_NAMESAKES = 20
"""Documents of one title at most, by id: a title that more share names none of them."""

_TOKEN = re.compile(rf"[{CJK}]|[^\W_{CJK}]+")
_ASIDE = re.compile(r"\s*[(（][^()（）]*[)）]\s*$")
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")

Titled = tuple[int, int, tuple[str, ...]]
"""Where a text names documents: start, end, ids of the documents."""


def title_keys(title: str) -> dict[str, bool]:
    """Return what a title is looked up by: its words, also without an aside in brackets or a file's ending.

    Args:
        title: Of a document.

    Returns:
        Keys; whether each is the whole title.
    """
    keys: dict[str, bool] = {}
    for text, whole in ((title, True), (_ENDING.sub("", title), False), (_ASIDE.sub("", title), False)):
        words = [fold(match[0]) for match in _TOKEN.finditer(storable(text))]
        if len(words) <= (2 * LONGEST if words and is_cjk(words[0]) else LONGEST) and len("".join(words)) > 1:
            keys.setdefault(" ".join(words), whole)
    return keys


def find_titles(
    connection: sqlite3.Connection, shelves: Sequence[Shelf], texts: Sequence[str], *, cased: bool
) -> list[list[Titled]]:
    """Find the titles that texts name.

    Args:
        connection: In a transaction.
        shelves: What the viewer sees.
        texts: Passages, or a question.
        cased: Whether a title must begin as names do, with a capital, a digit or a character of a script without case.
            A single word always must.

    Returns:
        For each text its stretches in their order: where several begin at a place the longest, and none within another.
    """
    read = [[(m.start(), m.end(), fold(m[0])) for m in _TOKEN.finditer(storable(text))] for text in texts]
    keys = {key for text, tokens in zip(texts, read, strict=True) for _, _, key in _windows(text, tokens, cased)}
    if not keys or not shelves:
        return [[] for _ in texts]
    rows = connection.execute(
        "SELECT key, whole, document FROM title WHERE key IN (SELECT value FROM json_each(?)) "
        "AND +shelf IN (SELECT value FROM json_each(?)) ORDER BY key, whole DESC, document",
        (json.dumps(sorted(keys)), json.dumps([shelf.id for shelf in shelves])),
    ).fetchall()
    named: dict[str, list[str]] = {}
    whole: set[str] = set()
    for key, is_whole, document in rows:
        if is_whole:
            whole.add(key)
        if is_whole or key not in whole:  # "Kismet" names "Kismet", and "Kismet (film)" only where there is no other
            named.setdefault(key, []).append(document)
    named = {key: documents for key, documents in named.items() if len(documents) <= MOST_NAMESAKES}
    return [list(_longest(text, tokens, cased, named)) for text, tokens in zip(texts, read, strict=True)]


def _windows(text: str, tokens: Sequence[tuple[int, int, str]], cased: bool) -> Iterator[tuple[int, int, str]]:
    """Yield first and last token of every stretch that could be a title, and its key; the longest of a place first."""
    for first, (start, _, word) in enumerate(tokens):
        char = text[start]
        name_like = char.isupper() or char.isdigit() or is_cjk(char)
        if cased and not name_like:
            continue
        most = 2 * LONGEST if is_cjk(word) else LONGEST
        for last in range(min(len(tokens), first + most) - 1, first - (1 if name_like else 0), -1):
            yield first, last, " ".join(token for _, _, token in tokens[first : last + 1])


def _longest(
    text: str, tokens: Sequence[tuple[int, int, str]], cased: bool, named: dict[str, list[str]]
) -> Iterator[Titled]:
    end = -1
    for first, last, key in _windows(text, tokens, cased):
        if first > end and key in named:
            end = last
            yield tokens[first][0], tokens[last][1], tuple(named[key])

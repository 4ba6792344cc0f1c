"""The rule layer as an extractor: literals by pattern, names and codes from a user's dictionary."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from kg.types import ChunkKind, Page, Reading, Span, SpanKind, content_id
from nlp.rules.dictionary import Entry, read_dictionary
from nlp.rules.patterns import find_values
from nlp.rules.script import Pipelines, language_of

_BLANKS = str.maketrans("\n\r\t\u00a0", "    ")  # as long as before: offsets stay


class RuleReader:
    """Finds literals and dictionary entries; reads no relations, which rules read badly.

    Literals become `SpanKind.VALUE` spans with their value, entries of the dictionary names. Where both overlap, the
    dictionary stands. Two mentions of one entry in a document are the same with certainty. In table rows only names are
    sought.

    Args:
        dictionary: Entries, or the file that holds them (`nlp.rules.dictionary`). Only they need spaCy.
        types: The entity types that a dictionary file may use; any where None.
    """

    def __init__(self, dictionary: Path | str | Sequence[Entry] = (), types: Collection[str] | None = None) -> None:
        if isinstance(dictionary, Path | str):
            dictionary = read_dictionary(Path(dictionary), types)
        self._entries = tuple(dictionary)
        self.name = "rules@1"
        if self._entries:  # another dictionary is another reader: what it would find differs
            self.name += "+" + content_id("", *self._entries)[:8]
        self._matchers = Pipelines(self._matcher)
        meanings: dict[str, list[int]] = defaultdict(list)
        for index, entry in enumerate(self._entries):
            for spelling in entry.spellings:
                meanings[spelling].append(index)
        self._meanings = dict(meanings)

    def read(self, pages: Sequence[Page]) -> list[Reading]:
        """Read a batch of documents; spans in order, none overlapping, no links."""
        return [self._read(page) for page in pages]

    def _read(self, page: Page) -> Reading:
        spans: dict[tuple[int, int], Span] = {}
        mentions: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for chunk in page.chunks:
            text = page.text[chunk.start : chunk.end]
            language = language_of(text)
            names = self._names(text, language) if self._entries else []
            for start, end, meanings in names:
                at = chunk.start + start, chunk.start + end
                spans[at] = Span(*at, self._entries[meanings[0]].type, 1.0, SpanKind.NAME, None, self.name)
                if len(meanings) == 1:
                    mentions[meanings[0]].append(at)
            # a table's cells are typed by whoever knows its columns
            row = chunk.kind in (ChunkKind.ROW, ChunkKind.HEADER)
            for start, end, value in [] if row else find_values(text, language):
                if not any(start < stop and begin < end for begin, stop, _ in names):
                    at = chunk.start + start, chunk.start + end
                    spans[at] = Span(*at, value.kind, 1.0, SpanKind.VALUE, value, self.name)
        order = {at: index for index, at in enumerate(sorted(spans))}
        same = [
            (order[left], order[right], 1.0)
            for places in mentions.values()
            for left, right in pairwise(sorted(set(places)))
        ]
        return Reading(tuple(spans[at] for at in order), (), tuple(sorted(same)))

    def _names(self, text: str, language: str) -> list[tuple[int, int, list[int]]]:
        """Longest dictionary matches as (start, end, indices of the entries they may stand for)."""
        text = text.translate(_BLANKS)
        return [
            (start, end, self._meanings[spelling])
            for start, end, spelling in self._matchers[language](text)
            if _whole_word(text, start, end)
        ]

    def _matcher(self, pipeline: Any, language: str) -> Callable[[str], list[tuple[int, int, str]]]:
        from spacy.matcher import PhraseMatcher
        from spacy.util import filter_spans

        matcher = PhraseMatcher(pipeline.vocab)  # by tokens, in one pass whatever the dictionary's size
        for spelling in self._meanings:
            matcher.add(spelling, [pipeline.make_doc(spelling)])

        def match(text: str) -> list[tuple[int, int, str]]:
            longest = filter_spans(matcher(pipeline.make_doc(text), as_spans=True))
            return [(span.start_char, span.end_char, span.label_) for span in longest]

        return match


def _whole_word(text: str, start: int, end: int) -> bool:
    """Whether a match is no part of a longer Latin word or number; Chinese has no such borders."""
    before, after = text[start - 1 : start] + text[start], text[end - 1 : end + 1]
    return not any(len(pair) == 2 and pair.isascii() and pair.isalnum() for pair in (before, after))

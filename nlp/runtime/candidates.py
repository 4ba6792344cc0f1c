"""From tag scores to candidate mentions: what the tagger sees, and pronouns and plain noun phrases of closed lists."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from kg.types import SpanKind
from nlp.runtime.crf import viterbi
from nlp.runtime.pieces import Pieces

PRONOUNS = frozenset(
    {
        *("he", "him", "his", "himself", "she", "her", "hers", "herself", "it", "its", "itself"),
        *("they", "them", "their", "theirs", "themselves", "we", "us", "our", "ours", "ourselves"),
        *("I", "me", "my", "mine", "myself", "you", "your", "yours"),
        *("who", "whom", "whose", "which", "that", "where"),
    }
)
NOMINAL_HEADS = (
    *("company", "firm", "corporation", "business", "group", "bank", "organization", "organisation", "institution"),
    *("agency", "startup", "brand", "parent", "subsidiary", "university", "college", "school", "institute"),
    *("foundation", "charity", "union", "association", "society", "club", "team", "party", "band", "label", "studio"),
    *("publisher", "newspaper", "magazine", "airline", "retailer", "manufacturer", "museum", "hospital"),
)
CHINESE_PRONOUNS = ("他们", "她们", "它们", "他", "她", "它")
EMPTY = 0.02  # a pronoun with a smaller score refers to nothing: "that" in "he said that"
PLAUSIBLE = 0.1  # least share of a type that a relation may yet decide for
TOUCHING = 3.0  # the logit that a name loses which begins where another one ends
NEVER = -1e4
UNSPACED = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]{2}")
_YEAR = re.compile(r"\b\d{4}\b")
_PRONOUN = re.compile(
    rf"\b(?:{'|'.join(sorted(PRONOUNS, key=lambda w: (-len(w), w)))})\b"
    rf"|(?<![其吉维无])(?:{'|'.join(CHINESE_PRONOUNS)})(?![国乡])",
    re.IGNORECASE,
)
_NOMINAL = re.compile(
    rf"\b(?:the|this)\s+(?:{'|'.join(NOMINAL_HEADS)})\b(?!\s+(?:of|for)\b)"
    r"|(?:该|(?<![资日根])本)(?:公司|集团|企业|机构|银行|学校|大学|组织)|(?:^|(?<=[，。；,;]))公司(?![法章制])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible mention; `first` and `last` count the passage's pieces, last inclusive."""

    first: int
    last: int
    type: int  # index into the reader's types
    score: float
    kind: SpanKind
    types: tuple[tuple[int, float], ...] = ()  # every plausible type with its share, `type` among them


def closed_list(text: str) -> list[tuple[int, int, SpanKind]]:
    """Return the character spans of pronouns and plain noun phrases ("the company") of a passage."""
    found = [(m.start(), m.end(), SpanKind.NOMINAL) for m in _NOMINAL.finditer(text)]
    for match in _PRONOUN.finditer(text):
        word = match.group()
        if word == "i" or word == "US" or (word.isupper() and len(word) > 1):
            continue
        found.append((match.start(), match.end(), SpanKind.PRONOUN))
    return sorted(found)


def locate(pieces: Pieces, start: int, end: int) -> tuple[int, int] | None:
    """Return the first and last piece of a character span, widened to whole pieces; None where there are none."""
    first = bisect_left(pieces.ends, start + 1)
    last = bisect_left(pieces.starts, end) - 1
    return (first, last) if first <= last < len(pieces) else None


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Softmax over the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), dtype=np.float32)


def decode(pieces: Pieces, logits: NDArray[np.float32], lowered: float) -> list[Candidate]:
    """Find candidate mentions.

    Args:
        pieces: The passage.
        logits: Tag scores, shape (pieces, 1 + 2 * types): O, then B and I of each type.
        lowered: By how much the score of O is lowered: recall first, the relations decide later.

    Returns:
        Candidates in order, none overlapping another.
    """
    if not len(pieces):
        return []
    inside = softmax(logits)
    moved = logits.copy()
    moved[:, 0] -= lowered
    # Where no space marks words, each character decides alone: only a path through all of them holds names together.
    tags = np.array(viterbi(moved, _moves(moved.shape[1]))) if UNSPACED.search(pieces.text) else moved.argmax(axis=1)
    spans: list[list[int]] = []
    previous = -1
    for index, tag in enumerate(tags.tolist()):
        kind = (tag - 1) // 2 if tag else -1
        same_word = index > 0 and pieces.words[index] == pieces.words[index - 1]
        # Inside a word nothing begins: its first piece decides, the rest follows.
        if same_word and spans and spans[-1][1] == index - 1:
            spans[-1][1] = index
            continue
        if kind >= 0:
            if spans and spans[-1][1] == index - 1 and previous == kind and tag % 2 == 0:
                spans[-1][1] = index
            else:
                first = index
                while first > 0 and pieces.words[first] == pieces.words[first - 1]:
                    first -= 1
                spans.append([first, index, kind])
        previous = kind
    names = []
    for first, last, kind in mend(pieces, spans):
        score = float(1.0 - inside[first : last + 1, 0].mean())
        names.append(Candidate(first, last, kind, score, SpanKind.NAME, shares(inside[first : last + 1, 1:], kind)))
    return add_closed(pieces, names, inside)


@cache
def _moves(tags: int) -> NDArray[np.float32]:
    """What a step from tag to tag costs: I follows B or I of its own type alone; names hardly ever touch."""
    moves = np.zeros((tags + 2, tags), np.float32)
    moves[:, 2::2] = NEVER
    for begin in range(1, tags, 2):
        moves[[begin, begin + 1], begin + 1] = 0.0
    moves[1:tags, 1::2] = -TOUCHING
    return moves


def shares(tags: NDArray[np.float32], kind: int) -> tuple[tuple[int, float], ...]:
    """Share of each type in the tags of a span, of those that are plausible; `kind` always is."""
    by_type = tags.reshape(len(tags), -1, 2).sum(axis=(0, 2))
    part = by_type / max(float(by_type.sum()), 1e-9)
    return tuple((n, float(p)) for n, p in enumerate(part.tolist()) if p >= PLAUSIBLE or n == kind)


def mend(pieces: Pieces, spans: Sequence[Sequence[int]]) -> list[tuple[int, int, int]]:
    """Put together what belongs together: "February 17" and "1891", "Anna" and "of Prussia", "Cleves" and "-Berg".

    Args:
        pieces: The passage.
        spans: (first piece, last piece, type), in order.
    """
    out: list[tuple[int, int, int]] = []
    for first, last, kind in spans:
        if out and out[-1][2] == kind:
            before = pieces.text[pieces.starts[out[-1][0]] : pieces.ends[out[-1][1]]]
            gap = pieces.text[pieces.ends[out[-1][1]] : pieces.starts[first]]
            after = pieces.text[pieces.starts[first] : pieces.ends[last]]
            year = _YEAR.fullmatch(after) and not _YEAR.search(before) and gap.strip() in (",", "", "of")
            person = kind == 0 and gap.strip() in ("of", "of the")
            if gap == "-" or (kind == 3 and year) or person:
                out[-1] = (out[-1][0], last, kind)
                continue
        out.append((first, last, kind))
    return out


def add_closed(pieces: Pieces, names: Sequence[Candidate], inside: NDArray[np.float32]) -> list[Candidate]:
    """Add pronouns and plain noun phrases to the tagger's names; a longer name that holds one keeps its place."""
    found: list[Candidate] = []
    taken = list(names)
    for start, end, kind in closed_list(pieces.text):
        at = locate(pieces, start, end)
        if at is None or any(c.first <= at[0] and at[1] <= c.last and c.last - c.first > at[1] - at[0] for c in taken):
            continue
        taken = [c for c in taken if c.last < at[0] or c.first > at[1]]
        # A pronoun is a person, an organization or a place: the first three types.
        by_type = inside[at[0] : at[1] + 1, 1:7].reshape(at[1] - at[0] + 1, 3, 2).sum(axis=(0, 2))
        score = float(1.0 - inside[at[0] : at[1] + 1, 0].mean())
        if kind is SpanKind.PRONOUN and score < EMPTY:
            continue
        part = by_type / max(float(by_type.sum()), 1e-9)
        types = tuple((n, float(p)) for n, p in enumerate(part.tolist()) if p >= PLAUSIBLE)
        found.append(Candidate(at[0], at[1], int(by_type.argmax()), score, kind, types))
    return sorted([*taken, *found], key=lambda c: (c.first, c.last))

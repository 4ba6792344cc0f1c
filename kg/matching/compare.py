"""How alike two cells are, by the kind of their column: named features of one pair of cells that are not blank."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from kg.fusion.normalise import fold
from kg.matching.tokens import Tokens
from kg.values import parse_value

_MARKS = re.compile(r"[\W_]+")

NAME = ("equal", "spelling", "words sorted", "contained")
NUMBER = ("equal", "ratio", "larger")
DATE = ("equal", "signs", "days apart", "same year", "same month", "same day", "day and month swapped")
CODE = ("equal", "signs", "one ends with the other")
SOFT = ("words of left found", "words of right found", "rarest left alone", "rarest right alone")
DETAIL = (
    "codes shared",
    "codes apart",
    "likest code",
    "code written in the other",
    "numbers shared",
    "numbers of left alone",
    "numbers of right alone",
)


@lru_cache(maxsize=1 << 17)
def plain(text: str) -> str:
    """Fold a cell and drop its marks: " ".join of its runs of letters and digits."""
    return _MARKS.sub(" ", fold(text)).strip()


def compare_names(left: str, right: str) -> tuple[float, ...]:
    """The features `NAME`: equality, Jaro-Winkler, token sort ratio, partial ratio."""
    a, b = plain(left), plain(right)
    if a == b:
        return 1.0, 1.0, 1.0, 1.0
    return (
        0.0,
        JaroWinkler.similarity(a, b),
        fuzz.token_sort_ratio(a, b) / 100,
        fuzz.partial_ratio(a, b) / 100,
    )


@lru_cache(maxsize=1 << 16)
def number_of(text: str) -> float | None:
    """The number that a cell holds, whatever its unit or currency; None where it holds none."""
    value = parse_value(text)
    return value.number if value is not None and value.kind in ("Number", "Money") else None


def compare_numbers(left: str, right: str) -> tuple[float, ...]:
    """The features `NUMBER`: equality, smaller over larger, and the sign of the difference."""
    a, b = number_of(left), number_of(right)
    if a is None or b is None:
        return math.nan, math.nan, math.nan
    if a == b:
        return 1.0, 1.0, 0.0
    largest = max(abs(a), abs(b))
    return 0.0, max(0.0, 1 - abs(a - b) / largest), float(a > b) - float(a < b)


@lru_cache(maxsize=1 << 16)
def day_of(text: str) -> date | None:
    """The day that a cell names; None where it names none."""
    if len(text) == 8 and text.isdigit():
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    value = parse_value(text, "Date")
    try:
        return date.fromisoformat(value.text[:10]) if value is not None else None
    except ValueError:
        return None


def compare_dates(left: str, right: str) -> tuple[float, ...]:
    """The features `DATE`: equality, Damerau-Levenshtein over the digits, and how day, month and year agree."""
    a, b = _MARKS.sub("", left), _MARKS.sub("", right)
    signs = DamerauLevenshtein.normalized_similarity(a, b)
    one, two = day_of(left), day_of(right)
    if one is None or two is None:
        return (float(a == b), signs, *(math.nan,) * 5)
    swapped = one.year == two.year and (one.month, one.day) == (two.day, two.month)
    apart = math.log1p(abs((one - two).days))
    same = (one.year == two.year, one.month == two.month, one.day == two.day, swapped)
    return (float(one == two), signs, apart, *map(float, same))


def compare_codes(left: str, right: str) -> tuple[float, ...]:
    """The features `CODE`: equality, Damerau-Levenshtein, and whether one is the other's end (a country code less)."""
    a, b = _MARKS.sub("", fold(left)), _MARKS.sub("", fold(right))
    if a == b:
        return 1.0, 1.0, 1.0
    ends = min(len(a), len(b)) >= 5 and (a.endswith(b) or b.endswith(a))
    return 0.0, DamerauLevenshtein.normalized_similarity(a, b), float(ends)


class Rarity:
    """How telling a word is: its inverse document frequency over some texts, 0 (in all of them) to 1 (in one).

    Args:
        texts: The terms of each text.
    """

    def __init__(self, texts: Iterable[Iterable[str]]) -> None:
        frequency: Counter[str] = Counter()
        count = 0
        for text in texts:
            frequency.update(set(text))
            count += 1
        scale = math.log(1 + count) or 1.0
        self._weights: Mapping[str, float] = {
            term: math.log((1 + count) / (1 + found)) / scale + 0.01 for term, found in frequency.items()
        }

    def __getitem__(self, term: str) -> float:
        return self._weights.get(term, 1.0)

    def sum(self, terms: Iterable[str]) -> float:
        """How telling some words are together."""
        return sum(self._weights.get(term, 1.0) for term in terms)

    def most(self, terms: Iterable[str]) -> float:
        """How telling the most telling of some words is; 0 where there is none."""
        return max((self._weights.get(term, 1.0) for term in terms), default=0.0)


def compare_words(left: Tokens, right: Tokens, rarity: Rarity) -> tuple[float, ...]:
    """The features `SOFT`: the share of each side's words found in the other, and the rarest that is not.

    Soft TF-IDF of Cohen, Ravikumar and Fienberg (2003), each direction by itself.
    """
    mine, yours = set(left.words), set(right.words)
    if not mine or not yours:
        return math.nan, math.nan, math.nan, math.nan
    only_mine, only_yours = mine - yours, yours - mine
    found_left, alone_left = _found(mine, only_mine, only_yours, right.squashed, rarity)
    found_right, alone_right = _found(yours, only_yours, only_mine, left.squashed, rarity)
    return found_left, found_right, alone_left, alone_right


def _found(mine: set[str], alone: set[str], others: set[str], squashed: str, rarity: Rarity) -> tuple[float, float]:
    missed = rarest = 0.0
    for word in alone:
        if len(word) >= 4 and word in squashed:
            continue
        lost = rarity[word] * (1 - max((word_similarity(word, other) for other in others), default=0.0))
        missed += lost
        rarest = max(rarest, lost)
    return 1 - missed / rarity.sum(mine), rarest


@lru_cache(maxsize=1 << 20)
def word_similarity(a: str, b: str) -> float:
    """How likely two different words are one: an initial, a beginning, or a slip; numbers are never alike."""
    short, long = sorted((a, b), key=len)
    if any(char.isdigit() for char in short) or any(char.isdigit() for char in long):
        return 0.0
    if len(short) == 1:
        return 0.7 if long.startswith(short) else 0.0
    if long.startswith(short):
        return 0.85
    similarity = JaroWinkler.similarity(a, b)
    return similarity if similarity >= 0.87 else 0.0


def compare_details(left: Tokens, right: Tokens, rarity: Rarity) -> tuple[float, ...]:
    """The features `DETAIL`: what model numbers, versions and sizes agree and which contradict."""
    shared_codes = left.codes & right.codes
    written = {code for code in left.codes - shared_codes if code in right.squashed}
    written |= {code for code in right.codes - shared_codes if code in left.squashed}
    mine, yours = left.codes - shared_codes - written, right.codes - shared_codes - written
    agree = rarity.most(shared_codes)
    apart = min(rarity.most(mine), rarity.most(yours)) if not shared_codes and not written else 0.0
    likest = max((fuzz.ratio(a, b) / 100 for a in mine for b in yours), default=math.nan)
    numbers = left.numbers & right.numbers
    union = left.numbers | right.numbers
    return (
        agree,
        apart,
        1.0 if shared_codes else likest,
        float(max((len(code) for code in written), default=0)),
        len(numbers) / len(union) if union else math.nan,
        float(len(left.numbers - right.numbers)),
        float(len(right.numbers - left.numbers)),
    )

"""What the texts of records are compared by: words, numbers, and codes such as model numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from kg.fusion.normalise import fold, words

_DECIMAL = re.compile(r"(?<=\d)\s+(?=\.\d)")  # "v2 .0", as tokenisers leave it
_PIECE = re.compile(r"[\w./\-]*\d[\w./\-]*")
_MARKS = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_QUANTITY = re.compile(r"\d{1,4}(?:\.\d+)?[^\W\d]+")
_TRAILING_ZEROS = re.compile(r"(?:\.0+|(?<=\.\d)0+)$")


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text taken apart.

    Attributes:
        words: Its folded words, in order.
        numbers: Its numbers, "2.0" as "2".
        codes: Its model numbers and the like, without marks: "KX-TG9391T" is "kxtg9391t".
        squashed: Its letters and digits alone, to find a code in that is written with gaps.
    """

    words: tuple[str, ...]
    numbers: frozenset[str]
    codes: frozenset[str]
    squashed: str


@lru_cache(maxsize=1 << 17)
def tokens(text: str) -> Tokens:
    """Take a text apart."""
    plain = _DECIMAL.sub("", fold(text))
    codes: set[str] = set()
    numbers: set[str] = set()
    for piece in _PIECE.findall(plain):
        bare = _MARKS.sub("", piece)
        if is_code(bare):
            codes.add(bare)
        else:
            numbers.update(_TRAILING_ZEROS.sub("", number) for number in _NUMBER.findall(piece))
    return Tokens(words(text), frozenset(numbers), frozenset(codes), _MARKS.sub("", plain))


def is_code(bare: str) -> bool:
    """Whether letters and digits without marks look like a code: mixed, or five digits and more; "24mm" does not."""
    digits = sum(char.isdigit() for char in bare)
    if digits == len(bare):
        return digits >= 5
    return len(bare) >= 4 and digits >= 2 and not _QUANTITY.fullmatch(bare)

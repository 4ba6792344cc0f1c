"""How texts become what FTS5 counts, and questions become terms for it.

Chinese, Japanese and Korean are written without spaces between words (or with other ones than a search needs), so each
of their characters is indexed as a word of its own, and a question's characters are looked for in pairs, as phrases.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

CJK = (
    r"\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Ranges of the scripts without spaces, for a class of a regular expression."""

MOST_TERMS = 128  # of one query; what follows is left out

_CJK_CHARACTER = re.compile(f"[{CJK}]")
_PIECE = re.compile(rf"[{CJK}]+|[^\W_{CJK}]+")
POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)


def segment(text: str) -> str:
    """Return a text as it is given to FTS5: compatibility forms resolved, spaces around each CJK character.

    Args:
        text: Any text.
    """
    return _CJK_CHARACTER.sub(r" \g<0> ", unicodedata.normalize("NFKC", storable(text)).replace("\0", " "))


def storable(text: str) -> str:
    """Return a text that SQLite can hold: a lone surrogate becomes a question mark, so that lengths stay."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def query_terms(query: str) -> list[str]:
    """Return what a question looks for as FTS5 phrases, each quoted, so that nothing in it is FTS5's own syntax.

    A word is a term. Words joined by punctuation ("AT&T", "X-200") are terms and a phrase besides. A run of CJK
    characters gives its overlapping pairs.

    Args:
        query: What a person typed.

    Returns:
        Terms without doubles, at most `MOST_TERMS`, in order of appearance.
    """
    terms: dict[str, None] = {}
    for typed in storable(unicodedata.normalize("NFKC", query)).split():
        pieces = _PIECE.findall(POSSESSIVE.sub("", typed.strip("'’\"”").rstrip(".,;:!?")).lower())
        latin = [piece for piece in pieces if not is_cjk(piece)]
        for piece in pieces:
            for term in _pairs(piece) if is_cjk(piece) else (piece,):
                terms[" ".join(term) if is_cjk(term) else term] = None
        if len(pieces) == len(latin) > 1:
            terms[" ".join(pieces)] = None
        if len(terms) >= MOST_TERMS:
            break
    return [f'"{term}"' for term in list(terms)[:MOST_TERMS]]


def quoted(phrase: str) -> str:
    """Return the FTS5 phrase of some words in a row, empty where there is none.

    Args:
        phrase: Any text.
    """
    words = [char for piece in _PIECE.findall(segment(phrase).lower()) for char in piece.split()]
    return f'"{" ".join(words)}"' if words else ""


def name_terms(norm: str) -> list[str]:
    """Return what a normalised name can be found by in part: its words, or the overlapping pairs of a CJK run."""
    return [term for piece in _PIECE.findall(norm) for term in (_pairs(piece) if is_cjk(piece) else (piece,))]


def _pairs(run: str) -> list[str]:
    return [run] if len(run) == 1 else [a + b for a, b in pairwise(run)]


def is_cjk(text: str) -> bool:
    """Whether a text begins with a character of a script without spaces."""
    return _CJK_CHARACTER.match(text) is not None


def has_letters(text: str) -> bool:
    """Whether a text holds a letter; without one it has no meaning that a vector could tell."""
    return any(char.isalpha() for char in text)

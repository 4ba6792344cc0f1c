"""Names as they are compared: without case, accents, legal forms, titles and punctuation, in whatever script."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from kg.fusion.lexicon import lexicon, places

_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ŋ": "ng", "ѐ": "е"}
)
_APOSTROPHES = re.compile(r"['’‘`´ʼʹ′]")
_POSSESSIVE = re.compile(r"['’](s)?\s*$", re.IGNORECASE)
_JOINED_AND = re.compile(r"(?<=\w)[&+](?=\w)")
_AND = re.compile(r"\s[&+]\s")
_NOT_WORD = re.compile(r"[^\w]+|_+")
_HAN = r"\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_HAN_SPACE = re.compile(rf"(?<=[{_HAN}])[\s·・‧•]+(?=[{_HAN}])")
_HAN_ONLY = re.compile(rf"[{_HAN}]+")
_INITIALS = re.compile(r"\b\w(?: \w\b)+")


@lru_cache(maxsize=1 << 16)
def fold(text: str) -> str:
    """Return a text in lower case, compatibility forms resolved, accents of Latin, Greek and Cyrillic dropped."""
    text = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    if text.isascii():
        return text
    kept: list[str] = []
    base = ""
    for char in unicodedata.normalize("NFD", text):
        # A vowel sign of Thai or a voicing mark of Japanese is part of the letter; an accent here is not.
        if unicodedata.combining(char) and unicodedata.name(base or " ", "").startswith(("LATIN", "GREEK", "CYRILLIC")):
            continue
        if not unicodedata.combining(char):
            base = char
        kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept))


@lru_cache(maxsize=1 << 16)
def words(text: str) -> tuple[str, ...]:
    """Split a name into folded words; a run of initials is one ("U.S." is "us"), Chinese loses its spaces."""
    text = fold(_POSSESSIVE.sub("", text.strip()))
    text = _JOINED_AND.sub("", _AND.sub(" and ", _APOSTROPHES.sub("", text)))
    text = _HAN_SPACE.sub("", _NOT_WORD.sub(" ", text)).strip()
    return tuple(_INITIALS.sub(lambda run: run.group().replace(" ", ""), text).split())


@lru_cache(maxsize=1 << 16)
def name_words(text: str) -> tuple[str, ...]:
    """Split a name into the words that identify: no article or title first, no legal form last, if any are left."""
    lists = lexicon()
    rest = list(words(text))
    while len(rest) > 1 and (rest[0] == "the" or rest[0] in lists.plain_titles):
        del rest[0]
    while len(rest) > 1 and (rest[-1] in lists.legal_forms or rest[-1] == "and"):
        del rest[-1]
    if rest and _HAN_ONLY.fullmatch(rest[-1]):
        rest[-1] = _without_suffix(rest[-1])
    return tuple(rest)


def normalise_name(text: str) -> str:
    """Return the form under which names are looked up and compared for equality.

    Args:
        text: A name as it stands in a text, of any type and script.

    Returns:
        Lower-case words joined by single spaces; empty only where the text holds no letter or digit.
    """
    return " ".join(name_words(text))


def acronyms(text: str) -> frozenset[str]:
    """Return the acronyms a name of several words may go by, with and without its small words."""
    parts = [part for part in words(text.replace("-", "")) if part not in ("and", "the")]
    named = len([part for part in name_words(text.replace("-", "")) if part != "and"])
    if named < 2 or not all(part.isascii() for part in parts):
        return frozenset()
    small = lexicon().particles | {"of", "for", "in", "at", "on"}
    shorts = set()
    for end in range(named, len(parts) + 1):  # "Fairmount Food Group LLC" is FFG as well as FF
        row = parts[:end]
        shorts |= {"".join(part[0] for part in row), "".join(part[0] for part in row if part not in small)}
    return frozenset(short for short in shorts if 2 <= len(short) <= 8)


def is_acronym(text: str) -> bool:
    """Whether a name is written as an acronym: one word of 2 to 8 characters, letters all capital."""
    bare = re.sub(r"[.&\s-]", "", text)
    return 2 <= len(bare) <= 8 and bare.isascii() and bare.isupper() and len(text.split()) <= max(1, text.count("."))


@lru_cache(maxsize=1 << 16)
def place_name(text: str) -> str | None:
    """Return the country or state that a name, code or adjective stands for ("French": france), None where unknown.

    Codes of up to three letters count only in capitals or as abbreviations with a full stop.
    """
    plain = " ".join(words(text)).removeprefix("the ")
    found = places().get(plain)
    if found is None:
        return None
    code = plain.replace(" ", "")
    written_as_code = text.isupper() or text.rstrip().endswith(".") or (len(text) == 2 and text.istitle())
    return found if len(code) > 3 or not code.isascii() or written_as_code else None


def skeleton(word: str) -> str:
    """Return a word's first letter and consonants without doublings, so that most misspelt vowels do not matter."""
    if not word.isascii() or len(word) < 6:
        return word
    bare = word[0] + re.sub(r"[aeiouyh]", "", word[1:])
    return re.sub(r"(.)\1+", r"\1", bare)


def _without_suffix(name: str) -> str:
    lists = lexicon()
    for suffixes in (lists.legal_forms_zh, lists.titles_zh):
        changed = True
        while changed:
            changed = False
            for suffix in suffixes:
                if name.endswith(suffix) and len(name) >= len(suffix) + (2 if suffixes is lists.legal_forms_zh else 1):
                    name, changed = name.removesuffix(suffix), True
                    break
    return name

"""Cuts a multilingual Unigram vocabulary down to the pieces that some languages need."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence

from kg.errors import SettingsError

SPACE = "▁"
HAN = r"㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"
LETTERS = {
    "en": "a-z",
    "de": "a-zäöüß",
    "fr": "a-zàâæçéèêëîïôœùûüÿ",
    "es": "a-záéíñóúü",
    "it": "a-zàèéìíîòóùú",
    "pt": "a-záâãàçéêíóôõú",
    "zh": HAN,
}
DEFAULT_PIECES = {True: 38_000, False: 30_000}  # with Chinese, without
SPECIAL = 4  # <s>, <pad>, </s>, <unk> come first, <mask> last


def choose(
    pieces: Sequence[str], languages: Sequence[str], size: int, *, characters: bool, lexicon: Collection[str] = ()
) -> list[int]:
    """Choose pieces, best first: special ones; every character by itself; pieces in a lexicon; the most frequent.

    A Unigram vocabulary is sorted by probability, so that the order of the ids is the order of frequency, but over a
    hundred languages; a lexicon (the word pieces of a tokenizer for one language) puts that language's pieces first.

    Args:
        pieces: The whole vocabulary in order of its ids.
        languages: Keys of `LETTERS`.
        size: How many to keep, special ones included.
        characters: Whether every Han character will stand alone, so that pieces of several are of no use.
        lexicon: Lower-case words and parts of words in the Latin script; empty: all are as good.

    Returns:
        Ids in rising order.

    Raises:
        SettingsError: an unknown language, or a size that does not even hold the characters.
    """
    unknown = [language for language in languages if language not in LETTERS]
    if unknown or not languages:
        raise SettingsError(f"languages are some of {', '.join(LETTERS)}, not {', '.join(unknown) or 'none'}")
    script = re.compile(f"[{''.join(LETTERS[language] for language in languages)}]+", re.IGNORECASE)
    han = re.compile(f"[{HAN}]")
    always: list[int] = []
    listed: list[int] = []
    rest: list[int] = []
    for number in range(SPECIAL, len(pieces) - 1):
        body = pieces[number].removeprefix(SPACE)
        if len(body) <= 1 and (not body or _single(body, script)):
            if not (characters and body != pieces[number] and han.match(body)):
                always.append(number)
        elif _plain(body, script):
            if characters and han.search(body):
                continue
            known = not lexicon or body.isdigit() or han.search(body) or body.lower() in lexicon
            (listed if known else rest).append(number)
    room = size - SPECIAL - 1 - len(always)
    if room < 0:
        raise SettingsError(f"{size} pieces are too few: single characters alone are {len(always)}")
    chosen = always + (listed + rest)[:room]
    return [*range(SPECIAL), *sorted(chosen), len(pieces) - 1]


def _single(letter: str, script: re.Pattern[str]) -> bool:
    """Whether a character is wanted by itself: of the script, Latin, Greek, a digit, a sign."""
    if script.fullmatch(letter) or unicodedata.category(letter)[0] in "PSN":
        return True
    return unicodedata.name(letter, "").startswith(("LATIN", "GREEK", "IDEOGRAPHIC", "COMBINING"))


def _plain(body: str, script: re.Pattern[str]) -> bool:
    """Whether a piece holds nothing but letters of the script, ASCII digits, signs."""
    rest = script.sub("", body)
    return all((letter.isascii() and letter.isdigit()) or unicodedata.category(letter)[0] in "PS" for letter in rest)

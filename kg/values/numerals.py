"""Numerals: from digits, groups, scales and words, English and Chinese, to exact decimals."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal

SCALES = {
    "hundred": 10**2,
    "thousand": 10**3,
    "lakh": 10**5,
    "million": 10**6,
    "crore": 10**7,
    "billion": 10**9,
    "bn": 10**9,
    "trillion": 10**12,
}
"""Scale words that mean nothing else."""

SHORT_SCALES = {
    "k": 10**3,
    "m": 10**6,
    "mn": 10**6,
    "mm": 10**6,
    "mio": 10**6,
    "b": 10**9,
    "mrd": 10**9,
    "t": 10**12,
    "tn": 10**12,
    "trn": 10**12,
}
"""Scale letters, which are scales only beside a currency: 3m is a length elsewhere."""

HAN_SCALES = {
    "百": 10**2,
    "千": 10**3,
    "万": 10**4,
    "萬": 10**4,
    "十万": 10**5,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "億": 10**8,
    "十亿": 10**9,
    "百亿": 10**10,
    "千亿": 10**11,
    "万亿": 10**12,
    "兆": 10**12,
}

HAN_DIGITS = {char: i for i, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "兩": 2}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000}

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
WORDS = {word: i for i, word in enumerate(_ONES)} | {word: 20 + 10 * i for i, word in enumerate(_TENS)}
WORDS |= {f"{ten}-{one}": WORDS[ten] + WORDS[one] for ten in _TENS for one in _ONES[1:10]}

_GROUP_SPACE = re.compile(r"(?<=\d)[\u00a0\u2009\u202f'’](?=\d{3}(?!\d))")
_PLAIN = re.compile(r"(?:(?:0|[1-9]\d{0,14})(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,2})?")
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?|[1-9]\d?(?:,\d{2})+,\d{3}(?:\.\d+)?")
_CONTINENTAL = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+,\d+|[1-9]\d{0,2}(?:\.\d{3}){2,}")
_COMMA = re.compile(r"(?:0|[1-9]\d{0,14}),\d+")
_DIGITS = re.compile(r"[+-]?(?:\d(?:[\d.,]*\d)?(?:[eE][+-]?\d{1,2}(?![\w.]))?|\.\d+)")


def alternatives(names: Iterable[str]) -> str:
    """Return a regular expression for any of these names, the longest first."""
    return "|".join(sorted(map(re.escape, names), key=lambda name: (-len(name), name)))


_SCALE = re.compile(
    rf"\s*-?(?:(?P<en>{alternatives(SCALES)})s?(?![A-Za-z])|(?P<zh>{alternatives(HAN_SCALES)}))", re.IGNORECASE
)
_SHORT = re.compile(rf"\s*(?P<en>{alternatives(SHORT_SCALES)})\.?(?![A-Za-z])", re.IGNORECASE)
_WORD = re.compile(rf"(?P<word>{alternatives(WORDS)})(?![A-Za-z-])", re.IGNORECASE)
_HAN = re.compile(f"[{''.join(HAN_DIGITS)}十百千万亿]+")


def fold(text: str) -> str:
    """Fold a literal's spelling: full-width forms, minus signs, spaces between groups of digits, runs of blanks."""
    if not text.isascii():
        text = text.replace("\u2212", "-").replace("\u2011", "-")
    text = unicodedata.normalize("NFKC", _GROUP_SPACE.sub("", text))
    return " ".join(text.split())


def canonical(number: Decimal) -> str:
    """Write a decimal in the one way that equal numbers share: no exponent, no superfluous zero."""
    return format(number.normalize() if number else Decimal(0), "f")


def parse_digits(text: str) -> Decimal | None:
    """Read digits with their separators.

    A comma before three digits groups (1,234), any other single comma is a decimal one (3,5; 0,125); with both signs
    the last is decimal (1.234,56). Numbers with leading zeros and of more than 15 plain digits are codes.
    """
    sign, text = (-1, text[1:]) if text.startswith("-") else (1, text.removeprefix("+"))
    if _PLAIN.fullmatch(text):
        number = Decimal(text)
    elif _GROUPED.fullmatch(text):
        number = Decimal(text.replace(",", ""))
    elif _CONTINENTAL.fullmatch(text):
        number = Decimal(text.replace(".", "").replace(",", "."))
    elif _COMMA.fullmatch(text):
        number = Decimal(text.replace(",", "."))
    else:
        return None
    return sign * number if -30 < number.adjusted() < 30 else None


def parse_han(text: str) -> Decimal | None:
    """Read a number in Chinese characters (一亿二千万); None for digits in a row (years) and short forms (三百五)."""
    if len(text) > 24:
        return None
    if len(text) > 1 and text[-1] in HAN_DIGITS and text[-2] not in "十零〇":
        return None
    hundred_millions = ten_thousands = section = 0
    digit: int | None = None
    for i, char in enumerate(text):
        if char in HAN_DIGITS:
            if digit:
                return None
            digit = HAN_DIGITS[char]
        elif char in _HAN_UNITS:
            if not digit and (char != "十" or (i and text[i - 1] not in "零〇万亿")):
                return None
            section += (digit or 1) * _HAN_UNITS[char]
            digit = None
        else:
            section += digit or 0
            if not section and not (char == "亿" and ten_thousands):
                return None
            if char == "万":
                ten_thousands = section * 10**4
            else:
                hundred_millions, ten_thousands = (ten_thousands + section) * 10**8, 0
            section, digit = 0, None
    return Decimal(hundred_millions + ten_thousands + section + (digit or 0))


def read_numeral(text: str, *, short_scales: bool = False) -> tuple[Decimal, str] | None:
    """Read the numeral that a folded text begins with.

    Args:
        text: Such as "1.5 billion dollars", "2亿3000万元", "twenty-five percent".
        short_scales: Whether k, m, bn and the like count as scales.

    Returns:
        The number and the rest of the text, or None where it begins with no numeral.
    """
    if match := _DIGITS.match(text):
        number = parse_digits(match[0])
    elif match := _WORD.match(text):
        number = Decimal(WORDS[match["word"].lower()])
    elif match := _HAN.match(text):
        number = parse_han(match[0])
    else:
        return None
    if number is None:
        return None
    rest = text[match.end() :]
    scale = _SCALE.match(rest) or (_SHORT.match(rest) if short_scales else None)
    if scale is None:
        return number, rest
    han = scale.groupdict().get("zh")
    factor = HAN_SCALES[han] if han else (SCALES | SHORT_SCALES)[scale["en"].lower()]
    number, rest = number * factor, rest[scale.end() :]
    if han and rest[:1].isdigit():  # 2亿3000万: lower places follow
        lower = read_numeral(rest)
        if lower is None or not 0 < lower[0] < factor:
            return None
        return number + lower[0], lower[1]
    if not han and (again := _SCALE.match(rest)) and again["en"]:  # "five hundred million", "3 lakh crore"
        return number * SCALES[again["en"].lower()], rest[again.end() :]
    return number, rest

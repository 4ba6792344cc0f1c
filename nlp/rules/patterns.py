"""Where literals stand in a running text: regular expressions that propose, `kg.values` that decides."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.types import Value
from kg.values import parse_date, parse_email, parse_money, parse_number, parse_url
from kg.values.addresses import EMAIL, URL
from kg.values.dates import MONTHS
from kg.values.money import CODES, NAMES, SYMBOLS
from kg.values.numerals import HAN_SCALES, SCALES, SHORT_SCALES, WORDS, alternatives
from kg.values.units import UNITS

Found = tuple[int, int, Value]


def _either(names: set[str]) -> str:
    """Any of these names: Latin ones end at a word's end, Chinese ones anywhere."""
    latin = {name for name in names if name.isascii() or not name[-1].isalpha()}
    words = {name for name in latin if name[-1].isalnum()}
    ends = [rf"(?:{alternatives(words)})(?![A-Za-z0-9])"] if words else []
    return "(?:" + "|".join([*ends, *([alternatives(names - words)] if names - words else [])]) + ")"


# A number must not continue a word, a code, a longer number or a range, nor be continued by one.
# Chinese text has no spaces: its characters are no part of a word here.
_W = r"A-Za-z0-9_\u00c0-\u024f"
_START = rf"(?<![{_W}.,/$€£¥₹])(?<![{_W}%][-–—])"
_MINUS = r"(?:(?<![^\s(（:：])[-−])?"
_END = r"(?!代)(?![.,]?\d)(?!\s?[-–—]\s?[$€£¥₹]?\d)"
_NUM = r"(?:\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?)"
_COMMA_NUM = r"(?:\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+,\d{1,2})"  # continental; only where a unit or currency settles it
_SCALE = rf"(?:[\s-]?(?:{alternatives(SCALES)})(?![A-Za-z]))"
_SHORT = rf"(?:{alternatives([*SCALES, *SHORT_SCALES])})(?![A-Za-z0-9])"
_HAN_SCALE = f"(?:{alternatives(HAN_SCALES)})"
_HAN_NUM = (
    r"(?<![零〇一二两三四五六七八九十百千万亿])[一二两三四五六七八九十][零〇一二两三四五六七八九十百千万亿]{1,24}"
)
_MIXED = rf"(?:\d[\d,]{{0,24}}(?:\.\d+)?\s?{_HAN_SCALE}(?:\d+{_HAN_SCALE})?|{_HAN_NUM})"
_WORDS = rf"(?:{alternatives(WORDS)})"
_CURRENCY = _either(
    {*NAMES, *(f"{name}s" for name in NAMES if name.isascii()), *CODES, *(s for s in SYMBOLS if len(s) == 1)}
)
_UNIT = _either(set(UNITS))
_SIGN = rf"(?:{alternatives(SYMBOLS)}|(?:{alternatives(CODES)})(?=[\s\d]))"

# The lookaheads only make it fast: most characters cannot begin a literal.
_SIGN_STARTS = re.escape("".join(sorted({name[0] for name in (*SYMBOLS, *CODES)})))
_QUANTITY = re.compile(
    rf"(?=[-−\d百一二两三四五六七八九十{_SIGN_STARTS}])(?:"
    + "|".join(
        (
            rf"(?<![{_W}$])(?<!\d[-–—]){_MINUS}{_SIGN}\s?[-−]?(?:{_MIXED}|(?:{_NUM}|{_COMMA_NUM})(?:[\s-]?{_SHORT})?){_END}(?:\s?{_CURRENCY})?",
            rf"{_START}{_MINUS}(?:{_MIXED}|{_NUM}(?:[\s-]?{_SHORT})?|{_COMMA_NUM}{_SCALE}?)[\s-]?{_CURRENCY}{_END}",
            rf"{_START}{_MINUS}(?:{_MIXED}|{_NUM}{_SCALE}?|{_COMMA_NUM}{_SCALE}?)[\s-]?{_UNIT}{_END}",
            rf"{_START}{_MINUS}{_NUM}{_SCALE}{_END}",
            rf"{_START}(?:\d[\d,]{{0,24}}(?:\.\d+)?\s?{_HAN_SCALE}){_END}",
            r"百分之(?:\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百]+)",
        )
    )
    + ")"
)
_SPELT = re.compile(
    rf"(?<![{_W}-]){_WORDS}(?:{_SCALE}{{1,2}}(?:\s(?:{_CURRENCY}|{_UNIT}))?|\s(?:percent|per cent|{_CURRENCY}))"
    rf"(?![{_W}])",
    re.IGNORECASE,
)
_SPELT_HINTS = (*SCALES, "percent", "per cent", "dollar", "euro", "pound", "yen", "yuan", "rupee", "franc")

_MONTH = rf"(?:{alternatives([*(m.title() for m in MONTHS), *(m.upper() for m in MONTHS)])})"
_NTH = r"\d{1,2}(?:st|nd|rd|th)?"
_TIME = r"[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|\s?[+-]\d\d:?\d\d)?"
_HAN_DIGIT = "[零〇○一二三四五六七八九]"
_DATE = re.compile(
    r"(?=[\d零〇○一二三四五六七八九JFMASOND])(?:"
    + "|".join(
        (
            rf"(?<![{_W}/.]){_NTH}(?:\sof)?[\s.-]?{_MONTH}\.?(?:\s?,)?[\s-]\d{{4}}(?!\d)",
            rf"(?<![{_W}]){_MONTH}\.?\s{_NTH}(?:\s?,)?\s\d{{4}}(?!\d)",
            rf"(?<![{_W}]){_MONTH}\.?(?:\s?,|\sof)?[\s-]\d{{4}}(?![\d-])",
            rf"(?<![{_W}/.-])\d{{4}}-\d\d-\d\d(?:{_TIME})?(?![{_W}-])",
            rf"(?<![{_W}/.-])\d{{4}}([/.])\d{{1,2}}\1\d{{1,2}}(?![{_W}/-])",
            rf"(?<![{_W}/.-])\d{{1,2}}([/.])\d{{1,2}}\2\d{{4}}(?![{_W}/-])",
            r"(?<!\d)\d{4}\s?年(?!代)(?:\s?\d{1,2}\s?月(?:\s?\d{1,2}\s?[日号])?)?",
            rf"{_HAN_DIGIT}{{4}}年(?:[一二三四五六七八九十]{{1,2}}月(?:[一二三四五六七八九十]{{1,3}}[日号])?)?",
        )
    )
    + ")"
)
# A year alone is a date after such a word or in brackets, and not before what it may count ("in 2000 homes"); after an
# article it is one before a capital ("the 2004 Olympics").
_YEAR = re.compile(
    r"(?<=[\s(-])(?:1[5-9]|20)\d\d(?![\w%]|[.,/]\d|\s?[-–—]\s?\d|['’]s|\s(?:[a-z]{3,}s|BC|AD|CE)\b)",
)
_BEFORE_YEAR = re.compile(
    r"(?:\b(?:in|since|from|until|till|through|during|between|before|after|around|by|early|late|mid|years?|born|died"
    r"|founded|established|incorporated|spring|summer|autumn|fall|winter|as\sof|\d{4}\s?,?\s(?:to|and|or|until|through))"
    r"[\s-](?:of\s)?|\()$",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"(?:\b(?:an?|the|its|his|her|their)|['’]s)\s$", re.IGNORECASE)
_CAPITAL = re.compile(r"\s[A-Z]")


def find_values(text: str, language: str = "en") -> list[Found]:
    """Find the literals in a text.

    Args:
        text: Any text.
        language: "en" or "zh", for what is written alike in both.

    Returns:
        Start, end and value of each, in order, none overlapping: of two that overlap a date to the month or day stands,
        else the longer.
    """
    found = sorted(_proposals(text, language), key=_precedence)
    taken = bytearray(len(text))
    kept = []
    for start, end, value in found:
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            kept.append((start, end, value))
    return sorted(kept, key=lambda one: one[0])


def _precedence(one: Found) -> tuple[bool, int, int, str]:
    start, end, value = one
    return value.kind != "Date" or len(value.text) <= 4, start - end, start, value.kind


def _proposals(text: str, language: str) -> Iterator[Found]:
    if "@" in text:
        for match in _EMAILS.finditer(text):
            if value := parse_email(match[0]):
                yield match.start(), match.end(), value
    if "://" in text or "www." in text.lower():
        for match in _URLS.finditer(text):
            if value := parse_url(match[0]):
                yield match.start(), match.end(), value
    if _DIGIT.search(text):
        for match in _DATE.finditer(text):
            if value := parse_date(match[0]):
                yield match.start(), match.end(), value
        for match in _YEAR.finditer(text):
            start, end = match.span()
            from_ = max(0, start - 20)
            told = _BEFORE_YEAR.search(text, from_, start)
            if not told and _CAPITAL.match(text, end):
                told = _ARTICLE.search(text, from_, start)
            if told and (value := parse_date(match[0])):
                yield start, end, value
        for match in _QUANTITY.finditer(text):
            if value := parse_money(match[0], language=language) or parse_number(match[0]):
                yield match.start(), match.end(), value
    lower = text.lower()
    if any(hint in lower for hint in _SPELT_HINTS):
        for match in _SPELT.finditer(text):
            if value := parse_money(match[0]) or parse_number(match[0]):
                yield match.start(), match.end(), value


_EMAILS = re.compile(rf"(?<![{_W}.@+-]){EMAIL}(?![{_W}@-])")
_URLS = re.compile(rf"(?<![{_W}.@/]){URL}", re.IGNORECASE)
_DIGIT = re.compile(r"[0-9０-９一二三四五六七八九]")

"""Chinese names in Latin letters, by pinyin without tones: 华为 is huawei, 曾国藩 is zengguofan."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice, product

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_ALL_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]{1,12}")
MOST = 16
"""A name has this many readings at most; of a character with several the usual one comes first."""
_SURNAMES = {
    "曾": "zeng",
    "单": "shan",
    "仇": "qiu",
    "解": "xie",
    "查": "zha",
    "任": "ren",
    "朴": "piao",
    "尉": "yu",
    "区": "ou",
}


def has_han(text: str) -> bool:
    """Whether there is a Chinese character in a text."""
    return _HAN.search(text) is not None


def in_latin(*names: str) -> frozenset[str]:
    """Return how normalised names read in Latin letters, without spaces; none for a name not wholly in Chinese."""
    return frozenset(reading for name in names for reading in _readings(name))


@lru_cache(maxsize=1 << 14)
def _readings(name: str) -> tuple[str, ...]:
    name = name.replace(" ", "")
    if not _ALL_HAN.fullmatch(name):
        return ()
    from pypinyin import Style, lazy_pinyin, pinyin  # its tables are for those who have Chinese names

    usual = "".join(lazy_pinyin(name, v_to_u=False))
    each = [[_SURNAMES[name[0]]]] if name[0] in _SURNAMES else pinyin(name[0], style=Style.NORMAL, heteronym=True)
    each += pinyin(name[1:], style=Style.NORMAL, heteronym=True)
    return tuple(dict.fromkeys((usual, *islice(map("".join, product(*each)), MOST))))

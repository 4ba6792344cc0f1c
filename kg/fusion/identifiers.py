"""Identifiers that are one thing's alone, "kind:value": those that a source states, and numbers of public registers.

A register's number is taken from a cell whose column is called after the register, and only where its check digits
are right. It joins whatever states it, but for different rows of one table: then the column says something else of each
row, a holding's security or a branch's parent, and identifies none of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.fusion.normalise import fold

STATED = frozenset({"iri"})
"""Kinds that a source states to be identities (a resource's address, owl:sameAs): these join rows of a table too."""

_COLUMNS = {
    **dict.fromkeys(("lei", "leicode", "legalentityidentifier"), "lei"),
    **dict.fromkeys(("isin", "isincode"), "isin"),
    **dict.fromkeys(("uscc", "unifiedsocialcreditcode", "creditcode", "统一社会信用代码", "社会信用代码"), "uscc"),
    **dict.fromkeys(("duns", "dunsnumber", "dunsno"), "duns"),
    **dict.fromkeys(("orcid",), "orcid"),
}
_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def identifier_of(predicate: str, text: str) -> str | None:
    """Return the identifier that a cell gives its row, "lei:5493001KJTIIGC8Y1R12", or None where it gives none.

    Args:
        predicate: The column's relation, "LEI_CODE".
        text: The cell's text.
    """
    kind = _COLUMNS.get(fold(predicate).removeprefix("has_").replace("_", ""))
    if kind is None:
        return None
    value = re.sub(r"[\s-]", "", text).upper().removeprefix("HTTPS://ORCID.ORG/")
    return f"{kind}:{value}" if _CHECKS[kind](value) else None


def _lei(value: str) -> bool:
    """ISO 17442: 18 letters or digits and two check digits, ISO 7064 MOD 97-10."""
    return bool(re.fullmatch(r"[0-9A-Z]{18}\d\d", value)) and int("".join(_digits(value))) % 97 == 1


def _isin(value: str) -> bool:
    """ISO 6166: a country, nine letters or digits, and Luhn's check digit."""
    if not re.fullmatch(r"[A-Z]{2}[0-9A-Z]{9}\d", value):
        return False
    digits = [int(digit) for digit in "".join(_digits(value))][::-1]
    return sum(digits[::2]) % 10 == -sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2]) % 10


def _uscc(value: str) -> bool:
    """GB 32100-2015: 17 characters and a check character modulo 31."""
    if not re.fullmatch(rf"[{_USCC}]{{18}}", value):
        return False
    total = sum(_USCC.index(char) * pow(3, place, 31) for place, char in enumerate(value[:17]))
    return _USCC[(31 - total % 31) % 31] == value[17]


def _duns(value: str) -> bool:
    return bool(re.fullmatch(r"\d{9}", value)) and len(set(value)) > 2


def _orcid(value: str) -> bool:
    """ISO 7064 MOD 11-2."""
    if not re.fullmatch(r"\d{15}[\dX]", value):
        return False
    total = 0
    for digit in value[:15]:
        total = (total + int(digit)) * 2
    return "0123456789X"[(12 - total % 11) % 11] == value[15]


_CHECKS = {"lei": _lei, "isin": _isin, "uscc": _uscc, "duns": _duns, "orcid": _orcid}


def _digits(value: str) -> Iterator[str]:
    return (str(int(char, 36)) for char in value)

"""Typed literals as values that can be compared."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from kg.ingest.cells import cell_of
from kg.rdf.reading import Literal
from kg.rdf.vocabulary import XSD
from kg.types import Value
from kg.values import parse_boolean, parse_date, parse_url

_INTEGERS = frozenset(
    (
        *("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger"),
        *("negativeInteger", "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte"),
    )
)
_DATES = frozenset(("date", "dateTime", "dateTimeStamp", "gYear", "gYearMonth"))
_ZONE = re.compile(r"(?<=\d)(Z|[+-]\d\d:\d\d)$")
VALUE_TYPES = {
    **dict.fromkeys((*_INTEGERS, "decimal", "double", "float"), "Number"),
    **dict.fromkeys(_DATES, "Date"),
    "boolean": "Boolean",
    "anyURI": "Url",
}
"""The ontology's types of value by the local names of XML Schema's datatypes; every other literal is text."""


def value_type(datatype: str) -> str:
    """The ontology's type of value for a datatype."""
    return VALUE_TYPES.get(datatype.removeprefix(XSD), "Text") if datatype.startswith(XSD) else "Text"


def value_of(literal: Literal) -> Value | None:
    """The value of a literal; None where it is text, or not what its datatype says."""
    if not literal.datatype.startswith(XSD):
        return None
    name, text = literal.datatype.removeprefix(XSD), literal.text.strip()
    match VALUE_TYPES.get(name):
        case "Number":
            return _number(text, name in _INTEGERS)
        case "Date":
            plain = text if name.startswith("dateTime") else _ZONE.sub("", text)
            return parse_date(plain)
        case "Boolean":
            return parse_boolean({"1": "true", "0": "false"}.get(text, text))
        case "Url":
            return parse_url(text)
        case _:
            return None


def _number(text: str, whole: bool) -> Value | None:
    try:
        return cell_of(int(text) if whole else Decimal(text)).value
    except (ValueError, InvalidOperation, OverflowError):
        return None

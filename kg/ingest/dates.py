"""Dates of documents, as their formats write them."""

from __future__ import annotations

import datetime as dt
import re

from kg.values import parse_date

_ISO = re.compile(r"\d{4}(-\d\d(-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?\s?(Z|[+-]\d\d:?\d\d)?)?)?)?$")
_PDF = re.compile(r"(?:D:)?(\d{4})(\d\d)?(\d\d)?(?:(\d\d)(\d\d)(\d\d)?)?")


def iso_date(text: str) -> str | None:
    """Write a date as ISO 8601, at its own precision; None where it is none."""
    plain = text.strip()
    if _ISO.match(plain):
        if len(plain) <= 10:
            found = parse_date(plain)
            return found.text if found else None
        try:
            return dt.datetime.fromisoformat(plain.replace(" Z", "Z")).isoformat(timespec="seconds")
        except ValueError:
            return None
    found = parse_date(plain) if len(plain) < 100 else None
    return found.text if found else None


def pdf_date(text: str) -> str | None:
    """Write a PDF date ("D:20240131...") as ISO 8601, to the day."""
    match = _PDF.match(text.strip())
    return iso_date("-".join(part for part in match.groups()[:3] if part)) if match else None

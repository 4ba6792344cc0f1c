"""Names of authors as files give them, without those that programs write by themselves."""

from __future__ import annotations

import re

from kg.ingest.composer import one_line

_SEVERAL = re.compile(r"\s*[;；、|]\s*|\s+and\s+|\s+&\s+")
_COMMA = re.compile(r"\s*,\s*")
_LIST_OF_PROGRAMS = (
    "admin administrator anonymous apache author default docx4j guest ilovepdf libreoffice none openpyxl owner pandoc "
    "python-docx python-pptx root system test unknown unnamed user username windows xlsxwriter"
)
_PROGRAMS = frozenset(_LIST_OF_PROGRAMS.split())
_PROGRAM_WORDS = re.compile(
    r"(?i)\b(microsoft|office user|acrobat|adobe|apache poi|openoffice|libreoffice|latex|version \d|scanner|printer)\b"
    r"|https?://|\.(com|org|net|exe)\b|^\W*$|^[\d\W]+$"
)
_LONGEST = 80


def author_names(*texts: str | None) -> tuple[str, ...]:
    """Split what a file says of its authors into names; "Lovelace, Ada" is one."""
    found: list[str] = []
    for text in texts:
        for piece in _SEVERAL.split(one_line(text or "")):
            parts = _COMMA.split(piece)
            # One comma between single words is "Family, Given"; others stand between people.
            turned = len(parts) == 2 and all(part and " " not in part for part in parts)
            found += [f"{parts[1]} {parts[0]}"] if turned else parts
    return tuple(dict.fromkeys(name for name in found if _is_name(name)))


def _is_name(text: str) -> bool:
    return 1 < len(text) <= _LONGEST and text.lower() not in _PROGRAMS and not _PROGRAM_WORDS.search(text)

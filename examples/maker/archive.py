"""Zip containers with nothing in them that depends on when or where they were written."""

from __future__ import annotations

import io
import re
import zipfile

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that a zip file can hold


def settle(data: bytes, modified: str) -> bytes:
    """Rewrite an Office file with fixed dates.

    Args:
        data: A docx or xlsx file.
        modified: What its properties should give as the time of the last change (ISO 8601, UTC).

    Returns:
        The same file, equal for equal content (and the same zlib).
    """
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + modified.encode(), content)
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            new.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()

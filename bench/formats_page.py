"""The page about formats, made of what the bench measured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

Row = dict[str, Any]

_OCR = frozenset({"image"})


def page(rows: Sequence[Row]) -> str:
    """Write the page: what becomes of files by format, then the peers where they were measured."""
    parts = [_HEAD, _statuses(rows)]
    if len(rows[0]["tools"]) > 1:
        parts += [_PEERS, _references(rows), _agreed(rows), _total(rows)]
    return "\n".join(parts) + "\n"


def _statuses(rows: Sequence[Row]) -> str:
    lines = ["| format | files | documents ready | others, and why |", "|---|--:|--:|---|"]
    for name in _formats(rows):
        of = [row for row in rows if row["format"] == name]
        ready = sum(status == "ready" for row in of for status, _ in row["documents"])
        others = [
            f"{row['file'].rpartition('/')[2]}: {status}, {reason.split('; those that are read')[0].rstrip('.')}"
            for row in of
            for status, reason in row["documents"]
            if status != "ready"
        ]
        lines.append(f"| {name} | {len(of)} | {ready} | {'; '.join(others).replace('|', '/')} |")
    documents = Counter(status for row in rows for status, _ in row["documents"])
    lines.append(f"| **all** | {len(rows)} | {documents['ready']} | {sum(documents.values()) - documents['ready']} |")
    return "\n".join(lines) + "\n"


def _references(rows: Sequence[Row]) -> str:
    tools = list(rows[0]["tools"])
    lines = [f"| file | words | {' | '.join(tools)} |", f"|---|--:|{'--:|' * len(tools)}"]
    total: Counter[str] = Counter()
    for row in (row for row in rows if row["reference"]):
        found = [row["tools"][tool]["reference"] for tool in tools]
        total.update({"words": row["reference"], **dict(zip(tools, found, strict=True))})
        lines.append(f"| {row['file']} | {row['reference']} | {' | '.join(map(str, found))} |")
    lines.append(f"| **all** | {total['words']} | {' | '.join(str(total[tool]) for tool in tools)} |")
    return "Words of the reference text that are found, where the collection has one:\n\n" + "\n".join(lines) + "\n"


def _agreed(rows: Sequence[Row]) -> str:
    tools = list(rows[0]["tools"])
    heads = " | ".join(f"{tool}: words | s | failed" for tool in tools)
    lines = [f"| format | files | agreed words | {heads} |", f"|---|--:|--:|{'--:|' * (3 * len(tools))}"]
    for name in [*_formats(rows), None]:
        of = [row for row in rows if row["format"] == name] if name else _text(rows)
        cells = []
        for tool in tools:
            cells += [
                str(sum(row["tools"][tool]["agreed"] for row in of)),
                f"{sum(row['tools'][tool]['cpu'] for row in of):.1f}",
                str(sum(row["tools"][tool]["failed"] for row in of)),
            ]
        words = sum(row["agreed"] for row in of)
        lines.append(f"| {name or '**all but pictures**'} | {len(of)} | {words} | {' | '.join(cells)} |")
    return _AGREED + "\n".join(lines) + "\n"


def _total(rows: Sequence[Row]) -> str:
    tools = [tool for tool in rows[0]["tools"] if tool != "loregraph"]
    lines = []
    for tool in tools:
        of = [row for row in _text(rows) if not row["tools"][tool]["failed"]]
        ours, theirs = (sum(row["tools"][name]["cpu"] for row in of) for name in ("loregraph", tool))
        lines.append(f"Over the {len(of)} files that {tool} reads: {ours:.1f} s against its {theirs:.1f} s.")
    only = [
        row["file"]
        for row in rows
        if row["tools"]["loregraph"]["failed"] and not all(row["tools"][t]["failed"] for t in tools)
    ]
    lines.append(f"Files of which a peer gives text and Loregraph none: {', '.join(only) or 'none'}.")
    return "\n".join(lines)


def _formats(rows: Sequence[Row]) -> list[str]:
    return sorted({row["format"] for row in rows})


def _text(rows: Sequence[Row]) -> list[Row]:
    """All but pictures and scans: a peer reads those only with a service or models that are not here."""
    return [row for row in rows if row["format"] not in _OCR and row["agreed"]]


_HEAD = """# Formats

Made by `python -m bench formats --peers DIR --write docs/formats.md`. The files are real ones, from the public
collections of docling and unstructured (`../shared/data/formats`, beside the repository); a file inside a file (an
attachment, a member of an archive) is a document of its own. Pictures and scans are read with the extra `ocr`.
"""

_PEERS = """## Beside markitdown and docling-slim

All three on the same files, one process and one thread each; the seconds are the processor's, without starting.
markitdown 0.1.9 with all its extras. docling-slim 2.143.0 with its extras for these formats and without torch: of PDFs
the lines of its parser are taken, since its pipeline wants models from a hub; what it has for speech is put aside.
"""

_AGREED = """The other files have no reference text. Their *agreed words* are those that at least two of the three tools
find, as often as the second best finds each; the table says how many of them each tool finds.

"""

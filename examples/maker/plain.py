"""Markdown, plain text, JSON lines and CSV."""

from __future__ import annotations

import csv
import io
import json

from maker.recipe import Recipe, Rows


def markdown(recipe: Recipe) -> bytes:
    """Write Markdown with a title, headings, lists, quotes and pipe tables."""
    parts = [f"# {recipe.title}", f"*{recipe.author}, {recipe.date}*"]
    for block in recipe.blocks:
        if block.kind == "heading":
            parts.append(f"## {block.text}")
        elif block.kind == "quote":
            parts.append("\n".join(f"> {line}".rstrip() for line in block.text.splitlines()))
        elif block.kind == "bullets":
            parts.append("\n".join(f"- {row[0]}" for row in block.rows))
        elif block.kind == "table":
            head, *rows = block.rows
            lines = [head, ["---"] * len(head), *rows]
            parts.append("\n".join("| " + " | ".join("" if c is None else str(c) for c in row) + " |" for row in lines))
        else:
            parts.append(block.text)
    return ("\n\n".join(parts) + "\n").encode()


def text(recipe: Recipe) -> bytes:
    """Write plain text in the recipe's `encoding` (UTF-8 unless told), headings underlined by what separates them."""
    parts = [recipe.title, f"{recipe.author}, {recipe.date}"]
    for block in recipe.blocks:
        if block.kind == "bullets":
            parts.append("\n".join(f"  * {row[0]}" for row in block.rows))
        elif block.kind == "heading":
            parts.append(f"{block.text}\n{'-' * len(block.text)}")
        else:
            parts.append(block.text)
    return ("\n\n".join(parts) + "\n").encode(recipe.extra.get("encoding", "utf-8"))


def json_lines(recipe: Recipe) -> bytes:
    """Write a document a line: id, title, date and text."""
    lines = ({key: line[key] for key in ("id", "title", "date", "text")} for line in recipe.extra["lines"])
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()


def comma_separated(recipe: Recipe) -> bytes:
    """Write the recipe's one table, as Excel does: CRLF, and a byte order mark where `encoding` is utf-8-sig."""
    rows: Rows = next(block.rows for block in recipe.blocks if block.kind == "table")
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(recipe.extra.get("encoding", "utf-8"))

"""Everything a viewer may see, for other programs: statements as JSON lines, RDF as Turtle, the graph as GraphML."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kg.errors import SettingsError
from kg.export.graphml import graphml
from kg.export.jsonl import jsonl
from kg.export.turtle import turtle
from kg.ledger.database import Ledger
from kg.types import Viewer

FORMATS: dict[str, Callable[[Ledger, Viewer], Iterator[str]]] = {"jsonl": jsonl, "ttl": turtle, "graphml": graphml}


def export(format_name: str, ledger: Ledger, viewer: Viewer) -> Iterator[str]:
    """Export in a format.

    Returns:
        The text in pieces.

    Raises:
        SettingsError: there is no such format.
    """
    if format_name not in FORMATS:
        raise SettingsError(f"there is no export format {format_name!r}; known: {', '.join(FORMATS)}")
    return FORMATS[format_name](ledger, viewer)

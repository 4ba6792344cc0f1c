"""Everything a viewer may see, for other programs: statements as JSON lines, RDF as Turtle, the graph as GraphML."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module

from kg.errors import SettingsError
from kg.ledger.database import Ledger
from kg.types import Viewer

# Module and function of each format: loaded when it is asked for, since RDF's library takes its time.
FORMATS = {"jsonl": "kg.export.jsonl:jsonl", "ttl": "kg.export.turtle:turtle", "graphml": "kg.export.graphml:graphml"}


def export(format_name: str, ledger: Ledger, viewer: Viewer) -> Iterator[str]:
    """Export in a format.

    Returns:
        The text in pieces.

    Raises:
        SettingsError: there is no such format.
    """
    if format_name not in FORMATS:
        raise SettingsError(f"there is no export format {format_name!r}; known: {', '.join(FORMATS)}")
    module, _, name = FORMATS[format_name].partition(":")
    write: Callable[[Ledger, Viewer], Iterator[str]] = getattr(import_module(module), name)
    return write(ledger, viewer)

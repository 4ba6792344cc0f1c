"""Logical forms as parametrised, read-only Cypher over Loregraph's own graph."""

from assistant.ask.cypher.render import NAMES_IN_COUNT, Rendered, render

__all__ = ["NAMES_IN_COUNT", "Rendered", "render"]

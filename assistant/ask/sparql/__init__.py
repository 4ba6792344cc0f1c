"""Logical forms as SPARQL over what `loregraph export --format ttl` writes."""

from assistant.ask.sparql.render import render

__all__ = ["render"]

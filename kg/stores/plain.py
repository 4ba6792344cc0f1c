"""Results as plain values, without engine ids: what JSON can carry."""

from __future__ import annotations

from typing import Any


def plain(value: Any) -> Any:
    """Return a value of a result as plain Python.

    Args:
        value: What the driver returned.

    Returns:
        None, bool, int, float, str, and lists and dicts of them. A node is a dict of `labels` and `properties`, a
        relationship one of `type` and `properties`, a path the list of what it passes; dates and times are ISO 8601.
    """
    from neo4j.graph import Node, Path, Relationship

    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)) and not hasattr(value, "srid"):
        return [plain(item) for item in value]
    if isinstance(value, Node):
        return {"labels": sorted(value.labels), "properties": {key: plain(item) for key, item in sorted(value.items())}}
    if isinstance(value, Relationship):
        return {"type": value.type, "properties": {key: plain(item) for key, item in sorted(value.items())}}
    if isinstance(value, Path):
        steps: list[Any] = [value.nodes[0]]
        for relationship, node in zip(value.relationships, value.nodes[1:], strict=True):
            steps += [relationship, node]
        return [plain(step) for step in steps]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if hasattr(value, "iso_format"):
        return value.iso_format()
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).hex()
    return str(value)

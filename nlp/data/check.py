"""What must hold of a labelled text before anything is learned from it."""

from __future__ import annotations

from collections.abc import Iterable

from nlp.data.example import Example


def problem(example: Example) -> str | None:
    """Say what is wrong with an example: spans that do not fit, ids that are unknown or not unique, empty names.

    Returns:
        One sentence, or None where nothing is.
    """
    for name, value in (("text", example.text), ("pair", example.pair), ("question", example.question)):
        if value and not _encodable(value):
            return f"{name} holds half of a surrogate pair: its characters were cut in two"
    return _entities(example) or _relations(example) or _whole(example)


def _entities(example: Example) -> str | None:
    seen: set[str] = set()
    for entity in example.entities:
        said = f"entity {entity.id!r} ({entity.label!r})"
        if not entity.label:
            return f"entity {entity.id!r} has no label"
        if wrong := span_problem(example.text, entity.start, entity.end):
            return f"{said} {wrong}"
        if entity.id in seen:
            return f"entity id {entity.id!r} is there twice"
        seen.add(entity.id)
    return None


def _relations(example: Example) -> str | None:
    known = {entity.id for entity in example.entities}
    for relation in example.relations:
        if not relation.label:
            return f"a relation from {relation.head!r} to {relation.tail!r} has no label"
        for end in (relation.head, relation.tail):
            if end not in known:
                return f"relation {relation.label!r} names entity {end!r}, which the text does not have"
    for cluster in example.clusters:
        for member in cluster:
            if member not in known:
                return f"a cluster names entity {member!r}, which the text does not have"
    return None


def _whole(example: Example) -> str | None:
    if any(not label.name for label in example.labels or ()):
        return "a label is empty"
    if example.answers and example.question is None:
        return "there is an answer but no question"
    for answer in example.answers:
        if wrong := span_problem(example.text, answer.start, answer.end):
            return f"an answer {wrong}"
    return None


def span_problem(text: str, start: int, end: int) -> str | None:
    """Say why a stretch is none of a text, or None where it is."""
    if start == end:
        return f"is empty: it starts and ends at {start}"
    if start < 0 or start > end:
        return f"runs from {start} to {end}"
    if end > len(text):
        utf16 = len(text.encode("utf-16-le", "surrogatepass")) // 2
        hint = "; its offsets seem to count UTF-16 units, code points are needed" if end <= utf16 else ""
        return f"ends at {end}, past the end of the text, which has {len(text)} characters{hint}"
    return None


def surface_problem(text: str, start: int, end: int, surface: str) -> str | None:
    """Say that a stretch does not read as the file says, or None where it does."""
    if text[start:end] == surface:
        return None
    return f"reads {text[start:end]!r} at {start} to {end} where the file says {surface!r}"


def first_repeated(names: Iterable[str]) -> str | None:
    """Return the first name that came before."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True

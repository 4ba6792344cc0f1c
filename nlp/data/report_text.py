"""The data report as a person reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from nlp.data.counts import Counts
from nlp.data.report import DataReport

_SHOWN = 5
_MOST_LABELS = 20
_KINDS = {
    "labels": "equal texts with different labels",
    "entities": "equal texts with different entities",
    "surface": "one surface with different labels among similar words",
    "unmarked": "a surface that is marked nearly everywhere else",
}


def render(report: DataReport) -> str:
    """Say a report for a person, in lines of at most 120 characters or a little more."""
    rows = list(_rows(report.sets, report.longest))
    names = list(report.sets)
    first = max(len(title) for title, _ in rows)
    width = max(7, *(len(cell) for _, cells in rows for cell in cells))
    lines = [" " * first + "".join(f"  {name:>{width}}" for name in names)]
    lines += [f"{title:<{first}}" + "".join(f"  {cell:>{width}}" for cell in cells) for title, cells in rows]
    for overlap in report.overlaps:
        if overlap.equal or overlap.near or overlap.documents:
            some = ", ".join(f"{a} = {b}" for a, b in overlap.examples[:_SHOWN])
            lines += [
                "",
                f"{overlap.first} and {overlap.second} share {overlap.equal} equal, {overlap.near} nearly equal texts "
                f"and {len(overlap.documents)} documents" + (f": {some}" if some else ""),
            ]
    for kind, group in groupby(sorted(report.suspects, key=lambda s: s.kind), key=lambda s: s.kind):
        found = list(group)
        lines += ["", f"Look at these {len(found)}: {_KINDS[kind]}"]
        lines += [f"  {one.set} {one.id}{f' at {one.start}' if one.end else ''}: {one.says}" for one in found[:_SHOWN]]
        if len(found) > _SHOWN:
            lines.append(f"  and {len(found) - _SHOWN} more")
    if report.warnings:
        lines += ["", *(f"Mind: {warning}" for warning in report.warnings)]
    return "\n".join(lines)


def _rows(sets: Mapping[str, Counts], window: int) -> Iterator[tuple[str, list[str]]]:
    counts = list(sets.values())

    def row(title: str, values: list[int], always: bool = False) -> Iterator[tuple[str, list[str]]]:
        if always or any(values):
            yield title, [f"{value:,}" for value in values]

    yield from row("texts", [c.texts for c in counts], always=True)
    yield from row("documents", [c.documents for c in counts], always=True)
    unit = counts[0].lengths.unit if counts else "words"
    yield from row(f"{unit}, median", [c.lengths.median for c in counts], always=True)
    yield from row(f"{unit}, 95% have at most", [c.lengths.most for c in counts], always=True)
    yield from row(f"{unit}, longest", [c.lengths.longest for c in counts], always=True)
    yield from row(f"longer than {window}", [len(c.too_long) for c in counts])
    yield from row("repeated texts", [c.repeated for c in counts])
    for title, of in (
        ("texts of two", [c.pairs for c in counts]),
        ("questions", [c.questions for c in counts]),
        ("questions without an answer", [c.unanswerable for c in counts]),
        ("texts to write", [c.targets for c in counts]),
        ("partly annotated texts", [c.partial for c in counts]),
    ):
        yield from row(title, of)
    for kind in ("label", "entity", "relation"):
        yield from _by_label(kind, [getattr(c, "entities" if kind == "entity" else kind + "s") for c in counts])
    if any(c.labels for c in counts):
        yield from row("texts without an annotated label", [c.unlabelled for c in counts])
        yield from row("texts with several labels", [c.multiple for c in counts])
    if any(c.entities for c in counts):
        yield from row("texts without an entity", [c.without_entities for c in counts])
        yield from row("entities inside another", [c.nested for c in counts])
        yield from row("entities that cross another", [c.crossing for c in counts])
        yield from row("entities marked twice", [c.doubled for c in counts])
        yield from row("clusters of entities", [c.clusters for c in counts])


def _by_label(kind: str, sets: list[Mapping[str, int]]) -> Iterator[tuple[str, list[str]]]:
    names = list(dict.fromkeys(name for one in sets for name in one))
    for name in names[:_MOST_LABELS]:
        yield f"{kind} {name}", [f"{one.get(name, 0):,}" for one in sets]
    if len(names) > _MOST_LABELS:
        rest = [sum(one.get(name, 0) for name in names[_MOST_LABELS:]) for one in sets]
        yield f"{len(names) - _MOST_LABELS} further {kind} names", [f"{value:,}" for value in rest]

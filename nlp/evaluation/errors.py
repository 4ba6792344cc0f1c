"""The error report of a model: what it takes for what, what it misses and invents, with the places where it does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from nlp.data.example import Entity, Example

MOST, EACH, AROUND, WIDEST = 20, 3, 60, 30
Errors = dict[str, list[str]]  # a kind of error -> the places


def report(gold: Sequence[Example], predicted: Sequence[Example], title: str) -> str:
    """Write the error report as markdown.

    Args:
        gold: Annotated texts.
        predicted: The same texts in the same order, as a model read them.
        title: Its first line.
    """
    pairs = list(zip(gold, predicted, strict=True))
    parts = [f"# {title}\n"]
    if any(example.labels is not None for example in gold):
        parts += [*_confusion(pairs), _section("Labels", _labels(pairs))]
    if any(one.entities != other.entities for one, other in pairs):
        parts.append(_section("Entities", _entities(pairs)))
    if any(example.relations for pair in pairs for example in pair):
        parts.append(_section("Relations", _relations(pairs)))
    if any(example.clusters for pair in pairs for example in pair):
        parts.append(_section("Coreference", _clusters(pairs)))
    if any(example.question is not None for example in gold):
        parts.append(_section("Answers", _answers(pairs)))
    if any(example.target is not None for example in gold):
        parts.append(_section("Texts", _targets(pairs)))
    return "\n".join(parts)


def _section(title: str, errors: Errors) -> str:
    lines = [f"## {title}\n"]
    if not errors:
        return "\n".join([*lines, "No errors.\n"])
    kinds = sorted(errors, key=lambda kind: (-len(errors[kind]), kind))
    lines += ["| error | times |", "|---|---:|", *(f"| {kind} | {len(errors[kind])} |" for kind in kinds[:MOST])]
    if len(kinds) > MOST:
        lines.append(f"| {len(kinds) - MOST} others | {sum(len(errors[kind]) for kind in kinds[MOST:])} |")
    for kind in kinds[:MOST]:
        lines += [f"\n### {kind} ({len(errors[kind])})\n", *(f"- {place}" for place in errors[kind][:EACH])]
    return "\n".join(lines) + "\n"


def _confusion(pairs: Sequence[tuple[Example, Example]]) -> list[str]:
    """The confusion matrix, where labels exclude each other and are few enough to be read."""
    if any(len(example.labels or ()) != 1 for pair in pairs for example in pair):
        return []
    taken: dict[tuple[str, str], int] = defaultdict(int)
    for one, other in pairs:
        taken[_names(one)[0], _names(other)[0]] += 1
    names = sorted({name for pair in taken for name in pair})
    if len(names) > WIDEST:
        return []
    rows = [
        f"| **{_plain(name)}** | {' | '.join(str(taken.get((name, other), 0) or '') for other in names)} |"
        for name in names
    ]
    head = f"| gold \\ predicted | {' | '.join(map(_plain, names))} |"
    return ["## Confusion matrix\n", head, "|---|" + "---:|" * len(names), *rows, ""]


def _names(example: Example) -> list[str]:
    return sorted(label.name for label in example.labels or ())


def _labels(pairs: Iterable[tuple[Example, Example]]) -> Errors:
    errors: Errors = defaultdict(list)
    for one, other in pairs:
        known, found = set(_names(one)), set(_names(other))
        if one.annotated is not None:
            found &= one.annotated | known
        place = f"{_plain(one.id)}: {_excerpt(one.text)}" + (f" / {_excerpt(one.pair)}" if one.pair else "")
        if len(known) == len(found) == 1 and known != found:
            errors[f"{_plain(min(known))} taken for {_plain(min(found))}"].append(place)
            continue
        for name in sorted(known - found):
            errors[f"{_plain(name)} missed"].append(place)
        for name in sorted(found - known):
            errors[f"{_plain(name)} invented"].append(place)
    return errors


def _entities(pairs: Iterable[tuple[Example, Example]]) -> Errors:
    errors: Errors = defaultdict(list)
    for one, other in pairs:
        known = {(e.start, e.end, e.label): e for e in one.entities}
        found = {
            (e.start, e.end, e.label): e for e in other.entities if one.annotated is None or e.label in one.annotated
        }
        missed = [known[key] for key in known if key not in found]
        invented = [found[key] for key in found if key not in known]
        for entity in missed:
            near = [e for e in invented if e.start < entity.end and entity.start < e.end]
            near.sort(key=lambda e: (e.label != entity.label, (e.start, e.end) != (entity.start, entity.end)))
            if not near:
                errors[f"{_plain(entity.label)} missed"].append(_at(one, entity))
                continue
            invented.remove(near[0])
            place = _at(one, entity)
            same_place = (near[0].start, near[0].end) == (entity.start, entity.end)
            if not same_place:
                place += f" — found: {_quote(one.text[near[0].start : near[0].end])}"
            if near[0].label == entity.label:
                errors[f"{_plain(entity.label)} with other boundaries"].append(place)
            else:
                more = "" if same_place else ", with other boundaries"
                errors[f"{_plain(entity.label)} taken for {_plain(near[0].label)}{more}"].append(place)
        for entity in invented:
            errors[f"{_plain(entity.label)} invented"].append(_at(one, entity))
    return errors


def _relations(pairs: Iterable[tuple[Example, Example]]) -> Errors:
    errors: Errors = defaultdict(list)
    for one, other in pairs:
        known, found = _edges(one), _edges(other)
        if one.annotated is not None:
            found = {edge for edge in found if edge[2] in one.annotated or edge in known}
        missed, invented = sorted(known - found), sorted(found - known)
        for edge in missed:
            head, tail, label = edge
            rival = next((e for e in invented if e[:2] == edge[:2]), None)
            turned = next((e for e in invented if e == (tail, head, label)), None)
            if rival is not None:
                invented.remove(rival)
                errors[f"{_plain(label)} taken for {_plain(rival[2])}"].append(_edge(one, edge))
            elif turned is not None:
                invented.remove(turned)
                errors[f"{_plain(label)} turned round"].append(_edge(one, edge))
            else:
                errors[f"{_plain(label)} missed"].append(_edge(one, edge))
        for edge in invented:
            errors[f"{_plain(edge[2])} invented"].append(_edge(one, edge))
    return errors


Edge = tuple[tuple[int, int], tuple[int, int], str]


def _edges(example: Example) -> set[Edge]:
    place = {e.id: (e.start, e.end) for e in example.entities}
    return {(place[r.head], place[r.tail], r.label) for r in example.relations}


def _edge(example: Example, edge: Edge) -> str:
    (start, end), (first, last), label = edge
    text = example.text
    sentence = _excerpt(text[max(0, min(start, first) - AROUND) : max(end, last) + AROUND], 4 * AROUND)
    return f"{_plain(example.id)}: {_quote(text[start:end])} {_plain(label)} {_quote(text[first:last])} — {sentence}"


def _clusters(pairs: Iterable[tuple[Example, Example]]) -> Errors:
    errors: Errors = defaultdict(list)
    for one, other in pairs:
        known, found = _links(one), _links(other)
        for kind, links in (("link missed", known - found), ("link invented", found - known)):
            for a, b in sorted(links):
                pair = f"{_quote(one.text[slice(*a)])} = {_quote(one.text[slice(*b)])}"
                errors[kind].append(f"{_plain(one.id)}: {pair}")
    return errors


def _links(example: Example) -> set[tuple[tuple[int, int], tuple[int, int]]]:
    """Neighbours in each cluster, in the order of the text."""
    place = {e.id: (e.start, e.end) for e in example.entities}
    ordered = [sorted(place[member] for member in cluster if member in place) for cluster in example.clusters]
    return {(a, b) for spans in ordered for a, b in pairwise(spans)}


def _answers(pairs: Iterable[tuple[Example, Example]]) -> Errors:
    errors: Errors = defaultdict(list)
    for one, other in pairs:
        right = {one.text[a.start : a.end] for a in one.answers}
        said = other.text[other.answers[0].start : other.answers[0].end] if other.answers else None
        place = f"{_plain(one.id)}: {_excerpt(one.question or '')}"
        if said is None and right:
            errors["answer missed"].append(f"{place} — right: {_quote(min(right))}")
        elif said is not None and not right:
            errors["answered though the text does not say"].append(f"{place} — said: {_quote(said)}")
        elif said is not None and said not in right:
            kind = "other boundaries" if any(said in r or r in said for r in right) else "wrong answer"
            errors[kind].append(f"{place} — said: {_quote(said)}, right: {_quote(min(right))}")
    return errors


def _targets(pairs: Iterable[tuple[Example, Example]]) -> Errors:
    errors: Errors = defaultdict(list)
    for one, other in pairs:
        if one.target is not None and one.target != other.target:
            errors["not the text that was expected"].append(
                f"{_plain(one.id)}: {_quote(other.target or '')} — expected: {_quote(one.target)}"
            )
    return errors


def _at(example: Example, entity: Entity) -> str:
    text = example.text
    before = _plain(text[max(0, entity.start - AROUND) : entity.start], strip=False)
    after = _plain(text[entity.end : entity.end + AROUND], strip=False)
    return f"{_plain(example.id)}: {before}**{_plain(text[entity.start : entity.end])}**{after}"


def _quote(text: str) -> str:
    return f'"{_excerpt(text)}"'


def _excerpt(text: str, most: int = 2 * AROUND) -> str:
    return _plain(text if len(text) <= most else text[: most - 1] + "…")


def _plain(text: str, strip: bool = True) -> str:
    """Text that markdown shows as it is."""
    flat = "".join(char if char.isprintable() else " " for char in text)
    for sign in "\\`*_[]<>|#":
        flat = flat.replace(sign, f"\\{sign}")
    return flat.strip() if strip else flat

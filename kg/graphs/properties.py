"""Property graphs, as GraphML files and graph databases hold them: labels, names, attributes in our terms."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kg.graphs.graph import Claim, Text
from kg.graphs.names import business, relation_name, type_name
from kg.graphs.roles import THING, Kind, kind_type, parent_of
from kg.graphs.wording import Words, language_of, spaced
from kg.ingest.cells import Cell, cell_of
from kg.ingest.composer import one_line
from kg.ingest.tables import full_name
from kg.ontology import EntityType, Relation
from kg.types import Value
from kg.values import parse_value

KIND = "kind"
"""The relation to further labels of a node, beside the one that is its type."""
NAMES = (
    *("name", "title", "label", "displayName", "display_name", "fullName", "full_name", "caption", "prefLabel"),
    *("名称", "姓名", "名字", "标题"),
)
"""Attributes that say what a node is called, the likeliest first."""
_THING = type_name(THING)
ALIASES = frozenset(("aliases", "alias", "alsoKnownAs", "also_known_as", "synonyms", "altLabel", "altNames", "别名"))


class Labels:
    """The labels of a graph's nodes as a hierarchy: one that always comes with a more frequent one lies below it.

    Args:
        sets: How many nodes have each set of labels.
    """

    def __init__(self, sets: Mapping[frozenset[str], int]) -> None:
        self._counts: Counter[str] = Counter()
        for labels, number in sets.items():
            self._counts.update(dict.fromkeys(labels, number))
        self._above: dict[str, set[str]] = {}
        for label, count in self._counts.items():
            always = set.intersection(*(set(labels) for labels in sets if label in labels)) - {label}
            self._above[label] = {other for other in always if self._counts[other] > count}

    def main(self, labels: frozenset[str]) -> str:
        """The label that is a node's type: the rarest of its labels; empty where it has none."""
        return min(labels, key=lambda label: (self._counts[label], label), default="")

    def further(self, labels: frozenset[str]) -> list[str]:
        """The labels of a node that do not follow from its type."""
        main = self.main(labels)
        return sorted(label for label in labels - {main} if label not in self._above.get(main, ()))

    def types(self) -> dict[str, EntityType]:
        """The types by table; the table of a label is the name of its type."""
        found: dict[str, EntityType] = {THING: kind_type(Kind(()))}
        for label in sorted(self._counts):
            name = type_name(label)
            parent = min(self._above[label], key=lambda other: (self._counts[other], other), default=None)
            above = type_name(parent) if parent is not None else parent_of([spaced(label)])
            known = name in business().types or above == name
            words = spaced(label)
            found[name] = EntityType(name=name, labels={language_of(words): (words,)}, parent=None if known else above)
        for kind in list(found.values()):
            if kind.parent is not None:
                found.setdefault(kind.parent, EntityType(name=kind.parent))
        return found


class Columns(Mapping[str, Relation]):
    """The relations of a property graph, of its edges and its nodes' attributes, as far as they have been met."""

    def __init__(self) -> None:
        self.captions = {KIND: KIND}
        self._words: dict[str, Words] = {KIND: Words()}
        self._words[KIND].add(KIND)
        self._to_things: set[str] = set()
        self._symmetric: set[str] = set()
        self._names: dict[str, str] = {}

    def edge(self, name: str, *, symmetric: bool = False) -> str:
        """The relation that a kind of edge is."""
        column = self.attribute(name)
        self._to_things.add(column)
        if symmetric:
            self._symmetric.add(column)
        return column

    def attribute(self, name: str) -> str:
        """The relation that an attribute is."""
        column = self._names.get(name)
        if column is None:
            column = self._names[name] = relation_name(name)
            self.captions.setdefault(column, spaced(name))
            self._words.setdefault(column, Words()).add(name, language_of(name))
        return column

    def __getitem__(self, column: str) -> Relation:
        range_ = ("Text", _THING) if column in self._to_things else ("Text",)
        return self._words[column].relation(column, (_THING,), range_, symmetric=column in self._symmetric)

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)


def called(attributes: Mapping[str, Any]) -> str:
    """What a node is called by its attributes; a person by given and family name; empty where nothing says it."""
    known = {name.lower(): value for name, value in attributes.items() if isinstance(value, str | int) and value != ""}
    name = next((known[name.lower()] for name in NAMES if name.lower() in known), None)
    if name is not None:
        return one_line(str(name))
    given = next((known[name] for name in ("firstname", "first_name", "givenname", "given_name") if name in known), "")
    family = next((known[name] for name in ("lastname", "last_name", "familyname", "surname") if name in known), "")
    return one_line(full_name(str(given), str(family))) if given and family else ""


def names_of(attributes: Iterable[str]) -> frozenset[str]:
    """The attributes that are told as the names of a node, and not again."""
    names = {name.lower() for name in NAMES}
    first = min((name for name in attributes if name.lower() in names), key=lambda name: _rank(name), default=None)
    return ALIASES | ({first} if first is not None else set())


def _rank(name: str) -> int:
    return [one.lower() for one in NAMES].index(name.lower())


def claims(column: str, value: Any) -> Iterator[Claim]:
    """What an attribute says: one claim for each of its values."""
    for one in value if isinstance(value, list) else (value,):
        found = literal(one)
        if found.text:
            yield Claim(column, found)


def literal(value: Any) -> Text:
    """A value of an attribute; texts that are dates of ISO 8601 are dates."""
    if hasattr(value, "iso_format") and not hasattr(value, "to_native"):  # the driver's durations
        return Text(value.iso_format())
    if hasattr(value, "to_native"):  # the driver's dates
        try:
            value = value.to_native()
        except (ValueError, OverflowError):
            return Text(str(value))
    if isinstance(value, dict):
        return Text(noted(value))
    if isinstance(value, str) and len(value) >= 10 and value[4:5] == value[7:8] == "-":
        return Text(one_line(value), parse_value(value, "Date"))
    cell: Cell = cell_of(str(value) if isinstance(value, dt.timedelta) else value)
    return Text(cell.text, cell.value)


def valued(kind: str, text: str, number: float | None = None, unit: str | None = None) -> Text:
    """A literal that stands in the graph as a node of a kind of value."""
    if number is not None or unit is not None:
        return Text(f"{text} {unit}" if unit else text, Value(kind, text, number, unit))
    return Text(text, parse_value(text, kind) or Value(kind, text))


def noted(attributes: Mapping[str, Any]) -> str:
    """The attributes of an edge in words."""
    said = ((spaced(name), plain(value)) for name, value in attributes.items())
    return ", ".join(f"{name}: {text}" for name, text in said if text)


def plain(value: Any) -> str:
    """A value as text."""
    if isinstance(value, list):
        return "; ".join(filter(None, map(plain, value)))
    return literal(value).text

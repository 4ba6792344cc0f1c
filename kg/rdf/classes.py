"""What the things of an RDF graph are: one type each, by class, by domain and range, else by the places they take."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from kg.graphs.roles import Kind, Place, kind_type, kinds
from kg.ontology import EntityType
from kg.rdf.graph import RdfGraph
from kg.rdf.shaping import Shaping
from kg.rdf.vocabulary import APPARATUS


class Classes:
    """Gives each thing its table, which is a type.

    Args:
        graph: The graph.
        shaping: Its schema in our terms.
        things: The numbers of its things.
        links: Subject, predicate and object of what is said of things.
    """

    def __init__(
        self, graph: RdfGraph, shaping: Shaping, things: Iterable[int], links: Iterable[tuple[int, int, int]]
    ) -> None:
        self._graph = graph
        self._shaping = shaping
        self._more: dict[int, list[int]] = {}
        self._class_of: dict[int, int] = {}
        self._names: dict[int, str] = {}
        self._declared(set(things))
        self._kind_of = self._found(links)

    def table(self, number: int) -> str:
        """The table of a thing."""
        kind = self._class_of.get(self._graph.same(number))
        return self._kind_of.get(self._graph.same(number), Kind(())).name if kind is None else self._names[kind]

    def further(self, number: int) -> list[str]:
        """The labels of the classes of a thing that do not follow from its type."""
        return [self._shaping.label(self._graph.terms[kind]) for kind in self._more.get(number, ())]

    def label(self, number: int) -> str:
        """What a thing of this kind is called, where it has a class."""
        kind = self._class_of.get(self._graph.same(number))
        return "" if kind is None else self._shaping.label(self._graph.terms[kind])

    def types(self) -> dict[str, EntityType]:
        """The types by table, those above them included."""
        found = self._shaping.types(sorted(self._graph.terms[kind] for kind in self._names), described=False)
        for kind in (Kind(()), *self._kind_of.values()):
            found.setdefault(kind.name, kind_type(kind))
        return found

    def _declared(self, things: set[int]) -> None:
        """Choose among the classes that things are declared to be of: the most special, then the most frequent."""
        counts: Counter[int] = Counter()
        for number, found in self._graph.types.items():
            if number in things:
                counts.update(kind for kind in found if self._graph.terms[kind] not in APPARATUS)
        above = {kind: self._shaping.ancestors(self._graph.terms[kind]) for kind in counts}
        self._names = {kind: self._shaping.type_name(self._graph.terms[kind]) for kind in counts}

        def order(kind: int) -> tuple[int, int, str]:
            return -len(above[kind]), -counts[kind], self._graph.terms[kind]

        for number in sorted(self._graph.types.keys() & things):
            stands = self._graph.same(number)
            own = {kind for kind in self._graph.types[number] if kind in counts}
            if not own:
                continue
            first = min({*own, *([self._class_of[stands]] if stands in self._class_of else ())}, key=order)
            self._class_of[stands] = first
            left = [kind for kind in sorted(own, key=order) if kind != first]
            left = [kind for kind in left if self._graph.terms[kind] not in above[first]]
            left = [kind for kind in left if self._names[kind] != self._names[first]]
            if left:
                self._more[number] = left

    def _found(self, links: Iterable[tuple[int, int, int]]) -> dict[int, Kind]:
        """Find what things without a class are."""
        places: dict[Place, Counter[int]] = defaultdict(Counter)
        ends: dict[int, tuple[list[str], list[str]]] = {}
        for subject, predicate, object_ in links:
            if predicate not in ends:
                ends[predicate] = self._shaping.schema.ends(self._graph.predicates[predicate])
            for number, back in ((subject, False), (object_, True)):
                stands = self._graph.same(number)
                if number < 0 or stands in self._class_of:
                    continue
                end = ends[predicate][back]
                if len(end) == 1 and not self._shaping.schema.is_datatype(end[0]):
                    kind = self._graph.number(end[0])
                    self._class_of[stands] = kind
                    self._names[kind] = self._shaping.type_name(end[0])
                else:
                    places[predicate, back][stands] += 1
        nouns: dict[Place, str] = {}
        for predicate, back in places:
            words = self._shaping.words(self._graph.predicates[predicate])
            if noun := words.noun if back else words.subject_noun:
                nouns[predicate, back] = noun
        return kinds(places, nouns)

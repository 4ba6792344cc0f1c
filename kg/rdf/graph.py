"""A file of RDF as numbered triples, with what must be known of all of it before one line can be written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from kg.graphs.edges import Edges, Texts
from kg.rdf.reading import Literal, Statement, Term
from kg.rdf.schema import SPEAKING, SPOKEN_OF
from kg.rdf.vocabulary import APPARATUS, CLASSES, FIRST, NIL, PROPERTIES, REST, SAME, TYPE, name_part, rank_as_name

_LANGUAGES = {"en": 0, "": 1, "zh": 2}


class RdfGraph:
    """All triples of a file. IRIs and types are held in memory, long literals beyond some tens of megabytes are not.

    Args:
        statements: The triples, in the order of the file.
    """

    def __init__(self, statements: Iterable[Statement]) -> None:
        self.terms: list[str] = []
        self.predicates: list[str] = []
        self.types: dict[int, list[int]] = defaultdict(list)
        self.parents: dict[int, tuple[int, int]] = {}  # of a blank node: the subject and predicate that lead to it
        self.graphs: list[str] = [""]
        self.edges = Edges()
        self.subjects: set[int] = set()
        self._texts = Texts()
        self._numbers: dict[str, int] = {}
        self._predicates: dict[str, int] = {}
        self._graphs: dict[str, int] = {"": 0}
        self._names: dict[int, tuple[tuple[int, int, int], str]] = {}
        self._given: dict[int, dict[str, str]] = defaultdict(dict)
        self._first: dict[int, int] = {}
        self._rest: dict[int, int] = {}
        self._same: dict[int, int] = {}
        for statement in statements:
            self._add(statement)
        for number in self._same:  # what is one has the surest name of all
            stands, name = self.same(number), self._names.get(number)
            if name is not None and (stands not in self._names or name < self._names[stands]):
                self._names[stands] = name

    # --- what is in it ---

    def number(self, term: str) -> int:
        """The number of an IRI or blank node."""
        found = self._numbers.get(term)
        if found is None:
            found = self._numbers[term] = len(self.terms)
            self.terms.append(term)
        return found

    def literal(self, number: int) -> Literal:
        """The literal that a negative object stands for."""
        language, datatype, text = self._texts[-number].split("\x1f", 2)
        return Literal(text, datatype, language)

    def objects(self, number: int) -> Iterator[int]:
        """An object, or, where it is a collection, what is in it, in order."""
        if number not in self._first:
            if number < 0 or self.terms[number] != NIL:
                yield number
            return
        seen: set[int] = set()
        while number in self._first and number not in seen:
            seen.add(number)
            yield self._first[number]
            number = self._rest.get(number, -1)

    def is_list(self, number: int) -> bool:
        """Whether a node is a link of a collection."""
        return number in self._first

    def name(self, number: int) -> str | None:
        """What a node is called, by the surest of its labels; a person by given and family name; None without."""
        if number in self._names:
            return self._names[number][1]
        parts = self._given.get(number, {})
        if parts:
            from kg.ingest.tables import full_name

            return full_name(parts.get("given", ""), parts.get("family", "")) or None
        return None

    def same(self, number: int) -> int:
        """The node that stands for all that are stated to be one with this one: the one whose IRI comes first."""
        while number in self._same:
            number = self._same[number]
        return number

    def sames(self) -> dict[int, list[int]]:
        """The nodes that are one, by the one that stands for them."""
        found: dict[int, list[int]] = defaultdict(list)
        for number in self._same:
            found[self.same(number)].append(number)
        return found

    def statements(self, subjects: frozenset[int]) -> Iterator[Statement]:
        """Give some subjects' statements back."""
        for _, subject, found in self.edges.by_subject():
            if subject in subjects:
                for predicate, object_ in found:
                    term: Term = self.literal(object_) if object_ < 0 else self.terms[object_]
                    yield Statement(self.terms[subject], self.predicates[predicate], term)
        for link, first in self._first.items():
            yield Statement(self.terms[link], FIRST, self.literal(first) if first < 0 else self.terms[first])
        for link, rest in self._rest.items():
            yield Statement(self.terms[link], REST, self.terms[rest])

    # --- taking it in ---

    def _add(self, statement: Statement) -> None:
        subject = self.number(statement.subject)
        object_ = self._object(statement.object)
        if statement.predicate == FIRST:
            self._first[subject] = object_
            return
        if statement.predicate == REST:
            self._rest[subject] = object_
            return
        predicate = self._predicates.get(statement.predicate)
        if predicate is None:
            predicate = self._predicates[statement.predicate] = len(self.predicates)
            self.predicates.append(statement.predicate)
        graph = self._graphs.get(statement.graph)
        if graph is None:
            graph = self._graphs[statement.graph] = len(self.graphs)
            self.graphs.append(statement.graph)
        self.subjects.add(subject)
        if statement.predicate == TYPE and object_ >= 0:
            self.types[subject].append(object_)
        elif statement.predicate == SAME and object_ >= 0:
            self._join(subject, object_)
            return
        elif isinstance(statement.object, Literal):
            self._note_name(subject, statement)
        elif isinstance(statement.object, str) and statement.object.startswith("_:"):
            self.parents.setdefault(object_, (subject, predicate))
        self.edges.add(subject, predicate, object_, graph)

    def _object(self, term: Term) -> int:
        if isinstance(term, str):
            return self.number(term)
        return -self._texts.add(f"{term.language}\x1f{term.datatype}\x1f{term.text}")

    def _note_name(self, subject: int, statement: Statement) -> None:
        assert isinstance(statement.object, Literal)
        rank = rank_as_name(statement.predicate)
        text = " ".join(statement.object.text.split())
        if not text:
            return
        if rank is not None:
            language = statement.object.language.partition("-")[0].lower()
            order = (rank, _LANGUAGES.get(language, 3), len(self.edges))
            if subject not in self._names or order < self._names[subject][0]:
                self._names[subject] = (order, text)
        elif part := name_part(statement.predicate):
            self._given[subject].setdefault(part, text)

    def _join(self, one: int, other: int) -> None:
        first, second = self.same(one), self.same(other)
        if first != second:
            stays, goes = sorted(
                (first, second), key=lambda number: (self.terms[number][:2] == "_:", self.terms[number])
            )
            self._same[goes] = stays


def schema_terms(graph: RdfGraph) -> frozenset[int]:
    """The classes and properties of a graph with the blank nodes that describe them: they shape it, and are no things.

    One that is itself declared to be a thing of some class is a thing too.
    """
    declaring = CLASSES | PROPERTIES
    found = set[int]()
    things = set[int]()
    for number, types in graph.types.items():
        iris = {graph.terms[kind] for kind in types}
        if not iris.isdisjoint(declaring):
            found.add(number)
        elif not iris <= APPARATUS:
            things.add(number)
            found.update(kind for kind in types if graph.terms[kind] not in APPARATUS)
    speaking = {place for place, iri in enumerate(graph.predicates) if iri in SPEAKING}
    spoken = {place for place, iri in enumerate(graph.predicates) if iri in SPOKEN_OF}
    for subject, predicate, object_ in graph.edges:
        if predicate in speaking:
            found.add(subject)
        if predicate in spoken and object_ >= 0:
            found.add(object_)
    grown = True
    while grown:  # blank nodes that hang on them: restrictions, unions
        more = {node for node, (parent, _) in graph.parents.items() if parent in found or graph.is_list(parent)} - found
        more -= things
        grown = bool(more)
        found |= more
    return frozenset(found - things)

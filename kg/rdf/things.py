"""The things of an RDF graph as nodes: what each is called and what is said of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from kg.graphs.edges import Edges
from kg.graphs.graph import Claim, End, Node, Shape, Text
from kg.graphs.roles import THING
from kg.rdf.classes import Classes
from kg.rdf.graph import RdfGraph, schema_terms
from kg.rdf.literals import value_of
from kg.rdf.reading import Literal
from kg.rdf.schema import Schema
from kg.rdf.shaping import Shaping
from kg.rdf.vocabulary import APPARATUS, OWL, RDF, TYPE, XSD, in_words, is_other_name, is_page, rank_as_name
from kg.types import Value
from kg.values import parse_email, parse_url

_KIND = "kind"
"""The relation to further classes of a thing, beside the one that is its type."""
_DEEPEST = 4  # blank nodes that are named after what they hang on
_HARMLESS = frozenset((f"{OWL}NamedIndividual", f"{OWL}Thing"))


class Things:
    """Reads the things out of a graph.

    Args:
        graph: All of it.
        base: What IRIs begin with that mean nothing outside this file.
    """

    def __init__(self, graph: RdfGraph, base: str) -> None:
        self._graph = graph
        self._base = base
        terms = schema_terms(graph)
        self.schema = Schema(graph.statements(terms))
        self._shaping = Shaping(self.schema)
        apparatus = APPARATUS - _HARMLESS
        self._hidden = terms | {
            number for number, found in graph.types.items() if any(graph.terms[kind] in apparatus for kind in found)
        }
        self._links = {place for place, iri in enumerate(graph.predicates) if _is_link(iri)}
        self._pages = {place for place, iri in enumerate(graph.predicates) if is_page(iri)}
        things = (number for number in graph.subjects if number not in self._hidden)
        self._classes = Classes(graph, self._shaping, things, self._all_links())
        self._sames = graph.sames()
        self._edges = self._turned_back()
        self._columns = [self._shaping.relation_name(iri) for iri in graph.predicates]
        self.shape = self._shape()

    @property
    def described(self) -> list[str]:
        """A line on each class and property that is described here, for people to read and to search."""
        lines = []
        for iri in (*self.schema.classes, *self.schema.properties):
            if not self.schema.declares(iri):
                continue
            text = self.schema.definition(iri)
            above = ", ".join(self._shaping.label(one) for one in self.schema.parents(iri))
            if text or above:
                lines.append(f"{self._shaping.label(iri)}: {text or f'a kind of {above}'}")
        return lines

    def nodes(self) -> Iterator[Node]:
        """Yield every thing, the described ones first, in the order in which the file tells of them."""
        mentioned, told = dict[int, None](), set[int]()
        for part, subject, found in self._edges.by_subject():
            if subject in self._hidden or self._graph.is_list(subject):
                continue
            node = self._node(part, subject, found, mentioned)
            if node.claims or node.aliases or subject in self._graph.types or self._graph.name(subject):
                told.add(self._graph.same(subject))
                yield node
        for number in mentioned:
            if number not in told:
                yield self._node(0, number, (), {})

    def _node(self, part: int, number: int, found: Iterable[tuple[int, int]], mentioned: dict[int, None]) -> Node:
        names = dict[str, None]()
        claims = [Claim(_KIND, Text(label)) for label in self._classes.further(number)]
        for predicate, object_ in sorted(found, key=lambda edge: edge[0]):
            iri = self._graph.predicates[predicate]
            if object_ < 0 and (rank_as_name(iri) is not None or is_other_name(iri)):
                names[" ".join(self._graph.literal(object_).text.split())] = None
            elif predicate in self._links:
                ends = (self._end(predicate, one, mentioned) for one in self._graph.objects(object_))
                claims += [Claim(self._columns[predicate], end) for end in ends if end is not None]
        stands, iri, name = self._graph.same(number), self._graph.terms[number], self._name(number)
        return Node(
            table=self._classes.table(number),
            key=self._graph.terms[stands],
            name=name,
            aliases=tuple(other for other in names if other and other != name),
            claims=tuple(dict.fromkeys(claims)),
            identifiers=self._identifiers(stands),
            origin="" if iri.startswith("_:") else iri,
            section=self._graph.graphs[part],
        )

    def _end(self, predicate: int, object_: int, mentioned: dict[int, None]) -> End | Text | None:
        if object_ < 0:
            literal = self._graph.literal(object_)
            text = " ".join(literal.text.split())
            return Text(text, self._value(predicate, literal)) if text else None
        iri = self._graph.terms[object_]
        if address := self._address(predicate, object_):
            return Text(address.text, address)
        if object_ in self._hidden and iri.startswith("_:"):
            return None
        stands = self._graph.same(object_)
        mentioned[stands] = None
        return End(self._classes.table(object_), self._graph.terms[stands], self._name(object_))

    def _value(self, predicate: int, literal: Literal) -> Value | None:
        found = value_of(literal)
        if found is None and literal.datatype == f"{XSD}string":  # the property may say more than the literal
            ranges = self.schema.ends(self._graph.predicates[predicate])[1]
            found = next((value for one in ranges if (value := value_of(Literal(literal.text, one)))), None)
        return found

    def _address(self, predicate: int, object_: int) -> Value | None:
        """The value that an object is which is an address rather than a thing."""
        iri = self._graph.terms[object_]
        scheme = iri.partition(":")[0].lower()
        if scheme == "mailto":
            return parse_email(iri[7:]) or Value("Text", iri[7:])
        if scheme == "tel":
            return Value("Text", iri[4:])
        if predicate in self._pages and object_ not in self._graph.subjects and not iri.startswith("_:"):
            return parse_url(iri) or Value("Text", iri)
        return None

    def _name(self, number: int, depth: int = 0) -> str:
        """What a thing is called: by a label, by its IRI, or by what it hangs on."""
        found = self._graph.name(self._graph.same(number)) or self._graph.name(number)
        if found:
            return found
        iri = self._graph.terms[number]
        if not iri.startswith("_:"):
            return self._shaping.label(iri) if number in self._hidden else in_words(iri)
        if number in self._graph.parents and depth < _DEEPEST:
            parent, predicate = self._graph.parents[number]
            what = self._shaping.label(self._graph.predicates[predicate])
            return f"{what.removeprefix('has ')} of {self._name(parent, depth + 1)}"
        return f"{self._classes.label(number) or THING} {iri.removeprefix('_:')}"

    def _identifiers(self, number: int) -> tuple[str, ...]:
        iris = (self._graph.terms[one] for one in (number, *self._sames.get(number, ())))
        return tuple(f"iri:{iri}" for iri in iris if not iri.startswith(("_:", self._base)))

    def _all_links(self) -> Iterator[tuple[int, int, int]]:
        """What is said of things, by number; literals are negative objects."""
        for subject, predicate, object_ in self._graph.edges:
            if predicate in self._links and subject not in self._hidden and not self._graph.is_list(subject):
                for one in self._graph.objects(object_):
                    if one < 0 or (one not in self._hidden and not self._address(predicate, one)):
                        yield subject, predicate, one

    def _turned_back(self) -> Edges:
        """The edges, those of a property that is another one turned round turned back.

        Of two, the functional one stays, else the first by IRI.
        """

        def order(iri: str) -> tuple[bool, str]:
            return not self.schema.is_functional(iri), iri

        turned = {}
        for place, iri in enumerate(self._graph.predicates):
            others = [other for other in self.schema.inverses(iri) if order(other) < order(iri)]
            if others and not self.schema.is_symmetric(iri):
                turned[place] = min(others, key=order)
        if not turned:
            return self._graph.edges
        places = {iri: place for place, iri in enumerate(self._graph.predicates)}
        for iri in turned.values():
            if iri not in places:
                places[iri] = len(self._graph.predicates)
                self._graph.predicates.append(iri)
                self._links.add(places[iri])
        edges = Edges()
        for subject, predicate, object_, part in self._graph.edges.parts():
            base = turned.get(predicate)
            if base is None or object_ < 0:
                edges.add(subject, predicate, object_, part)
            else:
                for one in self._graph.objects(object_):
                    edges.add(one, places[base], subject, part)
        return edges

    def _shape(self) -> Shape:
        types = self._classes.types()
        named: dict[str, list[str]] = defaultdict(list)
        for iri, column in zip(self._graph.predicates, self._columns, strict=True):
            named[column].append(iri)
        thing, to_things = (types[THING].name,), set[str]()
        for _, predicate, object_ in self._edges:
            if object_ >= 0:
                to_things.add(self._columns[predicate])
        relations = {
            column: self._shaping.relation(iris, thing, ("Text", *thing) if column in to_things else ("Text",))
            for column, iris in named.items()
        }
        relations[_KIND] = self._shaping.relation((f"{self._base}#{_KIND}",), thing, ("Text",))
        captions = {column: self._shaping.label(iris[0]) for column, iris in named.items()}
        return Shape(types, relations, captions)


def _is_link(iri: str) -> bool:
    """Whether a property says something of things, rather than of types or of the graph."""
    return iri != TYPE and not iri.startswith((RDF, OWL))

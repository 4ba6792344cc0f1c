"""What forms mean, worked out over plain sets: what Cypher and SPARQL are held to; and forms to try, made at random."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from assistant.ask.form import (
    Best,
    Both,
    Compared,
    Condition,
    Count,
    Either,
    Every,
    Exists,
    Form,
    Grouped,
    Holds,
    Most,
    Named,
    OfType,
    Step,
    Things,
    Top,
    Total,
    Where,
    Without,
    interval,
    types_of,
)
from assistant.ask.run import Outcome
from kg.errors import OntologyError
from kg.ledger.entries import Entry
from kg.ontology import Ontology
from kg.projection.everything import everything
from kg.projection.graph import slices
from kg.types import Edge, EntityNode, Value, ValueNode, Viewer
from kg.values import parse_date

from .conftest import World

Answer = frozenset[tuple[str, ...]]
"""Rows: ids, with numbers and groups as texts where a form has them."""


@dataclass(repr=False)
class Facts:
    """The graph as sets, as one viewer sees it."""

    ontology: Ontology
    nodes: dict[str, EntityNode | ValueNode]
    edges: list[Edge]

    def __repr__(self) -> str:
        return f"Facts({len(self.nodes)} nodes, {len(self.edges)} edges)"

    # --- questions ---

    def answer(self, form: Form) -> Answer:
        """What a form answers: rows of ids and numbers; () as the only row for a plain yes."""
        match form:
            case Count(of):
                return frozenset({(shown(len(self.things(of))),)})
            case Exists(of):
                return frozenset({()}) if self.things(of) else frozenset()
            case Holds(of, relation, to, inverse, time):
                found = {end for start in self.things(of) for end in self.step(start, relation, inverse, time)}
                if isinstance(to, Condition):
                    return frozenset({()}) if any(self.passes(end, to) for end in found) else frozenset()
                return frozenset({()}) if found & self.things(to) else frozenset()
            case Total(of, relation, how):
                by_unit: dict[str | None, list[float]] = defaultdict(list)
                for thing in self.things(of):
                    for value in self.values(thing, relation):
                        by_unit[value.unit].append(value.number or 0.0)
                return frozenset((shown(total(numbers, how)), unit or "") for unit, numbers in by_unit.items())
            case Top() | Most():
                return frozenset((thing, shown(number)) for thing, number, _ in self.ranked(form))
            case Grouped():
                return frozenset((thing, shown(number), unit) for thing, number, unit in self.ranked(form))
            case Compared(left, right, relation, greatest, via, counted, inverse):
                sides = []
                for side in (left, right):
                    numbers = {}
                    for thing in self.things(side):
                        ends = {thing}
                        for name, backwards in via:
                            ends = {end for start in ends for end in self.step(start, name, backwards)}
                        if counted:
                            found = [float(len({e for end in ends for e in self.step(end, relation, inverse)}))]
                        else:
                            found = [v.number or 0.0 for end in ends for v in self.values(end, relation)]
                        if found and (not counted or found != [0.0]):
                            numbers[thing] = max(found) if greatest else min(found)
                    sides.append(numbers)
                if not all(sides):
                    return frozenset()
                merged = [(thing, number) for side in sides for thing, number in side.items()]
                best = (max if greatest else min)(number for _, number in merged)
                return frozenset((thing, shown(number)) for thing, number in merged if number == best)
            case Best(of, by, relation, greatest):
                rows = set()
                for group, members in self.groups(of, by).items():
                    ranked = self.sorted(
                        {m: [v.number or 0.0 for v in self.values(m, relation)] for m in members}, greatest
                    )
                    rows |= {(thing, shown(number), group) for thing, number in ranked[:1]}
                return frozenset(rows)
            case _:
                return frozenset((thing,) for thing in self.things(form))

    # --- sets ---

    def things(self, form: Things) -> set[str]:
        return {end for _, end in self.paths(form)}

    def paths(self, form: Things) -> set[tuple[str, str]]:
        """Pairs of where a path began and where it ends."""
        match form:
            case Named(ids, _, _):
                return {(each, each) for each in ids if each in self.nodes}
            case Every(name):
                return {
                    (key, key)
                    for key, node in self.nodes.items()
                    if isinstance(node, EntityNode) and self.of_type(key, name)
                }
            case Step(of, relation, inverse, time, apart):
                found = {(a, end) for a, b in self.paths(of) for end in self.step(b, relation, inverse, time)}
                return {(a, b) for a, b in found if a != b or not apart}
            case OfType(of, name):
                return {(a, b) for a, b in self.paths(of) if self.of_type(b, name)}
            case Where(of, relation, test):
                return {
                    (a, b)
                    for a, b in self.paths(of)
                    if any(self.passes(value, test) for value in self.step(b, relation, False))
                }
            case Both(left, right):
                return _same(self.things(left) & self.things(right))
            case Either(left, right):
                return _same(self.things(left) | self.things(right))
            case Without(left, right):
                return _same(self.things(left) - self.things(right))
            case Top() | Most() | Grouped():
                return _same({thing for thing, _, _ in self.ranked(form)})

    def ranked(self, form: Top | Most | Grouped) -> list[tuple[str, float, str]]:
        match form:
            case Top(of, relation, greatest, n):
                values = {t: [v.number or 0.0 for v in self.values(t, relation)] for t in self.things(of)}
                rows = [(thing, number, "") for thing, number in self.sorted(values, greatest)]
            case Most(of, relation, inverse, greatest, n):
                counts = {t: len(self.step(t, relation, inverse)) for t in self.things(of)}
                numbers = {t: [float(number)] for t, number in counts.items() if number}
                rows = [(thing, number, "") for thing, number in self.sorted(numbers, greatest)]
            case Grouped(of, by, how, relation, test, greatest, n):
                rows = []
                for group, members in self.groups(of, by).items():
                    by_unit: dict[str, list[float]] = defaultdict(list)
                    for member in members:
                        if how == "count":
                            by_unit[""].append(1.0)
                        else:
                            for value in self.values(member, relation):
                                by_unit[value.unit or ""].append(value.number or 0.0)
                    for unit, found in by_unit.items():
                        number = float(len(found)) if how == "count" else total(found, how)
                        if test is None or _compare(number, test):
                            rows.append((group, number, unit))
                rows.sort(key=lambda row: (-row[1] if greatest else row[1], self.name(row[0]), row[0]))
        return rows[:n]

    def groups(self, of: Things, by: Iterable[tuple[str, bool]]) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for member in self.things(of):
            ends = {member}
            for relation, inverse in by:
                ends = {end for start in ends for end in self.step(start, relation, inverse)}
            for end in ends:
                found[end].add(member)
        return found

    def sorted(self, numbers: dict[str, list[float]], greatest: bool) -> list[tuple[str, float]]:
        best = [(t, max(found) if greatest else min(found)) for t, found in numbers.items() if found]
        return sorted(best, key=lambda row: (-row[1] if greatest else row[1], self.name(row[0]), row[0]))

    # --- facts ---

    def step(self, start: str, relation: str, inverse: bool, time: Condition | None = None) -> set[str]:
        found: set[str] = set()
        both = self.ontology.relation(relation).symmetric
        for edge in self.edges:
            if edge.predicate == relation and edge.subject != edge.object and (time is None or held(edge, time)):
                if edge.subject == start and (both or not inverse):
                    found.add(edge.object)
                if edge.object == start and (both or inverse):
                    found.add(edge.subject)
        return found

    def values(self, thing: str, relation: str) -> list[Value]:
        nodes = [self.nodes[end] for end in self.step(thing, relation, False)]
        return [node.value for node in nodes if isinstance(node, ValueNode) and node.value.number is not None]

    def of_type(self, node: str, name: str) -> bool:
        thing = self.nodes[node]
        kind = thing.type if isinstance(thing, EntityNode) else thing.value.kind
        return self.ontology.is_a(kind, name)

    def passes(self, key: str, test: Condition) -> bool:
        node = self.nodes[key]
        if test.operator == "contains" or test.value.number is None:
            text = (node.value.text if isinstance(node, ValueNode) else node.name).lower()
            wanted = test.value.text.lower()
            return wanted in text if test.operator == "contains" else wanted == text
        if not isinstance(node, ValueNode) or node.value.number is None:
            return False
        if test.value.kind == "Date" and node.value.kind != "Date":
            return False
        if test.value.unit and node.value.unit not in (None, test.value.unit):
            return False
        return _compare(node.value.number, test)

    def name(self, key: str) -> str:
        node = self.nodes[key]
        return node.name if isinstance(node, EntityNode) else node.value.text


def held(edge: Edge, time: Condition) -> bool:
    """Whether two spans of days meet; a date without a day is all of its days."""
    if not edge.valid_from and not edge.valid_to:
        return False
    first, last = interval(time)
    began = (edge.valid_from or "0000") + "-01-01"[: 10 - len(edge.valid_from or "0000-00-00")]
    ended = (edge.valid_to or "9999") + "-12-31"[len(edge.valid_to or "9999") - 4 :]
    return (last is None or began[:10] <= last) and (first is None or ended[:10] >= first)


def total(numbers: list[float], how: str) -> float:
    return {"sum": sum, "max": max, "min": min, "average": lambda n: sum(n) / len(n)}[how](numbers)  # type: ignore[operator,no-any-return]


def shown(number: float | None) -> str:
    return f"{number:.6g}" if number is not None else ""


# --- the world that they are asked of ---

TIMES = {"CEO": ("2019", None), "SUBSIDIARY_OF": ("1995-03", "2019-05-17"), "SPOUSE": (None, "2020")}


def dated(entry: Entry) -> Entry:
    """A document, some of whose statements say when they held."""
    statements = []
    for statement in entry.statements:
        since, until = TIMES.get(statement.predicate, (None, None))
        statements.append(replace(statement, valid_from=since, valid_to=until))
    return replace(entry, statements=tuple(statements))


def rows_of(form: Form, outcome: Outcome, known: Facts) -> Answer:
    """An outcome as the plain evaluation gives it."""
    found = outcome.found
    groups = {node.name: key for key, node in known.nodes.items() if isinstance(node, EntityNode)}
    groups |= {known.name(key): key for key in known.nodes if known.name(key) not in groups}
    match form:
        case Count():
            return frozenset({(shown(found[0].number if found else 0.0),)})
        case Exists() | Holds():
            return frozenset({()}) if found else frozenset()
        case Grouped():
            return frozenset((row.id, shown(row.number), row.unit or "") for row in found)
        case Top() | Most() | Compared():
            return frozenset((row.id, shown(row.number)) for row in found)
        case Best():
            return frozenset((row.id, shown(row.number), groups[row.group]) for row in found)
        case Total():
            return frozenset((shown(row.number), row.unit or "") for row in found)
        case _:
            return frozenset((row.id,) for row in found)


def _compare(number: float, test: Condition) -> bool:
    limit = test.value.number or 0.0
    if test.operator == "between":
        return limit <= number <= ((test.upper or test.value).number or 0.0)
    return {
        "<": number < limit, ">": number > limit, "=": number == limit, "<=": number <= limit, ">=": number >= limit
    }[test.operator]  # fmt: skip


def _same(things: set[str]) -> set[tuple[str, str]]:
    return {(thing, thing) for thing in things}


def facts(world: World, viewer: Viewer) -> Facts:
    nodes: dict[str, EntityNode | ValueNode] = {}
    edges: dict[str, Edge] = {}
    with world.ledger.read() as connection:
        for delta in slices(connection, everything(connection), 0):
            nodes.update({node.id: node for node in delta.entities if viewer.sees(node.readers)})
            nodes.update({node.id: node for node in delta.values})
            edges.update({edge.id: edge for edge in delta.edges if viewer.sees(edge.readers)})
    return Facts(world.ontology, nodes, list(edges.values()))


# --- forms made at random ---

RELATIONS = ["FOUNDED_BY", "CEO", "HEADQUARTERS", "SUBSIDIARY_OF", "SPOUSE", "PLACE_OF_BIRTH", "ACQUIRED", "UNIT_PRICE"]
NUMBERS = ["UNIT_PRICE", "UNITS_IN_STOCK", "DATE_FOUNDED"]
GROUPS = [("CATEGORY", False), ("ORIGIN_COUNTRY", False), ("FOUNDED_BY", False), ("HEADQUARTERS", False)]
VIEWERS = [Viewer.of(), Viewer.of("board"), Viewer.all()]


def well_typed(form: Form, ontology: Ontology) -> bool:
    try:
        types_of(form, ontology)
    except OntologyError:
        return False
    return True


def named(knowing: dict[Viewer, Facts]) -> list[Named]:
    """Every entity, and a name that two of them share."""
    nodes = [node for node in knowing[Viewer.all()].nodes.values() if isinstance(node, EntityNode)]
    found = [Named((node.id,), node.name, node.type) for node in sorted(nodes, key=lambda node: node.id)]
    return [*found, Named((found[0].ids[0], found[1].ids[0]), "both", found[0].type)]


def dates() -> st.SearchStrategy[Condition]:
    values = [parse_date(text) for text in ("1987", "1990", "2019-05", "2021-03-04")]
    date = st.sampled_from([value for value in values if value is not None])
    operators = st.sampled_from(["<", ">", "<=", ">=", "="])
    return st.builds(Condition, operators, date) | st.builds(Condition, st.just("between"), date, date)


def tests() -> st.SearchStrategy[tuple[str, Condition]]:
    numbers = st.sampled_from([Value("Number", str(n), float(n)) for n in (3, 12, 24)])
    operators = st.sampled_from(["<", ">", "<=", ">=", "="])
    return st.one_of(
        st.tuples(st.just("DATE_FOUNDED"), dates()),
        st.tuples(st.sampled_from(["UNIT_PRICE", "UNITS_IN_STOCK"]), st.builds(Condition, operators, numbers)),
        st.tuples(
            st.sampled_from(["CATEGORY", "ORIGIN_COUNTRY"]),
            st.builds(
                Condition,
                st.sampled_from(["=", "contains"]),
                st.sampled_from([Value("Text", "Kitchen"), Value("Text", "wa")]),
            ),
        ),
    )  # fmt: skip


def sets(known: list[Named]) -> st.SearchStrategy[Things]:
    base = st.one_of(st.sampled_from(known), st.builds(Every, st.sampled_from(["Organization", "Person", "Product"])))
    n = st.sampled_from([1, 2, None])
    relation, way, by = st.sampled_from(RELATIONS), st.booleans(), st.sampled_from(GROUPS).map(lambda hop: (hop,))
    counts = st.builds(Condition, st.sampled_from([">", "<="]), st.just(Value("Number", "1", 1.0)))
    return st.recursive(
        base,
        lambda inner: st.one_of(
            st.builds(Step, inner, relation, way, st.none() | dates(), st.booleans()),
            st.builds(Step, inner, relation, way),
            st.builds(lambda of, pair, back: Step(Step(of, *pair), pair[0], not pair[1], apart=back),
                      inner, st.tuples(relation, way), st.booleans()),
            st.builds(OfType, inner, st.sampled_from(["Person", "Organization"])),
            st.builds(lambda of, test: Where(of, *test), inner, tests()),
            st.builds(Both, inner, inner),
            st.builds(Either, inner, inner),
            st.builds(Without, inner, inner),
            st.builds(Top, inner, st.sampled_from(NUMBERS), st.booleans(), n),
            st.builds(Most, inner, relation, way, st.booleans(), n),
            st.builds(Grouped, inner, by, st.just("count"), st.just(""), st.none() | counts, st.booleans(), n),
        ),
        max_leaves=4,
    )  # fmt: skip


def questions(known: list[Named]) -> st.SearchStrategy[Form]:
    inner = sets(known)
    relation, number = st.sampled_from(RELATIONS), st.sampled_from(NUMBERS)
    how = st.sampled_from(["sum", "average", "max", "min"])
    by = st.sampled_from(GROUPS).map(lambda hop: (hop,))
    n = st.sampled_from([1, 2, None])
    return st.one_of(
        inner,
        st.builds(Count, inner),
        st.builds(Exists, inner),
        st.builds(Holds, inner, relation, inner, st.booleans(), st.none() | dates()),
        st.builds(lambda of, test: Holds(of, *test), inner, tests()),
        st.builds(Total, inner, number, how),
        st.builds(Compared, inner, inner, number, st.booleans()),
        st.builds(lambda a, b, g, r, i: Compared(a, b, r, g, counted=True, inverse=i),
                  inner, inner, st.booleans(), relation, st.booleans()),
        st.builds(lambda a, b, g, hop: Compared(a, b, "DATE_FOUNDED", g, via=(hop,)),
                  inner, inner, st.booleans(), st.sampled_from([("SUBSIDIARY_OF", False), ("FOUNDED_BY", True)])),
        st.builds(Best, inner, by, number, st.booleans()),
        st.builds(Grouped, inner, by, how, number, st.none(), st.booleans(), n),
    )  # fmt: skip

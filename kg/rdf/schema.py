"""What RDFS and OWL say of classes and properties: labels, parents, domains and ranges, inverses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from kg.rdf.reading import Literal, Statement, Term
from kg.rdf.vocabulary import (
    CLASSES,
    DEFINITIONS,
    DOMAIN,
    FIRST,
    INVERSE,
    NAMES,
    NIL,
    OWL,
    PROPERTIES,
    RANGE,
    RDF,
    RDFS,
    REST,
    SUBCLASS,
    SUBPROPERTY,
    TYPE,
    XSD,
    is_other_name,
    local,
)  # fmt: skip

_ALIKE = tuple(f"{OWL}{name}" for name in ("equivalentClass", "equivalentProperty", "disjointWith", "onProperty"))
SPEAKING = frozenset((SUBCLASS, SUBPROPERTY, DOMAIN, RANGE, INVERSE, *_ALIKE))
"""Properties whose subjects are classes, properties or restrictions."""
SPOKEN_OF = frozenset((SUBCLASS, SUBPROPERTY, INVERSE, f"{OWL}onProperty"))
"""Properties whose objects are classes or properties too."""
_EVERYTHING = frozenset((f"{OWL}Thing", f"{RDFS}Resource"))
_FILLERS = tuple(f"{OWL}{name}" for name in ("someValuesFrom", "allValuesFrom", "onClass", "onDataRange"))


class Schema:
    """The schema statements of one or several files.

    Args:
        statements: Theirs; what is no schema statement does no harm.
    """

    def __init__(self, statements: Iterable[Statement] = ()) -> None:
        self._of: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for statement in statements:
            self.add(statement)

    def add(self, statement: Statement) -> None:
        """Take a statement in."""
        self._of[statement.subject][statement.predicate].append(statement.object)

    # --- what there is ---

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """The classes, in the order in which they are told of: declared, above or below others, or named as an end."""
        found: dict[str, None] = {}
        for subject, said in self._of.items():
            if not CLASSES.isdisjoint(_iris(said.get(TYPE))) or SUBCLASS in said:
                found[subject] = None
            for predicate in (SUBCLASS, DOMAIN, RANGE, *_FILLERS):
                found.update(dict.fromkeys(name for one in _iris(said.get(predicate)) for name in self._named(one)))
        kept = (name for name in found if _is_named(name) and not self.is_datatype(name))
        return tuple(name for name in kept if name not in self._property_names)

    @cached_property
    def properties(self) -> tuple[str, ...]:
        """The properties that are declared or spoken of, annotations left out."""
        return tuple(name for name in self._property_names if f"{OWL}AnnotationProperty" not in self.kinds(name))

    @cached_property
    def _property_names(self) -> dict[str, None]:
        found: dict[str, None] = {}
        for subject, said in self._of.items():
            speaks = any(predicate in said for predicate in (SUBPROPERTY, DOMAIN, RANGE, INVERSE))
            if speaks or not PROPERTIES.isdisjoint(_iris(said.get(TYPE))):
                found[subject] = None
            for predicate in (SUBPROPERTY, INVERSE, f"{OWL}onProperty"):
                found.update(dict.fromkeys(_iris(said.get(predicate))))
        return {name: None for name in found if _is_named(name)}

    def is_datatype(self, iri: str) -> bool:
        """Whether it is a kind of literal."""
        literal = iri.startswith(XSD) or iri in (f"{RDFS}Literal", f"{RDFS}Datatype", f"{OWL}rational", f"{OWL}real")
        return literal or f"{RDFS}Datatype" in self.kinds(iri)

    def declares(self, iri: str) -> bool:
        """Whether something is said of a class or property itself."""
        return iri in self._of

    def kinds(self, iri: str) -> frozenset[str]:
        """What a property or class is declared to be."""
        return frozenset(_iris(self._of[iri].get(TYPE))) if iri in self._of else frozenset()

    # --- what it says of one ---

    def labels(self, iri: str) -> dict[str, list[str]]:
        """What a class or property is called, by language ("" where none is told), its label before synonyms."""
        found: dict[str, list[str]] = defaultdict(list)
        said = self._of.get(iri, {})
        names = sorted((name for name in said if name in NAMES), key=lambda name: NAMES[name])
        for predicate in (*names, *(one for one in said if is_other_name(one) or local(one).lower() == "synonym")):
            for term in said[predicate]:
                if isinstance(term, Literal) and (text := " ".join(term.text.split())):
                    language = term.language.partition("-")[0].lower()
                    if text not in found[language]:
                        found[language].append(text)
        return {language: texts for language, texts in found.items() if texts}

    def definition(self, iri: str) -> str:
        """What it says that a class or property is, in English where it says so in several languages."""
        for predicate in DEFINITIONS:
            texts = [term for term in self._of.get(iri, {}).get(predicate, ()) if isinstance(term, Literal)]
            if texts:
                return " ".join(min(texts, key=lambda term: term.language[:2] not in ("", "en")).text.split())
        return ""

    def parents(self, iri: str) -> list[str]:
        """The classes that one lies below, as far as they have names."""
        said = self._of.get(iri, {})
        above = [name for one in _iris(said.get(SUBCLASS)) for name in self._conjuncts(one)]
        above += [
            name
            for one in _iris(said.get(f"{OWL}equivalentClass"))
            if not _is_named(one)
            for name in self._conjuncts(one)
        ]
        return [name for name in dict.fromkeys(above) if name != iri and name not in _EVERYTHING]

    def ends(self, iri: str) -> tuple[list[str], list[str]]:
        """Domain and range of a property: declared, of a property above it, of its inverse, or of restrictions."""
        domain, range_ = self._declared(iri, set())
        for other in self.inverses(iri):
            back = self._declared(other, {iri})
            domain, range_ = domain or back[1], range_ or back[0]
        restricted = self._restrictions.get(iri, ([], []))
        return domain or list(dict.fromkeys(restricted[0])), range_ or list(dict.fromkeys(restricted[1]))

    def inverses(self, iri: str) -> list[str]:
        """The properties that say the same the other way round."""
        return [name for name in self._inverses.get(iri, ()) if name != iri]

    def is_functional(self, iri: str) -> bool:
        """Whether a subject has at most one object."""
        return f"{OWL}FunctionalProperty" in self.kinds(iri)

    def is_symmetric(self, iri: str) -> bool:
        """Whether it holds both ways."""
        return f"{OWL}SymmetricProperty" in self.kinds(iri) or iri in self._inverses.get(iri, ())

    # --- how it is said ---

    @cached_property
    def _inverses(self) -> dict[str, list[str]]:
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for subject, said in self._of.items():
            for other in _iris(said.get(INVERSE)):
                if _is_named(subject) and _is_named(other):
                    found[subject][other] = found[other][subject] = None
        return {name: sorted(others) for name, others in found.items()}

    @cached_property
    def _restrictions(self) -> dict[str, tuple[list[str], list[str]]]:
        """What restrictions on classes say of properties: a class that has one is a domain, its filler a range."""
        found: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
        for subject, said in self._of.items():
            if not _is_named(subject):
                continue
            for one in (*_iris(said.get(SUBCLASS)), *_iris(said.get(f"{OWL}equivalentClass"))):
                for restriction in self._all_conjuncts(one):
                    held = self._of.get(restriction, {})
                    for name in _iris(held.get(f"{OWL}onProperty")):
                        found[name][0].append(subject)
                        for filler in _FILLERS:
                            found[name][1].extend(n for o in _iris(held.get(filler)) for n in self._named(o))
        return found

    def _declared(self, iri: str, seen: set[str]) -> tuple[list[str], list[str]]:
        said = self._of.get(iri, {})
        domain = [name for one in _iris(said.get(DOMAIN)) for name in self._named(one)]
        range_ = [name for one in _iris(said.get(RANGE)) for name in self._named(one)]
        for above in _iris(said.get(SUBPROPERTY)):
            if above not in seen | {iri} and not (domain and range_):
                general = self._declared(above, seen | {iri})
                domain, range_ = domain or general[0], range_ or general[1]
        keep = [name for name in dict.fromkeys(domain) if name not in _EVERYTHING]
        return keep, [name for name in dict.fromkeys(range_) if name not in _EVERYTHING]

    def _named(self, one: str) -> list[str]:
        """The named classes that an end admits: itself, those of a union, the first of an intersection."""
        if _is_named(one):
            return [one]
        said = self._of.get(one, {})
        union = [
            name
            for each in _iris(said.get(f"{OWL}unionOf"))
            for part in self.members(each)
            for name in self._named(part)
        ]
        return union or self._conjuncts(one)[:1]

    def _conjuncts(self, one: str) -> list[str]:
        return [name for name in self._all_conjuncts(one) if _is_named(name)]

    def _all_conjuncts(self, one: str) -> list[str]:
        said = self._of.get(one, {})
        parts = [part for each in _iris(said.get(f"{OWL}intersectionOf")) for part in self.members(each)]
        return [one] if _is_named(one) or not parts else parts

    def members(self, one: str) -> list[str]:
        """The IRIs and blank nodes of a collection."""
        found: list[str] = []
        seen: set[str] = set()
        while one != NIL and one not in seen:
            seen.add(one)
            said = self._of.get(one, {})
            found += _iris(said.get(FIRST))
            rest = _iris(said.get(REST))
            one = rest[0] if rest else NIL
        return found


def _iris(terms: Iterable[Term] | None) -> list[str]:
    return [term for term in terms or () if isinstance(term, str)]


def _is_named(iri: str) -> bool:
    return not iri.startswith("_:") and not iri.startswith((RDF, f"{RDFS}Resource", f"{OWL}Thing", f"{OWL}Nothing"))

"""Classes and properties of RDFS and OWL as types and relations of our ontology."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kg.graphs.names import business, relation_name, type_name
from kg.graphs.roles import parent_of
from kg.graphs.wording import Words, language_of, spaced
from kg.ontology import EntityType, PerLanguage, Relation
from kg.rdf.literals import value_type
from kg.rdf.schema import Schema
from kg.rdf.vocabulary import OWL, RDFS, XSD, in_words, is_code, local

_LONGEST = 300  # characters of a description


class Shaping:
    """Gives classes and properties their names, words and places.

    Args:
        schema: What is said of them.
    """

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    # --- classes ---

    def type_name(self, iri: str) -> str:
        """The name of a class; one whose own is a number is called by its label."""
        name = local(iri)
        if is_code(name):
            labels = self.schema.labels(iri)
            name = next(iter(labels.get("en") or labels.get("") or next(iter(labels.values()), [name])))
        return type_name(name)

    def types(self, classes: Iterable[str], *, described: bool = True) -> dict[str, EntityType]:
        """Make the types of some classes and of those above them, by name.

        Args:
            classes: Theirs IRIs; classes of one name are one type.
            described: Whether to take definitions over.
        """
        iris = list(dict.fromkeys(classes))
        for iri in iris:  # grows
            iris += [above for above in self.schema.parents(iri) if above not in iris]
        found: dict[str, EntityType] = {}
        for iri in iris:
            name = self.type_name(iri)
            kind = EntityType(
                name=name,
                labels=self._labels(iri),
                description=_sentence(self.schema.definition(iri)) if described else "",
            )
            known = found.get(name)
            found[name] = kind if known is None else _together(known, kind)
        parents = self._parents(iris)
        _place(found, parents)
        return {
            name: kind.model_copy(update={"parent": parents.get(name)}) if name not in business().types else kind
            for name, kind in found.items()
        }

    def depth(self, iri: str) -> int:
        """How many classes lie above one."""
        seen = {iri}
        waiting = [iri]
        for one in waiting:  # grows
            for above in self.schema.parents(one):
                if above not in seen:
                    seen.add(above)
                    waiting.append(above)
        return len(seen) - 1

    def ancestors(self, iri: str) -> set[str]:
        """The classes above one."""
        found = {iri}
        waiting = [iri]
        for one in waiting:  # grows
            for above in self.schema.parents(one):
                if above not in found:
                    found.add(above)
                    waiting.append(above)
        return found - {iri}

    def label(self, iri: str) -> str:
        """What a class or property is called in a sentence."""
        labels = self.schema.labels(iri)
        for language in ("en", "", "zh"):
            if language in labels:
                return labels[language][0]
        return next(iter(labels.values()))[0] if labels else spaced(in_words(iri))

    def _labels(self, iri: str) -> PerLanguage:
        found: dict[str, list[str]] = {}
        for language, texts in self.schema.labels(iri).items():
            for text in texts:
                found.setdefault(language or language_of(text), []).append(text)
        if not found and not is_code(local(iri)):
            words = spaced(local(iri))
            found[language_of(words)] = [words]
        return {language: tuple(dict.fromkeys(texts)) for language, texts in found.items()}

    def _parents(self, iris: list[str]) -> dict[str, str]:
        """The one parent of each type that has any: the nearest of several, one that is declared here before others."""
        found: dict[str, str] = {}
        for iri in iris:
            name = self.type_name(iri)
            above = self.schema.parents(iri)
            general = {far for one in above for far in self.ancestors(one)}
            order = sorted((one for one in above if one not in general), key=lambda one: not self.schema.declares(one))
            choice = next((self.type_name(one) for one in order if self.type_name(one) != name), None)
            if choice is not None and name not in business().types:
                found.setdefault(name, choice)
        for name in sorted(found):  # a circle is cut
            chain = [name]
            while chain[-1] in found:
                if found[chain[-1]] in chain:
                    del found[chain[-1]]
                    break
                chain.append(found[chain[-1]])
        return found

    # --- properties ---

    def relation_name(self, iri: str) -> str:
        """The name of a property; one whose own is a number is called by its label."""
        name = local(iri)
        if is_code(name) and self.schema.labels(iri):
            name = self.label(iri)
        return relation_name(name)

    def words(self, *iris: str) -> Words:
        """What properties of one name are called, in both directions: by labels, names and inverses."""
        words = Words()
        for iri in iris:
            self._say(words, iri, inverse=False)
            for other in self.schema.inverses(iri):
                self._say(words, other, inverse=True)
        return words

    def is_literal(self, iri: str) -> bool:
        """Whether a property leads to literals."""
        if f"{OWL}ObjectProperty" in self.schema.kinds(iri):
            return False
        range_ = self.schema.ends(iri)[1]
        return f"{OWL}DatatypeProperty" in self.schema.kinds(iri) or any(self.schema.is_datatype(one) for one in range_)

    def value_types(self, iri: str) -> tuple[str, ...]:
        """The types of value that a property leads to."""
        found = dict.fromkeys(value_type(one) for one in self.schema.ends(iri)[1] if one.startswith((XSD, RDFS)))
        return tuple(found) or ("Text",)

    def relation(self, iris: Sequence[str], domain: tuple[str, ...], range_: tuple[str, ...]) -> Relation:
        """Make the relation of properties of one name between some types."""
        definitions = (self.schema.definition(iri) for iri in iris)
        return self.words(*iris).relation(
            self.relation_name(iris[0]),
            domain,
            range_,
            symmetric=any(self.schema.is_symmetric(iri) for iri in iris),
            functional=all(self.schema.is_functional(iri) for iri in iris),
            description=_sentence(next((text for text in definitions if text), "")),
        )

    def _say(self, words: Words, iri: str, *, inverse: bool) -> None:
        labels = self.schema.labels(iri)
        for language, texts in labels.items():
            for text in texts:
                words.add(text, language or language_of(text), inverse=inverse)
        name = local(iri)
        if not is_code(name) and (language_of(name) not in labels and "" not in labels):
            words.add(name, language_of(name), inverse=inverse)


def _place(types: dict[str, EntityType], parents: dict[str, str]) -> None:
    """Put the roots of a hierarchy under the business ontology's types that they, or all below them, are called by."""
    roots = [name for name in types if name not in parents and name not in business().types]
    below: dict[str, set[str]] = {root: set() for root in roots}
    for name, kind in types.items():
        root = name
        while root in parents:
            root = parents[root]
        if root in below:
            nouns = [noun for said in kind.labels.values() for noun in said]
            found = name if name in business().types else parent_of(nouns)
            if found is not None:
                below[root].add(found)
    for root in roots:
        if len(below[root]) == 1:
            parents[root] = below[root].pop()
    for parent in set(parents.values()) - types.keys():
        types[parent] = EntityType(name=parent)


def _together(one: EntityType, other: EntityType) -> EntityType:
    labels: Mapping[str, tuple[str, ...]] = {
        language: tuple(dict.fromkeys((*one.labels.get(language, ()), *other.labels.get(language, ()))))
        for language in {**one.labels, **other.labels}
    }
    return one.model_copy(update={"labels": labels, "description": one.description or other.description})


def _sentence(text: str) -> str:
    """The first sentences of a definition, as much as a description takes."""
    if len(text) <= _LONGEST:
        return text
    cut = max(text.rfind(mark, 0, _LONGEST) for mark in (". ", "; ", "。"))
    return text[: cut + 1].strip() if cut > 0 else text[:_LONGEST].rsplit(" ", 1)[0] + " ..."

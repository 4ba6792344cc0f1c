"""Ontologies: which types and relations there are, what they are called in each language, and what may stand where.

An ontology is one or more YAML files that a domain expert can read (`kg/ontologies/business.yaml` shows every key).
Files and the schemas of tables are merged into one `Ontology`, which checks every statement before it is written and is
the allow-list for every name in a query.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from kg.errors import OntologyError

BUSINESS = Path(__file__).parent / "ontologies" / "business.yaml"
_NAME = re.compile(r"[^\W\d_]\w{0,63}")
_RESERVED = {"Entity", "Value", "Document", "Chunk", "PART_OF", "MENTIONS", "Projection"}


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError(f"{text!r} is not a name: a letter first, then letters, digits or _, at most 64 in all")
    if text in _RESERVED:
        raise ValueError(f"{text!r} is reserved by the graph itself")
    return text


def _words(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Name = Annotated[str, AfterValidator(_name)]
Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
PerLanguage = dict[str, Words]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class EntityType(_Part):
    """A type of thing, or of value.

    Attributes:
        labels: Per language, the singular first, then other words for it (plurals, synonyms).
        parent: A more general type.
        value: Whether it is a literal (a date, an amount) rather than an entity.
        description: One sentence that tells a reader what belongs here.
    """

    name: Name = ""
    labels: PerLanguage = Field(default_factory=dict)
    parent: Name | None = None
    value: bool = False
    description: str = ""


class Relation(_Part):
    """A relation from a subject to an object.

    Attributes:
        domain: Types a subject may have.
        range: Types an object may have.
        inverse: The relation that says the same the other way round, where the ontology names one.
        symmetric: Whether it holds both ways.
        functional: Whether a subject has at most one object (at a time).
        labels: Per language, noun phrases for the object, seen from the subject: "chief executive officer".
        inverse_labels: Per language, noun phrases for the subject, seen from the object: "company led".
        phrases: Per language, further words that questions use to go from subject to object: "run by".
        inverse_phrases: The same from object to subject: "runs".
    """

    name: Name = ""
    domain: tuple[Name, ...]
    range: tuple[Name, ...]
    inverse: Name | None = None
    symmetric: bool = False
    functional: bool = False
    labels: PerLanguage = Field(default_factory=dict)
    inverse_labels: PerLanguage = Field(default_factory=dict)
    phrases: PerLanguage = Field(default_factory=dict)
    inverse_phrases: PerLanguage = Field(default_factory=dict)
    description: str = ""

    def label(self, language: str = "en") -> str:
        """The first label in a language, else the name in words."""
        return next(iter(self.labels.get(language, ())), self.name.replace("_", " ").lower())


class Ontology(_Part):
    """Types and relations by name.

    Raises:
        OntologyError: from every constructor, where names are unknown, reserved or contradictory.
    """

    name: str
    types: dict[Name, EntityType] = Field(default_factory=dict)
    relations: dict[Name, Relation] = Field(default_factory=dict)

    # --- making one -----------------------------------------------------------------------------------------------

    @classmethod
    def load(cls, *files: Path | str) -> Ontology:
        """Load and merge YAML files; the business ontology where none is named."""
        parts = [cls.parse(Path(file).read_text(encoding="utf-8"), str(file)) for file in files or (BUSINESS,)]
        return cls.merged(parts)

    @classmethod
    def parse(cls, text: str, file: str = "ontology") -> Ontology:
        """Parse one YAML text; references to other files' names are checked in `merged`."""
        try:
            tree = yaml.compose(text, Loader=yaml.SafeLoader)
            data = yaml.safe_load(text)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise OntologyError(str(error.problem or "this is not YAML"), file, line) from error
        if not isinstance(data, dict):
            raise OntologyError("an ontology is a mapping with the keys name, types and relations", file, 1)
        try:
            return cls.model_validate(data)._named()
        except ValidationError as error:
            first = error.errors()[0]
            path = [part for part in first["loc"] if part != "[key]"]
            message = f"{' / '.join(map(str, path))}: {first['msg'].removeprefix('Value error, ')}"
            raise OntologyError(message, file, _line(tree, path)) from error

    @classmethod
    def merged(cls, parts: Iterable[Ontology]) -> Ontology:
        """Merge ontologies; a later one adds names, labels and phrases to what an earlier one says."""
        types: dict[str, EntityType] = {}
        relations: dict[str, Relation] = {}
        names = []
        for part in parts:
            names.append(part.name)
            for name, kind in part.types.items():
                types[name] = _merge_type(types[name], kind) if name in types else kind
            for name, relation in part.relations.items():
                relations[name] = _merge_relation(relations[name], relation) if name in relations else relation
        whole = cls(name="+".join(dict.fromkeys(names)), types=types, relations=relations)
        whole._check_references()
        return whole

    def _named(self) -> Ontology:
        return self.model_copy(
            update={
                "types": {name: kind.model_copy(update={"name": name}) for name, kind in self.types.items()},
                "relations": {name: rel.model_copy(update={"name": name}) for name, rel in self.relations.items()},
            }
        )

    def _check_references(self) -> None:
        for kind in self.types.values():
            if kind.parent is not None and kind.parent not in self.types:
                raise OntologyError(f"type {kind.name}: the parent {kind.parent!r} is not defined")
            if kind.name in self.relations:
                raise OntologyError(f"{kind.name!r} is both a type and a relation; the graph engine needs two names")
            self.ancestors(kind.name)
        for relation in self.relations.values():
            for name in (*relation.domain, *relation.range):
                if name not in self.types:
                    raise OntologyError(f"relation {relation.name}: the type {name!r} is not defined")
            if relation.inverse is not None and relation.inverse not in self.relations:
                raise OntologyError(f"relation {relation.name}: the inverse {relation.inverse!r} is not defined")

    # --- asking it --------------------------------------------------------------------------------------------------

    def type(self, name: str) -> EntityType:
        """The type of this name, or an `OntologyError` that lists the known ones."""
        if name not in self.types:
            raise OntologyError(f"there is no type {name!r}; known: {', '.join(sorted(self.types))}")
        return self.types[name]

    def relation(self, name: str) -> Relation:
        """The relation of this name, or an `OntologyError` that lists the known ones."""
        if name not in self.relations:
            raise OntologyError(f"there is no relation {name!r}; known: {', '.join(sorted(self.relations))}")
        return self.relations[name]

    def ancestors(self, name: str) -> tuple[str, ...]:
        """A type and its parents, nearest first."""
        chain: list[str] = []
        current: str | None = name
        while current is not None:
            if current in chain:
                raise OntologyError(f"type {name}: its parents form a circle ({' -> '.join([*chain, current])})")
            chain.append(current)
            current = self.type(current).parent
        return tuple(chain)

    def is_a(self, name: str, general: str) -> bool:
        """Whether a type equals another or lies below it."""
        return general in self.ancestors(name)

    def descendants(self, general: str) -> tuple[str, ...]:
        """A type and all types below it, sorted."""
        return tuple(sorted(name for name in self.types if self.is_a(name, general)))

    def admits(self, subject_type: str, predicate: str, object_type: str) -> bool:
        """Whether a statement of these types may be written."""
        relation = self.relations.get(predicate)
        if relation is None or subject_type not in self.types or object_type not in self.types:
            return False
        return any(self.is_a(subject_type, name) for name in relation.domain) and any(
            self.is_a(object_type, name) for name in relation.range
        )

    @cached_property
    def functional(self) -> frozenset[str]:
        """Names of the functional relations."""
        return frozenset(name for name, relation in self.relations.items() if relation.functional)

    def to_yaml(self) -> str:
        """Write it as a file that `parse` reads back to an equal ontology."""
        data = self.model_dump(
            mode="json",
            exclude_defaults=True,
            exclude={"types": {"__all__": {"name"}}, "relations": {"__all__": {"name"}}},
        )
        return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=140)


def _line(tree: yaml.Node | None, path: list[int | str]) -> int:
    """Find the line of the deepest node on a path that exists."""
    line = 1
    for step in path:
        if isinstance(tree, yaml.MappingNode):
            found = next(((key, value) for key, value in tree.value if key.value == str(step)), None)
            if found is None:
                break
            line, tree = found[0].start_mark.line + 1, found[1]
        elif isinstance(tree, yaml.SequenceNode) and isinstance(step, int) and step < len(tree.value):
            tree = tree.value[step]
            line = tree.start_mark.line + 1
        else:
            break
    return line


def _merge_words(old: PerLanguage, new: PerLanguage) -> PerLanguage:
    return {key: tuple(dict.fromkeys((*old.get(key, ()), *new.get(key, ())))) for key in {**old, **new}}


def _merge_type(old: EntityType, new: EntityType) -> EntityType:
    if old.value != new.value or (old.parent and new.parent and old.parent != new.parent):
        raise OntologyError(f"type {old.name}: two ontologies define it differently (value or parent)")
    update: Mapping[str, Any] = {
        "labels": _merge_words(old.labels, new.labels),
        "parent": old.parent or new.parent,
        "description": old.description or new.description,
    }
    return old.model_copy(update=update)


def _merge_relation(old: Relation, new: Relation) -> Relation:
    words = {
        key: _merge_words(getattr(old, key), getattr(new, key))
        for key in ("labels", "inverse_labels", "phrases", "inverse_phrases")
    }
    update: Mapping[str, Any] = {
        **words,
        "domain": tuple(dict.fromkeys((*old.domain, *new.domain))),
        "range": tuple(dict.fromkeys((*old.range, *new.range))),
        "inverse": old.inverse or new.inverse,
        "symmetric": old.symmetric or new.symmetric,
        "functional": old.functional and new.functional,
    }
    return old.model_copy(update=update)

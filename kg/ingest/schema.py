"""What the tables of a document add to the ontology: types of rows and relations, given by a schema or inferred."""

from __future__ import annotations

from collections.abc import Sequence

from kg.ingest.parsed import TableSchema
from kg.ingest.table_words import CJK, said, singular, type_name, words
from kg.ontology import EntityType, Ontology, Relation

MENTIONED_IN = Relation(
    name="MENTIONED_IN",
    domain=(),
    range=(),
    labels={"en": ("record that mentions it",), "zh": ("提及它的记录",)},
    inverse_labels={"en": ("thing mentioned", "mention"), "zh": ("提到的事物",)},
    phrases={"en": ("mentioned in", "where mentioned"), "zh": ("在哪里提到", "被提及于")},
    inverse_phrases={"en": ("mentions", "who is mentioned in", "what is mentioned in"), "zh": ("提到", "提及")},
)
"""From what a model finds in a row's free text to the row."""


class SchemaBuilder:
    """Gathers the types and relations that the rows of one document use.

    Args:
        base: The ontology so far: names that it uses otherwise are avoided.
        schema: What is known of tables; the rest is inferred.
    """

    def __init__(self, base: Ontology, schema: Sequence[TableSchema] = ()) -> None:
        self._base = base
        self._schema = {one.table: one for one in schema}
        self._given = {one.type.name: one.type for one in schema}
        self._types: dict[str, EntityType] = {}
        self._relations: dict[str, Relation] = {}
        self._type_of: dict[str, str] = {}
        self._name_columns: dict[str, str] = {}
        self._noted: tuple[str, ...] = ()

    def covers(self, table: str) -> bool:
        """Whether the schema says what a table's rows are."""
        return table in self._schema

    def scope(self, table: str) -> str | None:
        """What the schema says that keys of a table are unique in."""
        given = self._schema.get(table)
        return None if given is None else given.scope

    def named_by(self, table: str, column: str) -> None:
        """Note the column that names a table's rows: it tells what they are where nothing else does."""
        self._name_columns.setdefault(table, column)

    def type_of(self, table: str) -> str:
        """The type of a table's rows."""
        if table not in self._type_of:
            given = self._schema.get(table)
            self._type_of[table] = self._infer_type(table) if given is None else self.type_named(given.type.name)
        return self._type_of[table]

    def type_named(self, name: str) -> str:
        """The type that is written for one that the schema names, under another name where the ontology uses it."""
        given = self._given.get(name, EntityType(name=name))
        free = self._free(name)
        if free not in self._types:
            known = self._base.types.get(free)
            parent = given.parent if known is None and given.parent != name else None
            parent = None if parent is None else self.type_named(parent)
            self._types[free] = given.model_copy(update={"name": free, "parent": parent, "value": False})
        return free

    def is_value(self, name: str) -> bool:
        """Whether a type of the schema is a literal's."""
        known = self._base.types.get(name)
        return name not in self._given and known is not None and known.value

    def value(self, kind: str) -> None:
        """Note that a kind of literal is used."""
        self._types.setdefault(kind, EntityType(name=kind, value=True))

    def relation(self, table: str, column: str) -> Relation | None:
        """What the schema says that a column states."""
        given = self._schema.get(table)
        return None if given is None else given.relations.get(column)

    def known(self, column: str, subject_type: str) -> Relation | None:
        """The ontology's own relation that a column is called by, if such a row may have it."""
        found = relation_called(self._base, column, self._types[subject_type].parent or subject_type)
        return None if found is None else found.model_copy(update={"labels": {}, "inverse_labels": {}})

    @staticmethod
    def inferred(name: str, labels: Sequence[str], inverse: str | None) -> Relation:
        """A relation made of a column's name; its domain and range are those of its first statement."""
        return Relation(
            name=name, domain=(), range=(), labels=said(*labels), inverse_labels=said(inverse) if inverse else {}
        )

    def state(self, relation: Relation, subject_type: str, object_type: str) -> str:
        """Let a relation be stated of two types.

        Returns:
            The name under which it is written.
        """
        name = relation.name
        if name in self._base.types or name in self._given:
            name = f"HAS_{name}"
        known = self._relations.get(name)
        if known is None:
            keep = {"name": name, "domain": (subject_type,), "range": (object_type,)}
            self._relations[name] = relation.model_copy(update=keep)
        elif subject_type not in known.domain or object_type not in known.range or known.labels != relation.labels:
            self._relations[name] = known.model_copy(
                update={
                    "domain": tuple(dict.fromkeys((*known.domain, subject_type))),
                    "range": tuple(dict.fromkeys((*known.range, object_type))),
                    "labels": known.labels or relation.labels,
                    "inverse_labels": known.inverse_labels or relation.inverse_labels,
                }
            )
        return name

    def noted(self, row_type: str) -> None:
        """Let rows of a type have free text, which may mention things of any type of the ontology."""
        if (row_type,) != self._noted:
            self._noted = (row_type,)
            for kind in self._base.types.values():
                if not kind.value and kind.parent is None:
                    self._types.setdefault(kind.name, EntityType(name=kind.name))
                    self.state(MENTIONED_IN, kind.name, row_type)

    def ontology(self, name: str) -> Ontology:
        """All that was used or that the schema says of a table here; an inverse that is no relation is left out.

        What the schema says comes whole, so that all documents of a table say the same.
        """
        for one in self._schema.values():
            for relation in one.relations.values() if one.table in self._name_columns else ():
                for subject in relation.domain:
                    for object_ in relation.range:
                        if self.is_value(object_):
                            self.value(object_)
                        else:
                            object_ = self.type_named(object_)
                        self.state(relation, self.type_named(subject), object_)
        known = {**self._base.relations, **self._relations}
        relations = {
            key: relation if relation.inverse in known else relation.model_copy(update={"inverse": None})
            for key, relation in self._relations.items()
        }
        return Ontology(name=name, types=self._types, relations=relations)

    def _infer_type(self, table: str) -> str:
        name = self._free(type_name(table))
        if name not in self._types:
            label = " ".join([*words(table)[:-1], singular(words(table)[-1])])
            parent = (
                None if name in self._base.types else parent_of(self._base, label, self._name_columns.get(table, ""))
            )
            self._types[name] = EntityType(name=name, labels=said(label, table), parent=parent)
            if parent is not None:
                self._types.setdefault(parent, EntityType(name=parent))
        return name

    def _free(self, name: str) -> str:
        known = self._base.types.get(name)
        return f"{name}Row" if (known is not None and known.value) or name in self._base.relations else name


def parent_of(base: Ontology, *labels: str) -> str | None:
    """The ontology's type that a table's rows belong to, by what the table or the column of names is called."""
    for label in labels:
        last = (words(label) or [""])[-1]
        for kind in base.types.values():
            called = {name for names in kind.labels.values() for name in names}
            inside = any(len(name) > 1 and name in label for name in called) if CJK.search(label) else False
            if not kind.value and label and (last in called or inside):
                return kind.name
    return None


def relation_called(base: Ontology, column: str, subject_type: str) -> Relation | None:
    """The ontology's own relation that a column is called by, if a row of some type may have it."""
    label = " ".join(words(column))
    for relation in base.relations.values():
        named = {" ".join(words(name)) for names in relation.labels.values() for name in names}
        if label in named and any(base.admits(subject_type, relation.name, kind) for kind in relation.range):
            return relation
    return None

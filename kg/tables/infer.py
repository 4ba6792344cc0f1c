"""Infers a mapping from what the tables of a data set hold and from what they are called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as Map
from typing import Any

from kg.ingest.schema import parent_of, relation_called
from kg.ingest.table_words import CJK, relation_name, singular, type_name, words
from kg.ontology import EntityType, Ontology, PerLanguage
from kg.tables.dataset import DataSet
from kg.tables.keys import key_of, name_of
from kg.tables.mapping import ColumnMapping, CompositeReference, Mapping, TableMapping
from kg.tables.profile import ColumnProfile, TableProfile, profile
from kg.tables.references import Reference, ends_of, list_separator, references
from kg.tables.units import unit_in
from kg.tables.wording import labelled, lexicon, reference_words

_TEXT = re.compile(
    r"(?i)(description|notes?|comments?|remarks?|summary|bio|biography|text|body|content|abstract|review|message)s?$"
    r"|备注|描述|简介|说明|内容|评论"
)
_FLAG = re.compile(
    r"(?i)^(is|has|can|was|allow)[ _]|(?-i:^(is|has|can)[A-Z])"
    r"|(active|enabled|deleted|discontinued|closed|paid|verified|approved|won|lost|done|resolved|cancelled)$|^是否"
)
ENUMERATION = 20
"""Most values of an enumeration that a mapping lists."""


def infer(data: DataSet, base: Ontology) -> Mapping:
    """Infer what the tables of a data set mean.

    Args:
        data: The tables.
        base: The ontology that they add to.
    """
    profiles = {name: profile(data, table) for name, table in data.tables.items()}
    keys = {name: key_of(data, found) for name, found in profiles.items()}
    found = references(data, profiles, keys)
    for name, some in found.items():
        if len(keys[name]) == 1 and len(some) > 1 and len(some) == len(profiles[name].columns):
            keys[name] = tuple(one.column for one in some)  # a table of links: which one is unique is chance
    inference = _Inference(base, profiles, keys, found)
    return Mapping(tables={name: inference.table(name) for name in profiles})


class _Inference:
    def __init__(
        self,
        base: Ontology,
        profiles: Map[str, TableProfile],
        keys: Map[str, tuple[str, ...]],
        found: Map[str, list[Reference]],
    ) -> None:
        self._base = base
        self._profiles = profiles
        self._keys = keys
        self._references = {name: {one.column: one for one in some} for name, some in found.items()}
        self._types: dict[str, str] = {}
        for name in profiles:
            self._types[name] = self._type(name)

    def table(self, name: str) -> TableMapping:
        """What the rows of one table are."""
        found, key, pointing = self._profiles[name], self._keys[name], self._references[name]
        composite = tuple(self._composite(name))
        apart = {column for one in composite for column in one.columns}
        naming = name_of(found, key, frozenset(pointing) | apart)
        parent = self._parent(name, naming)
        aliases = tuple(
            column.name
            for column in found.columns
            if " ".join(words(column.name)) in lexicon()["aliases"] and column.kind.value is None
        )
        link = self._is_link(name, naming)
        columns = {}
        for column in found.columns:
            if link and column.name in pointing:
                columns[column.name] = self._end(name, column.name)
            else:
                columns[column.name] = self._column(name, column, parent, naming)
        return TableMapping(
            type=self._types[name],
            parent=None if link else parent,
            labels=self._labels(name),
            key=key,
            name=naming,
            aliases=tuple(column for column in aliases if column not in naming),
            identifiers={
                column.name: kind
                for column in found.columns
                if (kind := lexicon()["identifiers"].get(" ".join(words(column.name)))) and column.name not in pointing
            },
            link=link,
            references=composite,
            columns=columns,
        )

    def _type(self, name: str) -> str:
        ends = ends_of(name, [column.name for column in self._profiles[name].columns])
        wanted = type_name(name if ends is None else ends[2])
        known = self._base.types.get(wanted)
        if (known is not None and known.value) or wanted in self._base.relations:
            wanted += "Row"
        taken = set(self._types.values())
        if wanted in taken:
            wanted = next(free for n in range(2, 1_000) if (free := f"{wanted}{n}") not in taken)
        return wanted

    def _labels(self, name: str) -> PerLanguage:
        ends = ends_of(name, [column.name for column in self._profiles[name].columns])
        return labelled(name if ends is None else ends[2])

    def _parent(self, name: str, naming: tuple[str, ...]) -> str | None:
        """A more general type: people have two names; else by the words of the table, of its naming column."""
        if self._types[name] in self._base.types:
            return None
        if len(naming) == 2:
            return "Person" if "Person" in self._base.types else None
        label = words(name)
        label = [*label[:-1], singular(label[-1])]
        called = " ".join(label)
        # "company_name" names companies; the names of employees are not what the table is about
        by_column = " ".join(words(naming[0])[:-1]) if naming and words(naming[0])[-1] == "name" else ""
        if naming and CJK.search(naming[0]):
            by_column = naming[0].removesuffix("名称")
        if ends_of(name, [column.name for column in self._profiles[name].columns]) is not None:
            return None
        found = parent_of(self._base, called, by_column)
        if found is not None:
            return found
        for kind, nouns in lexicon()["parents"].items():
            if kind in self._base.types and any(
                label[-1] == noun or (CJK.search(noun) and noun in name) for noun in nouns
            ):
                return str(kind)
        return None

    def _is_link(self, name: str, naming: tuple[str, ...]) -> bool:
        """Whether rows say nothing but which two rows belong together."""
        found, pointing, key = self._profiles[name], self._references[name], self._keys[name]
        if len(pointing) != 2 or naming or any(one.separator for one in pointing.values()):
            return False
        rest = {column.name for column in found.columns} - set(pointing)
        return not rest or (len(key) == 1 and rest == set(key) and found.column(key[0]).numeric)

    def _end(self, name: str, column: str) -> ColumnMapping:
        """One end of a link: the second one carries what the table says."""
        one = self._references[name][column]
        ends = list(self._references[name])
        target = f"{one.table}.{one.target}"
        if column == ends[0]:
            return ColumnMapping(references=target)
        first = self._references[name][ends[0]].table
        called = ends_of(name, ends)
        verb = "" if called is None else called[2]
        relation = relation_name(verb) if verb and not CJK.search(verb) else relation_name(name)
        labels = labelled(*([verb] if verb else [name]), *([one.table] if one.table != first else []))
        return ColumnMapping(
            references=target, relation=self._free(relation), labels=labels, inverse_labels=labelled(first)
        )

    def _side(self, name: str, column: str) -> str | None:
        """Whether a column says from whom or to whom what the row tells of went."""
        ends = ends_of(name, [one.name for one in self._profiles[name].columns])
        return None if ends is None else "from" if column == ends[0] else "to" if column == ends[1] else None

    def _composite(self, name: str) -> Iterator[CompositeReference]:
        by_name = {known.casefold(): known for known in self._profiles}
        for declared in self._profiles[name].table.references:
            target = by_name.get(declared.table.casefold())
            if target is not None and len(declared.columns) > 1:
                targets = declared.targets or self._keys[target]
                said = reference_words(declared.columns[-1], name, target)
                yield CompositeReference(
                    columns=declared.columns, table=target, targets=targets, relation=self._free(said["relation"]),
                    labels=said["labels"], inverse_labels=said["inverse_labels"],
                )  # fmt: skip

    def _free(self, relation: str) -> str:
        return f"HAS_{relation}" if relation in self._base.types or relation in self._types.values() else relation

    def _column(self, name: str, column: ColumnProfile, parent: str | None, naming: tuple[str, ...]) -> ColumnMapping:
        if not column.distinct:
            return ColumnMapping(relation=self._free(relation_name(column.name)), labels=labelled(column.name))
        reference = self._references[name].get(column.name)
        if reference is not None:
            said = reference_words(column.name, name, reference.table, self._side(name, column.name))
            said["relation"] = self._free(said["relation"])
            return ColumnMapping(references=f"{reference.table}.{reference.target}", list=reference.separator, **said)
        said = {"relation": self._free(relation_name(column.name)), "labels": labelled(column.name)}
        if column.name in naming:
            return ColumnMapping(**said)
        known = relation_called(self._base, column.name, parent or self._types[name])
        if known is not None and self._base.types[known.range[0]].value == (column.kind.value is not None):
            return ColumnMapping(relation=known.name, kind=known.range[0], list=list_separator(column))
        return ColumnMapping(**said, **self._kind(column, column.name in self._keys[name]))

    def _kind(self, column: ColumnProfile, key: bool) -> dict[str, Any]:
        if column.kind.code:
            return {"kind": "Text"}
        value = column.kind.value
        if value == "Number" and set(column.values) <= {"0", "1"} and _FLAG.search(column.name):
            return {"kind": "Boolean"}
        told = unit_in(column.name) if value in ("Number", "Money") else None
        if value is not None:
            kind, unit = told or (value, column.unit)
            found: dict[str, Any] = {"kind": kind}
            if unit and kind in ("Number", "Money"):
                found["unit"] = unit
            if value == "Date" and column.kind.day_first is not None:
                found["day_first"] = column.kind.day_first
            return found
        if (separator := list_separator(column)) is not None:
            return {"kind": "Text", "list": separator}
        if not key and _is_text(column):
            return {"text": True}
        if not key and 1 < column.distinct <= ENUMERATION and column.filled >= 2 * column.distinct:
            return {"kind": "Text", "values": tuple(sorted(column.values))}
        return {"kind": "Text"}


def _is_text(column: ColumnProfile) -> bool:
    """Whether values are sentences."""
    wide = 2 if any(CJK.search(text) for text in column.sample[:20]) else 1
    long = column.mean * wide
    return long >= 80 or (long >= 25 and bool(_TEXT.search(column.name)) and column.distinct > 1)


def types_of(mapping: Mapping) -> dict[str, EntityType]:
    """The types of a mapping's tables, by the table's name."""
    return {
        name: EntityType(name=table.type, labels=table.labels, parent=table.parent)
        for name, table in mapping.tables.items()
    }

"""Mappings: what the tables of a data set mean, as YAML that a person reads and corrects."""

from __future__ import annotations

from collections.abc import Mapping as Map
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from kg.errors import InputError
from kg.ontology import Name, PerLanguage

_LINE = 100  # characters of a mapping that is written on one line
VALUES = ("Text", "Number", "Money", "Date", "Boolean", "Email", "Url")


def _several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_several)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=False)


class ColumnMapping(_Part):
    """What one column states of its row.

    Attributes:
        relation: The relation that it states.
        labels, inverse_labels, phrases, inverse_phrases: How questions say the relation, as in an ontology.
        references: "table.column": the column whose rows its cells point at.
        kind: What its values are: Text, Number, Money, Date, Boolean, Email, Url, or the type of what its cells name.
        unit: The unit or currency of values that are written without one.
        day_first: Whether 04/05/1975 is the fourth of May.
        list: What stands between several values of one cell.
        values: All that it can hold, where that is little.
        text: Whether it is free text, which the models read.
        skip: Whether it is left out.
    """

    references: str | None = None
    kind: str | None = None
    unit: str | None = None
    day_first: bool | None = None
    list: str | None = None
    values: Names = ()
    text: bool = False
    skip: bool = False
    relation: Name | None = None
    labels: PerLanguage = Field(default_factory=dict)
    inverse_labels: PerLanguage = Field(default_factory=dict)
    phrases: PerLanguage = Field(default_factory=dict)
    inverse_phrases: PerLanguage = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_meaning(self) -> ColumnMapping:
        if self.references is not None and "." not in self.references:
            raise ValueError("'references' names a table and one of its columns: customers.id")
        if self.references is not None and (self.text or self.kind is not None):
            raise ValueError("a column that references rows has neither 'kind' nor 'text'")
        if self.unit is not None and self.kind not in ("Number", "Money"):
            raise ValueError("'unit' belongs to the kinds Number and Money")
        return self

    @property
    def target(self) -> tuple[str, str] | None:
        """The table and column that it points at."""
        if self.references is None:
            return None
        table, _, column = self.references.rpartition(".")
        return table, column


class CompositeReference(_Part):
    """A reference by several columns together."""

    columns: tuple[str, ...]
    table: str
    targets: tuple[str, ...]
    relation: Name
    labels: PerLanguage = Field(default_factory=dict)
    inverse_labels: PerLanguage = Field(default_factory=dict)


class TableMapping(_Part):
    """What the rows of one table are.

    Attributes:
        type: The type of the rows, and what it is called.
        parent: A more general type of the ontology.
        key: The columns that tell the rows apart; none: what a row says tells it apart.
        name: The column that names a row; given and family name are two.
        aliases: Columns of further names.
        identifiers: Columns that hold an identifier which is the same everywhere, with its kind: {LEI: lei}.
        link: Whether a row says nothing but which two rows of other tables belong together.
        references: References by several columns together.
        columns: Its columns.
        skip: Whether the table is left out.
    """

    type: Name
    parent: Name | None = None
    labels: PerLanguage = Field(default_factory=dict)
    key: Names = ()
    name: Names = ()
    aliases: Names = ()
    identifiers: dict[str, str] = Field(default_factory=dict)
    link: bool = False
    skip: bool = False
    references: tuple[CompositeReference, ...] = ()
    columns: dict[str, ColumnMapping] = Field(default_factory=dict)


class Mapping(_Part):
    """What the tables of a data set mean, by their names."""

    tables: dict[str, TableMapping] = Field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> Mapping:
        """Read what `to_yaml` wrote.

        Raises:
            InputError: it is no whole mapping.
        """
        try:
            return checked(cls.model_validate(yaml.safe_load(text) or {}))
        except ValidationError as error:
            raise InputError(f"mapping: {_first(error)}") from error

    def to_yaml(self, comment: str = "") -> str:
        """Write it as a file that a person can correct and `parse` reads back to an equal mapping."""
        data = self.model_dump(mode="json", exclude_defaults=True)
        lead = "".join(f"# {line}\n" for line in comment.splitlines())
        return lead + yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000)


class Corrections(_Part):
    """A mapping file as a person may write it: what it does not mention is inferred."""

    tables: dict[str, dict[str, Any] | None] = Field(default_factory=dict)

    @classmethod
    def load(cls, file: Path | str) -> Corrections:
        """Read a mapping file.

        Raises:
            InputError: it is none; the message says what is wrong and where.
        """
        try:
            text = Path(file).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"the mapping {str(file)!r} cannot be read: {error}") from error
        return cls.parse(text, str(file))

    @classmethod
    def parse(cls, text: str, file: str = "mapping") -> Corrections:
        """Read the text of a mapping file."""
        try:
            data = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise InputError(f"{file} is no YAML: {str(error).splitlines()[0]}") from error
        try:
            found = cls.model_validate(data or {})
            for name, table in found.tables.items():
                _checked(TableMapping, {"type": "Row", **(table or {})}, f"{file}: tables / {name}")
            return found
        except ValidationError as error:
            raise InputError(f"{file}: {_first(error)}") from error

    def apply(self, inferred: Mapping) -> Mapping:
        """Put what a person says over what was inferred; a column that he mentions is what he says.

        Raises:
            InputError: he mentions a table or a column that is not there, or what he says contradicts itself.
        """
        tables = {}
        for name in self.tables:
            if name not in inferred.tables:
                raise InputError(f"the mapping names the table {name!r}; there are: {', '.join(inferred.tables)}")
        for name, table in inferred.tables.items():
            said = dict(self.tables.get(name) or {})
            columns = {**table.model_dump(exclude_defaults=True).get("columns", {})}
            for column, meaning in (said.pop("columns", None) or {}).items():
                if column not in table.columns:
                    known = ", ".join(table.columns)
                    raise InputError(f"the mapping names the column {name}.{column}; there are: {known}")
                columns[column] = meaning or {}
            data = {**table.model_dump(exclude_defaults=True), **said, "columns": columns}
            tables[name] = _checked(TableMapping, data, f"tables / {name}")
        return checked(Mapping(tables=tables))


def checked(mapping: Mapping) -> Mapping:
    """Check that what a mapping refers to is there.

    Raises:
        InputError: it is not.
    """
    for name, table in mapping.tables.items():
        for part in ("key", "name", "aliases", "identifiers"):
            for column in getattr(table, part):
                if column not in table.columns:
                    raise InputError(f"{name}: {part} names the column {column!r}; there is none")
        for column, meaning in table.columns.items():
            if (target := meaning.target) is not None:
                known = mapping.tables.get(target[0])
                if known is None or target[1] not in known.columns:
                    raise InputError(f"{name}.{column} references {meaning.references!r}, which is no column here")
    return mapping


def _checked(model: type[TableMapping], data: Map[str, Any], where: str) -> TableMapping:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise InputError(f"{where}: {_first(error)}") from error


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    path = " / ".join(str(part) for part in first["loc"] if part != "[key]")
    return f"{path}: {first['msg'].removeprefix('Value error, ')}"


class _Dumper(yaml.SafeDumper):
    """Writes short lists and the mapping of one column on a line."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _flow_where_flat(dumper: yaml.SafeDumper, data: Any) -> yaml.Node:
    node = dumper.represent_list(data)
    node.flow_style = True
    return node


def _map(dumper: yaml.SafeDumper, data: dict[str, Any]) -> yaml.Node:
    node = dumper.represent_dict(data.items())
    node.flow_style = bool(data) and not {"tables", "columns"} & data.keys() and len(str(data)) <= _LINE
    return node


_Dumper.add_representer(list, _flow_where_flat)
_Dumper.add_representer(dict, _map)

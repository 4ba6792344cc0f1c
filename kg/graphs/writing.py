"""Writes the nodes of a graph as documents: a line a node, "name: relation: object, object; attribute: value"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from kg.errors import DocumentError
from kg.graphs.graph import Claim, End, Node, Shape, Text
from kg.ingest.composer import Composer, one_line
from kg.ingest.parsed import Field, Parsed, Record, TableSchema
from kg.ingest.tables import PART
from kg.types import DocumentStatus

LONGEST_LINE = 1_500
"""Characters after which the claims of a node go on in a further line, which names it again."""

FREE_TEXT = 300
"""Characters from which a text is prose, which models read, below the line of its node."""

_NAME, _ALSO = "(name)", "also called"  # no relation can be called so


def documents(
    nodes: Iterable[Node],
    shape: Shape,
    *,
    title: str,
    name: str,
    media_type: str,
    first: str | None = None,
    notes: Sequence[str] = (),
) -> Iterator[Parsed]:
    """Write a graph down.

    Args:
        nodes: Its nodes, in the order in which they are to stand.
        shape: Its types and relations.
        title: What the documents are called; from the second on with a number.
        name: What the external ids of the second document and those after it begin with.
        media_type: Of what was read.
        first: External id of the first document; its source's own name where None.
        notes: Lines to stand at the end, for people to read.

    Yields:
        Documents of at most `PART` nodes each.

    Raises:
        DocumentError: there are no nodes (NO_TEXT).
    """
    writer, number, count, section = _Writer(shape), 1, 0, ""
    for node in nodes:
        if count == PART:
            yield writer.parsed(title, name, number, media_type, first)
            writer, number, count, section = _Writer(shape), number + 1, 0, ""
        if node.section != section:
            section = node.section
            writer.composer.heading(section, 1)
        writer.write(node)
        count += 1
    for note in notes:
        writer.composer.paragraph(note)
    if writer.composer.empty:
        raise DocumentError(DocumentStatus.NO_TEXT, "The graph has no nodes.")
    yield writer.parsed(title, name, number, media_type, first)


class _Writer:
    """Writes one document."""

    def __init__(self, shape: Shape) -> None:
        self.composer = Composer()
        self._shape = shape
        # of each table the relations that are stated here, and whether they lead to values of a kind or to a type
        self._used: dict[str, dict[str, set[tuple[bool, str]]]] = {}

    def write(self, node: Node) -> None:
        """Write the line of a node; a long one goes on in further lines."""
        line, prose = _Line(node), list[Claim]()
        if node.aliases:
            line.add(_ALSO, [(_ALSO, alias, None) for alias in node.aliases])
        for relation, claims in groupby(node.claims, key=lambda claim: claim.relation):
            caption = self._shape.captions.get(relation) or relation
            for claim in claims:
                if isinstance(claim.end, Text) and claim.end.value is None and len(claim.end.text) > FREE_TEXT:
                    prose.append(claim)
                    continue
                if line.length > LONGEST_LINE:
                    self._finish(line, node)
                    line = _Line(node)
                line.add(caption, [(relation, one_line(_text(claim)), claim)])
        line.origin(node.origin)
        self._finish(line, node, prose)

    def parsed(self, title: str, name: str, number: int, media_type: str, first: str | None) -> Parsed:
        """Finish the document."""
        identity = first
        if number > 1:
            title, identity = f"{title} ({number})", f"{first}/{number}" if first else f"{name}#{number}"
        found = self.composer.parsed(title, media_type, external_id=identity)
        return replace(found, schema=tuple(self._schema()))

    def _schema(self) -> Iterator[TableSchema]:
        """What the tables that are used are, and the types above theirs."""
        by_type = {kind.name: table for table, kind in self._shape.types.items()}
        waiting = sorted(self._used)
        for table in waiting:
            kind = self._shape.types[table]
            relations = {
                name: self._shape.relations[name].model_copy(
                    update={"domain": (kind.name,), "range": tuple(dict.fromkeys(end for _, end in sorted(ends)))}
                )  # values first: a literal is one even where the relation leads to things too
                for name, ends in sorted(self._used.get(table, {}).items())
            }
            yield TableSchema(table, kind, relations)
            if kind.parent in by_type and by_type[kind.parent] not in waiting:
                waiting.append(by_type[kind.parent])

    def _finish(self, line: _Line, node: Node, prose: Sequence[Claim] = ()) -> None:
        start, end = self.composer.row("".join(line.pieces))
        used = self._used.setdefault(node.table, {})
        fields = []
        for column, text, claim, begin in line.places:
            reference, value = None, None
            if claim is not None and isinstance(claim.end, End):
                reference = (claim.end.table, claim.end.key)
                self._used.setdefault(claim.end.table, {})
                used.setdefault(claim.relation, set()).add((True, self._shape.types[claim.end.table].name))
            elif claim is not None and not isinstance(claim.end, End):
                value = claim.end.value
                used.setdefault(claim.relation, set()).add((False, value.kind if value else "Text"))
            fields.append(Field(column, text, start + begin, start + begin + len(text), value, reference))
        for claim in prose:
            caption = self._shape.captions.get(claim.relation) or claim.relation
            begin, stop = self.composer.paragraph(_text(claim), under=f"{node.name}: {caption}")
            used.setdefault(claim.relation, set()).add((False, "Text"))
            fields.append(Field(claim.relation, _text(claim), begin, stop))
        self.composer.record(
            Record(
                table=node.table,
                key=node.key,
                name_column=_NAME,
                fields=tuple(fields),
                start=start,
                end=end,
                aliases=(_ALSO,) if node.aliases else (),
                identifiers=node.identifiers,
            )
        )


class _Line:
    """The text of one line, piece by piece, and what stands where."""

    def __init__(self, node: Node) -> None:
        name = one_line(node.name) or node.key
        self.pieces = [name]
        self.places: list[tuple[str, str, Claim | None, int]] = [(_NAME, name, None, 0)]
        self.length = len(name)
        self._caption = ""

    def add(self, caption: str, values: Iterable[tuple[str, str, Claim | None]]) -> None:
        """Say something; several values of one caption follow each other."""
        for column, text, claim in values:
            if not text:
                continue
            if caption == self._caption:
                self._say(", ")
            else:
                self._say(f"{': ' if not self._caption else '; '}{caption}: ")
                self._caption = caption
            self.places.append((column, text, claim, self.length))
            self._say(text)
            if claim is not None and claim.note:
                self._say(f" ({one_line(claim.note)})")

    def origin(self, origin: str) -> None:
        """Say where the node is found."""
        if origin:
            self._say(f" <{one_line(origin)}>")

    def _say(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)


def _text(claim: Claim) -> str:
    return claim.end.name or claim.end.key if isinstance(claim.end, End) else claim.end.text

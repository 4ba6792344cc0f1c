"""Reads RDF in any of its formats, triple by triple; nothing is fetched."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import quote

from kg.errors import DocumentError
from kg.ingest.composer import one_line
from kg.ingest.loaders.reading import read_text
from kg.types import DocumentStatus

if TYPE_CHECKING:
    import pyoxigraph as ox

FORMATS = {
    ".ttl": "TURTLE", ".turtle": "TURTLE", ".nt": "N_TRIPLES", ".nq": "N_QUADS", ".trig": "TRIG", ".n3": "N3",
    ".rdf": "RDF_XML", ".owl": "RDF_XML", ".rdfs": "RDF_XML", ".xml": "RDF_XML", ".jsonld": "JSON_LD",
    ".json": "JSON_LD",
}  # fmt: skip
_VOCABULARIES = {"schema.org": "https://schema.org/"}
"""Remote contexts that do nothing but name one vocabulary, by what stands for them in a file."""
_ENCODING = re.compile(rb"\A\s*<\?xml[^>]*\bencoding\s*=\s*[\"']([\w.-]+)[\"']")
_XML = re.compile(r"\A\s*<\?xml[^>]*\?>")
_REMOTE = re.compile(rb'"@context"\s*:\s*(?:"|\[[^\]]*")')


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal: its text, the IRI of its datatype, its language where it has one."""

    text: str
    datatype: str
    language: str = ""


Term = str | Literal
"""An IRI, a blank node "_:b1" by its place in the file, or a literal."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A triple and the named graph that it stands in; empty for the default graph."""

    subject: str
    predicate: str
    object: Term
    graph: str = ""


def statements(path: Path, name: str) -> Iterator[Statement]:
    """Read a file.

    Args:
        path: The file.
        name: What people call it: its suffix says which format it is, where it is one of RDF's; relative IRIs begin
            with it.

    Raises:
        DocumentError: it is damaged (CORRUPT), blank, or rests on a context that stands elsewhere (UNSUPPORTED).
    """
    import pyoxigraph as ox

    blank: dict[str, str] = {}

    def node(term: Any) -> str:
        if isinstance(term, ox.BlankNode):
            return blank.setdefault(term.value, f"_:b{len(blank) + 1}")
        return str(term.value)

    with _opened(path, name) as (source, kind):
        try:
            for quad in ox.parse(source, kind, base_iri=base_of(name)):
                object_ = quad.object
                if isinstance(object_, ox.Triple) or isinstance(quad.subject, ox.Triple):
                    continue  # what is said of statements
                graph = "" if isinstance(quad.graph_name, ox.DefaultGraph) else node(quad.graph_name)
                if isinstance(object_, ox.Literal):
                    value: Term = Literal(object_.value, object_.datatype.value, object_.language or "")
                else:
                    value = node(object_)
                yield Statement(node(quad.subject), quad.predicate.value, value, graph)
        except SyntaxError as error:
            raise DocumentError(DocumentStatus.CORRUPT, f"It is broken: {one_line(str(error.msg))[:300]}.") from error
        except (UnicodeDecodeError, ValueError) as error:
            raise DocumentError(DocumentStatus.CORRUPT, f"It is broken: {one_line(str(error))[:300]}.") from error


def base_of(name: str) -> str:
    """What relative IRIs of a file begin with."""
    return "file://" + quote(("" if name.startswith("/") else "/") + name.replace("\\", "/"))


@contextmanager
def _opened(path: Path, name: str) -> Iterator[tuple[IO[bytes] | str, ox.RdfFormat]]:
    """A file and its format; what is not UTF-8 is decoded first."""
    import pyoxigraph as ox

    with path.open("rb") as file:
        head = file.read(1 << 16)
        if not head.strip():
            raise DocumentError(DocumentStatus.BLANK, "The file is empty.")
        kind = getattr(ox.RdfFormat, FORMATS.get(Path(name).suffix.lower()) or _guess(head))
        declared = match[1].decode("ascii") if (match := _ENCODING.match(head)) else None
        file.seek(3 if head.startswith(b"\xef\xbb\xbf") else 0)
        if kind == ox.RdfFormat.JSON_LD and _REMOTE.search(head):
            yield _with_contexts(read_text(path)), kind
        elif _is_utf8(head, declared):
            yield file, kind
        else:
            yield _XML.sub("", read_text(path, declared)), kind


def _is_utf8(head: bytes, declared: str | None) -> bool:
    if declared is not None and declared.lower() not in ("utf-8", "utf8", "us-ascii"):
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.end >= len(head) - 3 and len(head) == 1 << 16  # a character cut in two
    return b"\0" not in head


def _guess(head: bytes) -> str:
    begin = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if begin.startswith(b"<?xml") or b"<rdf:RDF" in begin[:4096]:
        return "RDF_XML"
    if begin.startswith((b"{", b"[")):
        return "JSON_LD"
    return "TRIG"  # holds Turtle and N-Triples too


def _with_contexts(text: str) -> str:
    """Put the contexts that we know in the place of their addresses.

    Raises:
        DocumentError: another one is named: what its words mean cannot be known here.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DocumentError(DocumentStatus.CORRUPT, f"It is no JSON: {str(error)[:200]}.") from error
    return json.dumps(_resolved(found), ensure_ascii=False)


def _resolved(found: Any) -> Any:
    if isinstance(found, list):
        return [_resolved(one) for one in found]
    if not isinstance(found, dict):
        return found
    return {key: _context(value) if key == "@context" else _resolved(value) for key, value in found.items()}


def _context(value: Any) -> Any:
    if isinstance(value, list):
        return [_context(one) for one in value]
    if not isinstance(value, str):
        return value
    plain = re.sub(r"^https?://(www\.)?|/(docs/jsonldcontext\.jsonld?)?$", "", value.strip())
    if plain in _VOCABULARIES:
        return {"@vocab": _VOCABULARIES[plain]}
    reason = f"Its @context {value[:200]} stands elsewhere and is not fetched: put what it says into the file."
    raise DocumentError(DocumentStatus.UNSUPPORTED, reason)

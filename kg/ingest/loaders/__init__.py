"""The loaders, one file a format, and the choice among them.

A loader is a function from a file to the documents in it. Built-in ones are named in the table here; a package adds one
with an entry point in the group `loregraph.loaders` whose name is the file suffix it reads (without the dot) and whose
object is the function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import cast

from kg.errors import DocumentError, SettingsError
from kg.ingest.loaders.detect import TEXT, signature, text_format
from kg.ingest.loaders.nesting import Nesting
from kg.ingest.parsed import Part
from kg.types import DocumentStatus

Load = Callable[[Path, str], Iterator[Part]]
"""Reads the file at a path, known to people by a name, and yields its documents; raises `DocumentError`."""

LoadNested = Callable[[Path, str, Nesting], Iterator[Part]]
"""The same for a format that files may lie in: what lies in it is read through the nesting."""

HEAD = 8192
"""How many first bytes of a file the choice of a loader rests on."""


@dataclass(frozen=True, slots=True)
class Loader:
    """How one format is read: its name, its media type, and where the function is."""

    name: str
    media_type: str
    suffixes: tuple[str, ...]
    target: str  # module:function, imported when it is needed
    marked: bool = False  # the content shows the format by itself (a PDF does, a CSV file does not)
    nests: bool = False  # files may lie in it

    def load(self, path: Path, name: str, nesting: Nesting | None = None) -> Iterator[Part]:
        """Read a file.

        Args:
            path: The file.
            name: What people call it: a file name with its suffix.
            nesting: What it lies in; None for a file on disk.

        Raises:
            DocumentError: it cannot be read.
            SettingsError: a plug-in cannot be imported.
        """
        module, _, function = self.target.partition(":")
        try:
            load = getattr(import_module(module), function)
        except (ImportError, AttributeError) as error:
            raise SettingsError(f"The loader {self.name!r} ({self.target}) cannot be imported: {error}.") from error
        if self.nests:
            return cast(LoadNested, load)(path, name, nesting or Nesting.of(path))
        return cast(Load, load)(path, name)


def _built_in(
    name: str, media_type: str, *suffixes: str, module: str = "", marked: bool = False, nests: bool = False
) -> Loader:
    return Loader(name, media_type, suffixes, f"kg.ingest.loaders.{module or name}:load", marked, nests)


RDF_SUFFIXES = (".ttl", ".nt", ".nq", ".trig", ".n3", ".rdf", ".owl", ".jsonld")
_OPEN_XML = "application/vnd.openxmlformats-officedocument"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument"


BUILT_IN: dict[str, Loader] = {
    loader.name: loader
    for loader in (
        _built_in("txt", "text/plain", ".txt", ".text", ".log", module="text"),
        _built_in("md", "text/markdown", ".md", ".markdown", module="markdown"),
        _built_in("html", "text/html", ".html", ".htm", ".xhtml"),
        _built_in("csv", "text/csv", ".csv", ".tsv", ".tab"),
        _built_in("json", "application/json", ".json"),
        _built_in("jsonl", "application/jsonl", ".jsonl", ".ndjson"),
        _built_in("eml", "message/rfc822", ".eml", nests=True),
        _built_in("mbox", "application/mbox", ".mbox", ".mbx", nests=True),
        _built_in("msg", "application/vnd.ms-outlook", ".msg", marked=True, nests=True),
        _built_in("pdf", "application/pdf", ".pdf", marked=True, nests=True),
        _built_in("docx", f"{_OPEN_XML}.wordprocessingml.document", ".docx", ".docm", ".dotx", marked=True, nests=True),
        _built_in("xlsx", f"{_OPEN_XML}.spreadsheetml.sheet", ".xlsx", ".xlsm", ".xltx", marked=True, nests=True),
        _built_in(
            "pptx", f"{_OPEN_XML}.presentationml.presentation", ".pptx", ".pptm", ".ppsx", marked=True, nests=True
        ),
        _built_in("xls", "application/vnd.ms-excel", ".xls", ".xlsb", marked=True),
        _built_in("odt", f"{_OPEN_DOCUMENT}.text", ".odt", ".ott", marked=True),
        _built_in("ods", f"{_OPEN_DOCUMENT}.spreadsheet", ".ods", ".ots", marked=True),
        _built_in("odp", f"{_OPEN_DOCUMENT}.presentation", ".odp", ".otp", marked=True),
        _built_in("rtf", "application/rtf", ".rtf", marked=True),
        _built_in("epub", "application/epub+zip", ".epub", marked=True),
        _built_in("rst", "text/x-rst", ".rst", ".rest"),
        _built_in("org", "text/org", ".org"),
        _built_in("xml", "application/xml", ".xml", ".rss", ".atom"),
        _built_in("ipynb", "application/x-ipynb+json", ".ipynb"),
        _built_in("zip", "application/zip", ".zip", marked=True, nests=True),
        _built_in(
            "tar", "application/x-tar", ".tar", ".tgz", ".tbz2", ".txz", ".gz", ".bz2", ".xz", marked=True, nests=True
        ),
        _built_in(
            "image",
            "image/*",
            ".png",
            ".jpg",
            ".jpeg",
            ".tif",
            ".tiff",
            ".bmp",
            ".webp",
            ".gif",
            marked=True,
            nests=True,
        ),
        Loader("rdf", "application/rdf", RDF_SUFFIXES, "kg.rdf.loader:load", nests=True),
        Loader("graphml", "application/graphml+xml", (".graphml",), "kg.graphs.graphml:load"),
        Loader("triples", "text/x-triples", (".triples",), "kg.graphs.triples:load", nests=True),
        _built_in("database", "application/vnd.sqlite3", ".sqlite", ".sqlite3", ".db", ".db3", marked=True),
    )
}

_SEALED = frozenset({".p7m", ".pgp", ".gpg"})
_LIST_OF_UNREADABLE = (
    ".doc .ppt .7z .rar .svg .mp3 .mp4 .wav .avi .mov .exe .dll .so .bin .parquet .sql .pst .odg .vsdx .pages .key"
)
_UNREADABLE = frozenset(_LIST_OF_UNREADABLE.split())

_ALSO: dict[str, frozenset[str]] = {  # what programs save under a suffix that is not its own
    ".xls": frozenset({"xlsx", "html", "csv", "xml"}),
    ".xlsx": frozenset({"xls"}),
    ".doc": frozenset({"docx", "rtf", "html"}),
    ".ppt": frozenset({"pptx"}),
    ".rtf": frozenset({"docx"}),
    ".eml": frozenset({"mbox"}),
    ".xml": frozenset({"html", "rdf", "graphml"}),
}


@cache
def plug_ins() -> dict[str, Loader]:
    """Loaders that other packages bring, by suffix."""
    return {
        "." + point.name.lower().lstrip("."): Loader(
            point.name, f"application/x-{point.name}", ("." + point.name,), point.value
        )
        for point in entry_points(group="loregraph.loaders")
        if point.name not in BUILT_IN
    }


def loader_for(path: Path, head: bytes, name: str | None = None, format_name: str | None = None) -> Loader:
    """Choose the loader of a file by its content first, its name's suffix second.

    Args:
        path: The file.
        head: Its first `HEAD` bytes.
        name: What people call it, where that is not the path's own name (an upload).
        format_name: The loader that it is to be read by, where the caller says so.

    Raises:
        SettingsError: there is no loader of that name.
        DocumentError: it is empty (BLANK), not what its name says (CORRUPT), protected (ENCRYPTED), or no loader reads
        it
            (UNSUPPORTED).
    """
    if format_name is not None:
        return loader_named(format_name)
    suffix = Path(name or path.name).suffix.lower()
    if suffix in plug_ins():
        return plug_ins()[suffix]
    if not head.strip(b"\0 \t\r\n\f\v") and path.stat().st_size <= len(head):
        raise DocumentError(DocumentStatus.BLANK, "The file is empty.")
    named = next((loader for loader in BUILT_IN.values() if suffix in loader.suffixes), None)
    found = signature(path, head)
    if head.lstrip().startswith(b"-----BEGIN PGP MESSAGE") or suffix in _SEALED:
        raise DocumentError(DocumentStatus.ENCRYPTED, "The file is encrypted.")
    if found == TEXT:
        return _text_loader(named, suffix, head)
    if found not in BUILT_IN:
        if named is not None:
            raise DocumentError(DocumentStatus.CORRUPT, f"It is named {suffix} but its content is {found}.")
        raise DocumentError(DocumentStatus.UNSUPPORTED, f"No loader reads {found}; {_known()}.")
    loader = BUILT_IN[found]
    if loader is not named and found not in _ALSO.get(suffix, ()) and (named is not None or suffix in _UNREADABLE):
        raise DocumentError(DocumentStatus.CORRUPT, f"It is named {suffix} but its content is {loader.name}.")
    return loader


def loader_named(format_name: str) -> Loader:
    """The loader of a name.

    Raises:
        SettingsError: there is none.
    """
    found = BUILT_IN.get(format_name) or plug_ins().get(f".{format_name}")
    if found is None:
        raise SettingsError(f"There is no format {format_name!r}; {_known()}.")
    return found


def _text_loader(named: Loader | None, suffix: str, head: bytes) -> Loader:
    guess = text_format(head) if named is None or suffix in _ALSO else ""
    if guess in _ALSO.get(suffix, ()):
        return BUILT_IN[guess]
    if named is not None and named.marked:
        raise DocumentError(DocumentStatus.CORRUPT, f"It is named {suffix} but its content is not {named.name}.")
    if named is not None:
        return named
    if suffix in _UNREADABLE or guess not in BUILT_IN:
        raise DocumentError(DocumentStatus.UNSUPPORTED, f"No loader reads {suffix or guess} files; {_known()}.")
    return BUILT_IN[guess]


def _known() -> str:
    return "those that are read: " + ", ".join([*BUILT_IN, *(loader.name for loader in plug_ins().values())])

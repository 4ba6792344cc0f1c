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
from kg.ingest.parsed import Part
from kg.types import DocumentStatus

Load = Callable[[Path, str], Iterator[Part]]
"""Reads the file at a path, known to people by a name, and yields its documents; raises `DocumentError`."""

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

    def load(self, path: Path, name: str) -> Iterator[Part]:
        """Read a file.

        Args:
            path: The file.
            name: What people call it: a file name with its suffix.

        Raises:
            DocumentError: it cannot be read.
            SettingsError: a plug-in cannot be imported.
        """
        module, _, function = self.target.partition(":")
        try:
            load = cast(Load, getattr(import_module(module), function))
        except (ImportError, AttributeError) as error:
            raise SettingsError(f"The loader {self.name!r} ({self.target}) cannot be imported: {error}.") from error
        return load(path, name)


def _built_in(name: str, media_type: str, *suffixes: str, module: str = "", marked: bool = False) -> Loader:
    return Loader(name, media_type, suffixes, f"kg.ingest.loaders.{module or name}:load", marked)


BUILT_IN: dict[str, Loader] = {
    loader.name: loader
    for loader in (
        _built_in("txt", "text/plain", ".txt", ".text", ".log", module="text"),
        _built_in("md", "text/markdown", ".md", ".markdown", module="markdown"),
        _built_in("html", "text/html", ".html", ".htm", ".xhtml"),
        _built_in("csv", "text/csv", ".csv", ".tsv", ".tab"),
        _built_in("json", "application/json", ".json"),
        _built_in("jsonl", "application/jsonl", ".jsonl", ".ndjson"),
        _built_in("eml", "message/rfc822", ".eml"),
        _built_in("pdf", "application/pdf", ".pdf", marked=True),
        _built_in(
            "docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ".docx",
            ".docm",
            marked=True,
        ),
        _built_in(
            "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx", ".xlsm", marked=True
        ),
        _built_in("database", "application/vnd.sqlite3", ".sqlite", ".sqlite3", ".db", ".db3", marked=True),
    )
}

_LIST_OF_UNREADABLE = (
    ".doc .xls .xlsb .ppt .pptx .msg .odt .ods .odp .epub .rtf .xml .zip .gz .tar .7z .rar .png .jpg .jpeg .gif "
    ".tif .tiff .bmp .webp .svg .mp3 .mp4 .wav .avi .mov .exe .dll .so .bin .parquet .sql .mbox .pst"
)
_UNREADABLE = frozenset(_LIST_OF_UNREADABLE.split())


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


def loader_for(path: Path, head: bytes, name: str | None = None) -> Loader:
    """Choose the loader of a file by its content first, its name's suffix second.

    Args:
        path: The file.
        head: Its first `HEAD` bytes.
        name: What people call it, where that is not the path's own name (an upload).

    Raises:
        DocumentError: it is empty (BLANK), not what its name says (CORRUPT), protected (ENCRYPTED), or no loader reads
        it
            (UNSUPPORTED).
    """
    suffix = Path(name or path.name).suffix.lower()
    if suffix in plug_ins():
        return plug_ins()[suffix]
    if not head.strip(b"\0 \t\r\n\f\v") and path.stat().st_size <= len(head):
        raise DocumentError(DocumentStatus.BLANK, "The file is empty.")
    named = next((loader for loader in BUILT_IN.values() if suffix in loader.suffixes), None)
    found = signature(path, head)
    if found == TEXT:
        return _text_loader(named, suffix, head)
    if found not in BUILT_IN:
        if named is not None:
            raise DocumentError(DocumentStatus.CORRUPT, f"It is named {suffix} but its content is {found}.")
        raise DocumentError(DocumentStatus.UNSUPPORTED, f"No loader reads {found}; {_known()}.")
    loader = BUILT_IN[found]
    if loader is not named and (named is not None or suffix in _UNREADABLE):
        raise DocumentError(DocumentStatus.CORRUPT, f"It is named {suffix} but its content is {loader.name}.")
    return loader


def _text_loader(named: Loader | None, suffix: str, head: bytes) -> Loader:
    if named is not None and named.marked:
        raise DocumentError(DocumentStatus.CORRUPT, f"It is named {suffix} but its content is not {named.name}.")
    if named is not None:
        return named
    guess = text_format(head)
    if suffix in _UNREADABLE or guess not in BUILT_IN:
        raise DocumentError(DocumentStatus.UNSUPPORTED, f"No loader reads {suffix or guess} files; {_known()}.")
    return BUILT_IN[guess]


def _known() -> str:
    return "those that are read: " + ", ".join([*BUILT_IN, *(loader.name for loader in plug_ins().values())])

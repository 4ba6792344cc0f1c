"""Reads files that lie in files, each as a document of its own, within bounds on depth, number and size."""

from __future__ import annotations

import io
import lzma
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import IO

from kg.errors import DocumentError
from kg.ingest.about import About, Parent
from kg.ingest.composer import one_line
from kg.ingest.parsed import Part, Unread
from kg.types import DocumentStatus

MARK = "!/"
"""Stands between what a file lies in and its name there: "outer.zip!/inner/name.docx"."""

DEEPEST = 5
MOST_FILES = 10_000
MOST_BYTES = 4 << 30
LARGEST = 192 << 20  # of one file
RATIO = 250  # times the size of the file on disk that all in it may take ...
FREE = 128 << 20  # ... beyond this many bytes

_PIECE = 1 << 20
_BROKEN = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError)
_TOO_LARGE = DocumentStatus.TOO_LARGE

ReadInner = Callable[[str, "Nesting"], Iterator[Part]]
"""Reads something that lies in a file, given its external id and the nesting of what lies in it."""


@dataclass(slots=True)
class Budget:
    """What may still be unpacked of one file on disk, however deep it lies."""

    files: int
    bytes: int

    def take_file(self) -> None:
        """Count a file.

        Raises:
            DocumentError: there are too many.
        """
        self.files -= 1
        if self.files < 0:
            raise DocumentError(_TOO_LARGE, f"It holds more than {MOST_FILES} files.")

    def take(self, count: int) -> None:
        """Count bytes that were unpacked.

        Raises:
            DocumentError: there are too many.
        """
        self.bytes -= count
        if self.bytes < 0:
            raise DocumentError(_TOO_LARGE, "It unpacks to more than is read of one file.")


@dataclass(frozen=True, slots=True)
class Nesting:
    """How deep in files a loader is, and what may still be unpacked there.

    Attributes:
        budget: Shared by all that lies in one file on disk.
        depth: 0 for the file on disk.
        alive: Says that a long document makes progress, a page of a scan for instance.
        parent: What the file that is read came in.
    """

    budget: Budget = field(default_factory=lambda: Budget(MOST_FILES, FREE))
    depth: int = 0
    alive: Callable[[], None] = lambda: None
    parent: Parent | None = None

    @classmethod
    def of(cls, path: Path, alive: Callable[[], None] = lambda: None) -> Nesting:
        """Begin with a file on disk."""
        return cls(Budget(MOST_FILES, min(MOST_BYTES, max(FREE, RATIO * path.stat().st_size))), 0, alive)

    @property
    def spent(self) -> bool:
        """Whether nothing more may be unpacked."""
        return self.budget.bytes < 0 or self.budget.files < 0

    def parts(
        self,
        outer: str,
        inner: str,
        content: IO[bytes] | bytes,
        *,
        mail: str | None = None,
        parent: str = "",
        archive: bool = False,
    ) -> Iterator[Part]:
        """Read one file that lies in another.

        Args:
            outer: External id of what it lies in.
            inner: Its name there. It names a document and decides nothing else: nothing is written under it.
            content: What it holds.
            mail: The key of the mail that it is attached to.
            parent: What people call what it lies in; its file's name where blank.
            archive: Whether it lies in an archive, which is no document itself.

        Yields:
            Its documents, each with an external id and a parent; an `Unread` where it cannot be read.

        Raises:
            DocumentError: more was unpacked than is taken of one file on disk, so that nothing more can be read.
        """
        yield from self.within(
            outer,
            inner,
            lambda identity, below: _unpacked(content, identity, below),
            mail=mail,
            parent=parent,
            archive=archive,
        )

    def within(
        self,
        outer: str,
        inner: str,
        read: ReadInner,
        *,
        mail: str | None = None,
        parent: str = "",
        archive: bool = False,
    ) -> Iterator[Part]:
        """Read what lies in a file and is no file by itself there; arguments and errors as for `parts`.

        Args:
            outer: External id of what it lies in.
            inner: Its name there.
            read: Reads it, given its external id and the nesting of what lies in it.
            mail: The key of the mail that it is attached to.
            parent: What people call what it lies in.
            archive: Whether that is an archive.

        Yields:
            As `parts`.
        """
        identity = f"{outer}{MARK}{inner}"
        above = Parent(outer, one_line(parent) or file_name(outer), mail, self.parent if archive else None)
        self.budget.take_file()
        try:
            if self.depth >= DEEPEST:
                raise DocumentError(_TOO_LARGE, f"It lies more than {DEEPEST} files deep in others.")
            if (reason := unsafe(inner)) is not None:
                raise DocumentError(DocumentStatus.CORRUPT, reason)
            for part in read(identity, Nesting(self.budget, self.depth + 1, self.alive, above)):
                yield _below(part, identity, above)
        except DocumentError as error:
            yield Unread(identity, error.status, error.reason, file_name(inner))
            if self.spent:
                raise
        except MemoryError:
            yield Unread(identity, _TOO_LARGE, "Reading it takes more memory than is given.", file_name(inner))
        except RecursionError:
            yield Unread(identity, DocumentStatus.CORRUPT, "It is nested too deeply.", file_name(inner))
        except Exception as error:  # whatever is wrong with one file, those beside it are read
            reason = f"The loader failed: {type(error).__name__}: {str(error)[:300]}"
            yield Unread(identity, DocumentStatus.FAILED, reason, file_name(inner))


def _unpacked(content: IO[bytes] | bytes, identity: str, nesting: Nesting) -> Iterator[Part]:
    from kg.ingest.loaders import HEAD, loader_for

    with tempfile.TemporaryDirectory(prefix="inner-") as folder:
        path = Path(folder) / "content"
        _copy(content, path, nesting.budget)
        with path.open("rb") as file:
            head = file.read(HEAD)
        yield from loader_for(path, head, identity).load(path, identity, nesting)


def _copy(content: IO[bytes] | bytes, path: Path, budget: Budget) -> None:
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    size = 0
    with path.open("wb") as file:
        while piece := _read(stream):
            budget.take(len(piece))
            size += file.write(piece)
            if size > LARGEST:
                raise DocumentError(_TOO_LARGE, f"It has more than {LARGEST >> 20} MB.")


def _read(stream: IO[bytes]) -> bytes:
    try:
        return stream.read(_PIECE)
    except _BROKEN as error:
        raise DocumentError(DocumentStatus.CORRUPT, f"It is damaged or cut short: {error}.") from error


def unsafe(name: str) -> str | None:
    """Why a name of a file inside a file is not to be trusted; None where nothing is wrong with it."""
    plain = name.replace("\\", "/")
    if plain.startswith("/") or plain[1:2] == ":" or ".." in plain.split("/") or "\0" in plain:
        return "Its name leads out of the file that it lies in."
    return None


def file_name(external_id: str) -> str:
    """The last part of a name."""
    return PurePosixPath(external_id.replace("\\", "/")).name or external_id


def is_left_out(name: str) -> bool:
    """Whether a file inside a file is only a program's own, as it is left out of folders too."""
    parts = name.replace("\\", "/").rstrip("/").split("/")
    return any((part.startswith((".", "~$")) and part not in (".", "..")) or part.lower() in _OTHERS for part in parts)


_OTHERS = frozenset({"thumbs.db", "desktop.ini", "__macosx", ".ds_store"})


def _below(part: Part, identity: str, parent: Parent) -> Part:
    if isinstance(part, Unread):
        return part if part.external_id else replace(part, external_id=identity)
    about = part.about or About()
    if about.parent is not None:  # it lies deeper, and says so
        return part
    return replace(
        part,
        external_id=part.external_id or identity,
        about=replace(about, parent=parent),
        metadata={**part.metadata, "parent": parent.external_id},
    )

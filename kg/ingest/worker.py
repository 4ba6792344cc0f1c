"""The process that parses: reads requests from its standard input, writes documents to its standard output.

A request is a line of JSON, `{"path", "name"}` for a file, `{"tables", "task", "scratch"}` for a data set. An answer is
a row of frames: one byte that says what it is, eight bytes of length, the content. `R` says that the process is ready,
`D` is a document, `W` that a long document makes progress, `E` an error (status, reason), `O` the end, `B` the end
after which this process should not be used again.
"""

from __future__ import annotations

import json
import os
import shutil
import struct
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

FRAME = struct.Struct(">cQ")
READY, DOCUMENT, WORKING, ERROR, END, SPENT = b"R", b"D", b"W", b"E", b"O", b"B"

_CPU_MARGIN = 5


def limit(memory: int, output: int) -> None:
    """Bound this process, as far as the system can: address space, file size, no core files."""
    try:
        import resource
    except ImportError:  # not a Unix
        return
    for what, amount in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, output),
        (getattr(resource, "RLIMIT_AS", None), memory),
    ):
        if what is None:
            continue
        try:
            _, hard = resource.getrlimit(what)
            resource.setrlimit(what, (amount if hard == resource.RLIM_INFINITY else min(amount, hard), hard))
        except (ValueError, OSError):  # macOS refuses some
            continue


def unlimit_files() -> None:
    """Let this process write files of any size: tables that do not fit in memory are spooled."""
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


def limit_cpu(seconds: float) -> None:
    """Give this process that much more processor time; it dies by itself where its owner no longer watches."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    wanted = int(used.ru_utime + used.ru_stime + seconds) + _CPU_MARGIN
    resource.setrlimit(resource.RLIMIT_CPU, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


def serve(requests: IO[bytes], answers: IO[bytes], *, seconds: float, memory: int, text: int) -> None:
    """Answer requests until there are no more, or until one leaves the process unfit for another."""
    import kg.ingest.loaders  # before it is ready: importing does not count against the first file
    import kg.ingest.wire  # noqa: F401

    _send(answers, READY, b"")
    for line in requests:
        request = json.loads(line)
        if not _answer(answers, request, seconds, memory, text):
            return


def _answer(answers: IO[bytes], request: dict[str, Any], seconds: float, memory: int, text: int) -> bool:
    """Parse one file, or the files of one data set.

    Returns:
        Whether the process may go on.
    """
    from kg.errors import DocumentError
    from kg.types import DocumentStatus

    fit = True
    error: tuple[DocumentStatus, str] | None = None
    try:
        read = _parts if request.get("tables") is None else _tables
        for part in read(request, seconds, text, lambda: _send(answers, WORKING, b"")):
            _send(answers, DOCUMENT, part)
    except DocumentError as failure:
        error = (failure.status, failure.reason)
    except MemoryError:
        fit, error = False, (DocumentStatus.TOO_LARGE, f"Reading it takes more than {memory >> 20} MB of memory.")
    except RecursionError:
        fit, error = False, (DocumentStatus.CORRUPT, "It is nested too deeply.")
    except BrokenPipeError:
        return False
    except Exception as failure:
        if _is_memory(failure):
            error = (DocumentStatus.TOO_LARGE, f"Reading it takes more than {memory >> 20} MB of memory.")
        else:
            error = (DocumentStatus.FAILED, f"The loader failed: {type(failure).__name__}: {str(failure)[:300]}")
        fit = False
    if error is not None:
        _send(answers, ERROR, json.dumps([error[0].value, error[1]]).encode())
    fit = fit and _resident() < memory // 2
    _send(answers, END if fit else SPENT, b"")
    return fit


def _tables(request: dict[str, Any], seconds: float, text: int, working: Callable[[], None]) -> Any:
    from kg.ingest.parsed import Unread
    from kg.ingest.wire import pack
    from kg.tables.load import DataSource, read_documents, read_mapping

    def alive() -> None:
        working()
        limit_cpu(seconds)

    unlimit_files()
    alive()
    read = read_mapping if request["task"] == "map" else read_documents
    for part in read(DataSource.of(request["tables"]), Path(request["scratch"]), alive=alive):
        yield pack(part if isinstance(part, Unread) or request["task"] == "map" else _checked(part, "", text))
        limit_cpu(seconds)


def _parts(request: dict[str, Any], seconds: float, text: int, working: Callable[[], None]) -> Any:
    path, name = Path(request["path"]), request["name"]
    from kg.errors import DocumentError
    from kg.ingest.loaders import HEAD, loader_for
    from kg.ingest.loaders.nesting import Nesting
    from kg.ingest.wire import pack
    from kg.types import DocumentStatus

    def alive() -> None:
        working()
        limit_cpu(seconds)

    limit_cpu(seconds)
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise DocumentError(DocumentStatus.FAILED, f"The file cannot be opened: {error.strerror}.") from error
    try:
        for part in loader_for(path, head, name, request.get("format")).load(path, name, Nesting.of(path, alive)):
            yield pack(_checked(part, name, text))
            limit_cpu(seconds)
    except OSError as error:
        raise DocumentError(DocumentStatus.FAILED, f"The file cannot be read: {error.strerror or error}.") from error


def _checked(part: Any, name: str, text: int) -> Any:
    """Hold loaders, plug-ins too, to what they promise: a document that is read has text, and not too much.

    What the file says of itself is written under the text.
    """
    from kg.errors import DocumentError
    from kg.ingest.colophon import with_colophon
    from kg.ingest.parsed import Unread
    from kg.types import DocumentStatus

    if isinstance(part, Unread):
        return part
    if not part.text.strip() or not part.chunks:
        status, reason = DocumentStatus.NO_TEXT, "The file has content, but no text could be read from it."
    elif len(part.text) > text or len(part.text.encode("utf-8", "replace")) > text:
        status, reason = DocumentStatus.TOO_LARGE, f"Its text has more than {text >> 20} MB."
    else:
        return with_colophon(part, part.external_id or name)
    if part.external_id is None:
        raise DocumentError(status, reason)
    return Unread(part.external_id, status, reason, part.title)


def _is_memory(failure: BaseException | None) -> bool:
    """Whether a library's own error is about memory after all."""
    while failure is not None:
        if isinstance(failure, MemoryError) or "memory" in str(failure).lower():
            return True
        failure = failure.__cause__ or failure.__context__
    return False


def _resident() -> int:
    """The most memory that this process has held, in bytes."""
    try:  # Linux hands ru_maxrss down from the process that started this one; VmHWM is this one's own
        status = Path("/proc/self/status").read_text("ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024
    except (OSError, IndexError, ValueError):
        pass
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _send(answers: IO[bytes], kind: bytes, content: bytes) -> None:
    answers.write(FRAME.pack(kind, len(content)))
    answers.write(content)
    answers.flush()


def main(arguments: str) -> None:
    """Run the process; what libraries print goes nowhere."""
    options = json.loads(arguments)
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    requests = os.fdopen(os.dup(0), "rb")
    os.dup2(nowhere, 0)
    limit(options["memory"], options["text"] * 4)
    tempfile.tempdir = options["scratch"]
    serve(requests, answers, seconds=options["seconds"], memory=options["memory"], text=options["text"])
    shutil.rmtree(options["scratch"], ignore_errors=True)  # its owner does, where there still is one

"""Parses files in child processes that have limits, so that no file can hang, swell or crash this one."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

from kg.errors import DocumentError
from kg.ingest.parsed import Part
from kg.ingest.wire import unpack
from kg.ingest.worker import DOCUMENT, ERROR, FRAME, SPENT, WORKING
from kg.types import DocumentStatus

_START = "import sys; sys.path[:] = {path!r}; from kg.ingest.worker import main; main({options!r})"
_START_SECONDS = 60.0
_READ = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What one parse may take."""

    seconds: float = 60.0  # until its next document is there
    memory: int = 1 << 30  # bytes of address space of the process
    text: int = 64 << 20  # bytes of UTF-8 of one document's text
    files: int = 500  # files that one process reads before it is replaced


class Sandbox:
    """A few worker processes, each used for many files, replaced after a failure and every so many files.

    Threads may share one: each parse under way has a process of its own. Processes are started afresh (not forked), so
    it does not matter how many threads there are.

    Args:
        limits: What one parse may take.
        idle: How many processes are kept for the next file.
    """

    def __init__(self, limits: Limits | None = None, *, idle: int = 2) -> None:
        self.limits = limits or Limits()
        self._most_idle = idle
        self._idle: list[_Worker] = []
        self._lock = threading.Lock()
        self._closed = False

    def parse(self, path: Path, *, name: str | None = None, format_name: str | None = None) -> Iterator[Part]:
        """Read the documents of one file.

        Args:
            path: The file.
            name: What people call it, with its suffix, where that is not its path. External ids that the file does not
                give itself begin with it.
            format_name: The loader that reads it, where its content and name are not to decide.

        Yields:
            Documents as they are read; an `Unread` for each of a source of many that could not be.

        Raises:
            DocumentError: the file cannot be read (or not to its end: documents yielded before are whole); the status
                says whether it is blank, without text, encrypted, corrupt, unsupported, undecodable, too large, or
                whether its parser ran out of time or died.
        """
        if not path.is_file():
            raise DocumentError(DocumentStatus.FAILED, "There is no such file.")
        request = {"path": os.fspath(path.absolute()), "name": name or os.fspath(path), "format": format_name}
        yield from self.run(request)

    def run(self, request: Mapping[str, Any]) -> Iterator[Part]:
        """Have a worker process answer a request, as `kg.ingest.worker` says; yields and raises as `parse`."""
        worker = self._take()
        fit = False
        try:
            yield from worker.parse(request)
            fit = worker.fit
        except DocumentError:
            fit = worker.fit
            raise
        finally:
            self._put_back(worker, fit)

    def close(self) -> None:
        """End the worker processes."""
        with self._lock:
            self._closed = True
            workers, self._idle = self._idle, []
        for worker in workers:
            worker.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _take(self) -> _Worker:
        with self._lock:
            worker = self._idle.pop() if self._idle else None
        if worker is not None and worker.alive:
            return worker
        return _Worker(self.limits)

    def _put_back(self, worker: _Worker, fit: bool) -> None:
        with self._lock:
            keep = fit and not self._closed and worker.files < self.limits.files and len(self._idle) < self._most_idle
            if keep:
                self._idle.append(worker)
        if not keep:
            worker.stop()


def parse(
    path: Path, *, limits: Limits | None = None, name: str | None = None, format_name: str | None = None
) -> Iterator[Part]:
    """Read the documents of one file in a sandbox that all callers in this process share.

    Args:
        path: The file.
        limits: What it may take.
        name: What people call it, where that is not its path.
        format_name: The loader that reads it, where its content and name are not to decide.

    Yields:
        As `Sandbox.parse`.

    Raises:
        DocumentError: as `Sandbox.parse`.
    """
    yield from shared(limits or Limits()).parse(path, name=name, format_name=format_name)


@cache
def shared(limits: Limits) -> Sandbox:
    """The sandbox of these limits that all callers in this process share."""
    sandbox = Sandbox(limits)
    atexit.register(sandbox.close)
    return sandbox


class _Worker:
    """One child process."""

    def __init__(self, limits: Limits) -> None:
        self.files = 0
        self.fit = True
        self._limits = limits
        self._scratch = tempfile.mkdtemp(prefix="loregraph-")  # what it unpacks is taken away however it ends
        bounds = {"seconds": limits.seconds, "memory": limits.memory, "text": limits.text}
        options = json.dumps({**bounds, "scratch": self._scratch})
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", _START.format(path=sys.path, options=options)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            start_new_session=True,  # Ctrl-C is for the owner
        )
        self._buffer = bytearray()

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    def parse(self, request: Mapping[str, Any]) -> Iterator[Part]:
        """Have one file, or the files of one data set, read."""
        self.fit = False
        if not self.files:
            self._frame(_START_SECONDS)  # it says that it is ready; starting does not count against the file
        self.files += 1
        self._request(request)
        error: DocumentError | None = None
        while True:
            kind, content = self._frame(self._limits.seconds)
            if kind == DOCUMENT:
                try:
                    part = unpack(content)
                except ValueError as failure:
                    raise DocumentError(DocumentStatus.CRASHED, "The parser's process sent no document.") from failure
                del content
                yield part
                del part
            elif kind == WORKING:
                continue  # a long document: its next page has as long as its first
            elif kind == ERROR:
                status, reason = json.loads(content)
                error = DocumentError(DocumentStatus(status), str(reason))
            else:
                self.fit = kind != SPENT
                break
        if error is not None:
            raise error

    def stop(self) -> None:
        """End the process at once."""
        with contextlib.suppress(OSError):
            self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        self._process.wait()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _request(self, request: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        line = json.dumps(dict(request)).encode("utf-8", "replace") + b"\n"
        try:
            self._process.stdin.write(line)
            self._process.stdin.flush()
        except OSError:
            raise self._death() from None

    def _frame(self, seconds: float) -> tuple[bytes, bytes]:
        deadline = time.monotonic() + seconds
        kind, length = FRAME.unpack(self._read(FRAME.size, deadline))
        if length > self._limits.text * 8:
            raise DocumentError(DocumentStatus.TOO_LARGE, "What was read of it is more than is taken.")
        return kind, self._read(length, deadline)

    def _read(self, size: int, deadline: float) -> bytes:
        assert self._process.stdout is not None
        handle = self._process.stdout.fileno()
        with selectors.DefaultSelector() as selector:
            selector.register(handle, selectors.EVENT_READ)
            while len(self._buffer) < size:
                left = deadline - time.monotonic()
                if left <= 0 or not selector.select(left):
                    raise DocumentError(
                        DocumentStatus.TIMEOUT, f"Reading it takes more than {self._limits.seconds:g} s."
                    )
                piece = os.read(handle, _READ)
                if not piece:
                    raise self._death()
                self._buffer += piece
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def _death(self) -> DocumentError:
        code = self._process.wait()
        if code == -getattr(signal, "SIGXCPU", 0):
            return DocumentError(DocumentStatus.TIMEOUT, f"Reading it takes more than {self._limits.seconds:g} s.")
        if code < 0:
            with contextlib.suppress(ValueError):
                return DocumentError(
                    DocumentStatus.CRASHED, f"The parser's process died of {signal.Signals(-code).name}."
                )
        return DocumentError(DocumentStatus.CRASHED, f"The parser's process ended with exit code {code}.")


def _environment() -> dict[str, str]:
    """What a worker needs of the environment: no secrets of its owner, one thread in number libraries."""
    kept = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH")
    found = {key: os.environ[key] for key in kept if key in os.environ}
    # Each thread's own heap would take 64 MB of the address space that a parse may have.
    return {**found, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}

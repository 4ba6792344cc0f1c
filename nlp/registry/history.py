"""The history of a registry: one file, a JSON object a line, only ever appended to; all else follows from it.

A line counts once its line feed is on the disk. A process that is killed while it writes leaves at most the beginning
of a line, which readers pass over and the next writer cuts off.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from kg.errors import LockedError, SettingsError

LOCK_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was done.

    Attributes:
        id: Unique.
        at: When, ISO 8601.
        who: Who did it.
        kind: "add", "gate", "promote" or "rollback".
        why: The reason that he gave.
        data: What the kind needs besides.
    """

    id: str
    at: str
    who: str
    kind: str
    why: str
    data: Mapping[str, Any]


Stamp = tuple[int, int, int]


class History:
    """The file of events.

    Args:
        folder: Where it is kept, with its lock; need not exist.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "history.jsonl"
        self._lock = FileLock(folder / "lock", timeout=LOCK_SECONDS)

    def stamp(self) -> Stamp | None:
        """What changes with every event, at the price of asking for the file's length; None while there is none."""
        try:
            stat = self.path.stat()
        except FileNotFoundError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino

    def events(self) -> list[Event]:
        """Every event, oldest first.

        Raises:
            SettingsError: the file is damaged other than at its end.
        """
        return self._parsed(self._whole())

    @contextmanager
    def changing(self) -> Iterator[list[Event]]:
        """Hold the lock, so that nothing is added between reading the events and appending one.

        Raises:
            LockedError: another process holds it for a minute.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire()
        except Timeout as error:
            raise LockedError(f"another process is changing the models in {self.path.parent}") from error
        try:
            yield self.events()
        finally:
            self._lock.release()

    def append(self, kind: str, who: str, why: str, data: Mapping[str, Any]) -> Event:
        """Add an event and wait until it is on the disk; the caller is inside `changing`."""
        event = Event(uuid.uuid4().hex, datetime.now(UTC).isoformat(timespec="seconds"), who, kind, why, dict(data))
        line = {"id": event.id, "at": event.at, "who": who, "kind": kind, "why": why, **data}
        whole = len(self._whole())
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            os.ftruncate(handle, whole)
            os.lseek(handle, whole, os.SEEK_SET)
            left = memoryview((json.dumps(line, ensure_ascii=False) + "\n").encode("utf-8"))
            while left:
                left = left[os.write(handle, left) :]
            os.fsync(handle)
        finally:
            os.close(handle)
        sync_folder(self.path.parent)
        return event

    def _whole(self) -> bytes:
        try:
            found = self.path.read_bytes()
        except FileNotFoundError:
            return b""
        return found[: found.rfind(b"\n") + 1]

    def _parsed(self, whole: bytes) -> list[Event]:
        events = []
        for number, line in enumerate(whole.splitlines(), 1):
            try:
                data = json.loads(line)
                id, at, who, kind, why = (str(data.pop(key)) for key in ("id", "at", "who", "kind", "why"))
                events.append(Event(id, at, who, kind, why, data))
            except (ValueError, KeyError, AttributeError) as error:
                raise SettingsError(f"{self.path}:{number}: damaged; restore this file from a backup") from error
        return events


def sync_folder(folder: Path) -> None:
    """Wait until a folder's list of names is on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""The edges of a graph that is read once and written node by node: in memory as numbers, long texts in a file."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterator
from typing import IO

from kg.ingest.loaders.nesting import Nesting

OUTERMOST = Nesting()
"""For a file that lies in no other, read in this process."""
ALIVE = 50_000
"""After so many triples a loader says that it makes progress."""
_KEPT = 64 << 20
"""Characters of literals that stay in memory."""
_FILE = 100 << 20
"""Bytes of one file of texts: a worker process may write no large ones."""


class Edges:
    """Triples by number, given out by subject in the order of numbers."""

    def __init__(self) -> None:
        self._subjects, self._relations, self._objects, self._parts = array("q"), array("i"), array("q"), array("i")

    def __len__(self) -> int:
        return len(self._subjects)

    def add(self, subject: int, relation: int, object_: int, part: int = 0) -> None:
        """Add one, to a part of the graph; literals are negative objects."""
        self._subjects.append(subject)
        self._relations.append(relation)
        self._objects.append(object_)
        self._parts.append(part)

    def __iter__(self) -> Iterator[tuple[int, int, int]]:
        return zip(self._subjects, self._relations, self._objects, strict=True)

    def parts(self) -> Iterator[tuple[int, int, int, int]]:
        """Yield every triple with the part that it stands in."""
        return zip(self._subjects, self._relations, self._objects, self._parts, strict=True)

    def by_subject(self) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
        """Yield part by part each subject with its relations and objects, as they were added."""
        import numpy as np

        if not self._subjects:
            return
        subjects = np.frombuffer(self._subjects, dtype=np.int64)
        order = np.lexsort((subjects, np.frombuffer(self._parts, dtype=np.int32)))
        current, found = (0, -1), list[tuple[int, int]]()
        for place in order:
            where = (self._parts[place], self._subjects[place])
            if where != current and found:
                yield *current, found
                found = []
            current = where
            found.append((self._relations[place], self._objects[place]))
        if found:
            yield *current, found


class Texts:
    """Texts by number; beyond some tens of megabytes they stand in unnamed files, gone with the process."""

    def __init__(self) -> None:
        self._places: list[str | tuple[int, int, int]] = []
        self._length = 0
        self._files: list[IO[bytes]] = []

    def add(self, text: str) -> int:
        """Keep a text.

        Returns:
            Its number, from 1.
        """
        if self._length < _KEPT:
            self._length += len(text)
            self._places.append(text)
        else:
            self._places.append(self._write(text.encode("utf-8", "surrogatepass")))
        return len(self._places)

    def __getitem__(self, number: int) -> str:
        place = self._places[number - 1]
        if isinstance(place, str):
            return place
        file, start, length = place
        self._files[file].seek(start)
        return self._files[file].read(length).decode("utf-8", "surrogatepass")

    def _write(self, data: bytes) -> tuple[int, int, int]:
        if not self._files or self._files[-1].seek(0, 2) > _FILE:
            self._files.append(tempfile.TemporaryFile(prefix="loregraph-"))  # noqa: SIM115 - as long as this lives
        start = self._files[-1].seek(0, 2)
        self._files[-1].write(data)
        return len(self._files) - 1, start, len(data)

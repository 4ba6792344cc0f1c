"""Text files as they are: decoded, by line, with errors that say where."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from kg.errors import DataError

_BLANK = " \t\r\n"


@dataclass(frozen=True)
class Source:
    """A file of labelled texts."""

    path: Path

    def error(self, message: str, line: int | None = None) -> DataError:
        """Make an error that names the file and the line, from 1."""
        return DataError(message, str(self.path), line)

    @cached_property
    def raw(self) -> bytes:
        """Its bytes.

        Raises:
            DataError: it cannot be read.
        """
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise self.error(error.strerror or str(error)) from error

    @cached_property
    def text(self) -> str:
        """The whole file without a byte order mark, line ends as they are.

        Raises:
            DataError: it cannot be read, or is not UTF-8.
        """
        try:
            return self.raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = self.raw.count(b"\n", 0, error.start) + 1
            kind = "UTF-16" if self.raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "another encoding"
            raise self.error(
                f"is not UTF-8 but {kind} (byte {self.raw[error.start]:#04x}): save it as UTF-8", line
            ) from (error)

    def lines(self) -> Iterator[tuple[int, str]]:
        """Numbers and lines without their ends; only a line feed, with or without a carriage return, ends a line."""
        for number, line in enumerate(self.text.split("\n"), 1):
            yield number, line.removesuffix("\r")

    def objects(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Line numbers and JSON objects: of a JSON array, or one after another as in JSON lines.

        Raises:
            DataError: it is not JSON, or holds something else than objects.
        """
        text, decoder = self.text, json.JSONDecoder()
        position, line, counted = self._skip(0), 1, 0
        array = text[position : position + 1] == "["
        position = self._skip(position + array)
        while position < len(text) and not (array and text[position] == "]"):
            line, counted = line + text.count("\n", counted, position), position
            try:
                value, position = decoder.raw_decode(text, position)
            except json.JSONDecodeError as error:
                raise self.error(f"is not JSON: {error.msg} in column {error.colno}", error.lineno) from error
            except RecursionError as error:
                raise self.error("is JSON that is nested too deep", line) from error
            if not isinstance(value, dict):
                raise self.error(f"holds {json.dumps(value)[:40]} where an object is expected", line)
            yield line, value
            position = self._skip(position)
            if array and text[position : position + 1] == ",":
                position = self._skip(position + 1)
            elif array and text[position : position + 1] != "]":
                raise self.error("is a JSON array without an end, or without a comma", line)

    def _skip(self, position: int) -> int:
        while position < len(self.text) and self.text[position] in _BLANK:
            position += 1
        return position

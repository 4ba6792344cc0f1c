"""JSON objects whose fields are checked as they are taken."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from kg.errors import DataError
from nlp.data.source import Source


class Record:
    """An object at a line of a file.

    Args:
        source: The file.
        line: From 1.
        fields: The object.
    """

    def __init__(self, source: Source, line: int, fields: Mapping[str, Any]) -> None:
        self.source, self.line, self.fields = source, line, fields

    def __contains__(self, key: str) -> bool:
        """Whether a field is there and not null."""
        return self.fields.get(key) is not None

    def error(self, message: str) -> DataError:
        """Make an error that names the file and the line."""
        return self.source.error(message, self.line)

    def text(self, key: str) -> str:
        """A string.

        Raises:
            DataError: it is missing or no string.
        """
        value = self.fields.get(key)
        if not isinstance(value, str):
            raise self.error(f"{key!r} is {_say(value)}, not a string")
        return value

    def optional(self, key: str) -> str | None:
        """A string, or None where it is missing or null.

        Raises:
            DataError: it is something else.
        """
        return self.text(key) if key in self else None

    def name(self, key: str) -> str:
        """A name or id: a string, or an integer as its digits.

        Raises:
            DataError: it is missing, empty or something else.
        """
        return self.as_name(self.fields.get(key), key)

    def as_name(self, value: Any, key: str) -> str:
        """Take a value as a name; `key` is for the error."""
        if isinstance(value, str) and value:
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        raise self.error(f"{key!r} is {_say(value)}, not a name or a number")

    def offset(self, key: str) -> int:
        """An offset.

        Raises:
            DataError: it is no integer.
        """
        return self.as_offset(self.fields.get(key), key)

    def as_offset(self, value: Any, key: str) -> int:
        """Take a value as an offset; `key` is for the error."""
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise self.error(f"{key!r} is {_say(value)}, not a whole number")

    def score(self, key: str = "score") -> float:
        """A probability, 1 where it is missing.

        Raises:
            DataError: it is no number from 0 to 1.
        """
        value = self.fields.get(key)
        if value is None:
            return 1.0
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise self.error(f"{key!r} is {_say(value)}, not a number from 0 to 1")
        return float(value)

    def items(self, key: str) -> list[Any]:
        """A list; empty where it is missing or null.

        Raises:
            DataError: it is something else.
        """
        value = self.fields.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.error(f"{key!r} is {_say(value)}, not a list")
        return value

    def records(self, key: str) -> list[Record]:
        """A list of objects; empty where it is missing or null.

        Raises:
            DataError: it is something else.
        """
        return [self.as_record(item, key) for item in self.items(key)]

    def record(self, key: str) -> Record:
        """An object.

        Raises:
            DataError: it is missing or something else.
        """
        return self.as_record(self.fields.get(key), key)

    def as_record(self, value: Any, key: str) -> Record:
        """Take a value as an object; `key` is for the error."""
        if not isinstance(value, dict):
            raise self.error(f"{key!r} holds {_say(value)}, not an object")
        return Record(self.source, self.line, value)


def _say(value: Any) -> str:
    return "missing" if value is None else json.dumps(value, ensure_ascii=True)[:60]

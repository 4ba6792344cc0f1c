"""API keys: who may call, and what he may read. Only hashes are kept, in a file that only its owner may read."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from kg.errors import ConflictError, InputError, NotFoundError, SettingsError
from kg.types import Viewer

PREFIX = "lg_"
_NAME = re.compile(r"[\w.@-]{1,64}")


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is kept.

    Attributes:
        name: What its owner calls it.
        hash: SHA-256 of the secret: 256 random bits need no slow hash.
        groups: Whose documents it may read, beside what is public.
        cypher: Whether it may query the graph itself, and so read everything.
        admin: Whether it may add and delete documents, and read everything.
        created_at: ISO 8601.
    """

    name: str
    hash: str
    groups: tuple[str, ...] = ()
    cypher: bool = False
    admin: bool = False
    created_at: str = ""

    @property
    def viewer(self) -> Viewer:
        """Who reads with this key."""
        return Viewer.all() if self.admin or self.cypher else Viewer.of(*self.groups)


class KeyStore:
    """The keys in one file; changes by another process are seen at the next request.

    Args:
        path: The file; it need not exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._guard = threading.Lock()
        self._stamp: tuple[int, int, int] | None = None
        self._keys: dict[str, Key] = {}  # by hash

    def all(self) -> list[Key]:
        """Every key, by name."""
        return sorted(self._current().values(), key=lambda key: key.name)

    def find(self, secret: str) -> Key | None:
        """The key with this secret, or None."""
        return self._current().get(_hash(secret))

    def add(self, name: str, groups: Sequence[str] = (), *, cypher: bool = False, admin: bool = False) -> str:
        """Make a key.

        Returns:
            The secret, which cannot be had again.

        Raises:
            InputError: the name is not 1 to 64 letters, digits or any of `._@-`.
            ConflictError: there is a key of this name.
        """
        if not _NAME.fullmatch(name):
            raise InputError(f"{name!r} is no name for a key: 1 to 64 letters, digits or any of ._@-")
        secret = PREFIX + secrets.token_urlsafe(32)
        with self._changing() as keys:
            if any(key.name == name for key in keys.values()):
                raise ConflictError(f"there is a key named {name!r}; revoke it first")
            now = datetime.now(UTC).isoformat(timespec="seconds")
            key = Key(name, _hash(secret), tuple(sorted(set(groups))), cypher, admin, now)
            keys[key.hash] = key
        return secret

    def revoke(self, name: str) -> None:
        """Make a key worthless.

        Raises:
            NotFoundError: there is no key of this name.
        """
        with self._changing() as keys:
            found = [key.hash for key in keys.values() if key.name == name]
            if not found:
                raise NotFoundError(f"there is no key named {name!r}")
            for digest in found:
                del keys[digest]

    def _current(self) -> dict[str, Key]:
        with self._guard:
            try:
                stat = self._path.stat()
            except FileNotFoundError:
                self._stamp, self._keys = None, {}
                return self._keys
            stamp = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if stamp != self._stamp:
                self._keys, self._stamp = _read(self._path), stamp
            return self._keys

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Key]]:
        """Read, let the caller change, write in one step; one process at a time."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self._path.with_suffix(".lock")):
            keys = dict(_read(self._path)) if self._path.exists() else {}
            yield keys
            new = self._path.with_suffix(".new")
            with os.fdopen(os.open(new, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
                json.dump([asdict(key) for key in keys.values()], file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            os.replace(new, self._path)


def _read(path: Path) -> dict[str, Key]:
    try:
        keys = [Key(**{**entry, "groups": tuple(entry["groups"])}) for entry in json.loads(path.read_text("utf-8"))]
    except (ValueError, TypeError, KeyError) as error:
        # Never mistaken for "no key is set", which would open the door.
        raise SettingsError(f"{path} is damaged: restore it, or remove it and make new keys") from error
    return {key.hash: key for key in keys}


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()

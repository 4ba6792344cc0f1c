"""Finds the files under some paths."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from kg.errors import InputError

_SIDECARS = ("-wal", "-shm", "-journal")  # files that a database keeps beside itself
_OTHERS = frozenset({"thumbs.db", "desktop.ini", "__macosx"})


def walk(paths: Iterable[Path | str]) -> Iterator[Path]:
    """Find all files to read, each once.

    Folders are gone through to the bottom, in the order of names. Hidden files and folders, and what office programs
    and databases leave beside a file, are left out; so is a symbolic link that leads out of the folder that was named.
    A file that is named itself is taken, whatever it is called.

    Args:
        paths: Files and folders.

    Yields:
        Files, by the path through which they were found.

    Raises:
        InputError: a path that was named does not exist.
    """
    seen: set[Path] = set()
    for path in map(Path, paths):
        if not path.exists():
            raise InputError(f"There is no file or folder {str(path)!r}.")
        found = _below(path, path.resolve(), set()) if path.is_dir() else iter((path,))
        for file in found:
            real = file.resolve()
            if real not in seen:
                seen.add(real)
                yield file


def _below(folder: Path, root: Path, entered: set[Path]) -> Iterator[Path]:
    real = folder.resolve()
    if real in entered:  # a link that leads back up
        return
    entered.add(real)
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:  # a folder that may not be read holds nothing for us
        return
    for entry in entries:
        if _is_left_out(entry.name):
            continue
        path = folder / entry.name
        if entry.is_symlink() and not path.resolve().is_relative_to(root):
            continue
        if path.is_dir():
            yield from _below(path, root, entered)
        elif path.is_file():
            yield path


def _is_left_out(name: str) -> bool:
    return name.startswith((".", "~$")) or name.lower() in _OTHERS or name.endswith(_SIDECARS)

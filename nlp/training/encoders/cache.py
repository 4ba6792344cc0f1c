"""The folder in which encoders that have to be made are kept."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock


def cache_folder() -> Path:
    """Return where made encoders are kept: the user's cache, as the platform has it."""
    if sys.platform == "win32":
        root = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        root = Path.home() / "Library" / "Caches"
    else:
        root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return root / "loregraph" / "encoders"


def made(cache: Path, name: str, make: Callable[[Path], None]) -> Path:
    """Return the folder `name` of the cache; make it first where it is not there.

    It appears as a whole or not at all, and two processes do not make it twice.

    Args:
        cache: The cache.
        name: Of the folder; a change of how it is made is a change of the name.
        make: Fills an empty folder.
    """
    target = cache / name
    if target.is_dir():
        return target
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / f"{name}.lock"):
        if target.is_dir():
            return target
        working = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=cache))
        try:
            make(working)
            working.chmod(cache.stat().st_mode & 0o777)
            working.rename(target)
        finally:
            shutil.rmtree(working, ignore_errors=True)
    return target


def like(known: Path, file: Path) -> None:
    """Let those read a file who may read another: safetensors writes for the owner alone."""
    file.chmod(known.stat().st_mode & 0o666)

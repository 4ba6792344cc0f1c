"""Copies of model folders that appear whole or not at all, and do not change afterwards."""

from __future__ import annotations

import os
import shutil
import uuid
from pathlib import Path

from nlp.registry.history import sync_folder

_INCOMING = ".incoming-"


def copy_folder(source: Path, target: Path) -> None:
    """Copy a folder's files; the target's name appears when all of them are on the disk.

    The caller holds the registry's lock: what a killed process left half copied is removed.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    for left in target.parent.glob(f"{_INCOMING}*"):
        remove_folder(left)
    incoming = target.parent / f"{_INCOMING}{uuid.uuid4().hex}"
    for path in sorted(source.rglob("*")):
        copied = incoming / path.relative_to(source)
        if path.is_dir():
            continue
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copied)
        with copied.open("rb") as file:
            os.fsync(file.fileno())
        copied.chmod(0o444)
    for folder in [incoming, *(path for path in incoming.rglob("*") if path.is_dir())]:
        sync_folder(folder)
    os.replace(incoming, target)
    sync_folder(target.parent)


def remove_folder(folder: Path) -> None:
    """Remove a folder of copies."""
    shutil.rmtree(folder, ignore_errors=True)

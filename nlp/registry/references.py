"""Models that stay where they are: spaCy pipelines, and folders inside installed packages."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from kg.errors import InputError, NotFoundError
from nlp.registry.version import digest_of

SPACY, PACKAGE = "spacy:", "package:"


def is_reference(source: str) -> bool:
    """Whether a model is named that stays where it is."""
    return source.startswith((SPACY, PACKAGE))


def folder_of(reference: str) -> Path:
    """The folder of "package:MODULE/FOLDER"; the module is not run.

    Raises:
        NotFoundError: there is no such package, or no such folder in it.
        InputError: not of this form.
    """
    module, _, inside = reference.removeprefix(PACKAGE).partition("/")
    if not module.isidentifier():
        raise InputError(f"{reference!r}: write package:MODULE/FOLDER with the name of an installed top-level package")
    found = find_spec(module)
    places = list(found.submodule_search_locations or ()) if found else []
    for place in places:
        root = Path(place).resolve()
        folder = (root / inside).resolve()
        if folder.is_dir() and folder.is_relative_to(root):
            return folder
    raise NotFoundError(f"{reference}: there is no such package, or no such folder in it")


def reference_digest(reference: str, labels: Mapping[str, str]) -> str:
    """Hash what a reference leads to: the files of a folder; of an installed pipeline its name and version.

    Raises:
        NotFoundError: it leads nowhere.
        SettingsError: the spaCy pipeline cannot be loaded.
    """
    if reference.startswith(PACKAGE):
        return digest_of(folder_of(reference), labels)
    place = reference.removeprefix(SPACY)
    if Path(place).is_dir():
        return digest_of(Path(place), labels)
    from nlp.spacy_extractor import load_pipeline

    meta = load_pipeline(place).meta
    said = f"{meta['lang']}_{meta['name']}\x1f{meta['version']}\x1f{sorted(labels.items())}"
    return hashlib.sha256(said.encode()).hexdigest()

"""Extractors by name: those that ship, and those that other packages offer as entry points "loregraph.extractors"."""

from __future__ import annotations

from collections.abc import Collection
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, cast

from kg.errors import SettingsError
from kg.ports import Extractor
from nlp.compose import Composite
from nlp.rules.layer import RuleReader

GROUP = "loregraph.extractors"

_BUILT_IN = {
    "joint": "nlp.plugins:_joint",
    "joint-zh": "nlp.plugins:_joint_chinese",
    "rules": "nlp.rules.layer:RuleReader",
    "spacy": "nlp.spacy_extractor:SpacyExtractor",
}

DEFAULT = ("joint", "joint-zh")  # the readers that ship


def known_extractors() -> list[str]:
    """Names of the extractors that there are, sorted; none is loaded for it."""
    return sorted(_points())


def extractor(name: str, **options: Any) -> Extractor:
    """Make an extractor.

    Args:
        name: Its name, with its first argument after a colon if it takes one: "rules", "joint", "joint:model/folder",
            "spacy:en_core_web_md", or what a plug-in is called.
        **options: Further arguments for its constructor.

    Raises:
        SettingsError: there is none of this name, or what it needs is not installed.
    """
    name, _, argument = name.partition(":")
    points = _points()
    if name not in points:
        raise SettingsError(f"no extractor {name!r}; there are {', '.join(sorted(points))}")
    point = points[name]
    try:
        factory = point.load()
    except ModuleNotFoundError as error:
        raise SettingsError(f"the extractor {name!r} needs {error.name}: {_install(point, error)}") from error
    except (ImportError, AttributeError) as error:
        raise SettingsError(f"the extractor {name!r} cannot be loaded from {point.value}: {error}") from error
    return cast(Extractor, factory(*([argument] if argument else []), **options))


def default_extractor(
    reader: str = "default",
    dictionary: Path | None = None,
    threads: int | None = None,
    types: Collection[str] | None = None,
) -> Extractor:
    """Make the extractor that ingestion uses: the rule layer first, then one or more readers.

    Args:
        reader: Names as `extractor` takes them, separated by commas; "default" are the joint readers that ship, one a
            language; "rules" alone is no reader but the rule layer.
        dictionary: The user's own names and codes.
        threads: Documents that the joint reader reads at a time; its own default where None.
        types: The ontology's entity types, which the dictionary is checked against; any where None.

    Raises:
        SettingsError: a name is unknown, or what it needs is not installed.
        InputError: the dictionary is wrong.
    """
    return Composite([rules(dictionary, types), *readers(reader, threads)])


def rules(dictionary: Path | None = None, types: Collection[str] | None = None) -> Extractor:
    """Make the rule layer; arguments and errors as of `default_extractor`."""
    return RuleReader(dictionary or (), types)


def readers(reader: str = "default", threads: int | None = None) -> list[Extractor]:
    """Make the readers that a setting names; arguments and errors as of `default_extractor`."""
    made: list[Extractor] = []
    for name in (part.strip() for part in reader.split(",")):
        for each in DEFAULT if name == "default" else (name,):
            if each != "rules":
                options = {"threads": threads} if threads and each.partition(":")[0] in DEFAULT else {}
                made.append(extractor(each, **options))
    return made


def _joint(folder: str | None = None, **options: Any) -> Extractor:
    from nlp.pretrained import default_reader_folder
    from nlp.runtime.reader import JointReader

    return JointReader(Path(folder) if folder else default_reader_folder(), **options)


def _joint_chinese(**options: Any) -> Extractor:
    from nlp.pretrained import chinese_reader_folder
    from nlp.runtime.reader import JointReader

    return JointReader(chinese_reader_folder(), when_needed=True, **options)


def _points() -> dict[str, EntryPoint]:
    built_in = {name: EntryPoint(name, value, GROUP) for name, value in _BUILT_IN.items()}
    return {point.name: point for point in entry_points(group=GROUP)} | built_in


def _install(point: EntryPoint, error: ModuleNotFoundError) -> str:
    package = point.dist.name if point.dist else "loregraph"
    if point.extras:
        return f'pip install "{package}[{",".join(point.extras)}]"'
    return f"pip install {(error.name or package).partition('.')[0]}"

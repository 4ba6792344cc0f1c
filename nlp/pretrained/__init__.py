"""The models that ship, as folders inside the package."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent


def default_reader_folder() -> Path:
    """The folder of the joint reader that ships."""
    return _HERE / "reader"


def default_encoder_folder() -> Path:
    """The folder of the sentence encoder that ships."""
    return _HERE / "encoder"

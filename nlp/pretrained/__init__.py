"""The models that ship, as folders inside the package."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent


def default_reader_folder() -> Path:
    """The folder of the joint reader of English that ships."""
    return _HERE / "reader"


def chinese_reader_folder() -> Path:
    """The folder of the joint reader of Chinese that ships."""
    return _HERE / "reader_zh"


def default_encoder_folder() -> Path:
    """The folder of the sentence encoder that ships."""
    return _HERE / "encoder"


def answers_folder() -> Path:
    """The folder of the reader of answers that ships."""
    return _HERE / "answers"


def cypher_folder() -> Path:
    """The folder of the weights that translate questions into Cypher."""
    return _HERE / "cypher"


def question_encoder_folder() -> Path:
    """The folder of the encoder that compares questions with forms."""
    return _HERE / "questions"

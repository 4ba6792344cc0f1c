"""Opens model folders: refuses what could run code, and picks up nothing from outside the folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import InputError, NotFoundError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

ALLOWED = frozenset({".onnx", ".safetensors", ".json", ".toml", ".txt", ".md", ".svg"})


def check_folder(folder: Path) -> Path:
    """Return the folder if it may be loaded.

    Weights are data: a folder with pickles, scripts, links that lead out or any other kind of file is refused as a
    whole, so that nothing in it can be loaded by mistake.

    Args:
        folder: A model's folder.

    Raises:
        NotFoundError: there is no such folder.
        InputError: a file in it is of a kind that is not on the list.
    """
    if not folder.is_dir():
        raise NotFoundError(f"no model folder at {folder}")
    root = folder.resolve()
    for path in sorted(folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            continue
        if path.suffix not in ALLOWED:
            raise InputError(f"{path.name}: a model folder may hold only {', '.join(sorted(ALLOWED))}")
        if not path.resolve().is_relative_to(root):
            raise InputError(f"{path.name}: leads out of the model folder")
    return root


def load_json(path: Path) -> dict[str, Any]:
    """Read one JSON object.

    Raises:
        InputError: it is missing, not JSON or not an object.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path.name}: cannot be read: {error}") from error
    if not isinstance(value, dict):
        raise InputError(f"{path.name}: expected a JSON object")
    return value


def load_tokenizer(path: Path) -> Tokenizer:
    """Load a tokenizer.json, without its padding and truncation.

    Raises:
        InputError: it is missing or not a tokenizer.
    """
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_str(path.read_text(encoding="utf-8"))
    except Exception as error:  # the library raises plain Exception
        raise InputError(f"{path.name}: not a tokenizer: {error}") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def load_session(path: Path, threads: int) -> InferenceSession:
    """Open an ONNX graph on the CPU.

    The file is loaded as bytes, so weights in other files (external data) cannot be reached, and no library of custom
    operators is registered.

    Args:
        path: The .onnx file.
        threads: Threads of one operator; 0 lets onnxruntime choose.

    Raises:
        InputError: it is missing or onnxruntime refuses it.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Idle threads must not spin: other work shares the cores.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors share no base but Exception
        raise InputError(f"{path.name}: cannot be loaded: {error}") from error

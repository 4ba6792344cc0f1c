"""Takes the weights of a sentence encoder back out of its int8 graph, so that one that ships can be trained on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kg.errors import InputError
from nlp.runtime.session import check_folder

_TAILS = ("_quantized", "_scale", "_zero_point")


def state_of(folder: Path) -> dict[str, Any]:
    """Return the weights of an exported encoder, by the names that `nlp.training.export_encoder.pooled` gives them.

    Args:
        folder: An encoder's folder, as `export_encoder.write` makes it.

    Returns:
        32-bit tensors; what quantisation rounded stays rounded.

    Raises:
        NotFoundError, InputError: there is no such folder, or its graph was not made here.
    """
    import onnx
    import torch
    from onnx import numpy_helper

    graph = onnx.load(str(check_folder(folder) / "model.onnx")).graph
    arrays = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    found: dict[str, Any] = {}
    for name, array in arrays.items():
        if name.startswith("body.") and not name.endswith(_TAILS):
            found[name] = torch.tensor(array)
        elif name.startswith("body.") and name.endswith("_quantized"):
            base = name.removesuffix("_quantized")
            found[base] = torch.tensor(_restored(arrays, base))
    for node in graph.node:
        if node.op_type == "MatMulInteger" and node.input[1].endswith("_quantized"):
            weight = f"{node.name.removesuffix('/MatMul_quant').strip('/').replace('/', '.')}.weight"
            found[weight] = torch.tensor(_restored(arrays, node.input[1].removesuffix("_quantized")).T.copy())
    if not found:
        raise InputError(f"{folder.name}: its graph holds no weights that were quantised here")
    return found


def _restored(arrays: dict[str, Any], base: str) -> Any:
    """Real numbers of a quantised array: by tensor, or by column where its scale has one for each."""
    import numpy as np

    whole, scale, zero = (arrays[f"{base}{tail}"] for tail in _TAILS)
    return ((whole.astype(np.float32) - zero.astype(np.float32)) * scale).astype(np.float32)

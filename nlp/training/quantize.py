"""From a torch module to one int8 ONNX file."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

OPSET = 17


def export_int8(
    module: Any,
    inputs: Sequence[Any],
    input_names: Sequence[str],
    output_names: Sequence[str],
    dynamic_axes: Mapping[str, Mapping[int, str]],
    target: Path,
) -> None:
    """Export a module and quantise it dynamically: weights int8 per channel, activations unsigned, embeddings too.

    Signed activations are an order of magnitude slower in onnxruntime, and quantising only the matrix products leaves
    the word embeddings, the largest part of a small encoder, in 32 bits.

    Args:
        module: A torch module; put into evaluation mode here, else dropout would be exported.
        inputs: Example inputs, in order.
        input_names: Their names in the graph.
        output_names: Names of the outputs.
        dynamic_axes: Axes whose size varies, by input or output.
        target: The file to write.
    """
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    module.eval()
    with tempfile.TemporaryDirectory() as folder:
        plain, prepared = Path(folder) / "plain.onnx", Path(folder) / "prepared.onnx"
        with torch.no_grad():
            torch.onnx.export(
                module,
                tuple(inputs),
                str(plain),
                input_names=list(input_names),
                output_names=list(output_names),
                dynamic_axes={name: dict(axes) for name, axes in dynamic_axes.items()},
                opset_version=OPSET,
                dynamo=False,
            )
        quant_pre_process(str(plain), str(prepared), skip_symbolic_shape=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        quantize_dynamic(
            str(prepared),
            str(target),
            op_types_to_quantize=["MatMul", "Gemm", "Gather"],
            per_channel=True,
            weight_type=QuantType.QInt8,
            extra_options={"MatMulConstBOnly": True},
        )

"""From a torch module to one ONNX file, in 32 bits or in int8."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

OPSET = 17
QUANTISED = ("MatMul", "Gemm", "Gather")
HEADS, EMBEDDINGS, FEED_FORWARD = "heads", "embeddings", "feed-forward outputs"


def export_plain(
    module: Any,
    inputs: Sequence[Any],
    input_names: Sequence[str],
    output_names: Sequence[str],
    dynamic_axes: Mapping[str, Mapping[int, str]],
    target: Path,
) -> None:
    """Export a module in 32 bits, ready to be quantised.

    Args:
        module: A torch module; put into evaluation mode here, else dropout would be exported.
        inputs: Example inputs, in order.
        input_names: Their names in the graph.
        output_names: Names of the outputs.
        dynamic_axes: Axes whose size varies, by input or output.
        target: The file to write.
    """
    import torch
    from onnxruntime.quantization.shape_inference import quant_pre_process

    module.eval()
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        traced = Path(folder) / "traced.onnx"
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of tracing in general; the scores are compared afterwards
            torch.onnx.export(
                module,
                tuple(inputs),
                str(traced),
                input_names=list(input_names),
                output_names=list(output_names),
                dynamic_axes={name: dict(axes) for name, axes in dynamic_axes.items()},
                opset_version=OPSET,
                dynamo=False,
            )
        _name_outputs(traced, output_names)
        quant_pre_process(str(traced), str(target), skip_symbolic_shape=True)


def _name_outputs(file: Path, names: Sequence[str]) -> None:
    """Give outputs their names: one that depends on no input is folded into a constant, which forgets its name."""
    import onnx

    model = onnx.load(str(file))
    found = [output.name for output in model.graph.output]
    if found == list(names):
        return
    for output, name in zip(model.graph.output, names, strict=True):
        if output.name != name:
            model.graph.node.add(op_type="Identity", input=[output.name], output=[name], name=f"/{name}")
            output.name = name
    onnx.save(model, str(file))


def quantise(plain: Path, target: Path, keep: Collection[str] = ()) -> None:
    """Quantise a graph dynamically: weights int8 per channel, activations unsigned, embeddings too.

    Signed activations are an order of magnitude slower in onnxruntime, and quantising only the matrix products leaves
    the word embeddings, the largest part of a small encoder, in 32 bits.

    Args:
        plain: Written by `export_plain`.
        target: The file to write.
        keep: Parts that stay in 32 bits, of `HEADS`, `EMBEDDINGS`, `FEED_FORWARD`.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        str(plain),
        str(target),
        op_types_to_quantize=list(QUANTISED),
        per_channel=True,
        weight_type=QuantType.QInt8,
        nodes_to_exclude=nodes(plain, keep) if keep else [],
        extra_options={"MatMulConstBOnly": True},
    )


def export_int8(
    module: Any,
    inputs: Sequence[Any],
    input_names: Sequence[str],
    output_names: Sequence[str],
    dynamic_axes: Mapping[str, Mapping[int, str]],
    target: Path,
) -> None:
    """Export a module and quantise all of it; arguments as of `export_plain`."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        export_plain(module, inputs, input_names, output_names, dynamic_axes, plain)
        target.parent.mkdir(parents=True, exist_ok=True)
        quantise(plain, target)


def nodes(plain: Path, parts: Collection[str]) -> list[str]:
    """Return the names of the nodes that belong to some parts of a model; the encoder is what is below `body`."""
    import onnx

    graph = onnx.load(str(plain), load_external_data=False).graph
    tables = {weight.name for weight in graph.initializer if len(weight.dims) == 2}

    def table(node: Any) -> bool:
        return node.op_type == "Gather" and node.input[0] in tables

    def product(node: Any) -> bool:
        return node.op_type in ("MatMul", "Gemm")

    tests: dict[str, Callable[[Any], bool]] = {
        HEADS: lambda node: product(node) and "/body/" not in node.name,
        EMBEDDINGS: table,
        FEED_FORWARD: lambda node: (
            product(node) and "/output/dense/" in node.name and "/attention/output/" not in node.name
        ),
    }
    return [node.name for node in graph.node if any(tests[part](node) for part in parts)]

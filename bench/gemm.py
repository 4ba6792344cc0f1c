"""How much of the machine's int8 matrix speed the reader's encoder gets out of one thread.

    python -m bench.gemm [--folder DIR] [--passages N]

The peak is the best of several sizes of one matrix product of unsigned by signed bytes in onnxruntime, the engine that
reads. The encoder's work is what its matrices do to the pieces that it is given while it reads passages, and attention
beside them; time is that of its runs alone. Both on one thread, by its processor time, in one run, the peak before and
after. Prints a table and writes JSON (bench/out/gemm.json).
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from bench.performance_ingest import CORPUS, ROOT

SIZES = ((256, 384, 1536), (512, 512, 512), (1024, 1024, 1024), (2048, 1024, 1024), (4096, 1536, 384))
PRODUCTS = {"MatMulInteger": 1, "DynamicQuantizeMatMul": 1, "MatMul": 1, "Gemm": 1}  # operator -> place of its weights


def peak(seconds: float = 0.5) -> dict[str, float]:
    """Measure matrix products.

    Args:
        seconds: For each size.

    Returns:
        Giga-operations a second (a multiplication and an addition are two) by size, the best run of each.
    """
    import onnxruntime
    from onnx import TensorProto, helper

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    found = {}
    for rows, inner, columns in SIZES:
        graph = helper.make_graph(
            [helper.make_node("MatMulInteger", ["a", "b"], ["c"])],
            "product",
            [helper.make_tensor_value_info("a", TensorProto.UINT8, [rows, inner])],
            [helper.make_tensor_value_info("c", TensorProto.INT32, [rows, columns])],
            [
                helper.make_tensor(
                    "b", TensorProto.INT8, [inner, columns], np.ones((inner, columns), np.int8).tobytes(), raw=True
                )
            ],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
        session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        run = partial(session.run, None, {"a": np.ones((rows, inner), np.uint8)})
        found[f"{rows} x {inner} x {columns}"] = best(run, 2 * rows * inner * columns, seconds)
    return found


def best(run: Callable[[], Any], operations: float, seconds: float) -> float:
    """Return the best giga-operations a second of runs during some seconds."""
    run()
    until, least = time.thread_time() + seconds, float("inf")
    while time.thread_time() < until:
        began = time.thread_time()
        run()
        least = min(least, time.thread_time() - began)
    return operations / least / 1e9


def weights(file: Path) -> tuple[int, int]:
    """Return how many weights every piece is multiplied with, and how many of them are bytes."""
    import onnx

    graph = onnx.load(str(file), load_external_data=False).graph
    shapes = {tensor.name: (list(tensor.dims), tensor.data_type) for tensor in graph.initializer}
    every = quantised = 0
    for node in graph.node:
        place = PRODUCTS.get(node.op_type)
        if place is not None and (found := shapes.get(node.input[place])) and len(found[0]) == 2:
            size = found[0][0] * found[0][1]
            every += size
            quantised += size if found[1] in (onnx.TensorProto.INT8, onnx.TensorProto.UINT8) else 0
    return every, quantised


def encoder_runs(folder: Path, corpus: Path, passages: int) -> dict[str, float]:
    """Read passages on one thread and watch the encoder.

    Returns:
        Seconds of its runs, pieces that it was given (`padded` with what fills up), operations of its matrices and of
        attention, in billions.
    """
    from kg.types import Chunk, Page
    from nlp.runtime.network import OnnxNetwork
    from nlp.runtime.reader import JointReader

    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    texts = [row["text"] for row in json.loads(corpus.read_text(encoding="utf-8"))[:passages]]
    pages = [Page(text, (Chunk(0, len(text)),)) for text in texts]
    each, _ = weights(folder / "encoder.onnx")
    width, layers = shape_of(folder, config)
    seen = {"seconds": 0.0, "pieces": 0.0, "padded": 0.0, "matrices": 0.0, "attention": 0.0}
    inner = OnnxNetwork.encode

    def watched(network: OnnxNetwork, ids: Any, mask: Any, shapes: Any) -> Any:
        began = time.thread_time()
        result = inner(network, ids, mask, shapes)
        seen["seconds"] += time.thread_time() - began
        seen["pieces"] += float(mask.sum())
        seen["padded"] += ids.size
        seen["matrices"] += 2 * each * ids.size / 1e9
        seen["attention"] += 4 * layers * width * ids.shape[0] * ids.shape[1] ** 2 / 1e9
        return result

    reader = JointReader(folder, threads=1)
    reader.read(pages[:4])
    OnnxNetwork.encode = watched  # type: ignore[method-assign,assignment]
    try:
        reader.read(pages)
    finally:
        OnnxNetwork.encode = inner  # type: ignore[method-assign]
    return seen


def shape_of(folder: Path, config: dict[str, Any]) -> tuple[int, int]:
    """Return width and layers of the encoder, as its attention shows them."""
    import onnx

    graph = onnx.load(str(folder / "encoder.onnx"), load_external_data=False).graph
    layers = sum(node.op_type == "Softmax" for node in graph.node)
    norm = next(tensor for tensor in graph.initializer if "LayerNorm.weight" in tensor.name)
    return int(norm.dims[0]), layers


def main() -> None:
    from nlp.pretrained import default_reader_folder

    parser = argparse.ArgumentParser(description="Share of the int8 peak in the encoder.")
    parser.add_argument("--folder", type=Path, default=default_reader_folder())
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--passages", type=int, default=400)
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "out" / "gemm.json")
    options = parser.parse_args()
    before = peak()
    runs = encoder_runs(options.folder, options.corpus, options.passages)
    after = peak()
    top = max(*before.values(), *after.values())
    every, quantised = weights(options.folder / "encoder.onnx")
    reached = (runs["matrices"] + runs["attention"]) / runs["seconds"]
    report: dict[str, Any] = {
        "peak_gops": top,
        "peaks": {size: max(before[size], after[size]) for size in before},
        "encoder": runs | {"weights_per_piece": every, "of_them_int8": quantised},
        "encoder_gops": reached,
        "share": reached / top,
        "share_without_attention": runs["matrices"] / runs["seconds"] / top,
        "pieces_per_second": runs["pieces"] / runs["seconds"],
    }
    for size, speed in report["peaks"].items():
        print(f"  {size:<20} {speed:>8.0f} GOP/s")
    print(f"encoder: {reached:.0f} GOP/s, {report['pieces_per_second']:,.0f} pieces/s on one thread")
    print(f"share of the peak: {report['share']:.3f} ({report['share_without_attention']:.3f} without attention)")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

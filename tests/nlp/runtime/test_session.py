"""Model folders that may not be loaded."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from kg.errors import InputError, NotFoundError
from nlp.pretrained import default_encoder_folder
from nlp.runtime.encoder import OnnxEncoder
from nlp.runtime.session import check_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "model"
    shutil.copytree(default_encoder_folder(), target)
    return target


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no model folder"):
        OnnxEncoder(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["weights.pkl", "model.bin", "run.py", "libops.so", "sub/model.pt"])
def test_files_that_could_run_code_are_refused(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"x")
    with pytest.raises(InputError, match="may hold only"):
        OnnxEncoder(folder)


def test_links_that_lead_out_are_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.json").write_text("{}")
    (folder / "extra.json").symlink_to(tmp_path / "outside.json")
    with pytest.raises(InputError, match="leads out"):
        check_folder(folder)


def test_broken_graph(folder: Path) -> None:
    (folder / "model.onnx").write_bytes(b"not a graph")
    with pytest.raises(InputError, match=r"model\.onnx"):
        OnnxEncoder(folder)


@pytest.mark.train  # onnx, which makes the file, comes with the extra
def test_weights_in_other_files_are_out_of_reach(folder: Path, tmp_path: Path) -> None:
    import onnx

    secret = tmp_path / "secret.txt"
    secret.write_bytes(b"\0" * 64)
    weights = onnx.TensorProto(name="w", data_type=onnx.TensorProto.FLOAT, dims=[4], data_location=1)
    for key, value in (("location", "../secret.txt"), ("offset", "0"), ("length", "16")):
        weights.external_data.add(key=key, value=value)
    out = onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [4])
    node = onnx.helper.make_node("Identity", ["w"], ["y"])
    graph = onnx.helper.make_graph([node], "g", [], [out], initializer=[weights])
    (folder / "model.onnx").write_bytes(onnx.helper.make_model(graph).SerializeToString())
    with pytest.raises(InputError, match="cannot be loaded"):
        OnnxEncoder(folder)


@pytest.mark.parametrize("text", ["", "[]", "{", json.dumps({"name": "x"})])
def test_broken_configuration(folder: Path, text: str) -> None:
    (folder / "config.json").write_text(text)
    with pytest.raises(InputError, match=r"config\.json"):
        OnnxEncoder(folder)


def test_broken_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").write_text("{}")
    with pytest.raises(InputError, match="not a tokenizer"):
        OnnxEncoder(folder)

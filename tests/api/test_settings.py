from __future__ import annotations

import os
from pathlib import Path

import pytest

from api.settings import Settings
from kg.errors import SettingsError


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("LOREGRAPH_")]:
        monkeypatch.delenv(name)


def test_options_go_before_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LOREGRAPH_PORT", "9001")
    monkeypatch.setenv("LOREGRAPH_DATA_DIR", str(tmp_path))
    settings = Settings.load(port=9002, host=None)
    assert (settings.port, settings.host, settings.data_dir) == (9002, "127.0.0.1", tmp_path)


def test_a_typo_in_the_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOREGRAPH_DATADIR", "x")
    with pytest.raises(SettingsError, match="LOREGRAPH_DATADIR is no setting; did you mean LOREGRAPH_DATA_DIR"):
        Settings.load()


def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOREGRAPH_PORT", "eighty")
    with pytest.raises(SettingsError, match="port"):
        Settings.load()


def test_secrets_are_not_shown() -> None:
    settings = Settings(graph_password="sesame", ledger_url="postgresql://u:sesame@db/x")  # type: ignore[arg-type]
    assert "sesame" not in repr(settings)


def test_the_data_directory_does_not_move_with_the_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings.load(data_dir=Path("here")).data_dir == tmp_path / "here"


def test_the_limits_of_a_parse_reach_the_process_that_parses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from api.cli.map import infer
    from api.service import Service
    from kg.errors import DocumentError
    from kg.tables.load import DataSource

    monkeypatch.setenv("LOREGRAPH_PARSE_SECONDS", "0.00001")
    monkeypatch.setenv("LOREGRAPH_PARSE_MEMORY_MB", "700")
    (tmp_path / "a.csv").write_text("id,name\n1,Ada\n2,Grace\n")
    (tmp_path / "a.md").write_text("Ada met Grace.\n")
    source = DataSource(str(tmp_path), (str(tmp_path / "a.csv"),))
    settings = Settings.load(data_dir=tmp_path / "data")
    assert settings.limits.memory == 700 << 20
    service = Service.open(settings)
    for parts in (service._parse(tmp_path / "a.md"), service._parse(tmp_path, tables=source)):
        with pytest.raises(DocumentError, match="takes more than"):
            list(parts)
    with pytest.raises(DocumentError, match="takes more than"):
        infer(source)
    service.close()

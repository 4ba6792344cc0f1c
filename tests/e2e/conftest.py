"""The command line as a user has it: processes of its own, with the real engine and the real models."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LOREGRAPH_")}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "api.cli.main", *map(str, arguments)]


@dataclass
class Shell:
    """Runs `loregraph` over one data directory, in one working directory."""

    data_dir: Path
    cwd: Path

    def __call__(self, *arguments: str | Path, code: int = 0, **env: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [*command(*arguments), "--data-dir", str(self.data_dir)],
            cwd=self.cwd, env=environment(**env), capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == code, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def json(self, *arguments: str | Path, code: int = 0) -> Any:
        """Run with --json and read what it prints."""
        return json.loads(self(*arguments, "--json", code=code).stdout)


@dataclass
class Running:
    """A service in a process of its own."""

    url: str
    process: subprocess.Popen[str]

    def stop(self, with_signal: int = signal.SIGTERM) -> int:
        """Send a signal and wait."""
        self.process.send_signal(with_signal)
        return self.process.wait(30)


def start_service(data_dir: Path, cwd: Path, **env: str) -> Running:
    process = subprocess.Popen(
        command("serve", "--port", "0", "--data-dir", data_dir, "--json"),
        cwd=cwd, env=environment(**env), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, "the service did not start"
    return Running(json.loads(line)["url"], process)


@pytest.fixture(scope="session")
def loregraph() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the command in a folder, just as it is called."""

    def run(folder: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command(*arguments),
            cwd=folder,
            env=environment(**env),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path / "data", tmp_path)


@pytest.fixture
def serve() -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def start(shell: Shell, **env: str) -> Running:
        started.append(start_service(shell.data_dir, shell.cwd, **env))
        return started[-1]

    yield start
    for running in started:
        if running.process.poll() is None:
            running.process.kill()
        running.process.wait(30)
        if running.process.stdout is not None:
            running.process.stdout.close()


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder of documents, one of which cannot be read."""
    folder = tmp_path / "files"
    (folder / "sub").mkdir(parents=True)
    (folder / "contoso.txt").write_text(
        "Contoso Corporation was founded by Ada Lovelace on April 4, 1975. "
        "Satya Nadella is the CEO of Contoso Corporation."
    )
    (folder / "sub" / "products.csv").write_text(
        "name,price,supplier\nTea,12.5,Contoso\nCoffee,30,Contoso\nCocoa,8,Initech\n"
    )
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\nnot really")
    return folder

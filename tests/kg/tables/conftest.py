from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

sys.path.append(str(Path(__file__).parent))  # for table_samples: tests are no packages


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[str, Path], str]]:
    """Run a PostgreSQL server; loads a dump into a new database of it and gives its URL."""
    if shutil.which("initdb") is None or shutil.which("psql") is None:
        pytest.skip("PostgreSQL's programs are not installed")
    with TemporaryDirectory(prefix="pg", dir="/tmp") as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
        probe.close()
        root = os.geteuid() == 0  # the server refuses to run as root
        who: dict[str, str] = {"user": "postgres", "group": "postgres"} if root else {}
        if root:
            shutil.chown(folder, "postgres", "postgres")
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": folder, "PGUSER": "owner"}
        data = f"{folder}/data"

        def run(*command: str) -> None:
            subprocess.run(command, check=True, capture_output=True, env=environment, cwd=folder, **who)  # type: ignore[call-overload]

        run("initdb", "-D", data, "-U", "owner", "--auth=trust", "--no-sync")
        run(
            "pg_ctl", "-D", data, "-w", "-t", "240", "-l", f"{folder}/log", "-o",
            f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off", "start",
        )  # fmt: skip
        address = ("-h", "127.0.0.1", "-p", port)

        def load(name: str, dump: Path) -> str:
            copy = Path(folder) / f"{name}.sql"
            lines = dump.read_text("utf-8").splitlines(keepends=True)
            copy.write_text(
                "".join(line for line in lines if not line.startswith(("\\c ", "CREATE DATABASE", "DROP DATABASE")))
            )
            copy.chmod(0o644)
            run("createdb", *address, name)
            run("psql", *address, "-q", "-d", name, "-v", "ON_ERROR_STOP=1", "-f", str(copy))
            return f"postgresql://owner:secret@127.0.0.1:{port}/{name}"

        try:
            yield load
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "stop")
